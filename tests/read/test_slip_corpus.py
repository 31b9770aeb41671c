"""What authors mistype, in the hundreds: each slip ends in a finding, on its line, that says what to type.

The cases stand in ``data/slips``, written by hand::

    %% what is slipped
    the text, below the head of a small article (%! whole: the text is a whole article)
    %> LINE CODE words of the message

In the files ``once-…`` every finding is listed: one slip has one finding, and nothing else is said.

Lines are counted from the first one of the text. ``<00A0>`` is the character with that number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from docutils import nodes

from pipeline.findings import CODES, Finding
from pipeline.read.reader import parse_text, read
from tests.support.articles import HEAD
from tests.support.paths import DATA
from tests.support.quick import first_of_each

FOLDER = DATA / "slips"
DOCUTILS = re.compile(
    r"start-string|unindent|Unexpected|Inconsistent|Malformed|bullet list expected|interpreted text|"
    r"Error in|Unknown target|Duplicate|hyperlink|invalid option|argument\(s\)|transition",
)


class Expected(NamedTuple):
    """A finding that there has to be."""

    line: int
    code: str
    words: str


class Case(NamedTuple):
    """A slip; `above`: how many lines stand above its text."""

    name: str
    text: str
    above: int
    expected: list[Expected]


def cases() -> Iterator[Case]:
    """All cases of all files."""
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"^%% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, rest = part.split("\n", 1)
            whole = rest.startswith("%! whole\n")
            lines = rest.removeprefix("%! whole\n").split("\n")
            expected = [
                Expected(int(line[3:].split(" ")[0]), *line[3:].split(" ", 2)[1:])
                for line in lines
                if line.startswith("%> ")
            ]
            text = "\n".join(line for line in lines if not line.startswith("%> ")).rstrip("\n") + "\n"
            text = re.sub(r"<([0-9A-F]{4})>", lambda match: chr(int(match[1], 16)), text)
            above = "" if whole else HEAD
            yield Case(f"{path.stem}: {title}", above + text, above.count("\n"), expected)


CASES = list(cases())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cases are written one after the other; the image that some of them show is there."""
    folder = tmp_path_factory.mktemp("slips")
    (folder / "dot.png").write_bytes(DOT)
    return folder


def findings_of(case: Case, folder: Path, *, draft: bool = False) -> list[Finding]:
    """What is said of a case."""
    path = folder / "article.rst"
    path.write_text(case.text, encoding="utf-8", newline="")
    return read(path, draft=draft)[1]


def _dot() -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (4, 3), "navy").save(buffer, "PNG")
    return buffer.getvalue()


DOT = _dot()


def _said(case: Case) -> frozenset[str]:
    """Which messages a case ends in: the code of each."""
    return frozenset(one.code for one in case.expected)


# One in five: the others end in messages that one of these ends in.
@pytest.mark.parametrize("case", first_of_each(_said, CASES), ids=[case.name for case in CASES])
def test_a_slip_ends_in_a_finding_on_its_line(case: Case, folder: Path) -> None:
    assert case.expected, "a case says what is expected"
    found = findings_of(case, folder)
    for line, code, words in case.expected:
        assert code in CODES
        said = [one.message for one in found if (one.code, one.line) == (code, line + case.above)]
        assert any(words in message for message in said), "\n".join(map(str, found))
    if case.name.startswith("once-"):
        assert len(found) == len(case.expected), "\n".join(map(str, found))
    assert not [one for one in found if DOCUTILS.search(one.message)]
    assert not [one for one in found if one.code in ("internal", "contract")]


FIRST = {case.name.partition(":")[0]: case for case in reversed(CASES)}
"""The first case of each file: as a draft, it is read in the quick tests, too."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=[] if case in FIRST.values() else pytest.mark.slow)
        for case in CASES
    ],
)
def test_a_slip_is_no_crash_of_a_draft(case: Case, folder: Path) -> None:
    found = findings_of(case, folder, draft=True)
    assert not [one for one in found if one.code in ("internal", "contract")], "\n".join(map(str, found))


def test_there_are_many() -> None:
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "text",
    [
        "A. Peeters went to Malta.\n",
        ".. list-table::\n\n   * - A. Peeters\n     - b\n",
        ".. infobox:: Malta\n\n   :Envoy: A. Peeters\n",
        "- A. Peeters\n- C. Jansen\n",
        "Text. [#a]_\n\n.. [#a] A. Peeters, *Title*.\n",
    ],
    ids=["line", "cell", "infobox", "list", "note"],
)
def test_initials_are_printed_as_typed(text: str) -> None:
    document, found = parse_text(HEAD + text)
    assert found == []
    assert "A. Peeters" in document.astext()
    assert not list(document.findall(nodes.enumerated_list))


@pytest.mark.parametrize(
    "text",
    [
        "Louis XX was king; see chapter XX, and p. xx of the preface. Article XX has XX chromosomes.\n",
        'Write "page XX" or “[NAME]” where it is not known.\n',
        "This is a line on page 1\n\nText.\n\nThis is a line on page 2\n",
        "The Tunisian Banking Council (TBC) met. The TBC rose, and TBC shares fell.\n",
        "It is at 5 % of GDP\n% of GDP is a ratio. He read «Le Monde» at Super Bowl XXX, and/or /usr/bin/.\n",
        ".. csv-table:: T\n\n   Item,% of GDP\n   % change,3\n",
        "CO\\ :sub:`2` at 5 m\\ :sup:`2`.\n\n1. One\n2. Two\n",
        "- One\n\n  More of it.\n\n- Two\n",
        "=====  =====\nYear   Value\n=====  =====\n2024   12\nBonn   13\n=====  =====\n",
        "He wrote [sic] and [...] there. What??? Yes! The TBC of the ministry is at work.\n",
        "See @MFA_Malta on the network, and write to ann@example.org. The TK 12 is a train.\n",
        "The sea is wide:\n\n   It is.\n\n   (Optional)\n",
        "One.\n\n1.1 Growth in percent\n\nTwo.\n",
        "Growth was 1.5 in 2025.\n\n2.1 Million people live there.\n",
        "1. One\n2. Two\n\nText.\n\n1. One\n2. Two\n",
        "The value 5-10 -- rises.\n".replace(" -- ", " – "),
        "Code such as ``{{name}}``, ``a--b`` and ``[NAME]``, and --option, and {{name}}.\n",
        "The govern\u00adment. ไทย\u200bไทย.\n",
        "Figure – 3\n\nText.\n",
        "See https://example.org/a[1] there.\n".replace("[1]", ""),
        "A \\(bracket\\) and 2 * 3 * 4.\n",
        ".. infobox:: Malta\n\n   :Type of state: Republic\n   :Kind: generic name\n",
    ],
)
def test_what_is_meant_as_it_stands_is_no_slip(text: str) -> None:
    assert parse_text(HEAD + text)[1] == []


OFFICE = {
    "trade.xlsx": ("xl/workbook.xml", "is an Excel workbook: save the sheet as CSV"),
    "trade.docx": ("word/document.xml", "is a Word document: save it as plain text"),
    "trade.zip": ("trade.csv", "is a ZIP archive: unpack it"),
}


@pytest.mark.parametrize("name", OFFICE)
def test_a_file_of_an_office_program_is_named_for_what_it_is(tmp_path: Path, name: str) -> None:
    import zipfile

    inner, said = OFFICE[name]
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr(inner, "x")
    path = tmp_path / "article.rst"
    # A table may come from a workbook: there .xlsx is read (tests/read/data/test_workbook.py).
    asked = f".. include:: {name}\n" if name.endswith("xlsx") else f".. csv-table:: T\n   :file: {name}\n"
    path.write_text(HEAD + asked, encoding="utf-8")
    found = [one for one in read(path)[1] if one.code == "file-encoding"]
    assert [(one.source, one.line) for one in found] == [(str(path), HEAD.count("\n") + 1)]
    assert said in found[0].message.replace("this is", "is")
    assert said.split(":")[0].replace("an Excel workbook", "a table") in read(tmp_path / name)[1][0].message


def test_a_slip_in_an_included_file_is_found_there(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text(HEAD + ".. include:: part.rst\n", encoding="utf-8")
    (tmp_path / "part.rst").write_text("One.\n\nLead.\nTrade\n=====\n\n-\u00a0a __b c__\n", encoding="utf-8")
    found = {(one.code, Path(one.source).name, one.line) for one in read(path)[1]}
    assert {("heading-unread", "part.rst", 4), ("file-space", "part.rst", 7)} <= found


@pytest.mark.parametrize(
    "text",
    [
        "部长将于十二月访问北京。双方将讨论能源、交通\n和教育领域的合作，并为联合委员会会议作准备，\n"
        "出口增长，破折号——应当连在一起，省略号……应当居中",
        "وزارة الخارجية في القاهرة،\nوتبحث التعاون الاقتصادي،\nثم تعود في المساء إلى بروكسل",
        "मंत्री दिल्ली गए।\nवहाँ उन्होंने चर्चा की।\nनिर्यात बढ़ा।",
    ],
)
def test_lines_of_a_paragraph_in_other_scripts_are_no_address(text: str) -> None:
    """Letters of East Asia are twice as wide, and other marks than ours end a line within a sentence."""
    _, findings = parse_text(f"{HEAD}{text}\n")
    assert [finding.code for finding in findings if finding.code == "markup-misread"] == []


def test_authors_with_initials_are_names() -> None:
    """Docutils says that a list begins with B, beside which the field was taken for more than a name."""
    head = HEAD.replace(
        ":date:", ":author: A. Peeters\n:author: B. Jansen\n:author: C. D. Declercq\n:date:", 1
    )
    document, findings = parse_text(f"{head}Text.\n")
    assert findings == []
    authors = [node.astext() for node in document.findall(nodes.author)]
    assert authors == ["A. Peeters", "B. Jansen", "C. D. Declercq"]
