"""XHTML from the tree, written once for both editions: docutils' HTML5 translator, and what a `Dialect` says.

The translator computes no number and resolves no reference: the tree has them.
"""

from __future__ import annotations

import contextlib
from typing import Any

from docutils import nodes

from pipeline.tree.nodes import fault, fault_block, infobox, note_list
from pipeline.write.pages import BLOCK
from pipeline.write.xhtml_core import same_page
from pipeline.write.xhtml_infobox import InfoboxVisitors

__all__ = ["Translator", "plain", "same_page"]


class Translator(InfoboxVisitors):
    """Writes sections, tables, images, inline markup and the faults of drafts.

    Parameters: those of `Core`.
    """

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
        self.place_waiting()

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
        if isinstance(node.parent, infobox):
            self.open_rows()
            self.body.append(f'<tr><td colspan="{node.parent["cols"] + 1}">')
        self.body.append(self.starttag(node, "div", CLASS="fault"))
        message = self.encode(f"{self.labels['fault']}: {node.get('title', '')}")
        self.body.append(f'<p class="fault-message">{message}</p>\n')

    def depart_fault_block(self, node: fault_block) -> None:
        """Close it."""
        self.body.append("</div>\n")
        if isinstance(node.parent, infobox):
            self.body.append("</td></tr>\n")


def plain(title: nodes.Element) -> str:
    """The text of a heading without note references, white space folded."""
    parts = [
        text.astext()
        for text in title.findall(nodes.Text)
        if not isinstance(text.parent, nodes.footnote_reference)
    ]
    return " ".join("".join(parts).split())
