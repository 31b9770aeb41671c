"""Lists, code and boxes as XHTML, where docutils' own translator says less than both editions need."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes

from pipeline.write.xhtml.core import Core, element

_TYPES: Final = {"arabic": "1", "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
"""What HTML calls the kinds of numbers (section 4.4.5), for readers that leave style sheets aside."""
_SIGNS: Final = {("", "."): "", ("", ")"): "paren", ("(", ")"): "parens"}
"""What stands around a number, as a class: ``1.``, ``1)``, ``(1)``."""
_INLINE: Final = frozenset(("bdi", "del", "dfn", "ins", "kbd", "mark", "s", "samp", "small", "u", "var"))
"""Classes of a role that HTML has an element for (not ``q``: its marks are in no text). In code they are
Pygments', and mean something else."""

_HOLDING: Final = frozenset("!),./:;?]}")
"""Signs that no line begins with, be there a space before them or not; code may begin with one."""
BESIDE: Final = 700
"""A sidebar with no more characters than this stands beside the text; a longer one is as wide as the text."""
_HIGH: Final = (nodes.table, nodes.image, nodes.literal_block, nodes.doctest_block, nodes.math_block)


class BlockVisitors(Core):
    """Writes lists, code and boxes."""

    # Lists -----------------------------------------------------------------------------------------------

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> None:
        """A numbered list: its kind of number, what stands around it, and the first one."""
        kind = node.get("enumtype", "arabic")
        signs = _SIGNS.get((node.get("prefix", ""), node.get("suffix", ".")), "")
        classes = [kind, *([signs] if signs else []), *(["simple"] if self.is_compactable(node) else [])]
        atts: dict[str, Any] = {"type": _TYPES[kind]} if kind != "arabic" else {}
        start = node.get("start", 1)
        if kind == "arabic" and start + len(node) > 100:
            classes.append("long")
        if start != 1:
            atts["start"] = start
            if self.dialect.counters:
                atts["style"] = f"counter-reset: list-item {start - 1}"
        self.body.append(self.starttag(node, "ol", CLASS=" ".join(classes), **atts))

    def depart_enumerated_list(self, node: nodes.enumerated_list) -> None:
        self.body.append("</ol>\n")

    def visit_definition_list(self, node: nodes.definition_list) -> None:
        """A list of terms. One of the class ``details`` is open: print can't be clicked."""
        node["classes"] = [name for name in node["classes"] if name != "details"]
        super().visit_definition_list(node)

    def visit_classifier(self, node: nodes.classifier) -> None:
        """What a defined term is; a colon parts it from the term, as the author wrote it."""
        self.body.append(' <span class="delimiter">:</span> ')
        self.body.append(self.starttag(node, "span", "", CLASS="classifier"))

    # A name and its body, or options and what they do, are one row.
    visit_field, depart_field = element("div", "\n", CLASS="row")
    visit_option_list_item, depart_option_list_item = visit_field, depart_field

    # Code ------------------------------------------------------------------------------------------------

    def visit_literal(self, node: nodes.literal) -> None:
        """Inline code, without docutils' wrapping spans.

        A line may break before it even where its first sign forbids that (Unicode Standard Annex 14, rule
        LB13): of ``:a:, :b:`` no line could be made, and one would begin with the comma.
        """
        before = node.parent[node.parent.index(node) - 1] if node.parent.index(node) else None
        spaced = isinstance(before, nodes.Text) and before[-1:].isspace()
        if spaced and node.astext()[:1] in _HOLDING:
            self.body.append("<wbr/>")
        self.body.append(self.starttag(node, "code", ""))

    def depart_literal(self, node: nodes.literal) -> None:
        self.body.append("</code>")

    def visit_doctest_block(self, node: nodes.doctest_block) -> None:
        """An interactive session."""
        self.body.append(self.starttag(node, "pre", "", CLASS="code doctest"))
        self.body.append("<code>")

    def depart_doctest_block(self, node: nodes.doctest_block) -> None:
        self.body.append("</code></pre>\n")

    def visit_inline(self, node: nodes.inline) -> None:
        """A passage with a class, by the element that HTML has for it; in code, a piece of code."""
        if _is_in_code(node):
            if node["classes"] == ["ln"] and isinstance(node.parent, nodes.literal_block):
                super().visit_inline(node)
                return
            node.html5tagname = "span"
        else:
            tags = [name for name in node["classes"] if name in _INLINE]
            node.html5tagname = tags[0] if tags else "span"
            node["classes"] = [name for name in node["classes"] if name not in tags[:1]]
        self.body.append(self.starttag(node, node.html5tagname, ""))

    # Boxes -----------------------------------------------------------------------------------------------

    def visit_sidebar(self, node: nodes.sidebar) -> None:
        """A short sidebar has a frame in which it stands beside the text."""
        self.in_sidebar = True
        if _is_short(node):
            self.body.append('<div class="sidebar-frame">')
        self.body.append(self.starttag(node, "aside", CLASS="sidebar"))

    def depart_sidebar(self, node: nodes.sidebar) -> None:
        self.body.append("</aside></div>\n" if _is_short(node) else "</aside>\n")
        self.in_sidebar = False


def _is_in_code(node: nodes.Element) -> bool:
    parent = node.parent
    while isinstance(parent, nodes.inline):
        parent = parent.parent
    return isinstance(parent, nodes.doctest_block) or (
        isinstance(parent, (nodes.literal, nodes.literal_block)) and "code" in parent["classes"]
    )


def _is_short(node: nodes.sidebar) -> bool:
    return len(node.astext()) <= BESIDE and node.next_node(lambda child: isinstance(child, _HIGH)) is None
