"""Faults put in on purpose, and what became of the night: `python -m tests.faults`."""
