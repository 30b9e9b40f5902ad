"""OpenSearch: the search index for many files."""
