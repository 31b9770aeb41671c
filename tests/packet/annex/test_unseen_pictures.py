"""Pictures of a paper that can't be seen are not in the packet; those that can be seen stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.check.seen.ink import Drawing
from pipeline.packet.annex import prepare as prepare_module
from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.wishes import Wishes
from tests.support.drawn_papers import everything, form, line, paper
from tests.support.packet_papers import codes, part, prepared, seen, words
from tests.support.quick import each_nth

SECRET = b"SECRETNAME"
PIXELS = (b"\x00\xff" + SECRET + b"\xff\x00\x80\xff\x00") * 24
"""Letters among dark and light dots: a picture of 20 by 20 that shows something."""
SHOWN = line("Always there", 760)
DRAW = b"q 60 0 0 40 100 500 cm /X Do Q\n"

Change = Callable[[Pdf, Any], object]


def picture(*changes: Change, **entries: Any) -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        made = Stream(pdf, PIXELS[:400])
        made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, 20, 20
        made.BitsPerComponent, made.ColorSpace = 8, Name.DeviceGray
        for key, value in entries.items():
            made[f"/{key}"] = value(pdf) if callable(value) else value
        page.Resources.XObject = Dictionary(X=pdf.make_indirect(made))
        for one in changes:
            one(pdf, page)

    return change


def transparent(pdf: Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=0))


def cropped(pdf: Pdf, page: Any) -> None:
    page.CropBox = Array([0, 600, 595, 842])


def empty_mask(pdf: Pdf) -> Any:
    entries = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=20, Height=20, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )  # fmt: skip
    return Stream(pdf, bytes(400), entries)


def in_form(content: bytes, name: str = "F") -> Change:
    def change(pdf: Pdf, page: Any) -> None:
        made = form(pdf, content)
        made.Resources = Dictionary(XObject=Dictionary(X=page.Resources.XObject.X))
        page.Resources.XObject[f"/{name}"] = made

    return change


INLINE = b"BI /W 20 /H 20 /BPC 8 /CS /G /L 400 ID " + PIXELS[:400] + b" EI\n"

UNSEEN: dict[str, tuple[bytes, Change | None, str]] = {
    "black box": (DRAW + b"0 g 90 490 100 60 re f\n", picture(), "under a dark area, on page 1"),
    "white box": (DRAW + b"1 g 90 490 100 60 re f\n", picture(), "that can't be seen, on page 1"),
    "transparent": (b"/G gs " + DRAW, picture(transparent), "that can't be seen"),
    "empty mask": (DRAW, picture(SMask=empty_mask), "that can't be seen"),
    "beside the page": (DRAW.replace(b"100", b"1000"), picture(), "outside what is shown of the page"),
    "outside the crop box": (DRAW, picture(cropped), "outside what is shown of the page"),
    "cut away": (b"q 0 0 5 5 re W n " + DRAW + b"Q\n", picture(), "that can't be seen"),
    "a dot": (b"q 0.9 0 0 0.9 100 500 cm /X Do Q\n", picture(), "as small as a dot"),
    "a line": (b"q 300 0 0 0.3 100 500 cm /X Do Q\n", picture(), "as small as a dot"),
    "in a form": (
        b"q 1 0 0 1 50 50 cm /F Do Q 0 g 140 540 100 60 re f\n",
        picture(in_form(DRAW)),
        "under a dark area",
    ),
    "within content": (
        b"q 60 0 0 40 100 500 cm\n" + INLINE + b"Q 0 g 90 490 100 60 re f\n",
        None,
        "under a dark area",
    ),
    "two over one another": (DRAW + DRAW + b"0 g 90 490 100 60 re f\n", picture(), "under a dark area"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_picture_that_can_not_be_seen_is_not_in_the_packet(tmp_path: Path, name: str) -> None:
    content, change, said = UNSEEN[name]
    made = prepared(paper(SHOWN + content, change), tmp_path)
    assert SECRET not in everything(made.part.pdf)
    messages = [finding.message for finding in made.findings if finding.code == "annex-hidden-picture"]
    assert [said in message for message in messages] == [True]
    assert ("annex-picture" in codes(made)) == (name == "a line")  # which stays, as a line
    assert "Always there" in words(made.part.pdf)


SEEN: dict[str, tuple[bytes, Change]] = {
    "as it is": (DRAW, picture()),
    "printed twice": (DRAW + DRAW, picture()),
    "in a form": (b"q 1 0 0 1 50 50 cm /F Do Q\n", picture(in_form(DRAW))),
    "in a form in a corner": (b"q .1 0 0 .1 500 700 cm /F Do Q\n", picture(in_form(DRAW))),
    "seen once": (DRAW + b"0 g 90 490 100 60 re f 1 0 0 1 0 -300 cm " + DRAW, picture()),
    "below words": (DRAW + b"0 g 99 510 62 12 re S " + line("Caption", 512), picture()),
    "light, on a dark ground": (b"0 g 90 490 100 60 re f\n" + DRAW, picture()),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_picture_that_can_be_seen_stays(tmp_path: Path, name: str) -> None:
    content, change = SEEN[name]
    made = prepared(paper(SHOWN + content, change), tmp_path)
    assert SECRET in everything(made.part.pdf)
    assert not codes(made) & {"annex-hidden-picture", "annex-covered-picture", "annex-picture"}


def test_a_picture_that_another_page_shows_stays(tmp_path: Path) -> None:
    def second(pdf: Pdf, page: Any) -> None:
        pdf.add_blank_page(page_size=(595, 842))
        other = pdf.pages[1].obj
        other.Resources = page.Resources
        other.Contents = pdf.make_stream(DRAW + b"0 g 90 490 100 60 re f\n")

    made = prepared(paper(DRAW, picture(second)), tmp_path)
    assert SECRET in everything(made.part.pdf)


def test_a_picture_that_is_named_and_never_drawn_is_not_in_the_packet(tmp_path: Path) -> None:
    def name(pdf: Pdf, page: Any) -> None:
        page.Resources.XObject["/F1"] = page.Resources.XObject.X
        del page.Resources.XObject["/X"]

    made = prepared(paper(SHOWN, picture(name)), tmp_path)
    assert SECRET not in everything(made.part.pdf)


@pytest.mark.parametrize("safe", [False, True])
def test_the_part_of_a_picture_below_a_dark_area_is_not_in_the_packet(tmp_path: Path, safe: bool) -> None:
    path = tmp_path / "paper.pdf"
    content = b"q 300 0 0 300 100 400 cm /X Do Q 0 g 130 500 120 60 re f\n"
    path.write_bytes(paper(SHOWN + content, picture()))
    (ready := tmp_path / "ready").mkdir()
    made: Prepared = prepare(part("paper", "annex", path), ready, Wishes(safe=safe))
    assert SECRET not in everything(made.part.pdf)
    message = next(one.message for one in made.findings if one.code == "annex-covered-picture")
    assert "a part of a picture under a dark area on page 1" in message
    picture_of = seen(made.part.pdf)
    assert max(picture_of.at(190, 530)) < 40
    assert {max(picture_of.at(x, 650)) > 128 for x in range(105, 395, 7)} == {True, False}


# Pictures that are cut ------------------------------------------------------------------------------------


def halves() -> Any:
    """A photo: dark and light stripes; letters of the secret in the left half, one colour in the right."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (160, 160), (200, 40, 40))
    draw = ImageDraw.Draw(image)
    for at in range(0, 80, 10):
        draw.rectangle((at, 0, at + 4, 160), fill="black")
        draw.rectangle((at + 5, 0, at + 9, 160), fill="white")
    return image


def photo(kind: str, **entries: Any) -> Change:
    """Both halves, packed in some way."""
    from io import BytesIO

    def change(pdf: Pdf, page: Any) -> None:
        given = halves()
        space = {"L": Name.DeviceGray, "CMYK": Name.DeviceCMYK}.get(
            kind.rsplit(maxsplit=1)[-1], Name.DeviceRGB
        )
        mode = {"L": "L", "CMYK": "CMYK"}.get(kind.rsplit(maxsplit=1)[-1], "RGB")
        given = given.convert(mode)
        made = Stream(pdf, given.tobytes())
        if kind.startswith("JPEG"):
            target = BytesIO()
            given.save(target, "JPEG", quality=90)
            made.write(target.getvalue(), filter=Name.DCTDecode)
        elif kind.startswith("bits"):
            made.write(given.convert("1").tobytes())
            space = Name.DeviceGray
        made.Type, made.Subtype, made.Width, made.Height = Name.XObject, Name.Image, 160, 160
        made.BitsPerComponent, made.ColorSpace = 1 if kind.startswith("bits") else 8, space
        if kind == "JPEG CMYK":
            made.Decode = Array([1, 0] * 4)  # as Adobe's programs write it
        for key, value in entries.items():
            made[f"/{key}"] = value(pdf)
        page.Resources.XObject = Dictionary(X=pdf.make_indirect(made))

    return change


def striped(pdf: Pdf) -> Any:
    entries = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=80, Height=80, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )  # fmt: skip
    return Stream(pdf, (b"\xc0" * 40 + b"\xff" * 40) * 80, entries)


def stored(path: Path) -> list[Any]:
    """The pictures that are in a file, as anybody may take them out of it."""
    import pymupdf
    from PIL import Image

    with pymupdf.open(path) as document:  # type: ignore[no-untyped-call]
        numbers = {one[0] for page in document for one in page.get_images(full=True)}
        found = [pymupdf.Pixmap(document, number) for number in sorted(numbers)]  # type: ignore[no-untyped-call]
        found = [pymupdf.Pixmap(pymupdf.csRGB, one) if one.n != 3 else one for one in found]  # type: ignore[no-untyped-call]
        return [Image.frombytes("RGB", (one.width, one.height), one.samples) for one in found]


def stripes(path: Path) -> bool:
    """Whether a picture of a file has the stripes."""
    rows = [one.convert("L").resize((160, 160)).crop((10, 80, 60, 81)) for one in stored(path)]
    return any(high - low > 100 for low, high in (row.getextrema() for row in rows))


CUT = b"q 200 500 100 200 re W n 200 0 0 200 100 500 cm /X Do Q\n"
PHOTOS = ("RGB", "L", "CMYK", "bits L", "JPEG RGB", "JPEG L", "JPEG CMYK")
CUTS: dict[str, tuple[bytes, Change]] = {
    **{f"cut, {kind}": (CUT, photo(kind)) for kind in PHOTOS},
    "with a soft mask": (CUT, photo("RGB", SMask=striped)),
    "beyond the page": (b"q 200 0 0 200 -100 500 cm /X Do Q\n", photo("RGB")),
    "upside down": (b"q 100 500 100 200 re W n -200 0 0 -200 300 700 cm /X Do Q\n", photo("RGB")),
    "on its side": (b"q 100 600 200 100 re W n 0 200 -200 0 300 500 cm /X Do Q\n", photo("RGB")),
    "in a form": (
        b"q 1 0 0 1 50 -50 cm /F Do Q\n",
        lambda pdf, page: [photo("RGB")(pdf, page), in_form(CUT)(pdf, page)],
    ),
    "cut twice": (
        CUT + CUT.replace(b"100 500 cm", b"100 250 cm").replace(b"200 500", b"220 250"),
        photo("RGB"),
    ),
    "twice cut": (CUT.replace(b"q ", b"q 0 400 595 400 re W n ", 1), photo("RGB")),
}


@pytest.mark.parametrize("name", each_nth(4, CUTS))
def test_what_is_cut_off_of_a_picture_is_not_in_the_packet(tmp_path: Path, name: str) -> None:
    content, change = CUTS[name]
    data = paper(SHOWN + content, change)
    (tmp_path / "given.pdf").write_bytes(data)
    assert stripes(tmp_path / "given.pdf")
    made = prepared(data, tmp_path)
    assert not stripes(made.part.pdf)
    assert [one.code for one in made.findings if "picture" in one.code] == ["annex-cut-picture"]
    before, after = seen(tmp_path / "given.pdf"), seen(made.part.pdf)
    assert all(
        abs(one - other) < 12
        for x in range(20, 590, 30)
        for one, other in zip(before.at(x, 555), after.at(x, 555), strict=True)
    )


WHOLE: dict[str, tuple[bytes, Change]] = {
    "cut once, whole once": (CUT + b"q 200 0 0 200 100 250 cm /X Do Q\n", photo("RGB")),
    "cut to one half and the other": (
        CUT + CUT.replace(b"200 500 100", b"100 500 100").replace(b" 500 ", b" 250 "),
        photo("RGB"),
    ),
    "its edge cut": (b"q 101 501 198 198 re W n 200 0 0 200 100 500 cm /X Do Q\n", photo("RGB")),
    "the plain half cut off": (b"q 100 500 110 200 re W n 200 0 0 200 100 500 cm /X Do Q\n", photo("RGB")),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_seen_of_a_picture_stays(tmp_path: Path, name: str) -> None:
    content, change = WHOLE[name]
    made = prepared(paper(SHOWN + content, change), tmp_path)
    assert stripes(made.part.pdf)
    assert not [one for one in codes(made) if "picture" in one]


@pytest.mark.slow
def test_a_page_with_a_cut_picture_that_can_not_be_made_anew_is_a_picture(tmp_path: Path) -> None:
    inline = b"BI /W 160 /H 160 /BPC 8 /CS /RGB ID " + halves().tobytes() + b" EI Q\n"
    made = prepared(paper(SHOWN + CUT.replace(b"/X Do Q\n", inline)), tmp_path)
    message = next(one.message for one in made.findings if one.code == "annex-cut-picture")
    assert "page 1 is shown as a picture for it" in message
    assert not stripes(made.part.pdf)


def test_a_small_picture_costs_no_more_drawing_than_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without that, a paper with many pictures took twice as long to be bound."""
    draw, dots = Drawing._draw, list[int]()

    def counted(self: Drawing, place: Any = None) -> Any:
        made = draw(self, place)
        dots.append(made.width * made.height)
        return made

    monkeypatch.setattr(Drawing, "_draw", counted)
    made = prepared(paper(SHOWN + DRAW + b"0 g 90 490 100 60 re f\n", picture()), tmp_path)
    assert made.page_count == 1
    assert len(dots) >= 3
    assert sum(dots) < 2.1 * max(dots)


def test_a_page_that_changed_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that does not look as it did is made once more, as a picture: what is seen of it is known."""
    looks, compared = list[int](), list[list[int]]()
    given = prepare_module._views

    def views(path: Path, count: int) -> list[Any]:
        looks.append(1)
        return given(path, count)

    monkeypatch.setattr(prepare_module, "_views", views)

    def unlike(seen: Path, made: Path, places: dict[int, Any]) -> list[int]:
        compared.append(list(places))
        return [0] if len(compared) == 1 else []

    monkeypatch.setattr(prepare_module, "unlike", unlike)
    made = prepared(paper(SHOWN), tmp_path)
    assert "annex-picture" in codes(made)
    assert looks == [1]
    assert compared == [[0], []]


def test_a_paper_without_tags_is_not_said_to_have_some(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(SHOWN))
    (tmp_path / "ready").mkdir()
    made = prepare(part("paper", "annex", path, title="A paper"), tmp_path / "ready", Wishes(safe=True))
    (message,) = [finding.message for finding in made.findings if finding.code == "annex-untagged"]
    assert "has no tags" in message
