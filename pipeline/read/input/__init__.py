"""What is read: the text of an article, the files that it names, and the bounds of all that."""
