"""Our own directives and roles, and those that authors know from Sphinx."""
