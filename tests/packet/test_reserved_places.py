"""Places that are kept for papers: what comes into them changes no number behind it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.findings import Finding
from pipeline.limits import Limits
from pipeline.packet.attach import attach
from pipeline.packet.base.model import Part
from pipeline.packet.base.page_plan import plan, ranges
from pipeline.packet.check import examine
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.stitch.verify import verify
from tests.support.articles import HEAD
from tests.support.packets import paper
from tests.support.readback import PdfFile

MANIFEST = """\
title = "Visit"
date = 2026-11-24

[[section]]
title = "Notes"

[[section.item]]
article = "../note.rst"

[[section.item]]
title = "Opinion"
pdf = "opinion.pdf"
to-follow = true
reserve = 3

[[section.item]]
title = "Last"
note = "Lastword."
reserve = 2
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "source" / "packets").mkdir(parents=True)
    (tmp_path / "source" / "note.rst").write_text(
        f"{HEAD}See :tab:`A.2`, :tab:`A.2, p. 3` and :tab:`A.3`.\n", encoding="utf-8"
    )
    (tmp_path / "source" / "packets" / "visit.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def build(desk: Path, **order: Any) -> Result:
    return make_packet(desk / "source" / "packets" / "visit.toml", PacketOrder(desk / "build", **order))


def pages(desk: Path) -> list[str]:
    """The words of each page, once all is proved."""
    pdf = desk / "build" / "visit" / "visit.pdf"
    assert verify(pdf).findings == []
    manifest = desk / "source" / "packets" / "visit.toml"
    report = examine(manifest, desk / "build", Limits(), validators=False)
    assert [str(finding) for finding in report.findings if finding.is_error] == []
    printed = PdfFile(pdf.read_bytes())
    assert all(str(page.number) in page.foot.split() for page in printed.pages)
    return [" ".join(page.text.split()) for page in printed.pages]


def kept(name: str, **values: Any) -> Part:
    facts = ("title", "A", "annex", Path("x.pdf"), 2, "", values.pop("right_hand", False), "en", "x", 1)
    return Part(name, *facts, **values)  # type: ignore[arg-type]


def test_what_is_kept_for_a_part_belongs_to_it() -> None:
    found = plan([(kept("a", reserve=3), 1), (kept("b", reserve=2), 4), (kept("c", reserve=2), 1)])
    assert (found.starts, found.page_count) == ({"a": 1, "b": 4, "c": 8}, 9)


def test_pages_between_have_letters_and_move_no_number() -> None:
    parts = [(kept("a"), 3), (kept("b", right_hand=True), 2)]
    between = [(kept("x", between=True, right_hand=True), 1), (kept("y", between=True), 28)]
    before, after = plan(parts), plan([parts[0], *between, parts[1]])
    assert before.numbers == ("1", "2", "3", "4", "5", "6")
    assert after.numbers[:8] == ("1", "2", "3", "3a", "3b", "3c", "3d", "3e")
    assert after.numbers[3 + 26 : 3 + 30] == ("3aa", "3bb", "3cc", "3dd")
    assert after.number(after.starts["b"]) == before.number(before.starts["b"]) == "5"
    assert after.starts["b"] % 2 == 1
    assert ranges(after.numbers) == [(0, "", 1), (3, "3", 1), (33, "", 4)]


@pytest.mark.slow
def test_a_paper_that_comes_changes_no_number_behind_it(desk: Path) -> None:
    first = build(desk)
    assert not first.failed
    assert [(one.code, one.line) for one in first.findings] == [("packet-to-follow", 13)]
    before = pages(desk)
    assert len(before) == 9
    assert "A.2 Opinion (to follow) 5 A.3 Last" in before[1].replace("24 November 2026 ", "")
    assert "To follow." in before[4]
    assert all("This page is kept for a paper that is to follow." in text for text in before[5:7])
    assert "This page is not used." in before[8]
    assert "tab A.2, page 5, tab A.2, page 7 and tab A.3, page 8" in before[3]
    with zipfile.ZipFile(desk / "build" / "visit" / "visit.epub") as book:
        assert b"(to follow)" in book.read("EPUB/index.xhtml")
        assert b"To follow." in book.read("EPUB/item-1-2/article.xhtml")
    opinion = desk / "source" / "packets" / "opinion.pdf"
    paper("One", "Two", "Three").save(opinion, static_id=True)
    (desk / "build").rename(desk / "old")
    assert not build(desk, since=desk / "old" / "visit").failed
    after = pages(desk)
    assert [text.split()[0] for text in after[4:7]] == ["One", "Two", "Three"]
    assert after[3] == before[3]
    assert after[7:9] == before[7:9]
    assert "to follow" not in after[1]
    assert "Replaced: A.2 Opinion · 5" in after[9]


@pytest.mark.slow
def test_a_paper_that_is_too_long_is_told(desk: Path) -> None:
    paper("One", "Two", "Three", "Four").save(desk / "source" / "packets" / "opinion.pdf", static_id=True)
    result = build(desk)
    assert result.failed
    (found,) = (finding for finding in result.findings if finding.is_error)
    assert (found.code, found.line) == ("packet-reserve", 10)
    assert "reserve = 4" in found.message
    assert not (desk / "build" / "visit").exists()


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False])
def test_a_paper_is_attached_into_the_place_that_is_kept_for_it(desk: Path, named: bool) -> None:
    """As in a packet that is made anew: no other page changes in either edition, and the manifest has it."""
    manifest = desk / "source" / "packets" / "visit.toml"
    if not named:
        manifest.write_text(MANIFEST.replace('pdf = "opinion.pdf"\n', ""), encoding="utf-8")
    assert not build(desk).failed
    before, written = pages(desk), manifest.read_bytes()
    path, packet = desk / "from outside.pdf", desk / "build" / "visit" / "visit.pdf"
    paper("Onewordy", "Twowordy").save(path, static_id=True)
    result = attach(packet, [Addition(path, tab="a.2")])
    assert not result.failed, [str(finding) for finding in result.findings]
    after = pages(desk)
    assert [text.split()[0] for text in after[4:6]] == ["Onewordy", "Twowordy"]
    assert "This page is not used." in after[6]
    assert after[7:] == before[7:]
    assert after[3] == before[3]
    assert "to follow" not in "".join(after)
    if named:
        assert manifest.read_bytes() == written
        assert (manifest.parent / "opinion.pdf").read_bytes() == path.read_bytes()
    else:
        assert manifest.read_text(encoding="utf-8") == written.decode().replace(
            "reserve = 3\n", 'reserve = 3\npdf = "late/from outside.pdf"\n'
        )
    with zipfile.ZipFile(packet.with_suffix(".epub")) as book:
        names = book.namelist()
        assert not any(name.startswith("EPUB/item-1-2/") and name.endswith("xhtml") for name in names)
        assert 'id="page_7"' in book.read("EPUB/item-1-2.xhtml").decode()
        assert "../item-1-2.xhtml#page_7" in book.read("EPUB/item-1-1/article.xhtml").decode()
    (desk / "build").rename(desk / "old")
    assert not build(desk).failed
    assert pages(desk) == after
    assert not build(desk, since=desk / "old" / "visit").failed
    assert "Nothing has changed." in pages(desk)[9]


@pytest.mark.slow
def test_empty_pages_behind_a_divider_stay_marked_in_the_ebook(desk: Path) -> None:
    """The divider is set anew when a paper is attached to its section; the page behind it is still there."""
    manifest = desk / "source" / "packets" / "visit.toml"
    manifest.write_text(MANIFEST.replace("[[section]]", "right-hand = true\n\n[[section]]"), encoding="utf-8")
    assert not build(desk).failed
    path, packet = desk / "opinion.pdf", desk / "build" / "visit" / "visit.pdf"
    paper("One").save(path, static_id=True)
    assert not attach(packet, [Addition(path, tab="A.2")]).failed
    assert [finding.message for finding in examined(desk)] == []
    assert not attach(packet, [Addition(path, between="A.1")]).failed
    assert [finding.message for finding in examined(desk)] == []


def examined(desk: Path) -> list[Finding]:
    report = examine(desk / "source" / "packets" / "visit.toml", desk / "build", Limits(), validators=False)
    return [finding for finding in report.findings if finding.is_error]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "values", "code"),
    [
        ("One Two Three Four", {}, "packet-reserve"),
        ("One", {"title": "Another"}, "packet-item"),
        ("One", {"marking": "Restricted"}, "packet-item"),
        ("One", {"embed": True}, "packet-item"),
    ],
)
def test_what_does_not_fit_a_kept_place_is_told(
    desk: Path, words: str, values: dict[str, Any], code: str
) -> None:
    assert not build(desk).failed
    path, packet = desk / "opinion.pdf", desk / "build" / "visit" / "visit.pdf"
    before = packet.read_bytes()
    paper(*words.split()).save(path, static_id=True)
    result = attach(packet, [Addition(path, tab="A.2", **values)])
    assert result.failed
    assert code in {finding.code for finding in result.findings}
    assert packet.read_bytes() == before
    assert not (desk / "source" / "packets" / "opinion.pdf").exists()


@pytest.mark.slow
def test_the_check_sees_a_kept_page_without_its_words(desk: Path) -> None:
    assert not build(desk).failed
    packet = desk / "build" / "visit" / "visit.pdf"
    with pikepdf.open(packet, allow_overwriting_input=True) as pdf:
        other = pdf.pages[3].obj.Contents[-1]
        pdf.pages[5].obj.Contents = pikepdf.Array([*list(pdf.pages[5].obj.Contents)[:-1], other])
        pdf.save(packet)
    report = examine(desk / "source" / "packets" / "visit.toml", desk / "build", Limits(), validators=False)
    said = 'page 6 does not say "This page is kept for a paper that is to follow."'
    assert any(said in finding.message for finding in report.findings)


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ('pdf = "opinion.pdf"\nto-follow = true', ["packet-to-follow"]),
        ("to-follow = true", ["packet-to-follow"]),
        ('pdf = "opinion.pdf"', ["packet-file-missing"]),
        ('pdf = "../../opinion.pdf"\nto-follow = true', ["packet-file-outside"]),
        ('pdf = "opinion.pdf"\nto-follow = true\nreserve = 0', ["packet-value"]),
    ],
)
def test_only_what_is_to_follow_may_be_missing(tmp_path: Path, key: str, codes: list[str]) -> None:
    path = tmp_path / "source" / "visit.toml"
    path.parent.mkdir()
    path.write_text(
        f'title = "V"\ndate = 2026-11-24\n[[section]]\ntitle = "N"\n[[section.item]]\ntitle = "O"\n{key}\n',
        encoding="utf-8",
    )
    assert [finding.code for finding in read_manifest(path)[1]] == codes


LETTERED = """\
title = "Visit"
date = 2026-11-24
bookmark-pages = true

[[section]]
title = "Notes"

[[section.item]]
article = "../note.rst"

[[section.item]]
title = "Correction"
pdf = "opinion.pdf"
between = true

[[section.item]]
title = "Opinion"
note = "Opinionword."
right-hand = true

[[section.item]]
title = "Last"
note = "Lastword."
"""


@pytest.mark.slow
def test_pages_between_are_called_alike_everywhere(desk: Path) -> None:
    """What is printed, the labels, the bookmarks, the index, the text, the ebook; and none behind moves."""
    folder = desk / "source" / "packets"
    (desk / "source" / "note.rst").write_text(
        f"{HEAD}See :tab:`A.1a, p. 3`, :tab:`A.2` and :tab:`A.3`.\n", encoding="utf-8"
    )
    paper("One", "Two", "Three").save(folder / "opinion.pdf", static_id=True)
    (folder / "visit.toml").write_text(LETTERED, encoding="utf-8")
    assert not build(desk).failed
    pdf = desk / "build" / "visit" / "visit.pdf"
    assert verify(pdf).findings == []
    report = examine(folder / "visit.toml", desk / "build", Limits(), validators=False)
    assert [str(finding) for finding in report.findings if finding.is_error] == []
    numbers = ["1", "2", "3", "4", "4a", "4b", "4c", "4d", "5", "6"]
    with pikepdf.open(pdf) as opened:
        assert [page.label for page in opened.pages] == numbers
    printed = PdfFile(pdf.read_bytes())
    assert all(number in page.foot.split() for number, page in zip(numbers, printed.pages, strict=True))
    assert [(title, place.page) for _, title, place in printed.outline if place.page > 4] == [
        ("A.1a Correction (page 4a)", 5),
        ("A.2 Opinion (page 5)", 9),
        ("A.3 Last (page 6)", 10),
    ]
    texts = [" ".join(page.text.split()) for page in printed.pages]
    assert "A.1a Correction 4a A.2 Opinion" in texts[1]
    assert "tab A.1a, page 4c, tab A.2, page 5 and tab A.3, page 6" in texts[3]
    with zipfile.ZipFile(pdf.with_suffix(".epub")) as book:
        contents = book.read("EPUB/nav.xhtml").decode()
        assert re.findall(r'page_\w+">(\w+)</a>', contents) == numbers
        assert '#page_4c">tab A.1a, page 4c</a>' in book.read("EPUB/item-1-1/article.xhtml").decode()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["label", "stamp"])
def test_the_check_sees_a_number_that_is_another(desk: Path, what: str) -> None:
    folder = desk / "source" / "packets"
    (desk / "source" / "note.rst").write_text(f"{HEAD}Text.\n", encoding="utf-8")
    paper("One", "Two").save(folder / "opinion.pdf", static_id=True)
    (folder / "visit.toml").write_text(LETTERED, encoding="utf-8")
    assert not build(desk).failed
    pdf = desk / "build" / "visit" / "visit.pdf"
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        if what == "label":
            opened.Root.PageLabels.Nums = pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)])
        else:
            contents = opened.pages[4].obj.Contents
            opened.pages[4].obj.Contents = pikepdf.Array(
                [*list(contents)[:-1], opened.pages[5].obj.Contents[-1]]
            )
        opened.save(pdf)
    report = examine(folder / "visit.toml", desk / "build", Limits(), validators=False)
    assert "check-page-label" in {finding.code for finding in report.findings}
