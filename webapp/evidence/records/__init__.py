"""What a phone sends, as bytes: read strictly, judged by its own words, made values; pure."""
