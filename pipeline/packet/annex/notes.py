"""What is told of an annex: what was in it besides what its pages show, and what the packet has instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.findings import Finding, quoted
from pipeline.packet.annex.annotations import Annotations
from pipeline.packet.annex.source import Source
from pipeline.packet.annex.tags import Kept
from pipeline.packet.base.model import Part
from pipeline.packet.plain.spoken_texts import shown_in
from pipeline.packet.seen.drawn_pictures import Taken
from pipeline.packet.seen.layers import Layers
from pipeline.packet.seen.page_views import INSIDE, View
from pipeline.packet.seen.unseen_pictures import DARK, OUTSIDE, UNSEEN

_QUOTED: Final = 3
"""How many descriptions a finding quotes."""


def finding(part: Part, code: str, message: str) -> Finding:
    """What was found in an annex, with the line of the manifest that names it.

    :param message: goes on behind the name of its file.
    """
    return Finding(code, part.source, part.line, f"{part.pdf.name} {message}")


def removal_notes(part: Part, source: Source, count: int, fields: int) -> Iterator[Finding]:
    """What has become of what was in the file besides its pages."""
    if source.repaired:
        pages = f"{count} page{'s' if count > 1 else ''}"
        message = (
            f"is damaged ({source.repaired[0]}); what could be repaired has {pages}: look whether that is all"
        )
        yield finding(part, "annex-repaired", message)
    removed = [
        f"{name}{_counted(number, source.files if name == 'embedded files' else ())}"
        for name, number in sorted(source.removed.items())
    ]
    if source.signed:
        removed.append("the signature")
    if source.protected:
        removed.append("the protection against changes")
    if removed:
        message = (
            f"loses in the packet what a page can't show: {', '.join(removed)}; keep the file itself, too"
        )
        yield finding(part, "annex-removed", message)
    if "/Collection" in source.pdf.Root:
        message = (
            "is a portfolio: only its cover sheet is in the packet, and none of the files in it: "
            "save those as files of their own, and name them"
        )
        yield finding(part, "annex-portfolio", message)
    if fields:
        message = "is a form: it stands in the packet as it is filled in now"
        yield finding(part, "annex-form", message)


def _counted(number: int, names: Sequence[str]) -> str:
    """How many there are, and the names of the first ones, between brackets; nothing for one."""
    first = ", ".join(f'"{quoted(name)}"' for name in names[:_QUOTED])
    said = ": ".join(text for text in (str(number) if number > 1 else "", first) if text)
    return f" ({said}{' and others' * (len(names) > _QUOTED)})" if said else ""


def tag_notes(part: Part, kept: Kept | None, reason: str) -> Iterator[Finding]:
    """That it has no tags, or none that are kept.

    :param reason: why they are not.
    """
    if kept is None:
        fault = f"has tags that can't be kept ({reason})" if reason else "has no tags"
        message = (
            f"{fault}: each page is read aloud as a picture, described by its title and its text; "
            "ask for a tagged PDF"
        )
        yield finding(part, "annex-untagged", message)


def spoken_notes(part: Part, kept: Kept | None, heard: Sequence[str], shown: str) -> Iterator[Finding]:
    """What would be read aloud and is not shown."""
    count = sum(not shown_in(text, shown) for text in heard) + (kept.dropped if kept is not None else 0)
    if count:
        what = "a text" if count == 1 else f"{count} texts"
        message = (
            f"has {what} to be read aloud in place of what is shown, with words that its pages don't show: "
            "not in the packet; whoever has the file itself can read it"
        )
        yield finding(part, "annex-hidden-text", message)
    if kept is not None and kept.described:
        first = ", ".join(f'"{quoted(text)}"' for text in kept.described[:_QUOTED])
        more = len(kept.described) - _QUOTED
        message = (
            f"describes its pictures for those who can't see: {first}{f' and {more} more' * (more > 0)}; "
            "no page shows these words: look whether they may be read (with safe = true they are left out)"
        )
        yield finding(part, "annex-described", message)


def unseen_notes(
    part: Part, seen: Sequence[View], layers: Layers, hidden: bool, *, safe: bool
) -> Iterator[Finding]:
    """What was hidden and is taken out."""
    if hidden:
        names = ", ".join(f'"{name}"' for name in layers.hidden)
        message = f"has layers that are switched off ({names}): what they hide is not in the packet"
        yield finding(part, "annex-layer", message)
    kinds = [kind for kind in (DARK, OUTSIDE, UNSEEN, INSIDE) if any(view.hidden[kind] for view in seen)]
    for kind in kinds:
        pages = [number for number, view in enumerate(seen, start=1) if view.hidden[kind]]
        shown = "every page is" if safe else f"{numbered(pages)} {'is' if len(pages) == 1 else 'are'}"
        message = (
            f"has text {kind} on {numbered(pages)}: {shown} shown as a picture, and that text is not in the "
            "packet; whoever has the file itself can read it"
        )
        yield finding(part, "annex-hidden-text", message)


def picture_notes(part: Part, seen: Sequence[View], taken: Taken, *, safe: bool) -> Iterator[Finding]:
    """What becomes of pictures that can't be seen, wholly or in part."""
    if taken.kinds:
        where = "; ".join(
            f"{kind}, on {numbered([index + 1 for index in indices])}"
            for kind, indices in taken.kinds.items()
        )
        message = (
            f"has pictures {where}: they are not in the packet; whoever has the file itself can uncover them"
        )
        yield finding(part, "annex-hidden-picture", message)
    pages = [number for number, view in enumerate(seen, start=1) if view.pictures.covered]
    if pages:
        shown = "every page is" if safe else f"{numbered(pages)} {'is' if len(pages) == 1 else 'are'}"
        message = (
            f"has a part of a picture {DARK} on {numbered(pages)}: {shown} shown as a picture, and what is "
            "covered is not in the packet; whoever has the file itself can uncover it"
        )
        yield finding(part, "annex-covered-picture", message)
    pages = sorted({index + 1 for _, _, indices in taken.cut for index in indices})
    if pages:
        drawn = [] if safe else [index + 1 for index in sorted(taken.uncut)]
        verb = "is" if len(drawn) == 1 else "are"
        shown = f"; {numbered(drawn)} {verb} shown as a picture for it" if drawn else ""
        message = (
            f"has pictures on {numbered(pages)} of which only a part is seen, and more is in the file: what "
            f"is cut off is not in the packet{shown}; whoever has the file itself can see it"
        )
        yield finding(part, "annex-cut-picture", message)
    pages = [index + 1 for index in sorted(taken.unsure)]
    if pages and not safe:
        message = (
            f"has pictures over one another on {numbered(pages)}, and nobody can tell which of them are "
            "seen: shown as a picture there"
        )
        yield finding(part, "annex-hidden-picture", message)


def scan_notes(part: Part, seen: Sequence[View], *, ocr: bool) -> Iterator[Finding]:
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
        yield finding(part, "annex-scan", message)


def drawing_notes(
    part: Part, drawn: Annotations, changed: set[int], undrawn: set[int], *, safe: bool
) -> Iterator[Finding]:
    """What was drawn, and what was not.

    :param changed: the indices of pages that looked otherwise than they did.
    :param undrawn: those of pictures that lack letters.
    """
    if drawn.redactions:
        where = numbered([index + 1 for index in sorted(drawn.redactions)])
        message = f"has redactions that are marked and not applied, on {where}: what they mark is still in it"
        done = "; the packet shows black boxes" if safe else "; with safe = true the packet shows black boxes"
        yield finding(part, "annex-redaction", message + done)
    if undrawn:
        where = numbered([index + 1 for index in sorted(undrawn)])
        message = (
            f"has letters of fonts that are not in the file on {where}, shown as a picture there: they are "
            "missing in it; ask for a copy that has its fonts embedded"
        )
        yield finding(part, "annex-undrawn", message)
    if drawn.lost:
        lost = [name if count == 1 else f"{name} ({count})" for name, count in sorted(drawn.lost.items())]
        message = (
            f"shows what can't be drawn in the packet: {', '.join(lost)}; print it to PDF and name that file"
        )
        yield finding(part, "annex-undrawn", message)
    if changed and not safe:
        where = numbered([index + 1 for index in sorted(changed)])
        message = f"could not be taken over as it looks on {where}, shown there as a picture: look at it"
        yield finding(part, "annex-picture", message)


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
