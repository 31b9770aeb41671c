"""How often forms are drawn on a page: forms within forms can multiply without end (ISO 32000-1, 8.10.1)."""

from __future__ import annotations

import re
from typing import Any, Final

from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.packet.annex.pages import content_of, data_of
from pipeline.packet.pdf.objects import entries

MOST: Final = 100_000
"""How often forms may be drawn on one page. A map of a hundred thousand signs is still drawn."""

_DRAWN: Final = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_DEEPEST: Final = 60


def multiplies(pdf: Pdf) -> bool:
    """Whether a page draws forms more often than `MOST` times, or a form within itself."""
    known: dict[tuple[int, int], int] = {}
    return any(
        _count(content_of(page.obj), page.obj.get("/Resources"), known, ()) > MOST for page in pdf.pages
    )


def _count(data: bytes, resources: Any, known: dict[tuple[int, int], int], above: tuple[Any, ...]) -> int:
    """How often forms are drawn by a content stream and by the forms that it draws."""
    forms = entries(resources.get("/XObject")) if isinstance(resources, Dictionary) else {}
    total = 0
    for name in _DRAWN.findall(data):
        form = forms.get("/" + name.decode("utf-8", "surrogateescape"))
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form:
            continue
        if form.objgen in above or len(above) > _DEEPEST:
            return MOST + 1
        if form.objgen not in known:
            own = form.get("/Resources", resources)
            known[form.objgen] = 1 + _count(data_of(form), own, known, (*above, form.objgen))
        total += known[form.objgen]
        if total > MOST:
            break
    return total


def cut_loops(pdf: Pdf) -> int:
    """Take out of forms and patterns those that they stand in themselves: to draw them has no end (8.7.3).

    :returns: how many there were.
    """
    count = 0
    done: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, tuple[tuple[int, int], ...]]] = [
        (page.obj.get("/Resources"), ()) for page in pdf.pages
    ]
    while waiting:
        resources, above = waiting.pop()
        if not isinstance(resources, Dictionary) or len(above) > _DEEPEST:
            continue
        for kind in ("/XObject", "/Pattern"):
            listed: Any = resources.get(kind)
            for name, inner in entries(listed).items():
                if not isinstance(inner, Stream):
                    continue
                if inner.objgen in above:
                    del listed[name]
                    count += 1
                elif inner.objgen not in done:
                    done.add(inner.objgen)
                    waiting.append((inner.get("/Resources"), (*above, inner.objgen)))
    return count
