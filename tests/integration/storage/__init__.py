"""Tests of the blob stores against a real disk and a real object store."""
