"""Cover, index and dividers: what stands on them, where it leads, and how many pages it takes."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from lxml import etree

from pipeline import styles
from pipeline.findings import Finding
from pipeline.packet.base.model import PacketInfo, Row
from pipeline.packet.front.matter import Leaf, cover, divider, in_print, index, set_leaf
from tests.support.packets import INFO
from tests.support.pdf_audit import Audit
from tests.support.quick import slow_but
from tests.support.readback import PdfFile

pytestmark = pytest.mark.usefixtures("one_process")


def rows(sections: int, items: int) -> list[Row]:
    """The lines of an index; each item has two pages."""
    found, page = [], 4
    for section in range(1, sections + 1):
        name = f"Section {section}"
        found.append(Row(f"divider-{section}", True, f"S{section}", name, None, "", page, page, "en"))
        page += 1
        for item in range(1, items + 1):
            tab, title = f"S{section}.{item}", f"Title {section}.{item}"
            date = datetime.date(2026, 11, item % 28 + 1)
            found.append(
                Row(f"item-{section}-{item}", False, tab, title, date, "Public", page, page + 1, "en")
            )
            page += 2
    return found


def leaf(name: str, body: str, info: PacketInfo = INFO) -> Leaf:
    """A piece of front matter, set; nothing is warned about."""
    findings: list[Finding] = []
    found = set_leaf(info, name, name.title(), body, findings)
    assert findings == []
    return found


def texts(body: str) -> list[list[str]]:
    """The cells of each row of a body's table."""
    root = etree.fromstring(body)
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_a_cover_says_what_is_known() -> None:
    root = etree.fromstring(cover(INFO))
    assert "".join(root.find("h1").itertext()) == "Visit to Brussels & beyond"
    assert texts(cover(INFO)) == [
        ["For", "The Minister"],
        ["Meeting", "Brussels <3 December>"],
        ["Date", "24 November 2026"],
    ]
    bare = replace(INFO, subtitle="", recipient="", meeting="", originator="")
    assert texts(cover(bare)) == [["Date", "24 November 2026"]]
    assert "packet-originator" not in cover(bare)


def test_an_index_has_a_line_for_each_part() -> None:
    body = index(INFO, rows(1, 2), in_print)
    assert texts(body) == [
        ["Tab", "Title", "Date", "Marking", "Page"],
        ["S1", "Section 1", "", "", "4"],
        ["S1.1", "Title 1.1", "2 November 2026", "Public", "5"],
        ["S1.2", "Title 1.2", "3 November 2026", "Public", "7"],
    ]
    links = [link.get("href") for link in etree.fromstring(body).iter("a")]
    names = ("divider-1", "item-1-1", "item-1-2")
    assert links == [in_print(name) for name in names for _ in range(2)]  # title and page


def test_an_index_has_no_empty_columns() -> None:
    bare = [replace(row, date=None, marking="") for row in rows(1, 1)]
    assert texts(index(INFO, bare, in_print))[0] == ["Tab", "Title", "Page"]


def test_what_an_edition_does_not_have_is_left_out_and_blocks_keep_their_numbers() -> None:
    def link(name: str) -> str | None:
        return None if name == "item-1-1" else name

    def numbers(body: str) -> list[str]:
        return [str(tag.get("data-b")) for tag in etree.fromstring(body).iter("tr", "li")]

    for make in (index, divider):
        every, some = make(INFO, rows(1, 3), in_print), make(INFO, rows(1, 3), link)
        assert "Title 1.1" in every
        assert "Title 1.1" not in some
        kept = numbers(every)
        gone = next(
            tag.get("data-b") for tag in etree.fromstring(every).iter("tr", "li") if "1.1" in _all(tag)
        )
        assert numbers(some) == [number for number in kept if number != gone]


def _all(tag: etree._Element) -> str:
    return "".join(tag.itertext())


def test_a_title_in_another_language_says_so() -> None:
    body = index(INFO, [replace(row, language="ar") for row in rows(1, 0)], in_print)
    (link, page) = etree.fromstring(body).iter("a")
    assert (link.get("lang"), link.get("dir")) == ("ar", "rtl")
    assert page.get("lang") is None


@pytest.mark.parametrize("paper", slow_but({"a4"}, styles.papers()))
def test_front_matter_is_tagged_and_whole_on_every_paper(paper: str) -> None:
    info = replace(INFO, paper=paper)
    lines = rows(3, 22)
    made = {
        "cover": leaf("cover", cover(info), info),
        "index": leaf("index", index(info, lines, in_print), info),
        "divider-1": leaf("divider-1", divider(info, lines[:23], in_print), info),
    }
    for name, found in made.items():
        # Bookmarks are those of the packet: stitching makes them.
        assert [fault for fault in Audit(found.pdf).all() if "no bookmarks" not in fault] == [], name
        assert [start.page for start in found.starts] == list(range(1, found.page_count + 1))
    printed = PdfFile(made["index"].pdf)
    assert len(printed.pages) == made["index"].page_count > 1
    assert all("Tab Title Date Marking Page" in page.text.replace("\n", " ") for page in printed.pages)
    leads = [link.uri for link in printed.links]
    for row in lines:
        assert in_print(row.name) in leads
        assert f"{row.tab} {row.title}" in printed.text.replace("\n", " ")


def test_the_same_front_matter_gives_the_same_bytes() -> None:
    first, second = (leaf("cover", cover(INFO)).pdf for _ in range(2))
    assert first == second


def test_a_language_brings_its_words() -> None:
    info = replace(INFO, language="fr")
    body = index(info, rows(1, 1), in_print)
    assert texts(body)[0] == ["Onglet", "Titre", "Date", "Mention", "Page"]
    assert "2 novembre 2026" in body
