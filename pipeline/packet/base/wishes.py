"""What a manifest asks for an external PDF: some of its pages, another size, its password, pictures."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SIZES: Final = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Sizes that pages may be fitted to: width and height upright, in points."""
_RANGE: Final = re.compile(r"\s*([0-9]{1,6})\s*(?:([-\u2013])\s*([0-9]{1,6})?)?\s*")


class NoSuchPagesError(ValueError):
    """Pages that can't be meant; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Other:
    """A PDF of the packet that others may lead to.

    :param file: its name, without folders.
    :param name: of the part.
    :param pages: those that are taken of it, as in `Wishes`.
    """

    file: str
    name: str
    pages: str = ""

    def page(self, number: int) -> int | None:
        """The page of the part that a page of the file is, both from 1; ``None`` where it is left out."""
        if not self.pages:
            return number
        before = 0
        with contextlib.suppress(NoSuchPagesError):
            for _, first, last in _parts(self.pages):
                if first <= number and (last is None or number <= last):
                    return before + number - first + 1
                before += (last if last is not None else first) - first + 1
        return None


@dataclass(frozen=True)
class Wishes:
    """What is asked for one PDF.

    :param safe: whether every page becomes a picture, redactions that are only marked applied.
    :param pages: the pages to take, as `read_ranges` reads them; empty for all.
    :param fit: a key of `SIZES`, to which every page is fitted; empty to leave each its size.
    :param password_from: the variable of the environment that holds the password; empty where there is none.
    :param ocr: whether the words of scanned pages are recognised.
    :param others: what else is in the packet: links to those files lead there.
    """

    safe: bool = False
    pages: str = ""
    fit: str = ""
    password_from: str = ""
    ocr: bool = False
    others: tuple[Other, ...] = ()

    @property
    def password(self) -> str:
        """The password, or an empty text."""
        return os.environ.get(self.password_from, "") if self.password_from else ""


PLAIN: Final = Wishes()
"""Nothing is asked for."""


def read_ranges(text: str, count: int | None = None) -> list[int]:
    """The indices that a list of pages means: ``3-7, 9, 12-``.

    :param count: pages of the file; without it only the form is looked at, and an open range has one page.
    :returns: indices from 0, in the order in which they are written.
    :raises NoSuchPagesError: when it is no such list, or names a page that is not there.
    """
    found: list[int] = []
    for part, first, end in _parts(text):
        last = max(count or first, first) if end is None else end
        if not 0 < first <= last:
            raise NoSuchPagesError(f'"{part}" begins after its end, or with page 0')
        if count is not None and last > count:
            raise NoSuchPagesError(f"there is no page {max(first, count + 1)}: the file has {count}")
        found += range(first - 1, last)
    if len(set(found)) < len(found):
        raise NoSuchPagesError("a page is named twice")
    return found


def _parts(text: str) -> Iterator[tuple[str, int, int | None]]:
    """The parts of a list of pages: each as it is written, its first page, its last; ``None`` for the end.

    :raises NoSuchPagesError: at one that is no page and no range.
    """
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise NoSuchPagesError(f'"{part.strip()}" is no page and no range')
        first = int(match[1])
        yield part.strip(), first, int(match[3]) if match[3] else first if match[2] is None else None
