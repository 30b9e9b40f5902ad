"""State machines: any sequence of calls, held against the simplest model that could be right."""
