"""What is said of a command that is not right: in plain words, with the nearest thing that there is."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from pipeline.findings import listed, suggest
from pipeline.terminal import articles

_WORDS: Final = [
    (r"the following arguments are required: (.+)", "{0} is missing"),
    (r"unrecognized arguments: (.+)", "there is no {0} here"),
    (r"argument (?:COMMAND|.*): invalid choice: '?(.*?)'? \(choose from (.+)\)", '"{0}" is none of {1}'),
    (r"argument (.+): expected one argument", "{0} needs a value behind it"),
    (r"argument (.+): expected at least one argument", "{0} needs a value behind it"),
    (r"argument (.+): expected (\d+) arguments", "{0} needs {1} values behind it"),
    (r"argument (.+): ignored explicit argument '(.*)'", "{0} takes no value: leave {1} out"),
    (r"ambiguous option: (.+) could match (.+)", "{0} may be {1}: write the whole name"),
    (r"argument (.+): not allowed with argument (.+)", "{0} and {1} do not go together"),
    (r"argument (.+): invalid .+ value: '(.*)'", "{0} can't be {1}"),
    (r"argument (.+?): (.+)", "{0}: {1}"),
]
MESSAGES: Final = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _WORDS]


def plain(message: str) -> str:
    """A message of argparse in plain words; where there is a nearer thing, it is named."""
    for pattern, words in MESSAGES:
        match = pattern.fullmatch(message)
        if match is None:
            continue
        parts = list(match.groups())
        if "choose from" in message:
            choices = [one.strip(" '\"") for one in parts[1].split(",")]
            parts[1] = listed(choices, "and")
            word = parts[0]
            if "build" in choices and "verify" in choices:
                meant = _COMMANDS.get(word.lower()) or _command_of(word)
                if meant:
                    return f"{words.format(*parts)}: write despatch {meant}"
            elif set(re.split(r"[,;+/ ]+", word.lower())) == {"pdf", "epub"}:
                return f"{words.format(*parts)}: write both"
            elif "epub" in choices and word.lower() in _EDITIONS:
                return f"{words.format(*parts)}: write {_EDITIONS[word.lower()]}"
            return words.format(*parts) + suggest(parts[0], choices)
        return words.format(*parts)
    return message


_MEANT: Final = {
    **dict.fromkeys(("--pdf", "-pdf"), "--to pdf"),
    **dict.fromkeys(("--epub", "-epub", "--ebook"), "--to epub"),
    **dict.fromkeys(("--format", "-f", "-t", "--formats"), "--to pdf or --to epub"),
    **dict.fromkeys(("--a4", "-a4"), "--paper a4"),
    **dict.fromkeys(("--letter", "-letter", "--size"), "--paper letter"),
    **dict.fromkeys(("--out", "--dir", "-d", "--outdir"), "-o DIR"),
    "-w": "--write",
    "-j": "--jobs N",
    **dict.fromkeys(("--force", "--ignore-errors"), "--draft"),
}
"""What other programs call their options, and what is written here."""
_COMMANDS: Final = {
    **dict.fromkeys(("pdf", "print"), "build ARTICLE --to pdf"),
    **dict.fromkeys(("epub", "ebook"), "build ARTICLE --to epub"),
    **dict.fromkeys(("all", "make", "export", "convert", "render", "compile", "run"), "build ARTICLE"),
    "draft": "build ARTICLE --draft",
    "validate": "check ARTICLE",
    "lint": "check ARTICLE",
    "new": "init DIR",
    "version": "--version",
}
"""What may be typed as a command, and what is meant."""
_EDITIONS: Final = {
    **dict.fromkeys(("ebook", "e-book", "kindle", "mobi"), "epub"),
    **dict.fromkeys(("print", "paper", "word", "docx"), "pdf"),
    "all": "both",
}
"""What may be typed as an edition, and what is meant."""
_FOR_MAKE: Final = {"ARTICLE": "{}", "MANIFEST": "{}", "PAPER": "--paper {}", "ARGS": "{}"}
_VARIABLE: Final = re.compile(rf"(?P<name>{'|'.join(_FOR_MAKE)})=(?P<value>.*)", re.IGNORECASE | re.DOTALL)
_DASHES: Final = re.compile(r"[‐‑‒–—―−]{1,2}(?P<name>[a-z][a-z-]*)(?P<rest>=.*)?")


def mistyped(arguments: Sequence[str]) -> str:
    """What is wrong with the words of a command before they are read as such, or "".

    :param arguments: those of the process.
    """
    first = arguments[0] if arguments else ""
    top = ("--help", "--version", "--print-completion")
    if first.startswith("--") and first.split("=")[0] not in top and suggest(first, top):
        return f"there is no {first} here{suggest(first, top)}"
    for word in arguments:
        variable = _VARIABLE.fullmatch(word)
        if variable is not None and not Path(word).exists():
            cure = _FOR_MAKE[variable["name"].upper()].format(variable["value"])
            return f'"{word}" is what make takes: type {cure}'
        if re.match(r"(?:https?|ftp|file)://", word):
            return f'"{word}" is an address: save the file in source/, and name it'
        match = _DASHES.fullmatch(word)
        if match is not None and not Path(word).exists():
            return (
                f'"{word}" begins with a dash that is no hyphen: type --{match["name"]}{match["rest"] or ""}'
            )
    return ""


def output_fault(folder: Path | None) -> str:
    """What is wrong where a file is named as the folder that the editions go to, or ""."""
    if folder is None or folder.suffix.lower() not in (".pdf", ".epub") or folder.is_dir():
        return ""
    place = folder.parent if folder.parent.parts else "build"
    return f"argument -o/--output: names a folder, and each file is called after its source: -o {place}"


def _command_of(word: str) -> str:
    """The command for a file that is named where a command is wanted, or ""."""
    first = word.split(" ")
    if first[0] in ("build", "check", "packet", "fix", "tree") and len(first) > 1:
        return f"{word}, without quotation marks around the whole"
    if word.lower().endswith(".rst"):
        return f"build {word}"
    if word.lower().endswith(".toml"):
        return f"packet {word}"
    for command, endings in (("build", articles.ARTICLE), ("packet", articles.MANIFEST)):
        if articles.find(Path(word), endings).is_file():
            return f"{command} {word}"
    return ""


class PlainParser(argparse.ArgumentParser):
    """A parser of the command line whose messages are sentences."""

    words: Sequence[str] = ()
    """What was typed behind the name of the program."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and how to see what is right; exit with 2."""
        said = plain(message)
        match = re.fullmatch(r"unrecognized arguments: (\S+).*", message)
        if match is not None:
            known = [option for action in self._all_actions() for option in action.option_strings]
            name = match[1].split("=")[0]
            if name in _MEANT:
                said += f": write {_MEANT[name]}"
            elif name in known:
                said = self._elsewhere(name)
            else:
                said += suggest(name, known)
        self.exit(2, f"{self.prog}: {said}: {self.prog} --help shows what there is\n")

    def _elsewhere(self, name: str) -> str:
        """What is said of an option that other commands have, or that stands before the command."""
        takers = [command for command, parser in self._commands() if name in parser._option_string_actions]
        typed = next((word for word in self.words if word in dict(self._commands())), "")
        if not takers or not typed or typed in takers:
            command = takers[0] if takers and "build" not in takers else "build"
            return f"{name} belongs behind a command, as in despatch {command} ARTICLE {name}"
        if typed == "check" and "build" in takers:
            built = f"{name} letter" if name == "--paper" else name
            return (
                f"despatch check has no {name}, for it reads what is built: "
                f"build with despatch build ARTICLE {built}, then check without it"
            )
        return f"despatch {typed} has no {name}: it is an option of despatch {listed(takers)}"

    def _commands(self) -> list[tuple[str, argparse.ArgumentParser]]:
        groups = (action for action in self._actions if isinstance(action, argparse._SubParsersAction))
        return [pair for group in groups for pair in group.choices.items()]

    def _all_actions(self) -> list[argparse.Action]:
        found = list(self._actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += [one for parser in action.choices.values() for one in parser._actions]
        return found
