"""Features with their database and their HTTP."""
