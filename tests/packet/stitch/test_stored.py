"""What another program leaves in a packet where nobody sees it is told; what is only stored anew is not."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String

from pipeline.packet.stitch.stored import _held
from pipeline.packet.stitch.verify import _verify
from tests.support.packets import sample
from tests.support.quick import each_nth

pytestmark = pytest.mark.usefixtures("one_process")


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sample packet."""
    return (sample(tmp_path_factory)[0] / "build" / "visit" / "visit.pdf").read_bytes()


def told(data: bytes, folder: Path) -> list[str]:
    (folder / "p.pdf").write_bytes(data)
    return [finding.message for finding in _verify(folder / "p.pdf", ()).findings]


def saved(data: bytes, how: Callable[[Pdf], object] = lambda pdf: None, **options: Any) -> bytes:
    """A packet that another program has opened, changed and stored."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        how(pdf)
        pdf.save(target, **{"fix_metadata_version": False, **options})
    return target.getvalue()


PLAIN = {"object_stream_mode": ObjectStreamMode.disable}


def page(pdf: Pdf) -> Any:
    return pdf.pages[2].obj


def node(**entries: Any) -> Dictionary:
    return Dictionary(Type=Name.Pages, Kids=Array([]), Count=1, **entries)


def put(where: Callable[[Pdf], Any], **entries: Any) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        for name, value in entries.items():
            where(pdf)[f"/{name}"] = value

    return change


def parent(make: Callable[[Pdf], Any]) -> Callable[[Pdf], None]:
    return lambda pdf: page(pdf).__setitem__("/Parent", make(pdf))


def hidden_page(pdf: Pdf) -> Any:
    return pdf.make_indirect(Dictionary(Type=Name.Page, Secret=String("SECRETNAME")))


def annotation(pdf: Pdf) -> Any:
    return next(one for each in pdf.pages for one in each.obj.get("/Annots", ()))


def link(pdf: Pdf) -> Any:
    return next(one for each in pdf.pages for one in each.obj.get("/Annots", ()) if "/Dest" in one)


def font(pdf: Pdf) -> Any:
    fonts = page(pdf).Resources.Font
    return fonts[next(iter(fonts.keys()))]


def drawing(pdf: Pdf) -> Any:
    return next(
        one for one in pdf.objects if isinstance(one, Stream) and "/Subtype" in one and "/Width" in one
    )


def record(pdf: Pdf) -> Any:
    return pdf.attachments["record.json"].obj


def recorded(how: Callable[[dict[str, Any]], object]) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        stream = record(pdf).EF.F
        data = json.loads(stream.read_bytes())
        made = how(data)
        text = (
            made
            if isinstance(made, bytes)
            else (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
        )
        stream.write(text)
        stream.Params.Size = len(text)

    return change


def metadata(how: Callable[[bytes], bytes]) -> Callable[[Pdf], None]:
    return lambda pdf: pdf.Root.Metadata.write(how(pdf.Root.Metadata.read_bytes()))


def kids_of(pdf: Pdf) -> Any:
    things = (one for one in pdf.objects if isinstance(one, Dictionary) and "/S" in one)
    return next(one for one in things if isinstance(one.get("/K"), Array) and len(one.K) > 1)


CHANGES: dict[str, Callable[[Pdf], object]] = {
    # the page tree
    "a parent that turns": parent(lambda pdf: pdf.make_indirect(node(Rotate=90))),
    "a parent that crops": parent(lambda pdf: node(CropBox=Array([0, 0, 10, 10]))),
    "a parent that sizes": parent(lambda pdf: node(MediaBox=Array([0, 0, 10, 10]))),
    "a parent with resources": parent(lambda pdf: node(Resources=Dictionary())),
    "a parent that says nothing": parent(lambda pdf: node()),
    "a parent that is no node": parent(lambda pdf: pdf.Root),
    "a parent that is a page": parent(lambda pdf: pdf.pages[1].obj),
    "no parent": lambda pdf: page(pdf).__delitem__("/Parent"),
    "a parent of all": put(lambda pdf: pdf.Root.Pages, Parent=node(Rotate=90)),
    "what no page takes over": put(lambda pdf: pdf.Root.Pages, CropBox=Array([0, 0, 1, 1])),
    # what looks like a page
    "a page that is none": lambda pdf: put(page, P=hidden_page(pdf))(pdf),
    "a page of a font": lambda pdf: put(font, P=hidden_page(pdf))(pdf),
    "a page of a link": lambda pdf: put(annotation, P=hidden_page(pdf))(pdf),
    "another page of a link": lambda pdf: put(annotation, P=pdf.pages[-1].obj)(pdf),
    "a tree that is none": put(font, Up=node(Secret=String("SECRETNAME"))),
    "a catalogue that is none": put(font, Up=Dictionary(Type=Name.Catalog, S=String("SECRETNAME"))),
    # pages
    "a place in the structure": put(drawing, StructParent=3),
    "places in the structure": put(font, StructParents=String("SECRETNAME")),
    "resources that are not used": lambda pdf: put(
        lambda one: page(one).Resources, Pattern=Dictionary(P=pdf.make_stream(b"x"))
    )(pdf),
    "a file of the page": lambda pdf: put(page, AF=Array([record(pdf)]))(pdf),
    "private data": put(page, PieceInfo=Dictionary(Evil=Dictionary(Private=String("x")))),
    "metadata of a page": lambda pdf: put(page, Metadata=pdf.make_stream(b"<x/>"))(pdf),
    "a group of a page": put(page, Group=Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)),
    "a viewport": put(page, VP=Array([Dictionary(Type=Name.Viewport)])),
    "another box": put(page, ArtBox=Array([0, 0, 1, 1])),
    "layers of a page": put(
        lambda pdf: page(pdf).Resources, Properties=Dictionary(A=Dictionary(Type=Name.OCMD))
    ),
    "a comment in the content": lambda pdf: pdf.pages[2].contents_add(b"% SECRETNAME\n", prepend=True),
    "an entry of the content": put(lambda pdf: page(pdf).Contents[0], Secret=String("x")),
    "content from elsewhere": put(lambda pdf: page(pdf).Contents[0], F=String("http://example.org")),
    # annotations
    "an appearance": lambda pdf: put(annotation, AP=Dictionary(N=pdf.make_stream(b"")))(pdf),
    "an action on entering": put(annotation, AA=Dictionary(E=Dictionary(S=Name.Named, N=Name.Print))),
    "a second action": put(link, PA=Dictionary(S=Name.URI, URI=String("x"))),
    "an annotation's place in the structure": put(annotation, StructParent=99),
    "an annotation like a page": lambda pdf: put(
        page, Annots=Array([*page(pdf).get("/Annots", ()), pdf.make_indirect(Dictionary(Type=Name.Page))])
    )(pdf),
    # pictures and fonts
    "a soft mask": lambda pdf: put(drawing, SMask=pdf.make_stream(b"\0", Subtype=Name.Image))(pdf),
    "colours turned round": put(drawing, Decode=Array([1, 0])),
    "another picture for printing": put(drawing, Alternates=Array([])),
    "a font's name": put(font, BaseFont=Name.Other),
    # the structure
    "a role": put(lambda pdf: pdf.Root.StructTreeRoot, RoleMap=Dictionary(Foo=Name.Note)),
    "classes": put(lambda pdf: pdf.Root.StructTreeRoot, ClassMap=Dictionary(A=Dictionary(O=Name.Layout))),
    "the tree of ids": put(lambda pdf: pdf.Root.StructTreeRoot, IDTree=Dictionary(Names=Array([]))),
    "files of the structure": put(lambda pdf: pdf.Root.StructTreeRoot, AF=Array([])),
    "the order of elements": lambda pdf: put(kids_of, K=Array(list(kids_of(pdf).K)[::-1]))(pdf),
    "a revision of an element": put(kids_of, R=3),
    "an element's look": put(kids_of, A=Dictionary(O=Name.Layout, Placement=Name.Block)),
    # the catalogue
    "layers without one": put(lambda pdf: pdf.Root, OCProperties=Dictionary(OCGs=Array([]))),
    "a dynamic form": put(lambda pdf: pdf.Root, NeedsRendering=True),
    "what a viewer must do": put(lambda pdf: pdf.Root, Requirements=Array([])),
    "renditions": put(lambda pdf: pdf.Root.Names, Renditions=Dictionary(Names=Array([]))),
    "an order of printing": put(lambda pdf: pdf.Root.ViewerPreferences, PrintPageRange=Array([1, 1])),
    "a bookmark's colour": put(lambda pdf: pdf.Root.Outlines.First, C=Array([1, 0, 0])),
    "a bookmark's element": lambda pdf: put(lambda one: one.Root.Outlines.First, SE=kids_of(pdf))(pdf),
    "an entry of the information": put(lambda pdf: pdf.docinfo, Evil=String("x")),
    # files
    "a file's kind": put(lambda pdf: pdf.attachments["one.rst"].obj, AFRelationship=Name.Alternative),
    "a file's date": put(lambda pdf: pdf.attachments["one.rst"].obj.EF.F.Params, ModDate=String("D:1990")),
    "a file's media type": put(lambda pdf: pdf.attachments["one.rst"].obj.EF.F, Subtype=Name("/a/b")),
    "a file's other fields": put(lambda pdf: pdf.attachments["one.rst"].obj, CI=Dictionary(X=String("x"))),
    # the record
    "a parameter of the record": put(lambda pdf: record(pdf).EF.F.Params, Secret=String("x")),
    "the record's date": put(lambda pdf: record(pdf).EF.F.Params, ModDate=String("D:1990")),
    "the record's checksum": put(lambda pdf: record(pdf).EF.F.Params, CheckSum=String("x")),
    "a title in the record": recorded(lambda data: data["parts"][3].update(title="Other")),
    "a marking in the record": recorded(lambda data: data["parts"][3].update(marking="Internal")),
    "a file in the record": recorded(lambda data: data["parts"][3].update(original="evil.pdf")),
    "a line of the index in the record": recorded(lambda data: data["index"][0].update(title="Other")),
    "an unknown entry of the record": recorded(lambda data: data.update(evil="SECRETNAME")),
    "an entry that says itself again": recorded(
        lambda data: json.dumps(data, indent=1).replace('"own"', '"own": "", "own"').encode()
    ),
    "spaces behind the record": recorded(
        lambda data: (json.dumps(data, ensure_ascii=False, indent=1) + " \n").encode()
    ),
    "no checksum of the record": recorded(lambda data: data.pop("own")),
    "no files beside it": recorded(lambda data: data.update(beside={})),
    # metadata
    "a comment in the metadata": metadata(
        lambda data: data.replace(b"<rdf:RDF", b"<!-- SECRETNAME --><rdf:RDF")
    ),
    "an instruction in the metadata": metadata(
        lambda data: data.replace(b"<rdf:RDF", b"<?secret name?><rdf:RDF")
    ),
    "a comment behind the metadata": metadata(lambda data: data + b"<!-- SECRETNAME -->"),
    "a document type": metadata(
        lambda data: data.replace(b"<x:xmpmeta", b'<!DOCTYPE x [<!ENTITY e "SECRETNAME">]><x:xmpmeta', 1)
    ),
    "a packet of another name": metadata(lambda data: re.sub(rb'id="W5M[^"]*"', b'id="SECRETNAME"', data)),
    "an entry of the metadata": put(lambda pdf: pdf.Root.Metadata, Secret=String("x")),
}


@pytest.mark.parametrize("name", each_nth(5, CHANGES))
def test_each_change_is_told(packet: bytes, tmp_path: Path, name: str) -> None:
    assert told(saved(packet, CHANGES[name]), tmp_path)


def revised(
    data: bytes, objects: Callable[[Pdf, int], list[tuple[int, bytes]]], trailer: bytes = b""
) -> bytes:
    """A file with changes behind its end (ISO 32000-1, 7.5.6)."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        size, root, info = int(pdf.trailer.Size), pdf.Root.objgen[0], pdf.trailer.Info.objgen[0]
        made = objects(pdf, size)
        name = pdf.trailer.ID.unparse()
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    table = b"xref\n0 1\n0000000000 65535 f \n"
    for number, body in made:
        table += b"%d 1\n%010d 00000 n \n" % (number, len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    entries = b"/Size %d/Root %d 0 R/Info %d 0 R/Prev %d/ID %s" % (size + len(made), root, info, before, name)
    return data + table + b"trailer\n<<%s%s>>\nstartxref\n%d\n%%%%EOF\n" % (entries, trailer, len(data))


def _title(pdf: Pdf, size: int) -> list[tuple[int, bytes]]:
    mark = pdf.Root.Outlines.First
    mark.Title = String("Other")
    return [(mark.objgen[0], mark.unparse(resolved=True))]


def _moved(data: bytes, at: int, more: bytes) -> bytes:
    """A file with more bytes at a place before its list of objects, which stays right."""
    table = int(re.findall(rb"startxref\s+(\d+)", data)[-1])

    def later(match: re.Match[bytes]) -> bytes:
        place = int(match[1])
        return b"%010d %s n" % (place + len(more) * (place >= at), match[2])

    head, tail = data[:at] + more + data[at:table], re.sub(rb"(\d{10}) (\d{5}) n", later, data[table:])
    return head + re.sub(rb"startxref\n\d+", b"startxref\n%d" % (table + len(more)), tail)


FILES: dict[str, Callable[[bytes], bytes]] = {
    "an object that nothing leads to": lambda data: revised(
        data, lambda pdf, size: [(size, b"(SECRETNAME)")]
    ),
    "a revision without a change": lambda data: revised(data, lambda pdf, size: []),
    "a revision with a change": lambda data: revised(data, _title),
    "a revision of the trailer": lambda data: revised(data, lambda pdf, size: [], b"/Evil (x)"),
    "bytes behind the end": lambda data: data + b"SECRETNAME",
    "bytes and another end": lambda data: data + b"\nSECRETNAME\n%%EOF\n",
    "bytes before the beginning": lambda data: b"SECRETNAME\n" + data,
    "a comment after the first line": lambda data: data.replace(b"\n", b"\n%SECRETNAME\n", 1),
    "a comment before the end": lambda data: data.replace(b"startxref", b"%SECRETNAME\nstartxref"),
    "another version": lambda data: data.replace(b"%PDF-1.7", b"%PDF-2.0", 1),
    "a password for the owner alone": lambda data: saved(
        data, encryption=pikepdf.Encryption(owner="x", user="")
    ),
    "an end cut off": lambda data: data[:-6],
    "half": lambda data: data[: len(data) // 2],
    "another byte": lambda data: data[:3000] + bytes([data[3000] ^ 1]) + data[3001:],
}
PLAIN_FILES: dict[str, Callable[[bytes], bytes]] = {
    "a comment between objects": lambda data: _moved(data, data.index(b"endobj\n") + 7, b"%SECRETNAME\n"),
    "a text between objects": lambda data: _moved(data, data.index(b"endobj\n") + 7, b"(SECRETNAME)\n"),
    "a comment in an object": lambda data: _moved(data, data.index(b"endobj\n"), b"%SECRETNAME\n"),
    "a second value of an object": lambda data: _moved(data, data.index(b"endobj\n"), b"(SECRETNAME)\n"),
    "an object that was replaced": lambda data: _moved(
        data, data.rindex(b"endobj\n") + 7, b"5 0 obj\n(SECRETNAME)\nendobj\n"
    ),
    "an object that was deleted": lambda data: _moved(
        data, data.rindex(b"endobj\n") + 7, b"99999 0 obj\n(SECRETNAME)\nendobj\n"
    ),
    "an entry of the trailer": lambda data: data.replace(b"trailer <<", b"trailer << /Evil (x)"),
    "an entry of another trailer": lambda data: data.replace(b"trailer <<", b"trailer << /W (SECRETNAME)"),
    "a long identifier": lambda data: data.replace(b"/ID [<", b"/ID [<" + b"ab" * 40),
    "a count of fewer pages": lambda data: re.sub(rb"/Count (\d+)( /Kids)", rb"/Count 1\2", data),
    "a tree of another type": lambda data: data.replace(b"/Type /Pages", b"/Type /Pagez"),
    "a page of another type": lambda data: data.replace(b"/Type /Page ", b"/Type /Pagf ", 1),
    "a catalogue of another type": lambda data: data.replace(b"/Type /Catalog", b"/Type /Catalox"),
}


@pytest.mark.parametrize("name", each_nth(4, FILES))
def test_each_change_of_the_file_is_told(packet: bytes, tmp_path: Path, name: str) -> None:
    assert told(FILES[name](packet), tmp_path)


@pytest.mark.parametrize("name", each_nth(4, PLAIN_FILES))
def test_each_change_of_a_plain_file_is_told(packet: bytes, tmp_path: Path, name: str) -> None:
    plain = saved(packet, **PLAIN)
    changed = PLAIN_FILES[name](plain)
    assert changed != plain
    assert told(plain, tmp_path) == []
    assert told(changed, tmp_path)


def test_there_are_sixty_kinds_and_more() -> None:
    assert len(CHANGES) + len(FILES) + len(PLAIN_FILES) > 90


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(ObjectStreamMode.__members__.values()))
@pytest.mark.parametrize("options", [{}, {"linearize": True}, {"fix_metadata_version": True}])
def test_what_is_only_stored_anew_is_what_it_was(
    packet: bytes, tmp_path: Path, mode: ObjectStreamMode, options: dict[str, Any]
) -> None:
    assert told(saved(packet, object_stream_mode=mode, **options), tmp_path) == []


def test_numbers_may_be_objects_of_their_own(packet: bytes, tmp_path: Path) -> None:
    def apart(pdf: Pdf) -> None:
        pdf.pages[0].obj.Secret = Array([1234567])

    # A number of the same length that leads to an object, which is no other value.
    plain = saved(packet, apart, **PLAIN)
    size = int(re.findall(rb"/Size (\d+)", plain)[-1])
    at = plain.rindex(b"endobj\n") + 7
    assert size < 9999
    own = plain.replace(b"[ 1234567 ]", b"[ %d 0 R ]" % size)
    made = _moved(plain, at, b"%d 0 obj\n1234567\nendobj\n" % size)
    assert own != made
    number = b"%010d 00000 n \n" % at
    made = made.replace(b"[ 1234567 ]", b"[%4d 0 R ]" % size)
    made = re.sub(rb"xref\n0 \d+\n", b"xref\n0 %d\n" % (size + 1), made)
    made = made.replace(b"trailer <<", number + b"trailer <<").replace(
        b"/Size %d" % size, b"/Size %d" % (size + 1)
    )
    assert told(made, tmp_path) == told(plain, tmp_path)


@pytest.mark.parametrize(
    ("data", "good"),
    [
        (b"1 0 2 7 << /A 1 >>\n(x)\n", False),
        (b"1 0 2 6 (abc)\n[ 1 ]", True),
        (b"1 0 2 6 (abc) 1 0 R", True),
        (b"1 0 2 6 (abc) %no\n[ 1 ]", False),
        (b"1 0 2 8 (abc)\n(more)[ 1 ]", False),
        (b"1 0 2 6 (abc)\n[ 1 ](more)", False),
        (b"1 0 2 6 3 9 (abc)\n[ 1 ]", False),
    ],
)
def test_nothing_stands_between_objects_that_another_one_holds(data: bytes, good: bool) -> None:
    first = data.index(b"(") if data.index(b"(") < 13 else data.index(b"<")
    pdf = pikepdf.new()
    stream = pdf.make_stream(data, Type=Name.ObjStm, N=2, First=first)
    if good:
        assert _held(stream) == {(1, 0), (2, 0)}
    else:
        with pytest.raises(ValueError, match=r"."):
            _held(stream)
