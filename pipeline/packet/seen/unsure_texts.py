"""Pages with text that no engine tells, nor whether it is seen: in patterns, masks and drawn glyphs.

A pattern (ISO 32000-1, 8.7.3), a soft mask (11.6.5.3) and a glyph of a Type 3 font (9.6.5) are content of
their own, which may hold text. It is drawn, wholly, in part or not at all, and is never told as text of its
page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.packet.pdf.objects import entries
from pipeline.packet.seen.page_views import INSIDE, View

_SHOWS: Final = re.compile(rb"""[)>\]][\x00\t\n\x0c\r ]*(?:T[jJ]|['"])""")
_DEEPEST: Final = 40


def note_unsure_texts(pdf: Pdf, seen: Sequence[View]) -> None:
    """Note with the view of each such page that it has text of which nobody can tell whether it is seen.

    :param seen: the views of all pages of the file.
    """
    known: dict[tuple[int, int], bool] = {}
    for page, view in zip(pdf.pages, seen, strict=True):
        if _within(page.obj.get("/Resources"), inside=False, known=known, depth=0):
            view.hidden[INSIDE] += 1


def _within(resources: Any, *, inside: bool, known: dict[tuple[int, int], bool], depth: int) -> bool:
    """Whether something that resources name has such text.

    :param inside: whether they are those of a pattern, a mask or a glyph.
    """
    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return False
    streams = [(one, inside) for one in entries(resources.get("/XObject")).values()]
    streams += [(one, True) for one in entries(resources.get("/Pattern")).values()]
    for state in entries(resources.get("/ExtGState")).values():
        mask = state.get("/SMask") if isinstance(state, Dictionary) else None
        if isinstance(mask, Dictionary):
            streams.append((mask.get("/G"), True))
    for font in entries(resources.get("/Font")).values():
        if isinstance(font, Dictionary) and font.get("/Subtype") == Name.Type3:
            streams += [(one, True) for one in entries(font.get("/CharProcs")).values()]
            key = (font.objgen[0], -1)
            if not font.is_indirect or key not in known:
                known[key] = False
                if _within(font.get("/Resources"), inside=True, known=known, depth=depth + 1):
                    return True
    return any(_holds(one, inside=deep, known=known, depth=depth) for one, deep in streams)


def _holds(stream: Any, *, inside: bool, known: dict[tuple[int, int], bool], depth: int) -> bool:
    if not isinstance(stream, Stream) or stream.get("/Subtype") == Name.Image:
        return False
    key = (stream.objgen[0], int(inside))
    if key not in known:
        known[key] = False  # it may stand in itself
        known[key] = (inside and _shows(stream)) or _within(
            stream.get("/Resources"), inside=inside, known=known, depth=depth + 1
        )
    return known[key]


def _shows(stream: Any) -> bool:
    try:
        return _SHOWS.search(stream.read_bytes()) is not None
    except pikepdf.PdfError:
        return False
