"""From the intermediate tree to finished files: XHTML once, then PDF (WeasyPrint) and EPUB (EbookLib)."""
