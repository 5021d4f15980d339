"""Tests of the blob stores that need no server."""
