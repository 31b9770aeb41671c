"""The commands that make packets, look at them, and add to them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.terminal import articles
from pipeline.terminal.progress import Progress
from pipeline.terminal.screen import coloured, complain, print_finding, show
from pipeline.terminal.what_is_given import check_paper, limits_of, same_name

if TYPE_CHECKING:
    from pipeline.packet.attach import Attached
    from pipeline.packet.copies.make import Copies


def check_packet(
    path: Path, options: argparse.Namespace, version: str, line: Progress
) -> tuple[dict[str, Any], bool]:
    """``despatch check`` of a manifest: the verdict for a program, and whether nothing is wrong.

    :param line: that says on a terminal how far it is.
    """
    from pipeline.packet.check import examine

    report = examine(
        path,
        options.output,
        limits_of(options),
        draft=options.draft,
        validators=not options.no_validators,
        styles=options.styles,
        version=version,
        lock=lock_of(options),
    )
    line.finished()
    if not options.json:
        shown = f"{path} ({version})" if version else str(path)
        for name, table in report.tables:
            print(f"{coloured(shown, '1', sys.stdout)}, {name}  {table}", flush=True)
        for finding in report.findings:
            print_finding(finding)
    return report.data(str(path)), report.good


def packet(options: argparse.Namespace) -> int:
    """``despatch packet``."""
    from pipeline.packet.make import PacketOrder, make_packet

    jobs = options.jobs or os.cpu_count() or 1
    key = _key(options)
    order = PacketOrder(
        options.output,
        options.draft,
        options.paper,
        jobs,
        limits_of(options),
        since=options.since,
        styles=options.styles,
        sources=options.sources,
        remarks=options.remarks,
        safe=options.safe_annexes,
        ebook=options.to == "both",
        key=key,
        lock=lock_of(options),
        since_lock=lock_of(options, "since_password_from"),
    )
    paths = articles.find_all(options.manifests, articles.MANIFEST)
    check_paper(paths, options)
    clash = same_name(paths)
    if clash:
        complain(f"two packets would be made as {clash}: make them into two folders")
        return 2
    failed = False
    with closing(Progress(1, sys.stderr, of_parts=True)) as line:
        for path, version in versions_of(paths, options.version):
            result = make_packet(path, replace(order, version=version))
            line.finished()
            show(result, options.draft, counted=not options.all_findings)
            failed = failed or result.failed
    return 1 if failed else 0


def lock_of(options: argparse.Namespace, name: str = "password_from") -> Any:
    """The password that an option names; what can't be one is a wrong use."""
    from pipeline.packet.base.lock import Lock

    lock = Lock(getattr(options, name) or "")
    if lock.fault:
        options.fail(f"argument --{name.replace('_', '-')}: {lock.fault}")
    return lock


def _key(options: argparse.Namespace) -> Any:
    """The key that signs; its password is asked for where there is somebody to ask."""
    from pipeline.packet.signature.keys import KeyFault, PasswordNeeded, load_key

    if options.sign is None:
        if options.certificate is not None:
            options.fail("argument --certificate: it belongs to a key: name that with --sign")
        return None
    try:
        try:
            return load_key(options.sign, options.certificate)
        except PasswordNeeded:
            if not sys.stdin.isatty():
                raise
            import getpass

            secret = getpass.getpass(f"Password of {options.sign}: ")
            return load_key(options.sign, options.certificate, secret)
    except KeyFault as error:
        options.fail(f"argument --sign: {error}")
        return None


def _roots(options: argparse.Namespace) -> list[bytes]:
    from pipeline.packet.signature.keys import KeyFault, load_roots

    try:
        return load_roots(options.trust) if options.trust else []
    except KeyFault as error:
        options.fail(f"argument --trust: {error}")
        return []


def versions_of(paths: Sequence[Path], wanted: str) -> list[tuple[Path, str]]:
    """The packets that are asked for: manifests, with the version of each."""
    from pipeline.packet.manifest.versions import ALL, versions_in

    return [(path, name) for path in paths for name in (versions_in(path) if wanted == ALL else [wanted])]


def verify(options: argparse.Namespace) -> int:
    """``despatch verify``."""
    from pipeline.packet.stitch.verify import verify as look

    failed = False
    roots, lock = _roots(options), lock_of(options)
    for path in dict.fromkeys(map(articles.find_packet, options.packets)):
        verdict = look(path, limits_of(options), roots, lock)
        if verdict.parts:
            print(verdict, flush=True)
        if verdict.signature:
            print(verdict.signature, flush=True)
        for finding in verdict.findings:
            print_finding(finding)
            failed = failed or finding.is_error
    return 1 if failed else 0


def copies(options: argparse.Namespace) -> int:
    """``despatch copies``."""
    from pipeline.packet.copies.make import CopyOrder, make_copies

    key, lock, allowed = _key(options), lock_of(options), limits_of(options)
    order = CopyOrder(options.list, options.output, key, lock, allowed, options.styles)
    result = make_copies(articles.find_packet(options.packet), order)
    return _told(result, f"{options.packet}: no copies made")


def attach(options: argparse.Namespace) -> int:
    """``despatch attach``."""
    from pipeline.packet.attach import attach as add
    from pipeline.packet.late.additions import Addition

    paths = list(dict.fromkeys(options.files))
    if len(paths) > 1 and (options.title or options.tab):
        complain("--title and --tab are for one file: attach the files one by one")
        return 2
    given = (options.title, options.tab, options.marking, options.embed, options.safe, options.between)
    additions = [Addition(path, *given) for path in paths]
    result = add(articles.find_packet(options.to), additions, styles=options.styles, lock=lock_of(options))
    return _told(result, f"{options.to}: nothing attached")


def _told(result: Copies | Attached, nothing: str) -> int:
    """Say what has become of a finished packet; the exit code.

    :param nothing: what is said where it has failed.
    """
    for finding in result.findings:
        print_finding(finding)
    for line in result.lines:
        print(line)
    if result.failed:
        print(nothing, file=sys.stderr)
    return 1 if result.failed else 0
