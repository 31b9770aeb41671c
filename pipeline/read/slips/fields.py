"""Fields that are none: a colon or a space is missing, or they come from another kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.metadata import FIELDS, known_field
from pipeline.tree.report import line_of

_Found = tuple[int, str, str, int]
_FRONT: Final = re.compile(r"-{3}|\+{3}")
_PAIR: Final = re.compile(r"([A-Za-z][\w -]*?)\s*[:=]\s*(.*)")
_FIELD: Final = re.compile(r":(?![: ])[^:`]+(?<! ):(?: |$)")
# A colon at the beginning, and something wrong behind: no second colon, a space before it, none behind it.
_BROKEN: Final = re.compile(
    r"[:：;]{1,2}\s*(?P<name>[A-Za-z][A-Za-z-]*(?: title)?)(?P<rest>\s*[:：;=]{1,2}\s*|\s+)"
    r"(?P<value>[^\s`].*)?$"
)
_BARE: Final = re.compile(
    r"(?P<bold>\*\*|\*)?(?P<name>[A-Za-z][A-Za-z-]*(?: title)?)\s*"
    r"(?(bold)(?:[:：]\s*(?P=bold)|(?P=bold)\s*[:：])|[:：=]{1,2})\s+(?P<value>\S.*)$"
)
_BOTH_SIDES: Final = "a field has a colon on both sides of its name, then a space:"
FIELD_SAID: Final = re.compile(rf"is read as text: {_BOTH_SIDES} :([a-z-]+):")
"""Which field of the metadata a finding is about."""
_ABOVE: Final = frozenset(
    ("marking", "watermark", "paper", "numbered", "quotes", "short-title", "language", "line-numbers", "logo")
)
"""Fields of an article that mean nothing among its words."""


def find_in_head(document: nodes.document, lines: list[str]) -> Iterator[_Found]:
    """The front matter of Markdown, between two lines of signs; or a title without its line of signs."""
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return
    if not _FRONT.fullmatch(lines[start].strip()):
        yield from _bare_title(document)
        return
    sign = lines[start].strip()
    end = next(
        (at for at in range(start + 1, min(len(lines), start + 60)) if lines[at].strip() in (sign, "...")),
        None,
    )
    if end is None or end == start + 1 or not _PAIR.match(lines[start + 1].strip()):
        return
    name = _PAIR.match(lines[start + 1].strip())
    shown = f":{name[1].lower()}: {name[2]}".strip() if name else ""
    said = (
        f'"{sign}" begins the front matter of Markdown, which is read as text: write the title, a line of '
        f"=== below it, an empty line, then fields such as {shown[:40]}"
    )
    yield start + 1, "markup-foreign", said, end + 1


def _bare_title(document: nodes.document) -> Iterator[_Found]:
    """A line of words, alone, and below it the fields of an article."""
    shown = [one for one in document if not isinstance(one, (nodes.comment, nodes.system_message))]
    first, below = shown[:1], shown[1:2]
    if not first or not below or not isinstance(first[0], nodes.paragraph):
        yield from _listed_fields(document)
        return
    words = first[0].rawsource.strip()
    if "\n" in words or len(words) > 120 or not fields_of(below[0]) & {"date", "language"}:
        return
    if re.match(r"#{1,6} ?|={1,6} .*=$", words):
        return  # that of Markdown or of a wiki, which is told as such
    signs = "=" * min(len(words), 40)
    said = f'"{shortened(words)}" is read as text: a title has a line of signs below it, {signs}'
    line = line_of(first[0]) or 1
    yield line, "heading-unread", said, line


def _listed_fields(document: nodes.document) -> Iterator[_Found]:
    """The fields below the title as the items of a list."""
    holder = next((one for one in document[:1] if isinstance(one, nodes.section)), document)
    listed = next((one for one in holder[:3] if isinstance(one, nodes.bullet_list)), None)
    pairs = [_PAIR.match(item.astext().strip("*")) for item in listed or ()]
    names = [known_field(pair[1]) for pair in pairs if pair]
    if listed is None or "date" not in names or None in names or None in pairs:
        return
    for item, pair, name in zip(listed, pairs, names, strict=True):
        shown = shortened(" ".join(item.astext().split()))
        value = shortened(pair[2].strip("* ")) if pair else ""
        yield (
            line_of(item) or 1,
            "markup-misread",
            f'"{shown}" is read as text: {_BOTH_SIDES} :{name}: {value}',
            0,
        )


def fields_of(node: nodes.Node) -> frozenset[str]:
    """The names of the metadata fields in a list of fields, or in one that is indented."""
    inner = node[0] if isinstance(node, nodes.block_quote) and len(node) else node
    if not isinstance(inner, nodes.field_list):
        return frozenset()
    return frozenset(name for one in inner if (name := known_field(one[0].astext())))


def head_of(document: nodes.document, lines: list[str]) -> tuple[range, frozenset[str]]:
    """The lines in which the title is expected, and the fields that stand near it."""
    start = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
    holder = next((one for one in document[:1] if isinstance(one, nodes.section)), document)
    near = [fields_of(one) for one in (*document[:5], *holder[:5])]
    return range(start, start + 3), frozenset().union(*near)


def front_fields(lines: list[str], first: int, last: int) -> frozenset[str]:
    """The fields in the front matter of Markdown, whose lines have these numbers, from 1."""
    pairs = (_PAIR.match(line.strip()) for line in lines[first - 1 : last])
    return frozenset(name for pair in pairs if pair and (name := known_field(pair[1])))


def find_in_field(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """Lines of a paragraph that are meant as fields of the article.

    :param first: the number of its first line, from 1.
    """
    top = isinstance(node.parent, (nodes.document, nodes.section))
    if not top:
        return
    lines = [line.strip() for line in node.rawsource.splitlines()]
    head = _is_head(node)
    for number, line in enumerate(lines):
        match = _BROKEN.fullmatch(line)
        if match is None and head and (number == 0 or _BARE.fullmatch(lines[number - 1])):
            match = _BARE.fullmatch(line)
            if (
                match is not None
                and len(lines) == 1
                and known_field(match["name"]) not in ("date", "language")
            ):
                match = None
        if match is None:
            continue
        if number and not head and not _BROKEN.fullmatch(lines[number - 1]):
            continue
        name = known_field(match["name"])
        if name is None or (not head and name not in FIELDS):
            continue
        value = (match["value"] or "").lstrip("–—−=- ").strip() or "…"
        said = f'"{shortened(line)}" is read as text: {_BOTH_SIDES} :{name}: {shortened(value)}'
        yield first + number, "markup-misread", said, first + number


def _is_head(node: nodes.Element) -> bool:
    """Whether nothing but the title, fields and messages stands before a paragraph."""
    above: nodes.Element = node.parent
    if isinstance(above, nodes.section):
        holder = above.parent
        if not isinstance(holder, nodes.document):
            return False
        other = (nodes.section, nodes.paragraph)
        if any(isinstance(one, other) for one in holder[: holder.index(above)]):
            return False
    before = above[: above.index(node)]
    passed = (nodes.title, nodes.subtitle, nodes.field_list, nodes.system_message, nodes.Invisible)
    return all(isinstance(one, passed) for one in before)


def find_stray_fields(node: nodes.field_list) -> Iterator[_Found]:
    """Fields of an article that stand in its text: they are printed there, and do nothing.

    :param node: a list of fields, before docutils takes the first of the article for its own.
    """
    if not isinstance(node.parent, (nodes.document, nodes.section)) or _is_head(node):
        return
    if "date" in fields_of(node):
        return  # it is the head, below a title that is none, or the date is told as absent
    for one in node:
        name = known_field(one[0].astext())
        if name in _ABOVE:
            said = f'":{one[0].astext()}:" is read as text: an article has its fields below its title'
            yield line_of(one) or line_of(node) or 1, "markup-misread", said, 0
