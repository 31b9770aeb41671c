"""Builds anew whenever something is saved, and tells the browser: the loop of ``despatch watch``.

The process that waits has loaded all that building needs, and has one thread of Python. Each build is forked
from it, so that it begins at once; when something is saved meanwhile, it is ended and the next begins. While
a text has errors, what was built last stays in the browser.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from pipeline import desk, limits, styles
from pipeline.article_store import warm
from pipeline.build import Order, Result, Written, broken, build_one
from pipeline.errors import summary_of
from pipeline.findings import Finding
from pipeline.watch import server
from pipeline.watch.opening import Place
from pipeline.watch.preview import Preview, preview
from pipeline.watch.server import State

_LOOK: Final = 40
"""Milliseconds between two looks at a build that is under way."""


@dataclass(frozen=True)
class Seen:
    """What a build has come to, and what the browser shows of it; nothing where it failed."""

    result: Result
    preview: Preview | None


@dataclass
class _Job:
    """A build that is under way."""

    process: BaseProcess
    results: Connection

    def end(self) -> None:
        """End it, whether it is done or not; the processes that it has started see that and end too."""
        if self.process.is_alive():
            self.process.terminate()
        self.process.join()
        self.results.close()


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
        from watchfiles import watch

        number, job, pending = 0, None, False
        changes = watch(
            *self._watched(),
            step=10,
            debounce=50,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            raise_interrupt=True,
            recursive=self.where.root is not None,
        )
        try:
            for changed in changes:
                if changed or job is None:  # the first time it has begun to watch, and nothing is missed
                    if job is not None:
                        job.end()
                    number += 1
                    job, pending = self._begin(folder / str(number), context), True
                if pending and job.results.poll():
                    self._take(job)
                    pending = False
                    shutil.rmtree(folder / str(number), ignore_errors=True)
        finally:
            if job is not None:
                job.end()

    def _watched(self) -> list[Path]:
        """The folders in which something may change: the source root, and the look."""
        return [desk.source_root(self.path), *styles_of(self.where)]

    def _begin(self, folder: Path, context: Any) -> _Job:
        self._tell(replace(self.state, busy=True))
        results, sender = context.Pipe(duplex=False)
        order = replace(self.order, folder=folder)
        process = context.Process(target=_work, args=(self.path, order, folder.parent / "pages", sender))
        process.start()
        sender.close()
        return _Job(process, results)

    def _take(self, job: _Job) -> None:
        """Show what a build has come to."""
        try:
            seen: Seen = job.results.recv()
        except (EOFError, OSError):
            fault = broken(self.path, limits.Broken("killed"), self.order.limits)
            seen = Seen(Result(self.path, [fault], failed=True), None)
        self.report(seen.result)
        findings = tuple(map(_told, seen.result.findings))
        state = replace(self.state, busy=False, failed=seen.preview is None, findings=findings)
        self._tell(state if seen.preview is None else replace(state, preview=seen.preview))

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


def _work(path: Path, order: Order, pictures: Path, sender: Connection) -> None:
    """In a process of its own: build, draw, and send what came of it."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os._exit(130))
    if path.suffix == ".toml":
        try:
            sender.send(_packet(path, order, pictures))
        except Exception as error:  # what draws may not open it, as where it asks for a password
            fault = Finding("internal", str(path), None, f"it can't be shown ({summary_of(error)})")
            sender.send(Seen(Result(path, [fault], failed=True), None))
        return
    for outcome in limits.run(_article, [(path, order, pictures)], order.limits):
        if isinstance(outcome, limits.Broken):
            fault = broken(path, outcome, order.limits)
            outcome = Seen(Result(path, [fault], failed=True), None)
        sender.send(outcome)


def _article(path: Path, order: Order, pictures: Path) -> Seen:
    with desk.at(desk.desk_of(path, order.styles)):
        paper = styles.paper_named(order.paper) if order.paper else None
        written: list[Written] = []
        seen = _seen(build_one(path, replace(order, paper=paper), written.append), pictures)
        if seen.preview is None or not written:
            return seen
        return replace(seen, preview=replace(seen.preview, places=_places(written[0])))


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


def _packet(path: Path, order: Order, pictures: Path) -> Seen:
    from pipeline.packet.make import PacketOrder, make_packet

    folder = order.folder or Path()
    wanted = PacketOrder(folder, paper=order.paper, limits=order.limits, styles=order.styles, lock=None)
    return _seen(make_packet(path, wanted), pictures)


def _seen(result: Result, pictures: Path) -> Seen:
    files = {output.path.suffix: output.path for output in result.outputs}
    if result.failed or set(files) != {".pdf", ".epub"}:
        return Seen(result, None)
    return Seen(result, preview(files[".pdf"], files[".epub"], pictures))
