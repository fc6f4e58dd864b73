"""The region beyond this desk: what it is told, and what the desk may promise of shared places."""
