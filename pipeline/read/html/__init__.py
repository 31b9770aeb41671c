"""HTML of ``.. raw:: html`` as nodes of the tree: what both editions can carry, and nothing else."""
