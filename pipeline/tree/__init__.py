"""The intermediate tree: node classes, transforms with their priorities, the contract and its checker."""
