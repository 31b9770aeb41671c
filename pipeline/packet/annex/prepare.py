"""External PDFs are made ready for a packet: as they look, upright, tagged, without anything that acts.

What they show is taken over as it is, and nothing is drawn anew. A page without tags becomes one figure that
is described by its title, its number and its text (ISO 14289-1, 7.3); tags that are sound are kept. Where
nothing can be stamped at the edge of a page without covering something, the page grows by a strip.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.errors import is_memory_error
from pipeline.findings import Finding, quoted
from pipeline.packet.annex.annotations import Annotations
from pipeline.packet.annex.conformance import standing
from pipeline.packet.annex.contents import Contents
from pipeline.packet.annex.form_recursion import cut_loops, multiplies
from pipeline.packet.annex.layout import lay_out
from pipeline.packet.annex.pages import keep_pages
from pipeline.packet.annex.pictured_pages import Pictures
from pipeline.packet.annex.source import Source, Unusable, links, note_what_acts, open_annex
from pipeline.packet.annex.spoken_texts import shown_in, squeezed
from pipeline.packet.annex.tags import Kept, Unsound, kept_tags
from pipeline.packet.base.model import Part
from pipeline.packet.base.wishes import PLAIN, SIZES, NoSuchPagesError, Wishes, read_ranges
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.pdf.destinations import Reader
from pipeline.packet.pdf.other_files import asked_files, lead_to_others
from pipeline.packet.seen.layers import Layers, settle
from pipeline.packet.seen.page_comparison import unlike
from pipeline.packet.seen.page_views import DARK, INSIDE, OUTSIDE, UNSEEN, View, views
from pipeline.packet.seen.recognised_text import NotRecognisedError, recognise
from pipeline.packet.seen.unsure_texts import note_unsure_texts

_QUOTED: Final = 3
"""How many descriptions a finding quotes."""
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
        return Prepared(part, 0, Claims(), [_finding(part, error.code, str(error))])
    except OSError:
        raise
    except Exception as error:  # libraries raise all kinds of things on a broken file
        if is_memory_error(error):
            raise
        message = f"can't be read ({type(error).__name__}): print it to PDF and name that file"
        return Prepared(part, 0, Claims(), [_finding(part, "annex-unreadable", message)])


def _prepared(part: Part, target: Path, wishes: Wishes) -> Prepared:
    changed: set[int] = set()
    for _ in range(_ROUNDS):
        made = _Making(part, target, wishes, changed)
        found = made.make()
        unlike = set(made.unlike()) - made.pictured
        if not unlike:
            break
        # What can't be taken over as it looks is drawn: all is made once more, with pictures of those pages.
        changed |= unlike
    for path in made.files:
        path.unlink(missing_ok=True)
    return found


class _Making:
    """One attempt to make an annex ready.

    :param changed: the indices of pages that looked different after the attempt before.
    """

    def __init__(self, part: Part, target: Path, wishes: Wishes, changed: set[int]) -> None:
        self.part, self.target, self.wishes, self.safe = part, target, wishes, wishes.safe
        self.seen, self.cleaned = target.with_suffix(".seen.pdf"), target.with_suffix(".cleaned.pdf")
        self.recognised = target.with_suffix(".recognised.pdf")
        self.files = (self.seen, self.cleaned, self.recognised)
        self.changed, self.pictured = changed, set[int]()

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
        pdf.save(self.cleaned)
        seen = _views(self.cleaned, len(pdf.pages))
        note_unsure_texts(pdf, seen)
        self.pictured = self.changed.union(at for at, view in enumerate(seen) if self.safe or view.hidden)
        if self.pictured:
            Pictures(pdf, self.seen).replace(sorted(self.pictured), [view.words for view in seen])
        shown = [squeezed(view.text) for view in seen]
        if len(self.pictured) < len(seen):
            kept, reason = _tags(pdf, self.pictured, shown)
        else:
            kept, reason = None, "pages are shown as pictures"
        laid = lay_out(pdf, part, kept, seen, SIZES.get(self.wishes.fit), self.pictured)
        self.frames = laid.frames
        claims, reasons = _claims(laid.pdf, kept)
        if "/Metadata" in laid.pdf.Root:  # it has the time of day in it
            del laid.pdf.Root["/Metadata"]
        laid.pdf.save(
            self.target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True
        )
        findings = [
            *_notes(part, source, len(seen), drawn.fields),
            *_unseen_notes(part, seen, layers, contents.hidden or drawn.hidden, safe=self.safe),
            *_drawing_notes(part, drawn, self.changed, safe=self.safe),
            *_scan_notes(part, seen, ocr=self.wishes.ocr),
            *_tag_notes(part, kept, reason),
            *_spoken_notes(part, kept, contents.heard, "".join(shown)),
        ]
        if reasons:
            message = (
                f"does not keep to PDF/A-3 or PDF/UA-1, and so the packet does not claim {_lost(claims)}: "
                f"{'; '.join(reasons)}"
            )
            findings.append(_finding(part, "annex-standard", message))
        return Prepared(replace(part, pdf=self.target), len(seen), claims, findings, asks=asks)

    def _open(self) -> Source:
        """The file as it was given; where that is asked for, with the words that its scans show."""
        source = open_annex(self.part.pdf, self.wishes.password)
        if self.wishes.ocr:
            try:
                if recognise(self.part.pdf, self.recognised, self.part.language, self.wishes.password):
                    source.pdf = open_annex(self.recognised).pdf
            except NotRecognisedError as error:
                raise Unusable("annex-ocr", f"can't be read by a program: {error}") from error
        return source

    def unlike(self) -> list[int]:
        """The indices of pages that don't look as they did."""
        import pypdfium2

        try:
            return unlike(self.seen, self.target, [frame.own for frame in self.frames])
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
    """The tags that are kept, and why there are none."""
    try:
        return kept_tags(pdf, pictured, shown), ""
    except Unsound as error:
        return None, str(error)
    except Exception as error:  # libraries raise all kinds of things on a broken tree
        if is_memory_error(error):
            raise
        return None, "they can't be read"


def _claims(prepared: Pdf, kept: Kept | None) -> tuple[Claims, list[str]]:
    found = standing(prepared)
    faults = kept.faults if kept is not None else []
    claims = Claims(found.claims.archival, found.claims.accessible and not faults)
    return claims, [*found.reasons, *faults]


def _lost(claims: Claims) -> str:
    lost = {"": "PDF/A", "B": "PDF/A at level A", "A": ""}[claims.archival]
    return " and ".join(name for name in (lost, "" if claims.accessible else "PDF/UA") if name)


def _finding(part: Part, code: str, message: str) -> Finding:
    return Finding(code, part.source, part.line, f"{part.pdf.name} {message}")


def _notes(part: Part, source: Source, count: int, fields: int) -> Iterator[Finding]:
    """What has become of what was in the file besides its pages."""
    if source.repaired:
        pages = f"{count} page{'s' if count > 1 else ''}"
        message = (
            f"is damaged ({source.repaired[0]}); what could be repaired has {pages}: look whether that is all"
        )
        yield _finding(part, "annex-repaired", message)
    removed = [
        name if number == 1 else f"{name} ({number})" for name, number in sorted(source.removed.items())
    ]
    if source.signed:
        removed.append("the signature")
    if source.protected:
        removed.append("the protection against changes")
    if removed:
        message = (
            f"loses in the packet what a page can't show: {', '.join(removed)}; keep the file itself, too"
        )
        yield _finding(part, "annex-removed", message)
    if "/Collection" in source.pdf.Root:
        message = (
            "is a portfolio: only its cover sheet is in the packet, and none of the files in it: "
            "save those as files of their own, and name them"
        )
        yield _finding(part, "annex-portfolio", message)
    if fields:
        message = "is a form: it stands in the packet as it is filled in now"
        yield _finding(part, "annex-form", message)


def _tag_notes(part: Part, kept: Kept | None, reason: str) -> Iterator[Finding]:
    if kept is None:
        fault = f"has tags that can't be kept ({reason})" if reason else "has no tags"
        message = (
            f"{fault}: each page is read aloud as a picture, described by its title and its text; "
            "ask for a tagged PDF"
        )
        yield _finding(part, "annex-untagged", message)


def _spoken_notes(part: Part, kept: Kept | None, heard: Sequence[str], shown: str) -> Iterator[Finding]:
    """What would be read aloud and is not shown."""
    count = sum(not shown_in(text, shown) for text in heard) + (kept.dropped if kept is not None else 0)
    if count:
        what = "a text" if count == 1 else f"{count} texts"
        message = (
            f"has {what} to be read aloud in place of what is shown, with words that its pages don't show: "
            "not in the packet; whoever has the file itself can read it"
        )
        yield _finding(part, "annex-hidden-text", message)
    if kept is not None and kept.described:
        first = ", ".join(f'"{quoted(text)}"' for text in kept.described[:_QUOTED])
        more = len(kept.described) - _QUOTED
        message = (
            f"describes its pictures for those who can't see: {first}{f' and {more} more' * (more > 0)}; "
            "no page shows these words: look whether they may be read (with safe = true they are left out)"
        )
        yield _finding(part, "annex-described", message)


def _unseen_notes(
    part: Part, seen: Sequence[View], layers: Layers, hidden: bool, *, safe: bool
) -> Iterator[Finding]:
    """What was hidden and is taken out."""
    if hidden:
        names = ", ".join(f'"{name}"' for name in layers.hidden)
        message = f"has layers that are switched off ({names}): what they hide is not in the packet"
        yield _finding(part, "annex-layer", message)
    kinds = [kind for kind in (DARK, OUTSIDE, UNSEEN, INSIDE) if any(view.hidden[kind] for view in seen)]
    for kind in kinds:
        pages = [number for number, view in enumerate(seen, start=1) if view.hidden[kind]]
        shown = "every page is" if safe else f"{numbered(pages)} {'is' if len(pages) == 1 else 'are'}"
        message = (
            f"has text {kind} on {numbered(pages)}: {shown} shown as a picture, and that text is not in the "
            "packet; whoever has the file itself can read it"
        )
        yield _finding(part, "annex-hidden-text", message)


def _scan_notes(part: Part, seen: Sequence[View], *, ocr: bool) -> Iterator[Finding]:
    """What nobody can search, for its words are a picture."""
    pages = [number for number, view in enumerate(seen, start=1) if view.scan]
    if pages:
        what = "is a scan without text" if len(pages) == len(seen) else "has scans without text"
        where = "" if len(pages) == len(seen) else f" on {numbered(pages)}"
        command = f'ocrmypdf --skip-text "{part.pdf.name}" "{part.pdf.stem}-text.pdf"'
        todo = (
            f"write ocr = true in its item to have its words recognised, or type {command} and name that file"
        )
        if ocr:
            todo = "no words were recognised there: look whether it is upright and sharp"
        message = f"{what}{where}: it can't be searched, and is not read aloud; {todo}"
        yield _finding(part, "annex-scan", message)


def _drawing_notes(part: Part, drawn: Annotations, changed: set[int], *, safe: bool) -> Iterator[Finding]:
    """What was drawn, and what was not."""
    if drawn.redactions:
        where = numbered([index + 1 for index in sorted(drawn.redactions)])
        message = f"has redactions that are marked and not applied, on {where}: what they mark is still in it"
        done = "; the packet shows black boxes" if safe else "; with safe = true the packet shows black boxes"
        yield _finding(part, "annex-redaction", message + done)
    if drawn.lost:
        lost = [name if count == 1 else f"{name} ({count})" for name, count in sorted(drawn.lost.items())]
        message = (
            f"shows what can't be drawn in the packet: {', '.join(lost)}; print it to PDF and name that file"
        )
        yield _finding(part, "annex-undrawn", message)
    if changed and not safe:
        where = numbered([index + 1 for index in sorted(changed)])
        message = f"could not be taken over as it looks on {where}, shown there as a picture: look at it"
        yield _finding(part, "annex-picture", message)


def numbered(pages: Sequence[int]) -> str:
    """Pages by their numbers, in words: “page 3”, “pages 1, 4–6 and 9”."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    parts = [
        str(run[0])
        if len(run) == 1
        else f"{run[0]}\u2013{run[-1]}"
        if len(run) > 2
        else f"{run[0]}, {run[1]}"
        for run in runs
    ]
    if len(pages) == 1:
        return f"page {parts[0]}"
    return f"pages {', '.join(parts)}"
