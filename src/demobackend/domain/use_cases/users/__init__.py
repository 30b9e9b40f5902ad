"""Registration, sign-in, sessions and profiles."""
