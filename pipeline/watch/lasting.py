"""An article, save after save: the pages that were set last are kept, and only what has changed is set anew.

One process reads the text at each save and sets its pages. They are shown at once. A second process, forked
from the first, makes the editions of them: it has what the first one has, may take it apart, and is ended
when the text is saved again. Page numbers in the text are taken for those of the save before at first; the
editions are those that a build from nothing makes.
"""

from __future__ import annotations

import contextlib
import gc
import shutil
import signal
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from pipeline import desk, limits, styles
from pipeline.build import (
    Order,
    Ready,
    Result,
    Written,
    attempt,
    collect_seldom,
    deliver_all,
    pages_of,
    read_one,
    same_files,
    write_one,
)
from pipeline.files.confined import FilesRead
from pipeline.watch.building import Early, Seen, failed, order_at_desk, seen_of
from pipeline.watch.pictures import Page, draw_pages
from pipeline.write.print.decisions import Decisions
from pipeline.write.print.edition import PrintLayout, drawable, looks_of

_MOST: Final = 6
"""So many pages are drawn before the editions are made: more than one sees at once."""
_BACK: Final = 12
"""So many builds back pictures are kept: longer than the server offers them."""
_EVERY: Final = 8
"""After so many saves without a pause, what is not needed any more is let go all the same."""


def supervise(path: Path, order: Order, pictures: Path, orders: Connection, sender: Connection) -> None:
    """Have an article built whenever that is ordered, until nobody can order it any more. What breaks the
    process that keeps the pages is told, and the next save begins with a new one.

    :param order: how it is built; into a folder in which each build has its own.
    :param pictures: the folder where pictures of pages are kept.
    :param orders: brings the number of each build.
    :param sender: gets ``(number, Early or Seen)``; no number where the process has broken.
    """
    allowed = replace(order.limits, seconds=0)  # of each build: `_Keeper` looks at the clock
    number: int | None = None
    while True:
        news, told = _pipe()

        def relay(news: Connection = news, told: Connection = told) -> bool:
            told.close()  # the process has it by now, and its end is heard
            with contextlib.suppress(EOFError, OSError):
                sender.send_bytes(news.recv_bytes())
            return False

        calls = [(path, order, pictures, orders, told, number)]
        outcome = next(limits.run(_keep, calls, allowed, beside=(news, relay)))
        told.close()
        with contextlib.suppress(EOFError, OSError):
            while news.poll():
                sender.send_bytes(news.recv_bytes())
        news.close()
        if isinstance(outcome, limits.Broken):
            sender.send((None, failed(path, outcome, order)))
            number = None
            orders.poll(None)
        elif outcome is None:
            return
        else:
            number = outcome


def _pipe() -> tuple[Connection, Connection]:
    import multiprocessing

    return multiprocessing.get_context("fork").Pipe(duplex=False)


def _keep(
    path: Path, order: Order, pictures: Path, orders: Connection, news: Connection, number: int | None
) -> int | None:
    """Build an article as often as it is ordered.

    :returns: the number of a build that a new process is to begin with; ``None`` when there is none any more.
    """
    news.send((0, None))
    where = desk.desk_of(path, order.styles)
    with desk.at(where):
        look = styles.digest()
        keeper = _Keeper(path, order_at_desk(order), pictures, orders, news)
        while True:
            try:
                if number is None:
                    number = orders.recv()
                while orders.poll():
                    number = orders.recv()
            except (EOFError, OSError):
                return None
            # What was read of a look is kept in too many places.
            if desk.desk_of(path, order.styles) != where or styles.digest() != look:
                return number
            keeper.build(number)
            number = None


@dataclass
class _Keeper:
    """What is kept from one save to the next.

    :param layout: the pages.
    :param known: the pictures of those pages that have one, by their looks.
    :param looks: of all of them.
    :param shown: the pictures that the browser has, page by page.
    :param recent: the names of those that it had in the last builds.
    :param since: how many builds there were since it was seen to what is not needed any more.
    """

    path: Path
    order: Order
    pictures: Path
    orders: Connection
    news: Connection
    layout: PrintLayout | None = None
    known: dict[Hashable, Page] = field(default_factory=dict)
    looks: list[Hashable] = field(default_factory=list)
    shown: tuple[Page, ...] = ()
    recent: list[set[str]] = field(default_factory=list)
    since: int = 0

    def build(self, number: int) -> None:
        """Build, and tell what comes of it; nothing where another build is waiting by then."""
        seconds = self.order.limits.seconds
        signal.setitimer(signal.ITIMER_REAL, seconds)  # its end ends the process, whatever that does
        gc.disable()  # it would look at all that is kept, and find it needed
        folder = (self.order.folder or Path()) / str(number)
        order = replace(self.order, folder=folder)
        found: list[Seen | None] = []
        result = attempt(self.path, order, lambda result: found.append(self._build(number, order, result)))
        signal.setitimer(signal.ITIMER_REAL, 0)
        shutil.rmtree(folder, ignore_errors=True)
        seen = found[0] if found else Seen(result, None)
        if seen is not None:
            self.news.send((number, seen))
        self._rest()

    def _rest(self) -> None:
        """Let go what is not needed any more, where there is time for it."""
        gc.enable()
        self.recent = [*self.recent, {page.key for page in self.shown}][-_BACK:]
        needed = set().union(*self.recent)
        for picture in self.pictures.glob("*.jpg"):
            if picture.stem not in needed:
                picture.unlink(missing_ok=True)
        self.since += 1
        if self.layout is None or self.since >= _EVERY or not self.orders.poll(0.2):
            self.since = 0
            gc.collect()

    def _build(self, number: int, order: Order, result: Result) -> Seen | None:
        with same_files(self.path, result) as files:
            ready = read_one(self.path, order, result)
            if ready is not None and not files.changed:
                with desk.at(ready.where):
                    layout, exact = self._set(ready)
                    self._show(number, layout, result)
                return self._finish(ready, order, result, files, layout if exact else None)
        return Seen(result, None)

    def _set(self, ready: Ready) -> tuple[PrintLayout, bool]:
        """Set the pages; say whether they are certain to be those that are made from nothing."""
        since, self.layout = self.layout, None  # what breaks leaves nothing behind
        exact = since is None or since.decisions == Decisions()
        self.layout = pages_of(ready.article, self.order, since, lasting=True)
        return self.layout, exact

    def _show(self, number: int, layout: PrintLayout, result: Result) -> None:
        """Draw the pages that have changed, and show them."""
        looks = looks_of(layout)
        if looks is None:
            self.looks, self.known = [], {}
            return
        before = set(self.looks)
        missing = [index for index, look in enumerate(looks) if look not in self.known]
        new = [index for index in missing if looks[index] not in before]
        drawn = (new or missing)[:_MOST]  # the others come with the editions
        known = dict(self.known)
        if drawn:
            pages = draw_pages(drawable(layout, drawn), self.pictures)
            known.update(zip((looks[index] for index in drawn), pages, strict=True))
        shown: list[Page] = []
        for index, look in enumerate(looks):
            page = known.get(look) or (self.shown[index] if index < len(self.shown) else None)
            if page is None:
                break
            shown.append(page)
        self.looks, self.shown = looks, tuple(shown)
        self.known = {look: known[look] for look in looks if look in known}
        self.news.send((number, Early(self.shown, tuple(result.findings))))

    def _finish(
        self, ready: Ready, order: Order, result: Result, files: FilesRead, exact: PrintLayout | None
    ) -> Seen | None:
        """Have the editions made; nothing where the text is saved again before they are done."""
        call = (ready, order, self.pictures, result, files, exact, self.layout)
        for outcome in limits.run(_editions, [call], order.limits, beside=(self.orders, lambda: True)):
            if isinstance(outcome, limits.Broken):
                return failed(self.path, outcome, order)
            seen, decisions = outcome
            self._learn(seen, decisions)
            return seen
        return None

    def _learn(self, seen: Seen, decisions: Decisions | None) -> None:
        """Take over what the editions have told: how the pages are set, and how they look."""
        if seen.preview is None or self.layout is None or decisions is None:
            return
        pages = self.shown = seen.preview.pages
        if decisions != self.layout.decisions:
            self.layout = replace(self.layout, decisions=decisions)
        elif len(pages) == len(self.looks):
            self.known = dict(zip(self.looks, pages, strict=True))


def _editions(
    ready: Ready,
    order: Order,
    pictures: Path,
    result: Result,
    files: FilesRead,
    exact: PrintLayout | None,
    near: PrintLayout,
) -> tuple[Seen, Decisions | None]:
    """In a process of its own: make the editions, and what the browser shows of them.

    :param exact: the pages, where they are certain.
    :param near: pages that are much like them.
    :returns: what came of it, and how the pages are set.
    """
    gc.freeze()  # what stands there already is not to be looked at
    collect_seldom()
    made: list[Written] = []

    def write(whole: Result) -> None:
        whole.findings += result.findings
        with same_files(result.article, whole, files):
            layout = exact
            if layout is None:
                with desk.at(ready.where):
                    layout = pages_of(ready.article, order, near)
            made.append(write_one(ready, order, whole, layout))
        if made and not files.changed:
            deliver_all(made[0], order, whole)

    whole = attempt(result.article, order, write)
    written = made[0] if made else None
    return seen_of(whole, pictures, written), None if written is None else written.layout.decisions
