"""The city's tree of areas with aliases and offices, and the answer to "is it in my area"."""
