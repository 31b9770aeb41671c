"""Attributes and classes that one stage writes into the XHTML of print and a later one reads again."""

from __future__ import annotations

import re
from typing import Final

BLOCK: Final = "data-b"
"""The attribute with the number of a block of the tree."""
BLOCK_NUMBER: Final = re.compile(rf' {BLOCK}="\d+"')
"""That attribute, as it stands in a tag."""
DIFFERS: Final = ("page-reference", "index-locator", "index-point", "cited", "back-link")
"""Classes of what says something else in each edition."""

FOOT: Final = "foot_"
"""Before the id of what stands at the foot of a page: no id of docutils has an underscore in it."""
TABLE: Final = "data-table"
"""The attribute with the number of a table in its page, from 0."""
FLOAT: Final = "data-float"
"""The attribute with the number of what stands beside the text; these numbers follow those of tables."""
ROW: Final = "data-row"
"""The attribute with the number of a row, in a table that is set in parts."""
SPAN: Final = "data-span"
"""The attribute with the number of columns of a cell that is set in parts."""
MOVED: Final = "data-moved"
"""The attribute of what stands further on than it is read: behind so many elements that follow it."""
AGAIN: Final = "again"
"""The class of a cell that another part of its table has already."""
CODE_LINE: Final = "code-line"
"""The class of a line of code."""
