"""Words that fill several lines: the time they take grows as their length does, and a cut has its hyphen."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any, Final

from pipeline.look import hyphenation

_FEW: Final = 4
"""Letters: too few for a hyphen."""
_LONG: Final = 200
"""Letters. A longer word fills several lines."""
_LETTERS: Final = 8
"""More letters than stand in the width of a line that is as wide as the type is high."""
_WRAPS: Final = ("normal", "pre-wrap", "pre-line")


def set_what_a_line_needs() -> None:
    """Set no more of a long word than the line may need."""
    from weasyprint.layout import inline

    split_first_line = inline.split_first_line

    def long_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text; of a word that fills several, look at no more than it needs."""
        size = style["font_size"]
        if max_width not in (None, inf) and size and len(text) > _LONG:
            enough = max(_LONG, int(max_width / size * _LETTERS))
            if len(text) > enough and not (part := text[:enough]).count(" "):
                result = split_first_line(part, style, context, max_width, *rest, **named)
                if result[2] is not None:
                    return result
        return split_first_line(text, style, context, max_width, *rest, **named)

    inline.split_first_line = long_split_first_line


def measure_one_letter() -> None:
    """Measure one letter where words are broken anywhere."""
    from weasyprint.layout import preferred

    split_first_line = preferred.split_first_line

    def narrow_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text as narrow as it can be.

        Where words are broken anywhere, that is one letter, behind a link too (CSS Text 3, section 5.5).
        """
        anywhere = style["overflow_wrap"] == "anywhere" and style["white_space"] in _WRAPS
        if max_width == 0 and anywhere and named.get("minimum"):
            named["is_line_start"] = True
        if max_width == 0 and anywhere and named.get("is_line_start") and len(text) > _FEW:
            result = split_first_line(text[:_FEW], style, context, max_width, *rest, **named)
            if result[2] is not None:
                return result
        return split_first_line(text, style, context, max_width, *rest, **named)

    preferred.split_first_line = narrow_split_first_line


def divide_with_hyphens() -> None:
    """Set a hyphen where a word is cut because no line has room for it."""
    from weasyprint.layout import inline

    split_first_line = inline.split_first_line
    hyphenation.dictionaries()

    def hyphenating_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, spacing: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text; a word that is cut ends in a hyphen (CSS Text 3, section 5.5).

        Without ``hyphens: none``, that is: addresses and code are cut as they are.
        """
        result = split_first_line(text, style, context, max_width, spacing, *rest, **named)
        layout, length, cut = result[:3]
        if cut is None or cut != length or style["hyphens"] == "none" or not _divided(layout.text[-1:]):
            return result
        end = len(text.encode()[:cut].decode())
        if not _divided(text[end : end + 1]) or max_width in (None, inf) or max_width <= 0:
            return result
        hyphen = style["hyphenate_character"]
        for part in _parts(text, end, style["lang"]):
            divided = _set(part, hyphen, style, context, max_width, spacing)
            if divided is not None:
                return divided
        return result

    inline.split_first_line = hyphenating_split_first_line


def _divided(letter: str) -> bool:
    """Whether a letter is of a script that divides words with hyphens: one of small and large letters."""
    return letter.lower() != letter.upper()


def _parts(text: str, end: int, language: str | None) -> Iterator[str]:
    """The beginnings of a text that a line may end with: first at the end of a syllable, then at any letter.

    :param end: the line has room for so many letters, without a hyphen.
    """
    start = end
    while start and _divided(text[start - 1]):
        start -= 1
    stop = end
    while stop < len(text) and _divided(text[stop]):
        stop += 1
    word = text[start:stop]
    for tag in (language, hyphenation.ANY):
        patterns = hyphenation.patterns_for(tag) if tag else None
        for place in reversed(patterns.positions(word) if patterns is not None else ()):
            if place <= end - start:
                yield text[: start + place]
    for place in range(end, start + 1, -1):
        if stop - place > 1:
            yield text[:place]


def _set(part: str, hyphen: str, style: Any, context: Any, max_width: Any, spacing: Any) -> Any:
    """A line with a hyphen behind it, as `split_first_line` returns it; ``None`` where it has no room."""
    from weasyprint.text.line_break import create_layout, first_line_metrics, line_size

    layout = create_layout(part + hyphen, style, context, None, spacing)
    line, _ = layout.get_first_line()
    if line_size(line, style)[0] > max_width:
        return None
    collapse = style["white_space"] in ("normal", "nowrap", "pre-line")
    return first_line_metrics(
        line,
        part + hyphen,
        layout,
        len(part.encode()),
        collapse,
        style,
        hyphenated=True,
        hyphenation_character=hyphen,
    )
