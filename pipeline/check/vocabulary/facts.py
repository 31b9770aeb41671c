"""What an edition says, in terms that belong to no format. Three extractors fill these: tree, PDF, EPUB.

An edition is a row of *pieces* in reading order, and *spans* over it: this heading reaches from piece 12 to
piece 15, that cell from 40 to 42. Notes stand outside the row, each with a row of its own: in print they are
at the foot of a page, in an ebook in a list, and neither place is that of their calls.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")


_LETTERED: Final = re.compile("[a-z]{1,2}")
"""The label of a note below its table."""
CITED: Final = "cited"
"""What the numbers of the pages on which a note is cited are part of."""

DIRECTING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that steer the direction of a text and are not seen themselves (Unicode Standard Annex 9, 2)."""

_HYPHENS: Final = str.maketrans("\u2010\u2011", "--")


def visible(text: str) -> str:
    """`text` without the characters that only steer typesetting: soft hyphens, joiners, direction marks.

    All hyphens are one: a font's glyph for U+002D, U+2010 and U+2011 is the same, and a PDF tells but one.
    """
    return _UNSEEN.sub("", text).translate(_HYPHENS)


class Kind(enum.Enum):
    """What a piece is."""

    WORD = "word"
    CALL = "call"
    IMAGE = "image"
    MATH = "formula"
    PAGE = "page number"
    """The number of the page to which the piece links (contents, notes): expected in print only."""


class Glue(enum.Enum):
    """How a piece follows the one before it."""

    JOINED = "joined"
    SPACED = "spaced"
    LINE = "line"
    """On a new line or page: joined, spaced, or a word that the typesetter has divided."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a PDF.

    :param page: from 0.
    :param x: left edge in points (1/72 inch) from the left edge of the sheet.
    :param y: height of the baseline above the lower edge, in points.
    :param right: right edge in points.
    :param size: size of the type in points; the height of a picture.
    """

    page: int
    x: float
    y: float
    right: float
    size: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a part of one, or something that stands in the place of one.

    :param text: of a call its number, of an image its alternative text.
    :param also: other ways to write it that are as good.
    :param optional: an edition may leave it out (expected), or have it over and above (found).
    :param only: whether the other edition has no such piece (expected).
    :param links: numbers of the links (in `Facts.links`) that it belongs to.
    :param line: in the source (expected pieces only).
    :param place: page or chapter (found pieces only).
    :param within: what it is part of, for messages: ``heading``, ``table`` …
    :param signs: what only steers the direction of the text, each sign with its place among the letters
        (expected pieces only).
    :param bag: text whose order on the line is that of the eye, not of the mind (right-to-left passages).
    """

    text: str
    kind: Kind = Kind.WORD
    glue: Glue = Glue.SPACED
    also: tuple[str, ...] = ()
    optional: bool = False
    only: bool = False
    links: tuple[int, ...] = ()
    line: int | None = None
    place: str = ""
    within: str = "text"
    spot: Spot | None = None
    signs: tuple[tuple[int, str], ...] = ()
    bag: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces `start` to `end` (exclusive)."""

    start: int
    end: int
    line: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Item(Span):
    """An item of a list; `label`: its number, with what stands around it."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading(Span):
    """A heading. Level 1 is the article's title.

    :param entry: its text in outlines, where that is not all of its words.
    """

    level: int = 1
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Cell(Span):
    """A cell of a table; `header`: whether it heads a row or column, `scoped`: whether it says which."""

    header: bool = False
    scoped: bool = True
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Row(Span):
    """A row of a table."""

    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Span):
    """A table. `kind` is ``infobox`` or ``table``; `caption` its caption's pieces, if it has one."""

    kind: str = "table"
    caption: Span | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where something inside the edition points.

    Expected and in an ebook: the `row` (of a note, or "" for the running text) and the piece there. In a
    PDF: a page and a point on it.
    """

    row: str = ""
    index: int = -1
    page: int = -1
    x: float = 0.0
    y: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link: to the outside (`uri`), or inside (`target`; ``None`` where it leads to nothing).

    :param pressed: whether it can be followed at the place of its words.
    """

    uri: str = ""
    target: Target | None = None
    name: str = ""
    line: int | None = None
    place: str = ""
    semantic: str = ""
    pressed: bool = True


@dataclass(frozen=True, slots=True)
class Outline:
    """An entry of the bookmarks (PDF) or of the contents (EPUB): depth from 1."""

    depth: int
    text: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class PageMark:
    """The beginning of a page.

    :param index: number of the piece of the `row` before which it begins.
    :param notes: how many notes stand before it.
    """

    label: str
    index: int
    row: str = ""
    notes: int = 0


@dataclass
class Rowful:
    """Pieces with the spans over them: the running text, or a note.

    :param captions: of figures and listings; those of tables are parts of their tables.
    :param sources: the entries of the list of sources.
    :param beside: what stands side by side in print, but in tables: a field's name and its body.
    """

    name: str = ""
    pieces: list[Piece] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    captions: list[Span] = field(default_factory=list)
    sources: list[Span] = field(default_factory=list)
    beside: list[Span] = field(default_factory=list)


@dataclass
class Note(Rowful):
    """A note, or one of its copies in print.

    :param number: as it is written before the note.
    :param copy: ``foot``, ``list``, ``pointer`` (at the foot, without the text), or "" where the edition does
        not say.
    :param back: the links from the note back to its calls.
    :param tagged: whether the file says that this is a note.
    :param after: number of headings before it.
    :param at: number of pieces of the running text before it.
    :param language: the language that it is marked as.
    """

    number: str = ""
    copy: str = ""
    back: list[int] = field(default_factory=list)
    tagged: bool = True
    after: int = 0
    at: int = 0
    language: str = ""
    line: int | None = None
    place: str = ""
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """A passage in another language than the whole: its tag, and its first word."""

    tag: str
    word: str
    line: int | None = None


@dataclass
class Facts:
    """All that is known about one edition, or expected of it.

    :param pages: where pages begin: those of a PDF, or the marks of an ebook.
    :param page_list: what an ebook's page list has.
    :param language: of the whole, as a BCP 47 tag.
    :param sources: the texts that the article was made of, by name, where the edition carries them.
    :param page_breaks: before which pieces of the running text print begins a page (expected of a PDF only).
    :param kept: what of the running text is not parted between pages, where it fits on one (likewise).
    :param running: what stands on each page of a PDF beside its text: the author's header and footer.
    :param drawings: the words in each drawing that has words: a chart.
    :param problems: what the extractor could not read: code and message.
    """

    edition: str
    text: Rowful = field(default_factory=Rowful)
    notes: list[Note] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    language: str = ""
    passages: list[Language] = field(default_factory=list)
    title: str = ""
    outline: list[Outline] = field(default_factory=list)
    pages: list[PageMark] = field(default_factory=list)
    page_list: list[Outline] = field(default_factory=list)
    page_breaks: list[Span] = field(default_factory=list)
    kept: list[Span] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    sources: dict[str, bytes] = field(default_factory=dict)

    def number_of(self, label: str) -> str:
        """The number of the next note that bears `label`.

        Letters begin anew below each table: what is compared is "2a", the first note of the second table.
        """
        if not _LETTERED.fullmatch(label):
            return label
        before = sum(note.number.endswith("a") for note in self.notes)
        return f"{before + (label == 'a')}{label}"

    def rows(self) -> Iterator[Rowful]:
        """The running text, then the notes."""
        yield self.text
        yield from self.notes

    def sort_spans(self) -> None:
        """Put items and tables in the order in which they begin; those within others were read first."""
        for row in self.rows():
            row.items.sort(key=lambda item: (item.start, -item.end))
            row.tables.sort(key=lambda table: table.start)
