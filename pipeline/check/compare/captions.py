"""Captions of figures and listings: each is marked as one, with its number and all its words."""

from __future__ import annotations

from typing import Any

from pipeline.check.vocabulary.verdict import Verdict


def compare_captions(pair: Any, verdict: Verdict) -> tuple[int, int]:
    """Compare the captions of a row; those of tables are compared with their tables.

    :param pair: a `compare.Pair`.
    :returns: how many there are, and how many of them are as they should be.
    """
    found_at = {caption.start: caption for caption in pair.found.captions}
    good = 0
    for caption in pair.expected.captions:
        pieces = pair.expected.pieces[caption.start : caption.end]
        first = pair.alignment.start(caption.start)
        if not pieces or first is None:
            continue  # its words are missing: reported
        words = " ".join(piece.text for piece in pieces[:6])
        found = found_at.pop(first, None)
        last = pair.alignment.at.get(caption.end - 1)
        if found is None:
            message = f'"{words}" is not marked as a caption'
        elif last is not None and last[1] != found.end:
            message = f'the caption "{words}" ends elsewhere'
        else:
            good += 1
            continue
        verdict.add("check-caption", message, caption.line, pair.place(caption.start))
    for extra in found_at.values():
        words = " ".join(piece.text for piece in pair.found.pieces[extra.start : extra.end][:6])
        message = f'"{words}" is marked as a caption and is none in the article'
        verdict.add("check-caption", message, None, extra.place)
    return len(pair.expected.captions), good + len(found_at)
