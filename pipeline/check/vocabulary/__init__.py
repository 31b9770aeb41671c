"""What the check speaks of, whatever the format: facts, pieces of text, the verdict."""
