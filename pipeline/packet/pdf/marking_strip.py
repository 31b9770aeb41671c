"""An article's own marking is taken off its pages: the packet stamps one on every page, in one place."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from itertools import accumulate, takewhile
from typing import Any, Final

from pikepdf import Array, Dictionary, Name

_OPENING: Final = re.compile(
    rb"/Artifact <</Type /Pagination /Subtype /(Header|Footer) /Attached \[/(?:Top|Bottom)\]>>\s+BDC\s"
)
_TOKEN: Final = re.compile(rb"(?:^|\s)(BDC|BMC|EMC)(?=\s|$)")
_TEXT: Final = re.compile(rb"(/\S+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[-0-9. ]+)*)\] TJ")
_CODES: Final = re.compile(rb"<([0-9a-f]*)>")
_PAIR: Final = re.compile(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]*)>")


class MarkingStripper:
    """Takes a marking out of pages that `pipeline.write` has painted.

    :param markings: the texts that go, in any case.
    """

    def __init__(self, markings: Iterable[str]) -> None:
        self.markings = frozenset(_letters(marking) for marking in markings) - {""}
        self._fonts: dict[Any, dict[str, str]] = {}

    def strip(self, page: Any) -> None:
        """Take the marking out of the content of a page."""
        content = page.get("/Contents")
        if not self.markings or content is None or isinstance(content, Array):
            return
        data = content.read_bytes()
        pieces = [
            (start, end, kind, _letters(self._text(data[start:end], page)))
            for start, end, kind in _artifacts(data)
        ]
        gone = _runs(pieces, self.markings)
        if not gone:
            return
        kept, done = [], 0
        for start, end in gone:
            kept.append(data[done:start])
            done = end
        kept.append(data[done:])
        content.write(zlib.compress(b"".join(kept), 9), filter=Name.FlateDecode)

    def _text(self, data: bytes, page: Any) -> str:
        fonts = page.get("/Resources", Dictionary()).get("/Font", Dictionary())
        text, codes = "", {}
        for font, shown in _TEXT.findall(data):
            if font:
                codes = self._codes(fonts.get(font.decode("latin-1")))
            else:
                joined = b"".join(_CODES.findall(shown)).decode()
                text += "".join(codes.get(joined[at : at + 4], "") for at in range(0, len(joined), 4))
        return text

    def _codes(self, font: Any) -> dict[str, str]:
        if font is None or "/ToUnicode" not in font:
            return {}
        key = font.objgen
        if key not in self._fonts:
            table = font.ToUnicode.read_bytes().decode("latin-1")
            self._fonts[key] = {
                code.lower(): bytes.fromhex(value).decode("utf-16-be", "replace")
                for code, value in _PAIR.findall(table)
                if len(value) % 4 == 0
            }
        return self._fonts[key]


def _artifacts(data: bytes) -> list[tuple[int, int, bytes]]:
    """Start, end and kind of each artifact of pagination."""
    found: list[tuple[int, int, bytes]] = []
    for opening in _OPENING.finditer(data):
        depth, end = 1, opening.end() - 1
        while depth:
            token = _TOKEN.search(data, end)
            if token is None:
                return found
            depth += -1 if token[1] == b"EMC" else 1
            end = token.end()
        found.append((opening.start(), end, opening[1]))
    return found


def _runs(pieces: list[tuple[int, int, bytes, str]], markings: frozenset[str]) -> list[tuple[int, int]]:
    """Where the artifacts lie that together are a marking: a text may be painted in several."""
    gone = []
    at = 0
    while at < len(pieces):
        texts = [piece[3] for piece in pieces[at : at + _alike(pieces, at)]]
        count = next((n for n, text in enumerate(accumulate(texts), 1) if text in markings), 0)
        if count and pieces[at][3]:
            gone += [(start, end) for start, end, _, _ in pieces[at : at + count]]
        at += max(count, 1)
    return gone


def _alike(pieces: list[tuple[int, int, bytes, str]], at: int) -> int:
    """How many pieces follow, from one on, that are of the same kind."""
    return sum(1 for _ in takewhile(lambda piece: piece[2] == pieces[at][2], pieces[at:]))


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
