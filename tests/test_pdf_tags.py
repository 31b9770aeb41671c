"""Finished PDFs against PDF/UA-1 (ISO 14289-1), PDF/A-3a (ISO 19005-3) and ISO 32000-1, clause by clause.

`Audit` reads a file with pikepdf alone and knows nothing of how it was made.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
import pytest
from docutils import nodes
from PIL import Image, ImageChops

from pipeline.read import read
from pipeline.tree.article import Article
from pipeline.write.finish import Attachment
from pipeline.write.pdf import PrintLayout, enclosures, finish_pdf, lay_out, write_pdf

SOURCE: Final = Path(__file__).parent.parent / "source"

GROUPS: Final = frozenset(
    ("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOC", "TOCI", "NonStruct")
)
BLOCKS: Final = frozenset(
    ("P", *(f"H{level}" for level in range(1, 7)), "L", "LI", "Lbl", "LBody", "Caption")
)
TABLES: Final = frozenset(("Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"))
INLINES: Final = frozenset(("Span", "Quote", "Note", "Reference", "Code", "Link", "Figure"))
STANDARD: Final = GROUPS | BLOCKS | TABLES | INLINES
"""Of the standard structure types (ISO 32000-1, 14.8.4) those that may be used."""

INSIDE: Final = {
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    **dict.fromkeys(("THead", "TBody", "TFoot"), {"TR"}),
    "TR": {"TH", "TD"},
    "L": {"LI"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI"},
    "TOCI": {"Reference", "P", "TOC", "Lbl"},
}
"""Types that hold nothing but these."""
ONLY_IN: Final = {
    **dict.fromkeys(("THead", "TBody", "TFoot"), {"Table"}),
    "TR": {"Table", "THead", "TBody", "TFoot"},
    **dict.fromkeys(("TH", "TD"), {"TR"}),
    "LI": {"L"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
    "Caption": {"Table", "Div"},
}
TEXTLESS: Final = (GROUPS - {"NonStruct"}) | {"Table", "THead", "TBody", "TFoot", "TR", "L", "LI"}
"""Types that hold no content themselves."""
PAINTING: Final = frozenset("S s f F f* B B* b b* sh Do Tj TJ ' \" INLINE IMAGE EI".split())


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
        """What it reads as, line ends and hyphens undone."""
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
        self.pages = {page.objgen: index for index, page in enumerate(self.pdf.pages)}
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
        for operands, operator in pikepdf.parse_content_stream(page):
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
                    self.expect(kid.role not in INLINES - {"Note", "Figure"}, f"inline {kid.role} in {role}")

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
            self.expect(note.kids[0].plain.isdigit(), f"number of a note: {note.kids[0].plain}")

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

    def check_headings(self) -> None:
        levels = [
            int(element.role[1:]) for element in self.document.walk() if re.fullmatch(r"H\d", element.role)
        ]
        self.expect(levels[:1] == [1], f"the first heading is {levels[:1]} (14289-1, 7.4.2)")
        for before, after in zip(levels, levels[1:], strict=False):
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


# Articles ------------------------------------------------------------------------------------------------

HEAD: Final = "Everything tagged\n=================\n\n:date: 2026-11-24\n:language: en\n"
WORDS: Final = (
    "the international committee characterised parliamentary counterrevolutionary agreements as an "
    "unprecedented understanding between administrations of neighbouring countries and their institutions"
).split()


def prose(words: int, start: int = 0) -> str:
    """That many words, some of them long enough to be broken at the end of a line."""
    return " ".join(WORDS[(start + index) % len(WORDS)] for index in range(words)).capitalize() + "."


KINDS: Final = (
    HEAD
    + """:author: Ann Author
:author: Ben Writer
:keywords: tags, notes
:description: All kinds of blocks.
:contents: yes
:marking: limited

.. infobox:: Facts [#box]_

   :One: a value
   :Two: *emphasis*, a link__ [#box2]_

__ https://example.org/

"""
    + prose(60)
    + """ *Slanted* **bold** and ``code``. [#a]_ [#b]_ Again. [#a]_

First
=====

- one

  - nested [#c]_
  - nested

- two

2. second
3. third

Term : kind
    Definition. [#d]_

Other term
    Definition.

:Field: value

-a         an option
--long=X   another

Second level
------------

Quote:

    Quoted text.

    -- Somebody

| A line
|   and another [#verse]_

.. code:: python

    def f(x):
        return x + 1

.. note:: An admonition.

.. topic:: A topic

   Its text.

.. rubric:: Rubric

Third level
~~~~~~~~~~~

.. figure:: dot.png
   :alt: A dot

   Caption. [#e]_

   Legend.

.. image:: dot.png
   :alt: Another dot

.. table:: Caption [#f]_

   ===== =====
   A     B
   ===== =====
   1     2 [#g]_
   3
   ===== =====

+-----+-----+-----------+
| Two heads | One       |
+-----+-----+-----------+
| a   | b   | c         |
+=====+=====+===========+
| 1   | 2   | 3         |
+-----+-----+-----------+

Fourth level [#head]_
^^^^^^^^^^^^^^^^^^^^^

.. class:: language-ar

\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0647\u0630\u0627 \u0646\u0635 \u0637\u0648\u064a\u0644.

.. class:: language-nl

Dit is Nederlands.

H\\ :sub:`2`\\ O, see `First`_ and `outside <https://example.org/path>`__; no\u00a0break and \u2010 hyphen.

----

Last.

Notes
=====

.. [#box] In the title of the infobox.
.. [#box2] In a value.
.. [#a] First paragraph.

   Second paragraph with a `link <https://example.org/>`__.
.. [#b] Another.
.. [#c] In a list.
.. [#d] In a definition.
.. [#verse] In verse.
.. [#e] In a figure.
.. [#f] In a caption.
.. [#g] In a cell.
.. [#head] In a heading.
"""
)
LONG_TABLE: Final = (
    HEAD
    + "\n.. list-table:: A long table\n   :header-rows: 1\n   :stub-columns: 1\n\n"
    + "".join(f"   * - Row {row} [#n]_\n     - {prose(12, row)}\n     - {row}\n" for row in range(90))
    + "\n.. [#n] Called in a table head that is on every page.\n"
)
FORTY: Final = (
    HEAD
    + "\n"
    + " ".join(f"word [#n{number}]_" for number in range(40))
    + "\n\n"
    + "\n".join(f".. [#n{number}] Note {number}." for number in range(40))
    + "\n"
)
PARAGRAPHS: Final = (
    HEAD
    + ":notes: {notes}\n:contents: yes\n\n"
    + "".join(
        f"{prose(3, at)[:-1]} {at}\n{'=' * 90}\n\n{prose(150, at)} [#s{at}]_\n\n.. [#s{at}] {prose(40, at)}\n\n"
        for at in range(12)
    )
)
ARTICLES: Final = {
    "kinds": KINDS,
    "long table": LONG_TABLE,
    "forty notes": FORTY,
    **{f"notes {where}": PARAGRAPHS.format(notes=where) for where in ("foot", "end", "both")},
}

Layouts = Callable[[str], tuple[Article, PrintLayout]]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    """Articles by name, laid out once."""
    folder = tmp_path_factory.mktemp("tags")
    Image.new("RGB", (40, 30), "navy").save(folder / "dot.png")
    made: dict[str, tuple[Article, PrintLayout]] = {}

    def lay(name: str) -> tuple[Article, PrintLayout]:
        if name not in made:
            path = SOURCE / "belgium-kosovo.rst"
            if name != "master":
                path = folder / f"{name.replace(' ', '-')}.rst"
                path.write_text(ARTICLES[name], encoding="utf-8")
            article, findings = read(path)
            assert article is not None, findings
            made[name] = article, lay_out([article])
        return made[name]

    return lay


@pytest.fixture(scope="module")
def audited(laid_out: Layouts) -> Callable[[str], Audit]:
    """Finished files by the name of their articles, read once."""
    made: dict[str, Audit] = {}

    def audit(name: str) -> Audit:
        if name not in made:
            article, layout = laid_out(name)
            data, findings = finish_pdf(layout, enclosures(article, b"PK an ebook"))
            assert findings == []
            made[name] = Audit(data)
        return made[name]

    return audit


Audited = Callable[[str], Audit]


@pytest.mark.parametrize("name", ["master", *ARTICLES])
def test_finished_files_break_no_clause(audited: Audited, name: str) -> None:
    assert audited(name).all() == []


def test_the_audit_sees_what_is_broken(laid_out: Layouts) -> None:
    pdf = pikepdf.open(BytesIO(finish_pdf(laid_out("kinds")[1])[0]))
    root = pdf.Root.StructTreeRoot
    tree = pikepdf.NameTree(root.IDTree)
    next(note for note in (tree[name] for name in tree) if note.S == "/Note").S = pikepdf.Name.Span
    annotation = pdf.pages[0].obj.Annots[0]
    del annotation.Contents
    annotation.F = 0
    del pdf.Root.MarkInfo.Marked
    del root.K.K.K[1].K
    pdf.docinfo["/Title"] = "Another"
    pdf.Root.MarkInfo.Marked = False
    buffer = BytesIO()
    pdf.save(buffer)
    found = "\n".join(Audit(buffer.getvalue()).all())
    for word in ("contents", "flags", "tagged", "empty", "in no element", "Title is Another"):
        assert word in found


# What the structure says ---------------------------------------------------------------------------------


def test_the_structure_reads_as_the_article_does(audited: Audited, laid_out: Layouts) -> None:
    for name in ("master", "notes foot", "notes end", "notes both", "forty notes"):
        document = audited(name).document
        said = [element.plain for element in document.all("P", *(f"H{level}" for level in range(1, 7)))]
        article = laid_out(name)[0]
        for block in article.document.findall(nodes.TextElement):
            if isinstance(block, (nodes.paragraph, nodes.title)) and not _inside(block, *SET_APART):
                assert " ".join(block.astext().split()) in said


SET_APART: Final = (nodes.docinfo, nodes.topic, nodes.footnote, nodes.decoration)


def _inside(node: nodes.Node, *kinds: type[nodes.Element]) -> bool:
    return any(isinstance(parent, kinds) for parent in _ancestors(node))


def _ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def test_notes_follow_what_they_are_called_in(audited: Audited) -> None:
    document = audited("kinds").document
    homes = {str(note.raw.ID): note for note in document.all("Note")}
    parents = {name: note.parent.role for name, note in homes.items() if note.parent}
    assert parents["foot-a"] == "Art"
    assert parents["foot-c"] == parents["foot-d"] == "LBody"
    assert parents["foot-e"] == parents["foot-f"] == parents["foot-box"] == "Caption"
    assert parents["foot-g"] == parents["foot-box2"] == "TD"
    assert parents["foot-verse"] == "Div"
    assert parents["foot-head"] == "Sect"
    first = homes["foot-a"]
    assert first.parent
    place = first.parent.kids.index(first)
    assert first.parent.kids[place - 1].role == "P"
    assert first.parent.kids[place + 1] is homes["foot-b"]
    assert [kid.role for kid in first.kids] == ["Lbl", "P", "P"]


def test_calls_and_ways_back_are_links_that_land(audited: Audited) -> None:
    audit = audited("kinds")
    places = audit.destinations()
    calls = [link for link in audit.document.all("Link") if _target(link).startswith("foot-")]
    assert [str(_annotations(link)[0].Contents) for link in calls][:2] == ["Note 1", "Note 2"]
    assert all(link.parent and link.parent.role == "Reference" for link in calls)
    labels = [note.kids[0] for note in audit.document.all("Note") if str(note.raw.ID).startswith("foot-")]
    for label in labels:
        (link,) = label.of("Link")
        assert str(_annotations(link)[0].Contents) == f"Back to the text: Note {label.plain}"
        assert audit.pages[places[_target(link)][0].objgen] is not None
    assert {"page 1", "Second level 2", "https://example.org/path"} & {
        str(_annotations(link)[0].Contents) for link in audit.document.all("Link")
    }


def _annotations(link: Element) -> list[Any]:
    return [kid.annotation for kid in link.kids if isinstance(kid, Linked)]


def _target(link: Element) -> str:
    return str(_annotations(link)[0].get("/Dest", ""))


@pytest.mark.parametrize("name", ["notes end", "notes both"])
def test_listed_notes_are_list_items(audited: Audited, name: str) -> None:
    notes = [note for note in audited(name).document.all("Note") if not str(note.raw.ID).startswith("foot-")]
    assert len(notes) == 12
    lists = {id(note.parent.parent.parent) for note in notes if note.parent and note.parent.parent}
    assert len(lists) == 1
    assert [note.kids[0].plain for note in notes] == [str(number) for number in range(1, 13)]


def test_a_table_over_pages_is_one_table_with_one_head(audited: Audited) -> None:
    audit = audited("long table")
    assert len(audit.pdf.pages) >= 4
    (table,) = audit.document.all("Table")
    assert [len(table.of("THead")), len(table.all("TR"))] == [1, 90]
    assert table.of("THead")[0].plain.startswith("Row 0")
    repeated = [text for page in audit.artifacts[1:] for values, text in page if not values]
    assert sum("Row" in text for text in repeated) == len(audit.pdf.pages) - 1
    scopes = Counter(str(cell.attributes()["Scope"]) for cell in table.all("TH"))
    assert scopes == {"/Column": 3, "/Row": 89}


def test_a_paragraph_over_pages_is_one_paragraph(audited: Audited) -> None:
    document = audited("notes foot").document
    pages = [{kid.page for kid in element.kids if isinstance(kid, Content)} for element in document.all("P")]
    assert any(len(found) == 2 for found in pages)


def test_irregular_heads_are_named_by_their_cells(audited: Audited) -> None:
    table = audited("kinds").document.all("Table")[-1]
    heads = {str(cell.raw.ID): cell.plain for cell in table.all("TH")}
    named = [[heads[str(head)] for head in cell.attributes()["Headers"]] for cell in table.all("TD")]
    assert named == [["Two heads", "a"], ["Two heads", "b"], ["One", "c"]]


def test_what_runs_on_pages_is_pagination_not_text(audited: Audited) -> None:
    audit = audited("kinds")
    kinds = [
        (values.get("/Subtype"), text)
        for page in audit.artifacts
        for values, text in page
        if values.get("/Type") == "/Pagination"
    ]
    assert {kind for kind, _ in kinds} == {"/Header", "/Footer"}
    said = audit.document.plain
    assert any("LIMITED" in text for _, text in kinds)
    assert "LIMITED" not in said
    assert "page 1 of" not in said


def test_languages_and_directions_are_marked(audited: Audited) -> None:
    audit = audited("kinds")
    marked = {str(element.raw.Lang): element for element in audit.document.walk() if "/Lang" in element.raw}
    assert set(marked) == {"en", "ar", "nl"}
    assert str(marked["ar"].attributes()["WritingMode"]) == "/RlTb"
    assert marked["nl"].plain == "Dit is Nederlands."


def test_lists_contents_and_code_have_their_types(audited: Audited) -> None:
    document = audited("kinds").document
    numberings = Counter(str(one.attributes()["ListNumbering"]) for one in document.all("L"))
    assert {"/Disc", "/Circle", "/Decimal", "/None"} <= set(numberings)
    terms = [item for one in document.all("L") for item in one.of("LI") if "Term" in item.plain]
    assert [kid.role for kid in terms[0].kids] == ["Lbl", "LBody"]
    assert [item.kids[0].plain for item in document.all("TOCI")][:2] == ["First 1", "Second level 2"]
    assert any(code.parent and code.parent.role == "P" for code in document.all("Code"))
    roots = {str(element.raw.S)[1:] for element in document.walk()}
    assert {"Em", "Strong", "Aside", "BlockQuote", "TOC", "Figure"} <= roots


# What programs read --------------------------------------------------------------------------------------


def test_hyphens_spaces_and_letters_read_well(audited: Audited, laid_out: Layouts) -> None:
    said = audited("kinds").document.plain
    assert "no break and - hyphen" in said or "no break and \u2010 hyphen" in said
    assert "H2O" in said
    assert "Slanted bold and code." in said
    assert "Section" not in said
    text = finish_pdf(laid_out("kinds")[1])[0]
    pages = pypdfium2.PdfDocument(text)
    drawn = "".join(page.get_textpage().get_text_range() for page in pages)
    arabic = ARTICLES["kinds"][ARTICLES["kinds"].index("\u0645\u0631") :].partition(".")[0]
    assert arabic in drawn
    broken = "".join(content for page in audited("notes foot").contents for content in page.values())
    assert "\u00ad" in broken
    assert not re.search(r"[a-z]-[a-z]", broken)


def test_nothing_looks_different(laid_out: Layouts) -> None:
    """PDFium places a soft hyphen, now a text object of its own, a fraction of a pixel off: that much may be."""
    for name in ("master", "kinds", "long table"):
        layout = laid_out(name)[1]
        ours, theirs = (
            [page.render(scale=1).to_pil() for page in pypdfium2.PdfDocument(data)]
            for data in (finish_pdf(layout)[0], layout.document.copy().write_pdf(pdf_variant="pdf/ua-1"))
        )
        for after, before in zip(ours, theirs, strict=True):
            assert max(high for _, high in ImageChops.difference(after, before).getextrema()) < 64


# The file ------------------------------------------------------------------------------------------------


def test_associated_files(audited: Audited, laid_out: Layouts) -> None:
    pdf = audited("kinds").pdf
    source = laid_out("kinds")[0].source
    files = {str(one.UF): one for one in pdf.Root.AF}
    assert {name: str(one.AFRelationship) for name, one in files.items()} == {
        "kinds.epub": "/Alternative",
        "kinds.rst": "/Source",
    }
    for name, one in files.items():
        stream = one.EF.F
        assert str(one.F) == name
        assert str(one.Desc)
        assert str(stream.Params.ModDate) == "D:20261124000000Z"
        assert int(stream.Params.Size) == len(stream.read_bytes())
    assert str(files["kinds.epub"].EF.F.Subtype) == "/application/epub+zip"
    assert files["kinds.rst"].EF.F.read_bytes() == source.read_bytes()
    assert set(pdf.attachments) == set(files)
    assert str(source.parent).encode() not in finish_pdf(laid_out("kinds")[1])[0]


def test_attachments_may_be_left_out(laid_out: Layouts) -> None:
    pdf = pikepdf.open(BytesIO(finish_pdf(laid_out("forty notes")[1])[0]))
    assert "/AF" not in pdf.Root
    assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})


def test_a_relationship_must_be_one_of_the_standard() -> None:
    with pytest.raises(ValueError, match="Enemy"):
        Attachment("a.txt", b"", "text/plain", "Enemy", "")


def test_images_are_what_pdf_a_allows(tmp_path: Path) -> None:
    Image.new("CMYK", (40, 30), (0, 200, 200, 0)).save(tmp_path / "dot.jpg")
    path = tmp_path / "article.rst"
    path.write_text(f"{HEAD}\nText.\n\n.. image:: dot.jpg\n   :alt: red\n", encoding="utf-8")
    article, _ = read(path)
    assert article is not None
    pdf = pikepdf.open(BytesIO(write_pdf([article])[0]))
    (image,) = pdf.pages[0].images.values()
    assert "/Interpolate" not in image
    assert str(image.ColorSpace) == "/DeviceRGB"
    red, green, blue = pikepdf.PdfImage(image).as_pil_image().convert("RGB").getpixel((5, 5))
    assert red > 150 > max(green, blue)


def test_the_same_layout_gives_the_same_bytes(laid_out: Layouts) -> None:
    layout = laid_out("kinds")[1]
    assert finish_pdf(layout)[0] == finish_pdf(layout)[0]


@pytest.mark.slow
def test_other_processes_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "DESPATCH_CACHE": str(tmp_path / f"cache{seed}")}
        command = [sys.executable, "-m", "pipeline", "build", str(SOURCE / "belgium-kosovo.rst")]
        target = tmp_path / seed
        subprocess.run([*command, "-o", str(target)], check=True, env=environment, cwd=SOURCE.parent)
        made.append((target / "belgium-kosovo.pdf").read_bytes())
    assert made[0] == made[1]


# Others' checkers ----------------------------------------------------------------------------------------

FALSE_ALARMS: Final = {
    # pikepdf knows PDF/A-3b, not 3a, and no extension schemas.
    "pdfaid:conformance is 'A', expected 'B'",
    *(
        f"XMP namespace {prefix}={uri} is not permitted"
        for prefix, uri in (
            ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
            ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
            ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
        )
    ),
    "XMP property pdfuaid:part is not permitted",
    "XMP property pdfaExtension:schemas is not permitted",
}


@pytest.mark.parametrize("name", ["master", "kinds", "long table"])
def test_other_checkers_find_nothing_but_their_false_alarms(
    audited: Audited, tmp_path: Path, name: str
) -> None:
    pdfa = pytest.importorskip("pikepdf.pdfa", exc_type=ImportError)
    pdfua = pytest.importorskip("pdfua")
    path = tmp_path / "finished.pdf"
    path.write_bytes(audited(name).data)
    assert audited(name).pdf.check_pdf_syntax() == []
    assert {finding.message for finding in pdfa.validate_written(path, "3b").findings} == FALSE_ALARMS
    assert list(pdfua.validate(path).findings) == []
