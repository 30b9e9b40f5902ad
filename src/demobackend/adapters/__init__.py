"""Technologies behind the ports: a folder per technology, a file per port."""
