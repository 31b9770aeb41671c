"""All that the whole article shows, in one row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.read.slips.meant.headings import find_bold_headings, find_numbers
from pipeline.read.slips.meant.indented import find_indented, find_numbers_in_cells
from pipeline.read.slips.meant.links import find_in_italics
from pipeline.read.slips.meant.notes import find_calls
from pipeline.read.slips.meant.paragraphs import find_joined
from pipeline.read.slips.meant.placeholders import find_left_in
from pipeline.read.slips.meant.quotation_marks import find_unclosed
from pipeline.read.slips.meant.quotations import find_names
from pipeline.read.slips.meant.rows import find_stray_rows
from pipeline.read.slips.meant.running import find_page_marks, find_running
from pipeline.read.slips.meant.tables import find_lines
from pipeline.read.slips.meant.typed_dashes import find_dashes
from pipeline.read.slips.meant.typed_numbers import find_typed


def find_meant(
    document: nodes.document, lines: list[str]
) -> Iterator[tuple[nodes.Element | None, int, str, str]]:
    """What is read otherwise than the whole article shows it to be meant.

    :param document: as it is parsed, before any transform.
    :param lines: of the article.
    :returns: the node that is meant, whose file is that of the finding, or ``None`` for the article itself; a
        line from 1, a code and a message.
    """
    for line, code, said in find_lines(lines):
        yield None, line, code, said
    for find in _ALL:
        yield from find(document)


_ALL: Final = (
    *(find_calls, find_numbers, find_page_marks, find_running, find_stray_rows, find_names),
    *(find_left_in, find_typed, find_dashes, find_indented, find_numbers_in_cells),
)


def find_left(document: nodes.document, lines: list[str]) -> Iterator[tuple[nodes.Element, int, str, str]]:
    """What is said of words and lines of which nothing else is said.

    :param document: as it is parsed, before any transform.
    :param lines: of the article.
    :returns: as `find_meant` has it.
    """
    yield from find_in_italics(document)
    yield from find_joined(document, lines)
    yield from find_unclosed(document)
    yield from find_bold_headings(document)
