"""What tags say and no page shows is not in the packet; a picture among pages costs the others no tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.check.validators import validate_pdf
from pipeline.packet.stitch.stitch import stitch
from tests.support.drawn_papers import everything, line, paper
from tests.support.packet_papers import INFO, changed, codes, prepared, text_pdf, words

SECRET = "SECRETNAME"


def elements(pdf: Pdf, role: str) -> list[Any]:
    """The elements of a type, in order of their numbers."""
    return [
        one for one in pdf.objects if isinstance(one, Dictionary) and str(one.get("/S", "")) == f"/{role}"
    ]


def reading(path: Path) -> list[tuple[str, int]]:
    """Type and page, from 1, of each element that has one, in the order of the tree."""
    with pikepdf.open(path) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        found = []
        waiting: list[Any] = [pdf.Root.StructTreeRoot.K]
        while waiting:
            element = waiting.pop(0)
            if isinstance(element, Array):
                waiting[:0] = list(element)
            elif isinstance(element, Dictionary) and "/S" in element:
                if "/Pg" in element:
                    found.append((str(element.S)[1:], numbers[element.Pg.objgen]))
                waiting.insert(0, element.get("/K"))
        return found


def _cover(pdf: Pdf) -> None:
    """A black box over all of page 2, and texts of tags that say what was there."""
    page = pdf.pages[1]
    page.contents_add(b"q 0 g -3000 -3000 6000 6000 re f Q")
    for one in pdf.objects:
        if isinstance(one, Dictionary) and "/S" in one and "/K" in one and one.get("/Pg") == page.obj:
            one.ActualText = String(f"Part 2 {SECRET}")
    top = pdf.Root.StructTreeRoot.K
    top = top[0] if isinstance(top, Array) else top
    top.Alt = top.T = String(SECRET)


@pytest.mark.slow
def test_a_picture_among_pages_costs_the_others_no_tags(tmp_path: Path) -> None:
    made = prepared(changed(_cover, text_pdf("pdf/ua-1", pages=3)), tmp_path)
    assert "annex-untagged" not in codes(made)
    order = reading(made.part.pdf)
    assert [number for _, number in order] == sorted(number for _, number in order)
    # The links of the page are there still.
    assert [role for role, number in order if number == 2] == ["Figure", "P", "Link", "Link"]
    assert {"H1", "P"} <= {role for role, number in order if number == 1}
    assert {"H1", "P"} <= {role for role, number in order if number == 3}
    assert SECRET.encode() not in everything(made.part.pdf)
    assert "Part 2" not in words(made.part.pdf)
    packet = stitch([made.part], INFO, tmp_path / "packet.pdf", claims=made.claims)
    assert not validate_pdf(packet.path)


def test_levels_of_headings_close_over_a_picture(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].contents_add(b"q 0 g -3000 -3000 6000 6000 re f Q")
        for number, one in enumerate(elements(pdf, "H1")):
            one.S = Name(f"/H{number + 1}")

    made = prepared(changed(change, text_pdf("pdf/ua-1", pages=3)), tmp_path)
    assert [role for role, _ in reading(made.part.pdf) if role[0] == "H"] == ["H1", "H2"]


def _inline(pdf: Pdf) -> None:
    page = pdf.pages[0].obj
    data = page.Contents.read_bytes()
    page.Contents = pdf.make_stream(
        data.replace(b"/MCID 0", b"/MCID 0 /ActualText (SECRETNAME) /E (SECRETNAME)", 1)
    )


def _listed(pdf: Pdf) -> None:
    page = pdf.pages[0].obj
    page.Resources.Properties = Dictionary(Own=Dictionary(ActualText=String(SECRET)))
    page.Contents = pdf.make_stream(b"/Artifact /Own BDC EMC " + page.Contents.read_bytes())


def _on(role: str, key: str) -> Callable[[Pdf], object]:
    def change(pdf: Pdf) -> None:
        elements(pdf, role)[0][key] = String(SECRET)

    return change


@pytest.mark.parametrize(
    "change",
    [_inline, _listed, _on("P", "/ActualText"), _on("P", "/Alt"), _on("H1", "/E"), _on("Link", "/Alt")],
    ids=["inline", "listed", "ActualText", "Alt", "E", "of a link"],
)
def test_words_that_are_read_aloud_and_not_shown_are_left_out(
    tmp_path: Path, change: Callable[[Pdf], object]
) -> None:
    made = prepared(changed(change, text_pdf("pdf/ua-1")), tmp_path)
    assert SECRET.encode() not in everything(made.part.pdf)
    assert "annex-hidden-text" in codes(made)
    assert "annex-untagged" not in codes(made)
    assert "Part 1" in words(made.part.pdf)


def test_a_page_without_tags_is_described_by_what_it_shows(tmp_path: Path) -> None:
    content = b"/Span <</ActualText (SECRETNAME)>> BDC\n" + line("Shown") + b"EMC"
    made = prepared(paper(content), tmp_path)
    assert words(made.part.pdf) == "Shown"
    assert SECRET.encode() not in everything(made.part.pdf)


def test_words_that_the_page_shows_may_be_read_aloud(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        elements(pdf, "P")[0].ActualText = String("The Par\u00adties agree, see there.")

    made = prepared(changed(change, text_pdf("pdf/ua-1")), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    with pikepdf.open(made.part.pdf) as pdf:
        assert any("/ActualText" in one for one in elements(pdf, "P"))


def test_the_description_of_a_picture_is_told(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        figure = elements(pdf, "P")[0]
        figure.S, figure.Alt = Name.Figure, String("A man beside a door")

    made = prepared(changed(change, text_pdf("pdf/ua-1")), tmp_path)
    (finding,) = [one for one in made.findings if one.code == "annex-described"]
    assert '"A man beside a door"' in finding.message
