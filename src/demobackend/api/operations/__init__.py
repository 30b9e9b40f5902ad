"""OPERATIONS: the HTTP API as one table, a file per area."""
