"""The packet as an ebook: articles' own ebooks bound into one, external PDFs as pictures with their text."""
