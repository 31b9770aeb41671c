"""From a file to text: what is accepted, what is refused, and on which line."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.desk import source_root
from pipeline.findings import Finding
from pipeline.read.input.decoding import decode, read_text
from pipeline.read.reader import read
from tests.support.articles import HEAD, Read


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def test_a_missing_file_is_reported_with_the_articles_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "kosovo.rst").write_text("x")
    article, findings = read(tmp_path / "kosvo.rst")
    assert article is None
    assert (only(findings).code, only(findings).line) == ("file-missing", None)
    assert "kosovo.rst" in only(findings).message


def test_a_missing_file_in_a_missing_folder_is_reported(tmp_path: Path) -> None:
    assert only(read(tmp_path / "no" / "such.rst")[1]).code == "file-missing"


def test_a_folder_is_reported(tmp_path: Path) -> None:
    article, findings = read(tmp_path)
    assert article is None
    assert only(findings).code == "file-folder"


def test_a_path_through_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert only(read(tmp_path / "file" / "a.rst")[1]).code == "file-missing"


def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", name)

    monkeypatch.setattr("pipeline.read.input.decoding._open_at_once", refuse)
    finding = only(read(tmp_path / "a.rst")[1])
    assert finding.code == "file-missing"
    assert "Permission denied" in finding.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"note-\xff.rst", "file-encoding"),
        (b"note\nverbale.rst", "file-control"),
        (b"note-\x1b[31m.rst", "file-control"),
        ("note-\u202etsr.rst".encode(), "file-direction"),
    ],
)
def test_a_name_that_no_edition_can_bear_is_reported(name: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_text(HEAD + "Text.\n")
    for draft in (False, True):
        article, findings = read(path, draft=draft)
        assert article is None
        assert (only(findings).code, only(findings).line) == (code, None)


@pytest.mark.parametrize("raw", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_a_file_without_text_is_empty(raw: bytes) -> None:
    assert only(decode(raw, "a")[1]).code == "file-empty"


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        pytest.param("Café\n".encode("latin-1"), 1, id="Latin-1"),
        pytest.param(b"one\ntwo\nthr\xffe\nfour \xff\n", 3, id="the first bad byte counts"),
        pytest.param(b"one\rtwo\rthr\xffe\r", 3, id="CR ends lines"),
        pytest.param(b"one\r\ntwo\r\nthr\xffe\r\n", 3, id="CRLF ends one line"),
        pytest.param(b"one\n\xed\xa0\x80\n", 2, id="a surrogate"),
        pytest.param(b"one\n\xc3", 2, id="cut off"),
    ],
)
def test_what_is_not_utf8_is_reported_on_its_line(raw: bytes, line: int) -> None:
    text, findings = decode(raw, "a")
    assert text == ""
    assert (only(findings).code, only(findings).line) == ("file-encoding", line)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_called_by_its_name(encoding: str) -> None:
    finding = only(decode(HEAD.encode(encoding), "a")[1])
    assert finding.code == "file-encoding"
    assert "UTF-16" in finding.message


@pytest.mark.parametrize("page", ["<!DOCTYPE html>\n<html>", "\ufeff<HTML>", '<?xml version="1.0"?>'])
def test_a_page_of_the_web_is_called_by_its_name(tmp_path: Path, page: str) -> None:
    (tmp_path / "a.rst").write_text(f"{page}\n<p>x</p>\n", encoding="utf-8")
    finding = only(read_text(tmp_path / "a.rst", "a")[1])
    assert (finding.code, finding.line) == ("file-encoding", 1)
    assert "a page of HTML" in finding.message


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"], ids=["LF", "CRLF", "CR", "CRCRLF"])
def test_line_ends_and_byte_order_marks_make_no_difference(start: str, end: str) -> None:
    text = HEAD + "One\ntwo.\n\n- a\n- b\n"
    assert decode((start + text).replace("\n", end).encode(), "a") == (text, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_the_tree_is_the_same_for_all_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = HEAD + "One [#a]_\ntwo.\n\n.. [#a] Note.\n"
    path = tmp_path / "a.rst"
    path.write_bytes(text.encode())
    plain, _ = read(path)
    path.write_bytes(text.replace("\n", end).encode(encoding))
    article, findings = read(path)
    assert findings == []
    assert article is not None
    assert plain is not None
    assert article.document.pformat() == plain.document.pformat()


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0e", "\x1b", "\x7f", "\x9f", "\ufffe", "\uffff"])
def test_a_control_character_is_reported_and_replaced(character: str) -> None:
    text, findings = decode(f"one\ntwo{character}\nthree".encode(), "a")
    assert text == "one\ntwo\ufffd\nthree"
    assert (only(findings).code, only(findings).line) == ("file-control", 2)
    assert f"U+{ord(character):04X}" in only(findings).message


def test_a_control_character_is_reported_once_a_line() -> None:
    findings = decode(b"a\x1bb\x1bc\nd\x1b\n", "a")[1]
    assert [finding.line for finding in findings] == [1, 2]


def test_tabs_are_a_warning_on_the_first_of_their_lines() -> None:
    finding = only(decode(b"one\n\ttwo\n\tthree\n", "a")[1])
    assert (finding.code, finding.line, finding.is_error) == ("file-tab", 2, False)


def test_an_article_with_tabs_is_read(read_text_article: Callable[..., Read]) -> None:
    article, found, _ = read_text_article("Text.\n\n\tquoted\n")
    assert article is not None
    assert found == [("file-tab", 3)]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_line_separators_of_unicode_do_not_shift_line_numbers(
    read_text_article: Callable[..., Read], character: str
) -> None:
    article, found, _ = read_text_article(f"one{character}two\n\nthree *four\n")
    assert article is None
    soft = [("markup-misread", 1)] if character == "\u2028" else []  # the end of a line within a paragraph
    assert found == [*soft, ("markup-unclosed", 3)]


def test_a_draft_is_made_of_a_text_with_control_characters(read_text_article: Callable[..., Read]) -> None:
    article, found, _ = read_text_article("one\x1btwo\n", draft=True)
    assert article is not None
    assert "one\ufffdtwo" in article.document.astext()
    assert found == [("file-control", 1)]


def test_no_draft_is_made_of_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_bytes(b"caf\xe9")
    assert read(path, draft=True)[0] is None


def test_findings_name_the_file_as_the_author_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.rst").write_text(HEAD + "x [#a]_\n\ny |z|\n")
    assert {finding.source for finding in read(Path("a.rst"))[1]} == {"a.rst"}
    assert {finding.source for finding in read_text(Path("b.rst"), "b.rst")[1]} == {"b.rst"}


def test_the_source_root_is_the_nearest_folder_named_source(tmp_path: Path) -> None:
    assert source_root(tmp_path / "source" / "deep" / "er" / "a.rst") == tmp_path / "source"


def test_the_source_root_is_the_articles_folder_where_none_is_named_source(tmp_path: Path) -> None:
    assert source_root(tmp_path / "articles" / "a.rst") == tmp_path / "articles"


CONFIG = "[general]\nraw_enabled: yes\nfile_insertion_enabled: yes\nlanguage_code: de\nreport_level: 1\n"
CONFIG += "halt_level: 1\n[parsers]\n[restructuredtext parser]\nsmart_quotes: yes\ntab_width: 2\n"


@pytest.mark.parametrize("place", ["working folder", "home", "variable"])
def test_a_docutils_configuration_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    path = tmp_path / "a.rst"
    path.write_text(HEAD + f'.. include:: {tmp_path}/secret.txt\n\n.. raw:: html\n\n   <b>\n\n"x"\n')
    before, findings_before = read(path, draft=True)
    folder = tmp_path / "config"
    folder.mkdir()
    for name in ("docutils.conf", ".docutils"):
        (folder / name).write_text(CONFIG)
    if place == "working folder":
        monkeypatch.chdir(folder)
    elif place == "home":
        monkeypatch.setenv("HOME", str(folder))
    else:
        monkeypatch.setenv("DOCUTILSCONFIG", str(folder / "docutils.conf"))
    after, findings_after = read(path, draft=True)
    assert before is not None
    assert after is not None
    assert after.document.pformat() == before.document.pformat()
    assert findings_after == findings_before
    assert [finding.code for finding in findings_after] == ["insertion-refused", "raw-refused"]
    assert "SECRET" not in after.document.pformat()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        pytest.param("|a|\n\n.. |a| replace:: |b|\n", "substitution-undefined", 3, id="substitution by none"),
        pytest.param("x\n\n.. math:: _\n", "rst-error", 3, id="math: _"),
        pytest.param("x\n\n.. math:: &\n", "rst-error", 3, id="math: &"),
        pytest.param("x\n\n.. math:: \\end{cases}\n", "rst-error", 3, id="math: end"),
        pytest.param("x\ny :math:`\\end{cases}`\n", "rst-error", 2, id="math in a line"),
        pytest.param("x\n\n.. math:: \\nonsense{\n", "rst-error", 3, id="math: no LaTeX"),
        pytest.param("x\n\n" + "1" * 5000 + ". x\n", "rst-crash", 3, id="5,000 digits"),
    ],
)
def test_what_crashes_docutils_is_a_finding_on_its_line(
    read_text_article: Callable[..., Read], text: str, code: str, line: int
) -> None:
    article, found, _ = read_text_article(text)
    assert article is None
    assert found == [(code, line)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- " * 165 + "x\n", id="lists"),
        pytest.param("".join(" " * depth + "x\n\n" for depth in range(200)), id="quotes"),
    ],
)
def test_nesting_too_deep_for_docutils_is_a_finding(
    read_text_article: Callable[..., Read], text: str
) -> None:
    article, _, findings = read_text_article(text)
    assert article is None
    assert only(findings).code == "limit-nesting"
    assert "levels deep one in another" in only(findings).message


@pytest.mark.parametrize("number", ["0x1b", "0xfffe", "0xd800", "0x9f"])
def test_a_character_that_unicode_makes_is_refused_too(
    read_text_article: Callable[..., Read], number: str
) -> None:
    text = f".. |x| unicode:: {number}\n\none\ntwo |x|\n"
    assert read_text_article(text).found == [("file-control", 4)]
    draft = read_text_article(text, draft=True).article
    assert draft is not None
    assert "\ufffd" in draft.document.astext()
    draft.document.asdom().toxml().encode()


def test_backslashes_leave_nothing_behind(read_text_article: Callable[..., Read]) -> None:
    article, _, findings = read_text_article("H\\ :sub:`2`\\ O, 2 \\* 3, \\\\, ``\\x``\n")
    assert findings == []
    assert article is not None
    assert "H2O, 2 * 3, \\, \\x" in article.document.astext()
    assert "\x00" not in article.document.asdom().toxml()
