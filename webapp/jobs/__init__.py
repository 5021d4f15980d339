"""Work outside the request: one table, leases, tries, written in the caller's transaction."""
