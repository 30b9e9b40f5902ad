"""Wrong adapters, each with one planted bug, that the contracts must catch, and the sound memory adapters that they were made from."""
