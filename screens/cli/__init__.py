"""The command line: the same actions as the keys, through the same functions, for scripts and for the `:` line."""
