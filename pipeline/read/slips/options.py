"""What is mistyped in the options of an image: marks that would be read aloud, an option in its name."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import is_slip_of, quoted, shortened
from pipeline.tree.report import line_of

_Found = tuple[int, str, str, int]
_QUOTED: Final = re.compile(r"[\"“”„«].*[\"“”»]", re.DOTALL)
_NAMES: Final = "alt|width|height|scale|align|target|loading|name|class|figwidth|figclass|figname"
_OPTION: Final = re.compile(
    rf"\s*[:：]?\s?(?P<name>{_NAMES})\s?[:=：]\s*(?P<value>.*)|\s*:(?P<other>[a-z-]+):\s(?P<rest>.*)"
)
_WIDEST: Final = 100
"""Per cent of the width of the text."""
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")
_TAG: Final = re.compile(r"</?(?:b|i|em|strong|br|sub|sup|u|span|p)(?: [^<>]*)?/?>")


def find_in_options(node: nodes.image, lines: list[str]) -> Iterator[_Found]:
    """What is wrong with one image.

    :param node: as docutils has parsed it.
    :param lines: of the article, or none.
    """
    alt = node.get("alt", "").strip()
    marked = _TAG.search(alt) or _ENTITY.search(alt)
    if len(alt) > 2 and _QUOTED.fullmatch(alt):
        said = f"the quotation marks of :alt: {shortened(alt)} are a part of the text: take them out"
        yield _line_of_alt(node, lines, alt), "markup-misread", said, 0
    elif re.fullmatch(r"[\w./ -]+\.(?:png|jpe?g|gif|svg|webp|tiff?)", alt, re.IGNORECASE):
        said = f":alt: {shortened(alt)} is the name of a file: say what the image shows"
        yield _line_of_alt(node, lines, alt), "markup-misread", said, 0
    elif marked is not None and html.unescape(marked[0]) != marked[0]:
        said = f'"{marked[0]}" in :alt: is read aloud as it stands: type "{html.unescape(marked[0])}"'
        yield _line_of_alt(node, lines, alt), "markup-foreign", said, 0
    elif marked is not None and marked[0].startswith("<"):
        said = (
            f'"{marked[0]}" in :alt: is read aloud as it stands: alternative text is plain text, take it out'
        )
        yield _line_of_alt(node, lines, alt), "markup-foreign", said, 0
    inner = re.search(rf"\s:(?:{_NAMES}): ", alt)
    if inner is not None:
        said = f'"{inner[0].strip()}" is read as a part of :alt:: each option stands on a line of its own'
        yield _line_of_alt(node, lines, alt), "markup-misread", said, 0
    for name in ("width", "height", "scale"):
        said = _size(name, str(node.get(name, "")))
        if said:
            at = _line_of_option(node, lines, name)
            yield at, "markup-misread", said, 0
    if not alt:
        yield from _outdented(node, lines)
    yield from _swallowed(node, lines)


def _size(name: str, value: str) -> str:
    """What is wrong with the size of an image; empty where it can be shown so."""
    number = re.match(r"[\d.]+", value)
    if number is None or not value:
        return ""
    if not float(number[0].strip(".") or 0):
        return f":{name}: {value} shows nothing of the image: write a larger one, or leave it out"
    if name == "width" and value.endswith("%") and float(number[0]) > _WIDEST:
        return f":width: {value} is wider than the text: write 100% at most, as in :width: 50%"
    return ""


def _line_of_option(node: nodes.image, lines: list[str], name: str) -> int:
    line = _line(node)
    near = range(max(line - 1, 0), min(len(lines), line + 12))
    return next((at + 1 for at in near if re.match(rf"\s*:{name}:", lines[at])), line)


def _swallowed(node: nodes.image, lines: list[str]) -> Iterator[_Found]:
    """An option that docutils reads as a part of the name: not indented as the others, or without a colon."""
    start = _line(node)
    for number in range(start, min(start + 3, len(lines))):
        match = _OPTION.fullmatch(lines[number])
        name = (match["name"] or match["other"]) if match else ""
        value = (match["value"] or match["rest"] or "").strip() if match else ""
        joined = re.sub(r"\s", "", lines[number])
        if not name or joined not in re.sub(r"\s", "", node["uri"]):
            if match is None:
                return
            continue
        said = (
            f'"{shortened(lines[number].strip())}" is read as a part of the name of the image: '
            f"write :{name}: {shortened(value)}, and indent all options alike"
        )
        yield number + 1, "directive-error", said, 0
        return


def _outdented(node: nodes.image, lines: list[str]) -> Iterator[_Found]:
    """Options at the left margin: docutils reads them as fields of the text."""
    start = _line(node)
    margin = len(lines[start - 1]) - len(lines[start - 1].lstrip()) if 0 < start <= len(lines) else 0
    below = lines[start] if 0 < start < len(lines) else ""
    match = re.match(rf"(?P<margin>\s*):(?P<name>{_NAMES}): ", below)
    if match is not None and len(match["margin"]) <= margin:
        said = (
            f'"{shortened(below.strip())}" is read as text: indent the options by three spaces, '
            "below the name of the image"
        )
        yield start + 1, "image-alt-missing", said, 0


def _line(node: nodes.image) -> int:
    return int(line_of(node) or 1)


def _line_of_alt(node: nodes.image, lines: list[str], alt: str) -> int:
    line = int(node.line or (node.parent.line if node.parent is not None else 0) or 1)
    near = range(line, min(len(lines), line + 12))
    at = next((number for number in near if f":alt: {alt[:20]}" in lines[number]), None)
    return at + 1 if at is not None else line


_CLASSES: Final = ("keep", "wide", "unnumbered")
"""Classes that Despatch itself has a meaning for."""


def find_class_names(node: nodes.Element) -> Iterator[str]:
    """Classes that are almost one of Despatch's own: a letter doubled, left out, or in another's place.

    :param node: any, as docutils has parsed it; ``.. class::`` is a node that waits for what it is for.
    :returns: what is said of each. A desk may have any other class in its style sheets.
    """
    waiting = isinstance(node, nodes.pending)
    given = node.details.get("class", []) if waiting else node.get("classes", [])
    for name in given if isinstance(given, list) else ():
        for known in _CLASSES:
            if name != known and is_slip_of(str(name), known):
                yield f'the class "{name}" does nothing: write {known}'


_CAPTION: Final = re.compile(
    r"(?:Figure|Fig\.|Photo|Picture|Image|Map|Chart|Abbildung|"
    r"Abb\.|Foto|Karte|Carte|Afbeelding|Figuur)\b[^\n]{0,5}[:.–—-] ?\S"
)


def find_caption_below(node: nodes.Element) -> Iterator[tuple[nodes.Element, str]]:
    """The caption of an image or a figure, typed as a paragraph below it.

    :param node: an image or a figure, as docutils has parsed it.
    :returns: the paragraph, and what is said of it.
    """
    if isinstance(node.parent, nodes.figure) or any(isinstance(one, nodes.caption) for one in node):
        return
    below = node.next_node(descend=False, siblings=True)
    if isinstance(below, nodes.paragraph) and _CAPTION.match(below.rawsource.strip()):
        words = quoted(below.rawsource.strip())
        yield (
            below,
            f'"{words}" is read as a paragraph: a caption stands below the options of .. figure::, indented',
        )
