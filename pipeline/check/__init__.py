"""Reads the finished files back and compares each with the tree. Imports nothing of the writers.

`pipeline.check.article.check` is the way in. It is not imported here: other commands stay quick.
"""
