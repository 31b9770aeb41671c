"""The contract of the intermediate tree, as code: what every writer may rely on.

The numbers are those of the list in the manual, chapter "The intermediate tree".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from docutils import nodes

from pipeline.findings import Finding
from pipeline.tree.image_files import located
from pipeline.tree.infobox_types import DEFAULT_TYPE, infobox_types, load_type
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import (
    TABLE_NOTE,
    cell_span,
    cross_reference,
    fault,
    fault_block,
    index_mark,
    index_place,
    infobox,
    infobox_row,
    infobox_value,
    note_list,
    only,
)
from pipeline.tree.note_order import first_calls, letter
from pipeline.tree.parts import has_content, ids_in
from pipeline.tree.report import line_of, source_of

_FORBIDDEN = (
    *(nodes.pending, nodes.problematic, nodes.system_message, nodes.substitution_reference),
    *(cross_reference, index_mark, index_place, cell_span),
)


EDITIONS = ("print", "ebook")
"""The editions, as `only` names them."""


def broken(document: nodes.document, root: Path, *, draft: bool = False) -> list[Finding]:
    """Check a tree against the contract.

    :param root: the source root, below which every image must exist.
    :param draft: whether faults may stand in the tree (and uncited notes, undated articles with them).
    :returns: a finding with the code ``contract`` for each clause that does not hold.
    """
    found: list[Finding] = []
    checks = (_valid, _resolved, _notes, _ids, _record, _infoboxes, partial(_images, root=root))
    for check in checks:
        for node, message in check(document, draft):
            source = source_of(node) or document.get("source") or "<text>"
            found.append(Finding("contract", str(source), line_of(node), message))
    return found


Broken = Iterator[tuple[nodes.Node, str]]


def _valid(document: nodes.document, draft: bool) -> Broken:
    """Clause 1."""
    try:
        document.validate()
    except nodes.ValidationError as error:
        yield error.problematic_element or document, f"1: {' '.join(str(error).split())}"


def _resolved(document: nodes.document, draft: bool) -> Broken:
    """Clause 2."""
    for node in document.findall(nodes.Element):
        if isinstance(node, _FORBIDDEN):
            yield node, f"2: a {node.tagname} is left in the tree"
        elif node.get("refname") is not None:
            yield node, f'2: the reference to "{node["refname"]}" is not resolved'
        elif isinstance(node, (fault, fault_block)) and not draft:
            yield node, "2: a fault is left in the tree"


def _number(note: nodes.footnote) -> int:
    label = note[0].astext() if len(note) else ""
    return int(label) if label.isdecimal() else 0


def _notes(document: nodes.document, draft: bool) -> Broken:
    """Clause 3."""
    # They have been moved since they were numbered, some of them into sections of their own.
    uncited = sorted(document.findall(nodes.footnote), key=_number) if draft else ()
    ordered = first_calls(document, uncited=uncited)
    cited = {id(note) for note, _ in ordered}
    lettered = [(note, calls) for note, calls in ordered if TABLE_NOTE in note["classes"]]
    below_tables = [
        place for place in document.findall(note_list) if all(TABLE_NOTE in note["classes"] for note in place)
    ]
    places = {id(note): place for place in below_tables for note in place}
    for note, calls in lettered:
        place = places.get(id(note))
        wanted = letter(place.index(note) + 1) if place is not None else ""
        if place is None or note[0].astext() != wanted:
            yield note, f'3: the note "{note[0].astext()}" of a table is not the note "{wanted}" below it'
        if any(call.astext() != wanted for call in calls) or not note["ids"]:
            yield note, f'3: a call of the note "{wanted}" of a table reads otherwise'
        if note["backrefs"] != [call["ids"][0] for call in calls if call["ids"]]:
            yield note, f'3: the back-references of the note "{wanted}" of a table are not its calls'
    numbered = [(note, calls) for note, calls in ordered if TABLE_NOTE not in note["classes"]]
    for number, (note, calls) in enumerate(numbered, start=1):
        label = note[0].astext() if len(note) and isinstance(note[0], nodes.label) else None
        if label != str(number):
            yield note, f"3: note {label} is number {number} in the order of first references"
        if not note["ids"]:
            yield note, f"3: note {number} has no id"
        backrefs = [call["ids"][0] for call in calls if call["ids"]]
        if note["backrefs"] != backrefs or not (backrefs or draft):
            yield note, f"3: the back-references of note {number} are not its calls"
        if not has_content(note) and not draft:
            yield note, f"3: note {number} has no text"
        for call in calls:
            if call.astext() != str(number):
                yield call, f'3: a call of note {number} reads "{call.astext()}"'
    for note in document.findall(nodes.footnote):
        if id(note) not in cited and not draft:
            yield note, "3: a note is never called"


def _ids(document: nodes.document, draft: bool) -> Broken:
    """Clause 4, and the ids of sections (5)."""
    count = Counter(ids_in(document))
    for node in document.findall(nodes.Element):
        for name in node["ids"]:
            if count[name] > 1:
                yield node, f'4: the id "{name}" is given {count[name]} times'
        if "refid" in node and node["refid"] not in count:
            yield node, f'4: nothing has the id "{node["refid"]}"'
        if isinstance(node, nodes.section) and not node["ids"]:
            yield node, "5: a section has no id"
        if isinstance(node, only) and node.get("type") not in EDITIONS:
            yield node, f'2: what "{node.get("type")}" alone shows belongs to no edition'


def _record(document: nodes.document, draft: bool) -> Broken:
    """Clause 5."""
    record = metadata_of(document)
    for name in ("title", "language", "identifier"):
        if not getattr(record, name):
            yield document, f"5: the {name} is not known"
    if not record.dated and not draft:
        yield document, "5: the date is not known"


def _infoboxes(document: nodes.document, draft: bool) -> Broken:
    """Clause 6."""
    for box in document.findall(infobox):
        if not box[0].astext().strip() and not draft:
            yield box, "6: an infobox has no title"
        kind = load_type(box["type"] if box["type"] in infobox_types() else DEFAULT_TYPE)
        order = [row.name for row in kind.rows]
        places = [
            order.index(row["name"]) for row in box if isinstance(row, infobox_row) and row["name"] in order
        ]
        if places != sorted(places):
            yield box, "6: the rows of an infobox are not in the order of its type"
        for row in box:
            values = [child for child in row if isinstance(child, infobox_value)]
            if isinstance(row, infobox_row) and (not row[0].astext().strip() or not values):
                yield row, "6: a row of an infobox has no label or no value"


def _images(document: nodes.document, draft: bool, root: Path) -> Broken:
    """Clause 7."""
    for node in document.findall(nodes.Element):
        if not isinstance(node, nodes.Inline) and not (node.line and node.source):
            yield node, f"7: a {node.tagname} has no file or no line"
    for image in document.findall(nodes.image):
        folder, name = located(image["uri"], root)
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not (folder / path).is_file():
            yield image, f'7: the image "{path}" does not exist below the source root'
        if not image.get("alt", "").strip():
            yield image, f'7: the image "{path}" has no alternative text'
