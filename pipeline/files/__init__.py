"""Files: which may be opened, how they are written, and what is kept of them."""
