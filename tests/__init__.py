"""The nights the desk must get right."""
