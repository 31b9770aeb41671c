"""A page as a picture of itself, where it can't be taken over as it is or holds what must not be read.

The words that can be seen are laid over the picture, unpainted, each in its place, so that the page can be
searched and read aloud as a scan is whose words were recognised.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pikepdf import Array, Dictionary, Matrix, Name, Pdf

from pipeline.check.seen.boxes import Box
from pipeline.packet.annex.pages import upright
from pipeline.packet.seen.page_views import Word
from pipeline.packet.seen.small_pictures import compressed

DPI: Final = 200
_LONGEST: Final = 3600
"""The longest side of a picture, in dots."""
_FONT: Final = b"/DespatchText"
_CONTRAST: Final = 8
"""The least difference, of 255, that a word makes."""
_UNITS: Final = 1000
_EPOCH: Final = 2_082_844_800
"""1970 in seconds since 1904."""
_MOST: Final = 60_000
"""Glyphs of the font at most."""
_CMAP: Final = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@dataclass
class Pictures:
    """Draws pages of a file as they are seen.

    :param pdf: the file whose pages become pictures.
    :param seen: the file that they are drawn from.
    """

    pdf: Pdf
    seen: Path
    _letters: dict[str, int] = field(default_factory=dict)
    _font: Any = None

    def replace(self, indices: Sequence[int], words: Sequence[Sequence[Word]]) -> None:
        """Make pictures of pages.

        :param indices: of the pages.
        :param words: of each page of the file, those that are seen.
        :raises pypdfium2.PdfiumError: when the file can't be drawn.
        """
        import pypdfium2

        document = pypdfium2.PdfDocument(self.seen)
        try:
            for index in indices:
                drawn = document[index]
                longest = max(drawn.get_size())
                image = drawn.render(scale=min(DPI / 72, _LONGEST / longest)).to_pil().convert("RGB")
                drawn.close()
                self._replace(self.pdf.pages[index].obj, image, words[index] if index < len(words) else ())
        finally:
            document.close()
        self._write_font()

    def _replace(self, page: Any, image: Any, words: Sequence[Word]) -> None:
        place = upright(page)
        data = b"q %.6f 0 0 %.6f 0 0 cm /Picture Do Q\n" % (place.width, place.height)
        scale = image.width / place.width, image.height / place.height
        shown = [word for word in words if _shows(image, _upright(word.box, place.matrix), scale)]
        text = self._text(shown, place.matrix)
        back = place.matrix.inverse()
        page.Contents = self.pdf.make_stream(b"q " + back.encode() + b" cm\n" + data + text + b"Q\n")
        page.Resources = Dictionary(XObject=Dictionary(Picture=self._image(image)))
        if text:
            if self._font is None:
                self._font = self.pdf.make_indirect(Dictionary())
            page.Resources.Font = Dictionary()
            page.Resources.Font[_FONT.decode()] = self._font
        if "/Group" in page:
            del page["/Group"]

    def _image(self, image: Any) -> Any:
        from PIL import Image

        data, ending = compressed(image)
        opened = Image.open(BytesIO(data))
        space: Any = Name.DeviceGray if opened.mode == "L" else Name.DeviceRGB
        if ending == ".jpg":
            made = self.pdf.make_stream(data)
            made.Filter = Name.DCTDecode
        else:
            if opened.mode == "P":
                palette = bytes(opened.getpalette() or b"")
                space = Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, palette])
            made = self.pdf.make_stream(zlib.compress(opened.tobytes(), 9))
            made.Filter = Name.FlateDecode
        made.Type, made.Subtype = Name.XObject, Name.Image
        made.Width, made.Height = opened.size
        made.BitsPerComponent, made.ColorSpace = 8, space
        return made

    def _text(self, words: Sequence[Word], matrix: Matrix) -> bytes:
        """The operators that lay words over a page, unpainted."""
        out = [b"BT 3 Tr\n"]
        for word in words:
            box = _upright(word.box, matrix)
            width, height = max(box.width, 0.5), max(box.height, 0.5)
            codes = b"".join(self._code(letter) for letter in word.text)
            stretch = 100 * width / (len(word.text) * height)
            place = (box.left, box.bottom)
            out.append(
                b"%s %.3f Tf %.3f Tz 1 0 0 1 %.3f %.3f Tm <%s> Tj\n"
                % (_FONT, height, stretch, *place, codes.hex().encode())
            )
        return b"".join([*out, b"ET\n"]) if words else b""

    def _code(self, letter: str) -> bytes:
        if letter not in self._letters and len(self._letters) >= _MOST:
            letter = next(iter(self._letters))
        return (self._letters.setdefault(letter, len(self._letters)) + 1).to_bytes(2, "big")

    def _write_font(self) -> None:
        """A font whose glyphs are as wide as high, and empty: only what they mean counts (9.7.4, 9.10.3)."""
        if self._font is None:
            return
        count = len(self._letters) + 1
        file = self.pdf.make_stream(zlib.compress(_empty_glyphs(count), 9))
        file.Filter = Name.FlateDecode
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.DespatchText, Flags=4, ItalicAngle=0, StemV=80,
            FontBBox=Array([0, 0, _UNITS, _UNITS]), Ascent=_UNITS, Descent=0, CapHeight=_UNITS,
            FontFile2=file,
        )  # fmt: skip
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.DespatchText, DW=_UNITS,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=self.pdf.make_indirect(descriptor), CIDToGIDMap=Name.Identity,
        )  # fmt: skip
        pairs = [
            f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
            for code, letter in enumerate(self._letters, start=1)
        ]
        blocks = [
            f"{len(pairs[at : at + 100])} beginbfchar\n" + "\n".join(pairs[at : at + 100]) + "\nendbfchar"
            for at in range(0, len(pairs), 100)
        ]
        font = self._font
        font.Type, font.Subtype, font.BaseFont = Name.Font, Name.Type0, Name.DespatchText
        font.Encoding = Name("/Identity-H")
        font.DescendantFonts = Array([self.pdf.make_indirect(descendant)])
        font.ToUnicode = self.pdf.make_stream((_CMAP % "\n".join(blocks)).encode("ascii"))


def _upright(box: Box, matrix: Matrix) -> Box:
    """A box on a page that is turned upright."""
    (x1, y1), (x2, y2) = (
        matrix.transform(corner) for corner in ((box.left, box.bottom), (box.right, box.top))
    )
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _shows(image: Any, box: Box, scale: tuple[float, float]) -> bool:
    """Whether a picture of a page shows something where a word stands: engines may draw less than they read.

    :param box: of the word, in points from the lower left corner.
    :param scale: dots in a point, across and up.
    """
    left, right = (round(side * scale[0]) for side in (box.left, box.right))
    upper, lower = (round(image.height - side * scale[1]) for side in (box.top, box.bottom))
    place = max(left - 1, 0), max(upper - 1, 0), min(right + 1, image.width), min(lower + 1, image.height)
    if place[0] >= place[2] or place[1] >= place[3]:
        return False
    return any(high - low >= _CONTRAST for low, high in image.crop(place).getextrema())


def _empty_glyphs(count: int) -> bytes:
    """A TrueType font of so many empty glyphs, the same bytes at any time."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    # A line without breadth: PDFium passes over a letter that has no extent at all.
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((_UNITS, _UNITS))
    pen.closePath()
    glyph = pen.glyph()
    names = [".notdef", *(f"g{code}" for code in range(1, count))]
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.updateHead(created=_EPOCH, modified=_EPOCH)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf(dict.fromkeys(names, glyph))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (_UNITS, 0)))
    builder.setupHorizontalHeader(ascent=_UNITS, descent=0)
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    builder.font.recalcTimestamp = False
    buffer = BytesIO()
    builder.save(buffer)
    return buffer.getvalue()
