"""Hostile workbooks become rows, in a child process without keys, database or network."""
