"""What has changed since an earlier packet, as the last section of the new one."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Final

from pipeline.packet.base.model import PacketInfo, Row
from pipeline.packet.front.matter import Link, block, shown_date
from pipeline.packet.stitch.comparison import Change, ItemChange
from pipeline.tree.labels import labels_for
from pipeline.write.xhtml.document import long_date

_WORDS: Final = re.compile(r"\S+\s*")


def changes(
    info: PacketInfo, since: date, found: Sequence[ItemChange], rows: Mapping[str, Row], link: Link
) -> str:
    """The body of the section.

    :param since: date of the earlier packet.
    :param found: what has changed.
    :param rows: the lines of the index, by the names of the items.
    """
    labels, number = labels_for(info.language), itertools.count(1)
    when = labels["packet-since"].format(date=shown_date(since, info.language))
    parts = [
        f'<section class="packet-changes" {block(number)}>\n',
        f"<h1 {block(number)}>{escape(labels['packet-changes'])}</h1>\n<p {block(number)}>{when}</p>\n",
    ]
    whole = [change for change in found if change.what != "changed"]
    if not found:
        parts.append(f"<p {block(number)}>{escape(labels['packet-unchanged'])}</p>\n")
    if whole:
        parts.append(f"<ul {block(number)}>\n")
        for change in whole:
            what = escape(labels[f"packet-{change.what}"])
            item = _item(change, rows, link)
            parts.append(f"<li {block(number)}>{what}: {item}</li>\n")
        parts.append("</ul>\n")
    for change in found:
        if change.what == "changed":
            parts.append(f"<h2 {block(number)}>{_item(change, rows, link)}</h2>\n")
            parts += _table(change.changes, labels, number, info.language)
    parts.append("</section>\n")
    return "".join(parts)


def _item(change: ItemChange, rows: Mapping[str, Row], link: Link) -> str:
    """Tab and title of an item, and a link where it is in the packet."""
    row = rows.get(change.item.name) if change.what != "removed" else None
    text = escape(f"{change.item.tab} {change.item.title}".strip())
    address = link(row.name) if row is not None else None
    if row is None or not row.page or address is None:
        return text
    return f'<a class="reference internal" href="{escape(address)}">{text} · {row.shown}</a>'


def _table(
    found: Sequence[Change], labels: dict[str, str], number: Iterator[int], language: str
) -> Iterator[str]:
    heads = "".join(
        f'<th scope="col">{escape(labels[key])}</th>'
        for key in ("packet-where", "packet-before", "packet-now")
    )
    yield f'<table class="packet-change" {block(number)}>\n<thead>\n'
    yield f"<tr {block(number)}>{heads}</tr>\n</thead>\n<tbody>\n"
    for change in found:
        before, now = _marked(_plain(change, change.before, language), _plain(change, change.now, language))
        where = escape(_where(change, labels))
        cells = f'<th scope="row">{where}</th><td>{before}</td><td>{now}</td>'
        yield f"<tr {block(number)}>{cells}</tr>\n"
    yield "</tbody>\n</table>\n"


def _plain(change: Change, text: str, language: str) -> str:
    """A text as it is shown: a date in the form of the language."""
    is_date = change.kind == "item" and change.where == "packet-date" and text
    return long_date(date.fromisoformat(text), language) if is_date else text


def _where(change: Change, labels: dict[str, str]) -> str:
    if change.kind == "note":
        return f"{labels['note']} {change.where}"
    if change.kind == "item":
        return labels[change.where]
    return change.where


def _marked(before: str, now: str) -> tuple[str, str]:
    """Two texts, as XHTML, with the words that differ made strong; a dash for one that is not there."""
    if not before or not now:
        return escape(before) or "–", escape(now) or "–"
    one, two = _WORDS.findall(before), _WORDS.findall(now)
    first, second = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        first.append(_strong("".join(one[i:j]), tag != "equal"))
        second.append(_strong("".join(two[k:m]), tag != "equal"))
    return "".join(first), "".join(second)


def _strong(text: str, strong: bool) -> str:
    words = text.rstrip()
    if not strong or not words:
        return escape(text)
    return f"<strong>{escape(words)}</strong>{text[len(words) :]}"
