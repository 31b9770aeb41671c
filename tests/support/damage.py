"""Ways to damage a finished file, each as a fault of a writer or of an editor would, and what must be said.

`PDF` and `EPUB` are tables: the name of the damage, the function that does it, the code of the finding. The
functions know the files by their standards only; the words in them are those of ``data/check.rst``.
"""

# ruff: noqa: E501 - the tables have one damage a line

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.support.content_stream import instructions


class Damage(NamedTuple):
    """A damage: what it is called, who does it, the code of the finding, and whether a source line is named."""

    name: str
    do: Callable[[Any], None]
    code: str
    line: bool = True


# EPUB ----------------------------------------------------------------------------------------------------


class Book(dict[str, bytes]):
    """The files of an EPUB by path."""

    @classmethod
    def read(cls, data: bytes) -> Book:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def write(self) -> bytes:
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in self.items():
                stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(name, data, stored)
        return buffer.getvalue()

    def find(self, pattern: str) -> tuple[str, re.Match[str]]:
        """The first match of a regular expression in any file but the style sheet, and the file."""
        for name, data in self.items():
            if name.endswith(("html", "opf")):
                match = re.search(pattern, data.decode(), re.DOTALL)
                if match:
                    return name, match
        raise AssertionError(f"the sample has no {pattern}: this damage does nothing")

    def change(self, pattern: str, new: str) -> None:
        """Replace the first match of a regular expression."""
        name, match = self.find(pattern)
        text = self[name].decode()
        self[name] = (text[: match.start()] + match.expand(new) + text[match.end() :]).encode()


def change(pattern: str, new: str = "") -> Callable[[Book], None]:
    """A damage that replaces the first match of a regular expression."""
    return lambda book: book.change(pattern, new)


def swap_notes(book: Book) -> None:
    """Two notes change their numbers."""
    book.change(r'<p class="note-number">1</p>', '<p class="note-number">#</p>')
    book.change(r'<p class="note-number">2</p>', '<p class="note-number">1</p>')
    book.change(r'<p class="note-number">#</p>', '<p class="note-number">2</p>')


def swap_paragraphs(book: Book) -> None:
    """Two paragraphs change places."""
    book.change(r"(<p>The first of two paragraphs.*?</p>)\s*(<p>The second of them.*?</p>)", r"\2\n\1")


def swap_chapters(book: Book) -> None:
    """Two sections change places."""
    start = r'<section id="things">.*?</section>\s*'
    _, match = book.find(start)
    book.change(start, "")
    book.change(r'(?=<section id="beginnings")', match[0].replace("\\", "\\\\"))


def move_mark(book: Book) -> None:
    """The mark of page 2 stands some paragraphs earlier."""
    _, match = book.find(r'<(span|div)[^>]*pagebreak[^>]*aria-label="2"[^>]*></\1>')
    book.change(re.escape(match[0]), "")
    book.change(r"(?=<p>The first of two paragraphs)", match[0])


def drop_from_spine(book: Book) -> None:
    """The chapter is no longer read."""
    book.change(r'<itemref idref="chapter-1"[^>]*/>', "")


EPUB = (
    Damage("a note is dropped", change(r'<div class="note"[^>]*id="second".*?</div>\s*</div>'), "check-note-missing"),
    Damage("two notes swap their numbers", swap_notes, "check-note-number"),
    Damage("a note's text loses a word", change(r"Of the capital", "Of capital"), "check-note-text"),
    Damage("a call is dropped", change(r'<a class="noteref"[^>]*>2</a>'), "check-call"),
    Damage("a call has another number", change(r'(<a class="noteref"[^>]*>)2</a>', r"\g<1>3</a>"), "check-call"),
    Damage("a call leads to another note", change(r'(noteref"[^>]*)#second"', r'\1#third"'), "check-call"),
    Damage("a call leads nowhere", change(r'(noteref"[^>]*)#second"', r'\1#secund"'), "check-call"),
    Damage("a call is not marked as one", change(r' epub:type="noteref"([^>]*) role="doc-noteref"', r"\1"), "check-call"),
    Damage("a call stands at another word", change(r'capital(<sup class="call"><a class="noteref".*?</sup>) lies', r"capital lies\1"), "check-call"),
    Damage("a way back leads nowhere", change(r'(back-link" href="[^"#]*#)', r"\1nowhere-"), "check-back-link"),
    Damage("a way back leads to another call", change(r'(back-link" href="[^"#]*#)[^"]*-1"', r'\1footnote-reference-2"'), "check-back-link"),
    Damage("one of two ways back is dropped", change(r'<a class="back-link"[^>]*>[^<]*<sup>2</sup></a>'), "check-back-link"),
    Damage("a table row is dropped", change(r"<tr><th[^>]*><p>Second row.*?</tr>"), "check-table"),
    Damage("a header cell becomes a plain one", change(r"<th[^>]*>(<p>First row</p>\s*)</th>", r"<td>\1</td>"), "check-table"),
    Damage("a header cell loses its scope", change(r' scope="col"(><p>Amount)', r"\1"), "check-table"),
    Damage("two cells change places", change(r"(<td[^>]*>)(<p>11</p>\s*)(</td><td[^>]*>)(<p[^>]*>12</p>\s*)</td>", r"\1\4\3\2</td>"), "check-table"),
    Damage("a table loses its caption", change(r"<caption>(Amounts.*?)</caption>", ""), "check-table"),
    Damage("a caption has another number", change(r"(caption-number\">Figure\u00a0)1", r"\g<1>2"), "check-text"),
    Damage("a caption becomes a paragraph", change(r"<figcaption>\s*(<p>.*?</p>)\s*</figcaption>", r"\1"), "check-caption"),
    Damage("a listing's caption becomes a paragraph", change(r'<p class="code-caption">', "<p>"), "check-caption"),
    Damage("a reference by number is no link", change(r'<a [^>]*href="[^"]*#dot"[^>]*>(.*?)</a>', r"\1"), "check-link"),
    Damage("a list of figures loses an entry", change(r'(<nav[^>]*list-of-figures.*?)<li>.*?</li>', r"\1"), "check-list"),
    Damage("an entry of a list of figures leads elsewhere", change(r'(list-of-figures.*?href="[^"]*#)dot"', r'\1things"'), "check-link"),
    Damage("a note below its table is dropped", change(r'<div class="table-note note"[^>]*id="five".*?</div>\s*</div>'), "check-note-missing"),
    Damage("a note below its table has another letter", change(r'(id="five".*?note-number">)b<', r"\1c<"), "check-note-number"),
    Damage("a call leads to the note of another table", change(r'(noteref"[^>]*#)barley"', r'\1wheat"'), "check-call"),
    Damage("a note below its table has no way back", change(r'(Of wheat\.) <a class="back-link".*?</a>', r"\1"), "check-back-link"),
    Damage("an infobox value changes", change(r"Small Town", "Large Town"), "check-infobox"),
    Damage("an infobox row is dropped", change(r'<tr><th scope="row">Capital.*?</tr>'), "check-infobox"),
    Damage("an infobox label is no header", change(r'<th scope="row">Capital</th>', "<td>Capital</td>"), "check-infobox"),
    Damage("a list item is dropped", change(r"<li><p>An inner point.*?</li>"), "check-list"),
    Damage("a list item becomes a paragraph", change(r"<li>(<p>A first point.*?)</li>\s*<li>(<p>A second point)", r"<li>\1\2"), "check-list"),
    Damage("a paragraph is cut", change(r"<p>The second of them.*?</p>"), "check-text"),
    Damage("a word changes", change(r"peaceful", "warlike"), "check-text"),
    Damage("a space is lost", change(r"peaceful sentence", "peacefulsentence"), "check-text"),
    Damage("two paragraphs change places", swap_paragraphs, "check-order"),
    Damage("two sections change places", swap_chapters, "check-order"),
    Damage("a chapter leaves the spine", drop_from_spine, "check-heading"),
    Damage("a heading is dropped", change(r"<h3>Deeper</h3>"), "check-heading"),
    Damage("a heading has another level", change(r"<h3>Deeper</h3>", "<h4>Deeper</h4>"), "check-heading"),
    Damage("a heading becomes a paragraph", change(r"<h3>Deeper</h3>", "<p>Deeper</p>"), "check-heading"),
    Damage("the title loses a word", change(r"(<h1[^>]*>)A small", r"\1A"), "check-heading"),
    Damage("a link leads elsewhere", change(r"https://example.org/one", "https://example.org/two"), "check-link"),
    Damage("a link inside leads elsewhere", change(r'(internal"[^>]*)#things"', r'\1#deeper"'), "check-link"),
    Damage("a link is dropped", change(r'<a class="reference external"[^>]*>(.*?)</a>', r"\1"), "check-link"),
    Damage("an alternative text is dropped", change(r' alt="A blue dot"'), "check-image"),
    Damage("an alternative text changes", change(r'alt="A blue dot"', 'alt="dot.png"'), "check-image"),
    Damage("an image is dropped", change(r'<img alt="A blue dot"[^>]*/>'), "check-image"),
    Damage("a page loses its language", change(r'(<html[^>]*) xml:lang="en"', r"\1"), "check-language", line=False),
    Damage("the package has another language", change(r"<dc:language>en<", "<dc:language>fr<"), "check-language", line=False),
    Damage("a passage loses its language", change(r' lang="fr"( xml:lang="fr")?|( xml:lang="fr") lang="fr"'), "check-language"),
    Damage("a contents entry is dropped", change(r'<li><a href="[^"]*#things">.*?</a>(<ol>.*?</ol>\s*)?</li>'), "check-contents"),
    Damage("a contents entry leads elsewhere", change(r'(<li><a href="[^"]*#)things"', r'\1deeper"'), "check-contents"),
    Damage("a page is missing in the page list", change(r'<li><a href="[^"]*#page_2">2</a></li>'), "check-page-list", line=False),
    Damage("a page of the list leads elsewhere", change(r'#page_2">2<', '#page_1">2<'), "check-page-list", line=False),
    Damage("a page's mark stands elsewhere", move_mark, "check-page-list"),
    Damage("the accessibility summary is dropped", change(r"<meta[^>]*schema:accessibilitySummary[^>]*>.*?</meta>"), "check-metadata", line=False),
    Damage("the title of the package changes", change(r"<dc:title>[^<]*<", "<dc:title>Another<"), "check-metadata", line=False),
    Damage("a style sheet has a variable", lambda book: book.update({"EPUB/style.css": book["EPUB/style.css"] + b"p { color: var(--ink); }"}), "check-style-sheet", line=False),
    Damage("a style sheet sets a flexible box", lambda book: book.update({"EPUB/style.css": b"table { display: flex; }" + book["EPUB/style.css"]}), "check-style-sheet", line=False),
    Damage("a file is cut", lambda book: book.update({"EPUB/article.xhtml": book["EPUB/article.xhtml"][:900]}), "check-damaged", line=False),
)  # fmt: skip


# PDF -----------------------------------------------------------------------------------------------------


def elements(pdf: Pdf, role: str | None = None) -> Iterator[Any]:
    """The structure elements in order, or those of one type."""

    def walk(node: Any) -> Iterator[Any]:
        for kid in node if isinstance(node, Array) else [node]:
            if isinstance(kid, Dictionary) and "/S" in kid:
                if role is None or str(kid.S) == f"/{role}":
                    yield kid
                if "/K" in kid:
                    yield from walk(kid.K)

    yield from walk(pdf.Root.StructTreeRoot.K)


def kids(element: Any) -> list[Any]:
    """The children of a structure element."""
    below = element.get("/K", [])
    return list(below) if isinstance(below, Array) else [below]


def drop(element: Any) -> None:
    """Take a structure element out of its parent."""
    parent = element.P
    parent.K = Array([kid for kid in kids(parent) if not _same(kid, element)])


def _same(kid: Any, element: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.objgen == element.objgen


def codes_of(font: Any) -> dict[int, str]:
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, value in re.findall(r"<(\w+)>\s*<(\w+)>", part):
            found[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    return found


def retype(old: str, new: str, *, times: int = 1, skip: int = 0) -> Callable[[Pdf], None]:
    """A damage that sets other letters (which the font must have) in the first line that has `old`."""

    def do(pdf: Pdf) -> None:
        left, passed = times, skip
        for page in pdf.pages:
            found = instructions(page)
            codes: dict[int, str] = {}
            for index, (operands, operator) in enumerate(found):
                if str(operator) == "Tf":
                    codes = codes_of(page.Resources.Font[str(operands[0])])
                if str(operator) != "TJ" or not left:
                    continue
                glyphs = [
                    int.from_bytes(bytes(part)[at : at + 2], "big")
                    for part in operands[0]
                    if isinstance(part, String)
                    for at in range(0, len(bytes(part)), 2)
                ]
                text = "".join(codes.get(code, "?") for code in glyphs)
                if (old not in text) if len(old) > 1 else (text != old):
                    continue
                if passed:
                    passed -= 1
                    continue
                letters = {letter: code for code, letter in codes.items()}
                data = b"".join(letters[char].to_bytes(2, "big") for char in text.replace(old, new, 1))
                found[index] = [Array([String(data)])], operator
                left -= 1
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(found))
        assert not left, f'the sample has no "{old}": this damage does nothing'

    return do


def element(pdf: Pdf, role: str, start: str) -> Any:
    """The first structure element of a type whose text begins with `start`."""
    from pipeline.check.pdf.tree import Opened

    root = Opened(pdf).root
    assert root is not None
    below = [elem for elem in root.below() if elem.own != "StructTreeRoot"]
    for found, elem in zip(elements(pdf), below, strict=True):
        if elem.own == role and "".join(run.text for run in elem.runs()).startswith(start):
            return found
    raise AssertionError(f"the sample has no {role} that begins with {start!r}")


def dropped(role: str, start: str) -> Callable[[Pdf], None]:
    """A damage that drops a structure element; what it shows becomes page furniture to a reader."""
    return lambda pdf: drop(element(pdf, role, start))


def retagged(role: str, start: str, new: str) -> Callable[[Pdf], None]:
    """A damage that gives a structure element another type."""

    def do(pdf: Pdf) -> None:
        element(pdf, role, start).S = Name(f"/{new}")

    return do


def swapped(role: str, first: str, second: str) -> Callable[[Pdf], None]:
    """A damage that lets two children of one parent change places in the reading order."""

    def do(pdf: Pdf) -> None:
        one, two = element(pdf, role, first), element(pdf, role, second)
        parent, order = one.P, kids(one.P)
        a = next(index for index, kid in enumerate(order) if _same(kid, one))
        b = next(index for index, kid in enumerate(order) if _same(kid, two))
        order[a], order[b] = order[b], order[a]
        parent.K = Array(order)

    return do


def links(pdf: Pdf) -> Iterator[Any]:
    """The link annotations in the order of the pages."""
    for page in pdf.pages:
        yield from (one for one in page.obj.get("/Annots", []) if one.get("/Subtype") == "/Link")


def _destinations(pdf: Pdf) -> tuple[Any, list[str]]:
    names = pdf.Root.Names.Dests.Names
    return names, [str(name) for name in list(names)[::2]]


def without_destination(pattern: str) -> Callable[[Pdf], None]:
    """A damage that takes a named destination away."""

    def do(pdf: Pdf) -> None:
        names, order = _destinations(pdf)
        number = next(index for index, name in enumerate(order) if re.search(pattern, name))
        del names[2 * number : 2 * number + 2]

    return do


def moved_destination(pattern: str, other: str) -> Callable[[Pdf], None]:
    """A damage that lets a named destination point to where another one points."""

    def do(pdf: Pdf) -> None:
        names, order = _destinations(pdf)
        one, two = (
            next(index for index, name in enumerate(order) if re.search(part, name))
            for part in (pattern, other)
        )
        names[2 * one + 1] = names[2 * two + 1]

    return do


def _page_gone(destination: Any, pdf: Pdf) -> None:
    """Let a destination point to a page that is not in the tree of pages, as after a page was deleted."""
    destination[0] = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 595, 842])))


def page_of_destination_gone(pattern: str) -> Callable[[Pdf], None]:
    """A damage that takes the page away to which a named destination points."""

    def do(pdf: Pdf) -> None:
        names, order = _destinations(pdf)
        number = next(index for index, name in enumerate(order) if re.search(pattern, name))
        _page_gone(names[2 * number + 1], pdf)

    return do


def font_without_unicode(name: str) -> Callable[[Pdf], None]:
    """A damage by which fonts no longer say what characters their glyphs are; their own tables still do."""

    def do(pdf: Pdf) -> None:
        fonts = {font.objgen: font for page in pdf.pages for font in page.Resources.Font.values()}
        found = [font for font in fonts.values() if name in str(font.BaseFont)]
        assert found, f"the sample has no {name} font: this damage does nothing"
        for font in found:
            del font["/ToUnicode"]

    return do


def without(*path: str) -> Callable[[Pdf], None]:
    """A damage that takes an entry of the catalogue away."""

    def do(pdf: Pdf) -> None:
        node = pdf.Root
        for name in path[:-1]:
            node = node[name]
        del node[path[-1]]

    return do


def in_xmp(old: bytes, new: bytes) -> Callable[[Pdf], None]:
    """A damage that changes the XMP metadata."""

    def do(pdf: Pdf) -> None:
        data = pdf.Root.Metadata.read_bytes()
        assert re.search(old, data), f"the sample's metadata have no {old!r}"
        pdf.Root.Metadata.write(re.sub(old, new, data))

    return do


def _other_uri(pdf: Pdf) -> None:
    next(one for one in links(pdf) if "/A" in one and "one" in str(one.A.URI)).A.URI = String(
        "https://example.org/two"
    )


def _link_off_the_page(pdf: Pdf) -> None:
    link = next(one for one in links(pdf) if "/A" in one and "one" in str(one.A.URI))
    link.Rect = Array([1, 1, 5, 5])


def _item_to_paragraph(pdf: Pdf) -> None:
    element(pdf, "LBody", "A first point").P.S = Name.P


def _no_alt(pdf: Pdf) -> None:
    del next(elements(pdf, "Figure"))["/Alt"]


def _no_scope(pdf: Pdf) -> None:
    for cell in elements(pdf, "TH"):
        attributes = cell.A if isinstance(cell.A, Array) else [cell.A]
        for part in attributes:
            if "/Scope" in part:
                del part["/Scope"]


def _no_passage_language(pdf: Pdf) -> None:
    del next(one for one in elements(pdf) if str(one.get("/Lang", "en")).startswith("fr"))["/Lang"]


def _no_bookmark(pdf: Pdf) -> None:
    first = pdf.Root.Outlines.First.First
    pdf.Root.Outlines.First.First = first.Next
    del first.Next["/Prev"]


def _other_bookmark(pdf: Pdf) -> None:
    pdf.Root.Outlines.First.First.Title = String("Another")


def _astray_bookmark(pdf: Pdf) -> None:
    first = pdf.Root.Outlines.First.First
    first.Dest = Array([pdf.pages[-1].obj, Name.XYZ, 0, 10, 0])


def _page_of_bookmark_gone(pdf: Pdf) -> None:
    _page_gone(pdf.Root.Outlines.First.Dest, pdf)


def _wrong_operand(pdf: Pdf) -> None:
    page = pdf.pages[0]
    data = page.Contents.read_bytes()
    assert b"BT\n" in data, "the first page draws no text: this damage does nothing"
    page.Contents = pdf.make_stream(data.replace(b"BT\n", b"BT /none Ts\n", 1))


def _other_label(pdf: Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=7)]))


def _no_ids(pdf: Pdf) -> None:
    for note in elements(pdf, "Note"):
        del note["/ID"]


def _no_parent_tree(pdf: Pdf) -> None:
    pdf.Root.StructTreeRoot.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([])))


def _no_artifacts(pdf: Pdf) -> None:
    page = pdf.pages[-1]
    found = instructions(page)
    kept = [
        pikepdf.ContentStreamInstruction([Name.P], operator)
        if str(operator) == "BMC"
        else (operands, operator)
        for operands, operator in found
    ]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    changed = pikepdf.unparse_content_stream(kept).replace(b"/Artifact", b"/P")
    page.Contents = pdf.make_stream(changed)


def _off_page(pdf: Pdf) -> None:
    for page in pdf.pages:
        page.mediabox = page.cropbox = Array([0, 0, 300, 842])


def _last_page_gone(pdf: Pdf) -> None:
    del pdf.pages[-1]


def _no_font_file(pdf: Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for name in ("/FontFile2", "/FontFile3"):
            if name in descriptor:
                del descriptor[name]
                return


def _other_source(pdf: Pdf) -> None:
    name = next(name for name in pdf.attachments if name.endswith(".rst"))
    old = pdf.attachments[name]
    pdf.attachments[name] = pikepdf.AttachedFileSpec(
        pdf, old.get_file().read_bytes() + b"\nMore.\n", filename=name, relationship=pikepdf.Name.Source
    )


PDF = (
    Damage("a note is dropped", dropped("Note", "2"), "check-note-missing"),
    Damage("a note of the list is dropped", dropped("LI", "2The second"), "check-note-missing"),
    Damage("a note has another number", retype("2", "3", skip=1), "check-note-number"),
    Damage("a note's text loses a letter", retype("capital, it", "capitol, it"), "check-note-text"),
    Damage("a note is not tagged as one", retagged("Note", "2", "P"), "check-note-missing"),
    Damage("a call has another number", retype("2", "1"), "check-call"),
    Damage("a call leads nowhere", without_destination("^foot_second"), "check-call"),
    Damage("a call leads to another note", moved_destination("^foot_second", "^foot_third"), "check-call"),
    Damage("a call leads to a page that is gone", page_of_destination_gone("^foot_second"), "check-call"),
    Damage("a way back leads nowhere", without_destination("^footnote-reference-2$"), "check-back-link"),
    Damage("a way back leads to another call", moved_destination("^footnote-reference-4$", "^footnote-reference-1$"), "check-back-link"),
    Damage("the list names another page", retype("1", "2", skip=4), "check-back-link"),
    Damage("a table row is dropped", dropped("TR", "Second row"), "check-table"),
    Damage("a header cell becomes a plain one", retagged("TH", "First row", "TD"), "check-table"),
    Damage("header cells lose their scope", _no_scope, "check-table"),
    Damage("a table's caption is dropped", dropped("Caption", "Amounts"), "check-table"),
    Damage("a caption is not tagged as one", retagged("Caption", "Figure", "P"), "check-caption"),
    Damage("a list of figures loses an entry", dropped("TOCI", "Figure"), "check-list"),
    Damage("a note below its table is dropped", dropped("LI", "bOf five"), "check-note-missing"),
    Damage("a note below its table is not tagged as one", retagged("Note", "aOf wheat", "P"), "check-note-number"),
    Damage("a call leads to the note of another table", moved_destination("^barley$", "^wheat$"), "check-call"),
    Damage("a note below its table leads nowhere", without_destination(r"^footnote-reference-9$"), "check-back-link"),
    Damage("an infobox value changes", retype("Small Town", "Smell Town"), "check-infobox"),
    Damage("an infobox row is dropped", dropped("TR", "Capital"), "check-infobox"),
    Damage("a list item is dropped", lambda pdf: drop(element(pdf, "LBody", "An inner point").P), "check-list"),
    Damage("a list item becomes a paragraph", _item_to_paragraph, "check-list"),
    Damage("a paragraph is cut", dropped("P", "The second of them"), "check-text"),
    Damage("a word changes", retype("peaceful", "peacefal"), "check-text"),
    Damage("a font does not say what its letters are", font_without_unicode("Italic"), "check-note-text"),
    Damage("a drawing operator has a wrong operand", _wrong_operand, "check-damaged", line=False),
    Damage("a page is cut off", _last_page_gone, "check-heading"),
    Damage("two paragraphs change places", swapped("P", "The first of two", "The second of them"), "check-order"),
    Damage("two sections change places", swapped("Sect", "Beginnings", "Things"), "check-order"),
    Damage("a heading is dropped", dropped("H3", "Deeper"), "check-heading"),
    Damage("a heading has another level", retagged("H3", "Deeper", "H4"), "check-heading"),
    Damage("a heading becomes a paragraph", retagged("H3", "Deeper", "P"), "check-heading"),
    Damage("a link leads elsewhere", _other_uri, "check-link"),
    Damage("a link can't be pressed", _link_off_the_page, "check-link"),
    Damage("a link inside leads elsewhere", moved_destination("^things$", "^a-small"), "check-link"),
    Damage("an alternative text is dropped", _no_alt, "check-image"),
    Damage("an image is dropped", lambda pdf: drop(next(elements(pdf, "Figure"))), "check-image"),
    Damage("the language is dropped", without("/Lang"), "check-language", line=False),
    Damage("a passage loses its language", _no_passage_language, "check-language"),
    Damage("the bookmarks are dropped", without("/Outlines"), "check-bookmark", line=False),
    Damage("a bookmark is dropped", _no_bookmark, "check-bookmark"),
    Damage("a bookmark changes", _other_bookmark, "check-bookmark"),
    Damage("a bookmark leads elsewhere", _astray_bookmark, "check-bookmark"),
    Damage("the page of a bookmark is gone", _page_of_bookmark_gone, "check-bookmark"),
    Damage("the page labels are dropped", without("/PageLabels"), "check-page-label", line=False),
    Damage("the page labels begin elsewhere", _other_label, "check-page-label", line=False),
    Damage("the structure tree is dropped", without("/StructTreeRoot"), "check-tag", line=False),
    Damage("the mark of tagged files is dropped", without("/MarkInfo"), "check-tag", line=False),
    Damage("notes lose their IDs", _no_ids, "check-tag", line=False),
    Damage("the parent tree is emptied", _no_parent_tree, "check-tag", line=False),
    Damage("page furniture is no artifact", _no_artifacts, "check-tag", line=False),
    Damage("the page is narrower than its text", _off_page, "check-off-page"),
    Damage("PDF/UA is not claimed", in_xmp(rb"pdfuaid:part", b"pdfuaid:pert"), "check-metadata", line=False),
    Damage("the level of PDF/A changes", in_xmp(rb"(conformance[^A-Z]{1,3})A", rb"\1B"), "check-metadata", line=False),
    Damage("the title of the file changes", in_xmp(rb"A small", b"A large"), "check-metadata", line=False),
    Damage("the source in it is another", _other_source, "check-stale", line=False),
)  # fmt: skip


def _not_printed(pdf: Pdf) -> None:
    for one in links(pdf):
        one.F = 0


PDF_VALIDATED = (
    Damage("a font is not embedded", _no_font_file, "check-pdfa", line=False),
    Damage("the Print flag is lost", _not_printed, "check-pdfa", line=False),
    Damage("the structure tree is dropped", without("/StructTreeRoot"), "check-pdfua", line=False),
)  # fmt: skip
"""What the validators of the print edition see."""
