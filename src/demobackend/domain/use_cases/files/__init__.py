"""What a caller can do with files."""
