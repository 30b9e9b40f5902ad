"""Access tokens as JSON Web Tokens under RS256."""
