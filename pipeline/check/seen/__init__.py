"""What the eye sees of a finished edition: whether anything covers anything, and how pages and lines end."""
