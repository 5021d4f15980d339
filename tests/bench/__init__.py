"""Measures the budgets of the program; `python -m tests.bench` prints each figure beside its own."""
