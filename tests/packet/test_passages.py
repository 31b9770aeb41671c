"""Passages for some versions of a packet only (``.. only:: minister``): the others have nothing of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pipeline.limits import Limits
from pipeline.packet.check import examine
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.stitch.record import read_record
from pipeline.packet.stitch.verify import verify
from pipeline.read.input.conditions import PacketVersion
from pipeline.read.reader import read
from tests.packet.test_versions import everything, outline
from tests.support.packets import paper
from tests.support.readback import PdfFile

ARTICLE = """\
The port
========

:date: 2026-11-20
:language: en
:marking: Public

Openword. [#open]_

.. only:: minister
   :marking: Confidential

   Ministerword. [#hush]_

.. only:: not public

   Officeword.

Notes
=====

.. [#open] Opennote.

.. [#hush] Hushnote, and more. [#deep]_

.. [#deep] Deepnote.
"""
MANIFEST = """\
title = "Visit"
date = 2026-11-24

[[section]]
title = "Notes"

[[section.item]]
article = "../port.rst"

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
right-hand = true

[version.minister]
for = "The Minister"
sources = true

[version.public]
pages = "keep"
sources = true

[[version.public.item]]
tab = "B.1"
pdf = "redacted.pdf"
marking = "Public"
"""
ALL = ("minister", "public")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "source" / "packets"
    folder.mkdir(parents=True)
    (folder.parent / "port.rst").write_text(ARTICLE, encoding="utf-8")
    paper("Planword", "Planword", "Planword").save(folder / "plan.pdf", static_id=True)
    paper("Lessword").save(folder / "redacted.pdf", static_id=True)
    paper("Agendaword").save(folder / "agenda.pdf", static_id=True)
    (folder / "visit.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def made(desk: Path, version: str = "") -> Path:
    manifest = desk / "source" / "packets" / "visit.toml"
    result = make_packet(manifest, PacketOrder(desk / "build", version=version))
    assert not result.failed, [str(finding) for finding in result.findings]
    assert "rst-unsupported" not in {finding.code for finding in result.findings}
    report = examine(manifest, desk / "build", Limits(), validators=False, version=version)
    assert [str(one) for one in report.findings if one.is_error] == []
    name = f"visit-{version}" if version else "visit"
    pdf = desk / "build" / name / f"{name}.pdf"
    assert verify(pdf).findings == []
    return pdf


def words_of(pdf: Path) -> set[str]:
    text = "".join(page.text for page in PdfFile(pdf.read_bytes()).pages)
    every = "Openword Ministerword Officeword Opennote Hushnote Deepnote Planword Lessword Agendaword"
    return {word for word in every.split() if word in text}


@pytest.mark.slow
def test_each_version_has_its_passages_and_none_of_the_others(desk: Path) -> None:
    whole, minister, public = made(desk), made(desk, "minister"), made(desk, "public")
    always = {"Openword", "Opennote", "Agendaword"}
    assert words_of(whole) == always | {"Officeword", "Planword"}
    assert words_of(minister) == words_of(whole) | {"Ministerword", "Hushnote", "Deepnote"}
    assert words_of(public) == always | {"Lessword"}
    found = everything(public)  # its sources travel, because it is asked for
    assert b"port.rst" in found
    for word in (b"Ministerword", b"Officeword", b"Hushnote", b"Deepnote", b"Confidential", b"Planword"):
        assert word not in found, word
    with pikepdf.open(minister) as one, pikepdf.open(whole) as other:
        assert [read_record(pdf).info.marking for pdf in (one, other)] == ["Confidential", "Restricted"]
    # A paper that is shorter in a version does not change the number of what stands behind it.
    assert list(outline(public).values()) == list(outline(whole).values())
    assert "This page is not used" in PdfFile(public.read_bytes()).pages[outline(whole)["B.1 Plan"]].text


@pytest.mark.slow
def test_a_longer_paper_can_not_keep_the_numbers(desk: Path) -> None:
    folder = desk / "source" / "packets"
    paper(*["Lessword"] * 5).save(folder / "redacted.pdf", static_id=True)
    result = make_packet(folder / "visit.toml", PacketOrder(desk / "build", version="public", ebook=False))
    (error,) = [one for one in result.findings if one.is_error]
    assert result.failed
    assert (error.code, error.line) == ("packet-version", 13)
    assert '"Plan" (tab B.1) has 5 pages, and 3 in the whole packet' in error.message


@pytest.mark.slow
def test_the_check_sees_a_passage_in_the_wrong_version(desk: Path) -> None:
    made(desk, "public")
    article = desk / "source" / "port.rst"
    article.write_text(ARTICLE.replace("only:: minister", "only:: public"), encoding="utf-8")
    manifest = desk / "source" / "packets" / "visit.toml"
    report = examine(manifest, desk / "build", Limits(), validators=False, version="public")
    assert "check-text" in {one.code for one in report.findings if one.is_error}, report.findings


VERSIONS = PacketVersion("public", ALL)


@pytest.mark.parametrize(
    ("condition", "version", "shown", "codes"),
    [
        ("minister", PacketVersion("minister", ALL), True, []),
        ("minister", VERSIONS, False, []),
        ("minister", replace(VERSIONS, name=""), False, []),
        ("not Public", PacketVersion("minister", ALL), True, []),
        ("not public", VERSIONS, False, []),
        ("not publc", VERSIONS, True, ["packet-version"]),  # else it would stand in the public copy
        ("press", VERSIONS, False, ["rst-unsupported"]),
        ("minister", None, False, ["rst-unsupported"]),
        ("not public", None, True, []),
        ("minister or (public and not press)", VERSIONS, True, []),
        ("print and ebook", VERSIONS, False, ["rst-unsupported"]),
        ("print", PacketVersion("print", ("print",)), True, []),
    ],
)
def test_what_a_condition_means(
    tmp_path: Path, condition: str, version: PacketVersion | None, shown: bool, codes: list[str]
) -> None:
    path = tmp_path / "a.rst"
    text = ARTICLE.replace("only:: not public", "only:: x or not x")
    text = text.replace("only:: minister", f"only:: {condition}")
    path.write_text(text, encoding="utf-8")
    article, findings = read(path, draft=True, version=version)
    assert article is not None
    assert [one.code for one in findings] == codes, findings
    assert all(one.line == 10 for one in findings)
    text = article.document.astext()
    assert ("Ministerword" in text, "Deepnote" in text) == (shown, shown)
    assert article.metadata.marking == ("Confidential" if shown else "Public")
    own = article.attached(remarks=True)[0].data.decode()
    assert ("Hushnote" in own) == (shown or version is None or not version.name)
    assert ("Hushnote" in article.attached()[0].data.decode()) == shown


def test_a_text_without_its_hidden_passages_can_be_built(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text(ARTICLE, encoding="utf-8")
    article, _ = read(path, version=VERSIONS)
    assert article is not None
    path.write_bytes(article.attached()[0].data)
    again, findings = read(path, version=VERSIONS)
    assert again is not None, findings
    assert again.document.astext() == article.document.astext()


def test_a_passage_with_a_marking_that_nobody_knows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.rst"
    path.write_text(ARTICLE.replace("Confidential", "Hush-hush"), encoding="utf-8")
    assert ("packet-marking-unknown", 10) in [(one.code, one.line) for one in read(path, version=VERSIONS)[1]]


def test_a_passage_of_a_file_that_is_read_in_is_told_there_and_does_not_travel(tmp_path: Path) -> None:
    root = tmp_path / "source"
    (root / "parts").mkdir(parents=True)
    part = "Partword.\n\n.. only:: minister\n\n   Hushword. [#q]_\n\n.. [#q] Hushnote.\n"
    (root / "parts" / "part.rst").write_text(part, encoding="utf-8")
    text = ARTICLE.partition(".. only")[0] + ".. include:: parts/part.rst\n\n.. [#open] Opennote.\n"
    (root / "a.rst").write_text(text, encoding="utf-8")
    article, findings = read(root / "a.rst", version=PacketVersion("press", ("press",)))
    assert article is not None
    assert [(Path(one.source).name, one.line) for one in findings] == [("part.rst", 3)]
    assert "Hush" not in article.document.astext()
    assert [b"Hush" in source.data for source in article.attached(remarks=True)] == [False, False]
    assert b"Partword" in article.attached()[1].data
