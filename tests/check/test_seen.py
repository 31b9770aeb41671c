"""The check looks: lines of both directions, marks at the ends of lines, and what is no fault of a page."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.build import Result
from pipeline.check.article import Report, check
from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import Elem, Opened
from pipeline.check.seen import pictures
from pipeline.check.seen.blocks import Block
from pipeline.check.seen.lines import look_at_marks
from pipeline.check.seen.look import look
from pipeline.check.seen.places import Places
from pipeline.check.vocabulary.facts import Spot
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.read.reader import read
from pipeline.tree.languages.bidi import embedding_levels, visual_order
from tests.support.damage import Damage
from tests.support.damage_seen import moved, reversed_glyphs, swapped_lines
from tests.support.quick import each_nth, slow_but
from tests.support.readback import EpubFile, PdfFile
from tests.support.seen import letters_of

BOTH_WAYS = """\
The Hebrew greeting is שלום **לכולם** here, and the (*usual*) answer is תודה רבה in full.

The ministry is called :lang-ar:`وزارة الخارجية` (founded 1920), and it says :lang-he:`שלום 12` to all.

.. lang:: ar

   تأسست الوزارة عام 1920 في **القاهرة** مع NATO اليوم.
"""


def looked(result: Result, folder: Path, damage: Damage | None = None) -> Report:
    """The verdict about an article, its print edition damaged."""
    article, findings = read(result.article)
    assert article is not None, findings
    for output in result.outputs:
        data = output.path.read_bytes()
        if damage is not None and output.path.suffix == ".pdf":
            buffer = BytesIO()
            with pikepdf.open(BytesIO(data)) as pdf:
                damage.do(pdf)
                pdf.save(buffer)
            data = buffer.getvalue()
        (folder / output.path.name).write_bytes(data)
    return check(article, folder, validators=False)


STEERED = """\
.. lang:: he

   המחיר היה 100%\u200f או 200 EUR\u200f. ראו גם "ABC-\u200f12" \u200f(C++) בהמשך.
"""

CALLS = """\
The greeting سلام\\ [#a]_ is Arabic, שלום [#a]_ is Hebrew; a line ends in مرحباـ [#a]_

.. [#a] A note.
"""


LINKED = """\
.. lang:: ar

   كلمة (`محمود 2017 <https://example.org>`__) وكلمة أخرى.
"""


NAMED = r"""
English then **עברית**: 12.5 %. Flag of مصر العربية: **كبير** (2026), p. 5. A number: 1,234.5 العربية 5-6 مصر.

As (`אבג, 2021 <https://example.org/a>`__; `王小明, 2018 <https://example.org/b>`__); see
:lang-he:`אבג` (2021), and (`אבג, 2020 <https://example.org/c>`__).

.. lang:: ar

   كلمة، :lang-ar:`"اقتباس"` 12%. في عام ٢٠٢٤ بلغ ١٢٫٥٪ من الناتج NATO **Kingdom of Belgium** ثم ثم
   `European Union (EU) <https://example.org/d>`__\ ، ثم :lang-en:`United Nations`\ ،
   ثم :lang-fr:`« guillemets »`، الساعة 10:30؛ 5(ب).

.. lang:: fa

   .. list-table::

      * - ۲۰۲۴
        - ۱۲٫۵ [#a]_
        - -۳
      * - ۲۰۲۵
        - ۱۴٫۲٪
        - ۱٬۲۰۰

.. [#a] A note with العربية **مصر** and `رابط <https://example.org/n>`__ (2026).
"""


@pytest.mark.parametrize("body", each_nth(2, [STEERED, CALLS, LINKED, NAMED]))
def test_signs_of_direction_and_calls_have_no_finding(
    finished: Callable[..., Result], tmp_path: Path, body: str
) -> None:
    assert [str(one) for one in looked(finished(body), tmp_path).findings] == []


def test_lines_of_both_directions_have_no_finding(finished: Callable[..., Result], tmp_path: Path) -> None:
    assert [str(one) for one in looked(finished(BOTH_WAYS), tmp_path).findings] == []


@pytest.mark.parametrize(
    "damage",
    [
        Damage("two words from right change places", swapped_lines("םולש", "םלוכל"), "check-direction"),
        Damage("the letters of a word run the other way", reversed_glyphs("הבר הדות"), "check-direction"),
        Damage("a closing bracket begins a line", moved(") answer", right=-250, down=15.5), "check-line"),
    ],
    ids=lambda damage: damage.name,
)
def test_a_line_that_is_seen_otherwise_is_told(
    finished: Callable[..., Result], damage: Damage, tmp_path: Path
) -> None:
    report = looked(finished(BOTH_WAYS), tmp_path, damage)
    found = [one for one in report.findings if one.code == damage.code]
    assert found, [str(one) for one in report.findings]
    assert found[0].line


def test_levels_are_those_of_the_unicode_standard() -> None:
    text = "a \u05d0\u05d1 1 b"
    assert embedding_levels()(text, 0) == [0, 0, 1, 1, 1, 2, 0, 0]
    assert visual_order([0, 0, 1, 1, 1, 2, 0, 0]) == [0, 1, 5, 4, 3, 2, 6, 7]


# Marks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "lines", "seen"),
    [
        ("fr", ["Il dit « oui", "» et part."], True),
        ("fr", ["Il part", "? Non."], True),
        ("fr", ["Il dit «", "oui » et part."], True),
        ("fr", ["Il dit « oui »", "et part."], False),
        ("fr", ["Voici", ":option et fin."], False),
        ("en", ["He said", ": yes."], False),
    ],
)
def test_a_mark_that_french_sets_with_a_space_begins_no_line(
    language: str, lines: list[str], seen: bool, print_edition: Callable[..., PdfFile]
) -> None:
    runs = tuple(Run(text, Spot(0, 50.0, 700.0 - 14 * n, 200.0, 10.0)) for n, text in enumerate(lines))
    block = Block(Elem("P", "P"), ("P",), runs, language)
    verdict = Verdict("article.rst", "article.pdf", "pdf")
    with pikepdf.open(BytesIO(print_edition("Text.\n").data)) as pdf:
        look_at_marks([], [block], Places(Opened(pdf), []), verdict)
    assert verdict.has("check-line") is seen


# Pictures ------------------------------------------------------------------------------------------------


def test_an_image_that_is_white_itself_is_no_fault(finished: Callable[..., Result], tmp_path: Path) -> None:
    white = drawn_image("white")
    text = ".. image:: dot.png\n   :alt: Nothing yet\n   :width: 3cm\n"
    assert [str(one) for one in looked(finished(text, {"dot.png": white}), tmp_path).findings] == []


@pytest.mark.slow  # poppler is there for the slow tests alone
def test_an_image_that_poppler_leaves_blank_is_told(
    finished: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = ".. image:: dot.png\n   :alt: A dot\n   :width: 3cm\n"
    result = finished(text, {"dot.png": drawn_image("navy")})
    path = result.outputs[0].path
    article, _ = read(result.article)
    assert article is not None
    for drawn, codes in ((None, []), (Image.new("L", (596, 842), "white"), ["check-blank"])):
        if drawn is not None:
            monkeypatch.setattr(pictures, "_drawn_by_poppler", lambda *_, drawn=drawn: drawn)
        verdict = Verdict("article.rst", str(path), "pdf")
        with pikepdf.open(path) as pdf:
            look(path, Opened(pdf), article, {}, verdict, engines=True)
        assert [one.code for one in verdict.findings] == codes


def drawn_image(colour: str) -> bytes:
    """A small image of one colour."""
    buffer = BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return buffer.getvalue()


# What is no fault ----------------------------------------------------------------------------------------


def test_what_looks_odd_and_is_right_has_no_finding(finished: Callable[..., Result], tmp_path: Path) -> None:
    text = (
        "A bug in the function (*factorial()*), in *f*\\ [*]_ and in ``celery[cassandra]``.\n\n"
        "The results are *llf*, *aic* and *bic*.\n\n"
        "::\n\n   >>> pprint(matrix, use_unicode=True)\n   ⎛ ⎡____⎤⎞\n   ⎝ ⎣ x+1⎦⎠\n\n"
        "Part one\n--------\n\n.. pagebreak::\n\nA page that begins where its author says.\n\n"
        ":``celery[zookeeper]``: Its label is too long for its column.\n\n"
        ".. [*] A note.\n"
    )
    assert [str(one) for one in looked(finished(text), tmp_path).findings] == []


LEANING = """\
The formats of *roff*. The field (*flags*), *woff*\\ i and x\\ *joule*;
*wof*\\ "x" and *wofl*\\ ) too, ``a``\\ *jo*.
"""


def test_letters_that_lean_over_their_neighbours_are_no_fault(
    finished: Callable[..., Result], tmp_path: Path
) -> None:
    result = finished(LEANING)
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    for words, right in (("roff", 5.0), ("flags", -6.0)):
        damage = Damage("a word is set into its neighbour", moved(words, right=right), "check-overlap")
        report = looked(result, tmp_path, damage)
        assert damage.code in [one.code for one in report.findings], words


def test_code_that_begins_with_a_colon_leaves_no_mark_alone(
    finished: Callable[..., Result], tmp_path: Path
) -> None:
    names = ("kbd", "file", "samp", "command", "guilabel", "menuselection", "dfn")
    text = f"- roles for words of a kind: {', '.join(f'``:{name}:``' for name in names)};\n"
    result = finished(text)
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    lines = PdfFile(result.outputs[0].path.read_bytes()).text.split("\n")
    assert any(line.rstrip().endswith(":guilabel:,") for line in lines), lines


def test_code_behind_a_word_from_the_right_is_apart_from_it(
    finished: Callable[..., Result], tmp_path: Path
) -> None:
    result = finished("The word ספר ``1949-A`` and more.\n\nThe code ``1949-A`` alone.\n")
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    text = PdfFile(result.outputs[0].path.read_bytes()).text
    assert text.count("1949-A") == 2
    book = EpubFile(result.outputs[1].path.read_bytes())
    codes = [code.get("dir") for page in book.pages.values() for code in page.iter("{*}code")]
    assert codes == ["ltr", None]


FROM_RIGHT = """\
بلجيكا
======

:date: 2026-11-24
:language: ar

بلجيكا عضو في الحلف منذ 1949. [#a]_ وهي مهمة، وفيها 12 [#a]_ مدينة.

.. list-table::
   :header-rows: 1

   * - السنة
     - النسبة
   * - أول
     - +3.5 %
   * - ثان
     - -2.1 % [#a]_

.. [#a] ملاحظة.
"""


@pytest.mark.slow
def test_numbers_of_an_arabic_article_are_read_from_the_left(
    finished: Callable[..., Result], tmp_path: Path
) -> None:
    """In a cell the sign stands before its number, and a call is no part of the number before it."""
    result = finished(FROM_RIGHT, whole=True)
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    rows = ["".join(char.text for char in sorted(row, key=lambda char: char.x)) for row in page.lines]
    assert any("+3.5\u00a0%" in row for row in rows), rows
    assert any("-2.1\u00a0%1" in row for row in rows), rows
    assert any("1.1949" in row for row in rows), rows  # the call at the left
    assert any("112" in row for row in rows), rows


BOXES = """\
.. list-table:: A caption that is much longer than its table is wide

   * - One
     - .. note:: Words.
   * - Two
     - .. code-block:: python

          first()
          second()
   * - Three
     - .. epigraph:: Words.
"""


def test_a_box_in_a_cell_stands_at_its_head(finished: Callable[..., Result], tmp_path: Path) -> None:
    result = finished(BOXES)
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    assert letters_of(page, "A caption that is much longer than its table is wide")
    for label, words in (("One", "Note"), ("Two", "first()")):
        off = letters_of(page, label)[0].y - letters_of(page, words)[0].y
        assert abs(off) < 9, f"{words} stands {off} points off"


BESIDE = """\
.. image:: dot.png
   :alt: A dot
   :align: left
   :width: 3cm
   :height: 4cm

| The first line of an address
| the second line
| the third
"""


def test_lines_of_a_line_block_stand_beside_a_float(finished: Callable[..., Result], tmp_path: Path) -> None:
    result = finished(BESIDE, {"dot.png": drawn_image("navy")})
    assert [str(one) for one in looked(result, tmp_path).findings] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bn", "বেলজিয়াম একটি যুক্তরাষ্ট্রীয় রাষ্ট্র। **ক্ষমতা ও স্বাধীনতার** জন্য প্রতিষ্ঠিত এই সংস্থা।"),
        pytest.param("si", "ප්‍රජාතන්ත්‍රවාදී **ශ්‍රී ලංකාව** ජනරජය ක්‍රියාත්මක වේ.", marks=pytest.mark.slow),
        pytest.param(
            "bn", "মন্ত্রী ডিসেম্বরে ঢাকা **সফর** করবেন এবং জ্বালানি নিয়ে আলোচনা করবেন।", marks=pytest.mark.slow
        ),
        ("km", "រដ្ឋមន្ត្រីនឹងធ្វើទស្សនកិច្ច **នាយករដ្ឋមន្ត្រី** ដើម្បីពិភាក្សា។"),
        pytest.param("lo", "ສະມາຊິກຜູ້ກໍ່ຕັ້ງຂອງສະຫະພາບເອີຣົບ **ຕົວໜາ** ນີ້", marks=pytest.mark.slow),
        pytest.param("hi", "हिन्दी पाठ। **अंतर्राष्ट्रीय** सहयोग और क्षत्रिय।", marks=pytest.mark.slow),
        pytest.param("my", "မြန်မာနိုင်ငံသည် **စာလုံးမဲ** ဖြစ်သည်။", marks=pytest.mark.slow),
    ],
)
def test_clusters_of_letters_have_no_finding(
    language: str, text: str, finished: Callable[..., Result], tmp_path: Path
) -> None:
    """What is drawn in several moves is one word, and its parts may lie over each other."""
    article = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n{text} [#a]_\n\n.. [#a] {text}\n"
    assert [str(one) for one in looked(finished(article, whole=True), tmp_path).findings] == []


FURNITURE = """\
.. header:: The ministry of **foreign affairs**, and a very long text that goes over the width of the page

.. footer:: A footer of the author that is not short, either: it goes over the whole width of the page

A note
======

:date: 2026-11-24
:language: {language}
:marking: {marking}
:version: 3
:status: {status}

Text.

.. pagebreak::

More.
"""


LONG = [
    ("Restricted", "Draft for consultation with the other departments"),
    ("Restricted: for official use only, not to be given to anybody beyond the working party", "Draft"),
]


@pytest.mark.parametrize(
    ("language", "marking", "status"),
    slow_but(
        {("en", *LONG[0]), ("ar", *LONG[1])},
        [(language, *words) for language in ("en", "ar") for words in LONG],
    ),
)
def test_nothing_at_head_and_foot_lies_over_anything(
    language: str, marking: str, status: str, finished: Callable[..., Result], tmp_path: Path
) -> None:
    result = finished(FURNITURE.format(language=language, marking=marking, status=status), whole=True)
    assert [str(one) for one in looked(result, tmp_path).findings] == []
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[1]
    foot = sorted((char for char in page.chars if char.y < 85), key=lambda char: (-round(char.y), char.x))
    date = "24November2026·Version3·" + "".join(status.split())
    line = "".join(char.text for char in foot if abs(char.y - foot[0].y) < 2 and not char.text.isspace())
    assert line.startswith(date) or language == "ar"
    assert marking[:10].upper() in page.head
    assert marking[:10].upper() in page.foot


def test_a_header_full_of_faults_stays_on_the_page(finished: Callable[..., Result]) -> None:
    faults = " ".join(f"|word{number}|" for number in range(12))
    text = f".. header:: {faults}\n\nA note\n======\n\n:date: 2026-11-24\n:language: en\n\nText.\n"
    result = finished(text, whole=True, draft=True)
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    head = [char for char in page.chars if char.y > 770]
    assert len(head) > 50
    assert max(char.y for char in head) < 842 - 20
