"""Citations of sources: role and directive, their places in the notes, and the words that stand there."""
