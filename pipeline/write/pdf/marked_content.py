"""The content streams of the pages: what is marked as content, what as artifact, and how it reads as text.

WeasyPrint draws a page through `MarkedPage`, which keeps what WeasyPrint notes of its marks; when the last
page is drawn, `Painter` writes the marks anew. Nothing that is drawn moves, but

- running heads, folios, repeated table heads and images without a meaning become artifacts (ISO 32000-1,
  14.8.2.2.2), and artifacts inside content (lines through text) move out of it (ISO 14289-1, 7.1);
- spaces that a line's end has swallowed are set, invisibly (14.8.2.5), and hyphens that break a word say that
  they are soft hyphens (14.8.2.2.3);
- letters say what they are where the font does not (`actual_text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.tree.labels import direction_of
from pipeline.write.pdf.actual_text import FONT, Shaping, is_rtl
from pipeline.write.pdf.chart_values import pieces
from pipeline.write.pdf.line_numbers import LineNumber, draw
from pipeline.write.pdf.logical_order import Mark, Reading, Sheet, is_formula

_LAST_GLYPH: Final = re.compile(rb"([0-9a-f]{4})(>[-0-9. ]*\] TJ)\Z")
_ARROW: Final = (((0, -0.35), (0, 0.1), (0.55, 0.1)), ((0.35, -0.1), (0.55, 0.1), (0.35, 0.3)))
"""In em, from the middle of its line."""
_PAGINATION: Final = {
    "Header": "/Type /Pagination /Subtype /Header /Attached [/Top]",
    "Footer": "/Type /Pagination /Subtype /Footer /Attached [/Bottom]",
}
"""What an artifact at head or foot says of itself (14.8.2.2.2, table 330)."""
MARKING: Final = "XXMarking"
"""Names the artifact that is the marking of the article: ``true`` in its properties, and a point of that name
(14.6.1) behind it, so that a packet can take it out and put its own. "XX" begins private names (annex E)."""


class MarkedPage:
    """Stands in for a ``weasyprint.document.Page``: is drawn as it is, and keeps hold of the marks.

    :param sheet: the page's content.
    :param painter: is told when the page has been drawn.
    """

    def __init__(self, sheet: Sheet, painter: Painter) -> None:
        page = sheet.page
        self.width, self.height, self.bleed = page.width, page.height, page.bleed
        self.bookmarks, self.anchors, self.forms = page.bookmarks, page.anchors, page.forms
        self.links = sheet.links
        self._page_box = page._page_box
        self.numbers: Sequence[LineNumber] = ()
        self._sheet, self._painter = sheet, painter
        for link in page.links:
            link[3].link_annotation = None  # of an earlier PDF of the same layout

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Draw the page; WeasyPrint's own tagging, which comes later, then finds nothing to do."""
        self._sheet.page.paint(stream, scale)
        for line in self._sheet.wrapped:
            _draw_turn(stream, line, scale)
        draw(stream, self.numbers, scale)
        marks = {}
        for box, tag in stream._tags.items():
            marks[tag["mcid"]] = self._sheet.marks.get(id(box)) or Mark(box, 0, "", "Artifact")
        stream._tags.clear()
        self._page_box = self._page_box.copy_with_children([])
        self._painter.drawn(stream, marks)


class Painter:
    """Writes the marks of all pages anew.

    :param reading: the content of the document; gets the numbers of its marks.
    :ivar pages: what WeasyPrint is to draw instead of its own pages.
    :ivar counts: how many marks each page has, once the last is drawn.
    :ivar untagged: how many pieces of content could not be marked.
    """

    def __init__(self, reading: Reading) -> None:
        self.pages = [MarkedPage(sheet, self) for sheet in reading.sheets]
        self.counts: list[int] = []
        self.untagged = 0
        self._streams: list[tuple[Any, dict[int, Mark]]] = []
        self._shaping = Shaping([])
        self._leftwards = direction_of(reading.root.language) == "rtl"

    def drawn(self, stream: Any, marks: dict[int, Mark]) -> None:
        """Take a drawn page. With the last one, all are written anew; fonts are embedded after that."""
        self._streams.append((stream, marks))
        if len(self._streams) < len(self.pages):
            return
        self._shaping = Shaping(list(stream._fonts.values()), leftwards=self._leftwards)
        for content, numbered in self._streams:
            self.counts.append(self._rewrite(content, numbered))

    def _rewrite(self, stream: Any, marks: dict[int, Mark]) -> int:
        """Write the marks of one page anew.

        :returns: how many there are.
        """
        count, out = 0, []
        last: Mark | None = None
        for number, operations in _sequences(stream.stream):
            if number is None:
                out += operations
                last = None
                continue
            mark = marks.pop(number)
            before, inside, after = _without_artifacts(operations)
            if not _draws(mark, inside):
                out += [*before, *inside, *after]
                last = None if before or inside or after else last
                continue
            if mark.image:
                inside = self._spelled(inside, getattr(mark.box.replacement, "lines", ()))
            else:
                inside = self._shaping.corrected(inside, mark.box)
            if mark.artifact:
                out += [*before, *_artifact(mark, inside), *after]
                last = None
                continue
            if not mark.image:
                self._end_well(mark, inside)
            if last is not None and not before and _adjoin(last, mark):
                out.pop()
                out += [*inside, b"EMC", *after]
                mark.mcid = last.mcid
            else:
                out += before
                for piece, content in pieces(mark, inside):
                    out += [f"/{_kind(mark)} <</MCID {count}>>", b"BDC", *content, b"EMC"]
                    piece.mcid, count = count, count + 1
                out += after
            last = None if after else mark
        self.untagged += len(marks)  # what CSS makes half transparent is a picture of its own in the PDF
        stream.stream = out
        return count

    def _spelled(self, operations: list[Any], lines: Sequence[Any]) -> list[Any]:
        """The operations that draw an image, with the letters of its words marked as those of other text.

        :param lines: the words, in the order in which they are drawn.
        """
        if not lines:
            return operations
        found: list[Any] = []
        begun, waiting = 0, iter(lines)
        for index, operation in enumerate(operations):
            if operation == b"BT":
                found += operations[begun:index]
                begun = index
            elif operation == b"ET":
                found += self._shaping.corrected(operations[begun:index], next(waiting))
                begun = index
        return found + operations[begun:]

    def _end_well(self, mark: Mark, operations: list[Any]) -> None:
        """Set the space that follows the text, and let its hyphen be a soft one."""
        shown = [index for index, operation in enumerate(operations) if _ends(operation, b"] TJ")]
        if not shown or not (mark.space or mark.hyphen):
            return
        index = shown[-1]
        glyph = _LAST_GLYPH.search(operations[index])
        before = (operation for operation in reversed(operations[:index]) if _ends(operation, b" Tf"))
        font = next((found[1] for found in map(FONT.match, before) if found), b"")
        if glyph is None:
            return
        if mark.hyphen:
            rest = operations[index][: glyph.start()] + b">] TJ"
            soft = [b"/Span <</ActualText <feff00ad>>> BDC", b"[<" + glyph[1] + b">] TJ", b"EMC"]
            operations[index : index + 1] = soft if rest == b"[<>] TJ" else [rest, *soft]
        elif not is_rtl(mark.text) and (space := self._shaping.space(font)) not in {b"", glyph[1]}:
            if operations[index + 1 : index + 2] == [b"EMC"]:
                operations.insert(index + 2, b"[<" + space + b">] TJ")
            else:
                at = glyph.end(1)
                operations[index] = operations[index][:at] + space + operations[index][at:]


def _draw_turn(stream: Any, line: Any, scale: float) -> None:
    """Draw a turned arrow before a line of code that goes on: an artifact, which is no part of the text."""
    size = line.style["font_size"]
    with stream.artifact(), stream.stacked():
        stream.transform(scale, 0, 0, scale, 0, 0)
        across, down = line.position_x - 1.15 * size, line.position_y + line.height / 2
        stream.transform(size, 0, 0, size, across, down)
        stream.set_color(line.style["color"], stroke=True)
        stream.set_line_width(0.07)
        for points in _ARROW:
            stream.move_to(*points[0])
            for point in points[1:]:
                stream.line_to(*point)
            stream.stroke()


def _ends(operation: Any, end: bytes) -> bool:
    return isinstance(operation, bytes) and operation.endswith(end)


def _sequences(operations: list[Any]) -> Iterator[tuple[int | None, list[Any]]]:
    """Split a content stream into numbered marks (without their operators) and what is between them."""
    between: list[Any] = []
    index = 0
    while index < len(operations):
        following = operations[index + 1 : index + 3]
        if len(following) == 2 and isinstance(following[0], dict) and "MCID" in following[0]:
            depth, end = 1, index + 3
            while depth:
                depth += (operations[end] in (b"BDC", b"BMC")) - (operations[end] == b"EMC")
                end += 1
            if between:
                yield None, between
                between = []
            yield following[0]["MCID"], operations[index + 3 : end - 1]
            index = end
        else:
            between.append(operations[index])
            index += 1
    if between:
        yield None, between


def _without_artifacts(operations: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Split what is inside a mark: artifacts at its beginning, content, artifacts at its end."""
    start, end = 0, len(operations)
    while operations[start : start + 2] == ["/Artifact", b"BMC"]:
        start = operations.index(b"EMC", start) + 1
    while end > start and operations[end - 1] == b"EMC":
        opening = max((index for index in range(start, end) if operations[index] == b"BMC"), default=start)
        if operations[opening - 1] != "/Artifact":
            break
        end = opening - 1
    return operations[:start], operations[start:end], operations[end:]


def _kind(mark: Mark) -> str:
    """The tag of a mark, which says what it is also where the structure is not read (14.6.1)."""
    if not mark.image or mark.node is None:
        return "Span"
    return "Formula" if is_formula(mark.node.element) else "Figure"


def _draws(mark: Mark, operations: list[Any]) -> bool:
    """Whether anything is drawn: text without a visible character leaves an empty text object."""
    return bool(operations) if mark.image else any(_ends(operation, b"TJ") for operation in operations)


def _artifact(mark: Mark, inside: list[Any]) -> list[Any]:
    """Operations as an artifact."""
    if mark.artifact not in _PAGINATION:
        return ["/Artifact", b"BMC", *inside, b"EMC"]
    values = _PAGINATION[mark.artifact]
    if mark.marking:
        return [f"/Artifact <<{values} /{MARKING} true>>", b"BDC", *inside, b"EMC", f"/{MARKING}", b"MP"]
    return [f"/Artifact <<{values}>>", b"BDC", *inside, b"EMC"]


def _adjoin(last: Mark, mark: Mark) -> bool:
    """Whether a mark goes on where the last one stopped, in the stream and in the structure."""
    before = mark.before
    while before is not None and before.mcid is None:  # nothing but white space
        before = before.before
    return before is last and not mark.image and not last.image
