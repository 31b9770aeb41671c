"""Forms and comments of an annex are drawn on its pages, as a viewer shows them (ISO 32000-1, 12.5).

What a viewer does not show is dropped: what is hidden, what belongs to a hidden layer, windows that pop up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.packet.annex.appearances import Drawing, NotDrawn, drawing, store
from pipeline.packet.annex.fields import choose_state, field_drawing, inherited, is_password, name_of
from pipeline.packet.pdf.geometry import rectangle
from pipeline.packet.pdf.objects import entries
from pipeline.packet.seen.layers import Layers
from pipeline.packet.seen.typed_text import set_texts
from pipeline.write.engine.fonts import uncovered

_UNKNOWN_HIDDEN: Final = 1
"""Invisible: says what becomes of annotations of kinds that a viewer does not know, and of no others."""
_KNOWN: Final = frozenset(
    (
        *("/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
        *("/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/FileAttachment", "/Widget"),
        *("/Highlight", "/Redact", "/Watermark", "/Sound", "/Movie", "/Screen"),
    )
)
"""The standard kinds (ISO 32000-1, table 169)."""
_HIDDEN: Final = 0b100010  # Hidden and NoView (ISO 32000-1, table 165)
_WITHOUT: Final = frozenset(
    ("/Popup", "/Link", "/PrinterMark", "/TrapNet", "/Screen", "/Movie", "/3D", "/RichMedia", "/Sound")
)
"""Annotations that show nothing by themselves, or what no page can show."""
_NAMES: Final = {
    "/Text": "a remark",
    "/FreeText": "typed text",
    "/Stamp": "a stamp",
    "/Widget": "a field of a form",
    "/Redact": "a redaction",
    "/Watermark": "a watermark",
}


@dataclass
class Annotations:
    """What has become of the annotations.

    :ivar lost: what could not be drawn, in words, with its number.
    :ivar redactions: how many redactions are marked and not applied, by the index of their page.
    :ivar fields: how many fields of a form there are.
    :ivar hidden: whether some belong to a hidden layer.
    """

    pdf: Pdf
    layers: Layers
    lost: Counter[str] = field(default_factory=Counter)
    redactions: Counter[int] = field(default_factory=Counter)
    fields: int = 0
    hidden: bool = False
    _waiting: list[tuple[Any, Drawing]] = field(default_factory=list)

    def draw(self, language: str, *, redact: bool = False) -> None:
        """Give each annotation that shows an appearance.

        :param language: BCP 47.
        :param redact: whether redactions that are only marked are applied: as black boxes.
        """
        form = self.pdf.Root.get("/AcroForm")
        self.form = form if isinstance(form, Dictionary) else Dictionary()
        for index, page in enumerate(self.pdf.pages):
            kept: list[Any] = []
            for annotation in annotations_of(page.obj):
                kept += self._shown(annotation, index, redact=redact)
            if kept:
                page.obj.Annots = Array(kept)
            elif "/Annots" in page.obj:
                del page.obj["/Annots"]
        if "/NeedAppearances" in self.form:
            del self.form["/NeedAppearances"]
        self._set(language)

    def _shown(self, annotation: Any, index: int, *, redact: bool) -> list[Any]:
        """What stands for an annotation on its page."""
        kind, flags = str(annotation.get("/Subtype", "")), annotation.get("/F", 0)
        self.fields += kind == "/Widget"
        if kind == "/Popup" or (isinstance(flags, int) and flags & _HIDDEN):
            return []
        if isinstance(flags, int) and flags & _UNKNOWN_HIDDEN and kind in _KNOWN:
            annotation.F = flags & ~_UNKNOWN_HIDDEN  # qpdf takes it for hidden
        if "/OC" in annotation:
            if not self.layers.shows(annotation.get("/OC")):
                self.hidden = True
                return []
            del annotation["/OC"]
        if kind == "/Redact":
            self.redactions[index] += 1
            if redact:
                return self._black(annotation)
        if kind == "/Link":
            return self._link(annotation)
        secret = kind == "/Widget" and is_password(annotation)
        if _has_appearance(annotation) and not secret:
            if kind == "/Widget":
                choose_state(annotation)
                self._free_of_form(annotation)
            _ungroup(annotation)
            return [annotation]
        if kind in _WITHOUT:
            return [annotation]
        try:
            made = field_drawing(annotation, self.form) if kind == "/Widget" else drawing(annotation)
        except NotDrawn:
            return self._undrawn(annotation, kind)
        if made.text is not None and (missing := uncovered(made.text.text)):
            letters = " ".join(f"U+{ord(letter):04X}" for letter in list(missing)[:3])
            what = f'the field "{name_of(annotation)}"' if kind == "/Widget" else _NAMES.get(kind, kind[1:])
            self.lost[f"letters of {what} ({letters})"] += 1
        self._waiting.append((annotation, made))
        return [annotation]

    def _free_of_form(self, widget: Any) -> None:
        """A field becomes a picture like any other: of fields, PDFium shows its own idea.

        Its picture may take fonts from the form (12.7.3.3).
        """
        shared = self.form.get("/DR")
        normal = widget.AP.get("/N")
        looks = [normal] if isinstance(normal, Stream) else list(entries(normal).values())
        for look in looks if isinstance(shared, Dictionary) else []:
            if isinstance(look, Stream) and "/Font" not in look.get("/Resources", Dictionary()):
                own = look.get("/Resources")
                look.Resources = Dictionary({**entries(shared), **entries(own)})
        widget.Subtype = Name.Stamp

    def _undrawn(self, annotation: Any, kind: str) -> list[Any]:
        """One that can't be drawn; it is missed unless it is an answer or has no place."""
        box = rectangle(annotation.get("/Rect"))
        signature = kind == "/Widget" and inherited(annotation, "/FT") == Name.Sig
        if box is not None and not signature and "/IRT" not in annotation:
            self.lost[_NAMES.get(kind, f"{kind[1:] or 'an annotation'} (a kind of comment)")] += 1
        return []

    def _link(self, annotation: Any) -> list[Any]:
        """A link stays one; what it looks like is drawn by itself (12.5.6.5)."""
        if not _has_appearance(annotation):
            return [annotation]
        look = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=annotation.get("/Rect"), AP=annotation.AP)
        for key in ("/AS", "/F"):
            if key in annotation:
                look[key] = annotation.get(key)
        for key in ("/AP", "/AS", "/BS"):
            if key in annotation:
                del annotation[key]
        annotation.Border = Array([0, 0, 0])
        return [annotation, self.pdf.make_indirect(look)]

    def _black(self, annotation: Any) -> list[Any]:
        box = rectangle(annotation.get("/Rect"))
        if box is None:
            return []
        square = Dictionary(Subtype=Name.Highlight, Rect=annotation.get("/Rect"), C=Array([0, 0, 0]))
        if "/QuadPoints" in annotation:
            square.QuadPoints = annotation.get("/QuadPoints")
        try:
            made = drawing(square)
        except NotDrawn:
            del square["/QuadPoints"]
            made = drawing(square)
        made.blend = ""
        square = self.pdf.make_indirect(square)
        store(self.pdf, square, made)
        return [square]

    def _set(self, language: str) -> None:
        """Write what was drawn, its texts set all at once."""
        texts = [made.text for _, made in self._waiting if made.text is not None]
        forms = iter(set_texts(self.pdf, texts, language))
        for annotation, made in self._waiting:
            if made.text is not None:
                made.forms.append(next(forms))
                x, y = made.place
                made.content += [f"q 1 0 0 1 {x:.3f} {y:.3f} cm /T{len(made.forms) - 1} Do Q"]
            store(self.pdf, annotation, made)
            if annotation.get("/Subtype") == Name.Widget:
                annotation.Subtype = Name.Stamp


def annotations_of(page: Any) -> list[Any]:
    """The annotations of a page."""
    found = page.get("/Annots")
    return [one for one in found if isinstance(one, Dictionary)] if isinstance(found, Array) else []


def _has_appearance(annotation: Any) -> bool:
    """Whether there is a stored picture for the annotation, in whatever state (12.5.5)."""
    look = annotation.get("/AP")
    normal = look.get("/N") if isinstance(look, Dictionary) else None
    if isinstance(normal, Stream):
        return True
    return any(isinstance(one, Stream) for one in entries(normal).values())


def _ungroup(annotation: Any) -> None:
    """Let the picture of an annotation be painted on the page itself.

    A group that is neither isolated nor a knockout one is painted as if it were none (ISO 32000-1, 11.4.8).
    But poppler covers what lies below such a group, so that a highlight would hide its words.
    """
    normal = annotation.AP.get("/N")
    for look in [normal] if isinstance(normal, Stream) else entries(normal).values():
        group: Any = look.get("/Group") if isinstance(look, Stream) else None
        if isinstance(group, Dictionary) and not any(bool(group.get(key, False)) for key in ("/I", "/K")):
            del look["/Group"]
