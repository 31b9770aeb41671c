"""References to tabs (``:tab:``): words in an article by itself; in a packet links that name its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.limits import Limits
from pipeline.packet.check import examine
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.stitch.verify import verify
from pipeline.read.reader import parse_text
from tests.support.articles import HEAD
from tests.support.packets import paper
from tests.support.readback import EpubFile, PdfFile

ONE = (
    HEAD
    + """\
The plan (:tab:`C.2`) says so, on :tab:`c.2, p. 3`; see :tab:`the agenda <Z>` and :tab:`A.2`. [#n]_

.. [#n] Proved in :tab:`C.2, page 2`.
"""
)
TWO = HEAD.replace("Title", "Other") + "Back from :tab:`A.2` to :tab:`A.1`.\n"
MANIFEST = """\
title = "Visit"
date = 2026-11-24

[[section]]
title = "Notes"
tab = "A"

[[section.item]]
article = "../one.rst"

[[section.item]]
article = "../two.rst"
title = "Two"

[[section]]
title = "Papers"
tab = "Z"

[[section.item]]
pdf = "agenda.pdf"
title = "Agenda"
tab = "C.1"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
tab = "C.2"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "source" / "packets"
    folder.mkdir(parents=True)
    (folder.parent / "one.rst").write_text(ONE, encoding="utf-8")
    (folder.parent / "two.rst").write_text(TWO, encoding="utf-8")
    paper("Point", "Point").save(folder / "agenda.pdf", static_id=True)
    paper("Plan", "Plan", "Plan").save(folder / "plan.pdf", static_id=True)
    (folder / "visit.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def made(desk: Path) -> tuple[PdfFile, EpubFile]:
    manifest = desk / "source" / "packets" / "visit.toml"
    result = make_packet(manifest, PacketOrder(desk / "build", jobs=2))
    assert not result.failed, [str(finding) for finding in result.findings]
    report = examine(manifest, desk / "build", Limits(), validators=False)
    assert [str(one) for one in report.findings if one.is_error] == []
    pdf = desk / "build" / "visit" / "visit.pdf"
    assert verify(pdf).findings == []
    return PdfFile(pdf.read_bytes()), EpubFile(pdf.with_suffix(".epub").read_bytes())


def led(printed: PdfFile) -> list[tuple[str, int]]:
    """Words and page of each link that names a tab."""
    found: list[tuple[str, int]] = []
    for link in (link for page in printed.pages for link in page.links):
        if (
            link.target is not None and found and found[-1][0].endswith(" page")
        ):  # it goes on in the next line
            found[-1] = (f"{found[-1][0]} {link.text}", link.target.page)
        elif link.target is not None and re.search(r"tab \S+, page", link.text):
            found.append((link.text, link.target.page))
    return found


def starts(printed: PdfFile) -> dict[str, int]:
    return {title.split()[0]: place.page for level, title, place in printed.outline if level < 2}


def test_by_themselves_they_are_words(
    print_edition: Callable[..., PdfFile], ebook_edition: Callable[..., EpubFile]
) -> None:
    text = ONE.removeprefix(HEAD)
    printed, ebook = print_edition(text), ebook_edition(text)
    for text in (" ".join(page.text for page in printed.pages), ebook.text):
        assert (
            "The plan (tab C.2) says so, on tab c.2, p. 3; see the agenda (tab Z) and tab A.2."
            in " ".join(text.split())
        )


def test_the_words_are_in_the_language_of_the_article() -> None:
    document, _ = parse_text(HEAD.replace(":language: en", ":language: de") + "Siehe :tab:`C.2, S. 4`.\n")
    assert "Siehe Register C.2, S.\u00a04." in document.astext()


@pytest.mark.slow
def test_in_a_packet_they_are_links_that_name_its_pages(desk: Path) -> None:
    printed, ebook = made(desk)
    at = starts(printed)
    assert led(printed) == [
        (f"tab C.2, page {at['C.2']}", at["C.2"]),
        (f"tab C.2, page {at['C.2'] + 2}", at["C.2"] + 2),
        (f"the agenda (tab Z, page {at['Z']})", at["Z"]),
        (f"tab A.2, page {at['A.2']}", at["A.2"]),
        (f"tab C.2, page {at['C.2'] + 1}", at["C.2"] + 1),
        (f"tab A.2, page {at['A.2']}", at["A.2"]),  # the article's own
        (f"tab A.1, page {at['A.1']}", at["A.1"]),
    ]
    links = [
        ("".join(link.itertext()), link.get("href"))
        for page in ebook.pages.values()
        for link in page.iter("{*}a")
        if re.search(r"tab \S+, page", "".join(link.itertext()))
    ]
    assert [text for text, _ in links] == [text for text, _ in led(printed)]
    assert links[1][1] == f"../item-2-2.xhtml#page_{at['C.2'] + 2}"
    with pikepdf.open(desk / "build" / "visit" / "articles" / "one.pdf") as own:
        assert b"packet.invalid" not in own.Root.unparse()


@pytest.mark.slow
def test_they_stay_true_when_something_is_put_in_front(desk: Path) -> None:
    made(desk)
    manifest = desk / "source" / "packets" / "visit.toml"
    first = '[[section]]\ntitle = "First"\ntab = "0"\n\n[[section.item]]\npdf = "plan.pdf"\ntitle = "First"\n'
    manifest.write_text(MANIFEST.replace("[[section]]", f"{first}\n[[section]]", 1), encoding="utf-8")
    printed, _ = made(desk)
    at = starts(printed)
    assert (f"tab C.2, page {at['C.2'] + 2}", at["C.2"] + 2) in led(printed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("C.22", 'the packet has no tab "C.22" (did you mean "C.2"'),
        ("C.2, p. 4", 'what is filed under tab "C.2" has 3 pages: there is no page 4'),
        ("A.2, p. 2", 'what is filed under tab "A.2" has one page: there is no page 2'),
    ],
)
def test_what_is_not_there_is_told_on_its_line(desk: Path, typed: str, said: str) -> None:
    (desk / "source" / "two.rst").write_text(TWO.replace("A.1", typed), encoding="utf-8")
    result = make_packet(desk / "source" / "packets" / "visit.toml", PacketOrder(desk / "build"))
    assert result.failed
    (finding,) = [one for one in result.findings if one.code == "packet-tab-unknown"]
    assert finding.source.endswith("two.rst")
    assert finding.line == HEAD.count("\n") + 1
    assert said in finding.message
