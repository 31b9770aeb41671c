"""Nothing that an article holds can crash, hang, blow up, or be read that should not: threat by threat.

The threats have numbers. Elsewhere are: files from outside by ``include`` and ``csv-table`` (1,
test_insertion.py), images from outside and the fetcher (1, 2, test_fetch.py, test_resources.py),
docutils.conf (3, test_source.py), SVG (9, test_svg.py), content lost in layout (11, test_check_articles.py,
test_wide.py), processes that are killed and full disks (12, test_files.py), limits (5, test_limits.py).
"""

from __future__ import annotations

import io
import os
import socket
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from pipeline.build import Order, build_one
from pipeline.findings import Finding
from pipeline.read.input.bounds import MAX_BYTES, MAX_LINE, MAX_NESTING
from pipeline.read.input.decoding import decode
from pipeline.read.reader import read
from pipeline.tree.nodes import fault
from tests.support.articles import HEAD, Read
from tests.support.command import despatch
from tests.support.quick import each_nth, slow_but

STACKED = 400
"""Levels for which Python's stack has no room: each is several calls of docutils, and 1,000 are allowed."""
SECONDS = 20
"""Time of the processor within which a threat must have ended: seconds, on a slow machine."""


def attempt(
    read_body: Callable[..., Read], text: str, *, draft: bool = False, seconds: int = SECONDS
) -> Read:
    """Read a text and hold that this takes seconds."""
    start = time.process_time()
    result = read_body(text, draft=draft)
    assert time.process_time() - start < seconds
    for finding in result.findings:
        assert "\n" not in finding.message
        assert "Traceback" not in finding.message
    return result


def nested(opening: str, step: int, times: int) -> str:
    """The same beginning again and again, each indented below the one before."""
    lines = [
        " " * step * level + line if line.strip() else line
        for level in range(times)
        for line in opening.splitlines(keepends=True)
    ]
    return "".join(lines) + " " * step * times + "x\n"


def boxes(times: int) -> str:
    text = "x\n"
    for _ in range(times):
        text = boxed(text)
    return text


def boxed(text: str) -> str:
    """A text in a grid table of one cell."""
    lines = text.rstrip("\n").split("\n")
    width = max(map(len, lines)) + 2
    edge = f"+{'-' * width}+\n"
    return edge + "".join(f"| {line.ljust(width - 1)}|\n" for line in lines) + edge


def section(level: int) -> str:
    """A heading of a level of its own: underlined, or with a line above as well."""
    line = "=-~^\"'`#*+:.,;_!$%&()/<>?@[]{|}"[level % 31] * 9
    return f"S\n{line}\n\n" if level < 31 else f"{line}\nS\n{line}\n\n"


# 5, 6: nesting -------------------------------------------------------------------------------------------

NESTED: dict[str, Callable[[int], str]] = {
    "lists on one line": lambda n: "- " * n + "x\n",
    "lists": lambda n: nested("- a\n\n", 2, n),
    "enumerations": lambda n: nested("1. a\n\n", 3, n),
    "quotations": lambda n: nested("a\n\n", 1, n),
    "definitions": lambda n: nested("t\n", 1, n),
    "fields": lambda n: "x\n\n" + nested(":f: a\n\n", 1, n),
    "options": lambda n: nested("-a  b\n\n", 1, n),
    "line blocks": lambda n: "".join(f"| {' ' * level}x\n" for level in range(n + 1)),
    "line blocks, falling": lambda n: "".join(f"| {' ' * (n - level)}x\n" for level in range(n + 1)),
    "tables in tables": lambda n: boxes(min(n, 60)),
    "list tables": lambda n: nested(".. list-table::\n\n   * - a\n\n", 7, n),
    "admonitions": lambda n: nested(".. note::\n\n", 3, n),
    "boxes with a title": lambda n: nested(".. admonition:: t\n\n", 3, n),
    "containers": lambda n: nested(".. container:: a\n\n", 3, n),
    "compounds": lambda n: nested(".. compound::\n\n", 3, n),
    "epigraphs": lambda n: nested(".. epigraph::\n\n", 3, n),
    "language passages": lambda n: nested(".. lang:: nl\n\n", 3, n),
    "classes": lambda n: nested(".. class:: a\n\n", 3, n),
    "notes in notes": lambda n: "".join("   " * level + ".. [#] x\n\n" for level in range(n + 1)),
    "infoboxes": lambda n: nested(".. infobox:: T\n\n   :f: a\n\n", 6, n),
    "sections": lambda n: "".join(section(level) for level in range(min(n + 1, 62))) + "x\n",
    "substitutions": lambda n: (
        "|s0|\n\n"
        + "".join(f".. |s{i}| replace:: |s{i + 1}|\n" for i in range(n + 1))
        + f".. |s{n + 1}| replace:: x\n"
    ),
}


@pytest.mark.parametrize(
    ("name", "levels", "draft"),
    slow_but(
        {
            *((name, MAX_NESTING + 1, False) for name in NESTED),
            *((name, MAX_NESTING + 1, True) for name in ("lists", "definitions", "boxes with a title")),
            *((name, STACKED, False) for name in ("lists", "quotations", "admonitions", "sections")),
        },
        [
            (name, levels, draft)
            for name in NESTED
            for levels, draft in ((MAX_NESTING + 1, False), (MAX_NESTING + 1, True), (STACKED, False))
        ],
    ),
)
def test_nesting_ends_as_one_finding(
    read_text_article: Callable[..., Read], name: str, levels: int, draft: bool
) -> None:
    article, found, findings = attempt(read_text_article, "Lead.\n\n" + NESTED[name](levels), draft=draft)
    assert article is None
    limits = [finding for finding in findings if finding.code == "limit-nesting"]
    assert len(limits) == 1, found
    assert limits[0].line


@pytest.mark.parametrize("name", sorted({*NESTED} - {"list tables", "infoboxes", "notes in notes"}))
def test_what_is_nested_less_deeply_is_read(read_text_article: Callable[..., Read], name: str) -> None:
    _, found, _ = attempt(read_text_article, "Lead.\n\n" + NESTED[name](MAX_NESTING - 2))
    assert not {code for code, _ in found} & {"limit-nesting", "rst-crash"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["lists on one line", "definitions", "tables in tables", "options", "boxes with a title"]
)
def test_what_is_nested_less_deeply_is_set(tmp_path: Path, name: str) -> None:
    (tmp_path / "article.rst").write_text(HEAD + "Lead.\n\n" + NESTED[name](MAX_NESTING - 2))
    # As a shell starts it: calls of the tests' own count among the levels that Python allows.
    made = despatch("build", "article.rst", folder=tmp_path, anew=True)
    assert made.returncode == 0, made.stderr


# 5, 6: what crashes or blows up ---------------------------------------------------------------------------


def tenfold(levels: int) -> str:
    return (
        "Lead.\n\n|s0|\n\n"
        + "".join(f".. |s{i}| replace:: {f'|s{i + 1}| ' * 10}\n" for i in range(levels))
        + f".. |s{levels}| replace:: x\n"
    )


BLOWN: dict[str, tuple[str, str, int | None]] = {
    "ten-fold substitutions": (tenfold(7), "limit-expansion", 3),
    "ten-fold substitutions, twenty levels": (tenfold(20), "limit-expansion", 3),
    "ten-fold substitutions in definitions alone": (
        tenfold(20).replace("|s0|\n\n", "x\n\n", 1), "limit-expansion", None,
    ),
    "substitutions in a circle": (
        "x |a|\n\n.. |a| replace:: |b|\n.. |b| replace:: |a|\n", "substitution-undefined", 4,
    ),
    "a substitution of itself": ("x |a|\n\n.. |a| replace:: |a|\n", "substitution-undefined", 3),
    "ten-fold substitutions in a circle": (
        "|a|\n\n.. |a| replace:: " + "|b| " * 10 + "\n.. |b| replace:: " + "|a| " * 10 + "\n",
        "substitution-undefined", 4,
    ),
    "a substitution by none": ("x |a|\n\n.. |a| replace:: |b|\n", "substitution-undefined", 3),
    "20,000 backquotes": ("`a\n" * 20_000, "limit-size", 1),
    "20,000 stars": ("*a\n" * 20_000, "limit-size", 1),
    "20,000 double stars": ("**a\n" * 20_000, "limit-size", 1),
    "20,000 bars": ("|a\n" * 20_000, "limit-size", 1),
    "20,000 roles": (":sub:`a\n" * 20_000, "limit-size", 1),
    **{f"{n} backquotes": ("`a\n" * n, "markup-unclosed", 1) for n in (200, 2000)},
    **{f"{n} links that begin": ("`a <" * n + "\n", "markup-stuck", 1) for n in (200, 2000)},
    "a line of a megabyte": ("x\n\n" + "a " * 500_000 + "\n", "limit-size", 3),
    "a word of a megabyte": ("x\n\n" + "a" * 1_000_000 + "\n", "limit-size", 3),
    "a word of 90,000 letters": ("x\n\n" + "a" * 90_000 + "\n", "limit-size", 3),
    "colons": ("x\n\n" + ":a" * 20_000 + "\n", "limit-size", 3),
    "5,000 digits": ("x\n\n" + "1" * 5_000 + ". x\n", "rst-crash", 3),
    "mathematics: _": ("x\n\n.. math:: _\n", "rst-error", 3),
    "mathematics: &": ("x\n\n.. math:: &\n", "rst-error", 3),
    "mathematics: an end": ("x\n\n.. math:: \\end{cases}\n", "rst-error", 3),
    "mathematics: 3,000 indices": ("x :math:`" + "x_" * 3_000 + "x`\n", "limit-nesting", 1),
    "targets in a row": (
        "".join(f".. _t{i}: t{i + 1}_\n" for i in range(3_000)) + ".. _t3000: https://a.example/\n\nt0_\n",
        "limit-nesting", None,
    ),
    "targets in a circle": (".. _a: b_\n.. _b: a_\n\na_\n", "target-unknown", None),
    "a role of 2,000 roles": (
        ".. role:: r0\n" + "".join(f".. role:: r{i + 1}(r{i})\n" for i in range(2_000)) + "\n:r2000:`x`\n",
        "limit-nesting", None,
    ),
    "a number beyond Unicode": (".. |u| unicode:: 0x110000\n\nx |u|\n", "rst-error", 1),
    "a number beyond numbers": (
        ".. |u| unicode:: 99999999999999999999\n\nx |u|\n", "rst-error", 1,
    ),
    "header rows beyond numbers": (
        "x\n\n.. list-table::\n   :header-rows: 99999999999\n\n   * - a\n     - b\n", "directive-error", 4,
    ),
    "widths beyond counting": (
        "x\n\n.. list-table::\n   :widths: " + "1 " * 5_000 + "\n\n   * - a\n     - b\n", "rst-error", 4,
    ),
    **{
        f"{n} notes that are not there": ("".join(f"a [#n{i}]_\n" for i in range(n)), "note-undefined", 1)
        for n in (200, 2000)
    },
    "10,000 notes": (
        "x\n\n" + "".join(f".. [#n{i}] x\n" for i in range(10_000)), "limit-size", 5_003,
    ),
    "a table of 100,000 rows": (
        "x\n\n.. csv-table::\n\n" + "   a\n" * 100_001, "limit-size", None,
    ),
    **{
        f"{n} notes of one name": ("a [#n]_\n\n" + ".. [#n] x\n" * n, "note-duplicate", 4)
        for n in (200, 2000)
    },
    **{
        f"{n} targets of one name": (
            "".join(f".. _t: https://a.example/{i}\n" for i in range(n)) + "\nt_\n", "target-duplicate", 2,
        )
        for n in (200, 2000)
    },
}  # fmt: skip
LONG_TO_READ = {name for name in BLOWN if name.startswith("2000 ")} | {
    "a table of 100,000 rows",
    "10,000 notes",
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in LONG_TO_READ else []) for name in BLOWN],
)
def test_what_would_blow_up_is_a_finding_within_seconds(
    read_text_article: Callable[..., Read], name: str
) -> None:
    text, code, line = BLOWN[name]
    article, found, _ = attempt(read_text_article, text)
    assert article is None
    assert code in {found_code for found_code, _ in found}, found[:3]
    if line is not None:
        assert (code, line) in found, found[:3]


@pytest.mark.slow
@pytest.mark.parametrize("name", BLOWN)
def test_a_draft_of_it_ends_well(read_text_article: Callable[..., Read], name: str) -> None:
    text, code, _ = BLOWN[name]
    article, found, _ = attempt(read_text_article, text, draft=True)
    assert article is not None or code.startswith(("limit-", "rst-crash"))
    if article is not None and not code.startswith("limit-"):
        assert found


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [".. infobox:: X\n\n   :field: {word}\n\nx\n", ".. list-table::\n\n   * - {word}\n     - b\n"],
    ids=["infobox", "table"],
)
def test_a_word_of_2_000_letters_is_set_within_seconds(
    read_text_article: Callable[..., Read], text: str
) -> None:
    from pipeline.write.print.edition import lay_out

    article, found, _ = read_text_article(text.format(word="abcdefghij" * 200))
    assert article is not None, found
    began = time.process_time()
    assert lay_out([article]).findings == []
    assert time.process_time() - began < 10  # minutes, where each line and each hyphen sets all the rest


LARGE: dict[str, str] = {
    "3,000 sections": "".join(f"Section {i}\n------------\n\nx\n\n" for i in range(3_000)),
    "1,000 sections of one name": "Same\n----\n\nx\n\n" * 1_000,
    "3,000 notes": "a [#]_\n\n" * 3_000 + ".. [#] t\n" * 3_000,
    "a note that is called 3,000 times": "a [#n]_\n\n" * 3_000 + ".. [#n] t\n",
    "3,000 anonymous links": "x__\n" * 3_000 + "\n" + "__ https://a.example/\n" * 3_000,
    "1,500 named links": "".join(f"`u{i} <https://a.example/{i}>`_\n" for i in range(1_500)),
    "3,000 targets": "".join(f".. _t{i}: https://a.example/{i}\n" for i in range(3_000)) + "\nt1_\n",
    "2,000 rows": ".. list-table::\n\n" + "   * - a\n     - b\n" * 2_000,
    "2,000 drawn rows": "== ==\n" + "a  b\n" * 2_000 + "== ==\n",
    "10,000 cells": ".. csv-table::\n\n" + ("   " + ",".join("x" * 100) + "\n") * 100,
    "300 columns": "+" + "-+" * 300 + "\n|" + "a|" * 300 + "\n+" + "-+" * 300 + "\n",
    "2,000 fields of an infobox": ".. infobox:: T\n\n" + "".join(f"   :f{i}: x\n" for i in range(2_000)),
    "5,000 lines": "| x\n" * 5_000,
    "5,000 remarks": ".. x\n" * 5_000 + "\nx\n",
    "brackets": "[a " * 3_000 + "\n",
    "brackets of addresses": "[a@" * 3_000 + "\n",
    "brackets of images": "![a" * 3_000 + "\n",
    "signs of changes": "{--" * 3_000 + "\n",
    "remarks of HTML": "<!--" * 2_000 + "\n",
    "formulas of LaTeX": "$" + "a=" * 4_000 + "\n",
    "spaces in bold": "** aa" + " " * 9_000 + "b\n",
    "emphasis that is opened": "*a " * 3_000 + "x\n",
    "signs that are opened": "**" * 4_000 + "x\n",
    "addresses": "http://" * 900 + " " + "a@" * 3_000 + " http://a" + "." * 3_000 + "\n",
    "backslashes": "x " + "\\" * 9_000 + "\n",
    "9,000 brackets of code": ".. code:: python\n\n   " + "(" * 9_000 + "\n",
    "a language that Pygments does not know": ".. code:: " + "x" * 3_000 + "\n\n   a\n",
    "odd classes": ".. class:: " + "é" * 9_000 + "\n\nx\n",
    "a depth beyond numbers": ".. contents::\n   :depth: 99999999999999999999\n\nA\n-\n\nx\n",
    "a long date": ".. |d| date:: " + "%c" * 4_000 + "\n\n|d|\n",
    "an odd date": ".. |d| date:: %1000000000Y %Q %\n\n|d|\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_what_is_only_large_is_read_within_seconds(read_text_article: Callable[..., Read], name: str) -> None:
    _, found, _ = attempt(read_text_article, "Lead.\n\n" + LARGE[name])
    assert not {code for code, _ in found} & {"rst-crash", "contract", "limit-size", "limit-nesting"}, found[
        :3
    ]


def test_an_article_of_too_many_bytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.rst").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (finding,) = read(tmp_path / "a.rst")[1]
    assert finding.code == "limit-size"


def test_a_device_without_end_is_not_read() -> None:
    (finding,) = read(Path("/dev/zero"))[1]
    assert finding.code == "file-missing"
    assert "a pipe or a device" in finding.message


@pytest.mark.parametrize("character", ["漢", "ก", "🙂"])
def test_a_script_without_spaces_has_long_lines(
    read_text_article: Callable[..., Read], character: str
) -> None:
    article, found, _ = attempt(read_text_article, character * 20_000 + "\n", seconds=2)
    assert article is not None
    assert found == []


def test_a_long_line_is_taken(read_text_article: Callable[..., Read]) -> None:
    article, found, _ = attempt(read_text_article, "word " * (MAX_LINE // 5 - 1) + "\n")
    assert article is not None
    assert found == []


# 2: the network ------------------------------------------------------------------------------------------

ROADS = """\
.. image:: https://net.example/a.png
   :alt: x
.. image:: //net.example/a.png
   :alt: x
   :loading: embed
.. figure:: HTTP://net.example/a.svg
   :alt: x
.. include:: https://net.example/a.rst
.. csv-table::
   :url: https://net.example/a.csv
.. raw:: html
   :url: https://net.example/a.html
.. raw:: html

   <img src="https://net.example/a.png"><style>@import url(https://net.example/a.css);</style>

.. |i| image:: ftp://net.example/a.gif
.. image:: drawn.svg
   :alt: x
.. code:: rst
   :class: url(https://net.example)

   x

A |i| and `a link <https://net.example/>`__ and https://net.example/b.
"""
DRAWN = (
    '<?xml-stylesheet href="https://net.example/a.css"?><!DOCTYPE svg SYSTEM "https://net.example/a.dtd">'
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://net.example/a.png"/>'
    "<style>@import 'https://net.example/b.css';</style></svg>"
)


@pytest.mark.parametrize("draft", [False, True], ids=["", "draft"])
def test_no_road_leads_to_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draft: bool) -> None:
    asked: list[object] = []

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event in (
            "socket.connect",
            "socket.getaddrinfo",
            "socket.gethostbyname",
            "urllib.Request",
        ):
            asked.append((event, arguments))

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise OSError("no network")

    listening = True
    sys.addaudithook(hear)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (tmp_path / "drawn.svg").write_text(DRAWN)
    (tmp_path / "article.rst").write_text(HEAD + ROADS)
    result = build_one(tmp_path / "article.rst", Order(folder=tmp_path / "build", draft=draft))
    listening = False
    assert asked == []
    assert result.failed != draft, [str(finding) for finding in result.findings]
    codes = [finding.code for finding in result.findings]
    assert codes.count("image-outside") >= 4
    assert "image-format" in codes
    for output in result.outputs:
        for name, data in contents(output.path):
            assert b"net.example/a." not in data or name.endswith(".rst"), name


def contents(path: Path) -> list[tuple[str, bytes]]:
    """All that a finished file holds, unpacked."""
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as book:
            return [
                (name, data.replace(b"&quot;", b'"'))
                for name, data in ((name, book.read(name)) for name in book.namelist())
                if not name.endswith(".xhtml")
            ]
    import pikepdf

    with pikepdf.open(path) as pdf:
        streams = [item.read_bytes() for item in pdf.objects if is_filtered(item)]
    return [("", data) for data in streams if not data.startswith(b"PK") and HEAD.encode() not in data]


def is_filtered(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Stream) and item.get("/Subtype") != "/Image"


# 4: links ------------------------------------------------------------------------------------------------

HOSTILE = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x", "DATA:text/css,x",
    "file:///etc/passwd", "java%73cript:alert(1)", "javascript%3Aalert(1)", "javascript&#58;alert(1)",
    "java\\\tscript:alert(1)", "javascript\u200b:alert(1)", "view-source:https://a.example", "blob:x",
    "\\ javascript:alert(1)", "jar:https://a.example!/", "intent:x",
]  # fmt: skip
FORMS = {
    "embedded": "See `two <{}>`__.\n",
    "embedded, named": "See `two <{}>`_.\n",
    "target": "See two_.\n\n.. _two: {}\n",
    "anonymous": "See two__.\n\n__ {}\n",
    "indirect": "See two_.\n\n.. _two: three_\n.. _three: {}\n",
    "substitution": "See |s|.\n\n.. |s| replace:: `two <{}>`__\n",
    "substitution with a target": "See |s|_.\n\n.. |s| replace:: two\n.. _s: {}\n",
    "image": ".. image:: dot.png\n   :alt: two\n   :target: {}\n",
    "infobox": ".. infobox:: T\n\n   :a: `two <{}>`__\n",
    "note": "See [#]_.\n\n.. [#] `two <{}>`__\n",
    "heading": "`two <{}>`__\n--------------------------------------------------\n\nx\n",
}


@pytest.mark.parametrize(
    ("address", "form"), each_nth(5, [(address, form) for address in HOSTILE for form in FORMS])
)
def test_no_link_runs_anything(
    read_text_article: Callable[..., Read], images: Path, address: str, form: str
) -> None:
    article, _, findings = read_text_article(FORMS[form].format(address), draft=True)
    assert article is not None
    assert any(finding.is_error for finding in findings)
    for link in article.document.findall(nodes.reference):
        assert link.get("refuri", "https:").lower().startswith(("https:", "http:", "mailto:")), link
    assert any(article.document.findall(fault)) or "two" in article.document.astext()


@pytest.mark.parametrize(
    "field", ["contact", "address", "organization", "version", "status", "author", "rights"]
)
def test_no_field_links_to_what_runs(field: str, tmp_path: Path) -> None:
    text = f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n:{field}: `x <javascript:a>`__ javascript:b file:///c\n\nx\n"
    (tmp_path / "a.rst").write_text(text)
    article, findings = read(tmp_path / "a.rst", draft=True)
    assert article is not None
    assert [finding.code for finding in findings if finding.is_error] == ["link-scheme"] * len(
        [finding for finding in findings if finding.is_error]
    )
    links = [link.get("refuri", "") for link in article.document.findall(nodes.reference)]
    assert not [link for link in links if not link.startswith(("https:", "mailto:"))]


# 7, 8: characters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", [*"\u202a\u202b\u202c\u202d\u202e"], ids=lambda c: f"U+{ord(c):04X}")
def test_what_turns_the_direction_unseen_is_refused(
    read_text_article: Callable[..., Read], character: str
) -> None:
    article, found, findings = read_text_article(f"One\ntwo {character}three.\n")
    assert article is None
    assert found == [("file-direction", 2)]
    assert f"U+{ord(character):04X}" in findings[0].message
    draft = read_text_article(f"One\ntwo {character}three.\n", draft=True).article
    assert draft is not None
    assert "two \ufffdthree." in draft.document.astext()


@pytest.mark.parametrize("text", ["a \u2066b", "a \u2067b\n\nc\u2069", "a\u2069 b", "\u2068\u2067a\u2069"])
def test_an_isolate_is_closed_in_its_paragraph(text: str) -> None:
    findings = decode(f"x\n\n{text}\n".encode(), "a")[1]
    assert {finding.code for finding in findings} == {"file-direction"}


@pytest.mark.parametrize(
    "text",
    [
        "a \u2067שלום\u2069 b",
        "a\n\u2068b \u2066c\u2069\nd\u2069 e",
        "a\u200e\u200f\u061c b",
        "שלום, عالم",
        "a\u200db",
    ],
)
def test_what_right_to_left_text_needs_is_taken(text: str) -> None:
    assert decode(f"x\n\n{text}\n".encode(), "a")[1] == []


@pytest.mark.parametrize("number", ["202E", "202A"])
def test_a_direction_that_unicode_turns_is_refused_too(
    read_text_article: Callable[..., Read], number: str
) -> None:
    text = f".. |x| unicode:: U+{number}\n\none\ntwo |x|\n"
    assert read_text_article(text).found == [("file-direction", 4)]


@pytest.mark.parametrize(
    "number", ["0x1b", "0x7f", "0x9f", "0xfdd0", "0xfffe", "0xffff", "0x1fffe", "0xdfff"]
)
def test_no_character_that_editions_lack_gets_in_by_unicode(
    read_text_article: Callable[..., Read], number: str
) -> None:
    found = read_text_article(f".. |x| unicode:: {number}\n\none\ntwo |x|\n").found
    assert found
    assert {code for code, _ in found} <= {"file-control", "substitution-undefined", "directive-error"}


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x9f", "\ufdd0", "\ufdef", "\ufffe", "\U0001fffe", "\U0010ffff"]
)
def test_no_character_that_editions_lack_gets_in(character: str) -> None:
    (finding,) = decode(f"one\n\\{character}two\n".encode(), "a")[1]
    assert (finding.code, finding.line) == ("file-control", 2)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"one\ntwo\nthr\xe9e\n", 3), (b"one\r\ntwo\r\nthr\xffe\r\n", 3), (b"one\rtwo\rthr\xc3(e\r", 3),
        (b"a\n\xed\xa0\x80\n", 2), (b"a\n\xf4\x90\x80\x80\n", 2), (b"a\n\xc0\xaf\n", 2), (b"a\nb\xe2\x82", 2),
        (HEAD.encode("utf-16"), 1), (HEAD.encode("utf-16-le"), 1), (HEAD.encode("utf-32"), 1),
    ],
)  # fmt: skip
def test_a_file_that_is_not_utf8_is_told_with_the_line(raw: bytes, line: int) -> None:
    (finding,) = decode(raw, "a")[1]
    assert (finding.code, finding.line) == ("file-encoding", line)


# 9: images that lie --------------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG (PNG, section 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = b"\x89PNG\r\n\x1a\n"


def text_bomb() -> bytes:
    """A packed text of 90 MB (PNG, section 11.3.3.3)."""
    return chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(90_000_000), 1))


def png(width: int, height: int, data: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG of these measures, whatever its data are."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return PNG + head + extra + chunk(b"IDAT", zlib.compress(data, 1)) + chunk(b"IEND", b"")


def picture(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new(mode, (6, 4)).save(buffer, kind, **options)
    return buffer.getvalue()


LIES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "text": ("a.png", lambda: b"no image"),
    "nothing": ("a.png", lambda: b""),
    "EPS": ("a.png", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"),
    "EPS by name": ("a.eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n"),
    "PDF": ("a.jpg", lambda: b"%PDF-1.7\n"),
    "half": ("a.jpg", lambda: picture("JPEG")[:200]),
    "a bomb": ("a.png", lambda: png(20_000, 20_000, bytes(50_000_000))),
    "measures beyond numbers": ("a.png", lambda: png(0x7FFFFFFF, 0x7FFFFFFF)),
    "no width": ("a.png", lambda: png(0, 9)),
    "no data": ("a.png", lambda: png(9, 9)),
    "sixteen bits of grey": ("a.png", lambda: picture("PNG", "I;16")),
    "a bomb in a text": ("a.png", lambda: png(8, 1, b"\0\0", text_bomb())),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_an_image_that_lies_is_refused(
    read_text_article: Callable[..., Read], images: Path, name: str
) -> None:
    file, make = LIES[name]
    (images / file).write_bytes(make())
    text = f"x\n\n.. image:: {file}\n   :alt: x\n"
    assert attempt(read_text_article, text).found == [("image-format", 3)]
    assert attempt(read_text_article, text, draft=True).article is not None


def sixteen_bits() -> bytes:
    """A PNG of two pixels with 16 bits for each of three colours."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0))
    return PNG + head + chunk(b"IDAT", zlib.compress(b"\0" + bytes(range(12)))) + chunk(b"IEND", b"")


TURNED = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
"""That a camera was held on its side (EXIF 2.3, tag 0x0112)."""

ODD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "CMYK": ("a.jpg", lambda: picture("JPEG", "CMYK")),
    "grey": ("a.jpg", lambda: picture("JPEG", "L")),
    "sixteen bits of each colour": ("a.png", sixteen_bits),
    "one bit": ("a.png", lambda: picture("PNG", "1")),
    "grey and transparent": ("a.png", lambda: picture("PNG", "LA")),
    "transparent": ("a.png", lambda: picture("PNG", "RGBA")),
    "a palette": ("a.png", lambda: picture("PNG", "P", transparency=0)),
    "GIF": ("a.gif", lambda: picture("GIF", "P", transparency=0)),
    "moving": ("a.png", lambda: moving("PNG")),
    "moving GIF": ("a.gif", lambda: moving("GIF")),
    "turned": ("a.jpg", lambda: picture("JPEG", exif=TURNED)),
    "more behind it": ("a.png", lambda: picture("PNG") + b"<script>alert(1)</script>" * 9),
}  # fmt: skip


def moving(kind: str) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "green", "blue")]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_image_is_an_image(read_text_article: Callable[..., Read], images: Path, name: str) -> None:
    file, make = ODD[name]
    (images / file).write_bytes(make())
    assert attempt(read_text_article, f"x\n\n.. image:: {file}\n   :alt: x\n").findings == []


@pytest.mark.slow
def test_odd_images_are_in_both_editions(tmp_path: Path) -> None:
    from pipeline.check.article import check

    text = "Lead.\n\n"
    for number, (file, make) in enumerate(ODD.values()):
        (tmp_path / f"{number}{file}").write_bytes(make())
        text += f".. image:: {number}{file}\n   :alt: Picture {number}\n\n"
    (tmp_path / "article.rst").write_text(HEAD + text)
    result = build_one(tmp_path / "article.rst", Order(folder=tmp_path))
    assert result.findings == []
    article, _ = read(tmp_path / "article.rst")
    assert article is not None
    assert [str(finding) for finding in check(article, tmp_path).findings] == []


SIZES = [
    "image :width: 99999999999px", "image :width: 1e400", "image :width: 0", "image :width: 0.0000001pt",
    "image :height: 99999999999cm", "image :scale: 99999999999", "image :scale: 0", "image :width: -3",
    "figure :figwidth: 99999999999px", "figure :figwidth: 0.0000001%", "figure :figwidth: image",
    "list-table :width: 99999999999px", "list-table :width: 0.0000001em", "list-table :widths: 9999999999",
]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_a_size_beyond_all_measure_is_a_finding_or_bounded(
    read_text_article: Callable[..., Read], images: Path, size: str
) -> None:
    kind, option = size.split(" ", 1)
    rest = "   * - a\n" if kind == "list-table" else ""
    text = f".. {kind}:: {'T' if rest else 'dot.png'}\n   {option}\n{'' if rest else '   :alt: x'}\n\n{rest}"
    article, found, _ = attempt(read_text_article, text)
    assert [code for code, _ in found] in ([], ["directive-error"], ["markup-misread"])
    if article is not None:
        for node in article.document.findall(nodes.Element):
            for side in ("width", "height"):
                value, _ = nodes.parse_measure(str(node.get(side, 0)))
                assert value <= 100_000


# 10: the builder's machine -------------------------------------------------------------------------------


def test_no_path_of_the_machine_is_in_an_edition(tmp_path: Path) -> None:
    folder = tmp_path / "secret-folder" / "source"
    folder.mkdir(parents=True)
    (folder / "half.png").write_bytes(picture("PNG")[:60])
    text = HEAD + "Lead.\n\n.. image:: half.png\n   :alt: x\n\n.. image:: none.png\n   :alt: x\n\n"
    text += (
        ".. include:: /etc/passwd\n\n.. include:: none.rst\n\n.. nonsense::\n\n`a <file:///b>`__ |c| :d:`e`\n"
    )
    (folder / "article.rst").write_text(text)
    result = build_one(folder / "article.rst", Order(folder=tmp_path / "build", draft=True))
    assert len(result.outputs) == 2, [str(finding) for finding in result.findings]
    secrets = [b"secret-folder", str(tmp_path).encode(), os.fsencode(Path.home()) + b"/", b"root:x"]
    import pikepdf

    for output in result.outputs:
        data = [output.path.read_bytes()]
        if output.path.suffix == ".epub":
            with zipfile.ZipFile(output.path) as book:
                data += [book.read(name) for name in book.namelist()]
        else:
            with pikepdf.open(output.path) as pdf:
                data += [item.read_bytes() for item in pdf.objects if is_filtered(item)]
        found = {secret for secret in secrets for part in data if secret in part}
        assert found == set(), output.path.name


# All of them, as drafts through both editions ------------------------------------------------------------


@pytest.mark.slow
def test_a_draft_of_all_that_is_hostile_is_a_whole_edition(tmp_path: Path) -> None:
    from pipeline.check.article import check

    text = HEAD + "Lead.\n\n"
    for number, address in enumerate(HOSTILE):
        text += f"Paragraph `link {number} <{address}>`__.\n\n"
    for name, (source, code, _) in BLOWN.items():
        if not code.startswith(("limit-", "rst-crash")) and "2,000" not in name and "circle" not in name:
            text += source.replace("|a|", f"|{name}|").replace("|u|", f"|{name}u|") + "\n"
    (tmp_path / "article.rst").write_text(text)
    result = build_one(tmp_path / "article.rst", Order(folder=tmp_path, draft=True))
    assert len(result.outputs) == 2, [str(finding) for finding in result.findings]
    article, _ = read(tmp_path / "article.rst", draft=True)
    assert article is not None
    found: list[Finding] = check(article, tmp_path).findings
    assert [str(finding) for finding in found] == []


def test_a_heading_in_which_nothing_is_seen_is_a_finding(read_text_article: Callable[..., Read]) -> None:
    assert ("markup-foreign", 4) in read_text_article("Text.\n\n\u200b\n--\n\nText.\n").found
    assert read_text_article("Text.\n\n1\n--\n\nText.\n").found == []
