"""Calls of notes as other programs have them, (1) or a star."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_CALL: Final = re.compile(r"(?<=[\w.,;:!?)”’\"»]) ?\((?P<label>[1-9]\d?)\)")
_STARS: Final = re.compile(r"(?<=[^\W_]|[.,;:!?)”’\"»])(?P<stars>(?:\x00?\*){1,3})(?=[\s.,;:!?)]|$)")
_GLUED: Final = re.compile(r"(?<=[^\W\d_]{3}[.,;:!?”»)])(?P<label>[1-9]\d?)(?=\s|$)")
_NUMBERED: Final = re.compile(r"([1-9]\d?)[ \t]+[A-ZÀ-Þ“«\"]")
_TEXT: Final = re.compile(r"\x00?(?P<stars>(?:\x00?\*){1,3})\)? ?(?=[^\W\d_]|[“«\"])")
_SAID: Final = "is read as text: a note is called with [#name]_, and its text begins with .. [#name]"
_TITLES: Final = re.compile(
    r"(?:foot|end)?notes?|references|sources|quellen|anmerkungen|fu(?:ß|ss)noten|endnoten|noten|voetnoten|"
    r"notes? de (?:bas de page|fin)|notas|note a piè di pagina|примечания|сноски|ملاحظات|الحواشي|הערות",
    re.IGNORECASE,
)
_BEGUN: Final = re.compile(r"[\[(]?([1-9]\d?)[\]).]{0,2} ")
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]{3}$|[^\W\d_][.,;:!?)”»\"’]{1,2}$")
_NOT_WORDS: Final = (nodes.literal, nodes.math, nodes.raw, nodes.problematic)


def find_calls(document: nodes.document) -> Iterator[_Found]:
    """The first call of each kind."""
    texts = _texts(document)
    yield from _numbers(document, texts)
    yield from _plain_numbers(texts)
    yield from _stars(document, texts)
    yield from _raised(document)


def _texts(document: nodes.document) -> list[tuple[nodes.Element, str]]:
    """Each paragraph with its words; what is code or marked stands as one sign."""
    found: list[tuple[nodes.Element, str]] = []
    for block in document.findall(nodes.paragraph):
        if not isinstance(block.parent, nodes.system_message):
            words = ("\ufffd" if isinstance(one, _NOT_WORDS) else _words(one) for one in block)
            found.append((block, "".join(words)))
    return found


def _words(node: nodes.Node) -> str:
    return str(node) if isinstance(node, nodes.Text) else node.astext().replace("\x00", "")


def _numbers(document: nodes.document, texts: list[tuple[nodes.Element, str]]) -> Iterator[_Found]:
    for block in document.findall(nodes.enumerated_list):
        if block.get("suffix") not in (")", ".") or block.get("enumtype") != "arabic":
            continue
        last = (
            block.next_node(descend=False, siblings=True, ascend=True) is None and block.get("prefix") == "("
        )
        if not (_is_end(block) or last):
            continue
        start = block.get("start", 1)
        numbers = [str(number) for number in range(start, start + len(block))]
        calls: dict[str, tuple[nodes.Element, int]] = {}
        inside = set(map(id, block.findall(nodes.paragraph)))
        for paragraph, words in texts:
            if id(paragraph) in inside:
                break
            for match in _CALL.finditer(words):
                line = (line_of(paragraph) or 1) + words.count("\n", 0, match.start("label"))
                calls.setdefault(match["label"], (paragraph, line))
        if all(number in calls for number in numbers):
            paragraph, line = calls[numbers[0]]
            yield paragraph, line, "markup-foreign", f'"({numbers[0]})" {_SAID}'
            return


def _plain_numbers(texts: list[tuple[nodes.Element, str]]) -> Iterator[_Found]:
    """A figure right behind the end of a sentence, and a paragraph that begins with it: "signed.1"."""
    begun = {match[1]: number for number, (_, words) in enumerate(texts) if (match := _NUMBERED.match(words))}
    for number, (paragraph, words) in enumerate(texts if begun else ()):
        for match in _GLUED.finditer(words):
            if begun.get(match["label"], -1) > number:
                line = (line_of(paragraph) or 1) + words.count("\n", 0, match.start("label"))
                yield paragraph, line, "markup-foreign", f'"{match["label"]}" {_SAID}'
                return


def _is_end(block: nodes.Element) -> bool:
    """Whether a list stands where notes do: below a heading, a bold line or a rule."""
    parent = block.parent
    at = parent.index(block)
    earlier = (parent[number] for number in range(at - 1, -1, -1))
    before = next((one for one in earlier if not isinstance(one, nodes.Invisible)), None)
    if isinstance(before, nodes.transition):
        return parent.next_node(descend=False, siblings=True) is None and at == len(parent) - 1
    title = (
        before.astext().strip(" :")
        if isinstance(before, (nodes.title, nodes.paragraph, nodes.rubric))
        else ""
    )
    return _TITLES.fullmatch(title) is not None


def _stars(document: nodes.document, texts: list[tuple[nodes.Element, str]]) -> Iterator[_Found]:
    lists = [one for one in document.findall(nodes.bullet_list) if one.get("bullet") == "*"]
    alone = lists[0] if len(lists) == 1 and len(lists[0]) == 1 else None
    last: dict[str, int] = {}
    for number, (paragraph, words) in enumerate(texts):
        if match := _TEXT.match(words):
            last[match["stars"].replace("\x00", "")] = number
        if alone is not None and paragraph.parent is alone[0]:
            last["*"] = number
    for number, (paragraph, words) in enumerate(texts):
        match = _STARS.search(words)
        if match is None or isinstance(paragraph.parent, nodes.footnote):
            continue
        stars = match["stars"].replace("\x00", "")
        if "*" in words[: match.start()]:
            continue  # a sign of multiplication, a wildcard
        if last.get(stars, -1) > number:
            line = (line_of(paragraph) or 1) + words.count("\n", 0, match.start())
            yield paragraph, line, "markup-foreign", f'"{stars}" {_SAID}'
            return


def _raised(document: nodes.document) -> Iterator[_Found]:
    """The first figure that is raised by hand, where a list or a paragraph further on begins with it."""
    matches = (_BEGUN.match(block.astext()) for block in document.findall(nodes.paragraph))
    begun = {match[1] for match in matches if match is not None}
    lists = [one for one in document.findall(nodes.enumerated_list) if one.get("enumtype") == "arabic"]
    last = lists[-1] if lists else None
    if last is not None and last.next_node(descend=False, siblings=True) is None:
        begun |= {str(number + 1) for number in range(len(last))}
    for node in document.findall(nodes.superscript):
        at = node.parent.index(node)
        words = str(node.parent[at - 1]).rstrip("\x00 ") if at else ""
        if node.astext() in begun and _WORD_BEFORE.search(words):
            said = f'":sup:`{node.astext()}`" {_SAID.replace("read as text", "a raised figure and no note")}'
            yield node, line_of(node) or line_of(node.parent) or 1, "markup-foreign", said
            return
