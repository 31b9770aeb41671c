"""``despatch fix``: what is certain is mended, and nothing else in the file changes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fix.mend import fix, write
from pipeline.read.reader import read_as
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import DATA, REPOSITORY

MENDED = {
    "underline": ("Economic ties\n-----\n\nText.\n", "Economic ties\n-------------\n\nText.\n"),
    "dashes": ("Trade\n—————\n\nText.\n", "Trade\n-----\n\nText.\n"),
    "empty line before a heading": ("Lead.\nTrade\n=====\n\nText.\n", "Lead.\n\nTrade\n=====\n\nText.\n"),
    "empty line before a list": ("Points:\n- one\n- two\n", "Points:\n\n- one\n- two\n"),
    "numbered list": ("Points:\n1. one\n2. two\n", "Points:\n\n1. one\n2. two\n"),
    "directive": ("Lead.\n.. note:: Text.\n", "Lead.\n\n.. note:: Text.\n"),
    "tabs": (".. note::\n\n\tText.\n", ".. note::\n\n        Text.\n"),
    "no-break spaces": (".. note::\n\n\u00a0\u00a0\u00a0Text.\n", ".. note::\n\n   Text.\n"),
    "behind a mark": ("-\u00a0one\n-\u00a0two\n", "- one\n- two\n"),
    "bold and italics": ("This is __bold__ and _italic_.\n", "This is **bold** and *italic*.\n"),
    "several of one kind": ("A __b__ c.\nD __e__ f __g__ h.\n", "A **b** c.\nD **e** f **g** h.\n"),
    "link": (
        "See [the site](https://e.example/a) there.\n", "See `the site <https://e.example/a>`__ there.\n",
    ),
    "signs of HTML": ("Caf&eacute; and tea &amp; milk.\n", "Café and tea & milk.\n"),
    "call without its underscore": (
        "The treaty[1] is old, see [^2].\n\n.. [1] One.\n.. [2] Two.\n",
        "The treaty [1]_ is old, see [2]_.\n\n.. [1] One.\n.. [2] Two.\n",
    ),
    "text of a note": ("The treaty. [1]_\n\n[1] One.\n", "The treaty. [1]_\n\n.. [1] One.\n"),
    "numbers": ("1. one\n1. two\n1. three\n", "1. one\n#. two\n#. three\n"),
    "numbers apart": ("1. one\n\n1. two\n\n1. three\n", "1. one\n\n#. two\n\n#. three\n"),
    "table of Markdown": (
        "Text.\n\n| Year | **Exports** |\n|:--|--:|\n| 2022 | [a](https://e.example/a) |\n"
        "| 2023 |  |\n\nMore.\n",
        "Text.\n\n.. list-table::\n   :header-rows: 1\n   :column-align: left right\n\n   * - Year\n"
        "     - **Exports**\n   * - 2022\n     - `a <https://e.example/a>`__\n   * - 2023\n     -\n\nMore.\n",
    ),
    "table without bars at its sides": (
        "A | B\n--|--\nc | d\n",
        ".. list-table::\n   :header-rows: 1\n\n   * - A\n     - B\n   * - c\n     - d\n",
    ),
    "fence": (
        "Text.\n\n```python\nx = 1\n\ny = 2\n```\n\nMore.\n",
        "Text.\n\n.. code-block:: python\n\n   x = 1\n\n   y = 2\n\nMore.\n",
    ),
}  # fmt: skip


def mended(tmp_path: Path, text: str, *, head: str = HEAD) -> bytes:
    path = tmp_path / "article.rst"
    path.write_bytes((head + text).encode())
    return fix(path).after


@pytest.mark.parametrize("name", MENDED)
def test_what_is_certain_is_mended(tmp_path: Path, name: str) -> None:
    before, after = MENDED[name]
    assert mended(tmp_path, before) == (HEAD + after).encode()


@pytest.mark.parametrize(
    "table",
    ["| A | B |\n|---|---|\n| x | y | z |\n", "| A | B |\n|---|---|\n| - x | y |\n",
     "| A | B |\n|---|---|\n| ``a|b`` | y |\n", "  | A | B |\n  |---|---|\n  | x | y |\n"],
    ids=["ragged", "a list in a cell", "a bar in code", "indented"],
)  # fmt: skip
def test_a_table_that_is_not_certain_is_left(tmp_path: Path, table: str) -> None:
    assert mended(tmp_path, f"Text.\n\n{table}") == f"{HEAD}Text.\n\n{table}".encode()


@pytest.mark.parametrize("day", ["24 November 2026", "24.11.2026", "2026–11–24", "November 24th, 2026"])
def test_a_date_is_mended_where_its_day_is_certain(tmp_path: Path, day: str) -> None:
    head = HEAD.replace("2026-11-24", day)
    assert mended(tmp_path, "Text.\n", head=head) == f"{HEAD}Text.\n".encode()
    unsure = HEAD.replace("2026-11-24", "11/12/2026")
    assert mended(tmp_path, "Text.\n", head=unsure) == f"{unsure}Text.\n".encode()


@pytest.mark.parametrize("day", ["2026-11-24 10:14", "2026-11-24T10:14"])
def test_a_time_beside_the_date_is_not_lost(tmp_path: Path, day: str) -> None:
    head = HEAD.replace("2026-11-24", day)
    assert mended(tmp_path, "Text.\n", head=head) == f"{head}Text.\n".encode()
    said = fix(tmp_path / "article.rst").findings[0].message
    assert "write :date: 2026-11-24, without the time" in said


def test_headings_of_markdown_become_headings(tmp_path: Path) -> None:
    text = "# Visit\n\n:date: 2026-11-24\n:language: en\n\n## Trade\n\nText.\n\n### Goods\n\nText.\n"
    expected = (
        "Visit\n=====\n\n:date: 2026-11-24\n:language: en\n\nTrade\n-----\n\nText.\n\nGoods\n~~~~~\n\nText.\n"
    )
    assert mended(tmp_path, text, head="") == expected.encode()


@pytest.mark.parametrize(
    "text",
    [
        "Code::\n\n   __a__ b\n   [a](https://e.example)\n",
        "A ``__bold__`` and ``[a](https://e.example)``.\n",
        "An entity such as ``&amp;``. Caf&eacute;.\n",
        "An entity such as &eacute; in a text about them.\n",
        'A sign "&copy;" between marks.\n',
        "Code::\n\n   caf&eacute; [1]\n   ```\n   x\n   ```\n",
        "A fence\n\n```python\nx = 1\n",
        "M.\u00a0Dupont and 10\u00a0km.\n",
        "- Trade\n  —————\n",
        "Text.\n",
        "One *open.\n",
        "A table:\n\n| a | b |\n|---|---|\n",
    ],
)
def test_what_is_not_certain_stays(tmp_path: Path, text: str) -> None:
    assert mended(tmp_path, text) == (HEAD + text).encode()


def test_the_mark_of_code_on_a_line_of_its_own_is_no_underline(tmp_path: Path) -> None:
    path = tmp_path / "x.rst"
    path.write_text(HEAD + "Then type this\n::\n\n    make pdf\n", encoding="utf-8")
    assert not fix(path).changed


def test_everything_else_stays_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    text = HEAD.replace("\n", "\r\n") + "Lead.  \r\nTrade\r\n=====\r\n\r\nEnd \u2028 here\rand\n__x y__ z"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    path.chmod(0o640)
    result = fix(path)
    expected = text.replace("Lead.  \r\n", "Lead.  \r\n\r\n")
    assert result.after.startswith(b"\xef\xbb\xbf")
    assert result.after == b"\xef\xbb\xbf" + expected.encode() or b"**x y**" in result.after
    assert re.sub(rb"\*\*x y\*\*", b"__x y__", result.after) == b"\xef\xbb\xbf" + expected.encode()
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.encode()
    assert write(result) is None
    assert path.read_bytes() == result.after
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changes_meanwhile_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text(HEAD + "Lead.\nTrade\n=====\n\nText.\n", encoding="utf-8")
    result = fix(path)
    path.write_text(HEAD + "Other.\n", encoding="utf-8")
    fault = write(result)
    assert fault is not None
    assert fault.code == "file-write"
    assert path.read_text(encoding="utf-8") == HEAD + "Other.\n"


def test_mending_twice_changes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text(HEAD + "Lead.\nTrade\n—————\n\n-\u00a0a __b__\n", encoding="utf-8")
    path.write_bytes(fix(path).after)
    assert not fix(path).changed


DOCUMENTS = sorted([*(REPOSITORY / "source").rglob("*.rst"), *DATA.rglob("*.rst")])


LARGE = 1_500
"""The size of a document, in bytes, from which on it is a slow test."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.name, marks=pytest.mark.slow if path.stat().st_size > LARGE else ())
        for path in DOCUMENTS
    ],
)
def test_no_word_of_a_document_changes(path: Path) -> None:
    result = fix(path)
    words = {}
    for data in {result.before, result.after}:
        document = read_as(path, data, draft=True)[0]
        assert isinstance(document, nodes.document)
        words[data] = re.findall(r"[^\W_]+", document.astext())
    assert words[result.before] == words[result.after]


_SLIPS = [
    "Lead of it.\nTrade\n=====\n\nText.\n",
    "Trade\n—————\n\nText.\n",
    "Economic ties\n-----\n\nText.\n",
    "Points:\n- one\n- two\n",
    "-\u00a0one\n-\u00a0two\n",
    "This is __bold__ and _italic_ of a kind.\n",
    "See [the site](https://e.example/a) there.\n",
    "Caf&eacute; and tea &amp; milk.\n",
    "1. one\n1. two\n1. three\n",
    "Lead of a box.\n.. note:: Text.\n",
    "Text.\n\n```python\nx = 1\n```\n",
    "| Year | Value |\n|---|---|\n| 2022 | 3 |\n",
    "# Heading\n\nText.\n",
    ".. note::\n\n\tText in it.\n",
]


_OF_MARKUP = {"eacute", "amp", "Caf", "Café", "https", "example", "python", "note", "Note"}
"""Words of signs, of addresses and of directives, which are none of the text as soon as they are read."""


def _reader_words(path: Path, data: bytes) -> Counter[str]:
    document = read_as(path, data, draft=True)[0]
    assert isinstance(document, nodes.document)
    words = re.findall(r"[^\W\d_]{2,}", document.astext())
    return Counter(word for word in words if word not in _OF_MARKUP)


@pytest.mark.slow
@given(st.lists(st.sampled_from(_SLIPS), min_size=1, max_size=4, unique=True))
@settings(max_examples=6)
def test_slips_together_are_mended_once_and_lose_no_word(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("fix") / "article.rst"
    path.write_text(HEAD + "\n".join(parts), encoding="utf-8")
    first = fix(path)
    assert first.changed
    path.write_bytes(first.after)
    assert not fix(path).changed, "what is mended is mended at once"
    assert _reader_words(path, first.before) == _reader_words(path, first.after)
    said = Counter(one.code for one in read_as(path, first.before, draft=True)[1])
    left = Counter(one.code for one in first.findings)
    assert left.total() < said.total(), "what is mended is not told any more"


def test_the_command_shows_and_writes_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    path = tmp_path / "source" / "x.rst"
    path.write_text(HEAD + "Lead.\nTrade\n=====\n\nText.\n", encoding="utf-8")
    before = path.read_bytes()
    shown = despatch("fix", "x", folder=tmp_path)
    assert "+\n" in shown.stdout
    assert "--write writes it" in shown.stderr
    assert path.read_bytes() == before
    assert despatch("fix", "x", "--write", folder=tmp_path).returncode == 0
    assert b"Lead.\n\nTrade" in path.read_bytes()
    assert "nothing to mend" in despatch("fix", "x", folder=tmp_path).stderr
