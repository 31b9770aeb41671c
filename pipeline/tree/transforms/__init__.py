"""The transforms of the tree, in the order in which they run."""
