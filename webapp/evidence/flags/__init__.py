"""What a reviewer should look at twice: each judge raises its own flags, and none refuses."""
