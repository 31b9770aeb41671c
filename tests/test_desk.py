"""A desk: its own look over the built-in one, seen in the finished files, and its cache."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pikepdf
import pytest

from pipeline import cli, styles
from pipeline.article_store import build, program_and_look
from pipeline.build import Order
from pipeline.desk import Desk, at, desk_of
from pipeline.files import cache
from pipeline.look.edition_sheets import sheets
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from pipeline.svg.rewrite import for_edition
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.desks import ACCENT, ARTICLE, LOGO, font, has_colour, in_pdf, make_desk
from tests.support.drawn_papers import text_of
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
        dark = archive.read("EPUB/dark.css").decode()
        names = archive.namelist()
        logos = [member for member in names if member.endswith(".svg")]
        files = [member for member in names if member.endswith(".ttf")]
        assert [archive.read(logo) for logo in logos] == [for_edition("logo.svg", LOGO.encode())]
        assert [archive.read(file) for file in files] == [font()]
        package = archive.read("EPUB/content.opf").decode()
    assert f"color: {ACCENT};" in css
    for member in (*logos, *files):
        assert f'url("{member.removeprefix("EPUB/")}")' in css
    assert 'media-type="font/ttf"' in package
    assert 'media-type="image/svg+xml"' in package
    # Our colours for dark mode follow the desk's, which would not be legible there.
    assert ACCENT not in dark


def test_words_and_fields_are_the_desks(built: Path) -> None:
    text = text_of(built / "build" / "visit.pdf")
    with zipfile.ZipFile(built / "build" / "visit.epub") as archive:
        page = archive.read("EPUB/article.xhtml").decode()
    for edition in (" ".join(text.split()), page):
        assert "Who comes" in edition
        assert "Remarks" in edition


@pytest.mark.slow
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
    drawn, _, _ = in_pdf(packet)
    assert has_colour(drawn, ACCENT)
    assert not has_colour(drawn, "#1d3c62")


# How the two are laid over one another -------------------------------------------------------------------


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


@pytest.mark.parametrize("written", ["A5", pytest.param("a5", marks=pytest.mark.slow)])
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
    assert "color: #0b0c0d" in css
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
    before = program_and_look()
    (desk / "theme.css").write_text(":root { --accent: red; }")
    assert program_and_look() != before


# The cache -----------------------------------------------------------------------------------------------


@pytest.mark.slow
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


@pytest.mark.slow
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
