"""XHTML from the tree, written once for both editions: docutils' HTML5 translator, and what a `Dialect` says.

The translator computes no number and resolves no reference: the tree has them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from docutils import nodes
from docutils.writers.html5_polyglot import HTMLTranslator

from pipeline.tree.labels import direction_of, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import OWN, fault, fault_block, infobox, infobox_row, infobox_value, note_list
from pipeline.write.dialect import Dialect
from pipeline.write.pages import BLOCK

BACK_ARROW: Final = "\u21a9\ufe0e"  # with the selector that keeps it from being drawn as an emoji


def same_page(name: str) -> str:
    """The address of an id when everything is on one page."""
    return f"#{name}"


class Translator(HTMLTranslator):
    """Writes the nodes of one article.

    :param document: a copy of the tree that this translator may change.
    :param dialect: the edition.
    :param link: gives the address of an id.
    :param media: gives the address of an image from its path below the source root.
    :param prefix: put before every id, where several articles share a page.
    """

    special_characters: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord('"'): "&quot;", ord(">"): "&gt;"}

    def __init__(
        self,
        document: nodes.document,
        dialect: Dialect,
        link: Callable[[str], str] = same_page,
        media: Callable[[str], str] = str,
    ) -> None:
        super().__init__(document)
        self.dialect = dialect
        self.link = link
        self.media = media
        self.blocks = {node: number for number, node in enumerate(document.findall(_is_block), start=1)}
        self.metadata = metadata_of(document)
        self.labels = labels_for(self.metadata.language)
        self.notes = {name: note for note in document.findall(nodes.footnote) for name in note["ids"]}
        self.foot = dialect.foot_notes and self.metadata.notes != "end"
        self._drop_entries()
        self.placed: set[str] = set()
        self.waiting: list[nodes.footnote] = []
        self.in_foot = False
        self.held = 0
        self.copying = False
        self.hidden: frozenset[str] = frozenset()
        # Calls inside notes that stand both at the foot of a page, where they count, and in the list.
        self.doubled = {
            name
            for note in self.notes.values()
            if self.at_foot(note) and self.listed(note)
            for call in note.findall(nodes.footnote_reference)
            for name in call["ids"]
        }
        self.back_links_at: nodes.Node | None = None

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
        listing = [child for child in section if isinstance(child, note_list)]
        return not listing or any(self.listed(note) for part in listing for note in part)

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
            node["ids"] = [f"foot-{name}" for name in node["ids"]] if call else []
        tags = [name for name in node.get("classes", ()) if name.startswith("language-")]
        if tags:
            atts["dir"] = direction_of(tags[0].removeprefix("language-"))
        return str(super().starttag(node, tagname, suffix, empty, **atts))

    def semantics(self, kind: str, role: str) -> dict[str, Any]:
        """``epub:type`` and ``role``, where the edition has them."""
        return {"epub:type": kind, "role": role} if self.dialect.semantics else {}

    # Notes -----------------------------------------------------------------------------------------------

    def listed(self, note: nodes.footnote) -> bool:
        """Whether the note stands in the list of notes (always in an ebook)."""
        return not self.foot or self.metadata.notes != "foot" or "long" in note["classes"]

    def at_foot(self, note: nodes.footnote) -> bool:
        """Whether the note stands at the foot of a page."""
        return self.foot and "long" not in note["classes"]

    def check_simple_list(self, node: nodes.Element) -> bool:
        """As docutils', which does not know our nodes: a list that holds one of them is not simple."""
        return node.next_node(_is_own) is None and bool(super().check_simple_list(node))

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """The call of a note: a link to its text; before the first one, what stands at the foot of its page.

        Before, not behind it: WeasyPrint 70 loses a note whose place is where a line ends.
        """
        note = self.notes[node["refid"]]
        at_foot = self.at_foot(note)
        if at_foot and note["ids"][0] not in self.placed:
            self.placed.add(note["ids"][0])
            self.waiting.append(note)
        self._place_waiting()
        href = f"#foot-{note['ids'][0]}" if at_foot else self.link(note["ids"][0])
        atts: dict[str, Any] = {"href": href, **self.semantics("noteref", "doc-noteref")}
        if self.dialect.foot_notes:
            atts["data-contents"] = f"{self.labels['note']} {{}}"
        self.body.append(self.starttag(node, "a", "", CLASS="noteref", **atts))

    def depart_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """Close the call."""
        self.body.append("</a>")

    def _place_waiting(self) -> None:
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
        self.body.append(
            f'<span class="foot" id="foot-{name}">'
            f'<a class="foot-number" href="{call}" data-contents="{back}">{note[0].astext()}</a>'
        )
        self.in_foot, self.copying = True, self.listed(note)
        copy = note.deepcopy()  # docutils' visitors change what they visit
        copy.parent = note.parent
        for child in copy[1:]:
            child.walkabout(self)
        self.in_foot = self.copying = False
        self.body.append("</span>")

    def visit_note_list(self, node: note_list) -> None:
        """The notes of a section."""
        self.body.append(self.starttag(node, "div", CLASS="note-list"))

    def depart_note_list(self, node: note_list) -> None:
        """Close the list."""
        self.body.append("</div>\n")

    def visit_footnote(self, node: nodes.footnote) -> None:
        """A note in the list: number, text, and one way back for each call."""
        if not self.listed(node):
            raise nodes.SkipNode
        self.body.append(
            self.starttag(node, "div", CLASS="note", **self.semantics("footnote", "doc-footnote"))
        )
        self.body.append(f'<p class="note-number">{node[0].astext()}</p>\n')
        self.body.append('<div class="note-text">\n')
        self.back_links_at = node[-1] if isinstance(node[-1], nodes.paragraph) else None

    def depart_footnote(self, node: nodes.footnote) -> None:
        """The ways back stand in the last paragraph, or in one of their own."""
        if not isinstance(node[-1], nodes.paragraph):
            self.body.append(f'<p class="back-links">{self._back_links(node)}</p>\n')
        self.back_links_at = None
        self.body.append("</div></div>\n")

    def visit_label(self, node: nodes.label) -> None:
        """The number is written with the note."""
        raise nodes.SkipNode

    def depart_label(self, node: nodes.label) -> None:
        """Nothing to close."""

    def _to_call(self, name: str) -> str:
        return self.link(f"foot-{name}" if name in self.doubled else name)

    def _back_links(self, note: nodes.footnote) -> str:
        calls: list[str] = note["backrefs"]
        if self.dialect.cited_pages:
            calls = [call for call in calls if call not in self.hidden]
            label = self.labels["cited" if len(calls) == 1 else "cited-many"]
            number = self.encode(self.labels["page"].partition("{page}")[0]) + "{}"
            pages = "".join(
                f'<a class="cited-page" href="{self._to_call(call)}" data-contents="{number}"></a>'
                for call in calls
            )
            return f'<span class="cited">{label}\u00a0{pages}</span>' if calls else ""
        parts = []
        for index, call in enumerate(calls, start=1):
            number = f"<sup>{index}</sup>" if len(calls) > 1 else ""
            label = self.encode(f"{self.labels['back']}: {self.labels['note']} {note[0].astext()}")
            label += f" ({index})" if len(calls) > 1 else ""
            role = ' role="doc-backlink"' if self.dialect.semantics else ""
            parts.append(
                f'<a class="back-link" href="{self.link(call)}"{role} aria-label="{label}">'
                f"{BACK_ARROW}{number}</a>"
            )
        return "\u00a0".join(parts)

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """A paragraph."""
        self.body.append(self.starttag(node, "p", ""))

    def depart_paragraph(self, node: nodes.paragraph) -> None:
        """The last paragraph of a listed note ends with the ways back to its calls."""
        if self.back_links_at is not None and node is self.back_links_at and not self.copying:
            links = self._back_links(node.parent)
            self.body.append(f" {links}" if links else "")
        self.body.append("</p>\n")

    # Infobox ---------------------------------------------------------------------------------------------

    def visit_infobox(self, node: infobox) -> None:
        """One real table; its title is the caption. What stands beside the text has a frame to float in."""
        kind = f"infobox infobox-{node['type']}"
        if "wide" not in node["classes"]:
            self.body.append('<div class="infobox-frame">')
        self.body.append(self.starttag(node, "table", CLASS=kind))

    def depart_infobox(self, node: infobox) -> None:
        """Close the table."""
        if any(isinstance(child, infobox_row) and not _heads(child) for child in node):
            self.body.append("</tbody>")
        self.body.append("</table>\n" if "wide" in node["classes"] else "</table></div>\n")

    def visit_infobox_title(self, node: nodes.Element) -> None:
        """The caption of the table."""
        self.body.append(self.starttag(node, "caption", ""))
        self.held += 1

    def depart_infobox_title(self, node: nodes.Element) -> None:
        """Close the caption."""
        self.held -= 1
        self.body.append("</caption>\n")

    def visit_infobox_row(self, node: infobox_row) -> None:
        """A row; one whose values head the columns is the head of the table."""
        head = _heads(node)
        rows = [child for child in node.parent if isinstance(child, infobox_row)]
        before = rows[rows.index(node) - 1] if rows.index(node) else None
        if head and (before is None or not _heads(before)):
            self.body.append("<thead>")
        elif not head and (before is None or _heads(before)):
            self.body.append("<tbody>")
        self.body.append(self.starttag(node, "tr", ""))
        self.held = int(head and not all(_heads(row) for row in rows))

    def depart_infobox_row(self, node: infobox_row) -> None:
        """Fill the columns without a value; close the head."""
        values = [child for child in node if isinstance(child, infobox_value)]
        columns = node.parent["cols"]
        last = max((value.get("colnum", columns) for value in values), default=0)
        self.body.append("<td></td>" * (columns - last))
        self.body.append("</tr>\n")
        following = node.next_node(infobox_row, descend=False, siblings=True)
        if _heads(node) and (following is None or not _heads(following)):
            self.body.append("</thead>\n")

    def visit_infobox_label(self, node: nodes.Element) -> None:
        """The row's header."""
        self.body.append(self.starttag(node, "th", "", scope="row"))

    def depart_infobox_label(self, node: nodes.Element) -> None:
        """Close the row's header."""
        self.body.append("</th>")

    def visit_infobox_value(self, node: infobox_value) -> None:
        """A value in its column; a lone paragraph needs no tag of its own."""
        previous = node.parent[node.parent.index(node) - 1]
        before = previous.get("colnum", 0) if isinstance(previous, infobox_value) else 0
        column, columns = node.get("colnum"), node.parent.parent["cols"]
        atts: dict[str, Any] = {"scope": "col"} if _heads(node.parent) else {}
        if column is None and columns > 1:
            atts["colspan"] = columns
        self.body.append("<td></td>" * ((column or 1) - before - 1))
        self.context.append("th" if _heads(node.parent) else "td")
        self.body.append(self.starttag(node, self.context[-1], "", **atts))
        self._place_waiting()
        blocks = [child for child in node if isinstance(child, nodes.paragraph)]
        if len(blocks) == 1 and isinstance(node[-1], nodes.paragraph) and not blocks[0]["ids"]:
            node.remove(blocks[0])
            if len(node):
                node += nodes.Text(" ")
            node += blocks[0].children

    def depart_infobox_value(self, node: infobox_value) -> None:
        """Close the cell."""
        self.body.append(f"</{self.context.pop()}>")

    def visit_infobox_qualifier(self, node: nodes.Element) -> None:
        """What the value is more exactly."""
        self.body.append(self.starttag(node, "span", "", CLASS="qualifier"))

    def depart_infobox_qualifier(self, node: nodes.Element) -> None:
        """Close it."""
        self.body.append("</span>")

    # Sections and headings -------------------------------------------------------------------------------

    def visit_section(self, node: nodes.section) -> None:
        """A section; one that lists notes says so."""
        self.section_level += 1
        lists = any(isinstance(child, note_list) for child in node)
        atts = self.semantics("endnotes", "doc-endnotes") if lists else {}
        classes = ["notes"] if lists else []
        if not self._is_shown(node):
            self.section_level -= 1
            raise nodes.SkipNode
        self.body.append(self.starttag(node, "section", CLASS=" ".join(classes), **atts))

    def depart_section(self, node: nodes.section) -> None:
        """Close the section."""
        self.section_level -= 1
        self.body.append("</section>\n")

    def section_title_tags(self, node: nodes.title) -> tuple[str, str]:
        """Start and end tag of a heading: h2 to h6, with its plain text for the outline of a PDF."""
        level = self.section_level + 1
        tag = f"h{min(level, 6)}"
        atts: dict[str, Any] = {"aria-level": level} if level > 6 else {}
        if self.dialect.bookmarks:
            atts["data-bookmark"] = plain(node)
        return self.starttag(node, tag, "", **atts), f"</{tag}>\n"

    def visit_topic(self, node: nodes.topic) -> None:
        """A topic; a contents list that no author asked for is left to the ebook's own navigation."""
        if "auto" in node["classes"] and not self.dialect.auto_contents:
            raise nodes.SkipNode
        super().visit_topic(node)

    def visit_docinfo(self, node: nodes.docinfo) -> None:
        """The docinfo is set in the title block."""
        raise nodes.SkipNode

    # Tables and images -----------------------------------------------------------------------------------

    def visit_entry(self, node: nodes.entry) -> None:
        """A cell; header cells say what they head."""
        row, group = node.parent, node.parent.parent
        stub = group.parent.stubs[row.column]
        tag = "td"
        atts: dict[str, Any] = {}
        if isinstance(group, nodes.thead):
            tag, atts = "th", {"scope": "colgroup" if "morecols" in node else "col"}
        elif stub:
            tag, atts = "th", {"scope": "rowgroup" if "morerows" in node else "row"}
        row.column += 1 + node.get("morecols", 0)
        if "morerows" in node:
            atts["rowspan"] = node["morerows"] + 1
        if "morecols" in node:
            atts["colspan"] = node["morecols"] + 1
        self.body.append(self.starttag(node, tag, "", **atts))
        self.context.append(f"</{tag}>")
        self._place_waiting()

    def visit_thead(self, node: nodes.thead) -> None:
        """The head of a table."""
        super().visit_thead(node)
        self.held += 1

    def depart_thead(self, node: nodes.thead) -> None:
        """Close it."""
        self.held -= 1
        super().depart_thead(node)

    def visit_title(self, node: nodes.title) -> None:
        """A heading, or the caption of a table."""
        super().visit_title(node)
        self.held += isinstance(node.parent, nodes.table)

    def depart_title(self, node: nodes.title) -> None:
        """Close it."""
        self.held -= isinstance(node.parent, nodes.table)
        super().depart_title(node)

    def depart_entry(self, node: nodes.entry) -> None:
        """Close the cell."""
        self.body.append(self.context.pop())

    def visit_image(self, node: nodes.image) -> None:
        """An image by the address that the edition gives it."""
        node["uri"] = self.media(node["uri"])
        super().visit_image(node)

    # Inline ----------------------------------------------------------------------------------------------

    def visit_reference(self, node: nodes.reference) -> None:
        """A link: outside, or to an id of the article."""
        href = node["refuri"] if "refuri" in node else self._inside(node["refid"])
        kind = "external" if "refuri" in node else "internal"
        if node.get("refuri", "").endswith(node.astext()):
            kind += " url"
        suffix = "" if isinstance(node.parent, nodes.TextElement) else "\n"
        self.body.append(self.starttag(node, "a", suffix, CLASS=f"reference {kind}", href=href))

    def depart_reference(self, node: nodes.reference) -> None:
        """Close the link."""
        self.body.append("</a>")

    def _inside(self, name: str) -> str:
        note = self.notes.get(name)
        if note is not None and not self.listed(note):
            return f"#foot-{note['ids'][0]}"
        return self.link(name)

    def visit_classifier(self, node: nodes.classifier) -> None:
        """What a defined term is; a space parts it from the term."""
        self.body.append(self.starttag(node, "span", "", CLASS="classifier").replace("<", " <", 1))

    def depart_classifier(self, node: nodes.classifier) -> None:
        """Close it, and the term with the last one."""
        super().depart_classifier(node)

    def visit_literal(self, node: nodes.literal) -> None:
        """Inline code, without docutils' wrapping spans."""
        self.body.append(self.starttag(node, "code", ""))

    def depart_literal(self, node: nodes.literal) -> None:
        """Close it."""
        self.body.append("</code>")

    def visit_math(self, node: nodes.math) -> None:
        """Mathematics: MathML, or its source."""
        mark = f'{BLOCK}="{self.blocks[node]}"' if node in self.blocks else ""
        if self.dialect.mathml:
            kept, self.body = self.body, []
            with contextlib.suppress(nodes.SkipChildren):
                super().visit_math(node)
            # What is read out where MathML is not: its source.
            atts = f'{mark} alttext="{self.attval(node.astext())}"'
            self.body = [*kept, "".join(self.body).replace("<math", f"<math {atts}", 1)]
            raise nodes.SkipChildren
        tag = "pre" if isinstance(node, nodes.math_block) else "code"
        self.body.append(f'<{tag} class="math" {mark}>{self.encode(node.astext())}</{tag}>')
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.math_block) -> None:
        """Mathematics as a block."""
        if self.dialect.mathml:
            super().visit_math_block(node)
        else:
            self.visit_math(node)

    def visit_raw(self, node: nodes.raw) -> None:
        """Raw text is not let in."""
        raise nodes.SkipNode

    # Faults (drafts only) --------------------------------------------------------------------------------

    def visit_fault(self, node: fault) -> None:
        """The place of an error in a line."""
        self.body.append(self.starttag(node, "mark", "", CLASS="fault", title=node.get("title", "")))

    def depart_fault(self, node: fault) -> None:
        """The message behind it."""
        self.body.append(f' <span class="fault-message">[{self.encode(node.get("title", ""))}]</span></mark>')

    def visit_fault_block(self, node: fault_block) -> None:
        """The place of an error as a block; in a table it needs a row of its own."""
        in_table = isinstance(node.parent, infobox)
        if in_table:
            self.body.append(f'<tbody><tr><td colspan="{node.parent["cols"] + 1}">')
        self.body.append(self.starttag(node, "div", CLASS="fault"))
        message = self.encode(f"{self.labels['fault']}: {node.get('title', '')}")
        self.body.append(f'<p class="fault-message">{message}</p>\n')

    def depart_fault_block(self, node: fault_block) -> None:
        """Close it."""
        self.body.append("</div>\n")
        if isinstance(node.parent, infobox):
            self.body.append("</td></tr></tbody>")


def _is_block(node: nodes.Node) -> bool:
    """Whether a node has a number: blocks, and what may begin a page without having text."""
    return isinstance(node, nodes.Element) and (
        not isinstance(node, nodes.Inline) or isinstance(node, (nodes.image, nodes.math))
    )


def _is_own(node: nodes.Node) -> bool:
    return isinstance(node, OWN)


def _heads(row: nodes.Element) -> bool:
    return "heading" in row["classes"]


def plain(title: nodes.Element) -> str:
    """The text of a heading without note references, white space folded."""
    parts = [
        text.astext()
        for text in title.findall(nodes.Text)
        if not isinstance(text.parent, nodes.footnote_reference)
    ]
    return " ".join("".join(parts).split())
