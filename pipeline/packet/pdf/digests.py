"""Digests of a PDF as a whole, page by page and, for what hangs on the catalogue, entry by entry.

Each is the SHA-256 of all objects that are reached, in the order in which they are reached, as qpdf writes
them: numbers of objects, compression and the place in the file don't count, everything else does. A page is
followed into its content, its resources, its annotations and what it inherits; the catalogue (ISO 32000-1,
7.7.2) into everything but the pages, which count there by their numbers. The trailer's own entries count as
well, and whatever is odd in the tree of pages.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.packet.pdf.objects import entries, unpack, values_of

_DIGITS: Final = 32
"""Hexadecimal digits of a digest: half of SHA-256."""
_STORAGE: Final = frozenset(("/Length", "/Filter", "/DecodeParms"))
_PARAMETERS: Final = frozenset(("/Predictor", "/Colors", "/BitsPerComponent", "/Columns", "/EarlyChange"))
"""What says how data are packed (ISO 32000-1, table 8)."""
_LINE_END: Final = 2
_PARENTS: Final = ("/StructParent", "/StructParents")
_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_TREE: Final = frozenset(("/Kids", "/Count", "/Parent", "/Type"))
_TRAILER: Final = frozenset(
    ("/Size", "/Prev", "/XRefStm", "/Root", "/Info", "/ID", "/Encrypt", "/Type", "/W", "/Index", *_STORAGE)
)
_SPLIT: Final = frozenset(("/Names",))
"""Entries of the catalogue that are told one by one."""
_TOKEN: Final = re.compile(rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|(?<![\w.+-])(\d+) (\d+) R(?!\w)", re.DOTALL)
"""A string, as qpdf writes it, or a reference."""

_XPACKET: Final = re.compile(
    rb"""<\?xpacket (?:begin=(["']).{0,9}?\1 id=(["'])W5M0MpCehiHzreSzNTczkc9d\2|end=(["'])[rw]\3)\s*\?>"""
)
"""What stands around metadata (XMP specification, part 1, 7.3.2)."""

_Number = tuple[int, int]


class Digests:
    """The digests of one PDF.

    :param pdf: open, or not yet saved.
    :param unread: numbers of streams whose content and parameters don't count: that of the record itself.
    """

    def __init__(self, pdf: Pdf, unread: frozenset[_Number] = frozenset()) -> None:
        self.pdf, self.unread = pdf, unread
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        self.reached: set[_Number] = set()
        """Numbers of the objects that count in one of the digests that were made."""
        self._parts: dict[_Number, list[bytes | _Number]] = {}
        self._data: dict[_Number, bytes] = {}
        self._places: dict[_Number, list[str]] = {}
        self._read: dict[int, tuple[str, str]] = {}
        self._nodes: set[_Number] = set()
        self._tree = [own for own in self._read_tree() if own]

    def page(self, index: int) -> str:
        """The digest of a page, from 0: of its boxes, its content, what that uses, its annotations."""
        return self._read_page(index)[0]

    def _read_page(self, index: int) -> tuple[str, str]:
        """The digest of a page; and what leads from it, its pictures and its annotations to the structure.

        That (ISO 32000-1, 14.7.4.4) is another whenever parts come in before, and so no part of the digest.
        """
        if index not in self._read:
            page = self.pdf.pages[index].obj
            self.reached.add(page.objgen)
            own = self._unplaced(page.objgen, entries(page))
            places = [repr(own.pop("/Tabs", "")), *self._places.get(page.objgen, ())]
            own.pop("/Parent", None)
            numbers: dict[_Number, int] = {}
            digest = self._digest(_inherited(page), own, here=page.objgen, numbers=numbers)
            for number in numbers:
                places += self._places.get(number, ())
            self._read[index] = digest, " ".join(places)
        return self._read[index]

    def _unplaced(self, number: _Number, own: dict[str, Any]) -> dict[str, Any]:
        """The entries of an object without its places in the structure, which are kept apart."""
        if any(key in own for key in _PARENTS):
            places = [f"{key}={own[key]}" for key in _PARENTS if isinstance(own.get(key), int)]
            self._places[number] = places
            return {key: value for key, value in own.items() if not _is_place(key, value)}
        return own

    def document(self) -> dict[str, str]:
        """The digest of each entry of the catalogue but ``Pages``, of the information, and of the rest."""
        found = {}
        root, trailer = self.pdf.Root, self.pdf.trailer
        ends = [root, trailer.get("/Info"), *(root.get(key) for key in _SPLIT)]
        self.reached |= {one.objgen for one in ends if isinstance(one, Dictionary)} | self._nodes
        for key, value in entries(root).items():
            if key in _SPLIT and isinstance(value, Dictionary):
                for inner, part in entries(value).items():
                    found[f"{key}{inner}"[1:]] = self._digest({inner: part})
            elif key != "/Pages" and (key, value) != ("/Type", Name.Catalog):
                found[key[1:]] = self._digest({key: value})
        rest = {key: trailer[key] for key in sorted(trailer.keys()) if key not in _TRAILER}
        found |= {"trailer": self._digest(rest)} if rest else {}
        found |= {"Info": self._digest(entries(trailer.get("/Info")))} if "/Info" in trailer else {}
        places = "\n".join(self._read_page(index)[1] for index in range(len(self.pdf.pages)))
        found["StructParents"] = hashlib.sha256(places.encode()).hexdigest()[:_DIGITS]
        found |= {"Pages": self._digest(*self._tree)} if self._tree else {}
        return found

    def _read_tree(self) -> Iterator[dict[str, Any]]:
        """What the nodes of the page tree say beside their pages, and what is odd in it (ISO 32000-1, 7.7.3).

        A tree as it should be says nothing: its shape may be another whenever a file is stored anew.
        """
        odd: dict[str, str] = {}
        waiting = deque([self.pdf.Root.get("/Pages")])
        while waiting:
            node = waiting.popleft()
            if not isinstance(node, Dictionary) or node.objgen in self._nodes:
                odd[f"/{len(odd)}"] = "no node"
                continue
            self._nodes.add(node.objgen)
            if node.get("/Type") != Name.Pages:
                odd[f"/{len(odd)}"] = "no node of pages"
            yield {key: value for key, value in entries(node).items() if key not in _TREE}
            for kid in node.get("/Kids", ()):
                page = isinstance(kid, Dictionary) and kid.objgen in self._pages
                if not isinstance(kid, Dictionary) or kid.get("/Parent") != node:
                    odd[f"/{len(odd)}"] = f"page {self._pages[kid.objgen]}" if page else "no kid"
                if not page:
                    waiting.append(kid)
        top = self.pdf.Root.get("/Pages")
        if isinstance(top, Dictionary) and ("/Parent" in top or top.get("/Count") != len(self.pdf.pages)):
            odd["/Count"] = str(top.get("/Count"))
        yield odd

    def _digest(
        self,
        *groups: dict[str, Any],
        here: _Number | None = None,
        numbers: dict[_Number, int] | None = None,
    ) -> str:
        """The digest of some entries with all that they lead to.

        :param here: the page that they belong to.
        :param numbers: where the objects that are reached are numbered.
        """
        state = hashlib.sha256()
        numbers = {} if numbers is None else numbers
        waiting: deque[_Number] = deque()

        def write(parts: list[bytes | _Number]) -> None:
            for part in parts:
                if isinstance(part, bytes):
                    state.update(part)
                elif part == here:
                    state.update(b"this page")
                elif part in self._pages:
                    state.update(b"page %d" % self._pages[part])
                else:
                    if part not in numbers:
                        numbers[part] = len(numbers)
                        waiting.append(part)
                    state.update(b"object %d" % numbers[part])

        for group in groups:
            for key in sorted(group):
                write([key.encode("utf-8", "surrogateescape") + b" ", *_split(group[key])])
        while waiting:
            number = waiting.popleft()
            state.update(b"\nobject %d " % numbers[number])
            write(self._of(number))
            state.update(self._data.get(number, b""))
        self.reached.update(numbers)
        return state.hexdigest()[:_DIGITS]

    def _of(self, number: _Number) -> list[bytes | _Number]:
        """What an object says, in pieces: bytes, and the numbers of other objects."""
        if number in self._parts:
            return self._parts[number]
        value = self.pdf.get_object(number)
        parts: list[bytes | _Number]
        if not isinstance(value, Stream):
            parts = self._dictionary(value) if isinstance(value, Dictionary) else _split(value, whole=True)
        elif number in self.unread:
            parts = [b"the record "]
            for key, inner in _without_sums(value).items():
                parts += [key.encode("utf-8", "surrogateescape") + b" ", *_split(inner)]
        else:
            image = value.get("/Subtype") == Name.Image
            own = _own(value, image)
            parts = [b"stream "]
            for key, inner in self._unplaced(number, own).items():
                parts += [key.encode("utf-8", "surrogateescape") + b" ", *_split(inner)]
            self._data[number] = hashlib.sha256(_content(value, image)).digest()
        self._parts[number] = parts
        return parts

    def _dictionary(self, value: Any) -> list[bytes | _Number]:
        if value.objgen in self._nodes:
            return [b"page tree"]
        if value.objgen == self.pdf.Root.objgen:
            return [b"catalogue"]
        if not any(key in value for key in _PARENTS):
            return _split(value, whole=True)
        parts: list[bytes | _Number] = [b"<< "]
        for key, inner in self._unplaced(value.objgen, entries(value)).items():
            parts += [key.encode("utf-8", "surrogateescape") + b" ", *_split(inner), b" "]
        return [*parts, b">>"]


def _own(stream: Any, image: bool) -> dict[str, Any]:
    """The entries of a stream that count: all of an image, and of others not how they are packed."""
    own = {key: stream[key] for key in sorted(stream.keys()) if image or key not in _STORAGE}
    own.pop("/Length", None)
    more = [
        (f"{number}{key}", inner)
        for number, one in enumerate(() if image else values_of(stream.get("/DecodeParms")))
        for key, inner in entries(one).items()
        if key not in _PARAMETERS
    ]
    return own | dict(more)


def _is_place(key: str, value: Any) -> bool:
    return key in _PARENTS and isinstance(value, int)


def _inherited(page: Any) -> dict[str, Any]:
    """What a page takes over from the nodes above it (ISO 32000-1, 7.7.3.4)."""
    found: dict[str, Any] = {}
    node, seen = page.get("/Parent"), set()
    while isinstance(node, Dictionary) and node.objgen not in seen:
        seen.add(node.objgen)
        found |= {
            key: node[key] for key in _INHERITED if key in node and key not in page and key not in found
        }
        node = node.get("/Parent")
    return found


def _without_sums(record: Any) -> dict[str, Any]:
    """The entries of the record's stream, without those that go with its content, where these are right."""
    data = bytes(record.read_bytes())
    own = {key: value for key, value in entries(record.stream_dict).items() if key not in _STORAGE}
    parameters = own.pop("/Params", None)
    kept = entries(parameters)
    if kept.get("/Size") == len(data):
        del kept["/Size"]
    if bytes(kept.get("/CheckSum", b"")) == hashlib.md5(data, usedforsecurity=False).digest():
        del kept["/CheckSum"]
    return own | {f"/Params{key}": value for key, value in kept.items()}


def _split(value: Any, *, whole: bool = False) -> list[bytes | _Number]:
    """What qpdf writes for a value, cut at the references in it.

    :param whole: what an object says, and not the reference to it.
    """
    if not isinstance(value, pikepdf.Object):
        return [repr(value).encode()]
    written = value.unparse(resolved=whole)
    parts: list[bytes | _Number] = []
    done = 0
    for found in _TOKEN.finditer(written):
        if found[1] is not None:
            parts += [written[done : found.start()], (int(found[1]), int(found[2]))]
            done = found.end()
    return [*parts, written[done:]]


def _content(stream: Any, image: bool) -> bytes:
    """The content; of an image as it is stored, because nobody stores images anew."""
    if not image:
        try:
            # qpdf ends what it stores uncompressed with a line feed.
            data = _unpacked(stream).rstrip(b"\r\n")
        except (pikepdf.PdfError, zlib.error):
            pass
        else:
            return _canonical(data) if stream.get("/Type") == Name.Metadata else data
    return bytes(stream.read_raw_bytes())


def _unpacked(stream: Any) -> bytes:
    """The data of a stream, with what stands behind them.

    :raises pikepdf.PdfError: when they can't be read.
    :raises zlib.error: likewise.
    """
    if stream.get("/Filter") != Name.FlateDecode or "/DecodeParms" in stream:
        return bytes(stream.read_bytes())
    pieces: list[bytes] = []
    rest = unpack(stream.read_raw_bytes(), pieces.append)
    if rest is None:
        return bytes(stream.read_bytes())
    return b"".join([*pieces, rest[_LINE_END:]])


def _canonical(xmp: bytes) -> bytes:
    """Metadata in canonical form (Canonical XML 1.1): pikepdf writes them anew whenever it saves a file."""
    from lxml import etree

    try:
        top = etree.fromstring(xmp, etree.XMLParser(resolve_entities=False, no_network=True))
        tree = top.getroottree()
        if tree.docinfo.doctype:
            return xmp
        beside = [*top.itersiblings(preceding=True), *top.itersiblings()]
        around = [etree.tostring(one, with_tail=False) for one in beside]
        return bytes(etree.tostring(top, method="c14n", with_comments=True)) + b"".join(
            one for one in around if not _XPACKET.fullmatch(one)
        )
    except (etree.XMLSyntaxError, ValueError):
        return xmp
