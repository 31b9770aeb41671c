"""Builds anew whenever something is saved, and tells the browser: the loop of ``despatch watch``.

The process that waits has loaded all that building needs, and has one thread of Python. What builds is forked
from it, so that it begins at once; when something is saved meanwhile, the next build begins. While a text has
errors, what was built last stays in the browser.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from pipeline import desk, limits, styles
from pipeline.article_store import warm
from pipeline.build import Order, Result
from pipeline.findings import Finding, in_order
from pipeline.watch import server
from pipeline.watch.builders import EachAlone, Keeping
from pipeline.watch.building import Early, Seen
from pipeline.watch.server import State

_STEP: Final = 10
"""Milliseconds of silence after which a save is over."""
_BUSY: Final = 10
"""Milliseconds between two looks at a build that is under way."""
_IDLE: Final = 500
"""The same where there is none: it is the time after which an interruption is heard."""


@dataclass
class Session:
    """An article or a packet that is being watched.

    :param path: the article (``.rst``) or the manifest (``.toml``).
    :param order: how it is built; the files go into a folder of the session's own.
    :param report: gets what each build has come to.
    :param editor: the command that opens a line of the source, as `opening.editor` gives it.
    """

    path: Path
    order: Order
    report: Callable[[Result], None] = lambda _: None
    editor: list[str] | None = None
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.state = State(self.path.stem)
        self.where = desk.desk_of(self.path, self.order.styles)

    def run(self, port: int, ready: Callable[[str], None]) -> None:
        """Build, and build again whenever something is saved, until the process is interrupted.

        :param port: of the server; 0 for one that is free.
        :param ready: gets the address for the browser.
        :raises OSError: when the port is taken.
        """
        with contextlib.ExitStack() as stack, _ended_by(signal.SIGTERM, signal.SIGHUP):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="despatch-watch-")))
            key = server.secret()
            context = self._context()
            with server.listen(port) as place:
                address = f"http://127.0.0.1:{place.getsockname()[1]}/{key}/"
                states, self.sender = context.Pipe(duplex=False)
                serving = context.Process(
                    target=_serve,
                    args=(place, key, folder / "pages", states, self.sender, self.editor),
                    daemon=True,
                )
                serving.start()
            states.close()
            stack.callback(self.sender.close)
            ready(address)
            warm(self.where)
            self._loop(folder, context)

    @staticmethod
    def _context() -> Any:
        return multiprocessing.get_context("fork" if limits.FORKS else "spawn")

    def _loop(self, folder: Path, context: Any) -> None:
        from watchfiles import Change, DefaultFilter
        from watchfiles._rust_notify import (
            RustNotify,
        )  # `watch` can't wait now for a long time, now a short one

        pictures = folder / "pages"
        order = replace(self.order, folder=folder)
        lasting = limits.FORKS and self.path.suffix != ".toml"
        kind = Keeping if lasting else EachAlone
        builder = kind(self.path, order, pictures, context)
        wanted = DefaultFilter()
        names = [str(path) for path in self._watched()]
        number = 0
        with RustNotify(names, False, False, 300, self.where.root is not None, False) as watcher:
            try:
                while True:
                    seen = watcher.watch(50, _STEP, _BUSY if self.state.busy or not number else _IDLE, None)
                    if seen == "signal":
                        raise KeyboardInterrupt
                    changed = not isinstance(seen, str) and any(
                        wanted(Change(how), name) for how, name in seen
                    )
                    if changed or not number:  # the first time it has begun to watch, and nothing is missed
                        number += 1
                        self._tell(replace(self.state, busy=True, build=number))
                        builder.begin(number)
                    for about, news in builder.news():
                        self._take(news, late=about not in (None, number))
            finally:
                builder.end()

    def _watched(self) -> list[Path]:
        """The folders in which something may change: the source root, and the look."""
        return [desk.source_root(self.path), *styles_of(self.where)]

    def _take(self, news: Early | Seen, *, late: bool) -> None:
        """Show what there is of a build.

        :param late: whether another build has begun since.
        """
        if isinstance(news, Early):
            findings = tuple(map(_told, in_order(news.findings)))
            preview = replace(self.state.preview, pages=news.pages)
            self._tell(replace(self.state, failed=False, findings=findings, preview=preview))
        elif not late:
            self.report(news.result)
            findings = tuple(map(_told, news.result.findings))
            state = replace(self.state, busy=False, failed=news.preview is None, findings=findings)
            self._tell(state if news.preview is None else replace(state, preview=news.preview))

    def _tell(self, state: State) -> None:
        with contextlib.suppress(OSError):  # the server has gone; the terminal still says what is found
            self.sender.send(state)
        self.state = replace(state, preview=replace(state.preview, files={}))  # they are told once


def styles_of(where: desk.Desk) -> list[Path]:
    """The folder of a desk's own look, where it has one."""
    return [where.styles] if where.styles is not None and where.styles != styles.BUILT_IN else []


def _told(finding: Finding) -> tuple[str, str, str]:
    place = finding.source if finding.line is None else f"{finding.source}:{finding.line}"
    return str(finding.severity), place, finding.message


@contextlib.contextmanager
def _ended_by(*signals: signal.Signals) -> Iterator[None]:
    """Let signals end a session as Ctrl+C does, so that it leaves nothing behind."""
    if threading.current_thread() is not threading.main_thread():  # no other may hear signals
        yield
        return
    kept = [(number, signal.signal(number, signal.default_int_handler)) for number in signals]
    try:
        yield
    finally:
        for number, handler in kept:
            signal.signal(number, handler)


def _serve(
    place: Any, key: str, pictures: Path, states: Connection, sender: Connection, editor: list[str] | None
) -> None:
    sender.close()  # else this process would wait for itself
    server.serve(place, key, pictures, states, editor)
