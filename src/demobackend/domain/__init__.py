"""The pure core: model and use cases. Standard library only."""
