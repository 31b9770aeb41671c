"""What to build, from which article, in which process; and what became of it."""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import limits
from pipeline.desk import at, current, desk_of
from pipeline.errors import is_memory_error, reason_of, summary_of
from pipeline.files.confined import files_read
from pipeline.findings import Finding, in_order

if TYPE_CHECKING:
    from pipeline.check.article import Report
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


def tree(
    path: Path, allowed: limits.Limits, *, draft: bool = False, styles: Path | None = None
) -> tuple[str | None, list[Finding]]:
    """Read an article in a process of its own.

    :param styles: the folder with the look to take instead of the desk's own.
    :returns: its intermediate tree as XML, or ``None`` when it has errors; and the findings.
    """
    for outcome in limits.run(_tree, [(path, draft, styles)], allowed):
        if not isinstance(outcome, limits.Broken):
            return outcome
        found = broken(path, outcome, allowed)
    return None, [found]


def _tree(path: Path, draft: bool, styles: Path | None) -> tuple[str | None, list[Finding]]:
    from pipeline.read.reader import line_reached, read
    from pipeline.tree.article import xml_of

    limits.set_activity("reading", line=line_reached)
    with at(desk_of(path, styles)):
        article, findings = read(path, draft=draft)
    return xml_of(article.document) if article is not None else None, findings


def check(
    paths: Sequence[Path],
    folder: Path,
    allowed: limits.Limits,
    *,
    draft: bool = False,
    validators: bool = True,
    styles: Path | None = None,
) -> Iterator[tuple[Report | None, list[Finding]]]:
    """Compare the editions of articles with their trees, each article in a process of its own.

    :param folder: where the editions are.
    :param draft: whether they were built in spite of errors.
    :param styles: the folder with the look to take instead of the desk's own.
    :returns: for each article its report, or ``None`` when it can't be read; and the findings.
    """
    outcomes = limits.run(_check, [(path, folder, draft, validators, styles) for path in paths], allowed)
    for path, outcome in zip(paths, outcomes, strict=True):
        if isinstance(outcome, limits.Broken):
            yield None, [broken(path, outcome, allowed)]
        else:
            yield outcome


def _check(
    path: Path, folder: Path, draft: bool, validators: bool, styles: Path | None
) -> tuple[Report | None, list[Finding]]:
    with at(desk_of(path, styles)):
        return _compare(path, folder, draft, validators)


def _compare(path: Path, folder: Path, draft: bool, validators: bool) -> tuple[Report | None, list[Finding]]:
    from pipeline.check.article import check as compare
    from pipeline.read.reader import line_reached, read

    limits.set_activity("reading", line=line_reached)
    article, findings = read(path, draft=draft)
    if article is None:
        return None, findings
    limits.set_activity("reading its editions back")
    report = compare(article, folder, validators=validators)
    return report, report.findings


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
    findings: list[Finding] = []
    outputs: list[Output] = []
    try:
        written = _build(path, order, findings, outputs)
        if then is not None and written is not None:
            then(written)
    except RecursionError:
        findings.append(broken(path, limits.Broken("depth", limits.place()), order.limits))
    except Exception as error:
        if is_memory_error(error):
            findings.append(broken(path, limits.Broken("memory", limits.place()), order.limits))
        elif isinstance(error, OSError):
            findings.append(write_fault(error, order))
        else:
            message = f"the edition could not be made ({summary_of(error)})"
            findings.append(Finding("internal", str(path), None, message))
    stopped = len(outputs) < len(order.formats)
    return Result(path, in_order(findings), outputs, stopped)


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
    from pipeline.write.engine import load

    load.load(cache)
    for name in ("read.reader", "write.engine.coverage", "write.epub.edition", "write.print.edition"):
        importlib.import_module(f"pipeline.{name}")


def _build(path: Path, order: Order, findings: list[Finding], outputs: list[Output]) -> Written | None:
    """Give the article whose editions are written."""
    with files_read() as files:
        try:
            written = _made(path, order, findings)
        except Exception:
            if not files.changed:
                raise
            written = None
    # Files are read more than once: when one is changed in between, pages and ebook may show different ones.
    for name in dict.fromkeys(files.changed):
        message = f"{Path(name).name} was changed while the article was being built: build it again"
        findings.append(Finding("file-changed", str(path), None, message))
    if written is None or files.changed:
        return None
    limits.set_activity("saving the files")
    for name in order.formats:
        made, target = written.editions[name], Path(f"{written.article.name}.{name}")
        if order.folder is None:
            outputs.append(Output(target, made.parts, len(made.data), made.seconds))
        else:
            outputs.append(deliver(order.folder / target, made.data, made.parts, made.seconds))
    return written


def _made(path: Path, order: Order, findings: list[Finding]) -> Written | None:
    """The article and its editions."""
    from pipeline.read.reader import line_reached, read

    limits.set_activity("reading", line=line_reached)
    start = time.perf_counter()
    article, found = read(path, draft=order.draft)
    findings += found
    if article is None:
        return None
    if order.tabs is not None:
        from pipeline.tree.numbering.tabs import lead_to_tabs

        findings += lead_to_tabs(article.document, order.tabs)
    from pipeline.write.engine.coverage import check_glyphs

    findings += check_glyphs(article)
    if any(finding.is_error for finding in findings) and not order.draft:
        return None
    own = list(findings)
    # A draft is set in the built-in look as long as something is wrong with the desk's.
    faulty = any(finding.is_error and finding.code.startswith("style-") for finding in findings)
    with at(replace(current(), styles=None) if faulty else current()):
        editions, layout = _editions(article, order, start)
    for name in order.formats:
        findings += editions[name].findings
    return Written(article, own, editions, layout)


def _editions(article: Article, order: Order, start: float) -> tuple[dict[str, Edition], PrintLayout]:
    """The editions, and the pages of the print edition.

    :param start: when reading began.
    """
    from pipeline.write.engine.progress import page_reached, watch_pages
    from pipeline.write.epub.edition import write_epub
    from pipeline.write.print.edition import enclosures, finish_pdf, lay_out
    from pipeline.write.print.page_starts import page_starts

    # The ebook names the pages of the print edition, and the print edition carries the ebook.
    watch_pages()
    limits.set_activity("setting pages", page=page_reached)
    layout = lay_out([article], order.paper)
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
