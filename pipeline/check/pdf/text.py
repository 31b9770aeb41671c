"""The text of a page as its content stream draws it (ISO 32000-1, 9.4 and 14.6), one pass a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from pikepdf import Matrix, Rectangle

from pipeline.check.pdf.fonts import Font
from pipeline.check.vocabulary.facts import Spot
from pipeline.errors import is_memory_error, summary_of

_UNIT: Final = Matrix()
_DEEP: Final = 12
_INVISIBLE: Final = 3
"""Text rendering mode: neither filled nor stroked (ISO 32000-1, 9.3.6)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that were drawn at one go, or a picture (`text` is empty then).

    :param spelled: whether the text is not that of the glyphs, but said beside them (``ActualText``).
    """

    text: str
    spot: Spot
    picture: bool = False
    spelled: bool = False


def _both(spot: Spot, other: Spot) -> Spot:
    """Where two runs stand that are spelled as one: a cluster of letters is drawn in several moves."""
    left, right = min(spot.x, other.x), max(spot.right, other.right)
    return Spot(spot.page, left, spot.y, right, max(spot.size, other.size))


@dataclass
class Marked:
    """What a page draws.

    :param tagged: runs by stream (its object number, 0 for the page's own) and marked-content identifier.
    :param loose: runs that are neither tagged nor an artifact.
    :param artifacts: text of the artifacts.
    """

    tagged: dict[tuple[int, int], list[Run]] = field(default_factory=dict)
    loose: list[Run] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)


@dataclass
class _State:
    matrix: Matrix = _UNIT
    font: Font | None = None
    size: float = 0.0
    leading: float = 0.0
    rise: float = 0.0
    spacing: float = 0.0
    words: float = 0.0
    scale: float = 1.0
    mode: int = 0

    def copy(self) -> _State:
        return _State(**{name: getattr(self, name) for name in self.__dataclass_fields__})


@dataclass
class _Mark:
    artifact: bool
    mcid: int | None
    stream: int
    actual: str | None
    run: Spot | None = None


class PageReader:
    """Interprets the content of one page.

    :param number: of the page, from 0.
    :param fonts: fonts that earlier pages have read, by object number.
    :param foreign: whether others have made the page: what can't be read of it is passed over.
    :ivar unread: why something could not be read, where that was so.
    """

    def __init__(self, number: int, fonts: dict[Any, Font], *, foreign: bool = False) -> None:
        self.number = number
        self.foreign = foreign
        self.unread = ""
        self.fonts = fonts
        self.found = Marked()
        self.state = _State()
        self.stack: list[_State] = []
        self.marks: list[_Mark] = []
        self.text: Matrix = _UNIT
        self.row: Matrix = _UNIT
        self.stream = 0
        self.path: tuple[float, ...] | None = None

    def read(self, page: Any) -> Marked:
        """Interpret a page (a ``pikepdf.Page``)."""
        try:
            self._run(page.obj, page.obj.get("/Resources"), 0)
        except Exception as error:
            if not self.foreign or is_memory_error(error):
                raise
            self.unread = summary_of(error)
        return self.found

    def _run(self, content: Any, resources: Any, depth: int) -> None:
        import pikepdf

        for instruction in pikepdf.parse_content_stream(content):
            try:
                self._one(str(instruction.operator), instruction.operands, resources, depth)
            except Exception as error:  # libraries raise all kinds of things on odd fonts and numbers
                if not self.foreign or is_memory_error(error):
                    raise
                self.unread = summary_of(error)

    def _one(self, operator: str, operands: Any, resources: Any, depth: int) -> None:
        method = _OPERATORS.get(operator)
        if method is not None:
            method(self, *operands)
        elif operator == "Tf":
            self._font(resources, operands)
        elif operator in {"BDC", "BMC"}:
            self._begin(operands, resources)
        elif operator == "EMC":
            self._end()
        elif operator == "Do":
            self._draw(resources, str(operands[0]), depth)
        elif operator == "INLINE IMAGE":
            self._picture()
        elif operator in _PAINT:
            self._painted()

    # Marked content --------------------------------------------------------------------------------------

    def _begin(self, operands: Any, resources: Any) -> None:
        import pikepdf

        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, pikepdf.Name):
            properties = resources.get("/Properties", {}).get(str(properties))
        given: Any = properties if isinstance(properties, pikepdf.Dictionary) else {}
        mcid = int(given["/MCID"]) if "/MCID" in given else None
        actual = str(given["/ActualText"]) if "/ActualText" in given else None
        artifact = str(operands[0]) == "/Artifact"
        self.marks.append(_Mark(artifact, mcid, self.stream, actual))

    def _end(self) -> None:
        if not self.marks:
            return
        mark = self.marks.pop()
        if mark.actual is not None and mark.run is not None:
            self._keep(Run(mark.actual, mark.run, spelled=True), also=mark)

    def _keep(self, run: Run, also: _Mark | None = None) -> None:
        marks = [*self.marks, also] if also else self.marks
        if any(mark.artifact for mark in marks):
            self.found.artifacts.append(run.text)
            return
        for mark in reversed(marks):
            if mark.mcid is not None:
                self.found.tagged.setdefault((mark.stream, mark.mcid), []).append(run)
                return
        if run.text.strip():
            self.found.loose.append(run)

    # Text ------------------------------------------------------------------------------------------------

    def _font(self, resources: Any, operands: Any) -> None:
        font = resources["/Font"][str(operands[0])]
        key = font.objgen if font.is_indirect else id(font)
        if key not in self.fonts:
            self.fonts[key] = Font(font)
        self.state.font, self.state.size = self.fonts[key], float(operands[1])

    def _show(self, parts: Any) -> None:
        """``Tj`` and ``TJ``: one run, from where it starts to where it ends."""
        state = self.state
        if state.font is None:
            return
        text, advance, furthest = "", 0.0, 0.0
        for part in parts:
            if isinstance(part, (int, float)) or not hasattr(part, "unparse"):
                advance -= float(part) / 1000 * state.size * state.scale
                continue
            data = bytes(part)
            characters, width, glyphs = state.font.decode(data)
            spaces = data.count(b" ") if not state.font.wide else 0
            text += characters
            advance += (
                width / 1000 * state.size + glyphs * state.spacing + spaces * state.words
            ) * state.scale
            furthest = max(furthest, advance)  # an accent is set back over its letter
        # Without the rise: a mark that is lifted over its letter stands on the line of that letter.
        start = self.text @ state.matrix
        end = start.translated(max(advance, furthest), 0)
        self.text = self.text.translated(advance, 0)
        if not text or state.mode == _INVISIBLE:
            return
        height = abs(state.size) * (start.c**2 + start.d**2) ** 0.5
        spot = Spot(self.number, min(start.e, end.e), start.f, max(start.e, end.e), height)
        for mark in reversed(self.marks):
            if mark.actual is not None:
                mark.run = spot if mark.run is None else _both(mark.run, spot)
                return
        self._keep(Run(text, spot))

    def _show_one(self, text: Any) -> None:
        self._show([text])

    def _next_show(self, text: Any) -> None:
        self._next()
        self._show([text])

    def _next_show_spaced(self, words: Any, spacing: Any, text: Any) -> None:
        self.state.words, self.state.spacing = float(words), float(spacing)
        self._next_show(text)

    def _start(self) -> None:
        self.text = self.row = _UNIT

    def _place(self, *values: Any) -> None:
        self.text = self.row = Matrix(*map(float, values))

    def _move(self, x: Any, y: Any) -> None:
        self.text = self.row = self.row.translated(float(x), float(y))

    def _move_leading(self, x: Any, y: Any) -> None:
        self.state.leading = -float(y)
        self._move(x, y)

    def _next(self) -> None:
        self._move(0, -self.state.leading)

    # Graphics --------------------------------------------------------------------------------------------

    def _save(self) -> None:
        self.stack.append(self.state.copy())

    def _restore(self) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def _concat(self, *values: Any) -> None:
        self.state.matrix = Matrix(*map(float, values)) @ self.state.matrix

    def _picture(self) -> None:
        box = self.state.matrix.transform(Rectangle(0, 0, 1, 1))
        self._keep(Run("", Spot(self.number, box.llx, box.lly, box.urx, box.height), picture=True))

    def _point(self, x: Any, y: Any, *_: Any) -> None:
        """A path begins."""
        if self.path is None:
            self.path = self.state.matrix.transform((float(x), float(y)))

    def _painted(self) -> None:
        """A path is painted: in a tagged drawing, the first one shows where it is."""
        point, self.path = self.path, None
        mark = self.marks[-1] if self.marks else None
        if point is None or mark is None or mark.mcid is None or mark.artifact:
            return
        if (mark.stream, mark.mcid) not in self.found.tagged:
            self._keep(Run("", Spot(self.number, point[0], point[1], point[0], 0.0), picture=True))

    def _draw(self, resources: Any, name: str, depth: int) -> None:
        drawn = resources.get("/XObject", {}).get(name)
        if drawn is None or depth > _DEEP:
            return
        if drawn.get("/Subtype") != "/Form":
            self._picture()
            return
        kept = self.stream, len(self.stack), len(self.marks)
        self.stack.append(self.state.copy())
        self.stream = drawn.objgen[0] if "/StructParents" in drawn else self.stream
        if "/Matrix" in drawn:
            self._concat(*drawn["/Matrix"])
        self._run(drawn, drawn.get("/Resources", resources), depth + 1)
        self.stream = kept[0]
        del self.stack[kept[1] + 1 :]
        del self.marks[kept[2] :]
        self._restore()

    def _set(self, name: str, value: Any) -> None:
        setattr(self.state, name, float(value))


def _setter(name: str, factor: float = 1.0) -> Any:
    return lambda reader, value: reader._set(name, float(value) * factor)


_PAINT: Final = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "n"))

_OPERATORS: Final[dict[str, Any]] = {
    "q": PageReader._save,
    "Q": PageReader._restore,
    "cm": PageReader._concat,
    "m": PageReader._point,
    "re": PageReader._point,
    "BT": PageReader._start,
    "Tm": PageReader._place,
    "Td": PageReader._move,
    "TD": PageReader._move_leading,
    "T*": PageReader._next,
    "Tj": PageReader._show_one,
    "TJ": PageReader._show,
    "'": PageReader._next_show,
    '"': PageReader._next_show_spaced,
    "TL": _setter("leading"),
    "Ts": _setter("rise"),
    "Tc": _setter("spacing"),
    "Tw": _setter("words"),
    "Tz": _setter("scale", 0.01),
    "Tr": _setter("mode"),
}
