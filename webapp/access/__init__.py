"""Who may do what: the actor, roles, permissions, the one table of grants, decorators."""
