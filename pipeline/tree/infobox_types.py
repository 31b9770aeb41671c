"""Infobox types: the data files ``styles/infobox/*.toml``, and the rows that each type has."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Final

from pipeline import styles
from pipeline.files.toml_faults import explain
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
        rows = tuple(Row(**row) for row in table.get("row", []))
        columns, anything = int(table.get("columns", 1)), bool(table.get("any", False))
    except tomllib.TOMLDecodeError as error:
        line, said = explain(error, styles.own_text(f"infobox/{name}.toml") or "")
        raise BrokenTypeError(f"styles/infobox/{name}.toml, line {line}: {said}") from error
    except (TypeError, ValueError, UnicodeDecodeError) as error:
        raise BrokenTypeError(f"styles/infobox/{name}.toml: {error}") from error
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
