"""The external PDFs of a packet, each made ready in a process of its own, within limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import limits
from pipeline.article_store import open_store, program_and_look
from pipeline.build import broken
from pipeline.findings import Finding
from pipeline.packet.annex.prepare import Prepared
from pipeline.packet.annex.store import prepare_once
from pipeline.packet.base.model import PacketInfo, Part
from pipeline.packet.base.wishes import Other
from pipeline.packet.manifest.contents import Item


def part_of(item: Item, info: PacketInfo, pdf: Path) -> Part:
    """An item as a part of the packet.

    :param pdf: its file.
    """
    return Part(
        name=item.name,
        title=item.title,
        tab=item.tab,
        kind="annex" if item.kind == "pdf" else "article",
        pdf=pdf,
        level=2,
        marking=item.marking,
        right_hand=item.right_hand,
        language=item.language,
        source=str(info.source),
        line=item.line,
        reserve=item.reserve,
        between=item.between,
    )


def prepare_annexes(
    items: Sequence[Item], info: PacketInfo, allowed: limits.Limits, jobs: int, *, safe: bool = False
) -> tuple[dict[str, Prepared], list[Finding]]:
    """Make external PDFs ready, or take them from the store.

    :param items: those with a PDF.
    :param allowed: time and memory for each.
    :param jobs: how many processes may work at once.
    :param safe: whether every page of all of them becomes a picture.
    :returns: those that can be used, by the names of their items, and what was found in all of them.
    """
    store, program = open_store(), program_and_look()
    others = tuple(
        Other(item.path.name, item.name, item.wishes.pages)
        for item in items
        if item.path is not None and not item.left_out
    )
    calls = [
        (
            part_of(item, info, item.path or Path()),
            store,
            program,
            replace(item.wishes, safe=safe or item.wishes.safe, others=others),
        )
        for item in items
    ]
    prepared, findings = dict[str, Prepared](), list[Finding]()
    for item, outcome in zip(items, limits.run(prepare_once, calls, allowed, jobs), strict=True):
        if isinstance(outcome, limits.Broken):
            findings.append(replace(broken(info.source, outcome, allowed), line=item.line))
            continue
        findings += outcome.findings
        if outcome.page_count:
            prepared[item.name] = outcome
    return prepared, findings
