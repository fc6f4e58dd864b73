"""Shared widgets, few and named for what they show."""
