"""Tests of jobs on both databases."""
