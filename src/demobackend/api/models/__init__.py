"""Wire models: what goes over the wire, and its mapping from and to the domain."""
