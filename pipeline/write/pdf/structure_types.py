"""From the elements of the page to the structure of the PDF: which element is which structure type.

Followed are ISO 32000-1, 14.8.4 (standard structure types) and ISO 14289-1 (PDF/UA-1), clause 7. Types of our
own say more than PDF 1.7 can; `ROLE_MAP` says which standard type each is (7.1).

Where the notes go. A note at the foot of a page becomes a ``Note`` that follows the paragraph, list item or
heading of its first call: not at the call, where it would be read in the middle of a sentence, and not at the
end of the page, which may lie in the middle of another sentence, and where a listener has forgotten the call.
Inside a caption or a cell it stays inside, because a table may have nothing else beside those. A listed note
is a list item, so that readers count and skip notes as in any list; what it holds is a ``Note``, too (7.9).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, Final

from pipeline.write.pdf.actual_text import is_rtl, is_turned
from pipeline.write.pdf.chart_values import with_table
from pipeline.write.pdf.logical_order import Annotation, Mark, Node, is_formula
from pipeline.write.pdf.table_headers import join_parts, nodes_in, rows, table
from pipeline.write.xhtml.attributes import FOOT

ROLE_MAP: Final = {"Aside": "Sect", "Em": "Span", "Strong": "Span", "H7": "H6", "H8": "H6", "H9": "H6"}
"""Our structure types: ``Aside``, ``Em`` and ``Strong`` are PDF 2.0's; headings below the sixth level."""

_ROLES: Final = {
    **{"html": "Document", "article": "Art", "section": "Sect", "aside": "Aside", "blockquote": "BlockQuote"},
    **{"p": "P", "pre": "P", "address": "P", "figure": "Div", "figcaption": "Caption", "caption": "Caption"},
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    **{"ul": "L", "ol": "L", "dl": "L", "li": "LI", "dt": "Lbl", "dd": "LBody", "nav": "Div"},
    **{"table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR", "th": "TH"},
    **{"td": "TD", "img": "Figure", "{http://www.w3.org/2000/svg}svg": "Figure", "a": "Link", "q": "Quote"},
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "Em"),
    **dict.fromkeys(("strong", "b"), "Strong"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "Code"),
}
_CLASSES: Final = {
    **{("span", "foot"): "Note", ("a", "foot-number"): "Lbl"},
    **{("p", "biblio-entry"): "BibEntry", ("p", "code-caption"): "Caption"},
    **{("div", "line-block"): "Div", ("div", "line"): "P"},
    **{("div", "abstract"): "Sect", ("div", "dedication"): "Sect"},
    **{("div", "legend"): "Div", ("div", "container"): "Div"},
    **{("div", "note-list"): "L", ("div", "index-list"): "Index"},
}
_LISTED: Final = {
    **{("note-list", "note"): "LI", ("note", "note-number"): "Lbl", ("note", "note-text"): "LBody"},
}
"""Classes that say more than the name of the element; those of listed notes together with their parent's."""

_BLOCK_TAGS: Final = frozenset({"body", "header", "footer", "main", "div", "hgroup"})
_GROUPS: Final = frozenset({"Document", "Art", "Sect", "Div", "Aside", "BlockQuote", "Part", "Index"})
_FREE: Final = _GROUPS | {"LBody", "TD", "TH", "Caption"}
"""Beside whose children a note may stand."""
_STRICT: Final = frozenset({"Table", "THead", "TBody", "TFoot", "TR", "L", "LI", "TOC", "TOCI"})
_INLINE: Final = frozenset({"Span", "Em", "Strong", "Code", "Quote", "Link", "Reference"})
_SIGNS: Final = re.compile("-parens?$")  # numbers with signs around them (styles/text.css)
_NUMBERING: Final = {
    **{"disc": "Disc", "circle": "Circle", "square": "Square", "decimal": "Decimal"},
    **{"lower-alpha": "LowerAlpha", "lower-latin": "LowerAlpha", "upper-alpha": "UpperAlpha"},
    **{"upper-latin": "UpperAlpha", "lower-roman": "LowerRoman", "upper-roman": "UpperRoman"},
}

Kid = Node | Mark | Annotation


def arrange(root: Node) -> Node:
    """Turn the tree of elements into the structure tree, in place.

    :param root: of a `Reading` whose marks have been drawn.
    :returns: the same node: the ``Document``.
    """
    join_parts(root)
    _prune(root)
    _Roles().visit(root, root.language, "ltr", False)
    calls: dict[str, Mark] = {}
    _find_calls(root, calls)
    notes: list[tuple[Node, Node]] = []
    _lift(root, notes)
    root.kids = [kid for child in list(root.kids) for kid in _arranged(child)]
    root.kids = _paragraphs(root)
    _spell(root)
    owners: dict[int, Node] = {}
    _settle(root, owners)
    placed: set[int] = set()
    for note, home in notes:
        name = str(note.element.get("id"))  # the call of one that is elsewhere leads there
        call = calls.get(f"#{name}") or calls.get(f"#{name.removeprefix(FOOT)}")
        for arranged in _arranged(note):
            assert isinstance(arranged, Node)
            _spell(arranged)
            _settle(arranged, owners)
            _place(arranged, owners.get(id(call), home), placed)
    return root


def _spell(node: Node) -> None:
    """Say what text from right to left is: it is drawn from left to right (14.8.2.3.3 and 14.9.4)."""
    kids: list[Kid] = []
    for drawn, group in groupby(node.kids, lambda kid: isinstance(kid, Mark)):
        run = list(group)
        marks = [kid for kid in run if isinstance(kid, Mark)]
        if drawn and any(is_rtl(mark.text) or is_turned(mark.box) for mark in marks):
            run = [Node(role="Span", parent=node, kids=run, spelling="".join(mark.read for mark in marks))]
        for kid in run:
            if isinstance(kid, Node) and not drawn:
                _spell(kid)
        kids += run
    node.kids = kids


def _settle(node: Node, owners: dict[int, Node]) -> None:
    """Note each node's parent, and the node of each mark, as they have become."""
    for kid in node.kids:
        if isinstance(kid, Node):
            kid.parent = node
            _settle(kid, owners)
        elif isinstance(kid, Mark):
            owners[id(kid)] = node


def _prune(node: Node) -> bool:
    """Drop marks that were not drawn, links that lead nowhere, and what is empty then; cells stay."""
    kept: list[Kid] = []
    for kid in node.kids:
        if isinstance(kid, Mark):
            keep = kid.mcid is not None
        elif isinstance(kid, Annotation):
            keep = kid.dictionary is not None
        else:
            keep = _prune(kid)
        if keep:
            kept.append(kid)
    node.kids = kept
    return bool(kept) or (node.element is not None and node.element.tag in {"td", "th"})


class _Roles:
    """Gives each node its structure type, its language and the direction it is written in."""

    def visit(self, node: Node, language: str, direction: str, contents: bool) -> None:
        element, classes = node.element, node.classes()
        if element is not None:
            node.role = self._role(node, element, classes, contents)
            own = element.get("lang") or language
            node.language = own if own != language or node.parent is None else ""
            side = element.get("dir") or direction
            if (node.language and node.parent is not None) or side != direction:
                node.role = node.role or ("Div" if element.tag in _BLOCK_TAGS else "Span")
            if side != direction:
                node.attributes["Layout"] = {"WritingMode": "/RlTb" if side == "rtl" else "/LrTb"}
            language, direction = own, side
            contents = contents or (element.tag == "nav" and "contents" in classes)
        for kid in nodes_in(node):
            self.visit(kid, language, direction, contents)

    @staticmethod
    def _role(node: Node, element: Any, classes: list[str], contents: bool) -> str:
        tag = element.tag
        if contents and tag in {"ul", "ol", "li", "p"} and "topic-title" not in classes:
            return {"li": "TOCI", "p": ""}.get(tag, "TOC")
        above = node.parent.classes() if node.parent is not None else []
        listed = [role for (outer, own), role in _LISTED.items() if outer in above and own in classes]
        special = [_CLASSES[tag, name] for name in classes if (tag, name) in _CLASSES]
        role = next(iter([*listed, *special]), _ROLES.get(tag, ""))
        if is_formula(element):
            role = "Formula"
        if tag == "abbr" and element.get("title"):
            node.expansion, role = element.get("title"), "Span"
        level = element.get("aria-level", "")
        if level.isdigit() and int(level) > 6 and role == "H6":
            role = f"H{min(int(level), 9)}"
        if role == "Document" and node.parent is not None:
            role = ""
        return role


def _find_calls(node: Node, calls: dict[str, Mark]) -> None:
    """Note the first call of each note, by the address that it links to."""
    for kid in nodes_in(node):
        if "noteref" in kid.classes():
            for mark in kid.marks():
                calls.setdefault(kid.element.get("href", ""), mark)
        _find_calls(kid, calls)


def _lift(node: Node, notes: list[tuple[Node, Node]]) -> None:
    """Take the notes at the foot out of the text, in order, each with the node it was in."""
    for kid in nodes_in(node):
        if kid.role == "Note":
            node.kids.remove(kid)
            notes.append((kid, node))
        _lift(kid, notes)


def _arranged(kid: Kid) -> list[Kid]:
    """A node as the structure has it: itself, what it is wrapped in, or only its children."""
    if not isinstance(kid, Node):
        return [kid]
    kids = [new for child in list(kid.kids) for new in _arranged(child)]
    shape = _SHAPES.get(kid.role)
    kid.kids = kids
    result: list[Kid] = shape(kid) if shape else [kid] if kid.role else kids
    for node in result:
        if isinstance(node, Node):
            _adopt(node)
            if node.role in _GROUPS:
                node.kids = _paragraphs(node)
    return result


def _adopt(node: Node) -> None:
    for child in nodes_in(node):
        if child.parent is not node:
            child.parent = node
            if child.element is None:
                _adopt(child)


def _wrap(role: str, kids: Iterable[Kid], parent: Node | None = None) -> Node:
    node = Node(role=role, parent=parent, kids=list(kids))
    _adopt(node)
    return node


def _paragraphs(node: Node) -> list[Kid]:
    """The children of a grouping element (14.8.4.2), which holds no text itself: text becomes a ``P``."""
    kids: list[Kid] = []
    for kid in node.kids:
        if isinstance(kid, Node) and kid.role not in _INLINE and not _in_line(kid):
            kids.append(kid)
            continue
        last = kids[-1] if kids else None
        if not (isinstance(last, Node) and last.element is None and last.role == "P"):
            last = Node(role="P", parent=node)
            kids.append(last)
        last.kids.append(kid)
        _adopt(last)
    return kids


def _in_line(node: Node) -> bool:
    """Whether it is a formula in a line of text; one that is displayed is a block."""
    return node.role == "Formula" and node.element.tag == "span"


# Shapes of single structure types ------------------------------------------------------------------------


def _link(node: Node) -> list[Kid]:
    """A link has an annotation, or it is none (14289-1, 7.18.5); to a note or a page it is a reference."""
    if not any(isinstance(kid, Annotation) for kid in node.kids):
        return node.kids
    inside = node.parent
    while inside is not None and inside.role in {"", *_INLINE}:
        inside = inside.parent
    refers = {"noteref", "cited-page", "back-link", "paged", "index-locator"} & set(node.classes())
    if refers or (inside is not None and inside.role == "TOCI"):
        return [_wrap("Reference", [node], node.parent)]
    return [node]


def _label(node: Node) -> list[Kid]:
    """The number of a note links back to its call."""
    if node.element is not None and node.element.tag == "a":
        link = Node(node.element, "Link", node, node.kids)
        if any(isinstance(kid, Annotation) for kid in node.kids):
            node.kids = [link]
    return [node]


def _paragraph(node: Node) -> list[Kid]:
    """Code as a block is a paragraph of code (14.8.4.4.1: ``Code`` is inline-level)."""
    if node.element is not None and node.element.tag == "pre":
        codes = [kid for kid in node.kids if isinstance(kid, Node) and kid.role == "Code"]
        if len(codes) != len(node.kids):
            node.kids = [_wrap("Code", node.kids, node)]
    return [node]


def _entry(node: Node) -> list[Kid]:
    """An entry of a contents list (14.8.4.2, table 333): text that leads nowhere is a paragraph."""
    inline = _INLINE - {"Reference"}
    text = [kid for kid in node.kids if not isinstance(kid, Node) or kid.role in inline or _in_line(kid)]
    if text:
        at = node.kids.index(text[0])
        node.kids = [kid for kid in node.kids if kid not in text]
        node.kids.insert(at, _wrap("P", text, node))
    return [node]


def _list(node: Node) -> list[Kid]:
    """A list (14.8.4.3.3) holds items only; terms and their definitions become items, too."""
    items: list[Kid] = []
    numbering = "None"
    for kid in node.kids:
        if isinstance(kid, Node) and kid.role in {"LI", "L"}:
            items.append(kid)
            label = kid.kids[0] if kid.kids else None
            if isinstance(label, Node) and label.box is not None and label.role == "Lbl":
                style = label.box.style["list_style_type"]
                if isinstance(style, str):
                    numbering = _NUMBERING.get(_SIGNS.sub("", style), numbering)
            continue
        last = items[-1] if items else None
        open_item = isinstance(last, Node) and last.element is None and last.role == "LI"
        term = isinstance(kid, Node) and kid.role == "Lbl"
        if not (open_item and isinstance(last, Node)) or (term and _has(last, "LBody")):
            last = Node(role="LI", parent=node)
            items.append(last)
        if not isinstance(kid, Node) or kid.role not in {"Lbl", "LBody"}:
            kid = _wrap("LBody", [kid], last)
        last.kids.append(kid)
        _adopt(last)
    node.kids = items
    node.attributes["List"] = {"ListNumbering": f"/{numbering}"}
    return [node]


def _has(node: Node, role: str) -> bool:
    return any(kid.role == role for kid in nodes_in(node))


def _item(node: Node) -> list[Kid]:
    """An item: label, then body; inner lists belong to the body. A listed note keeps its number to itself."""
    labels = [kid for kid in nodes_in(node) if kid.role == "Lbl"]
    bodies = [kid for kid in nodes_in(node) if kid.role == "LBody"]
    rest = [kid for kid in node.kids if kid not in labels and kid not in bodies]
    if node.parent is not None and "note-list" in node.parent.classes():
        text = [kid for body in bodies for kid in body.kids]
        note = _wrap("Note", [*labels, *rest, *text], node)
        note.name = str(node.element.get("id", ""))
        node.kids = [_wrap("LBody", [note], node)]
        return [node]
    if rest:
        bodies.append(_wrap("LBody", rest, node))
    node.kids = [*labels, *bodies]
    return [node]


def _caption(node: Node) -> list[Kid]:
    """The caption of a figure is what names it; a legend, which may hold lists and tables, follows it."""
    legends = [kid for kid in nodes_in(node) if "legend" in kid.classes()]
    if not legends:
        return [node]
    node.kids = [kid for kid in node.kids if kid not in legends]
    return [*([node] if node.kids else []), *legends]


def _note(node: Node) -> list[Kid]:
    node.name = str(node.element.get("id", "")) if node.element is not None else ""
    return [node]


_SHAPES: Final[dict[str, Callable[[Node], list[Kid]]]] = {
    **{"Link": _link, "Lbl": _label, "P": _paragraph, "L": _list, "LI": _item, "Figure": with_table},
    **{"Note": _note, "Caption": _caption, "Table": table, "TBody": rows, "TOCI": _entry},
}


def _place(note: Node, home: Node, placed: set[int]) -> None:
    """Put a note behind the block that it is called in; `placed` holds those that stand somewhere already."""
    block = home
    while block.parent is not None and not (block.role and block.parent.role in _FREE):
        if block.role == "Lbl" and block.parent.role == "LI" and _has(block.parent, "LBody"):
            body = next(kid for kid in nodes_in(block.parent) if kid.role == "LBody")
            note.parent = body
            body.kids.insert(sum(id(kid) in placed for kid in body.kids), note)
            placed.add(id(note))
            return
        if block.role and block.parent.role in _STRICT:
            break
        block = block.parent
    placed.add(id(note))
    if block.parent is None or block.parent.role not in _FREE:
        note.parent = block
        block.kids.append(note)
        return
    note.parent, siblings = block.parent, block.parent.kids
    index = siblings.index(block) + 1
    while index < len(siblings) and id(siblings[index]) in placed:
        index += 1
    siblings.insert(index, note)
