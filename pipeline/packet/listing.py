"""What a packet lists: the lines of its index, and what references to its tabs lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.packet.base.model import Row, page_address
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.base.volumes import Volumes
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.versions import letters
from pipeline.tree.numbering.tabs import TabPlace, Tabs, tab_key


def rows_of(
    manifest: Manifest,
    plan: Plan,
    counts: Mapping[str, int],
    volumes: Volumes,
    changes: tuple[str, str] = ("", ""),
) -> list[Row]:
    """The lines of the index: sections, items, files that travel inside.

    :param counts: how many pages each part has, by name.
    :param changes: name and title of the section on changes; empty where there is none.
    """
    language, found = manifest.info.language, []
    for section in manifest.sections:
        page = plan.starts[section.name]
        values = (section.tab, section.title, None, "", page, page, language)
        found.append(Row(section.name, True, *values))
        for item in section.items:
            page = plan.starts[item.name]
            last = page + counts[item.name] - 1
            own = (item.tab, item.title, item.date, item.marking, page, last, item.language)
            found.append(Row(item.name, False, *own, to_follow=item.to_follow))
        for one in section.enclosed:
            found.append(Row(one.name, False, one.tab, one.title, None, one.marking, 0, 0, one.language))
    name, title = changes
    if name:
        page = plan.starts[name]
        last = page + counts[name] - 1
        found.append(Row(name, True, last_tab(manifest), title, None, "", page, last, language))
    held = {name: one.number for one in volumes for name in one.names}
    if held:  # a file that travels inside is in the first
        found = [replace(row, volume=held.get(row.name, 1)) for row in found]
    return plan.numbered(found)


def last_tab(manifest: Manifest) -> str:
    """The tab of the last section: the letter that follows those of the others, unless it is taken."""
    tab = letters(len(manifest.sections))
    taken = {section.tab for section in manifest.sections}
    return "" if tab in taken | {item.tab for item in manifest.items} else tab


def tabs_of(manifest: Manifest, plan: Plan, rows: Sequence[Row]) -> Tabs:
    """What is filed in the packet, and on which pages."""
    kept = {item.name: item.reserve for item in manifest.items}
    gone = {tab_key(tab): TabPlace(tab, "", 0, 0) for tab in manifest.gone}
    return gone | {
        tab_key(row.tab): TabPlace(
            *(row.tab, page_address(row.name), row.page),
            max(row.last - row.page + 1, kept.get(row.name, 0)),
            plan.numbers[row.page - 1 :] if row.page else (),
            row.volume,
        )
        for row in rows
        if row.tab
    }
