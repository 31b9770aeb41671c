"""Texts of an annex that are read aloud and not shown: they may say no more than its pages do.

A mark of content or an element of the structure may bring a text that is read in place of what stands there
(ISO 32000-1, 14.9.3 to 14.9.5: ``Alt``, ``ActualText``, ``E``). Whoever looks at a page does not see it, and
a search finds it. So it stays only where the page shows its words; what describes a picture stays, and is
told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name

from pipeline.packet.pdf.content_streams import instructions
from pipeline.packet.pdf.objects import values_of

SPOKEN: Final = ("/ActualText", "/Alt", "/E")
_INLINE: Final = re.compile(rb"<<(.{0,20000}?)>>[\x00\t\n\x0c\r ]*(?:BDC|DP)\b", re.DOTALL)
_OF_MARKS: Final = frozenset((*SPOKEN, "/MCID", "/Lang", "/Type", "/Subtype", "/BBox", "/Attached"))
_OF_LAYERS: Final = (Name.OCG, Name.OCMD)
_PICTURES: Final = frozenset(("/Figure", "/Formula"))
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9-]{1,35}")


def silenced(data: bytes, heard: list[str]) -> bytes:
    """A content stream whose marks bring no words of their own; signs such as a hyphen stay.

    :param heard: gets the words that were taken out.
    :returns: the same object, when there was nothing to do.
    """
    if b"BDC" not in data and b"DP" not in data:
        return data
    if not any(b"(" in found[1] or b"<" in found[1] for found in _INLINE.finditer(data)):
        return data
    kept: list[Any] = []
    changed = False
    for instruction in instructions(data):
        if str(instruction.operator) in {"BDC", "DP"} and len(instruction.operands) > 1:
            changed |= silence(instruction.operands[1], heard)
        kept.append(instruction)
    return pikepdf.unparse_content_stream(kept) if changed else data


def silence(properties: Any, heard: list[str]) -> bool:
    """Take the words out of the properties of a mark (14.6.2), and what other programs keep there.

    :returns: whether there was something to take out.
    """
    if not isinstance(properties, Dictionary) or properties.get("/Type") in _OF_LAYERS:
        return False
    others = set(properties.keys()) - _OF_MARKS
    for key in others:
        del properties[key]
    count = len(heard)
    for key in SPOKEN:
        text = str(properties.get(key, ""))
        if any(map(str.isalnum, text)):
            heard.append(text)
            del properties[key]
    return bool(others) or len(heard) > count


def squeezed(text: str) -> str:
    """The letters and figures of a text in one row, as they are compared: hyphens and spaces don't count."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def shown_in(text: str, shown: str) -> bool:
    """Whether every word of a text stands in what is shown, which is squeezed."""
    return all(squeezed(word) in shown for word in text.split())


@dataclass
class Spoken:
    """Looks through the elements of a structure whose pages are known.

    :param pages: the index of each page, by its number.
    :param shown: what each page shows, squeezed.
    :ivar dropped: how many texts were taken out.
    :ivar described: the texts of pictures, in order.
    """

    pages: dict[tuple[int, int], int]
    shown: Sequence[str]
    dropped: int = 0
    described: list[str] = field(default_factory=list)

    def look(self, top: Any) -> None:
        """Take out of an element and all below it what its pages don't show."""
        for element, own in with_pages(top, self.pages):
            shown = "".join(self.shown[index] for index in sorted(own))
            self._element(element, shown)

    def _element(self, element: Any, shown: str) -> None:
        if element.get("/S") in _PICTURES and "/ActualText" in element:
            if not str(element.get("/Alt", "")):
                element.Alt = element.ActualText
            del element["/ActualText"]
        for key in (*SPOKEN, "/T"):
            if key not in element:
                continue
            text = str(element.get(key))
            if key == "/Alt" and str(element.get("/S")) in _PICTURES:
                self.described += [text] if text.strip() else []
            elif not shown_in(text, shown):
                self.dropped += key != "/T"
                del element[key]
        if "/Lang" in element and not _LANGUAGE.fullmatch(str(element.get("/Lang"))):
            del element["/Lang"]
        for attribute in values_of(element.get("/A")):
            if isinstance(attribute, Dictionary) and not shown_in(str(attribute.get("/Summary", "")), shown):
                del attribute["/Summary"]
                self.dropped += 1


def with_pages(top: Any, pages: dict[tuple[int, int], int]) -> Iterator[tuple[Any, set[int]]]:
    """Each element of a tree, those below first, with the pages that it and those stand on."""
    found: dict[tuple[int, int], set[int]] = {}
    waiting: list[tuple[Any, bool]] = [(top, False)]
    while waiting:
        element, done = waiting.pop()
        kids = [kid for kid in values_of(element.get("/K")) if isinstance(kid, Dictionary)]
        below = [kid for kid in kids if "/S" in kid and kid.get("/Type", Name.StructElem) == Name.StructElem]
        if not done:
            waiting += [(element, True), *((kid, False) for kid in below)]
            continue
        named = [element.get("/Pg"), *(kid.get("/Pg") for kid in kids)]
        own = {pages[page.objgen] for page in named if isinstance(page, Dictionary) and page.objgen in pages}
        found[element.objgen] = own.union(*(found.get(kid.objgen, set()) for kid in below))
        yield element, found[element.objgen]
