"""Every port in this process's memory: complete, thread-safe, gone with the process."""
