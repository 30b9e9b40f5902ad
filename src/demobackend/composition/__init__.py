"""Settings, factories, the container and the typed assembly."""
