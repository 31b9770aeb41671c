"""The index: its entries in the tree, in the alphabet of the language, and in both finished editions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from pipeline.build import Order, build_one
from pipeline.check.article import check
from pipeline.read.reader import read
from pipeline.tree.languages.collation import Alphabet
from pipeline.tree.nodes import index_list, index_locator
from pipeline.tree.transforms.index import ENTRY_KINDS, OLD_KINDS
from pipeline.write.print import decisions
from tests.support.articles import Editions, Parsed
from tests.support.paths import DATA
from tests.support.readback import text_of
from tests.support.references import dot, packed, spread


def entries(document: nodes.document) -> list[str]:
    """The entries, those below one behind it, each with the number of its places."""
    found: list[str] = []

    def take(listing: nodes.Element, above: str) -> None:
        for item in listing:
            paragraph = item[0]
            term = paragraph[0].astext()
            places = sum(isinstance(child, index_locator) for child in paragraph)
            rest = "".join(child.astext() for child in paragraph[1:] if not isinstance(child, index_locator))
            found.append(f"{above}{term} {places}{rest}")
            for inner in item[1:]:
                take(inner, f"{above}{term}/")

    for index in document.findall(index_list):
        for part in index:
            if isinstance(part, nodes.bullet_list):
                take(part, "")
    return found


# The tree ---------------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[str, list[str]]] = {
    "words": ("a, b", ["a 1", "b 1"]),
    "single": ("single: a", ["a 1"]),
    "a level down": ("single: a; b", ["a 0", "a/b 1"]),
    "two levels down": ("single: a; b; c", ["a 0", "a/b 0", "a/b/c 1"]),
    "pair": ("pair: a; b", ["a 0", "a/b 1", "b 0", "b/a 1"]),
    "triple": ("triple: a; b; c", ["a 0", "a/b c 1", "b 0", "b/c, a 1", "c 0", "c/a b 1"]),
    "see": ("a\n   see: z; a", ["a 1", "z 0, see a"]),
    "see also": ("a, z\n   seealso: z; a", ["a 1", "z 1; see also a"]),
    "an old kind": ("module: os", ["module 0", "module/os 1", "os 0", "os/module 1"]),
    "twice": ("a, a", ["a 1"]),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_entries(parse: Callable[[str], Parsed], name: str) -> None:
    text, expected = KINDS[name]
    document, found = parse(f".. index:: {text}\n\nA paragraph.\n")
    assert found == []
    assert entries(document) == expected


def test_all_kinds_are_tested() -> None:
    tried = {line.strip().partition(":")[0] for text, _ in KINDS.values() for line in text.split("\n")}
    assert tried >= {*ENTRY_KINDS, OLD_KINDS[0]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (".. index:: pair: a\n\nx\n", 1),
        (".. index:: triple: a; b\n\nx\n", 1),
        ("x\n\n.. index:: see: a; b\n\nx\n", 3),
        ("One :index:`b` two.\n\n.. index:: seealso: b; bb\n\nx\n", 3),
        ("x\n\n.. printindex::\n", 3),
        (":index:`a`\n\n.. printindex::\n\nx\n\n.. printindex::\n", 7),
    ],
)
def test_what_is_wrong_with_an_entry(parse: Callable[[str], Parsed], text: str, line: int) -> None:
    assert parse(text).found == [("index-entry", line)]


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        (".. index:: a\n\nParagraph.\n", nodes.paragraph),
        (".. index:: a\n.. _label:\n\nHeading\n-------\n\nx\n\nOther\n-----\n\nx\n", nodes.section),
        (".. index:: a\n\n.. list-table:: T\n\n   * - x\n", nodes.table),
        ("- .. index:: a\n\n  one\n", nodes.paragraph),
        ("x\n\n.. index:: a\n", nodes.paragraph),
        (".. index:: a\n\n.. note::\n\n   x\n", nodes.admonition),
        ("[#n]_\n\n.. index:: a\n\n.. [#n] Note.\n\nAfter it.\n", nodes.paragraph),
    ],
)
def test_a_directive_marks_what_follows(
    parse: Callable[[str], Parsed], text: str, holder: type[nodes.Element]
) -> None:
    document, found = parse(text)
    assert found == []
    locator = document.next_node(index_locator)
    assert locator is not None
    marked = [node for node in document.findall(nodes.Element) if locator["refid"] in node["ids"]]
    assert [type(node) for node in marked] == [holder]


def test_main_places_and_words_of_the_role(parse: Callable[[str], Parsed]) -> None:
    text = "A :index:`word`, :index:`!main`, :index:`shown <x; y>`, :index:`!both <!z>`.\n"
    document = parse(text).document
    assert document.next_node(nodes.paragraph).astext() == "2026-11-24" or "shown" in document.astext()
    assert entries(document) == ["main 1", "word 1", "x 0", "x/y 1", "z 1"]
    mains = [node.parent[0].astext() for node in document.findall(index_locator) if "main" in node["classes"]]
    assert mains == ["main", "z"]


def test_where_the_index_stands(parse: Callable[[str], Parsed]) -> None:
    text = "One :index:`a`.\n\nTwo\n---\n\n.. printindex::\n\nThree\n-----\n\nx\n"
    listing = parse(text).document.next_node(index_list)
    assert listing is not None
    assert listing.parent[0].astext() == "Two"
    listing = parse("One :index:`a`. [#n]_\n\n.. [#n] x\n").document.next_node(index_list)
    assert listing is not None
    assert listing.parent[0].astext() == "Index"
    assert listing.parent.parent[-1] is listing.parent


def test_no_index(parse: Callable[[str], Parsed]) -> None:
    """``:index: no``, no entries, a glossary alone."""
    assert parse("Plain.\n").document.next_node(index_list) is None
    assert parse(".. glossary::\n\n   a\n      b\n").document.next_node(index_list) is None
    document, found = parse(":index: no\n\nOne :index:`a`.\n")  # directly below the head: a field of it
    assert found == []
    assert document.next_node(index_list) is None


def test_terms_of_a_glossary_stand_in_the_index(parse: Callable[[str], Parsed]) -> None:
    document = parse("One :index:`b`.\n\n.. glossary::\n\n   a\n   c\n      x\n").document
    assert entries(document) == ["a 1", "b 1", "c 1"]


# The alphabet -----------------------------------------------------------------------------------------------

ORDERS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("", "99 things"),
        ("D", "de Gaulle"),
        ("D", "decade"),
        ("E", "Éire"),
        ("O", "Ørsted"),
        ("Z", "Zug"),
    ],
    "de": [("A", "Apfel"), ("A", "Äpfel"), ("A", "azur"), ("O", "oben"), ("O", "Öl"), ("O", "Osten")],
    "fr": [("E", "école"), ("E", "Élysée"), ("O", "œuvre"), ("Z", "zèle")],
    "sv": [("A", "apa"), ("Z", "zon"), ("Å", "ål"), ("Ä", "Ärta"), ("Ö", "öl")],
    "es": [("N", "nz"), ("Ñ", "ñandú"), ("O", "oso")],
    "sq": [
        ("C", "cak"),
        ("Ç", "çaj"),
        ("D", "dyrë"),
        ("Dh", "dhe"),
        ("E", "era"),
        ("Ë", "Ëndërr"),
        ("Zh", "zhurmë"),
    ],
    "sr-Latn": [("D", "dva"), ("Dž", "džep"), ("Đ", "Đorđe"), ("L", "luk"), ("Lj", "ljubav")],
    "el": [("Α", "αβγό"), ("Α", "άλφα"), ("Ω", "Ωμέγα")],
    "ru": [("Е", "еда"), ("Е", "Ёлка"), ("Ж", "жук"), ("Й", "йод")],
}


@pytest.mark.parametrize("language", ORDERS)
def test_the_order_is_that_of_the_language(language: str) -> None:
    alphabet = Alphabet(language)
    words = [word for _, word in ORDERS[language]]
    assert sorted(words, key=alphabet.key) == words
    assert [(alphabet.letter(word), word) for word in words] == ORDERS[language]


@pytest.mark.slow
@given(st.lists(st.text(max_size=12), max_size=6), st.sampled_from(["en", "sq", "sv", "xx", ""]))
def test_any_words_have_one_order(words: list[str], language: str) -> None:
    alphabet = Alphabet(language)
    first = sorted(words, key=alphabet.key)
    assert first == sorted(words, key=alphabet.key)
    assert all(isinstance(alphabet.letter(word), str) for word in words)


# Both editions ----------------------------------------------------------------------------------------------


def test_print_names_each_page_once(references: Editions) -> None:
    first, force, trade = (
        references.pdf.place_of(heading).page for heading in ("References", "The Force", "Trade")
    )
    for line in (
        "Alliance, see NATO",
        f"Écoles, {force}",
        f"Kosovo, {first}, {force}, {trade} Kosovo Force, {force}",
        f"mission Pristina, {first}",
        f"NATO, see also Kosovo Kosovo Force, {first}",
        f"note verbale, {trade}",
        f"Zürich, {force}",
    ):
        assert packed(line) in packed(references.pdf.text), line
    assert "Paperonly" in packed(references.pdf.text)
    assert "screens," not in packed(references.pdf.text)


def test_the_ebook_names_each_section_once(references: Editions) -> None:
    ((_, index),) = references.epub.find("//h:section[@epub:type='index']")
    assert index.get("role") == "doc-index"
    text = packed(text_of(index))
    for line in (
        "Kosovo: References; The Force; Trade Kosovo Force: The Force",
        "NATO, see also Kosovo Kosovo Force: References",
        "screens: The Force",
        "99 things: The Force",
    ):
        assert packed(line) in text, line
    landmark = references.epub.nav.xpath(
        "//*[@epub:type='index']", namespaces={"epub": "http://www.idpf.org/2007/ops"}
    )
    assert [text_of(link) for link in landmark] == ["Index"]


def test_links_of_the_index_lead_to_their_places(references: Editions) -> None:
    ((href, index),) = references.epub.find("//h:section[@epub:type='index']")
    for link in index.iter("{http://www.w3.org/1999/xhtml}a"):
        assert references.epub.element(references.epub.target(href, link.get("href"))) is not None
    heading = references.pdf.place_of("Index")
    for page in references.pdf.pages[heading.page - 1 :]:
        for link in page.links:
            if (
                link.target
                and link.text.strip(", ").isdecimal()
                and (page.number > heading.page or link.rect[3] < heading.y)
            ):
                assert link.target.page == int(link.text.strip(", "))


def test_the_index_is_tagged_as_one(references: Editions) -> None:
    def roles(node: Any) -> list[str]:
        found = [str(node.S)] if "/S" in node else []
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                found += roles(kid)
        return found

    def find(node: Any, role: str) -> list[Any]:
        kids = node.get("/K", [])
        found = [node] if node.get("/S") == pikepdf.Name(role) else []
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                found += find(kid, role)
        return found

    (index,) = find(references.pdf.pike.Root.StructTreeRoot, "/Index")
    below = roles(index)
    assert below.count("/LI") > 10
    assert below.count("/Reference") > 10
    assert "/Link" in below


def test_a_page_that_the_index_does_not_name_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "article.rst"
    path.write_text(
        "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nOne :index:`word`.\n", encoding="utf-8"
    )
    article, _ = read(path)
    assert article is not None
    lost = frozenset(node["ids"][0] for node in article.document.findall(index_locator))
    monkeypatch.setattr(decisions, "repeated_pages", lambda *_: lost)
    assert not build_one(path, Order(("pdf", "epub"), tmp_path)).failed
    found = check(article, tmp_path, validators=False).findings
    assert [(finding.code, finding.message) for finding in found] == [
        ("check-link", 'PDF, page 1: the index does not name page 1 for "… word"')
    ]


@pytest.mark.slow
def test_an_index_before_the_text_settles(tmp_path: Path) -> None:
    """What is hidden in it moves the pages behind it: the numbers are those of the last layout."""
    text = spread((DATA / "references.rst").read_text(encoding="utf-8"))
    front = text.replace(
        "The lead names", "Front\n=====\n\n.. printindex::\n\nText\n====\n\nThe lead names", 1
    )
    assert front != text
    (tmp_path / "article.rst").write_text(front, encoding="utf-8")
    (tmp_path / "other.rst").write_text("Other\n=====\n", encoding="utf-8")
    (tmp_path / "dot.png").write_bytes(dot())
    assert not build_one(tmp_path / "article.rst", Order(("pdf", "epub"), tmp_path)).failed
    article, _ = read(tmp_path / "article.rst")
    assert article is not None
    assert [str(finding) for finding in check(article, tmp_path).findings] == []
