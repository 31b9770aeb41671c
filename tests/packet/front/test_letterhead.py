"""The letterhead of a desk on the cover of a packet: in both editions, and known to the check."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pikepdf
import pytest

from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.desks import LOGO
from tests.support.readback import EpubFile

pytestmark = pytest.mark.usefixtures("one_process")

MANIFEST = """\
title = "Visit"
for = "The Minister"
date = 2026-11-24
originator = "Europe Desk"
language = "en"

[[section]]
title = "Papers"
[[section.item]]
article = "../plain.rst"
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a letterhead, and its packet."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "source" / "packets").mkdir(parents=True)
    (folder / "styles").mkdir()
    (folder / "styles" / "letterhead.toml").write_text('logo = "logo.svg"\nalt = "Ministry"\n')
    (folder / "styles" / "logo.svg").write_text(LOGO)
    (folder / "source" / "plain.rst").write_text(HEAD + "Text.\n")
    (folder / "source" / "packets" / "visit.toml").write_text(MANIFEST)
    done = despatch("packet", "visit", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_both_covers_show_it(desk: Path) -> None:
    with pikepdf.open(desk / "build" / "visit" / "visit.pdf") as pdf:
        first = pdf.pages[0].obj
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[int(first.StructParents)]
        figures = [one for one in parents if one.get("/S") == "/Figure"]
        assert [str(one.Alt) for one in figures] == ["Ministry"]
    book = EpubFile((desk / "build" / "visit" / "visit.epub").read_bytes())
    shown = [(href, image.get("alt")) for href, image in book.find("//h:div[@class='letterhead']/h:img")]
    assert [alt for href, alt in shown if "item" not in href] == ["Ministry"]


def test_the_check_sees_it_and_its_loss(desk: Path) -> None:
    done = despatch("check", "visit", "--no-validators", folder=desk)
    assert done.returncode == 0, done.stderr
    path = desk / "build" / "visit" / "visit.epub"
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        files = {item: book.read(item) for item in book.infolist()}
    with zipfile.ZipFile(path, "w") as book:
        for item, data in files.items():
            lost = item.filename == "EPUB/title.xhtml"
            book.writestr(item, data.replace(b'alt="Ministry"', b'alt="Lion"') if lost else data)
    done = despatch("check", "visit", "--no-validators", folder=desk)
    path.write_bytes(whole)
    assert done.returncode == 1
    assert 'its cover has "Lion", and the desk has the letterhead "Ministry"' in done.stderr + done.stdout


@pytest.mark.slow
def test_a_logo_that_is_not_there_is_told(desk: Path, tmp_path: Path) -> None:
    for name in ("source/packets", "styles"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "source" / "plain.rst").write_text(HEAD.rstrip("\n") + "\n:logo: no\n\nText.\n")
    (tmp_path / "source" / "packets" / "visit.toml").write_text(MANIFEST)
    (tmp_path / "styles" / "letterhead.toml").write_text('logo = "absent.svg"\nalt = "Ministry"\n')
    done = despatch("packet", "visit", folder=tmp_path)
    assert 'the logo "absent.svg" of styles/letterhead.toml can\'t be used' in done.stderr
    assert "Traceback" not in done.stderr
