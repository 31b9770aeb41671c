"""From the codes in a PDF's content to characters and widths (ISO 32000-1, 9.7 and 9.10)."""

from __future__ import annotations

import re
from typing import Any, Final

UNKNOWN: Final = "\ufffd"
"""Stands for a glyph of which the file does not say what character it is."""

_HEX: Final = re.compile(r"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


class Font:
    """A font of a page's resources: cuts strings into codes, gives each its characters and its width.

    :param font: the font dictionary.
    """

    def __init__(self, font: Any) -> None:
        self.wide = font.get("/Subtype") == "/Type0"
        self.size = 2 if self.wide else 1
        self.to_unicode: dict[int, str] = {}
        if "/ToUnicode" in font:
            self._read_cmap(font["/ToUnicode"].read_bytes().decode("latin-1"))
        self.widths: dict[int, float] = {}
        self.default = 0.0
        if self.wide:
            below = font["/DescendantFonts"][0]
            self.default = float(below.get("/DW", 1000))
            self._read_wide(list(below.get("/W", [])))
        elif "/Widths" in font:
            first = int(font.get("/FirstChar", 0))
            self.widths = {first + n: float(width) for n, width in enumerate(font["/Widths"])}

    def _read_cmap(self, text: str) -> None:
        """A ToUnicode CMap: its ``bfchar`` and ``bfrange`` sections."""
        for section in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
            values = [match[1] for match in _HEX.finditer(section)]
            for code, value in zip(values[::2], values[1::2], strict=False):
                self.to_unicode[int(code, 16)] = _characters(value)
        for section in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
            tokens = [match[1] if match[1] is not None else match[0] for match in _HEX.finditer(section)]
            at = 0
            while at + 2 < len(tokens):
                low, high = int(tokens[at], 16), int(tokens[at + 1], 16)
                if tokens[at + 2] == "[":
                    end = tokens.index("]", at + 3)
                    for number, value in enumerate(tokens[at + 3 : end]):
                        self.to_unicode[low + number] = _characters(value)
                    at = end + 1
                    continue
                start = _characters(tokens[at + 2])
                for code in range(low, min(high, low + 0xFFFF) + 1):
                    last = chr(min(ord(start[-1]) + code - low, 0x10FFFF)) if start else ""
                    self.to_unicode[code] = start[:-1] + last
                at += 3

    def _read_wide(self, parts: list[Any]) -> None:
        """The widths of a CIDFont (ISO 32000-1, 9.7.4.3)."""
        at = 0
        while at < len(parts):
            first, second = int(parts[at]), parts[at + 1]
            try:
                values = [float(width) for width in second]
            except TypeError:
                width = float(parts[at + 2])
                self.widths.update(dict.fromkeys(range(first, int(second) + 1), width))
                at += 3
                continue
            self.widths.update({first + n: width for n, width in enumerate(values)})
            at += 2

    def decode(self, data: bytes) -> tuple[str, float, int]:
        """Characters, width in thousandths of the type's size, and number of glyphs of a string."""
        size = self.size
        codes = [int.from_bytes(data[at : at + size], "big") for at in range(0, len(data), size)]
        text = "".join(self.to_unicode.get(code, UNKNOWN) for code in codes)
        return text, sum(self.widths.get(code, self.default) for code in codes), len(codes)


def _characters(value: str) -> str:
    return bytes.fromhex("".join(value.split())).decode("utf-16-be", "replace")
