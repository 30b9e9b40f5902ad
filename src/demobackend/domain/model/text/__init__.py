"""Text: what counts as a word, the query language, and what a query finds."""
