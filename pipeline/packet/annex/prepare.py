"""External PDFs are made ready for a packet: as they look, upright, tagged, without anything that acts.

What they show is taken over as it is, and nothing is drawn anew. A page without tags becomes one figure that
is described by its title, its number and its text (ISO 14289-1, 7.3); tags that are sound are kept. Where
nothing can be stamped at the edge of a page without covering something, the page grows by a strip.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
from pikepdf import Pdf

from pipeline.errors import is_memory_error
from pipeline.findings import Finding
from pipeline.packet.annex.conformance import standing
from pipeline.packet.annex.form_recursion import multiplies
from pipeline.packet.annex.layout import lay_out
from pipeline.packet.annex.source import Source, Unusable, clean, open_annex
from pipeline.packet.annex.tags import Kept, Unsound, kept_tags
from pipeline.packet.base.model import Part
from pipeline.packet.pdf.catalog import Claims


@dataclass(frozen=True)
class Prepared:
    """An annex that is ready to be stitched.

    :param part: the annex, its ``pdf`` the prepared file.
    :param page_count: how many pages it has; 0 when it can't be taken in: a finding says why.
    :param claims: the standards that it allows the packet to claim.
    :param sha256: of the file that it was made of, where that is known.
    """

    part: Part
    page_count: int
    claims: Claims
    findings: list[Finding]
    sha256: str = ""


def prepare(part: Part, folder: Path) -> Prepared:
    """Make an annex ready.

    :param part: its ``pdf`` is the external file; it is not changed.
    :param folder: gets the prepared file, ``NAME.pdf``.
    :raises OSError: when that can't be written.
    """
    target = folder / f"{part.name}.pdf"
    try:
        with warnings.catch_warnings():  # pikepdf's: they are for programmers
            warnings.simplefilter("ignore")
            return _prepared(part, target)
    except Unusable as error:
        return Prepared(part, 0, Claims(), [_finding(part, error.code, str(error))])
    except OSError:
        raise
    except Exception as error:  # libraries raise all kinds of things on a broken file
        if is_memory_error(error):
            raise
        message = f"can't be read ({type(error).__name__}): print it to PDF and name that file"
        return Prepared(part, 0, Claims(), [_finding(part, "annex-unreadable", message)])


def _prepared(part: Part, target: Path) -> Prepared:
    source = open_annex(part.pdf)
    if multiplies(source.pdf):
        message = "draws forms within forms without end: print it to PDF and name that file"
        raise Unusable("annex-unreadable", message)
    clean(source)
    kept, reason = _tags(source.pdf)
    pdf = lay_out(source.pdf, part, kept, target)
    claims, reasons = _claims(pdf, kept)
    if "/Metadata" in pdf.Root:  # it has the time of day in it
        del pdf.Root["/Metadata"]
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    count = len(pdf.pages)
    findings = [*_notes(part, source, count), *_tag_notes(part, kept, reason)]
    if reasons:
        message = (
            f"does not keep to PDF/A-3 or PDF/UA-1, and so the packet does not claim {_lost(claims)}: "
            f"{'; '.join(reasons)}"
        )
        findings.append(_finding(part, "annex-standard", message))
    return Prepared(replace(part, pdf=target), count, claims, findings)


def _tags(pdf: Pdf) -> tuple[Kept | None, str]:
    """The tags that are kept, and why there are none."""
    try:
        return kept_tags(pdf), ""
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


def _notes(part: Part, source: Source, count: int) -> Iterator[Finding]:
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
    if source.form:
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
