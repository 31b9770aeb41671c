"""Pictures of a paper that can't be seen are not in the packet; those that can be seen stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.wishes import Wishes
from tests.support.drawn_papers import everything, form, line, paper
from tests.support.packet_papers import codes, part, prepared, seen, words

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
