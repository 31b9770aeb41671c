"""What a finished EPUB says."""
