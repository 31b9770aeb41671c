"""An external PDF is opened, and what it could do is taken out of it: only what it shows is left.

Nothing of its catalog goes into a packet: no script, no action, no embedded file, no form. What was there is
named in findings, so that nobody misses it. Forms and comments are drawn on the page as they show
(ISO 32000-1, 12.5.5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.errors import reason_of
from pipeline.packet.annex.annotations import annotations_of
from pipeline.packet.base.file_kinds import instead, kind_of
from pipeline.packet.pdf.geometry import rectangle
from pipeline.packet.pdf.objects import values_of

_HEAD: Final = 1024
"""Where ``%PDF-`` has to stand, in bytes from the beginning."""
_HIDDEN: Final = 0b100010  # Hidden and NoView (ISO 32000-1, table 165)
_MEDIA: Final = frozenset(("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"))
_COMMENTS: Final = frozenset(
    ("/Text", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/FileAttachment")
)
"""Annotations whose words do not stand on the page."""
_ACTIONS: Final = {
    "/JavaScript": "scripts",
    "/Launch": "actions that start programs",
    "/SubmitForm": "actions that send forms",
    "/ImportData": "actions that read files",
    "/GoToR": "links to other files",
    "/GoToE": "links to other files",
    "/Rendition": "sound and film",
    "/Movie": "sound and film",
    "/Sound": "sound and film",
    "/RichMediaExecute": "sound and film",
    "/ResetForm": "actions of a form",
    "/Hide": "actions of a form",
}
_FIELDS: Final = 100_000
_BOOKMARKS: Final = 100_000
_ENCRYPTED: Final = "encrypt"
"""A word of qpdf's, where it can't open a file for its encryption."""
_ALLOWED_SCHEMES: Final = ("http:", "https:", "mailto:")


class Unusable(Exception):
    """An annex that can't be taken in. Its text says why, and what to do.

    :param code: of the finding.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Source:
    """An annex that is open.

    :param repaired: what qpdf had to repair.
    :param protected: whether it was encrypted without a password to open it.
    :param removed: what was taken out, in words, with its number.
    :param signed: whether it bears a signature, which can't hold for a packet.
    :param files: the names of the files that are in it.
    """

    pdf: Pdf
    repaired: list[str] = field(default_factory=list)
    protected: bool = False
    removed: Counter[str] = field(default_factory=Counter)
    signed: bool = False
    files: list[str] = field(default_factory=list)


def open_annex(path: Path, password: str = "") -> Source:
    """Open an annex.

    :param password: to open it with.
    :raises Unusable: when it can't be opened, or has no pages.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise Unusable("annex-unreadable", f"can't be read: {reason_of(error)}") from error
    if not size:
        raise Unusable("annex-unreadable", "is empty (0 bytes): get the file once more")
    if b"%PDF-" not in head:
        kind = kind_of(path)
        if kind:
            raise Unusable("annex-kind", f"is {kind}, whatever its name says: {instead(kind)}")
        raise Unusable("annex-unreadable", "is not a PDF, whatever its name says: save it as PDF")
    try:
        pdf = pikepdf.open(path, password=password, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        message = (
            "can't be opened with the password that is given"
            if password
            else "can't be opened without its password: save a copy without password (print it to PDF), "
            "or name with password-from a variable of the environment that holds the password"
        )
        raise Unusable("annex-locked", message) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        if _ENCRYPTED in str(error).lower():
            message = f"is encrypted in a way that is not known here ({_short(error)}): print it to PDF"
            raise Unusable("annex-locked", message) from error
        message = f"is damaged beyond repair ({_short(error)}): get the file once more"
        raise Unusable("annex-unreadable", message) from error
    source = Source(pdf, protected=pdf.is_encrypted)
    try:
        count = len(pdf.pages)
    except (pikepdf.PdfError, RuntimeError, RecursionError) as error:
        message = f"is damaged beyond repair ({_short(error)}): get the file once more"
        raise Unusable("annex-unreadable", message) from error
    source.repaired = [_short(warning) for warning in pdf.get_warnings()]
    if not count:
        raise Unusable("annex-unreadable", "has no pages: get the file once more")
    if _is_set(pdf.Root, "/NeedsRendering"):
        message = "is a form (XFA) that only Adobe programs can show: open it there and print it to PDF"
        raise Unusable("annex-unreadable", message)
    return source


def note_what_acts(source: Source) -> None:
    """Note what is left out because no page can show it."""
    pdf, removed = source.pdf, source.removed
    root = pdf.Root
    removed.update(_actions(root.get("/OpenAction")))
    removed.update(_additional(root))
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        if "/JavaScript" in names:
            removed["scripts"] += 1
        if "/Renditions" in names:
            removed["sound and film"] += 1
        if "/EmbeddedFiles" in names:
            source.files += map(str, pdf.attachments)
            removed["embedded files"] += max(len(source.files), 1)
    _note_associated(source)
    removed.update(_of_bookmarks(root.get("/Outlines")))
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if "/XFA" in form:
            removed["an XFA form"] = 1
        source.signed = _signed(form.get("/Fields"))
    for page in pdf.pages:
        removed.update(_additional(page.obj))
        for annotation in annotations_of(page.obj):
            _note(source, annotation)


def links(page: Any) -> Iterator[Any]:
    """The links of a page that lead to a place in the file, or to an address that may be kept."""
    for annotation in annotations_of(page):
        if annotation.get("/Subtype") != Name.Link or rectangle(annotation.get("/Rect")) is None:
            continue
        action = annotation.get("/A")
        kind = str(action.get("/S", "")) if isinstance(action, Dictionary) else ""
        if kind == "/URI":
            if str(action.get("/URI", "")).strip().lower().startswith(_ALLOWED_SCHEMES):
                yield annotation
        elif "/Dest" in annotation or kind == "/GoTo":
            yield annotation


def _note(source: Source, annotation: Any) -> None:
    """Note what an annotation would do, and the words that do not stand on the page."""
    kind, removed = str(annotation.get("/Subtype", "")), source.removed
    removed.update(_actions(annotation.get("/A")))
    removed.update(_additional(annotation))
    if kind in _MEDIA:
        removed["sound and film"] += 1
    if kind == "/FileAttachment":
        removed["embedded files"] += 1
    flags = annotation.get("/F", 0)
    if isinstance(flags, int) and flags & _HIDDEN:
        return
    if kind in _COMMENTS and str(annotation.get("/Contents", "")).strip():
        removed["texts of comments"] += 1


def _actions(action: Any) -> Counter[str]:
    """What an action, and those that follow it, would do (ISO 32000-1, 12.6)."""
    found: Counter[str] = Counter()
    waiting, seen = [action], 0
    while waiting and seen < 1000:
        one = waiting.pop()
        seen += 1
        if not isinstance(one, Dictionary):
            continue
        kind = str(one.get("/S", ""))
        address = str(one.get("/URI", "")).strip().lower()
        if kind in _ACTIONS:
            found[_ACTIONS[kind]] += 1
        elif kind == "/URI" and not address.startswith(_ALLOWED_SCHEMES):
            found["links to addresses that are none of the web"] += 1
        following = one.get("/Next")
        waiting += list(following) if isinstance(following, Array) else [following]
    return found


def _of_bookmarks(outline: Any) -> Counter[str]:
    """What bookmarks would do; those that lead to a place in the file keep it (12.3.3)."""
    found: Counter[str] = Counter()
    waiting, seen = [outline], set[tuple[int, int]]()
    while waiting and len(seen) < _BOOKMARKS:
        one = waiting.pop()
        if not isinstance(one, Dictionary) or one.objgen in seen:
            continue
        if one.is_indirect:
            seen.add(one.objgen)
            waiting += [one.get("/Next"), one.get("/First")]
        action = one.get("/A")
        found.update(_actions(action))
        if isinstance(action, Dictionary) and action.get("/S") == Name.URI:
            found["addresses of bookmarks"] += 1
    return found


def _note_associated(source: Source) -> None:
    """Note the files that belong to it or to a page (ISO 32000-2, 14.13), and are listed nowhere."""
    for holder in (source.pdf.Root, *(page.obj for page in source.pdf.pages)):
        for one in values_of(holder.get("/AF")):
            if isinstance(one, Dictionary) and isinstance(one.get("/EF"), Dictionary):
                name = str(one.get("/UF", one.get("/F", "")))
                if name not in source.files:
                    source.files.append(name)
                    source.removed["embedded files"] += 1


def _additional(holder: Any) -> Counter[str]:
    """What would be done on some event (12.6.3)."""
    found: Counter[str] = Counter()
    events = holder.get("/AA")
    if isinstance(events, Dictionary):
        for action in events.values():
            found.update(_actions(action))
    return found


def _signed(fields: Any) -> bool:
    """Whether a field, or one below it, bears a signature (12.7.4.5)."""
    waiting: list[tuple[Any, Any]] = [(one, None) for one in values_of(fields)]
    seen = 0
    while waiting and seen < _FIELDS:
        one, above = waiting.pop()
        seen += 1
        if isinstance(one, Dictionary):
            kind = one.get("/FT", above)
            if kind == Name.Sig and "/V" in one:
                return True
            waiting += [(kid, kind) for kid in values_of(one.get("/Kids"))]
    return False


def _is_set(holder: Any, key: str) -> bool:
    return holder.get(key) is True


def _short(error: object) -> str:
    """The last part of a message of qpdf, without the path."""
    return " ".join(str(error).rpartition(": ")[2].split())[:120]
