"""Checksums of what a packet is: pages, structure, what hangs on its catalogue, the record itself."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from pikepdf import Dictionary, Name, Pdf, String

from pipeline.packet.base.model import RECORD
from pipeline.packet.pdf.digests import Digests
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.stitch.record import embedded, sealed

_DIGITS: Final = 32
"""Hexadecimal digits of a checksum: half of SHA-256."""
_TEXTS: Final = ("/S", "/Alt", "/ActualText", "/E", "/Lang", "/T", "/ID")


def seal(pdf: Pdf) -> None:
    """Complete the record inside a packet that is ready to be saved: what hangs on its catalogue."""
    stream = embedded(pdf)[RECORD]
    text = sealed(json.loads(stream.read_bytes()) | {"document": Seals(pdf, set()).document()})
    stream.write(text)
    stream.Params.Size = len(text)
    stream.Params.CheckSum = String(hashlib.md5(text, usedforsecurity=False).digest())


class Seals:
    """Checksums of pages, of the structure of parts and of the catalogue.

    They are the same for a packet in memory and in its file.

    :raises ValueError: as `embedded`.
    """

    def __init__(self, pdf: Pdf, names: set[str]) -> None:
        self.pdf = pdf
        self.names = names
        record = embedded(pdf).get(RECORD)
        self._digests = Digests(pdf, frozenset() if record is None else frozenset([record.objgen]))

    @property
    def reached(self) -> set[tuple[int, int]]:
        """Numbers of the objects that count in the checksums that were made."""
        return self._digests.reached

    def document(self) -> dict[str, str]:
        """The checksums of what hangs on the catalogue, the content of the record itself left out."""
        return self._digests.document()

    def pages(self, first: int, count: int) -> tuple[str, ...]:
        """The checksums of some pages, the first counted from 0."""
        return tuple(
            self._digests.page(index)
            for index in range(max(first, 0), min(first + count, len(self.pdf.pages)))
        )

    def tags(self, top: Any) -> str:
        """The checksum of the structure of a part, without that of parts within it."""
        state = hashlib.sha256()
        stack = [top]
        while stack:
            element = stack.pop()
            for key in _TEXTS:
                if key in element:
                    state.update(f"{key} {element[key]}\n".encode("utf-8", "replace"))
            for kid in values_of(element.get("/K")):
                if isinstance(kid, int):
                    state.update(f"{kid} ".encode())
                elif not isinstance(kid, Dictionary) or kid.get("/Type") == Name.OBJR:
                    state.update(b"object ")
                elif kid.get("/Type") == Name.MCR:
                    state.update(f"{kid.MCID} ".encode())
                elif str(kid.get("/ID", "")) not in self.names:
                    stack.append(kid)
            state.update(b"\n")
        return state.hexdigest()[:_DIGITS]


def part_elements(pdf: Pdf, names: set[str]) -> dict[str, Any]:
    """The topmost structure element of each part, by name."""
    found: dict[str, Any] = {}
    stack = _elements(pdf.Root.StructTreeRoot.get("/K"))
    while stack:
        element = stack.pop()
        name = str(element.get("/ID", ""))
        if name in names:
            found.setdefault(name, element)
        if name in names or element.get("/S") == Name.Document:
            stack += _elements(element.get("/K"))
    return found


def _elements(value: Any) -> list[Any]:
    return [kid for kid in values_of(value) if isinstance(kid, Dictionary) and "/S" in kid]
