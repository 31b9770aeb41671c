"""What authors get wrong, through the whole command: place, code, exit code, and what stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build import Result
from pipeline.cli import main
from tests.support.articles import HEAD, Editions
from tests.support.command import despatch
from tests.support.quick import each_nth
from tests.support.readback import EpubFile, PdfFile, epubcheck, stands_in

pytestmark = pytest.mark.usefixtures("one_process")

GOOD = b"the last good one"
FIRST = HEAD.count("\n") + 1
"""The first line below the `HEAD`."""

# What stands in the file (text goes below the HEAD), the code, and the line of the finding.
FAULTS: dict[str, tuple[str | bytes, str, int | None]] = {
    "an empty file": (b"", "file-empty", 1),
    "white space only": (b" \n\n\t\n", "file-empty", 1),
    "Latin-1": (HEAD.encode() + b"\nCaf\xe9\n", "file-encoding", FIRST + 1),
    "UTF-16": (HEAD.encode("utf-16"), "file-encoding", 1),
    "a control character": ("one\ntwo\x1b\n", "file-control", FIRST + 1),
    "an unknown directive": ("Text.\n\n.. nonsense:: x\n", "directive-unknown", FIRST + 2),
    "an unknown role": ("Text,\n:nonsense:`x`.\n", "role-unknown", FIRST + 1),
    "emphasis not closed": ("Text\nand *more\n\nEnd.\n", "markup-unclosed", FIRST + 1),
    "a literal not closed": ("Text\nand ``more\n\nEnd.\n", "markup-unclosed", FIRST + 1),
    "a heading level skipped": (
        "One\n----\n\nTwo\n~~~~\n\nThree\n-----\n\nFour\n++++\n\nText.\n", "heading-level", FIRST + 9,
    ),
    "an image that is missing": ("Text.\n\n.. image:: no.png\n   :alt: None\n", "image-missing", FIRST + 2),
    "a note that is not defined": ("Text.\n\nMore\nwith a call [#none]_.\n", "note-undefined", FIRST + 3),
    "a number that is not defined": ("Text [7]_.\n", "note-undefined", FIRST),
    "a note that is never called": ("Text.\n\n.. [#a] Note.\n", "note-uncited", FIRST + 2),
    "a note that is defined twice": (
        "Text [#a]_.\n\n.. [#a] Note.\n.. [#a] Note.\n", "note-duplicate", FIRST + 3,
    ),
    "a link that leads nowhere": ("Text.\n\nSee nowhere_.\n", "target-unknown", FIRST + 2),
    "a file let in": ("Text.\n\n.. include:: /etc/passwd\n", "insertion-refused", FIRST + 2),
    "a link that runs something": ("Text `x <javascript:alert(1)>`__.\n", "link-scheme", FIRST),
    "an unknown infobox field": (
        ".. infobox:: A\n   :type: bilateral-relations\n\n   :party1: A\n   :party2: B\n   :misson1: C\n",
        "infobox-field-unknown", FIRST + 5,
    ),
    "an unknown infobox type": (
        ".. infobox:: A\n   :type: x\n\n   :a: b\n", "infobox-type-unknown", FIRST + 1,
    ),
    "a letter that no font has": ("One\n\ntwo\nthree \U00013000\n", "glyph-missing", FIRST + 3),
    "no date": (b"Title\n=====\n\n:language: en\n\nText.\n", "meta-date-missing", 1),
    "a date that is none": (b"Title\n=====\n\n:language: en\n:date: 2026-02-30\n", "meta-date-format", 5),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the last good editions of ``article.rst`` in ``build``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    for kind in ("pdf", "epub"):
        (tmp_path / "build" / f"article.{kind}").write_bytes(GOOD)
    return tmp_path


def untouched(folder: Path) -> bool:
    """Whether the last good editions are there, and nothing else."""
    return {path.name: path.read_bytes() for path in (folder / "build").iterdir()} == {
        "article.pdf": GOOD,
        "article.epub": GOOD,
    }


def write(folder: Path, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else (HEAD + content).encode()
    (folder / "article.rst").write_bytes(raw)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_an_error_with_its_place_and_the_last_good_editions_stay(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content, code, line = FAULTS[name]
    write(folder, content)
    assert main(["build", "article.rst"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    *findings, last = err.splitlines()
    assert any(finding.startswith(f"article.rst:{line}: error [{code}]: ") for finding in findings), err
    assert re.match(r"article\.rst: (1 error|\d+ errors), nothing built", last)
    assert "Traceback" not in err
    assert untouched(folder)


@pytest.mark.parametrize("name", each_nth(4, FAULTS))
def test_one_fault_is_one_error(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    write(folder, FAULTS[name][0])
    main(["build", "article.rst"])
    errors = [line for line in capsys.readouterr().err.splitlines() if ": error [" in line]
    assert len(errors) == 1


@pytest.mark.parametrize(
    ("name", "code"), [("missing.rst", "file-missing"), ("folder", "file-folder"), ("", "file-folder")]
)
def test_what_is_no_file_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, code: str
) -> None:
    (folder / "folder").mkdir()
    assert main(["build", name]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f": error [{code}]: " in err.splitlines()[0]
    assert untouched(folder)


def test_all_faults_are_reported_in_the_order_of_their_lines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        folder, "Call [#none]_.\n\n.. nonsense:: x\n\n:role:`x`\n\n.. image:: no.png\n   :alt: x\n\n*open\n"
    )
    assert main(["build", "article.rst"]) == 1
    *findings, last = capsys.readouterr().err.splitlines()
    assert [re.sub(r"\].*", "]", finding) for finding in findings] == [
        f"article.rst:{FIRST}: error [note-undefined]",
        f"article.rst:{FIRST + 2}: error [directive-unknown]",
        f"article.rst:{FIRST + 4}: error [role-unknown]",
        f"article.rst:{FIRST + 6}: error [image-missing]",
        f"article.rst:{FIRST + 9}: error [markup-unclosed]",
    ]
    assert last.startswith("article.rst: 5 errors, nothing built")


def test_messages_say_what_to_write_instead(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "A call [#kfro]_ and [#kfor]_.\n\n.. [#kfor] Note.\n")
    main(["build", "article.rst"])
    assert 'no note is called "kfro" (did you mean "kfor"?)' in capsys.readouterr().err


def test_the_command_itself_shows_no_traceback(folder: Path) -> None:
    write(folder, FAULTS["Latin-1"][0])
    done = despatch("build", "article.rst", folder=folder)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"article.rst:{FIRST + 1}: error [file-encoding]: ")
    assert len(done.stderr.splitlines()) == 2
    assert untouched(folder)


def test_what_fails_inside_is_one_line_and_the_last_good_editions_stay(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.write.xhtml.translator import Translator

    def fail(*_: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(Translator, "visit_paragraph", fail)
    write(folder, "Text.\n")
    assert main(["build", "article.rst"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "error [internal]: the edition could not be made (RuntimeError: first line second line)" in err
    assert len(err.splitlines()) == 2
    assert untouched(folder)


# What is accepted ----------------------------------------------------------------------------------------

PLAIN = "One [#a]_ *two*\nthree.\n\n- a\n- b\n\n.. [#a] Note.\n"


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="BOM"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), id="both"),
    ],
)
def test_line_ends_and_a_byte_order_mark_make_no_difference(
    folder: Path, finished: Callable[..., Result], convert: Callable[[str], bytes]
) -> None:
    plain = finished(PLAIN)
    write(folder, convert(HEAD + PLAIN))
    assert main(["build", "article.rst", "--to", "epub"]) == 0
    assert (folder / "build" / "article.epub").read_bytes() == plain.outputs[1].path.read_bytes()


def test_tabs_are_read_as_spaces_with_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "Text.\n\n\tquoted\n")
    assert main(["build", "article.rst", "--to", "epub"]) == 0
    assert f"article.rst:{FIRST + 2}: warning [file-tab]: " in capsys.readouterr().err
    quoted = EpubFile((folder / "build" / "article.epub").read_bytes()).find("//h:blockquote")
    assert ["".join(quote.itertext()).strip() for _, quote in quoted] == ["quoted"]


def test_an_article_without_a_title_takes_its_files_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "article.rst").write_text(":date: 2026-11-24\n:language: en\n\nText.\n")
    assert main(["build", "article.rst", "--to", "epub"]) == 0
    assert "warning [meta-title-missing]" in capsys.readouterr().err
    assert EpubFile((folder / "build" / "article.epub").read_bytes()).values("title") == ["article"]


# Drafts --------------------------------------------------------------------------------------------------

DRAFT = """\
Title
=====

:language: en

A call [#none]_ and a :nonsense:`role`, a link to nowhere_ and *open emphasis.

.. infobox:: Facts
   :type: bilateral-relations

   :party1: Belgium
   :party2: Kosovo
   :misson1: Pristina

.. nonsense:: x

.. image:: no.png
   :alt: A missing picture

One
---

Text.

Two
~~~

Text with a note. [#a]_

Three
-----

Four
++++

Text at the end.

.. [#a] Of the text.
.. [#b] Of nothing.
"""
SHOWN = (
    'no note is called "none"',
    'no role is called "nonsense"',
    'the link "nowhere" leads nowhere: no heading or place has this name',
    "* is opened and not closed: close it, or write \\* if you mean the sign itself",
    'an infobox of type "bilateral-relations" has no field "misson1" (did you mean "mission1"?)',
    'no directive is called "nonsense"',
    'there is no image "no.png"',
    "the article has no date: write it below the title, for example :date: 2026-11-24 (line 1)",
    "the note [#b] is never called: write [#b]_ where it belongs, or take it out",
)


@pytest.fixture(scope="session")
def draft(finished: Callable[..., Result]) -> Editions:
    result = finished(DRAFT, whole=True, draft=True)
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    return Editions(result, PdfFile(pdf), EpubFile(epub))


def test_a_draft_is_made_in_spite_of_errors_and_they_are_reported(draft: Editions) -> None:
    codes = {finding.code for finding in draft.result.findings if finding.is_error}
    assert codes >= {
        *("note-undefined", "role-unknown", "target-unknown", "markup-unclosed", "infobox-field-unknown"),
        *("directive-unknown", "image-missing", "heading-level", "note-uncited", "meta-date-missing"),
    }
    assert [output.path.suffix for output in draft.result.outputs] == [".pdf", ".epub"]


def test_the_command_exits_with_0_after_a_draft(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, FAULTS["an unknown role"][0])
    assert main(["build", "article.rst", "--to", "epub", "--draft"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("build/article.epub  1 chapter")
    assert "error [role-unknown]" in err
    assert (folder / "build" / "article.epub").read_bytes() != GOOD


@pytest.mark.parametrize("message", SHOWN)
def test_a_draft_shows_what_is_wrong_in_print(draft: Editions, message: str) -> None:
    assert stands_in(message, draft.pdf.everything)


@pytest.mark.parametrize("message", SHOWN)
def test_a_draft_shows_what_is_wrong_in_the_ebook(draft: Editions, message: str) -> None:
    assert message in draft.epub.text


def test_a_draft_keeps_the_text_around_its_faults(draft: Editions) -> None:
    for text in ("Text at the end.", "Of the text.", "open emphasis.", "Belgium"):
        assert stands_in(text, draft.pdf.everything)
        assert text in draft.epub.text


@pytest.mark.slow
def test_a_draft_is_a_valid_ebook(draft: Editions) -> None:
    assert epubcheck(draft.result.outputs[1].path) == []
