"""Notes: numbered by first reference in any document, one note for many calls, every fault found."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.reader import parse_text
from pipeline.tree.contract import broken
from pipeline.tree.nodes import note_list
from tests.support.articles import HEAD, Parsed, Read

NAMELESS = {"nameless": ("[#]", "[#]_"), "symbol": ("[*]", "[*]_")}


def notes_of(document: nodes.document) -> dict[str, str]:
    """Text by label, in the order in which the notes are listed."""
    found = {}
    for note in document.findall(nodes.footnote):
        found[note[0].astext()] = " ".join(part.astext() for part in note[1:])
    return found


def calls_of(document: nodes.document) -> list[tuple[str, str]]:
    """The word before each call, and what the call reads, in the order of the document."""
    found = []
    for call in document.findall(nodes.footnote_reference):
        before = call.parent[call.parent.index(call) - 1].astext() if call.parent.index(call) else ""
        found.append(((before.split() or [""])[-1], call.astext()))
    return found


# Numbering, example by example.


def test_numbers_follow_the_first_references_not_the_definitions(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#x]_ b [#y]_ c [#z]_\n\n.. [#z] Z\n.. [#x] X\n.. [#y] Y\n")
    assert found == []
    assert notes_of(document) == {"1": "X", "2": "Y", "3": "Z"}
    assert calls_of(document) == [("a", "1"), ("b", "2"), ("c", "3")]


def test_all_kinds_of_notes_share_one_sequence(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(
        "a [*]_ b [CIT2021]_ c [7]_ d [#]_ e [#x]_\n\n.. [#x] named\n.. [#] nameless\n.. [7] manual\n"
        ".. [CIT2021] citation\n.. [*] symbol\n"
    )
    assert found == []
    assert list(notes_of(document).items()) == [
        ("1", "symbol"), ("2", "citation"), ("3", "manual"), ("4", "nameless"), ("5", "named"),
    ]  # fmt: skip
    assert not any(document.findall(nodes.citation))
    assert not any(document.findall(nodes.citation_reference))


def test_a_note_called_again_is_one_note_with_a_back_reference_for_each_call(
    parse: Callable[[str], Parsed],
) -> None:
    document, found = parse("a [#x]_ b [#y]_ c [#x]_\n\n- d [#x]_\n\n.. [#x] X\n.. [#y] Y\n")
    assert found == []
    note = document.next_node(nodes.footnote)
    assert calls_of(document) == [("a", "1"), ("b", "2"), ("c", "1"), ("d", "1")]
    calls = [call for call in document.findall(nodes.footnote_reference) if call["refid"] == note["ids"][0]]
    assert note["backrefs"] == [call["ids"][0] for call in calls]
    assert len(calls) == 3


def test_calls_inside_notes_come_after_those_of_the_body(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#x]_ b [#y]_\n\n.. [#x] X [#z]_\n.. [#z] Z\n.. [#y] Y\n")
    assert found == []
    assert notes_of(document) == {"1": "X3", "2": "Y", "3": "Z"}


def test_the_infobox_is_numbered_in_the_order_of_its_rows(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(
        ".. infobox:: T [#t]_\n   :type: bilateral-relations\n\n   :mission1: m [#m]_\n   :party2: p2 [#q]_\n"
        "   :party1: p1 [#p]_\n\nbody [#b]_\n\n.. [#m] M\n.. [#p] P\n.. [#q] Q\n.. [#b] B\n.. [#t] T\n"
    )
    assert found == []
    assert notes_of(document) == {"1": "T", "2": "P", "3": "Q", "4": "M", "5": "B"}


def test_calls_in_titles_captions_and_tables_are_numbered_where_they_stand(
    parse: Callable[[str], Parsed],
) -> None:
    document, found = parse(
        "Head [#h]_\n----------\n\n.. table:: Caption [#c]_\n\n"
        "   === ========\n   a   b [#b]_\n   === ========\n\ntail [#t]_\n\n"
        ".. [#t] T\n.. [#b] B\n.. [#c] C\n.. [#h] H\n"
    )
    assert found == []
    assert notes_of(document) == {"1": "H", "2": "C", "3": "B", "4": "T"}


def test_a_note_keeps_all_its_paragraphs(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#x]_\n\n.. [#x] One.\n\n   Two.\n\n   - three\n")
    assert found == []
    assert [part.tagname for part in document.next_node(nodes.footnote)] == [
        "label", "paragraph", "paragraph", "bullet_list",
    ]  # fmt: skip


@pytest.mark.parametrize("call", ["[#x]_", "[X]_"])
@pytest.mark.parametrize("space", [" ", "\n", ""])
def test_the_space_before_a_call_goes(parse: Callable[[str], Parsed], call: str, space: str) -> None:
    before = f"word.{space}" if space else "word.\\ "
    document, found = parse(f"{before}{call} Next.\n\n.. {call.removesuffix('_')} Note\n")
    assert found == []
    assert "word.1 Next." in document.astext()


def test_names_of_notes_are_read_in_any_case(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#KFOR]_ b [#kfor]_\n\n.. [#Kfor] K\n")
    assert found == []
    assert notes_of(document) == {"1": "K"}


# Where the notes are listed.


def listed(document: nodes.document) -> list[tuple[str, list[str]]]:
    """What stands before each list of notes, and the numbers in it."""
    lists = []
    for listing in document.findall(note_list):
        before = listing.parent[listing.parent.index(listing) - 1]
        lists.append((before.astext(), [note[0].astext() for note in listing]))
    return lists


def test_notes_are_listed_in_the_section_that_holds_them_in_the_order_of_their_numbers(
    parse: Callable[[str], Parsed],
) -> None:
    document, _ = parse(
        "a [#x]_ b [#y]_\n\nReferences\n----------\n\n.. [#y] Y\n.. [#x] X\n\nAfter\n-----\n\nc\n"
    )
    assert listed(document) == [("References", ["1", "2"])]
    assert [section[0].astext() for section in document.findall(nodes.section)] == ["References", "After"]


def test_notes_written_in_the_body_go_to_the_section_of_notes(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse("a [#x]_ b [#y]_\n\n.. [#y] Y\n\nNotes\n-----\n\n.. [#x] X\n")
    assert listed(document) == [("Notes", ["1", "2"])]


def test_two_sections_of_notes_keep_their_own(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse(
        "a [#x]_ b [#y]_ c [#z]_\n\nNotes\n-----\n\n.. [#z] Z\n.. [#x] X\n\nSources\n-------\n\n.. [#y] Y\n"
    )
    assert listed(document) == [("Notes", ["1", "3"]), ("Sources", ["2"])]


def test_notes_below_a_rubric_stay_there(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse("a [#x]_\n\n.. rubric:: Notes\n\n.. [#x] X\n")
    assert listed(document) == [("Notes", ["1"])]
    assert not any(document.findall(nodes.section))


def test_without_a_place_a_section_is_made_in_the_language_of_the_article() -> None:
    document, _ = parse_text("T\n=\n\n:date: 2026-11-24\n:language: de\n\na [#x]_\n\n.. [#x] X\n")
    assert listed(document) == [("Anmerkungen", ["1"])]


def test_an_article_without_notes_has_no_list(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse("Text.\n")
    assert listed(document) == []
    assert not any(document.findall(nodes.section))


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("- a [#x]_\n\n  {}\n", id="a list item"),
        pytest.param("a [#x]_\n\n- {}\n- b\n", id="alone in a list item"),
        pytest.param("a [#x]_\n  {}\n", id="alone in a definition"),
        pytest.param("a [#x]_\n\n..\n\n   {}\n", id="alone in a quote"),
        pytest.param(".. list-table::\n\n   * - {}\n     - a [#x]_\n", id="alone in a cell"),
        pytest.param("a [#x]_\n\n.. note::\n\n   {}\n", id="alone in an admonition"),
        pytest.param("a [#x]_\n\n.. admonition:: Title\n\n   {}\n", id="alone below a title"),
        pytest.param("a [#x]_ b [#y]_\n\n.. [#y] Y\n\n   {}\n", id="another note"),
        pytest.param("a [#x]_\n\n----\n\n{}\n", id="after a rule"),
    ],
)
def test_a_note_may_be_written_anywhere(read_text_article: Callable[..., Read], around: str) -> None:
    article, _, findings = read_text_article(around.format(".. [#x] X"))
    assert findings == []
    assert article is not None
    assert notes_of(article.document)["1"] == "X"
    assert len(listed(article.document)) == 1


def test_long_notes_are_marked(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse(
        f"a [#x]_ b [#y]_ c [#z]_\n\n.. [#x] X\n.. [#y] {'word ' * 300}\n.. [#z] Z\n\n   ::\n\n      code\n"
    )
    assert [note["classes"] for note in document.findall(nodes.footnote)] == [[], ["long"], ["long"]]


# Faults.

UNDEFINED: dict[str, tuple[str, list[int]]] = {
    "third line of a paragraph": ("One\ntwo\nthree [#x]_ four.\n", [3]),
    "manual": ("One\ntwo [1]_\n", [2]),
    "citation": ("One\ntwo [CIT2021]_\n", [2]),
    "nameless": ("One\ntwo [#]_\n", [2]),
    "symbol": ("One\ntwo [*]_\n", [2]),
    "twice in one paragraph": ("One [#x]_\ntwo\nthree [#x]_\n", [1, 3]),
    "after the same words": ("One [#x]\\_ [1]_\ntwo [#x]_\n\n.. [1] N\n", [2]),
    "list item": ("- one\n- two\n  three\n  four [#x]_\n", [4]),
    "nested list item": ("- one\n\n  1. two\n     three [#x]_\n", [4]),
    "cell of a list-table": (
        ".. list-table::\n\n   * - a\n     - b\n   * - c\n     - d\n       e [#x]_\n",
        [7],
    ),
    "cell of a grid table": ("+---+---------+\n| a | b       |\n|   | c [#x]_ |\n+---+---------+\n", [3]),
    "cell of a simple table": ("=== =======\na   b\nc   d [#x]_\n=== =======\n", [3]),
    "infobox value": (".. infobox:: T\n\n   :a: b\n   :c: d\n      e [#x]_\n", [5]),
    "infobox title": (".. infobox:: T [#x]_\n\n   :a: b\n", [1]),
    "heading": ("One\n\nTwo [#x]_\n---------\n\nthree\n", [3]),
    "heading with an overline": ("One\n\n---------\nTwo [#x]_\n---------\n\nthree\n", [4]),
    "caption": (".. figure:: a.png\n   :alt: A\n\n   One\n   two [#x]_\n", [5]),
    "title of a table": ("One\n\n.. table:: Two [#x]_\n\n   === ===\n   a   b\n   === ===\n", [3]),
    "definition": ("one\n   two\n   three [#x]_\n", [3]),
    "term": ("One\n\ntwo [#x]_\n   three\n", [3]),
    "line of a verse": ("| one\n| two [#x]_\n", [2]),
    "admonition": (".. note::\n\n   One\n   two [#x]_\n", [4]),
    "inside a note": ("One [#n]_\n\n.. [#n] two\n   three [#x]_\n", [4]),
    "the third nameless": ("a [#]_\nb [#]_\nc [#]_\n\n.. [#] A\n.. [#] B\n", [3]),
    "the second symbol": ("a [*]_\nb [*]_\n\n.. [*] A\n", [2]),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_an_undefined_note_is_found_on_the_line_of_its_call(
    parse: Callable[[str], Parsed], name: str
) -> None:
    text, lines = UNDEFINED[name]
    assert parse(text).found == [("note-undefined", line) for line in lines]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a [#kfor]_ [#kfro]_\n\n.. [#kfor] K\n", 'no note is called "kfro" (did you mean "kfor"?)'),
        ("a [CIT2021]_\n", 'no note is called "CIT2021"'),
        ("a [#b]_ [B]_\n\n.. [#b] B\n", 'no note is called "B" here (did you mean [#b]_?)'),
        ("a [#]_\n", "there is no note for this [#]_: write one that begins with .. [#]"),
    ],
)
def test_the_finding_says_what_may_have_been_meant(text: str, message: str) -> None:
    assert [finding.message for finding in parse_text(HEAD + text)[1]] == [message]


def test_a_misspelt_call_does_not_take_a_nameless_note(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#x]_ b [#]_\n\n.. [#] nameless\n.. [#y] named\n")
    assert found == [("note-undefined", 1), ("note-uncited", 4)]
    assert calls_of(document) == [("b", "1")]
    assert notes_of(document)["1"] == "nameless"


def test_a_call_in_the_metadata_does_not_take_a_nameless_note() -> None:
    document, findings = parse_text(HEAD.rstrip() + "\n:author: Ann [#]_\n\na [#]_\n\n.. [#] N\n")
    assert [finding.code for finding in findings] == ["meta-value"]
    assert calls_of(document) == [("a", "1")]


@pytest.mark.parametrize("label", ["#x", "#", "*", "7", "CIT2021"])
def test_a_note_never_called_is_found_where_it_is_written(parse: Callable[[str], Parsed], label: str) -> None:
    assert parse(f"One.\n\n.. [{label}] Note.\n").found == [("note-uncited", 3)]
    message = parse_text(HEAD + f"One.\n\n.. [{label}] Note.\n")[1][0].message
    assert f"write [{label}]_ where it belongs" in message


@pytest.mark.parametrize("text", [".. [#x] X [#x]_\n", ".. [#x] X [#y]_\n.. [#y] Y [#x]_\n"])
def test_notes_called_by_themselves_alone_are_never_called(parse: Callable[[str], Parsed], text: str) -> None:
    assert {code for code, _ in parse("One.\n\n" + text).found} == {"note-uncited"}


@pytest.mark.parametrize("label", ["#x", "7", "CIT2021"])
def test_a_note_defined_twice_is_one_finding_and_the_first_counts(
    parse: Callable[[str], Parsed], label: str
) -> None:
    document, found = parse(f"a [{label}]_\n\n.. [{label}] First.\n.. [{label}] Second.\n")
    assert found == [("note-duplicate", 4)]
    assert notes_of(document)["1"] == "First."


def test_a_target_with_the_name_of_a_note_is_one_finding(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("a [#x]_\n\n.. [#x] X\n.. _x: https://x.example/\n")
    assert found == [("target-duplicate", 4)]
    assert calls_of(document) == [("a", "1")]


@pytest.mark.parametrize("text", ["", "\n   .. A remark.", "\n   .. [#y] inner"])
def test_a_note_without_text_is_found(parse: Callable[[str], Parsed], text: str) -> None:
    more = " [#y]_" if "#y" in text else ""
    assert parse(f"a [#x]_{more}\n\n.. [#x]{text}\n\nb\n").found == [("note-empty", 3)]


# Numbering, at random.


@dataclass
class Note:
    """A note to be written: its kind, its text, how it is called."""

    kind: str
    key: int

    @property
    def start(self) -> str:
        names = {"named": f"[#n{self.key}]", "manual": f"[{self.key + 3}]", "citation": f"[CIT{self.key}]"}
        return names.get(self.kind) or NAMELESS[self.kind][0]

    @property
    def text(self) -> str:
        return f"Text{self.key}."


@dataclass
class Page:
    """A document while it is written. A call is a slot, `@0000000003@`, behind the word ``w3``.

    `reading` holds the slots of the body (key None) and of each note in the order in which they are read.
    """

    parts: list[str] = field(default_factory=list)
    slots: int = 0
    reading: dict[int | None, list[int]] = field(default_factory=dict)
    defined: list[Note] = field(default_factory=list)

    def words(self, draw: st.DrawFn, owner: int | None = None) -> str:
        """Up to two calls, each behind a word of its own."""
        text = "So"
        for _ in range(draw(st.integers(0, 2))):
            self.reading.setdefault(owner, []).append(self.slots)
            text += f" w{self.slots} @{self.slots:010d}@"
            self.slots += 1
        return text

    def definition(self, draw: st.DrawFn, notes: list[Note]) -> str:
        """The first of `notes`, written out, with the others inside it."""
        note, *inner = notes
        self.defined.append(note)
        lines = [f".. {note.start} {note.text} {self.words(draw, note.key)}"]
        if draw(st.booleans()):
            lines += ["", f"   More {self.words(draw, note.key)}"]
        if inner:
            lines += ["", textwrap.indent(self.definition(draw, inner), "   ")]
        return "\n".join(lines)


BLOCKS = (
    "paragraph", "list", "enumeration", "terms", "quote", "verse", "heading", "admonition", "list-table",
    "grid", "table title", "figure", "box", "bilateral box", "comment",
)  # fmt: skip
FIELDS = ("party1", "party2", "mission1", "mission2", "envoytitle1", "envoy1", "envoytitle2", "envoy2")


def block(draw: st.DrawFn, page: Page, kind: str, index: int) -> str:
    """The text of one block; its calls are counted in `page`."""

    def words() -> str:
        return page.words(draw)

    if kind == "list":
        return f"- {words()}\n- {words()}\n\n  - {words()}"
    if kind == "enumeration":
        return f"1. {words()}\n\n   {words()}\n2. {words()}"
    if kind == "terms":
        return f"Term {words()}\n   {words()}\nTerm {words()}\n   {words()}"
    if kind == "quote":
        return f".. epigraph::\n\n   {words()}\n\n   -- {words()}"
    if kind == "verse":
        return f"| {words()}\n|   {words()}"
    if kind == "heading":
        return f"Heading {index} {words()}\n{'-' * 70}"
    if kind == "admonition":
        return f".. admonition:: Title {words()}\n\n   {words()}"
    if kind == "list-table":
        title = words()
        rows = "".join(f"\n   * - {words()}\n     - {words()}" for _ in range(2))
        return f".. list-table:: Title {title}\n{rows}"
    if kind == "grid":
        cells = [[words().ljust(50) for _ in range(2)] for _ in range(2)]
        line = f"+{'-' * 52}+{'-' * 52}+"
        return "\n".join([line, *(text for row in cells for text in (f"| {row[0]} | {row[1]} |", line))])
    if kind == "table title":
        return f".. table:: Title {words()}\n\n   === ===\n   a   b\n   === ==="
    if kind == "figure":
        return f".. figure:: dot.png\n   :alt: A dot\n\n   {words()}\n\n   {words()}"
    if kind == "box":
        return f".. infobox:: Title {words()}\n\n   :a: {words()}\n   :b: {words()}\n\n      {words()}"
    if kind == "bilateral box":
        return bilateral(draw, page)
    return ".. A remark." if kind == "comment" else f"{words()}\n{words()}"


def bilateral(draw: st.DrawFn, page: Page) -> str:
    """An infobox whose fields stand in any order, and are read in that of `FIELDS`."""
    before = list(page.reading.get(None, []))
    text = f".. infobox:: Title {page.words(draw)}\n   :type: bilateral-relations\n\n"
    title = page.reading.get(None, [])[len(before) :]
    slots: dict[str, list[int]] = {}
    for name in draw(st.permutations(FIELDS)):
        so_far = len(page.reading.get(None, []))
        text += f"   :{name}: {page.words(draw)}\n"
        slots[name] = page.reading.get(None, [])[so_far:]
    page.reading[None] = before + title + [slot for name in FIELDS for slot in slots[name]]
    return text


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[tuple[Note, list[int]]]]:
    """A document, and its notes in the order of their numbers, each with the slots of its calls."""
    kinds = draw(
        st.lists(st.sampled_from(["named", "manual", "citation", *NAMELESS]), min_size=1, max_size=6)
    )
    notes = [Note(kind, key) for key, kind in enumerate(kinds)]
    blocks: list[list[Note] | str] = list(draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=7)))
    waiting = list(draw(st.permutations(notes)))
    while waiting:
        size = draw(st.integers(1, 2))
        group, waiting = waiting[:size], waiting[size:]
        blocks.insert(draw(st.integers(0, len(blocks))), group)
    page = Page()
    for index, part in enumerate(blocks):
        if isinstance(part, str):
            page.parts.append(block(draw, page, part, index))
        else:
            around = draw(st.sampled_from(["{}", "- Item\n\n  {}", ".. note::\n\n   Hint\n\n   {}"]))
            indent = " " * (len(around) - 2 - (around.rfind("\n") + 1))
            text = textwrap.indent(page.definition(draw, part), indent).lstrip()
            page.parts.append(around.format(text))
    called = assign(draw, page)
    text = "\n\n".join(page.parts) + "\n"
    for slot in range(page.slots):
        note = called.get(slot)
        call = "" if note is None else f"{note.start}_"
        text = text.replace(f"@{slot:010d}@", call.ljust(12))
    return text, numbered(page, called)


def assign(draw: st.DrawFn, page: Page) -> dict[int, Note]:
    """Decide which note each slot calls, so that none is left uncalled; the last ones get a paragraph."""
    body = set(page.reading.get(None, []))
    named = [note for note in page.defined if note.kind not in NAMELESS]
    nameless = {kind: [note for note in page.defined if note.kind == kind] for kind in NAMELESS}
    called: dict[int, Note] = {}
    for slot in range(page.slots):
        waiting = [kind for kind in NAMELESS if nameless[kind] and slot in body]
        if waiting and bool(draw(st.booleans())):
            kind: str = draw(st.sampled_from(waiting))
            called[slot] = nameless[kind].pop(0)
        elif named:
            called[slot] = draw(st.sampled_from(named))
    last = [note for kind in NAMELESS for note in nameless[kind]]
    while True:
        tail = ""
        for note in last:
            page.reading.setdefault(None, []).append(page.slots)
            tail += f" w{page.slots} @{page.slots:010d}@"
            called[page.slots] = note
            page.slots += 1
        if tail:
            page.parts.append(f"Last{tail}")
        known = [note.key for note, _ in numbered(page, called)]
        last = [note for note in named if note.key not in known][:1]
        if not last:
            return called


def numbered(page: Page, called: dict[int, Note]) -> list[tuple[Note, list[int]]]:
    """The notes in the order of their first references: the body first, then note by note."""
    order: list[Note] = []
    slots: dict[int, list[int]] = {}
    waiting: list[int | None] = [None]
    while waiting:
        for slot in page.reading.get(waiting.pop(0), []):
            note = called.get(slot)
            if note is None:
                continue
            if note.key not in slots:
                order.append(note)
                waiting.append(note.key)
            slots.setdefault(note.key, []).append(slot)
    return [(note, slots[note.key]) for note in order]


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source root with the image that the documents show."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "dot.png").touch()
    return folder


@pytest.mark.slow
@given(documents())
def test_numbers_follow_the_first_references_of_any_document(
    root: Path, made: tuple[str, list[tuple[Note, list[int]]]]
) -> None:
    text, expected = made
    document, findings = parse_text(HEAD + text)
    assert findings == []
    assert broken(document, root) == []
    written = list(document.findall(nodes.footnote))
    assert len(written) == len(expected)
    by_label = {note[0].astext(): note for note in written}
    words = {
        call["ids"][0]: int(word.removeprefix("w"))
        for (word, _), call in zip(
            calls_of(document), document.findall(nodes.footnote_reference), strict=True
        )
    }
    for number, (note, slots) in enumerate(expected, start=1):
        found = by_label[str(number)]
        assert found[1].astext().split()[0] == note.text
        assert [words[name] for name in found["backrefs"]] == slots
    assert sorted(words.values()) == sorted(slot for _, slots in expected for slot in slots)
    numbers = {slot: str(number) for number, (_, slots) in enumerate(expected, start=1) for slot in slots}
    assert {int(word.removeprefix("w")): number for word, number in calls_of(document)} == numbers


@pytest.mark.parametrize(
    "field", ["author", "authors", "organization", "contact", "subtitle", "rights", "desk"]
)
@pytest.mark.parametrize("call", ["[#a]_", "[1]_", "[Key]_"])
def test_a_call_in_a_field_is_a_finding_on_its_line(field: str, call: str) -> None:
    note = call.rstrip("_")
    text = f"{HEAD.rstrip()}\n:{field}: Words {call}\n\nText. {call}\n\n.. {note} Note.\n"
    found = [finding for finding in parse_text(text)[1] if finding.code != "meta-unknown"]
    assert [(finding.code, finding.line) for finding in found] == [("meta-value", 6)]
    assert f'the field "{field}" calls the note' in found[0].message


def test_a_call_in_a_substitution_is_one_plain_finding() -> None:
    text = HEAD + ".. |treaty| replace:: North Atlantic Treaty [1]_\n\nThe |treaty|.\n\n.. [1] Washington.\n"
    (finding,) = parse_text(text)[1]
    assert (finding.code, finding.line) == ("rst-error", HEAD.count("\n") + 1)
    assert "no notes and no names of places" in finding.message
    assert "write them behind the bars" in finding.message
