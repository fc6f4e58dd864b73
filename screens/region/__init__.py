"""Key 8: the region this desk belongs to."""
