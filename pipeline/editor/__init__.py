"""The language server: what an editor asks of an article while it is being typed."""
