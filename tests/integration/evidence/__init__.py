"""Tests of evidence over HTTP, on both databases."""
