"""What the commands show: finished files, findings, colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TextIO

from pipeline.build import Output, Result
from pipeline.findings import Finding, Severity, printable

_BEYOND_DRAFTS: Final = (
    *("file-missing", "file-kind", "file-folder", "file-empty", "file-encoding", "file-write"),
    *("rst-crash", "contract", "internal", "limit-time", "limit-memory", "limit-nesting", "limit-size"),
    "limit-expansion",
)
"""Errors that ``--draft`` does not get past."""


_LINES: Final = 8
"""How many lines a finding names that counts others."""
_MANY: Final = 3
"""More findings of a kind than these are counted; so many less one are shown."""


def show(result: Result, draft: bool, *, counted: bool = False) -> None:
    """The findings and the files of one build, and, where it failed, what helps.

    :param counted: whether errors come first, and many findings of one kind are counted.
    """
    for finding in _counted(result.findings) if counted else result.findings:
        print_finding(finding)
    for output in result.outputs:
        print(f"{coloured(printable(str(output.path)), '1', sys.stdout)}  {_measure(output)}", flush=True)
    if result.failed:
        errors = [finding for finding in result.findings if finding.is_error]
        what = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        built = "nothing built" if not result.outputs else "not all built"
        helps = not draft and all(_drafted(finding.code) for finding in errors)
        hint = " (--draft builds all the same)" if helps else ""
        print(f"{printable(str(result.article))}: {what}, {built}{hint}", file=sys.stderr)


def _counted(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Errors, then the rest; of many of one kind the first ones, and one that counts the others."""
    groups: dict[tuple[bool, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((not finding.is_error, finding.source, finding.code), []).append(finding)
    for key in sorted(groups, key=lambda key: key[0]):
        group = groups[key]
        if len(group) <= _MANY:
            yield from group
            continue
        yield from group[: _MANY - 1]
        rest = group[_MANY - 1 :]
        lines = [str(line) for line in sorted({one.line for one in rest if one.line is not None})]
        shown = lines if len(lines) <= _LINES else [*lines[: _LINES - 1], "…", lines[-1]]
        where = f", on lines {', '.join(shown)}" if len(lines) > 1 else ""
        message = f"{len(rest)} more of this kind{where} (--all-findings shows each)"
        yield replace(rest[0], message=message)


def _drafted(code: str) -> bool:
    """Whether ``--draft`` gets past an error of this kind: those of manifests and annexes stay."""
    own = code == "packet-article" or not code.startswith(("packet-", "annex-"))
    return own and code not in _BEYOND_DRAFTS


def _measure(output: Output) -> str:
    unit = "page" if output.path.suffix == ".pdf" else "chapter"
    parts = f"{output.parts} {unit}{'' if output.parts == 1 else 's'}"
    took = "unchanged" if output.seconds is None else f"{output.seconds:.1f} s"
    return f"{parts}, {max(1, round(output.size / 1000))} kB, {took}"


def complain(message: str) -> None:
    """Say on the standard error, under the name of the program, why a command does nothing or ends."""
    print(f"despatch: {message}", file=sys.stderr)


def print_finding(finding: Finding) -> None:
    """One line on the standard error."""
    place = finding.source if finding.line is None else f"{finding.source}:{finding.line}"
    colour = "31;1" if finding.severity is Severity.ERROR else "33;1"
    kind = coloured(str(finding.severity), colour, sys.stderr)
    print(f"{printable(place)}: {kind} [{finding.code}]: {printable(finding.message)}", file=sys.stderr)


def coloured(text: str, codes: str, stream: TextIO | None) -> str:
    """The text with ANSI colour, on a terminal, unless ``NO_COLOR`` is set.

    :param stream: ``None`` where it was closed before the program began.
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if stream is None or not stream.isatty() or plain:
        return text
    return f"\x1b[{codes}m{text}\x1b[0m"
