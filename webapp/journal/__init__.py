"""The append-only journal: a Merkle tree of entries that nobody can rewrite unseen."""
