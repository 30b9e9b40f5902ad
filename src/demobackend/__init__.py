"""A backend for files, users and search, written as a hexagon."""
