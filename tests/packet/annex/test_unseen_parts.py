"""What a paper carries along unseen is not in the packet; what is printed twice is no hidden text."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from pipeline.check.seen.boxes import Box
from pipeline.packet.annex.pictured_pages import Pictures
from pipeline.packet.plain.plain_content import plain
from pipeline.packet.seen.page_views import Word, views
from tests.support.drawn_papers import everything, form, layer, line, paper
from tests.support.packet_papers import codes, prepared, seen, words
from tests.support.quick import each_nth

SECRET = "SECRETNAME"
SHOWN = line("Always there", y=760)
BOX = b"q 0 g 60 690 400 30 re f Q\n"
PAPER = BOX.replace(b"0 g", b"1 g")

Change = Callable[[Pdf, Any], object]


def image(data: bytes, **entries: Any) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        made = Stream(pdf, data)
        made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, 10, 10
        made.BitsPerComponent, made.ColorSpace = 8, Name.DeviceRGB
        for key, value in entries.items():
            made[f"/{key}"] = value
        page.Resources.XObject = Dictionary(X=pdf.make_indirect(made))

    return change


def a_form(**entries: Any) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        page.Resources.XObject = Dictionary(X=form(pdf, b"1 0 0 rg 0 0 90 50 re f", **entries))

    return change


def in_layer(pdf: Pdf, page: Any) -> None:
    layer(pdf, page, "L0", on=False)
    pattern(pdf, page, line(SECRET))


def pattern(pdf: Pdf, page: Any, content: bytes) -> None:
    made = Stream(pdf, content)
    made.Type, made.PatternType, made.PaintType, made.TilingType = Name.Pattern, 1, 1, 1
    made.BBox, made.XStep, made.YStep = Array([0, 0, 595, 842]), 595, 842
    made.Resources = Dictionary(Font=page.Resources.Font)
    page.Resources.Pattern = Dictionary(P=pdf.make_indirect(made))


def jpeg() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (10, 10), "red").save(target, "JPEG", comment=SECRET.encode())
    return target.getvalue() + SECRET.encode()


LABELS = b"".join(line("X", before=f"1 g 1 0 0 1 {9 * n} 0 cm") for n in range(9))
DRAWN = SHOWN + b"q 60 0 0 40 100 500 cm /X Do Q\n"
RED = b"\xff\0\0" * 100
UNSEEN: dict[str, tuple[bytes, Change | None]] = {
    "a comment": (SHOWN + b"% SECRETNAME\n", None),
    "an operator that nobody knows": (SHOWN + b"BX (SECRETNAME) xyzzy EX\n", None),
    "a text for no operator": (b"(SECRETNAME) 1 0 0 rg " + SHOWN, None),
    "a text for a hex operator": (b"<5345435245544E414D45> 1 g 0 g " + SHOWN, None),
    "a text among dashes": (SHOWN + b"[(SECRETNAME)] 0 d 0 0 9 9 re S\n", None),
    "a name among texts": (SHOWN + b"BT /F1 9 Tf 72 600 Td [(a) /SECRETNAME (b)] TJ ET\n", None),
    "a name behind texts": (SHOWN + b"BT /F1 9 Tf 72 600 Td [(a) /SECRETNAME 5] TJ ET\n", None),
    "entries for no operator": (SHOWN + b"<< /X (SECRETNAME) >> BX EX\n", None),
    "a text that does not end": (SHOWN + b"Q Q (SECRETNAME", None),
    "a text at the end": (SHOWN + b"endstream (SECRETNAME)\n", None),
    "a name of no state": (SHOWN + b"/SECRETNAME gs\n", None),
    "a name of no form": (SHOWN + b"/SECRETNAME Do\n", None),
    "a name of no font": (SHOWN + b"BT /SECRETNAME 12 Tf ET\n", None),
    "a name of no colour": (SHOWN + b"/SECRETNAME cs 0 0 9 9 re f\n", None),
    "a name of no pattern": (SHOWN + b"/Pattern cs /SECRETNAME scn 0 0 9 9 re f\n", None),
    "text without width": (SHOWN + line(SECRET, before="0 Tz"), None),
    "text without size": (SHOWN + b"BT /F1 0 Tf 72 700 Td (SECRETNAME) Tj ET\n", None),
    "an entry of an image in the content": (
        SHOWN + b"q 60 0 0 40 9 9 cm BI /W 2 /H 2 /BPC 8 /CS /G /X (SECRETNAME) ID \x00\xff\x00\xff EI Q\n",
        None,
    ),
    "what stands behind pixels": (DRAWN, image(RED + SECRET.encode())),
    "what stands behind a photo": (DRAWN, image(jpeg(), Filter=Name.DCTDecode)),
    "an image's own entries": (DRAWN, image(RED, Name=Name("/SECRETNAME"), ID=String(SECRET))),
    "a form's own entries": (SHOWN + b"/X Do\n", a_form(Name=Name("/SECRETNAME"), Private=String(SECRET))),
    "a pattern that only a hidden layer uses": (
        SHOWN + b"/OC /L0 BDC /Pattern cs /P scn 0 0 595 842 re f EMC\n",
        in_layer,
    ),
    "a text below another": (SHOWN + line(SECRET) + BOX + line("[REDACTED]", before="1 g"), None),
    "a text below another on white": (SHOWN + line(SECRET) + PAPER + line("[REDACTED]"), None),
    "a text below one of many texts": (
        SHOWN + line(SECRET) + BOX + LABELS,
        None,
    ),
    "a text below letters beside it": (
        SHOWN
        + b"q BT /F1 14 Tf 72 700 Td (SECRET) Tj (NAME) Tj ET Q\n"
        + PAPER
        + b"q BT /F1 14 Tf 105 694 Td (MMMM) Tj ET Q\nq BT /F1 22 Tf 105 697 Td (X) Tj ET Q\n" * 2,
        None,
    ),
    "a text below one that is printed twice": (
        SHOWN + line(SECRET) + BOX + line("[REDACTED]", before="1 g") * 2,
        None,
    ),
}  # fmt: skip


def state(**entries: Any) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        page.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, **entries))

    return change


def spot(**entries: Any) -> Any:
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([1, 0, 0]), N=1)
    for key, value in entries.items():
        tint[f"/{key}"] = value
    return Array([Name.Separation, Name.Spot, Name.DeviceRGB, tint])


def meaning(*pairs: tuple[str, str]) -> Change:
    """The font says what its letters mean."""

    def change(pdf: Pdf, page: Any) -> None:
        lines = "".join(f"<{ord(code):02x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in pairs)
        table = f"% SECRETNAME\n{len(pairs)} beginbfchar\n{lines}endbfchar\n"
        head = "/CIDInit /ProcSet findresource begin begincmap\n"
        head += "1 begincodespacerange <00> <ff> endcodespacerange\n"
        page.Resources.Font.F1.ToUnicode = pdf.make_stream((head + table + "endcmap end").encode())

    return change


def drawn_letter(pdf: Pdf, page: Any) -> None:
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 700]), FirstChar=65, LastChar=66,
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), Widths=Array([500, 500]),
        CharProcs=Dictionary(
            a=Stream(pdf, b"500 0 d0 0 0 400 700 re f"), b=Stream(pdf, b"500 0 d0 " + line(SECRET))
        ),
        Encoding=Dictionary(Differences=Array([65, Name.a, Name.b])),
    )  # fmt: skip
    page.Resources.Font["/T3"] = font


def masked(pdf: Pdf, page: Any) -> None:
    mask = form(
        pdf, b"1 g 0 0 600 900 re f " + line(SECRET, before="1 g"), Group=Dictionary(S=Name.Transparency)
    )
    state(SMask=Dictionary(S=Name.Luminosity, G=mask))(pdf, page)


SQUARE = b"1 0 0 rg 50 50 40 40 re f\n"
UNSEEN |= {
    "what a state of graphics keeps": (SHOWN + b"/G gs " + SQUARE, state(CA=1, Private=String(SECRET))),
    "the name of a halftone": (
        SHOWN + b"/G gs " + SQUARE,
        state(HT=Dictionary(HalftoneType=1, HalftoneName=String(SECRET))),
    ),
    "what a function keeps": (DRAWN, image(RED[:100], ColorSpace=spot(Private=String(SECRET)))),
    "an intent of no meaning": (DRAWN, image(RED, Intent=Name("/SECRETNAME"))),
    "what a font keeps": (
        SHOWN,
        lambda pdf, page: page.Resources.Font.F1.__setitem__("/Private", String(SECRET)),
    ),
    "a remark in a table of letters": (SHOWN, meaning(("Z", "Z"))),
    "a sentence that one letter stands for": (SHOWN, meaning(("A", "SECRETNAME"))),
    "letters that stand for others": (
        SHOWN + line("QVXZJKMBCF", 600),
        meaning(*zip("QVXZJKMBCF", SECRET, strict=True)),
    ),
    "what a mark lists": (
        SHOWN + b"/Span /M BDC " + SQUARE + b" EMC\n",
        lambda pdf, page: page.Resources.__setitem__(
            "/Properties", Dictionary(M=Dictionary(Private=String(SECRET)))
        ),
    ),
    "what a mark holds": (SHOWN + b"/Span << /Private (SECRETNAME) >> BDC " + SQUARE + b" EMC\n", None),
    "text of a size that nobody reads": (SHOWN + b"BT /F1 0.5 Tf 72 700 Td (SECRETNAME) Tj ET\n", None),
    "text that is flat": (SHOWN + line(SECRET, 0, "1 0 0 0.0001 0 700 cm"), None),
    "text that is narrow": (SHOWN + line(SECRET, before="0.001 0 0 1 72 0 cm"), None),
    "text in a pattern that is covered": (
        b"/Pattern cs /P scn 0 0 595 842 re f 0 g " + BOX + SHOWN,
        lambda pdf, page: pattern(pdf, page, line(SECRET)),
    ),
    "text in a mask": (SHOWN + b"q /G gs " + SQUARE + b"Q ", masked),
    "text in a letter that is not used": (SHOWN + b"BT /T3 20 Tf 72 600 Td (A) Tj ET\n", drawn_letter),
}


def inline(entries: bytes, data: bytes) -> bytes:
    return SHOWN + b"q 60 0 0 40 100 500 cm BI /W 2 /H 2 %s ID %s EI Q\n" % (entries, data)


GREY = b"\x00\xff\x00\xff"
TAIL = SECRET.encode()
UNSEEN |= {
    "behind the pixels of an image in the content": (inline(b"/BPC 8 /CS /G", GREY + TAIL), None),
    "behind them, its entries in full": (
        inline(b"/BitsPerComponent 8 /ColorSpace /DeviceGray", GREY + b" " + TAIL),
        None,
    ),
    "behind the bits of a mask": (inline(b"/IM true /BPC 1", b"\x40\x80" + TAIL), None),
    "behind packed pixels": (inline(b"/BPC 8 /CS /G /F /Fl", zlib.compress(GREY) + TAIL), None),
    "behind pixels, packed": (inline(b"/BPC 8 /CS /G /F /Fl", zlib.compress(GREY + TAIL)), None),
    "behind pixels in figures": (
        inline(b"/BPC 8 /CS /G /F [/AHx]", (GREY + TAIL).hex().encode() + b">"),
        None,
    ),
    "behind figures": (inline(b"/BPC 8 /CS /G /F /AHx", GREY.hex().encode() + b"> " + TAIL), None),
    "behind a photo in the content": (
        SHOWN + b"q 60 0 0 40 9 9 cm BI /W 10 /H 10 /BPC 8 /CS /RGB /F /DCT ID " + jpeg() + b" EI Q\n",
        None,
    ),
    "in a palette in the content": (
        inline(b"/BPC 8 /CS [/I /RGB 1 <ff0000ffff00%s>]" % TAIL.hex().encode(), b"\0\1\0\1"),
        None,
    ),
    "behind pixels of a colour with a name": (
        inline(b"/BPC 8 /CS /Sp", GREY + TAIL),
        lambda pdf, page: page.Resources.__setitem__("/ColorSpace", Dictionary(Sp=spot())),
    ),
}


def test_a_label_is_read_though_what_it_stands_on_is_not(tmp_path: Path) -> None:
    covered = b"q BT /F1 14 Tf 72 700 Td (SECRET) Tj (NAME) Tj ET Q\n"
    label = line("withheld", before="1 g 1 0 0 1 4 0 cm")
    made = prepared(paper(SHOWN + covered + BOX + label), tmp_path)
    assert words(made.part.pdf) == "Always there withheld"


TWICE = {
    "in one place": line("Printed twice") * 2,
    "below a box and on it": line("Printed twice") + BOX + line("Printed twice", before="1 g"),
    "as a shadow": BOX
    + line("Printed twice", before="0 g 1 0 0 1 1 -1 cm")
    + line("Printed twice", before="1 g"),
    "far off": line("Printed twice") + BOX + line("Printed twice", before="1 g 1 0 0 1 4 2 cm"),
    "letter by letter": line("Printed twice")
    + BOX
    + b"q 1 g BT /F1 14 Tf 72 700 Td (Prin) Tj (ted ) Tj (twice) Tj ET Q\n",
    "over and over": line("Printed twice") * 9,
}


@pytest.mark.parametrize("name", TWICE)
def test_what_is_printed_twice_is_not_hidden(tmp_path: Path, name: str) -> None:
    made = prepared(paper(TWICE[name]), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    assert "Printed twice" in words(made.part.pdf)


@pytest.mark.parametrize("content", [line("Plain 100") + b"0 0 1 rg 9 9 9 9 re f\n", line("50% of (all)")])
def test_what_is_seen_stays(tmp_path: Path, content: bytes) -> None:
    made = prepared(paper(content.replace(b"(all)", b"\\(all\\)")), tmp_path)
    assert words(made.part.pdf) in ("Plain 100", "50% of (all)")
    assert not codes(made) & {"annex-hidden-text", "annex-removed", "annex-picture"}


def packed(**filters: Any) -> Change:
    """Content, an image and a table of letters whose data are packed, with a word behind each."""

    def change(pdf: Pdf, page: Any) -> None:
        image(RED)(pdf, page)
        meaning(("Z", "Z"))(pdf, page)
        for one in (page.Contents, page.Resources.XObject.X, page.Resources.Font.F1.ToUnicode):
            data = zlib.compress(one.read_bytes()) + b" " + TAIL
            if filters:
                data = data.hex().encode() + b"> " + TAIL
            one.write(data, filter=Array([*filters.values(), Name.FlateDecode]))

    return change


def veil(pdf: Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=0.95))


UNSEEN |= {
    "nearly white": (SHOWN + line(SECRET, before="0.95 g"), None),
    "nearly white and small": (SHOWN + b"q 0.95 g BT /F1 6 Tf 72 700 Td (SECRETNAME) Tj ET Q\n", None),
    "nearly the grey that it stands on": (
        SHOWN + BOX.replace(b"0 g", b"0.5 g") + line(SECRET, before="0.53 g"),
        None,
    ),
    "below a white veil": (SHOWN + line(SECRET) + b"q /G gs 1 g 60 690 300 30 re f Q\n", veil),
    "behind packed data": (DRAWN, packed()),
    "behind packed data in figures": (DRAWN, packed(first=Name.ASCIIHexDecode)),
}


@pytest.mark.parametrize("name", each_nth(5, UNSEEN))
def test_what_is_not_seen_is_not_in_the_packet(tmp_path: Path, name: str) -> None:
    content, change = UNSEEN[name]
    made = prepared(paper(content, change), tmp_path)
    assert made.page_count == 1
    found = everything(made.part.pdf)
    assert not [word for word in (b"SECRETNAME", b"NAME", b"SECRET") if word in found]
    assert "Always there" in words(made.part.pdf)


@pytest.mark.parametrize("name", ["behind packed data", "behind packed data in figures"])
def test_what_is_packed_is_drawn_as_before(tmp_path: Path, name: str) -> None:
    made = prepared(paper(*UNSEEN[name]), tmp_path)
    assert words(made.part.pdf) == "Always there"
    assert seen(made.part.pdf).at(130, 520) == (255, 0, 0)


@pytest.mark.parametrize(
    ("entries", "data"),
    [
        (b"/BPC 8 /CS /G", GREY),
        (b"/BPC 8 /CS /G /F /Fl", zlib.compress(GREY)),
        (b"/BPC 8 /CS /G /F /AHx", GREY.hex().encode() + b">"),
        (b"/BPC 8 /CS /G", GREY + TAIL),
        (b"/BPC 8 /CS /G /F /Fl", zlib.compress(GREY + TAIL)),
        (b"/BPC 8 /CS [/I /RGB 1 <000000ffffff%s>]" % TAIL.hex().encode(), b"\0\1\0\1"),
        (b"/IM true /BPC 1", b"\x40\x40" + TAIL),
    ],
)
def test_an_image_in_the_content_is_drawn_as_before(tmp_path: Path, entries: bytes, data: bytes) -> None:
    made = prepared(paper(inline(entries, data)), tmp_path)
    assert "annex-picture" not in codes(made)
    page = seen(made.part.pdf)
    assert sum(page.at(105, 535)) < 100
    assert sum(page.at(155, 535)) > 600


def test_nothing_is_said_of_letters_that_are_drawn(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        glyph = pdf.make_stream(b"500 0 d0 0 0 400 700 re f")
        page.Resources.Font["/T3"] = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 700]), FirstChar=65, LastChar=65,
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(a=glyph), Widths=Array([500]),
            Encoding=Dictionary(Differences=Array([65, Name.a])),
        )  # fmt: skip

    made = prepared(paper(SHOWN + b"BT /T3 20 Tf 72 600 Td (A) Tj ET\n", change), tmp_path)
    assert "annex-removed" not in codes(made)


@pytest.mark.parametrize(
    "content",
    [
        line("Light grey", before="0.9 g"),
        b"q 0.8 g BT /F1 5 Tf 72 700 Td (Light grey) Tj ET Q\n",
        b"q 0.95 g BT /F1 60 Tf 72 600 Td (Light grey) Tj ET Q\n",
        b"q 0.4 w 0.75 G 1 Tr BT /F1 7 Tf 72 700 Td (Light grey) Tj ET Q\n",
    ],
)
def test_what_is_light_and_can_be_read_is_seen(tmp_path: Path, content: bytes) -> None:
    made = prepared(paper(SHOWN + content), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    assert "Light grey" in words(made.part.pdf)


def test_a_sign_that_is_a_line_by_nature_is_seen(tmp_path: Path) -> None:
    line_sign = meaning(("-", "\u4e00"))
    made = prepared(paper(SHOWN + b"BT /F1 6 Tf 72 600 Td (-) Tj ET\n", line_sign), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    assert "\u4e00" in words(made.part.pdf)


def test_words_that_the_picture_of_a_page_does_not_show_are_not_laid_over_it(tmp_path: Path) -> None:
    """A form that draws itself is drawn less often than it is read."""
    path, made = tmp_path / "paper.pdf", tmp_path / "made.pdf"
    path.write_bytes(paper(line("Always there", 760)))
    (view,) = views(path)
    with pikepdf.open(path) as pdf:
        Pictures(pdf, path).replace([0], [[*view.words, Word("SECRETNAME", Box(100, 300, 180, 312))]])
        pdf.save(made)
    assert words(made).split() == ["Always", "there"]


@pytest.mark.parametrize(
    "content",
    [
        b"/Span <</Lang (en-US)/MCID 0 >>BDC BT /F1 9 Tf [(a) -20.5(b)] TJ (c) Tj ET EMC",
        b"/Artifact <</Attached [/Top]/Type/Pagination>> BDC [3 2] 0 d 0 0 m 9 9 l S EMC",
        b"q BT /F1 9 Tf <0041> Tj [<00>5<01>]TJ (a [b x) Tj ET Q",
        b"/DeviceGray cs 1 sc /P0 gs 0 0 9 9 re f*",
    ],
)
def test_content_as_most_programs_write_it_is_not_read_again(content: bytes) -> None:
    """To read it costs as much as all else that is done to a page."""
    known = {"/Font": {"/F1"}, "/ExtGState": {"/P0"}}
    assert plain(content, {}, known)[0] is content
