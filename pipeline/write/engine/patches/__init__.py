"""Changes to the inside of WeasyPrint 70."""
