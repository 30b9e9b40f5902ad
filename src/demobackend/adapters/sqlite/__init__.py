"""The embedded durable store: one SQLite file for facts, queue, accounts and search."""
