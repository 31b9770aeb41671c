"""The front matter of a packet: cover sheet, index, and a divider for each section.

It is XHTML, the same for both editions. For print it is set as articles are: one house style, tagged,
PDF/A-3a and PDF/UA-1. Its blocks are numbered, so that the ebook finds where the pages of print begin.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import takewhile
from typing import Final

from pipeline.findings import Finding
from pipeline.look.edition_sheets import sheets
from pipeline.packet.base.model import BASE, PacketInfo, Row, is_late, packet_metadata
from pipeline.packet.front.letterhead import Letterhead
from pipeline.tree.labels import direction_of, labels_for
from pipeline.tree.metadata import Metadata
from pipeline.write.engine.render import dated, watched
from pipeline.write.pdf.finish import finish
from pipeline.write.print.layout import layout
from pipeline.write.print.page_starts import PageStart, page_starts
from pipeline.write.xhtml.attributes import BLOCK
from pipeline.write.xhtml.dialect import PRINT
from pipeline.write.xhtml.document import long_date, page

LONG_TITLE: Final = 60
"""Characters of a title above which it is set smaller."""

Link = Callable[[str], str | None]
"""Gives the address of a part by its name; ``None`` for a part that the edition does not mention."""


@dataclass(frozen=True)
class Leaf:
    """A piece of front matter that is set: the PDF, how many pages it has, and where they begin."""

    pdf: bytes
    page_count: int
    starts: tuple[PageStart, ...]


def in_print(name: str) -> str:
    """The address of a part in the printed packet, as stitching knows it."""
    return f"{BASE}#{name}"


def cover(info: PacketInfo, mark: Letterhead | None = None, volume: str = "") -> str:
    """The body of the cover sheet: who has put together what, for whom and when.

    :param mark: the letterhead of the desk, if it has one.
    :param volume: what is said of the volume that it is the cover of.
    """
    labels, number = labels_for(info.language), itertools.count(1)
    size = "long" if len(info.title) > LONG_TITLE else "short"
    parts = [f'<section class="packet-cover {size}" {block(number)}>\n']
    if mark is not None:
        parts.append(f'<div class="letterhead" {block(number)}>{mark.element()}</div>\n')
    if info.originator:
        parts.append(f'<p class="packet-originator" {block(number)}>{escape(info.originator)}</p>\n')
    parts.append(f"<h1 {block(number)}>{escape(info.title)}</h1>\n")
    if info.subtitle:
        parts.append(f'<p class="subtitle" {block(number)}>{escape(info.subtitle)}</p>\n')
    if volume:
        parts.append(f'<p class="packet-volume" {block(number)}>{escape(volume)}</p>\n')
    facts = [
        (labels["packet-for"], escape(info.recipient)),
        (labels["packet-meeting"], escape(info.meeting)),
        (labels["packet-date"], shown_date(info.date, info.language)),
    ]
    parts.append(f'<table class="packet-facts" {block(number)}>\n<tbody>\n')
    for label, text in facts:
        if text:
            head = f'<th scope="row">{escape(label)}</th>'
            parts.append(f"<tr {block(number)}>{head}<td>{text}</td></tr>\n")
    parts.append("</tbody>\n</table>\n</section>\n")
    return "".join(parts)


def listed(rows: Iterable[Row], *, late: bool = True) -> list[Row]:
    """The lines of the packet's index: of late papers, it has their section only.

    :param late: whether it has that.
    """
    return [row for row in rows if not is_late(row.name) or (late and row.divider)]


def section_rows(rows: Sequence[Row], name: str) -> list[Row]:
    """The line of a section and those of what is in it."""
    at = next(index for index, row in enumerate(rows) if row.name == name)
    return [rows[at], *takewhile(lambda row: not row.divider, rows[at + 1 :])]


def index(info: PacketInfo, rows: Sequence[Row], link: Link, section: Row | None = None) -> str:
    """The body of the index: a line for each section and each item, with links to it.

    Columns that would be empty from top to bottom are left out.

    :param section: the section of late papers that it is the index of; by default it is that of the packet.
    """
    labels, number = labels_for(info.language), itertools.count(1)
    marked, dated_rows = any(row.marking for row in rows), any(row.date for row in rows)
    heads = ["tab", "title", *(["date"] if dated_rows else []), *(["marking"] if marked else [])]
    heads += [*(["volume"] if any(row.volume for row in rows) else []), "page"]
    cells = "".join(
        f'<th scope="col" class="packet-{head}">{escape(labels[f"packet-{head}"])}</th>' for head in heads
    )
    parts = [f'<section class="packet-index" {block(number)}>\n']
    if section is not None and section.tab:
        parts.append(f'<p class="packet-divider-tab" {block(number)}>{escape(section.tab)}</p>\n')
    title = labels["packet-index"] if section is None else section.title
    parts += [
        f"<h1 {block(number)}>{escape(title)}</h1>\n<table {block(number)}>\n",
        f"<thead>\n<tr {block(number)}>{cells}</tr>\n</thead>\n<tbody>\n",
    ]
    for row in rows:
        atts = block(number)
        if row.page and link(row.name) is None:
            continue
        values = {
            "tab": escape(row.tab),
            "title": _linked(row, escape(row.title), link, info.language) + _to_follow(row, labels),
            "date": shown_date(row.date, info.language) if row.date else "",
            "marking": f'<span class="marking">{escape(row.marking)}</span>' if row.marking else "",
            "volume": str(row.volume or ""),
            "page": _linked(row, row.shown, link, info.language) if row.page else "",
        }
        kind = ' class="packet-section"' if row.divider else ""
        tags = [("th", ' scope="row"') if head == "tab" else ("td", "") for head in heads]
        cells = "".join(
            f'<{tag}{scope} class="packet-{head}">{values[head]}</{tag}>'
            for head, (tag, scope) in zip(heads, tags, strict=True)
        )
        parts.append(f"<tr{kind} {atts}>{cells}</tr>\n")
    parts.append("</tbody>\n</table>\n</section>\n")
    return "".join(parts)


def divider(info: PacketInfo, rows: Sequence[Row], link: Link) -> str:
    """The body of a divider: tab and title of a section, and what is in it; of late papers, an index.

    :param rows: the section's own, then those of its items.
    """
    first, *others = rows
    if is_late(first.name):
        return index(info, others, link, first)
    labels, number = labels_for(info.language), itertools.count(1)
    parts = [f'<section class="packet-divider" {block(number)}>\n']
    if first.tab:
        parts.append(f'<p class="packet-divider-tab" {block(number)}>{escape(first.tab)}</p>\n')
    parts += [f"<h1 {block(number)}>{escape(first.title)}</h1>\n", f"<ul {block(number)}>\n"]
    for row in others:
        atts = block(number)
        if row.page and link(row.name) is None:
            continue
        tab = f'<span class="packet-tab">{escape(row.tab)}</span> ' if row.tab else ""
        shown, kind = row.shown, ""
        if row.volume != first.volume:
            kind = ' class="packet-elsewhere"'
            shown = labels["packet-in-volume"].format(volume=row.volume, page=shown)
        where = f' <span class="packet-page">{shown}</span>' if row.page else ""
        text = f"{tab}{escape(row.title)}{_to_follow(row, labels)}{where}"
        parts.append(f"<li{kind} {atts}>{_linked(row, text, link, info.language)}</li>\n")
    parts.append("</ul>\n</section>\n")
    return "".join(parts)


def set_leaf(
    info: PacketInfo,
    name: str,
    title: str,
    body: str,
    findings: list[Finding],
    mark: Letterhead | None = None,
) -> Leaf:
    """Set a piece of front matter for print.

    :param name: of the part; it also is a class, by which ``styles/packet.css`` knows it.
    :param title: of the file.
    :param body: of `cover`, `index` or `divider`.
    :param findings: gets what the typesetter warns about.
    :param mark: the letterhead that the body names.
    """
    source = str(info.source)
    running = f'<p class="running running-title">{escape(info.title)}</p>\n' if name != "cover" else ""
    text = page(
        title,
        info.language,
        f'<article class="article" lang="{escape(info.language)}">\n{running}{body}</article>\n',
        classes=f"{PRINT.name} packet",
    )
    names = ("theme", "text", "print", f"paper/{info.paper}", "packet", "packet-print")
    files = {mark.address: mark.data} if mark is not None else {}
    document = layout(text, sheets(*names), files, info.date, source, findings)
    with dated(info.date), watched(source, findings):
        data = finish(document, _metadata(info, title))
    return Leaf(data, len(document.pages), page_starts(document))


def _linked(row: Row, text: str, link: Link, language: str) -> str:
    """Text that leads to the part of a row, where it has pages."""
    foreign = ""
    if row.language.lower() != language.lower() and text != row.shown:
        tag = escape(row.language)
        foreign = f' lang="{tag}" xml:lang="{tag}" dir="{direction_of(row.language)}"'
    if not row.page:
        return f"<span{foreign}>{text}</span>" if foreign else text
    address = escape(link(row.name) or "")
    return f'<a class="reference internal" href="{address}"{foreign}>{text}</a>'


def _to_follow(row: Row, labels: dict[str, str]) -> str:
    """What stands behind the title of a paper that is not there yet."""
    if not row.to_follow:
        return ""
    return f' <span class="packet-to-follow">({escape(labels["packet-to-follow"])})</span>'


def shown_date(date: datetime.date, language: str) -> str:
    """A date as XHTML, as people write it."""
    return f'<time datetime="{date.isoformat()}">{escape(long_date(date, language))}</time>'


def block(number: Iterator[int]) -> str:
    """The attribute that numbers a block."""
    return f'{BLOCK}="{next(number)}"'


def _metadata(info: PacketInfo, title: str) -> Metadata:
    """The record of a piece of front matter, as that of an article."""
    return replace(packet_metadata(info), title=title, short_title=title, subtitle="", description="")
