"""What is kept, found again and shown: lists, map, a person's history, pictures."""
