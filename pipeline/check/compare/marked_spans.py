"""Captions, and entries of the list of sources: each is marked as what it is, with all its words."""

from __future__ import annotations

from typing import Any

from pipeline.check.vocabulary.facts import Span
from pipeline.check.vocabulary.verdict import Verdict


def compare_captions(pair: Any, verdict: Verdict) -> tuple[int, int]:
    """Compare the captions of figures and listings in a row; those of tables are compared with their tables.

    :param pair: a `compare.Pair`.
    :returns: how many there are, and how many of them are as they should be.
    """
    return _compare(pair, "captions", verdict, "check-caption", ("a caption", "caption"))


def compare_sources(pair: Any, verdict: Verdict) -> tuple[int, int]:
    """Compare the entries of the list of sources in a row; parameter and result as for captions."""
    names = ("an entry of the list of sources", "source")
    return _compare(pair, "sources", verdict, "check-source", names)


def _compare(pair: Any, kind: str, verdict: Verdict, code: str, names: tuple[str, str]) -> tuple[int, int]:
    wanted: list[Span] = getattr(pair.expected, kind)
    found_at = {span.start: span for span in getattr(pair.found, kind)}
    good = 0
    for span in wanted:
        pieces = pair.expected.pieces[span.start : span.end]
        first = pair.alignment.start(span.start)
        if not pieces or first is None:
            continue  # its words are missing: reported
        words = " ".join(piece.text for piece in pieces[:6])
        there = found_at.pop(first, None)
        last = pair.alignment.at.get(span.end - 1)
        if there is None:
            message = f'"{words}" is not marked as {names[0]}'
        elif last is not None and last[1] != there.end:
            message = f'the {names[1]} "{words}" ends elsewhere'
        else:
            good += 1
            continue
        verdict.add(code, message, span.line, pair.place(span.start))
    for extra in found_at.values():
        words = " ".join(piece.text for piece in pair.found.pieces[extra.start : extra.end][:6])
        message = f'"{words}" is marked as {names[0]} and is none in the article'
        verdict.add(code, message, None, extra.place)
    return len(wanted), good + len(found_at)
