"""Articles of all kinds: both editions say what the article says, and the check finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import pytest

from pipeline.build import Result
from pipeline.check.validators import validate_epub, validate_pdf
from pipeline.styles import BUILT_IN
from tests.support.verdicts import complaints


def _rows(count: int) -> str:
    return "".join(
        f"   * - Row {n}\n     - Value {n}, in words that are long enough for two lines\n     - {n * 17}"
        f"{' [#cell]_' if n == 40 else ''}\n"
        for n in range(1, count + 1)
    )


LONG_TABLE = f"""
.. list-table:: A table over several pages [#caption]_
   :header-rows: 1
   :stub-columns: 1

   * - Name
     - Value
     - Number
{_rows(90)}

Behind the table.

.. [#caption] In the caption.
.. [#cell] In a cell.
"""

FORTY = f"""
{" ".join(f"Word{n} [#n{n}]_" for n in range(40))}

{"".join(f".. [#n{n}] Note number {n} is short.{chr(10)}" for n in range(40))}
"""

PLACES = """
.. infobox:: The box [#title]_

   :First: value [#value]_
   :List: - one [#item]_
          - two
   :Two paragraphs: One.

                    Two. [#value]_

Before the figure [#value]_ comes text.

.. figure:: dot.png
   :alt: A dot

   The caption [#caption]_ of the figure.

   And its legend. [#legend]_

===========  =====
Head [#h]_   Other
===========  =====
[#only]_     cell
a  b         c
===========  =====

Term [#term]_
    Definition [#definition]_.

Heading with a note [#heading]_
===============================

:Field: body [#field]_

| line [#line]_
| line

    Quoted. [#quote]_

    -- Somebody

- item [#listed]_

  - inner [#listed]_

.. [#title] Title.
.. [#value] Value.
.. [#item] Item.
.. [#caption] Caption.
.. [#legend] Legend.
.. [#h] Head.
.. [#only] Only.
.. [#term] Term.
.. [#definition] Definition.
.. [#heading] Heading.
.. [#field] Field.
.. [#line] Line.
.. [#quote] Quote.
.. [#listed] Listed, and nested. [#nested]_
.. [#nested] Nested, and nested again. [#deep]_
.. [#deep] Deep.
"""

LEVELS = """
One
===

Text.

Two
---

Text.

Three
~~~~~

Text.

Four
^^^^

Text.

Five
++++

Text.

Six
...

Text.

One again
=========

Text.
"""

LONG_NOTE = f"""
A call of a long note. [#long]_ And of a short one. [#short]_ And both once more. [#long]_ [#short]_

.. [#long] {"A sentence of a note that is much too long for the foot of a page. " * 30}

   It has a second paragraph that calls another. [#inner]_

   - And a list,
   - of two items.

.. [#short] Short.
.. [#inner] Inner.
"""

BLOCKS = """
Some ``literal  text``, *emphasis*\\ **glued**, H\\ :sub:`2`\\ O, "quotes", 'single' — a dash, 1–2.

::

    def code():
        return "indented   text with a very long line that goes on and on until the very edge of it all"

.. code:: python
   :number-lines:

   def more():
       pass

.. note:: An admonition.

.. warning::

   Another.

   - with a list

.. admonition:: By name

   Text.

.. topic:: A topic

   Its text.

.. epigraph::

   Words of others.

   -- Others

-a          an option
--long=ARG  a long one

Term : classifier
    Definition.

    Second paragraph.

Math :math:`a^2 + b^2` in a line.

.. math:: e = mc^2

.. rubric:: A rubric

1. one

   a) inner
   b) inner

2. two

.. image:: dot.png
   :alt: A linked dot
   :target: https://example.org/dot

A paragraph with |small| in it, and a `link to it <https://example.org/a?b=c&d=%C3%A9>`__; mail a@example.org.

.. |small| image:: dot.png
   :alt: small dot
"""

HYPHENS = (
    "Internationalization and incomprehensibilities of well-known, twenty-five-year-old, self-evident "
    "counterrevolutionary misunderstandings at https://example.org/a/very/long/path/that/must-be/broken "
    "and e-mail-addresses of non-governmental organisations. "
) * 30

RIGHT_TO_LEFT = """
The word שלום עולם means peace, in Arabic السلام عليكم (2024), and :lang-he:`שלום` too. [#a]_

.. lang:: he

   זהו משפט ארוך מאוד שצריך להתפצל לשתי שורות לפחות כדי שנוכל לבדוק את הסדר של המילים 2024 וגם English.

.. lang:: ar

   العربية لغة سامية وهي من أكثر اللغات تحدثا 123 في العالم
   ضمن مجموعة اللغات السامية وإحدى أكثر اللغات انتشارا.

.. [#a] A note with עברית in it.
"""

NOTE_IN_HEBREW = """
A word.

.. lang:: he

   זהו משפט ארוך מאוד. [#a]_

.. [#a] This note is in English, wherever it is called.
"""

MANY_SECTIONS = "\n".join(
    f"Section {n}\n==========\n\n"
    + "Some words of a longer text that fills a page or two. " * 60
    + f"[#n{n}]_\n"
    for n in range(1, 9)
) + "\n".join(f"\n.. [#n{n}] Note {n}." for n in range(1, 9))

LATE_INFOBOX = (
    f"{HYPHENS}\n\n" * 9
    + ".. infobox:: Late box\n\n"
    + "".join(f"   :Field {number}: {'some words ' * 5}\n" for number in range(9))
    + f"\n{HYPHENS}\n\n" * 4
)
NO_HEAD = "A table without a head:\n\n.. list-table::\n\n" + "".join(
    f"   * - Left {number}\n     - Right {number}\n" for number in range(5)
)
ARTICLES = {
    "an infobox that goes to the next page": LATE_INFOBOX,
    "a table without a head": NO_HEAD,
    "a table over several pages": LONG_TABLE,
    "forty notes on a page": FORTY,
    "notes in all places": PLACES,
    "six levels of headings": LEVELS,
    "a long note": LONG_NOTE,
    "all kinds of blocks": BLOCKS,
    "words that are divided": HYPHENS,
    "right to left": RIGHT_TO_LEFT,
    "a contents list and several files": MANY_SECTIONS,
}
HEAD = "A title\n=======\n\n:date: 2026-11-24\n:language: {language}\n{fields}\n"


def _picture() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def _assert_clean(
    finished: Callable[..., Result],
    text: str,
    language: str = "en",
    fields: str = "",
    *,
    validators: bool = False,
) -> None:
    whole = HEAD.format(language=language, fields=fields) + text
    result = finished(whole, {"dot.png": _picture()}, whole=True)
    assert complaints(result) == []
    if validators:
        pdf, epub = (output.path for output in result.outputs)
        assert [*validate_pdf(pdf), *validate_epub(epub)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ARTICLES)
def test_articles_of_all_kinds_pass(finished: Callable[..., Result], name: str) -> None:
    _assert_clean(finished, ARTICLES[name], validators=True)


@pytest.mark.slow
def test_a_note_that_a_foreign_passage_calls_keeps_its_language(finished: Callable[..., Result]) -> None:
    _assert_clean(finished, NOTE_IN_HEBREW)


@pytest.mark.slow
@pytest.mark.parametrize("choice", ["foot", "end", "both"])
@pytest.mark.parametrize("name", ["notes in all places", "a long note"])
def test_notes_wherever_the_author_wants_them(
    finished: Callable[..., Result], name: str, choice: str
) -> None:
    _assert_clean(finished, ARTICLES[name], fields=f":notes: {choice}\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "language",
    [
        *("fr", "de-AT", "nl", "el", "ar", "he", "en-US"),
        "sq",
    ],
)
def test_articles_in_other_languages(finished: Callable[..., Result], language: str) -> None:
    fields = ":author: A. B. Cé\n:author: D. E.\n:version: 2\n:status: final\n:marking: Restricted\n"
    fields += ":contents: yes\n"
    _assert_clean(finished, BLOCKS + LONG_NOTE, language, fields)


@pytest.mark.slow
def test_letters_that_are_not_seen_make_no_difference_to_headings(finished: Callable[..., Result]) -> None:
    _assert_clean(
        finished,
        "Zero\u200bwidth\n----------\n\nSoft\u00adhyphen, non\u2011breaking\n" + "-" * 30 + "\n\nText.\n",
    )


@pytest.mark.slow
def test_an_attribution_may_begin_with_what_is_no_word(finished: Callable[..., Result]) -> None:
    quotes = "".join(
        f"   Quotation {n}.\n\n   -- {who}\n\n" for n, who in enumerate(("[#a]_", ":math:`x`", "Bob"))
    )
    _assert_clean(finished, f"Text.\n\n{quotes}.. [#a] Note.\n")


@pytest.mark.slow
def test_no_class_of_the_style_sheets_takes_away_what_an_author_gives_it(
    finished: Callable[..., Result],
) -> None:
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in BUILT_IN.glob("*.css"))
    names = sorted(set(re.findall(r"\.(?!align-)([a-z][a-z0-9-]*)", sheets)))
    assert {"foot", "note", "running-title", "option"} < {*names}
    line = "so many [#n]_ that a line is full and they go on in the next one."
    text = "".join(
        f".. role:: x-{name}\n   :class: {name}\n\n.. class:: {name}\n\nWords :x-{name}:`a role`, {line}\n\n"
        f".. container:: {name}\n\n   * Item {name}.\n\n"
        for name in names
    )
    _assert_clean(finished, f"{text}.. [#n] Note.\n")


def test_the_name_of_an_image_may_have_any_sign(finished: Callable[..., Result]) -> None:
    names = (
        *(
            "cover.png",
            "media/image-1.png",
            "a b.png",
            "\u00fc\u00f1.png",
            "a&b.png",
            "q'\"x.png",
            "100%.png",
        ),
        *("a#b.png", "a%20b.png", "a?b.png", ".hidden.png", "a;b=c.png", "(a).png"),
    )
    text = "".join(f".. image:: {quote(name)}\n   :alt: picture {n}\n\n" for n, name in enumerate(names))
    result = finished(
        f"A title\n=======\n\n:date: 2026-11-24\n:language: en\n\n{text}",
        dict.fromkeys(names, _picture()),
        whole=True,
    )
    assert result.findings == []
    assert complaints(result) == []
