"""What lies aside, as the office reads it and settles it."""
