"""What documents that others wrote have found (`make corpus`), each shrunk to the few lines that matter.

All passages stand in one draft: both editions say what its tree says, and no validator has a word to say.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from docutils import nodes
from pikepdf import Dictionary, Name

from pipeline.build import Result
from pipeline.check.article import Report, check
from pipeline.check.validators import UNJUDGED, validate_epub, validate_pdf
from pipeline.read.reader import parse_text, read
from pipeline.read.review.addresses import valid_address
from tests.support.articles import Parsed

# The target of the subtitle was not known to the check.
TITLE = """
Title
#####

The subtitle
++++++++++++

:date: 2026-11-24
:language: en

See `the subtitle`_.

"""

GRADIENT = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
<linearGradient id="g"><stop stop-color="#036"/><stop offset="1" stop-color="#fff"/></linearGradient>
<rect width="40" height="20" fill="url(#g)"/></svg>"""

PASSAGES = {
    # The list of notes stands on an earlier page than the call of one that calls another: the last passage.
    "notes listed early": """
.. rubric:: Notes

.. [#early] A note that is listed before it is called, and calls another [#deep]_.
.. [#deep] The other one.
""",
    # The message behind a fault was not expected by `despatch check`.
    "faults": """
A `link to a file <user/tools.html>`__, in a line; and *a list*:

* one `file <a.html>`__;
* :nope:`two`

.. nope:: here

   Its content.

.. infobox:: The box

   :Label: value

   A paragraph that does not belong here.
""",
    # Badges: links around missing images, one after another, are blocks of their own.
    "badges": """
.. image:: one.svg
   :target: https://example.org/one
.. image:: two.svg
   :target: https://example.org/two
   :alt: Two
""",
    # The first thing in an item is a term, so that its mark is followed by another.
    "lists in lists": """
1. :Q: What kind of question?
   :A: Any kind.

2. * First.
   * Second.

* term
     1. definition
""",
    # A second name was an empty element in front of the heading, and stayed behind on the page before.
    "two names": """
.. _first name:
.. _second name:

A section with two names
------------------------

See `first name`_ and `second name`_.

.. _third name:
.. _fourth name:

====== ======
`A`    B
====== ======
third  fourth
====== ======

See `third name`_ and `fourth name`_.
""",
    # Not addresses, for EPUBCheck: a second "#", spaces, and a scheme that is not registered.
    "addresses": """
`A room <https://example.org/#/#room:example.org>`__, `a page <https://example.org/a{b}|c>`__,
`a paper <doi:10.1000/182>`__, `no port <http://localhost:PORT/>`__.
""",
    # The contract asks for rows.
    "tables without rows": """
===== =====
Alone Above
===== =====

* +-----+

  A border that is taken for a table.
""",
    # Emacs parts pages by a form feed, on a line of its own: white space, not a control character.
    "form feed": """
Before the line.
\f
..
   Local Variables: none
""",
    # A heading that is an image: its entry in contents lists was empty; one with a fault: no entry was found.
    "images in headings": """
|drawing|
---------

|missing| from a heading
------------------------

Text.

.. |drawing| image:: drawing.svg
   :alt: A drawing
.. |missing| image:: missing.svg
""",
    # The image floated out of its link, which then could not be pressed; so did the words for a missing one.
    "floating images in links": """
.. image:: drawing.svg
   :class: align-right
   :alt: Pressed
   :target: https://example.org/pressed

Text beside it.

.. image:: missing.svg
   :class: align-right
   :target: https://example.org/missing

Text below it.
""",
    # The colon of a field's name is a word of its own behind the call of a note.
    "notes in names of fields": """
Fields follow.

:Author [#author]_: Somebody
:|drawn|: An image
:``Code``: Something

.. |drawn| image:: drawing.svg
   :alt: Drawn
.. [#author] The note.
""",
    # A link that names a note by its number was taken for a call; and showed the number it had before.
    "links to notes": """
The second note [7]_, the first note [#named]_, and links: 7_, named_.

.. [#named] Not called first; see (7_) too.
.. [7] Called first.
""",
    # Nothing was left of the definition, which may not be empty.
    "empty definitions": """
Class
   .. class:: special

* The list that it is about.

Comment
   .. comment
""",
    # A call in a note that is never called itself kept the number that docutils had given it.
    "notes that nothing leads to": """
A note [#led]_.

.. [#led] Is called.
.. [#lost] Is not, and calls [#inner]_ and [#led]_.
.. [#inner] Is called by a note that is not.
""",
    # A note at the foot of a page had the language of the article; a matrix had a size that MathML has not.
    "notes and formulas": r"""
A note in German [#german]_, :math:`\begin{smallmatrix} a & b \\ c & d \end{smallmatrix}`.

.. class:: language-de

.. [#german] Auf Deutsch.
""",
    # Images whose links are faults were lost; a page could not begin with a missing image that is a link.
    "images in bad links": """
.. image:: drawing.svg
   :alt: Still there
   :target: elsewhere.html

.. figure:: drawing.svg
   :alt: In a figure
   :target: elsewhere.html

   Its caption.

.. figure:: missing.svg
   :alt: Missing in a figure
   :target: https://example.org/figure

   The caption of the missing one.

A |bad| in a line, and **bold** `with **stars** <elsewhere.html>`__.

.. |bad| image:: drawing.svg
   :alt: Small
   :target: elsewhere.html
""",
    # A hyphen in a cell is a list with an empty item, whose mark was taken for content.
    "empty lists in cells": r"""
====== =====
Name   Value
====== =====
exec   \-
dir    -
====== =====
""",
    # One glyph stands for both hyphens, so that a PDF does not tell which it was; a field without a name.
    "hyphens and nameless fields": """
Dates of manuals: 2021\u201002\u201008, ``2021\u201002``, non\u2011breaking.

:x: A box that is ticked.
:\u2007: A box that is not.
""",
    # An initial is the number of a list within a list; an entry of the index leads to one that is not there.
    "initials and indexes": """
* A. Brown
* D. Mcbain

.. index::
   see: mscache; msdcc

The entry above leads nowhere.
""",
    # A class that looks like a language and is none; pikepdf's validator can't judge gradients.
    "no language, and a gradient": """
.. class:: language-undefined-example

Text.

.. image:: gradient.svg
   :alt: From one colour to another
""",
    # A language of code with a plus is no name of a class.
    "code": """
.. code:: html+jinja

   <b>{{ value }}</b>

A call on another page than the list [#early]_.
""",
}


@pytest.fixture(scope="module")
def draft(finished: Callable[..., Result]) -> tuple[Result, Report]:
    """The draft of all passages, and what the check says."""
    text = "\n".join(f"\n{name.capitalize()}\n{'=' * 40}\n{passage}" for name, passage in PASSAGES.items())
    square = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    files = {"drawing.svg": square, "gradient.svg": GRADIENT}
    result = finished(TITLE + text, files, whole=True, draft=True)
    article, _ = read(result.article, draft=True)
    assert article is not None
    return result, check(article, result.outputs[0].path.parent, validators=False)


@pytest.mark.slow
def test_both_editions_say_what_the_tree_says(draft: tuple[Result, Report]) -> None:
    """Nothing is lost, and the check raises no false alarm."""
    _, report = draft
    assert [str(finding) for finding in report.findings] == []
    assert report.counts["words"][0] > 150


@pytest.mark.slow
def test_nothing_in_despatch_failed(draft: tuple[Result, Report]) -> None:
    """The faults are those of the text."""
    result, _ = draft
    assert {finding.code for finding in result.findings} == {
        *("link-scheme", "role-unknown", "directive-unknown", "infobox-content", "image-missing"),
        *("note-uncited", "index-entry", "meta-language", "markup-misread"),
    }


@pytest.mark.slow
def test_validators_are_silent(draft: tuple[Result, Report], tmp_path: Path) -> None:
    """A draft is as valid as any other edition."""
    for output in draft[0].outputs:
        validate = validate_epub if output.path.suffix == ".epub" else validate_pdf
        assert validate(output.path) == []
    pdfa = importlib.import_module("pikepdf.pdfa")
    pdf = next(output.path for output in draft[0].outputs if output.path.suffix == ".pdf")
    pdf = _with_a_gradient(pdf, tmp_path / "gradient.pdf")
    assert validate_pdf(pdf) == []
    assert any(UNJUDGED.fullmatch(finding.message) for finding in pdfa.validate_written(pdf, "3b").findings)


def _with_a_gradient(path: Path, target: Path) -> Path:
    """A PDF with a gradient on its first page, as the style sheet of a desk may ask for one."""
    with pikepdf.open(path) as pdf:
        ramp = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 1, 1], N=1)
        shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 9, 9], Function=ramp)
        page = pdf.pages[0]
        page.add_resource(shading, Name.Shading, Name("/Gradient"))
        page.contents_add(b"/Artifact BMC q 0 0 9 9 re W n /Gradient sh Q EMC")
        pdf.save(target, deterministic_id=True, fix_metadata_version=False)
    return target


def test_a_place_has_one_id(parse: Callable[[str], Parsed]) -> None:
    """What named the second one is led to the first."""
    document = parse(PASSAGES["two names"]).document
    assert all(len(node["ids"]) <= 1 for node in document.findall(nodes.Element))
    section = next(document.findall(nodes.section))
    links = [link["refid"] for link in section.findall(nodes.reference) if "refid" in link]
    table = next(document.findall(nodes.table))
    assert links == [section["ids"][0]] * 2 + [table["ids"][0]] * 2


def test_a_link_names_the_number_that_a_note_has(parse: Callable[[str], Parsed]) -> None:
    """As it is printed, not as the author wrote it."""
    document = parse(PASSAGES["links to notes"]).document
    assert [link.astext() for link in document.findall(nodes.reference)] == ["1", "named", "1"]


def test_there_is_one_title() -> None:
    """Fields below the first section made a second title of its heading, below the first one."""
    text = "=====\nTitle\n=====\n\nFirst\n=====\n\n:2.2.6: Not released\n\nSecond\n======\n\nText.\n"
    document, _ = parse_text(text)
    titles = [child.astext() for child in document if isinstance(child, nodes.title)]
    sections = [child[0].astext() for child in document if isinstance(child, nodes.section)]
    assert (titles, sections) == (["Title"], ["First", "Second"])


def test_a_title_below_a_fault_is_the_title(tmp_path: Path) -> None:
    """Every document of docutils begins with an ``include``; where that is refused, title and date count."""
    path = tmp_path / "article.rst"
    path.write_text(".. include:: ../header.rst\n" + TITLE, encoding="utf-8")
    article, findings = read(path, draft=True)
    assert [finding.code for finding in findings] == ["insertion-refused"]
    assert article is not None
    assert (article.metadata.title, article.metadata.dated) == ("Title", True)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a.b/#/#c:d", "https://a.b/#/%23c:d"),
        ("https://a.b/x y|{z}?q=[1]#%zz", "https://a.b/x%20y%7C%7Bz%7D?q=%5B1%5D#%25zz"),
        ("https://a.b/é?q=%20", "https://a.b/é?q=%20"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("doi:10.1/x<y>", "https://doi.org/10.1/x%3Cy%3E"),
        ("mailto:a b@c.d", "mailto:a%20b@c.d"),
        ("ftp://me@here.org@there.org/", "ftp://me%40here.org@there.org/"),
        ("mailto:", None),
        ("http:a.b", None),
        ("http://", None),
        ("http://a..b/", None),
        ("http://xn--a/", None),
        ("http://host:port/", None),
        ("http://a.b:99999/", None),
        ("http://a%20b/", None),
        ("http://user:pa#ss@host/", None),
    ],
)
def test_addresses(written: str, address: str | None) -> None:
    """RFC 3986: what may not stand is percent-encoded; what is no address is none."""
    assert valid_address(written) == address
