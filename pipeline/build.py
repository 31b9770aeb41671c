"""What to build, from which article, in which process; and what became of it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.findings import Finding, in_order

FORMATS: Final = ("pdf", "epub")
_INTERRUPTIONS: Final = frozenset((signal.SIGINT, signal.SIGTERM))


@dataclass(frozen=True)
class Order:
    """What is asked for.

    :param formats: some of `FORMATS`, in the order in which they are made.
    :param folder: where the files go.
    :param draft: build in spite of errors.
    :param paper: name of a paper size; by default the article's own.
    :param attachments: whether the PDF carries the ebook and the source.
    """

    formats: tuple[str, ...] = FORMATS
    folder: Path = Path("build")
    draft: bool = False
    paper: str | None = None
    attachments: bool = True


@dataclass(frozen=True)
class Output:
    """A file that was made: its path, parts (pages or chapters), size in bytes, and the seconds it took."""

    path: Path
    parts: int
    size: int
    seconds: float


@dataclass(frozen=True)
class Result:
    """What became of one article. It failed when errors were found and no draft was asked for."""

    article: Path
    findings: list[Finding] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    failed: bool = False


def build(paths: Sequence[Path], order: Order, jobs: int = 1) -> Iterator[Result]:
    """Build articles; results come in the order of `paths`.

    :param jobs: how many processes may work at once.
    """
    if jobs < 2 or len(paths) < 2:
        for path in paths:
            yield build_one(path, order)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = set(active_children())
    with ProcessPoolExecutor(min(jobs, len(paths)), get_context("spawn"), initializer=_enter_pool) as pool:
        # An interruption waits until all processes are there, and in each until it can end without a word.
        signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
        try:
            futures = [pool.submit(_build_in_pool, path, order) for path in paths]
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)
        try:
            for path, future in zip(paths, futures, strict=True):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    message = "the process that built it was ended from outside, perhaps for lack of memory"
                    yield Result(path, [Finding("internal", str(path), None, message)], failed=True)
        except BaseException:
            for process in set(active_children()) - others:
                process.terminate()
            raise


def _enter_pool() -> None:
    """In a process of a pool: an interruption ends it without a word."""
    if signal.sigpending() & _INTERRUPTIONS:
        os._exit(130)
    for number in _INTERRUPTIONS:
        signal.signal(number, lambda *_: sys.exit(130))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTIONS)


def _build_in_pool(path: Path, order: Order) -> Result:
    try:
        return build_one(path, order)
    except SystemExit:
        os._exit(130)  # the pool would take the next article


def build_one(path: Path, order: Order) -> Result:
    """Read one article and write its editions. No exception leaves this function, whatever the text is."""
    findings: list[Finding] = []
    outputs: list[Output] = []
    try:
        _build(path, order, findings, outputs)
    except OSError as error:
        where = error.filename or order.folder
        message = (
            f"the file can't be written: {error.strerror or error}; what stood there before is left as it was"
        )
        findings.append(Finding("file-write", str(where), None, message))
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        findings.append(Finding("internal", str(path), None, f"the edition could not be made ({detail})"))
    stopped = len(outputs) < len(order.formats)
    return Result(path, in_order(findings), outputs, stopped)


def _build(path: Path, order: Order, findings: list[Finding], outputs: list[Output]) -> None:
    from pipeline.read import read

    start = time.perf_counter()
    article, found = read(path, draft=order.draft)
    findings += found
    if article is None:
        return
    from pipeline.write.files import write_whole
    from pipeline.write.glyphs import check_glyphs

    findings += check_glyphs(article)
    if any(finding.is_error for finding in findings) and not order.draft:
        return
    from pipeline.write.epub import write_epub
    from pipeline.write.pages import page_starts
    from pipeline.write.pdf import enclosures, finish_pdf, lay_out

    # The ebook names the pages of the print edition, and the print edition carries the ebook.
    layout = lay_out([article], order.paper)
    made: dict[str, tuple[bytes, int, list[Finding]]] = {}
    spent = {"pdf": time.perf_counter() - start, "epub": 0.0}
    if "epub" in order.formats or order.attachments:
        start = time.perf_counter()
        made["epub"] = write_epub([article], pages=page_starts(layout.document))
        spent["epub"] = time.perf_counter() - start
    if "pdf" in order.formats:
        start = time.perf_counter()
        inside = enclosures(article, made["epub"][0]) if order.attachments else ()
        data, warned = finish_pdf(layout, inside)
        made["pdf"] = data, layout.page_count, warned
        spent["pdf"] += time.perf_counter() - start
    for name in order.formats:
        data, parts, warned = made[name]
        findings += warned
        target = order.folder / f"{article.name}.{name}"
        write_whole(target, data)
        outputs.append(Output(target, parts, len(data), spent[name]))
