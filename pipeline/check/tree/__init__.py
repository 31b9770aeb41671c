"""What the editions must say, read from the intermediate tree."""
