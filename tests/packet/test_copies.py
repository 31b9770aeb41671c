"""Numbered copies: who gets one is on every page, over nothing else, and `verify` knows whose a copy is."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, String
from PIL import ImageChops

from pipeline.check.validators import validate_pdf
from pipeline.packet.attach import attach
from pipeline.packet.base.lock import Lock
from pipeline.packet.copies.make import CopyOrder, make_copies
from pipeline.packet.copies.places import places
from pipeline.packet.copies.recipients import LONGEST, read_recipients
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.pdf.copy_mark import Copy, Marked, take_off
from pipeline.packet.pdf.drawn_lines import Lines
from pipeline.packet.signature.keys import load_key
from pipeline.packet.stitch.verify import verify
from tests.packet.test_signature import PASSWORD, write_keys
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.packets import INFO, paper

pytestmark = pytest.mark.usefixtures("one_process")

NAMES = ["Ann Peeters", "Đorđe Петровић", "محمد رضا"]
LIST = "Nr;Name;Post\n1;Ann Peeters;Minister\n2;Đorđe Петровић;PS\n3;محمد رضا;\n"
MANIFEST = """\
title = "Visit"
date = 2026-11-24
marking = "Restricted"
{more}
[[section]]
title = "Papers"
[[section.item]]
article = "a.rst"
marking = "Public"
[[section.item]]
pdf = "slide.pdf"
title = "Slide"
marking = "Restricted"
"""


def slide() -> pikepdf.Pdf:
    """A page that is dark to its edges."""
    pdf = paper("Dark", size=(720, 405))
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(b"0.1 0.2 0.4 rg 0 0 720 405 re f 1 g " + page.Contents.read_bytes())
    return pdf


def write_desk(folder: Path, more: str = "") -> Path:
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "a.rst").write_text(HEAD + "Text.\n")
    slide().save(folder / "source" / "slide.pdf", static_id=True)
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    manifest = folder / "source" / "visit.toml"
    manifest.write_text(MANIFEST.format(more=more))
    return manifest


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a packet and its three copies."""
    folder = tmp_path_factory.mktemp("copies")
    result = make_packet(write_desk(folder), PacketOrder(folder / "build", ebook=False))
    assert not result.failed, result.findings
    made = make_copies(folder / "build" / "visit" / "visit.pdf", CopyOrder(folder / "list.csv"))
    assert not made.failed, made.findings
    assert made.findings == []
    return folder


@pytest.fixture
def copy(desk: Path, tmp_path: Path) -> Path:
    """The second copy, alone in a folder."""
    found = desk / "build" / "visit" / "copies" / "visit-copy-2.pdf"
    return Path(shutil.copy(found, tmp_path))


def looks(path: Path, password: str | None = None) -> list[Any]:
    with pypdfium2.PdfDocument(path, password=password) as document:
        return [page.render(scale=1.5).to_pil().convert("L") for page in document]


def texts(path: Path, password: str | None = None) -> list[str]:
    with pypdfium2.PdfDocument(path, password=password) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


# The copies ----------------------------------------------------------------------------------------------


def test_every_page_says_whose_copy_it_is(desk: Path) -> None:
    folder = desk / "build" / "visit" / "copies"
    for number, name in enumerate(NAMES[:2], start=1):
        pages = texts(folder / f"visit-copy-{number}.pdf")
        assert len(pages) == 5
        assert [text.count(f"Copy {number} of 3, for {name}") for text in pages] == [1] * 5
    assert all("محمد" in text for text in texts(folder / "visit-copy-3.pdf"))


def test_the_line_lies_over_nothing(desk: Path) -> None:
    packet = desk / "build" / "visit" / "visit.pdf"
    before, after = looks(packet), looks(packet.parent / "copies" / "visit-copy-2.pdf")
    grown = []
    for number, (one, other) in enumerate(zip(before, after, strict=True), start=1):
        strip = other.height - one.height
        if strip:
            grown.append(number)
        own = other.crop((0, strip, other.width, other.height))
        box = ImageChops.difference(one, own).getbbox()
        if not strip:
            assert box is not None
            assert one.crop(box).getextrema()[0] > 225, f"page {number}: something stood there"
        else:
            assert box is None, f"page {number} is as it was below its strip"
            assert other.crop((0, 0, other.width, strip)).getextrema()[0] < 120
    assert grown == [], "the packet has made room at the top of each page for its marking"


def test_the_line_is_an_artifact_and_not_in_the_structure(desk: Path) -> None:
    packet = desk / "build" / "visit" / "visit.pdf"
    with pikepdf.open(packet) as one, pikepdf.open(packet.parent / "copies" / "visit-copy-1.pdf") as other:
        for page in other.pages:
            text = page.obj.Contents[-1].read_bytes()
            assert text.startswith(b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q ")
            assert text.rstrip().endswith(b" Do Q EMC")
        counts = [
            sum(isinstance(part, pikepdf.Dictionary) and "/S" in part for part in pdf.objects)
            for pdf in (one, other)
        ]
        assert counts[0] == counts[1]
        assert other.docinfo.Title == one.docinfo.Title


def test_the_record_says_who_got_what(desk: Path) -> None:
    packet = desk / "build" / "visit" / "visit.pdf"
    text = (packet.parent / "copies" / "copies.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [(row["copy"], row["of"], row["for"]) for row in rows] == [
        (str(number), "3", name) for number, name in enumerate(NAMES, start=1)
    ]
    for row in rows:
        data = (packet.parent / "copies" / row["file"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["sha256 of the packet"] == hashlib.sha256(packet.read_bytes()).hexdigest()


def test_the_same_list_gives_the_same_bytes(desk: Path, tmp_path: Path) -> None:
    packet = desk / "build" / "visit" / "visit.pdf"
    assert not make_copies(packet, CopyOrder(desk / "list.csv", tmp_path / "again")).failed
    for path in (packet.parent / "copies").iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
def test_a_copy_of_a_packet_that_keeps_to_the_standards_keeps_to_them(tmp_path: Path) -> None:
    manifest = write_desk(tmp_path)
    manifest.write_text(manifest.read_text().partition("[[section.item]]\npdf")[0])
    assert not make_packet(manifest, PacketOrder(tmp_path / "build", ebook=False)).failed
    (tmp_path / "list.csv").write_text("Ann Peeters\n")
    made = make_copies(tmp_path / "build" / "visit" / "visit.pdf", CopyOrder(tmp_path / "list.csv"))
    assert not made.failed, made.findings
    path = tmp_path / "build" / "visit" / "copies" / "visit-copy-1.pdf"
    with pikepdf.open(path) as pdf:
        assert b"pdfaid:part" in pdf.Root.Metadata.read_bytes()
    assert validate_pdf(path) == []


# What verify says of them --------------------------------------------------------------------------------


def test_verify_says_which_copy_it_is(desk: Path) -> None:
    for number, name in enumerate(NAMES, start=1):
        verdict = verify(desk / "build" / "visit" / "copies" / f"visit-copy-{number}.pdf")
        assert verdict.findings == []
        assert verdict.copy == f"copy {number} of 3, for {name}"
        assert "; 5 parts, 5 pages, " in str(verdict)
    assert verify(desk / "build" / "visit" / "visit.pdf").copy == ""


def _text(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[2].obj
    page.Contents[1].write(page.Contents[1].read_bytes() + b" q 0 0 9 9 re f Q")


def _name(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo.CopyFor = String("Somebody Else")


def _line(pdf: pikepdf.Pdf) -> None:
    form = pdf.pages[0].obj.Resources.XObject[Name.DespatchCopyRight]
    form.write(form.read_bytes() + b" ")


def _one_page(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1].obj
    page.Contents = pikepdf.Array(list(page.Contents)[:-1])


def _moved(pdf: pikepdf.Pdf) -> None:
    stamp = pdf.pages[1].obj.Contents[-1]
    stamp.write(stamp.read_bytes().replace(b" cm", b".5 cm", 1).replace(b"..", b"."))


def _claim(pdf: pikepdf.Pdf) -> None:
    for key in [key for key in pdf.docinfo.keys() if key.startswith("/Copy")]:  # noqa: SIM118
        del pdf.docinfo[key]


def _over(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1].obj
    page.Contents.append(pdf.make_stream(b"1 g 0 0 600 900 re f"))


@pytest.mark.parametrize("damage", [_text, _name, _line, _one_page, _moved, _claim, _over])
def test_a_copy_that_was_changed_is_found(copy: Path, damage: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(copy, allow_overwriting_input=True) as pdf:
        damage(pdf)
        pdf.save(copy)
    found = verify(copy).findings
    assert found
    assert {finding.code for finding in found} == {"packet-changed"}


def test_a_copy_is_no_packet(copy: Path, desk: Path, tmp_path: Path) -> None:
    paper("Late").save(tmp_path / "late.pdf")
    before = copy.read_bytes()
    result = attach(copy, [Addition(tmp_path / "late.pdf", marking="Public")])
    assert result.failed
    assert "it is a copy for somebody" in result.findings[-1].message
    made = make_copies(copy, CopyOrder(desk / "list.csv"))
    assert [finding.code for finding in made.findings] == ["copies-copy"]
    assert copy.read_bytes() == before
    assert not (tmp_path / "copies").exists()


# With a password, signed ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_copies_of_a_packet_with_a_password_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "wooden")
    manifest = write_desk(tmp_path, 'password-from = "SECRET"')
    assert not make_packet(manifest, PacketOrder(tmp_path / "build", ebook=False)).failed
    packet = tmp_path / "build" / "visit" / "visit.pdf"
    assert make_copies(packet, CopyOrder(tmp_path / "list.csv")).findings[0].code == "packet-password"
    done = despatch("copies", packet, "--list", "list.csv", "--password-from", "SECRET", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    path = packet.parent / "copies" / "visit-copy-1.pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path)
    assert all("Copy 1 of 3" in text for text in texts(path, "wooden"))
    verdict = verify(path, lock=Lock("SECRET"))
    assert (verdict.findings, verdict.copy) == ([], "copy 1 of 3, for Ann Peeters")


@pytest.mark.slow
def test_copies_of_a_signed_packet_are_signed(tmp_path: Path) -> None:
    write_keys(tmp_path, "desk")
    key = load_key(tmp_path / "desk.p12", password=PASSWORD)
    manifest = write_desk(tmp_path)
    assert not make_packet(manifest, PacketOrder(tmp_path / "build", ebook=False, key=key)).failed
    packet = tmp_path / "build" / "visit" / "visit.pdf"
    failed = make_copies(packet, CopyOrder(tmp_path / "list.csv"))
    assert failed.failed
    assert [finding.code for finding in failed.findings] == ["packet-signed"]
    assert not make_copies(packet, CopyOrder(tmp_path / "list.csv", key=key)).failed
    for number in (1, 3):
        verdict = verify(packet.parent / "copies" / f"visit-copy-{number}.pdf")
        assert verdict.findings == []
        assert 'signed by "desk"' in verdict.signature


# Where the line goes -------------------------------------------------------------------------------------


def _page(content: bytes) -> pikepdf.Pdf:
    pdf = paper("x")
    page = pdf.pages[0].obj
    page.Contents = pikepdf.Array([pdf.make_stream(b"q"), pdf.make_stream(content), pdf.make_stream(b"Q")])
    return pdf


@pytest.mark.parametrize(
    ("content", "side", "upright", "grown"),
    [
        (b"", "Right", True, False),
        (b"500 790 99 60 re f", "Left", True, False),
        (b"0 790 600 60 re f", "Left", False, False),
        (b"0 790 600 60 re f 0 0 40 800 re f", "Left", False, False),
        (b"0 0 600 900 re f", "Right", True, True),
        (b"0.95 g 0 0 600 900 re f", "Right", True, False),
    ],
)
def test_the_line_goes_where_nothing_is(
    tmp_path: Path, content: bytes, side: str, upright: bool, grown: bool
) -> None:
    pdf, path = _page(content), tmp_path / "page.pdf"
    pdf.save(path)
    before = looks(path)[0]
    with pikepdf.open(path) as opened:
        box_before = [float(one) for one in opened.pages[0].obj.MediaBox]
        lines = Lines(INFO, [("copy", "Copy 1 of 2, for Ann Peeters")])
        mark = lines.mark(opened, 0)
        (place,) = places(path, mark.width)
        assert (place.side, place.matrix[1] == 0, place.grown > 0) == (side, upright, grown)
        Marked(opened, INFO, [place], mark.width).write(Copy(1, 2, "Ann Peeters"), mark)
        opened.save(tmp_path / "copy.pdf")
        assert take_off(opened).copy == Copy(1, 2, "Ann Peeters")
        assert [float(one) for one in opened.pages[0].obj.MediaBox] == box_before
    after = looks(tmp_path / "copy.pdf")[0]
    strip = after.height - before.height
    assert (strip > 0) == grown
    box = ImageChops.difference(before, after.crop((0, strip, after.width, after.height))).getbbox()
    if grown:
        assert box is None
        assert after.crop((0, 0, after.width, strip)).getextrema()[0] < 120
    else:
        assert before.crop(box).getextrema()[0] > 225


# The list ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"Ann Peeters\nJan Maas\n", ["Ann Peeters", "Jan Maas"]),
        (b"name\r\nPeeters, Ann\r\nMaas, Jan\r\n", ["Peeters, Ann", "Maas, Jan"]),
        (b'Post,Recipient\nPS,"Peeters, Ann"\n,Jan\n', ["Peeters, Ann", "Jan"]),
        (b"For\tPost\nAnn\tPS\n\n\t\nJan\t\n", ["Ann", "Jan"]),
        ("\ufeffNom;Poste\nÉlise;a\n".encode(), ["Élise"]),
        ("naam;post\nZoë;a\n".encode("utf-16"), ["Zoë"]),
        ("name;post\nZoe\u0308 \u00a0 Maas;a\n".encode(), ["Zoë Maas"]),
        (b'name;note\n"Ann";"two\nlines"\nJan;x\n', ["Ann", "Jan"]),
    ],
)
def test_lists_are_read_as_spreadsheets_save_them(tmp_path: Path, data: bytes, names: list[str]) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    assert read_recipients(tmp_path / "list.csv") == (names, [])


def test_a_guess_at_letters_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("name;post\nJan;a\nJürgen Groß;b\n".encode("cp1252"))
    names, (finding,) = read_recipients(tmp_path / "list.csv")
    assert names == ["Jan", "Jürgen Groß"]
    assert (finding.code, finding.line, finding.is_error) == ("copies-encoding", 3, False)
    assert '"Jürgen"' in finding.message
    (tmp_path / "list.csv").write_bytes("name\nLech Wałęsa\n".encode("cp1250"))
    assert read_recipients(tmp_path / "list.csv", "pl")[0] == ["Lech Wałęsa"]
    (tmp_path / "list.csv").write_bytes("name\nLech Wałęsa\n".encode("utf-16-le"))
    assert read_recipients(tmp_path / "list.csv") == (["Lech Wałęsa"], [])


def test_a_workbook_is_a_list_too(tmp_path: Path) -> None:
    from tests.support.workbooks import xlsx

    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx({"Who": [["Post", "Name"], ["PS", "Ann Peeters"], ["", "Jan"]]}))
    assert read_recipients(path) == (["Ann Peeters", "Jan"], [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "there is no name in it"),
        ("name\n", None, "there is no name in it"),
        ("Ann,PS\nJan,Amb\n", 1, 'none of them is called "name"'),
        ("name,post\nAnn,PS\n,Amb\n", 3, "there is no name in this row"),
        (f"name\n{'x' * (LONGEST + 1)}\n", 2, "is too long"),
        ("name\nA\x07n\n", 2, "U+0007"),
        ("name\nA\u202en\n", 2, "U+202E"),
        ("name\n\U00012000\n", 2, "no font at hand"),
        ('name;x\nAnn;"a"b\n', None, "can't be told apart"),
    ],
)
def test_what_is_no_list_is_told(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    names, findings = read_recipients(tmp_path / "list.csv")
    assert names == []
    assert [(finding.code, finding.line) for finding in findings] == [("copies-list", line)]
    assert said in findings[0].message


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("name\nAnn\nJan\nANN\n")
    names, (finding,) = read_recipients(tmp_path / "list.csv")
    assert names == ["Ann", "Jan", "ANN"]
    assert (finding.code, finding.line) == ("copies-twice", 4)


def test_without_a_list_nothing_is_made(desk: Path, tmp_path: Path) -> None:
    made = make_copies(desk / "build" / "visit" / "visit.pdf", CopyOrder(tmp_path / "no.csv", tmp_path / "o"))
    assert made.failed
    assert [finding.code for finding in made.findings] == ["file-missing"]
    assert not (tmp_path / "o").exists()
