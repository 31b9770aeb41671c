"""What the drawn glyphs read as, where the font's table (ToUnicode, ISO 32000-1, 9.10.3) does not tell it.

The table has one text for each glyph. That is not enough where one letter is several glyphs (the dots of an
Arabic letter are glyphs of their own), or where one glyph is a part of several letters. There, and only
there, the letter is marked with its ``ActualText`` (14.9.4). Letter by letter, not line by line: programs
that put right-to-left text in order would turn a whole line round once more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any, Final, NamedTuple

PLAIN: Final = {
    **dict.fromkeys(map(chr, (0xA0, 0x202F, *range(0x2000, 0x200B))), " "),
    **dict.fromkeys("\u00ad\u2010\u2011", "-"),
}
"""What a glyph that a font uses for several of these stands for, by what it was used for first."""

JOINER: Final = "\u200d"
"""Stands for a glyph that is only a part of a letter: every glyph has to stand for something (ISO 19005-3,
6.2.11.7.3), and this changes nothing where it is read."""

_SIGNS: Final = "\ufffd\u25ca?"
"""What may stand for a character that a font does not have: the first one that it has."""

FONT: Final = re.compile(rb"/(\w+) \S+ Tf\Z")
_CODES: Final = re.compile(rb"<([0-9a-f]+)>")
_PIECES: Final = re.compile(rb"<([0-9a-f]+)>|([-0-9.]+)")


class Cluster(NamedTuple):
    """Glyphs that belong together, and the letters that they show."""

    glyphs: list[str]
    text: str


class Shaping:
    """The fonts of a document, and what their glyphs read as.

    :param fonts: WeasyPrint's fonts, when everything is drawn and nothing embedded: tables may change.
    :param leftwards: whether most of the text runs from right to left.
    """

    def __init__(self, fonts: list[Any], *, leftwards: bool = False) -> None:
        self.fonts = {font.hash.encode(): font for font in fonts if not font.bitmap}
        self._replaced = {
            (name, code): glyph
            for name, font in self.fonts.items()
            for code, glyph in _stand_ins(font).items()
        }
        for font in self.fonts.values():
            _share(font, leftwards)
        self.tables = {
            name: {f"{glyph:04x}".encode(): text for glyph, text in font.to_unicode.items()}
            for name, font in self.fonts.items()
        }
        self._spaces: dict[bytes, bytes] = {}

    def space(self, name: bytes) -> bytes:
        """The glyph of the space in a font, as four hexadecimal digits; empty when it has none."""
        if name not in self._spaces:
            font = self.fonts.get(name)
            glyph = None if font is None else _space(font)
            self._spaces[name] = b"" if glyph is None else b"%04x" % glyph
        return self._spaces[name]

    def corrected(self, operations: list[Any], box: Any) -> list[Any]:
        """The operations that draw a text box, its letters marked where the tables are wrong.

        :param box: a ``TextBox`` of WeasyPrint.
        """
        operations = self._without_missing(operations)
        if _same(self._read(operations), box.text):
            return operations
        clusters = [cluster for cluster in clusters_of(box) if cluster.glyphs]
        shaped = [code.encode() for cluster in clusters for code in cluster.glyphs]
        drawn = [item for item in _items(operations) if isinstance(item, _Glyph)]
        if [glyph.code for glyph in drawn] != shaped:
            return operations
        first, last, index = {}, set(), 0
        for cluster in clusters:
            part = drawn[index : index + len(cluster.glyphs)]
            index += len(part)
            text = "".join(self.tables.get(glyph.font, {}).get(glyph.code, "") for glyph in part)
            if not _same(text, cluster.text):
                first[id(part[0])] = cluster.text
                last.add(id(part[-1]))
        return list(_written(operations, drawn, first, last)) if first else operations

    def _without_missing(self, operations: list[Any]) -> list[Any]:
        """The operations, with a sign in place of each character that no font has."""
        if not self._replaced:
            return operations
        drawn = [item for item in _items(operations) if isinstance(item, _Glyph)]
        found = {id(glyph): self._replaced.get((glyph.font, glyph.code)) for glyph in drawn}
        first = {key: stand_in.text for key, stand_in in found.items() if stand_in}
        for glyph in drawn:
            if stand_in := found[id(glyph)]:
                glyph.code, glyph.shift = stand_in.code, stand_in.shift
        return list(_written(operations, drawn, first, set(first))) if first else operations

    def _read(self, operations: list[Any]) -> str:
        """What the tables say that the operations show."""
        texts: list[str] = []
        table: dict[bytes, str] = {}
        for operation in operations:
            if not isinstance(operation, bytes):
                continue
            if operation.endswith(b"] TJ"):
                for codes in _CODES.findall(operation):
                    texts += [table.get(codes[at : at + 4], "") for at in range(0, len(codes), 4)]
            elif found := FONT.match(operation):
                table = self.tables.get(found[1], {})
        return "".join(texts)


class _Glyph:
    """A drawn glyph: four hexadecimal digits, the name of its font, and how far the next one moves back."""

    __slots__ = ("code", "font", "shift")

    def __init__(self, code: bytes, font: bytes) -> None:
        self.code, self.font, self.shift = code, font, b""


def _items(operations: list[Any]) -> Iterator[Any]:
    """Glyphs, numbers between them (bytes), and other operations (in a tuple), in order."""
    font = b""
    for operation in operations:
        if isinstance(operation, bytes) and operation.endswith(b"] TJ"):
            for piece in _PIECES.finditer(operation):
                if piece[1] is None:
                    yield piece[2]
                else:
                    yield from (_Glyph(piece[1][at : at + 4], font) for at in range(0, len(piece[1]), 4))
            continue
        if isinstance(operation, bytes) and (found := FONT.match(operation)):
            font = found[1]
        yield (operation,)


def _written(
    operations: list[Any], drawn: list[_Glyph], first: dict[int, str], last: set[int]
) -> Iterator[Any]:
    """The operations anew, with a mark from each glyph in `first` to the next in `last`."""
    show = b""
    glyphs = iter(drawn)
    for item in _items(operations):
        if isinstance(item, bytes):
            show += item + b" "
            continue
        if isinstance(item, tuple):
            yield from _shown(show)
            show = b""
            yield item[0]
            continue
        glyph = next(glyphs)
        if id(glyph) in first:
            yield from _shown(show)
            show = b""
            text = first[id(glyph)].encode("utf-16-be").hex()
            yield f"/Span <</ActualText <feff{text}>>> BDC".encode()
        show += b"<" + glyph.code + b">" + glyph.shift
        if id(glyph) in last:
            yield from _shown(show)
            show = b""
            yield b"EMC"
    yield from _shown(show)


def _shown(show: bytes) -> Iterator[bytes]:
    if show:
        yield b"[" + show.replace(b"><", b"") + b"] TJ"


def clusters_of(box: Any) -> Iterator[Cluster]:
    """The glyphs of a text box in the order in which they are drawn, by the letters that they show."""
    from weasyprint.text.ffi import ffi, pango

    layout = box.pango_layout
    layout.reactivate(box.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    text = layout.text.encode()
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        offset, length, count = item.item.offset, item.item.length, item.glyphs.num_glyphs
        starts = [item.glyphs.log_clusters[index] for index in range(count)]
        bounds = sorted({*starts, length})
        ends = dict(pairwise(bounds))
        cluster, before = Cluster([], ""), None
        for index, start in enumerate(starts):
            if start != before:
                yield cluster
                cluster = Cluster([], text[offset + start : offset + ends.get(start, length)].decode())
                before = start
            glyph = item.glyphs.glyphs[index].glyph
            if glyph != pango.PANGO_GLYPH_EMPTY:
                cluster.glyphs.append(f"{glyph:04x}")
        yield cluster
    layout.deactivate()


def is_rtl(text: str) -> bool:
    """Whether any of it is written from right to left."""
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def is_turned(box: Any) -> bool:
    """Whether a box has marks alone, drawn from right to left: a colon behind a word of Hebrew."""
    letters = getattr(box, "text", "").split()
    return bool(letters) and box.style["direction"] == "rtl" and not any(map(str.isalnum, "".join(letters)))


def _same(read: str, text: str) -> bool:
    """Whether what the tables say is what is shown; parts of letters never are.

    Text from right to left is drawn in another order, so that it shows only letter by letter whether brackets
    have changed places.
    """
    if "".join(read.split()) == "".join(text.split()):
        return True
    if len(text) > 1 and any(unicodedata.mirrored(character) for character in text):
        return False
    return JOINER not in read.replace(text, "") and _essence(read) == _essence(text)


def _essence(text: str) -> list[str]:
    """What counts of a text: the letters, in whatever order, without what has no shape."""
    plain = (PLAIN.get(character, character) for character in text)
    return sorted(
        character
        for character in plain
        if character.isascii() or (not character.isspace() and unicodedata.category(character) != "Cf")
        if character not in " \t\n"
    )


def _share(font: Any, leftwards: bool) -> None:
    """Let each glyph stand for what it mostly is, not for what it was first used for.

    A font may have one glyph for several spaces or hyphens; the space's glyph may bear an accent at first;
    from right to left, a bracket that opens is drawn with the glyph of the one that closes (UAX #9, L4).
    """
    from fontTools.ttLib import TTFont

    special = {glyph: text for glyph, text in font.to_unicode.items() if _may_be_another(text)}
    if special:
        with TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True) as opened:
            names = opened.getBestCmap() or {}
            mirrored = {names[code]: chr(code) for code in names if unicodedata.mirrored(chr(code))}
            for glyph, text in special.items():
                name, plain = opened.getGlyphName(glyph), PLAIN.get(text, " ")
                if name in mirrored and not leftwards:
                    font.to_unicode[glyph] = mirrored[name]
                elif names.get(ord(plain)) == name:
                    font.to_unicode[glyph] = plain
    for glyph, text in font.to_unicode.items():
        font.to_unicode[glyph] = text or JOINER


def _may_be_another(text: str) -> bool:
    if text in PLAIN:
        return True
    accented = len(text) > 1 and text[0] == " "
    return accented or unicodedata.mirrored(text[:1] or " ") == 1


class _StandIn(NamedTuple):
    """What is drawn for a character that no font has, and the character."""

    code: bytes
    shift: bytes
    text: str


def _stand_ins(font: Any) -> dict[bytes, _StandIn]:
    """A sign for each character that a font is to draw and does not have, by the code that stands for it.

    WeasyPrint draws .notdef, an empty box, which no file may show (ISO 19005-3, 6.2.11.8).
    """
    if not font.missing:
        return {}
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True) as opened:
        names = opened.getBestCmap() or {}
        sign = next((sign for sign in _SIGNS if ord(sign) in names), None)
        if sign is None:
            return {}
        glyph = int(opened.getGlyphID(names[ord(sign)]))
        width = round(opened["hmtx"][names[ord(sign)]][0] * 1000 / font.upem)
    font.to_unicode.setdefault(glyph, sign)
    font.widths.setdefault(glyph, width)
    found = {}
    for character, unused in font.missing.items():
        font.to_unicode.pop(unused, None)
        shift = font.widths[glyph] - font.widths.pop(unused, width)
        found[b"%04x" % unused] = _StandIn(b"%04x" % glyph, b"%d " % shift, chr(character))
    font.missing.clear()
    font.widths.pop(0, None)
    return found


def _space(font: Any) -> int | None:
    """The number of the space's glyph; it is put among the used ones. None when there is none."""
    from fontTools.ttLib import TTFont

    for glyph, text in font.to_unicode.items():
        if text == " ":
            return int(glyph)
    with TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True) as opened:
        name = (opened.getBestCmap() or {}).get(0x20)
        if name is None:
            return None
        glyph = int(opened.getGlyphID(name))
        font.to_unicode.setdefault(glyph, " ")
        font.widths.setdefault(glyph, round(opened["hmtx"][name][0] * 1000 / font.upem))
        return glyph
