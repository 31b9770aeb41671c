"""Formulas: MathML made ready for the ebook, and drawn as outlines for print."""
