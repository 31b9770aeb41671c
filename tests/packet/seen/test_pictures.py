"""Pages as pictures: made small, and compared with what they were."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from pipeline.packet.seen import page_comparison
from pipeline.packet.seen.page_comparison import alike
from pipeline.packet.seen.small_pictures import compressed


def drawn(*texts: tuple[int, int, str], size: tuple[int, int] = (300, 200)) -> Any:
    """A page with words in places."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in texts:
        pen.text((x, y), text, fill=0)
    return image


def test_a_grey_page_has_greys_of_even_steps() -> None:
    page = drawn((20, 20, "The quick brown fox"), (20, 60, "jumps over the lazy dog"))
    ImageDraw.Draw(page).rectangle((0, 150, 300, 180), fill=225)
    page.paste(Image.linear_gradient("L").crop((0, 0, 20, 256)).resize((20, 40)), (200, 90))
    data, ending = compressed(page.convert("RGB"))
    assert ending == ".png"
    small = Image.open(BytesIO(data)).convert("RGB")
    assert small.getpixel((0, 0)) == (255, 255, 255)
    levels = {colour for _, colour in small.getcolors(1 << 16) or ()}
    assert len(levels) <= 16
    assert (0, 0, 0) in levels
    difference = ImageChops.difference(page, small.convert("L"))
    assert sum(difference.histogram()[9:]) == 0


@pytest.mark.parametrize("place", [(0, 0), (140, 90), (262, 188)])
def test_a_word_that_is_gone_is_told_wherever_it_stood(place: tuple[int, int]) -> None:
    others = (20, 40, "The quick brown fox")
    assert not alike(drawn(others, (*place, "secret")), drawn(others))
    assert not alike(drawn(others), drawn(others, (*place, "secret")))


def test_letters_that_stand_two_dots_further_are_the_same() -> None:
    assert alike(drawn((20, 40, "The quick brown fox")), drawn((22, 40, "The quick brown fox")))


@pytest.mark.parametrize("place", [(0, 0), (140, 90), (290, 195)])
@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_what_is_looked_at_again_is_all_that_could_differ(
    monkeypatch: pytest.MonkeyPatch, place: tuple[int, int], moved: int
) -> None:
    x, y = place
    old, new = (
        drawn((20, 40, "The quick brown fox"), (x, y, "of")),
        drawn((20 + moved, 40, "The quick brown fox")),
    )
    part = alike(old, new)
    monkeypatch.setattr(page_comparison, "_within", lambda box, size: (0, 0, *size))
    assert alike(old, new) == part
