"""Whatever is changed in a finished packet, `verify` tells; and what comes from anywhere harms nobody."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.limits import Limits
from pipeline.packet.stitch.earlier import read_earlier
from pipeline.packet.stitch.record import checksums, sha256
from pipeline.packet.stitch.verify import Verdict, verify
from tests.support.packets import sample
from tests.support.quick import each_nth
from tests.support.zeros import packed_zeros

pytestmark = pytest.mark.usefixtures("one_process")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample packet: articles, a note, annexes, an image, blank pages."""
    return sample(tmp_path_factory)[0] / "build" / "visit"


@pytest.fixture
def alone(made: Path, tmp_path: Path) -> Path:
    """A copy of the packet's PDF, to be changed."""
    return Path(shutil.copy(made / "visit.pdf", tmp_path / "visit.pdf"))


def tampered(path: Path, how: Callable[[Pdf], object]) -> Verdict:
    """The packet, changed by another program, and verified."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        how(pdf)
        pdf.save(path)
    return verify(path)


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(code))


def _blank(pdf: Pdf) -> Any:
    """A page that stands between two parts: only stamps are on it."""
    record = json.loads(pdf.attachments["record.json"].get_file().read_bytes())
    return pdf.pages[int(next(iter(record["blanks"]))) - 1]


def _write_on_blank(pdf: Pdf) -> None:
    page = _blank(pdf)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources.Font.Evil = pdf.make_indirect(font)
    page.contents_add(b"BT /Evil 20 Tf 90 400 Td (The opposite is true) Tj ET")


def _annotate(page: Any, **what: Any) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 40, 40]), **what)
    page.obj.Annots = Array([*page.obj.get("/Annots", ()), note])


def _annotation(pdf: Pdf, subtype: Name = Name.Link) -> Any:
    return next(one for page in pdf.pages for one in page.obj.get("/Annots", ()) if one.Subtype == subtype)


def _outline(pdf: Pdf) -> Any:
    return pdf.Root.Outlines.First


def _destination(pdf: Pdf) -> None:
    names = pdf.Root.Names.Dests
    names = names.Kids[0] if "/Kids" in names else names
    value = names.Names[1]
    array = value.D if isinstance(value, Dictionary) else value
    array[0] = pdf.pages[-1].obj


def _file_of_another_content(pdf: Pdf) -> None:
    pdf.attachments["one.rst"].obj.EF.F = pdf.make_stream(b"other")


def _metadata(pdf: Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes().replace(b"Visit", b"Leave")
    pdf.Root.Metadata.write(data)


def _element(pdf: Pdf, key: str) -> Any:
    return next(one for one in pdf.objects if isinstance(one, Dictionary) and "/S" in one and key in one)


def _parent_tree(pdf: Pdf) -> None:
    tree = pdf.Root.StructTreeRoot.ParentTree
    while "/Kids" in tree:
        tree = tree.Kids[0]
    tree.Nums = Array([*tree.Nums, 9999, Array([])])


def _layer(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def _image(pdf: Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == Name.Image and "/Width" in one:
            one.write(bytes(int(one.Width) * int(one.Height) * 4))
            return
    raise AssertionError


def _font(pdf: Pdf) -> None:
    next(one for one in pdf.objects if isinstance(one, Dictionary) and "/ToUnicode" in one).ToUnicode.write(
        b""
    )


def _inner_sums(pdf: Pdf) -> None:
    pdf.attachments["SHA256SUMS"].get_file().obj.write(b"0" * 64 + b"  one.rst\n")


def _record_stream(pdf: Pdf) -> Any:
    return pdf.attachments["record.json"].obj.EF.F


def _set(where: Callable[[Pdf], Any], **values: Any) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        for name, value in values.items():
            where(pdf)[f"/{name}"] = value

    return change


def root(pdf: Pdf) -> Any:
    return pdf.Root


def first(pdf: Pdf) -> Any:
    return pdf.pages[0].obj


TAMPERINGS: dict[str, Callable[[Pdf], object]] = {
    # pages
    "an entry of the record's stream": _set(_record_stream, Secret=String("words of somebody else")),
    "text on a page": lambda pdf: pdf.pages[3].contents_add(b"0 0 9 9 re f"),
    "text under a page": lambda pdf: pdf.pages[3].contents_add(b"0 0 9 9 re f", prepend=True),
    "text on a blank page": _write_on_blank,
    "a note on a blank page": lambda pdf: _annotate(_blank(pdf), Contents=String("no")),
    "an action of a blank page": lambda pdf: _blank(pdf).obj.__setitem__("/AA", Dictionary(O=script())),
    "a page swapped": lambda pdf: pdf.pages.__setitem__(slice(3, 5), [pdf.pages[4], pdf.pages[3]]),
    "a page taken out": lambda pdf: pdf.pages.__delitem__(4),
    "a page added": lambda pdf: pdf.add_blank_page(),
    "a page turned": _set(first, Rotate=180),
    "a page cropped": _set(first, CropBox=Array([0, 0, 100, 100])),
    "a larger unit": _set(first, UserUnit=2),
    "an action of a page": _set(first, AA=Dictionary(O=script())),
    "what the page tree hands down": lambda pdf: pdf.Root.Pages.__setitem__("/Rotate", 90),
    "the page tree's own": lambda pdf: pdf.Root.Pages.__setitem__("/Evil", String("x")),
    "the order of tabs": _set(first, Tabs=Name.R),
    "where a page's tags are": _set(first, StructParents=7),
    "a duration": _set(first, Dur=1),
    "a thumbnail": lambda pdf: first(pdf).__setitem__("/Thumb", pdf.make_stream(b"x")),
    "a picture": _image,
    "a font's characters": _font,
    # annotations
    "a note": lambda pdf: _annotate(pdf.pages[3], Contents=String("no")),
    "a file in a note": lambda pdf: _annotate(pdf.pages[3], FS=Dictionary(F=String("a"))),
    "a link elsewhere": _set(_annotation, A=Dictionary(S=Name.URI, URI=String("https://e.com"))),
    "a link that runs": _set(_annotation, A=Dictionary(S=Name.Launch, F=String("cmd"))),
    "a link to another page": lambda pdf: _set(_annotation, Dest=Array([pdf.pages[-1].obj, Name.Fit]))(pdf),
    "a link's words": _set(_annotation, Contents=String("elsewhere")),
    "a link hidden": _set(_annotation, F=2),
    # the catalogue
    "an open action": _set(root, OpenAction=script()),
    "a launch action": _set(root, OpenAction=Dictionary(S=Name.Launch, F=String("cmd"))),
    "another first page": lambda pdf: _set(root, OpenAction=Array([pdf.pages[3].obj, Name.Fit]))(pdf),
    "an action at the end": _set(root, AA=Dictionary(WC=script())),
    "a script by name": lambda pdf: pdf.Root.Names.__setitem__(
        "/JavaScript", Dictionary(Names=Array([String("a"), script()]))
    ),
    "a layer": _layer,
    "a form": _set(root, AcroForm=Dictionary(Fields=Array([]), NeedAppearances=True)),
    "an XFA form": _set(root, AcroForm=Dictionary(Fields=Array([]), XFA=String("x"))),
    "labels": _set(root, PageLabels=Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))),
    "no labels": lambda pdf: pdf.Root.__delitem__("/PageLabels"),
    "a language": _set(root, Lang=String("fr")),
    "a base for addresses": _set(root, URI=Dictionary(Base=String("https://e.com/"))),
    "how it is shown": _set(root, ViewerPreferences=Dictionary(HideMenubar=True)),
    "full screen": _set(root, PageMode=Name.FullScreen),
    "a collection": _set(root, Collection=Dictionary(View=Name.T)),
    "permissions": _set(root, Perms=Dictionary()),
    "threads": _set(root, Threads=Array([])),
    "an extension": _set(root, Extensions=Dictionary(EVIL=Dictionary(BaseVersion=Name("/1.7")))),
    "the version": _set(root, Version=Name("/2.0")),
    "colours": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "the information": lambda pdf: pdf.docinfo.__setitem__("/Author", String("Nobody")),
    "the metadata": _metadata,
    # bookmarks and destinations
    "a bookmark's words": _set(_outline, Title=String("Other")),
    "a bookmark's place": lambda pdf: _set(_outline, Dest=Array([pdf.pages[-1].obj, Name.Fit]))(pdf),
    "a bookmark that runs": _set(_outline, A=script()),
    "no bookmarks": lambda pdf: pdf.Root.__delitem__("/Outlines"),
    "bookmarks cut": lambda pdf: _outline(pdf).__delitem__("/Next"),
    "a destination": _destination,
    # the structure
    "an alternative text": _set(lambda one: _element(one, "/Alt"), Alt=String("other")),
    "what is read aloud": _set(lambda one: _element(one, "/K"), ActualText=String("other")),
    "an element's language": _set(lambda one: _element(one, "/K"), Lang=String("xx")),
    "an element's page": lambda pdf: _set(lambda one: _element(one, "/Pg"), Pg=pdf.pages[-1].obj)(pdf),
    "roles": lambda pdf: pdf.Root.StructTreeRoot.__setitem__("/RoleMap", Dictionary(P=Name.Artifact)),
    "the parent tree": _parent_tree,
    "no structure": lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"),
    "no marks": lambda pdf: pdf.Root.__delitem__("/MarkInfo"),
    # files
    "a source": lambda pdf: pdf.attachments["one.rst"].get_file().obj.write(b"other"),
    "a source beside its other name": _file_of_another_content,
    "no source": lambda pdf: pdf.attachments.__delitem__("one.rst"),
    "another file": lambda pdf: pdf.attachments.__setitem__("extra.txt", b"x"),
    "a file's description": lambda pdf: pdf.attachments["one.rst"].obj.__setitem__("/Desc", String("no")),
    "a file's name in old viewers": lambda pdf: pdf.attachments["one.rst"].obj.__setitem__(
        "/F", String("a.exe")
    ),
    "the list of files": lambda pdf: pdf.Root.__delitem__("/AF"),
    "the checksums inside": _inner_sums,
}


def test_there_are_forty_tamperings_and_more() -> None:
    assert len(TAMPERINGS) > 60


@pytest.mark.slow
def test_nothing_is_told_of_one_that_was_only_stored_anew(alone: Path) -> None:
    assert tampered(alone, lambda pdf: None).findings == []


@pytest.mark.parametrize("name", each_nth(5, TAMPERINGS))
def test_each_tampering_is_told(alone: Path, name: str) -> None:
    verdict = tampered(alone, TAMPERINGS[name])
    assert verdict.findings
    assert {finding.code for finding in verdict.findings} <= {"packet-changed", "packet-record"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("text on a page", "page 4"),
        ("text on a blank page", "belongs to no part"),
        ("an open action", "when it is opened"),
        ("a bookmark's words", "bookmarks"),
        ("labels", "numbers of its pages"),
        ("a layer", "layers"),
        ("a destination", "places"),
        ("the checksums inside", "SHA256SUMS"),
    ],
)
def test_a_finding_says_what_was_changed(alone: Path, name: str, words: str) -> None:
    assert any(words in finding.message for finding in tampered(alone, TAMPERINGS[name]).findings)


def test_what_is_written_behind_the_end_is_told(alone: Path) -> None:
    with alone.open("ab") as file:
        file.write(b"more")
    assert verify(alone).findings


def test_a_password_is_told(alone: Path) -> None:
    with pikepdf.open(alone, allow_overwriting_input=True) as pdf:
        pdf.save(alone, encryption=pikepdf.Encryption(owner="o", user="u"))
    (finding,) = verify(alone).findings
    assert finding.code == "packet-password"
    assert "password" in finding.message


# Records from anywhere -----------------------------------------------------------------------------------


def record_of(text: Callable[[dict[str, Any]], object]) -> Callable[[Pdf], None]:
    """Write another record into a packet: a text, or what a function makes of the data."""

    def write(pdf: Pdf) -> None:
        stream = pdf.attachments["record.json"].get_file().obj
        data = json.loads(stream.read_bytes())
        made = text(data)
        stream.write(made if isinstance(made, bytes) else json.dumps(data if made is None else made).encode())

    return write


def _within(data: dict[str, Any], *path: Any, value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


RECORDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "nothing": lambda data: b"",
    "infinity": lambda data: json.dumps(data | {"page_count": float("inf")}).encode(),
    "not a number": lambda data: json.dumps(data | {"page_count": float("nan")}).encode(),
    "five thousand digits": lambda data: b'{"record": %s}' % (b"9" * 5000),
    "nested deeply": lambda data: b"[" * 100_000,
    "nested objects": lambda data: b'{"record":' * 50_000,
    "no text": lambda data: b"\xff\xfe\x00",
    "a list": lambda data: [],
    "no parts": lambda data: _within(data, "parts", value=[]),
    "pages beyond number": lambda data: _within(data, "page_count", value=10**12),
    "no pages": lambda data: _within(data, "page_count", value=-1),
    "a part far off": lambda data: _within(data, "parts", 0, "first", value=10**15),
    "a part before the first page": lambda data: _within(data, "parts", 0, "first", value=-4),
    "a title of another kind": lambda data: _within(data, "parts", 0, "title", value=["a"]),
    "a level of another kind": lambda data: _within(data, "parts", 0, "level", value="x"),
    "pages of another kind": lambda data: _within(data, "parts", 0, "pages", value=[1]),
    "two parts of one name": lambda data: _within(data, "parts", 1, "name", value="cover"),
    "a direction turned": lambda data: _within(data, "parts", 0, "title", value="a\u202eb"),
    "a control character": lambda data: _within(data, "packet", "title", value="a\x1b[31mb"),
    "half a character": lambda data: json.dumps(data).replace("visit", "\\ud800").encode(),
    "an odd date": lambda data: _within(data, "packet", "date", value="2026-99-99"),
    "a date of another kind": lambda data: _within(data, "index", 0, "date", value=7),
    "an unknown key": lambda data: _within(data, "packet", "evil", value="x"),
    "checksums of another kind": lambda data: _within(data, "sources", value=["a"]),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_any_form_is_answered_by_a_finding(alone: Path, name: str) -> None:
    verdict = tampered(alone, record_of(RECORDS[name]))
    assert verdict.findings
    for finding in verdict.findings:
        assert finding.code in {"packet-record", "packet-changed"}
        assert "\x1b" not in str(finding)


def _earlier(data: dict[str, Any]) -> bytes:
    """The record as the first version of its form had it, pages summed up in another way."""
    for part in data["parts"]:
        part["pages"] = ["0" * 32 for _ in part["pages"]]
    del data["blanks"], data["document"]
    return json.dumps(data | {"record": 1}).encode()


def test_a_packet_of_an_earlier_version_is_called_so(alone: Path) -> None:
    verdict = tampered(alone, record_of(_earlier))
    assert [finding.code for finding in verdict.findings] == ["packet-older"]
    assert "earlier version" in verdict.findings[0].message
    assert str(verdict).endswith("sources inside, 0 beside it: are what they were")
    assert read_earlier(alone).items[0].title

    def spoil(pdf: Pdf) -> None:
        name = next(name for name in pdf.attachments if name.endswith(".rst"))
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"other")

    verdict = tampered(alone, spoil)
    assert {finding.code for finding in verdict.findings} == {"packet-older", "packet-changed"}
    assert str(verdict).endswith("are not all what they were")


def test_a_packet_of_a_later_version_is_called_so(alone: Path) -> None:
    verdict = tampered(alone, record_of(lambda data: json.dumps(data | {"record": 99}).encode()))
    assert "later version" in verdict.findings[0].message


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../secret.txt", "a/../../secret.txt", "link", "fifo", "link-folder/secret.txt"]
)
def test_nothing_outside_the_folder_is_read(made: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "visit"))
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    (folder / "link").symlink_to(secret)
    (folder / "link-folder").symlink_to(tmp_path)
    os.mkfifo(folder / "fifo")
    (folder / "SHA256SUMS").unlink()
    path = folder / "visit.pdf"
    beside = {name: sha256(b"secret")}
    before = verify(path)
    verdict = tampered(path, record_of(lambda data: _within(data, "beside", value=beside)))
    assert before.beside > 0
    assert verdict.beside == 0


def test_a_list_of_checksums_that_is_a_pipe_is_not_waited_for(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "visit"))
    (folder / "SHA256SUMS").unlink()
    os.mkfifo(folder / "SHA256SUMS")
    assert verify(folder / "visit.pdf", Limits(60)).findings


def test_a_packet_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.pdf")
    (finding,) = verify(tmp_path / "p.pdf", Limits(60)).findings
    assert finding.code == "packet-record"


def test_what_grows_beyond_all_measure_is_stopped(alone: Path) -> None:
    def bomb(pdf: Pdf) -> None:
        whole = packed_zeros(60 * 10**7)
        assert len(whole) < 10**6
        pdf.attachments["one.rst"].get_file().obj.write(whole, filter=Name.FlateDecode)

    with pikepdf.open(alone, allow_overwriting_input=True) as pdf:
        bomb(pdf)
        pdf.save(alone, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    (finding,) = verify(alone, Limits(60, 300)).findings
    assert finding.code in {"limit-memory", "packet-record"}


def test_checksums_beside_it_name_no_file_elsewhere(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "visit"))
    (tmp_path / "secret.txt").write_bytes(b"secret")
    names = {"visit.pdf": sha256((folder / "visit.pdf").read_bytes()), "../secret.txt": sha256(b"secret")}
    (folder / "SHA256SUMS").write_bytes(checksums(names))
    assert any("secret" in finding.source for finding in verify(folder / "visit.pdf").findings)
