"""SVG drawings: one picture in both editions.

The typesetter of print draws plain shapes as every reading system does, and little else: text, style sheets,
gradients, masks, filters, patterns come out otherwise or not at all. So a drawing of nothing but plain shapes
stays one, and any other is drawn by resvg, with the fonts of print, and both editions show that picture.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from lxml import etree

_SVG: Final = "http://www.w3.org/2000/svg"
_SHAPES: Final = frozenset(
    (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc"),
        *("metadata", "defs"),
    )
)
_PLAIN: Final = frozenset(
    (
        *("id", "class", "lang", "role", "version", "baseProfile", "x", "y", "width", "height", "viewBox"),
        *("d", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "points", "transform", "color", "fill"),
        *("fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "aria-label"),
        *("aria-labelledby", "aria-hidden", "focusable", "space"),
    )
)
_NAMES: Final = ("id", "class", "role", "lang", "focusable")
_COLOUR: Final = re.compile(r"none|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-z]{3,20}")
_LENGTH: Final = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(px)?\s*")
_LENGTHS: Final = frozenset(("x", "y", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "stroke-width"))


def is_plain(data: bytes) -> bool:
    """Whether a drawing holds nothing but plain shapes, coloured by attributes."""
    top = etree.fromstring(data, _parser())
    if not (top.get("viewBox") or (top.get("width") and top.get("height"))):
        return False
    return all(_is_plain(element, top) for element in top.iter())


def without_names(data: bytes) -> bytes:
    """A drawing of plain shapes without the names of its parts: nothing in it refers to them.

    :param data: for which `is_plain` holds.
    """
    top = etree.fromstring(data, _parser())
    for element in top.iter():
        for key in _NAMES:
            element.attrib.pop(key, None)
    return bytes(etree.tostring(top, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def _is_plain(element: Any, top: Any) -> bool:
    name = etree.QName(element)
    if name.namespace != _SVG:
        return any(etree.QName(above).localname == "metadata" for above in element.iterancestors())
    if name.localname not in _SHAPES or (name.localname == "svg" and element is not top):
        return False
    for key, value in element.attrib.items():
        attribute = etree.QName(key)
        if attribute.namespace not in (None, "http://www.w3.org/XML/1998/namespace"):
            continue  # an editor's own: nothing is drawn by it
        if attribute.localname not in _PLAIN:
            return False
        if attribute.localname in ("fill", "stroke", "color") and not _COLOUR.fullmatch(value.strip()):
            return False
        if attribute.localname in _LENGTHS and not _LENGTH.fullmatch(value):
            return False
    return True


@lru_cache(maxsize=32)
def drawn(data: bytes, width: int, height: int) -> bytes:
    """A drawing as a PNG file; the same bytes for the same drawing.

    :param width: of the picture, in pixels.
    :param height: likewise; its form is the drawing's own.
    :raises ValueError: for a drawing that resvg can't draw.
    """
    import resvg_py

    from pipeline.write.engine.fonts import files

    text = etree.tostring(etree.fromstring(data, _parser()), encoding="unicode")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            width=width,
            height=height,
            skip_system_fonts=True,
            font_files=[str(path) for path in files()],
            font_family="Source Serif Pro",
            serif_family="Source Serif Pro",
            sans_serif_family="Source Sans Pro",
            monospace_family="IBM Plex Mono",
        )
    )
