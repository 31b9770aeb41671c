"""Files that an article reads in: what comes of them, where each line is said to be, what is not let in."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from docutils import nodes

from pipeline.build import FORMATS, Order, Result, build_one
from pipeline.check.article import check
from pipeline.findings import Finding
from pipeline.read.directives import include_csv
from pipeline.read.input import inclusions as files_module
from pipeline.read.reader import read
from pipeline.tree.article import Article
from pipeline.tree.contract import broken
from pipeline.tree.nodes import fault_block, infobox
from tests.support.articles import HEAD, Editions, Read
from tests.support.quick import each_nth
from tests.support.readback import EpubFile, PdfFile

FIRST = HEAD.count("\n") + 1
"""The line of an article that follows the `HEAD`."""


class Tried(NamedTuple):
    """An article and what was found: code, file and line."""

    article: Article | None
    found: list[tuple[str, str, int | None]]
    findings: list[Finding]

    @property
    def tree(self) -> nodes.document:
        assert self.article is not None, [str(finding) for finding in self.findings]
        return self.article.document

    def texts(self) -> list[str]:
        """The paragraphs, as plain text."""
        return [" ".join(node.astext().split()) for node in self.tree.findall(nodes.paragraph)][2:]


@pytest.fixture
def attempt(tmp_path: Path) -> Callable[..., Tried]:
    """Write files below a source root, and read the article in it, a text that follows the `HEAD`."""

    def read_it(text: str, files: dict[str, str | bytes] | None = None, *, draft: bool = False) -> Tried:
        root = tmp_path / "source"
        for name, data in {"article.rst": HEAD + text, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        article, findings = read(root / "article.rst", draft=draft)
        prefix = f"{root}/"
        found = [(f.code, f.source.removeprefix(prefix), f.line) for f in findings]
        return Tried(article, found, findings)

    return read_it


# What is read in ------------------------------------------------------------------------------------------


def test_an_included_text_stands_as_if_it_were_written_there(attempt: Callable[..., Tried]) -> None:
    whole = "One.\n\nTwo *x*. [#a]_\n\n- three\n- |e|\n\n.. |e| replace:: four\n\n.. [#a] Five.\n"
    head, tail = whole[:5], whole[5:]
    tried = attempt(f"{head}\n.. include:: parts/rest.rst\n", {"parts/rest.rst": tail})
    plain = attempt(whole)
    assert tried.findings == []
    assert tried.tree.pformat() == plain.tree.pformat()


LINES = "".join(f"Line {number}.\n\n" for number in range(1, 6))

OPTIONS: dict[str, tuple[str, list[str], int]] = {
    "": ("", ["Line 1.", "Line 2.", "Line 3.", "Line 4.", "Line 5."], 1),
    "start-line": (":start-line: 4", ["Line 3.", "Line 4.", "Line 5."], 5),
    "start-line from the end": (":start-line: -4", ["Line 4.", "Line 5."], 7),
    "end-line": (":end-line: 4", ["Line 1.", "Line 2."], 1),
    "end-line from the end": (":end-line: -2", ["Line 1.", "Line 2.", "Line 3.", "Line 4."], 1),
    "both": (":start-line: 2\n:end-line: 6", ["Line 2.", "Line 3."], 3),
    "start-after": (":start-after: Line 2.", ["Line 3.", "Line 4.", "Line 5."], 5),
    "start-after in a line": (":start-after: Line 2", [".", "Line 3.", "Line 4.", "Line 5."], 3),
    "start-after an empty line": (":start-after:", ["Line 2.", "Line 3.", "Line 4.", "Line 5."], 3),
    "end-before": (":end-before: Line 3", ["Line 1.", "Line 2."], 1),
    "end-before an empty line": (":end-before:", ["Line 1."], 1),
    "all": (":start-line: 2\n:end-line: 8\n:start-after: e 2.\n:end-before: Line 4", ["Line 3."], 5),
    "encoding": (":encoding: UTF-8", ["Line 1.", "Line 2.", "Line 3.", "Line 4.", "Line 5."], 1),
    "parser": (":parser: rst", ["Line 1.", "Line 2.", "Line 3.", "Line 4.", "Line 5."], 1),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_of_include(attempt: Callable[..., Tried], name: str) -> None:
    options, expected, line = OPTIONS[name]
    indented = "".join(f"   {option}\n" for option in options.splitlines())
    tried = attempt(f"Lead.\n\n.. include:: lines.rst\n{indented}\nEnd.\n", {"lines.rst": LINES})
    assert tried.findings == []
    assert tried.texts() == ["Lead.", *expected, "End."]
    included = [node for node in tried.tree.findall(nodes.paragraph) if "lines.rst" in str(node.source)]
    assert included[0].line == line
    assert all(LINES.splitlines()[(node.line or 0) - 1].endswith(node.astext()) for node in included)


CODE = "import os\n\ndef f():\n\treturn os.name\n"

LITERAL: dict[str, tuple[str, str, list[str], int]] = {
    "literal": (":literal:", CODE.expandtabs(8), [], 1),
    "tab-width": (":literal:\n:tab-width: 2", CODE.expandtabs(2), [], 1),
    "code": (":code: python", CODE.expandtabs(8).rstrip(), ["code", "python"], 1),
    "code without a language": (":code:", CODE.expandtabs(8).rstrip(), ["code"], 1),
    "part": (":code:\n:start-line: 2", CODE.expandtabs(8).split("\n\n")[1].rstrip(), ["code"], 3),
    "class": (":literal:\n:class: special", CODE.expandtabs(8), ["special"], 1),
    "numbers": (":literal:\n:number-lines:", "1 import os\n2 \n3 def f():\n4         return os.name", [], 1),
    "numbers from 9": (":literal:\n:number-lines: 9\n:end-line: 1", " 9 import os", [], 1),
}  # fmt: skip


@pytest.mark.parametrize("name", LITERAL)
def test_a_file_is_shown_as_it_is(attempt: Callable[..., Tried], name: str) -> None:
    options, expected, classes, line = LITERAL[name]
    indented = "".join(f"   {option}\n" for option in options.splitlines())
    tried = attempt(f"Lead.\n\n.. include:: code.py\n{indented}   :name: here\n\nhere_\n", {"code.py": CODE})
    assert tried.findings == []
    block = tried.tree.next_node(nodes.literal_block)
    assert block is not None
    assert block.astext() == expected
    assert block["classes"] == classes
    assert "source" not in block
    assert (Path(str(block.source)).name, block.line) == ("code.py", line)
    assert tried.tree.next_node(nodes.reference)["refid"] == block["ids"][0]


def test_an_empty_file_leaves_nothing(attempt: Callable[..., Tried]) -> None:
    text = ".. include:: e.rst\n\n.. include:: e.rst\n   :literal:\n\n.. include:: e.rst\n   :code:\n\nEnd.\n"
    tried = attempt(text, {"e.rst": ""})
    assert tried.findings == []
    assert tried.texts() == ["End."]


NESTED = {
    "parts/one.rst": "One.\n\n.. include:: deep/two.rst\n\nAfter two.\n",
    "parts/deep/two.rst": "Two.\n\n.. include:: ../../three.rst\n\nAfter three.\n",
    "three.rst": "Three *open.\n",
}


def test_files_read_in_files_from_their_own_folders(attempt: Callable[..., Tried]) -> None:
    tried = attempt("Lead.\n\n.. include:: parts/one.rst\n\nEnd.\n", NESTED | {"three.rst": "Three.\n"})
    assert tried.findings == []
    assert tried.texts() == ["Lead.", "One.", "Two.", "Three.", "After three.", "After two.", "End."]
    places = [
        (Path(str(node.source)).name, node.line) for node in list(tried.tree.findall(nodes.paragraph))[2:]
    ]
    assert places == [
        ("article.rst", FIRST), ("one.rst", 1), ("two.rst", 1), ("three.rst", 1), ("two.rst", 5),
        ("one.rst", 5), ("article.rst", FIRST + 4),
    ]  # fmt: skip


def test_a_finding_names_the_file_in_which_it_is(attempt: Callable[..., Tried]) -> None:
    tried = attempt("Lead.\n\n.. include:: parts/one.rst\n\nEnd *open.\n", NESTED)
    assert tried.found == [("markup-unclosed", "article.rst", FIRST + 4), ("markup-unclosed", "three.rst", 1)]


BOX = ".. infobox:: Box\n   :type: bilateral-relations\n\n   :party1: A\n   :party2: B\n"

FAULTS: dict[str, tuple[str, str, int]] = {
    "role": ("One.\n\nTwo\nthree :nonsense:`x`.\n", "role-unknown", 4),
    "directive": ("One.\n\n.. nonsense:: x\n", "directive-unknown", 3),
    "option": ("One.\n\n.. image:: x.png\n   :nonsense: y\n", "directive-error", 4),
    "link": ("One.\n\nTwo\nnowhere_.\n", "target-unknown", 4),
    "substitution": ("One.\n\nTwo |nowhere|.\n", "substitution-undefined", 3),
    "note": ("One.\n\nTwo\nthree [#nowhere]_.\n", "note-undefined", 4),
    "uncited": ("One.\n\n.. [#x] Two.\n", "note-uncited", 3),
    "image": ("One.\n\n.. image:: nowhere.png\n   :alt: x\n", "image-missing", 3),
    "link scheme": ("One.\n\nTwo `x <javascript:y>`_.\n", "link-scheme", 3),
    "table": ("One.\n\n=== ===\na   b\n=== ==\n", "rst-error", 5),
    "underline": ("One.\n\nA heading\n---\n\nText.\n", "heading-underline", 4),
    "infobox": (f"{BOX}   :x: C\n", "infobox-field-unknown", 6),
    "control": ("One.\n\nTwo\x1b.\n", "file-control", 3),
    "formula": ("One.\n\n.. math:: \\nonsense{\n", "rst-error", 3),
    "include": ("One.\n\n.. include:: nowhere.rst\n", "insertion-missing", 3),
    "raw": ("One.\n\n.. raw:: html\n\n   <p>x</p>\n   <script>y</script>\n", "raw-refused", 6),
}  # fmt: skip


@pytest.mark.parametrize("place", ["", "   ", "- item\n\n  "], ids=["text", "quote", "list"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_an_included_file_is_found_there(
    attempt: Callable[..., Tried], name: str, place: str
) -> None:
    text, code, line = FAULTS[name]
    tried = attempt(f"Lead.\n\n{place}.. include:: part.rst\n\nEnd.\n", {"part.rst": text}, draft=True)
    known = {"math-unset"}
    if name == "underline" and place:
        return  # a heading in a quote or a list is another fault
    assert [one for one in tried.found if one[0] not in known] == [(code, "part.rst", line)]
    assert broken(tried.tree, Path(tried.article.root), draft=True) == [] if tried.article else False


def test_lines_are_right_behind_an_include_in_a_nested_place(attempt: Callable[..., Tried]) -> None:
    text = "- one\n\n  .. note::\n\n     .. include:: part.rst\n\n     After.\n\n- two *open\n\nEnd |x|.\n"
    tried = attempt(text, {"part.rst": "Part.\n\nOf two.\n"}, draft=True)
    assert tried.found == [
        ("markup-unclosed", "article.rst", FIRST + 8),
        ("substitution-undefined", "article.rst", FIRST + 10),
    ]
    after = next(node for node in tried.tree.findall(nodes.paragraph) if node.astext() == "After.")
    assert after.line == FIRST + 6


def test_headings_of_included_files_share_one_order(attempt: Callable[..., Tried]) -> None:
    text = "A\n-\n\n.. include:: part.rst\n\nD\n-\n\nEnd.\n"
    tried = attempt(text, {"part.rst": "B\n~\n\nText.\n\nC\n~\n\nText.\n"})
    assert tried.findings == []
    levels = []
    for section in tried.tree.findall(nodes.section):
        depth, at = 0, section.parent
        while at is not None:
            depth, at = depth + 1, at.parent
        levels.append((section[0].astext(), depth, Path(str(section.source)).name, section.line))
    assert levels == [
        ("A", 1, "article.rst", FIRST), ("B", 2, "part.rst", 1), ("C", 2, "part.rst", 6),
        ("D", 1, "article.rst", FIRST + 5),
    ]  # fmt: skip


def test_the_fields_of_an_article_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "fields.txt").write_text(":date: 2026-11-24\n:language: en\n")
    path = tmp_path / "a.rst"
    path.write_text("Title\n=====\n\n.. include:: fields.txt\n\nText |d|.\n\n.. |d| date:: %d.%m.%Y\n")
    article, findings = read(path)
    assert findings == []
    assert article is not None
    assert article.metadata.date.isoformat() == "2026-11-24"
    assert "Text 24.11.2026." in article.document.astext()


def test_docutils_own_definitions_may_be_named(attempt: Callable[..., Tried]) -> None:
    tried = attempt(".. include:: <isonum.txt>\n.. include:: <isogrk3.txt>\n\n|copy| |alpha|\n")
    assert tried.findings == []
    assert tried.texts() == ["© α"]
    assert tried.article is not None
    assert tried.article.inputs == (tried.article.source.resolve(),)


@pytest.mark.parametrize(
    "name", ["<nonsense.txt>", "<isonu.txt>", "<../states.py>", "<README.rst>", "</etc/passwd>", "<a/b.txt>"]
)
def test_no_other_file_of_docutils_may(attempt: Callable[..., Tried], name: str) -> None:
    tried = attempt(f".. include:: {name}\n", draft=True)
    assert [code for code, _, _ in tried.found] == ["insertion-missing"]


DECODED: dict[str, tuple[bytes, list[tuple[str, str, int]]]] = {
    "BOM": (b"\xef\xbb\xbfPart\n----\n\nText.\n", []),
    "CRLF": (b"Part\r\n----\r\n\r\nText.\r\n", []),
    "CR": (b"Part\r----\r\rText.\r", []),
    "no line end": (b"Part\n----\n\nText.", []),
    "line separator": ("Part\n----\n\nText\u2028.\n".encode(), [("markup-misread", "part.rst", 4)]),
    "tab": (b"Part\n----\n\nText.\n\n\tx\n", [("file-tab", "part.rst", 6)]),
    "control": (b"Part\n----\n\nText\x1b.\n", [("file-control", "part.rst", 4)]),
    "NUL": (b"Part\n----\n\nText\x00.\n", [("file-control", "part.rst", 4)]),
    "Latin-1": (b"Part\n----\n\nTexte fran\xe7ais.\n", [("file-encoding", "part.rst", 4)]),
    "UTF-16": ("Part\n----\n\nText.\n".encode("utf-16"), [("file-encoding", "part.rst", 1)]),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", [("file-encoding", "part.rst", 1)]),
}


@pytest.mark.parametrize("name", DECODED)
def test_an_included_file_is_read_as_an_article_is(attempt: Callable[..., Tried], name: str) -> None:
    data, expected = DECODED[name]
    tried = attempt("Lead.\n\n.. include:: part.rst\n", {"part.rst": data}, draft=True)
    assert tried.found == expected
    if not expected:
        assert [section[0].astext() for section in tried.tree.findall(nodes.section)] == ["Part"]
        assert "Text" in tried.tree.astext()


def test_tabs_that_are_shown_or_counted_are_no_finding(attempt: Callable[..., Tried]) -> None:
    text = ".. include:: m.txt\n   :literal:\n\n.. include:: m.txt\n   :tab-width: 4\n"
    assert attempt(text, {"m.txt": "all:\n\n\ttouch x\n"}).findings == []


# What is not let in ---------------------------------------------------------------------------------------

SECRET = "SECRET"
ROADS: dict[str, str] = {
    "include": ".. include:: {}\n",
    "literal include": ".. include:: {}\n   :literal:\n",
    "code include": ".. include:: {}\n   :code: python\n",
    "table": ".. csv-table:: T\n   :file: {}\n",
    "raw": ".. raw:: html\n   :file: {}\n",
}
AWAY: dict[str, str] = {
    "absolute": "{outside}/secret.rst",
    "system": "/etc/passwd",
    "up": "../secret.rst",
    "up by way of a folder": "parts/../../secret.rst",
    "up and down": "../source/../secret.rst",
    "neighbour": "../source-too/secret.rst",
    "encoded": "%2e%2e/secret.rst",
    "encoded slash": "..%2fsecret.rst",
    "encoded twice": "%252e%252e/secret.rst",
    "file address": "file:{outside}/secret.rst",
    "file address with slashes": "file://{outside}/secret.rst",
    "FILE address": "FILE:///etc/passwd",
    "http": "http://127.0.0.1:9/secret.rst",
    "https": "https://example.org/secret.rst",
    "no scheme": "//127.0.0.1/secret.rst",
    "ftp": "ftp://127.0.0.1/secret.rst",
    "data": "data:text/plain,SECRET",
    "backslash": "..\\secret.rst",
    "home": "~/secret.rst",
    "variable": "$HOME/secret.rst",
    "link": "link.rst",
    "link to a link": "second.rst",
    "link to a device": "zero.rst",
    "folder that is a link": "away/secret.rst",
    "up through a link": "down/../secret.rst",
    "device": "/dev/zero",
    "process": "/proc/self/environ",
    "folder": "parts",
    "folder itself": ".",
    "source folder": "parts/..",
    "pipe": "pipe.rst",
    "not there": "nowhere.rst",
    "through a file": "article.rst/x",
    "long": "a" * 5000,
}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """A source root among files that must not be read, with links, pipes and folders in it."""
    root = tmp_path / "source"
    (root / "parts").mkdir(parents=True)
    (tmp_path / "source-too").mkdir()
    for folder in (tmp_path, tmp_path / "source-too", tmp_path / "away"):
        folder.mkdir(exist_ok=True)
        (folder / "secret.rst").write_text(f"{SECRET}\n")
    (root / "link.rst").symlink_to("../secret.rst")
    (root / "second.rst").symlink_to("link.rst")
    (root / "zero.rst").symlink_to("/dev/zero")
    (root / "away").symlink_to("../away")
    (root / "down").symlink_to("parts")
    os.mkfifo(root / "pipe.rst")
    return root


@pytest.mark.usefixtures("no_network", "traps")
@pytest.mark.parametrize(
    ("name", "road"), each_nth(4, [(name, road) for name in AWAY for road in ("include", "table", "raw")])
)
def test_nothing_outside_is_read_by_any_road(
    attempt: Callable[..., Tried], tmp_path: Path, name: str, road: str
) -> None:
    start = time.monotonic()
    address = AWAY[name].format(outside=tmp_path)
    tried = attempt(f"Lead.\n\n{ROADS[road].format(address)}\nEnd.\n", draft=True)
    assert [one[1:] for one in tried.found] == [("article.rst", FIRST + 2)], tried.findings
    assert tried.found[0][0] in ("insertion-refused", "insertion-missing")
    assert tried.article is not None
    assert tried.article.inputs == (tmp_path / "source" / "article.rst",)
    text = tried.tree.pformat()
    assert SECRET not in text.replace(address, "")
    assert "root:" not in text
    assert len(list(tried.tree.findall(fault_block))) == 1
    assert broken(tried.tree, tmp_path / "source", draft=True) == []
    assert time.monotonic() - start < 2


@pytest.mark.usefixtures("no_network", "traps")
@pytest.mark.parametrize("road", ROADS)
def test_a_link_that_is_swapped_in_at_the_last_moment_is_not_followed(
    attempt: Callable[..., Tried], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    opened = os.open
    target = tmp_path / "source" / "part.rst"

    def swap(path: Any, *arguments: Any) -> int:
        if Path(path).name == "part.rst" and not target.is_symlink():
            target.unlink()
            target.symlink_to(tmp_path / "secret.rst")
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", swap)
    tried = attempt(f"Lead.\n\n{ROADS[road].format('part.rst')}", {"part.rst": "x\n"}, draft=True)
    assert [code for code, _, _ in tried.found] == ["insertion-missing"]
    assert SECRET not in tried.tree.pformat()


@pytest.mark.usefixtures("no_network", "traps")
@pytest.mark.parametrize("road", ROADS)
def test_a_folder_that_becomes_a_link_at_the_last_moment_is_not_followed(
    attempt: Callable[..., Tried], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    opened = os.open
    folder = tmp_path / "source" / "deep"

    def swap(path: Any, *arguments: Any) -> int:
        if Path(path).name == "secret.rst" and not folder.is_symlink():
            folder.rename(tmp_path / "source" / "gone")
            folder.symlink_to(tmp_path)
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", swap)
    text = f"Lead.\n\n{ROADS[road].format('deep/secret.rst')}"
    tried = attempt(text, {"deep/secret.rst": "harmless\n"}, draft=True)
    assert [code for code, _, _ in tried.found] == ["insertion-refused"]
    assert SECRET not in tried.tree.pformat()


def test_a_link_that_stays_inside_is_followed(attempt: Callable[..., Tried], tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "link.rst").symlink_to("part.rst")
    tried = attempt(".. include:: link.rst\n", {"part.rst": "Part *open.\n"}, draft=True)
    assert tried.found == [("markup-unclosed", "link.rst", 1)]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "text",
    [
        ".. csv-table:: T\n   :url: http://127.0.0.1:9/x.csv\n",
        ".. csv-table:: T\n   :url: file:///etc/passwd\n",
        ".. raw:: html\n   :url: http://127.0.0.1:9/x.html\n",
        ".. raw:: html\n   :url: file:///etc/passwd\n",
    ],
)
def test_no_address_is_asked(attempt: Callable[..., Tried], text: str) -> None:
    tried = attempt(f"Lead.\n\n{text}", draft=True)
    assert tried.found == [("insertion-refused", "article.rst", FIRST + 2)]


@pytest.mark.parametrize(
    "text",
    [
        ".. figure:: dot.png\n   :alt: x\n   :figwidth: image\n",
        ".. image:: dot.svg\n   :alt: x\n   :loading: embed\n",
        ".. figure:: dot.svg\n   :alt: x\n   :loading: embed\n",
    ],
)
def test_docutils_opens_no_image(
    read_text_article: Callable[..., Read], images: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Its own roads to files stay closed: what an image is, only our own check looks at."""
    from docutils.parsers.rst.directives import images as directives

    monkeypatch.setattr(directives, "PIL", None, raising=False)
    article, found, _ = read_text_article(text)
    assert found == []
    assert article is not None
    assert article.document.settings.file_insertion_enabled is False
    assert article.document.settings.raw_enabled is False
    assert all("loading" not in image for image in article.document.findall(nodes.image))


def test_an_image_that_becomes_a_link_after_it_was_checked_is_not_packed(
    attempt: Callable[..., Tried], tmp_path: Path
) -> None:
    from PIL import Image

    from pipeline.files.confined import OutsideError
    from pipeline.write.epub.edition import write_epub

    (tmp_path / "source").mkdir()
    (tmp_path / "secret.png").write_text(SECRET)
    image = tmp_path / "source" / "dot.png"
    Image.new("RGB", (4, 3)).save(image)
    article = attempt(".. image:: dot.png\n   :alt: A dot\n").article
    assert article is not None
    image.unlink()
    image.symlink_to(tmp_path / "secret.png")
    with pytest.raises(OutsideError):
        write_epub(article)


REFUSED: dict[str, tuple[str, str]] = {
    "encoding": (".. include:: part.rst\n   :encoding: latin-1\n", "directive-error"),
    "unknown encoding": (".. include:: part.rst\n   :encoding: nonsense\n", "directive-error"),
    "encoding of a table": (".. csv-table::\n   :file: part.rst\n   :encoding: odd\n", "directive-error"),
    "encoding of raw text": (".. raw:: html\n   :file: part.rst\n   :encoding: cp1252\n", "directive-error"),
    "Markdown": (".. include:: part.rst\n   :parser: markdown\n", "directive-error"),
    "a module": (".. include:: part.rst\n   :parser: antigravity\n", "directive-error"),
    "no text found": (".. include:: part.rst\n   :start-after: nowhere\n", "directive-error"),
    "no end found": (".. include:: part.rst\n   :end-before: nowhere\n", "directive-error"),
    "no number": (".. include:: part.rst\n   :start-line: x\n", "directive-error"),
    "a number of 5,000 digits": (f".. include:: part.rst\n   :start-line: {'9' * 5000}\n", "directive-error"),
    "wide tabs": (".. include:: part.rst\n   :literal:\n   :tab-width: 99999999\n", "directive-error"),
    "nothing named": (".. include::\n", "directive-error"),
    "in a substitution": (".. |x| include:: part.rst\n\n|x|\n", "directive-error"),
    "table twice": (".. csv-table:: T\n   :file: part.rst\n\n   a,b\n", "directive-error"),
    "raw text twice": (".. raw:: html\n   :file: part.rst\n\n   x\n", "directive-error"),
    "empty table": (".. csv-table:: T\n   :file: empty.csv\n", "directive-error"),
    "equal signs": (".. csv-table::\n   :file: part.rst\n   :delim: |\n   :quote: |\n", "directive-error"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_done_is_a_finding(attempt: Callable[..., Tried], name: str) -> None:
    text, code = REFUSED[name]
    modules = set(sys.modules)
    tried = attempt(f"Lead.\n\n{text}", {"part.rst": "a\tb\n", "empty.csv": "\n"}, draft=True)
    below = {
        "unknown encoding": 1,
        "encoding of a table": 2,
        "no number": 1,
        "a number of 5,000 digits": 1,
        "wide tabs": 2,
    }
    assert tried.found[0] == (code, "article.rst", FIRST + 2 + below.get(name, 0)), tried.findings
    assert len(tried.found) == 1 or "substitution" in name
    assert "antigravity" not in set(sys.modules) - modules


# Circles and size -----------------------------------------------------------------------------------------

CIRCLES: dict[str, tuple[dict[str, str], tuple[str, int]]] = {
    "itself": ({"a.rst": "A.\n\n.. include:: a.rst\n"}, ("a.rst", 3)),
    "two": ({"a.rst": ".. include:: b.rst\n", "b.rst": "B.\n\n.. include:: a.rst\n"}, ("b.rst", 3)),
    "the article": ({"a.rst": "A.\n\n.. include:: article.rst\n"}, ("a.rst", 3)),
    "by another name": ({"a.rst": "A.\n\n.. include:: ./deep/../a.rst\n"}, ("a.rst", 3)),
    "in a list": ({"a.rst": "- x\n\n  .. include:: a.rst\n"}, ("a.rst", 3)),
    "with a remark": ({"a.rst": '.. end of inclusion from "a.rst"\n\n.. include:: a.rst\n'}, ("a.rst", 3)),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_is_found_where_it_closes(attempt: Callable[..., Tried], name: str) -> None:
    files, (source, line) = CIRCLES[name]
    tried = attempt("Lead.\n\n.. include:: a.rst\n", files, draft=True)
    assert tried.found == [("insertion-loop", source, line)]


def test_another_part_of_the_same_file_is_no_circle(attempt: Callable[..., Tried]) -> None:
    text = "One.\n\n.. include:: article.rst\n   :start-after: cut\n\n.. cut\n\nTwo.\n"
    tried = attempt(text)
    assert tried.findings == []
    assert tried.texts() == ["One.", "Two.", "Two."]
    assert tried.article is not None
    assert [source.name for source in tried.article.sources()] == ["article.rst"]


def test_a_part_that_holds_its_own_include_is_a_circle(attempt: Callable[..., Tried]) -> None:
    tried = attempt("One.\n\n.. include:: article.rst\n   :start-line: 6\n\nTwo.\n", draft=True)
    assert {code for code, _, _ in tried.found} == {"insertion-loop"}


def test_a_file_may_be_read_in_twice(attempt: Callable[..., Tried]) -> None:
    tried = attempt(".. include:: a.rst\n\n.. include:: a.rst\n", {"a.rst": "Part.\n"})
    assert tried.findings == []
    assert tried.texts() == ["Part.", "Part."]


def test_files_in_files_in_files_end_at_a_depth(attempt: Callable[..., Tried]) -> None:
    deep = {f"{n}.rst": f"N {n}.\n\n.. include:: {n + 1}.rst\n" for n in range(1, 60)} | {"60.rst": "End.\n"}
    tried = attempt(".. include:: 1.rst\n", deep, draft=True)
    assert tried.found == [("limit-nesting", f"{files_module.MAX_DEPTH}.rst", 3)]
    flat = {key: text for key, text in deep.items() if int(key[:-4]) < files_module.MAX_DEPTH}
    assert attempt(".. include:: 1.rst\n", flat | {f"{files_module.MAX_DEPTH}.rst": "End.\n"}).findings == []


@pytest.mark.slow
def test_files_that_multiply_end_at_a_number(attempt: Callable[..., Tried]) -> None:
    """Ten files that each read in the next one ten times: ten thousand million times the last one."""
    start = time.monotonic()
    files = {f"{n}.rst": f".. include:: {n + 1}.rst\n\n" * 10 for n in range(10)} | {"10.rst": "x\n"}
    tried = attempt(".. include:: 0.rst\n", files)
    assert [code for code, _, _ in tried.found] == ["limit-size"]
    assert time.monotonic() - start < 10


def test_a_file_that_is_too_large_is_not_read(attempt: Callable[..., Tried], tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    with (tmp_path / "source" / "big.rst").open("wb") as file:
        file.truncate(files_module.MAX_FILE + 1)
    for road in ROADS.values():
        tried = attempt(road.format("big.rst"), draft=True)
        assert [code for code, _, _ in tried.found] == ["limit-size"]


@pytest.mark.parametrize("road", ROADS)
def test_a_line_that_is_too_long_is_found_in_its_file(attempt: Callable[..., Tried], road: str) -> None:
    tried = attempt(ROADS[road].format("part.rst"), {"part.rst": "One\n" + "x" * 200_000}, draft=True)
    assert tried.found == [("limit-size", "part.rst", 2)]


def test_all_that_is_read_in_is_bounded(
    attempt: Callable[..., Tried], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "MAX_TOTAL", 1000)
    tried = attempt(".. include:: a.rst\n\n" * 4, {"a.rst": "x" * 300 + "\n"}, draft=True)
    assert tried.found == [("limit-size", "article.rst", FIRST + 6)]


@pytest.mark.parametrize(
    "end", ["Text::", "Text::\n\n   code", ".. note::", "..", "- ", "| ", "=====", ".. [#x]"]
)
def test_the_end_of_a_file_ends_what_it_began(attempt: Callable[..., Tried], end: str) -> None:
    """docutils marks the end of an included file by a remark, which a file that ends so would show."""
    tried = attempt(".. include:: a.rst\n\nAfter.\n", {"a.rst": f"Part.\n\n{end}\n"}, draft=True)
    assert "end of inclusion" not in tried.tree.astext()
    assert tried.texts()[-1] == "After."


def test_docutils_own_remark_is_but_a_remark(attempt: Callable[..., Tried]) -> None:
    tried = attempt('One.\n\n.. end of inclusion from "x"\n\nTwo.\n')
    assert tried.findings == []
    assert tried.texts() == ["One.", "Two."]


# Tables ---------------------------------------------------------------------------------------------------

CSV = 'Year,Exports,Imports\n2022,"2.1","1.4 *x*"\n"2023\n(half)",3,"- a\n- b"\n'


def rows(table: nodes.Element) -> list[list[str]]:
    return [
        [" ".join(entry.astext().split()) for entry in row.findall(nodes.entry)]
        for row in table.findall(nodes.row)
    ]


def test_a_table_comes_from_a_file_and_its_cells_know_their_lines(attempt: Callable[..., Tried]) -> None:
    options = "   :header-rows: 1\n   :stub-columns: 1\n   :widths: 2 1 1\n"
    tried = attempt(f".. csv-table:: Trade\n   :file: parts/t.csv\n{options}", {"parts/t.csv": CSV})
    assert tried.findings == []
    table = tried.tree.next_node(nodes.table)
    assert table is not None
    assert rows(table) == [
        ["Year", "Exports", "Imports"],
        ["2022", "2.1", "1.4 x"],
        ["2023 (half)", "3", "a b"],
    ]
    assert len(table.next_node(nodes.thead)) == 1
    assert [spec["colwidth"] for spec in table.findall(nodes.colspec)] == [2, 1, 1]
    assert [bool(spec.get("stub")) for spec in table.findall(nodes.colspec)] == [True, False, False]
    assert (Path(str(table.source)).name, table.line) == ("article.rst", FIRST)
    places = [
        (node.astext(), Path(str(node.source)).name, node.line) for node in table.findall(nodes.paragraph)
    ]
    assert places == [
        ("Year", "t.csv", 1), ("Exports", "t.csv", 1), ("Imports", "t.csv", 1),
        ("2022", "t.csv", 2), ("2.1", "t.csv", 2), ("1.4 x", "t.csv", 2),
        ("2023\n(half)", "t.csv", 3), ("3", "t.csv", 4), ("a", "t.csv", 4), ("b", "t.csv", 5),
    ]  # fmt: skip


DIALECTS: dict[str, tuple[str, str, list[list[str]]]] = {
    "semicolons": (":delim: ;", "a;b\nc;d\n", [["a", "b"], ["c", "d"]]),
    "tabs": (":delim: tab", "a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
    "spaces": (":delim: space", "a b\nc d\n", [["a", "b"], ["c", "d"]]),
    "quotes": (":quote: '", "'a,b',c\n", [["a,b", "c"]]),
    "escape": (":escape: \\", '"a\\"b",c\n', [['a"b', "c"]]),
    "doubled quotes": ("", '"a""b",c\n', [['a"b', "c"]]),
    "header": (":header: x,y", "a,b\n", [["x", "y"], ["a", "b"]]),
    "short rows": ("", "a,b\nc\n", [["a", "b"], ["c", ""]]),
    "BOM and CRLF": ("", "\ufeffa,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    "no line end": ("", "a,b", [["a", "b"]]),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_way_of_writing_tables(attempt: Callable[..., Tried], name: str) -> None:
    options, data, expected = DIALECTS[name]
    option = f"   {options}\n" if options else ""
    tried = attempt(f".. csv-table::\n   :file: t.csv\n{option}", {"t.csv": data})
    said = ["table-short"] if name == "short rows" else []
    assert [finding.code for finding in tried.findings] == said
    assert rows(tried.tree) == expected


CELL_FAULTS: dict[str, tuple[str, str, int]] = {
    "markup": ('a,b\nc,"d\n*open"\n', "markup-unclosed", 3),
    "directive": ('a,b\nc,"x\n\n.. nonsense:: y"\n', "directive-unknown", 4),
    "role": ("a,b\nc,:nonsense:`x`\n", "role-unknown", 2),
    "block": ('a,b\nc,"- d\ne"\n', "rst-warning", 3),
    "note": ("a,b\nc,d [#nowhere]_\n", "note-undefined", 2),
    "values": ('a,b\nc,"d"e\n', "directive-error", 2),
    "unended": ('a,b\nc,"d\n', "directive-error", 2),
}


@pytest.mark.parametrize("name", CELL_FAULTS)
def test_a_fault_in_a_table_is_found_on_its_line(attempt: Callable[..., Tried], name: str) -> None:
    data, code, line = CELL_FAULTS[name]
    tried = attempt("Lead.\n\n.. csv-table:: T\n   :file: t.csv\n", {"t.csv": data}, draft=True)
    assert tried.found == [(code, "t.csv", line)]


@pytest.mark.parametrize("name", CELL_FAULTS)
def test_a_fault_in_values_of_the_article_is_found_on_its_line(
    attempt: Callable[..., Tried], name: str
) -> None:
    data, code, line = CELL_FAULTS[name]
    text = ".. csv-table:: T\n\n" + "".join(f"   {row}\n" for row in data.splitlines())
    tried = attempt(f"{text}\nEnd *open.\n", draft=True)
    last = FIRST + 2 + len(data.splitlines()) + 1
    assert tried.found == [(code, "article.rst", FIRST + 1 + line), ("markup-unclosed", "article.rst", last)]


def test_a_table_of_too_many_cells_is_refused(
    attempt: Callable[..., Tried], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(include_csv, "MAX_CELLS", 10)
    assert attempt(".. csv-table::\n   :file: t.csv\n", {"t.csv": "a,b\n" * 5}).findings == []
    tried = attempt(".. csv-table::\n   :file: t.csv\n", {"t.csv": "a,b\n" * 6})
    assert tried.found == [("limit-size", "article.rst", FIRST)]


def test_a_cell_may_read_in_a_file(attempt: Callable[..., Tried]) -> None:
    files = {"deep/t.csv": 'a,"\n.. include:: cell.rst\n"\n', "deep/cell.rst": "Cell.\n"}
    tried = attempt(".. csv-table::\n   :file: deep/t.csv\n", files)
    assert tried.findings == []
    assert rows(tried.tree) == [["a", "Cell."]]


# Inputs, attachments, and both editions -------------------------------------------------------------------

WHOLE = """\
.. infobox:: Box

   :Capital: Pristina [#box]_

Lead |EEAS|. [#part]_

.. include:: parts/body.rst

.. csv-table:: Trade [#t]_
   :file: parts/trade.csv
   :header-rows: 1
   :stub-columns: 1

.. include:: parts/code.py
   :code: python
   :number-lines:

.. raw:: html
   :file: parts/piece.html

.. include:: parts/notes.rst
"""
PARTS: dict[str, bytes] = {
    "parts/body.rst": "Körper\n------\n\nText :lang-nl:`Kamer`. [#part]_\n\n.. include:: more.rst\n\n"
    ".. figure:: dot.png\n   :alt: A dot\n\n   Caption\n".encode(),
    "parts/more.rst": b"Deeper\n~~~~~~\n\n- a list\n- of two\n\n.. |EEAS| replace:: Action Service\n",
    "parts/trade.csv": b'Year,Exports\n2022,"2.1 [#part]_"\n2023,"- x\n- y"\n',
    "parts/code.py": b"def f():\n    return 1\n",
    "parts/piece.html": b"<p>From <em>HTML</em>,<br>two lines</p>\n",
    "parts/notes.rst": b"Notes\n-----\n\n.. [#box] Box.\n.. [#part] Part.\n.. [#t] Table.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Both editions of `WHOLE`."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("built")
    (folder / "source" / "parts").mkdir(parents=True)
    for name, data in {"article.rst": (HEAD + WHOLE).encode(), **PARTS}.items():
        (folder / "source" / name).write_bytes(data)
    Image.new("RGB", (40, 30), "navy").save(folder / "source" / "dot.png")
    return folder, build_one(folder / "source" / "article.rst", Order(FORMATS, folder))


@pytest.fixture(scope="module")
def editions(built: tuple[Path, Result]) -> Editions:
    result = built[1]
    assert not result.failed, [str(finding) for finding in result.findings]
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    return Editions(result, PdfFile(pdf), EpubFile(epub))


@pytest.mark.slow
def test_both_editions_hold_what_was_read_in(editions: Editions, built: tuple[Path, Result]) -> None:
    assert [str(finding) for finding in editions.result.findings] == []
    article, _ = read(built[0] / "source" / "article.rst")
    assert article is not None
    report = check(article, built[0], validators=False)
    assert [str(finding) for finding in report.findings] == []
    assert report.counts["notes"] == (3, 3, 3)
    assert report.counts["tables"] == (2, 2, 2)
    assert next(article.document.findall(infobox)).line == FIRST


@pytest.mark.slow
def test_the_validators_are_silent(editions: Editions, built: tuple[Path, Result]) -> None:
    article, _ = read(built[0] / "source" / "article.rst")
    assert article is not None
    assert [str(finding) for finding in check(article, built[0]).findings] == []


@pytest.mark.slow
def test_an_article_knows_all_its_files(built: tuple[Path, Result]) -> None:
    root = built[0] / "source"
    article, _ = read(root / "article.rst")
    assert article is not None
    texts = ["body.rst", "more.rst", "trade.csv", "code.py", "piece.html", "notes.rst"]
    assert article.inputs == (
        root / "article.rst",
        *(root / "parts" / name for name in texts),
        root / "dot.png",
    )
    assert [source.data for source in article.inserted] == [PARTS[f"parts/{name}"] for name in texts]


def test_the_pdf_carries_the_texts_that_it_was_made_of(built: tuple[Path, Result]) -> None:
    with pikepdf.open(built[0] / "article.pdf") as pdf:
        carried = {name: file for name, file in pdf.attachments.items() if name != "article.epub"}
        data = {name: file.get_file().read_bytes() for name, file in carried.items()}
        types = {name: file.get_file().mime_type for name, file in carried.items()}
        assert {str(file.relationship) for file in carried.values()} == {"/Source"}
    assert data == {"article.rst": (HEAD + WHOLE).encode(), **PARTS}
    assert types["parts/trade.csv"] == "text/csv"
    assert types["parts/code.py"] == "text/plain"


def test_an_article_in_a_folder_is_attached_where_its_files_find_it(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "deep"
    folder.mkdir(parents=True)
    (tmp_path / "source" / "part.rst").write_text("Part.\n")
    (folder / "a.rst").write_text(f"{HEAD}.. include:: ../part.rst\n")
    article, findings = read(folder / "a.rst")
    assert findings == []
    assert article is not None
    assert [source.name for source in article.sources()] == ["deep/a.rst", "part.rst"]


CHANGES: dict[str, tuple[bytes, bytes]] = {
    "parts/more.rst": (b"a list", b"a row"),
    "parts/trade.csv": (b"2.1", b"2.2"),
    "parts/piece.html": (b"lines", b"rows"),
    "parts/code.py": (b"return 1", b"return 2"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_edition_is_old_when_a_file_that_it_reads_in_has_changed(
    built: tuple[Path, Result], tmp_path: Path, name: str
) -> None:
    import shutil

    shutil.copytree(built[0] / "source", tmp_path / "source")
    path = tmp_path / "source" / name
    path.write_bytes(path.read_bytes().replace(*CHANGES[name]))
    article, findings = read(tmp_path / "source" / "article.rst")
    assert article is not None, findings
    report = check(article, built[0], validators=False)
    stale = [finding for finding in report.findings if finding.code == "check-stale"]
    assert len(stale) == 1
    assert name in stale[0].message


def test_what_an_edition_lacks_is_found_in_the_file_that_says_it(
    built: tuple[Path, Result], tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(built[0] / "source", tmp_path / "source")
    path = tmp_path / "source" / "parts" / "more.rst"
    path.write_bytes(path.read_bytes().replace(b"of two", b"of three"))
    article, findings = read(tmp_path / "source" / "article.rst")
    assert article is not None, findings
    report = check(article, built[0], validators=False)
    found = [finding for finding in report.findings if finding.code != "check-stale"]
    assert [(Path(finding.source).name, finding.line) for finding in found] == [("more.rst", 5)] * 2


@pytest.mark.slow
def test_the_same_files_give_the_same_bytes(built: tuple[Path, Result], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(built[0] / "source", tmp_path / "elsewhere" / "source")
    result = build_one(tmp_path / "elsewhere" / "source" / "article.rst", Order(FORMATS, tmp_path))
    for output in result.outputs:
        assert output.path.read_bytes() == (built[0] / output.path.name).read_bytes()
        assert str(tmp_path).encode() not in output.path.read_bytes()
