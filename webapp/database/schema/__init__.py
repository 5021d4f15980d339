"""The schema as migrations make it, against the one that is there."""
