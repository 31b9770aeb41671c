"""What a packet puts before and behind its items: cover, index, dividers, the section on changes."""
