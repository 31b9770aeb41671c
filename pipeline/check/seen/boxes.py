"""Rectangles on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle, in points; `left` < `right`, `bottom` < `top`."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    @property
    def area(self) -> float:
        """In square points."""
        return self.width * self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def shared(self, other: Box) -> tuple[float, float]:
        """Width and height of what two boxes share; zero or less where they share nothing."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across, min(self.top, other.top) - max(self.bottom, other.bottom)

    def within(self, other: Box) -> Box:
        """The part of this box that is in another; one without extent where they share nothing."""
        left, bottom = max(self.left, other.left), max(self.bottom, other.bottom)
        across, up = self.shared(other)
        return Box(left, bottom, left + max(across, 0.0), bottom + max(up, 0.0))

    def holds(self, point: tuple[float, float], margin: float = 0.0) -> bool:
        """Whether a point lies inside, so far from the edges at least."""
        x, y = point
        across = self.left + margin < x < self.right - margin
        return across and self.bottom + margin < y < self.top - margin


def around(boxes: Iterable[Box]) -> Box:
    """The least box that has all of some boxes in it.

    :raises ValueError: when there is none.
    """
    found = list(boxes)
    return Box(
        min(box.left for box in found),
        min(box.bottom for box in found),
        max(box.right for box in found),
        max(box.top for box in found),
    )
