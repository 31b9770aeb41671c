"""What to build, from which article, in which process; and what became of it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import limits
from pipeline.desk import Desk, at, current
from pipeline.errors import is_memory_error, reason_of, summary_of
from pipeline.files.confined import FilesRead, files_read
from pipeline.findings import Finding, in_order

if TYPE_CHECKING:
    from pipeline.read.input.conditions import PacketVersion
    from pipeline.tree.article import Article
    from pipeline.tree.numbering.tabs import Tabs
    from pipeline.write.print.edition import PrintLayout

FORMATS: Final = ("pdf", "epub")


@dataclass(frozen=True)
class Order:
    """What is asked for.

    :param formats: some of `FORMATS`, in the order in which they are made.
    :param folder: where the files go; ``None`` where only the store is to have them.
    :param draft: build in spite of errors.
    :param paper: name of a paper size; by default the article's own.
    :param attachments: whether the PDF carries the ebook and the source.
    :param limits: time and memory for each article.
    :param styles: the folder with the look to take instead of the desk's own.
    :param remarks: whether what no edition shows stays in the sources inside.
    :param keep: whether what has not changed is taken from the store, and what is made is kept there.
    :param tabs: what is filed in the packet that the edition is made for.
    :param version: of that packet; ``None`` where there is no packet, or none with versions.
    """

    formats: tuple[str, ...] = FORMATS
    folder: Path | None = Path("build")
    draft: bool = False
    paper: str | None = None
    attachments: bool = True
    limits: limits.Limits = field(default_factory=limits.Limits)
    styles: Path | None = None
    remarks: bool = False
    keep: bool = True
    tabs: Tabs | None = None
    version: PacketVersion | None = None


@dataclass(frozen=True)
class Output:
    """A file that was made: its path, parts (pages or chapters), size in bytes, and the seconds it took.

    :param seconds: ``None`` for one that has not changed since it was made.
    """

    path: Path
    parts: int
    size: int
    seconds: float | None


@dataclass(frozen=True)
class Edition:
    """An edition before it is in its file: its bytes, parts, what was found while it was made, seconds."""

    data: bytes
    parts: int
    findings: list[Finding]
    seconds: float


@dataclass(frozen=True)
class Written:
    """An article and all its editions that were made, those that only travel in another one too.

    :param findings: what was found in the article itself.
    :param layout: the pages of the print edition.
    """

    article: Article
    findings: list[Finding]
    editions: dict[str, Edition]
    layout: PrintLayout


@dataclass
class Result:
    """What became of one article or packet. It failed when there are no new files of it.

    :param article: the file that was built, a manifest for a packet.
    """

    article: Path
    findings: list[Finding] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    failed: bool = False


def broken(path: Path, fault: limits.Broken, allowed: limits.Limits) -> Finding:
    """The finding for a call that came to no result.

    :param path: the article.
    :param allowed: the limits under which it ran.
    """
    reached = fault.place
    page = f" (page {reached.page})" if reached.page else ""
    place = f" while {reached.what}{page}" if reached.what else ""
    advice = "shorten the article or divide it"
    code, message = {
        "time": (
            "limit-time",
            f"it took more than {allowed.seconds:g} seconds{place} and was stopped: {advice}, or allow more "
            "with --time-limit",
        ),
        "memory": (
            "limit-memory",
            f"it needed more than {allowed.megabytes} MB of memory{place} and was stopped: {advice}, make "
            "its images smaller, or allow more with --memory-limit",
        ),
        "depth": (
            "limit-nesting",
            f"lists, quotes or other blocks are nested too deeply{place}: divide them",
        ),
        "killed": (
            "internal",
            f"the process that built it was ended from outside{place}, perhaps for lack of memory",
        ),
        "crash": (
            "internal",
            f"a library failed{place} ({fault.detail}): look for blocks nested very deeply, or an odd image",
        ),
        "error": ("internal", f"it could not be done{place} ({fault.detail})"),
    }[fault.cause]
    return Finding(code, str(path), reached.line, message)


def build_one(path: Path, order: Order, then: Callable[[Written], None] | None = None) -> Result:
    """Read one article and write its editions, with the look of the current desk. No exception leaves this
    function, whatever the text is.

    :param then: gets what was made when the files are written.
    """

    def build(result: Result) -> None:
        written: Written | None = None
        with same_files(path, result) as files:
            ready = read_one(path, order, result)
            written = None if ready is None else write_one(ready, order, result)
        if written is not None and not files.changed:
            deliver_all(written, order, result)
            if then is not None:
                then(written)

    return attempt(path, order, build)


def attempt(path: Path, order: Order, work: Callable[[Result], object]) -> Result:
    """Do a part of a build; what it raises becomes a finding.

    :param work: gets the result, and adds findings and outputs to it.
    :returns: the result: it has failed where an edition is missing.
    """
    result = Result(path)
    try:
        work(result)
    except RecursionError:
        result.findings.append(broken(path, limits.Broken("depth", limits.place()), order.limits))
    except Exception as error:
        if is_memory_error(error):
            result.findings.append(broken(path, limits.Broken("memory", limits.place()), order.limits))
        elif isinstance(error, OSError):
            result.findings.append(write_fault(error, order))
        else:
            message = f"the edition could not be made ({summary_of(error)})"
            result.findings.append(Finding("internal", str(path), None, message))
    result.findings = in_order(result.findings)
    result.failed = len(result.outputs) < len(order.formats)
    return result


def write_fault(error: OSError, order: Order) -> Finding:
    """The finding for a file that can't be written."""
    message = f"the file can't be written: {reason_of(error)}; what stood there before is left as it was"
    return Finding("file-write", str(error.filename or order.folder), None, message)


def deliver(target: Path, data: bytes, parts: int, seconds: float | None = None) -> Output:
    """Write a finished file, unless the same one is there.

    :param parts: its pages or chapters.
    :param seconds: what it took to make it, if it was made now.
    :raises OSError: when it can't be written.
    """
    from pipeline.files.atomic import write_whole

    there = None
    with contextlib.suppress(OSError):
        if seconds is None and target.is_file() and target.stat().st_size == len(data):
            there = target.read_bytes()
    if there != data:
        write_whole(target, data)
    return Output(target, parts, len(data), seconds)


def load_all(cache: Path) -> None:
    """Import all that building an article needs.

    :param cache: folder for fontconfig.
    """
    gc.disable()  # next to nothing of what is loaded is let go
    try:
        from pipeline.write.engine import load

        load.load(cache)
        for name in ("read.reader", "write.engine.coverage", "write.epub.edition", "write.print.edition"):
            importlib.import_module(f"pipeline.{name}")
    finally:
        gc.enable()


def collect_seldom() -> None:
    """Have Python look for garbage seldom, in a process that makes one article and ends.

    Nearly all that such a process makes it needs to its end, and looking through that again and again took a
    sixth of its time. What is new is looked through once, and no more: 50 pages need 4 % more memory so.
    """
    gc.set_threshold(100_000, 50, 1000)


def pages_of(
    article: Article, order: Order, since: PrintLayout | None = None, *, lasting: bool = False
) -> PrintLayout:
    """Set the pages of the print edition.

    :param since: pages of the same article as it was before: what is alike is taken over, the result is the
        same. They can't be used any more.
    :param lasting: whether the pages are to be shown at once, and to be taken over in their turn: numbers are
        taken for those of `since` at first (`print.edition.lay_out`).
    """
    from pipeline.write.engine.progress import page_reached, watch_pages
    from pipeline.write.print.edition import lay_out

    watch_pages()
    limits.set_activity("setting pages", page=page_reached)
    return lay_out([article], order.paper, since, guess=lasting, keep=lasting)


@contextlib.contextmanager
def same_files(path: Path, result: Result, watched: FilesRead | None = None) -> Iterator[FilesRead]:
    """Watch the files of a build. They are read more than once: when one is changed in between, pages and
    ebook may show different ones, and that is found at the end.

    :param result: gets the findings.
    :param watched: the files, where they are watched already.
    :returns: the files; where one of them has changed, nothing of the build counts.
    """
    with files_read() if watched is None else contextlib.nullcontext(watched) as files:
        try:
            yield files
        except Exception:
            if not files.changed:
                raise
    for name in dict.fromkeys(files.changed):
        message = f"{Path(name).name} was changed while the article was being built: build it again"
        result.findings.append(Finding("file-changed", str(path), None, message))


@dataclass(frozen=True)
class Ready:
    """An article that is read, and may be written.

    :param findings: what was found in it.
    :param start: when reading began.
    """

    article: Article
    findings: list[Finding]
    start: float

    @property
    def where(self) -> Desk:
        """The desk with whose look it is set: a draft has the built-in one as long as the desk's is wrong."""
        faulty = any(finding.is_error and finding.code.startswith("style-") for finding in self.findings)
        return replace(current(), styles=None) if faulty else current()


def read_one(path: Path, order: Order, result: Result) -> Ready | None:
    """Read an article.

    :param result: gets what is found.
    :returns: the article; ``None`` where it can't be written.
    """
    from pipeline.read.reader import line_reached, read

    limits.set_activity("reading", line=line_reached)
    start = time.perf_counter()
    article, found = read(path, draft=order.draft, version=order.version)
    result.findings += found
    if article is None:
        return None
    if order.tabs is not None:
        from pipeline.tree.numbering.tabs import lead_to_tabs

        result.findings += lead_to_tabs(article.document, order.tabs)
    from pipeline.write.engine.coverage import check_glyphs

    result.findings += check_glyphs(article)
    if any(finding.is_error for finding in result.findings) and not order.draft:
        return None
    return Ready(article, list(result.findings), start)


def write_one(ready: Ready, order: Order, result: Result, layout: PrintLayout | None = None) -> Written:
    """Make the editions of an article.

    :param result: gets what is found while they are made.
    :param layout: the pages of the print edition, where they are laid out already.
    """
    with at(ready.where):
        editions, layout = _editions(ready.article, order, ready.start, layout)
    for name in order.formats:
        result.findings += editions[name].findings
    return Written(ready.article, ready.findings, editions, layout)


def deliver_all(written: Written, order: Order, result: Result) -> None:
    """Write the files.

    :param result: gets them.
    """
    limits.set_activity("saving the files")
    for name in order.formats:
        made, target = written.editions[name], Path(f"{written.article.name}.{name}")
        if order.folder is None:
            result.outputs.append(Output(target, made.parts, len(made.data), made.seconds))
        else:
            result.outputs.append(deliver(order.folder / target, made.data, made.parts, made.seconds))


def _editions(
    article: Article, order: Order, start: float, layout: PrintLayout | None
) -> tuple[dict[str, Edition], PrintLayout]:
    """The editions, and the pages of the print edition; parameters as for `write_one` and `Ready`."""
    from pipeline.write.epub.edition import write_epub
    from pipeline.write.print.edition import enclosures, finish_pdf
    from pipeline.write.print.page_starts import page_starts

    # The ebook names the pages of the print edition, and the print edition carries the ebook.
    layout = layout or pages_of(article, order)
    made: dict[str, Edition] = {}
    spent = time.perf_counter() - start
    limits.set_activity("writing the ebook")
    if "epub" in order.formats or order.attachments:
        start = time.perf_counter()
        ebook = write_epub(article, pages=page_starts(layout.document))
        made["epub"] = Edition(*ebook, time.perf_counter() - start)
    limits.set_activity("writing the PDF")
    if "pdf" in order.formats:
        start = time.perf_counter()
        inside = enclosures(article, made["epub"].data, remarks=order.remarks) if order.attachments else ()
        data, warned = finish_pdf(layout, inside)
        made["pdf"] = Edition(data, layout.page_count, warned, spent + time.perf_counter() - start)
    return made, layout
