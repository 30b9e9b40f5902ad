"""Text of documents, read in a process of its own with limits."""
