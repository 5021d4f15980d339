"""What a phone is told: what changed since it last asked, in pages, by sections of other rooms."""
