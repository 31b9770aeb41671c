"""What a build for the browser comes to, and how it is made where nothing is kept for the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import desk, limits, styles
from pipeline.build import Order, Result, Written, broken, build_one
from pipeline.errors import summary_of
from pipeline.findings import Finding
from pipeline.watch.opening import Place
from pipeline.watch.pictures import Page
from pipeline.watch.preview import Preview, preview


@dataclass(frozen=True)
class Seen:
    """What a build has come to, and what the browser shows of it; nothing where it failed."""

    result: Result
    preview: Preview | None


@dataclass(frozen=True)
class Early:
    """What is there while a build still goes on: its pages, and what was found in the text."""

    pages: tuple[Page, ...]
    findings: tuple[Finding, ...]


def failed(path: Path, fault: limits.Broken, order: Order) -> Seen:
    """What is seen of a build that came to no result."""
    return Seen(Result(path, [broken(path, fault, order.limits)], failed=True), None)


def article_made(path: Path, order: Order, pictures: Path) -> Seen:
    """Build an article in a process of its own.

    :param pictures: the folder where pictures of pages are kept.
    """
    for outcome in limits.run(_article, [(path, order, pictures)], order.limits):
        if isinstance(outcome, limits.Broken):
            return failed(path, outcome, order)
        return outcome
    raise AssertionError  # one call, one outcome


def packet_made(path: Path, order: Order, pictures: Path) -> Seen:
    """Make a packet; parameters as for `article_made`."""
    from pipeline.packet.make import PacketOrder, make_packet

    folder = order.folder or Path()
    wanted = PacketOrder(folder, paper=order.paper, limits=order.limits, styles=order.styles, lock=None)
    wanted = replace(wanted, parted=False)  # one file is shown
    try:
        return seen_of(make_packet(path, wanted), pictures)
    except Exception as error:  # what draws may not open it, as where it asks for a password
        fault = Finding("internal", str(path), None, f"it can't be shown ({summary_of(error)})")
        return Seen(Result(path, [fault], failed=True), None)


def _article(path: Path, order: Order, pictures: Path) -> Seen:
    with desk.at(desk.desk_of(path, order.styles)):
        written: list[Written] = []
        result = build_one(path, order_at_desk(order), written.append)
        return seen_of(result, pictures, written[0] if written else None)


def order_at_desk(order: Order) -> Order:
    """An order with the paper as the current desk calls it."""
    return replace(order, paper=styles.paper_named(order.paper) if order.paper else None)


def seen_of(result: Result, pictures: Path, written: Written | None = None) -> Seen:
    """What the browser shows of finished editions.

    :param written: the article, where it is one.
    """
    files = {output.path.suffix: output.path for output in result.outputs}
    if result.failed or set(files) != {".pdf", ".epub"}:
        return Seen(result, None)
    shown = preview(files[".pdf"], files[".epub"], pictures)
    return Seen(result, shown if written is None else replace(shown, places=_places(written)))


def _places(written: Written) -> tuple[tuple[Place, ...], ...]:
    """What stands where on the pages of an article: only in files that it is made of."""
    from pipeline.watch.source_lines import source_lines

    article = written.article
    texts = {
        str(article.source): article.source,
        **{desk.shown(each.path): each.path for each in article.inserted},
    }
    return tuple(
        tuple(
            Place(spot.edges, texts[spot.source].absolute(), spot.source, spot.line)
            for spot in page
            if spot.source in texts
        )
        for page in source_lines(written.layout.document, article)
    )
