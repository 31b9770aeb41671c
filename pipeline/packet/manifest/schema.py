"""A manifest against its JSON Schema (``manifest.schema.json``, draft 2020-12), in words for people."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.findings import Finding, suggest
from pipeline.packet.manifest.toml_lines import Lines

_FILE: Final = Path(__file__).with_name("manifest.schema.json")
_SHOWN: Final = 40


_MEANT: Final = {
    **dict.fromkeys(("logo", "letterhead"), "styles/letterhead.toml names the logo of the desk"),
    **dict.fromkeys(("to", "recipient", "recipients", "audience"), 'write for = "Minister of State"'),
    **dict.fromkeys(("author", "from", "organization", "organisation"), 'write originator = "Europe Desk"'),
    **dict.fromkeys(("event", "occasion", "visit"), 'write meeting = "Visit to Malta"'),
    **dict.fromkeys(("classification", "security"), 'write marking = "Internal"'),
}
"""Keys that a manifest has not, and what is written instead."""
_MEANT_OF_ITEM: Final = {
    **dict.fromkeys(
        ("file", "path", "rst", "source", "document", "doc"), 'write article = "NAME.rst" or pdf = "NAME.pdf"'
    ),
    **dict.fromkeys(("text", "content", "body"), "write note, for a short text, or article, for a file"),
    **dict.fromkeys(("picture", "img", "photo"), 'write image = "NAME.svg", with alt'),
    **dict.fromkeys(("attachment", "annex"), 'write pdf, or enclosed = "NAME.xlsx" for a file inside'),
    **dict.fromkeys(("classification", "security"), 'write marking = "Internal"'),
}
"""Likewise those of an item."""


def plain(value: Any) -> Any:
    """A value of TOML as JSON has it: dates become text."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def faults(data: dict[str, Any], lines: Lines, source: str) -> Iterator[Finding]:
    """A finding for each place at which a manifest is not as its schema says.

    :param data: as `plain` gives it.
    :param source: the manifest, for the findings.
    """
    errors = list(_validator().iter_errors(data))
    meant = {
        (tuple(error.absolute_path), key.casefold().replace("_", "-"))
        for error in errors
        if error.validator == "additionalProperties"
        for key in error.instance
    }
    alone = any(error.validator == "additionalProperties" and "item" in error.instance for error in errors)
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            for key in [key for key in error.instance if key not in known]:
                folded = key.casefold().replace("_", "-")
                hint = suggest(folded, known) or f": known are {', '.join(known)}"
                if folded in known:
                    hint = f": write {folded}"
                elif folded in (_MEANT if not path else _MEANT_OF_ITEM):
                    hint = f": {(_MEANT if not path else _MEANT_OF_ITEM)[folded]}"
                elif not path and folded == "item":
                    hint = ": an item of a section is begun by [[section.item]]"
                message = f'there is no key "{key}" in {_place(path)}{hint}'
                yield Finding("packet-key-unknown", source, lines.at(*path, key), message)
        elif error.validator == "required":
            # jsonschema reports each missing key by itself, and names it in its message alone.
            key = next(name for name in error.validator_value if error.message.startswith(repr(name)))
            if (path, key) in meant or (key == "item" and alone):
                continue  # it is there, and its name or its place is what is wrong
            what = _schema_at((*path, key))["description"]
            message = f'{_place(path)} has no "{key}": write {what}'
            below = _below(data, lines, key) if not path else 0
            if below:
                message = (
                    f'{_place(path)} has no "{key}": that of line {below} belongs to what begins above it; '
                    "put it above the first [[section]]"
                )
            yield Finding("packet-key-missing", source, lines.at(*path), message)
        else:
            what = _wrong(error.validator, error.instance)
            message = f'"{_name(path)}" {what}: write {_schema_at(path)["description"]}'
            yield Finding("packet-value", source, lines.at(*path), message)


def _below(data: dict[str, Any], lines: Lines, key: str) -> int:
    """The line of a key of the manifest that stands in a section or an item, where it may be meant; or 0."""
    sections = data.get("section")
    for number, section in enumerate(sections if isinstance(sections, list) else ()):
        items = section.get("item") if isinstance(section, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and key in item and key != "title":
                return lines.at("section", number, "item", index, key)
    return 0


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_schema())


@cache
def _schema() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data


def _schema_at(path: tuple[str | int, ...]) -> dict[str, Any]:
    """The part of the schema that describes a value."""
    schema = _schema()
    for step in path:
        if "$ref" in schema:
            schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
        known = schema.get("properties", {})
        schema = (
            schema["items"] if isinstance(step, int) else known.get(step) or schema["additionalProperties"]
        )
    if "description" not in schema:
        schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _wrong(rule: str, value: Any) -> str:
    if rule in {"minItems", "maxItems"}:
        return "are none" if not value else "are too many"
    if isinstance(value, str) and not value.strip():
        return "is empty"
    if rule == "maxLength":
        return "is too long"
    if isinstance(value, (dict, list)):
        return "has a value of another kind"
    text = json.dumps(value, ensure_ascii=False)
    return f"can't be {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"


def _name(path: tuple[str | int, ...]) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "the manifest")


def _place(path: tuple[str | int, ...]) -> str:
    name = _name(path)
    return {"section": "a section", "item": "an item"}.get(name, name)
