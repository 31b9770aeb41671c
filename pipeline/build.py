"""What to build, from which article, in which process; and what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.findings import Finding, in_order

FORMATS: Final = ("pdf", "epub")


@dataclass(frozen=True)
class Order:
    """What is asked for.

    :param formats: some of `FORMATS`, in the order in which they are made.
    :param folder: where the files go.
    :param draft: build in spite of errors.
    :param paper: name of a paper size; by default the article's own.
    """

    formats: tuple[str, ...] = FORMATS
    folder: Path = Path("build")
    draft: bool = False
    paper: str | None = None


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
    from multiprocessing import get_context

    with ProcessPoolExecutor(min(jobs, len(paths)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(build_one, paths, [order] * len(paths))


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
    for name in order.formats:
        if name == "pdf":
            from pipeline.write.pdf import write_pdf

            data, parts, warned = write_pdf([article], paper=order.paper)
        else:
            from pipeline.write.epub import write_epub

            data, parts, warned = write_epub([article])
        findings += warned
        target = order.folder / f"{article.name}.{name}"
        write_whole(target, data)
        now = time.perf_counter()
        outputs.append(Output(target, parts, len(data), now - start))
        start = now
