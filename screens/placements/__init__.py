"""Placement: where everybody goes tomorrow."""
