"""Node classes that docutils does not have. Each states its content model, so that `validate()` checks it.

Attributes are chosen among those that docutils can validate (`nodes.ATTRIBUTE_VALIDATORS`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes


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


class fault_block(nodes.General, nodes.Element):
    """The place of an error, as a block of its own. Attribute ``title``: the message."""

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


OWN: tuple[type[nodes.Element], ...] = (
    infobox,
    infobox_title,
    infobox_row,
    infobox_label,
    infobox_value,
    infobox_qualifier,
    note_list,
    fault,
    fault_block,
)
"""All node classes of this module."""
