"""What each port promises, as tests: one class per port, one hook to override in a binding."""
