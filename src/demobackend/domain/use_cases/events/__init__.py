"""What happens without a request: arrivals, changes, and the passing of time."""
