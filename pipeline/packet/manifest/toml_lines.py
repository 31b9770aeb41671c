"""Where each value of a TOML file stands: ``tomllib`` gives the values, tree-sitter their lines."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]
"""The way to a value: keys, and places in arrays from 0."""


class Lines:
    """The lines of the values of a TOML text.

    :param text: it may hold faults; what can't be placed is looked for where it should stand.
    """

    def __init__(self, text: str) -> None:
        self.of: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        self.arrays: Counter[Path] = Counter()
        root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
        self._pairs(root, ())
        for child in root.children:
            if child.type in {"table", "table_array_element"}:
                self._pairs(child, self._table(child))

    def at(self, *path: str | int) -> int:
        """The line of a value, from 1; of what holds it, when it has none of its own."""
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, 1)

    def end(self, *path: str | int) -> int:
        """The last line of a value and all that it holds, however far apart that stands; 0 for none."""
        return max((line for own, line in self._last.items() if own[: len(path)] == path), default=0)

    def _table(self, node: Node) -> Path:
        path: Path = ()
        keys = _keys(_named(node)[0])
        for index, key in enumerate(keys):
            path = (*path, key)
            if node.type == "table_array_element" and index == len(keys) - 1:
                self.arrays[path] += 1
            if self.arrays[path]:
                self.of.setdefault(path, _line(node))
                path = (*path, self.arrays[path] - 1)
        self.of.setdefault(path, _line(node))
        self._last.setdefault(path, _line(node))
        return path

    def _pairs(self, node: Node, table: Path) -> None:
        for pair in node.children:
            if pair.type == "pair":
                named = _named(pair)
                path = table
                for key in _keys(named[0]):
                    path = (*path, key)
                    self.of.setdefault(path, _line(pair))
                self._last[path] = int(named[-1].end_point.row) + 1
                self._value(named[-1], path)

    def _value(self, node: Node, path: Path) -> None:
        if node.type == "inline_table":
            self._pairs(node, path)
        elif node.type == "array":
            for index, child in enumerate(_named(node)):
                self.of.setdefault((*path, index), _line(child))
                self._value(child, (*path, index))


def without_comments(data: bytes) -> bytes:
    """A TOML file without what stands behind ``#``; everything else keeps its place."""
    found = bytearray(data)
    waiting = [Parser(Language(tree_sitter_toml.language())).parse(data).root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            found[node.start_byte : node.end_byte] = b" " * (node.end_byte - node.start_byte)
        waiting += node.children
    return b"\n".join(
        line.rstrip(b" ") if b"#" in old else line
        for line, old in zip(bytes(found).split(b"\n"), data.split(b"\n"), strict=True)
    )


def _named(node: Node) -> list[Node]:
    """The children that mean something: no signs, no comments."""
    return [child for child in node.children if child.is_named and child.type != "comment"]


def _line(node: Node) -> int:
    return int(node.start_point.row) + 1


def _keys(node: Node) -> list[str]:
    """The parts of a key, without quotation marks."""
    if node.type == "dotted_key":
        return [key for child in _named(node) for key in _keys(child)]
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        parsed: dict[str, Any] = tomllib.loads(f"{text} = 0")
        return list(parsed)
    return [text]
