"""From an annex that is cleaned to a tagged file of upright pages with room for what is stamped on them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pikepdf import Array, Dictionary, Matrix, Name, Pdf, String

from pipeline.check.seen.boxes import Box
from pipeline.packet.annex.pages import (
    Upright,
    drop_empty,
    encase,
    strip_page,
    turned,
    turned_points,
    upright,
)
from pipeline.packet.annex.source import links
from pipeline.packet.annex.tags import Kept, linked
from pipeline.packet.base.model import BASE, Part
from pipeline.packet.pdf.destinations import WHOLE, Bookmark, Place, Places, Reader
from pipeline.packet.pdf.geometry import scale
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.pdf.stamp import BAND
from pipeline.packet.plain.spoken_texts import shown_in, with_pages
from pipeline.packet.seen.page_views import View
from pipeline.tree.labels import labels_for

_STRIP: Final = BAND[1] + 2
"""Height of a strip by which a page grows, in points, on A4."""
_NARROWEST: Final = 250.0
"""Width of a page, in points, on which number, marking and link have room."""
_PAGE: Final = "page-"
_GROUPS: Final = frozenset(("/Document", "/Part", "/Art", "/Sect", "/Div"))
"""Elements that a figure may stand in (ISO 32000-1, 14.8.4.2)."""
_SAME: Final = 1.5
"""Points by which a page of a size may differ from it."""
_LINK_KEYS: Final = frozenset(
    ("/Type", "/Subtype", "/Rect", "/QuadPoints", "/Contents", "/A", "/Border", "/BS", "/C")
)

_STYLE_KEYS: Final = ("/W", "/D")
_STYLES: Final = ("/S", "/D", "/B", "/I", "/U")
"""Of borders (ISO 32000-1, table 166)."""


@dataclass(frozen=True)
class Frame:
    """A page in its place: how its content is turned and moved, and how large it has become, in points."""

    matrix: Matrix
    own: Box
    width: float
    height: float


@dataclass(frozen=True)
class LaidOut:
    """An annex whose pages are laid out: the new file, not yet saved, and where each page is on its sheet."""

    pdf: Pdf
    frames: Sequence[Frame]


def lay_out(
    pdf: Pdf,
    part: Part,
    kept: Kept | None,
    seen: Sequence[View],
    paper: tuple[float, float] | None = None,
    pictured: Collection[int] = (),
) -> LaidOut:
    """Lay the pages of an annex out.

    :param pdf: the annex, cleaned; it is used up.
    :param kept: its tags, where they are kept.
    :param seen: what each page looks like.
    :param paper: the size that every page gets, width and height upright, in points; by default each its own.
    :param pictured: the indices of pages that are pictures, and figures among the tags that are kept.
    """
    reader = Reader(pdf)
    marks = reader.bookmarks()
    frames = [
        _fitted(upright(page.obj), look, part, paper) if paper else _frame(upright(page.obj), look, part)
        for page, look in zip(pdf.pages, seen, strict=True)
    ]
    targets: set[int] = set()
    forms: set[tuple[int, int]] = set()
    for index, (page, frame) in enumerate(zip(pdf.pages, frames, strict=True)):
        own = [_plain_link(link, frame, reader, targets) for link in links(page.obj)]
        for link in own if index in pictured else ():
            link.Contents = String(_said(link))
        figure = kept is None or index in pictured
        _set(pdf, page.obj, frame, encase(pdf, page.obj, forms) if figure else None)
        if own:
            # A tag can only point at a link that is an object of its own (ISO 32000-1, 14.7.4.3).
            page.obj.Annots = Array([one if one.is_indirect else pdf.make_indirect(one) for one in own])
    out = Pdf.new()
    out.add_pages_from(pdf, forms="strip", outlines="ignore")
    held = out.copy_foreign(pdf.make_indirect(Dictionary(Tops=Array(_cut(kept.tops if kept else [])))))
    figures = sorted(pictured) if kept else range(len(frames))
    _Structure(out, part, frames, [look.text for look in seen]).write(list(held.Tops), figures)
    places = Places(out, {_page_name(index): index for index in sorted(targets)})
    for mark in marks:
        places.bookmark(1, _simple(mark), 0)
    places.write()
    out.Root.Lang = String(part.language)
    return LaidOut(out, frames)


def _frame(place: Upright, look: View, part: Part) -> Frame:
    """Give a page room: a strip at top or bottom where it is not free, and at the sides of a narrow one."""
    width = max(place.width, _NARROWEST)
    # Whole points: so what is on the page stays on the same grid of dots.
    strip = float(math.ceil(_STRIP * scale(Box(0, 0, width, place.height))))
    bottom = 0.0 if look.bottom_free else strip
    top = strip if part.marking and not look.top_free else 0.0
    left = (width - place.width) / 2
    own = Box(left, bottom, left + place.width, bottom + place.height)
    return Frame(place.moved(left, bottom), own, width, place.height + bottom + top)


def _fitted(place: Upright, look: View, part: Part, paper: tuple[float, float]) -> Frame:
    """Put a page on paper of a given size: smaller where it is larger, never larger; lying where it lies."""
    width, height = paper if place.width <= place.height else (paper[1], paper[0])
    same = abs(place.width - width) < _SAME and abs(place.height - height) < _SAME
    if same and look.bottom_free and (look.top_free or not part.marking):  # otherwise it would grow
        return _frame(place, look, part)
    bottom = float(math.ceil(_STRIP))
    top = bottom if part.marking else 0.0
    size = min(1.0, width / place.width, (height - bottom - top) / place.height)
    across, up = place.width * size, place.height * size
    left, low = (width - across) / 2, bottom + (height - bottom - top - up) / 2
    matrix = place.matrix @ Matrix(size, 0, 0, size, left, low)
    return Frame(matrix, Box(left, low, left + across, low + up), width, height)


def _set(pdf: Pdf, page: Any, frame: Frame, form: Any | None) -> None:
    """Put the content of a page into its place: as a figure in one form, or as it is."""
    strip_page(page)
    page.MediaBox = Array([0, 0, round(frame.width, 3), round(frame.height, 3)])
    if "/Annots" in page:
        del page["/Annots"]
    matrix = frame.matrix.encode()
    if form is None:
        drop_empty(page.get("/Resources", Dictionary()))
        content = page.get("/Contents")
        own = list(content) if isinstance(content, Array) else [content] if content is not None else []
        sides = (frame.own.left, frame.own.bottom, frame.own.width, frame.own.height)
        head = b"q %.3f %.3f %.3f %.3f re W n " % sides + matrix + b" cm\n"
        page.Contents = Array([pdf.make_stream(head), *own, pdf.make_stream(b"\nQ\n")])
        return
    page.Contents = pdf.make_stream(b"/Figure <</MCID 0>> BDC q " + matrix + b" cm /Annex Do Q EMC\n")
    page.Resources = Dictionary(XObject=Dictionary(Annex=form))


def _plain_link(link: Any, frame: Frame, reader: Reader, targets: set[int]) -> Any:
    """A link that does nothing but lead somewhere; its place on the page is turned with the page."""
    place = reader.target(link)
    address = str(link.A.URI).strip() if "/A" in link and link.A.get("/S") == Name.URI else ""
    for key in list(link.keys()):
        if key not in _LINK_KEYS:
            del link[key]
    link.Rect = Array(turned(link.get("/Rect", (0, 0, 0, 0)), frame.matrix))
    if "/QuadPoints" in link:
        points = turned_points(link.QuadPoints, frame.matrix)
        del link["/QuadPoints"]
        if points and len(points) % 8 == 0:
            link.QuadPoints = Array(points)
    for key in ("/Border", "/C"):
        if key in link and not _of_numbers(link[key]):
            del link[key]
    if "/BS" in link:
        style = link.BS if isinstance(link.BS, Dictionary) else Dictionary()
        link.BS = Dictionary({key: style[key] for key in _STYLE_KEYS if _of_numbers(style.get(key))})
        link.BS.S = style.get("/S") if str(style.get("/S", "")) in _STYLES else Name.S
    link.F = 4
    if address:
        link.A = Dictionary(Type=Name.Action, S=Name.URI, URI=String(address))
        name = _said(link)
    else:
        index = place.page if place is not None else 0
        targets.add(index)
        if "/A" in link:
            del link["/A"]
        link.Dest = String(_page_name(index))
        name = str(index + 1)
    if not str(link.get("/Contents", "")).strip():
        link.Contents = String(name)
    return link


def _of_numbers(value: Any) -> bool:
    """Whether a value is a number, or an array of numbers and of such arrays."""
    if isinstance(value, Array):
        return all(_of_numbers(one) for one in value)
    return isinstance(value, (int, float, Decimal))


def plain_descriptions(pdf: Pdf, shown: Sequence[str]) -> list[str]:
    """Take descriptions off links, in place, whose words their pages don't show.

    :param shown: what each page shows, squeezed.
    :returns: those descriptions; none is one that says where the link leads.
    """
    found = []
    for page, own in zip(pdf.pages, shown, strict=True):
        for link in links(page.obj):
            said = str(link.get("/Contents", ""))
            address = str(link.A.get("/URI", "")) if "/A" in link else ""
            if said.strip() and said.strip() != address.strip() and not shown_in(said, own):
                if said != str(link.get("/Dest", "")):  # the name of a place says nothing
                    found.append(said)
                del link["/Contents"]
    return found


def _said(link: Any) -> str:
    """What a link says of itself where nothing else is known to be shown: where it leads."""
    if "/A" not in link:
        return str(link.Dest).removeprefix(_PAGE)
    address = str(link.A.URI)
    return address.rpartition("@")[2] if address.startswith(BASE) else address


def _page_name(index: int) -> str:
    return f"{_PAGE}{index + 1}"


def _simple(mark: Bookmark) -> Bookmark:
    """A bookmark that leads to whole pages: places on them have moved."""
    place = Place(mark.place.page, WHOLE) if mark.place is not None else None
    return Bookmark(mark.title, place, [_simple(kid) for kid in mark.kids])


def _cut(tops: Sequence[Any]) -> list[Any]:
    """Cut elements off what is above them, so that copying stops there."""
    for top in tops:
        if "/P" in top:
            del top["/P"]
    return list(tops)


class _Structure:
    """The structure tree of a prepared annex. Its parent tree is made when it is stitched."""

    def __init__(self, pdf: Pdf, part: Part, frames: Sequence[Frame], texts: Sequence[str]) -> None:
        self.pdf, self.part, self.frames, self.texts = pdf, part, frames, texts
        self.numbers = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self._element("Document", self.root, Lang=String(part.language), T=String(part.title))

    def write(self, tops: list[Any], figures: Sequence[int]) -> None:
        """Write the tree: tags that are kept, a figure for each page that is one, links that have no place.

        :param figures: the indices of those pages, in order.
        """
        for top in tops:
            top.P = self.document
        self.document.K = Array(tops)
        placed = {annotation.objgen for annotation in linked(tops)}
        for index in figures if tops else ():
            self._insert(self._figure(index), index)
        for index, page in enumerate(self.pdf.pages):
            if not tops and index in figures:
                self.document.K.append(self._figure(index))
            own = [one for one in page.obj.get("/Annots", ()) if one.objgen not in placed]
            if own:
                self.document.K.append(self._links(page.obj, own))
        self.root.K = self.document
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _insert(self, figure: Any, index: int) -> None:
        """Put the figure of a page among tags that are kept: before the first that stands on it or later."""
        pages = {element.objgen: own for element, own in with_pages(self.document, self.numbers)}
        parent = self.document
        while True:
            kids = values_of(parent.get("/K"))
            spans = [pages.get(kid.objgen, set()) if isinstance(kid, Dictionary) else set() for kid in kids]
            later = [at for at, own in enumerate(spans) if own and min(own) >= index]
            at = later[0] if later else len(kids)
            before = [number for number in range(at) if spans[number] and max(spans[number]) >= index]
            if not before or kids[before[-1]].get("/S") not in _GROUPS:
                break
            parent = kids[before[-1]]
        figure.P = parent
        parent.K = Array([*kids[:at], figure, *kids[at:]])

    def _figure(self, index: int) -> Any:
        name = labels_for(self.part.language)["packet-picture"].format(
            page=index + 1, pages=len(self.frames), title=self.part.title
        )
        text = f"{name}. {self.texts[index]}" if self.texts[index] else name
        page, box = self.pdf.pages[index].obj, self.frames[index].own
        sides = [round(side, 3) for side in (box.left, box.bottom, box.right, box.top)]
        layout = Dictionary(O=Name.Layout, BBox=Array(sides), Placement=Name.Block)
        return self._element("Figure", self.document, Pg=page, K=0, Alt=String(text), A=layout)

    def _links(self, page: Any, annotations: list[Any]) -> Any:
        paragraph = self._element("P", self.document, Pg=page)
        paragraph.K = Array(
            [
                self._element("Link", paragraph, Pg=page, K=Dictionary(Type=Name.OBJR, Obj=annotation))
                for annotation in annotations
            ]
        )
        return paragraph

    def _element(self, role: str, parent: Any, **entries: Any) -> Any:
        return self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent, **entries)
        )
