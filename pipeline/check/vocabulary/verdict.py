"""Collects what is wrong with one edition: the first of each kind, and how many more there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.findings import Finding


@dataclass
class Verdict:
    """Findings about one edition of an article.

    :param source: path of the article.
    :param file: path of the edition.
    :param edition: ``pdf`` or ``epub``.
    :param counts: by kind, how many the article has and how many of them the edition has.
    """

    source: str
    file: str
    edition: str
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    _first: dict[str, tuple[str, int | None, str]] = field(default_factory=dict)
    _more: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The edition's name in messages."""
        return self.edition.upper()

    def add(self, code: str, message: str, line: int | None = None, place: str = "") -> None:
        """Add a difference. Only the first of each code is shown in full.

        :param line: in the article, or in a file that it reads in (`places.Line`).
        :param place: page or file of the edition.
        """
        if code in self._first:
            self._more[code] = self._more.get(code, 0) + 1
        else:
            self._first[code] = (message, line, place)

    def has(self, code: str) -> bool:
        """Whether there is a finding of a code already."""
        return code in self._first

    def extend(self, found: Iterable[tuple[str, str]]) -> None:
        """Add what concerns the edition as a whole: codes and messages."""
        for code, message in found:
            self.add(code, message)

    @property
    def findings(self) -> list[Finding]:
        """The findings, in the order in which they were made."""
        result = []
        for code, (message, line, place) in self._first.items():
            where = f"{self.name}, {place}" if place else self.name
            more = self._more.get(code, 0)
            also = f" (and {more} more like this)" if more else ""
            source = getattr(line, "file", "") or self.source
            result.append(Finding(code, source, line and int(line), f"{where}: {message}{also}"))
        return result
