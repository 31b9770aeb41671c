"""Directives and roles that authors know from Sphinx, and docutils does not have."""
