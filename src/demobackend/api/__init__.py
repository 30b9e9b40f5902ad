"""The HTTP API, declared once; knows no web framework."""
