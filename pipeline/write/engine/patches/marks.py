"""Letters and what belongs to them: marks stand over them, words of Korean stay whole."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

_MARK: Final = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]"
_CLUSTER: Final = re.compile(f"([^\\W\\d_]{_MARK}+)")
"""A letter with marks."""
_HANGUL: Final = re.compile("(?<!\\S)\\S?[\uac00-\ud7a3]{2,9}[^\\s\uac00-\ud7a3]{0,2}(?!\\S)")
"""A word of Korean with the marks around it; a longer one is parted where it has to be."""
_ANCHORING: Final = {
    "source serif pro": b"Noto Serif",
    "source serif 4": b"Noto Serif",
    "serif": b"Noto Serif",
}
"""Faces that do not say where a mark stands, and the one that is taken instead."""


def anchor_marks() -> None:
    """Set letters with marks that no single character has in a face that anchors them."""
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    set_text = Layout.set_text

    def anchoring_set_text(self: Any, text: str, justify: bool = False) -> None:
        """Set a text; letters with combining marks get a face with anchors (OpenType, GPOS lookup type 4)."""
        set_text(self, text, justify)
        face = _ANCHORING.get(self.style["font_family"][0].lower())
        if face is None or not (found := _clusters(self.text)):
            return
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        for start, end in found:
            attribute = ffi.cast("PangoAttribute *", _family(face))
            attribute.start_index, attribute.end_index = start, end
            pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(self.layout, attributes)

    Layout.set_text = anchoring_set_text


def move_behind_marks() -> None:
    """Write no empty strings among those of a text, so that every engine moves on behind the last mark."""
    from pydyf import Stream

    show_text = Stream.show_text

    def whole_show_text(self: Any, text: str) -> None:
        """Show strings of glyphs with the moves between them (ISO 32000-1, 9.4.3, operator TJ).

        Where an array has empty strings, PDFium leaves out the move at its end.
        """
        show_text(self, text.replace("<>", " "))

    Stream.show_text = whole_show_text


def _clusters(text: str) -> list[tuple[int, int]]:
    """Where letters stand whose marks are characters of their own, in bytes of UTF-8."""
    return [
        (len(text[: match.start()].encode()), len(text[: match.end()].encode()))
        for match in _CLUSTER.finditer(text)
        if len(unicodedata.normalize("NFC", match[1])) > 1
    ]


def _family(name: bytes) -> int:
    own, pango = _library()
    return int(own.cast("uintptr_t", pango.pango_attr_family_new(name)))


def keep_korean_words() -> None:
    """Break lines of Korean between words alone."""
    from weasyprint.text.ffi import ffi, pango
    from weasyprint.text.line_break import Layout

    set_text = Layout.set_text

    def keeping_set_text(self: Any, text: str, justify: bool = False) -> None:
        """Set a text; words of Korean, which has spaces, are not parted (CSS Text 4, 5.2, `keep-all`)."""
        set_text(self, text, justify)
        found = list(_HANGUL.finditer(self.text)) if str(self.style["lang"] or "").startswith("ko") else []
        if not found:
            return
        own, library = _library()
        attributes = pango.pango_layout_get_attributes(self.layout)
        if attributes == ffi.NULL:
            attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        for match in found:
            address = int(own.cast("uintptr_t", library.pango_attr_allow_breaks_new(0)))
            attribute = ffi.cast("PangoAttribute *", address)
            attribute.start_index = len(self.text[: match.start()].encode())
            attribute.end_index = len(self.text[: match.end()].encode())
            pango.pango_attr_list_change(attributes, attribute)
        pango.pango_layout_set_attributes(self.layout, attributes)

    Layout.set_text = keeping_set_text


@cache
def _library() -> tuple[Any, Any]:
    """Pango's functions for attributes of family and of breaks, which WeasyPrint has not declared."""
    import cffi
    from weasyprint.text.ffi import _dlopen

    own = cffi.FFI()
    own.cdef("void *pango_attr_family_new(const char *family); void *pango_attr_allow_breaks_new(int allow);")
    names = ("libpango-1.0-0", "pango-1.0-0", "pango-1.0", "libpango-1.0.so.0", "libpango-1.0.dylib")
    return own, _dlopen(own, *names)
