"""The sizes of images: scales and widths that depend on the picture become lengths before any writer asks."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Final

from docutils import nodes

from pipeline.files.confined import read_below

AS_IMAGE: Final = "as-image"
"""Class of a figure that is to be as wide as its image, until `set_sizes` knows how wide that is."""

_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}
"""CSS pixels (1/96 inch) in a unit (CSS Values 4, section 6.2)."""
_UNKNOWN: Final = (300.0, 150.0)
"""The size of a drawing that gives none (CSS 2.2, section 10.3.2)."""


MAX_MEASURE: Final = 100_000.0
"""The largest number of a measure, whatever its unit: no page is as wide."""
_MEASURE: Final = re.compile(r"(\d*\.?\d*(?:[eE][-+]?\d+)?)([a-z%]*)")


def set_sizes(document: nodes.document, root: Path) -> None:
    """Give each scaled image its size as a length, and each figure that goes by its image its width.

    A number without a unit is a number of pixels. A figure beside the text is as wide as its image, unless
    the author says otherwise: a caption is no reason to be wider.

    :param root: the source root, below which the images are.
    """
    for node in document.findall(nodes.Element):
        if isinstance(node, (nodes.image, nodes.figure, nodes.table)):
            _bound(node)
    for image in document.findall(nodes.image):
        for side in ("width", "height"):
            if side in image and image[side][-1:].isdigit():
                image[side] += "px"
        scale = image.attributes.pop("scale", 100) / 100
        if scale != 1:
            _scale(image, scale, root)
        if isinstance(image.parent, nodes.reference) and not {"width", "height"} & set(image.attributes):
            image["width"] = f"{natural_size(image['uri'], root)[0]:g}px"
        if isinstance(_figure_of(image), nodes.figure):
            _fit(_figure_of(image), image, root)


def _bound(node: nodes.Element) -> None:
    """Write measures plainly, up to `MAX_MEASURE`: docutils' own check knows no 1e-07."""
    for side in ("width", "height"):
        found = _MEASURE.fullmatch(str(node.get(side, "")))
        if found is not None and found[1]:
            node[side] = f"{min(float(found[1]), MAX_MEASURE):.4f}".rstrip("0").rstrip(".") + found[2]
    if "scale" in node:
        node["scale"] = min(node["scale"], MAX_MEASURE)


def _figure_of(image: nodes.image) -> nodes.Element:
    parent = image.parent
    return parent.parent if isinstance(parent, nodes.reference) else parent


def _scale(image: nodes.image, scale: float, root: Path) -> None:
    given = [side for side in ("width", "height") if side in image]
    for side in given:
        value, unit = nodes.parse_measure(image[side])
        image[side] = f"{min(value * scale, MAX_MEASURE):g}{unit}"
    if not given:
        image["width"] = f"{min(natural_size(image['uri'], root)[0] * scale, MAX_MEASURE):g}px"


def _fit(figure: nodes.figure, image: nodes.image, root: Path) -> None:
    beside = figure.get("align") in ("left", "right") and "width" not in figure
    if AS_IMAGE not in figure["classes"] and not beside:
        return
    figure["classes"] = [name for name in figure["classes"] if name != AS_IMAGE]
    if "width" in image:
        figure["width"] = image["width"]
        image["width"] = "100%"
    elif "height" in image and nodes.parse_measure(image["height"])[1] in _PIXELS:
        value, unit = nodes.parse_measure(image["height"])
        width, height = natural_size(image["uri"], root)
        figure["width"] = f"{value * width / max(height, 1):g}{unit}"
    else:
        figure["width"] = f"{natural_size(image['uri'], root)[0]:g}px"


def natural_size(name: str, root: Path) -> tuple[float, float]:
    """Width and height of a picture in CSS pixels; a picture that can't be read has those of no picture.

    :param name: path below the source root.
    """
    try:
        data = read_below(root, name)
        return _drawing_size(data) if name.lower().endswith(".svg") else _picture_size(data)
    except (OSError, ValueError, SyntaxError):
        return _UNKNOWN


def _picture_size(data: bytes) -> tuple[float, float]:
    from PIL import Image

    with Image.open(BytesIO(data)) as picture:
        return float(picture.width), float(picture.height)


def _drawing_size(data: bytes) -> tuple[float, float]:
    """What a drawing says of its size (SVG 2, section 8.2)."""
    from lxml import etree

    top = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    width, height = (_length(top.get(side, "")) for side in ("width", "height"))
    box = [float(value) for value in re.findall(r"[-+.\deE]+", top.get("viewBox", ""))]
    ratio = box[3] / box[2] if len(box) == 4 and box[2] > 0 and box[3] > 0 else None
    if width and height:
        return width, height
    if ratio is None:
        return width or _UNKNOWN[0], height or _UNKNOWN[1]
    if height:
        return height / ratio, height
    return (width, width * ratio) if width else (_UNKNOWN[0], _UNKNOWN[0] * ratio)


def _length(text: str) -> float | None:
    match = re.fullmatch(r"\s*([.\d]+)\s*([a-z]*)\s*", text)
    return float(match[1]) * _PIXELS[match[2]] if match and match[2] in _PIXELS else None
