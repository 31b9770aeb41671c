"""A packet that lives: what is attached late stands in the manifest, and in the packet made anew of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.limits import Limits
from pipeline.packet.attach import Attached, attach
from pipeline.packet.check import examine
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.output_folder import locked
from pipeline.packet.stitch.verify import verify
from tests.support.articles import HEAD, shared
from tests.support.packets import paper
from tests.support.readback import PdfFile

pytestmark = pytest.mark.usefixtures("one_process")

MANIFEST = """\
# The desk's own words: these stay.
title = "Visit"
date = 2026-11-24
marking = "Restricted"   # as agreed

[[section]]
title = "Notes"

[[section.item]]
article = "../open.rst"
marking = "Public"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
marking = "Restricted"

[version.public]
leave-out = ["A.2"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        packets = folder / "source" / "packets"
        packets.mkdir(parents=True)
        (packets.parent / "open.rst").write_text(f"{HEAD}See :tab:`A.2`.\n", encoding="utf-8")
        paper("Planword", "Planword").save(packets / "plan.pdf", static_id=True)
        (packets / "visit.toml").write_text(MANIFEST, encoding="utf-8")
        for version in ("", "public"):
            assert not build(folder, version=version).failed

    return shared(tmp_path_factory, "living-packet", make)


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """A copy of a desk with a packet and its public version; late papers lie elsewhere."""
    folder = Path(shutil.copytree(made, tmp_path / "desk"))
    (tmp_path / "inbox").mkdir()
    paper("Lateword", "Lateword").save(tmp_path / "inbox" / "late paper.pdf", static_id=True)
    paper("Laterword").save(tmp_path / "inbox" / "later.pdf", static_id=True)
    (tmp_path / "inbox" / "figures.xlsx").write_bytes(b"PK figures")
    return folder


def build(desk: Path, **order: Any) -> Result:
    return make_packet(desk / "source" / "packets" / "visit.toml", PacketOrder(desk / "build", **order))


def manifest(desk: Path) -> Path:
    return desk / "source" / "packets" / "visit.toml"


def packet(desk: Path, name: str = "visit") -> Path:
    return desk / "build" / name / f"{name}.pdf"


def add(desk: Path, file: str, name: str = "visit", **values: Any) -> Attached:
    path = desk.parent / "inbox" / file
    result = attach(packet(desk, name), [Addition(path, **{"marking": "Public", **values})])
    assert not result.failed, [str(finding) for finding in result.findings]
    assert verify(packet(desk, name)).findings == []
    return result


def outline(desk: Path, name: str = "visit") -> list[tuple[str, int]]:
    return [(title, place.page) for _, title, place in PdfFile(packet(desk, name).read_bytes()).outline]


def checked(desk: Path, version: str = "") -> list[str]:
    report = examine(manifest(desk), desk / "build", Limits(), validators=False, version=version)
    return [str(finding) for finding in report.findings if finding.is_error]


@pytest.mark.slow
@pytest.mark.parametrize("papers", [1, 2])
def test_a_packet_that_is_made_anew_has_what_was_attached(desk: Path, papers: int) -> None:
    before = outline(desk)
    result = add(desk, "late paper.pdf", title="Late")
    assert [finding.code for finding in result.findings if finding.code.startswith("packet")] == []
    if papers > 1:
        add(desk, "later.pdf", title="Later")
    add(desk, "figures.xlsx", title="Figures", embed=True)
    late = [("B Late papers", 7), ("B.1 Late", 8), ("B.2 Later", 10)][: papers + 1]
    assert outline(desk) == before + late
    if papers > 1:
        assert checked(desk) == []
    written = manifest(desk).read_bytes()
    assert written.startswith(MANIFEST.encode())
    attached = {path.name: path.read_bytes() for path in packet(desk).parent.iterdir() if path.is_file()}
    anew = build(desk)
    assert not anew.failed
    assert [finding.code for finding in anew.findings if finding.code == "packet-attached-lost"] == []
    assert outline(desk) == before + late
    assert manifest(desk).read_bytes() == written
    assert checked(desk) == []
    # The ebook that attaching has renewed is the one that building gives, byte for byte.
    assert packet(desk).with_suffix(".epub").read_bytes() == attached["visit.epub"]
    with pikepdf.open(packet(desk)) as pdf:
        assert pdf.attachments["figures.xlsx"].get_file().read_bytes() == b"PK figures"
        inside = pdf.attachments["packets/visit.toml"].get_file().read_bytes()
    (packet(desk).parent / "attached.pdf").write_bytes(attached["visit.pdf"])
    with pikepdf.open(packet(desk).parent / "attached.pdf") as pdf:
        assert pdf.attachments["packets/visit.toml"].get_file().read_bytes() == inside


def _other_number(page: bytes) -> bytes:
    assert b">8</a>" in page
    return page.replace(b">8</a>", b">7</a>")


def _other_part(page: bytes) -> bytes:
    assert b'href="late-1-2.xhtml">Later' in page
    return page.replace(b'href="late-1-2.xhtml">Later', b'href="late-1-1.xhtml">Later')


def _no_row(page: bytes) -> bytes:
    assert b"Figures" in page
    return page.replace(b"Figures", b"Numbers")


def _leads_back(pdf: pikepdf.Pdf) -> None:
    """The first line of the late papers' index leads to the cover."""
    link = next(one for one in pdf.pages[6].obj.Annots if "/Dest" in one and str(one.Dest) == "late-1-1")
    link.Dest = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])


def _file_gone(pdf: pikepdf.Pdf) -> None:
    del pdf.attachments["figures.xlsx"]


def _other_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["figures.xlsx"] = b"other figures"


def _row_gone(pdf: pikepdf.Pdf) -> None:
    """The last row of the late papers' index, that of the file inside, is taken out of the structure."""
    stack = [pdf.Root.StructTreeRoot.K]
    bodies = []
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Array):
            stack += list(item)
        elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
            if str(item.S) == "/TBody":
                bodies.append(item)
            stack.append(item.get("/K", pikepdf.Array()))
    late = next(body for body in bodies if len(body.K) == 3)
    late.K = pikepdf.Array(list(late.K)[:2])


@pytest.mark.slow
def test_a_late_paper_leads_to_the_papers_of_the_packet(desk: Path) -> None:
    """As it does in a packet that is made anew; the check proves it in both."""
    late = paper("See the plan")
    address = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("plan.pdf#page=2"))
    late.pages[0].obj.Annots = pikepdf.Array(
        [
            late.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=pikepdf.Array([72, 640, 220, 670]),
                    A=address,
                )
            )
        ]
    )
    late.save(desk.parent / "inbox" / "letter.pdf")
    add(desk, "letter.pdf", title="Letter")
    links = [link.target for link in PdfFile(packet(desk).read_bytes()).pages[7].links if link.target]
    assert dict(outline(desk))["A.2 Plan"] + 1 in [target.page for target in links]
    assert checked(desk) == []
    attached = packet(desk).with_suffix(".epub").read_bytes()
    with zipfile.ZipFile(BytesIO(attached)) as book:
        assert b'<a href="item-1-2.xhtml#page_6">' in book.read("EPUB/late-1-1.xhtml")
    assert not build(desk).failed
    assert checked(desk) == []
    assert packet(desk).with_suffix(".epub").read_bytes() == attached


@pytest.mark.slow
def test_the_check_sees_damage_to_the_index_of_late_papers_and_to_files_inside(desk: Path) -> None:
    add(desk, "late paper.pdf", title="Late")
    add(desk, "later.pdf", title="Later")
    add(desk, "figures.xlsx", title="Figures", embed=True)
    assert checked(desk) == []
    pdf, ebook = packet(desk), packet(desk).with_suffix(".epub")
    whole, book = pdf.read_bytes(), ebook.read_bytes()
    for change, said in (
        (_leads_back, 'the index leads from "Late" to page 1'),
        (_file_gone, '"Figures" is not inside: there is no file figures.xlsx'),
        (_other_file, "the file figures.xlsx inside is not the one that the manifest names"),
        (_row_gone, 'the index does not name "Figures"'),
    ):
        with pikepdf.open(BytesIO(whole)) as opened:
            change(opened)
            opened.save(pdf)
        assert [one for one in checked(desk) if said in one], (said, checked(desk))
    pdf.write_bytes(whole)
    for alter, said in (
        (_other_number, 'its index does not name page 8 for "Late"'),
        (_other_part, 'its index leads from "Later" to another part'),
        (_no_row, 'its index does not name "Figures", a file that is in the PDF'),
    ):
        with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(ebook, "w") as new:
            for item in old.infolist():
                data = old.read(item)
                new.writestr(item, alter(data) if item.filename.endswith("/late-1.xhtml") else data)
        assert [one for one in checked(desk) if said in one], (said, checked(desk))


@pytest.mark.slow
def test_what_has_changed_since_is_told_of_late_papers(desk: Path, tmp_path: Path) -> None:
    shutil.copytree(packet(desk).parent, tmp_path / "first")
    add(desk, "late paper.pdf", title="Late")
    add(desk, "figures.xlsx", title="Figures", embed=True)
    shutil.copytree(packet(desk).parent, tmp_path / "second")
    numbers = outline(desk)
    for since, said in (
        ("first", "Added: B.1 Late · 8 Added: B.2 Figures"),
        ("second", "Nothing has changed."),
    ):
        result = build(desk, since=tmp_path / since)
        assert not result.failed
        assert outline(desk)[: len(numbers)] == numbers
        last = PdfFile(packet(desk).read_bytes()).pages[-1]
        assert said in " ".join(last.text.split()), last.text
        assert checked(desk) == []


@pytest.mark.slow
def test_what_has_changed_stays_what_it_was_when_a_paper_is_attached(desk: Path, tmp_path: Path) -> None:
    shutil.copytree(packet(desk).parent, tmp_path / "first")
    assert not build(desk, since=tmp_path / "first").failed
    before = PdfFile(packet(desk).read_bytes())
    add(desk, "later.pdf", title="Later")
    after = PdfFile(packet(desk).read_bytes())
    assert outline(desk)[-3:] == [("B What changed", 7), ("C Late papers", 8), ("C.1 Later", 9)]
    assert [page.text for page in after.pages[2:7]] == [page.text for page in before.pages[2:7]]
    assert "Nothing has changed." in after.pages[6].text
    assert checked(desk) == []


@pytest.mark.slow
def test_a_late_paper_goes_into_no_version_that_it_was_not_attached_to(desk: Path) -> None:
    add(desk, "late paper.pdf", title="Late")
    add(desk, "late paper.pdf", title="Inserted", between="A.1")
    add(desk, "later.pdf", "visit-public", title="Later")
    add(desk, "later.pdf", "visit-public", title="Between", between="A.1")
    # It is the packet of its manifest, though that has papers which are not in this version.
    assert checked(desk, "public") == []
    assert [one for one in checked(desk) if "(tab A.1b) is in the manifest, and not in the packet" in one]
    for version in ("", "public"):
        assert not build(desk, version=version).failed
        assert checked(desk, version) == []
    assert [title for title, _ in outline(desk)][-3:] == ["B Late papers", "B.1 Late", "B.2 Later"]
    public = packet(desk, "visit-public")
    titles = [title for title, _ in outline(desk, "visit-public")]
    assert titles[-2:] == ["B Late papers", "B.2 Later"]
    assert "A.1b Between" in titles
    with zipfile.ZipFile(public.with_suffix(".epub")) as book:
        assert not any(b"Lateword" in book.read(name) for name in book.namelist())


def test_who_comes_second_hears_that_another_is_at_work(desk: Path) -> None:
    before = manifest(desk).read_bytes()
    with locked(packet(desk).parent):
        result = attach(packet(desk), [Addition(desk.parent / "inbox" / "later.pdf", "Later", "", "Public")])
    assert result.failed
    assert [finding.code for finding in result.findings] == ["packet-busy"]
    assert "process" in result.findings[0].message
    assert manifest(desk).read_bytes() == before


@pytest.mark.slow
def test_two_who_attach_to_two_versions_at_the_same_moment_are_both_in_the_manifest(desk: Path) -> None:
    calls = []
    for name, file in (("visit", "late paper.pdf"), ("visit-public", "later.pdf")):
        command = [sys.executable, "-m", "pipeline", "attach", str(desk.parent / "inbox" / file)]
        command += ["--to", str(packet(desk, name)), "--marking", "Public"]
        calls.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    assert [call.wait() for call in calls] == [0, 0]
    text = manifest(desk).read_text(encoding="utf-8")
    assert text.startswith(MANIFEST)
    assert sorted(line for line in text.splitlines() if line.startswith('pdf = "late/')) == [
        'pdf = "late/late paper.pdf"',
        'pdf = "late/later.pdf"',
    ]


def test_when_the_packet_cannot_be_written_all_is_as_it_was(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files() -> dict[Path, bytes]:
        return {
            path: path.read_bytes()
            for folder in ("source", "build/visit")
            for path in sorted((desk / folder).rglob("*"))
            if path.is_file()
        }

    before, save = files(), pikepdf.Pdf.save

    def full(self: pikepdf.Pdf, file: Any, **how: Any) -> None:
        if "force_version" in how:
            raise OSError(28, "No space left on device", str(packet(desk)))
        save(self, file, **how)

    monkeypatch.setattr(pikepdf.Pdf, "save", full)
    result = attach(packet(desk), [Addition(desk.parent / "inbox" / "later.pdf", "Later", "", "Public")])
    assert result.failed
    assert files() == before


@pytest.mark.slow
def test_a_paper_is_put_between_others_without_another_number(desk: Path) -> None:
    """Twice, then a packet made anew: pages 4a, 4b, 4c in all places, and what stood behind stays."""
    before, old = outline(desk), PdfFile(packet(desk).read_bytes())
    add(desk, "late paper.pdf", title="Correction", between="A.1")
    add(desk, "later.pdf", title="Another", between="a.1A")
    found = PdfFile(packet(desk).read_bytes())
    with pikepdf.open(packet(desk)) as pdf:
        labels = [page.label for page in pdf.pages]
    assert labels == ["1", "2", "3", "4", "4a", "4b", "4c", "4d", "5", "6"]
    assert "A.1a Correction PUBLIC 4a A.1b Another PUBLIC 4c A.2 Plan" in " ".join(
        found.pages[1].text.split()
    )
    assert found.pages[-1].text == old.pages[-1].text
    assert [title for title, _ in outline(desk)] == [
        *[title for title, _ in before[:4]],
        "A.1a Correction",
        "A.1b Another",
        *[title for title, _ in before[4:]],
    ]
    assert checked(desk) == []
    book = packet(desk).with_suffix(".epub").read_bytes()
    assert not build(desk).failed
    assert outline(desk) == [(title, place.page) for _, title, place in found.outline]
    assert checked(desk) == []
    assert packet(desk).with_suffix(".epub").read_bytes() == book
    assert not build(desk, version="public").failed
    assert "A.1a Correction" not in [title for title, _ in outline(desk, "visit-public")]


def test_a_place_that_is_not_there_is_told(desk: Path) -> None:
    path = desk.parent / "inbox" / "later.pdf"
    for values, code in (
        ({"between": "A.9"}, "packet-tab-unknown"),
        ({"between": "A.1", "embed": True}, "packet-item"),
    ):
        result = attach(packet(desk), [Addition(path, "Later", "", "Public", **values)])
        assert result.failed
        assert [finding.code for finding in result.findings] == [code]
