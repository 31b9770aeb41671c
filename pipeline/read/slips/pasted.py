"""What other programs leave, Markdown, wikis, Word, mails: docutils prints it, or joins its lines."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.read.slips.patterns import ITEMS, begun, signs
from pipeline.tree.metadata import known_field
from pipeline.tree.parts import before_of

_Found = tuple[int, str, str, int]
_FIELD_NAME: Final = "a field of Word is left here as its name: write :ref:`name`, :page:`name`, or the words"
WORDS: Final = [
    (r"(?:\{ ?)?\b(?:PAGE|NOTE|STYLE)?REF _[A-Za-z]+\d+", _FIELD_NAME),
    (
        r"\{ ?(?:HYPERLINK|SEQ|TOC|INCLUDEPICTURE|MERGEFIELD|NUMPAGES|FILENAME|DOCPROPERTY)\b[^}\n\x00]*",
        _FIELD_NAME,
    ),
    (r"\b_(?:Toc|Ref|Hlk)\d{5,}", _FIELD_NAME),
    (r"\{ ?(?:DATE|TIME|PAGE|SAVEDATE|AUTHOR|TITLE) (?=\x00[@*]|\})", _FIELD_NAME),
    (
        r"(?<!\x00)\[(?:image|picture|photo|bild|cid):\s?[^\]\n]{1,200}\](?![(_\[])",
        "an image is named behind .. image::",
    ),
    (
        r"(?<![\w/.~\x00])(?:[A-Za-z]{1,8}\.~(?=\w)|\d[\d.,]*~(?=[A-Za-z]))",
        "type a space (~ is one in LaTeX only)",
    ),
    (
        r"(?<![\w\x00])footnote:\w*\[[^\]\n]{2,400}\]|(?<!\x00)\[fn:[\w-]+(?::[^\]\n]*)?\]",
        "write [#name]_ for a note, and .. [#name] before its text",
    ),
    (
        r"(?<=\w )\(\((?=[^\W\d_])[^()\n]{3,300}\)\)",
        "write [#name]_ for a note, and .. [#name] before its text",
    ),
    (
        r"(?<![\w<\x00])<< ?(?=[^\W\d_])[^<>\n]{1,80}>>(?!>)",
        "a reference is :ref:`name`, and quotation marks are “ and ”",
    ),
    (
        r"(?<![\w:/\x00])//(?=[^\W\d_])[^/\n]{2,80}(?<=[^\W_])//(?![\w/])",
        "italic type is *words*",
    ),
    (r"\{color(?::[#\w]{1,20})?\}", "reStructuredText has no colours: take it out"),
    (r"(?<![\w%\x00])%%(?=\S)[^%\n]{2,400}%%(?!\w)", "a remark begins with two dots and a space"),
    (
        r"(?<![\w~\x00/])~(?=[^\W\d_])[^~\n]{2,60}(?<=[^\W_])~(?![\w~/])",
        "reStructuredText strikes nothing out: take the signs out",
    ),
    (r"‘‘(?=[^\W_])[^‘’\n]{1,80}’’", "code is ``words``, with the backquotes of the keyboard"),
    (r"＊＊[^＊\n]{1,80}＊＊", "bold type is **words**, with the signs of the keyboard"),
    (r"(?<!＊)＊[^＊\n]{1,80}＊(?!＊)", "italic type is *words*, with the signs of the keyboard"),
    (r"｀[^｀\n]{1,80}｀", "the sign that is meant is `, as in ``words`` or :role:`words`"),
    (r"\bHYPERLINK\s+[\"“]", "a link is `words <address>`_"),
    (
        r"#(?:REF|DIV/0|VALUE|NUM|NULL|SPILL)!|#NAME\?|#N/A\b|^=(?:[A-Z]{2,12}\([^\n]*\)|[A-Z]{1,2}\d+[-+*/].*)$",
        "a spreadsheet has written a fault or a formula here: type the value",
    ),
    (r"^\d\.\d+E[+-]\d\d$", "a spreadsheet has shortened this number: type all of its figures"),
    (r"^#{4,}$", "the column of the spreadsheet was too narrow: type the value"),
    (
        r"Click (?:or tap )?(?:here )?to enter (?:text|a date)|^Choose an item\.?$|<insert [^<>\n]{2,60}>|"
        r"\[(?i:insert) [^\]\n]{2,60}\]",
        "it was to be replaced: type the words that are meant",
    ),
    (r"[\ufb00-\ufb06]", "is one sign of a PDF for several letters, which no search finds: type the letters"),
]
"""Patterns within a line, and what to write instead: `words` looks for them with its own."""

_COMMENT: Final = re.compile(r"(?<=[\w.,;:!?)”’\"]) ?(?<!\x00)\[(?P<label>[A-Z]{2,3}\d{1,2})\](?![\w(\[:_])")
_HALF_ENTITY: Final = re.compile(
    r"(?<![\x00?&=/])&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|hellip|euro|[aeiou](?:acute|grave|uml|circ))"
    r"(?![\w;=&])"
)


def find_pasted_words(words: str, labels: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Where, what, and what to do: marks of Word's comments, entities without their semicolon.

    :param words: as docutils keeps them, with NUL for each backslash.
    :param labels: of the notes and citations that there are.
    """
    comment = _COMMENT.search(words)
    if comment is not None and comment["label"].lower() not in labels:
        said = "if it is the mark of a comment of Word, take it out; a note is called with [#name]_"
        yield comment.start("label") - 1, f"[{comment['label']}]", f"is read as text: {said}"
    entity = _HALF_ENTITY.search(words)
    if entity is not None:
        sign = html.unescape(f"{entity[0]};")
        shown = f'"{sign}"' if sign.isprintable() and not sign.isspace() else "the sign that is meant"
        yield entity.start(), entity[0], f"is read as text: type {shown}"


_JOINED: Final = "is joined with the line above: lines that are kept begin with | and a space"
_LEADERS: Final = re.compile(r".*\w ?(?:\.{4,}|…{2,}|(?: \.){4,} ?|_{4,}) ?\d{1,4}")
_LONG_LEADERS: Final = re.compile(r".*\w ?(?:\.{6,}|…{3,}|(?: \.){6,} ?) ?\d{1,4}")
_NAMED: Final = re.compile(r"(?P<name>[A-Z][\w'’/-]*(?: [\w'’/-]+){0,3}) ?: \S.*")
_MAIL: Final = frozenset(
    re.findall(
        r"\w+",
        "from to cc bcc subject sent date von an betreff gesendet datum de à objet cci envoyé van aan "
        "onderwerp verzonden da a oggetto para asunto",
    )
)
_SIGNED: Final = re.compile(r"-{2}|[–—_]{1,2}")
_NOTE: Final = re.compile(r"\[(?!x\])(?:\d{1,3}|[ivx]{1,5}|[a-h])\](?: (?=\S)|(?=[A-ZÀ-Þ][a-zà-þ]))")
_DOTTED: Final = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.? [A-ZÀ-Þ]")
_MARKED: Final = re.compile(r"[☐☑☒✅❌☎→⇒➔➜★☆✔✓①-⑳➀-➓➊-➓⓪-⓿] ?\S")
_CITED: Final = re.compile(r"(?:[-–—]|--)\s?[A-Z][\w .,'’-]{2,60}")
_REMARK: Final = re.compile(r"%{1,3} ?(?:TODO|XXX|FIXME|NB|[A-Z][a-z]+ [a-z])")


def find_pasted_lines(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """Lines that were apart where they come from, and that docutils joins.

    :param node: as docutils has parsed it.
    :param first: the number of its first line, from 1.
    """
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if not lines:
        return
    found = next(_of_lines(lines, quotation=isinstance(node.parent, nodes.block_quote)), None)
    if found is None and isinstance(node.parent, (nodes.document, nodes.section)):
        found = next(_remarks(lines), None)
    if found is not None:
        number, said = found
        yield first + number, "markup-misread", f'"{quoted(lines[number])}" {said}', 0


def _of_lines(lines: list[str], *, quotation: bool) -> Iterator[tuple[int, str]]:
    several = len(lines) > 1
    if all((_LEADERS if several else _LONG_LEADERS).fullmatch(line) for line in lines):
        yield 0, "is read as text: the contents are .. contents::, which counts the pages itself"
    elif several and _is_named(lines):
        yield 1, f"{_JOINED}, and pairs of a name and a value are :name: value"
    elif several and _SIGNED.fullmatch(lines[0]) and re.match(r"[^\W_]", lines[1]):
        yield (
            0,
            "is read as text, with the lines below it: lines that are kept begin with | and a space",
        )
    elif _NOTE.match(lines[0]):
        label = lines[0][: lines[0].index("]") + 1]
        name = label if label[1:-1].isdigit() else f"[#{label[1:-1]}]"
        yield 0, f"is read as text: the text of a note begins with .. {name} and a space"
    elif several and sum(bool(_DOTTED.match(line)) for line in lines) > 1 and _DOTTED.match(lines[0]):
        number = next(number for number in range(1, len(lines)) if _DOTTED.match(lines[number]))
        yield number, f"{_JOINED}, and numbered paragraphs have an empty line between them"
    elif several and sum(bool(_MARKED.match(line)) for line in lines) > 1 and _MARKED.match(lines[0]):
        said = ITEMS
        yield (
            next(at for at in range(1, len(lines)) if _MARKED.match(lines[at])),
            (f"is joined with the line above: {said}"),
        )
    elif (
        several and re.match(r"[“„«\"].*[”“»\"][.,]?$", " ".join(lines[:-1])) and _CITED.fullmatch(lines[-1])
    ):
        said = "a quotation is indented, and its last line begins with -- and the name, below an empty line"
        yield len(lines) - 1, f"is joined with the line above: {said}"
    elif several and quotation and re.fullmatch(r"(?:--|---|—|–)\s?[A-ZÀ-Þ][\w .,'’-]{2,60}", lines[-1]):
        yield len(lines) - 1, "is joined with the line above: put an empty line before the name"
    elif _REMARK.match(lines[0]):
        yield 0, "is read as text: a remark begins with two dots and a space"


_PERCENT: Final = re.compile(
    r"%{1,3} (?=[^\W\d_])(?!(?:of|change|share|growth|per|points?|in|on|from|to)\b)\w.*"
)


def _remarks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A line that begins with a percent sign, which no sentence puts there: a remark in LaTeX."""
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else "."
        if _PERCENT.fullmatch(line) and above.endswith((".", "!", "?", ":", ";")):
            yield number, "is read as text: a remark begins with two dots and a space, and stands alone"


def _is_named(lines: list[str]) -> bool:
    """Whether each line is a name and a value, or the first ones are the head of a mail."""
    named = len(lines) > 2 and all(_NAMED.fullmatch(line) for line in lines)
    named = named or (len(lines) > 1 and all(re.match(r"[A-Z]: \S", line) for line in lines))
    return named or (_is_mail(lines[0]) and sum(_is_mail(line) for line in lines) > 1)


def _is_mail(line: str) -> bool:
    match = _NAMED.fullmatch(line)
    return match is not None and match["name"].lower() in _MAIL and known_field(match["name"]) != "date"


_BOXES: Final = "info|note|warning|tip|panel|code|noformat|quote|expand|toc|column|section|excerpt|anchor"
_BOX: Final = "a box is .. note:: or .. admonition:: Title, and its text indented below it"
_BLOCKS: Final = [
    *signs(
        [
            (rf"\{{(?:{_BOXES})(?::[^}}\n]*)?\}}", _BOX),
            (r":{3,}\s*\{?\.?[A-Za-z][\w-]*.*", _BOX),
            (r"!{3}\s*[a-z]+\b|\?{3}\+?\s*[a-z]+ \"", _BOX),
            (r"\{\{[<%] ?/?[\w-]+|\{% ?[\w-]+", "it is a template of another program: take it out"),
            (
                r"\{\{[A-Za-z][^{}|]*(?:\||$|\}\}$)",
                "it is a template of a wiki; an infobox is .. infobox:: Title, with fields such as "
                ":Capital: Valletta indented below it",
            ),
            (r"image::?(?!\s)[^\s\[]+\[[^\]\n]*\]", "an image is named behind .. image::"),
            (
                r"include::[^\s\[]+\[[^\]\n]*\]$|[\\]?(?:@include|!include|\{% ?include) \S+",
                "a file is read in with .. include:: and its name",
            ),
            (
                r"#\+(?i:begin_|end_|title|author|date|options|results|caption|name|toc|startup)\w*:?.*",
                "it is a line of Org mode: a title has a line of === below it, then fields such as :date:",
            ),
            (
                r"-{3,}\s?(?i:original message|forwarded message|ursprüngliche nachricht|message d.origine|"
                r"message transféré|weitergeleitete nachricht|oorspronkelijk bericht)\s?:?\s?-{3,}.*",
                "a mail begins here: take it out, or indent what is quoted",
            ),
            (r"; ?[^\s:][^:\n]{0,60} ?: \S.*", "what explains a word is indented on the line below it"),
            (r"\x00?\\item\b.*", "the items of a list begin with - or 1. and a space"),
            (r"bq\. \S.*", "a quotation is indented, without signs"),
            (r"// \S.*|\[(?://|comment)\]: ?[#<]", "a remark begins with two dots and a space"),
            (
                r"[-=*_~<\[ ]{1,10}\s?(?i:page|section)[ -]?(?i:break)\s?[-=*_~>\] ]{1,10}$|"
                r"Section Break \((?:Next Page|Continuous|Even Page|Odd Page)\)$",
                "a new page is .. pagebreak::",
            ),
        ]
    ),
    *signs(
        [(r"\{\|.*", "it begins a table of a wiki; a table is .. list-table::, or .. csv-table::")],
        "table-unread",
    ),
    *signs(
        [
            (
                r"(?:<{7}|>{7}|\|{7}) ?[\w./:-]+(?: .*)?$",
                "two versions of the text stand here: keep one, and take the lines of <<<<<<<, ======= and "
                ">>>>>>> out",
            )
        ],
        "heading-unread",
    ),
]
_STARS: Final = re.compile(r"(?:\*{2,4}|#{2,4}|-{2,3}) +[^\s*#-][^*]*")
_ORG: Final = re.compile(r"\*{2,6} (?=[^\W\d_])[^*]{2,80}")
"""A heading of Org mode."""
_LETTER_O: Final = re.compile(r"[oO§Øü] \S.*")
"""The second bullet of Word, and what its symbol fonts become, copied as letters."""
_BOLD_NAME: Final = re.compile(r"\*\*(?P<name>[^*\n]{1,40})(?::\*\*|\*\*\s?:)\s?\S.*")


def begins_foreign(line: str) -> Iterator[tuple[str, str]]:
    """Code and message of a block of other markup that begins with a line: the term of a list."""
    found = begun(_BLOCKS, line)
    if found is not None:
        yield found[1].code, f'"{quoted(line)}" is read as text: {found[1].said}'


def find_foreign_blocks(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """What the lines of a paragraph show of other markup.

    :param node: as docutils has parsed it.
    :param first: the number of its first line, from 1.
    """
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if not lines:
        return
    last = first + len(lines) - 1
    found = begun(_BLOCKS, lines[0])
    if found is not None:
        fenced = lines[0].startswith(":::")  # docutils speaks of the line behind the closing fence
        yield first, found[1].code, f'"{quoted(lines[0])}" is read as text: {found[1].said}', last + fenced
        return
    before = before_of(node)
    for number, line in enumerate(lines):
        if _STARS.fullmatch(line) and (number or isinstance(before, nodes.bullet_list)):
            above = lines[number - 1] if number else "- "
            if re.match(r"(?:[-*#]{1,4}|\d+\.) ", above):
                said = "is read as text: an item within an item is indented below it, behind an empty line"
                yield first + number, "markup-foreign", f'"{quoted(line)}" {said}', last
                return
    if len(lines) == 1 and _ORG.fullmatch(lines[0]) and not isinstance(before, nodes.bullet_list):
        said = "is read as text: a heading has a line of signs below it, such as ==="
        yield first, "markup-foreign", f'"{quoted(lines[0])}" {said}', last
    if len(lines) > 1 and all(_LETTER_O.match(line) for line in lines):
        said = f"is read as text: {ITEMS}"
        yield first, "markup-foreign", f'"{quoted(lines[0])}" {said}', last
    named = [number for number, line in enumerate(lines) if _is_bold_named(line)]
    if len(named) > 1 and len(named) == len(lines):
        said = (
            "is joined with the line above: lines that are kept begin with | and a space, "
            "and pairs of a name and a value are :name: value"
        )
        yield first + 1, "markup-misread", f'"{quoted(lines[1])}" {said}', 0


def _is_bold_named(line: str) -> bool:
    """Whether a line is a name in bold type and a value, and the name is none of a metadata field."""
    match = _BOLD_NAME.fullmatch(line)
    return match is not None and known_field(match["name"]) is None
