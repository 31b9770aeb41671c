"""One slip, one finding: what only follows from another slip is left out."""
