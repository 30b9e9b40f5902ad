"""One typed function per adapter, by where it runs: in memory, on this machine, on AWS."""
