"""Tests of the pure half of evidence."""
