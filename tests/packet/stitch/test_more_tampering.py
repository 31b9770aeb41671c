"""Tamperings with parts of a packet that few programs show: fonts, forms, files, the structure, bytes."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from pipeline.packet.stitch.verify import verify
from tests.support.packets import sample
from tests.support.quick import slow_but

pytestmark = pytest.mark.usefixtures("one_process")

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
Entries = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory)[0] / "build" / "visit" / "visit.pdf"


def having(**wanted: Any) -> Callable[[Pdf], Any]:
    """The first object with some entries; ``...`` for any value."""

    def find(pdf: Pdf) -> Any:
        return next(
            one
            for one in pdf.objects
            if isinstance(one, (Dictionary, Stream))
            and all(
                f"/{key}" in one and (value is ... or one[f"/{key}"] == value)
                for key, value in wanted.items()
            )
        )

    return find


def put(where: Callable[[Pdf], Any], key: str, value: Any) -> Callable[[Pdf], None]:
    """Set an entry; a function makes the value of the file."""

    def change(pdf: Pdf) -> None:
        where(pdf)[f"/{key}"] = value(pdf) if callable(value) else value

    return change


def stream(data: bytes) -> Callable[[Pdf], Any]:
    return lambda pdf: pdf.make_stream(data)


def root(pdf: Pdf) -> Any:
    return pdf.Root


def first(pdf: Pdf) -> Any:
    return pdf.pages[0].obj


def structure(pdf: Pdf) -> Any:
    return pdf.Root.StructTreeRoot


def attached(pdf: Pdf) -> Any:
    return pdf.attachments["one.rst"].obj


def parameters(pdf: Pdf) -> Any:
    return attached(pdf).EF.F.Params


def inner_font(pdf: Pdf) -> Any:
    return FONT(pdf).DescendantFonts[0]


def outline(pdf: Pdf) -> Any:
    return pdf.Root.Outlines.First


def leaf(tree: Any) -> Any:
    while "/Kids" in tree:
        tree = tree.Kids[0]
    return tree


def meaning(pdf: Pdf) -> None:
    font = FONT(pdf)
    data = font.ToUnicode.read_bytes()
    font.ToUnicode = pdf.make_stream(data.replace(b"<0065>", b"<0061>").replace(b"<0041>", b"<0042>"))


def shapes(pdf: Pdf) -> None:
    holder = next(
        one
        for one in pdf.objects
        if isinstance(one, Dictionary) and ("/FontFile2" in one or "/FontFile3" in one)
    )
    key = "/FontFile2" if "/FontFile2" in holder else "/FontFile3"
    holder[key] = pdf.make_stream(holder[key].read_bytes()[:-4] + b"abcd")


def fonts_swapped(pdf: Pdf) -> None:
    for one in pdf.objects:
        fonts = (
            one.get("/Resources", Dictionary()).get("/Font")
            if isinstance(one, (Dictionary, Stream))
            else None
        )
        if fonts is not None and len(fonts.keys()) > 1:
            one_name, other = sorted(fonts.keys())[:2]
            fonts[one_name], fonts[other] = fonts[other], fonts[one_name]
            return
    raise AssertionError


def appearance(pdf: Pdf) -> None:
    look = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([9, 9, 40, 40]))
    look.AP = Dictionary(N=pdf.make_stream(b""))
    first(pdf).Annots = Array([*first(pdf).get("/Annots", ()), look])


def widget(pdf: Pdf) -> None:
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=Array([9, 9, 40, 40]))
    first(pdf).Annots = Array([*first(pdf).get("/Annots", ()), field])


def order_of_links(pdf: Pdf) -> None:
    page = next(page.obj for page in pdf.pages if len(page.obj.get("/Annots", ())) > 1)
    page.Annots = Array(list(reversed(list(page.Annots))))


def another_place(pdf: Pdf) -> None:
    names = leaf(pdf.Root.Names.Dests)
    names.Names = Array([*names.Names, String("zzz"), Array([first(pdf), Name.Fit])])


def element_of_a_bookmark(pdf: Pdf) -> None:
    kids = structure(pdf).K
    outline(pdf).SE = kids if isinstance(kids, Dictionary) else kids[0]


def remark_in_metadata(pdf: Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(data.replace(b"</rdf:RDF>", b"<!-- secret --></rdf:RDF>"))


def behind_data(pdf: Pdf) -> None:
    one = FORM(pdf)
    one.write(zlib.compress(one.read_bytes()) + b"   words of somebody else", filter=Name.FlateDecode)


def how_data_are_packed(pdf: Pdf) -> None:
    one, more = FORM(pdf), Dictionary(Secret=String("words of somebody else"))
    one.write(zlib.compress(one.read_bytes()), filter=Name.FlateDecode, decode_parms=more)


KEPT = Dictionary(A=Dictionary(Private=String("x")))
FONT = having(Type=Name.Font, DescendantFonts=...)
FORM = having(Subtype=Name.Form)
IMAGE = having(Subtype=Name.Image)
LINK = having(Subtype=Name.Link)
PARAGRAPH = having(S=Name.P)
TAMPERINGS: dict[str, Callable[[Pdf], object]] = {
    # fonts
    "what letters mean": meaning,
    "fonts swapped": fonts_swapped,
    "the shapes of letters": shapes,
    "the width of letters": put(inner_font, "DW", 1),
    "which letters are drawn": put(inner_font, "CIDToGIDMap", stream(bytes(400))),
    "the direction of letters": put(FONT, "Encoding", Name("/Identity-V")),
    "a font's name": put(FONT, "BaseFont", Name.Other),
    # marks, links and fields
    "what a mark says aloud": lambda pdf: pdf.pages[3].contents_add(b"/Span <</ActualText (x)>> BDC EMC"),
    "a stamp": appearance,
    "a field": widget,
    "a link's border": put(LINK, "Border", Array([0, 0, 3])),
    "a link's look": put(LINK, "H", Name.N),
    "a link's size": put(LINK, "Rect", Array([0, 0, 500, 500])),
    "a link that acts when it is passed": put(LINK, "AA", Dictionary(E=SCRIPT)),
    "what a link did before": put(LINK, "PA", SCRIPT),
    "a link's place in the structure": put(LINK, "StructParent", 3),
    "the order of links": order_of_links,
    # files
    "the date of a file": put(parameters, "ModDate", String("D:20200101")),
    "the size of a file": put(parameters, "Size", 1),
    "what a file is to the packet": put(attached, "AFRelationship", Name.Alternative),
    "the kind of a file": put(lambda pdf: attached(pdf).EF.F, "Subtype", Name("/text#2fhtml")),
    "a file of a page": put(first, "AF", lambda pdf: Array([attached(pdf)])),
    # pages
    "the size of a page": put(first, "MediaBox", Array([0, 0, 595, 900])),
    "where a page is cut": put(first, "TrimBox", Array([10, 10, 90, 90])),
    "where its picture is": put(first, "ArtBox", Array([10, 10, 90, 90])),
    "how a page appears": put(first, "Trans", Dictionary(S=Name.Dissolve)),
    "how a page is mixed": put(first, "Group", Dictionary(S=Name.Transparency)),
    "metadata of a page": put(first, "Metadata", stream(b"<x/>")),
    "what a program keeps with a page": put(first, "PieceInfo", KEPT),
    # catalogue, bookmarks, places
    "what a program keeps": put(root, "PieceInfo", KEPT),
    "two pages side by side": put(root, "PageLayout", Name.TwoColumnLeft),
    "where numbers begin": lambda pdf: leaf(pdf.Root.PageLabels).Nums[1].__setitem__("/St", 9),
    "one more place": another_place,
    "places of old": put(root, "Dests", lambda pdf: Dictionary(a=Array([first(pdf), Name.Fit]))),
    "a bookmark's colour": put(outline, "C", Array([1, 0, 0])),
    "a bookmark closed": put(outline, "Count", -1),
    "a bookmark passed over": put(outline, "Next", lambda pdf: outline(pdf).Next.Next),
    "a bookmark's element": element_of_a_bookmark,
    "no title in the window": put(lambda pdf: pdf.Root.ViewerPreferences, "DisplayDocTitle", False),
    "the profile of colours": lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.write(b"x"),
    "a remark in the metadata": remark_in_metadata,
    "a word of one's own": lambda pdf: pdf.docinfo.__setitem__("/Evil", String("x")),
    "an empty collection": put(root, "Collection", Dictionary()),
    "that it must be drawn anew": put(root, "NeedsRendering", True),
    "the trailer": lambda pdf: pdf.trailer.__setitem__("/Evil", String("x")),
    # structure
    "what an element is": put(PARAGRAPH, "S", Name.H1),
    "how an element stands": put(PARAGRAPH, "A", Dictionary(O=Name.Layout, Placement=Name.Block)),
    "the title of an element": put(PARAGRAPH, "T", String("x")),
    "what an element is short for": put(PARAGRAPH, "E", String("x")),
    "classes": put(structure, "ClassMap", Dictionary()),
    "names of elements": put(structure, "IDTree", Dictionary(Names=Array([]))),
    "that tags are none": put(lambda pdf: pdf.Root.MarkInfo, "Marked", False),
    "that tags are doubtful": put(lambda pdf: pdf.Root.MarkInfo, "Suspects", True),
    # forms, images, what is stored
    "where a form is drawn": put(FORM, "Matrix", Array([1, 0, 0, 1, 5, 5])),
    "what is shown of a form": put(FORM, "BBox", Array([0, 0, 5, 5])),
    "the layer of a form": put(FORM, "OC", Dictionary(Type=Name.OCMD)),
    "metadata of a form": put(FORM, "Metadata", stream(b"<secret/>")),
    "data in another file": put(FORM, "F", String("x.bin")),
    "the length of data unpacked": put(FORM, "DL", String("words of somebody else")),
    "what can be seen through": put(
        lambda pdf: pdf.pages[3].obj.Resources, "ExtGState", Dictionary(X=Dictionary(ca=0))
    ),
    "colours turned": put(IMAGE, "Decode", Array([1, 0] * 3)),
    "other versions of an image": put(IMAGE, "Alternates", Array([])),
    "how an image is drawn": put(IMAGE, "Interpolate", True),
    "behind the data of a stream": behind_data,
    "how data are packed": how_data_are_packed,
}  # fmt: skip


def test_there_are_sixty_more() -> None:
    assert len(TAMPERINGS) > 60


@pytest.mark.parametrize(
    "name", slow_but(set(list(TAMPERINGS)[::6]) | set(list(TAMPERINGS)[-2:]), list(TAMPERINGS))
)
def test_each_tampering_is_told(made: Path, tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(made, tmp_path / "visit.pdf"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        TAMPERINGS[name](pdf)
        pdf.save(path)
    found = {finding.code for finding in verify(path).findings}
    assert found
    assert found <= {"packet-changed", "packet-record"}


def saved_again(data: bytes) -> bytes:
    """One more state of the file, as programs write it that save what has changed behind the end."""
    before = int(data[data.rfind(b"startxref") + 9 :].split()[0])
    table = b"\n1 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<</Prev %d /Root 1 0 R /Size 2>>\n"
    return table % before + b"startxref\n%d\n%%%%EOF" % (len(data) + 20)


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "before its beginning": lambda data: b"words\n" + data,
    "behind its end": lambda data: data + b"\n% words",
    "another version": lambda data: data.replace(b"%PDF-1.7", b"%PDF-1.4", 1),
    "between its objects": lambda data: data.replace(b"%%EOF", b"% words\n%%EOF"),
    "saved once more behind its end": lambda data: data + saved_again(data),
}


@pytest.mark.parametrize("name", BYTES)
def test_each_byte_that_is_put_in_is_told(made: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "visit.pdf"
    path.write_bytes(BYTES[name](made.read_bytes()))
    assert verify(path).findings
