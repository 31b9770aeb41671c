"""The command line, nothing else: arguments in, lines out, exit codes.

Exit codes: 0 done, 1 an article has errors, 2 the command was used wrongly, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from pipeline import __version__, articles, desk, libraries, styles
from pipeline.build import FORMATS, Order, Result, build, check, tree
from pipeline.errors import reason_of
from pipeline.limits import DEFAULT_MEGABYTES, DEFAULT_SECONDS, Limits
from pipeline.terminal.completion import SHELLS, PrintCompletion
from pipeline.terminal.screen import coloured, print_finding, show
from pipeline.usage import PlainParser

_PAPERS: Final = "a4, letter, or one of the desk's own"


def main(arguments: Sequence[str] | None = None, *, ready: Callable[[], object] = int) -> int:
    """Run the command ``despatch``.

    :param arguments: the words after the command; by default those of the process.
    :param ready: is called as soon as an interruption finds an answer.
    :returns: the exit code.
    """
    try:
        ready()
        options = _parser().parse_args(arguments)
        fault = libraries.missing() if options.run in (_build, _packet, _attach) else []
        if fault:
            print(f"despatch: {libraries.fault_of(fault)}", file=sys.stderr)
            return 1
        code: int = options.run(options)
    except KeyboardInterrupt:
        print("despatch: interrupted; no file is left half written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = PlainParser(
        prog="despatch",
        description="Turn a reStructuredText master article into a print edition (PDF) and an ebook (EPUB).",
    )
    parser.add_argument("--version", action="version", version=f"despatch {__version__}")
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        metavar="SHELL",
        help=f"a script that completes commands in {', '.join(SHELLS)}",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    make = commands.add_parser("build", help="make the editions of articles")
    make.add_argument("articles", nargs="+", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    make.add_argument("--to", choices=[*FORMATS, "both"], default="both", help="the edition (default: both)")
    make.add_argument(
        "-o", "--output", type=Path, default=Path("build"), metavar="DIR", help="default: build"
    )
    make.add_argument("--draft", action="store_true", help="build in spite of errors and mark the places")
    make.add_argument("--paper", metavar="NAME", help=f"{_PAPERS}; default: the article's own, else a4")
    make.add_argument(
        "--no-attachments",
        dest="attachments",
        action="store_false",
        help="a PDF without the ebook and the source inside",
    )
    make.add_argument(
        "--jobs", type=_positive, default=None, metavar="N", help="articles at once (default: cores)"
    )
    make.set_defaults(run=_build, fail=make.error)

    checking = commands.add_parser("check", help="read both editions back and compare them with the article")
    checking.add_argument(
        "articles", nargs="+", type=Path, metavar="ARTICLE", help="an article (.rst) or a manifest (.toml)"
    )
    checking.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("build"),
        metavar="DIR",
        help="where they are; default: build",
    )
    checking.add_argument("--draft", action="store_true", help="compare what --draft has built")
    checking.add_argument("--json", action="store_true", help="print the verdict as JSON")
    checking.add_argument(
        "--no-validators", action="store_true", help="compare only: EPUBCheck takes seconds"
    )
    checking.set_defaults(run=_check)

    printing = commands.add_parser("tree", help="print the intermediate tree as XML")
    printing.add_argument("article", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    printing.add_argument("--draft", action="store_true", help="print it in spite of errors")
    printing.set_defaults(run=_tree)
    making = commands.add_parser("init", help="make a desk: a folder that is ready to build")
    making.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="default: this one"
    )
    making.set_defaults(run=_init)
    _add_fix(commands)
    packet, attaching = _add_packet(commands)
    for command in (make, checking, printing, packet):
        _add_limits(command)
    for command in (make, checking, printing, packet, attaching):
        command.add_argument(
            "--styles", type=_folder, metavar="DIR", help="the look; default: styles beside source"
        )
    return parser


def _add_fix(commands: Any) -> None:
    mending = commands.add_parser(
        "fix", help="mend what is certain in articles; shows it, writes with --write"
    )
    mending.add_argument("articles", nargs="+", type=Path, metavar="ARTICLE", help="a master article (.rst)")
    mending.add_argument("--write", action="store_true", help="write what is shown into the file")
    mending.set_defaults(run=_fix)


def _add_packet(commands: Any) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    packet: argparse.ArgumentParser = commands.add_parser("packet", help="make briefing packets")
    packet.add_argument(
        "manifests", nargs="+", type=Path, metavar="MANIFEST", help="what is in a packet (.toml)"
    )
    packet.add_argument(
        "-o", "--output", type=Path, default=Path("build"), metavar="DIR", help="default: build"
    )
    packet.add_argument("--draft", action="store_true", help="build in spite of errors in articles")
    packet.add_argument(
        "--since", type=Path, metavar="OLD", help="an earlier packet: a last section says what has changed"
    )
    packet.add_argument("--paper", metavar="NAME", help=f"{_PAPERS}; default: the manifest's own, else a4")
    packet.add_argument(
        "--jobs", type=_positive, default=None, metavar="N", help="articles at once (default: cores)"
    )
    packet.set_defaults(run=_packet, fail=packet.error)

    verifying = commands.add_parser("verify", help="say whether a packet's parts are what they were")
    verifying.add_argument("packets", nargs="+", type=Path, metavar="PACKET", help="a packet (.pdf)")
    verifying.set_defaults(run=_verify)

    attaching = commands.add_parser("attach", help="add files to a finished packet")
    attaching.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a PDF, or any other file")
    attaching.add_argument("--to", type=Path, required=True, metavar="PACKET", help="the packet (.pdf)")
    attaching.add_argument("--title", default="", help="for one file; default: its name")
    attaching.add_argument("--tab", default="", help="for one file; default: the next one")
    attaching.add_argument("--marking", default="", help="of the files, where the packet has one")
    attaching.add_argument("--embed", action="store_true", help="inside the packet, without pages")
    attaching.set_defaults(run=_attach)
    return packet, attaching


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--time-limit",
        type=_natural,
        default=DEFAULT_SECONDS,
        metavar="SECONDS",
        help=f"for one article; 0: none (default: {DEFAULT_SECONDS})",
    )
    command.add_argument(
        "--memory-limit",
        type=_natural,
        default=DEFAULT_MEGABYTES,
        metavar="MB",
        help=f"for one article; 0: none (default: {DEFAULT_MEGABYTES})",
    )


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return path


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text} is not a number of 0 or more")
    return int(text)


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return number


def _build(options: argparse.Namespace) -> int:
    formats = FORMATS if options.to == "both" else (options.to,)
    allowed = _limits(options)
    order = Order(
        formats, options.output, options.draft, options.paper, options.attachments, allowed, options.styles
    )
    paths = list(dict.fromkeys(map(articles.find, options.articles)))
    _check_paper(paths, options)
    clash = _same_name(paths)
    if clash:
        print(
            f"despatch: two articles would be built as {clash}: build them into two folders", file=sys.stderr
        )
        return 2
    failed = False
    with closing(build(paths, order, options.jobs or os.cpu_count() or 1)) as results:
        for result in results:
            show(result, options.draft)
            failed = failed or result.failed
    return 1 if failed else 0


def _init(options: argparse.Namespace) -> int:
    from pipeline.init import init

    try:
        made = init(options.folder)
    except OSError as error:
        print(f"despatch: {error.filename or options.folder}: {reason_of(error)}", file=sys.stderr)
        return 1
    for name in made.written:
        print(options.folder / name)
    for name in made.left:
        print(f"{options.folder / name}: is there already, and stays as it is", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    results: list[dict[str, Any]] = []
    failed = not options.no_validators and _lacks_validators()
    options.no_validators = options.no_validators or failed
    either = (*articles.ARTICLE, *articles.MANIFEST)
    given = list(dict.fromkeys(articles.find(path, either) for path in options.articles))
    paths = [path for path in given if path.suffix != ".toml"]
    checked = check(
        paths,
        options.output,
        _limits(options),
        draft=options.draft,
        validators=not options.no_validators,
        styles=options.styles,
    )
    for path, (report, findings) in zip(paths, checked, strict=True):
        if report is None:
            failed = True
        else:
            results.append(report.data())
            failed = failed or not report.good
            if options.json:
                continue
            print(f"{coloured(str(path), '1', sys.stdout)}  {report.table()}", flush=True)
        for finding in findings:
            print_finding(finding)
    for path in given:
        if path.suffix == ".toml":
            result, good = _check_packet(path, options)
            results.append(result)
            failed = failed or not good
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    return 1 if failed else 0


def _lacks_validators() -> bool:
    """Say so where validators are not installed; the rest is compared all the same."""
    from pipeline.check.validators import install_command, missing

    absent = missing()
    if absent:
        message = f"{', '.join(absent)} not installed: {install_command()}, or check without: --no-validators"
        print(f"despatch: {message}", file=sys.stderr)
    return bool(absent)


def _check_packet(path: Path, options: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    from pipeline.packet.check import examine

    report = examine(
        path,
        options.output,
        _limits(options),
        draft=options.draft,
        validators=not options.no_validators,
        styles=options.styles,
    )
    if not options.json:
        for name, table in report.tables:
            print(f"{coloured(str(path), '1', sys.stdout)}, {name}  {table}", flush=True)
        for finding in report.findings:
            print_finding(finding)
    return report.data(str(path)), report.good


def _packet(options: argparse.Namespace) -> int:
    from pipeline.packet.make import PacketOrder, make_packet

    jobs = options.jobs or os.cpu_count() or 1
    order = PacketOrder(
        options.output,
        options.draft,
        options.paper,
        jobs,
        _limits(options),
        since=options.since,
        styles=options.styles,
    )
    paths = list(dict.fromkeys(articles.find(path, articles.MANIFEST) for path in options.manifests))
    _check_paper(paths, options)
    clash = _same_name(paths)
    if clash:
        print(f"despatch: two packets would be made as {clash}: make them into two folders", file=sys.stderr)
        return 2
    failed = False
    for path in paths:
        result = make_packet(path, order)
        show(Result(path, result.findings, result.outputs, result.failed), options.draft)
        failed = failed or result.failed
    return 1 if failed else 0


def _verify(options: argparse.Namespace) -> int:
    from pipeline.packet.stitch.verify import verify

    failed = False
    for path in dict.fromkeys(options.packets):
        verdict = verify(path)
        if verdict.parts:
            print(verdict, flush=True)
        for finding in verdict.findings:
            print_finding(finding)
            failed = failed or finding.is_error
    return 1 if failed else 0


def _attach(options: argparse.Namespace) -> int:
    from pipeline.packet.attach import Addition, attach

    paths = list(dict.fromkeys(options.files))
    if len(paths) > 1 and (options.title or options.tab):
        print("despatch: --title and --tab are for one file: attach the files one by one", file=sys.stderr)
        return 2
    additions = [Addition(path, options.title, options.tab, options.marking, options.embed) for path in paths]
    result = attach(options.to, additions, styles=options.styles)
    for finding in result.findings:
        print_finding(finding)
    for line in result.lines:
        print(line)
    if result.failed:
        print(f"{options.to}: nothing attached", file=sys.stderr)
    return 1 if result.failed else 0


def _check_paper(paths: Sequence[Path], options: argparse.Namespace) -> None:
    """End, as with any wrong use, where a desk lacks the paper that is asked for, and say which there are."""
    for path in paths if options.paper is not None else ():
        with desk.at(desk.desk_of(path, options.styles)):
            if styles.paper_named(options.paper) is None:
                there = ", ".join(styles.papers())
                options.fail(f'argument --paper: there is no paper "{options.paper}": write one of {there}')


def _same_name(paths: Sequence[Path]) -> str | None:
    seen: set[str] = set()
    for path in paths:
        if path.stem in seen:
            return path.stem
        seen.add(path.stem)
    return None


def _fix(options: argparse.Namespace) -> int:
    from pipeline.fix import fix, write

    failed = False
    for path in dict.fromkeys(map(articles.find, options.articles)):
        mended = fix(path)
        print(mended.diff(), end="", flush=True)
        for finding in mended.findings:
            print_finding(finding)
            failed = failed or finding.is_error
        if options.write and mended.changed:
            fault = write(mended)
            if fault is not None:
                print_finding(fault)
                failed = True
                continue
        print(f"{path}: {mended.summary(written=options.write)}", file=sys.stderr)
    return 1 if failed else 0


def _tree(options: argparse.Namespace) -> int:
    text, findings = tree(
        articles.find(options.article), _limits(options), draft=options.draft, styles=options.styles
    )
    for finding in findings:
        print_finding(finding)
    if text is None:
        return 1
    print(text)
    return 0


def _limits(options: argparse.Namespace) -> Limits:
    return Limits(options.time_limit, options.memory_limit)
