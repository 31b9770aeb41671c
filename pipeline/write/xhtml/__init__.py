"""XHTML from the tree, written once for both editions; a `Dialect` holds the differences as data."""
