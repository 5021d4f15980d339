"""Everything recomputed from storage and journal, and what is wrong named."""
