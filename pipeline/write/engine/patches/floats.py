"""Boxes with a formatting context of their own stand beside what floats, or below it (CSS 2.1, 9.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

_NARROWEST: Final = 55 * 96 / 25.4
_SHARE: Final = 0.45
"""So much room is enough for a box beside a float: 55 mm, or this part of what there is without floats."""
_TRIES: Final = 12
"""One more for each float that the box meets further down."""
_AVOIDED: Final = frozenset(("avoid", "avoid-page"))
_FEW_WORDS: Final = 36 * 96 / 25.4
"""So narrow a line, 36 mm, has three or four words, and gaps between them."""
_SLIT: Final = 10 * 96 / 25.4
"""In so little no words are set."""
_GIVEN: Final = ("bottom_space", "skip_stack", "page_is_empty", "absolute_boxes", "fixed_boxes")
"""What WeasyPrint's ``block_container_layout`` is given after context and box."""
_LITTLE: Final = 0.01


def stand_beside_floats() -> None:
    """Give such a box the room that floats leave it; where that is too little, its place is below them.

    The mark of a list item has its room beside them, too.
    """
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import block

    block_box_layout = block.block_box_layout

    def beside_block_box_layout(
        context: Any,
        box: Any,
        bottom: Any,
        skip: Any,
        around: Any,
        page_is_empty: bool,
        *rest: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block where it will stand: a page is full there sooner than above the float."""
        absolute, fixed, margins, *more = rest

        def lay_out(place: Any, above: Any, *, here: bool = False) -> Any:
            shapes = context.excluded_shapes
            context.excluded_shapes = [] if here else shapes
            try:
                return block_box_layout(
                    context, box, bottom, skip, place, page_is_empty, absolute, fixed, above, *more, **named
                )
            finally:
                context.excluded_shapes = shapes

        def take_back(laid: Any) -> None:
            block.remove_placeholders(context, [laid], absolute, fixed)

        if not context.excluded_shapes or not isinstance(around, boxes.Box):
            return lay_out(around, margins)
        top = box.position_y + block.collapse_margin([*margins, box.margin_top])
        if _is_apart(box):
            find = _lay_out_table if _is_table(box) else _lay_out_beside
            return find(context.excluded_shapes, box, around, top, margins, lay_out, take_back)
        if "list-item" in box.style["display"]:
            place = _beside_start(around, _met(context.excluded_shapes, top, top + _LITTLE))
            box.position_x += place.content_box_x() - around.content_box_x()
            return lay_out(place, margins)
        return lay_out(around, margins)

    block.block_box_layout = beside_block_box_layout


def keep_headings_before_floats() -> None:
    """Let a section go to the next page whose float does not fit below its heading."""
    from weasyprint.layout import block

    block_container_layout = block.block_container_layout

    def keeping_block_container_layout(context: Any, box: Any, *given: Any, **named: Any) -> Any:
        """Lay out a block; nothing of it where it would end between a heading and a float."""
        result = block_container_layout(context, box, *given, **named)
        laid, resume, *_, lines = result
        if laid is None or not resume or [*resume.values()] != [None]:
            return result
        asked = {**dict(zip(_GIVEN, given, strict=False)), **named}
        (index,) = resume
        flow = [child for child in laid.children if child.is_in_normal_flow()]
        ends = bool(flow) and all(child.style["break_after"] in _AVOIDED for child in flow)
        if not ends or asked["page_is_empty"] or asked["skip_stack"] or not box.children[index].is_floated():
            return result
        block.remove_placeholders(context, [laid], asked["absolute_boxes"], asked["fixed_boxes"])
        return None, None, {"break": "any", "page": box.page_values()[0]}, [], False, lines

    block.block_container_layout = keeping_block_container_layout


def leave_room_between_floats() -> None:
    """Let a float stand below one at the other side where words between the two had too little room."""
    from weasyprint.layout import float as floats

    find_float_position = floats.find_float_position

    def apart_find_float_position(context: Any, box: Any, around: Any) -> Any:
        """Find the place of a float; two that leave no room for words at all may stand side by side."""
        box = find_float_position(context, box, around)
        for _ in range(_TRIES):
            top, end = box.position_y, box.position_y + box.margin_height()
            met = [shape for shape in _met(context.excluded_shapes, top, end) if _is_narrow(box, shape)]
            if not met:
                break
            box.translate(0, max(_bottom(shape) for shape in met) - top)
            box = find_float_position(context, box, around)
        return box

    floats.find_float_position = apart_find_float_position


def _is_narrow(box: Any, shape: Any) -> bool:
    """Whether the room between two floats is such that words would be set in it, a few in a line."""
    left, right = sorted((box, shape), key=lambda one: float(one.position_x))
    room = right.position_x - left.position_x - left.margin_width()
    return bool(_SLIT < room < _FEW_WORDS)


def _lay_out_beside(
    shapes: Any,
    box: Any,
    around: Any,
    top: float,
    margins: Any,
    lay_out: Callable[..., Any],
    take_back: Callable[[Any], None],
) -> Any:
    """Lay out a box in the room between the floats that it meets, from `top` on or from where there is room.

    :param shapes: the floats on the page.
    :param margins: above the box, which collapse with its own.
    :param lay_out: lays the box out in a containing block.
    :param take_back: drops what has been laid out.
    """
    x, kept = box.position_x, (box.width, box.margin_left, box.margin_right)
    end = top + _LITTLE
    for _ in range(_TRIES):
        floats = _met(shapes, top, end)
        left, right = _bounds(floats, around)
        if floats and right - left < min(_NARROWEST, _SHARE * around.width):
            top, margins = min(_bottom(shape) for shape in floats), None
            end = top + _LITTLE
            continue
        place = around.copy()
        place.position_x += left - around.content_box_x()
        place.width = right - left
        box.position_x = x + left - around.content_box_x()
        box.width, box.margin_left, box.margin_right = kept
        if margins is None:
            box.position_y = top - box.margin_top
        result = lay_out(place, [] if margins is None else margins, here=True)
        if result[0] is None:
            return result
        end = top + result[0].border_height()
        if _bounds(_met(shapes, top, end), around) == (left, right):
            return result
        take_back(result[0])
    return lay_out(around, margins or [])


def _lay_out_table(
    _shapes: Any,
    box: Any,
    around: Any,
    top: float,
    margins: Any,
    lay_out: Callable[..., Any],
    take_back: Callable[[Any], None],
) -> Any:
    """Lay out a table; WeasyPrint moves it below a float afterwards, and it may not fit the page there."""
    x, kept = box.position_x, (box.width, box.margin_left, box.margin_right)
    result = lay_out(around, margins)
    laid = result[0]
    if laid is None or laid.border_box_y() <= top + _LITTLE:
        return result
    take_back(laid)
    box.position_x, box.position_y = x, laid.border_box_y() - box.margin_top
    box.width, box.margin_left, box.margin_right = kept
    return lay_out(around, [])


def _is_apart(box: Any) -> bool:
    """Whether lines in a box know nothing of the floats around it."""
    columns = (box.style["column_count"], box.style["column_width"]) != ("auto", "auto")
    apart = columns or box.is_table_wrapper or box.establishes_formatting_context()
    return bool(apart and box.is_in_normal_flow() and not (box.is_column or box.is_flex_item))


def _is_table(box: Any) -> bool:
    """Whether it is a real table, which is as wide as it is."""
    return bool(box.is_table_wrapper) and box.element_tag == "table"


def _beside_start(around: Any, floats: Iterable[Any]) -> Any:
    """A containing block that leaves room for the mark of an item between it and floats at that side."""
    left, right = _bounds(floats, around)
    place = around.copy()
    if around.style["direction"] == "ltr" and left > around.content_box_x():
        left += around.padding_left
        place.position_x += left - around.content_box_x()
        place.width -= left - around.content_box_x()
    elif around.style["direction"] == "rtl" and right < around.content_box_x() + around.width:
        place.width = max(0, right - around.padding_right - around.content_box_x())
    return place


def _bottom(shape: Any) -> float:
    return float(shape.position_y + shape.margin_height())


def _met(shapes: Iterable[Any], top: float, end: float) -> list[Any]:
    """The floats that something between `top` and `end` has beside it."""
    return [shape for shape in shapes if shape.position_y < end and _bottom(shape) > top + _LITTLE]


def _bounds(floats: Iterable[Any], around: Any) -> tuple[float, float]:
    """What `floats` leave of a containing block: its left and its right end."""
    start = around.style["direction"] == "ltr"
    left, right = around.content_box_x(), around.content_box_x() + around.width
    for shape in floats:
        if shape.style["float"] == "left" or shape.style["float"] == (
            "inline-start" if start else "inline-end"
        ):
            left = max(left, shape.position_x + shape.margin_width())
        else:
            right = min(right, shape.position_x)
    return float(left), float(right)
