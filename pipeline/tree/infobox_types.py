"""Infobox types: the data files ``styles/infobox/*.toml``, and the rows that each type has."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline import styles
from pipeline.files.toml_faults import explain, line_named
from pipeline.findings import suggest
from pipeline.tree.labels import tags_of

DEFAULT_TYPE: Final = "generic"


class BrokenTypeError(ValueError):
    """The data file of an infobox type is not right; the message says what."""


@dataclass(frozen=True)
class Row:
    """One row of an infobox type.

    :param name: of the row; with several columns, its fields are the name and the number of the column.
    :param label: what the reader sees.
    :param labels: what the reader sees in other languages, by language tag (BCP 47).
    :param required: whether each column must have a value.
    :param heading: whether the values head the columns.
    :param qualifier: name of the fields that qualify the values, or empty.
    """

    name: str
    label: str
    required: bool = False
    heading: bool = False
    qualifier: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words = (self.name, self.label, self.qualifier)
        if not (all(isinstance(word, str) for word in words) and self.name and self.label):
            raise TypeError("the name and the label of a row are words in quotation marks")
        if not isinstance(self.labels, dict) or not all(isinstance(one, str) for one in self.labels.values()):
            raise TypeError(f'the labels of the row "{self.name}" are language tags with words')

    def label_in(self, language: str) -> str:
        """The label for a language tag: its own, that of its main language, else `label`."""
        labels = {key.lower(): label for key, label in self.labels.items()}
        return next((labels[tag] for tag in tags_of(language) if labels.get(tag)), self.label)


@dataclass(frozen=True)
class InfoboxType:
    """What an infobox of a type may hold: ``styles/infobox/<name>.toml``."""

    name: str
    columns: int
    any: bool
    rows: tuple[Row, ...]
    fields: dict[str, tuple[Row, int, bool]] = field(default_factory=dict)
    """Row, column (from 1) and whether it is a qualifier, by field name."""


_KEYS: Final = ("title", "columns", "any", "row")
_OF_ROW: Final = ("name", "label", "required", "heading", "qualifier", "labels")


def _check(table: dict[str, Any]) -> None:
    """Whether a data file has the keys that it may have, with values of their kind.

    :raises TypeError: with what is to be written.
    """
    rows = table.get("row", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TypeError("each row is begun by [[row]] on a line of its own")
    for known, keys in ((_KEYS, table), *((_OF_ROW, row) for row in rows)):
        for key in keys:
            if key not in known:
                hint = suggest(key, known) or f": known are {', '.join(known)}"
                raise TypeError(f'there is no key "{key}" in it{hint}')
    if type(table.get("columns", 1)) is not int:
        raise TypeError("columns is a number, without quotation marks: columns = 2")
    names: set[str] = set()
    for row in rows:
        for key in ("name", "label"):
            if key not in row:
                shown = f'the row "{row["name"]}"' if "name" in row else "a row"
                raise TypeError(
                    f'{shown} has no {key}: write {key} = "{"dates" if key == "name" else "Dates"}"'
                )
        if row["name"] in names:
            raise TypeError(f'two rows have the name "{row["name"]}": give one of them another')
        names.add(str(row["name"]))
    for key, value in ((key, one[key]) for one in (table, *rows) for key in _SWITCHES if key in one):
        if not isinstance(value, bool):
            raise TypeError(f"{key} is true or false, without quotation marks: {key} = true")


def faults_of_type(text: str) -> list[tuple[int, str]]:
    """What is wrong with a data file that is TOML: its line and what is to be written.

    :param text: of the file.
    :raises tomllib.TOMLDecodeError: where it is not TOML.
    """
    try:
        table = tomllib.loads(text)
        _check(table)
        for row in table.get("row", []):
            Row(**row)
    except TypeError as error:
        return [(line_named(str(error), text), str(error))]
    return []


_SWITCHES: Final = ("any", "required", "heading")


def _place(name: str, error: Exception) -> str:
    """The line of the desk's data file that a fault is on, in words; empty where it has none of its own."""
    try:
        text = styles.own_text(f"infobox/{name}.toml")
    except styles.StyleError:
        return ""
    return f", line {line_named(str(error), text)}" if text is not None else ""


def infobox_types() -> list[str]:
    """The names of the types there are."""
    return styles.names("infobox", ".toml")


def load_type(name: str) -> InfoboxType:
    """Read a type's data file.

    :raises BrokenTypeError: when the file is not right.
    :raises FileNotFoundError: when there is no such type.
    """
    if name not in infobox_types():
        raise FileNotFoundError(name)
    try:
        table = styles.data(f"infobox/{name}")
        _check(table)
        rows = tuple(Row(**row) for row in table.get("row", []))
        columns, anything = int(table.get("columns", 1)), bool(table.get("any", False))
    except tomllib.TOMLDecodeError as error:
        line, said = explain(error, styles.own_text(f"infobox/{name}.toml") or "")
        raise BrokenTypeError(f"styles/infobox/{name}.toml, line {line}: {said}") from error
    except (TypeError, ValueError, UnicodeDecodeError) as error:
        raise BrokenTypeError(f"styles/infobox/{name}.toml{_place(name, error)}: {error}") from error
    if columns < 1 or not (rows or anything):
        raise BrokenTypeError(
            f"styles/infobox/{name}.toml: it needs columns = 1 or more, and a [[row]] or any = true"
        )
    fields: dict[str, tuple[Row, int, bool]] = {}
    for row in rows:
        for column in range(1, columns + 1):
            number = str(column) if columns > 1 else ""
            fields[row.name + number] = (row, column, False)
            if row.qualifier:
                fields[row.qualifier + number] = (row, column, True)
    return InfoboxType(name, columns, anything, rows, fields)
