"""The processes that build: told at each save, asked from time to time what has come of it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pipeline import limits
from pipeline.build import Order
from pipeline.watch.building import Early, Seen, article_made, failed, packet_made
from pipeline.watch.lasting import supervise

News = tuple[int | None, Early | Seen]
"""The number of a build, where that is known, and what there is of it."""


@dataclass
class EachAlone:
    """Builds each time in a new process; what is overtaken is ended.

    :param path: the article or the manifest.
    :param order: how it is built; each build has its own folder in the one of the order.
    :param pictures: the folder where pictures of pages are kept.
    :param context: of ``multiprocessing``.
    """

    path: Path
    order: Order
    pictures: Path
    context: Any
    process: BaseProcess | None = None
    results: Connection | None = None
    number: int = 0

    def begin(self, number: int) -> None:
        """Begin a build, and end the one before it."""
        self.end()
        self.number = number
        self.results, sender = self.context.Pipe(duplex=False)
        order = replace(self.order, folder=(self.order.folder or Path()) / str(number))
        self.process = self.context.Process(target=_alone, args=(self.path, order, self.pictures, sender))
        self.process.start()
        sender.close()

    def news(self) -> Iterator[News]:
        """What there is now."""
        if self.results is None or not self.results.poll():
            return
        try:
            yield self.number, self.results.recv()
        except (EOFError, OSError):
            yield self.number, failed(self.path, limits.Broken("killed"), self.order)
        self.end()

    def end(self) -> None:
        """End what is under way; the processes that it has started see that and end too."""
        _end(self.process, self.results)
        self.process = self.results = None


@dataclass
class Keeping:
    """Builds an article in one process that keeps its pages; parameters as for `EachAlone`."""

    path: Path
    order: Order
    pictures: Path
    context: Any
    process: BaseProcess | None = None
    orders: Connection | None = None
    results: Connection | None = None

    def begin(self, number: int) -> None:
        """Order a build; one that is under way is given up."""
        if self.orders is None or self.process is None or not self.process.is_alive():
            self._start()
        assert self.orders is not None
        self.orders.send(number)

    def _start(self) -> None:
        self.end()
        orders, self.orders = self.context.Pipe(duplex=False)
        self.results, sender = self.context.Pipe(duplex=False)
        others = (self.orders, self.results)
        arguments = (self.path, self.order, self.pictures, orders, sender, others)
        self.process = self.context.Process(target=_supervise, args=arguments)
        self.process.start()
        orders.close()
        sender.close()

    def news(self) -> Iterator[News]:
        """What there is now."""
        try:
            while self.results is not None and self.results.poll():
                number, news = self.results.recv()
                if news is not None:  # else it is only a sign of life
                    yield number, news
        except (EOFError, OSError):
            self.end()
            yield None, failed(self.path, limits.Broken("killed"), self.order)

    def end(self) -> None:
        """End all its processes."""
        _end(self.process, self.orders, self.results)
        self.process = self.orders = self.results = None


def _end(process: BaseProcess | None, *channels: Connection | None) -> None:
    """End a process, if there is one, and close what leads to it."""
    if process is not None:
        if process.is_alive():
            process.terminate()
        process.join()
    for channel in channels:
        if channel is not None:
            channel.close()


def _alone(path: Path, order: Order, pictures: Path, sender: Connection) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os._exit(130))
    make = packet_made if path.suffix == ".toml" else article_made
    sender.send(make(path, order, pictures))


def _supervise(
    path: Path,
    order: Order,
    pictures: Path,
    orders: Connection,
    sender: Connection,
    others: tuple[Connection, ...],
) -> None:
    for other in others:  # else this process would wait for itself
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends this process in order
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt, OSError):  # the parent wants an end, or has gone
        supervise(path, order, pictures, orders, sender)
