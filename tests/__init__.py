"""The tests; each folder mirrors what it tests."""
