"""Links of an external PDF to other files, by their names: to one that is in the packet, they lead there.

Programs write such links in three ways: ``GoToR`` (ISO 32000-1, 12.6.4.3), ``Launch`` (12.6.4.5), and an
address that is relative or one of a disk (``other.pdf#page=3``, RFC 8118). Only the name of the file counts,
and no file is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.base.model import page_address
from pipeline.packet.base.wishes import Other
from pipeline.packet.pdf.objects import values_of

_PAGE: Final = re.compile(r"(?:^|&)page=([0-9]{1,6})(?:&|$)")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ENDING: Final = ".pdf"


def asked_files(pdf: Pdf) -> list[str]:
    """The names of the PDF files that links lead to, in small letters."""
    return sorted({asked[0] for _, asked in _asking(pdf)})


def lead_to_others(pdf: Pdf, others: Sequence[Other]) -> None:
    """Let links to files that are in the packet be links to their pages there; the rest stays as it is.

    :param others: what is in the packet; of two with one name, the first counts.
    """
    known: dict[str, Other] = {}
    for other in others:
        known.setdefault(other.file.casefold(), other)
    for link, (file, page) in _asking(pdf):
        place = known[file].page(page) if file in known else None
        if place is not None:
            address = page_address(known[file].name).format(page=place)
            link.A = Dictionary(Type=Name.Action, S=Name.URI, URI=String(address))


def _asking(pdf: Pdf) -> Iterator[tuple[Any, tuple[str, int]]]:
    """Links to other PDF files: each with the name of the file and the page, from 1."""
    for page in pdf.pages:
        for link in values_of(page.obj.get("/Annots")):
            if isinstance(link, Dictionary) and link.get("/Subtype") == Name.Link and "/Dest" not in link:
                asked = _asked(link.get("/A"))
                if asked is not None:
                    yield link, asked


def _asked(action: Any) -> tuple[str, int] | None:
    if not isinstance(action, Dictionary):
        return None
    kind, page = action.get("/S"), 1
    first: Any
    if kind == Name.URI:
        address = str(action.get("/URI", "")).strip()
        scheme = _SCHEME.match(address)
        if scheme is not None and scheme[0].lower() != "file:":
            return None
        path, _, fragment = address.partition("#")
        found = _PAGE.search(fragment)
        page, name = int(found[1]) if found else 1, unquote(path.partition("?")[0])
    elif kind in (Name.GoToR, Name.Launch):
        name, to = _file(action.get("/F")), action.get("/D")
        first = to[0] if isinstance(to, Array) and len(to) else 0
        page = first + 1 if isinstance(first, int) else 1
    else:
        return None
    name = re.split(r"[/\\:]", name)[-1].strip().casefold()
    return (name, page) if name.endswith(_ENDING) and page > 0 else None


def _file(value: Any) -> str:
    """The name in a file specification (7.11)."""
    if isinstance(value, Dictionary):
        value = value.get("/UF", value.get("/F"))
    return str(value) if isinstance(value, String) else ""
