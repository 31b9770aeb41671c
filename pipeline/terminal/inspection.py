"""An article read, and its editions read back: what ``despatch tree`` and ``despatch check`` say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import limits
from pipeline.build import broken
from pipeline.desk import at, desk_of

if TYPE_CHECKING:
    from pipeline.check.article import Report
    from pipeline.findings import Finding


def tree(
    path: Path, allowed: limits.Limits, *, draft: bool = False, styles: Path | None = None
) -> tuple[str | None, list[Finding]]:
    """Read an article in a process of its own.

    :param styles: the folder with the look to take instead of the desk's own.
    :returns: its intermediate tree as XML, or ``None`` when it has errors; and the findings.
    """
    (outcome,) = limits.run(_tree, [(path, draft, styles)], allowed)
    return (None, [broken(path, outcome, allowed)]) if isinstance(outcome, limits.Broken) else outcome


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
    from pipeline.check.article import check as compare
    from pipeline.read.reader import line_reached, read

    with at(desk_of(path, styles)):
        limits.set_activity("reading", line=line_reached)
        article, findings = read(path, draft=draft)
        if article is None:
            return None, findings
        limits.set_activity("reading its editions back")
        report = compare(article, folder, validators=validators)
        return report, report.findings
