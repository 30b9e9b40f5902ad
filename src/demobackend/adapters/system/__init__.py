"""The machine's own clock, randomness and identifiers."""
