"""Digests of a PDF as a whole, page by page and, for what hangs on the catalogue, entry by entry.

Each is the SHA-256 of all objects that are reached, in the order in which they are reached, as qpdf writes
them: numbers of objects, compression and the place in the file don't count, everything else does. A page is
followed into its content, its resources and its annotations; the catalogue (ISO 32000-1, 7.7.2) into
everything but the pages, which count there by their numbers. The trailer's own entries count as well.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.packet.pdf.objects import entries, values_of
from pipeline.packet.pdf.sharing import Fingerprints

_DIGITS: Final = 32
"""Hexadecimal digits of a digest: half of SHA-256."""
_STORAGE: Final = frozenset(("/Length", "/Filter", "/DecodeParms", "/DL"))
_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_TREE: Final = frozenset(("/Kids", "/Count", "/Parent", "/Type"))
_TRAILER: Final = frozenset(
    ("/Size", "/Prev", "/XRefStm", "/Root", "/Info", "/ID", "/Encrypt", "/Type", "/W", "/Index", *_STORAGE)
)
_SPLIT: Final = frozenset(("/Names",))
"""Entries of the catalogue that are told one by one."""
_TOKEN: Final = re.compile(rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|(?<![\w.+-])(\d+) (\d+) R(?!\w)", re.DOTALL)
"""A string, as qpdf writes it, or a reference."""

_Number = tuple[int, int]


class Digests:
    """The digests of one PDF.

    :param pdf: open, or not yet saved.
    :param unread: numbers of streams whose content and parameters don't count: that of the record itself.
    """

    def __init__(self, pdf: Pdf, unread: frozenset[_Number] = frozenset()) -> None:
        self.pdf, self.unread = pdf, unread
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        self._fingerprints = Fingerprints(self._pages)
        self._parts: dict[_Number, list[bytes | _Number]] = {}
        self._data: dict[_Number, bytes] = {}

    def page(self, index: int) -> str:
        """The digest of a page, from 0: of its boxes, its content, what that uses, its annotations."""
        return self._fingerprints.page(self.pdf.pages[index].obj).hex()[:_DIGITS]

    def document(self) -> dict[str, str]:
        """The digest of each entry of the catalogue but ``Pages``, of the information, and of the rest."""
        found = {}
        for key, value in entries(self.pdf.Root).items():
            if key in _SPLIT and isinstance(value, Dictionary):
                for inner, part in entries(value).items():
                    found[f"{key}{inner}"[1:]] = self._digest({inner: part})
            elif key not in ("/Pages", "/Type"):
                found[key[1:]] = self._digest({key: value})
        trailer = self.pdf.trailer
        rest = {key: trailer[key] for key in sorted(trailer.keys()) if key not in _TRAILER}
        found |= {"trailer": self._digest(rest)} if rest else {}
        found |= {"Info": self._digest(entries(trailer.get("/Info")))} if "/Info" in trailer else {}
        found["StructParents"] = hashlib.sha256(repr(list(self._parents())).encode()).hexdigest()[:_DIGITS]
        tree = [own for own in map(self._tree_entries, self._tree()) if own]
        found |= {"Pages": self._digest(*tree)} if tree else {}
        return found

    def _parents(self) -> Iterator[tuple[str, ...]]:
        """What leads from each page and its annotations to the structure (ISO 32000-1, 14.7.4.4)."""
        for page in self.pdf.pages:
            own = [str(page.obj.get("/StructParents", "")), str(page.obj.get("/Tabs", ""))]
            notes = values_of(page.obj.get("/Annots"))
            own += [str(one.get("/StructParent", "")) for one in notes if isinstance(one, Dictionary)]
            yield tuple(own)

    def _tree(self) -> Iterator[Any]:
        """The nodes of the page tree above the pages."""
        waiting, seen = deque([self.pdf.Root.get("/Pages")]), set()
        while waiting:
            node = waiting.popleft()
            if not isinstance(node, Dictionary) or node.objgen in seen or node.get("/Type") == Name.Page:
                continue
            seen.add(node.objgen)
            yield node
            waiting += list(node.get("/Kids", ()))

    @staticmethod
    def _tree_entries(node: Any) -> dict[str, Any]:
        return {key: value for key, value in entries(node).items() if key not in {*_TREE, *_INHERITED}}

    def _digest(self, *groups: dict[str, Any]) -> str:
        """The digest of some entries with all that they lead to."""
        state = hashlib.sha256()
        numbers: dict[_Number, int] = {}
        waiting: deque[_Number] = deque()

        def write(parts: list[bytes | _Number]) -> None:
            for part in parts:
                if isinstance(part, bytes):
                    state.update(part)
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
            kept = {key: value[key] for key in sorted(value.keys()) if key not in {*_STORAGE, "/Params"}}
            parts = [
                b"the record ",
                *(part for one in kept.items() for part in (one[0].encode(), *_split(one[1]))),
            ]
        else:
            image = value.get("/Subtype") == Name.Image
            own = {key: value[key] for key in sorted(value.keys()) if image or key not in _STORAGE}
            own.pop("/Length", None)
            parts = [b"stream "]
            for key, inner in own.items():
                parts += [key.encode("utf-8", "surrogateescape") + b" ", *_split(inner)]
            self._data[number] = hashlib.sha256(_content(value, image)).digest()
        self._parts[number] = parts
        return parts

    def _dictionary(self, value: Any) -> list[bytes | _Number]:
        if value.get("/Type") == Name.Pages and "/Kids" in value:
            return [b"page tree"]
        if value.get("/Type") == Name.Catalog:
            return [b"catalogue"]
        return _split(value, whole=True)


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
            data = bytes(stream.read_bytes()).rstrip(b"\r\n")
        except pikepdf.PdfError:
            pass
        else:
            return _canonical(data) if stream.get("/Type") == Name.Metadata else data
    return bytes(stream.read_raw_bytes())


def _canonical(xmp: bytes) -> bytes:
    """Metadata in canonical form (Canonical XML 1.1): pikepdf writes them anew whenever it saves a file."""
    from lxml import etree

    try:
        top = etree.fromstring(xmp, etree.XMLParser(resolve_entities=False, no_network=True))
        return bytes(etree.tostring(top, method="c14n", with_comments=False))
    except (etree.XMLSyntaxError, ValueError):
        return xmp
