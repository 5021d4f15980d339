"""Tests of what every room stands on in the database."""
