"""What auditors look at: the journal, who looked at whom, verifications and checkpoints."""
