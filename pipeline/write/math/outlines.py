"""Formulas of the print edition: from the MathML that the ebook carries to outlines of glyphs, as SVG.

docutils makes MathML Core of LaTeX mathematics, ziamath lays it out with STIX Two Math (OpenType, table
``MATH``). What comes out is a row of pieces. A long formula may be broken between two of them, as TeX breaks
lines: behind a relation or a binary operator that stands outside of fences, fractions and roots.

ziamath takes 0.2 s to be imported: this is done for articles with mathematics only.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from typing import Any, Final

from docutils import nodes

from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.mathml import mathml
from pipeline.tree.report import line_of
from pipeline.write.math.mathml import drawable

EM: Final = 1000
"""Units of a piece's coordinates in an em; STIX Two Math has as many."""

_BREAKABLE: Final = 9 * EM
"""What is narrower stays in one piece."""
_SHORTEST: Final = 1.5 * EM
_SPACING: Final = re.compile(r"(em|ex|mu|mathspace)\Z")
_PIXELS_IN_A_POINT: Final = 1.333


class UnsetError(ValueError):
    """A formula that can't be drawn; says why."""


@dataclass(frozen=True)
class Piece:
    """A part of a formula that is never broken, in thousandths of an em; heights count from the baseline.

    :param left: where its drawing begins: less than 0 where a glyph leans out of its box.
    :param shapes: SVG elements; their y grows downwards.
    """

    left: float
    width: float
    above: float
    below: float
    shapes: str

    def svg(self) -> str:
        """The piece as an ``svg`` element, as large as the text around it (SVG 2, sections 8.2 and 9.3)."""
        height = self.above + self.below
        box = f"{self.left:.0f} {-self.above:.0f} {self.width:.0f} {height:.0f}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="formula" viewBox="{box}" '
            f'width="{self.width / EM:.3f}em" height="{height / EM:.3f}em" fill="currentColor" '
            f'style="vertical-align: {-self.below / EM:.3f}em">{self.shapes}</svg>'
        )


@lru_cache(maxsize=4096)
def pieces(latex: str, block: bool) -> tuple[Piece, ...]:
    """Lay a formula out.

    :param latex: its source.
    :param block: whether it is displayed, or stands in a line.
    :raises UnsetError: when it can't be drawn as it should be.
    """
    try:
        root = drawable(mathml(latex, block), block)
        laid = _ziamath().Math(root, size=EM).node
        found = tuple(_pieces(laid))
    except UnsetError:
        raise
    except Exception as error:  # ziamath raises all kinds of things
        raise UnsetError(" ".join(str(error).split()) or type(error).__name__) from error
    if not any(piece.shapes for piece in found):
        raise UnsetError("there is nothing to draw")
    return found


@cache
def _ziamath() -> Any:
    """ziamath, with em as large as it says, and without the messages of its import."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ziamath
        from ziamath.nodes.mnode import Mnode

    size_px = Mnode.size_px

    def sized(node: Any, size: str, fontsize: float | None = None) -> float:
        """A length in pixels. ziamath takes the em for points and makes a third more pixels of it."""
        pixels = float(size_px(node, size, fontsize))
        return pixels / _PIXELS_IN_A_POINT if _SPACING.search(size) else pixels

    Mnode.size_px = sized  # type: ignore[assignment, method-assign]
    return ziamath


def check_formulas(article: Article) -> list[Finding]:
    """A finding for each formula that is shown as its source in print, because it can't be drawn."""
    findings = []
    for node in article.document.findall(nodes.Element):
        if isinstance(node, (nodes.math, nodes.math_block)):
            try:
                pieces(node.astext(), isinstance(node, nodes.math_block))
            except UnsetError as error:
                message = f"print shows the source of this formula, which it can't draw: {error}"
                findings.append(Finding("math-unset", str(article.source), line_of(node), message))
    return findings


# Pieces --------------------------------------------------------------------------------------------------


def _pieces(formula: Any) -> Iterator[Piece]:
    row = formula
    while len(row.nodes) == 1 and row.nodes[0].mtag == "mrow" and row.nodexy[0] == (0, 0):
        row = row.nodes[0]
    box = formula.bbox
    left, right = min(0.0, box.xmin), max(formula.xadvance(), box.xmax)
    cuts = [0, len(row.nodes)]
    if right - left > _BREAKABLE and all(y == 0 for _, y in row.nodexy):
        cuts = [0, *_cuts(row), len(row.nodes)]
    for first, end in pairwise(cuts):
        start = left if first == 0 else row.nodexy[first][0]
        stop = right if end == len(row.nodes) else row.nodexy[end][0]
        inside = list(zip(row.nodes, row.nodexy, strict=True))[first:end]
        shapes = [shape for node, (x, y) in inside for shape in _shapes(node, x, y)]
        boxes = [(node.bbox.ymax - y, y - node.bbox.ymin) for node, (_, y) in inside]
        above = max((top for top, _ in boxes if top > -9 * EM), default=0.0)
        below = max((bottom for _, bottom in boxes if bottom > -9 * EM), default=0.0)
        yield Piece(start, max(stop - start, 1.0), max(above, 1.0), max(below, 0.0), "".join(shapes))


def _cuts(row: Any) -> list[int]:
    """Before which nodes of a row a line may begin."""
    cuts: list[int] = []
    last, end = 0.0, row.nodexy[-1][0]
    for index, node in enumerate(row.nodes[:-1], start=1):
        place = row.nodexy[index][0]
        if _breaks(node) and place - last >= _SHORTEST and end - place >= _SHORTEST / 3:
            cuts.append(index)
            last = place
    return cuts


def _breaks(node: Any) -> bool:
    """Whether a line may end behind a node: an operator between two others."""
    text = getattr(node, "string", "")
    infix = node.mtag == "mo" and getattr(node, "form", "") == "infix" and len(text) == 1
    return infix and (text in "-·" or unicodedata.category(text) == "Sm") and text not in "|∣∥∤∦/"


# Shapes --------------------------------------------------------------------------------------------------


def _shapes(node: Any, x: float, y: float) -> Iterator[str]:
    """What a node draws, as SVG."""
    from ziamath import drawable as leaf

    if isinstance(node, leaf.Glyph):
        if not node.phantom:
            yield from _glyph(node, x, y)
    elif isinstance(node, (leaf.HLine, leaf.VLine)):
        wide, high = (node.length, node.lw) if isinstance(node, leaf.HLine) else (node.lw, node.height)
        left = x if isinstance(node, leaf.HLine) else x - node.lw / 2
        if not node.phantom:
            yield f'<rect x="{left:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{high:.0f}"/>'
    elif isinstance(node, leaf.Box) and not node.cornerradius:
        yield from _frame(x, y - node.height, node.width, node.height, node.lw)
    elif hasattr(node, "nodexy") and node.mtag != "merror":
        for kid, (right, down) in zip(node.nodes, node.nodexy, strict=False):
            yield from _shapes(kid, x + right, y + down)
    else:
        raise UnsetError(f"{type(node).__name__.lower()} is not known")


def _glyph(node: Any, x: float, y: float) -> Iterator[str]:
    """The outlines of a glyph, in units of its font, moved to their place."""
    glyph = node.glyph
    parts = getattr(glyph, "glyphs", None) if hasattr(glyph, "offsets") else None
    scale = node.size / glyph.font.info.layout.unitsperem
    if glyph.index == 0 and parts is None:
        raise UnsetError(f"the mathematics font has no {node.char}")
    for part, offset in zip(parts or [glyph], glyph.offsets if parts else [0], strict=True):
        across, up = (0, offset) if parts and glyph.vert else (offset, 0)
        outline = _outline(part)
        if outline:
            place = f"translate({x + across * scale:.0f} {y - up * scale:.0f})"
            size = "" if scale == 1 else f" scale({scale:.4g})"
            yield f'<path transform="{place}{size}" d="{outline}"/>'


def _outline(glyph: Any) -> str:
    """The contours of a glyph, each closed (SVG 2, section 9.3)."""
    steps = [operator.path(0, 0, scale=1).strip() for operator in glyph.operators]
    contours = re.split(r"(?<=.)(?=M)", " ".join(steps))
    return escape("".join(f"{contour.strip()}Z" for contour in contours if contour.strip()))


def _frame(x: float, y: float, wide: float, high: float, line: float) -> Iterator[str]:
    """A box, as its four sides."""
    for left, top, width, height in (
        (x, y, wide, line),
        (x, y + high - line, wide, line),
        (x, y, line, high),
        (x + wide - line, y, line, high),
    ):
        yield f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}"/>'
