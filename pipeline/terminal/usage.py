"""What is said of a command that is not right: in plain words, with the nearest thing that there is."""

from __future__ import annotations

import argparse
import re
from typing import Final, NoReturn

from pipeline.findings import listed, suggest

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
            return words.format(*parts) + suggest(parts[0], choices)
        return words.format(*parts)
    return message


class PlainParser(argparse.ArgumentParser):
    """A parser of the command line whose messages are sentences."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, and how to see what is right; exit with 2."""
        said = plain(message)
        match = re.fullmatch(r"unrecognized arguments: (\S+).*", message)
        if match is not None:
            known = [option for action in self._all_actions() for option in action.option_strings]
            said += suggest(match[1].split("=")[0], known)
        self.exit(2, f"{self.prog}: {said}: {self.prog} --help shows what there is\n")

    def _all_actions(self) -> list[argparse.Action]:
        found = list(self._actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += [one for parser in action.choices.values() for one in parser._actions]
        return found
