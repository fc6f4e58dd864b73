"""Measures the desk beside the barest program that does the same: `python -m tests.bench`."""
