"""The words of a marking in the titles of a manifest: readers take a paper to be marked as they say."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Finding
from pipeline.packet.manifest.contents import Manifest
from pipeline.tree import markings


def said_markings(manifest: Manifest, given: Manifest) -> Iterator[Finding]:
    """Titles with the words of a marking that is higher than that of what they are titles of.

    :param manifest: whole: its markings are known.
    :param given: the same, as it was written: titles that are the articles' own are looked at there.
    """
    info, source = manifest.info, str(manifest.info.source)
    cover = (info.title, info.subtitle, info.recipient, info.meeting, info.originator)
    texts = [("the packet", info.marking, manifest.marking_line, text) for text in cover]
    for section in manifest.sections:
        texts += [("the packet", info.marking, section.line, text) for text in (section.tab, section.title)]
    for item, own in zip(manifest.items, given.items, strict=True):
        title = own.title if own.kind != "note" else ""  # which is looked at as that of its article
        texts += [("the item", item.marking, item.line, text) for text in (own.tab, title)]
    for what, marking, line, text in dict.fromkeys(texts):
        found = markings.said_above(text, marking)
        if found:
            message = said(text, found, what, marking)
            yield Finding("marking-said", source, line, message)


def said(text: str, found: str, what: str, marking: str) -> str:
    """What to say of a title that has the words of a marking."""
    marked = f'is marked "{marking}"' if marking else "has no marking"
    return f'"{text[:60]}" says "{found}", and {what} {marked}: write marking = "{found}", if it is so'
