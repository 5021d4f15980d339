"""A person judges: the queue, one case, the decision, and its correction."""
