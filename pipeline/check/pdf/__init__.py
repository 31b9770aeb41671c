"""What a finished PDF says."""
