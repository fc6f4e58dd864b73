"""Capacity: the municipalities and their locations, who is expected, and what ends."""
