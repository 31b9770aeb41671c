"""The command line, nothing else: arguments in, lines out, exit codes.

Exit codes: 0 done, 1 an article has errors, 2 the command was used wrongly, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from pipeline import libraries
from pipeline.article_store import build
from pipeline.build import FORMATS, Order
from pipeline.errors import ClusterError, reason_of
from pipeline.findings import printable
from pipeline.limits import Limits
from pipeline.packet_commands import attach, check_packet, copies, packet, verify, versions_of
from pipeline.terminal import articles
from pipeline.terminal.arguments import make_parser
from pipeline.terminal.inspection import check, tree
from pipeline.terminal.progress import Progress
from pipeline.terminal.screen import coloured, complain, print_finding, show
from pipeline.terminal.usage import PlainParser, mistyped, output_fault
from pipeline.terminal.what_is_given import check_paper, limits_of, same_name


def main(arguments: Sequence[str] | None = None, *, ready: Callable[[], object] = int) -> int:
    """Run the command ``despatch``.

    :param arguments: the words after the command; by default those of the process.
    :param ready: is called as soon as an interruption finds an answer.
    :returns: the exit code.
    """
    try:
        ready()
        parser = _parser()
        words = list(sys.argv[1:] if arguments is None else arguments)
        slip = mistyped(words)
        if slip:
            parser.error(slip)
        if words[:1] == ["help"]:  # as with other programs: despatch help build
            words = [*words[1:2], "--help"]
        parser.words = words
        options = parser.parse_args(words)
        fault_of_output = output_fault(getattr(options, "output", None))
        if fault_of_output:
            options.fail(fault_of_output)
        fault = libraries.missing() if options.run in (_build, packet, attach, copies, _watch) else []
        if fault:
            complain(libraries.fault_of(fault))
            return 1
        code: int = options.run(options)
        if sys.stdout is not None and not sys.stdout.closed:  # an editor has closed it
            sys.stdout.flush()
    except KeyboardInterrupt:
        complain("interrupted; no file is left half written")
        return 130
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        _drop_output()
        where = f"{error.filename}: " if error.filename else "what the command says can't be written: "
        with contextlib.suppress(OSError):
            complain(f"{printable(where)}{reason_of(error)}")
        return 1
    return code


def _drop_output() -> None:
    """What is still to be printed goes nowhere: Python would try again at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> PlainParser:
    commands = (
        *(_build, _check, _tree, _init, _fix, _cite),
        *(packet, verify, attach, copies),
        *(_cache, _lsp, _watch),
    )
    return make_parser({run.__name__.removeprefix("_"): run for run in commands})


def _build(options: argparse.Namespace) -> int:
    formats = FORMATS if options.to == "both" else (options.to,)
    what = (formats, options.output, options.draft, options.paper, options.attachments)
    order = Order(*what, limits_of(options), options.styles, options.remarks, options.keep)
    paths = articles.find_all(options.articles)
    check_paper(paths, options)
    clash = same_name(paths)
    if clash:
        complain(f"two articles would be built as {clash}: build them into two folders")
        return 2
    failed, line = False, Progress(len(paths), sys.stderr)
    jobs = options.jobs or os.cpu_count() or 1
    try:
        with closing(line), closing(build(paths, order, jobs, options.dask)) as results:
            for result in results:
                line.finished()
                show(result, options.draft)
                failed = failed or result.failed
    except ClusterError as error:
        complain(printable(str(error)))
        return 1
    return 1 if failed else 0


def _init(options: argparse.Namespace) -> int:
    from pipeline.init import init

    try:
        made = init(options.folder)
    except OSError as error:
        complain(f"{error.filename or options.folder}: {reason_of(error)}")
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
    given = articles.find_all(options.articles, either)
    paths = [path for path in given if path.suffix != ".toml"]
    checked = check(
        paths,
        options.output,
        limits_of(options),
        draft=options.draft,
        validators=not options.no_validators,
        styles=options.styles,
    )
    line = Progress(len(given), sys.stderr)
    for path, (report, findings) in zip(paths, checked, strict=True):
        line.finished()
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
    manifests = [path for path in given if path.suffix == ".toml"]
    for path, version in versions_of(manifests, options.version):
        result, good = check_packet(path, options, version, line)
        results.append(result)
        failed = failed or not good
    line.close()
    if options.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    return 1 if failed else 0


def _lacks_validators() -> bool:
    """Say so where validators are not installed; the rest is compared all the same."""
    from pipeline.check.validators import install_command, missing

    absent = missing()
    if absent:
        names = ", ".join(absent)
        complain(f"{names} not installed: {install_command()}, or check without: --no-validators")
    return bool(absent)


def _fix(options: argparse.Namespace) -> int:
    from pipeline.fix.mend import fix, write

    failed = False
    for path in articles.find_all(options.articles):
        mended = fix(path)
        print(mended.diff(), end="", flush=True)
        for finding in mended.findings:
            print_finding(finding)
            failed = failed or finding.is_error
        if not mended.before:
            continue  # there is no such file, or nothing in it
        if options.write and mended.changed:
            fault = write(mended)
            if fault is not None:
                print_finding(fault)
                failed = True
                continue
        print(f"{path}: {mended.summary(written=options.write)}", file=sys.stderr)
    return 1 if failed else 0


def _cite(options: argparse.Namespace) -> int:
    from pipeline.build import broken
    from pipeline.cite.listing import look
    from pipeline.limits import Broken, run

    allowed, failed = Limits(), False
    paths = list(dict.fromkeys(options.files))
    for path, outcome in zip(paths, run(look, [(path,) for path in paths], allowed), strict=True):
        lines, findings = ([], [broken(path, outcome, allowed)]) if isinstance(outcome, Broken) else outcome
        for line in lines:
            print(printable(line))
        for finding in findings:
            print_finding(finding)
            failed = failed or finding.is_error
    return 1 if failed else 0


def _tree(options: argparse.Namespace) -> int:
    text, findings = tree(
        articles.find(options.article), limits_of(options), draft=options.draft, styles=options.styles
    )
    for finding in findings:
        print_finding(finding)
    if text is None:
        return 1
    print(text)
    return 0


def _watch(options: argparse.Namespace) -> int:
    from pipeline.terminal.watching import watch

    path = articles.find(options.article, (*articles.ARTICLE, *articles.MANIFEST))
    check_paper([path], options)
    order = Order(paper=options.paper, limits=limits_of(options), styles=options.styles)
    return watch(path, order, options.port, options.editor)


def _cache(options: argparse.Namespace) -> int:
    from pipeline.terminal.keeping import tell

    return tell(clear=options.clear)


def _lsp(options: argparse.Namespace) -> int:
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        complain('the language server is an extra: pip install "despatch[lsp]"')
        return 1
    from pipeline.editor.server import serve

    serve()
    return 0
