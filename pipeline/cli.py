"""The command line, nothing else: arguments in, lines out, exit codes.

Exit codes: 0 done, 1 an article has errors, 2 the command was used wrongly, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

from pipeline import __version__, styles
from pipeline.build import FORMATS, Order, Output, Result, build
from pipeline.findings import Finding, Severity

_BEYOND_DRAFTS: Final = (
    *("file-missing", "file-folder", "file-empty", "file-encoding", "file-write"),
    *("rst-crash", "contract", "internal"),
)
"""Errors that ``--draft`` does not get past."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``despatch``.

    :param arguments: the words after the command; by default those of the process.
    :returns: the exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        print("despatch: interrupted; no file is left half written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="despatch",
        description="Turn a reStructuredText master article into a print edition (PDF) and an ebook (EPUB).",
    )
    parser.add_argument("--version", action="version", version=f"despatch {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    make = commands.add_parser("build", help="make the editions of articles")
    make.add_argument("articles", nargs="+", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    make.add_argument("--to", choices=[*FORMATS, "both"], default="both", help="the edition (default: both)")
    make.add_argument(
        "-o", "--output", type=Path, default=Path("build"), metavar="DIR", help="default: build"
    )
    make.add_argument("--draft", action="store_true", help="build in spite of errors and mark the places")
    make.add_argument("--paper", choices=styles.papers(), help="default: the article's own, else a4")
    make.add_argument(
        "--no-attachments",
        dest="attachments",
        action="store_false",
        help="a PDF without the ebook and the source inside",
    )
    make.add_argument(
        "--jobs", type=_positive, default=None, metavar="N", help="articles at once (default: cores)"
    )
    make.set_defaults(run=_build)

    check = commands.add_parser("check", help="read both editions back and compare them with the article")
    check.add_argument("articles", nargs="+", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    check.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("build"),
        metavar="DIR",
        help="where they are; default: build",
    )
    check.add_argument("--json", action="store_true", help="print the verdict as JSON")
    check.add_argument("--no-validators", action="store_true", help="compare only: EPUBCheck takes seconds")
    check.set_defaults(run=_check)

    tree = commands.add_parser("tree", help="print the intermediate tree as XML")
    tree.add_argument("article", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    tree.add_argument("--draft", action="store_true", help="print it in spite of errors")
    tree.set_defaults(run=_tree)
    return parser


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return number


def _build(options: argparse.Namespace) -> int:
    formats = FORMATS if options.to == "both" else (options.to,)
    order = Order(formats, options.output, options.draft, options.paper, options.attachments)
    paths = list(dict.fromkeys(options.articles))
    clash = _same_name(paths)
    if clash:
        print(
            f"despatch: two articles would be built as {clash}: build them into two folders", file=sys.stderr
        )
        return 2
    failed = False
    for result in build(paths, order, options.jobs or os.cpu_count() or 1):
        _show(result)
        failed = failed or result.failed
    return 1 if failed else 0


def _check(options: argparse.Namespace) -> int:
    from pipeline.check.report import check
    from pipeline.read import read

    results, failed = [], False
    for path in dict.fromkeys(options.articles):
        article, findings = read(path)
        if article is None:
            failed = True
            for finding in findings:
                _print_finding(finding)
            continue
        report = check(article, options.output, validators=not options.no_validators)
        results.append(report.data())
        failed = failed or not report.good
        if not options.json:
            print(f"{_coloured(str(path), '1', sys.stdout)}  {report.table()}", flush=True)
            for finding in report.findings:
                _print_finding(finding)
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    return 1 if failed else 0


def _same_name(paths: Sequence[Path]) -> str | None:
    seen: set[str] = set()
    for path in paths:
        if path.stem in seen:
            return path.stem
        seen.add(path.stem)
    return None


def _tree(options: argparse.Namespace) -> int:
    from pipeline.read import read

    article, findings = read(options.article, draft=options.draft)
    for finding in findings:
        _print_finding(finding)
    if article is None:
        return 1
    print(article.document.asdom().toprettyxml(indent="  "))
    return 0


# How it looks --------------------------------------------------------------------------------------------


def _show(result: Result) -> None:
    for finding in result.findings:
        _print_finding(finding)
    for output in result.outputs:
        print(f"{_coloured(str(output.path), '1', sys.stdout)}  {_measure(output)}", flush=True)
    if result.failed:
        errors = [finding for finding in result.findings if finding.is_error]
        what = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        built = "nothing built" if not result.outputs else "not all built"
        helps = all(finding.code not in _BEYOND_DRAFTS for finding in errors)
        hint = " (--draft builds all the same)" if helps else ""
        print(f"{result.article}: {what}, {built}{hint}", file=sys.stderr)


def _measure(output: Output) -> str:
    unit = "page" if output.path.suffix == ".pdf" else "chapter"
    parts = f"{output.parts} {unit}{'' if output.parts == 1 else 's'}"
    return f"{parts}, {max(1, round(output.size / 1000))} kB, {output.seconds:.1f} s"


def _print_finding(finding: Finding) -> None:
    place = finding.source if finding.line is None else f"{finding.source}:{finding.line}"
    colour = "31;1" if finding.severity is Severity.ERROR else "33;1"
    kind = _coloured(str(finding.severity), colour, sys.stderr)
    print(f"{place}: {kind} [{finding.code}]: {finding.message}", file=sys.stderr)


def _coloured(text: str, codes: str, stream: TextIO) -> str:
    """The text with ANSI colour, on a terminal, unless ``NO_COLOR`` is set."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{codes}m{text}\x1b[0m"
