"""The structure of the finished print edition: what PDF/UA-1 and PDF/A-3a want, and what the article says."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
import pypdfium2
import pytest
from docutils import nodes
from PIL import Image, ImageChops

from pipeline.findings import Finding
from pipeline.read.reader import parse_text, read
from pipeline.styles import Sheet
from pipeline.tree.article import Article
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import infobox
from pipeline.write.engine.render import watched
from pipeline.write.pdf.attachments import Attachment
from pipeline.write.pdf.finish import finish
from pipeline.write.print.edition import PrintLayout, enclosures, finish_pdf, lay_out, write_pdf
from pipeline.write.print.layout import layout
from tests.support.paths import DATA, REPOSITORY
from tests.support.pdf_audit import Audit, Content, Element, Linked
from tests.support.quick import slow_but

SOURCE: Final = REPOSITORY / "source"

# Articles ------------------------------------------------------------------------------------------------

HEAD: Final = "Everything tagged\n=================\n\n:date: 2026-11-24\n:language: en\n"
WORDS: Final = (
    *("the", "international", "committee", "characterised", "parliamentary", "counterrevolutionary"),
    *("agreements", "as", "an", "unprecedented", "understanding", "between", "administrations", "of"),
    *("neighbouring", "countries", "and", "their", "institutions"),
)


def prose(words: int, start: int = 0) -> str:
    """That many words, some of them long enough to be broken at the end of a line."""
    return " ".join(WORDS[(start + index) % len(WORDS)] for index in range(words)).capitalize() + "."


ARABIC: Final = "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0647\u0630\u0627"
"""Hello world, this."""

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

@ARABIC@

.. class:: language-nl

Dit is Nederlands.

H\\ :sub:`2`\\ O, see `First`_ and `outside <https://example.org/path>`__; no\u00a0break and \u2010 hyphen.

----

Last.

.. pagebreak::

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
    + "".join(f"   * - Row {row} [#n]_\n     - {prose(12, row)}\n     - {row}\n" for row in range(56))
    + "\n.. [#n] Called in a table head that is on every page.\n"
)
MANY_NOTES: Final = (
    HEAD
    + ":notes: both\n\n"
    + " ".join(f"word [#n{number}]_" for number in range(12))
    + "\n\n"
    + "\n".join(f".. [#n{number}] Note {number}." for number in range(12))
    + "\n"
)
PARAGRAPHS: Final = (
    HEAD
    + ":notes: {notes}\n:contents: yes\n\n"
    + "".join(
        f"{prose(3, at)[:-1]} {at}\n{'=' * 90}\n\n{prose(90, at)} [#s{at}]_\n\n"
        f".. [#s{at}] {prose(40, at)}\n\n"
        for at in range(12)
    )
)
ARTICLES: Final = {
    "kinds": KINDS.replace("@ARABIC@", f"{ARABIC}."),
    "long table": LONG_TABLE,
    "many notes": MANY_NOTES,
    **{f"notes {where}": PARAGRAPHS.format(notes=where) for where in ("foot", "end", "both")},
}

WHOLE: Final = {
    "master": SOURCE / "belgium-kosovo.rst",
    "kitchen sink": DATA / "kitchen-sink.rst",
}
"""Articles that stand in files of their own."""

Layouts = Callable[[str], tuple[Article, PrintLayout]]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Layouts:
    """Articles by name, laid out once."""
    folder = tmp_path_factory.mktemp("tags")
    Image.new("RGB", (40, 30), "navy").save(folder / "dot.png")
    made: dict[str, tuple[Article, PrintLayout]] = {}

    def lay(name: str) -> tuple[Article, PrintLayout]:
        if name not in made:
            path = WHOLE.get(name)
            if path is None:
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
            article, laid = laid_out(name)
            data, findings = finish_pdf(laid, enclosures(article, b"PK an ebook"))
            assert findings == []
            made[name] = Audit(data)
        return made[name]

    return audit


Audited = Callable[[str], Audit]


QUICK = {"master", "kinds"}
"""A whole article, and one of each kind of element."""


@pytest.mark.parametrize("name", slow_but(QUICK, [*WHOLE, *ARTICLES]))
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
    for name in ("master", "notes both", "many notes"):
        document = audited(name).document
        said = [element.plain for element in document.all("P", *(f"H{level}" for level in range(1, 7)))]
        article = laid_out(name)[0]
        for block in article.document.findall(nodes.TextElement):
            if isinstance(block, nodes.paragraph | nodes.title) and not _inside(block, *SET_APART):
                assert " ".join(block.astext().split()) in said


SET_APART: Final = (nodes.docinfo, nodes.topic, nodes.footnote, nodes.decoration, infobox)


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
    assert parents["foot_a"] == "Art"
    assert parents["foot_c"] == parents["foot_d"] == "LBody"
    assert parents["foot_e"] == parents["foot_f"] == parents["foot_box"] == "Caption"
    assert parents["foot_g"] == parents["foot_box2"] == "TD"
    assert parents["foot_verse"] == "Div"
    assert parents["foot_head"] == "Sect"
    first = homes["foot_a"]
    assert first.parent
    place = first.parent.kids.index(first)
    assert first.parent.kids[place - 1].role == "P"
    assert first.parent.kids[place + 1] is homes["foot_b"]
    assert [kid.role for kid in first.kids] == ["Lbl", "P", "P"]


def test_calls_and_ways_back_are_links_that_land(audited: Audited) -> None:
    audit = audited("kinds")
    places = audit.destinations()
    calls = [link for link in audit.document.all("Link") if _target(link).startswith("foot_")]
    assert [str(_annotations(link)[0].Contents) for link in calls][:2] == ["Note 1", "Note 2"]
    assert all(link.parent and link.parent.role == "Reference" for link in calls)
    labels = [note.kids[0] for note in audit.document.all("Note") if str(note.raw.ID).startswith("foot_")]
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


@pytest.mark.parametrize("name", slow_but({"notes both"}, ["notes end", "notes both"]))
def test_listed_notes_are_list_items(audited: Audited, name: str) -> None:
    notes = [note for note in audited(name).document.all("Note") if not str(note.raw.ID).startswith("foot_")]
    assert len(notes) == 12
    lists = {id(note.parent.parent.parent) for note in notes if note.parent and note.parent.parent}
    assert len(lists) == 1
    assert [note.kids[0].plain for note in notes] == [str(number) for number in range(1, 13)]


@pytest.mark.slow
def test_a_table_over_pages_is_one_table_with_one_head(audited: Audited) -> None:
    audit = audited("long table")
    assert len(audit.pdf.pages) >= 4
    (table,) = audit.document.all("Table")
    assert [len(table.of("THead")), len(table.all("TR"))] == [1, 56]
    assert table.of("THead")[0].plain.startswith("Row 0")
    repeated = [text for page in audit.artifacts[1:] for values, text in page if not values]
    assert sum("Row" in text for text in repeated) == len(audit.pdf.pages) - 1
    scopes = Counter(str(cell.attributes()["Scope"]) for cell in table.all("TH"))
    assert scopes == {"/Column": 3, "/Row": 55}


def test_a_paragraph_over_pages_is_one_paragraph(audited: Audited) -> None:
    document = audited("notes both").document
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
    assert marked["ar"].plain == f"{ARABIC}."


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


# Small pages ---------------------------------------------------------------------------------------------


def small(body: str, sheet: str = "") -> tuple[Audit, list[Finding]]:
    """A small page of XHTML, finished; the metadata are those of some article."""
    text = (
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body><article>{body}</article></body></html>'
    )
    findings: list[Finding] = []
    document, _ = parse_text(f"{HEAD}\nText.\n")
    metadata = metadata_of(document)
    font = 'body { font-family: "Source Serif Pro" } h1 { bookmark-level: 1; bookmark-label: content() }'
    laid = layout(text, [Sheet("test", font), Sheet("test", sheet)], {}, metadata.date, "test", findings)
    with watched("test", findings):
        return Audit(finish(laid, metadata)), findings


def test_lines_through_and_under_text_are_artifacts() -> None:
    audit, _ = small("<h1>Title</h1><p>A<sup>2</sup> <u>under <s>struck</s></u> x</p><hr/>")
    assert audit.all() == []
    assert [element.plain for element in audit.document.all("P")] == ["A2 under struck x"]


def test_deep_headings_and_abbreviations() -> None:
    levels = "".join(f"<h{level}>{level}</h{level}>" for level in range(1, 7))
    audit, _ = small(f'{levels}<h6 aria-level="7">7</h6><p><abbr title="United Nations">UN</abbr></p>')
    assert audit.all() == []
    assert audit.roles["H7"] == "H6"
    assert [str(element.raw.E) for element in audit.document.walk() if "/E" in element.raw] == [
        "United Nations"
    ]


def test_a_link_that_leads_nowhere_is_text() -> None:
    audit, _ = small(
        '<h1>Title</h1><p><a href="#gone">Gone</a> <a>Nothing</a> <a id="x" href="#x">Here</a></p>'
    )
    assert audit.all() == []
    assert [link.plain for link in audit.document.all("Link")] == ["Here"]


def test_what_cannot_be_tagged_is_reported() -> None:
    _, findings = small("<h1>Title</h1><p>Ghost</p>", "p { opacity: 0.5 }")
    assert [finding.code for finding in findings] == ["layout-warning"]


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
    assert ARABIC in drawn
    broken = "".join(content for page in audited("notes both").contents for content in page.values())
    assert "\u00ad" in broken
    assert not re.search(r"[a-z]-[a-z]", broken)


@pytest.mark.slow
def test_nothing_looks_different(laid_out: Layouts) -> None:
    """PDFium places a soft hyphen, now a text object of its own, part of a pixel off: so much may be."""
    for name in ("master", "kinds", "long table"):
        laid = laid_out(name)[1]
        ours, theirs = (
            [page.render(scale=1).to_pil() for page in pypdfium2.PdfDocument(data)]
            for data in (finish_pdf(laid)[0], laid.document.copy().write_pdf(pdf_variant="pdf/ua-1"))
        )
        for after, before in zip(ours, theirs, strict=True):
            assert _highest(ImageChops.difference(after, before)) < 64


def _highest(picture: Image.Image) -> int:
    """The highest value in any band."""
    return max(value for band in picture.split() for value, count in enumerate(band.histogram()) if count)


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
    pdf = pikepdf.open(BytesIO(finish_pdf(laid_out("many notes")[1])[0]))
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
    (image,) = pdf.pages[0].obj.Resources.XObject.values()
    assert isinstance(image, pikepdf.Stream)
    assert "/Interpolate" not in image
    assert str(image.ColorSpace) == "/DeviceRGB"
    picture = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    red, green, blue = picture.crop((5, 5, 6, 6)).tobytes()
    assert red > 150 > max(green, blue)


def test_the_same_layout_gives_the_same_bytes(laid_out: Layouts) -> None:
    laid = laid_out("kinds")[1]
    assert finish_pdf(laid)[0] == finish_pdf(laid)[0]


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


@pytest.mark.parametrize("name", slow_but(QUICK, [*WHOLE, "kinds", "long table"]))
def test_other_checkers_find_nothing_but_their_false_alarms(
    audited: Audited, tmp_path: Path, name: str
) -> None:
    pdfa = importlib.import_module("pikepdf.pdfa")
    pdfua = importlib.import_module("pdfua")
    path = tmp_path / "finished.pdf"
    path.write_bytes(audited(name).data)
    assert audited(name).pdf.check_pdf_syntax() == []
    assert {finding.message for finding in pdfa.validate_written(path, "3b").findings} == FALSE_ALARMS
    # A table to which its author gave no heads has none: PDF/UA-1 wants those tagged that are there (7.5).
    headless = [table for table in audited(name).document.all("Table") if not table.all("TH")]
    assert len(headless) == (2 if name == "kitchen sink" else 0)
    assert [finding.rule_id for finding in pdfua.validate(path).findings] == ["UA-15-003"] * len(headless)
