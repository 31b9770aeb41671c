"""Late papers are written into the manifest of their packet, so that a packet that is made anew has them.

They stand in sections of their own, ``late = true``, at the end of the file. What a desk officer has written
stays as it is, byte for byte: TOML has no writer that keeps comments, order and spaces for certain, so that
lines are put between those that are there, and the result is read back.
"""

from __future__ import annotations

import itertools
import json
import posixpath
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.files.confined import OutsideError, name_below
from pipeline.packet.manifest.toml_lines import Lines
from pipeline.packet.manifest.versions import Version, tabbed, versions_in

FOLDER: Final = "late"
"""The folder beside a manifest that gets the papers that lie elsewhere."""
_SEARCHED: Final = 10_000
_FAULTS: Final = "the manifest has faults: put them right first"


class NoPlaceError(ValueError):
    """Lines can't be put into a manifest; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Home:
    """Where a finished packet comes from.

    :param path: the manifest; `root`: the source root.
    :param version: the version of the packet; empty for the whole packet.
    """

    path: Path
    root: Path
    version: str

    @property
    def name(self) -> str:
        """The manifest, from the source root."""
        return self.path.relative_to(self.root).as_posix()


@dataclass(frozen=True)
class LatePaper:
    """An item of a section of late papers.

    :param key: ``pdf``, or ``enclosed`` for a file that travels inside.
    :param file: its file, relative to the manifest.
    :param safe: whether every page becomes a picture.
    :param versions: the versions that it stands in besides the whole packet.
    :param between: whether its pages have letters.
    """

    key: str
    file: str
    title: str
    tab: str
    marking: str
    safe: bool
    versions: Sequence[str] = ()
    between: bool = False

    def values(self) -> dict[str, Any]:
        """Its keys in the manifest."""
        found: dict[str, Any] = {self.key: self.file, "title": self.title, "tab": self.tab}
        if self.marking:
            found["marking"] = self.marking
        if self.safe:
            found["safe"] = True
        if self.between:
            found["between"] = True
        if self.versions:
            found["versions"] = list(self.versions)
        return found


@dataclass(frozen=True)
class LateSection:
    """The section that papers go into: that of this tab, or a new one.

    :param behind: the tab of the item that they stand behind, wherever that is; empty for the end.
    """

    title: str
    tab: str
    behind: str = ""


def home_of(root: Path, source: str, name: str, known: Collection[str]) -> Home | None:
    """The manifest that a packet was made of.

    :param root: the source root of the desk that the packet lies in.
    :param source: the name of the manifest, as the packet's record has it, and `name`, that of the packet.
    :param known: names of files that travel inside the packet, from the source root: the manifest may be one.
    :returns: ``None`` where there is none of that name, or more than one.
    """
    stem = source.removesuffix(".toml")
    found = []
    for path in itertools.islice(root.rglob("*.toml"), _SEARCHED):
        if (
            path.name == source
            and path.is_file()
            and path.resolve() == root.resolve() / path.relative_to(root)
        ):
            found += [
                Home(path, root, version)
                for version in versions_in(path)
                if name == (f"{stem}-{version}" if version else stem)
            ]
    inside = [home for home in found if home.name in known]
    found = inside or found
    return found[0] if len(found) == 1 else None


def with_late(data: bytes, section: LateSection, papers: Sequence[LatePaper]) -> bytes:
    """A manifest with late papers; everything that was there keeps its bytes.

    :param data: the manifest.
    :raises NoPlaceError: when its form has no room for them.
    """
    before = loaded(data)
    end = "\r\n" if b"\r\n" in data else "\n"
    sections = before.get("section", [])
    place = _behind(before, section.behind) if section.behind else _place_of(sections, section.tab)
    lines = [] if place is not None else ["[[section]]", *_pairs({"title": section.title})]
    if place is None:
        lines += [*_pairs({"tab": section.tab, "late": True}), ""]
    for paper in papers:
        lines += ["[[section.item]]", *_pairs(paper.values()), ""]
    at = len(data) if place is None else _end_of(data, *place)
    head, tail = data[:at], data[at:]
    gap = "" if head.endswith((b"\n\n", b"\r\n\r\n")) else end if head.endswith(b"\n") else end * 2
    text = gap + end.join(lines)
    if tail and not tail.startswith((b"\n", b"\r\n")):
        text += end
    made = head + text.encode() + tail
    _prove(before, made, place, section, papers)
    return made


def item_in(data: dict[str, Any], tab: str, home: Home) -> dict[str, Any]:
    """The keys of the item that has a tab, in the version of a packet.

    :param data: what its manifest says.
    :raises NoPlaceError: when there is none, or the manifest has faults.
    """
    filed_in(data)
    text = home.path.read_text(encoding="utf-8-sig")
    if home.version:
        data = Version(data, home.version, Lines(text), str(home.path)).applied()
        for section in filter(None, data["section"]):
            for item in filter(None, section["item"]):
                if str(item.get("tab", "")).casefold() == tab.casefold():
                    return dict(item)
    else:
        for own, (index, number) in tabbed(data):
            if number is not None and own.casefold() == tab.casefold():
                return dict(data["section"][index]["item"][number])
    raise NoPlaceError(f'the manifest has no tab "{tab}" any more: make the packet anew')


def with_values(data: bytes, tab: str, values: dict[str, Any]) -> bytes:
    """A manifest in which the item of a tab has keys more; everything that was there keeps its bytes.

    :raises NoPlaceError: when its form has no room for them.
    """
    before = loaded(data)
    filed_in(before)
    index, number = next(
        place for own, place in tabbed(before) if place[1] is not None and own.casefold() == tab.casefold()
    )
    assert number is not None
    at, end = _end_of(data, index, number), "\r\n" if b"\r\n" in data else "\n"
    gap = "" if data[:at].endswith(b"\n") else end
    made = data[:at] + (gap + "".join(f"{line}{end}" for line in _pairs(values))).encode() + data[at:]
    before["section"][index]["item"][number] |= values
    _hold(made, before)
    return made


def filed_in(data: dict[str, Any]) -> tuple[set[str], str]:
    """The tabs that a manifest gives, in small letters; and the tab of its last section of late papers."""
    try:
        tabs = {tab.casefold() for tab, _ in tabbed(data)}
        late = [section["tab"] for section in data["section"] if section.get("late") and "tab" in section]
    except (KeyError, TypeError, AttributeError) as error:
        raise NoPlaceError(_FAULTS) from error
    return tabs, late[-1] if late else ""


def held_in(data: dict[str, Any], tab: str) -> int:
    """How many items a section of late papers has, those included that the version at hand leaves out.

    :param tab: of the section.
    """
    place = _place_of(data.get("section", []), tab) if tab else None
    return place[1] + 1 if place is not None else 0


def lettered_behind(data: dict[str, Any], tab: str) -> int:
    """How many papers with letters stand behind an item, those included that the version at hand leaves out.

    :param tab: of the item, or of one of those papers.
    :raises NoPlaceError: when there is no such tab.
    """
    index, number = _behind(data, tab)
    items = data["section"][index]["item"][: number + 1]
    return len(list(itertools.takewhile(lambda item: item.get("between"), reversed(items))))


def file_for(
    path: Path, home: Home, data: bytes, ending: str, others: Mapping[Path, bytes]
) -> tuple[str, Path | None]:
    """Which file of the source root a paper is.

    :param path: the paper, wherever it lies; `data`: what is in it.
    :param ending: what the name has to end in; empty for anything.
    :param others: copies that are going to be put there.
    :returns: its name, relative to the manifest; and where a copy has to be put, ``None`` where it lies below
        the source root, or a copy of it is there.
    """
    folder = home.path.parent
    real, root = path.resolve(), home.root.resolve()
    if real.is_relative_to(root) and real.name.lower().endswith(ending):
        name = posixpath.relpath(real.as_posix(), folder.resolve().as_posix())
        try:
            name_below(name, folder.relative_to(home.root).as_posix())
            return name, None
        except OutsideError:
            pass
    stem, suffix = path.stem, path.suffix
    if not path.name.lower().endswith(ending):
        stem, suffix = path.name, ending
    stem = "".join(letter if letter.isalnum() or letter in " -_.,()+" else "-" for letter in stem).strip(" .")
    for number in itertools.count(1):
        name = f"{stem or 'paper'}{'' if number == 1 else f'-{number}'}{suffix}"
        target = folder / FOLDER / name
        if others.get(target, data) != data:
            continue
        if not target.exists() and not target.is_symlink():
            return f"{FOLDER}/{name}", target
        if target.is_file() and target.read_bytes() == data:
            return f"{FOLDER}/{name}", None
    raise AssertionError  # count has no end


def loaded(data: bytes) -> dict[str, Any]:
    """What a manifest says.

    :raises NoPlaceError: when it is no TOML.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NoPlaceError(_FAULTS) from error


def _pairs(values: dict[str, Any]) -> list[str]:
    """Lines of TOML. A string of JSON is one of TOML as well: no text here has control characters."""
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def _place_of(sections: Sequence[dict[str, Any]], tab: str) -> tuple[int, int] | None:
    """The places of the section of late papers with a tab, and of its last item."""
    for index, section in enumerate(sections):
        if section.get("late") and str(section.get("tab", "")).casefold() == tab.casefold():
            return index, len(section.get("item", ())) - 1
    return None


def _behind(data: dict[str, Any], tab: str) -> tuple[int, int]:
    """Where papers with letters go behind a tab: the places of its section and of the item before them."""
    filed_in(data)
    for own, (index, number) in tabbed(data):
        if number is not None and own.casefold() == tab.casefold():
            items = data["section"][index]["item"]
            while number + 1 < len(items) and items[number + 1].get("between"):
                number += 1
            return index, number
    raise NoPlaceError(f'the manifest has no tab "{tab}": put the paper into it by hand')


def _end_of(data: bytes, section: int, item: int) -> int:
    """Where an item ends: behind the line of its last value."""
    last = Lines(data.decode("utf-8-sig").replace("\r\n", "\n")).end("section", section, "item", item)
    return len(b"".join(re.findall(rb"[^\n]*\n|[^\n]+", data)[:last]))


def _prove(
    before: dict[str, Any],
    made: bytes,
    place: tuple[int, int] | None,
    section: LateSection,
    papers: Sequence[LatePaper],
) -> None:
    """Hold that the manifest says what it said, and the late papers."""
    items = [paper.values() for paper in papers]
    own = {"title": section.title, "tab": section.tab, "late": True, "item": items}
    sections = list(before.get("section", []))
    if place is None:
        sections.append(own)
    else:
        index, number = place
        there = sections[index].get("item", [])
        sections[index] = {**sections[index], "item": [*there[: number + 1], *items, *there[number + 1 :]]}
    _hold(made, {**before, "section": sections})


def _hold(made: bytes, wanted: dict[str, Any]) -> None:
    """Hold that a manifest says what it has to.

    :raises NoPlaceError: when it does not.
    """
    try:
        now = tomllib.loads(made.decode("utf-8-sig"))
    except ValueError:
        now = {}
    if now != wanted:
        raise NoPlaceError(
            'the manifest has a form that nothing can be added to: begin each section with "[[section]]", '
            'each item with "[[section.item]]"'
        )
