"""Photos, faxes and fonts of a paper carry nothing along, and look as they did."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageChops, ImageDraw

from pipeline.packet.plain.font_files import plain_font
from pipeline.packet.plain.photos import plain_jpeg, plain_jpeg_2000
from tests.packet.annex.test_letters import font_file
from tests.support.drawn_papers import annotate, everything, form, line, paper
from tests.support.packet_papers import codes, prepared

SECRET = b"SECRETNAME"
Change = Callable[[Pdf, Any], object]
DRAWN = line("Always there", 760) + b"q 100 0 0 100 100 400 cm /X Do Q\n"


def picture() -> Any:
    image = Image.new("L", (100, 100), 255)
    pen = ImageDraw.Draw(image)
    pen.line((0, 0, 99, 99), fill=0, width=5)
    pen.ellipse((20, 50, 60, 90), fill=90)
    return image


def stored(kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image = picture().convert("1") if kind == "TIFF" else picture()
    image.save(target, kind, **options)
    if kind == "TIFF":
        opened: Any = Image.open(io.BytesIO(target.getvalue()))
        start = opened.tag_v2[273][0]
        return target.getvalue()[start : start + sum(opened.tag_v2[279])]
    return target.getvalue()


def segment(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


JPEG = stored("JPEG")
PROGRESSIVE = stored("JPEG", progressive=True)
LAST_SCAN = PROGRESSIVE.rfind(b"\xff\xda")
JP2 = stored("JPEG2000")
STREAM = JP2.find(b"\xff\x4f\xff\x51")
SIZES = STREAM + 4 + int.from_bytes(JP2[STREAM + 4 : STREAM + 6], "big")
FAX = stored("TIFF", compression="group4")


def remarked() -> bytes:
    """JPEG 2000 with a remark in its stream."""
    remark = segment(0x64, b"\0\1" + SECRET)
    head = JP2.find(b"jp2c") - 4
    length = int.from_bytes(JP2[head : head + 4], "big")
    size = (length + len(remark) if length else 0).to_bytes(4, "big")
    return JP2[:head] + size + JP2[head + 4 : SIZES] + remark + JP2[SIZES:]


def with_box() -> bytes:
    """JPEG 2000 with a record among what says how it is drawn."""
    head = JP2.find(b"jp2h") - 4
    length = int.from_bytes(JP2[head : head + 4], "big")
    box = (8 + 16 + len(SECRET)).to_bytes(4, "big") + b"uuid" + b"x" * 16 + SECRET
    size = (length + len(box)).to_bytes(4, "big")
    return JP2[:head] + size + JP2[head + 4 : head + length] + box + JP2[head + length :]


PHOTOS = {
    "a small picture in it": JPEG[:2] + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\5" + SECRET * 3) + JPEG[20:],
    "a remark between scans": PROGRESSIVE[:LAST_SCAN] + segment(0xFE, SECRET) + PROGRESSIVE[LAST_SCAN:],
    "a record between scans": PROGRESSIVE[:LAST_SCAN] + segment(0xE1, SECRET) + PROGRESSIVE[LAST_SCAN:],
    "behind the colours": JPEG[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\0" + SECRET) + JPEG[2:],
    "behind the picture": JPEG + SECRET,
    "a remark of JPEG 2000": remarked(),
    "a remark of its stream alone": remarked()[STREAM:],
    "behind its stream": JP2[STREAM:] + SECRET,
    "a record among its sizes": with_box(),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_loses_what_it_carries_along_and_looks_as_it_did(name: str) -> None:
    data = PHOTOS[name]
    made = (plain_jpeg if data[:2] == b"\xff\xd8" else plain_jpeg_2000)(data)
    assert SECRET not in made
    old, new = (Image.open(io.BytesIO(one)).convert("RGB") for one in (data, made))
    assert ImageChops.difference(old, new).getbbox() is None


@pytest.mark.parametrize(
    "data",
    [JPEG, PROGRESSIVE, stored("JPEG", restart_marker_blocks=2), stored("JPEG", optimize=True, quality=30)],
)
def test_a_photo_that_carries_nothing_stays_as_it_is(data: bytes) -> None:
    assert plain_jpeg(data) == data
    assert plain_jpeg(data[: len(data) // 2]) == data[: len(data) // 2]


def test_what_is_no_photo_stays_as_it_is() -> None:
    for data in (b"", b"\xff\xd8", b"\xff\xd8\xff", b"nothing of that kind", b"\xff\x4f\xff\x51\0\5abc"):
        assert plain_jpeg(data) == data
        assert plain_jpeg_2000(data).startswith(data[:2])


def image(data: bytes, kind: str, parameters: Any = None, bits: int = 8) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        made = Stream(pdf, b"")
        made.write(data, filter=Name(kind), decode_parms=parameters)
        made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, 100, 100
        made.ColorSpace, made.BitsPerComponent = Name.DeviceGray, bits
        page.Resources.XObject = Dictionary(X=pdf.make_indirect(made))

    return change


def fax(**entries: Any) -> Dictionary:
    return Dictionary(K=-1, Columns=100, Rows=100, **entries)


def a_link(pdf: Pdf, page: Any) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    annotate(
        pdf, page, "Link", (100, 100, 190, 120), A=action, Contents=String(SECRET), NM=String(SECRET),
        Border=Array([0, 0, 1, String(SECRET)]), BS=Dictionary(W=1, S=Name("/SECRETNAME"), X=String(SECRET)),
    )  # fmt: skip


def font(**entries: Any) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        for key, value in entries.items():
            page.Resources.Font.F1[f"/{key}"] = pdf.make_stream(value) if isinstance(value, bytes) else value

    return change


def type1(pdf: Pdf, page: Any) -> None:
    head = b"%!PS-AdobeFont-1.0: Abc\n% SECRETNAME\n/Notice (SECRETNAME) def\ncurrentfile eexec\n"
    file = pdf.make_stream(head + bytes(100))
    file.Length1, file.Length2, file.Length3 = len(head), 100, 0
    entries = Dictionary(Type=Name.FontDescriptor, FontName=Name.Abc, Flags=32, FontFile=file)
    page.Resources.Font.F1.FontDescriptor = pdf.make_indirect(entries)


def profile(pdf: Pdf, page: Any) -> None:
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = int.from_bytes(plain[128:132], "big")
    tags = b"".join(
        plain[at : at + 4] + (int.from_bytes(plain[at + 4 : at + 8], "big") + 12).to_bytes(4, "big")
        + plain[at + 8 : at + 12]
        for at in range(132, 132 + 12 * count, 12)
    )  # fmt: skip
    own = b"PRIV" + (len(plain) + 12).to_bytes(4, "big") + (10).to_bytes(4, "big")
    data = plain[4:128] + (count + 1).to_bytes(4, "big") + tags + own + plain[132 + 12 * count :] + SECRET
    stream = pdf.make_stream((len(data) + 4).to_bytes(4, "big") + data)
    stream.N = 3
    page.Resources.ColorSpace = Dictionary(C=Array([Name.ICCBased, stream]))


def a_form(pdf: Pdf, page: Any) -> None:
    made = form(pdf, b"0 0 9 9 re f")
    made.BBox, made.Matrix = Array([0, 0, 9, 9, String(SECRET)]), Array([1, 0, 0, 1, 0, 0, String(SECRET)])
    page.Resources.XObject = Dictionary(X=made)


TABLE = (
    b"/CMapName /SECRETNAME def /CIDSystemInfo << /Registry (SECRETNAME) >> def\n"
    b"1 beginbfchar <41> <0041> endbfchar"
)
CARRIED: dict[str, tuple[bytes, Change | None]] = {
    "a photo": (DRAWN, image(PHOTOS["a remark between scans"], "/DCTDecode")),
    "a photo of JPEG 2000": (DRAWN, image(PHOTOS["a remark of JPEG 2000"], "/JPXDecode")),
    "behind a fax": (DRAWN, image(FAX + SECRET, "/CCITTFaxDecode", fax(), 1)),
    "how a fax is read": (DRAWN, image(FAX, "/CCITTFaxDecode", fax(Private=String(SECRET)), 1)),
    "how pixels are read": (
        DRAWN,
        image(zlib.compress(bytes(10_000)), "/FlateDecode", Dictionary(Predictor=1, X=String(SECRET))),
    ),
    "behind run lengths": (DRAWN, image(b"\x81\0" * 80 + b"\x80" + SECRET, "/RunLengthDecode")),
    "the names of a table of letters": (line("Always there", 760), font(ToUnicode=TABLE)),
    "widths": (line("Always there", 760), font(FirstChar=32, LastChar=32, Widths=Array([String(SECRET)]))),
    "a font of Type 1": (line("Always there", 760), type1),
    "a colour profile": (line("Always there", 760) + b"/C cs 1 0 0 sc 0 0 9 9 re f\n", profile),
    "the sides of a form": (line("Always there", 760) + b"/X Do\n", a_form),
    "a link": (line("Always there", 760), a_link),
    "how colours are meant": (line("Always there", 760) + b"/SECRETNAME ri 0 0 9 9 re f\n", None),
}


@pytest.mark.parametrize("name", CARRIED)
def test_nothing_of_it_is_in_the_packet(tmp_path: Path, name: str) -> None:
    made = prepared(paper(*CARRIED[name]), tmp_path)
    assert SECRET not in everything(made.part.pdf)
    assert ("annex-hidden-text" in codes(made)) == (name == "a link")


@pytest.mark.parametrize("parameters", [None, Dictionary(K=0, Columns=100), fax()])
def test_a_fax_that_carries_nothing_stays(tmp_path: Path, parameters: Any) -> None:
    made = prepared(paper(DRAWN, image(FAX, "/CCITTFaxDecode", parameters, 1)), tmp_path)
    with Pdf.open(made.part.pdf) as pdf:
        assert FAX in [one.read_raw_bytes() for one in pdf.objects if isinstance(one, Stream)]


def test_a_font_file_keeps_the_tables_that_draw() -> None:
    font = TTFont(io.BytesIO(font_file()))
    font["name"].setName(SECRET.decode(), 10, 3, 1, 0x409)
    font["SEcr"] = DefaultTable("SEcr")
    font["SEcr"].data = SECRET
    target = io.BytesIO()
    font.save(target)
    made = plain_font(target.getvalue() + SECRET)
    assert SECRET not in made
    assert SECRET.decode().encode("utf-16-be") not in made
    old, new = TTFont(io.BytesIO(target.getvalue())), TTFont(io.BytesIO(made))
    assert "name" not in new
    for table in ("glyf", "loca", "cmap", "hmtx", "head", "maxp"):
        assert old.reader[table] == new.reader[table]
    assert plain_font(made) == made
    assert plain_font(made[:40]) == made[:40]
