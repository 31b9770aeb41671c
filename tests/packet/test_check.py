"""`despatch check` on packets: a good one passes, and damage to it is named."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from pipeline import cli
from pipeline.build import Order, build_one
from pipeline.limits import Limits
from pipeline.packet.check import _examine, examine
from pipeline.packet.make import PacketOrder, make_packet
from tests.support.packets import sample
from tests.support.paths import REPOSITORY

pytestmark = pytest.mark.usefixtures("one_process")

Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds ``source`` and ``build`` of the sample packet."""
    return sample(tmp_path_factory)[0]


@pytest.fixture
def copy(packet: Path, tmp_path: Path) -> Path:
    """A copy of it that may be damaged."""
    shutil.copytree(packet, tmp_path / "copy")
    return tmp_path / "copy"


def found(folder: Path) -> list[tuple[str, str]]:
    """Code and message of what is found in a packet."""
    report = _examine(folder / "source" / "packets" / "visit.toml", folder / "build", False, False)
    return [(finding.code, finding.message) for finding in report.findings]


def test_a_good_packet_passes(packet: Path) -> None:
    manifest = packet / "source" / "packets" / "visit.toml"
    report = examine(manifest, packet / "build", Limits(), validators=False)
    assert [str(finding) for finding in report.findings] == []
    assert [name for name, _ in report.tables] == [
        *("A.1 How to read *this*", "A.2 Belgium in brief", "A.3 Luxembourg", "Z.4 Dot"),
    ]
    for _, table in report.tables:
        assert re.search(r"words (\d+) = \1 = \1", table), table
        assert "≠" not in table


@pytest.mark.slow
def test_the_validators_are_silent(packet: Path) -> None:
    manifest = packet / "source" / "packets" / "visit.toml"
    assert examine(manifest, packet / "build", Limits()).findings == []


@pytest.mark.slow
def test_the_packet_of_the_project_passes(tmp_path: Path) -> None:
    """As `make packet` makes it: first the annex, then the packet; nothing is found in either."""
    shutil.copytree(REPOSITORY / "source", tmp_path / "source")
    annexes = tmp_path / "source" / "packets" / "annexes"
    order = Order(("pdf",), annexes, paper="letter", attachments=False)
    assert build_one(annexes / "treaties.rst", order).findings == []
    manifest = tmp_path / "source" / "packets" / "belgium.toml"
    result = make_packet(manifest, PacketOrder(tmp_path / "build", jobs=2))
    # One paper of it is to follow: the sample shows how that is written.
    assert (result.failed, [one.code for one in result.findings]) == (False, ["packet-to-follow"])
    assert examine(manifest, tmp_path / "build", Limits()).findings == []


# Damage --------------------------------------------------------------------------------------------------


def in_pdf(change: Callable[[Pdf], None]) -> Damage:
    """A damage to the PDF."""

    def damage(folder: Path) -> None:
        path = folder / "build" / "visit" / "visit.pdf"
        data = path.read_bytes()
        with pikepdf.open(BytesIO(data)) as pdf:
            change(pdf)
            pdf.save(path)

    return damage


def in_epub(name: str, old: str, new: str) -> Damage:
    """A damage to a file of the ebook: text that is replaced once."""

    def damage(folder: Path) -> None:
        path = folder / "build" / "visit" / "visit.epub"
        old_files = zipfile.ZipFile(BytesIO(path.read_bytes()))
        with zipfile.ZipFile(path, "w") as files:
            for item in old_files.infolist():
                data = old_files.read(item)
                if item.filename == f"EPUB/{name}":
                    text = data.decode()
                    assert old in text, old
                    data = text.replace(old, new, 1).encode()
                files.writestr(item, data)

    return damage


def in_article(old: str, new: str) -> Damage:
    """A change of an article after the packet was made."""

    def damage(folder: Path) -> None:
        path = folder / "source" / "two.rst"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return damage


def _without_labels(pdf: Pdf) -> None:
    del pdf.Root.PageLabels


def _other_labels(pdf: Pdf) -> None:
    pdf.Root.PageLabels.Nums[1].St = 2


def _links_of_the_index(pdf: Pdf) -> list[Any]:
    return [note for note in pdf.pages[1].obj.Annots if note.Subtype == "/Link"]


def _index_leads_elsewhere(pdf: Pdf) -> None:
    for link in _links_of_the_index(pdf):
        for key in ("/A", "/Dest"):
            if key in link:
                del link[key]
        link.Dest = pikepdf.Array([pdf.pages[0].obj, Name.Fit])


def _no_links_in_the_index(pdf: Pdf) -> None:
    for link in _links_of_the_index(pdf):
        for key in ("/A", "/Dest"):
            if key in link:
                del link[key]


def _without_bookmarks(pdf: Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root[-1].children.pop()


def _without_stamps(pdf: Pdf) -> None:
    page = pdf.pages[3].obj
    page.Contents = pikepdf.Array(list(page.Contents)[:-1])


def _without_a_paragraph(pdf: Pdf) -> None:
    """Take a part of an article out of the structure."""
    stack = [pdf.Root.StructTreeRoot.K]
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Array):
            stack += list(item)
        elif isinstance(item, Dictionary) and "/S" in item:
            if str(item.get("/ID", "")) == "item-1-3":
                whole = item.K[0]
                whole.K = pikepdf.Array(list(whole.K)[:1])
                return
            stack.append(item.get("/K", pikepdf.Array()))
    raise AssertionError("no such part")


def _without_record(pdf: Pdf) -> None:
    del pdf.attachments["record.json"]


def _other_page(pdf: Pdf) -> None:
    """The article's page is replaced by a blank one."""
    pdf.pages[8].obj.Contents = pdf.make_stream(b"")


def _covered(page: int) -> Callable[[Pdf], None]:
    """A white box over the middle of a page."""

    def change(pdf: Pdf) -> None:
        box = pdf.make_stream(b"q /Artifact BMC 1 g 60 150 480 600 re f EMC Q")
        pdf.pages[page].obj.Contents = pikepdf.Array([*pdf.pages[page].obj.Contents, box])

    return change


MARK = 'role="doc-pagebreak" id="page_9" aria-label="9"'

DAMAGES: list[tuple[str, Damage, str]] = [
    ("no labels", in_pdf(_without_labels), "check-page-label"),
    ("other labels", in_pdf(_other_labels), "check-page-label"),
    ("a page without its number", in_pdf(_without_stamps), "check-page-label"),
    ("the index leads elsewhere", in_pdf(_index_leads_elsewhere), "check-link"),
    ("the index leads nowhere", in_pdf(_no_links_in_the_index), "check-link"),
    ("a bookmark is lost", in_pdf(_without_bookmarks), "check-bookmark"),
    ("an article is not tagged", in_pdf(_without_a_paragraph), "check-note-missing"),
    ("an article is not drawn", in_pdf(_other_page), "check-heading"),
    ("a box over the index", in_pdf(_covered(1)), "check-overlap"),
    ("a box over an article", in_pdf(_covered(8)), "check-overlap"),
    ("no record", in_pdf(_without_record), "check-damaged"),
    ("a word", in_epub("item-1-3/article.xhtml", "grand-duché", "petit duché"), "check-text"),
    ("a note", in_epub("item-1-3/article.xhtml", "Depuis 1815", "Depuis 1816"), "check-note-text"),
    ("a number", in_epub("item-1-2/article.xhtml", ">2</a>", ">3</a>"), "check-call"),
    ("a title", in_epub("item-1-2/title.xhtml", ">Belgium</h1>", ">Belgique</h1>"), "check-heading"),
    ("a marking", in_epub("item-1-2/title.xhtml", "Restricted", "Public"), "check-text"),
    ("a mark", in_epub("item-1-3/title.xhtml", MARK, MARK.replace("9", "8")), "check-page-list"),
    ("a page", in_epub("nav.xhtml", '#page_9">9</a>', '#page_9">8</a>'), "check-page-list"),
    ("a line of the index", in_epub("index.xhtml", ">9</a>", ">8</a>"), "check-contents"),
    ("a changed article", in_article("grand-duché", "duché"), "check-text"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "code"), [case[1:] for case in DAMAGES], ids=[case[0] for case in DAMAGES]
)
def test_damage_is_found(copy: Path, damage: Damage, code: str) -> None:
    damage(copy)
    codes = [each for each, _ in found(copy)]
    assert code in codes


def test_what_is_not_there_is_named(copy: Path) -> None:
    (copy / "build" / "visit" / "visit.epub").unlink()
    ((code, message),) = found(copy)
    assert code == "check-file"
    assert "run despatch packet" in message


def test_the_command_checks_packets(
    packet: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(packet)
    assert cli.main(["check", "source/packets/visit.toml", "--no-validators"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert len(out.splitlines()) == 4
    assert out.startswith("source/packets/visit.toml, A.1 How to read *this*  headings ")
    assert cli.main(["check", "source/packets/none.toml", "--no-validators", "--json"]) == 1
    assert '"code": "file-missing"' in capsys.readouterr().out
