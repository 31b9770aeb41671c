"""What docutils reads without a word, and not as its author means it: found here, each with its line."""
