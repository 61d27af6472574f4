"""The workshop: what starts, checks and seeds the house. Nothing in src/ imports it."""
