"""Fields of a form without a picture of what is filled in: drawn as viewers draw them (ISO 32000-1, 12.7).

A picture that is there is kept, whatever the form says of making new ones (``NeedAppearances``): it is what
its maker saw. Passwords are the exception: they are never drawn but as asterisks.
"""

from __future__ import annotations

from typing import Any, Final

from pikepdf import Array, Dictionary, Name, String

from pipeline.check.seen.boxes import Box
from pipeline.packet.annex.appearances import Drawing, box_of, colour, default_appearance, ellipse, number
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.seen.typed_text import Typed

_MULTILINE, _PASSWORD, _COMB = 1 << 12, 1 << 13, 1 << 24
_RADIO, _PUSH, _COMBO = 1 << 15, 1 << 16, 1 << 17
_HIGHEST: Final = 60
"""How many fields may stand one above the other."""


def inherited(widget: Any, key: str) -> Any:
    """An entry of a field, or of one above it (12.7.3.1)."""
    one = widget
    for _ in range(_HIGHEST):
        if not isinstance(one, Dictionary):
            return None
        if key in one:
            return one.get(key)
        one = one.get("/Parent")
    return None


def flags(widget: Any) -> int:
    """The flags of a field."""
    value = inherited(widget, "/Ff")
    return value if isinstance(value, int) else 0


def is_password(widget: Any) -> bool:
    """Whether a field takes a password (12.7.4.3)."""
    return inherited(widget, "/FT") == Name.Tx and bool(flags(widget) & _PASSWORD)


def name_of(widget: Any) -> str:
    """What a field is called."""
    names, one = [], widget
    for _ in range(_HIGHEST):
        if not isinstance(one, Dictionary):
            break
        if "/T" in one:
            names.append(str(one.get("/T")))
        one = one.get("/Parent")
    return ".".join(reversed(names))[:60] or "?"


def choose_state(widget: Any) -> None:
    """Let a button show the state that its value names, where it does not say which it is in (12.5.5)."""
    states = widget.AP.get("/N")
    if not isinstance(states, Dictionary) or "/AS" in widget:
        return
    value = inherited(widget, "/V")
    widget.AS = value if isinstance(value, Name) and str(value) in states else Name.Off


def field_drawing(widget: Any, form: Any) -> Drawing:
    """Draw a field as it is filled in.

    :param form: the form (12.7.2), which may set how its fields look.
    :raises NotDrawn: when that can't be told.
    """
    box, kind = box_of(widget), str(inherited(widget, "/FT") or "")
    look = widget.get("/MK")
    look = look if isinstance(look, Dictionary) else Dictionary()
    content = _frame(widget, look, box)
    given = inherited(widget, "/DA")
    size, ink = default_appearance(given if given is not None else form.get("/DA"))
    align = int(number(inherited(widget, "/Q"), 0.0))
    place = (box.left, box.bottom)
    if kind == "/Btn":
        return _button(widget, look, Drawing(content, box, None, place))
    if kind not in {"/Tx", "/Ch"}:
        return Drawing(content, box)
    text = _value(widget, kind)
    if not text.strip():
        return Drawing(content, box)
    own = flags(widget)
    lines = bool(own & _MULTILINE) if kind == "/Tx" else not own & _COMBO
    longest = inherited(widget, "/MaxLen")
    cells = 0
    if kind == "/Tx" and own & _COMB and not own & (_MULTILINE | _PASSWORD) and isinstance(longest, int):
        cells = max(0, min(longest, 1000))
        text = text[:cells]
    if is_password(widget):
        text = "*" * 8  # not even its length
    typed = Typed(text, box.width, box.height, size, ink, align, lines, cells)
    return Drawing(content, box, typed, place)


def _frame(widget: Any, look: Any, box: Box) -> list[str]:
    """Ground and frame of a field (table 189)."""
    style = widget.get("/BS")
    width = number(style.get("/W"), 1.0) if isinstance(style, Dictionary) else 1.0
    area, line = colour(look.get("/BG"), "rg"), colour(look.get("/BC"), "RG")
    content = [area, f"{box.left:.3f} {box.bottom:.3f} {box.width:.3f} {box.height:.3f} re f"] if area else []
    if line and width > 0:
        half = width / 2
        sides = (box.left + half, box.bottom + half, box.width - width, box.height - width)
        content += [f"{line} {width:.3f} w", " ".join(f"{side:.3f}" for side in sides) + " re S"]
    return content


def _value(widget: Any, kind: str) -> str:
    """What is filled in; of a list, what its options show for it."""
    values = values_of(inherited(widget, "/V"))
    texts = [_text(one) for one in values]
    if kind == "/Tx":
        return "\n".join(texts)
    shown = {}
    for option in values_of(inherited(widget, "/Opt")):
        if isinstance(option, Array) and len(option) == 2:
            shown[_text(option[0])] = _text(option[1])
    return "\n".join(shown.get(text, text) for text in texts)


def _text(value: Any) -> str:
    if isinstance(value, String):
        return str(value)
    if isinstance(value, Name):
        return str(value)[1:]
    if hasattr(value, "read_bytes"):
        data: bytes = value.read_bytes()
        return str(String(data))
    return ""


def _button(widget: Any, look: Any, made: Drawing) -> Drawing:
    box, own = made.box, flags(widget)
    caption = _text(look.get("/CA"))
    if own & _PUSH:
        size, ink = default_appearance(inherited(widget, "/DA"))
        if caption.strip():
            made.text = Typed(caption, box.width, box.height, size, ink, align=1)
        return made
    value = widget.get("/AS", inherited(widget, "/V"))
    if not isinstance(value, Name) or value == Name.Off:
        return made
    side = min(box.width, box.height)
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2

    def at(right: float, up: float) -> str:
        return f"{x + right * side:.3f} {y + up * side:.3f}"

    if caption == "l" or (own & _RADIO and not caption):
        inner = Box(x - side * 0.25, y - side * 0.25, x + side * 0.25, y + side * 0.25)
        made.content += ["0 g", *ellipse(inner), "f"]
    elif caption in {"8", "5", "6"}:
        made.content += [
            f"0 G {side * 0.09:.3f} w {at(-0.28, -0.28)} m {at(0.28, 0.28)} l",
            f"{at(-0.28, 0.28)} m {at(0.28, -0.28)} l S",
        ]
    else:
        made.content.append(
            f"0 G {side * 0.1:.3f} w {at(-0.28, 0.02)} m {at(-0.08, -0.24)} l {at(0.3, 0.28)} l S"
        )
    return made
