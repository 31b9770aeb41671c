"""The infobox as XHTML: one real table, whose header cells say what they head."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from pipeline.tree.nodes import infobox, infobox_qualifier, infobox_row, infobox_value
from pipeline.write.xhtml.core import Core, element


class InfoboxVisitors(Core):
    """Writes an infobox and its parts."""

    def visit_infobox(self, node: infobox) -> None:
        """One real table; its title is the caption. What stands beside the text has a frame to float in."""
        kind = f"infobox infobox-{node['type']}"
        if "wide" not in node["classes"]:
            self.body.append('<div class="infobox-frame">')
        self.body.append(self.starttag(node, "table", CLASS=kind))
        self.in_rows = False

    def depart_infobox(self, node: infobox) -> None:
        if self.in_rows:
            self.body.append("</tbody>")
        self.body.append("</table>\n" if "wide" in node["classes"] else "</table></div>\n")

    def visit_infobox_title(self, node: nodes.Element) -> None:
        """The caption of the table."""
        self.body.append(self.starttag(node, "caption", ""))
        self.held += 1

    def depart_infobox_title(self, node: nodes.Element) -> None:
        self.held -= 1
        self.body.append("</caption>\n")

    def visit_infobox_row(self, node: infobox_row) -> None:
        """A row; one whose values head the columns is the head of the table."""
        head = _heads(node)
        rows = [child for child in node.parent if isinstance(child, infobox_row)]
        before = rows[rows.index(node) - 1] if rows.index(node) else None
        if head and (before is None or not _heads(before)):
            self.body.append("<thead>")
        elif not head:
            self.open_rows()
        self.body.append(self.starttag(node, "tr", ""))
        self.held = int(head and not all(_heads(row) for row in rows))
        self.in_box = True

    def open_rows(self) -> None:
        """Begin the body of the table, if it has not begun."""
        if not self.in_rows:
            self.body.append("<tbody>")
        self.in_rows = True

    def depart_infobox_row(self, node: infobox_row) -> None:
        """Fill the columns without a value; close the head."""
        self.in_box = False
        values = [child for child in node if isinstance(child, infobox_value)]
        columns = node.parent["cols"]
        last = max((value.get("colnum", columns) for value in values), default=0)
        self.body.append("<td></td>" * (columns - last))
        self.body.append("</tr>\n")
        following = node.next_node(infobox_row, descend=False, siblings=True)
        if _heads(node) and (following is None or not _heads(following)):
            self.body.append("</thead>\n")

    visit_infobox_label, depart_infobox_label = element("th", scope="row")
    visit_infobox_qualifier, depart_infobox_qualifier = element("span", CLASS="qualifier")

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
        self.place_waiting()
        blocks = [child for child in node if isinstance(child, nodes.paragraph)]
        in_line = (nodes.paragraph, nodes.Invisible, infobox_qualifier)
        alone = len(blocks) == 1 and all(isinstance(child, in_line) for child in node)
        if alone and isinstance(node[-1], nodes.paragraph) and not blocks[0]["ids"]:
            node.remove(blocks[0])
            if len(node):
                node += nodes.Text(" ")
            node += blocks[0].children

    def depart_infobox_value(self, node: infobox_value) -> None:
        self.body.append(f"</{self.context.pop()}>")


def _heads(row: nodes.Element) -> bool:
    return "heading" in row["classes"]
