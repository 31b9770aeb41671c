"""What is named as a PDF and is something else is told by what is in it; any file may travel inside."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from pipeline.check.validators import validate_pdf
from pipeline.packet.annex.prepare import prepare
from pipeline.packet.base.file_kinds import kind_of
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from tests.support import packet_papers as papers
from tests.support.articles import HEAD
from tests.support.packets import paper
from tests.support.workbooks import xlsx

pytestmark = pytest.mark.usefixtures("one_process")

MANIFEST = """\
title = "Visit"
date = 2026-11-24
[[section]]
title = "Papers"
[[section.item]]
article = "a.rst"
[[section.item]]
{key} = "{name}"
title = "Figures of 2026"
"""
MAIL = (
    b"Received: from a by b\r\nFrom: Ann <a@b.example>\r\nTo: c@d.example\r\nSubject: V\r\n\r\nDear all\r\n"
)


def packed(*names: str, kind: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        if kind:
            archive.writestr("mimetype", kind)
        for name in names:
            archive.writestr(name, "<x/>")
    return data.getvalue()


def compound(stream: str, far: int = 0) -> bytes:
    """As much of a compound file (MS-CFB) as tells what it is: a stream by its name in the directory."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504 + far)
        + f"{stream}\0".encode("utf-16-le")
        + bytes(600)
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "a PowerPoint presentation"),
        (xlsx({"One": [["a"]]}), "an Excel workbook"),
        (packed("content.xml", kind="application/vnd.oasis.opendocument.text"), "a LibreOffice text"),
        (
            packed("content.xml", kind="application/vnd.oasis.opendocument.spreadsheet"),
            "a LibreOffice spreadsheet",
        ),
        (packed("a.txt"), "a packed folder (ZIP): unpack it"),
        (packed("word/document.xml")[:60], "a packed file that is damaged"),
        (compound("WordDocument"), "a Word document"),
        (compound("Workbook", far=9_000_000), "an Excel workbook"),
        (compound("PowerPoint Document"), "a PowerPoint presentation"),
        (compound("__properties_version1.0"), "a message of Outlook (.msg)"),
        (compound("EncryptedPackage"), "an Office document with a password"),
        (MAIL, "a mail (.eml)"),
        (b"{\\rtf1\\ansi Text}", "a rich text document (RTF)"),
        (b"\xef\xbb\xbf<!DOCTYPE html>\n<html><p>Text</html>", "a web page"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "an appointment (.ics)"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"%PDF-1.7\n", ""),
        (MAIL[:30] + b"\n%PDF-1.4\n", ""),
        (b"Dear all, the date: 3 December.\n", ""),
        (b"Subject: one line of a text\n\nMore.\n", ""),
        (b"", ""),
    ],
    ids=lambda value: str(len(value)),  # bytes of archives have the time in them
)
def test_a_file_is_known_by_what_is_in_it(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "agenda.pdf").write_bytes(data)
    assert kind_of(tmp_path / "agenda.pdf") == said


def write(folder: Path, key: str, name: str, data: bytes) -> Path:
    (folder / "source").mkdir()
    (folder / "source" / "a.rst").write_text(HEAD + "Text.\n")
    (folder / "source" / name).write_bytes(data)
    manifest = folder / "source" / "visit.toml"
    manifest.write_text(MANIFEST.format(key=key, name=name))
    return manifest


def test_a_manifest_that_names_it_says_what_to_do(tmp_path: Path) -> None:
    manifest, findings = read_manifest(write(tmp_path, "pdf", "figures.xlsx", xlsx({"One": [["a"]]})))
    assert manifest is None
    assert [(finding.code, finding.line) for finding in findings] == [("annex-kind", 8)]
    assert findings[0].message.startswith('"figures.xlsx" is an Excel workbook: save it as PDF')
    assert 'enclosed = "…"' in findings[0].message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (MAIL, "is a mail (.eml), whatever its name says: save it as PDF"),
        (b"\x89PNG\r\n", "is a picture, whatever its name says: name it with image"),
    ],
)
def test_a_name_does_not_deceive(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "agenda.pdf"
    path.write_bytes(data)
    (finding,) = prepare(papers.part("item-1-1", "annex", path, title="A paper"), tmp_path).findings
    assert (finding.code, said in finding.message) == ("annex-kind", True)


def test_a_pdf_by_another_name_is_still_told_so(tmp_path: Path) -> None:
    data = io.BytesIO()
    paper("One").save(data)
    _, findings = read_manifest(write(tmp_path, "pdf", "agenda.dat", data.getvalue()))
    assert [finding.code for finding in findings] == ["packet-value"]


@pytest.mark.slow
def test_a_workbook_that_travels_inside_keeps_the_packet_to_its_standards(tmp_path: Path) -> None:
    data = xlsx({"One": [["a", 1]]})
    result = make_packet(write(tmp_path, "enclosed", "figures.xlsx", data), PacketOrder(tmp_path / "build"))
    assert not result.failed, result.findings
    path = tmp_path / "build" / "visit" / "visit.pdf"
    with pikepdf.open(path) as pdf:
        held = pdf.attachments["figures.xlsx"]
        assert held.get_file().read_bytes() == data
        assert held.get_file().mime_type.endswith("spreadsheetml.sheet")
        assert (held.description, str(held.obj.AFRelationship)) == ("Figures of 2026", "/Supplement")
        assert held.obj.objgen in {one.objgen for one in pdf.Root.AF}
        assert b"<pdfaid:conformance>A" in pdf.Root.Metadata.read_bytes()
    assert validate_pdf(path) == []
    with zipfile.ZipFile(path.with_suffix(".epub")) as book:
        index = next(book.read(name).decode() for name in book.namelist() if name.endswith("index.xhtml"))
    assert "Figures of 2026" in index


@pytest.mark.parametrize("name", ["short.eml", "plan.dwg", "notes"])
def test_what_nobody_knows_is_told_what_to_do_with(tmp_path: Path, name: str) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / name).write_text("From: a@b\nSubject: x\n\nNot much.\n", encoding="utf-8")
    path = tmp_path / "source" / "visit.toml"
    path.write_text(MANIFEST.format(key="pdf", name=name), encoding="utf-8")
    (tmp_path / "source" / "a.rst").write_text(HEAD, encoding="utf-8")
    (finding,) = read_manifest(path)[1]
    assert finding.is_error
    assert (
        f'"{name}" is no PDF: save it as PDF and name that file; or let it travel inside' in finding.message
    )
