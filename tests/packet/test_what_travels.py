"""What travels inside a packet: sources unless they stay at home, remarks only where they are asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import Order, build_one
from pipeline.limits import Limits
from pipeline.packet.attach import attach
from pipeline.packet.check import examine
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.stitch.verify import verify
from pipeline.read.reader import read
from pipeline.terminal.inspection import check
from tests.support.articles import HEAD
from tests.support.packet_papers import text_pdf
from tests.support.readback import PdfFile

pytestmark = pytest.mark.usefixtures("one_process")

TEXT = """\
Lead.

.. HIDDEN one
   HIDDEN goes on

   HIDDEN still

- Item

  .. HIDDEN two

- Item

..

   A quotation behind an empty remark.

.. note:: Shown

   .. HIDDEN three

   Shown.

::

   .. SEEN in a listing

+------------------+-------+
| .. HIDDEN four   | Shown |
|                  |       |
| Shown            |       |
+------------------+-------+

.. include:: part.txt
   :start-line: 2

.. _target: https://example.org/

See target_.

.. HIDDEN: five, with a colon
.. HIDDEN six
"""
PART = "First\n\n.. HIDDEN seven\n\nShown in the part.\n"
MANIFEST = """\
# HIDDEN eight
title = "P" # HIDDEN nine
date = 2026-11-24
{0}
[[section]]
title = "S # SEEN"

[[section.item]]
article = "../a.rst"
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest with an article, both with remarks, and the packet of it."""
    folder = tmp_path_factory.mktemp("remarks")
    path = folder / "source" / "packets" / "p.toml"
    path.parent.mkdir(parents=True)
    path.write_text(MANIFEST.format(""))
    (folder / "source" / "a.rst").write_text(HEAD + TEXT)
    (folder / "source" / "part.txt").write_text(PART)
    result = make_packet(path, PacketOrder(folder / "build"))
    assert not result.failed, result.findings
    return folder


@pytest.fixture
def manifest(desk: Path, tmp_path: Path) -> Path:
    """A copy of the manifest and its article."""
    shutil.copytree(desk / "source", tmp_path / "source")
    return tmp_path / "source" / "packets" / "p.toml"


@pytest.fixture
def packet(desk: Path, manifest: Path, tmp_path: Path) -> Path:
    """A copy of their packet."""
    return Path(shutil.copytree(desk / "build", tmp_path / "build")) / "p" / "p.pdf"


def inside(folder: Path) -> bytes:
    """All streams of all PDFs and all members of all ebooks in a folder, also of those within others."""
    import zipfile
    from io import BytesIO

    found = []

    def take(data: bytes) -> None:
        found.append(data)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(data)) as archive:
                found.extend(archive.read(name) for name in archive.namelist())
        elif data.startswith(b"%PDF"):
            with pikepdf.open(BytesIO(data)) as pdf:
                for one in pdf.objects:
                    if isinstance(one, pikepdf.Stream):
                        try:
                            take(one.read_bytes())
                        except pikepdf.PdfError:
                            found.append(one.read_raw_bytes())

    for path in folder.rglob("*"):
        if path.is_file():
            take(path.read_bytes())
    return b"\n".join(found)


def test_remarks_do_not_travel(manifest: Path, packet: Path, tmp_path: Path) -> None:
    data = inside(tmp_path / "build")
    assert b"HIDDEN" not in data
    assert b".. SEEN in a listing" in data
    assert b"S # SEEN" in data
    assert verify(packet).findings == []
    report = examine(manifest, tmp_path / "build", Limits(), validators=False)
    assert report.good, report.findings


@pytest.mark.parametrize("how", ["option", pytest.param("key", marks=pytest.mark.slow)])
def test_remarks_travel_where_they_are_asked_for(manifest: Path, tmp_path: Path, how: str) -> None:
    manifest.write_text(MANIFEST.format("remarks = true\n" if how == "key" else ""))
    result = make_packet(manifest, PacketOrder(tmp_path / "build", remarks=how == "option"))
    assert not result.failed, result.findings
    data = inside(tmp_path / "build")
    for word in (b"one", b"four", b"five", b"seven", b"eight", b"nine"):
        assert b"HIDDEN " + word in data or b"HIDDEN: " + word in data


@pytest.mark.parametrize("how", [pytest.param("option", marks=pytest.mark.slow), "key"])
def test_sources_may_stay_at_home(manifest: Path, tmp_path: Path, how: str) -> None:
    manifest.write_text(MANIFEST.format("sources = false\n" if how == "key" else ""))
    result = make_packet(manifest, PacketOrder(tmp_path / "build", sources=how != "option"))
    assert not result.failed, result.findings
    data = inside(tmp_path / "build")
    assert b":date: 2026-11-24" not in data
    assert b'title = "P"' not in data
    with pikepdf.open(result.outputs[0].path) as pdf:
        assert sorted(pdf.attachments) == ["SHA256SUMS", "record.json"]
    with pikepdf.open(tmp_path / "build" / "p" / "articles" / "a.pdf") as pdf:
        assert list(pdf.attachments) == ["a.epub"]
    assert verify(result.outputs[0].path).findings == []


def test_what_is_left_of_a_source_says_the_same(manifest: Path, tmp_path: Path) -> None:
    article, _ = read(tmp_path / "source" / "a.rst")
    assert article is not None
    for source in article.attached():
        (tmp_path / "source" / source.name).write_bytes(source.data)
        assert source.data.count(b"\n") == {"a.rst": (HEAD + TEXT), "part.txt": PART}[source.name].count("\n")
    again, found = read(tmp_path / "source" / "a.rst")
    assert again is not None, found
    assert again.document.astext() == article.document.astext()
    assert again.document.pformat().count("<") == article.document.pformat().count("<")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_article_alone_carries_none_either(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "b.rst"
    path.write_bytes((HEAD + "Lead.\n\n..\tHIDDEN\n\tHIDDEN\n\nEnd. ü\n").replace("\n", ends).encode())
    result = build_one(path, Order(folder=tmp_path / "build"))
    assert not result.failed, result.findings
    assert b"HIDDEN" not in inside(tmp_path / "build")
    ((report, findings),) = check([path], tmp_path / "build", Limits(), validators=False)
    assert report is not None, findings
    assert report.good, findings
    kept = build_one(path, Order(folder=tmp_path / "kept", remarks=True))
    with pikepdf.open(kept.outputs[0].path) as pdf:
        assert pdf.attachments["b.rst"].get_file().read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_an_article_whose_title_is_named_does_not_travel(manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "source" / "other.rst").write_text("Other\n=====\n\n:date: 2026-11-24\n\nHIDDEN other.\n")
    (tmp_path / "source" / "a.rst").write_text(HEAD + "See :doc:`other`.\n")
    make_packet(manifest, PacketOrder(tmp_path / "build"))
    assert b"HIDDEN" not in inside(tmp_path / "build")


# What was attached ---------------------------------------------------------------------------------------


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A PDF to attach."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(text_pdf())
    return path


@pytest.mark.slow
def test_what_has_changed_is_not_overwritten(desk: Path, manifest: Path, tmp_path: Path, paper: Path) -> None:
    (tmp_path / "source" / "a.rst").write_text(HEAD + "Another lead.\n")
    first = desk / "build" / "p" / "p.pdf"
    packet = make_packet(manifest, PacketOrder(tmp_path / "build", since=first)).outputs[0].path
    before = PdfFile(packet.read_bytes()).pages
    assert "Another lead" in before[-1].text
    assert not attach(packet, [Addition(paper)]).failed
    printed = PdfFile(packet.read_bytes())
    assert printed.pages[len(before) - 1].text == before[-1].text
    assert [title for level, title, _ in printed.outline if level < 2][-3:] == [
        "B What changed",
        "C Late papers",
        "C.1 paper",
    ]
    assert verify(packet).findings == []


@pytest.mark.slow
def test_a_rebuild_tells_what_it_drops(manifest: Path, packet: Path, tmp_path: Path, paper: Path) -> None:
    (tmp_path / "inside.txt").write_text("x")
    assert not attach(packet, [Addition(paper, title="Late paper")]).failed
    assert not attach(packet, [Addition(tmp_path / "inside.txt", title="Late text", embed=True)]).failed
    manifest.write_text(MANIFEST.format(""))  # somebody takes an older manifest
    result = make_packet(manifest, PacketOrder(tmp_path / "build"))
    told = [finding.message for finding in result.findings if finding.code == "packet-attached-lost"]
    assert any("Late paper" in message for message in told)
    assert any("Late text" in message for message in told)
    assert not result.failed


@pytest.mark.slow
def test_what_stands_in_the_manifest_now_is_not_told(
    manifest: Path, packet: Path, tmp_path: Path, paper: Path
) -> None:
    assert not attach(packet, [Addition(paper)]).failed
    (manifest.parent / "paper.pdf").write_bytes(paper.read_bytes())
    manifest.write_text(MANIFEST.format("") + '\n[[section.item]]\npdf = "paper.pdf"\ntitle = "Paper"\n')
    result = make_packet(manifest, PacketOrder(tmp_path / "build"))
    assert "packet-attached-lost" not in {finding.code for finding in result.findings}
