"""Content streams without what no viewer draws: comments, operators that nobody knows, texts without extent.

A page may hold words between its instructions that only a text editor shows. What is read is written anew
(ISO 32000-1, 7.8.2 and annex A) where there may be such; most streams are as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pikepdf
from pikepdf import ContentStreamInlineImage, Operator

from pipeline.packet.pdf.content_streams import instructions
from pipeline.packet.plain.inline_images import may_carry, plain_image

_OPERANDS: Final = {
    **dict.fromkeys(
        (
            *("q", "Q", "h", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "W", "W*"),
            *("BT", "ET", "T*", "EMC", "BX", "EX"),
        ),
        0,
    ),
    **dict.fromkeys(
        (
            *("w", "J", "j", "M", "ri", "i", "gs", "Tc", "Tw", "Tz", "TL", "Tr", "Ts", "Tj", "TJ", "'"),
            *("CS", "cs", "G", "g", "sh", "Do", "MP", "BMC"),
        ),
        1,
    ),
    **dict.fromkeys(("d", "m", "l", "Tf", "Td", "TD", "DP", "BDC", "d0"), 2),
    **dict.fromkeys(("RG", "rg", '"'), 3),
    **dict.fromkeys(("v", "y", "re", "K", "k"), 4),
    **dict.fromkeys(("cm", "c", "Tm", "d1"), 6),
}
"""How many operands each operator has."""
_ANY: Final = frozenset(("SC", "SCN", "sc", "scn"))
_TEXTS: Final = frozenset(("Tj", "TJ", "'", '"'))
_WITH_TEXTS: Final = _TEXTS | {"BDC", "DP"}
_AFTER_TEXT: Final = re.compile(rb"""(?:\)|(?<!>)>(?!>))[\x00\t\n\x0c\r ]*([A-Za-z'"*\d][\w*]*)""")
"""What follows a string."""
_ARRAY: Final = re.compile(rb"\[(?:[^\]()]|\((?:[^()\\]|\\.)*\))*\]", re.DOTALL)
_INTENT: Final = re.compile(rb"(/[^\x00\t\n\x0c\r /<>\[\](){}%]*)[\x00\t\n\x0c\r ]+ri(?![\w*])")
_INTENTS: Final = frozenset(
    (b"/AbsoluteColorimetric", b"/RelativeColorimetric", b"/Saturation", b"/Perceptual")
)
"""What may be said of how colours are meant (8.6.5.8)."""
_WITHOUT_EXTENT: Final = re.compile(rb"(?<![\d.])-?0*\.?0+[\x00\t\n\x0c\r ]+T[zf]\b")


def plain(data: bytes, spaces: Mapping[str, Any]) -> tuple[bytes, bool]:
    """A content stream without what is not drawn.

    :param spaces: the colour spaces that it may name.
    :returns: the same object, when there was nothing to do; and whether a text without extent was in it.
    """
    if not _may_hold(data):
        return data, False
    try:
        given = instructions(data)
    except pikepdf.PdfError:
        return data, False
    writer = _Writer(spaces)
    kept = list(writer.kept(given))
    return pikepdf.unparse_content_stream(kept), writer.hidden


def _may_hold(data: bytes) -> bool:
    if b"%" in data or _WITHOUT_EXTENT.search(data):
        return True
    if b"ri" in data and not _INTENTS.issuperset(_INTENT.findall(data)):
        return True
    after = set(_AFTER_TEXT.findall(_ARRAY.sub(b"[]", data)))
    if any(word.decode("latin-1") not in _TEXTS for word in after):
        return True
    return may_carry(data)


class _Writer:
    """Passes on what draws, or says how.

    :ivar hidden: whether a text without extent was left out.
    """

    def __init__(self, spaces: Mapping[str, Any]) -> None:
        self.hidden = False
        self._spaces = spaces
        self._states: list[tuple[bool, bool]] = []
        self._state = (False, False)
        """Whether letters have no width, and no size."""

    def kept(self, given: Iterable[Any]) -> Iterator[Any]:
        """The instructions that stay."""
        for one in given:
            if isinstance(one, ContentStreamInlineImage):
                yield plain_image(one, self._spaces)
                continue
            name, operands = str(one.operator), list(one.operands)
            count = _OPERANDS.get(name)
            if count is None and name not in _ANY:
                continue
            self._follow(name, operands)
            if name in _TEXTS and any(self._state):
                self.hidden = True
                continue
            if count is not None and len(operands) > count:
                operands = operands[-count:] if count else []
            if name == "ri" and str(operands[-1] if operands else "").encode() not in _INTENTS:
                continue
            if name not in _WITH_TEXTS and any(isinstance(value, pikepdf.String) for value in operands):
                continue
            yield operands, Operator(name)

    def _follow(self, name: str, operands: list[Any]) -> None:
        width, size = self._state
        if name == "q":
            self._states.append(self._state)
        elif name == "Q":
            self._state = self._states.pop() if self._states else (False, False)
        elif name == "Tz" and operands:
            self._state = operands[-1] == 0, size
        elif name == "Tf" and operands:
            self._state = width, operands[-1] == 0
