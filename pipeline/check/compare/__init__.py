"""An edition beside the tree: words, tables, links, pages, and what the format promises."""
