"""Numbered copies of a finished packet: who gets one, what stands on its pages, the record of them."""
