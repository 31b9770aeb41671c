"""Repairs of WeasyPrint 70: a note stands on the page of its call, none is lost, and lines are filled.

WeasyPrint moves a note to the next page when that makes room for a line, and then forgets the notes that
this very line calls. And it lays out pages again when a page number in their text has become known, but only
those pages: what the page before had no room for (notes, the rest of a float) is kept in one place for the
whole document, which by then belongs to another page, so that a note is lost or an infobox comes again sixty
pages further on.

When a cell or another box does not fit, it takes back all notes called in it, also those that were carried
over from the page before.

It breaks a text that ends in a space, and would fit without it, behind its first word. And it takes each text
inside an inline element for the first one of its line, and breaks words where there is room on the next line.

Of a long word it sets all that is left for each line, and for each place where it could be hyphenated: the
time grows with the third power of the length.

It takes each break to a page with a name for a forced one, and keeps the margin of what stands at its head.

These are repaired here from outside, by wrapping functions of its layout. The style sheet has to ask for
``footnote-policy: line`` (CSS Generated Content for Paged Media, section 2.7): the line moves, not its note.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import inf
from typing import Any, Final

from pipeline.write.engine.patches.tables import repair_tables

_CHILDREN: Final = 9
"""Where WeasyPrint's function gets what is on the line; what may not be parted from it yet follows."""
_FEW: Final = 4
"""Letters: too few for a hyphen."""
_LONG: Final = 200
"""Letters. A longer word fills several lines."""
_LETTERS: Final = 8
"""More letters than stand in the width of a line that is as wide as the type is high."""
_CONTEXT: Final = 40
"""Letters before a place that tell whether a line can end there."""
_WRAPS: Final = ("normal", "pre-wrap", "pre-line")


@contextlib.contextmanager
def _columns(context: Any, *, in_column: bool, pretends: bool) -> Iterator[None]:
    """Tell a layout context for a while that it is in a column, really or not."""
    kept = context.in_column, getattr(context, "pretends", False)
    context.in_column, context.pretends = in_column, pretends
    try:
        yield
    finally:
        context.in_column, context.pretends = kept


def repair() -> None:
    """Wrap WeasyPrint's functions; doing it again changes nothing."""
    from weasyprint.layout import LayoutContext, block, page

    if getattr(page.remake_page, "repaired", False):
        return
    _repair_long_words()
    _repair_lines()
    repair_tables()
    linebox_layout, remake_page, make_page = block._linebox_layout, page.remake_page, page.make_page
    unlayout_footnote = LayoutContext.unlayout_footnote
    update_footnote_area = LayoutContext._update_footnote_area

    def unmoving_linebox_layout(context: Any, *arguments: Any) -> Any:
        """Lay out the lines of a block without moving notes away from their calls to make room for a line.

        The line then goes to the next page, with its notes. WeasyPrint does the same within columns: that
        these lines are in one is what it is told.
        """
        if context.in_column:
            return linebox_layout(context, *arguments)
        with _columns(context, in_column=True, pretends=True):
            return linebox_layout(context, *arguments)

    def updating_footnote_area(context: Any) -> Any:
        """Make room for the notes of the page; nothing is in a column that only pretends to be."""
        really = context.in_column and not getattr(context, "pretends", False)
        with _columns(context, in_column=really, pretends=False):
            return update_footnote_area(context)

    def carrying_remake_page(index: int, context: Any, root_box: Any, html: Any) -> Any:
        """Lay out page `index` with what the page before it has carried over."""
        carried: dict[int, tuple[list[Any], dict[Any, Any]]] = context.__dict__.setdefault("carried", {})
        notes, floats = carried.get(index, ([], {}))
        context.reported_footnotes, context.broken_out_of_flow = list(notes), dict(floats)
        context.__dict__["here"] = {id(note) for note in notes}
        result = remake_page(index, context, root_box, html)
        notes, floats = carried.get(index + 1, ([], {}))
        now = list(context.reported_footnotes), dict(context.broken_out_of_flow)
        carried[index + 1] = now
        # Notes are boxes, the same ones in each round; the rest of a float is a new box each time.
        changed = [id(note) for note in notes] != [id(note) for note in now[0]] or len(floats) != len(now[1])
        if changed and index + 1 < len(context.page_maker) and result[1] is not None:
            context.page_maker[index + 1][-1]["content_changed"] = True
        return result

    def dropping_make_page(
        context: Any, root_box: Any, kind: Any, resume_at: Any, number: int, *rest: Any
    ) -> Any:
        """Lay out page `number`; no margin at its head unless it was forced (CSS Fragmentation 3, 5.2)."""
        here = context.page_maker[number - 1][1]
        before = context.page_maker[number - 2][1]["page"] if number > 1 else here["page"]
        if here["break"] == "any" and here["page"] == before:
            context.forced_break = False
        return make_page(context, root_box, kind, resume_at, number, *rest)

    def staying_unlayout_footnote(context: Any, footnote: Any) -> None:
        """Take back a note, unless its call is on an earlier page."""
        if id(footnote) not in context.__dict__.get("here", ()):
            unlayout_footnote(context, footnote)

    carrying_remake_page.repaired = True  # type: ignore[attr-defined]
    block._linebox_layout = unmoving_linebox_layout
    page.remake_page, page.make_page = carrying_remake_page, dropping_make_page
    LayoutContext.unlayout_footnote = staying_unlayout_footnote
    LayoutContext._update_footnote_area = updating_footnote_area


def _repair_long_words() -> None:
    """Wrap the function that splits off the first line of a text."""
    from weasyprint.layout import inline, preferred

    split_first_line = preferred.split_first_line

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

    def narrow_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text as narrow as it can be.

        Where words are broken anywhere, that is one letter, behind a link too (CSS Text 3, section 5.5):
        WeasyPrint sets the rest of the text for each, and tries all its hyphens, only to drop them.
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
    inline.split_first_line = long_split_first_line


def _repair_lines() -> None:
    """Wrap the functions that break lines."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline

    split_first_line = inline.split_first_line
    split_inline_box, split_text_box = inline.split_inline_box, inline.split_text_box
    break_waiting_children = inline._break_waiting_children

    def filling_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, spacing: Any, *flags: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text; a space at its end hangs (CSS Text 3, section 4.1.3)."""
        result = split_first_line(text, style, context, max_width, spacing, *flags, **named)
        hangs = text.endswith(" ") and style["white_space"] in ("normal", "pre-line")
        if result[2] is None or max_width in (None, inf) or not hangs or not (bare := text.rstrip(" ")):
            return result
        short = split_first_line(bare, style, context, max_width, spacing, *flags, **named)
        if short[2] is None and short[3] <= max_width:
            return split_first_line(text, style, context, inf, spacing, *flags, **named)
        return result

    def marking_split_inline_box(context: Any, box: Any, *arguments: Any) -> Any:
        """Lay out a line, or an inline element in it; note that a line begins."""
        if context is None or not isinstance(box, boxes.LineBox):
            return split_inline_box(context, box, *arguments)
        around = context.__dict__.get("line_texts", [])
        context.line_texts = []
        try:
            return split_inline_box(context, box, *arguments)
        finally:
            context.line_texts = around

    def keeping_split_text_box(
        context: Any, box: Any, width: Any, skip: Any, is_line_start: bool = True
    ) -> Any:
        """Lay out text; words are broken where the line can end nowhere else (CSS Text 3, section 5.5)."""
        if context is None or width is None:  # it is measured, and stands nowhere yet
            return split_text_box(context, box, width, skip, is_line_start=is_line_start)
        texts, text = context.__dict__.setdefault("line_texts", []), box.text.encode()[skip or 0 :].decode()
        while texts and texts[-1][0] >= box.position_x:  # was tried, and is set again
            texts.pop()
        breaks, before = False, ""
        if texts:
            _, breaks, before = texts[-1]
            breaks = breaks or inline.can_break_text(before + text[:1], box.style["lang"])
            is_line_start = not breaks
        texts.append((box.position_x, breaks, before[-_CONTEXT:] + text))
        return split_text_box(context, box, width, skip, is_line_start=is_line_start)

    def parting_break_waiting_children(context: Any, *rest: Any) -> Any:
        """Find the place to break a line that is full; between two elements where there is no other.

        Text that has less room than one letter is not broken itself, and would run off the page.
        """
        found = break_waiting_children(context, *rest)
        children, waiting = rest[_CHILDREN : _CHILDREN + 2]
        texts = context.__dict__.get("line_texts", [])
        if found is not None or not waiting or not texts or texts[-1][1]:
            return found
        style = waiting[-1][1].style
        if style["overflow_wrap"] == "normal" or style["white_space"] not in _WRAPS:
            return None
        children += waiting
        waiting.clear()
        return {children[-1][0] + 1: None}

    inline.split_first_line = filling_split_first_line
    inline.split_inline_box, inline.split_text_box = marking_split_inline_box, keeping_split_text_box
    inline._break_waiting_children = parting_break_waiting_children
