"""Resources of an annex with what says how something is drawn, and no more (ISO 32000-1, chapters 8 and 9).

Fonts, colours, functions, shadings and states of graphics may hold entries that no viewer looks at, remarks
between instructions, and bytes behind their data. Whoever opens the file in an editor reads them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Stream, String

from pipeline.packet.pdf.objects import entries, rewrite, values_of
from pipeline.packet.plain.colour_profiles import plain_profile
from pipeline.packet.plain.font_files import plain_font, plain_type1
from pipeline.packet.plain.told_letters import REMARK, plain_letters

_STREAM: Final = ("/Length", "/Filter", "/DecodeParms")


def _keys(names: str, *more: str) -> frozenset[str]:
    return frozenset((*(f"/{name}" for name in names.split()), *more))


_STATE: Final = _keys(
    "Type LW LC LM ML D RI OP op OPM Font BG BG2 UCR UCR2 TR TR2 FL SM SA BM SMask CA ca AIS TK"
)
_MASK: Final = _keys("Type S G BC TR")
_GROUP: Final = _keys("Type S CS I K")
_FONT: Final = _keys(
    "Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts "
    "CharProcs FontBBox FontMatrix Resources CIDSystemInfo DW W DW2 W2 CIDToGIDMap"
)
_DESCRIPTOR: Final = _keys(
    "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight "
    "XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 Lang FD"
)
_FONT_FILE: Final = _keys("Length1 Length2 Length3 Subtype", *_STREAM)
_ENCODING: Final = _keys("Type BaseEncoding Differences")
_SHADING: Final = _keys(
    "ShadingType ColorSpace Background BBox AntiAlias Coords Domain Extend Function Matrix BitsPerCoordinate "
    "BitsPerComponent BitsPerFlag Decode VerticesPerRow",
    *_STREAM,
)
_PATTERN: Final = _keys("Type PatternType Shading Matrix ExtGState")
_PROFILE: Final = _keys("N Alternate Range", *_STREAM)
_COLOUR: Final = _keys("WhitePoint BlackPoint Gamma Matrix Range")
_COLOURANTS: Final = _keys("Subtype Colorants Process MixingHints")
_FUNCTION: Final = _keys(
    "FunctionType Domain Range C0 C1 N Functions Bounds Encode Size BitsPerSample Order Decode", *_STREAM
)
_BLENDS: Final = _keys(
    "Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight "
    "Difference Exclusion Hue Saturation Color Luminosity"
)
"""How colours are mixed with those below them (11.3.5)."""
_TEXTS: Final = frozenset(("/Lang",))
_SPACES: Final = frozenset(("/ColorSpace", "/CS"))
"""Whose arrays may have a palette in them."""
_TEXT: Final = re.compile(rb"\(|(?<!<)<(?!<)")
_COMPONENTS: Final = {"/DeviceGray": 1, "/CalGray": 1, "/Separation": 1, "/DeviceCMYK": 4}
_OTHERWISE: Final = 3
_LARGEST: Final = 1 << 24
"""Samples of a function, in bytes, that are looked at."""


class PlainResources:
    """Frees resources, in place; what several pages share, once.

    :param heard: gets the words that letters stood for and that they do not show.
    """

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard
        self._seen: set[tuple[int, int]] = set()

    def clean(self, resources: Any) -> None:
        """Free all that content may name of its resources."""
        for state in entries(resources.get("/ExtGState")).values():
            self._state(state)
        for font in entries(resources.get("/Font")).values():
            self._font(font)
        for shading in entries(resources.get("/Shading")).values():
            self._shading(shading)
        for space in entries(resources.get("/ColorSpace")).values():
            self.space(space)
        for pattern in entries(resources.get("/Pattern")).values():
            if not isinstance(pattern, Stream) and self._keep(pattern, _PATTERN):
                self._shading(pattern.get("/Shading"))
                self._state(pattern.get("/ExtGState"))

    def group(self, group: Any) -> None:
        """Free what says how the parts of a form go together (11.6.6)."""
        if self._keep(group, _GROUP):
            self.space(group.get("/CS"))

    def space(self, space: Any) -> None:
        """Free a colour space (8.6)."""
        if not isinstance(space, Array) or not len(space) or self._known(space):
            return
        kind, parts = str(space[0]), list(space)
        if kind == "/ICCBased" and len(parts) > 1 and isinstance(parts[1], Stream):
            if self._keep(parts[1], _PROFILE):
                _cut(parts[1], lambda data: int.from_bytes(data[:4], "big"))  # its size (ICC.1, 7.2.2)
                rewrite(parts[1], plain_profile)
                self.space(parts[1].get("/Alternate"))
        elif kind in {"/Indexed", "/I"} and len(parts) > 3:
            self.space(parts[1])
            length = (int(parts[2]) + 1) * _components(parts[1])
            if isinstance(parts[3], Stream):
                self._keep(parts[3], frozenset(_STREAM))
                _cut(parts[3], lambda _: length)
            elif isinstance(parts[3], String):
                space[3] = String(bytes(parts[3])[:length])
        elif kind in {"/Separation", "/DeviceN"} and len(parts) > 3:
            self.space(parts[2])
            self._function(parts[3])
            if len(parts) > 4 and self._keep(parts[4], _COLOURANTS):
                for colourant in entries(parts[4].get("/Colorants")).values():
                    self.space(colourant)
        elif kind in {"/CalGray", "/CalRGB", "/Lab"} and len(parts) > 1:
            self._keep(parts[1], _COLOUR)
        elif kind == "/Pattern" and len(parts) > 1:
            self.space(parts[1])

    def _known(self, thing: Any) -> bool:
        if not thing.is_indirect:
            return False
        known = thing.objgen in self._seen
        self._seen.add(thing.objgen)
        return known

    def _keep(self, thing: Any, keys: frozenset[str]) -> bool:
        """Drop all other entries.

        :returns: whether it has entries, and is seen for the first time.
        """
        if not isinstance(thing, (Dictionary, Stream)) or self._known(thing):
            return False
        for key in set(thing.keys()) - keys:
            del thing[key]
        without_words(thing)
        return True

    def _state(self, state: Any) -> None:
        if not self._keep(state, _STATE):
            return
        for key in ("/BG", "/BG2", "/UCR", "/UCR2", "/TR", "/TR2"):
            self._function(state.get(key))
        if isinstance(state.get("/BM"), Name) and str(state.BM) not in _BLENDS:
            del state["/BM"]
        mask = state.get("/SMask")
        if isinstance(mask, Dictionary) and self._keep(mask, _MASK):
            self._function(mask.get("/TR"))
        font = state.get("/Font")
        if isinstance(font, Array) and len(font):
            self._font(font[0])

    def _font(self, font: Any) -> None:
        if not self._keep(font, _FONT):
            return
        descriptor = font.get("/FontDescriptor")
        if self._keep(descriptor, _DESCRIPTOR):
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                file = descriptor.get(key)
                if self._keep(file, _FONT_FILE) and isinstance(file, Stream):
                    _without_records(file, plain_type1 if key == "/FontFile" else plain_font)
        if isinstance(font.get("/Encoding"), Dictionary):
            self._keep(font.get("/Encoding"), _ENCODING)
        plain_letters(font, self._heard)
        for one in values_of(font.get("/DescendantFonts")):
            self._font(one)

    def _shading(self, shading: Any) -> None:
        if self._keep(shading, _SHADING):
            self.space(shading.get("/ColorSpace"))
            self._function(shading.get("/Function"))

    def _function(self, function: Any) -> None:
        if isinstance(function, Array):
            for one in function:
                self._function(one)
            return
        if not self._keep(function, _FUNCTION):
            return
        self._function(function.get("/Functions"))
        if isinstance(function, Stream) and function.get("/FunctionType") == 4:
            rewrite(function, lambda data: REMARK.sub(b" ", data))
        elif isinstance(function, Stream):
            count = math.prod(int(size) for size in values_of(function.get("/Size")))
            bits = count * (len(function.get("/Range", ())) // 2) * int(function.get("/BitsPerSample", 8))
            if 0 < bits <= _LARGEST * 8:
                _cut(function, lambda _: (bits + 7) // 8)


def without_words(thing: Any) -> None:
    """Drop texts from the entries of what is drawn, in place: none of them is drawn."""
    for key in list(thing.keys()):
        value = thing[key]
        if isinstance(value, String) and key not in _TEXTS:
            del thing[key]
        elif isinstance(value, Array) and key not in _SPACES and _TEXT.search(value.unparse()):
            thing[key] = Array([one for one in value if not isinstance(one, String)])


def _without_records(file: Any, plain: Callable[[bytes], bytes]) -> None:
    """Take out of a font file what draws nothing, in place."""
    length = int(file.get("/Length1", 0)) if isinstance(file.get("/Length1"), int) else 0

    def change(data: bytes) -> bytes:
        nonlocal length
        made = plain(data)
        length = len(made) if len(made) != len(data) else length
        return made

    rewrite(file, change)
    if length and "/Length1" in file:
        file.Length1 = length


def _components(space: Any) -> int:
    """How many values a colour has (8.6)."""
    kind = str(space[0]) if isinstance(space, Array) and len(space) else str(space)
    if kind == "/ICCBased" and isinstance(space[1], Stream):
        return int(space[1].get("/N", _OTHERWISE))
    if kind == "/DeviceN":
        return len(space[1])
    return _COMPONENTS.get(kind, _OTHERWISE)


def _cut(stream: Any, length: Callable[[bytes], int]) -> None:
    """Drop what stands behind so many bytes; too few are left as they are."""
    rewrite(stream, lambda data: data[: length(data)] if 0 < length(data) < len(data) else data)
