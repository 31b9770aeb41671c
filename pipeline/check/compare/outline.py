"""The ways in: bookmarks of a PDF, contents list of an ebook, against the headings."""

from __future__ import annotations

from typing import Any, Final

from pipeline.check.compare.links import Lands
from pipeline.check.vocabulary.facts import Facts, Heading, Kind, visible
from pipeline.check.vocabulary.verdict import Verdict

DEEPEST: Final = 6
"""HTML has so many levels of headings, and the PDF that is made of it."""

SHOWN: Final = 4
"""An ebook's contents list has headings down to this level; bookmarks have all."""


def compare_outline(code: str, name: str, found: Facts, pair: Any, lands: Lands, verdict: Verdict) -> None:
    """Compare the outline of an edition with the headings of the article.

    :param code: of the findings.
    :param name: of an entry, in messages.
    :param pair: the running text (`compare.Pair`).
    """
    entries = list(found.outline)
    if not entries:
        verdict.add(code, f"it has no {name}s")
        return
    lead = {found.title, *(_text(pair, heading) for heading in pair.expected.headings if heading.level == 1)}
    if found.edition == "epub" and entries[0].depth == 1 and entries[0].text in lead:
        del entries[0]  # the lead, which stands under the article's title
    headings = [heading for heading in pair.expected.headings if _belongs(heading, found.edition)]
    for heading in headings:
        title = _text(pair, heading)
        if not entries or _fold(entries[0].text) != _fold(title):
            if any(_fold(entry.text) == _fold(title) for entry in entries):
                extra = entries[0].text
                verdict.add(code, f'the {name} "{extra}" stands at the wrong place', heading.line)
            else:
                verdict.add(code, f'there is no {name} for "{title}"', heading.line)
            return
        entry = entries.pop(0)
        depth = min(heading.level, DEEPEST) if found.edition == "pdf" else heading.level - 1
        if entry.depth != depth:
            message = f'the {name} "{title}" has depth {entry.depth} instead of {depth}'
            verdict.add(code, message, heading.line)
        start = pair.alignment.start(heading.start)
        if start is not None and (entry.target is None or not lands.is_at(entry.target, pair.found, start)):
            verdict.add(code, f'the {name} "{title}" does not lead to its heading', heading.line)
    for entry in entries:
        verdict.add(code, f'the {name} "{entry.text}" is no heading of the article')


def _belongs(heading: Heading, edition: str) -> bool:
    return edition == "pdf" or 1 < heading.level <= SHOWN


def _text(pair: Any, heading: Heading) -> str:
    if heading.entry:
        return " ".join(heading.entry.split())
    pieces = pair.expected.pieces[heading.start : heading.end]
    words = [piece.text for piece in pieces if piece.kind is not Kind.CALL]
    return " ".join(words or [piece.text for piece in pieces])


def _fold(text: str) -> str:
    return "".join(visible(text).split())
