"""The engine room: WeasyPrint, its fonts, what it may read, and what is changed inside it."""
