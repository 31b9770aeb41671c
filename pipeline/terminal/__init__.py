"""What a terminal shows and completes."""
