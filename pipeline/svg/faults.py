"""SVG images: what one may hold, so that it is safe in both editions and does not keep the typesetter busy.

A file is written anew (`rewrite`), or refused where it is more than a picture, so that it can be mended where
it was drawn. Metadata, editors' own elements and a plain document type draw nothing: they are left out
without a word. Scripts, animation, foreign content, whatever names another file, and a document type that
defines something are refused (SVG 2, chapters 2, 14 and 18; XML 1.0, section 4).

The checks work on the parsed document: an encoding, an escape or a prefix can hide a word from a search, not
from the parsers of the editions. What draws is judged on the tree that the editions get.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import tinycss2
from lxml import etree

from pipeline.svg.embedded import fault_of, is_embedded, pixels_of
from pipeline.svg.rewrite import SVG as _SVG
from pipeline.svg.rewrite import parsed, rewritten

MAX_BYTES: Final = 8 * 1024 * 1024
"""The largest SVG file."""

MAX_DEPTH: Final = 50
"""How deep elements may stand one in another: WeasyPrint fails at 70."""

MAX_DRAWN: Final = 50_000
"""How many elements may be drawn, each repetition by ``use`` or a marker counted. WeasyPrint draws some 5,000
in a second."""

_PIXELS: Final = 10_000
"""So many pixels of an image within a drawing count as one element."""

MAX_REPEATS: Final = 500
"""How often a gradient may be repeated over what it fills."""

MAX_SIZE: Final = 100_000
"""The largest width or height, in pixels."""

MIN_SIZE: Final = 0.001
"""The smallest side of a ``viewBox``: what is drawn is enlarged by what it is smaller than its place."""

MAX_NUMBER: Final = 1e9
"""The largest number, in any attribute or style. Of what is larger, WeasyPrint makes numbers of 300 digits,
which no PDF can hold (ISO 32000-1, annex C.2: reals to 3.4e38, and viewers less)."""

_XHTML: Final = "http://www.w3.org/1999/xhtml"
_REFUSED: Final = frozenset(
    (
        *("script", "handler", "listener", "foreignObject", "iframe", "object", "embed", "feImage"),
        *("audio", "video", "canvas", "source", "track", "link", "meta", "base", "form", "input"),
        *("animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"),
    )
)
_PLAIN: Final = frozenset(
    ("d", "points", "id", "class", "transform", "gradientTransform", "patternTransform")
)
"""Attributes without style in them."""
_PATHS: Final = _PLAIN - {"id", "class"}
_WORDS: Final = frozenset(("id", "class", "href", "lang", "title", "font-family", "version", "baseProfile"))
"""Attributes that hold no numbers; a path and the like is read by its numbers alone."""
_TRANSFORMS: Final = ("transform", "gradientTransform", "patternTransform")
_FUNCTIONS: Final = frozenset(("src", "image", "image-set", "-webkit-image-set", "expression", "var"))
_COLOURS: Final = frozenset(("lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark"))
"""Functions of CSS Color 4 and 5 that neither resvg knows, nor tinycss2 turns into others."""
_ENCODINGS: Final = frozenset(("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"))
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def refusal(raw: bytes) -> str | None:
    """What is wrong with an SVG image, as the end of a sentence that begins with its name, or ``None``.

    :param raw: the file.
    """
    if len(raw) > MAX_BYTES:
        return f"has more than {MAX_BYTES >> 20} megabytes: simplify it"
    if raw.startswith(b"\x1f\x8b"):
        return "is compressed: save it as plain SVG, not as SVGZ"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:64]:
        return "is UTF-16: save it as UTF-8"
    try:
        top = parsed(raw)
    except ValueError as error:
        return f"is not well-formed SVG: {str(error)[:120]}"
    return next(_faults(top), None)


def _faults(top: Any) -> Iterator[str]:
    info = top.getroottree().docinfo
    if top.tag != f"{{{_SVG}}}svg":
        yield f'is not SVG: its first element must be svg with xmlns="{_SVG}"'
    if (info.encoding or "utf-8").lower() not in _ENCODINGS:
        yield f"is written in {info.encoding}: save it as UTF-8"
    if info.internalDTD is not None:
        defined = _defined(top.getroottree())
        if defined:
            yield f"defines {defined} in a DOCTYPE, which is not let into an edition: save it as plain SVG"
    for other in (*top.itersiblings(preceding=True), *top.itersiblings(), *top.iter(etree.PI)):
        if isinstance(other, etree._ProcessingInstruction) and other.target == "xml-stylesheet":
            yield "takes a style sheet from elsewhere, which is not let into an edition"
    for element in top.iter():
        yield from _faults_of(element)
    drawn = rewritten(top)
    for element in drawn.iter():
        yield from _faults_of_numbers(element)
    yield from _faults_of_size(drawn)
    yield from _faults_of_drawing(drawn)


def _defined(tree: Any) -> str:
    """What a document type adds to the text, as far as some parsers read it; empty when it is nothing."""
    if any(True for _ in tree.docinfo.internalDTD.iterentities()):
        return "entities"
    # lxml lists no attributes of elements that are not declared: the text is asked, as libxml2 writes it.
    subset = etree.tostring(tree, encoding="unicode").partition("<!ATTLIST")[1:]
    given = re.findall(r"<!ATTLIST\s+\S+\s+([^\s>]+)[^<>]*?[\"']", "".join(subset))
    # A namespace that an editor declares so is nobody's attribute.
    return "attributes" if any(name.partition(":")[0] != "xmlns" for name in given) else ""


def _faults_of(element: Any) -> Iterator[str]:
    """What is wrong with one element, without regard to others."""
    if isinstance(element, etree._Entity):
        yield f"uses the entity {element.text}, which no edition knows"
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element)
    if name.namespace == _XHTML or (name.localname in _REFUSED and name.namespace in (_SVG, None)):
        yield _holds(f"<{name.localname}>")
    is_image = name.localname == "image" and name.namespace in (_SVG, None)
    if is_image and (wrong := fault_of(element)) is not None:
        yield wrong
    if name.localname == "script":
        yield _holds("<script>")
    if name.localname == "style" and name.namespace in (_SVG, None):
        yield from _faults_of_css(tinycss2.parse_component_value_list("".join(element.itertext())))
        yield from _faults_of_selectors("".join(element.itertext()))
    drawn = name.namespace in (_SVG, None)
    for key, value in element.attrib.items():
        attribute = etree.QName(key).localname
        if attribute.lower().startswith("on"):
            yield _holds(f"{attribute}=")
        if not drawn:
            continue
        if attribute == "systemLanguage":
            yield "shows some readers other parts than others (systemLanguage): leave in what all shall see"
        elsewhere = attribute in ("href", "src", "base") and not value.strip().startswith("#")
        if elsewhere and not (is_image and attribute == "href"):
            yield f"names something outside itself ({attribute}={value[:60]!r}): take it out"
        if attribute in _TRANSFORMS and re.search(r"\([^)]*(?:\(|$)", value):
            yield f"has a {attribute} whose brackets are not closed"
        if attribute not in _PLAIN and ("(" in value or "\\" in value):
            yield from _faults_of_css(tinycss2.parse_component_value_list(value))


def _holds(what: str) -> str:
    return f'holds "{what}", which is not let into an edition: take it out'


def _faults_of_css(values: list[Any]) -> Iterator[str]:
    """What style may not do: name another file, in whatever spelling (CSS Syntax 3, section 4.3.6)."""
    at_rule = ""
    for value in values:
        if value.type == "at-keyword":
            at_rule = value.lower_value
            if at_rule == "import":
                yield _holds("@import")
        elif value.type == "url" and at_rule != "namespace" and not value.value.strip().startswith("#"):
            yield _holds(f"url({value.value[:40]})")
        elif value.type == "function":
            if value.lower_name == "var":
                yield "takes a value from elsewhere in its styles, by var(…): write the value itself there"
            elif value.lower_name in _FUNCTIONS:
                yield _holds(f"{value.lower_name}(")
            if value.lower_name in _COLOURS and at_rule != "supports":
                said = tinycss2.serialize([value])[:40]
                yield f"has the colour {said}, which is not the same in all programs: write it as #rrggbb"
            if value.lower_name == "url" and at_rule != "namespace":
                said = "".join(part.value for part in value.arguments if part.type == "string")
                if not said.strip().startswith("#"):
                    yield _holds(f"url({said[:40]})")
            yield from _faults_of_css(value.arguments)
        elif value.type in ("{} block", "() block", "[] block"):
            yield from _faults_of_css(value.content)
            at_rule = ""
        elif value == ";":
            at_rule = ""


def _faults_of_selectors(text: str) -> Iterator[str]:
    """Selectors that resvg passes over, with all that is said for them (Selectors 4, section 3.5)."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        for value, following in pairwise(rule.prelude):
            name = getattr(following, "lower_name", None) or getattr(following, "lower_value", "")
            if value == ":" and name and name != "first-child":
                yield f"has a rule for :{name} in its styles, which is passed over: give these parts a class"


def _faults_of_numbers(element: Any) -> Iterator[str]:
    """Numbers that are none, or too large for a page."""
    for key, value in element.attrib.items():
        name = etree.QName(key).localname
        if name in _WORDS or name.startswith(("data-", "aria-")):
            continue
        if name in _PATHS or name == "viewBox":
            wrong = next((word for word in _words_and_numbers(value) if not _is_size(word)), None)
        else:
            wrong = _huge(tinycss2.parse_component_value_list(value), words=name != "style")
        if wrong is not None:
            yield f"has the number {wrong[:20]} in {name}: no page is so large"
    if element.tag == f"{{{_SVG}}}style":
        wrong = _huge(tinycss2.parse_component_value_list("".join(element.itertext())), words=False)
        if wrong is not None:
            yield f"has the number {wrong[:20]} in its styles: no page is so large"


def _words_and_numbers(text: str) -> list[str]:
    return re.findall(rf"{_NUMBER.pattern}|nan|inf(?:inity)?", text, re.IGNORECASE)


def _is_size(word: str) -> bool:
    return abs(float(word)) <= MAX_NUMBER  # of what is no number, no comparison holds


def _huge(values: list[Any], *, words: bool) -> str | None:
    """The first number that is too large, or, among `words`, is none though Python takes it for one."""
    for value in values:
        if value.type in ("number", "dimension", "percentage"):
            if not abs(value.value) <= MAX_NUMBER:
                return str(value.representation)
        elif value.type == "ident":
            if words and value.lower_value in ("nan", "inf", "infinity", "-inf", "-nan", "-infinity"):
                return str(value.value)
        else:
            inner = getattr(value, "arguments", None) or getattr(value, "content", None) or []
            found = _huge(inner, words=words) if isinstance(inner, list) else None
            if found is not None:
                return found
    return None


# What is drawn -------------------------------------------------------------------------------------------


def _faults_of_size(top: Any) -> Iterator[str]:
    for name in ("width", "height", "viewBox"):
        said = top.get(name, "auto")
        if said == "auto":
            continue
        numbers = _numbers(said)
        sizes = numbers[2:] if name == "viewBox" else numbers
        if (name == "viewBox" and len(numbers) != 4) or not sizes:
            yield f"has a {name} that is no size: {said[:40]!r}"
        elif not all(0 < size <= MAX_SIZE for size in sizes):
            yield f"has a {name} of {said[:40]!r}: give it one between 0 and {MAX_SIZE:,}"
    for element in top.iter():
        numbers = _numbers(element.get("viewBox", ""))
        if len(numbers) == 4 and not all(side >= MIN_SIZE for side in numbers[2:]):
            yield f"has a viewBox of {element.get('viewBox')[:40]!r}: give it one of {MIN_SIZE} or more"


def _numbers(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]


def _faults_of_drawing(top: Any) -> Iterator[str]:
    waiting = [(top, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            yield f"has elements more than {MAX_DEPTH} levels deep one in another: ungroup them"
            return
        waiting += [(child, depth + 1) for child in element if isinstance(child.tag, str)]
    by_id = {element.get("id"): element for element in top.iter("*") if element.get("id")}
    try:
        if _drawn(top, by_id, {}, ()) > MAX_DRAWN:
            yield f"draws more than {MAX_DRAWN:,} elements: simplify it, or save it as PNG"
    except RecursionError:
        yield "has parts that refer to themselves, or to each other in a long row"
    for element in top.iter(f"{{{_SVG}}}linearGradient", f"{{{_SVG}}}radialGradient"):
        if _repeats(_with_inherited(element, by_id), top) > MAX_REPEATS:
            yield f"has a gradient that is repeated more than {MAX_REPEATS} times: make its steps larger"


def _drawn(element: Any, by_id: dict[str, Any], known: dict[Any, int], above: tuple[Any, ...]) -> int:
    """How many elements are drawn for one: its own, and those that it refers to, each time.

    :raises RecursionError: when it refers to itself.
    """
    if element in known:
        return known[element]
    if element in above:
        raise RecursionError
    addresses = [value for value in element.attrib.values() if is_embedded(value)]
    count = 1 + sum(pixels_of(address) for address in addresses) // _PIXELS
    for child in element:
        if isinstance(child.tag, str):
            count += _drawn(child, by_id, known, (*above, element))
    at_each_point = element.get("marker-mid") or element.get("marker")
    times = 1 + len(element.get("d") or element.get("points") or "") // 4 if at_each_point else 1
    for name in _referred(element):
        if name in by_id:
            count += times * _drawn(by_id[name], by_id, known, (*above, element))
    known[element] = count
    return count


def _referred(element: Any) -> Iterator[str]:
    for key, value in element.attrib.items():
        if etree.QName(key).localname == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        elif "url" in value.lower():
            yield from re.findall(r"url\(\s*[\"']?#([^\"')\s]+)", value, re.IGNORECASE)


def _with_inherited(gradient: Any, by_id: dict[str, Any]) -> dict[str, str]:
    """The attributes of a gradient, with those that it takes from others (SVG 2, section 14.2.1)."""
    result: dict[str, str] = {"tag": gradient.tag}
    for _ in range(MAX_DEPTH):
        if gradient is None:
            break
        result = {**gradient.attrib, **result}
        names = (value for key, value in gradient.attrib.items() if etree.QName(key).localname == "href")
        gradient = by_id.get(next(names, "").strip()[1:])
    return result


def _repeats(gradient: dict[str, str], top: Any) -> float:
    """How often a gradient is repeated over its box, about; 0 where it is not repeated."""
    if gradient.get("spreadMethod", "pad") not in ("repeat", "reflect"):
        return 0
    whole = 1.0
    if gradient.get("gradientUnits") == "userSpaceOnUse":
        whole = max([*_numbers(top.get("viewBox", ""))[2:], *_numbers(top.get("width", "")), 100.0])

    def length(name: str, default: float) -> float:
        said = gradient.get(name, "")
        number = next(iter(_numbers(said)), default)
        return number / 100 * whole if said.strip().endswith("%") else number

    if gradient["tag"].endswith("radialGradient"):
        step = abs(length("r", whole / 2) - length("fr", 0.0))
    else:
        step = math.hypot(length("x2", whole) - length("x1", 0.0), length("y2", 0.0) - length("y1", 0.0))
    step *= _scale(gradient.get("gradientTransform", ""))
    return whole / step if step else math.inf


def _scale(transform: str) -> float:
    """The factor by which a transform shrinks lengths, about."""
    factor = 1.0
    for name, inside in re.findall(r"(\w+)\s*\(([^()]*)\)", transform):
        numbers = _numbers(inside)
        if name == "matrix" and len(numbers) == 6:
            a, b, c, d = numbers[:4]
            factor *= math.sqrt(abs(a * d - b * c))
        elif name == "scale" and numbers:
            factor *= min(abs(number) for number in numbers)
    return factor
