"""Comments, marks, links and forms of papers from elsewhere show in a packet as they show in a viewer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from tests.support.drawn_papers import annotate, everything, form, layer, line, paper
from tests.support.packet_papers import codes, prepared, seen, words

WHITE = (255, 255, 255)
RED = Array([1, 0, 0])
QUAD = Array([70, 720, 300, 720, 70, 695, 300, 695])


def darkest(path: Path, box: tuple[int, int, int, int]) -> int:
    """The darkest colour in a box of the first page."""
    picture = seen(path)
    return min(min(picture.at(x, y)) for x in range(box[0], box[2]) for y in range(box[1], box[3]))


@pytest.mark.parametrize(
    ("subtype", "more"),
    [
        ("Square", {"C": RED, "BS": Dictionary(W=3)}),
        ("Circle", {"IC": RED}),
        ("Line", {"L": Array([70, 700, 300, 715]), "C": RED}),
        ("Polygon", {"Vertices": Array([70, 695, 300, 695, 180, 720]), "C": RED}),
        ("PolyLine", {"Vertices": Array([70, 695, 180, 720, 300, 695]), "C": RED}),
        ("Ink", {"InkList": Array([Array([70, 695, 180, 720, 300, 695])]), "C": RED}),
        ("Highlight", {"QuadPoints": QUAD, "C": Array([1, 1, 0])}),
        ("Underline", {"QuadPoints": QUAD, "C": RED}),
        ("Squiggly", {"QuadPoints": QUAD, "C": RED}),
        ("StrikeOut", {"QuadPoints": QUAD, "C": RED}),
        ("FreeText", {"Contents": String("Withdrawn"), "DA": String("/Helv 12 Tf 1 0 0 rg")}),
        ("Stamp", {"Name": Name.Draft}),
        ("Text", {"Contents": String("A remark")}),
        ("Caret", {"C": RED}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mark_without_a_picture_of_its_own_is_drawn(
    tmp_path: Path, subtype: str, more: dict[str, Any]
) -> None:
    made = prepared(
        paper(b"", lambda pdf, page: annotate(pdf, page, subtype, (70, 695, 300, 720), **more)), tmp_path
    )
    assert darkest(made.part.pdf, (66, 690, 304, 724)) < 60
    assert darkest(made.part.pdf, (66, 600, 304, 680)) == 255
    assert not codes(made) & {"annex-undrawn", "annex-picture"}
    assert ("Withdrawn" in words(made.part.pdf)) == (subtype == "FreeText")
    assert ("DRAFT" in words(made.part.pdf)) == (subtype == "Stamp")


def test_what_can_not_be_drawn_is_named(tmp_path: Path) -> None:
    made = prepared(
        paper(line("Text"), lambda pdf, page: annotate(pdf, page, "Projection", (70, 600, 90, 620))), tmp_path
    )
    (finding,) = [finding for finding in made.findings if finding.code == "annex-undrawn"]
    assert "Projection" in finding.message


@pytest.mark.parametrize("how", ["hidden", "no-view", "layer"])
def test_a_mark_that_no_viewer_shows_is_not_drawn(tmp_path: Path, how: str) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        one = annotate(pdf, page, "Square", (70, 695, 300, 720), IC=RED)
        if how == "layer":
            one.OC = layer(pdf, page, "Off", on=False)
        else:
            one.F = {"hidden": 2, "no-view": 32}[how]

    made = prepared(paper(line("Text", 500), change), tmp_path)
    assert seen(made.part.pdf).at(200, 705) == WHITE


def test_a_link_with_a_picture_stays_a_link(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        look = Dictionary(N=form(pdf, b"1 0 0 rg 0 0 100 20 re f", (0, 0, 100, 20)))
        action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
        annotate(pdf, page, "Link", (72, 695, 172, 715), A=action, AP=look)

    made = prepared(paper(line("Text", 500), change), tmp_path)
    assert seen(made.part.pdf).at(120, 705) == (255, 0, 0)
    with pikepdf.open(made.part.pdf) as pdf:
        (link,) = pdf.pages[0].obj.Annots
        assert str(link.A.URI) == "https://example.org/"
        assert "/AP" not in link


def test_a_link_that_leads_nowhere_is_dropped_and_told(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        annotate(pdf, page, "Link", (72, 695, 172, 715), Dest=String("gone"))
        annotate(pdf, page, "Link", (72, 595, 172, 615), Dest=String("first"))
        names = Array([String("first"), String("second"), String("second"), Array([page, Name.Fit])])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))

    made = prepared(paper(line("Text", 500), change), tmp_path)
    with pikepdf.open(made.part.pdf) as pdf:
        assert len(pdf.pages[0].obj.Annots) == 1, "a name that leads to a name is followed"
    assert any("links that lead nowhere" in finding.message for finding in made.findings)


# Forms


def _field(rect: tuple[float, ...] = (100, 690, 340, 715), **more: Any) -> Callable[[Pdf, Any], object]:
    def change(pdf: Pdf, page: Any) -> None:
        look = more.pop("look", None)
        field = annotate(pdf, page, "Widget", rect, T=String("name"), DA=String("/F1 12 Tf 0 g"), **more)
        if look is not None:
            field.AP = Dictionary(N=form(pdf, look, (0, 0, 240, 25)))
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), NeedAppearances=True, DR=Dictionary(Font=page.Resources.Font)
        )

    return change


def test_a_field_keeps_the_picture_that_it_has(tmp_path: Path) -> None:
    """Whatever the form says of making new ones: the letters of the value are in no font of the form."""
    value = String("Мария Ελένη")
    made = prepared(paper(b"", _field(FT=Name.Tx, V=value, look=line("As it was", 6))), tmp_path)
    assert words(made.part.pdf) == "As it was"
    assert "annex-picture" not in codes(made)


def test_a_field_without_a_picture_is_set_in_any_letters(tmp_path: Path) -> None:
    made = prepared(paper(b"", _field(FT=Name.Tx, V=String("Žofia Мария Ελένη"))), tmp_path)
    assert words(made.part.pdf) == "Žofia Мария Ελένη"
    assert darkest(made.part.pdf, (100, 690, 340, 715)) < 100


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [False, True])
def test_a_password_is_never_shown(tmp_path: Path, drawn: bool) -> None:
    look: dict[str, Any] = {"look": line("opensesame", 6)} if drawn else {}
    made = prepared(paper(b"", _field(FT=Name.Tx, Ff=1 << 13, V=String("opensesame"), **look)), tmp_path)
    assert words(made.part.pdf) == "********"
    assert b"opensesame" not in everything(made.part.pdf)


def test_letters_in_cells_keep_their_places(tmp_path: Path) -> None:
    made = prepared(paper(b"", _field(FT=Name.Tx, Ff=1 << 24, MaxLen=8, V=String("AB12"))), tmp_path)
    for cell in range(4):
        assert darkest(made.part.pdf, (105 + 30 * cell, 692, 125 + 30 * cell, 713)) < 128
    assert darkest(made.part.pdf, (225, 692, 338, 713)) == 255


def test_a_choice_shows_the_words_of_its_value(tmp_path: Path) -> None:
    options = Array([Array([String("be"), String("Belgium")]), Array([String("lu"), String("Luxembourg")])])
    made = prepared(paper(b"", _field(FT=Name.Ch, Ff=1 << 17, V=String("lu"), Opt=options)), tmp_path)
    assert words(made.part.pdf) == "Luxembourg"


@pytest.mark.parametrize("state", ["Yes", "Off"])
def test_a_box_without_a_picture_has_its_tick(tmp_path: Path, state: str) -> None:
    name = Name(f"/{state}")
    made = prepared(paper(b"", _field((100, 690, 130, 720), FT=Name.Btn, V=name, AS=name)), tmp_path)
    assert (darkest(made.part.pdf, (100, 690, 130, 720)) < 60) == (state == "Yes")


def test_letters_that_no_font_has_are_named(tmp_path: Path) -> None:
    made = prepared(paper(b"", _field(FT=Name.Tx, V=String("\U00012000"))), tmp_path)
    (finding,) = [finding for finding in made.findings if finding.code == "annex-undrawn"]
    assert 'the field "name" (U+12000)' in finding.message


def test_a_signature_in_a_field_below_another_is_told(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        kid = annotate(pdf, page, "Widget", (0, 0, 0, 0), FT=Name.Sig, V=Dictionary(Type=Name.Sig))
        above = pdf.make_indirect(Dictionary(T=String("above"), Kids=Array([kid])))
        kid.Parent = above
        pdf.Root.AcroForm = Dictionary(Fields=Array([above]))

    made = prepared(paper(line("Text"), change), tmp_path)
    assert any("the signature" in finding.message for finding in made.findings)


# What else a paper may be


def test_the_cover_sheet_of_a_portfolio_is_called_so(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        pdf.attachments["agenda.pdf"] = b"%PDF"
        pdf.Root.Collection = Dictionary(View=Name.D)

    assert "annex-portfolio" in codes(prepared(paper(line("Cover"), change), tmp_path))


@pytest.mark.parametrize("side", [1, 4, 20])
def test_a_very_small_page_is_taken_in(tmp_path: Path, side: int) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        page.MediaBox = Array([0, 0, side, side])

    assert prepared(paper(b"0 g 0 0 99 99 re f", change), tmp_path).page_count == 1


def test_a_pattern_in_itself_costs_nothing_else(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        pattern = form(pdf, b"/Pattern cs /P scn 0 0 9 9 re f")
        del pattern["/Subtype"]
        pattern.Type, pattern.PatternType, pattern.PaintType, pattern.TilingType = Name.Pattern, 1, 1, 1
        pattern.XStep = pattern.YStep = 5
        pattern.Resources = Dictionary(Pattern=Dictionary(P=pattern))
        page.Resources.Pattern = Dictionary(P=pattern)

    content = b"/Pattern cs /P scn 0 0 99 99 re f " + line("Text", before="0 g")
    made = prepared(paper(content, change), tmp_path)
    assert words(made.part.pdf) == "Text"
    assert any("contain themselves" in finding.message for finding in made.findings)


def test_titles_of_bookmarks_lose_what_turns_or_controls(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("A\u202eB\x00C\x1bD", 0))

    made = prepared(paper(line("Text"), change), tmp_path)
    with pikepdf.open(made.part.pdf) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["AB C D"]


def test_a_mark_that_only_unknown_kinds_would_hide_is_shown_as_it_is(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        drawn = form(pdf, b"0 g 0 0 99 99 re f", (0, 0, 99, 99))
        annotate(pdf, page, "Stamp", (100, 600, 199, 699), AP=Dictionary(N=drawn)).F = 5

    made = prepared(paper(line("Text"), change), tmp_path)
    assert darkest(made.part.pdf, (100, 600, 199, 699)) < 50
    assert "annex-picture" not in codes(made)


@pytest.mark.slow  # poppler is there for the slow tests alone
def test_a_highlight_covers_no_words_in_poppler(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        drawn = form(pdf, b"/Mark gs 1 1 0 rg 70 690 200 30 re f", (70, 690, 270, 720))
        drawn.Resources.ExtGState = Dictionary(Mark=Dictionary(BM=Name.Multiply))
        drawn.Group = Dictionary(S=Name.Transparency)
        annotate(pdf, page, "Highlight", (70, 690, 270, 720), AP=Dictionary(N=drawn))

    made = prepared(paper(line("Marked words"), change), tmp_path)
    command = ["pdftoppm", "-r", "72", "-gray", str(made.part.pdf), str(tmp_path / "page")]
    subprocess.run(command, check=True, timeout=60)
    picture = Image.open(next(tmp_path.glob("page*.pgm")))
    assert min(picture.crop((72, picture.height - 715, 170, picture.height - 695)).tobytes()) < 100
