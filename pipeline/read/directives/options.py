"""Options of directives (``:width: 60px``): each is looked at by itself, so that a finding has its line.

docutils names the line of the directive, stops at the first slip, and says what its own functions say.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes, utils
from docutils.parsers.rst import states

from pipeline.findings import listed, suggest

_DASHED: Final = re.compile(r"[–—;-]{1,2}\s?(?P<name>[A-Za-z][\w-]*)(?P<rest>\s?[:=].*)")
_MEANT: Final = re.compile(r":(?P<name>[A-Za-z][\w-]*)(?P<rest>[ :=].*|$)")

VALUES: Final = [
    (r"no argument is allowed; .*", "it takes no value"),
    (r"(argument required but none supplied|must supply an argument; choose from .*)", "it needs a value"),
    (r"expected string or bytes-like object.*|.*'NoneType'.*", "it needs a value"),
    (r"negative value; must be positive or zero", "write a whole number of 0 or more"),
    (r"negative or zero value; must be positive", "write a whole number of 1 or more"),
    (
        r"invalid literal for int\(\).*|Exceeds the limit .* for integer string conversion.*",
        "write a whole number",
    ),
    (r"could not convert string to float.*", "write a number"),
    (
        r"(not a positive number or measure of one of the following units:.*|.* is no valid measure\.)",
        "write a length such as 8cm, 60px or 50%",
    ),
    (r".* is no proportional measure\.", "write a share such as 50%"),
    (
        r'cannot make ".*" into a class name|".*" is no valid id or class name\.',
        "write words of letters and hyphens",
    ),
    (r'".*" is no NMTOKEN\.', "write a name of letters, digits and hyphens"),
    (r'".*" unknown; choose from (?P<choices>.*)', ""),
    (r'".*" is not one of "(?P<listed>.*)"\.', ""),
    (r".* invalid; must be a single character .*", "write one character"),
    (r"code too large \(.*\)", "write the number of a character: it is too large"),
    (r'unknown encoding: ".*"', "all texts are UTF-8: leave it out"),
]
"""What the functions say that read the values of options, and what an author has to do."""
_PLAIN: Final = [(re.compile(pattern, re.DOTALL), words) for pattern, words in VALUES]


_ELSEWHERE: Final = {
    **{
        (directive, "caption"): "a caption is a paragraph below the options, below an empty line, indented"
        for directive in ("figure", "image")
    },
    **{
        (directive, name): "the title stands behind the colons of the directive"
        for directive in ("list-table", "csv-table", "table", "admonition", "infobox")
        for name in ("caption", "title")
    },
    **{
        (directive, name): "a box with a title is .. admonition:: Title"
        for directive in ("note", "warning", "tip", "hint", "important", "attention", "caution", "danger")
        for name in ("caption", "title")
    },
}
"""Options that authors look for, and where that stands instead."""


class OptionError(states.MarkupError):
    """An option that is not right; docutils catches its own kind of exception."""


def explain_value(detail: str, value: str | None) -> str:
    """What is wrong with the value of an option, in plain words.

    :param detail: what the function says that has read it.
    :param value: as it was written.
    """
    for pattern, words in _PLAIN:
        match = pattern.fullmatch(detail.strip())
        if match is None:
            continue
        if words:
            return words
        choices = re.findall(r'"([^"]+)"', match["choices"]) if "choices" in match.re.groupindex else []
        choices = choices or [one.strip(" '()\"") for one in match.group(match.lastindex or 0).split(",")]
        return f"write {listed(choices, 'or')}{suggest((value or '').lower(), choices)}"
    return detail


def _whole(widths: str) -> str:
    """The numbers in what was written as the widths of columns."""
    return " ".join(f"{float(one):.0f}" for one in re.findall(r"\d+(?:\.\d+)?", widths)[:8])


def read_options_plainly() -> None:
    """Make docutils' parser read the options of directives so, in this process, from now on."""
    if getattr(states.Body, "despatch_options", False):
        return
    kept_run = states.Body.run_directive
    kept_block = states.Body.parse_directive_block

    def run_directive(self: Any, directive: Any, match: Any, type_name: str, option_presets: Any) -> Any:
        self.despatch_place = None
        self.despatch_directive = type_name
        result, finished = kept_run(self, directive, match, type_name, option_presets)
        place = self.despatch_place
        first = result[0] if result else None
        if place and isinstance(first, nodes.system_message):
            first["source"], first["line"] = place
        self.despatch_place = None
        return result, finished

    def parse_directive_block(
        self: Any, indented: Any, line_offset: int, directive: Any, option_presets: Any
    ) -> Any:
        self.despatch_place = None
        _look_for_missed(self, indented, directive)
        return kept_block(self, indented, line_offset, directive, option_presets)

    states.Body.run_directive = run_directive
    states.Body.parse_directive_block = parse_directive_block
    states.Body.parse_extension_options = _options
    states.Body.despatch_options = True


def _look_for_missed(state: Any, block: Any, directive: Any) -> None:
    """An option without its second colon, or without the space behind it: docutils reads it as words."""
    spec = directive.option_spec or {}
    beside = re.search(r"(?:^|\s):(?P<name>[a-z][a-z-]+):\s+\S.*", block[0]) if len(block) else None
    arguments = directive.optional_arguments or directive.required_arguments
    if beside is not None and beside["name"] in spec and arguments:
        shown = beside[0].strip()[:40]
        said = f'the option "{shown}" stands on a line of its own, indented below the directive'
        _fail(state, block, 0, said)
    for number in range(len(block)):
        line = block[number].strip()
        if not line and number:
            return
        match = _MEANT.fullmatch(line) or (_DASHED.fullmatch(line) if number else None)
        good = re.match(states.Body.patterns["field_marker"], line) is not None
        if good or match is None or match["name"].lower() not in spec:
            continue
        if match["rest"].startswith((":`", "`")):
            continue  # a role that the text begins with
        name, value = match["name"].lower(), match["rest"].strip(" :=")
        said = f'the option "{line[:40]}" is read as words: write :{name}: {value}'.rstrip()
        _fail(state, block, number, said)


def _fail(state: Any, lines: Any, number: int, said: str) -> None:
    """Raise the exception, and keep the line that it speaks of."""
    if number < len(lines.items):
        source, line = lines.items[number]
        state.despatch_place = (source, line + 1)
    raise OptionError(said)


def _options(state: Any, spec: Any, lines: Any) -> tuple[int, Any]:
    """The options by name, as docutils' function of the same task returns them.

    :raises OptionError: for the first that is not right.
    """
    node = nodes.field_list()
    offset, finished = state.nested_list_parse(
        lines, 0, node, initial_state="ExtensionOptions", blank_finish=True
    )
    directive = getattr(state, "despatch_directive", "")
    marker = states.Body.patterns["field_marker"]
    starts = [number for number, line in enumerate(lines) if re.match(marker, line)]
    if offset != len(lines):
        number = min(offset, len(lines) - 1)
        begun = (at for at in range(1, len(lines)) if lines[at][:1].strip() and at not in starts)
        words = next(begun, number)
        if lines[number].lstrip().startswith(":") and not lines[words].startswith(":"):
            number = words
        written = lines[number].strip()
        said = f'"{written[:40]}" is no option: an option is written :name: and a space before its value'
        if not written.startswith(":"):
            said = f'"{written[:40]}" stands directly below the options: put an empty line before it'
        _fail(state, lines, number, said)
    options: dict[str, Any] = {}
    for index, one in enumerate(node):
        number = starts[index] if index < len(starts) else 0
        name, value = one[0].astext().lower(), None
        known = [key for key in spec if spec[key] is not None]
        if spec.get(name) is None:
            hint = suggest(name, known) or (f": its options are {listed(known)}" if known else "")
            if (directive, name) in _ELSEWHERE:
                hint = f": {_ELSEWHERE[directive, name]}"
            _fail(state, lines, number, f'"{directive}" has no option "{name}"{hint}')
        if name in options:
            _fail(state, lines, number, f'the option "{name}" is given twice: keep one of them')
        try:
            pair = utils.extract_options(nodes.field_list("", one.deepcopy()))
            value = pair[0][1]
            options[name] = spec[name](value)
        except utils.ExtensionOptionError:
            said = f'the value of the option "{name}" is plain words, without emphasis or a mark of a list'
            _fail(state, lines, number, said)
        except (ValueError, TypeError) as error:
            what = f'"{value[:40]}"' if value else "empty"
            named = error.args[1] if type(error) is ValueError and error.args[1:] else value
            cure = explain_value(" ".join(map(str, error.args[:1])), named)
            if name == "widths" and value and any(letter.isdigit() for letter in value):
                cure = f"write whole numbers parted by spaces, such as {_whole(value)}"
            said = f'the option "{name}" can\'t be {what}: {cure}'
            _fail(state, lines, number, said)
    return (1, options) if finished else (0, "invalid option block")
