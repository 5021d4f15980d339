"""Tables: their base and types, foreign keys, bulk inserts, short write transactions, repair."""
