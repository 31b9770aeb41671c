"""Data of an article that is kept in files: sheets of workbooks, and facts."""
