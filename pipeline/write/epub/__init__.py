"""The ebook edition: EPUB 3.3 through EbookLib."""
