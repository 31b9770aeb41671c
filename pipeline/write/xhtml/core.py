"""The core of the XHTML translator: its state, ids and block numbers, and the notes in their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from docutils import nodes
from docutils.writers.html5_polyglot import HTMLTranslator

from pipeline.tree.editions import keep_edition
from pipeline.tree.labels import direction_of, has_labels, labels_for, labels_marks
from pipeline.tree.languages.bidi import RIGHT
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import OWN, TABLE_NOTE, note_list
from pipeline.tree.note_order import calls_apart, follows_call, holds_only_notes
from pipeline.tree.parts import around
from pipeline.write.xhtml.attributes import BLOCK, FOOT
from pipeline.write.xhtml.dialect import Dialect

BACK_ARROW: Final = "\u21a9\ufe0e"  # with the selector that keeps it from being drawn as an emoji


def same_page(name: str) -> str:
    """The address of an id when everything is on one page."""
    return f"#{name}"


def paged(words: str) -> dict[str, str]:
    """What stands before and behind the number of a page, in one line with it: attributes of its link.

    :param words: of the labels; ``{page}`` stands for the number.
    """
    before, _, after = words.partition("{page}")
    sides = {"data-before": before, "data-after": after}
    return {name: text.replace(" ", "\u00a0") for name, text in sides.items() if text}


def element(tag: str, suffix: str = "", **atts: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two visitors of a node that is one element in both editions, and nothing else.

    :param suffix: what stands behind its start and behind its end.
    """

    def visit(self: Core, node: nodes.Element) -> None:
        self.body.append(self.starttag(node, tag, suffix, **atts))

    def depart(self: Core, node: nodes.Element) -> None:
        self.body.append(f"</{tag}>{suffix}")

    return visit, depart


class Core(HTMLTranslator):
    """Writes the nodes of one article.

    :param document: a copy of the tree that this translator may change.
    :param dialect: the edition.
    :param link: gives the address of an id.
    :param media: gives the address of an image, whose own is its path below the source root.
    """

    special_characters: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord('"'): "&quot;", ord(">"): "&gt;"}

    def __init__(
        self,
        document: nodes.document,
        dialect: Dialect,
        link: Callable[[str], str] = same_page,
        media: Callable[[nodes.image], str] = itemgetter("uri"),
    ) -> None:
        super().__init__(document)
        self.dialect = dialect
        self.link = link
        self.media = media
        self.blocks = numbered_blocks(document)
        keep_edition(document, dialect.name)  # behind the numbering, which is the same in both editions
        self.metadata = metadata_of(document)
        self.labels = labels_for(self.metadata.language)
        self.notes = {name: note for note in document.findall(nodes.footnote) for name in note["ids"]}
        self.foot = dialect.foot_notes and self.metadata.notes != "end"
        self._drop_entries()
        self.placed: set[str] = set()
        self.waiting: list[nodes.footnote] = []
        self.lacking: dict[nodes.paragraph, float] = {}
        self.in_foot = False
        self.in_cell = 0
        self.in_box = False
        self.held = 0
        self.copying = False
        self.hidden: frozenset[str] = frozenset()
        self.near: frozenset[str] = frozenset()
        self.back_links_at: nodes.Node | None = None

    @cached_property
    def doubled(self) -> frozenset[str]:
        """Calls inside notes that stand both at the foot of a page, where they count, and in the list.

        A note that nothing calls (in a draft) is only in the list.
        """
        return frozenset(
            name
            for note in self.notes.values()
            if self.at_foot(note) and self.listed(note) and note["backrefs"]
            for call in note.findall(nodes.footnote_reference)
            for name in call["ids"]
        )

    def render(self, children: Iterable[nodes.Node]) -> str:
        """XHTML of some nodes, in order."""
        kept = self.body
        self.body: list[str] = []
        for child in children:
            child.walkabout(self)
        text = "".join(self.body)
        self.body = kept
        return text

    def _drop_entries(self) -> None:
        """Take out of contents lists the sections that this edition does not show."""
        for section in self.document.findall(nodes.section):
            for link in [] if self._is_shown(section) else list(self.document.findall(nodes.reference)):
                item = link.parent.parent
                if link.get("refid") in section["ids"] and isinstance(item, nodes.list_item):
                    item.parent.remove(item)

    def _is_shown(self, section: nodes.section) -> bool:
        lists = [child for child in section if isinstance(child, note_list)]
        return not holds_only_notes(section) or any(self.listed(note) for part in lists for note in part)

    # Ids and languages -----------------------------------------------------------------------------------

    def starttag(self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **atts: Any) -> str:
        """As docutils', but a block has its number, by which each edition finds its places in the other.

        A copy of a note's text has no numbers, and no ids but those of calls: the list of notes has them.
        """
        number = self.blocks.get(node) if isinstance(node, nodes.Element) else None
        if number is not None:
            atts[BLOCK] = number
        if self.copying and isinstance(node, nodes.Element) and node.get("ids"):
            call = isinstance(node, nodes.footnote_reference)
            node = node.copy()
            node["ids"] = [f"{FOOT}{name}" for name in node["ids"]] if call else []
        if isinstance(node, nodes.entry) and node.get(HEAD):
            atts["data-head"] = node[HEAD]
        tags = [name for name in node.get("classes", ()) if name.startswith("language-")]
        if tags:
            atts["dir"] = direction_of(tags[0].removeprefix("language-"))
        elif isinstance(node, _FROM_LEFT) and (self._from_right(node) or _beside_words_from_right(node)):
            atts["dir"] = "ltr"
        return str(super().starttag(node, tagname, suffix, empty, **atts))

    def _from_right(self, node: nodes.Element) -> bool:
        """Whether the text around a node runs from right to left."""
        classes = (name for place in around(node) for name in place["classes"])
        languages = (name.removeprefix("language-") for name in classes if name.startswith("language-"))
        return direction_of(next(languages, self.metadata.language)) == "rtl"

    def inside(self, name: str) -> str:
        """The address of an id of the article; of a note that is not listed, that at the foot of its page."""
        note = self.notes.get(name)
        if note is not None and not self.listed(note):
            return f"#{FOOT}{note['ids'][0]}"
        return self.link(name)

    def semantics(self, kind: str, role: str) -> dict[str, Any]:
        """``epub:type`` and ``role``, where the edition has them."""
        return {"epub:type": kind, "role": role} if self.dialect.semantics else {}

    # Notes -----------------------------------------------------------------------------------------------

    def listed(self, note: nodes.footnote) -> bool:
        """Whether the note stands in the list of notes (always in an ebook)."""
        if TABLE_NOTE in note["classes"]:  # below its table
            return True
        return not self.foot or self.metadata.notes != "foot" or "long" in note["classes"]

    def at_foot(self, note: nodes.footnote) -> bool:
        """Whether the note stands at the foot of a page."""
        if TABLE_NOTE in note["classes"]:
            return False
        return self.foot and "long" not in note["classes"] and note["ids"][0] not in self.near

    def pointed(self, note: nodes.footnote) -> bool:
        """Whether the foot of a page says where the note is: it has no room there, and stands elsewhere."""
        return self.foot and "long" in note["classes"] and note["ids"][0] not in self.near

    def check_simple_list(self, node: nodes.Element) -> bool:
        """As docutils', which does not know our nodes: a list that holds one of them is not simple."""
        own = node.next_node(lambda child: isinstance(child, OWN))
        return own is None and bool(super().check_simple_list(node))

    def nothing(self, node: nodes.Element) -> None:
        """Visit a node that needs no element, or leave one: what is in it is written."""

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """The call of a note: a link to its text; before the first one, what stands at the foot of its page.

        Before, not behind it: WeasyPrint 70 loses a note whose place is where a line ends.
        """
        note = self.notes[node["refid"]]
        at_foot = self.at_foot(note)
        if (at_foot or self.pointed(note)) and note["ids"][0] not in self.placed:
            self.placed.add(note["ids"][0])
            self.waiting.append(note)
        raised = "sup" if self.dialect.raises else "span"
        if follows_call(node):
            apart = calls_apart(self.metadata.language)
            self.body.append(f'<{raised} class="between-calls">{apart}</{raised}>')
        self.place_waiting()
        href = f"#{FOOT}{note['ids'][0]}" if at_foot else self.link(note["ids"][0])
        atts: dict[str, Any] = {"href": href, **self.semantics("noteref", "doc-noteref")}
        if self.dialect.foot_notes:
            atts["data-contents"] = f"{self.labels['note']} {{}}"
        if self._from_right(node):
            atts["dir"] = "ltr"  # apart from the text around it: behind "1949.", it is no part of that number
        if self.dialect.raises:
            self.body.append('<sup class="call">')
        self.body.append(self.starttag(node, "a", "", CLASS="noteref", **atts))

    def depart_footnote_reference(self, node: nodes.footnote_reference) -> None:
        self.body.append("</a></sup>" if self.dialect.raises else "</a>")

    def place_waiting(self) -> None:
        """Set the notes that wait, unless inside one, or in a caption or table head.

        A head may come again on each page, and goes with its table when that does not fit: the notes called
        in it are set in the first cell below.
        """
        while self.waiting and not self.in_foot and not self.held:
            self._place(self.waiting.pop(0))

    def _place(self, note: nodes.footnote) -> None:
        """The text of a note for the foot of the page; notes called in it follow in `waiting`."""
        name = note["ids"][0]
        call = self._to_call(note["backrefs"][0]) if note["backrefs"] else "#"
        back = self.encode(f"{self.labels['back']}: {self.labels['note']} {{}}")
        # The note may be called in a passage of another language; it is written in its own or the article's.
        own = (part.removeprefix("language-") for part in note["classes"] if part.startswith("language-"))
        language = self.encode(next(own, self.metadata.language))
        if self.pointed(note) and not has_labels(self.metadata.language):
            language = "en"
        kind = "foot pointer" if self.pointed(note) else "foot"
        self.body.append(
            f'<span class="{kind}" id="{FOOT}{name}" lang="{language}" dir="{direction_of(language)}">'
            f'<a class="foot-number" href="{call}" data-contents="{back}">{note[0].astext()}</a>'
        )
        if self.pointed(note):
            sides: dict[str, Any] = paged(self.labels["see-page"])
            link = self.starttag(nodes.inline(), "a", "", CLASS="paged", href=self.link(name), **sides)
            self.body.append(f"{link}</a></span>")
            return
        self.in_foot, self.copying = True, self.listed(note)
        copy = note.deepcopy()  # docutils' visitors change what they visit
        copy.parent = note.parent
        for child in copy[1:]:
            child.walkabout(self)
        self.in_foot = self.copying = False
        self.body.append("</span>")

    def visit_note_list(self, node: note_list) -> None:
        """The notes of a section, or below a rubric: then the list says what it is, not the chapter."""
        alone = not holds_only_notes(node.parent) and "table-notes" not in node["classes"]
        atts = self.semantics("endnotes", "doc-endnotes") if alone else {}
        self.body.append(self.starttag(node, "div", CLASS="note-list", **atts))

    def depart_note_list(self, node: note_list) -> None:
        self.body.append("</div>\n")

    def visit_footnote(self, node: nodes.footnote) -> None:
        """A note in the list: number, text, and one way back for each call."""
        if not self.listed(node):
            raise nodes.SkipNode
        atts = self.semantics("footnote", "doc-footnote")
        self.body.append(self.starttag(node, "div", CLASS="note", **atts))
        self.body.append(f'<p class="note-number">{self._number(node)}</p>\n')
        self.body.append('<div class="note-text">\n')
        self.back_links_at = node[-1] if isinstance(node[-1], nodes.paragraph) else None

    def _number(self, note: nodes.footnote) -> str:
        """The number of a listed note; in print, the letter of one below its table leads back to its call."""
        label = note[0].astext()
        if TABLE_NOTE not in note["classes"] or not self.dialect.cited_pages or not note["backrefs"]:
            return label
        back = self.encode(f"{self.labels['back']}: {self.labels['note']} {{}}")
        href = self._to_call(note["backrefs"][0])
        return f'<a class="table-note-number" href="{href}" data-contents="{back}">{label}</a>'

    def depart_footnote(self, node: nodes.footnote) -> None:
        """The ways back stand in the last paragraph, or in one of their own."""
        if not isinstance(node[-1], nodes.paragraph):
            self.body.append(f'<p class="back-links">{self._back_links(node)}</p>\n')
        self.back_links_at = None
        self.body.append("</div></div>\n")

    def visit_label(self, node: nodes.label) -> None:
        """The number is written with the note."""
        raise nodes.SkipNode

    def _to_call(self, name: str) -> str:
        return self.link(f"{FOOT}{name}" if name in self.doubled else name)

    def _back_links(self, note: nodes.footnote) -> str:
        calls: list[str] = note["backrefs"]
        if self.dialect.cited_pages and TABLE_NOTE in note["classes"]:
            return ""
        if self.dialect.cited_pages:
            calls = [call for call in calls if call not in self.hidden]
            label = self.labels["cited" if len(calls) == 1 else "cited-many"]
            number = self.encode(self.labels["page"].partition("{page}")[0]) + "{}"
            pages = "".join(
                f'<a class="cited-page" href="{self._to_call(call)}" data-contents="{number}"></a>'
                for call in calls
            )
            marks = labels_marks(self.metadata.language)
            return f'<span class="cited"{marks}>{label}\u00a0{pages}</span>' if calls else ""
        parts, marks = [], labels_marks(self.metadata.language)
        for index, call in enumerate(calls, start=1):
            number = f"<sup>{index}</sup>" if len(calls) > 1 else ""
            label = self.encode(f"{self.labels['back']}: {self.labels['note']} {note[0].astext()}")
            label += f" ({index})" if len(calls) > 1 else ""
            role = ' role="doc-backlink"' if self.dialect.semantics else ""
            parts.append(
                f'<a class="back-link" href="{self.link(call)}"{role}{marks} aria-label="{label}">'
                f"{BACK_ARROW}{number}</a>"
            )
        return "\u00a0".join(parts)

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """A paragraph; one that ends with a colon, or is bold as a whole, stays with what it leads to."""
        following = node.next_node(descend=False, siblings=True)
        leads = node.astext().endswith(":") and isinstance(following, _LED_TO)
        leads = leads or (_is_bold(node) and not _is_bold(following))
        atts: dict[str, Any] = {"CLASS": "lead-in"} if leads else {}
        if node in self.lacking:  # so that the decimal signs of a column stand below one another
            atts["style"] = f"padding-right: {self.lacking[node]:g}em"
        self.body.append(self.starttag(node, "p", "", **atts))

    def depart_paragraph(self, node: nodes.paragraph) -> None:
        """The last paragraph of a listed note ends with the ways back to its calls."""
        if self.back_links_at is not None and node is self.back_links_at and not self.copying:
            links = self._back_links(node.parent)
            self.body.append(f" {links}" if links else "")
        self.body.append("</p>\n")


def _is_bold(node: nodes.Node | None) -> bool:
    """Whether a paragraph stands in the place of a heading: a question, a name."""
    if not isinstance(node, nodes.paragraph):
        return False
    inner = [child for child in node if child.astext().strip() and not isinstance(child, _CALLS)]
    return bool(inner) and all(isinstance(child, nodes.strong) for child in inner)


_CALLS: Final = (nodes.footnote_reference, nodes.citation_reference)
_LED_TO: Final = (
    *(nodes.literal_block, nodes.doctest_block, nodes.math_block, nodes.block_quote, nodes.line_block),
    *(nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.option_list),
    *(nodes.table, nodes.figure, nodes.image),
)


HEAD: Final = "column-head"
"""The attribute of an entry in which a translator keeps what heads its column."""
SCROLLING: Final = '<div class="scroll" tabindex="0">\n'
"""Opens the box of what may be wider than a screen. A finger moves it, and the keys when it has the focus."""
_FROM_LEFT: Final = (nodes.literal, nodes.literal_block, nodes.doctest_block, nodes.math, nodes.math_block)
"""What runs from left to right in the text of any language: code and formulas."""


_RIGHT: Final = re.compile(f"[{RIGHT}]")


def _beside_words_from_right(node: nodes.Element) -> bool:
    """Whether the numbers of inline code could take after a word from the right in its paragraph."""
    return isinstance(node.parent, nodes.TextElement) and bool(_RIGHT.search(node.parent.astext()))


def numbered_blocks(document: nodes.document) -> dict[nodes.Element, int]:
    """The blocks of a tree, with their numbers, and what may begin a page without having text."""
    return {node: number for number, node in enumerate(document.findall(_is_block), start=1)}


def _is_block(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and (
        not isinstance(node, nodes.Inline) or isinstance(node, (nodes.image, nodes.math))
    )
