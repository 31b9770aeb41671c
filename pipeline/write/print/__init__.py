"""The print edition: laid out until its tables, floats and page numbers are right, then written as PDF."""
