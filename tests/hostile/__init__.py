"""A hostile user: bad input at every door, and what must be true whatever comes in."""
