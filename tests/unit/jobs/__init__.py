"""Tests of the rules for jobs."""
