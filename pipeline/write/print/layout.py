"""A page of the print edition, laid out: what style sheets can't say is done to its tree before."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.findings import Finding
from pipeline.look.directions import faced
from pipeline.styles import Sheet
from pipeline.write.engine.render import parsed, render
from pipeline.write.print.code_lines import part_lines
from pipeline.write.print.decisions import Decisions
from pipeline.write.print.faces import set_marks
from pipeline.write.print.floats import keep_figures
from pipeline.write.print.heights import keep_blocks, loosen, number_whole
from pipeline.write.print.moved import move, number_movable
from pipeline.write.print.note_space import fold_spaces
from pipeline.write.print.page_numbers import set_numbers
from pipeline.write.print.repeated import number_blocks
from pipeline.write.print.tables import set_tables


def layout(
    page: str,
    sheets: Sequence[Sheet],
    files: Mapping[str, bytes],
    when: date,
    source: str,
    findings: list[Finding],
    decisions: Decisions | None = None,
    earlier: Any = None,
) -> Any:
    """Prepare an XHTML page for print and lay it out.

    :param page: a whole, well-formed XHTML page.
    :param sheets: the style sheets, in order.
    :param files: the images that it names, by their addresses.
    :param when: date of the document: the time stamp of everything that gets one.
    :param source: the file that findings name.
    :param findings: gets what WeasyPrint warns about.
    :param decisions: what an earlier layout has told.
    :param earlier: that layout, if its pages are to be kept where nothing changes; it can't be used any more.
    :returns: a ``weasyprint.Document``.
    :raises xml.etree.ElementTree.ParseError: when the page is not well-formed.
    """
    root = parsed(page)
    prepare(root, decisions or Decisions())
    return render(root, faced(sheets, page), files, when, source, findings, earlier)


def prepare(root: ET.Element, decisions: Decisions) -> None:
    """Do to the tree of a page what print needs beside its style sheets; parameters as for `layout`."""
    fold_spaces(root)
    loosen(root)
    keep_blocks(root, decisions.loose)
    number_whole(root, decisions.parted)
    number_movable(root)
    number_blocks(root, decisions.starting)
    set_tables(root, decisions.fits)
    move(root, decisions.moves)
    set_numbers(root, decisions.numbers)
    part_lines(root)
    set_marks(root)
    keep_figures(root)
