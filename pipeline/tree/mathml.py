"""The MathML of a formula: docutils makes it, the ebook carries it, the print edition is drawn from it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from typing import Final

from docutils.utils.math import latex2mathml, unichar2tex

NAMESPACE: Final = "{http://www.w3.org/1998/Math/MathML}"
_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;")
_STYLE: Final = frozenset(("displaystyle", "scriptlevel"))
_OWN_STYLE: Final = {"mstyle": _STYLE, "mtable": frozenset(("displaystyle",))}
_BRACES: Final = frozenset("⏞⏟⏠⏡⎴⎵⏜⏝")
MAX_DEPTH: Final = 64
"""How deep the elements of a formula may stand one in another, some 30 fractions. libxml2, and so what reads
an ebook, gives up at 256, the page around the formula counted; what draws formulas gives up sooner."""
_OVER_AND_UNDER: Final = {"msup": "mover", "msub": "munder"}


class TooDeepError(ValueError):
    """A formula whose parts stand one in another more than `MAX_DEPTH` deep."""


def mathml(latex: str, block: bool) -> str:
    """A formula as MathML Core, well-formed: written anew from the tree that is looked at.

    :param latex: its source; several lines (``\\\\``) and columns (``&``) as docutils takes them.
    :param block: whether it is displayed, or stands in a line.
    :raises TooDeepError: when it is nested too deeply.
    """
    text = latex2mathml.tex2mathml(latex.translate(unichar2tex.uni2tex_table), as_block=block)
    # docutils leaves HTML's names for characters in, which XML does not know.
    root = ET.fromstring(_ENTITY.sub(lambda found: unescape(found[0]), text))
    if _depth(root) > MAX_DEPTH:
        raise TooDeepError
    for element in list(root.iter()):
        _label_brace(element)
        _say_style(element)
    ET.register_namespace("", NAMESPACE.strip("{}"))
    return ET.tostring(root, encoding="unicode")


def _depth(root: ET.Element) -> int:
    """How many levels a tree has."""
    depth, level = 0, [root]
    while level:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def _say_style(element: ET.Element) -> None:
    """Let an ``mstyle`` say how the children are set: few elements may do so (MathML 3, 3.3.4, 3.5.1)."""
    for number, child in enumerate(element):
        own = _OWN_STYLE.get(child.tag.removeprefix(NAMESPACE), frozenset())
        given = {name: value for name, value in child.attrib.items() if name in _STYLE - own}
        if given:
            element[number] = style = ET.Element(f"{NAMESPACE}mstyle", given)
            style.tail, child.tail = child.tail, None
            for name in given:
                del child.attrib[name]
            style.append(child)


def _label_brace(element: ET.Element) -> None:
    """Set what is written as a brace's exponent or index over or under the brace."""
    name = element.tag.removeprefix(NAMESPACE)
    placed = NAMESPACE + _OVER_AND_UNDER.get(name, "")
    if len(element) == 2 and element[0].tag == placed and (element[0][-1].text or "") in _BRACES:
        element.tag = placed


def letters(formula: str) -> str:
    """What a formula shows, as its characters in order, white space left out.

    :param formula: MathML.
    """
    return "".join("".join(ET.fromstring(formula).itertext()).split())
