"""References as XHTML: by page, from the index, to other articles; and what one edition alone shows."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes

from pipeline.tree.nodes import explained, index_list, index_locator, page_reference
from pipeline.write.xhtml.attributes import DIFFERS
from pipeline.write.xhtml.core import HEAD, SCROLLING, Core, element, paged

NARROW: Final = 5
"""A table of more columns is wider than a telephone."""
MANY: Final = 12
"""Columns. A table with more is not squeezed into the width of a screen: its rows are folded."""


class ReferenceVisitors(Core):
    """Writes references."""

    def visit_page_reference(self, node: page_reference) -> None:
        """A link by page: print has the number, an ebook the words; print has the author's words, too."""
        worded = "worded" in node["classes"]
        node["classes"] = [name for name in node["classes"] if name != "worded"]
        atts: dict[str, Any] = {"href": self.inside(node["refid"])}
        kind = "reference internal" if worded else f"reference internal {DIFFERS[0]}"
        if self.dialect.cited_pages:
            kind += " paged"
            atts |= paged(self.labels["on-page"])
        if worded and self.dialect.cited_pages:
            kind += " worded"
        self.body.append(self.starttag(node, "a", "", CLASS=kind, **atts))
        if self.dialect.cited_pages and not worded:
            self.body.append("</a>")
            raise nodes.SkipNode

    def depart_page_reference(self, node: page_reference) -> None:
        self.body.append("</a>")

    def visit_table(self, node: nodes.table) -> None:
        """A table; what leads to it leads to its caption, where it has one: that stands above it."""
        if len(node) and isinstance(node[0], nodes.title) and not node[0]["ids"]:
            node[0]["ids"], node["ids"] = node["ids"], []
        heads = _many(node) if self.dialect.scrolls else []
        if self.dialect.scrolls and not heads:
            columns = _columns(node)
            over = [f"over-{number}" for number in (3, 4, 5) if columns > number]
            node["classes"] = [*node["classes"], *over]
        elif heads:
            node["classes"] = [*node["classes"], "many"]
            for row in node.findall(nodes.row):
                for head, entry in zip(heads, row, strict=False):
                    entry[HEAD] = "" if isinstance(row.parent, nodes.thead) else head
        node.moved = self.dialect.scrolls and _columns(node) > NARROW
        if node.moved:
            self.body.append(SCROLLING)
        super().visit_table(node)

    def depart_table(self, node: nodes.table) -> None:
        """Close a table, and the box in which it can be moved."""
        super().depart_table(node)
        if node.moved:
            self.body.append("</div>\n")

    # Index -----------------------------------------------------------------------------------------------

    def visit_index_list(self, node: index_list) -> None:
        """The index. A section that holds it says what it is, else the list itself does."""
        alone = not isinstance(node.parent, nodes.section)
        atts = self.semantics("index", "doc-index") if alone else {}
        self.body.append(self.starttag(node, "div", CLASS="index-list", **atts))

    def depart_index_list(self, node: index_list) -> None:
        self.body.append("</div>\n")

    def visit_index_locator(self, node: index_locator) -> None:
        """A place: in print the page, once for each; in an ebook the section, once for each."""
        again, main = "again" in node["classes"], "main" in node["classes"]
        if node["ids"][0] in self.hidden or (again and not self.dialect.cited_pages):
            raise nodes.SkipNode
        node["classes"] = []
        classes = f"{DIFFERS[1]} main" if main else DIFFERS[1]
        first = not isinstance(node.parent[node.parent.index(node) - 1], index_locator)
        atts: dict[str, Any] = {"href": self.inside(node["refid"])}
        if self.dialect.cited_pages:
            atts["data-contents"] = self.labels["on-page"].replace("{page}", "{}")
            self.body.append(self.starttag(node, "a", "", CLASS=classes, **atts) + "</a>")
            raise nodes.SkipNode
        self.body.append(f'<span class="{DIFFERS[2]}">{": " if first else "; "}</span>')
        if self.dialect.semantics:
            atts["epub:type"] = "index-locator"
        self.body.append(self.starttag(node, "a", "", CLASS=classes, **atts))

    def depart_index_locator(self, node: index_locator) -> None:
        self.body.append("</a>")

    # Words -----------------------------------------------------------------------------------------------

    # The name of another article is no link: the other article is another file.
    visit_article_reference, depart_article_reference = element("span", CLASS="article-reference")
    # What a tab of a packet is called is words, where the article does not stand in one.
    visit_tab_reference = depart_tab_reference = Core.nothing
    # What this edition alone shows needs no element; of the other's nothing is left.
    visit_only = depart_only = Core.nothing

    def visit_explained(self, node: explained) -> None:
        """An abbreviation that says what it stands for."""
        self.body.append(self.starttag(node, "abbr", "", title=node["title"]))

    def depart_explained(self, node: explained) -> None:
        self.body.append("</abbr>")

    def depart_term(self, node: nodes.Element) -> None:
        """Close a term behind its own classifiers: docutils takes those of the next term for them."""
        if not isinstance(node.next_node(descend=False, siblings=True), nodes.classifier):
            self.body.append("</dt>\n")


def _columns(table: nodes.table) -> int:
    return next((int(group["cols"]) for group in table if isinstance(group, nodes.tgroup)), 0)


def _many(table: nodes.table) -> list[str]:
    """What heads each column of a table of many columns; nothing, where cells span columns or rows."""
    groups = [group for group in table if isinstance(group, nodes.tgroup)]
    if not groups or groups[0]["cols"] <= MANY:
        return []
    if any("morecols" in entry or "morerows" in entry for entry in table.findall(nodes.entry)):
        return []
    heads = [row for row in groups[0].findall(nodes.row) if isinstance(row.parent, nodes.thead)]
    return [entry.astext() for entry in heads[-1]] if heads else [""] * groups[0]["cols"]
