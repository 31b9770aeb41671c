"""MathML made ready: to be broken into lines, and to be drawn, without namespaces and style sheets."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Final

from pipeline.tree.mathml import NAMESPACE

_SIDE: Final = {"mover": "msup", "munder": "msub", "munderover": "msubsup"}
_KNOWN: Final = frozenset(
    (
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle"),
        *("mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover"),
        *("munderover", "mtable", "mtr", "mtd"),
    )
)
_LARGE: Final = frozenset("∫∬∭∮∯∰∱∲∳∑∏∐⋀⋁⋂⋃⨀⨁⨂⨄⨆⨌")


def drawable(formula: str, block: bool) -> ET.Element:
    """MathML without namespace, in which each element says how it is set.

    :param formula: MathML as `mathml` gives it.
    :param block: whether it is displayed.
    :raises ValueError: when it has an element that is not known.
    """
    root = ET.fromstring(formula)
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
        if element.tag not in _KNOWN:
            raise ValueError(f"MathML's {element.tag} is not known")
    root.set("displaystyle", "true" if block else "false")
    _pass_style(root)
    _place_limits(root, block)
    for table in root.iter("mtable"):
        _fill_rows(table)
        _space_out(table)
    for operator in root.iter("mo"):
        if (operator.text or "").strip() in _LARGE:  # has two sizes, and grows no further (MathML Core, B.1)
            operator.attrib.setdefault("stretchy", "false")
    return root


def _pass_style(element: ET.Element) -> None:
    """Give the attributes of each ``mstyle`` to what is in it, and let it be a row."""
    for child in element:
        if element.tag == "mstyle":
            child.attrib = {**element.attrib, **child.attrib}
        _pass_style(child)
    if element.tag == "mstyle":
        element.tag = "mrow"


def _place_limits(element: ET.Element, display: bool) -> None:
    """In a line of text, limits stand beside their operator (MathML Core, section 3.4.3)."""
    given = element.get("displaystyle")
    display = given == "true" if given else display
    base = element[0] if len(element) else None
    if element.tag in _SIDE and base is not None:
        if not display and base.get("movablelimits") == "true":
            element.tag = _SIDE[element.tag]
        for mark in element[1:]:
            if mark.tag == "mo":  # an accent has no space beside it
                mark.attrib.update(lspace="0", rspace="0")
    for number, child in enumerate(element):
        script = element.tag in {"mfrac", "mtable"} or (number and element.tag in {*_SIDE, *_SIDE.values()})
        _place_limits(child, display and not script)


def _fill_rows(table: ET.Element) -> None:
    """Give rows without anything in them a height: ziamath has none for them, and all is drawn off its place.

    The last one is no row: it is what stands behind the last line end of the source, nothing.
    """
    rows = [row for row in table if row.tag == "mtr"]
    for row in rows:
        if any(len(cell) or (cell.text or "").strip() for cell in row):
            continue
        if row is rows[-1] and len(rows) > 1:
            table.remove(row)
        else:
            cell = row[0] if len(row) else ET.SubElement(row, "mtd")
            ET.SubElement(cell, "mspace", width="0em", height="0.7em", depth="0.2em")


def _space_out(table: ET.Element) -> None:
    """Align columns as docutils' style sheet does; space as MathML Core has it (section 3.5)."""
    if table.get("class") == "ams-align":
        columns = max((len(row) for row in table), default=0)
        table.set("columnalign", " ".join(("right", "left")[number % 2] for number in range(columns)))
        table.set("columnspacing", "0em 2em")
        table.set("rowspacing", "0.5em")
        for row in table:
            for cell in row[1::2]:
                if len(cell) and cell[0].tag == "mo":
                    cell[0].set("form", "infix")
        return
    table.attrib.setdefault("columnspacing", "0.8em")
    table.attrib.setdefault("rowspacing", "0.35em")


# Lines ---------------------------------------------------------------------------------------------------

_LONG: Final = 16
"""Characters. A formula with fewer stays on one line."""
_OPENING: Final = frozenset("([{⟨⌈⌊")
_CLOSING: Final = frozenset(")]}⟩⌉⌋")
_BETWEEN: Final = frozenset("-·")
_NOT_BETWEEN: Final = _LARGE | frozenset("|∣∥∤∦/√∛∜¬∀∃∄∂∇∞")


def breakable(formula: str) -> tuple[str, int]:
    """A long formula as a row of pieces, between which a style sheet may break it; a short one as it is.

    Gives the characters of the longest piece, too.

    A piece ends behind a relation or a binary operator that stands outside of brackets, fractions and roots,
    as TeX breaks lines. Where no style sheet is, the pieces look as the whole does.

    :param formula: MathML as `mathml` gives it.
    """
    root = ET.fromstring(formula)
    whole = _characters(root)
    row = root[0] if len(root) == 1 and root[0].tag == f"{NAMESPACE}mrow" else root
    cuts = _cuts(list(row))
    if not cuts or whole < _LONG:
        return formula, whole
    kids = list(row)
    root[:] = []
    root.text = None
    for first, end in pairwise((0, *cuts, len(kids))):
        piece = ET.SubElement(root, f"{NAMESPACE}mrow")
        piece.extend(kids[first:end])
        for kid in piece:
            kid.tail = None
        if end < len(kids):
            piece[-1].set("form", "infix")  # as the last of a row it would be set as a postfix
    return ET.tostring(root, encoding="unicode"), max(map(_characters, root))


def _characters(element: ET.Element) -> int:
    return len("".join("".join(element.itertext()).split()))


def _cuts(row: list[ET.Element]) -> list[int]:
    """Before which elements of a row a line may begin."""
    cuts = []
    depth = 0
    before = ""
    for index, element in enumerate(row):
        text = (element.text or "").strip() if element.tag == f"{NAMESPACE}mo" else ""
        depth += (text in _OPENING) - (text in _CLOSING) if text else 0
        infix = 0 < index < len(row) - 1 and not _between(before) and before not in _OPENING
        if depth == 0 and infix and _between(text):
            cuts.append(index + 1)
        before = text
    return cuts


def _between(text: str) -> bool:
    """Whether an operator stands between two others."""
    known = text in _BETWEEN or (len(text) == 1 and unicodedata.category(text) == "Sm")
    return known and text not in _NOT_BETWEEN
