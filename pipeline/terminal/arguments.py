"""What may be typed after ``despatch``: the commands, their arguments and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pipeline import __version__
from pipeline.build import FORMATS
from pipeline.limits import DEFAULT_MEGABYTES, DEFAULT_SECONDS
from pipeline.terminal.completion import SHELLS, PrintCompletion
from pipeline.terminal.usage import PlainParser

_REMARKS: Final = "keep the remarks that no edition shows in the source inside"
_ARTICLE: Final = "a master article (.rst)"


def make_parser(commands: Mapping[str, Callable[[argparse.Namespace], int]]) -> PlainParser:
    """The parser of the command line.

    :param commands: what each command runs, by its name; it stands in the options as ``run``.
    """
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
    parsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = parsers.add_parser(name, help=help)
        command.set_defaults(run=commands[name], fail=command.error)
        return command

    make = add("build", "make the editions of articles")
    _given(make, "articles", "ARTICLE", _ARTICLE)
    make.add_argument(
        "--to", type=str.lower, choices=[*FORMATS, "both"], default="both", help="the edition (default: both)"
    )
    _output(make)
    _switch(make, "--draft", "build in spite of errors and mark the places")
    _paper_and_jobs(make, "article")
    _switch_off(make, "--no-attachments", "attachments", "a PDF without the ebook and the source inside")
    _switch(make, "--remarks", _REMARKS)
    _value(make, "--dask", "ADDRESS", "build on the workers of this Dask scheduler", default="")
    _switch_off(make, "--no-cache", "keep", "build anew what has not changed, too")

    checking = add("check", "read both editions back and compare them with the article")
    _given(checking, "articles", "ARTICLE", "an article (.rst) or a manifest (.toml)")
    _output(checking, "where they are; default: build")
    _switch(checking, "--draft", "compare what --draft has built")
    _switch(checking, "--json", "print the verdict as JSON")
    _version(checking)
    _switch(checking, "--no-validators", "compare only: EPUBCheck takes seconds")

    printing = add("tree", "print the intermediate tree as XML")
    printing.add_argument("article", type=Path, metavar="ARTICLE", help=_ARTICLE)
    _switch(printing, "--draft", "print it in spite of errors")

    watching = add("watch", "show both editions in a browser, anew at each save")
    watching.add_argument("article", type=Path, metavar="ARTICLE", help="an article or a manifest")
    _value(watching, "--paper", "NAME", "as for build")
    opens = 'opens what is clicked on a page, such as "code -g {file}:{line}"'
    _value(watching, "--editor", "COMMAND", opens)
    port = "of the address on this computer (default: any)"
    _value(watching, "--port", "N", port, type=_port, default=0)

    _at_the_desk(add)

    packet = _packet(add("packet", "make briefing packets"))

    answering = add("lsp", "answer an editor: findings as one types, completion (Language Server Protocol)")
    _switch(answering, "--stdio", "what many editors write: it is so in any case")

    verifying = add("verify", "say whether a packet's parts are what they were")
    _given(verifying, "packets", "PACKET", "a packet (.pdf)")
    _value(
        verifying, "--trust", "CERT", "that a signature must go back to (.pem)", type=Path, action="append"
    )

    attaching = _attaching(add("attach", "add files to a finished packet"))
    copying = _copies(add("copies", "make a numbered copy of a packet for each name in a list"))

    for command in (checking, packet, verifying, attaching, copying):
        password = "the variable of the environment that holds the password of the packet"
        _value(command, "--password-from", "NAME", password)
    for command in (make, checking, printing, packet, verifying, copying, watching):
        _limit(command, "--time-limit", "SECONDS", DEFAULT_SECONDS)
        _limit(command, "--memory-limit", "MB", DEFAULT_MEGABYTES)
    for command in (make, checking, printing, packet, attaching, copying, watching):
        _value(command, "--styles", "DIR", "the look; default: styles beside source", type=_folder)
    return parser


def _attaching(attaching: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _given(attaching, "files", "FILE", "a PDF, or any other file")
    _value(attaching, "--to", "PACKET", "the packet (.pdf)", type=Path, required=True)
    for name, default in (("--title", "its name"), ("--tab", "the next one")):
        attaching.add_argument(name, default="", help=f"for one file; default: {default}")
    between = "behind this tab, as pages 37a, 37b; default: at the end"
    _value(attaching, "--between", "TAB", between, default="")
    attaching.add_argument("--marking", default="", help="of the files, where the packet has one")
    _switch(attaching, "--embed", "inside the packet, without pages")
    _switch(attaching, "--safe", "every page as a picture, so that nothing unseen comes along")
    return attaching


def _packet(packet: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _given(packet, "manifests", "MANIFEST", "what is in a packet (.toml)")
    packet.add_argument("--to", choices=["pdf", "both"], default="both", help="pdf: without ebooks")
    _output(packet)
    _switch(packet, "--draft", "build in spite of errors in articles")
    _version(packet)
    _switch(packet, "--all-findings", "each on a line, where otherwise the same kind is counted")
    since = "an earlier packet: a last section says what has changed"
    _value(packet, "--since", "OLD", since, type=Path)
    _value(packet, "--since-password-from", "NAME", "of the earlier packet, where it is another one")
    _switch_off(packet, "--no-sources", "sources", "manifest and source texts stay out of the packet")
    _switch(packet, "--remarks", _REMARKS)
    _switch(packet, "--safe-annexes", "every page of a PDF from elsewhere as a picture")
    _sign(packet)
    _paper_and_jobs(packet, "manifest")
    return packet


def _copies(copying: argparse.ArgumentParser) -> argparse.ArgumentParser:
    copying.add_argument("packet", type=Path, metavar="PACKET", help="a packet (.pdf)")
    _value(copying, "--list", "LIST", "who gets one (.csv, or a workbook)", type=Path, required=True)
    output = "default: the folder copies beside the packet"
    copying.add_argument("-o", "--output", type=Path, metavar="DIR", help=output)
    _sign(copying)
    return copying


def _sign(command: argparse.ArgumentParser) -> None:
    _value(command, "--sign", "KEY", "sign it with this key: .p12 or .pem", type=Path)
    _value(command, "--certificate", "CERT", "of the key, where it lies apart", type=Path)


def _at_the_desk(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """The commands that build nothing."""
    making = add("init", "make a desk: a folder that is ready to build")
    _given(making, "folder", "DIR", "default: this one", nargs="?", default=Path())

    mending = add("fix", "mend what is certain in articles; shows it, writes with --write")
    _given(mending, "articles", "ARTICLE", _ARTICLE)
    _switch(mending, "--write", "write what is shown into the file")

    citing = add("cite", "list the sources in a file and say what is wrong with them")
    _given(citing, "files", "FILE", "sources (.bib, .json, .yaml, .ris)")

    keeping = add("cache", "say what is kept of earlier builds, and where")
    _switch(keeping, "--clear", "remove it: the next build makes everything anew")


def _given(command: argparse.ArgumentParser, name: str, metavar: str, help: str, **more: Any) -> None:
    command.add_argument(name, type=Path, metavar=metavar, help=help, **{"nargs": "+", **more})


def _version(command: argparse.ArgumentParser) -> None:
    _value(
        command, "--version", "NAME", "a version that a manifest has; all: each, and the whole", default=""
    )


def _switch(command: argparse.ArgumentParser, name: str, help: str) -> None:
    command.add_argument(name, action="store_true", help=help)


def _switch_off(command: argparse.ArgumentParser, name: str, what: str, help: str) -> None:
    command.add_argument(name, dest=what, action="store_false", help=help)


def _value(command: argparse.ArgumentParser, name: str, metavar: str, help: str, **more: Any) -> None:
    command.add_argument(name, metavar=metavar, help=help, **more)


def _output(command: argparse.ArgumentParser, help: str = "default: build") -> None:
    command.add_argument("-o", "--output", type=Path, default=Path("build"), metavar="DIR", help=help)


def _paper_and_jobs(command: argparse.ArgumentParser, whose: str) -> None:
    papers = f"a4, letter, or one of the desk's own; default: the {whose}'s own, else a4"
    _value(command, "--paper", "NAME", papers)
    _value(command, "--jobs", "N", "articles at once (default: cores)", type=_positive)


def _limit(command: argparse.ArgumentParser, name: str, unit: str, default: int) -> None:
    text = f"for one article; 0: none (default: {default})"
    _value(command, name, unit, text, type=_natural, default=default)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return path


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text} is not a number of 0 or more")
    return int(text)


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 65536
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 0 to 65535")
    return number


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of 1 or more")
    return number
