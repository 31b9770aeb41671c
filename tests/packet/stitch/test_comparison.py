"""What has changed since an earlier packet: articles by their trees, other items by their files."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from pipeline.limits import Limits
from pipeline.packet.base.model import Row
from pipeline.packet.front.changes import changes
from pipeline.packet.front.matter import in_print
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.stitch.comparison import Change, ItemChange, ItemState, compare, compare_trees
from pipeline.packet.stitch.earlier import read_earlier
from tests.support.articles import Parsed
from tests.support.packets import INFO, MANIFEST, ONE, paper, sample, write_source
from tests.support.readback import EpubFile, PdfFile, text_of
from tests.support.zeros import packed_zeros

pytestmark = pytest.mark.usefixtures("one_process")

Compare = Callable[[str, str], list[Change]]

BASE = """\
.. infobox:: Belgium–Kosovo
   :type: bilateral-relations

   :party1: Belgium
   :party2: Kosovo
   :envoy1: Jean Dupont
   :envoy2: Ilir Berisha

A lead with a note. [#one]_

Economy
=======

Trade grew by two per cent in the last year. [#two]_

- Ports
- Roads

Society
=======

Nothing here. [#]_

Notes
=====

.. [#one] The first source.
.. [#two] The second source.
.. [#] Without a name.
"""


@pytest.fixture(scope="module")
def compared(parse: Callable[[str], Parsed]) -> Compare:
    """Compare two texts that follow the `HEAD` by their trees."""

    def run(before: str, now: str) -> list[Change]:
        trees = [parse(text).document.asdom().toxml(encoding="utf-8") for text in (before, now)]
        return list(compare_trees(*trees))

    return run


def test_nothing_has_changed(compared: Compare) -> None:
    assert compared(BASE, BASE) == []
    assert compared(BASE, BASE.replace("in the last year", "in\nthe last year")) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Jean Dupont", "Anne Petit", Change("infobox", "Envoy, Belgium", "Jean Dupont", "Anne Petit")),
        ("   :envoy2: Ilir Berisha\n", "", Change("infobox", "Envoy, Kosovo", "Ilir Berisha", "")),
        (":party2: Kosovo", ":party2: Albania", None),
        ("The second source.", "Another.", Change("note", "2", "The second source.", "Another.")),
        ("Without a name.", "Still none.", Change("note", "3", "Without a name.", "Still none.")),
        ("Nothing here.", "Something here.", Change("text", "Society", "Nothing here.", "Something here.")),
        ("- Roads\n", "- Roads\n- Railways\n", Change("text", "Economy", "", "Railways")),
        ("- Ports\n", "", Change("text", "Economy", "Ports", "")),
        ("A lead", "The lead", Change("text", "Title", "A lead with a note.", "The lead with a note.")),
        ("two per cent", "*three* per cent", None),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_change_is_named_by_its_place(compared: Compare, old: str, new: str, found: Change | None) -> None:
    result = compared(BASE, BASE.replace(old, new))
    if found is not None:
        assert result == [found]
    assert result != []


def test_a_heading_that_changed_is_one_change(compared: Compare) -> None:
    now = BASE.replace("Economy\n=======", "Trade and money\n===============")
    assert compared(BASE, now) == [Change("text", "Trade and money", "Economy", "Trade and money")]


def test_a_note_with_another_number_is_the_same_note(compared: Compare) -> None:
    now = BASE.replace("A lead", "A [#zero]_ lead").replace(".. [#one]", ".. [#zero] New.\n.. [#one]")
    assert compared(BASE, now) == [Change("note", "1", "", "New.")]


def test_many_changes_come_in_order(compared: Compare) -> None:
    now = BASE.replace("Jean Dupont", "Anne Petit").replace("source", "origin").replace("- Roads\n", "")
    kinds = [change.kind for change in compared(BASE, now)]
    assert kinds == ["infobox", "note", "note", "text"]


# Items ---------------------------------------------------------------------------------------------------


def state(name: str, file: str, title: str = "Title", digest: str = "0") -> ItemState:
    return ItemState(name, "A.1", title, file, digest)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ([state("item-1-1", "a.pdf")], [state("item-1-1", "a.pdf")], []),
        ([state("item-1-1", "a.pdf")], [state("item-2-1", "a.pdf")], []),  # moved
        ([state("item-1-1", "a.pdf")], [state("item-1-1", "a.pdf", "Other")],
         [("changed", "item-1-1")]),  # renamed
        ([state("item-1-1", "a.pdf")], [state("item-1-1", "a.pdf", digest="1")], [("replaced", "item-1-1")]),
        ([state("item-1-1", "a.pdf")], [state("item-1-1", "b.pdf", digest="1")], [("replaced", "item-1-1")]),
        ([state("item-1-1", "a.pdf", "A")], [state("item-1-1", "b.pdf", "B")],
         [("added", "item-1-1"), ("removed", "item-1-1")]),
        ([state("item-1-1", "", "Note", "1")], [state("item-1-1", "", "Note", "2")],
         [("replaced", "item-1-1")]),
        ([], [state("item-1-1", "a.pdf")], [("added", "item-1-1")]),
        ([state("item-1-1", "a.pdf", "A"), state("item-1-2", "a.pdf", "B")],
         [state("item-1-1", "a.pdf", "B")], [("removed", "item-1-1")]),  # the one with the same title stays
    ],
)  # fmt: skip
def test_items_are_known_by_their_files_and_titles(
    before: list[ItemState], now: list[ItemState], found: list[tuple[str, str]]
) -> None:
    assert [(change.what, change.item.name) for change in compare(before, now)] == found


def test_the_section_says_what_has_changed() -> None:
    row = Row("item-1-1", False, "A.1", "Belgium", None, "", 7, 8, "en")
    found = [
        ItemChange("added", state("item-1-1", "a.pdf", "Belgium")),
        ItemChange("removed", state("item-1-1", "b.pdf", "Old <paper>")),
        ItemChange(
            "changed",
            state("item-1-1", "a.rst", "Belgium"),
            (
                Change("note", "2", "one two three", "one 2 three"),
                Change("text", "Economy", "", "New & good"),
            ),
        ),
    ]
    body = changes(INFO, datetime.date(2026, 11, 1), found, {"item-1-1": row}, in_print)
    root = etree.fromstring(body)
    assert ["".join(item.itertext()) for item in root.iter("li")] == [
        "Added: A.1 Belgium · 7",
        "Removed: A.1 Old <paper>",
    ]
    assert [["".join(cell.itertext()) for cell in line] for line in root.iter("tr")] == [
        ["Where", "Before", "Now"],
        ["Note 2", "one two three", "one 2 three"],
        ["Economy", "–", "New & good"],
    ]
    assert [word.text for word in root.iter("strong")] == ["two", "2"]
    assert [link.get("href") for link in root.iter("a")] == [in_print("item-1-1")] * 2
    assert "1 November 2026" in body
    same = changes(INFO, datetime.date(2026, 11, 1), [], {}, in_print)
    assert "Nothing has changed." in same


# The whole -----------------------------------------------------------------------------------------------


def test_a_packet_tells_its_items(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = sample(tmp_path_factory)[0] / "build" / "visit"
    for path in (folder, folder / "visit.pdf"):
        earlier = read_earlier(path)
        assert earlier.date == datetime.date(2026, 11, 24)
        assert [(item.tab, item.file, item.tree is not None) for item in earlier.items] == [
            *(("A.1", "", True), ("A.2", "one.rst", True), ("A.3", "two.rst", True)),
            *(("Z.1", "packets/agenda.pdf", False), ("Z.9", "packets/plan.pdf", False)),
            *(("Z.3", "packets/plan.pdf", False), ("Z.4", "packets/dot.png", True)),
        ]


def test_what_is_no_packet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no packet"):
        read_earlier(tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(ValueError, match="as a PDF"):
        read_earlier(tmp_path)
    paper("text").save(tmp_path / "a.pdf")
    with pytest.raises(ValueError, match="no record"):
        read_earlier(tmp_path)


@pytest.mark.slow
def test_a_packet_ends_with_what_has_changed(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    old = sample(tmp_path_factory)[0] / "build" / "visit"
    manifest = write_source(tmp_path)
    (tmp_path / "source" / "one.rst").write_text(ONE.replace(":Currency: Euro", ":Currency: euro (EUR)"))
    paper("Another first point").save(manifest.with_name("agenda.pdf"))
    manifest.write_text(MANIFEST.replace('title = "Secret plan"', 'title = "Top plan"'))
    result = make_packet(manifest, PacketOrder(tmp_path / "build", since=old))
    assert not result.failed
    printed = PdfFile(result.outputs[0].path.read_bytes())
    (title, start) = [(title, place.page) for level, title, place in printed.outline if level == 0][-1]
    assert (title, start) == ("C What changed", len(printed.pages))
    page = printed.pages[-1]
    assert page.foot.count(str(start)) == 1
    text = page.text.replace("\n", " ")
    assert "Since the packet of 24 November 2026: Replaced: Z.1 Agenda · 11" in text
    assert "Currency Euro euro (EUR)" in text
    assert "Title Secret plan Top plan" in text
    wanted = {title: place.page for _, title, place in printed.outline}
    assert [link.target.page for link in page.links if link.target and "·" in link.text] == [
        wanted["Z.1 Agenda"], wanted["A.2 Belgium in brief"], wanted["Z.3 Top plan"],
    ]  # fmt: skip
    ebook = EpubFile(result.outputs[1].path.read_bytes())
    assert list(ebook.pages)[-1] == "changes.xhtml"
    assert "Replaced: Z.1 Agenda" in text_of(ebook.pages["changes.xhtml"])


# What the packet says, and what it may not say -----------------------------------------------------------

SMALL = """\
title = "Visit"
date = 2026-11-24
marking = "{0}"

[[section]]
title = "First"

[[section.item]]
article = "../a.rst"
marking = "{0}"

[[section.item]]
article = "../b.rst"
marking = "{0}"
"""


def small(
    folder: Path, change: Callable[[str], str] = str, marking: str = "Secret", text: str = "Old"
) -> Path:
    """The manifest of a packet with two articles."""
    (folder / "source" / "packets").mkdir(parents=True)
    for name in "ab":
        article = f"{name.upper()}\n====\n\n:date: 2026-11-24\n:language: en\n\n{text} passage of {name}.\n"
        (folder / "source" / f"{name}.rst").write_text(article)
    manifest = folder / "source" / "packets" / "small.toml"
    manifest.write_text(change(SMALL.format(marking)))
    return manifest


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an earlier packet that is marked Secret."""
    folder = tmp_path_factory.mktemp("secret")
    result = make_packet(small(folder), PacketOrder(folder / "build"))
    assert not result.failed, result.findings
    return folder / "build" / "small"


@pytest.mark.slow
@pytest.mark.parametrize("marking", ["Public", "Restricted"])
def test_an_earlier_packet_of_a_higher_marking_is_refused(secret: Path, tmp_path: Path, marking: str) -> None:
    manifest = small(tmp_path, marking=marking, text="New")
    result = make_packet(manifest, PacketOrder(tmp_path / "build", since=secret))
    assert [(finding.code, finding.line) for finding in result.findings] == [("packet-marking-low", 3)]
    assert not list((tmp_path / "build").rglob("*.pdf"))


@pytest.mark.slow
def test_an_earlier_packet_of_the_same_marking_is_told(secret: Path, tmp_path: Path) -> None:
    manifest = small(tmp_path, marking="Top Secret", text="New")
    result = make_packet(manifest, PacketOrder(tmp_path / "build", since=secret))
    assert not result.failed, result.findings
    assert "Old passage of a" in PdfFile(result.outputs[0].path.read_bytes()).pages[-1].text


CHANGES: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text.replace('article = "../a.rst"', 'article = "../a.rst"\ntitle = "Better"'),
     "Title A Better"),
    (lambda text: text.replace('article = "../a.rst"', 'article = "../a.rst"\ntab = "Q"'), "Tab A.1 Q"),
    (lambda text: text.replace('title = "First"', 'title = "Second"'), "Section First Second"),
    (lambda text: text.replace('marking = "Secret"', 'marking = "Top Secret"', 1),
     "Marking Secret Top Secret"),
    (lambda text: text.replace('article = "../a.rst"', 'article = "../a.rst"\ndate = 2020-01-02'),
     "Date 24 November 2026 2 January 2020"),
    (lambda text: text.replace('title = "Visit"', 'title = "Journey"'), "Title Visit Journey"),
]  # fmt: skip
"""What is changed in a manifest, and what is said of it."""


def changes_told(secret: Path, folder: Path, change: Callable[[str], str]) -> str:
    """The last page of the packet with a change, since the one that is marked Secret."""
    result = make_packet(small(folder, change), PacketOrder(folder / "build", since=secret))
    assert not result.failed, result.findings
    return " ".join(PdfFile(result.outputs[0].path.read_bytes()).pages[-1].text.split())


def test_each_change_is_told(secret: Path, tmp_path: Path) -> None:
    def change(text: str) -> str:
        for one, _ in CHANGES:
            text = one(text)
        return text

    text = changes_told(secret, tmp_path, change)
    assert [said for _, said in CHANGES if said not in text] == []


@pytest.mark.slow
def test_another_order_is_told(secret: Path, tmp_path: Path) -> None:
    def change(text: str) -> str:
        return text.replace("/a.rst", "/c.rst").replace("/b.rst", "/a.rst").replace("/c.", "/b.")

    assert "Tab A.2 A.1" in changes_told(secret, tmp_path, change)


@pytest.mark.slow
@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_nothing_has_changed_is_said_of_nothing_else(
    secret: Path, tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    text = changes_told(secret, tmp_path, change)
    assert "Nothing has changed" not in text
    assert said in text


@pytest.mark.slow
def test_nothing_has_changed_is_said_where_it_is_true(secret: Path, tmp_path: Path) -> None:
    result = make_packet(small(tmp_path), PacketOrder(tmp_path / "build", since=secret))
    assert "Nothing has changed" in PdfFile(result.outputs[0].path.read_bytes()).pages[-1].text


def test_only_what_stands_elsewhere_has_moved() -> None:
    before = [state(f"item-1-{number}", f"{number}.pdf", str(number)) for number in range(5)]
    now = [before[4], *before[:4]]
    (change,) = compare(before, now)
    assert (change.item.name, change.changes) == ("item-1-4", (Change("item", "packet-index", "5", "1"),))


def test_an_earlier_packet_brings_no_sign_that_turns_the_direction() -> None:
    tree = b"<document><paragraph>%s</paragraph></document>"
    old = ItemState("a", "A", "T\u202e", "a.rst", "0", tree % "a\u202eb".encode())
    new = ItemState("a", "A", "T", "a.rst", "1", tree % b"a")
    (change,) = compare([old], [new])
    assert "\u202e" not in "".join(one.before + one.now for one in change.changes)


def test_an_earlier_packet_is_read_within_limits(secret: Path, tmp_path: Path) -> None:
    import pikepdf

    bomb = packed_zeros(90 * 10**7)
    with pikepdf.open(secret / "small.pdf") as pdf:
        name = next(name for name in pdf.attachments if name.startswith("trees/"))
        pdf.attachments[name].get_file().obj.write(bomb, filter=pikepdf.Name.FlateDecode)
        pdf.save(tmp_path / "old.pdf", stream_decode_level=pikepdf.StreamDecodeLevel.none)
    order = PacketOrder(tmp_path / "build", since=tmp_path / "old.pdf", limits=Limits(60, 400))
    result = make_packet(small(tmp_path), order)
    assert result.failed
    assert {finding.code for finding in result.findings} <= {"limit-memory", "packet-earlier"}
