"""Roads through the whole program in a real browser."""
