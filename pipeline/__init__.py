"""Despatch: one reStructuredText master article, a print edition (PDF) and an ebook edition (EPUB)."""

__version__ = "0.2.0"
