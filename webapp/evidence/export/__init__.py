"""Evidence that leaves the house as a package, with the program that verifies it."""
