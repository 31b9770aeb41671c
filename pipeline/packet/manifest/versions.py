"""Versions of a packet from one manifest: ``[version.public]`` leaves items out and changes others.

The tabs stay what they are in the whole packet: who has tab C.3 in one version finds it there in any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from typing import Any, Final

from pipeline.findings import Finding, suggest
from pipeline.packet.manifest.toml_lines import Lines, Path
from pipeline.tree import markings
from pipeline.tree.note_order import letter

ALL: Final = "all"
"""Stands for the whole packet and each of its versions, where a version is named."""
LEFT_OUT: Final = "left-out"
"""The key that marks an item of which only blank pages stay."""
_OF_PACKET: Final = (
    *("title", "subtitle", "for", "meeting", "originator", "marking", "identifier", "password-from"),
    "volumes",
)
_SOURCE: Final = ("article", "pdf", "image", "note", "pages", "password-from", "alt")
"""Keys that belong to the file of an item: who gives another file gives them anew."""


def letters(index: int) -> str:
    """A, B … Z, AA, AB …; from 0."""
    return letter(index + 1).upper()


def ordinals(items: Iterable[dict[str, Any] | None]) -> Iterator[str]:
    """What stands for each item in its tab and its name: 1, 2, and 2a for one between 2 and 3.

    :param items: ``None`` for one that a version leaves out; an empty table for one between others.
    """
    number, between = 0, 0
    for item in items:
        if item is not None and (not item or item.get("between")):
            between += 1
            yield f"{number}{letters(between - 1).lower()}"
        else:
            number, between = number + 1, 0
            yield str(number)


_Member = tuple[int, int | None]
"""A section, or an item of it: its place in the manifest, from 0."""


def tabbed(data: dict[str, Any]) -> Iterator[tuple[str, _Member]]:
    """The tab of each section and item, in the order of the packet, with its place in the manifest."""
    for index, section in enumerate(data["section"]):
        tab = section.get("tab") or letters(index)
        yield tab, (index, None)
        for number, (item, ordinal) in enumerate(
            zip(section["item"], ordinals(section["item"]), strict=True)
        ):
            yield item.get("tab") or f"{tab}.{ordinal}", (index, number)


def versions_in(path: FilePath) -> list[str]:
    """The whole packet, as an empty name, and the versions of a manifest; of one that can't be read, none."""
    try:
        versions = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("version", {})
    except (OSError, ValueError, RecursionError):
        versions = {}
    return ["", *versions] if isinstance(versions, dict) else [""]


def late_faults(data: dict[str, Any], lines: Lines, source: str) -> list[Finding]:
    """What is wrong with the versions that late papers are said to stand in.

    :param data: of a manifest, as the schema says.
    :param source: the manifest, for the findings.
    """
    found = []
    known = list(data.get("version", {}))
    for index, section in enumerate(data["section"]):
        for number, item in enumerate(section["item"]):
            line = lines.at("section", index, "item", number, "versions")
            if "versions" in item and not (section.get("late") or item.get("between")):
                message = (
                    '"versions" belongs to a late paper: what a version has not is named in its "leave-out"'
                )
                found.append(Finding("packet-key-unknown", source, line, message))
            for name in item.get("versions", ()):
                if name not in known:
                    message = f'the manifest has no version "{name}"{suggest(name, known)}'
                    found.append(Finding("packet-version", source, line, message))
    return found


class Version:
    """A version of a packet, made of the data of its manifest, which are as the schema says.

    :param source: the manifest, for the findings.
    :ivar gone: the tabs of what is left out, once it is applied; `keeps`: whether pages keep their numbers.
    """

    def __init__(self, data: dict[str, Any], name: str, lines: Lines, source: str) -> None:
        self.data, self.name, self.lines, self.source = data, name, lines, source
        self.findings: list[Finding] = []
        self.gone: list[str] = []
        self.keeps = False
        self.places = {tab.casefold(): place for tab, place in reversed(list(tabbed(data)))}

    def applied(self) -> dict[str, Any]:
        """The data of the version, and findings where it names what is not there.

        A section or an item that is left out is ``None`` in its array, so that the others keep their places.
        """
        versions = self.data.get("version", {})
        if self.name not in versions:
            there = f": there are {', '.join(versions)}" if versions else ""
            message = f'the manifest has no version "{self.name}"{suggest(self.name, versions) or there}'
            self.findings.append(Finding("packet-version", self.source, None, message))
            return self.data
        own = versions[self.name]
        data = {key: value for key, value in self.data.items() if key != "version"}
        # The whole packet's marking and sources would say too much, or travel where they must not.
        data.pop("marking", None)
        data["sources"] = own.get("sources", False)
        data |= {key: own[key] for key in _OF_PACKET if key in own}
        for key in _OF_PACKET:
            self._move(("version", self.name, key), (key,))
        data["section"] = self._sections(own)
        return data

    def _sections(self, own: dict[str, Any]) -> list[Any]:
        sections = [dict(section) for section in self.data["section"]]
        for tab, (index, item) in tabbed(self.data):
            at = sections[index]
            if item is None:
                at["tab"], at["item"] = tab, [dict(one) for one in at["item"]]
            else:
                at["item"][item]["tab"] = tab
        for number, change in enumerate(own.get("item", ())):
            self._change(sections, number, change)
        keep = self.keeps = own.get("pages", "close") == "keep"
        found: list[Any] = sections
        for index, section in enumerate(self.data["section"]):
            for number, item in enumerate(section["item"]):
                # A late paper was attached to one packet: it is in no other that nobody named.
                late = section.get("late") or item.get("between")
                if late and self.name not in item.get("versions", ()):
                    self._leave_out(found, (index, number), keep=keep)
        for number, tab in enumerate(own.get("leave-out", ())):
            place_out = self._place(tab, "version", self.name, "leave-out", number)
            if place_out is not None:
                self._leave_out(found, place_out, keep=keep)
        there = {
            tab.casefold()
            for section in found
            if section
            for tab in (section["tab"], *(item["tab"] for item in section["item"] if item))
        }
        self.gone = [tab for tab, _ in tabbed(self.data) if tab.casefold() not in there]
        if not any(found):
            self._report(f'nothing is left in the version "{self.name}"', "version", self.name)
        return found

    def _change(self, sections: list[dict[str, Any]], number: int, change: dict[str, Any]) -> None:
        """Give an item the values of the version."""
        here = ("version", self.name, "item", number)
        index, item = self._place(change["tab"], *here, "tab") or (None, None)
        if index is None:
            return
        if item is None:
            message = f'"{change["tab"]}" is the tab of a section: a version changes items'
            self._report(message, *here, "tab")
            return
        values = sections[index]["item"][item]
        if any(key in change for key in ("article", "pdf", "image", "note")):
            for key in _SOURCE:
                values.pop(key, None)
        elif "marking" in change and "pages" not in change:
            self._check_marking(str(values.get("marking", "")), str(change["marking"]), *here)
        values |= {key: value for key, value in change.items() if key != "tab"}
        for key in change:
            self._move((*here, key), ("section", index, "item", item, key))

    def _check_marking(self, whole: str, own: str, *here: str | int) -> None:
        """The same file is not less confidential in one version than in the whole packet."""
        if whole and markings.above(whole, own):
            message = (
                f'the item is marked "{own}" here, and "{whole}" in the whole packet, where it is the same '
                "file: name another file or its pages, or leave the item out"
            )
            line = self.lines.at(*here, "marking")
            self.findings.append(Finding("packet-marking-low", self.source, line, message))

    @staticmethod
    def _leave_out(sections: list[Any], place: _Member, *, keep: bool) -> None:
        index, only = place
        section = sections[index]
        if section is None:
            return
        for number, item in enumerate(section["item"]):
            if item and only in (None, number):
                between = item.get("between")  # it changes no number behind it
                section["item"][number] = {} if between else {**item, LEFT_OUT: True} if keep else None
        if not any(section["item"]):
            sections[index] = None

    def _place(self, tab: str, *named: str | int) -> _Member | None:
        place = self.places.get(tab.casefold())
        if place is None:
            known = {one for one, _ in tabbed(self.data)}
            self._report(f'the packet has no tab "{tab}"{suggest(tab, sorted(known))}', *named)
        return place

    def _move(self, here: Path, there: Path) -> None:
        """Let a value of the version be found on its own line."""
        if here in self.lines.of:
            self.lines.of[there] = self.lines.of[here]

    def _report(self, message: str, *place: str | int) -> None:
        self.findings.append(Finding("packet-version", self.source, self.lines.at(*place), message))
