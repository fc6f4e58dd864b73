"""A night made up from a seed: what happens in it, what must hold after every step, and how it was worked."""
