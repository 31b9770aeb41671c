"""One more paper for a finished packet that lies alone: at its end or inside it; no number changes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.check.validators import validate_pdf
from pipeline.packet.attach import attach
from pipeline.packet.late.additions import Addition
from pipeline.packet.stitch.record import Notes, checksums, read_record, sha256
from pipeline.packet.stitch.stitch import stitch
from pipeline.packet.stitch.verify import verify
from pipeline.write.pdf.attachments import Attachment
from tests.support import packet_papers as papers
from tests.support.articles import shared
from tests.support.packet_papers import INFO, article_pdf, part, prepared, row, words
from tests.support.pdf_audit import Audit
from tests.support.readback import PdfFile

pytestmark = pytest.mark.usefixtures("one_process")

ROWS = [
    row("divider-1", "Papers", 3, divider=True, tab="A"),
    row("item-1-1", "A country note", 4, tab="A.1"),
    row("item-1-2", "A tagged paper", 5, tab="A.2", last=6),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a packet of one article and one tagged paper, its ebook and their checksums."""

    def make(folder: Path) -> None:
        tagged = prepared(papers.text_pdf("pdf/ua-1"), folder, "item-1-2").part
        parts = [
            *papers.fronts(folder, ROWS),
            part("item-1-1", "article", article_pdf(folder), title="A country note", tab="A.1"),
            replace(tagged, title="A tagged paper", tab="A.2"),
        ]
        out = folder / "visit"
        out.mkdir()
        (out / "visit.epub").write_bytes(b"the ebook")
        source = Attachment("visit.toml", b"title = 1\n", "application/toml", "Source", "The manifest")
        stitch(parts, INFO, out / "visit.pdf", attachments=[source], notes=Notes(ROWS))
        sums = {path.name: sha256(path.read_bytes()) for path in out.iterdir()}
        (out / "SHA256SUMS").write_bytes(checksums(sums))

    return shared(tmp_path_factory, "packet-to-attach-to", make) / "visit"


@pytest.fixture
def packet(made: Path, tmp_path: Path) -> Path:
    """A copy of the packet in a copy of its folder."""
    return Path(shutil.copytree(made, tmp_path / "visit")) / "visit.pdf"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "late paper.pdf"
    path.write_bytes(papers.scanned())
    return path


def addition(file: Path, **changes: Any) -> Addition:
    return replace(Addition(file, "A late paper", marking="Restricted"), **changes)


ALONE = "packet-manifest-missing"


def test_a_paper_stands_at_the_end_behind_an_index_page_of_its_own(packet: Path, scan: Path) -> None:
    before = PdfFile(packet.read_bytes())
    result = attach(packet, [addition(scan)])
    assert not result.failed
    codes = ["annex-scan", "annex-untagged", ALONE, "packet-ebook-old"]
    assert [finding.code for finding in result.findings] == codes
    after = PdfFile(packet.read_bytes())
    assert len(after.pages) == len(before.pages) + 2
    own = after.outline[-2:]
    assert after.outline == [*before.outline, *own]
    assert [(level, title) for level, title, _ in own] == [(0, "B Late papers"), (1, "B.1 A late paper")]
    leads = {link.name: link.target.page for link in after.pages[1].links if link.target}
    assert leads == {"divider-1": 3, "item-1-1": 4, "item-1-2": 5, "late-1": 7}
    leads = {link.name: link.target.page for link in after.pages[6].links if link.target}
    assert leads == {"late-1-1": 8, "index": 2}
    assert "B.1 A late paper RESTRICTED 8" in words(packet, 6)
    assert "8" in words(packet, 7).split()
    assert verify(packet).findings == []
    assert Audit(packet.read_bytes()).all() == []
    assert validate_pdf(packet) == []


def test_what_was_there_stays_as_it_was(packet: Path, scan: Path) -> None:
    with pikepdf.open(packet) as pdf:
        before = read_record(pdf)
    assert not attach(packet, [addition(scan)]).failed
    with pikepdf.open(packet) as pdf:
        after = read_record(pdf)
        assert pdf.attachments["visit.toml"].get_file().read_bytes() == b"title = 1\n"
    old = {entry.name: entry for entry in after.entries}
    for entry in before.entries:
        if entry.name != "index":
            assert old[entry.name] == entry
    assert after.rows[:3] == before.rows
    assert after.entries[-1].original == "late paper.pdf"


@pytest.mark.slow
def test_a_second_time_goes_as_well(packet: Path, scan: Path) -> None:
    assert not attach(packet, [addition(scan)]).failed
    assert not attach(packet, [addition(scan, title="Another", tab="Z")]).failed
    found = words(packet, 6)
    assert "B.1 A late paper RESTRICTED 8 Z Another RESTRICTED 9" in found
    assert verify(packet).findings == []
    assert Audit(packet.read_bytes()).all() == []


@pytest.mark.slow
def test_no_number_changes_where_the_index_of_the_late_papers_is_full(packet: Path, scan: Path) -> None:
    old = PdfFile(packet.read_bytes()).outline
    many = [addition(scan, title=f"Paper {number}", tab=f"P{number}") for number in range(12)]
    more = [addition(scan, title=f"Paper {number}", tab=f"P{number}") for number in range(12, 20)]
    assert not attach(packet, many).failed
    full = PdfFile(packet.read_bytes()).outline
    assert not attach(packet, [replace(one, tab=f"Q{one.tab}") for one in [*many, *more]]).failed
    after = PdfFile(packet.read_bytes())
    assert after.outline[: len(full)] == full
    assert full[: len(old)] == old
    late = [(title, target.page) for _, title, target in after.outline if "Late papers" in title]
    assert late == [("B Late papers", 7), ("C Late papers", 7 + 1 + 12)]
    for page in after.pages:
        assert str(page.number) in page.foot.split()
    assert verify(packet).findings == []


def test_a_file_inside_has_a_line_and_no_page(packet: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "figures.xlsx"
    sheet.write_bytes(b"PK figures")
    assert not attach(packet, [addition(sheet, embed=True, title="Figures")]).failed
    with pikepdf.open(packet) as pdf:
        assert pdf.attachments["figures.xlsx"].get_file().read_bytes() == b"PK figures"
        assert len(pdf.pages) == 7
    assert "B.1 Figures" in words(packet, 6)
    assert verify(packet).findings == []


@pytest.mark.slow
def test_the_type_of_a_file_inside_is_the_same_on_every_machine(
    packet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "Figures.XLSX"
    sheet.write_bytes(b"PK figures")
    monkeypatch.setattr("mimetypes.guess_type", lambda *_, **__: ("application/x-of-this-machine", None))
    assert not attach(packet, [addition(sheet, embed=True)]).failed
    with pikepdf.open(packet) as pdf:
        kind = pdf.attachments["Figures.XLSX"].get_file().mime_type
    assert kind == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_checksums_follow_and_other_files_stay(packet: Path, scan: Path) -> None:
    stranger = packet.parent / "my notes.txt"
    stranger.write_text("mine")
    result = attach(packet, [addition(scan)])
    assert [one.source for one in result.findings if one.code == "packet-ebook-old"] == [
        str(packet.with_suffix(".epub"))
    ]
    subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=packet.parent, check=True, capture_output=True
    )
    assert stranger.read_text() == "mine"
    assert (packet.parent / "visit.epub").read_bytes() == b"the ebook"


@pytest.mark.slow
def test_a_packet_alone_is_attached_to_where_it_lies(packet: Path, scan: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "sent.pdf"
    alone.parent.mkdir()
    shutil.copy(packet, alone)
    assert not attach(alone, [addition(scan)]).failed
    assert [path.name for path in alone.parent.iterdir()] == ["sent.pdf"]
    assert verify(alone).findings == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"marking": ""}, "packet-marking-missing"),
        ({"marking": "Nonsense"}, "packet-marking-unknown"),
        ({"marking": "Secret"}, "packet-marking-low"),
        ({"tab": "a.1"}, "packet-tab-duplicate"),
        ({"path": Path("gone.pdf")}, "file-missing"),
    ],
)
def test_what_does_not_fit_leaves_the_packet(
    packet: Path, scan: Path, changes: dict[str, Any], code: str
) -> None:
    before = packet.read_bytes()
    result = attach(packet, [addition(scan, **changes)])
    assert result.failed
    assert [finding.code for finding in result.findings] == [code]
    assert packet.read_bytes() == before


def test_one_bad_paper_of_two_leaves_the_packet(packet: Path, scan: Path, tmp_path: Path) -> None:
    before = packet.read_bytes()
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no pdf")
    result = attach(packet, [addition(scan), addition(bad, tab="B")])
    assert result.failed
    assert packet.read_bytes() == before


def test_a_packet_that_was_changed_is_not_added_to(packet: Path, scan: Path) -> None:
    with pikepdf.open(packet, allow_overwriting_input=True) as pdf:
        pdf.pages[3].contents_add(b"0 0 9 9 re f")
        pdf.save(packet)
    result = attach(packet, [addition(scan)])
    assert result.failed
    assert {finding.code for finding in result.findings} == {"packet-changed"}


@pytest.mark.slow
def test_a_full_disk_leaves_the_packet(packet: Path, scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in packet.parent.iterdir()}
    save = pikepdf.Pdf.save

    def full(self: pikepdf.Pdf, file: Any, **how: Any) -> None:
        if "force_version" in how:
            raise OSError(28, "No space left on device", str(packet))
        save(self, file, **how)

    monkeypatch.setattr(pikepdf.Pdf, "save", full)
    result = attach(packet, [addition(scan)])
    assert result.failed
    assert [finding.code for finding in result.findings if finding.is_error] == ["file-write"]
    assert "as it was" in result.findings[-1].message
    assert {path.name: path.read_bytes() for path in packet.parent.iterdir()} == before


@pytest.mark.slow
def test_what_a_hidden_layer_holds_does_not_come_back_when_a_paper_is_attached(
    scan: Path, tmp_path: Path
) -> None:
    layered = prepared(papers.changed(papers.layered), tmp_path, "item-1-1").part
    path = stitch(
        [*papers.fronts(tmp_path, ROWS), layered], INFO, tmp_path / "visit.pdf", notes=Notes(ROWS)
    ).path
    assert not attach(path, [addition(scan)]).failed
    with pikepdf.open(path) as pdf:
        assert "/OCProperties" not in pdf.Root
    assert papers.seen(path, 3).at(250, 250) == (255, 255, 255)


@pytest.mark.slow
def test_a_paper_may_be_attached_as_pictures(packet: Path, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(papers.text_pdf("pdf/ua-1"))
    assert not attach(packet, [addition(paper, safe=True)]).failed
    with pikepdf.open(packet) as pdf:
        page = pdf.pages[-1].obj
        (form,) = page.Resources.XObject.Annex.Resources.XObject.values()
        assert str(form.Subtype) == "/Image"
