"""Accounts, roles, areas of duty, sign-in and devices."""
