"""Several desks and their region, played step by step on one thread: `python -m tests.region_simulation`.

The desks' half is the program's own (desk/region/places.py), the region's half is `region.py`, which a test holds
against the SQL of a real server. Between them lies a line that delays, loses, doubles, reorders and cuts; both ends
crash at any step, stores are put back, the region is made anew. One seed is one night; it is the same each time.
"""
