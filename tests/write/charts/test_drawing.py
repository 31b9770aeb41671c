"""Charts as drawings: round scales, words with room, series that are told apart without colours."""

from __future__ import annotations

import datetime
import re
from itertools import pairwise

import pytest
from lxml import etree

from pipeline.look.palette import palette
from pipeline.read.reader import parse_text
from pipeline.svg.faults import refusal
from pipeline.tree.nodes import chart
from pipeline.write.charts import scales
from pipeline.write.charts.drawing import WIDTH, svg_of
from pipeline.write.charts.measure import lines_of, width
from tests.support.articles import HEAD

SVG = "{http://www.w3.org/2000/svg}"
DARK = "#14181d"


def drawn(values: str, kind: str = "bar", language: str = "en") -> str:
    rows = "".join(f"   {row}\n" for row in values.split("|"))
    document, _ = parse_text(f"{HEAD}.. chart::\n   :kind: {kind}\n   :unit: tonnes\n\n{rows}")
    node = next(document.findall(chart))
    return svg_of(node, language, palette(), "What it shows")


def texts(svg: str) -> list[tuple[float, float, str, str]]:
    """The left end, the baseline, the words and the anchor of each text."""
    found = []
    for text in etree.fromstring(svg).iter(f"{SVG}text"):
        wide = width(text.text or "")
        x, y, anchor = float(text.get("x", "")), float(text.get("y", "")), text.get("text-anchor", "")
        starts = anchor == ("start" if text.get("direction") == "ltr" else "end")
        left = x if starts else x - wide / 2 if anchor == "middle" else x - wide
        found.append((left, y, text.text or "", anchor))
    return found


CASES = [
    ("Year;A;B|2019;1;2|2020;3;4", "bar"),
    ("Land;A|Bosnia and Herzegovina;3|United States of America;12|Fr;1|D;2|E;3|F;-4|G;8", "bar"),
    ("Land;A;B|Bosnia and Herzegovina;3;1|United States of America;12;4|Fr;1;2|D;2;2|E;3;9", "stacked"),
    ("Q;A long name for a series;Another long name for it;C|1;2;-3;4|2;3;4;5", "stacked"),
    ("Day;A;B|2024-01-31;1000000;2|2024-03-01;3000000;4|2026-05-01;2;4", "line"),
    ("Month;A|2024-01;0.001|2024-02;0.002|2024-12;0.004", "line"),
    ("Year;A;B;C;D;E;F|1990;1;2;3;4;5;6|2000;1.1;2.1;3.1;4.1;5.1;6.1|2020;1;1;1;1;1;1", "line"),
    ("Year;A|2020;0|2021;0", "bar"),
    ("Year;A|2020;5", "line"),
    ("Year;A|" + "|".join(f"{year};{year % 7}" for year in range(1950, 2025)), "bar"),
    ("Year;A|" + "|".join(f"{year};{year % 7}" for year in range(1950, 2025)), "line"),
    ("Land;A|" + "|".join(f"A country with a long name, number {n};{n}" for n in range(35)), "bar"),
    ("Land;A;B|" + "|".join(f"A country with a long name, number {n};{n};3" for n in range(27)), "bar"),
    ("السنة;الصادرات;الواردات|2019;1;2|2020;3;4", "line"),
]


@pytest.mark.parametrize(("values", "kind"), CASES)
def test_words_have_room(values: str, kind: str) -> None:
    language = "ar" if values.startswith("ا") else "en"
    svg = drawn(values, kind, language)
    assert refusal(svg.encode()) is None
    places = texts(svg)
    assert float(etree.fromstring(svg).get("viewBox", "").split()[3]) < 720
    for left, _, words, _ in places:
        assert left > -0.5, words
        assert left + width(words) < WIDTH + 0.5, words
    by_line: dict[float, list[tuple[float, float]]] = {}
    for left, y, words, _ in places:
        by_line.setdefault(y, []).append((left, left + width(words)))
    for line in by_line.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(line)))
    assert svg == drawn(values, kind, language)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_values_below_bars_do_not_cover_the_names_below(language: str) -> None:
    places = texts(drawn("Land;A|a;-5|b;3.25|c;0|d;-0.5", "bar", language))
    (name,) = {y for _, y, words, _ in places if words in ("a", "b", "c", "d")}
    lowest = max(y for _, y, words, _ in places if words not in ("a", "b", "c", "d"))
    assert name - lowest > 11


def test_a_name_beside_a_line_is_the_name_of_that_line() -> None:
    apart = texts(drawn("Year;A;B|2020;1;2|2021;1;9", "line"))
    assert [anchor for _, _, words, anchor in apart if words in ("A", "B")] == ["start", "start"]
    assert min(left for left, _, words, _ in apart if words in ("A", "B")) > WIDTH * 0.9
    together = texts(drawn("Year;A;B|2020;1;2|2021;5;5", "line"))
    assert max(left for left, _, words, _ in together if words in ("A", "B")) < WIDTH * 0.2


def test_long_names_of_east_asia_are_broken_between_their_signs() -> None:
    label = "二〇一九年度決算見込額（速報値）についての総務省統計局の見解と資料"
    lines = lines_of(label, 130, 3)
    assert len(lines) == 3
    assert lines[0] + lines[1] == label[: len(lines[0] + lines[1])]
    assert not any(line.startswith(("）", "ー")) or line.endswith("（") for line in lines)


def test_negative_numbers_have_a_minus_sign() -> None:
    one = [words for *_, words, _ in texts(drawn("Year;A|2020;5", "line"))]
    assert "0" in one  # a single value stands above the line of zero, not on one of its own
    found = [words for *_, words, _ in texts(drawn("Year;A;B|2020;10;5|2021;-10;20", "line"))]
    assert "\u221210" in found
    assert not any("-" in words for words in found)


def test_each_number_is_where_the_scale_has_it() -> None:
    svg = drawn("Year;A;B|2020;10;5|2021;-10;20")
    top = etree.fromstring(svg)
    marks = {words: y for _, y, words, anchor in texts(svg) if anchor == "end"}
    unit = (marks["0"] - marks["20"]) / 20
    assert unit > 0
    assert (marks["0"] - marks["10"]) / 10 == pytest.approx(unit, abs=0.01)
    bars = [
        (float(bar.get("y", "")), float(bar.get("height", "")))
        for bar in top.iter(f"{SVG}rect")
        if any(outer.get("class") == "series-1" for outer in bar.iterancestors())
        and float(bar.get("height", "")) > 12
    ]
    base = marks["0"] - 11 * 0.33
    assert [height for _, height in bars] == [pytest.approx(10 * unit, abs=0.02)] * 2
    assert bars[0][0] + bars[0][1] == pytest.approx(base, abs=0.02)
    assert bars[1][0] == pytest.approx(base, abs=0.02)


def test_series_are_told_apart_without_colours() -> None:
    values = "Year;A;B;C;D;E;F|2020;9;9;9;9;9;9|2021;9;9;9;9;9;9"
    groups: dict[str, list[str]] = {}
    for group in etree.fromstring(drawn(values)).iter(f"{SVG}g"):
        if str(group.get("class")).startswith("series"):
            steps = [re.sub(r"[-.\d]+", "0", part.get("d", "rect")) for part in group]
            groups.setdefault(group.get("class"), []).append("|".join(sorted(set(steps))))
    looks = [tuple(look) for look in groups.values()]
    lines = [
        re.findall(r'dasharray="([^"]*)"|(?<=")(C)', group)
        for group in re.findall(r'<g class="series-\d".*?</g>', drawn(values, "line"))
    ]
    assert len(looks) == 6
    assert len(set(map(str, lines[:6]))) == 6


def brightness(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_are_seen_on_paper_and_in_dark_mode() -> None:
    from pipeline.look.edition_sheets import sheets

    assert all(contrast(colour, "#ffffff") >= 3 for colour in palette()[:6])
    dark = "".join(sheet.text for sheet in sheets("theme", "ebook")).partition("prefers-color-scheme: dark")[
        2
    ]
    found = re.findall(r"--chart-\d: (#[0-9a-f]{6})", dark)
    assert len(found) == 6
    assert all(contrast(colour, DARK) >= 3 for colour in found)


def test_scales_are_round() -> None:
    assert scales.marks(0, 31.4) == [0, 10, 20, 30, 40]
    assert scales.marks(0, 0.07) == [0, 0.02, 0.04, 0.06, 0.08]
    assert scales.marks(-5, 62) == [-20, 0, 20, 40, 60, 80]
    assert scales.within(1990, 2024, 5) == [1990, 2000, 2010, 2020]
    (first, days), *_ = scales.calendars(datetime.date(2023, 11, 15), datetime.date(2024, 3, 2))
    assert (first, days[0], days[-1]) == ("day", datetime.date(2023, 11, 15), datetime.date(2024, 2, 21))
