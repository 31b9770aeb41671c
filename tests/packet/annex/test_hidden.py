"""Nothing that a paper from elsewhere hides is in the packet, and nothing that it shows is lost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from pipeline.packet.stitch.stitch import stitch
from tests.support import packet_papers as papers
from tests.support.drawn_papers import annotate, everything, form, layer, line, paper
from tests.support.packet_papers import codes, prepared, seen, words
from tests.support.quick import each_nth

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
SECRET = b"SECRETNAME"
SHOWN = "Shown to all"


def _layers(pdf: Pdf, page: Any) -> None:
    layer(pdf, page, "Posts", on=False)
    layer(pdf, page, "Roads", on=True)


def _hidden_form(pdf: Pdf, page: Any) -> None:
    group = layer(pdf, page, "Posts", on=False)
    page.Resources.XObject = Dictionary(X=form(pdf, line("SECRETNAME"), OC=group))


def _base_off(pdf: Pdf, page: Any) -> None:
    layer(pdf, page, "Posts", on=True)
    pdf.Root.OCProperties.D = Dictionary(BaseState=Name.OFF)


def _membership(pdf: Pdf, page: Any) -> None:
    groups = Array([layer(pdf, page, "Posts", on=False), layer(pdf, page, "Roads", on=True)])
    page.Resources.Properties["/Both"] = Dictionary(Type=Name.OCMD, OCGs=groups, P=Name.AllOn)


def _expression(pdf: Pdf, page: Any) -> None:
    group = layer(pdf, page, "Roads", on=True)
    page.Resources.Properties["/Not"] = Dictionary(Type=Name.OCMD, VE=Array([Name.Not, group]))


def _usage(pdf: Pdf, page: Any) -> None:
    group = layer(pdf, page, "Print", on=True)
    group.Usage = Dictionary(View=Dictionary(ViewState=Name.OFF), Print=Dictionary(PrintState=Name.ON))
    pdf.Root.OCProperties.D.AS = Array(
        [Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([group]))]
    )


def _stamped(pdf: Pdf, page: Any) -> None:
    group = layer(pdf, page, "Posts", on=False)
    annotate(
        pdf, page, "Stamp", (72, 400, 372, 430), OC=group,
        AP=Dictionary(N=form(pdf, b"1 0 0 rg 0 0 300 30 re f " + line("SECRETNAME", 5), (0, 0, 300, 30))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (
            b"/OC /Posts BDC " + line("SECRETNAME") + b"EMC /OC /Roads BDC " + line("ROADS", 500) + b"EMC",
            _layers,
        ),
        (b"/X Do", _hidden_form),
        (b"/OC /Posts BDC " + line("SECRETNAME") + b"EMC", _base_off),
        (b"/OC /Both BDC " + line("SECRETNAME") + b"EMC", _membership),
        (b"/OC /Not BDC " + line("SECRETNAME") + b"EMC", _expression),
        (b"/OC /Print BDC " + line("SECRETNAME") + b"EMC", _usage),
        (b"", _stamped),
    ],
    ids=["marks", "form", "base-off", "membership", "expression", "usage", "annotation"],
)
def test_what_a_hidden_layer_holds_is_not_in_the_packet(
    tmp_path: Path, content: bytes, change: Callable[[Pdf, Any], object]
) -> None:
    made = prepared(paper(line(SHOWN) + content, change), tmp_path)
    packet = stitch([made.part], papers.INFO, tmp_path / "packet.pdf").path
    found = everything(packet)
    assert SECRET not in found
    assert SHOWN in words(packet)
    assert ("ROADS" in words(packet)) == (b"ROADS" in content)
    with pikepdf.open(packet) as pdf:
        assert "/OCProperties" not in pdf.Root
    assert "annex-layer" in codes(made)
    assert seen(packet).at(200, 415) == WHITE


def test_equal_layers_of_two_papers_keep_their_own_state(tmp_path: Path) -> None:
    """One shows its layer, the other hides one of the same name, in both orders."""
    content = line(SHOWN) + b"/OC /Posts BDC 0 g 100 100 50 50 re f EMC"

    def with_layer(*, on: bool) -> bytes:
        return paper(content, lambda pdf, page: layer(pdf, page, "Posts", on=on))

    both = {on: prepared(with_layer(on=on), tmp_path, f"item-{on}").part for on in (True, False)}
    for order in ((True, False), (False, True)):
        packet = stitch([both[on] for on in order], papers.INFO, tmp_path / "packet.pdf").path
        for index, on in enumerate(order):
            assert seen(packet, index).at(125, 125) == (BLACK if on else WHITE)


# Text that can't be seen


def _cropped(pdf: Pdf, page: Any) -> None:
    page.CropBox = Array([0, 300, 595, 842])


def _picture(pdf: Pdf, page: Any) -> None:
    image = pdf.make_stream(bytes(range(256)) * 3)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 16, 16
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    page.Resources.XObject = Dictionary(I=image)


def _square(*, drawn: bool) -> Callable[[Pdf, Any], object]:
    def change(pdf: Pdf, page: Any) -> None:
        more: dict[str, Any] = {"IC": Array([0, 0, 0])}
        if drawn:
            more["AP"] = Dictionary(N=form(pdf, b"0 g 0 0 300 30 re f", (0, 0, 300, 30)))
        annotate(pdf, page, "Square", (60, 690, 360, 720), **more)

    return change


def _line_over(pdf: Pdf, page: Any) -> None:
    ends = Array([60, 706, 360, 706])
    annotate(pdf, page, "Line", (60, 706, 360, 706), L=ends, BS=Dictionary(W=24), C=Array([0, 0, 0]))


def _polygon_over(pdf: Pdf, page: Any) -> None:
    corners = Array([60, 690, 360, 690, 360, 722, 60, 722])
    annotate(pdf, page, "Polygon", (60, 690, 360, 722), Vertices=corners, IC=Array([0, 0, 0]))


def _faint(pdf: Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G=Dictionary(ca=0, CA=0))


BOX = b"0 g 60 690 300 30 re f\n"


@pytest.mark.parametrize(
    ("content", "change", "said"),
    each_nth(
        4,
        [
            (line("SECRETNAME") + BOX, None, "under a dark area"),
            (
                line("Agent SECRETNAME of 5 High Street") + b"0 g 112 690 104 30 re f\n",
                None,
                "dark area",
            ),
            (line("SECRETNAME"), _square(drawn=True), "under a dark area"),
            (line("SECRETNAME"), _square(drawn=False), "under a dark area"),
            (line("SECRETNAME"), _line_over, "under a dark area"),
            (line("SECRETNAME"), _polygon_over, "under a dark area"),
            (line("SECRETNAME", before="1 g"), None, "can't be seen"),
            (line("SECRETNAME", before="3 Tr"), None, "can't be seen"),
            (line("SECRETNAME", before="/G gs"), _faint, "can't be seen"),
            (line("SECRETNAME", before="0 0 1 1 re W n"), None, "can't be seen"),
            (line("SECRETNAME") + b"1 1 0 rg 60 690 300 30 re f\n", None, "can't be seen"),
            (line("SECRETNAME") + b"q 300 0 0 60 60 680 cm /I Do Q\n", _picture, "can't be seen"),
            (line("SECRETNAME", 100), _cropped, "outside what is shown"),
            (line("SECRETNAME", 5000), None, "outside what is shown"),
        ],
    ),
    ids=[
        *("box", "part-of-a-line", "square", "square-without-appearance", "line", "polygon", "white"),
        *("unpainted", "transparent", "clipped", "yellow-box", "picture", "crop-box", "far-away"),
    ],
)
def test_text_that_can_not_be_seen_is_not_in_the_packet(
    tmp_path: Path, content: bytes, change: Callable[[Pdf, Any], object] | None, said: str
) -> None:
    made = prepared(paper(line(SHOWN, 600) + content, change), tmp_path)
    packet = stitch([made.part], papers.INFO, tmp_path / "packet.pdf").path
    assert SECRET not in everything(packet)
    assert SHOWN in words(packet)
    messages = [finding.message for finding in made.findings if finding.code == "annex-hidden-text"]
    assert any(said in message for message in messages)
    assert not any("SECRET" in message for message in messages)
    picture, low = seen(packet), 300 if change is _cropped else 0
    assert min(min(picture.at(x, y - low)) for x in range(74, 100) for y in range(600, 610)) < 128


def test_white_text_on_a_dark_ground_is_text_like_any_other(tmp_path: Path) -> None:
    made = prepared(paper(BOX + line(SHOWN, before="1 g")), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    with pikepdf.open(made.part.pdf) as pdf:
        assert b"Shown to all" in pdf.pages[0].obj.Resources.XObject.Annex.read_bytes()


def _vertical(text: str, size: int = 8) -> bytes:
    """A line that runs up the page."""
    return f"q BT /F1 {size} Tf 0 1 -1 0 300 400 Tm ({text}) Tj ET Q\n".encode()


def test_a_line_that_runs_up_the_page_is_seen(tmp_path: Path) -> None:
    made = prepared(paper(line(SHOWN) + _vertical("la loi il fin i l difficile")), tmp_path)
    assert "annex-hidden-text" not in codes(made)


def test_what_a_resource_without_a_name_says_is_kept(tmp_path: Path) -> None:
    def pale(pdf: Pdf, page: Any) -> None:
        page.Resources.ExtGState = Dictionary()
        page.Resources.ExtGState["/"] = pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=0.3))

    made = prepared(paper(line(SHOWN) + b"/ gs 0 g 300 300 100 100 re f\n", pale), tmp_path)
    assert b"/ca 0.3" in everything(made.part.pdf)


def test_words_beside_a_page_are_not_recognised_in_its_scan(tmp_path: Path) -> None:
    content = b"q 595 0 0 842 0 0 cm /I Do Q\n" + b"q BT /F1 14 Tf 3 Tr 700 700 Td (SECRETNAME) Tj ET Q\n"
    made = prepared(paper(content, _scan(covered=False)), tmp_path)
    assert SECRET not in everything(made.part.pdf)


def _scan(*, covered: bool) -> Callable[[Pdf, Any], object]:
    """A scanned page with a word in it, or a black bar where the word was."""
    from PIL import ImageDraw

    def change(pdf: Pdf, page: Any) -> None:
        image = Image.new("L", (595, 842), 240)
        draw = ImageDraw.Draw(image)
        for at in range(74, 180, 6):
            draw.rectangle((at, 130, at + 2, 142), fill=20)
        if covered:
            draw.rectangle((60, 120, 360, 150), fill=0)
        stream = pdf.make_stream(image.tobytes())
        stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, 595, 842
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceGray, 8
        page.Resources.XObject = Dictionary(I=stream)

    return change


@pytest.mark.parametrize("covered", [False, True])
def test_the_words_that_were_recognised_in_a_scan_count_where_it_shows_something(
    tmp_path: Path, covered: bool
) -> None:
    content = b"q 595 0 0 842 0 0 cm /I Do Q\n" + line("SECRETNAME", before="3 Tr")
    made = prepared(paper(content, _scan(covered=covered)), tmp_path)
    assert (SECRET.decode() in words(made.part.pdf)) == (not covered)
    assert ("annex-hidden-text" in codes(made)) == covered
    assert (SECRET in everything(made.part.pdf)) == (not covered)


# What a file carries along unseen


def _unused_form(pdf: Pdf, page: Any) -> None:
    page.Resources.XObject = Dictionary(Unused=form(pdf, line("SECRETNAME")))


def _unused_pattern(pdf: Pdf, page: Any) -> None:
    pattern = form(pdf, line("SECRETNAME"))
    del pattern["/Subtype"]
    pattern.Type, pattern.PatternType, pattern.PaintType, pattern.TilingType = Name.Pattern, 1, 1, 1
    pattern.XStep = pattern.YStep = 99
    page.Resources.Pattern = Dictionary(Unused=pattern)


def _orphan(pdf: Pdf, page: Any) -> None:
    pdf.Root["/Kept"] = pdf.make_stream(line("SECRETNAME"))


def _photograph(pdf: Pdf, page: Any) -> None:
    image = Image.new("RGB", (32, 32), "navy")
    records = Image.Exif()
    records[0x010E] = "SECRETNAME"
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=records, comment=b"SECRETNAME")
    stream = pdf.make_stream(buffer.getvalue())
    stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, 32, 32
    stream.ColorSpace, stream.BitsPerComponent, stream.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    stream.Metadata = pdf.make_stream(b"<x>SECRETNAME</x>")
    page.Resources.XObject = Dictionary(I=stream)


def _external(pdf: Pdf, page: Any) -> None:
    made = form(pdf, b"")
    made.F = Dictionary(FS=Name.URL, F=String("http://127.0.0.1:9/SECRETNAME"))
    made.Ref = Dictionary(F=String("/etc/SECRETNAME"), Page=0)
    page.Resources.XObject = Dictionary(X=made)


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (b"", _unused_form),
        (b"", _unused_pattern),
        (b"", _orphan),
        (b"q 100 0 0 100 100 100 cm /I Do Q", _photograph),
        (b"/X Do", _external),
    ],
    ids=["form", "pattern", "orphan", "photograph", "external"],
)
def test_what_a_file_carries_along_unseen_stays_behind(
    tmp_path: Path, content: bytes, change: Callable[[Pdf, Any], object]
) -> None:
    made = prepared(paper(line(SHOWN) + content, change), tmp_path)
    packet = stitch([made.part], papers.INFO, tmp_path / "packet.pdf").path
    assert SECRET not in everything(packet)
    assert SHOWN in words(packet)
    if b"/I Do" in content:
        red, green, blue = seen(packet).at(150, 150)
        assert blue > 100 > max(red, green)


def test_an_earlier_revision_stays_behind(tmp_path: Path) -> None:
    """A file that was saved with what has changed at its end still has the old page in it."""
    first = paper(
        line("SECRETNAME"), object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
    )
    with pikepdf.open(BytesIO(first)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    start = int(first.rpartition(b"startxref\n")[2].split()[0])
    at, data = len(first), line(SHOWN)
    body = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(data), data)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, at)
    root = first[first.rindex(b"/Root") :].split()[1]
    trailer = b"<< /Root %s 0 R /Size 99 /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        root,
        start,
        at + len(body),
    )
    made = prepared(first + body + table + trailer, tmp_path)
    assert SHOWN in words(made.part.pdf)
    assert SECRET not in everything(made.part.pdf)


# Redactions, and papers that are to be safe


def _redaction(pdf: Pdf, page: Any) -> None:
    annotate(
        pdf, page, "Redact", (60, 690, 360, 720), QuadPoints=Array([60, 720, 360, 720, 60, 690, 360, 690])
    )


def test_a_redaction_that_is_only_marked_is_told(tmp_path: Path) -> None:
    made = prepared(paper(line("SECRETNAME"), _redaction), tmp_path)
    (finding,) = [finding for finding in made.findings if finding.code == "annex-redaction"]
    assert "on page 1" in finding.message


def test_a_safe_paper_is_pictures_with_its_redactions_applied(tmp_path: Path) -> None:
    from pipeline.packet.annex.prepare import prepare
    from pipeline.packet.base.wishes import Wishes

    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(line("SECRETNAME") + line(SHOWN, 600), _redaction))
    made = prepare(papers.part("item-1-1", "annex", path, title="A paper"), tmp_path, Wishes(safe=True))
    assert SECRET not in everything(made.part.pdf)
    assert SHOWN in words(made.part.pdf)
    assert seen(made.part.pdf).at(200, 705) == BLACK
    with pikepdf.open(made.part.pdf) as pdf:
        inner = pdf.pages[0].obj.Resources.XObject.Annex
        assert list(inner.Resources.XObject.keys()) == ["/Picture"]
    assert made.claims == papers.CLEAN


def test_words_over_a_picture_stand_where_they_are_seen(tmp_path: Path) -> None:
    """The page is turned, and its words can be searched in their places."""
    import pypdfium2

    from pipeline.packet.annex.prepare import prepare
    from pipeline.packet.base.wishes import Wishes

    def turn(pdf: Pdf, page: Any) -> None:
        page.Rotate = 90

    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(b"q 0 1 -1 0 300 100 cm " + line("Upright words", 0) + b"Q", turn))
    made = prepare(
        papers.part("item-1-1", "annex", path, title="A paper", marking=""), tmp_path, Wishes(safe=True)
    )
    page = pypdfium2.PdfDocument(made.part.pdf)[0]
    text = page.get_textpage()
    assert "Upright words" in " ".join(text.get_text_bounded().split())
    left, bottom, right, top = text.get_charbox(text.get_text_bounded().index("U"))
    picture = seen(made.part.pdf)
    assert any(
        max(picture.at(x, y)) < 128
        for x in range(int(left), int(right) + 1)
        for y in range(int(bottom), int(top) + 1)
    )
