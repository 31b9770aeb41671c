"""The record inside a packet, and whether the packet is what its record says."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Pdf, String

from pipeline.findings import CODES
from pipeline.packet.stitch.record import Notes, checksums, read_record, sha256, sums_in
from pipeline.packet.stitch.stitch import stitch
from pipeline.packet.stitch.verify import Verdict, verify
from pipeline.write.pdf.attachments import Attachment
from tests.support import packet_papers as papers
from tests.support.articles import shared
from tests.support.packet_papers import INFO, prepared, row

pytestmark = pytest.mark.usefixtures("one_process")

ROWS = [row("divider-1", "Papers", 3, divider=True, tab="A"), row("item-1-1", "A scan", 4, tab="A.1")]
MANIFEST = b'title = "Visit"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a packet, a file beside it, and the checksums of both."""

    def make(folder: Path) -> None:
        parts = papers.fronts(folder, ROWS)
        for name, data in (("item-1-1", papers.scanned()), ("item-1-2", papers.text_pdf("pdf/ua-1"))):
            parts.append(replace(prepared(data, folder, name).part, tab=name[5:]))
        out = folder / "visit"
        out.mkdir()
        (out / "visit.epub").write_bytes(b"the ebook")
        notes = Notes(ROWS, {"item-1-1": ("scan.pdf", "0" * 64)}, {"visit.epub": sha256(b"the ebook")})
        source = Attachment("visit.toml", MANIFEST, "application/toml", "Source", "The manifest")
        stitch(parts, INFO, out / "visit.pdf", attachments=[source], notes=notes)
        sums = {path.name: sha256(path.read_bytes()) for path in out.iterdir()}
        (out / "SHA256SUMS").write_bytes(checksums(sums))

    return shared(tmp_path_factory, "recorded-packet", make) / "visit"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of the folder, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "visit"))


def change(folder: Path, how: Callable[[Pdf], object]) -> Verdict:
    """Change the packet as another program would, and verify it."""
    path = folder / "visit.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        how(pdf)
        pdf.save(path)
    (folder / "SHA256SUMS").unlink()
    return verify(path)


def test_a_packet_that_nobody_has_touched_is_what_it_was(made: Path) -> None:
    verdict = verify(made / "visit.pdf")
    assert verdict.findings == []
    assert (verdict.parts, verdict.pages, verdict.sources, verdict.beside) == (5, 6, 1, 2)
    assert str(verdict).endswith("are what they were")


def test_the_checksums_are_those_of_sha256sum(made: Path) -> None:
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=made, check=True, capture_output=True)


def test_the_checksums_inside_are_those_of_the_sources_inside(made: Path, tmp_path: Path) -> None:
    with pikepdf.open(made / "visit.pdf") as pdf:
        for name in ("visit.toml", "SHA256SUMS"):
            (tmp_path / name).write_bytes(pdf.attachments[name].get_file().read_bytes())
        kinds = {str(one.UF): str(one.AFRelationship) for one in pdf.Root.AF}
    subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True
    )
    assert kinds == {"visit.toml": "/Source", "SHA256SUMS": "/Data", "record.json": "/Data"}


def test_the_record_says_what_the_packet_is_made_of(made: Path) -> None:
    with pikepdf.open(made / "visit.pdf") as pdf:
        record = read_record(pdf)
        text = pdf.attachments["record.json"].get_file().read_bytes().decode()
    assert record.info == replace(INFO, source=Path("visit.toml"))
    assert record.rows == tuple(ROWS)
    entries = {entry.name: entry for entry in record.entries}
    assert (entries["item-1-1"].first, len(entries["item-1-1"].pages)) == (4, 1)
    assert (entries["item-1-1"].original, entries["item-1-1"].sha256) == ("scan.pdf", "0" * 64)
    assert str(made.parent) not in text
    assert json.loads(text)["record"] == 3


def test_storing_it_anew_changes_nothing(folder: Path) -> None:
    assert change(folder, lambda pdf: None).findings == []


def _draw(pdf: Pdf) -> None:
    pdf.pages[4].contents_add(b"0 0 9 9 re f")


def _swap(pdf: Pdf) -> None:
    pdf.pages[3], pdf.pages[4] = pdf.pages[4], pdf.pages[3]


def _drop(pdf: Pdf) -> None:
    del pdf.pages[5]


def _add(pdf: Pdf) -> None:
    pdf.add_blank_page()


def _image(pdf: Pdf) -> None:
    form = pdf.pages[3].obj.Resources.XObject.Annex
    (image,) = form.Resources.XObject.values()
    image.write(bytes(int(image.Width) * int(image.Height)))


def _link(pdf: Pdf) -> None:
    for annotation in pdf.pages[4].obj.Annots:
        if "/A" in annotation:
            annotation.A.URI = String("https://example.com/")


def _font(pdf: Pdf) -> None:
    (font, *_) = pdf.pages[4].obj.Resources.Font.values()
    font.ToUnicode.write(b"")


def _alternative(pdf: Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/Alt" in one:
            one.Alt = String("something else")


def _source(pdf: Pdf) -> None:
    pdf.attachments["visit.toml"].get_file().obj.write(b"other")


def _without_source(pdf: Pdf) -> None:
    del pdf.attachments["visit.toml"]


def _another_file(pdf: Pdf) -> None:
    pdf.attachments["extra.txt"] = b"x"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (_draw, "page 5"),
        (_swap, "page 4 is"),
        (_drop, "5 pages"),
        (_add, "7 pages"),
        (_image, "page 4"),
        (_link, "page 5"),
        (_font, "pages 5, 6 are"),
        (_alternative, "structure"),
        (_source, "visit.toml inside is not"),
        (_without_source, "visit.toml is no longer"),
        (_another_file, "extra.txt inside was not there"),
    ],
)
def test_what_was_changed_is_named(folder: Path, how: Callable[[Pdf], object], said: str) -> None:
    verdict = change(folder, how)
    assert {finding.code for finding in verdict.findings} == {"packet-changed"}
    assert any(said in finding.message for finding in verdict.findings), verdict.findings
    assert "not all" in str(verdict)


def test_a_page_that_is_gone_is_named_and_those_behind_it_are_not(folder: Path) -> None:
    def drop(pdf: Pdf) -> None:
        del pdf.pages[3]

    messages = [finding.message for finding in change(folder, drop).findings]
    assert any("page 4 is gone" in message for message in messages), messages
    assert not any("page 5" in message or "pages" in message[9:] for message in messages[1:]), messages


def test_a_checksum_beside_it_that_was_changed_is_named(folder: Path) -> None:
    sums = folder / "SHA256SUMS"
    sums.write_bytes(checksums(dict(sums_in(sums.read_text())) | {"visit.epub": "0" * 64}))
    (finding,) = verify(folder / "visit.pdf").findings
    assert finding.source == str(sums)
    assert "visit.epub" in finding.message


def test_a_file_beside_it_that_was_changed_is_named(folder: Path) -> None:
    (folder / "visit.epub").write_bytes(b"another")
    (finding,) = verify(folder / "visit.pdf").findings
    assert finding.source == str(folder / "visit.epub")


def test_new_checksums_do_not_hide_a_changed_file(folder: Path) -> None:
    (folder / "visit.epub").write_bytes(b"another")
    sums = dict(sums_in((folder / "SHA256SUMS").read_text()))
    (folder / "SHA256SUMS").write_bytes(checksums(sums | {"visit.epub": sha256(b"another")}))
    assert [finding.code for finding in verify(folder / "visit.pdf").findings] == ["packet-changed"]


def test_a_file_that_is_gone_is_missed(folder: Path) -> None:
    (folder / "visit.epub").unlink()
    (finding,) = verify(folder / "visit.pdf").findings
    assert "gone" in finding.message


def test_a_packet_may_travel_alone(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.pdf"
    shutil.copy(folder / "visit.pdf", alone)
    assert verify(alone).findings == []


@pytest.mark.parametrize("data", [b"", b"no pdf", None])
def test_what_is_no_packet_is_said_to_be_none(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "some.pdf"
    path.write_bytes(papers.text_pdf() if data is None else data)
    (finding,) = verify(path).findings
    assert finding.code == "packet-record"
    assert [finding.code for finding in verify(tmp_path / "gone.pdf").findings] == ["file-missing"]


def _spoiled(text: str) -> Callable[[Pdf], None]:
    def spoil(pdf: Pdf) -> None:
        pdf.attachments["record.json"].get_file().obj.write(text.encode())

    return spoil


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"record": 99}', '{"record": 2, "packet": 3}', "\ud800"[:0] + "nul"]
)
def test_a_damaged_record_is_said_to_be_damaged(folder: Path, text: str) -> None:
    (finding,) = change(folder, _spoiled(text)).findings
    assert finding.code == "packet-record"


def test_names_that_a_list_of_checksums_has_no_room_for_are_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        checksums({"a\nb": "0"})


def test_the_codes_are_known() -> None:
    assert {"packet-record", "packet-changed"} <= CODES.keys()
