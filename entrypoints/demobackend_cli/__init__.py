"""The `demobackend` command."""
