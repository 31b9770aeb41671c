"""XHTML from the tree, written once for both editions: docutils' HTML5 translator, and what a `Dialect` says.

The translator computes no number and resolves no reference: the tree has them.
"""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes

from pipeline.tree.mathml import mathml
from pipeline.tree.nodes import (
    COLUMN,
    LIST_OF,
    fault,
    fault_block,
    index_list,
    infobox,
    infobox_value,
    note_list,
    page_break,
)
from pipeline.tree.note_order import holds_only_notes
from pipeline.write.math import outlines
from pipeline.write.math.mathml import breakable
from pipeline.write.xhtml.blocks import BlockVisitors
from pipeline.write.xhtml.charts import ChartVisitors
from pipeline.write.xhtml.core import SCROLLING
from pipeline.write.xhtml.infobox import InfoboxVisitors
from pipeline.write.xhtml.numbers import NUMERIC, aligned_columns, fractions, holds_number, numeric_columns
from pipeline.write.xhtml.references import ReferenceVisitors
from pipeline.write.xhtml.soft_hyphens import BOX, CELL, softened
from pipeline.write.xhtml.word_breaks import parted

LANDMARKS: Final = {"list-of-figures": "loi", "list-of-tables": "lot"}
"""By the class of a list, what EPUB calls it (EPUB Structural Semantics Vocabulary 1.1)."""
_BOXES: Final = (nodes.Admonition, nodes.topic, nodes.sidebar)
WIDE: Final = 24
"""Characters. A displayed formula with more, which can't be broken, may be wider than a small screen."""


class Translator(BlockVisitors, ChartVisitors, InfoboxVisitors, ReferenceVisitors):
    """Writes sections, tables, images, inline markup and the faults of drafts.

    Parameters: those of `Core`.
    """

    # Sections and headings -------------------------------------------------------------------------------

    def visit_section(self, node: nodes.section) -> None:
        """A section; one that lists notes or holds the index says so."""
        self.section_level += 1
        lists = holds_only_notes(node)
        atts = self.semantics("endnotes", "doc-endnotes") if lists else {}
        if any(isinstance(child, index_list) for child in node):
            atts = self.semantics("index", "doc-index")
        classes = ["notes"] if lists else []
        if not self._is_shown(node):
            self.section_level -= 1
            raise nodes.SkipNode
        self.body.append(self.starttag(node, "section", CLASS=" ".join(classes), **atts))

    def visit_rubric(self, node: nodes.rubric) -> None:
        """A rubric; print has none above notes that stand at the foot of pages alone."""
        following = node.next_node(descend=False, siblings=True)
        if isinstance(following, note_list) and not any(self.listed(note) for note in following):
            raise nodes.SkipNode
        super().visit_rubric(node)
        if self.dialect.strong_titles:
            self.body.append("<strong>")

    def depart_rubric(self, node: nodes.rubric) -> None:
        if self.dialect.strong_titles:
            self.body.append("</strong>")
        super().depart_rubric(node)

    def depart_section(self, node: nodes.section) -> None:
        self.section_level -= 1
        self.body.append("</section>\n")

    def section_title_tags(self, node: nodes.title) -> tuple[str, str]:
        """Start and end tag of a heading: h2 to h6, with its plain text for the outline of a PDF."""
        level = self.section_level + 1
        tag = f"h{min(level, 6)}"
        atts: dict[str, Any] = {"aria-level": level} if level > 6 else {}
        if self.dialect.bookmarks:
            atts["data-bookmark"] = plain(node)
        start, end = self.starttag(node, tag, "", **atts), f"</{tag}>\n"
        if "refid" in node:  # the way back to the contents list, where the author wants one (``:backlinks:``)
            start += f'<a class="toc-backref" href="{self.inside(node["refid"])}">'
            end = f"</a>{end}"
        return start, end

    def visit_topic(self, node: nodes.topic) -> None:
        """A topic; a contents list that no author asked for is left to the ebook's own navigation."""
        if "auto" in node["classes"] and not self.dialect.auto_contents:
            raise nodes.SkipNode
        if LIST_OF not in node["classes"]:
            super().visit_topic(node)
            return
        kinds = [kind for name, kind in LANDMARKS.items() if name in node["classes"]]
        atts: dict[str, Any] = {"epub:type": kinds[0]} if kinds and self.dialect.semantics else {}
        node.html5tagname = "nav"
        atts["aria-label"] = plain(node[0])
        self.body.append(self.starttag(node, "nav", **atts))

    def visit_page_break(self, node: page_break) -> None:
        """Where print begins a new page; the pages of an ebook are its reader's."""
        if self.dialect.page_breaks:
            self.body.append('<div class="page-break"></div>\n')
        raise nodes.SkipNode

    def visit_docinfo(self, node: nodes.docinfo) -> None:
        """The docinfo is set in the title block."""
        raise nodes.SkipNode

    # Tables and images -----------------------------------------------------------------------------------

    def visit_row(self, node: nodes.row) -> None:
        """A row; cells of the rows above may reach down into it."""
        super().visit_row(node)
        reach: dict[int, int] = getattr(node.parent, "reach", {})
        node.taken = frozenset(reach)
        node.parent.reach = {column: rows - 1 for column, rows in reach.items() if rows > 1}

    def visit_entry(self, node: nodes.entry) -> None:
        """A cell; header cells say what they head."""
        row, group = node.parent, node.parent.parent
        while row.column in row.taken:
            row.column += 1
        stub = group.parent.stubs[row.column]
        if "morerows" in node:
            columns = range(row.column, row.column + 1 + node.get("morecols", 0))
            group.reach |= dict.fromkeys(columns, node["morerows"])
        tag = "td"
        atts: dict[str, Any] = {}
        if isinstance(group, nodes.thead):
            tag, atts = "th", {"scope": "colgroup" if "morecols" in node else "col"}
        elif stub:
            tag, atts = "th", {"scope": "rowgroup" if "morerows" in node else "row"}
        inner = ["not-first"] if row.column and node is row[0] else []
        inner += self._aligned(group.parent, row.column, "morecols" in node)
        row.column += 1 + node.get("morecols", 0)
        if row.column < len(group.parent.stubs) and node is row[-1]:
            inner.append("not-last")
        if "morerows" in node:
            atts["rowspan"] = node["morerows"] + 1
        if "morecols" in node:
            atts["colspan"] = node["morecols"] + 1
        if NUMERIC in inner and tag == "td" and self._from_right(node) and holds_number(node):
            atts["dir"] = "ltr"  # a sign stands before its number in every language
        if inner:
            atts["CLASS"] = " ".join(inner)
        self.body.append(self.starttag(node, tag, "", **atts))
        self.in_cell += 1
        self.context.append(f"</{tag}>")
        self.place_waiting()

    def _aligned(self, group: nodes.tgroup, column: int, spans: bool) -> list[str]:
        """The classes by which a cell is aligned: as the author says, or as a number among numbers."""
        if not hasattr(group, "numeric"):
            group.numeric, group.aligned = numeric_columns(group), aligned_columns(group)
            for spec in group.findall(nodes.colspec):
                spec["classes"] = [name for name in spec["classes"] if not name.startswith(COLUMN)]
        if column in group.aligned:
            return [group.aligned[column]] if not spans else []
        return [NUMERIC] if column in group.numeric and not spans else []

    def visit_tgroup(self, node: nodes.tgroup) -> None:
        """The columns of a table: how their cells are aligned is known before the first one."""
        super().visit_tgroup(node)
        self.lacking |= fractions(node, self.metadata.language)  # numbers run from the left in any text
        self._aligned(node, 0, False)

    def visit_thead(self, node: nodes.thead) -> None:
        """The head of a table."""
        super().visit_thead(node)
        self.held += 1

    def depart_thead(self, node: nodes.thead) -> None:
        self.held -= 1
        super().depart_thead(node)

    def visit_title(self, node: nodes.title) -> None:
        """A heading, the caption of a table, or the title of a box."""
        super().visit_title(node)
        if self.dialect.strong_titles and isinstance(node.parent, _BOXES):
            self.body.append("<strong>")
            self.context[-1] = f"</strong>{self.context[-1]}"
        self.held += isinstance(node.parent, nodes.table)

    def depart_title(self, node: nodes.title) -> None:
        self.held -= isinstance(node.parent, nodes.table)
        super().depart_title(node)

    def depart_entry(self, node: nodes.entry) -> None:
        self.in_cell -= 1
        self.body.append(self.context.pop())

    def visit_image(self, node: nodes.image) -> None:
        """An image by the address that the edition gives it."""
        node["uri"] = self.media(node)
        if not isinstance(node.parent, (nodes.TextElement, nodes.figure, infobox_value)):
            node["classes"].append("block-image")
        super().visit_image(node)

    def visit_Text(self, node: nodes.Text) -> None:
        """Words; the long ones in the cells of an ebook may be divided, and print is told what a word is."""
        parent, text = node.parent, node.astext()
        shown = text
        if isinstance(parent, _UNDIVIDED):
            pass
        elif not self.dialect.scrolls:
            shown = parted(text)
        elif (self.in_cell or self.in_box) and not _is_address(parent):
            least = CELL if self.in_cell else BOX
            shown = softened(text, parent.get_language_code(self.metadata.language), least)
        if shown != text:
            self.body.append(self.encode(shown))
        else:
            super().visit_Text(node)

    # Inline ----------------------------------------------------------------------------------------------

    def visit_reference(self, node: nodes.reference) -> None:
        """A link: outside, or to an id of the article."""
        href = node["refuri"] if "refuri" in node else self.inside(node["refid"])
        kind = "external" if "refuri" in node and not node.get("internal") else "internal"
        if node.get("refuri", "").endswith(node.astext()):
            kind += " url"
        block = not isinstance(node.parent, nodes.TextElement)
        atts: dict[str, Any] = {}
        if len(node) == 1 and isinstance(node[0], nodes.image):
            kind += " image-reference"
            atts = self._frame(node[0]) if block else {}
        kind += atts.pop("kind", "")
        suffix = "\n" if block else ""
        self.body.append(self.starttag(node, "a", suffix, CLASS=f"reference {kind}", href=href, **atts))

    @staticmethod
    def _frame(image: nodes.image) -> dict[str, Any]:
        """A link is as large as the image in it, and stands where the image would stand."""
        align = image.attributes.pop("align", None)
        classes = [name for name in image["classes"] if name.startswith("align-")]
        image["classes"] = [name for name in image["classes"] if name not in classes]
        atts = {"kind": " ".join(["", "block-image", *classes, *([f"align-{align}"] if align else [])])}
        if "width" in image:
            atts["style"] = f"width: {image['width']}"
            image["width"] = "100%"
        return atts

    def depart_reference(self, node: nodes.reference) -> None:
        self.body.append("</a>")

    def visit_math(self, node: nodes.math) -> None:
        """Mathematics: MathML, or drawn."""
        block = isinstance(node, nodes.math_block)
        if self.dialect.mathml:
            # What is read out where MathML is not: its source.
            whole = mathml(node.astext(), block)
            text, longest = breakable(whole)
            scrolls = block and longest > WIDE and self.dialect.scrolls
            text = whole if scrolls else text
            atts: dict[str, Any] = {} if text == whole else {"CLASS": "long"}
            start = self.starttag(node, "math", "", alttext=node.astext(), **atts).removesuffix(">")
            text = text.replace("<math", start, 1) + ("\n" if block else "")
            self.body.append(f"{SCROLLING}{text}</div>\n" if scrolls else text)
        else:
            self._drawn_math(node, block)
        raise nodes.SkipNode

    visit_math_block = visit_math

    def _drawn_math(self, node: nodes.math | nodes.math_block, block: bool) -> None:
        """A formula as outlines, or its source where it can't be drawn."""
        try:
            inside = "".join(piece.svg() for piece in outlines.pieces(node.astext(), block))
            tag, label = ("div" if block else "span"), {"role": "math", "aria-label": node.astext()}
        except outlines.UnsetError:
            tag, label, inside = ("pre" if block else "code"), {}, self.encode(node.astext())
        start = self.starttag(node, tag, "", CLASS="math", **label)
        self.body.append(f"{start}{inside}</{tag}>" + ("\n" if block else ""))

    def visit_raw(self, node: nodes.raw) -> None:
        """Raw text is not let in."""
        raise nodes.SkipNode

    # Faults (drafts only) --------------------------------------------------------------------------------

    def visit_fault(self, node: fault) -> None:
        """The place of an error in a line."""
        self.body.append(self.starttag(node, "mark", "", CLASS="fault", title=node.get("title", "")))

    def depart_fault(self, node: fault) -> None:
        """The message behind it, from left to right in a passage that runs the other way."""
        direction = ' dir="ltr"' if self._from_right(node) else ""
        message = self.encode(node.get("title", ""))
        self.body.append(f' <span class="fault-message"{direction}>[{message}]</span></mark>')

    def visit_fault_block(self, node: fault_block) -> None:
        """The place of an error as a block; in a table it needs a row of its own."""
        if isinstance(node.parent, infobox):
            self.open_rows()
            self.body.append(f'<tr><td colspan="{node.parent["cols"] + 1}">')
            self.held = 0
            self.place_waiting()
        self.body.append(self.starttag(node, "div", CLASS="fault"))
        message = self.encode(f"{self.labels['fault']}: {node.get('title', '')}")
        self.body.append(f'<p class="fault-message">{message}</p>\n')

    def depart_fault_block(self, node: fault_block) -> None:
        self.body.append("</div>\n")
        if isinstance(node.parent, infobox):
            self.body.append("</td></tr>\n")


_UNDIVIDED: Final = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw, nodes.problematic)


def _is_address(node: nodes.Element) -> bool:
    return str(node.get("refuri", "")).endswith(node.astext()) and "refuri" in node


def plain(title: nodes.Element) -> str:
    """The text of a heading, white space folded; of an image, what it shows.

    Note references are left out, unless there is nothing else: an entry that leads to a heading needs a text
    (EPUB 3.3, section 7.3: the ``a`` of a navigation document).
    """
    parts = [
        part.astext()
        for part in title.findall(lambda node: isinstance(node, (nodes.Text, nodes.image)))
        if not isinstance(part.parent, nodes.footnote_reference)
    ]
    return " ".join("".join(parts).split()) or " ".join(title.astext().split())
