"""The signature in a packet: a field on the first page, without extent, and the dictionary that fills it.

The field stands in the file from the beginning, so that it is tagged (ISO 14289-1, 7.18.4) and counts in the
record. What fills it (ISO 32000-1, 12.8.1) is left out where pages and catalogue are summed up: it is made
last, over all bytes.
"""

from __future__ import annotations

from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.pdf.objects import values_of

FIELD: Final = "Signature"
ROOM: Final = 16_384
"""Bytes that a signature with its certificates may have."""
_FLAGS: Final = 132
"""Printed, and not to be moved (table 165)."""
_ONLY_APPENDED: Final = 3
"""The file is signed, and nothing in it may be written anew (table 219)."""
NO_MOMENT: Final = "D:00000000000000+00'00'"
"""Stands where the moment of signing goes (ISO 32000-1, 7.9.4)."""
_RANGE: Final = (0, 9_999_999_999, 9_999_999_999, 9_999_999_999)


def add_field(pdf: Pdf) -> Any:
    """Add an empty field to the first page.

    :returns: its annotation, which needs a place in the structure.
    """
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(FIELD), TU=String(FIELD),
            Contents=String(FIELD), Rect=Array([0, 0, 0, 0]), F=_FLAGS,
        )
    )  # fmt: skip
    page = pdf.pages[0].obj
    page.Annots = Array([*page.get("/Annots", ()), field])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field]), SigFlags=_ONLY_APPENDED))
    return field


def field_of(pdf: Pdf) -> Any | None:
    """The field that `add_field` has added."""
    form = pdf.Root.get("/AcroForm")
    fields = values_of(form.get("/Fields")) if isinstance(form, Dictionary) else []
    own = [one for one in fields if isinstance(one, Dictionary) and str(one.get("/T", "")) == FIELD]
    return own[0] if len(own) == 1 and own[0].get("/FT") == Name.Sig else None


def fill(pdf: Pdf, moment: str = NO_MOMENT) -> None:
    """Fill the field with a dictionary that has room for a signature and for the moment of signing.

    :param moment: of signing, where it can't be written later: in a file with a password.
    """
    field_of(pdf).V = pdf.make_indirect(  # type: ignore[union-attr]
        Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/ETSI.CAdES.detached"),
            M=String(moment), ByteRange=Array(list(_RANGE)), Contents=String(bytes(ROOM)),
        )
    )  # fmt: skip


def take_out(pdf: Pdf) -> bool:
    """Empty the field of a file that is open: so pages and catalogue are what they were summed up as.

    :returns: whether it was filled.
    """
    field = field_of(pdf)
    if field is None or "/V" not in field:
        return False
    del field["/V"]
    return True


def places(data: bytes) -> tuple[int, int, int]:
    """Where the signature goes in a file that is saved: the values of ``ByteRange``, and both ends of
    ``Contents``.

    :raises ValueError: when there is no room for one, or not one only.
    """
    start = data.find(b"/Contents <" + b"00" * ROOM + b">") + len(b"/Contents ")
    numbers = b" ".join(b"%d" % value for value in _RANGE)
    if start < len(b"/Contents ") or data.count(numbers) != 1:
        raise ValueError("there is no room for a signature in the file")
    return data.find(numbers), start, start + 2 * ROOM + 2
