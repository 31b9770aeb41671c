"""The kitchen sink: an article that holds every construct, in both editions.

It is built once. First it is made sure that it does hold every construct: each node class, directive, option
and role that docutils and Despatch know. Then the finished files are asked how they have each of them.
"""

from __future__ import annotations

import pickle
import re
import shutil
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, directives, roles, states
from docutils.parsers.rst.languages import en

from pipeline.build import Order, build_one
from pipeline.check.article import check
from pipeline.read.citations.markup import ROLES as CITATION_ROLES
from pipeline.read.reader import read
from pipeline.styles import BUILT_IN
from pipeline.tree.article import Article
from tests.support.articles import Editions, shared
from tests.support.paths import DATA
from tests.support.pdf_audit import Audit, Element
from tests.support.readback import XHTML, EpubFile, PdfFile, folded, text_of

ARTICLE = DATA / "kitchen-sink.rst"

NODES_ELSEWHERE = {
    "document": "holds all the others",
    "pending": "the parser's; none is left in a tree",
    "problematic": "faults: tests/golden/draft-faults.rst",
    "system_message": "faults: tests/golden/draft-faults.rst",
    "revision": "the tree has it as a version",
    "raw": "the tree has what it stands for",
    "citation": "the parser's; the tree has a footnote",
    "citation_reference": "the parser's; the tree has a footnote reference",
}
"""Node classes of docutils that no tree of a good article holds, and why."""
DIRECTIVES_ELSEWHERE = {
    "restructuredtext-test-directive": "docutils' own tests",
    "infobox": "tests/data/kitchen.rst",
    "toctree": "a warning says that each article is a book of its own",
}
OPTIONS_ELSEWHERE = {
    ("csv-table", "url"): "nothing is fetched",
    ("raw", "url"): "nothing is fetched",
    ("list-table", "url"): "nothing is fetched",
    ("only", "marking"): "it raises the marking of the article: tests/packet/test_passages.py",
    **dict.fromkeys(
        [
            *(
                ("list-table", option)
                for option in ("file", "delim", "quote", "escape", "keepspace", "encoding", "header")
            ),
            *(
                (one, option)
                for one in ("list-table", "csv-table", "chart")
                for option in ("sheet", "range", "hidden")
            ),
            ("chart", "encoding"),
        ],
        "tables from files: tests/read/data",
    ),
    **dict.fromkeys(
        [
            ("bibliography", option)
            for option in ("cited", "style", "list", "enumtype", "start", "labelprefix", "keyprefix")
        ],
        "sphinxcontrib-bibtex's; a citation style says it here, and a warning so",
    ),
    ("raw", "encoding"): "as in include",
    ("include", "parser"): "there is one parser",
}
ROLES_ELSEWHERE = {
    "tab": "a packet has tabs: tests/packet/test_tabs.py",
    **dict.fromkeys(
        CITATION_ROLES.keys() - {"cite", "cite:p", "cite:t", "cite:year"},
        "other names of those that are here",
    ),
    "para": "paragraphs have numbers on request alone: tests/whole/test_clearance.py",
    "index": "docutils has no more than its name; Despatch's own is in tests/tree/transforms/test_index.py",
    **dict.fromkeys(
        (
            "named-reference",
            "anonymous-reference",
            "uri-reference",
            "footnote-reference",
            "citation-reference",
        ),
        "not implemented in docutils",
    ),
    **dict.fromkeys(("substitution-reference", "target"), "not implemented in docutils"),
    "restructuredtext-unimplemented-role": "docutils' own",
}


def built_in(name: str) -> str:
    """A style sheet of ours."""
    return (BUILT_IN / f"{name}.css").read_text(encoding="utf-8")


# Twenty pages take six seconds: what the tests ask both editions is slow, and what they ask the tree is not.
@pytest.fixture(scope="session", params=[pytest.param("both editions", marks=pytest.mark.slow)])
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both editions are."""

    def make(folder: Path) -> None:
        result = build_one(ARTICLE, Order(folder=folder))
        (folder / "result").write_bytes(pickle.dumps(result))

    return shared(tmp_path_factory, "kitchen-sink", make)


@pytest.fixture(scope="session")
def sink(folder: Path) -> Editions:
    """Both editions, read back."""
    result = pickle.loads((folder / "result").read_bytes())
    assert [str(finding) for finding in result.findings] == []
    pdf, epub = ((folder / f"kitchen-sink.{ending}").read_bytes() for ending in ("pdf", "epub"))
    return Editions(result, PdfFile(pdf), EpubFile(epub))


@pytest.fixture(scope="session")
def tags(sink: Editions, folder: Path) -> Iterator[Element]:
    """The structure tree of the PDF."""
    audit = Audit((folder / "kitchen-sink.pdf").read_bytes())
    yield audit.document
    audit.pdf.close()


@pytest.fixture(scope="session")
def body(sink: Editions) -> Any:
    """All content documents of the ebook, below one element."""
    from lxml import etree

    whole = etree.Element(f"{XHTML}div")
    for page in sink.epub.pages.values():
        if page.find(f".//{XHTML}nav[@id='toc']") is None:
            whole.append(deepcopy(page.find(f"{XHTML}body")))
    return whole


# What it holds -------------------------------------------------------------------------------------------


class Used:
    """What the parser meets in a text: node classes, directives with their options, roles."""

    def __init__(self, path: Path) -> None:
        self.nodes: set[str] = set()
        self.directives: set[str] = set()
        self.options: set[tuple[str, str]] = set()
        self.roles: set[str] = set()
        with pytest.MonkeyPatch.context() as patch:
            self._spy(patch)
            self.article, self.findings = read(path)

    def _spy(self, patch: pytest.MonkeyPatch) -> None:
        parse, block, role = Parser.parse, states.Body.parse_directive_block, roles.role
        run = states.Body.run_directive
        name = ""

        def parse_text(parser: Any, text: str, document: nodes.document) -> None:
            parse(parser, text, document)
            self.nodes |= {node.__class__.__name__ for node in document.findall()}

        def run_directive(body: Any, directive: Any, match: Any, type_name: str, *rest: Any) -> Any:
            nonlocal name
            kept, name = name, en.directives.get(type_name.lower(), type_name.lower())
            self.directives.add(name)
            result = run(body, directive, match, type_name, *rest)
            name = kept
            return result

        def directive_block(body: Any, *arguments: Any, **named: Any) -> Any:
            result = block(body, *arguments, **named)
            self.options |= {(name, option) for option in result[1]}
            return result

        def find_role(role_name: str, *arguments: Any) -> Any:
            self.roles.add(en.roles.get(role_name.lower(), role_name.lower()))
            return role(role_name, *arguments)

        patch.setattr(Parser, "parse", parse_text)
        patch.setattr(states.Body, "run_directive", run_directive)
        patch.setattr(states.Body, "parse_directive_block", directive_block)
        patch.setattr(roles, "role", find_role)


@pytest.fixture(scope="session")
def used() -> Used:
    """What the source text of the kitchen sink uses."""
    return Used(ARTICLE)


@pytest.fixture(scope="session")
def article(used: Used) -> Article:
    """The tree."""
    assert [str(finding) for finding in used.findings] == []
    assert used.article is not None
    return used.article


def _directives() -> Iterator[tuple[str, Any]]:
    known = {*directives._directive_registry, *directives._directives}
    for name in sorted(known):
        directive, _ = directives.directive(name, en, utils.new_document("", frontend.get_default_settings()))
        yield name, directive


def test_every_node_class_is_in_it(used: Used, article: Article) -> None:
    held = used.nodes | {node.__class__.__name__ for node in article.document.findall()}
    assert set(nodes.node_class_names) - held - set(NODES_ELSEWHERE) == set()


def test_every_directive_is_in_it(used: Used) -> None:
    known = {en.directives.get(name, name) for name, _ in _directives()}
    assert known - used.directives - set(DIRECTIVES_ELSEWHERE) == set()


def test_every_option_is_in_it(used: Used) -> None:
    shown: dict[Any, set[str]] = {}
    for name, directive in _directives():
        alike = directive if "admonitions" not in directive.__module__ else "admonition"
        shown.setdefault(alike, set()).update(option for other, option in used.options if other == name)
    missing = {
        (name, option)
        for name, directive in _directives()
        for option in directive.option_spec or ()
        if option not in shown.get(directive, shown["admonition"]) and name not in DIRECTIVES_ELSEWHERE
    }
    assert missing - set(OPTIONS_ELSEWHERE) == set()


def test_every_role_is_in_it(used: Used) -> None:
    # Languages become roles as articles use them: other tests have left theirs.
    known = {name for name in (*roles._role_registry, *roles._roles) if not name.startswith("lang-")}
    assert known - used.roles - set(ROLES_ELSEWHERE) - {"", "None"} == set()


def test_what_is_said_to_be_elsewhere_is_not_here(used: Used) -> None:
    assert used.directives & set(DIRECTIVES_ELSEWHERE) == set()
    assert used.options & set(OPTIONS_ELSEWHERE) == set()


# Both editions as a whole --------------------------------------------------------------------------------


def test_both_editions_say_what_it_says(article: Article, sink: Editions, folder: Path) -> None:
    assert [str(finding) for finding in check(article, folder, validators=False).findings] == []


@pytest.mark.slow
def test_the_validators_say_nothing(article: Article, sink: Editions, folder: Path) -> None:
    assert [str(finding) for finding in check(article, folder).findings] == []


@pytest.mark.slow
def test_the_same_bytes_again(sink: Editions, folder: Path, tmp_path: Path) -> None:
    again = build_one(ARTICLE, Order(folder=tmp_path))
    assert not again.failed
    for ending in ("pdf", "epub"):
        name = f"kitchen-sink.{ending}"
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), ending


@pytest.mark.slow
def test_it_fits_on_letter_paper(article: Article, tmp_path: Path) -> None:
    assert build_one(ARTICLE, Order(folder=tmp_path, paper="letter")).findings == []
    findings = check(article, tmp_path, validators=False).findings
    assert [str(finding) for finding in findings] == []


@pytest.mark.slow
def test_a_wrong_number_and_a_lost_header_are_seen(
    article: Article, sink: Editions, folder: Path, tmp_path: Path
) -> None:
    shutil.copy(folder / "kitchen-sink.pdf", tmp_path)
    with (
        zipfile.ZipFile(folder / "kitchen-sink.epub") as old,
        zipfile.ZipFile(tmp_path / "kitchen-sink.epub", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b' start="4"', b"", 1))
    document = article.document.deepcopy()
    document.next_node(nodes.header)[0][:] = [nodes.Text("A quick brown fox")]
    report = check(replace(article, document=document), tmp_path, validators=False)
    found = " ".join(str(finding) for finding in report.findings)
    assert '"From four, between parentheses," bears the number "(1)" instead of "(4)"' in found
    assert 'PDF: "A quick brown fox" does not stand on page 1' in found


def test_nothing_stands_above_a_heading_that_begins_a_page(sink: Editions) -> None:
    edge = 841.89 - 27 / 25.4 * 72  # the margin of styles/print.css
    first = [
        (text, place.y)
        for _, text, place in sink.pdf.outline
        if place.page > 1 and not any(char.y > place.y for char in sink.pdf.pages[place.page - 1].inner)
    ]
    assert first
    # Lower down, an image or a formula stands above it.
    assert [(text, y) for text, y in first if 3 < abs(edge - y) < 40] == []
    assert [text for text, y in first if abs(edge - y) < 3]


def test_no_heading_is_left_alone_at_the_foot(sink: Editions) -> None:
    for _, text, place in sink.pdf.outline:
        page = sink.pdf.pages[place.page - 1]
        below = [char for char in page.inner if char.y < place.y - 20 and char.y > page.foot_top]
        assert below or place.page == 1, text


# Construct by construct ----------------------------------------------------------------------------------


def part(tags: Element, title: str) -> Element:
    """The section of the PDF with a heading, without its number."""
    for section in tags.all("Sect"):
        heads = [kid for kid in section.kids if isinstance(kid, Element) and re.fullmatch("H[1-6]", kid.role)]
        if heads and re.sub(r"^§[\d.]+\s+", "", heads[0].plain) == title:
            return section
    raise AssertionError(f"there is no section {title}")


def outline(element: Element, depth: int = 9) -> list[Any]:
    """Roles, as nested lists: ``["L", ["LI", "Lbl", "LBody"]]``."""
    below = [outline(kid, depth - 1) for kid in element.kids if isinstance(kid, Element)] if depth else []
    return [element.role, *below]


def chapter(body: Any, title: str) -> Any:
    """The section of the ebook with a heading, without its number."""
    for section in body.iter(f"{XHTML}section"):
        if len(section) and re.sub(r"^§[\d.]+\s+", "", folded(text_of(section[0]))) == title:
            return section
    raise AssertionError(f"there is no section {title}")


def all_of(element: Any, path: str) -> list[Any]:
    """What an XPath without prefixes finds."""
    spelled = re.sub(r"(?<![\w@:'-])([a-z][\w-]*)(?=[\[/]|$|\s+\|)", r"h:\1", path)
    found: list[Any] = element.xpath(spelled, namespaces={"h": XHTML.strip("{}")})
    return found


def test_the_front_matter(sink: Editions, body: Any, tags: Element) -> None:
    lines = [text for line in all_of(body, ".//header")[0] if (text := folded(text_of(line)))]
    assert lines == [
        "Ministry of Tests · Constructs desk",
        "Restricted",
        "The kitchen sink",
        "Every construct of reStructuredText",
        "Anna Përkohshme, Bob Carol",
        "Ministry of Tests",
        "Directorate for Constructs Rue des Exemples 12 1000 Brussels",
        "constructs@example.org",
        "24 November 2026 · Version 3 · final",
        "© 2026 Ministry of Tests. Free to copy.",
        "Not to be passed on without the consent of the desk",
    ]
    printed = [kid.plain for kid in tags.of("Art")[0].kids[:8]]
    assert printed == lines[2:-1]
    titles = [[kid.plain for kid in section.of("P")] for section in tags.of("Art")[0].of("Sect")[:2]]
    assert [title[0] for title in titles] == ["Dedication", "Abstract"]
    for kind in ("dedication", "abstract"):
        assert len(all_of(body, f".//div[@role='doc-{kind}']")) == 1


def test_header_and_footer_are_on_each_page_of_print(sink: Editions) -> None:
    for number, page in enumerate(sink.pdf.pages):
        assert "Ministry of Tests · Constructs desk" in folded(page.head)
        assert "Not to be passed on without the consent of the desk" in folded(page.foot)
        assert ("Kitchen sink" in page.head) == bool(number)
        assert "24 November 2026" in page.foot
    # They are page furniture, and what is furniture has no link.
    assert [link for link in sink.pdf.links if link.uri == "https://desk.example.org/"] == []


def test_the_records_of_both_files(sink: Editions, folder: Path) -> None:
    import pikepdf

    assert sink.epub.values("title") == ["The kitchen sink of reStructuredText"]
    assert sink.epub.values("description") == ["All constructs in one article"]
    assert sink.epub.values("subject") == ["constructs", "markup", "tests"]
    assert sink.epub.values("rights") == ["© 2026 Ministry of Tests. Free to copy."]
    with pikepdf.open(folder / "kitchen-sink.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == "The kitchen sink of reStructuredText"
        assert str(pdf.docinfo["/Subject"]) == "All constructs in one article"
        assert str(pdf.docinfo["/Keywords"]) == "constructs, markup, tests"


def test_numbers_of_sections_are_the_same_everywhere(article: Article, sink: Editions, body: Any) -> None:
    titles = [folded(title.astext()) for title in article.document.findall(nodes.title)]
    titles = [title for title in titles if title.startswith("§")]
    assert titles[:4] == [
        "§1. Paragraphs and words",
        "§1.1. Inline markup",
        "§1.2. Paragraphs",
        "§1.3. Substitutions",
    ]
    headed = [folded(text_of(head)) for head in all_of(body, ".//h2 | .//h3 | .//h4")]
    bare = [re.sub(r"\[\d+\]", "", head).strip() for head in headed if head.startswith("§")]
    assert bare == [re.sub(r"\d+$", "", title).strip() for title in titles]
    marked = [folded(text) for _, text, _ in sink.pdf.outline]
    assert [text for text in marked if text.startswith("§")] == bare
    listed = [folded(text_of(link)) for link in all_of(sink.epub.nav, ".//nav[@id='toc']//a")]
    assert [text for text in listed if text.startswith("§")] == bare


def test_contents_lists_and_the_way_back(body: Any, tags: Element) -> None:
    whole, local = (nav for nav in all_of(body, ".//nav") if "list-of" not in nav.get("class"))
    assert len(all_of(whole, "ul/li")) == 14
    assert [folded(text_of(link)) for link in all_of(local, "ul/li")] == [
        *("§1.1. Inline markup", "§1.2. Paragraphs", "§1.3. Substitutions", "§1.4. Languages")
    ]
    back = chapter(body, "Lists")[0][0]
    entry = next(link for link in all_of(whole, ".//a") if link.get("id") == back.get("href").split("#")[1])
    assert folded(text_of(entry)) == "§3. Lists"
    assert outline(part(tags, "Lists").of("H2")[0]) == ["H2", ["Link"]]
    assert len(tags.all("TOC")) == 6 + sum(1 for item in all_of(whole, "ul/li") if len(all_of(item, "ul")))


LISTS = {
    "arabic": ("decimal", "Decimal", ["1.", "2.", "3."]),
    "loweralpha paren": ("lower-alpha-paren", "LowerAlpha", ["a)", "b)"]),
    "lowerroman parens": ("lower-roman-parens", "LowerRoman", ["(i)", "(ii)", "(iii)"]),
    "auto": ("decimal", "Decimal", ["1.", "2."]),
    "from four": ("decimal-parens", "Decimal", ["(4)", "(5)"]),
    "upperalpha": ("upper-alpha", "UpperAlpha", ["A.", "B."]),
    "from the third": ("lower-alpha-paren", "LowerAlpha", ["c)", "d)"]),
    "upperalpha parens": ("upper-alpha-parens", "UpperAlpha", ["(A)", "(B)"]),
    "upperroman": ("upper-roman", "UpperRoman", ["I.", "II."]),
    "arabic paren": ("decimal-paren", "Decimal", ["1)"]),
    "lowerroman from four": ("lower-roman", "LowerRoman", ["iv.", "v."]),
    "upperroman paren": ("upper-roman-paren", "UpperRoman", ["VII)", "VIII)"]),
    "long": ("decimal", "Decimal", ["997.", "998.", "999.", "1000."]),
}
"""The numbered lists, in order: name of the counter style, kind of numbers in a PDF, labels."""


def test_every_numbering(body: Any, tags: Element) -> None:
    printed = part(tags, "Enumerated lists").all("L")
    assert [
        (str(found.attributes()["ListNumbering"])[1:], [item.of("Lbl")[0].plain for item in found.of("LI")])
        for found in printed
    ] == [(kind, labels) for _, kind, labels in LISTS.values()]
    css = "".join(built_in(name) for name in ("text", "ebook"))
    shown = all_of(chapter(body, "Enumerated lists"), ".//ol")
    for element, (style, _, labels) in zip(shown, LISTS.values(), strict=True):
        names = element.get("class").split()
        rules = [name for selector, name in re.findall(r"ol((?:\.\w+)+) \{ list-style-type: ([\w-]+)", css)
                 if set(selector[1:].split(".")) <= set(names)]  # fmt: skip
        assert (rules or ["decimal"])[-1] == style
        assert style in {"decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"} or (
            f"@counter-style {style} " in css
        )
        assert len(element) == len(labels)


def test_every_other_list(body: Any, tags: Element) -> None:
    terms = part(tags, "Definition lists").of("L")[0]
    assert [item.of("Lbl")[0].plain for item in terms.of("LI")] == [
        "term",
        "term with a classifier : noun",
        "term with markup : noun : English : plural",
        "a nested list",
    ]
    assert all(outline(item, 1) == ["LI", ["Lbl"], ["LBody"]] for item in terms.of("LI"))
    assert len(all_of(chapter(body, "Definition lists"), ".//dt")) == 5
    for title, count in (("Field lists", 5), ("Option lists", 7)):
        rows = all_of(chapter(body, title), "dl/div")
        assert [[child.tag.removeprefix(XHTML) for child in row] for row in rows] == [["dt", "dd"]] * count
        assert len(part(tags, title).of("L")[0].of("LI")) == count
    options = part(tags, "Option lists").of("L")[0].of("LI")
    assert [outline(item.of("Lbl")[0], 1) for item in options] == [["Lbl", ["Code"]]] * 7
    assert [item.of("Lbl")[0].plain for item in options][3:5] == [
        *("--input=FILE", "-o FILE, --output=FILE, --out FILE")
    ]
    bullets = part(tags, "Bullet lists").all("L")
    assert [str(found.attributes()["ListNumbering"]) for found in bullets] == [
        *("/Disc", "/Circle", "/Square", "/Square")
    ]
    lines = all_of(chapter(body, "Line blocks"), ".//div[@class='line']")
    assert len(lines) == 7
    assert outline(part(tags, "Line blocks"), 3)[2] == [
        "Div", ["P"], ["Div", ["P"], ["Div"], ["P"]], ["P"], ["P"],
    ]  # fmt: skip


def test_quotations(body: Any, tags: Element) -> None:
    quotes = all_of(chapter(body, "Block quotes"), ".//blockquote")
    assert [quote.get("class") for quote in quotes] == [
        None,
        None,
        None,
        None,
        "epigraph",
        "highlights",
        "pull-quote",
    ]
    assert [
        folded(text_of(line)) for line in all_of(chapter(body, "Block quotes"), ".//p[@class='attribution']")
    ] == [*("—Somebody, Somewhere", "—Somebody else", "—A desk officer")]
    assert len(part(tags, "Block quotes").all("BlockQuote")) == 7


def test_code(body: Any, tags: Element) -> None:
    for title, count in (("Literal blocks", 4), ("Code", 6)):
        assert len(all_of(chapter(body, title), ".//pre")) == count
        blocks = [block for block in part(tags, title).of("P") if block.of("Code")]
        assert len(blocks) == count
    doctest = all_of(chapter(body, "Literal blocks"), ".//pre[@class='code doctest']")[0]
    assert {mark.get("class") for mark in doctest.iter(f"{XHTML}span")} >= {
        "gp",
        "kn",
        "nb",
        "s2",
        "c1",
        "go",
    }
    assert len(all_of(chapter(body, "Code"), ".//small[@class='ln']")) == 2
    # In code, one-letter classes are Pygments': they are not the elements of that name.
    assert all_of(chapter(body, "Code"), ".//s | .//u | .//q | .//del | .//kbd") == []


def test_tables(body: Any, tags: Element) -> None:
    for title, count in (("Grid and simple", 6), ("Lists and commas", 3)):
        assert len(all_of(chapter(body, title), ".//table")) == len(part(tags, title).all("Table")) == count
    grid = part(tags, "Grid and simple").all("Table")[0]
    spans = [
        (cell.attributes().get("ColSpan", 1), cell.attributes().get("RowSpan", 1)) for cell in grid.all("TD")
    ]
    assert (3, 1) in spans
    assert (2, 2) in spans
    listed = part(tags, "Lists and commas").all("Table")[0]
    assert listed.of("Caption")[0].plain == "Table 4. A list table"
    assert len(listed.of("THead")[0].of("TR")) == 2
    assert [outline(row, 1) for row in listed.of("TBody")[0].of("TR")] == [["TR", ["TH"], ["TD"], ["TD"]]] * 2
    aligned = [table.get("class") for table in all_of(body, ".//table[contains(@class, 'align-')]")]
    assert sum("align-center" in name for name in aligned) == 2
    assert sum("align-right" in name for name in aligned) == 1


def test_images_and_figures(body: Any, tags: Element) -> None:
    images = all_of(chapter(body, "Single images"), ".//img")
    assert [image.get("alt").split(",")[0] for image in images] == [
        "Map of two countries",
        "Five bars",
        "Hills below a blue sky",
        "The seal: a blue ring around a golden disc",
    ]
    chart = images[1].getparent()
    assert (chart.tag, chart.get("style")) == (
        f"{XHTML}a",
        "width: 192px",
    )  # 480 pixels, scaled to 40 per cent
    assert "align-left" in images[3].getparent().get("class")
    figures = all_of(chapter(body, "Figures"), ".//figure")
    assert [figure.get("style") for figure in figures] == [None, "width: 45%", "width: 120px", None]
    assert all_of(figures[0], "figcaption/div[@class='legend']/table")
    printed = part(tags, "Figures").of("Div")
    assert [kid.role for kid in printed[0].kids][:2] == ["Figure", "Caption"]
    assert len(part(tags, "Figures").all("Figure")) == 4
    # The legend follows the caption: it is no part of it.
    assert [found.all("Table") for found in part(tags, "Figures").all("Caption")] == [[], [], []]
    assert len(printed[0].all("Table")) == 1


def test_linked_images_can_be_pressed_all_over(sink: Editions) -> None:
    for address, width in (("https://chart.example.org/", 144), ("https://figure.example.org/", 173)):
        (link,) = [link for link in sink.pdf.links if link.uri == address]
        left, low, right, high = link.rect
        assert abs(right - left - width) < 3, address
        assert high - low > 60, address


def test_boxes(body: Any, tags: Element) -> None:
    boxes = all_of(chapter(body, "Admonitions"), "aside")
    assert [folded(text_of(box[0])) for box in boxes] == [
        *("Attention", "Caution", "Danger", "Error", "Hint", "Important", "Note", "Tip", "Warning"),
        "And, by the way, in a box",
    ]
    others = chapter(body, "Sidebar, topic, rubric")
    assert [sorted(box.get("class").split()) for box in all_of(others, ".//aside")] == [
        *(["sidebar", "small"], ["summary", "topic"])
    ]
    assert [line.get("class") for line in all_of(others, ".//aside/p")][:2] == [
        "sidebar-title",
        "sidebar-subtitle",
    ]
    assert folded(text_of(all_of(others, "p[contains(@class, 'rubric')]")[0])) == "A rubric"
    asides = [element for element in tags.walk() if str(element.raw.get("/S")) == "/Aside"]
    assert len(asides) == 13


def test_classes_are_kept_in_both(body: Any, article: Article) -> None:
    from pipeline.write.print.edition import article_xhtml

    printed = article_xhtml(article)
    for name in (
        "lead special",
        "several",
        "box wide",
        "compound",
        "snippet",
        "loud",
        "aside",
        "map",
        "landscape",
    ):
        for word in name.split():
            assert re.search(rf'class="[^"]*\b{word}\b', printed), word
            assert all_of(body, f".//*[contains(concat(' ', @class, ' '), ' {word} ')]"), word


def test_headings_of_every_level(body: Any, tags: Element) -> None:
    names = (
        (head.tag.removeprefix(XHTML), head.get("aria-level")) for head in chapter(body, "Headings").iter()
    )
    tags_found = [(name, level) for name, level in names if re.fullmatch("h[2-6]", name)]
    assert tags_found[:7] == [
        *(("h2", None), ("h3", None), ("h4", None), ("h5", None), ("h6", None), ("h6", "7"), ("h6", "8"))
    ]
    printed = [
        str(element.raw.S)
        for element in part(tags, "Headings").walk()
        if re.match("/H[1-9]", str(element.raw.S))
    ]
    assert printed[:7] == ["/H2", "/H3", "/H4", "/H5", "/H6", "/H7", "/H8"]


def test_notes_of_every_kind(sink: Editions) -> None:
    assert set(sink.epub.notes) == set(range(1, 18))
    assert sink.pdf.notes.keys() == sink.epub.notes.keys()
    assert folded(sink.epub.notes[16].text).endswith("A second paragraph of the citation.")


# Colours -------------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


LIGHT = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", built_in("theme")))
DARK = {
    **LIGHT,
    **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", built_in("ebook").partition("Dark mode")[2])),
}
PAPERS = {"light": (LIGHT, "#ffffff"), "dark": (DARK, "#14181d")}


@pytest.mark.parametrize("mode", PAPERS)
def test_code_and_boxes_can_be_read_in_any_light(mode: str) -> None:
    colours, paper = PAPERS[mode]
    used = set(re.findall(r"[^-]color: var\(--([\w-]+)\)", built_in("text") + built_in("ebook")))
    assert used >= {"accent", "muted", "string", "number", "name", "good", "warn", "fault", "ink"}
    assert used <= colours.keys()
    for name in used:
        grounds = (
            [colours["tint"], paper] if name != "fault" else [colours["fault-tint"], colours["tint"], paper]
        )
        for ground in grounds:
            assert _contrast(colours[name], ground) >= 4.5, (name, ground)


def test_every_colour_of_light_has_one_of_dark() -> None:
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", built_in("ebook").partition("Dark mode")[2]))
    assert dark.keys() == LIGHT.keys()


def test_every_token_that_pygments_makes_here_has_a_look(body: Any) -> None:
    """Punctuation, white space and plain names are black; everything else has a rule."""
    plain = {"w", "p", "n", "o", "nb", "bp", "nx", "go", "nv", "x", "ln", "err", "pm", "vm", "fm"}
    css = built_in("text")
    ruled = set(re.findall(r"\.(\w{1,3})(?=[,)\s])", css))
    made = {
        name
        for mark in all_of(body, ".//pre[contains(@class, 'code')]//span[@class]")
        for name in mark.get("class").split()
        if len(name) < 4
    }
    assert made - ruled - plain == set()
