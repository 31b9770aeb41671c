"""Content streams without what no viewer draws: comments, operators that nobody knows, texts without extent.

A page may hold words between its instructions that only a text editor shows. What is read is written anew
(ISO 32000-1, 7.8.2 and annex A) where there may be such; most streams are as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
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
_LAST: Final = frozenset((*_OPERANDS, *_ANY, "EI", ""))
"""What a stream may end with."""
_TEXTS: Final = frozenset(("Tj", "TJ", "'", '"'))
_WITH_TEXTS: Final = _TEXTS | {"BDC", "DP"}
_AFTER_TEXT: Final = re.compile(rb"""(?:\)|(?<!>)>(?!>))[\x00\t\n\x0c\r ]*(\]|[A-Za-z'"*\d][\w*]*|$)""")
"""What follows a string."""
_ARRAY: Final = re.compile(rb"\[(?:[^\]()/]|\((?:[^()\\]|\\.)*\))*\][\x00\t\n\x0c\r ]*TJ(?![\w*])", re.DOTALL)
"""Texts and the space between them."""
_ODD_ARRAY: Final = re.compile(rb"\][\x00\t\n\x0c\r ]*TJ(?![\w*])")
_ENTRIES: Final = re.compile(rb">>[\x00\t\n\x0c\r ]*(?!BDC|DP|ID|>>|[/\[\]]|\Z)\S")
"""Entries that are for no operator that may have some."""
_NAMED: Final = re.compile(
    rb"/([^\x00\t\n\x0c\r /<>\[\](){}%]*)[\x00\t\n\x0c\r ]+(?:[\d.+-]+[\x00\t\n\x0c\r ]+)?"
    rb"(gs|Do|sh|Tf|cs|CS|scn|SCN)(?![\w*])"
)
_KINDS: Final = {
    **{"gs": "/ExtGState", "Do": "/XObject", "sh": "/Shading", "Tf": "/Font", "scn": "/Pattern"},
    **{"cs": "/ColorSpace", "CS": "/ColorSpace", "SCN": "/Pattern"},
}
"""Where operators look for what they name (7.8.3)."""
_SPACES: Final = frozenset(("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"))
"""What need not be a resource (8.6.8)."""
Known = Mapping[str, AbstractSet[str]]
"""The names of resources, by their kinds."""
_NAMES: Final = frozenset((*_KINDS, "cs", "CS", "ri", "scn", "SCN", "BMC", "BDC", "MP", "DP"))
_ARRAYS: Final = frozenset(("TJ", "d"))
_INTENT: Final = re.compile(rb"(/[^\x00\t\n\x0c\r /<>\[\](){}%]*)[\x00\t\n\x0c\r ]+ri(?![\w*])")
_INTENTS: Final = frozenset(
    (b"/AbsoluteColorimetric", b"/RelativeColorimetric", b"/Saturation", b"/Perceptual")
)
"""What may be said of how colours are meant (8.6.5.8)."""
_WITHOUT_EXTENT: Final = re.compile(rb"(?<![\d.])-?0*\.?0+[\x00\t\n\x0c\r ]+T[zf]\b")


def plain(data: bytes, spaces: Mapping[str, Any], known: Known) -> tuple[bytes, bool]:
    """A content stream without what is not drawn.

    :param spaces: the colour spaces that it may name.
    :param known: what it may name otherwise, by the kinds of resources; none, where others give it that.
    :returns: the same object, when there was nothing to do; and whether a text without extent was in it.
    """
    if not _may_hold(data, known):
        return data, False
    try:
        given = instructions(data)
    except pikepdf.PdfError:
        return data, False
    writer = _Writer(spaces, known)
    kept = list(writer.kept(given))
    return pikepdf.unparse_content_stream(kept), writer.hidden


def _may_hold(data: bytes, known: Known) -> bool:
    if b"%" in data or _WITHOUT_EXTENT.search(data):
        return True
    if b"ri" in data and not _INTENTS.issuperset(_INTENT.findall(data)):
        return True
    if any(last.strip(b"\0").decode("latin-1") not in _LAST for last in data.rsplit(None, 1)[-1:]):
        return True
    if data.count(b"(") - data.count(b"\\(") != data.count(b")") - data.count(b"\\)"):
        return True
    if _ENTRIES.search(data):
        return True
    if known and any(not _is_known(name, word.decode(), known) for name, word in set(_NAMED.findall(data))):
        return True
    rest = _ARRAY.sub(b"[]", data)
    after = set(_AFTER_TEXT.findall(rest))
    if _ODD_ARRAY.search(rest) or any(word.decode("latin-1") not in _TEXTS for word in after):
        return True
    return may_carry(data)


def _is_known(name: bytes, operator: str, known: Known) -> bool:
    # Names with an escape are told when they are read.
    return b"#" in name or _has("/" + name.decode("utf-8", "surrogateescape"), operator, known)


def _has(name: str, operator: str, known: Known) -> bool:
    kind = _KINDS[operator]
    return name in known.get(kind, ()) or (kind == "/ColorSpace" and name in _SPACES)


def _fits(name: str, value: Any) -> bool:
    """Whether an operator may have such an operand."""
    if isinstance(value, pikepdf.String):
        return name in _WITH_TEXTS
    if isinstance(value, pikepdf.Name):
        return name in _NAMES
    if isinstance(value, pikepdf.Dictionary):
        return name in ("BDC", "DP")
    return not isinstance(value, pikepdf.Array) or name in _ARRAYS


class _Writer:
    """Passes on what draws, or says how.

    :ivar hidden: whether a text without extent was left out.
    """

    def __init__(self, spaces: Mapping[str, Any], known: Known) -> None:
        self.hidden = False
        self._known = known
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
            if not all(_fits(name, value) for value in operands):
                continue
            names = [str(value) for value in operands if isinstance(value, pikepdf.Name)]
            if self._known and name in _KINDS and not all(_has(one, name, self._known) for one in names):
                continue
            if name in _ARRAYS and operands and isinstance(operands[0], pikepdf.Array):
                texts = name == "TJ"
                operands[0] = pikepdf.Array(
                    [
                        one
                        for one in operands[0]
                        if not isinstance(one, pikepdf.Object) or (texts and isinstance(one, pikepdf.String))
                    ]
                )
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
