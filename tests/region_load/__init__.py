"""Many desks against one region, each on a line and with a role of its own; only their stores are left out."""
