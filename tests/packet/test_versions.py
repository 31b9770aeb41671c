"""Versions of a packet from one manifest: what is left out is nowhere, and the tabs stay."""

from __future__ import annotations

import os
import signal
import zipfile
from pathlib import Path

import pikepdf
import pytest

from pipeline.limits import Limits
from pipeline.packet.check import examine
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.manifest.versions import versions_in
from pipeline.packet.stitch.verify import verify
from tests.support.articles import HEAD
from tests.support.packets import paper
from tests.support.readback import PdfFile

MANIFEST = """\
title = "Visit"
date = 2026-11-24
marking = "Restricted"
for = "The Minister"

[[section]]
title = "Notes"

[[section.item]]
article = "../open.rst"
marking = "Public"

[[section.item]]
article = "../closed.rst"
title = "Hush"

[[section]]
title = "Papers"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
marking = "Restricted"

[[section.item]]
pdf = "agenda.pdf"
title = "Agenda"
marking = "Public"

[version.public]
for = "Everybody"
leave-out = ["A.2"]

[[version.public.item]]
tab = "b.1"
pdf = "plan-redacted.pdf"
marking = "Public"

[version.numbered]
marking = "Public"
leave-out = ["A.2", "B.1"]
pages = "keep"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "source" / "packets"
    folder.mkdir(parents=True)
    (folder.parent / "open.rst").write_text(
        HEAD + "Seen by all. See :tab:`A.2` and :tab:`B.2`.\n", encoding="utf-8"
    )
    (folder.parent / "closed.rst").write_text(f"{HEAD}Hushword.\n", encoding="utf-8")
    paper("Planword", "Planword").save(folder / "plan.pdf", static_id=True)
    paper("Lessword", "Lessword").save(folder / "plan-redacted.pdf", static_id=True)
    paper("Agendaword").save(folder / "agenda.pdf", static_id=True)
    (folder / "visit.toml").write_text(
        MANIFEST.replace('title = "Hush"\n', 'title = "Hush"\nmarking = "Restricted"\n'), encoding="utf-8"
    )
    return tmp_path


def manifest_of(desk: Path) -> Path:
    return desk / "source" / "packets" / "visit.toml"


def made(desk: Path, version: str) -> Path:
    result = make_packet(manifest_of(desk), PacketOrder(desk / "build", version=version, jobs=2))
    assert not result.failed, [str(finding) for finding in result.findings]
    report = examine(manifest_of(desk), desk / "build", Limits(), validators=False, version=version)
    assert [str(one) for one in report.findings if one.is_error] == []
    name = f"visit-{version}" if version else "visit"
    pdf = desk / "build" / name / f"{name}.pdf"
    assert verify(pdf).findings == []
    return pdf


def everything(pdf: Path) -> bytes:
    """All bytes of a packet and what lies beside it, every stream, attachment and entry unpacked."""
    found = []
    for path in sorted(pdf.parent.rglob("*")):
        if path.suffix == ".pdf":
            with pikepdf.open(path) as file:
                for one in file.objects:
                    found.append(one.read_bytes() if isinstance(one, pikepdf.Stream) else one.unparse())
        elif path.suffix == ".epub":
            with zipfile.ZipFile(path) as archive:
                found += [name.encode() + archive.read(name) for name in archive.namelist()]
        elif path.is_file():
            found.append(path.read_bytes())
        found.append(path.name.encode())
    return b"\n".join(found)


def outline(pdf: Path) -> dict[str, int]:
    printed = PdfFile(pdf.read_bytes())
    return {title: place.page for level, title, place in printed.outline if level < 2}


def read_version(desk: Path, version: str) -> Manifest:
    manifest, findings = read_manifest(manifest_of(desk), version=version)
    assert manifest is not None, findings
    return manifest


def test_the_versions_of_a_manifest(desk: Path) -> None:
    assert versions_in(manifest_of(desk)) == ["", "public", "numbered"]
    manifest = read_version(desk, "public")
    assert [(item.tab, item.title, item.marking) for item in manifest.items] == [
        ("A.1", "", "Public"),
        ("B.1", "Plan", "Public"),
        ("B.2", "Agenda", "Public"),
    ]
    assert (manifest.info.recipient, manifest.info.name, manifest.sources) == (
        "Everybody",
        "visit-public",
        False,
    )
    assert read_version(desk, "").sources


@pytest.mark.slow
def test_what_a_version_leaves_out_is_nowhere_in_it(desk: Path) -> None:
    pdf = made(desk, "public")
    found = everything(pdf)
    for word in (b"Hush", b"Planword", b"closed", b"Restricted", b"Minister"):
        assert word not in found, word
    text = "".join(page.text for page in PdfFile(pdf.read_bytes()).pages)
    assert "Lessword" in text
    assert "See tab A.2 and tab B.2, page" in " ".join(text.split())
    assert "Hushword" in "".join(page.text for page in PdfFile(made(desk, "").read_bytes()).pages)


@pytest.mark.slow
def test_pages_keep_their_numbers_where_that_is_asked_for(desk: Path) -> None:
    whole, kept = outline(made(desk, "")), outline(made(desk, "numbered"))
    assert list(kept.values()) == list(whole.values())
    assert [title for title in kept if "copy" in title] == ["A.2 Not in this copy", "B.1 Not in this copy"]
    pdf = desk / "build" / "visit-numbered" / "visit-numbered.pdf"
    found = everything(pdf)
    for word in (b"Hush", b"Planword", b"closed", b"Restricted"):
        assert word not in found, word
    pages = PdfFile(pdf.read_bytes()).pages
    for page in (whole["A.2 Hush"], whole["B.1 Plan"], whole["B.1 Plan"] + 1):
        assert "Not in this copy" in pages[page - 1].text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('leave-out = ["A.2"]', 'leave-out = ["A.3"]', 'has no tab "A.3"'),
        ('tab = "b.1"', 'tab = "B.11"', 'has no tab "B.11" (did you mean "B.1"'),
        ('tab = "b.1"', 'tab = "B"', '"B" is the tab of a section'),
        ('leave-out = ["A.2"]', 'leave-out = ["A", "B"]', "nothing is left"),
    ],
)
def test_what_a_version_names_wrongly_is_told(desk: Path, old: str, new: str, said: str) -> None:
    text = manifest_of(desk).read_text(encoding="utf-8").replace(old, new, 1)
    manifest_of(desk).write_text(text, encoding="utf-8")
    manifest, (finding,) = read_manifest(manifest_of(desk), version="public")
    assert manifest is None
    assert finding.code == "packet-version"
    assert said in finding.message
    line = next(number for number, row in enumerate(text.split("\n"), 1) if new.split("=")[1] in row)
    assert finding.line == (
        line if "left" not in said else text[: text.index("[version.public]")].count("\n") + 1
    )


def test_a_version_that_is_not_there_is_told(desk: Path) -> None:
    manifest, (finding,) = read_manifest(manifest_of(desk), version="pubic")
    assert manifest is None
    assert 'has no version "pubic" (did you mean "public"' in finding.message


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("[version.all]\n", "packet-value"),
        ('[version.x]\nleave = ["A"]\n', "packet-key-unknown"),
        ('[version.x]\n[[version.x.item]]\npdf = "plan.pdf"\n', "packet-key-missing"),
        ('[version.x]\npages = "blank"\n', "packet-value"),
    ],
)
def test_versions_are_as_the_schema_says(desk: Path, added: str, code: str) -> None:
    text = manifest_of(desk).read_text(encoding="utf-8") + added
    manifest_of(desk).write_text(text, encoding="utf-8")
    _, findings = read_manifest(manifest_of(desk))
    assert [finding.code for finding in findings] == [code]


@pytest.mark.slow
def test_a_lower_version_takes_no_higher_item(desk: Path) -> None:
    text = manifest_of(desk).read_text(encoding="utf-8").replace('"A.2", "B.1"', '"A.2"')
    manifest_of(desk).write_text(text, encoding="utf-8")
    result = make_packet(manifest_of(desk), PacketOrder(desk / "build", version="numbered"))
    assert result.failed
    assert "packet-marking-low" in {finding.code for finding in result.findings}


def test_a_paper_that_can_not_be_counted_is_told(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows how many pages to leave where the process that looks at it dies."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr("pipeline.packet.annexes.prepare_once", die)
    result = make_packet(manifest_of(desk), PacketOrder(desk / "build", version="numbered"))
    assert result.failed
    text = manifest_of(desk).read_text(encoding="utf-8")
    lines = [text.split(f'pdf = "{name}.pdf"')[0].count("\n") for name in ("plan", "agenda")]
    assert [one.line for one in result.findings if one.is_error] == lines


@pytest.mark.parametrize(
    ("whole", "own"),
    [("{ pages = 300 }", "{}"), ("{ pages = 300 }", "{ pages = 200 }"), ("{ megabytes = 5 }", "")],
)
def test_pages_can_not_keep_their_numbers_in_other_volumes(desk: Path, whole: str, own: str) -> None:
    """The covers of volumes have numbers, too."""
    text = manifest_of(desk).read_text(encoding="utf-8").replace("\n\n", f"\nvolumes = {whole}\n\n", 1)
    text += f"volumes = {own}\n" if own else ""
    manifest_of(desk).write_text(text, encoding="utf-8")
    result = make_packet(manifest_of(desk), PacketOrder(desk / "build", version="numbered"))
    (error,) = [one for one in result.findings if one.is_error]
    assert result.failed
    assert error.code == "packet-version"
    assert "has the volumes of the whole packet, and those by pages" in error.message
