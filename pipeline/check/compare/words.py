"""Differences in words: which finding they are, and how a message shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.check.compare.align import Alignment, Gap
from pipeline.check.vocabulary.facts import Kind, Piece
from pipeline.check.vocabulary.verdict import Verdict

_SHOWN: Final = 8
_LETTERS: Final = 60
_BEFORE: Final = 3
_PASSAGE: Final = 4
"""Fewer words than this are not looked for elsewhere."""
_CODES: Final = {
    "title": "check-heading",
    "heading": "check-heading",
    "list": "check-list",
    "contents list": "check-list",
    "table": "check-table",
    "infobox": "check-infobox",
    "image": "check-image",
    "formula": "check-math",
    "call": "check-call",
    "note": "check-note-text",
}


def report_words(
    verdict: Verdict,
    expected: Sequence[Piece],
    found: Sequence[Piece],
    alignment: Alignment,
    what: str = "",
) -> None:
    """Report where the words of a row are not those that are expected.

    :param what: the name of the row, where it is not the running text.
    """
    moved = _moved(expected, found, alignment.gaps)
    for gap in alignment.gaps:
        line = _line(expected, gap.start)
        place = _place(found, gap.low)
        if gap in moved:
            text = f"{_quote(expected[gap.start : gap.end])} stands elsewhere ({moved[gap]})"
            verdict.add("check-order", _at(expected, gap.start, what, text), line, place)
            continue
        there = Counter(piece.text for piece in found[gap.low : gap.high])
        missing = (Counter(piece.text for piece in expected[other.start : other.end]) for other in moved)
        if gap.start == gap.end and any(_alike(words, there) for words in missing):
            continue  # a passage that is reported as moved
        verdict.add(_code(expected, gap, what), _message(expected, found, gap, what, verdict), line, place)
    for index in alignment.glued:
        pair = f"{expected[index - 1].text} {expected[index].text}"
        place = _place(found, alignment.at[index][0])
        text = _at(expected, index - 1, what, f'the space in "{pair}" is lost')
        verdict.add("check-text", text, _line(expected, index), place)


def _code(expected: Sequence[Piece], gap: Gap, what: str) -> str:
    if gap.start < gap.end:
        first = expected[gap.start].within
        if any(piece.within == "heading" for piece in expected[gap.start : gap.end]):
            return "check-heading"  # a part of the article, with its heading
        return _CODES.get(first, "check-note-text" if what else "check-text")
    if what:
        return "check-note-text"
    around = [piece.within for piece in expected[max(0, gap.start - 1) : gap.start + 1]]
    inside = len(around) == 2 and around[0] == around[1]
    return _CODES.get(around[0], "check-text") if inside and around[0] != "call" else "check-text"


def _message(expected: Sequence[Piece], found: Sequence[Piece], gap: Gap, what: str, verdict: Verdict) -> str:
    wanted, got = expected[gap.start : gap.end], found[gap.low : gap.high]
    kind = wanted[0].kind if wanted else None
    if kind is Kind.CALL:
        number = wanted[0].text
        if got and got[0].text == number:
            text = f"the call of note {number} is no link"
        elif got and (got[0].kind is Kind.CALL or got[0].links) and got[0].text.isdigit():
            text = f"the call of note {number} reads {got[0].text}"
        else:
            text = f"the call of note {number} is missing"
    elif kind is Kind.IMAGE and len(wanted) == 1:
        if got and got[0].kind is Kind.IMAGE:
            has = _quote(got[:1]) if got[0].text else "none"
            text = f"the image's alternative text is {_quote(wanted)}, and the {verdict.name} has {has}"
        else:
            text = f"the image {_quote(wanted)} is missing"
    elif kind is Kind.MATH and len(wanted) == 1 and got and got[0].kind is Kind.MATH:
        same = wanted[0].text.split() == got[0].text.split()
        reads = "shows other characters" if same else f"reads {_quote(got[:1])}"
        text = f"the formula {_quote(wanted)} {reads} in the {verdict.name}"
    elif not got:
        text = f"{_quote(wanted)} is missing"
    elif not wanted:
        text = f"{_quote(got)} is not in the article"
    else:
        text = f"the article has {_quote(wanted)}, the {verdict.name} {_quote(got)}"
    return _at(expected, gap.start, what, text)


def _at(expected: Sequence[Piece], index: int, what: str, text: str) -> str:
    before = [_short(piece.text) for piece in expected[max(0, index - _BEFORE) : index] if piece.text]
    where = f'after "{" ".join(before)}", ' if before else ""
    return f"{what}{': ' if what else ''}{where}{text}"


def _quote(pieces: Sequence[Piece]) -> str:
    words = [_short(piece.text) or f"[{piece.kind.value}]" for piece in pieces]
    more = f" … ({len(words)} words)" if len(words) > _SHOWN else ""
    return f'"{" ".join(words[:_SHOWN])}{more}"'


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"


def _moved(expected: Sequence[Piece], found: Sequence[Piece], gaps: list[Gap]) -> dict[Gap, str]:
    """Missing passages that are found where nothing is expected: by gap, the place."""
    extra = [(gap, Counter(piece.text for piece in found[gap.low : gap.high])) for gap in gaps]
    moved = {}
    for gap in gaps:
        words = Counter(piece.text for piece in expected[gap.start : gap.end])
        for other, there in extra:
            if other != gap and words.total() >= _PASSAGE and _alike(words, there):
                moved[gap] = found[other.low].place or "later"
    return moved


def _alike(words: Counter[str], there: Counter[str]) -> bool:
    """Whether most of the words of a passage are in another, which is not much longer."""
    return (words & there).total() >= 0.8 * max(words.total(), 0.7 * there.total())


def _line(expected: Sequence[Piece], index: int) -> int | None:
    for piece in (*expected[index : index + 1], *reversed(expected[:index])):
        if piece.line:
            return piece.line
    return None


def _place(found: Sequence[Piece], index: int) -> str:
    for piece in (*found[index : index + 1], *reversed(found[:index])):
        if piece.place:
            return piece.place
    return ""
