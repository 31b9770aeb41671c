"""What papers from elsewhere carry along and never show is taken out of their streams and objects."""
