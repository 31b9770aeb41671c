"""The sizes of images: scales and widths that depend on the picture become lengths before any writer asks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from docutils import nodes

from pipeline.tree.image_files import PIXELS, natural_size

AS_IMAGE: Final = "as-image"
"""Class of a figure that is to be as wide as its image, until `set_sizes` knows how wide that is."""

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
    elif "height" in image and nodes.parse_measure(image["height"])[1] in PIXELS:
        value, unit = nodes.parse_measure(image["height"])
        width, height = natural_size(image["uri"], root)
        figure["width"] = f"{value * width / max(height, 1):g}{unit}"
    else:
        figure["width"] = f"{natural_size(image['uri'], root)[0]:g}px"
