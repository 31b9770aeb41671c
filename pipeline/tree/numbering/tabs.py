"""References to what is filed in a packet (``:tab:`C.2, p. 14```).

In an article's own editions they are words; in those of a packet they are links that name the packet's page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from docutils import nodes

from pipeline.findings import Finding, suggest
from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import tab_reference
from pipeline.tree.report import line_of, source_of


@dataclass(frozen=True)
class TabPlace:
    """What is filed under a tab.

    :param address: of a link to it; ``{page}`` stands for a page of it, from 1. Empty where there is no link.
    :param page: of the packet, on which it begins; 0 for what this version of the packet leaves out, so that
        references to it stay words.
    :param count: how many pages it has.
    :param numbers: what its pages bear, where that is not their place in the packet.
    :param volume: of the packet, where that is another one than that of the article; 0 otherwise.
    """

    tab: str
    address: str
    page: int
    count: int
    numbers: tuple[str, ...] = ()
    volume: int = 0


Tabs = Mapping[str, TabPlace]
"""What is filed in a packet, by `tab_key`."""


def tab_key(tab: str) -> str:
    """A tab as it is looked up: capitals and spaces are no difference."""
    return " ".join(tab.split()).casefold()


def tabs_in(tabs: Tabs, volume: int) -> Tabs:
    """What is filed, as an article in a volume of the packet refers to it: of its own it does not speak.

    :param volume: of the article; 0 where the packet is one file.
    """
    return {
        key: replace(place, volume=0 if place.volume == volume else place.volume)
        for key, place in tabs.items()
    }


def refers_to_tabs(document: nodes.document) -> bool:
    """Whether an article refers to a tab of a packet."""
    return document.next_node(tab_reference) is not None


def lead_to_tabs(document: nodes.document, tabs: Tabs) -> list[Finding]:
    """Make links of the references to tabs, which name the page of the packet.

    :returns: what is wrong with them; such a reference is left as it was.
    """
    language, findings = metadata_of(document).language, list[Finding]()
    labels = labels_for(language)
    for node in list(document.findall(tab_reference)):
        place = tabs.get(tab_key(node["title"]))
        if place is not None and not place.page:
            continue
        message = _fault(node, place, tabs)
        if place is None or message:
            source = str(source_of(node) or "<text>")
            findings.append(Finding("packet-tab-unknown", source, line_of(node), message))
            continue
        within = max(node["start"], 1) - 1
        page = place.numbers[within] if place.numbers else place.page + within
        label = labels["tab-volume-page" if place.volume else "tab-page"]
        text = label_node(label.format(tab=place.tab, volume=place.volume, page=page), language)
        before = node["prefix"]
        words = [nodes.Text(f"{before} ("), text, nodes.Text(")")] if before else [text]
        address = place.address.format(page=max(node["start"], 1))
        kind = (
            nodes.reference(node.rawsource, "", refuri=address, internal=True)
            if address
            else nodes.inline(node.rawsource, "")
        )
        kind += words
        node.replace_self(kind)
    return findings


def _fault(node: tab_reference, place: TabPlace | None, tabs: Tabs) -> str:
    if place is None:
        known = {key: one.tab for key, one in tabs.items()}
        near = suggest(node["title"], known.values())
        return f'the packet has no tab "{node["title"]}"{near}'
    if node["start"] > place.count:
        pages = "one page" if place.count == 1 else f"{place.count} pages"
        return f'what is filed under tab "{place.tab}" has {pages}: there is no page {node["start"]}'
    return ""
