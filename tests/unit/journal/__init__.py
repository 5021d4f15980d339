"""Tests of the journal's rules."""
