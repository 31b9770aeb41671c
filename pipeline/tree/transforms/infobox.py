"""Each infobox, brought into the form of its type."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Substitutions

from pipeline.findings import suggest
from pipeline.tree.infobox_types import (
    DEFAULT_TYPE,
    BrokenTypeError,
    InfoboxType,
    Row,
    infobox_types,
    load_type,
)
from pipeline.tree.nodes import (
    fault_block,
    infobox,
    infobox_label,
    infobox_qualifier,
    infobox_row,
    infobox_value,
)
from pipeline.tree.parts import has_content
from pipeline.tree.report import report
from pipeline.tree.state import state_of

WIDE: Final = 900
"""An infobox with more characters than this is too tall to stand beside the text."""

_FAULTS: Final = (fault_block, nodes.system_message)


class NormalizeInfobox(Transform):
    """Bring every infobox into the form of its type. Doing it twice changes nothing."""

    default_priority = Substitutions.default_priority + 2

    def apply(self, **kwargs: Any) -> None:
        """Normalise all infoboxes of the document."""
        for box in list(self.document.findall(infobox)):
            _ask_for_type(box, self.document)
            normalize(box, self.document)


def normalize(box: infobox, document: nodes.document) -> None:
    """Sort the rows of `box` as its type has them and put values of one row side by side.

    Reports unknown, duplicate, missing and empty fields. What is unknown or given again stays, behind the
    rest, with the class ``fault``, so that a draft shows it.
    """
    kind = _type_of(box, document)
    known: dict[str, dict[int, infobox_value]] = {row.name: {} for row in kind.rows}
    qualifiers: dict[tuple[str, int], infobox_value] = {}
    rest: list[nodes.Element] = []
    seen: set[str] = set()
    old = [child for child in box if isinstance(child, (infobox_row, *_FAULTS))]
    for row in old:
        if isinstance(row, _FAULTS) or "fault" in row["classes"]:
            rest.append(row)
            continue
        if _normal(row, kind, known):
            continue
        name = row["name"].lower()
        value = row.next_node(infobox_value)
        if not has_content(value):
            report(document, "infobox-field-empty", f'the infobox field "{row["name"]}" has no value', row)
        if name in seen:
            message = f'the infobox field "{row["name"]}" is given twice'
            report(document, "infobox-field-duplicate", message, row)
            row["classes"].append("fault")
            rest.append(row)
        elif name in kind.fields:
            definition, column, qualifies = kind.fields[name]
            if qualifies:
                qualifiers[definition.name, column] = value
            else:
                known[definition.name][column] = value
        else:
            if not kind.any:
                hint = suggest(name, kind.fields) or f": the fields are {', '.join(kind.fields)}"
                message = f'an infobox of type "{kind.name}" has no field "{row["name"]}"{hint}'
                report(document, "infobox-field-unknown", message, row)
                row["classes"].append("fault")
            rest.append(row)
        seen.add(name)
    for (name, column), qualifier in qualifiers.items():
        _qualify(known, name, column, qualifier, document)
    lines = {row["name"]: row.line for row in old if isinstance(row, infobox_row)}
    language = state_of(document).language
    rows = [_row(box, row, language, known[row.name], lines) for row in kind.rows if known[row.name]]
    _check_required(box, kind, known, document)
    for child in old:
        box.remove(child)
    box.extend([*rows, *rest])
    box["cols"] = kind.columns
    if not rows and not rest:
        report(
            document,
            "infobox-empty",
            "the infobox has no rows: write fields such as :Capital: Brussels, indented below it",
            box,
        )
    if len(box.astext()) > WIDE and "wide" not in box["classes"]:
        box["classes"].append("wide")


def _ask_for_type(box: infobox, document: nodes.document) -> None:
    """Report a title that is the name of a type: the type stands in an option, and the title is printed."""
    title = "-".join(box[0].astext().lower().replace("_", " ").split()) if len(box) else ""
    if box["type"] == DEFAULT_TYPE != title and title in infobox_types():
        message = (
            f'the title of the infobox is the name of the type "{title}": write :type: {title} on the line '
            "below, and the title after infobox::"
        )
        report(document, "infobox-title-type", message, box)


def _type_of(box: infobox, document: nodes.document) -> InfoboxType:
    """The type of `box`; where it can't be had, that is reported and the generic one stands in."""
    try:
        return load_type(box["type"])
    except FileNotFoundError:
        hint = suggest(box["type"], infobox_types()) or f": the types are {', '.join(infobox_types())}"
        report(document, "infobox-type-unknown", f'there is no infobox type "{box["type"]}"{hint}', box)
    except BrokenTypeError as error:
        report(document, "infobox-type-broken", str(error), box)
    box["type"] = DEFAULT_TYPE
    return load_type(DEFAULT_TYPE)


def _normal(row: infobox_row, kind: InfoboxType, known: dict[str, dict[int, infobox_value]]) -> bool:
    """Take over a row that an earlier pass has made; say whether it was one."""
    values = [child for child in row if isinstance(child, infobox_value)]
    if row["name"] not in known or not all("colnum" in value for value in values):
        return False
    for value in values:
        known[row["name"]][value["colnum"]] = value
    return True


def _qualify(
    known: dict[str, dict[int, infobox_value]],
    name: str,
    column: int,
    qualifier: infobox_value,
    document: nodes.document,
) -> None:
    value = known[name].get(column)
    if value is None:
        # A title with no one who bears it: it is all that the cell holds.
        known[name][column] = qualifier
        return
    text = infobox_qualifier("", "")
    text.source, text.line = qualifier.source, qualifier.line
    for part in qualifier:
        text += part.children if isinstance(part, nodes.paragraph) else nodes.Text(part.astext())
    value.insert(0, text)


def _row(
    box: infobox,
    definition: Row,
    language: str,
    values: dict[int, infobox_value],
    lines: dict[str, int | None],
) -> infobox_row:
    words = definition.label_in(language)
    label = infobox_label(words, words)
    row = infobox_row("", label, name=definition.name)
    if definition.heading:
        row["classes"].append("heading")
    for column in sorted(values):
        values[column]["colnum"] = column
        row += values[column]
    first = min((value.line for value in values.values() if value.line), default=box.line)
    row.source, row.line = box.source, lines.get(definition.name) or first
    label.source, label.line = row.source, row.line
    return row


def _check_required(
    box: infobox, kind: InfoboxType, known: dict[str, dict[int, infobox_value]], document: nodes.document
) -> None:
    for name, (row, column, qualifies) in kind.fields.items():
        if row.required and not qualifies and column not in known[row.name]:
            message = f'an infobox of type "{kind.name}" needs the field "{name}"'
            report(document, "infobox-field-missing", message, box)
