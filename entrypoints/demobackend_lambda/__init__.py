"""AWS Lambda handlers: settings, container, handler."""
