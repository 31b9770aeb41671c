"""Pages that are drawn by the same signs are not drawn again, and all others are."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from pipeline.watch import pictures as module
from pipeline.watch.pictures import Page, pictures
from tests.support.typeset import typeset

SHEET = "@page { size: 200px 40px; margin: 0 } p { break-after: page }"


def paper(folder: Path, *words: str) -> Path:
    """A PDF with a word on each page."""
    path = folder / "paper.pdf"
    typeset("".join(f"<p>{word}</p>" for word in words), SHEET).write_pdf(path)
    return path


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Page]:
    """The pages that are drawn."""
    found: list[Page] = []
    draw = module._draw

    def noting_draw(page: object, folder: Path) -> Page:
        found.append(draw(page, folder))
        return found[-1]

    monkeypatch.setattr(module, "_draw", noting_draw)
    return found


def test_only_what_has_changed_is_drawn(tmp_path: Path, drawn: list[Page]) -> None:
    first = pictures(paper(tmp_path, "one", "two", "toe"), tmp_path / "a")
    assert len(drawn) == len(set(first)) == 3
    words = ("one", "toe", "ten", "two")  # the font has the same letters
    second = pictures(paper(tmp_path, *words), tmp_path / "a")
    assert [page in first for page in second] == [True, True, False, True]
    assert drawn[3:] == [second[2]]
    assert pictures(paper(tmp_path, *words), tmp_path / "a") == second
    assert len(drawn) == 4
    assert pictures(paper(tmp_path, *words), tmp_path / "b") == second


def test_a_picture_that_is_gone_is_drawn_again(tmp_path: Path, drawn: list[Page]) -> None:
    path = paper(tmp_path, "one", "two")
    one, two = pictures(path, tmp_path / "a")
    (tmp_path / "a" / f"{two.key}.jpg").unlink()
    assert pictures(path, tmp_path / "a") == [one, two]
    assert drawn == [one, two, two]


def change_box(document: pikepdf.Pdf) -> None:
    document.pages[0].MediaBox = [0, 0, 120, 30]


def change_turn(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Rotate"] = 90


def change_above(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Parent"]["/Rotate"] = 180


def change_font(document: pikepdf.Pdf) -> None:
    document.pages[0].Resources.Font = pikepdf.Dictionary(
        {
            name: pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
            )
            for name in map(str, document.pages[0].Resources.Font.keys())
        }
    )


def add_stamp(document: pikepdf.Pdf) -> None:
    form = document.make_stream(b"1 0 0 rg 0 0 9 9 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    stamp = pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 9, 9], AP=pikepdf.Dictionary(N=form))
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(stamp)]))


@pytest.mark.parametrize("change", [change_box, change_turn, change_above, change_font, add_stamp])
def test_whatever_changes_a_page_is_seen(
    tmp_path: Path, drawn: list[Page], change: pytest.FixtureRequest
) -> None:
    path = paper(tmp_path, "one")
    before = pictures(path, tmp_path / "a")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        change(document)  # type: ignore[operator]
        document.save(path)
    after = pictures(path, tmp_path / "a")
    assert after != before
    assert drawn == [*before, *after]
