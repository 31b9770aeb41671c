"""A finished PDF against PDF/UA-1 (ISO 14289-1), PDF/A-3a (ISO 19005-3) and ISO 32000-1, clause by clause.

It is read with pikepdf alone; nothing here knows how it was made.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any, Final

import pikepdf

from tests.support.content_stream import instructions

GROUPS: Final = frozenset(
    ("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOC", "TOCI", "Index", "NonStruct", "Private")
)
BLOCKS: Final = frozenset(
    ("P", "H", *(f"H{level}" for level in range(1, 7)), "L", "LI", "Lbl", "LBody", "Caption")
)
TABLES: Final = frozenset(("Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"))
RUBY: Final = frozenset(("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP"))
INLINES: Final = RUBY | {"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot"}
ILLUSTRATIONS: Final = frozenset(("Figure", "Formula", "Form"))
STANDARD: Final = GROUPS | BLOCKS | TABLES | INLINES | ILLUSTRATIONS
"""The standard structure types (ISO 32000-1, 14.8.4)."""

INSIDE: Final = {
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    **{group: {"TR"} for group in ("THead", "TBody", "TFoot")},
    "TR": {"TH", "TD"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI"},
    "TOCI": {"Reference", "P", "TOC", "Lbl"},
}
"""Types that hold nothing but these."""
ONLY_IN: Final = {
    **{group: {"Table"} for group in ("THead", "TBody", "TFoot")},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    **{cell: {"TR"} for cell in ("TH", "TD")},
    "LI": {"L"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
    "Caption": {"Table", "Div"},
}
TEXTLESS: Final = (GROUPS - {"NonStruct", "Private"}) | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI"}
"""Types that hold no content themselves."""
PAINTING: Final = frozenset(
    ("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "INLINE IMAGE")
)


@dataclass
class Element:
    """A structure element as it is in the file; `kids` are elements, contents and links, in order."""

    raw: Any
    role: str
    parent: Element | None
    kids: list[Any] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.walk() if element.role in roles]

    def of(self, role: str) -> list[Element]:
        return [kid for kid in self.kids if isinstance(kid, Element) and kid.role == role]

    def attributes(self) -> dict[str, Any]:
        found = self.raw.get("/A", [])
        listed = [found] if isinstance(found, pikepdf.Dictionary) else list(found)
        return {str(key)[1:]: value for one in listed for key, value in one.items() if key != "/O"}

    def text(self) -> str:
        """What it reads as; what stands for the drawn text goes before it (ISO 32000-1, 14.9.4)."""
        if "/ActualText" in self.raw:
            return str(self.raw.ActualText)
        parts = [kid.text() if isinstance(kid, Element) else getattr(kid, "text", "") for kid in self.kids]
        return "".join(parts)

    @property
    def plain(self) -> str:
        return " ".join(self.text().replace("\u00ad", "").replace("\u00a0", " ").split())


@dataclass
class Content:
    """A marked-content sequence."""

    page: int
    mcid: int
    text: str


@dataclass
class Linked:
    """An annotation in the structure."""

    annotation: Any


class Audit:
    """One finished PDF, read; `problems` are the clauses that it breaks."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pikepdf.open(BytesIO(data))
        self.problems: list[str] = []
        self.pages = {page.obj.objgen: index for index, page in enumerate(self.pdf.pages)}
        self.contents: list[dict[int, str]] = []
        self.artifacts: list[list[tuple[dict[str, str], str]]] = []
        for index, page in enumerate(self.pdf.pages):
            self._read_page(index, page)
        root = self.pdf.Root.StructTreeRoot
        self.roles = {str(key)[1:]: str(value)[1:] for key, value in root.get("/RoleMap", {}).items()}
        self.owners: dict[tuple[int, int], Any] = {}
        self.linked: dict[tuple[int, int], Element] = {}
        top = root.K
        self.document = self._element(top, None, None)
        self.expect(top.P.objgen == root.objgen, "the Document is not below the root")

    def expect(self, condition: bool, problem: str) -> None:
        if not condition:
            self.problems.append(problem)

    # Content streams

    def _read_page(self, index: int, page: Any) -> None:
        fonts = {name: _cmap(font) for name, font in page.resources.get("/Font", {}).items()}
        texts: dict[int, str] = {}
        artifacts: list[tuple[dict[str, str], str]] = []
        stack: list[tuple[str, Any]] = []
        font: dict[int, str] = {}
        for operands, operator in instructions(page):
            name = str(operator)
            if name in {"BDC", "BMC"}:
                values = operands[1] if len(operands) > 1 else pikepdf.Dictionary()
                number = int(values["/MCID"]) if "/MCID" in values else None
                outside = [tag for tag, _ in stack]
                if number is not None:
                    self.expect(not stack, f"page {index}: marked content {number} inside {outside}")
                    self.expect(number not in texts, f"page {index}: MCID {number} twice (14.7.4.2)")
                    texts[number] = ""
                elif operands[0] == "/Artifact":
                    self.expect(not stack, f"page {index}: artifact inside {outside} (14289-1, 7.1)")
                    artifacts.append(({str(key): str(value) for key, value in values.items()}, ""))
                stack.append((str(operands[0]), values))
                if "/ActualText" in values:
                    self._add(stack, texts, artifacts, str(values["/ActualText"]))
            elif name == "EMC":
                stack.pop()
            elif name == "Tf":
                font = fonts[str(operands[0])]
            if name in PAINTING:
                self.expect(bool(stack), f"page {index}: {name} is neither content nor artifact (7.1)")
            if name == "TJ" and not any("/ActualText" in values for _, values in stack):
                codes = b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))
                shown = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
                self.expect(0 not in shown, f"page {index}: .notdef is shown (14289-1, 7.21.8)")
                self._add(stack, texts, artifacts, "".join(font.get(code, "\ufffd") for code in shown))
        self.expect(not stack, f"page {index}: marked content is left open")
        self.expect(sorted(texts) == list(range(len(texts))), f"page {index}: MCIDs have gaps")
        self.contents.append(texts)
        self.artifacts.append(artifacts)

    @staticmethod
    def _add(stack: list[tuple[str, Any]], texts: dict[int, str], artifacts: list[Any], text: str) -> None:
        numbers = [int(values["/MCID"]) for _, values in stack if "/MCID" in values]
        if numbers:
            texts[numbers[-1]] += text
        elif artifacts:
            artifacts[-1] = artifacts[-1][0], artifacts[-1][1] + text

    # Structure tree

    def _element(self, raw: Any, parent: Element | None, page: int | None) -> Element:
        role = str(raw.S)[1:]
        if role in self.roles:
            self.expect(role not in STANDARD, f"standard type {role} is mapped anew (14289-1, 7.1)")
            role = self.roles[role]
        self.expect(role in STANDARD, f"{role} is no standard structure type (14289-1, 7.1)")
        element = Element(raw, role, parent)
        page = self.pages[raw.Pg.objgen] if "/Pg" in raw else page
        kids = raw.K if "/K" in raw else pikepdf.Array()
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int) or kid.get("/Type") == "/MCR":
                where = page if isinstance(kid, int) else self.pages[kid.Pg.objgen]
                number = int(kid) if isinstance(kid, int) else int(kid.MCID)
                assert where is not None
                self.expect((where, number) not in self.owners, f"content {where}:{number} has two owners")
                self.owners[where, number] = raw
                text = self.contents[where].get(number)
                self.expect(text is not None, f"content {where}:{number} is not in its page")
                element.kids.append(Content(where, number, text or ""))
            elif kid.get("/Type") == "/OBJR":
                element.kids.append(Linked(kid.Obj))
                self.expect(kid.Obj.objgen not in self.linked, "an annotation is in the structure twice")
                self.linked[kid.Obj.objgen] = element
            else:
                self.expect(kid.P.objgen == raw.objgen, f"{kid.S} names another parent (14.7.2)")
                element.kids.append(self._element(kid, element, page))
        return element

    def all(self) -> list[str]:
        """Every problem of the file."""
        for check in (
            self.check_catalog,
            self.check_parents,
            self.check_nesting,
            self.check_links,
            self.check_notes,
            self.check_tables,
            self.check_lists,
            self.check_figures,
            self.check_headings,
            self.check_fonts,
            self.check_metadata,
        ):
            check()
        return self.problems

    def check_catalog(self) -> None:
        root, trailer = self.pdf.Root, self.pdf.trailer
        self.expect(str(root.get("/Lang", "")) != "", "no language (14289-1, 7.2)")
        self.expect(bool(root.MarkInfo.Marked), "not marked as tagged (7.1)")
        self.expect(not root.MarkInfo.get("/Suspects", False), "suspects (7.1)")
        self.expect(bool(root.ViewerPreferences.DisplayDocTitle), "the title is not displayed (7.1)")
        intents = list(root.OutputIntents)
        self.expect([str(intent.S) for intent in intents] == ["/GTS_PDFA1"], "output intent (19005-3, 6.2.3)")
        self.expect("/DestOutputProfile" in intents[0], "output intent without profile")
        self.expect(len(trailer.ID) == 2, "no file identifier (19005-3, 6.1.3)")
        self.expect("/Encrypt" not in trailer, "encrypted (19005-3, 6.1.3)")
        labels = list(root.PageLabels.Nums)
        self.expect(labels[0] == 0 and str(labels[1].S) == "/D", "page labels (32000-1, 12.4.2)")
        self.expect("/Outlines" in root, "no bookmarks (14289-1, 7.17)")
        for index, page in enumerate(self.pdf.pages):
            self.expect(page.obj.get("/Tabs") == "/S", f"page {index}: tab order (7.18.3)")
            for kind in ("/Pattern", "/Shading"):
                self.expect(len(page.resources.get(kind, {"": 0})) > 0, f"page {index}: empty {kind}")

    def check_parents(self) -> None:
        """The parent tree leads from each content and link to its owner (32000-1, 14.7.4.4)."""
        root = self.pdf.Root.StructTreeRoot
        tree = pikepdf.NumberTree(root.ParentTree)
        keys = [page.obj.StructParents for page in self.pdf.pages]
        self.expect(keys == list(range(len(keys))), "StructParents of the pages")
        for index, texts in enumerate(self.contents):
            listed = list(tree[index])
            self.expect(
                len(listed) == len(texts), f"page {index}: {len(texts)} contents, {len(listed)} parents"
            )
            for number in texts:
                owner = self.owners.get((index, number))
                self.expect(owner is not None, f"content {index}:{number} is in no element (7.1)")
                if owner is not None and number < len(listed):
                    self.expect(listed[number].objgen == owner.objgen, f"parent of {index}:{number}")
        self.expect(root.ParentTreeNextKey > max(tree.keys()), "ParentTreeNextKey (32000-1, table 322)")

    def check_nesting(self) -> None:
        for element in self.document.walk():
            role = element.role
            parent = element.parent.role if element.parent else ""
            self.expect(bool(element.kids) or role in {"TD", "TH"}, f"{role} in {parent} is empty")
            self.expect(role not in ONLY_IN or parent in ONLY_IN[role], f"{role} in {parent}")
            for kid in element.kids:
                if isinstance(kid, Element):
                    self.expect(role not in INSIDE or kid.role in INSIDE[role], f"{kid.role} in {role}")
                else:
                    self.expect(role not in TEXTLESS, f"content right in {role} (32000-1, 14.8.4.2)")
                if role in GROUPS - {"TOCI"} and isinstance(kid, Element):
                    self.expect(kid.role not in INLINES - {"Note"}, f"inline {kid.role} in {role}")

    def check_links(self) -> None:
        """Links (14289-1, 7.18): annotations and elements belong together, and lead somewhere."""
        tree = pikepdf.NumberTree(self.pdf.Root.StructTreeRoot.ParentTree)
        names = set(self.destinations())
        for index, page in enumerate(self.pdf.pages):
            for annotation in page.obj.get("/Annots", []):
                where = f"page {index}: {annotation.get('/Contents')!s}"
                owner = self.linked.get(annotation.objgen)
                self.expect(annotation.Subtype == "/Link", f"{where}: not a link")
                self.expect(owner is not None and owner.role == "Link", f"{where}: in no Link (7.18.5)")
                self.expect(int(annotation.F) & 0b1101111 == 4, f"{where}: flags (19005-3, 6.3.2)")
                self.expect(
                    str(annotation.get("/Contents", "")).strip() != "", f"{where}: no contents (7.18.5)"
                )
                if owner is not None:
                    parent = tree[int(annotation.StructParent)]
                    self.expect(parent.objgen == owner.raw.objgen, f"{where}: parent")
                if "/Dest" in annotation:
                    self.expect(str(annotation.Dest) in names, f"{where}: leads nowhere")
                else:
                    self.expect(str(annotation.A.S) == "/URI", f"{where}: action (19005-3, 6.5.1)")
                    self.expect(not str(annotation.A.URI).startswith("file:"), f"{where}: leads to a file")
        for link in self.document.all("Link"):
            self.expect(any(isinstance(kid, Linked) for kid in link.kids), "Link without annotation (7.18.5)")
        for reference in self.document.all("Reference"):
            self.expect([kid.role for kid in reference.kids] == ["Link"], "Reference without Link")

    def destinations(self) -> dict[str, Any]:
        """The named destinations; each is a page and a place on it."""
        if "/Names" not in self.pdf.Root:
            return {}
        names = list(self.pdf.Root.Names.Dests.Names)
        self.expect(
            [bytes(name) for name in names[::2]] == sorted(bytes(name) for name in names[::2]), "order"
        )
        found = {str(name): place for name, place in zip(names[::2], names[1::2], strict=True)}
        self.expect(
            all(place[0].objgen in self.pages for place in found.values()), "destination without page"
        )
        return found

    def check_notes(self) -> None:
        """Notes have unique ids and their number (14289-1, 7.9); ids are found in the tree of ids."""
        ids = [str(element.raw.ID) for element in self.document.walk() if "/ID" in element.raw]
        self.expect(len(ids) == len(set(ids)), "an ID is there twice (7.9)")
        tree = pikepdf.NameTree(self.pdf.Root.StructTreeRoot.IDTree) if ids else {}
        for element in self.document.walk():
            if "/ID" in element.raw:
                self.expect(tree[str(element.raw.ID)].objgen == element.raw.objgen, "tree of ids")
        for note in self.document.all("Note"):
            self.expect("/ID" in note.raw, "Note without ID (7.9)")
            self.expect([kid.role for kid in note.kids[:1]] == ["Lbl"], "Note without Lbl")
            self.expect(
                re.fullmatch("[0-9]+|[a-z]+", note.kids[0].plain) is not None,
                f"number of a note: {note.kids[0].plain}",
            )

    def check_tables(self) -> None:
        for table in self.document.all("Table"):
            captions = table.of("Caption")
            self.expect(captions in ([], table.kids[:1]), "Caption is not first in its Table")
            rows = [row for row in table.walk() if row.role == "TR" and _table_of(row) is table]
            widths: Counter[int] = Counter()
            for y, row in enumerate(rows):
                for cell in row.kids:
                    values = cell.attributes()
                    for down in range(int(values.get("RowSpan", 1))):
                        widths[y + down] += int(values.get("ColSpan", 1))
                    if cell.role == "TH":
                        self.expect(str(values.get("Scope")) in {"/Row", "/Column", "/Both"}, "Scope (7.5)")
            self.expect(len(set(widths.values())) == 1, f"rows of different width: {dict(widths)} (7.5)")
            self.expect(len(widths) == len(rows), "a cell spans more rows than there are")
            heads = {str(cell.raw.ID) for cell in table.all("TH") if "/ID" in cell.raw}
            for cell in table.all("TD"):
                for head in cell.attributes().get("Headers", []):
                    self.expect(str(head) in heads, "Headers name what is no header of the table (7.5)")

    def check_lists(self) -> None:
        for one in self.document.all("L"):
            self.expect("ListNumbering" in one.attributes(), "ListNumbering (14289-1, 7.6)")
            for item in one.of("LI"):
                roles = [kid.role for kid in item.kids]
                self.expect(roles == sorted(roles, reverse=True), f"LI: {roles}")

    def check_figures(self) -> None:
        for figure in self.document.all("Figure"):
            self.expect(str(figure.raw.get("/Alt", "")) != "", "Figure without Alt (14289-1, 7.3)")
            box = [float(value) for value in figure.attributes()["BBox"]]
            page = self.pdf.pages[figure.kids[0].page].mediabox
            inside = 0 <= box[0] < box[2] <= float(page[2]) and 0 <= box[1] < box[3] <= float(page[3])
            self.expect(inside, f"Figure stands at {box}")

        for formula in self.document.all("Formula"):
            self.expect(str(formula.raw.get("/Alt", "")) != "", "Formula without Alt (14289-1, 7.7)")

    def check_headings(self) -> None:
        self.expect(not self.document.all("H"), "H, where headings have levels (14289-1, 7.4.4)")
        levels = [
            int(element.role[1:]) for element in self.document.walk() if re.fullmatch(r"H\d", element.role)
        ]
        self.expect(levels[:1] == [1], f"the first heading is {levels[:1]} (14289-1, 7.4.2)")
        for before, after in pairwise(levels):
            self.expect(after <= before + 1, f"H{after} after H{before} (7.4.2)")

    def check_fonts(self) -> None:
        for page in self.pdf.pages:
            for name, font in page.resources.get("/Font", {}).items():
                for text in _cmap(font).values():
                    self.expect(text != "" and not set(text) & set("\0\ufeff\ufffe"), f"{name}: {text!r}")
                descriptor = font.DescendantFonts[0].FontDescriptor
                self.expect(
                    "/FontFile2" in descriptor or "/FontFile3" in descriptor, f"{name} is not embedded"
                )

    def check_metadata(self) -> None:
        stream = self.pdf.Root.Metadata
        self.expect("/Filter" not in stream, "the metadata are compressed")
        found = _xmp(stream.read_bytes())
        info = self.pdf.docinfo
        for name, value in (("pdfaid:part", "3"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")):
            self.expect(found.get(name) == [value], f"{name} is {found.get(name)}")
        self.expect(b"pdfaExtension:schemas" in stream.read_bytes(), "no extension schema (19005-3, 6.6.2.3)")
        for key, name in (
            *(("Title", "dc:title"), ("Author", "dc:creator"), ("Subject", "dc:description")),
            *(("Keywords", "pdf:Keywords"), ("Producer", "pdf:Producer"), ("Creator", "xmp:CreatorTool")),
        ):
            value = str(info.get(f"/{key}", ""))
            self.expect(
                value == "; ".join(found.get(name, [])), f"{key} is {value}, {name} {found.get(name)}"
            )
        for key, name in (("CreationDate", "xmp:CreateDate"), ("ModDate", "xmp:ModifyDate")):
            stamp = re.sub("[-T:]", "", found[name][0])
            self.expect(str(info[f"/{key}"]) == f"D:{stamp}", f"{key} and {name}")


def _table_of(element: Element) -> Element | None:
    while element.parent is not None and element.role != "Table":
        element = element.parent
    return element


def _cmap(font: Any) -> dict[int, str]:
    """What the glyphs of a font read as (ISO 32000-1, 9.10.3)."""
    text = font.ToUnicode.read_bytes().decode("ascii")
    blocks = re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL)
    pairs = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]*)>", "".join(blocks))
    return {int(code, 16): bytes.fromhex(value).decode("utf-16-be") for code, value in pairs}


def _xmp(data: bytes) -> dict[str, list[str]]:
    """Properties by prefix and name."""
    start, end = data.index(b"<x:xmpmeta"), data.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
    prefixes = {uri: prefix for _, (prefix, uri) in ET.iterparse(BytesIO(data[start:end]), ["start-ns"])}
    found: dict[str, list[str]] = {}
    root = ET.fromstring(data[start:end])
    for description in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
        for element in description:
            uri, _, name = element.tag[1:].partition("}")
            found[f"{prefixes[uri]}:{name}"] = [
                " ".join(text.split()) for text in element.itertext() if text.strip()
            ]
    return found
