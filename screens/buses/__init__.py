"""Buses: announced, here, at the table."""
