"""The replica: a copy of the store in another place, kept in step by Litestream, and the way back from it."""
