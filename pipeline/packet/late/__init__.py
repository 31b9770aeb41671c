"""Late papers: what is attached to a finished packet, and the part that it goes into."""
