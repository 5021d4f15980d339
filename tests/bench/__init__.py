"""Measures the program's budgets; `python -m tests.bench` prints each figure beside its own."""
