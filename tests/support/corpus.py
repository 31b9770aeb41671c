"""Documents that nobody here wrote, in hundreds: each is built as a draft, read back and compared.

Run it with ``make corpus``. It fetches the source distributions that ``data/corpus.lock`` names (never
running anything of them), takes documents out of each, and says of every one what became of it: a table, and
``build/corpus/report.json``. A bad document stops nothing.

    python -m tests.support.corpus [--only PATTERN] [--per-project N] [--seconds N] [--lock NAME...]

Good means: both editions made, no finding ``internal`` or ``contract``; EPUBCheck silent; qpdf, PDF/A and
PDF/UA validators silent; both editions say what the tree says.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline import limits
from tests.support.corpus_sources import COPIED, LOCK, PER_PROJECT, documents, fetch, lock, locked
from tests.support.corpus_trial import Trial, attempt, epubcheck, warm_up
from tests.support.paths import REPOSITORY

BUILD: Final = REPOSITORY / "build" / "corpus"
SLOW, LARGE = 60, 2000
"""Seconds of processor time and MB above which a document is named at the end."""
MEGABYTES: Final = 4096
"""The memory that one document may need."""
BATCH: Final = 50


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", metavar="PATTERN", help="documents with this in project/path")
    parser.add_argument("--per-project", type=int, default=PER_PROJECT, metavar="N")
    parser.add_argument("--seconds", type=int, default=600, metavar="N", help="time limit for one document")
    parser.add_argument("--folder", type=Path, default=BUILD)
    parser.add_argument("--lock", nargs="*", metavar="NAME", help="write the lock file anew, for these too")
    options = parser.parse_args(arguments)
    if options.lock is not None:
        return _write_lock(options.lock)
    tried = list(_chosen(options))
    print(f"corpus: {len(tried)} documents", flush=True)
    trials = run(tried, options.folder, options.seconds)
    _write_report(trials, options.folder / "report.json")
    return _summary(trials)


def _write_lock(more: list[str]) -> int:
    names = sorted({*(sdist.name for sdist in (locked() if LOCK.exists() else [])), *more})
    lines = [sdist.line() for sdist in lock(names)]
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"corpus: {len(lines)} projects in {LOCK.name}")
    return 0


def _chosen(options: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """Each document with the name under which it is shown: project and path."""
    for sdist, folder in fetch(locked(), options.folder / "sdists"):
        for path in documents(sdist, folder, options.per_project):
            shown = f"{sdist.name}/{'/'.join(path.relative_to(folder).parts[1:])}"
            if re.search(options.only, shown):
                yield _as_article(path), shown


def _as_article(path: Path) -> Path:
    """The document under the name of an article: a text file is none, whatever is in it."""
    if path.suffix.lower() != ".txt":
        return path
    copy = path.with_name(f"{path.name}{COPIED}")
    shutil.copyfile(path, copy)
    return copy


def run(tried: list[tuple[Path, str]], folder: Path, seconds: int) -> list[Trial]:
    """Try documents, two at a time, each in a process of its own; then show all ebooks to EPUBCheck.

    :param seconds: time limit for one document.
    """
    calls = []
    for path, shown in tried:
        place = folder / "out" / shown
        shutil.rmtree(place, ignore_errors=True)
        calls.append((path, shown, place))
    warm_up()
    trials = []
    for (path, shown, place), outcome in zip(
        calls, limits.run(attempt, calls, limits.Limits(seconds, MEGABYTES), jobs=2), strict=True
    ):
        if isinstance(outcome, limits.Broken):
            reached = f"{outcome.place.what} {outcome.place.line or outcome.place.page or ''}".strip()
            outcome = Trial(shown, faults=[f"{outcome.cause}: {reached} {outcome.detail}"])
        elif (epub := place / f"{path.stem}.epub").is_file():
            outcome.epub = str(epub)
        trials.append(outcome)
        print(_row(outcome), flush=True)
    _show_to_epubcheck([trial for trial in trials if trial.epub])
    return trials


def _show_to_epubcheck(trials: list[Trial]) -> None:
    """Add what EPUBCheck says. It starts in seconds and then checks five files in one: many at a time."""
    batches = [trials[start : start + BATCH] for start in range(0, len(trials), BATCH)]
    calls = [([trial.epub for trial in batch],) for batch in batches]
    for batch, said in zip(batches, limits.run(epubcheck, calls, limits.Limits(600), jobs=2), strict=True):
        for number, trial in enumerate(batch):
            trial.epubcheck = (
                ["EPUBCheck gave no answer"] if isinstance(said, limits.Broken) else said[number]
            )
            trial.faults += trial.epubcheck[:5]
            for line in trial.epubcheck[:5]:
                print(f"{trial.document}: {line}", flush=True)


# How it looks --------------------------------------------------------------------------------------------


def _row(trial: Trial) -> str:
    codes = " ".join(f"{code}×{count}" for code, count in list(trial.findings.items())[:5])
    lines = [
        f"{trial.verdict:8}{trial.processor:6.1f} s{trial.memory:6} MB{trial.pages:5} p  "
        f"{trial.document}  {codes}"
    ]
    lines += [f"         {fault}" for fault in trial.faults]
    lines += [f"         {trial.refused}"] if trial.refused else []
    return "\n".join(lines)


def _write_report(trials: list[Trial], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "made": time.strftime("%Y-%m-%d %H:%M"),
        "verdicts": dict(Counter(trial.verdict for trial in trials)),
        "documents": [trial.data() for trial in trials],
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _summary(trials: list[Trial]) -> int:
    verdicts = Counter(trial.verdict for trial in trials)
    faults = Counter(
        fault.split(":")[0] for trial in trials for fault in {f.split(":")[0] for f in trial.faults}
    )
    projects = {trial.document.split("/")[0] for trial in trials}
    print(
        f"\n{len(trials)} documents of {len(projects)} projects, {sum(trial.pages for trial in trials)} pages"
    )
    print("  ".join(f"{name} {count}" for name, count in verdicts.most_common()))
    built = [trial for trial in trials if trial.epub]
    print(f"EPUBCheck silent on {sum(not trial.epubcheck for trial in built)} of {len(built)}")
    for name, count in faults.most_common():
        print(f"  {count:4} with {name}")
    for trial in trials:
        if trial.processor > SLOW or trial.memory > LARGE:
            size = f"{trial.processor:.0f} s, {trial.memory} MB, {trial.pages} pages"
            print(f"  large: {trial.document}: {size}")
    return 1 if verdicts["FAULT"] else 0


if __name__ == "__main__":
    sys.exit(main())
