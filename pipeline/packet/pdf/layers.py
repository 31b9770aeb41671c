"""Layers of the annexes (optional content, ISO 32000-1, 8.11): what one hides, the packet hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String


def write_layers(pdf: Pdf, properties: Sequence[Any]) -> None:
    """Write the layers of all parts into the catalog, each in the state that its file opens in.

    :param properties: the ``OCProperties`` of the parts that have some, objects of `pdf`.
    """
    groups: dict[tuple[int, int], Any] = {}
    off: dict[tuple[int, int], Any] = {}
    for one in properties:
        own = _groups(one.get("/OCGs"))
        default = one.get("/D", Dictionary())
        groups |= {group.objgen: group for group in own}
        if default.get("/BaseState") == Name.OFF:
            shown = {group.objgen for group in _groups(default.get("/ON"))}
            off |= {group.objgen: group for group in own if group.objgen not in shown}
        else:
            off |= {group.objgen: group for group in _groups(default.get("/OFF"))}
    if not groups:
        return
    for group in groups.values():
        if not isinstance(group.get("/Name"), String):
            group.Name = String("?")
    # Every configuration has a name and lists all groups, and nothing switches by itself (ISO 19005-3, 6.9).
    listed = list(groups.values())
    default = Dictionary(Name=String("Default"), Order=Array(listed))
    if off:
        default.OFF = Array(list(off.values()))
    pdf.Root.OCProperties = Dictionary(OCGs=Array(listed), D=default)


def _groups(value: Any) -> list[Any]:
    listed = list(value) if isinstance(value, Array) else []
    return [one for one in listed if isinstance(one, Dictionary) and one.is_indirect]
