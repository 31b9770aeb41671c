"""Numbers that an article asks for: of captions and of sections, and the words that go with them."""
