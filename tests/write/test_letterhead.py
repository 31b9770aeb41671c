"""The letterhead: an image above the title in both editions, of the article or of its desk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.desks import LOGO
from tests.support.readback import EpubFile


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a letterhead and both editions of two articles, one with a logo of its own."""
    folder = tmp_path_factory.mktemp("letterhead")
    for name in ("source", "styles"):
        (folder / name).mkdir()
    (folder / "styles" / "letterhead.toml").write_text('logo = "logo.svg"\nalt = "Ministry"\n')
    (folder / "styles" / "logo.svg").write_text(LOGO)
    Image.new("RGB", (90, 30), "darkred").save(folder / "source" / "mark.jpg", exif=_place())
    (folder / "source" / "plain.rst").write_text(HEAD + "Text. [#a]_\n\n.. [#a] One.\n")
    own = HEAD.rstrip("\n") + "\n:logo: mark.jpg\n:logo-alt: Mark of the desk\n\n"
    (folder / "source" / "own.rst").write_text(own + "Text. [#a]_\n\n.. [#a] One.\n")
    (folder / "source" / "none.rst").write_text(HEAD.rstrip("\n") + "\n:logo: no\n\nText.\n")
    assert despatch("build", "plain", "own", "none", folder=folder).returncode == 0
    return folder


def _place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "taken in a secret place"
    return exif


def figures(path: Path) -> Iterator[str]:
    """The alternative texts of a PDF's figures, in their order."""
    with pikepdf.open(path) as pdf:

        def walk(node: Any) -> Iterator[str]:
            if isinstance(node, pikepdf.Dictionary):
                if node.get("/S") == "/Figure":
                    yield str(node.get("/Alt"))
                kids = node.get("/K")
                for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                    yield from walk(kid)

        yield from walk(pdf.Root.StructTreeRoot)


@pytest.mark.parametrize(
    ("name", "alt"), [("plain", ["Ministry"]), ("own", ["Mark of the desk"]), ("none", [])]
)
def test_both_editions_have_it(folder: Path, name: str, alt: list[str]) -> None:
    assert list(figures(folder / "build" / f"{name}.pdf")) == alt
    book = EpubFile((folder / "build" / f"{name}.epub").read_bytes())
    shown = book.find("//h:div[@class='letterhead']/h:img")
    assert [element.get("alt") for _, element in shown] == alt
    assert {href.rpartition("/")[2] for href, _ in shown} <= {"title.xhtml"}


def test_the_cover_of_the_ebook_shows_it(folder: Path) -> None:
    def colours(name: str) -> set[tuple[int, ...]]:
        with zipfile.ZipFile(folder / "build" / f"{name}.epub") as book:
            data = next(book.read(one) for one in book.namelist() if one.endswith("cover.png"))
        picture = Image.open(BytesIO(data)).convert("RGB")
        found = picture.getcolors(1 << 24) or []
        return {colour for count, colour in found if count > 500}  # type: ignore[misc]

    def near(wanted: tuple[int, int, int], name: str) -> bool:
        return any(max(abs(a - b) for a, b in zip(wanted, one, strict=True)) < 12 for one in colours(name))

    assert near((0, 0xAA, 0x33), "plain")
    assert near((139, 0, 0), "own")
    assert not near((0, 0xAA, 0x33), "none")


def test_what_a_photo_says_of_itself_stays_out(folder: Path) -> None:
    for ending in ("pdf", "epub"):
        assert b"secret place" not in (folder / "build" / f"own.{ending}").read_bytes()


def test_the_check_compares_it(folder: Path, tmp_path: Path) -> None:
    done = despatch("check", "plain", "--no-validators", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "images 1 = 1 = 1" in done.stdout
    with (
        zipfile.ZipFile(folder / "build" / "plain.epub") as old,
        zipfile.ZipFile(tmp_path / "plain.epub", "w") as new,
    ):
        for one in old.infolist():
            data = old.read(one)
            if one.filename.endswith("title.xhtml"):
                start = data.index(b"<img")
                data = data[:start] + data[data.index(b">", start) + 1 :]
            new.writestr(one, data)
    (tmp_path / "plain.pdf").write_bytes((folder / "build" / "plain.pdf").read_bytes())
    done = despatch("check", "plain", "--no-validators", "-o", str(tmp_path), folder=folder)
    assert done.returncode == 1
    assert "images 1 = 1 ≠ 0" in done.stdout


@pytest.mark.parametrize(
    ("fields", "style", "said"),
    [
        (":logo: mark.jpg", "", "article.rst:6: error [image-alt-missing]: "),
        (":logo: mark.jpg", "", "say what it shows, with :logo-alt:"),
        (":logo: mark.jpeg\n:logo-alt: M", "", 'there is no image "mark.jpeg" (did you mean "mark.jpg"?)'),
        (":logo: ../x.png\n:logo-alt: M", "", "[image-outside]"),
        ("", 'logo = "logo.svg"', "with alt in styles/letterhead.toml"),
        ("", 'logo = "logo.sgv"\nalt = "M"', 'there is no file "logo.sgv" in styles, as letterhead.toml'),
        ("", 'logo = "../secret.svg"\nalt = "M"', "[style-outside]"),
        ("", 'logo = ["logo.svg"]', '"logo" can\'t stand there: write logo = "…"'),
        ("", 'logos = "logo.svg"', "[style-file]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_told(
    folder: Path, tmp_path: Path, fields: str, style: str, said: str
) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "source").mkdir()
    (tmp_path / "secret.svg").write_text(LOGO)
    (tmp_path / "styles" / "logo.svg").write_text(LOGO)
    (tmp_path / "source" / "mark.jpg").write_bytes((folder / "source" / "mark.jpg").read_bytes())
    (tmp_path / "styles" / "letterhead.toml").write_text(style)
    (tmp_path / "source" / "article.rst").write_text(HEAD.rstrip("\n") + f"\n{fields}\n\nText.\n")
    done = despatch("tree", "article", folder=tmp_path)
    assert said in done.stderr
