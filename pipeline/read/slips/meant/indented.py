"""What is indented too much or too little, and so is a part of something else than its author means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.metadata import known_field
from pipeline.tree.parts import before_of
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_OPTIONS: Final = frozenset(
    ["alt", "width", "height", "scale", "align", "target", "class", "name", "figwidth", "figclass", "figname"]
)
_PERSON: Final = r"((?:(?:Dr|Prof|Mr|Ms|Mrs)\.? )?[A-ZÀ-Þ][\w’'-]+ (?:[A-ZÀ-Þ]\. ?)?[A-ZÀ-Þ][\w’'-]+)"
_JOINED: Final = re.compile(rf"{_PERSON},? (?:and|&|und|et|en|y|e|och|og|ja) {_PERSON}")
"""Two names of persons."""
_BODIES: Final = re.compile(
    r"\b(?:Units?|Desks?|Divisions?|Departments?|Services?|Offices?|Rights|Affairs|Ministry|Section|Team|Bureau|"
    r"Directorate|Policy|Trade|Security|Group|Committee|Council|Agency|Centre|Center|Institute|Democracy|Europe)\b"
)
"""Words in the names of offices."""
_NAME_PART: Final = (
    r"(?:[A-ZÀ-Þ][\w’'.-]*|van|von|vom|zu|de|del|der|den|ter|ten|di|du|la|le|el|al|bin|dos|da)"
)
_FULL_NAME: Final = re.compile(rf"{_NAME_PART}(?: {_NAME_PART}){{1,4}}")
_OFFICES: Final = re.compile(
    r"\b(?:Head|Officer|Director|Ambassador|Minister|Advis[eo]r|Chief|Deputy|Counsell?or|Attach|Secretary|Analyst|"
    r"Manager|Professor|President|Chair\w*|Consul|Envoy|Editor|Jr|Sr|Ph\.?D|MEP|MP|University|Embassy|Mission)\b"
)
"""What stands behind the name of one person."""
_LONG: Final = frozenset(("description", "rights", "address", "abstract", "dedication", "contact", "authors"))
"""Fields of the metadata that may have several paragraphs."""
_CODE_SIGNS: Final = re.compile(r"[()=\[\]{}_]|^(?:import|from|print|del|with|for|if|def|class)\b|^[\d'\"]")


def find_indented(document: nodes.document) -> Iterator[_Found]:
    """Paragraphs that a field takes in, options below the text, parts of items that are read as quotations.

    :param document: as it is parsed.
    """
    yield from _in_fields(document)
    yield from _options(document)
    yield from _behind_lists(document)
    yield from _explanations(document)
    yield from _quoted_mails(document)


def _in_fields(document: nodes.document) -> Iterator[_Found]:
    """The first paragraph of the text, indented: it belongs to the last of the fields below the title."""
    holder = next((one for one in document[:1] if isinstance(one, nodes.section)), document)
    head = next((one for one in holder[:4] if isinstance(one, nodes.field_list)), None)
    for field in head or ():
        name = known_field(field[0].astext())
        joined = _JOINED.fullmatch(" ".join(field[1].astext().split())) if name == "author" else None
        if joined is not None and not _BODIES.search(joined[0]):
            said = (
                f'"{joined[0]}" is read as the name of one author: write a field for each, or '
                f":authors: {joined[1]}; {joined[2]}"
            )
            yield field, line_of(field) or 1, "markup-misread", said
        body = " ".join(field[1].astext().split())
        if name == "author" and _are_two(body):
            said = (
                f'"{body}" is read as the name of one author: if it is more than one, write '
                f":authors: {'; '.join(part.strip() for part in body.split(','))}"
            )
            yield field, line_of(field) or 1, "markup-misread", said
        if name == "marking" and body.casefold() in ("yes", "no", "true", "false", "on", "off"):
            said = (
                f'"{body}" is printed as the marking of each page: write :marking: Restricted, or its words'
            )
            yield field, line_of(field) or 1, "markup-misread", f"{said}, or leave the field out"
        if name == "watermark" and body.casefold() in ("yes", "true", "on", "1", "oui", "ja"):
            said = (
                f'"{body}" is printed behind the text of each page: write the words that are to stand there'
            )
            yield field, line_of(field) or 1, "markup-misread", f"{said}, such as :watermark: DRAFT"
        blocks = [one for one in field[1] if not isinstance(one, nodes.system_message)]
        if name is None or name in _LONG or len(blocks) < 2:
            continue
        block = blocks[1]
        words = quoted((block.rawsource or block.astext()).strip().split("\n")[0])
        said = f'"{words}" is indented, and read as a part of the field "{name}": begin it at the left margin'
        yield block, line_of(block) or line_of(field) or 1, "meta-value", said


def _are_two(body: str) -> bool:
    """Whether names parted by commas are those of several people: each has two words or more.

    "Peeters, Ann" is one, with the surname first; "Ann Peeters, Head of Unit" is one with an office.
    """
    parts = [part.strip() for part in body.split(",")]
    whole = all(_FULL_NAME.fullmatch(part) is not None for part in parts)
    return len(parts) > 1 and whole and _BODIES.search(body) is None and _OFFICES.search(body) is None


def _options(document: nodes.document) -> Iterator[_Found]:
    """Options of a figure or a box that stand below its text."""
    for fields in document.findall(nodes.field_list):
        holder = fields.parent
        what = holder.parent if isinstance(holder, nodes.legend) else holder
        if not isinstance(what, (nodes.figure, nodes.Admonition)):
            continue
        names = [one[0].astext() for one in fields]
        if all(name in _OPTIONS for name in names):
            written = f":{names[0]}: {fields[0][1].astext()}".strip()
            said = f"is read as text: the options stand right below .. {what.tagname}::, before any text"
            line = line_of(fields[0]) or line_of(fields) or 1
            yield fields, line, "markup-misread", f'"{quoted(written)}" {said}'


def _behind_lists(document: nodes.document) -> Iterator[_Found]:
    """What stands below a list, indented by less than the words of its items."""
    for block in document.findall(nodes.block_quote):
        if not isinstance(before_of(block), (nodes.bullet_list, nodes.enumerated_list)) or not len(block):
            continue
        if block["classes"]:  # an epigraph, or what else the author has named
            continue
        first = block[0]
        words = quoted(first.astext().strip().split("\n")[0])
        what = "a list of its own" if isinstance(first, nodes.Sequential) else "a quotation"
        said = f'"{words}" is read as {what}, and not as a part of the item above: indent it as its words are'
        yield block, line_of(first) or line_of(block) or 1, "markup-misread", said


def _explanations(document: nodes.document) -> Iterator[_Found]:
    """Two terms or more, each with an empty line before what explains it."""
    for holder in (document, *document.findall(nodes.section)):
        quoted_blocks = [
            one for one in holder if isinstance(one, nodes.block_quote) and not _begins_with_code(one)
        ]
        pairs = [one for one in quoted_blocks if _is_term(before_of(one))]
        if len(pairs) > 1:
            first = pairs[0]
            term = before_of(first)
            words = quoted(term.astext()) if term is not None else ""
            said = f'what explains "{words}" is read as a quotation: take the empty line above it out'
            yield first, line_of(first[0]) or line_of(first) or 1, "markup-misread", said


def _begins_with_code(block: nodes.block_quote) -> bool:
    return len(block) > 0 and isinstance(block[0], (nodes.doctest_block, nodes.literal_block))


def _is_term(node: nodes.Node | None) -> bool:
    if not isinstance(node, nodes.paragraph) or "\n" in node.rawsource.strip():
        return False
    words = node.astext().strip()
    return len(words.split()) <= 3 and re.fullmatch(r"[^\W\d_][\w’' -]*", words) is not None


def _quoted_mails(document: nodes.document) -> Iterator[_Found]:
    """Lines of a mail behind three signs, which docutils takes for a session of Python."""
    for block in document.findall(nodes.doctest_block):
        written = block.astext().splitlines()
        lines = [line.lstrip("> ") for line in written]
        # What Python answers stands in a session without signs.
        if not all(line.startswith(">>>") for line in written):
            continue
        if any(not line or _CODE_SIGNS.search(line) for line in lines):
            continue
        said = f'"{quoted(block.astext())}" is read as code: a quotation is indented, without signs'
        yield block, line_of(block) or 1, "markup-foreign", said


def find_numbers_in_cells(document: nodes.document) -> Iterator[_Found]:
    """Figures one below the other in one cell: they are joined, as all lines of a paragraph are.

    :param document: as it is parsed.
    """
    for cell in document.findall(nodes.entry):
        for block in cell[:1]:
            lines = block.rawsource.strip().split("\n") if isinstance(block, nodes.paragraph) else []
            if len(lines) > 1 and all(re.fullmatch(r"\s*[-–+]?\d[\d.,]*\s?%?\s*", line) for line in lines):
                said = (
                    f'"{lines[1].strip()}" is joined with the line above it, in one cell: a row begins with '
                    "something in its first column, \\ where that is empty"
                )
                yield block, (line_of(block) or 1) + 1, "markup-misread", said
                return
