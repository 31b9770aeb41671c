"""A packet's ebook: the order, pages and markings of the printed one, and each article's own notes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.files.content_store import ContentStore
from pipeline.packet.ebook.bound_articles import BoundPage
from pipeline.packet.ebook.page_images import SIDE, picture_pages
from pipeline.packet.seen.small_pictures import compressed
from pipeline.write.xhtml import document
from tests.support.packets import paper, sample
from tests.support.readback import EPUB, XHTML, EpubFile, PdfFile, epubcheck, text_of

pytestmark = pytest.mark.usefixtures("one_process")

H = {"h": XHTML[1:-1], "epub": EPUB[1:-1]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample packet."""
    return sample(tmp_path_factory)[0] / "build" / "visit"


@pytest.fixture(scope="module")
def ebook(folder: Path) -> EpubFile:
    """The sample packet's ebook."""
    return EpubFile((folder / "visit.epub").read_bytes())


@pytest.fixture(scope="module")
def printed(folder: Path) -> PdfFile:
    """The sample packet in print."""
    return PdfFile((folder / "visit.pdf").read_bytes())


def test_lists_of_figures_are_landmarks_of_the_packet() -> None:
    listing = '<nav aria-label="Figures" epub:type="loi" id="list-1"></nav><nav epub:type="toc" id="x"></nav>'
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
        f"{listing}</body></html>"
    )
    bound = BoundPage("item-1/article.xhtml", page.encode(), ())
    assert list(bound.lists()) == [("loi", "item-1/article.xhtml#list-1", "Figures")]


def body(ebook: EpubFile, name: str) -> str:
    """The text of a content document, a line for each block."""
    return text_of(ebook.pages[name].find(f"{XHTML}body"))


def listed(ebook: EpubFile, kind: str) -> list[tuple[str, str]]:
    """Text and address of the entries of a list in the navigation document."""
    links = ebook.nav.xpath(f"//h:nav[@epub:type='{kind}']//h:a", namespaces=H)
    return [("".join(link.itertext()), link.get("href")) for link in links]


def test_the_order_is_that_of_the_printed_packet(ebook: EpubFile) -> None:
    assert list(ebook.pages) == [
        *("cover.xhtml", "title.xhtml", "index.xhtml", "nav.xhtml"),
        *("divider-1.xhtml", "item-1-1/title.xhtml", "item-1-1/article.xhtml"),
        *("item-1-2/title.xhtml", "item-1-2/article.xhtml", "item-1-3/title.xhtml", "item-1-3/article.xhtml"),
        *("divider-2.xhtml", "item-2-1.xhtml", "item-2-2.xhtml"),
        *("item-2-4/title.xhtml", "item-2-4/article.xhtml"),
    ]


def test_the_contents_list_has_tabs_and_headings(ebook: EpubFile) -> None:
    assert [text for text, _ in listed(ebook, "toc")] == [
        *("Index", "A Country notes", "A.1 How to read *this*"),
        *("A.2 Belgium in brief", "Economy", "Notes", "A.3 Luxembourg", "Notes"),
        *("Z Annexes", "Z.1 Agenda", "Z.9 Plan", "Z.4 Dot"),
    ]


def test_every_link_leads_somewhere(ebook: EpubFile) -> None:
    places = [
        ebook.target(href, link.get("href"))
        for href, link in ebook.find("//h:a[@href]")
        if not re.match(r"\w+:", link.get("href"))
    ]
    assert len(places) > 40
    for place in places:
        ebook.element(place)
    assert not any("packet.invalid" in link.get("href") for _, link in ebook.find("//h:a[@href]"))


def test_the_page_list_is_that_of_the_printed_packet(ebook: EpubFile, printed: PdfFile) -> None:
    pages = [int(text) for text, _ in listed(ebook, "page-list")]
    (omitted,) = (place.page for _, title, place in printed.outline if title == "Z.3 Secret plan")
    assert pages == [number for number in range(1, len(printed.pages) + 1) if number != omitted]
    for text, address in listed(ebook, "page-list"):
        mark = ebook.element(ebook.target("nav.xhtml", address))
        assert (mark.get(f"{EPUB}type"), mark.get("aria-label")) == ("pagebreak", text)


def test_parts_begin_on_the_pages_that_print_begins_them_on(ebook: EpubFile, printed: PdfFile) -> None:
    wanted = {title: place.page for _, title, place in printed.outline}
    first: dict[str, int] = {}
    for text, address in listed(ebook, "page-list"):
        first.setdefault(re.split(r"[/.]", address)[0], int(text))
    names = {
        **{"A Country notes": "divider-1", "A.1 How to read *this*": "item-1-1"},
        **{"A.2 Belgium in brief": "item-1-2", "A.3 Luxembourg": "item-1-3", "Z Annexes": "divider-2"},
        **{"Z.1 Agenda": "item-2-1", "Z.9 Plan": "item-2-2", "Z.4 Dot": "item-2-4", "Index": "index"},
    }
    assert {title: first[name] for title, name in names.items()} == {title: wanted[title] for title in names}
    assert first["item-1-3"] % 2 == 1


def test_a_page_of_an_article_begins_at_its_word(ebook: EpubFile, printed: PdfFile) -> None:
    """The mark of a page inside the article stands before the word that begins the printed page."""
    start = next(place.page for _, title, place in printed.outline if title == "A.2 Belgium in brief")
    page = start + 1
    word = printed.pages[page - 1].text.split()[0]
    (mark,) = ebook.pages["item-1-2/article.xhtml"].xpath(f"//*[@id='page_{page}']", namespaces=H)
    following = (mark.tail or "") or "".join(mark.getnext().itertext())
    assert following.split()[0] == word


def test_index_and_print_say_the_same(ebook: EpubFile, printed: PdfFile) -> None:
    rows = [
        [text_of(cell) for cell in row.iter(f"{XHTML}th", f"{XHTML}td")]
        for row in ebook.pages["index.xhtml"].iter(f"{XHTML}tr")
    ]
    assert rows[0] == ["Tab", "Title", "Date", "Marking", "Page"]
    assert [row[:4] for row in rows[1:]] == [
        ["A", "Country notes", "", ""],
        ["A.1", "How to read *this*", "24 November 2026", "Public"],
        ["A.2", "Belgium in brief", "20 November 2026", "Restricted"],
        ["A.3", "Luxembourg", "21 November 2026", "Public"],
        ["Z", "Annexes", "", ""],
        ["Z.1", "Agenda", "23 November 2026", "Public"],
        ["Z.9", "Plan", "", "Public"],
        ["Z.4", "Dot", "", "Public"],
    ]
    wanted = {title: place.page for _, title, place in printed.outline}
    assert [int(row[4]) for row in rows[1:]] == [wanted[f"{row[0]} {row[1]}"] for row in rows[1:]]


def test_each_article_keeps_its_notes_and_numbers(ebook: EpubFile) -> None:
    calls = [(number, place[0], target[0]) for number, place, target in ebook.calls]
    one, two = "item-1-2/article.xhtml", "item-1-3/article.xhtml"
    assert calls == [("1", one, one), ("2", one, one), ("1", one, one), ("1", two, two)]
    assert "Constitution, article 194." in body(ebook, one)
    assert "Depuis 1815." in body(ebook, two)


def test_each_document_bears_its_marking(ebook: EpubFile) -> None:
    first = {
        **dict.fromkeys(("title.xhtml", "index.xhtml", "divider-1.xhtml", "divider-2.xhtml"), "Restricted"),
        **{"item-1-1/title.xhtml": "Public", "item-1-2/title.xhtml": "Restricted"},
        **{"item-1-3/title.xhtml": "Public", "item-2-1.xhtml": "Public", "item-2-2.xhtml": "Public"},
    }
    found = {
        name: "".join(ebook.pages[name].xpath("(//h:p[@class='marking'])[1]//text()", namespaces=H))
        for name in first
    }
    assert found == first
    assert len(ebook.pages["item-1-2/title.xhtml"].xpath("//h:p[@class='marking']", namespaces=H)) == 1


def test_a_paper_is_shown_page_by_page_with_its_text(ebook: EpubFile) -> None:
    page = ebook.pages["item-2-1.xhtml"]
    images = page.findall(f".//{XHTML}img")
    assert [image.get("alt") for image in images] == [f"Page {n} of 3: Agenda" for n in (1, 2, 3)]
    for image in images:
        picture = Image.open(BytesIO(ebook.read(image.get("src"))))
        assert max(picture.size) == SIDE
    texts = [page.xpath(f"//*[@id='{image.get('aria-details')}']")[0] for image in images[:2]]
    assert [text_of(text).split("\n")[-1] for text in texts] == ["First point", "Second point"]
    assert images[2].get("aria-details") is None
    assert "This page is a picture without text." in body(ebook, "item-2-1.xhtml")


def test_a_paper_that_is_only_listed_names_its_page(ebook: EpubFile, printed: PdfFile) -> None:
    (page,) = (place.page for _, title, place in printed.outline if title == "Z.9 Plan")
    assert body(ebook, "item-2-2.xhtml") == f"Public\nPlan\nIn the printed packet, page {page}"


def test_what_is_omitted_is_nowhere(ebook: EpubFile) -> None:
    assert b"Secret plan" not in b"".join(
        ebook.read(name) for name in (*ebook.pages, "toc.ncx", "content.opf")
    )


def test_it_says_what_it_is(ebook: EpubFile) -> None:
    assert ebook.values("title") == ["Visit to Brussels & beyond"]
    assert ebook.values("publisher") == ["Europe Desk"]
    (source,) = ebook.values("source")
    assert source.startswith("visit.pdf, urn:uuid:")
    assert source.endswith(ebook.values("identifier")[0])
    assert ebook.properties("schema:accessMode") == ["textual", "visual"]
    assert ebook.properties("schema:accessModeSufficient") == ["textual,visual"]  # a page has no text
    assert "pageNavigation" in ebook.properties("schema:accessibilityFeature")
    assert ebook.properties("dcterms:conformsTo") == []


@pytest.mark.slow
def test_epubcheck_is_silent(folder: Path) -> None:
    assert epubcheck(folder / "visit.epub") == []


# Pictures ------------------------------------------------------------------------------------------------


def test_a_drawn_page_is_a_small_png_and_a_photograph_a_jpeg() -> None:
    drawn = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(drawn)
    for line in range(60):
        pen.text((100, 100 + 25 * line), "The quick brown fox jumps over the lazy dog. " * 3, fill="black")
    data, ending = compressed(drawn)
    assert ending == ".png"
    assert Image.open(BytesIO(data)).mode in {"L", "P"}
    assert len(data) < 150_000
    photograph = Image.effect_noise((600, 800), 90).filter(ImageFilter.GaussianBlur(2)).convert("RGB")
    data, ending = compressed(photograph)
    assert ending == ".jpg"
    assert Image.open(BytesIO(data)).mode == "L"
    red, green, blue = photograph.split()
    coloured = Image.merge("RGB", (red, blue.rotate(180), green))
    assert Image.open(BytesIO(compressed(coloured)[0])).mode == "RGB"


def test_pictures_are_drawn_once(tmp_path: Path) -> None:
    paper("Some text", "").save(tmp_path / "a.pdf")
    store = ContentStore(tmp_path / "store")
    first, second = picture_pages(tmp_path / "a.pdf", store, "one")
    assert (first.lines, second.lines) == (("Some text",), ())
    assert picture_pages(tmp_path / "a.pdf", store, "one")[0].path == first.path
    assert picture_pages(tmp_path / "a.pdf", store, "two")[0].path != first.path
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("own", ["", '<p class="marking">Public</p>\n'])
@pytest.mark.parametrize("header", ["", '<div class="author-header">\n<p>Desk</p>\n</div>\n'])
def test_a_title_page_has_one_marking_below_the_authors_header(header: str, own: str) -> None:
    start, end = (
        '<header class="title-block">\n',
        '<h1 class="title">T</h1>\n<p class="marking">x</p></header>',
    )

    def whole(marking: str) -> bytes:
        return document.page("T", "en", f"{start}{header}{marking}{end}", classes="ebook").encode()

    page = BoundPage("title.xhtml", whole(own), ())
    page.remark("Top & Secret")
    assert page.written() == whole('<p class="marking">Top &amp; Secret</p>\n')
    page.remark("")
    assert page.written() == whole("")


def test_what_a_bound_page_holds_is_written_as_it_was() -> None:
    body = (
        '<div epub:type="pagebreak" role="doc-pagebreak" id="page_2" aria-label="2"></div><p id="a">a &lt; b'
        '&amp;c <a id="b"></a><span class="x"></span> ü&#8203; "quoted"</p>\n<!-- remark -->\n'
        '<div role="doc-pagebreak" id="page-3">page 3</div>\n'
    )
    page = BoundPage("a.xhtml", document.page("T & U", "en", body, classes="ebook").encode(), ())
    assert page.renumber(10) == [11]
    page.end_with("12")
    wanted = body.replace('id="page_2" aria-label="2"', 'id="page_11" aria-label="11"').replace(
        "&#8203;", "\u200b"
    )
    wanted += '<div epub:type="pagebreak" role="doc-pagebreak" id="page_12" aria-label="12"></div>\n'
    assert page.written() == document.page("T & U", "en", wanted, classes="ebook").encode()
