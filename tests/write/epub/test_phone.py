"""Tables on the screen of a telephone: many columns can be moved, words are parted with hyphens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.write.xhtml.soft_hyphens import softened
from tests.support.readback import EpubFile

HYPHEN = "\u00ad"

Ebook = Callable[..., EpubFile]


def table(columns: int) -> str:
    cells = "".join(f"   {' ' if n else '*'} - Understanding{n}\n" for n in range(columns))
    return f".. list-table:: Of {columns}\n   :header-rows: 1\n\n{cells}{cells}\n"


def test_a_table_of_many_columns_can_be_moved(ebook_edition: Ebook) -> None:
    (page,) = (
        page
        for name, page in ebook_edition(table(5) + table(6) + table(14)).pages.items()
        if name == "article.xhtml"
    )
    around = [found.getparent() for found in page.iter("{*}table")]
    assert [(box.get("class"), box.get("tabindex")) for box in around] == [
        ("ebook chapter", None),
        ("scroll", "0"),
        ("scroll", "0"),
    ]


def test_on_a_telephone_its_first_column_stays(ebook_edition: Ebook) -> None:
    book = ebook_edition(table(6))
    sheets = [book.read(name).decode() for name in ("style.css", "media-2.css")]
    assert "sticky" not in sheets[0]
    assert sheets[1].startswith("@media (max-width: 40em)")
    assert "position: sticky; left: 0" in sheets[1]


def test_long_words_in_cells_are_parted_with_hyphens(ebook_edition: Ebook) -> None:
    text = (
        "Understanding here.\n\n.. list-table::\n\n   * - Understanding ``understanding`` "
        "https://example.org/understanding\n     - :lang-nl:`betrekkingen` word\n"
    )
    (page,) = (page for name, page in ebook_edition(text).pages.items() if name == "article.xhtml")
    cells = ["".join(cell.itertext()).strip() for cell in page.iter("{*}td")]
    first, second = (cell.replace(HYPHEN, "-") for cell in cells)
    assert first == "Un-der-stand-ing understanding https://example.org/understanding".replace(
        "Un-der", "Under"
    )
    assert second == "be-trek-kin-gen word".replace("be-trek", "betrek")
    assert HYPHEN not in "".join(next(page.iter("{*}p")).itertext())


def test_in_an_infobox_only_words_that_no_column_has_room_for_are_parted(ebook_edition: Ebook) -> None:
    text = ".. infobox:: Box\n\n   :Representation: Luxembourg, internationalisation\n"
    (page,) = (page for name, page in ebook_edition(text).pages.items() if name == "article.xhtml")
    cells = ["".join(cell.itertext()).replace(HYPHEN, "-") for cell in page.iter("{*}th", "{*}td")]
    assert cells == ["Rep-res-ent-a-tion", "Luxembourg, inter-na-tion-al-isa-tion"]


def test_calls_side_by_side_stay_in_one_line(ebook_edition: Ebook) -> None:
    text = "Words [#a]_ [#b]_.\n\n.. [#a] First.\n.. [#b] Second.\n"
    ((_, between),) = ebook_edition(text).find("//*[@class='between-calls']")
    assert between.text == ",\u00a0"


@pytest.mark.parametrize(
    ("language", "text", "parted"),
    [
        ("en", "Country", "Coun-try"),
        ("de-AT", "Beziehungen", "Bezie-hun-gen"),
        ("fi", "ulkoministeri", "ulko-mi-nis-teri"),
        ("fi", "Kansanedustaja", "Kan-san-edus-taja"),
        ("tr", "İstanbulda uluslararası", "İstan-bulda ulus-la-ra-rası"),
        ("az-Latn", "İşlərinin", "İşlə-ri-nin"),
        ("ka", "საქართველოს", "საქართ-ვე-ლოს"),
        ("hy", "Հանրապետության", "Հան-րա-պե-տու-թյան"),
        ("mt", "indipendenza", "indi-pen-denza"),
        ("no", "utenriksdepartement", "uten-riks-de-par-te-ment"),
        ("cy", "gweinidogaeth", "gweinidogaeth"),  # no patterns
        ("en", "NATO 1234567", "NATO 1234567"),
    ],
)
def test_words_are_parted_as_their_language_asks(language: str, text: str, parted: str) -> None:
    assert softened(text, language).replace(HYPHEN, "-") == parted
