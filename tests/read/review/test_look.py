"""What is wrong with the look of a desk is found when an article is read; what its fonts allow."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from pipeline.article_store import build
from pipeline.build import Order
from pipeline.look import fonts
from pipeline.look.edition_sheets import sheets
from pipeline.read.reader import read
from tests.support.articles import HEAD
from tests.support.desks import FAMILY, LOGO, font, has_colour, in_pdf, make_desk

pytestmark = pytest.mark.usefixtures("one_process")

# What is refused -----------------------------------------------------------------------------------------


def found_in(desk: Path) -> list[tuple[str, str, int | None]]:
    """Code, file and line of what is found about the look, when an article is read."""
    path = desk.parent / "source" / "a.rst"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "Text.\n")
    return [(finding.code, Path(finding.source).name, finding.line) for finding in read(path)[1]]


@pytest.mark.parametrize(
    "sheet",
    [
        "h1 { background: url(https://example.org/a.png) }",
        "h1 { background: url('//example.org/a.png') }",
        "h1 { background: u\\72l(https://example.org/a.png) }",
        "h1 { background: url(data:image/png;base64,AAAA) }",
        "h1 { background: url(../secret.svg) }",
        "h1 { background: url(/etc/passwd) }",
        "h1 { background: url(%2e%2e/secret.svg) }",
        "h1 { background: url(file:///etc/passwd) }",
        "@import 'https://example.org/a.css';",
        "@import url(other.css);",
        "h1 { background: image-set('https://example.org/a.png' 1x) }",
        "@font-face { font-family: X; src: url(https://example.org/a.woff2) }",
        "h1 { background: url(link.svg) }",
    ],
)
def test_nothing_outside_the_look_is_named(desk: Path, sheet: str) -> None:
    (desk.parent / "secret.svg").write_text(LOGO)
    (desk / "link.svg").symlink_to(desk.parent / "secret.svg")
    (desk / "theme.css").write_text(f"/* first line */\n{sheet}\n")
    assert set(found_in(desk)) == {("style-outside", "theme.css", 2)}


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("theme.css", b"h1 { color: \xff }", "style-file", None),
        ("theme.css", b"h1 { background: url(none.svg) }", "style-missing", 1),
        ("theme.css", b"\n\nh1 { background: url(notes.txt) }", "style-file", 3),
        ("theme.css", b"h1 { background: url(odd.svg) }", "style-file", None),
        ("paper/a5.css", b"@page { background: url(https://example.org) }", "style-outside", 1),
        ("labels.toml", b'[en]\nnotes = "a"\nnotes = "b"\n', "style-file", 3),
        ("labels.toml", b'en = "English"\n', "style-file", 1),
        ("labels.toml", b'[en]\nnots = "Notes"\n', "style-file", 2),
        ("labels.toml", b"[en]\nnotes = 3\n", "style-file", 2),
        ("labels.toml", b'[en]\npage = "{0.__class__}"\n', "style-file", 2),
        ("labels.toml", b'[en]\npage = "{page"\n', "style-file", 2),
        ("labels.toml", b'\n[english]\nnotes = "Notes"\n', "style-file", 2),
        ("numbers.toml", b'[fr]\n\n[german]\nfigure = "Abb."\n', "style-file", 3),
        ("markings.toml", b'\n[[levels]]\nnames = ["Public"]\n', "style-file", 2),
        ("infobox/city.toml", b'title = "City"\n\n[row]\nname = "a"\nlabel = "A"\n', "style-file", 3),
        ("infobox/city.toml", b'title = "City"\n\n[[row]]\nname = "a"\nlable = "A"\n', "style-file", 5),
        ("letters.toml", b'sv = "z"\n', "style-file", 1),
        ("markings.toml", b'level = "Secret"\n', "style-file", 1),
        ("infobox/city.toml", b"title = \n", "style-file", 1),
        ("ebook.css", b"p { color: red; }\np { display: grid }", "style-portable", 2),
        ("them.css", b"", "style-unknown", None),
        ("label.toml", b"", "style-unknown", None),
        ("fonts/a.ttf", b"no font", "font-broken", None),
    ],
)
def test_what_is_wrong_with_a_file_is_found(
    desk: Path, name: str, content: bytes, code: str, line: int | None
) -> None:
    (desk / "notes.txt").write_text("text")
    (desk / "odd.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    (desk / name).parent.mkdir(exist_ok=True)
    (desk / name).write_bytes(content)
    where = "odd.svg" if b"odd.svg" in content else Path(name).name
    assert found_in(desk) == [(code, where, line)]


def test_a_link_or_a_pipe_is_no_style_sheet(desk: Path) -> None:
    (desk.parent / "secret.css").write_text("h1 { color: red }")
    (desk / "theme.css").symlink_to(desk.parent / "secret.css")
    os.mkfifo(desk / "text.css")
    assert sorted(found_in(desk)) == [("style-file", "text.css", None), ("style-outside", "theme.css", None)]
    assert not any(sheet.own for sheet in sheets("theme", "text"))


def test_a_look_that_lies_outside_the_desk_is_not_taken(tmp_path: Path) -> None:
    make_desk(tmp_path / "other", face=False)
    (tmp_path / "desk" / "source").mkdir(parents=True)
    (tmp_path / "desk" / "styles").symlink_to(tmp_path / "other" / "styles")
    path = tmp_path / "desk" / "source" / "a.rst"
    path.write_text(HEAD + "Text.\n")
    (result,) = build([path], Order(folder=tmp_path / "out"))
    assert [finding.code for finding in result.findings] == ["style-outside"]


def test_a_rule_that_the_typesetter_does_not_know_is_told_with_its_line(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    (tmp_path / "styles" / "theme.css").write_text(":root { --accent: red; }\n\nh1 { colour: red }\n")
    (result,) = build([tmp_path / "source" / "visit.rst"], Order(("pdf",), tmp_path / "out"))
    found = {(finding.code, Path(finding.source).name, finding.line) for finding in result.findings}
    assert found == {("layout-warning", "theme.css", 3)}


def test_a_draft_is_set_in_the_built_in_look_while_that_of_the_desk_is_faulty(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    (tmp_path / "styles" / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    article = tmp_path / "source" / "visit.rst"
    (result,) = build([article], Order(folder=tmp_path / "out"))
    assert [finding.code for finding in result.findings] == ["style-file"]
    assert result.failed
    (result,) = build([article], Order(folder=tmp_path / "out", draft=True))
    assert not result.failed
    with zipfile.ZipFile(tmp_path / "out" / "visit.epub") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".svg")]
    drawn, _, size = in_pdf(tmp_path / "out" / "visit.pdf")
    assert has_colour(drawn, "#1d3c62")
    assert size == (595, 842)


# Fonts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "version", "allowed"),
    [
        (0x0000, 4, True),
        (0x0002, 4, False),
        (0x0004, 4, True),
        (0x0008, 4, True),
        (0x000A, 4, False),
        (0x000A, 2, True),
        (0x0100, 4, False),
        (0x0200, 4, False),
    ],
)
def test_licence_bits(bits: int, version: int, allowed: bool) -> None:
    assert (fonts.licence_fault(bits, version) == "") is allowed


def test_a_font_that_may_not_be_embedded_is_in_no_edition(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    (tmp_path / "styles" / "fonts").mkdir()
    (tmp_path / "styles" / "fonts" / "own.ttf").write_bytes(font(licence=2))
    rule = f'@font-face {{ font-family: "{FAMILY}"; src: url(fonts/own.ttf); }}\n'
    with (tmp_path / "styles" / "theme.css").open("a") as file:
        file.write(rule)
    (result,) = build([tmp_path / "source" / "visit.rst"], Order(folder=tmp_path / "out"))
    assert [(one.code, Path(one.source).name) for one in result.findings] == [("font-licence", "own.ttf")]
    assert not any("Desk" in face for face in in_pdf(tmp_path / "out" / "visit.pdf")[1])
    with zipfile.ZipFile(tmp_path / "out" / "visit.epub") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".ttf")]
        assert b"font-face" not in archive.read("EPUB/style.css")


def test_a_rule_of_the_desks_own_is_not_written_twice(desk: Path) -> None:
    (desk / "fonts").mkdir()
    (desk / "fonts" / "own.ttf").write_bytes(font())
    (desk / "theme.css").write_text(f'html {{ font-family: "{FAMILY}" }}\n')
    assert "".join(sheet.text for sheet in sheets("theme")).count("@font-face") == 1
    with (desk / "theme.css").open("a") as file:
        file.write(f'@font-face {{ font-family: "{FAMILY}"; src: url("fonts/own.ttf") }}\n')
    assert "".join(sheet.text for sheet in sheets("theme")).count("@font-face") == 1
    (desk / "theme.css").write_text("html { color: black }\n")
    assert "@font-face" not in "".join(sheet.text for sheet in sheets("theme"))


def test_a_character_that_only_the_desks_font_has_is_drawn(desk: Path) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    from pipeline.write.engine.fonts import uncovered

    letter = "\U00016a40"  # a letter of Mro
    assert uncovered(letter) == {letter: 0}
    pen = TTGlyphPen(None)
    for place, move in enumerate([(0, 0), (500, 0), (500, 700)]):
        (pen.lineTo if place else pen.moveTo)(move)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "mro"])
    builder.setupCharacterMap({ord(letter): "mro"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "mro": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "mro": (600, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Mro Face", "styleName": "Regular"})
    builder.setupOS2(fsType=0)
    builder.setupPost()
    (desk / "fonts").mkdir()
    builder.save(desk / "fonts" / "mro.ttf")
    assert uncovered(letter) == {}
