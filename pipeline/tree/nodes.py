"""Node classes that docutils does not have. Each states its content model, so that `validate()` checks it.

Attributes are chosen among those that docutils can validate (`nodes.ATTRIBUTE_VALIDATORS`).
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from docutils import nodes

EQUATION: Final = "equation"
"""The class of a container that holds the number of a formula and the formula."""
NUMBER: Final = "equation-number"
"""The class of the paragraph that is the number."""
GLOSSARY: Final = "glossary"
"""The class of a definition list whose terms can be referred to."""
CAPTIONED: Final = "captioned"
"""The class of a container whose first paragraph is the caption of what follows."""

LISTING_CAPTION: Final = "code-caption"
"""The class of that paragraph."""

LIST_OF: Final = "list-of"
"""The class of a topic that lists captions; each has a second one with what it lists."""

SOURCE_LINE: Final = "source-line"
"""The class of the paragraph that says where a table or a figure comes from."""
NOTES_BELOW: Final = "notes-below"
"""The class of a table whose notes stand below it, with letters."""
TABLE_NOTE: Final = "table-note"
"""The class of such a note."""
COLUMN: Final = "column-"
"""Begins the class of a column (``colspec``) whose cells are aligned: ``column-right``."""


CHART_HEIGHT: Final = 640
"""How high bars with names may stand one below the other, in units of the drawing: it has to go on a page."""
CHART_TABLE: Final = "chart-table"
"""The class of a chart whose table print shows, too."""


class datum(nodes.Inline, nodes.TextElement):
    """A value of a chart, as its text.

    Attributes: ``content`` (a number, or a day as ISO 8601 has it), ``format`` (``number``, ``day`` or
    ``month``).
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "content", "format")
    content_model: ClassVar[Any] = ((nodes.Text, "*"),)


class chart(nodes.General, nodes.Element):
    """A chart, as the table that it is drawn from: its first column is the scale, each other one a series.

    Attributes: ``type`` (``bar``, ``line``, ``stacked``), ``alt`` (what it shows, in short), ``suffix`` (the
    unit of its values).
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "type", "alt", "suffix")
    content_model: ClassVar[Any] = ((nodes.table, "."),)


# A chart stands in a figure as an image does.
nodes.figure.content_model = (
    ((nodes.image, nodes.reference, chart), "."),
    *nodes.figure.content_model[1:],
)


class infobox_title(nodes.TextElement):
    """Title of an infobox."""

    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class infobox_label(nodes.TextElement):
    """Label of an infobox row: its row header."""

    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class infobox_qualifier(nodes.TextElement):
    """What a value is more exactly: the title of an envoy, the kind of a mission."""

    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class infobox_value(nodes.Element):
    """One value of a row. Attribute ``colnum``: the column it belongs to, from 1."""

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "colnum")
    content_model: ClassVar[Any] = ((infobox_qualifier, "?"), (nodes.Body, "*"))


class infobox_row(nodes.Element):
    """A label and its values.

    Attribute ``name``: the row's name in the infobox type. Class ``heading``: its values head the columns.
    Class ``fault``: a draft shows it as an error.
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "name")
    content_model: ClassVar[Any] = ((infobox_label, "."), (infobox_value, "+"))


class fault(nodes.General, nodes.Inline, nodes.TextElement):
    """The place of an error, inside a line (``--draft`` shows it). Attribute ``title``: the message."""

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "title")
    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class fault_block(nodes.PreBibliographic, nodes.General, nodes.Element):
    """The place of an error, as a block of its own. Attribute ``title``: the message.

    A title below one is still the title of the article, as it is below a message of docutils.
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "title")
    content_model: ClassVar[Any] = ((nodes.Body, "*"),)


class infobox(nodes.General, nodes.Element):
    """Facts at a glance, as one table.

    Attributes: ``type`` (name of the infobox type), ``cols`` (columns of values, from 1). Class ``wide``: too
    large to stand beside the text.
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "type", "cols")
    content_model: ClassVar[Any] = ((infobox_title, "."), ((infobox_row, fault_block), "*"))


class note_list(nodes.General, nodes.Element):
    """All notes that are listed at one place, in the order of their numbers."""

    content_model: ClassVar[Any] = ((nodes.footnote, "+"),)


class cross_reference(nodes.General, nodes.Inline, nodes.TextElement):
    """A reference that is not resolved yet (``:ref:``, ``:page:``, ``:term:``); no writer sees it.

    Attributes: ``kind`` (the role), ``goal`` (what it names), ``explicit`` (whether the author
    gave the words).
    """


class index_mark(nodes.Invisible, nodes.Inline, nodes.TextElement):
    """A place that the index names, with what is written there; no writer sees it.

    Attribute ``entries``: (kind, text, main) for each entry, as the author wrote them.
    """


class cell_span(nodes.Invisible, nodes.Inline, nodes.TextElement):
    """How many columns or rows a cell has beside its own; no writer sees it.

    Attributes: ``kind`` (``cspan``, ``rspan``), ``count``.
    """


class index_place(nodes.Invisible, nodes.Element):
    """Where the author wants the index to stand; no writer sees it."""


class page_break(nodes.Invisible, nodes.Element):
    """Where print begins a new page. It has no words, and an ebook, whose pages are screens, has nothing."""

    content_model: ClassVar[Any] = ()


class citation_mark(nodes.Inline, nodes.TextElement):
    """A citation of sources that is not set yet; no writer sees it.

    Attributes: ``kind`` (``p``, ``t``, ``year``), ``sources`` (key, words before, words behind of each),
    ``wrong`` (what is wrong with how it is written).
    """


class bibliography_place(nodes.Invisible, nodes.Element):
    """Where the author wants the list of sources; no writer sees it.

    Attributes: ``files`` (further files of sources), ``everything`` (whether it holds what is not cited).
    """


BIBLIOGRAPHY: Final = "bibliography"
"""The class of the bullet list that is the list of sources."""
BIBLIOGRAPHY_ENTRY: Final = "biblio-entry"
"""The class of the paragraph in one of its items."""


class page_reference(nodes.reference):
    """A reference by page: print shows the number of the page, an ebook the words.

    Class ``worded``: print shows the words as well, and the number behind them.
    """

    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class index_locator(nodes.reference):
    """A place that an entry of the index names: print shows its page, an ebook the words.

    Classes: ``main`` for the principal one; ``again`` where an ebook has shown the same section before.
    """

    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class index_list(nodes.General, nodes.Element):
    """The index: letters, and below each a list of entries."""

    content_model: ClassVar[Any] = (((nodes.rubric, nodes.bullet_list), "*"),)


class article_reference(nodes.General, nodes.Inline, nodes.TextElement):
    """The name of another article. Attribute ``uri``: its path below the source root."""

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "uri")
    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class tab_reference(nodes.General, nodes.Inline, nodes.TextElement):
    """A reference to a tab of the packet that the article goes into.

    Attributes: ``title`` (the tab), ``start`` (a page of what is filed there, from 1; 0 for the whole of it),
    ``prefix`` (the author's words, behind which the tab stands in brackets; empty without any).
    """

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "title", "start", "prefix")
    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class explained(nodes.abbreviation):
    """An abbreviation. Attribute ``title``: what it stands for."""

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "title")
    content_model: ClassVar[Any] = (((nodes.Text, nodes.Inline), "*"),)


class only(nodes.General, nodes.Element):
    """What one edition alone shows. Attribute ``type``: ``print`` or ``ebook``."""

    valid_attributes: ClassVar[Any] = (*nodes.Element.valid_attributes, "type")
    content_model: ClassVar[Any] = ((nodes.Body, "*"),)


def number_of(formula: nodes.Element) -> nodes.paragraph | None:
    """The number of a formula, or ``None`` where it has none."""
    around = formula.parent
    if not isinstance(formula, nodes.math_block) or EQUATION not in around["classes"]:
        return None
    number: nodes.paragraph = around[0]
    return number


PARAGRAPH_NUMBER: Final = "paragraph-number"
"""The class of the number of a paragraph, which is the first thing in it."""


def paragraph_number(node: nodes.Element | None) -> nodes.inline | None:
    """The number of a paragraph as a reference shows it, or ``None`` where it has none."""
    first = node[0] if isinstance(node, nodes.paragraph) and len(node) else None
    if not isinstance(first, nodes.inline) or PARAGRAPH_NUMBER not in first["classes"]:
        return None
    return nodes.inline("", first.astext().removesuffix("."))


OWN: tuple[type[nodes.Element], ...] = (
    *(chart, datum, infobox, infobox_title, infobox_row, infobox_label, infobox_value, infobox_qualifier),
    *(note_list, page_break, fault, fault_block, page_reference, index_locator, index_list),
    *(article_reference, tab_reference, explained, only),
)
"""All node classes of this module that writers see."""

# docutils' generic visitors, which copy titles into lists of contents, stop at a node that they do not know.
_UNSEEN: Final = (cross_reference, index_mark, index_place, citation_mark, bibliography_place, cell_span)
nodes._add_node_class_names([kind.__name__ for kind in (*OWN, *_UNSEEN)])
