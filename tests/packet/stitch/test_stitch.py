"""Parts stitched together: one tagged document, numbered through, each page stamped, every link landing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from pikepdf import Dictionary

from pipeline import limits
from pipeline.check.validators import validate_pdf
from pipeline.packet.base.model import Part
from pipeline.packet.base.page_plan import Plan, plan
from pipeline.packet.stitch.stitch import stitch
from tests.support import packet_papers as papers
from tests.support.articles import shared
from tests.support.packet_papers import INFO, article_pdf, changed, part, prepared, row, seen, text_pdf, words
from tests.support.pdf_audit import Audit
from tests.support.readback import PdfFile

ROWS = [
    row("divider-1", "Countries", 3, divider=True, tab="A"),
    row("item-1-1", "A country note", 5),
    row("item-1-2", "The same again", 6),
    row("item-1-3", "A tagged paper", 8),
    row("item-1-4", "A scan", 10),
]
PLACES = {"cover": 1, "index": 2, "divider-1": 3, "item-1-1": 5, "item-1-2": 6, "item-1-3": 7, "item-1-4": 9}
"""The article has one page; it begins on a right-hand one."""


class Packet(NamedTuple):
    """A packet, and what the articles in it are by themselves."""

    path: Path
    pdf: Any
    read: PdfFile
    audit: Audit
    article: PdfFile
    page_count: int


def parts_of(folder: Path) -> list[Part]:
    """The parts of the packet that the tests share."""
    article = article_pdf(folder)
    tagged = prepared(text_pdf("pdf/ua-1"), folder, "item-1-3")
    scan = prepared(papers.scanned(), folder, "item-1-4")
    return [
        *papers.fronts(folder, ROWS),
        part("item-1-1", "article", article, title="A country note", tab="A.1", right_hand=True),
        part("item-1-2", "article", article, title="The same again", tab="A.2", language="fr"),
        replace(tagged.part, title="A tagged paper", tab="A.3"),
        replace(scan.part, title="A scan", tab="A.4"),
    ]


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> Packet:
    def make(folder: Path) -> None:
        stitch(parts_of(folder), INFO, folder / "visit.pdf")

    folder = shared(tmp_path_factory, "stitched-packet", make)
    path = folder / "visit.pdf"
    data = path.read_bytes()
    article = PdfFile((folder / "note.pdf").read_bytes())
    with pikepdf.open(path) as pdf:
        return Packet(path, pikepdf.open(path), PdfFile(data), Audit(data), article, len(pdf.pages))


# The whole


def test_the_packet_is_one_document_of_both_standards(packet: Packet) -> None:
    assert packet.audit.all() == []


def test_the_validators_are_silent(packet: Packet) -> None:
    assert validate_pdf(packet.path) == []


def test_the_same_parts_give_the_same_bytes(packet: Packet, tmp_path: Path) -> None:
    made = stitch(parts_of(tmp_path), INFO, tmp_path / "elsewhere.pdf")
    assert made.path.read_bytes() == packet.path.read_bytes()


def test_the_whole_says_what_it_is(packet: Packet) -> None:
    root = packet.pdf.Root
    assert str(root.Lang) == "en"
    assert str(packet.pdf.docinfo.Title) == "Visit to Brussels"
    assert len(root.OutputIntents) == 1
    assert str(root.StructTreeRoot.K.T) == "Visit to Brussels"


# Numbers


def test_a_part_for_a_right_hand_page_begins_on_an_odd_one() -> None:
    made = [
        (part(name, "annex", Path(), right_hand=name == "b"), count)
        for name, count in (("a", 2), ("b", 4), ("c", 1))
    ]
    assert plan(made) == Plan({"a": 1, "b": 3, "c": 7}, tuple("1234567"))
    made[0] = (made[0][0], 3)
    assert plan(made) == Plan({"a": 1, "b": 5, "c": 9}, tuple("123456789"))
    assert plan([]) == Plan({}, ())


def footers(packet: Packet, index: int) -> list[str]:
    """What stands at the foot of a page, as artifacts."""
    return [text for kind, text in packet.audit.artifacts[index] if kind.get("/Subtype") == "/Footer"]


def test_printed_number_label_and_place_are_the_same(packet: Packet) -> None:
    assert packet.page_count == 9
    for index, page in enumerate(packet.pdf.pages):
        assert str(index + 1) in footers(packet, index)
        assert str(page.label) == str(index + 1)


def test_an_article_keeps_its_own_small_numbers(packet: Packet) -> None:
    assert "page 1 of 1" in " ".join(words(packet.path, 4).split())


def test_the_index_leads_to_the_pages(packet: Packet) -> None:
    leads = {link.name: link.target.page for link in packet.read.pages[1].links if link.target}
    assert leads == {made.name: PLACES[made.name] for made in ROWS}


def test_every_other_page_leads_back_to_the_index(packet: Packet) -> None:
    for page in packet.read.pages:
        back = [link for link in page.links if link.name == "index"]
        assert len(back) == (0 if page.number == 2 else 1)
        assert all(link.target.page == 2 and link.text.endswith("Index") for link in back if link.target)


def test_blank_pages_are_numbered_and_marked(packet: Packet) -> None:
    assert sorted(words(packet.path, 3).split()) == sorted(
        ["RESTRICTED", "RESTRICTED", "\u2190", "Index", "4"]
    )


# Markings


def test_the_marking_stands_at_top_and_bottom_of_every_page_once(packet: Packet) -> None:
    for page in packet.read.pages:
        assert page.head.count("RESTRICTED") == 1, page.number
        assert page.foot.count("RESTRICTED") == 1, page.number


@pytest.mark.slow
def test_an_article_marked_lower_than_its_item_says_only_the_higher(tmp_path: Path) -> None:
    article = article_pdf(tmp_path)
    made = [
        *papers.fronts(tmp_path, ROWS),
        part("item-1-1", "article", article, marking="Confidential"),
    ]
    path = stitch(made, INFO, tmp_path / "packet.pdf").path
    text = words(path, 3).replace(" ", "")
    assert text.count("CONFIDENTIAL") == 2
    assert "RESTRICTED" not in text


@pytest.mark.slow
def test_without_a_marking_none_is_stamped(tmp_path: Path) -> None:
    article = article_pdf(tmp_path, papers.ARTICLE.replace(":marking: Restricted\n", ""))
    made = [
        replace(one, marking="")
        for one in (*papers.fronts(tmp_path, ROWS), part("item-1-1", "article", article))
    ]
    path = stitch(made, replace(INFO, marking=""), tmp_path / "packet.pdf").path
    assert "RESTRICTED" not in words(path, 3)
    assert "4" in words(path, 3).split()


# Structure


def test_headings_go_down_with_their_part(packet: Packet) -> None:
    levels = [(one.role, one.plain) for one in packet.audit.document.walk() if re.fullmatch(r"H\d", one.role)]
    assert levels[:7] == [
        ("H1", "Visit to Brussels"), ("H1", "Index"), ("H1", "Countries"), ("H2", "A country note"),
        ("H3", "Trade"), ("H4", "Goods"), ("H3", "Notes"),
    ]  # fmt: skip
    assert ("H2", "Part 1") in levels


@pytest.mark.slow
def test_without_a_heading_above_nothing_goes_down(tmp_path: Path) -> None:
    article = article_pdf(tmp_path)
    path = stitch([part("item-1-1", "article", article)], INFO, tmp_path / "packet.pdf").path
    roles = [one.role for one in Audit(path.read_bytes()).document.walk() if re.fullmatch(r"H\d", one.role)]
    assert roles[0] == "H1"


def test_each_part_is_a_section_of_its_own_name(packet: Packet) -> None:
    document = packet.audit.document
    tops = {str(one.raw.ID): one for one in document.walk() if "/ID" in one.raw and str(one.raw.ID) in PLACES}
    assert list(tops) == list(PLACES)
    assert tops["divider-1"].role == "Part"
    assert tops["item-1-1"].parent is tops["divider-1"]
    assert str(tops["item-1-2"].raw.T) == "The same again"
    assert str(tops["item-1-2"].raw.Lang) == "fr"
    assert "/Lang" not in tops["item-1-1"].raw


def test_notes_and_header_cells_of_the_same_article_twice_are_told_apart(packet: Packet) -> None:
    ids = [str(one.raw.ID) for one in packet.audit.document.walk() if "/ID" in one.raw]
    assert len(ids) == len(set(ids))
    first, second = ({one.partition(":")[2] for one in ids if one.startswith(f"item-1-{n}:")} for n in (1, 2))
    assert first == second
    assert {"one", "two"} <= first


def test_an_article_reads_as_it_does_by_itself(packet: Packet) -> None:
    alone = Audit((packet.path.parent / "note.pdf").read_bytes())
    own, document = alone.document, packet.audit.document
    for name in ("item-1-1", "item-1-2"):
        top = next(one for one in document.walk() if str(one.raw.get("/ID", "")) == name)
        assert top.plain.startswith(own.plain)
        assert top.plain[len(own.plain) :].replace(" ", "") == "\u2190Index"


def test_a_language_within_an_article_is_kept(packet: Packet) -> None:
    tagged = [one for one in packet.audit.document.walk() if str(one.raw.get("/Lang", "")) == "nl"]
    assert len(tagged) == 2


# Places


def test_links_within_an_article_stay_within_it(packet: Packet) -> None:
    own = [(link.text, link.uri) for link in packet.article.links]
    for name in ("item-1-1", "item-1-2"):
        page = packet.read.pages[PLACES[name] - 1]
        links = [link for link in page.links if link.name != "index"]
        assert [(link.text, link.uri) for link in links] == own
        assert {link.target.page for link in links if link.target} == {PLACES[name]}


def test_bookmarks_are_nested_under_parts(packet: Packet) -> None:
    assert [(level, title, place.page) for level, title, place in packet.read.outline] == [
        (0, "Cover", 1), (0, "Index", 2), (0, "A Divider 1", 3),
        (1, "A.1 A country note", 5), (2, "Trade", 5), (3, "Goods", 5), (2, "Notes", 5),
        (1, "A.2 The same again", 6), (2, "Trade", 6), (3, "Goods", 6), (2, "Notes", 6),
        (1, "A.3 A tagged paper", 7), (2, "Part 1", 7), (2, "Part 2", 8),
        (1, "A.4 A scan", 9),
    ]  # fmt: skip


# Size, sharing, layers


def test_what_two_parts_bring_along_is_stored_once(packet: Packet) -> None:
    fonts = [one for one in packet.pdf.objects if isinstance(one, Dictionary) and "/FontFile2" in one]
    files = [one.FontFile2.read_raw_bytes() for one in fonts]
    used = {one.FontFile2.objgen for one in fonts}
    assert len(used) == len(set(files))
    pages = [packet.pdf.pages[PLACES[name] - 1] for name in ("item-1-1", "item-1-2")]
    first, second = ({font.objgen for font in page.resources.Font.values()} for page in pages)
    assert first == second


def test_hidden_layers_of_two_papers_stay_hidden(tmp_path: Path) -> None:
    made = [prepared(changed(papers.layered), tmp_path, name).part for name in ("item-1-1", "item-1-2")]
    path = stitch(made, INFO, tmp_path / "packet.pdf").path
    with pikepdf.open(path) as pdf:
        assert "/OCProperties" not in pdf.Root
    assert seen(path, 0).at(250, 250) == seen(path, 2).at(250, 250) == (255, 255, 255)


def test_claims_that_an_annex_does_not_allow_are_not_made(tmp_path: Path) -> None:
    made = prepared(papers.scanned("CMYK"), tmp_path, "item-1-1")
    path = stitch([made.part], INFO, tmp_path / "packet.pdf", claims=made.claims).path
    with pikepdf.open(path) as pdf:
        data = pdf.Root.Metadata.read_bytes()
    assert b"pdfaid" not in data.replace(b"xmlns:pdfaid", b"")
    assert b"<pdfuaid:part>1" in data


# Faults


def test_a_failed_write_leaves_the_last_packet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [prepared(papers.scanned(), tmp_path, "item-1-1").part]
    target = tmp_path / "out" / "packet.pdf"
    stitch(made, INFO, target)
    before = target.read_bytes()

    def full(self: Any, file: Any, **how: Any) -> None:
        file.write(b"%PDF half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pikepdf.Pdf, "save", full)
    with pytest.raises(OSError, match="No space left"):
        stitch(made, INFO, target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["packet.pdf"]


def _few_files(made: Path, target: Path) -> int:
    import resource

    most = sum(1 for _ in Path("/dev/fd").iterdir()) + 50
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return (
        stitch(
            [part(f"item-1-{number}", "annex", made) for number in range(1, most)], INFO, target
        ).page_count
        - most
    )


@pytest.mark.slow
def test_more_parts_are_bound_than_files_may_be_open(tmp_path: Path) -> None:
    made = prepared(papers.scanned(), tmp_path, "item-1-1").part.pdf
    (count,) = limits.run(_few_files, [(made, tmp_path / "packet.pdf")], limits.Limits())
    assert count == -1


def test_a_part_without_tags_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(text_pdf())
    with pytest.raises(ValueError, match="no tagged PDF"):
        stitch([part("item-1-1", "annex", path)], INFO, tmp_path / "packet.pdf")


@pytest.mark.slow
def test_seven_hundred_pages_are_quick_and_small(tmp_path: Path) -> None:
    import resource
    import time

    text = papers.ARTICLE.replace(
        "Goods\n-----\n",
        "Goods\n-----\n\n" + "Belgium and Kosovo cooperate in trade and justice. " * 1200 + "\n",
    )
    article = article_pdf(tmp_path, text)
    pages = len(pikepdf.open(article).pages)
    made = [part(f"item-1-{number}", "article", article) for number in range(1, 700 // pages + 1)]
    start = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stitched = stitch(made, INFO, tmp_path / "packet.pdf")
    assert stitched.page_count > 650
    assert time.process_time() - start < 40
    assert stitched.path.stat().st_size < 10_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
