"""What the domain needs from outside, one Protocol per file."""
