"""External PDFs are made ready for a packet: as they look, upright, tagged, without anything that acts.

What they show is taken over as it is, and nothing is drawn anew. A page without tags becomes one figure that
is described by its title, its number and its text (ISO 14289-1, 7.3); tags that are sound are kept. Where
nothing can be stamped at the edge of a page without covering something, the page grows by a strip.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.errors import is_memory_error
from pipeline.findings import Finding
from pipeline.packet.annex import notes
from pipeline.packet.annex.annotations import Annotations
from pipeline.packet.annex.conformance import standing
from pipeline.packet.annex.cut_pictures import without_cut_parts
from pipeline.packet.annex.form_recursion import cut_loops, multiplies
from pipeline.packet.annex.layout import lay_out, plain_descriptions
from pipeline.packet.annex.pages import keep_pages
from pipeline.packet.annex.pictured_pages import Pictures
from pipeline.packet.annex.source import Source, Unusable, links, note_what_acts, open_annex
from pipeline.packet.annex.tags import Kept, Unsound, kept_tags
from pipeline.packet.base.model import Part
from pipeline.packet.base.wishes import PLAIN, SIZES, NoSuchPagesError, Wishes, read_ranges
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.pdf.destinations import Reader
from pipeline.packet.pdf.other_files import asked_files, lead_to_others
from pipeline.packet.plain.contents import Contents
from pipeline.packet.plain.spoken_texts import squeezed
from pipeline.packet.plain.stream_ends import cut_ends
from pipeline.packet.seen.drawn_pictures import take_out
from pipeline.packet.seen.layers import Layers, settle
from pipeline.packet.seen.page_comparison import unlike
from pipeline.packet.seen.page_views import View, views
from pipeline.packet.seen.recognised_text import NotRecognisedError, recognise
from pipeline.packet.seen.unsure_texts import note_unsure_texts

_ROUNDS: Final = 3
"""How often an annex is made ready at most, until every page looks as it did or is a picture."""


@dataclass(frozen=True)
class Prepared:
    """An annex that is ready to be stitched.

    :param part: the annex, its ``pdf`` the prepared file.
    :param page_count: how many pages it has; 0 when it can't be taken in: a finding says why.
    :param claims: the standards that it allows the packet to claim.
    :param sha256: of the file that it was made of, where that is known.
    :param asks: the names of PDF files that its links lead to, in small letters.
    """

    part: Part
    page_count: int
    claims: Claims
    findings: list[Finding]
    sha256: str = ""
    asks: tuple[str, ...] = ()


def prepare(part: Part, folder: Path, wishes: Wishes = PLAIN) -> Prepared:
    """Make an annex ready.

    :param part: its ``pdf`` is the external file; it is not changed.
    :param folder: gets the prepared file, ``NAME.pdf``.
    :param wishes: what the manifest asks for it.
    :raises OSError: when that can't be written.
    """
    target = folder / f"{part.name}.pdf"
    try:
        with warnings.catch_warnings():  # pikepdf's: they are for programmers
            warnings.simplefilter("ignore")
            return _prepared(part, target, wishes)
    except Unusable as error:
        return Prepared(part, 0, Claims(), [notes.finding(part, error.code, str(error))])
    except OSError:
        raise
    except Exception as error:  # libraries raise all kinds of things on a broken file
        if is_memory_error(error):
            raise
        message = f"can't be read ({type(error).__name__}): print it to PDF and name that file"
        return Prepared(part, 0, Claims(), [notes.finding(part, "annex-unreadable", message)])


def _prepared(part: Part, target: Path, wishes: Wishes) -> Prepared:
    changed: set[int] = set()
    views: list[View] = []
    for _ in range(_ROUNDS):
        made = _Making(part, target, wishes, changed, views)
        found = made.make()
        unlike, views = made.unlike(), made.views
        if not unlike:
            break
        # What can't be taken over as it looks is drawn: all is made once more, with pictures of those pages.
        changed.update(unlike)
    for path in made.files:
        path.unlink(missing_ok=True)
    return found


class _Making:
    """One attempt to make an annex ready.

    :param changed: the indices of pages that looked different after the attempt before.
    :param views: the look of each page, from the attempt before; none at the first.
    """

    def __init__(
        self, part: Part, target: Path, wishes: Wishes, changed: set[int], views: list[View]
    ) -> None:
        self.part, self.target, self.wishes, self.safe = part, target, wishes, wishes.safe
        self.seen, self.cleaned = target.with_suffix(".seen.pdf"), target.with_suffix(".cleaned.pdf")
        self.recognised = target.with_suffix(".recognised.pdf")
        self.files = (self.seen, self.cleaned, self.recognised)
        self.changed, self.pictured, self.views = changed, set[int](), views

    def make(self) -> Prepared:
        """Make it ready, and write the prepared file."""
        part = self.part
        source = self._open()
        pdf = source.pdf
        if self.wishes.pages:
            try:
                keep_pages(pdf, read_ranges(self.wishes.pages, len(pdf.pages)))
            except NoSuchPagesError as error:
                raise Unusable("annex-pages", f"can't give the pages asked for: {error}") from error
        source.removed["drawings that contain themselves"] += cut_loops(pdf)
        if multiplies(pdf):
            message = "draws forms within forms without end: print it to PDF and name that file"
            raise Unusable("annex-unreadable", message)
        asks = tuple(asked_files(pdf))
        lead_to_others(pdf, self.wishes.others)
        note_what_acts(source)
        layers = Layers(pdf)
        drawn = Annotations(pdf, layers)
        drawn.draw(part.language, redact=self.safe)
        settle(pdf, layers)
        pdf.save(self.seen)
        pdf.flatten_annotations("all")
        source.removed["links that lead nowhere"] += _drop_dangling(pdf)
        source.removed += Counter()
        contents = Contents(pdf, layers)
        for page in pdf.pages:
            contents.clean_page(page.obj)
        source.removed.update(contents.removed)
        seen = self._look(pdf)
        taken = without_cut_parts(take_out(pdf, seen))
        unsafe = (at for at, view in enumerate(seen) if self.safe or view.hidden or view.pictures.covered)
        self.pictured = self.changed.union(taken.unsure, taken.uncut, unsafe)
        if self.pictured:
            Pictures(pdf, self.seen).replace(
                sorted(self.pictured), [[word for word in view.words if word.drawn] for view in seen]
            )
        shown = [squeezed(view.text) for view in seen]
        contents.heard += plain_descriptions(pdf, shown)
        kept, reason = _tags(pdf, self.pictured, shown)
        laid = lay_out(pdf, part, kept, seen, SIZES.get(self.wishes.fit), self.pictured)
        self.frames = laid.frames
        cut_ends(laid.pdf)
        claims, reasons = _claims(laid.pdf, kept)
        _save(laid.pdf, self.target)
        findings = [
            *notes.removal_notes(part, source, len(seen), drawn.fields),
            *notes.unseen_notes(part, seen, layers, contents.hidden or drawn.hidden, safe=self.safe),
            *notes.picture_notes(part, seen, taken, safe=self.safe),
            *notes.drawing_notes(part, drawn, self.changed, self.undrawn(seen), safe=self.safe),
            *notes.scan_notes(part, seen, ocr=self.wishes.ocr),
            *notes.tag_notes(part, kept, reason),
            *notes.spoken_notes(part, kept, contents.heard, "".join(shown)),
        ]
        if reasons:
            message = (
                f"does not keep to PDF/A-3 or PDF/UA-1, and so the packet does not claim {_lost(claims)}: "
                f"{'; '.join(reasons)}"
            )
            findings.append(notes.finding(part, "annex-standard", message))
        return Prepared(replace(part, pdf=self.target), len(seen), claims, findings, asks=asks)

    def _look(self, pdf: Pdf) -> list[View]:
        """The look of each page, which is the same at every attempt."""
        if not self.views:
            pdf.save(self.cleaned)
            self.views = _views(self.cleaned, len(pdf.pages))
            note_unsure_texts(pdf, self.views)
        return self.views

    def _open(self) -> Source:
        """The file as it was given; where that is asked for, with the words that its scans show."""
        source = open_annex(self.part.pdf, self.wishes.password)
        if self.wishes.ocr:
            try:
                if recognise(self.part.pdf, self.recognised, self.part.language, self.wishes.password):
                    source.pdf = open_annex(self.recognised).pdf
            except NotRecognisedError as error:
                raise Unusable("annex-ocr", f"can't be read by a program: {error}") from error
        root = source.pdf.Root
        if "/Metadata" in root and not isinstance(root.get("/Metadata"), Stream):
            del root["/Metadata"]  # no file is saved with another thing there
        return source

    def undrawn(self, seen: Sequence[View]) -> set[int]:
        """The indices of pages whose pictures lack letters."""
        return {at for at in self.pictured if any(not word.drawn for word in seen[at].words)}

    def unlike(self) -> list[int]:
        """The indices of pages that don't look as they did, and are no pictures."""
        import pypdfium2

        places = {at: frame.own for at, frame in enumerate(self.frames) if at not in self.pictured}
        try:
            return unlike(self.seen, self.target, places)
        except pypdfium2.PdfiumError:
            return []


def _drop_dangling(pdf: Pdf) -> int:
    """Take out links to places that are not in the file, as no viewer follows them.

    :returns: how many there were.
    """
    reader, count = Reader(pdf), 0
    for page in pdf.pages:
        lost = [
            link.objgen
            for link in links(page.obj)
            if link.is_indirect and not _is_address(link) and reader.target(link) is None
        ]
        if lost:
            count += len(lost)
            page.obj.Annots = Array([one for one in page.obj.Annots if one.objgen not in lost])
    return count


def _is_address(link: Any) -> bool:
    action = link.get("/A")
    return "/Dest" not in link and isinstance(action, Dictionary) and action.get("/S") == Name.URI


def _views(path: Path, count: int) -> list[View]:
    """The look of each page; a page that can't be drawn has no free place."""
    import pypdfium2

    found: list[View] = []
    with contextlib.suppress(pypdfium2.PdfiumError):
        found += views(path)
    return [*found, *(View() for _ in range(count - len(found)))][:count]


def _tags(pdf: Pdf, pictured: set[int], shown: Sequence[str]) -> tuple[Kept | None, str]:
    """The tags that are kept, and why those that there were are not."""
    if len(pictured) == len(shown):
        return None, "pages are shown as pictures" if "/StructTreeRoot" in pdf.Root else ""
    try:
        return kept_tags(pdf, pictured, shown), ""
    except Unsound as error:
        return None, str(error)
    except Exception as error:  # libraries raise all kinds of things on a broken tree
        if is_memory_error(error):
            raise
        return None, "they can't be read"


def _save(prepared: Pdf, target: Path) -> None:
    if "/Metadata" in prepared.Root:  # it has the time of day in it
        del prepared.Root["/Metadata"]
    prepared.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def _claims(prepared: Pdf, kept: Kept | None) -> tuple[Claims, list[str]]:
    found = standing(prepared)
    faults = kept.faults if kept is not None else []
    claims = Claims(found.claims.archival, found.claims.accessible and not faults)
    return claims, [*found.reasons, *faults]


def _lost(claims: Claims) -> str:
    lost = {"": "PDF/A", "B": "PDF/A at level A", "A": ""}[claims.archival]
    return " and ".join(name for name in (lost, "" if claims.accessible else "PDF/UA") if name)
