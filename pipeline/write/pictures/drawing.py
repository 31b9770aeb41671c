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

from pipeline.tree.image_files import drawing_size

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
_COLOURS: Final = re.compile(r"\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([^()]*\)")
_DIRECTION: Final = re.compile(r"(?:^|;)\s*direction\s*:\s*(\w+)")
_ANCHOR: Final = re.compile(r"(?:^|;)\s*text-anchor\s*:\s*(\w+)")
_ANCHORS: Final = {"start": "end", "end": "start"}
_EMBEDDED: Final = ("\u202b", "\u202c")
"""Around text that runs from right to left as a whole (Unicode Standard Annex 9, section 2.1)."""
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

    top = etree.fromstring(data, _parser())
    _size(top, data)
    _turn_texts(top)
    text = _COLOURS.sub(_plain_colour, etree.tostring(top, encoding="unicode"))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            width=width,
            height=height,
            dpi=96,  # of CSS; otherwise a millimetre is nothing
            skip_system_fonts=True,
            font_files=[str(path) for path in files()],
            font_family="Source Serif Pro",
            serif_family="Source Serif Pro",
            sans_serif_family="Source Sans Pro",
            monospace_family="IBM Plex Mono",
        )
    )


# What resvg does not know ---------------------------------------------------------------------------------


def _size(top: Any, data: bytes) -> None:
    """A drawing that does not say what it shows has the size that it is given (SVG 2, section 8.2)."""
    if not top.get("viewBox") and not (top.get("width") and top.get("height")):
        width, height = drawing_size(data)
        top.set("viewBox", f"0 0 {width:g} {height:g}")


def _plain_colour(found: re.Match[str]) -> str:
    """A colour as older programs write it: to resvg, "rgb(0 0 255 / 50%)" is black (CSS Color 4, 5)."""
    from tinycss2.color4 import parse_color

    colour = parse_color(found[0])
    if colour is None or isinstance(colour, str):
        return found[0]
    try:
        parts = colour.to("srgb").coordinates
    except NotImplementedError:
        return found[0]
    red, green, blue = (round(255 * min(max(one, 0.0), 1.0)) for one in parts)
    return f"rgba({red}, {green}, {blue}, {colour.alpha:g})"


def _turn_texts(top: Any) -> None:
    """Text that runs from right to left begins at its right end (SVG 2, section 11.10.2)."""
    for text in top.iter(f"{{{_SVG}}}text"):
        if _said(text, "direction", _DIRECTION, "ltr") != "rtl":
            continue
        parts = [part for part in text.iter(f"{{{_SVG}}}tspan") if part.get("x")]
        for part in (text, *parts):
            anchor = _said(part, "text-anchor", _ANCHOR, "start")
            part.set("data-anchor", _ANCHORS.get(anchor, anchor))
        for part in (text, *parts):
            anchor = f"text-anchor: {part.attrib.pop('data-anchor')}"
            part.set("style", "; ".join([*filter(None, [part.get("style", "").strip(" ;")]), anchor]))
        for part in parts or [text]:
            part.text = _EMBEDDED[0] + (part.text or "")
            if len(part):
                part[-1].tail = (part[-1].tail or "") + _EMBEDDED[1]
            else:
                part.text += _EMBEDDED[1]


def _said(element: Any, name: str, in_style: re.Pattern[str], otherwise: str) -> str:
    """The value of a property that an element has, or takes from those around it."""
    for one in (element, *element.iterancestors()):
        found = in_style.search(one.get("style", ""))
        if found or one.get(name):
            return str(found[1] if found else one.get(name)).strip()
    return otherwise
