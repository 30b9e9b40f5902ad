"""The same stack on this machine: ministack in place of AWS, a real OpenSearch node beside it, both on loopback."""
