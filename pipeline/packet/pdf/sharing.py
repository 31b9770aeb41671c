"""What several parts bring along is stored once."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream, String

from pipeline.packet.pdf.objects import entries, values_of

_SHARED: Final = ("/Font", "/XObject", "/ColorSpace", "/ExtGState", "/Pattern", "/Shading", "/Properties")
"""Kinds of resources (ISO 32000-1, 7.8.3)."""
_IMAGE: Final = frozenset(("/Length", "/StructParent"))
_STORAGE: Final = frozenset(("/Length", "/Filter", "/DecodeParms", "/DL", "/StructParent", "/StructParents"))
_PARENT: Final = frozenset(("/StructParent", "/StructParents"))
"""Where something is in a file, and not what it is."""
_DEPTH: Final = 60


class Fingerprints:
    """Digests of objects with all that they refer to: the same for the same content, however it is stored.

    Pages, and what leads back to an object that is being read, count as themselves: no digest needs the whole
    document.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}
        self._open: set[tuple[int, int]] = set()

    def of(self, value: Any) -> bytes:
        """The digest (SHA-256) of an object."""
        if not isinstance(value, (Array, Dictionary, Stream)) or not value.is_indirect:
            return self._digest(value)
        key = value.objgen
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > _DEPTH:
            return b"\0" * 32
        self._open.add(key)
        digest = self._digest(value)
        self._open.discard(key)
        self._known[key] = digest
        return digest

    def _digest(self, value: Any) -> bytes:
        state = hashlib.sha256()
        if isinstance(value, Stream):
            image = value.get("/Subtype") == Name.Image
            state.update(b"stream")
            self._entries(state, value, _IMAGE if image else _STORAGE)
            state.update(_data(value, image))
        elif isinstance(value, Dictionary):
            if value.get("/Type") == Name.Page:
                state.update(b"page")
            else:
                self._entries(state, value, _PARENT)
        elif isinstance(value, Array):
            state.update(b"[")
            for part in value:
                state.update(self.of(part))
        else:
            state.update(_scalar(value))
        return state.digest()

    def _entries(self, state: Any, value: Any, without: frozenset[str]) -> None:
        for key in sorted(value.keys()):
            if key == "/P" and isinstance(value[key], Dictionary) and value[key].get("/Type") == Name.Page:
                continue  # an annotation's own page
            if key not in without:
                state.update(key.encode("utf-8", "surrogateescape") + b"=")
                state.update(self.of(value[key]))


class Sharing:
    """Lets pages that were added share what is the same.

    :param fingerprints: of the packet's objects.
    """

    def __init__(self, fingerprints: Fingerprints) -> None:
        self.fingerprints = fingerprints
        self._first: dict[bytes, Any] = {}
        self._seen: set[tuple[int, int]] = set()

    def share(self, resources: Any) -> None:
        """Replace fonts, images, forms, profiles … by those that are there already, in place.

        :param resources: of a page or a form; indirect entries are compared.
        """
        if not isinstance(resources, Dictionary) or self._done(resources):
            return
        for kind in _SHARED:
            own = resources.get(kind)
            if not isinstance(own, Dictionary) or self._done(own):
                continue
            for name, value in entries(own).items():
                own[name] = self._one(value)

    def _one(self, value: Any) -> Any:
        if isinstance(value, Array):
            return Array([self._one(part) for part in value]) if _is_profile(value) else value
        if not isinstance(value, (Dictionary, Stream)) or not value.is_indirect:
            return value
        first = self._first.setdefault(self.fingerprints.of(value), value)
        if first is value:
            if isinstance(value, Stream) and "/Resources" in value:
                self.share(value.Resources)
            self._parts(value)
        return first

    def _parts(self, value: Any) -> None:
        """What fonts and images consist of may be the same where they are not."""
        inner = [one for one in values_of(value.get("/DescendantFonts")) if isinstance(one, Dictionary)]
        for font in [value, *inner]:
            descriptor = font.get("/FontDescriptor")
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if isinstance(descriptor, Dictionary) and key in descriptor:
                    descriptor[key] = self._one(descriptor[key])
        if value.get("/Subtype") == Name.Image:
            for key in ("/SMask", "/ColorSpace"):
                if key in value:
                    value[key] = self._one(value[key])

    def _done(self, value: Any) -> bool:
        if not value.is_indirect:
            return False
        if value.objgen in self._seen:
            return True
        self._seen.add(value.objgen)
        return False


def _data(stream: Any, image: bool) -> bytes:
    """The data: of an image as stored, because they are large and nobody stores them anew."""
    if image:
        return bytes(stream.read_raw_bytes())
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes())


def _scalar(value: Any) -> bytes:
    if isinstance(value, bool) or value is None:
        return f"{value}".encode()
    if isinstance(value, (int, Decimal, float)):
        return f"{Decimal(value).normalize():f}".encode()
    if isinstance(value, String):
        return b"(" + bytes(value)
    if isinstance(value, Name):
        return bytes(value)
    if isinstance(value, Operator):
        return str(value).encode()
    return repr(value).encode()


def _is_profile(value: Any) -> bool:
    return len(value) == 2 and value[0] == Name.ICCBased
