"""Beds: who sleeps where."""
