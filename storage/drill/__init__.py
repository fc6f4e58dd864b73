"""A made-up night on a store of its own: played without a person, or beside one."""
