"""Reads the finished files back and compares each with the tree. Shares no code with the writers.

`pipeline.check.report.check` is the way in. It is not imported here: other commands stay quick.
"""
