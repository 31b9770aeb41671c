"""The finished ebook edition read back: container, package document, navigation, notes, tables, style."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.build import Result
from pipeline.svg.rewrite import for_edition
from tests.support.articles import Editions
from tests.support.readback import EPUB, OPF, XHTML, EpubFile, epubcheck, folded, text_of

Build = Callable[..., EpubFile]

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


# Container and package document --------------------------------------------------------------------------


def test_mimetype_comes_first_stored_and_bare(kitchen: Editions) -> None:
    first = kitchen.epub.zip.infolist()[0]
    assert first.filename == "mimetype"
    assert first.compress_type == zipfile.ZIP_STORED
    assert first.extra == b""
    assert kitchen.epub.zip.read("mimetype") == b"application/epub+zip"
    assert kitchen.epub.data[30:58] == b"mimetypeapplication/epub+zip"


def test_what_is_in_the_archive_is_in_the_manifest_once(kitchen: Editions) -> None:
    epub = kitchen.epub
    listed = [f"{epub.folder}/{item.get('href')}" for item in epub.manifest.values()]
    own = ["mimetype", "META-INF/container.xml", epub.opf_name]
    # In a manifest, what is not ASCII may stand as it is (EPUB 3.3, section 3.3).
    assert Counter(epub.names) == Counter([*own, *listed])


def test_the_package_is_of_version_3(kitchen: Editions) -> None:
    assert kitchen.epub.opf.get("version") == "3.0"


def test_metadata_is_what_the_author_wrote(kitchen: Editions) -> None:
    wanted = {
        "identifier": ["urn:isbn:9783161484100"],
        "title": ["Everything at once in one"],
        "language": ["en"],
        "creator": ["Anna Përkohshme", "Bob & Carol"],
        "publisher": ["Ministry of Tests"],
        "date": ["2026-03-09"],
        "description": ["All that stands in an article, <small> & large."],
        "subject": ["notes", "infobox", "pages"],
        "rights": ["Public domain"],
    }
    assert {name: kitchen.epub.values(name) for name in wanted} == wanted


def test_the_identifier_is_the_one_that_the_package_names(kitchen: Editions) -> None:
    opf = kitchen.epub.opf
    element = next(e for e in opf.iter() if e.get("id") == opf.get("unique-identifier"))
    assert element.text == "urn:isbn:9783161484100"


def test_the_authors_are_authors(kitchen: Editions) -> None:
    roles = [meta for meta in kitchen.epub.opf.iter(f"{OPF}meta") if meta.get("property") == "role"]
    assert [meta.text for meta in roles] == ["aut", "aut"]
    assert len({meta.get("refines") for meta in roles}) == 2


def test_the_time_of_change_is_the_articles_date(kitchen: Editions) -> None:
    assert kitchen.epub.properties("dcterms:modified") == ["2026-03-09T00:00:00Z"]
    assert {entry.date_time for entry in kitchen.epub.zip.infolist()} == {(2026, 3, 9, 0, 0, 0)}


def test_what_the_author_did_not_write_is_not_there(ebook_edition: Build) -> None:
    epub = ebook_edition("Text.")
    for name in ("creator", "publisher", "description", "subject", "rights"):
        assert epub.values(name) == []
    assert epub.values("identifier")[0].startswith("urn:uuid:")


def test_accessibility_is_stated(kitchen: Editions) -> None:
    epub = kitchen.epub
    assert {"textual", "visual"} <= set(epub.properties("schema:accessMode"))
    assert {"alternativeText", "tableOfContents"} <= set(epub.properties("schema:accessibilityFeature"))
    assert epub.properties("schema:accessibilityHazard") == ["none"]
    assert epub.properties("schema:accessibilitySummary")[0]


def test_mathematics_is_declared_where_it_is(kitchen: Editions) -> None:
    epub = kitchen.epub
    with_math = {href for href, _ in epub.find("//*[local-name()='math']")}
    items = epub.manifest.values()
    declared = {item.get("href") for item in items if "mathml" in (item.get("properties") or "")}
    assert declared == with_math != set()


# Reading order and navigation ----------------------------------------------------------------------------


def test_cover_title_page_and_contents_come_before_the_text(kitchen: Editions) -> None:
    epub = kitchen.epub
    kinds = landmarks(epub)
    order = list(epub.pages)
    front = [kinds[name][0] for name in ("cover", "titlepage", "toc", "bodymatter")]
    assert order == front
    assert len(set(front)) == 4


def landmarks(epub: EpubFile) -> dict[str, tuple[str, str]]:
    nav = epub.nav.find(f".//{XHTML}nav[@{EPUB}type='landmarks']")
    links = nav.iter(f"{XHTML}a")
    return {link.get(f"{EPUB}type"): epub.target("nav.xhtml", link.get("href")) for link in links}


def test_landmarks_lead_to_their_places(kitchen: Editions) -> None:
    marks = landmarks(kitchen.epub)
    assert {"cover", "titlepage", "toc", "bodymatter", "endnotes"} <= set(marks)
    notes = kitchen.epub.element(marks["endnotes"])
    assert notes.get("role") == "doc-endnotes"
    assert folded("".join(notes.find(f"{XHTML}h2").itertext())) == "Sources"


Level = list[tuple[str, tuple[str, str], "Level"]]


def contents(epub: EpubFile) -> Level:
    """The entries of the contents: text, place, entries below."""

    def read(items: Any) -> Level:
        entries = []
        for item in items:
            link, below = item.find(f"{XHTML}a"), item.find(f"{XHTML}ol")
            place = epub.target("nav.xhtml", link.get("href"))
            entries.append(
                (folded("".join(link.itertext())), place, read(below) if below is not None else [])
            )
        return entries

    return read(epub.nav.find(f".//{XHTML}nav[@{EPUB}type='toc']").find(f"{XHTML}ol"))


def test_contents_are_the_headings_level_by_level_without_note_numbers(kitchen: Editions) -> None:
    def shape(level: Level) -> list[object]:
        return [(text, shape(below)) if below else text for text, _, below in level]

    assert shape(contents(kitchen.epub)) == [
        "Everything at once in one",
        ("Lists and blocks", [("A heading with a note", ["Third level"])]),
        "Tables and pictures",
        "Far away",
        "Sources",
    ]


def test_each_entry_of_the_contents_leads_to_its_heading(kitchen: Editions) -> None:
    def check(level: Level) -> int:
        for text, place, below in level:
            section = kitchen.epub.element(place)
            heading = next(e for e in section.iter() if re.fullmatch(r"{.*}h[2-6]", e.tag))
            assert re.sub(r"\[\d+\]", "", text_of(heading)) == text
            check(below)
        return len(level)

    assert check(contents(kitchen.epub)[1:]) == 4


def test_there_is_a_contents_list_for_older_reading_systems(kitchen: Editions) -> None:
    spine = kitchen.epub.opf.find(f"{OPF}spine")
    item = kitchen.epub.manifest[spine.get("toc")]
    assert item.get("media-type") == "application/x-dtbncx+xml"
    assert b"A heading with a note" in kitchen.epub.read(item.get("href"))


def test_every_link_inside_the_book_lands(kitchen: Editions) -> None:
    assert inner_links(kitchen.epub) > 40


def inner_links(epub: EpubFile) -> int:
    """Follow every link inside the book; how many there are."""
    count = 0
    for href, link in epub.find("//h:a[@href]"):
        if re.match(r"[a-z]+:", link.get("href")):
            continue
        epub.element(epub.target(href, link.get("href")))
        count += 1
    return count


def test_ids_are_unique_in_each_file(kitchen: Editions) -> None:
    for page in kitchen.epub.pages.values():
        ids = [e.get("id") for e in page.iter("*") if e.get("id")]
        assert len(ids) == len(set(ids))


def test_every_page_has_a_title_and_the_articles_language(ebook_edition: Build) -> None:
    epub = ebook_edition("Titel\n=====\n\n:date: 2026-03-09\n:language: de-AT\n\nText.\n", whole=True)
    assert epub.values("language") == ["de-AT"]
    for page in epub.pages.values():
        assert (page.get("lang"), page.get(XML_LANG)) == ("de-AT", "de-AT")
        assert page.findtext(f"{XHTML}head/{XHTML}title")


def test_words_of_the_program_are_in_the_articles_language(ebook_edition: Build) -> None:
    text = "Titel\n=====\n\n:date: 2026-03-09\n:language: de\n\nText [#]_\n\n.. [#] Notiz.\n"
    assert [entry[0] for entry in contents(ebook_edition(text, whole=True))] == ["Titel", "Anmerkungen"]


def test_the_title_page_has_all_that_is_known(kitchen: Editions) -> None:
    place = landmarks(kitchen.epub)["titlepage"]
    assert text_of(kitchen.epub.pages[place[0]].find(f"{XHTML}body")).splitlines() == [
        "Restricted",
        "Everything at once[1] in one",
        "What an article may be made of",
        "Anna Përkohshme, Bob & Carol",
        "Ministry of Tests",
        "9 March 2026 · Version 1.2 · final",
        "Public domain",
    ]


# Notes ---------------------------------------------------------------------------------------------------


def test_calls_and_notes_are_marked_so_that_reading_systems_pop_them_up(kitchen: Editions) -> None:
    calls = kitchen.epub.find("//h:a[@epub:type='noteref']")
    notes = kitchen.epub.find("//*[@epub:type='footnote']")
    assert (len(calls), len(notes)) == (18, 15)
    assert {call.get("role") for _, call in calls} == {"doc-noteref"}
    assert {note.get("role") for _, note in notes} == {"doc-footnote"}


def test_each_call_leads_to_the_note_with_its_number(kitchen: Editions) -> None:
    epub = kitchen.epub
    for number, _, target in epub.calls:
        note = epub.notes[int(number)]
        assert note.place == target
        assert note.number == number


def test_numbers_follow_the_first_calls(kitchen: Editions) -> None:
    in_text = [int(number) for number in re.findall(r"\[(\d+)\]", kitchen.epub.text)]
    body = in_text[: in_text.index(14) + 1]  # then come the notes, with a call in one of them
    assert list(dict.fromkeys(body)) == list(range(1, 15))
    assert in_text[len(body) :] == [15]


def test_each_note_has_one_way_back_for_each_call_and_it_lands_there(kitchen: Editions) -> None:
    epub = kitchen.epub
    calls: dict[str, list[tuple[str, str]]] = {}
    for number, own, _ in epub.calls:
        calls.setdefault(number, []).append(own)
    assert {str(number): note.backs for number, note in epub.notes.items()} == calls
    assert len(epub.notes[4].backs) == 4


def test_ways_back_say_where_they_lead(kitchen: Editions) -> None:
    links = kitchen.epub.find("//h:a[@role='doc-backlink']")
    labels = [link.get("aria-label") for _, link in links]
    assert len(labels) == len(set(labels)) == 18
    assert "Back to the text: Note 4 (2)" in labels


def test_notes_say_what_they_say(kitchen: Editions) -> None:
    notes = {number: note.text for number, note in kitchen.epub.notes.items()}
    assert notes[1] == "Of the title."
    assert notes[5] == "By number."
    assert notes[6] == "Someone: Something, 2021."
    assert notes[7] == "Of a point; it calls another.[15]"
    assert notes[14].splitlines() == [
        "The first paragraph.",
        "The second paragraph, with a link:",
        "a point in a note",
        "and another",
    ]


@pytest.mark.parametrize("choice", ["foot", "end", "both"])
def test_the_ebook_lists_the_notes_whatever_print_does(ebook_edition: Build, choice: str) -> None:
    text = f"T\n=\n\n:date: 2026-11-24\n:language: en\n:notes: {choice}\n\nText [#]_\n\n.. [#] Note.\n"
    assert {n: note.text for n, note in ebook_edition(text, whole=True).notes.items()} == {1: "Note."}


# Tables, infobox, images ---------------------------------------------------------------------------------


def cells(table: Any) -> list[list[tuple[str, str, str | None]]]:
    """The rows of a table: tag, text, scope of each cell."""
    return [
        [(cell.tag.removeprefix(XHTML), text_of(cell), cell.get("scope")) for cell in row.iterchildren("*")]
        for row in table.iter(f"{XHTML}tr")
    ]


def test_the_infobox_is_one_real_table(kitchen: Editions) -> None:
    ((_, table),) = kitchen.epub.find("//h:table[contains(@class, 'infobox')]")
    assert text_of(table.find(f"{XHTML}caption")) == "The small country[2]"
    assert cells(table) == [
        [("th", "Capital", "row"), ("td", "Small Town[3]", None)],
        [("th", "Languages", "row"), ("td", "Small talk\nLarge talk", None)],
        [("th", "Site", "row"), ("td", "small.example", None)],
        [("th", "Head of state", "row"), ("td", "Queen Anne\nKing George", None)],
    ]


BILATERAL = """
.. infobox:: Two countries
   :type: bilateral-relations

   :party1: Belgium
   :party2: Kosovo
   :mission2: Embassy of Kosovo, Brussels
   :envoytitle1: Ambassador
   :envoy1: Someone

Text.
"""


def test_the_infobox_of_two_parties_has_a_column_for_each(ebook_edition: Build) -> None:
    ((_, table),) = ebook_edition(BILATERAL).find("//h:table")
    assert cells(table) == [
        [("th", "Party", "row"), ("th", "Belgium", "col"), ("th", "Kosovo", "col")],
        [("th", "Mission", "row"), ("td", "", None), ("td", "Embassy of Kosovo, Brussels", None)],
        [("th", "Envoy", "row"), ("td", "Ambassador Someone", None), ("td", "", None)],
    ]


def test_header_cells_of_a_table_say_what_they_head(kitchen: Editions) -> None:
    ((_, table),) = kitchen.epub.find("//h:table[not(contains(@class, 'infobox'))]")
    assert text_of(table.find(f"{XHTML}caption")) == "Rows and columns[11]"
    assert cells(table) == [
        [("th", "Country", "col"), ("th", "Area", "col"), ("th", "Note", "col")],
        [("th", "Belgium", "row"), ("td", "30,689 km²", None), ("td", "Low[12]", None)],
        [("th", "Kosovo", "row"), ("td", "10,887 km²", None), ("td", "High", None)],
    ]


def test_images_are_in_the_book_as_they_were_with_their_alternative_text(
    kitchen: Editions, pictures: Mapping[str, bytes]
) -> None:
    epub = kitchen.epub
    images = [(href, image) for href, image in epub.find("//h:img") if "cover" not in image.get("src")]
    assert [image.get("alt") for _, image in images] == ["A blue square", "A red square", "A drawn circle"]
    found = [epub.read(epub.target(href, image.get("src"))[0]) for href, image in images]
    assert [for_edition(name, data) for name, data in pictures.items()] == found


def test_images_have_their_media_types(kitchen: Editions) -> None:
    kinds = [item.get("media-type") for item in kitchen.epub.manifest.values()]
    assert {"image/png", "image/jpeg", "image/svg+xml"} <= set(kinds)


def test_a_figure_has_its_caption_and_legend(kitchen: Editions) -> None:
    ((_, figure),) = kitchen.epub.find("//h:figure")
    assert text_of(figure).splitlines() == ["A figure[13] has a caption.", "And a legend."]


def test_code_keeps_its_lines(kitchen: Editions) -> None:
    ((_, block),) = kitchen.epub.find("//h:pre")
    assert "".join(block.itertext()).rstrip() == "def answer() -> int:\n    return 42  # and no more"


# Cover and style -----------------------------------------------------------------------------------------


def test_the_cover_is_a_picture_that_the_package_names(kitchen: Editions) -> None:
    items = kitchen.epub.manifest.values()
    (cover,) = [item for item in items if "cover-image" in (item.get("properties") or "").split()]
    picture = Image.open(BytesIO(kitchen.epub.read(cover.get("href"))))
    assert picture.format == "PNG"
    assert picture.width == 1600
    assert 1.3 < picture.height / picture.width < 1.7
    assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 8  # something is drawn on it


def test_the_cover_comes_first_with_the_title_as_its_text(kitchen: Editions) -> None:
    first = next(iter(kitchen.epub.pages.values()))
    assert [image.get("alt") for image in first.iter(f"{XHTML}img")] == ["Everything at once in one"]


def test_covers_differ_with_the_title(ebook_edition: Build) -> None:
    def cover(epub: EpubFile) -> bytes:
        return epub.read(next(item.get("href") for item in epub.manifest.values() if item.get("properties")))

    other = "Another\n=======\n\n:date: 2026-11-24\n:language: en\n\nText."
    assert cover(ebook_edition("Text.")) != cover(ebook_edition(other, whole=True))


def test_all_pages_share_the_style_sheets(kitchen: Editions) -> None:
    items = kitchen.epub.manifest.values()
    sheets = [item.get("href") for item in items if item.get("media-type") == "text/css"]
    assert len(sheets) > 2
    for href, page in kitchen.epub.pages.items():
        links = [link.get("href") for link in page.iter(f"{XHTML}link") if link.get("rel") == "stylesheet"]
        assert [kitchen.epub.target(href, link)[0] for link in links] == sheets
        assert not any(
            e.get("style") for e in page.iter() if isinstance(e.tag, str) and e.tag != f"{XHTML}img"
        )


def style_sheet(epub: EpubFile) -> str:
    items = epub.manifest.values()
    sheet = next(item.get("href") for item in items if item.get("media-type") == "text/css")
    return re.sub(r"/\*.*?\*/", "", epub.read(sheet).decode(), flags=re.DOTALL)


def test_there_are_colours_for_dark_mode(kitchen: Editions) -> None:
    page = kitchen.epub.pages["article.xhtml"]
    dark = [link for link in page.iter(f"{XHTML}link") if link.get("media") == "(prefers-color-scheme: dark)"]
    (href,) = [link.get("href") for link in dark]
    text = kitchen.epub.read(href).decode()
    assert "color-scheme: dark;" in text
    # Text and what is behind it are set together: a reading system may set neither.
    body = re.search(r"\nbody \{([^}]*)\}", text)
    assert body is not None
    assert {"background-color", "color"} <= set(re.findall(r"([\w-]+):", body[1]))
    assert "color-scheme" not in style_sheet(kitchen.epub)


def test_the_readers_own_size_of_type_holds(kitchen: Editions) -> None:
    sizes = re.findall(r"font-size:\s*([^;}]+)", style_sheet(kitchen.epub))
    assert len(sizes) > 5
    assert [size for size in sizes if not re.fullmatch(r"[\d.]+(em|rem|%)\s*", size)] == []


def test_the_style_sheet_fetches_nothing(kitchen: Editions) -> None:
    assert not re.search(r"@import|url\(|https?:", style_sheet(kitchen.epub))


# Long articles -------------------------------------------------------------------------------------------

LONG = "Lead. [#one]_ See `Section 3`_.\n\n"
for number in range(1, 6):
    LONG += f"Section {number}\n---------\n\nText of section {number}. [#one]_ Back to `Section 1`_.\n\n"
    LONG += "A few words. " * 400 + "\n\n"
LONG += "Notes\n-----\n\n.. [#one] Note, see `Section 2`_.\n"


@pytest.fixture(scope="session")
def long(ebook_edition: Build) -> EpubFile:
    return ebook_edition(LONG)


def test_a_long_article_is_split_at_its_sections(long: EpubFile) -> None:
    chapters = [page for href, page in long.pages.items() if href.startswith("chapter")]
    heads = [folded("".join(heading.itertext())) for page in chapters for heading in page.iter(f"{XHTML}h2")]
    assert heads == [*(f"Section {number}" for number in range(1, 6)), "Notes"]
    assert len(chapters) == 7
    assert text_of(chapters[0].find(f"{XHTML}body")).startswith("Lead.")


def test_a_short_article_is_one_file(ebook_edition: Build) -> None:
    assert len(ebook_edition("Text.\n\nOne\n---\n\nTwo.").pages) == 4


def test_links_from_file_to_file_land(long: EpubFile) -> None:
    assert inner_links(long) > 25
    for href, link in long.find("//h:a[contains(@class, 'internal')]"):
        section = long.element(long.target(href, link.get("href")))
        assert text_of(section).startswith(folded("".join(link.itertext())))


def test_notes_of_a_long_article_are_called_from_every_file(long: EpubFile) -> None:
    files = [own[0] for _, own, _ in long.calls]
    assert len(set(files)) == 6
    assert long.notes[1].backs == [own for _, own, _ in long.calls]
    assert long.notes[1].text == "Note, see Section 2."


def test_the_contents_of_a_long_article_lead_to_its_files(long: EpubFile) -> None:
    places = [place for _, place, _ in contents(long)]
    assert len({href for href, _ in places}) == len(places) == 7


# EPUBCheck -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_epubcheck_has_nothing_to_say(kitchen: Editions) -> None:
    assert epubcheck(kitchen.result.outputs[1].path) == []


@pytest.mark.slow
def test_epubcheck_has_nothing_to_say_of_a_long_article(long: EpubFile, tmp_path: Path) -> None:
    path = tmp_path / "long.epub"
    path.write_bytes(long.data)
    assert epubcheck(path) == []


@pytest.mark.slow
def test_epubcheck_would_say_something(kitchen: Editions, tmp_path: Path) -> None:
    path = tmp_path / "damaged.epub"
    with zipfile.ZipFile(path, "w") as damaged:
        for name in kitchen.epub.names:
            data = kitchen.epub.zip.read(name)
            damaged.writestr(
                name, data.replace(b'id="lead"', b"") if name.endswith("article.xhtml") else data
            )
    assert any("RSC-012" in message for message in epubcheck(path))


# What is wider than a screen -----------------------------------------------------------------------------


def many(columns: int, cell: str = "x") -> str:
    """A table of that many columns, with a head and one row."""
    rows = [[f"Head {number}" for number in range(1, columns + 1)], [cell] * columns]
    lines = ["   * - " + "\n     - ".join(row) for row in rows]
    return ".. list-table::\n   :header-rows: 1\n\n" + "\n".join(lines) + "\n\n"


SUM = " + ".join(f"a_{number}" for number in range(1, 9))
WIDE = (
    f"Short: :math:`a + b = c`. Long: :math:`{SUM} = f(b + c)`.\n\n"
    f".. math::\n\n   {SUM} = b\n\n"
    ".. math::\n\n   \\begin{pmatrix} 10000 & 20000 & 30000 & 40000 & 50000 \\end{pmatrix}\n\n"
    + many(12)
    + many(13)
    + ".. lang:: ar\n\n   \u0627 ``f(x)`` :math:`x`\n\n   ::\n\n      x = (1)\n\n"
    + "   .. lang:: nl\n\n      ``g(x)``\n"
)


@pytest.fixture(scope="module")
def wide(ebook_edition: Build) -> EpubFile:
    return ebook_edition(WIDE)


def test_long_formulas_can_be_broken_behind_operators(wide: EpubFile) -> None:
    formulas = [formula for _, formula in wide.find("//*[local-name()='math']")]
    pieces = [
        ["".join("".join(row.itertext()).split()) for row in formula if "mrow" in row.tag]
        for formula in formulas[:3]
    ]
    terms = [f"a{number}" for number in range(1, 9)]
    assert pieces[0] == []
    assert pieces[1] == [f"{term}+" for term in terms[:-1]] + ["a8=", "f(b+c)"]
    assert pieces[2] == [*pieces[1][:-1], "b"]
    assert [formula.get("class") for formula in formulas[:4]] == [None, "long", "long", None]
    # An operator at the end of a piece keeps the space that it has between two others.
    assert {row[-1].get("form") for row in list(formulas[1])[:-1]} == {"infix"}


def test_what_moves_sideways_is_reached_by_keys(wide: EpubFile) -> None:
    boxes = [box for _, box in wide.find("//h:div[@class='scroll']")]
    assert {box.get("tabindex") for box in boxes} == {"0"}
    assert sorted({child.tag.rpartition("}")[2] for box in boxes for child in box}) == ["math", "table"]


def test_many_columns_are_folded_and_each_cell_says_what_heads_it(wide: EpubFile) -> None:
    few, table = (table for _, table in wide.find("//h:table"))
    assert not few.xpath(".//@data-head")
    assert table.get("class") == "many"
    assert table.xpath(".//@data-head") == [f"Head {number}" for number in range(1, 14)]


def test_code_and_formulas_run_from_left_to_right_in_any_language(wide: EpubFile) -> None:
    kinds = ("code", "math", "pre")
    marked = [element for kind in kinds for _, element in wide.find(f"//*[local-name()='{kind}'][@dir]")]
    assert [(text_of(element), element.get("dir")) for element in marked] == [
        *(("f(x)", "ltr"), ("x", "ltr"), ("x = (1)", "ltr"))
    ]


@pytest.mark.slow
def test_an_article_without_text_is_a_valid_book(finished: Callable[..., Result]) -> None:
    result = finished("", formats=("epub",))
    assert epubcheck(result.outputs[0].path) == []


@pytest.mark.slow
def test_a_busy_cover_is_small_all_the_same() -> None:
    import io

    from PIL import Image

    from pipeline.write.epub.cover import picture_of

    buffer = io.BytesIO()
    Image.effect_noise((1200, 1800), 90).convert("RGB").save(buffer, "PDF")
    cover = picture_of(buffer.getvalue())
    assert 50_000 < len(cover) <= 200_000


@pytest.mark.parametrize(
    ("name", "filed"),
    [
        ("Ann Peeters", "Peeters, Ann"),
        ("Jean-Louis van der Berg", "van der Berg, Jean-Louis"),
        ("Peeters, Ann", "Peeters, Ann"),
        ("Ministry of Foreign Affairs", "Ministry of Foreign Affairs"),
        ("李明", "李明"),
        ("Plato", "Plato"),
    ],
)
def test_an_author_is_filed_by_the_family_name(name: str, filed: str) -> None:
    from pipeline.write.epub.package import file_as

    assert file_as(name) == filed


def test_publisher_series_and_authors_are_told_apart(finished: Callable[..., Result]) -> None:
    text = (
        "T\n=\n\n:date: 2026-11-24\n:author: Ann Peeters\n:organization: Europe Desk\n"
        ":publisher: State Press\n:series: Country notes; 3\n\nText.\n"
    )
    epub = EpubFile(finished(text, whole=True, formats=("epub",)).outputs[0].path.read_bytes())
    assert epub.values("creator") == ["Ann Peeters"]
    assert epub.values("publisher") == ["State Press"]
    assert epub.properties("file-as") == ["Peeters, Ann"]
    assert epub.properties("belongs-to-collection") == ["Country notes"]
    assert epub.properties("group-position") == ["3"]
    assert epub.properties("dcterms:conformsTo") == []
