"""Words that were to be replaced: ``[TBC]``, ``[NAME]``, "page XX", "???", and calls on a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.nodes import infobox_value
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_CODE: Final = "text-placeholder"
_TYPE: Final = "type the words that are meant"


def _compiled(
    rows: list[tuple[str, str, str]], code: str
) -> list[tuple[list[str], re.Pattern[str], str, str]]:
    """Patterns, each with signs of which one is in whatever it finds, its code, and what to do."""
    return [(signs.split(), re.compile(pattern), code, said) for signs, pattern, said in rows]


_OPEN: Final = r"(?<![\w\x00\])])\["
_SHUT: Final = r"\](?![\w(\[_:])"
_TBC_IN_BRACKETS: Final = (
    r"[(\[](?i:tb[acdn]|fixme|to be (?:confirmed|completed|added|decided))[)\]](?![\w(\[_:])"
)
_MONTHS: Final = (
    "(?i:jan|feb|mar|mär|apr|avr|maj|mai|may|mei|jui?[nl]|aug|ago|août|sep|okt|oct|nov|dec|dez|déc|dic|ene|"
    r"fév|gen|mag|giu|lug|ott|set)\w*"
)
"""How the months begin in the languages of western Europe."""
_TABLE: Final = _compiled(
    [
        (
            "[",
            rf"{_OPEN}(?:TBC|TBD|TBA|TKTK|TK|X{{2,}}|xx+|NAMES?|DATES?|TIMES?|PLACE|VENUE|TITLE|NUMBER|"
            rf"FIGURES?|AMOUNT|COUNTRY|CITY|MINISTER|AMBASSADOR|TO BE (?:CONFIRMED|COMPLETED|ADDED|DECIDED)|"
            rf"INSERT|CHECK|●|•|\?+){_SHUT}",
            _TYPE,
        ),
        ("???", r"(?<![\w?\x00!])\?{3,}(?![\w?!.”\"’'»)])(?=\s|[,;)]|$)", _TYPE),
        ("TK", r"\bTKTK\b|(?<=, )TK(?=[,.])|(?<= )TK(?= (?:%|per ?cent|million|billion))", _TYPE),
        (
            "TB tb fixme FIXME",
            rf"(?<!the )(?<!The )(?<!\ba )(?<!\bA )(?<!of )(?<!by )(?<![\w\x00/.-])(?:TB[ACDN]|FIXME)"
            rf"(?![\w/-]|[ ]of\b|[’']s|\.\w)|{_TBC_IN_BRACKETS}",
            _TYPE,
        ),
        (
            "XXX",
            r"(?<![\w-])[a-z]{2,20}[,:]? X{3,}(?=[ ,;:).?!]|$)(?! [A-Z])|(?<=\()X{3,}(?=\))",
            _TYPE,
        ),
        ("____", r"(?<=\S )[(\[]?_{3,}(?=[\s.,;:?!)\]]|$)|^_{3,}(?= \S)", _TYPE),
        (
            "… ...",
            r"(?<=\s)(?:…+|\.{3,}) ?(?:%|per ?cent|million|billion|euros?\b)|(?<=\s)\.{6,}(?=\s+[a-z])",
            _TYPE,
        ),
        (
            "yy YY",
            r"(?<=\b(?:on|by|at|of|is) )(?:dd|DD)[./ -](?:mm|MM|month|Month|MONTH)[./ -](?:yy|YY){1,2}(?!\w)",
            _TYPE,
        ),
        (
            "N.N.",
            r"(?<=[a-z,:(] )N\. ?N\.(?= [a-z]|\s*$|[,;)])",
            _TYPE,
        ),
        ("orem OREM", r"(?i:lorem ipsum dolor)", _TYPE),
        (
            "XX xx ??",
            r"(?:\b(?:[Pp]ages?|[Pp]ara(?:graph|s)?|[Ss]eite)|\b[Pp]{1,2}\.) ?(?:X{2,4}|\?{2,})(?!\w)|"
            r"\b[Pp]ages? xx+(?!\w)",
            "type the number, or refer to the place with :page:`name`, which counts itself",
        ),
        (
            "XX xx Xx",
            r"(?:(?<!\w)(?:EUR|USD|GBP|CHF|€|\$|£) ?[Xx]{2,5}|"
            r"(?<![\w.])[Xx]{2,5} ?(?:%|per ?cent|million|billion|euros?))(?!\w)",
            _TYPE,
        ),
        (
            "XX xx",
            r"(?<![\w./-])(?:[Xx]{2}([./-])[Xx]{2}\1(?:[Xx]{4}|\d{4})|\d{4}-[Xx]{2}-[Xx]{2})(?![\w/-])",
            _TYPE,
        ),
        (
            "XX xx",
            rf"(?<![\w./-])(?:X{{2,3}}|xx)\.? (?:{_MONTHS})(?!\w)|(?<![\w./-])(?:19|20)(?:XX|xx)(?![\w/-])",
            _TYPE,
        ),
        (
            "[ (",
            r"[\[(](?i:citation needed|(?:sources?|refs?\.?|date|figure|quelle|bron|which|who) ?\?+|"
            r"(?:to )?(?:check|verify|confirm|prüfen|vérifier|checken|nakijken) ?[!?]+)[\])](?![\w(\[_:])",
            "type what is missing, or take it out",
        ),
        (
            "XX",
            r"\b(?:are|was|has|have|were|some|over|than|about) X{2,3}(?= (?!chromo|centur)[a-z]{3})",
            _TYPE,
        ),
    ],
    _CODE,
)
"""What is certain in any text."""
_MERGED: Final = (
    "Title|Name|Address|Salutation|Company|City|Country|Date|Position|Surname|Department|Recipient"
)
"""Fields of form letters in one word."""
_ADDRESSED: Final = (
    r"(?:(?<=\bDear )|(?<=\bM[rs] )|(?<=\bM[rs]\. )|(?<=\bMrs )|(?<=\bDr )|(?<=\bMadame )|(?<=\bMonsieur )|"
    r"(?<=\bHerr )|(?<=\bFrau )|(?<=\bMinister )|(?<=\bAmbassador )|(?<=\bBeste )|(?<=\bGeachte ))"
)
"""What stands before the name in a letter: a word in braces is code elsewhere."""
_PLAIN: Final = _compiled(
    [
        (
            "[",
            rf"{_OPEN}(?i:names?|dates?|times?|place|venue|title|number|figures?|amount|country|city|"
            rf"(?:add|to be|please|(?:name|date|title|number) of) [^\]\n]{{3,60}}){_SHUT}",
            _TYPE,
        ),
        (
            "<",
            r"(?<!<)<(?:(?i:(?:name|date|title|number|place|add|address) [^<>\n@=/\[\]]{2,60})|"
            r"Name|NAME|Date|DATE|Title|TITLE|(?:amount|figure|country|place|venue|number of \w+))>(?!>)",
            _TYPE,
        ),
        ("@@", r"(?<![\w@])@@[A-Za-z][\w .-]{0,40}@@(?![\w@])", _TYPE),
        ("#", r"(?<![\w#&/])#[A-Z][A-Z_]{2,30}#(?![\w#])", _TYPE),
        (
            "{",
            rf"{_ADDRESSED}\{{(?:{_MERGED}|(?i:{_MERGED}|(?:first|last) ?name))\}}(?![\w}}]| <)",
            _TYPE,
        ),
        ("${", r"\$\{[A-Za-z][\w .-]{1,40}\}", _TYPE),
        ("%", r"(?<![\w%\x00])%[A-Z][A-Z_]{2,30}%(?![\w%])", _TYPE),
        (
            "«",
            rf"«(?:[A-Z][A-Za-z]*_[A-Za-z_]+|[A-Z][a-z]+[A-Z]\w{{0,30}}|(?:{_MERGED}))»",
            _TYPE,
        ),
    ],
    _CODE,
)
"""What is certain where no code is shown: usage and templates are written so as well."""
_COLLEAGUE: Final = "it calls on a colleague: take it out, or make it a remark, behind two dots and a space"
_CALLED: Final = _compiled(
    [
        (
            "{{",
            r"(?<!\{)\{\{ ?[A-Za-z][\w .-]{1,40} ?\}\}(?!\})",
            "it is a template of another program: type the words that are meant, or ``words`` for code",
        ),
        (
            "@",
            r"(?:^|(?<=[(\[]))@[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?"
            r"(?=:|,? (?:please|pls|can|could|would|check|to|is|do|what|where|see)\b)",
            _COLLEAGUE,
        ),
        (
            "[",
            rf"{_OPEN}[A-Z][A-Za-z]{{1,20}}: ?(?:please|pls|can|could|check|confirm|is|do|what|see|add)\b"
            rf"[^\]\n]{{0,200}}{_SHUT}",
            _COLLEAGUE,
        ),
        (
            "@",
            r"(?<![\w.@/\x00\[;-])(?<!; )@[a-z][a-z-]+\d{4}[a-z]?(?!\w)",
            "a source is cited with :cite:t:`key`, or :cite:p:`key{p. 12}`",
        ),
    ],
    "markup-foreign",
)
_DOUBLED: Final = _compiled(
    [("::", r"(?<=\w )[^\W\d_]{2,30}:: (?=[A-ZÀ-Þ][a-z])", "one colon is enough within a line")],
    "markup-misread",
)
_REMARK: Final = re.compile(r"(?:TODO|FIXME|NOTE TO SELF)\s?:\s?(?=\S)|(?:TODO|FIXME) (?=[A-Z][a-z]+ )")
_TRACKED: Final = re.compile(
    r"(?:.*\[?Commented \[\w+\]:|"
    r"Formatted: (?:Font|Left|Right|Centered|Indent|Normal|English|Space|Heading|Not ))"
)
_WHOLE: Final = re.compile(
    r"\[?(?:TBC|TBD|TBA|TK|X{2,3}|xx+|\?{2,}|[Tt]o be (?:confirmed|decided|completed))\]?\.?"
)
_NOT_WORDS: Final = (nodes.literal, nodes.math, nodes.raw, nodes.problematic)
_SHOWING: Final = (nodes.literal, nodes.literal_block, nodes.doctest_block)


def find_left_in(document: nodes.document) -> Iterator[_Found]:
    """What was to be replaced before the article is read by others: the first of each kind in a block."""
    bare = any(not isinstance(one.parent, nodes.system_message) for one in document.findall(_is_code))
    tables = _TABLE if bare else [*_TABLE, *_PLAIN, *_CALLED, *_DOUBLED]
    for block in document.findall(nodes.TextElement):
        if isinstance(block, (nodes.Inline, nodes.FixedTextElement, nodes.raw, nodes.comment)) or isinstance(
            block.parent, nodes.system_message
        ):
            continue
        words = _words(block)
        first = (line_of(block) or 1) - (
            isinstance(block, nodes.title) and isinstance(block.parent, nodes.section)
        )
        tracked = _TRACKED.match(words)
        if tracked is not None:
            said = "a change or a comment of Word is left here: take it out"
            yield block, first, "markup-foreign", f'"{tracked[0]}" is read as text: {said}'
            continue
        remark = _REMARK.match(words) if isinstance(block, nodes.paragraph) else None
        if remark is not None and not bare:
            said = "a remark that no edition shows begins with two dots and a space"
            yield block, first, _CODE, f'"{shortened(words)}" is printed: {said}'
            continue
        asked = words == "?" and isinstance(block.parent, (nodes.field_body, infobox_value))
        if (asked or _WHOLE.fullmatch(words)) and _is_value(block):
            yield block, first, _CODE, f'"{words}" was to be replaced: {_TYPE}'
            continue
        for needed, pattern, code, said in tables:
            match = pattern.search(words) if any(sign in words for sign in needed) else None
            if match is not None and not (
                _is_defined(document, match[0])
                or _is_mentioned(words, match)
                or _is_spelt_out(document, match[0])
            ):
                shown = shortened(" ".join(match[0].split()))
                line = first + words.count("\n", 0, match.start())
                left = "was to be replaced" if code == _CODE else "is read as text"
                yield block, line, code, f'"{shown}" {left}: {said}'
                break


def _is_defined(document: nodes.document, text: str) -> bool:
    """Whether a word between braces is one that the article defines: that is told as such."""
    return nodes.fully_normalize_name(text.strip("{} ")) in document.substitution_names


def _is_spelt_out(document: nodes.document, text: str) -> bool:
    """Whether letters such as TBC are the first ones of words that the article has: a bank, a body."""
    letters = re.sub(r"\W", "", text)
    if re.fullmatch(r"(?i:tb[acdn])", letters) is None:
        return False
    words = r"[\w’'-]*[ -](?:(?:of|for|and|the|de|du|des) )*".join(letters.upper())
    return re.search(rf"\b{words}\w", document.astext()) is not None


def _is_mentioned(words: str, match: re.Match[str]) -> bool:
    """Whether quotation marks stand right around something: a text speaks of it."""
    around = words[: match.start()][-1:] + words[match.end() :][:1]
    return len(around) == 2 and around[0] in "\"'“„«‘‚" and around[1] in "\"'”“»’‘.,"


def _is_code(node: nodes.Node) -> bool:
    return isinstance(node, _SHOWING)


def _is_value(block: nodes.Element) -> bool:
    """Whether a paragraph is all that a field, a row or a cell holds."""
    holders = (nodes.field_body, nodes.entry, nodes.definition, infobox_value)
    beside = [one for one in block.parent if not isinstance(one, nodes.system_message)]
    return isinstance(block.parent, holders) and len(beside) == 1


def _words(block: nodes.Element) -> str:
    """The words of a block; what is code stands as one sign."""
    parts = []
    for child in block:
        if isinstance(child, nodes.Text):
            parts.append(str(child))
        elif isinstance(child, _NOT_WORDS) or (isinstance(child, nodes.reference) and child.get("refuri")):
            written = child.rawsource if isinstance(child, nodes.Element) else ""
            parts.append("\ufffd" + "\n" * written.count("\n"))
        elif isinstance(child, nodes.Element):
            parts.append(_words(child))
    return "".join(parts)
