"""Finding files by their words."""
