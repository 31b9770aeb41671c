"""Slips within a line that only its parts together show: links without their underscore, words in bold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from docutils import nodes
from docutils.parsers.rst import roles

from pipeline.findings import shortened
from pipeline.read.slips.addresses import find_in_address
from pipeline.read.slips.patterns import searched, signs
from pipeline.tree.report import line_of

_Found = tuple[int, str, str]
_TEXT: Final = "is read as text"
_HALF: Final = re.compile(r"(?P<words>.*?)\s*<(?:https?://|ftp://|mailto:|www\.)[^<>\s]+>_*", re.DOTALL)
_ROLE: Final = re.compile(r"(?<![\w\x00:]):(?P<name>[a-z][a-z-]{1,20}):\s$")
_LINKS: Final = signs(
    [
        (
            r"(?<![\x00\w\])!])\[(?:https?://|www\.|\S{1,80}@)[^\]\[\n]{1,200}\]\([^\s)]+\)",
            "a link is `words <address>`_",
        ),
        (
            r"(?<![\x00\w\])!\[])\[(?:https?://|mailto:)\S{1,400} [^\]\n]{1,400}\](?![(\[_])",
            "a link is `words <address>`_",
        ),
        (
            r"(?<!\w)(?P<mark>[´'’‘])[^\W_][^´'’‘`<\n]{0,80}?[´'’‘]_(?!\w)",
            "a link stands between ` and `_, as in `words`_",
        ),
        (
            (
                r"(?<![\w\x00])(?:\"[^\W_][^\"\n]{0,80}\"|“[^“”\n]{1,80}”|[„‚][^„“”‚‘’\n]{1,200}[“”‘’]"
                r"|«[^«»\n]{1,200}»|‹[^‹›\n]{1,200}›|「[^「」\n]{1,200}」|《[^《》\n]{1,200}》)__?(?![\w_])"
            ),
            "a link stands between ` and `_, as in `words`_",
        ),
        (
            r"(?<![\w:\x00`]):(?:sup|sub|ref|page|para|term|eq|doc|numref|abbr|index|kbd|math|lang-[a-z-]{2,8}):(?=\w)\S+",
            "the words of a role stand between ` and `, as in :sup:`2`",
        ),
        (
            r"(?<!\w)´[^\W_][^´`\n]{0,80}?´(?!\w)",
            "the sign that is meant is `, as in ``words`` or :role:`words`",
        ),
        (
            r"\{(?:\+\+[^+\n]+\+\+|--[^\n]{1,400}?--|~~[^\n]{1,400}?~~|>>[^\n]{1,400}?<<)\}",
            "changes are not tracked here: write the text as it is to be",
        ),
        (
            r"(?<![\w.])[^\W\d_]{1,10}(?:~\d{1,3}~|\^\d{1,3}\^)(?!\d)|(?<!\w)(?:C|CO|H|N|O|SO|NO|CH|NH)_[2-6](?:O|H)?(?!\w)",
            "raised and lowered figures are :sup:`2` and :sub:`2`, as in H\\ :sub:`2`\\ O",
        ),
        (r"(?<![\w^])(?:k|c|m|d)?m\^[23](?!\w)", "a raised figure is km\\ :sup:`2`, or the sign ²"),
        (
            r"(?<![\w\x00])\[-?@[\w:.-]+(?:[,;][^\]\n]{0,80})?\]",
            "a source is cited with :cite:p:`key{p. 12}`",
        ),
        (
            r"https?://[^\s<>]{1,300}/[\w%.-]{1,100}(?: [\w%.-]{1,60}){1,4}"
            r"\.(?:pdf|docx?|xlsx?|pptx?|html?)\b",
            "an address has no spaces: write %20 for each",
        ),
        (
            r"(?:\s•\s[^•\n]+){2}|(?<=\w): - \w[^\n]* - \w",
            "each item of a list begins a line, below an empty one",
        ),
        (
            r"\[\[(?i:file|image|datei|fichier|bild|bestand|archivo):[^\[\]\n]{1,200}\]\]",
            "an image is named behind .. image::",
        ),
        (
            r"(?<!\x00)\[\[?(?:https?://[^\s|\]]{3,300}\|[^\]\n]{1,200}"
            r"|[^\[\]|\n]{1,200}\|(?:https?://|mailto:)[^\]\s]{3,300})\]\]?",
            "a link is `words <address>`_",
        ),
        (r"\[\[https?://[^\s\]]{3,300}\]\[[^\]\n]{1,200}\]\]", "a link is `words <address>`_"),
        (r"(?<![\w<])https?://[^\s\[\]<>]{3,300}\[[^\]\n]{0,200}\](?![(\[])", "a link is `words <address>`_"),
        (r"!\[\[[^\[\]\n]{1,200}\]\]", "an image is named behind .. image::"),
        (r"(?<!\x00)\[~[a-z][\w.-]{1,40}\]", "it calls on a colleague: take it out, or write the name"),
        (r"(?<![\w^])\d{1,3}\^(?:st|nd|rd|th|e|er|re)\^", "write the letters alone, 21st, or 21\\ :sup:`st`"),
        (
            r"(?<![,\w]),,(?=[^\W_])[^,\n]{1,200}?(?:''|``|[“”\"])",
            "quotation marks are typed as they are: „ and “, or “ and ”",
        ),
        (r"\x00\((?=[^\n()]{0,100}(?:[\^_=]|\x00[a-z]))[^\n()]{1,120}\x00\)", "a formula is :math:`…`"),
        (
            r"(?<![\S\x00])\* [^\W\d_]{3}[^*\n]{0,60}(?<=[^\W\d_]) \*(?=[\s.,;:!?)]|$)",
            "the signs of italic type touch the words: *words*",
        ),
        (
            r"(?<![\S\x00])(?P<star>\*\*?)[\u00a0\u2007\u202f][^*\n]{1,80}(?P=star)(?![*\w])",
            "the signs of italic and bold type touch the words: *words*",
        ),
        (
            r"(?<![`\x00])`` (?=[^\s`])[^`\n]{0,80}(?<=[^\s`]) ``(?!`)",
            "no space stands between the signs of code and its words: ``words``",
        ),
        (
            r"(?<![\w.\d])[″‶](?=[^\W\d_])[^″‶\n]{1,100}[″‶]|(?<!\w)‟(?=\w)",
            'quotation marks are typed as they are: “ and ”, or "',
        ),
        (
            r"\b(?:Mr|Mrs|Ms|Dr|Prof|Art|Article|Section|Figure|Table|Chapter|Annex|M|Mme|Herr|Frau)\.?~(?=\w)",
            "type a space (~ is one in LaTeX only)",
        ),
        (
            r"(?:(?<=[^\W\d_]{3})|(?<=[^\W\d_]{3}[.,;:!? ]))(?<!\x00)\{\d{1,2}\}(?=[\s.,;]|$)",
            "write [#name]_ for a note, and .. [#name] before its text",
        ),
        (
            r"(?<=[^\W\d_])\xad(?=\s)|(?<=[a-zß-ÿа-я])[\u200b\ufeff][a-zß-ÿа-я]{1,20}",
            "a sign that is not seen parts this word, so that no search finds it: type the word anew",
        ),
        (
            r"https?://[^\s<>]{5,300}/\n[\w-]+[/.][\w./-]+",
            "an address stands on one line, however long it is",
        ),
        (
            r"(?<![^\s(\[“‘\"])/(?=[^\W\d_])[^/\n<> ]{1,40} [^/\n<>]{0,40}(?<=[^\W\d_])/(?![^\s.,;:!?)”’\"])",
            "italic type is *words*",
        ),
        (
            r"[<\[]\d{4}-\d\d-\d\d (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So|lu|ma|me|je|ve|sa|di)"
            r"\b[^>\]\n]{0,30}[>\]]",
            "it is a date of Org mode: type it as it is to be read",
        ),
        (
            r"(?<!\w)[\w.+-]{1,60}@[\w.-]{1,80}\s?<mailto:[^<>\s]{1,200}>",
            "an address is a link by itself: take out what stands between < and >",
        ),
        (
            r"<(?:https?://|www\.|mailto:)[^<>\s]{1,300}>__?(?!\w)",
            "a link stands between ` and `_, as in `words <address>`_",
        ),
        (
            r"(?<![\w/.])(?:https?(?://|:/(?!/)|;//|:\x00)|(?:h?ttt?ps?|hhttps?|htt?s|htps?|httpp?s?s|htttps?)"
            r"(?<!http)(?<!https)://)\w[\w.-]*\.[a-z]{2,}[^\s<>]*",
            "an address begins with https://",
        ),
        (
            r"(?<!\w)[\w.+-]{1,60}(?: @ |@ )[\w-]{1,60}\.(?:[\w-]{1,60}\.)?[a-z]{2,6}(?!\w)",
            "an address has no spaces",
        ),
        (r"[“”\"„][^\W\d_][^“”„\"`\n]{0,80}``(?!`)", "code is ``words``, and quotation marks are “ and ”"),
        (
            r"(?:[\U0001d400-\U0001d7ff] ?){2,}",
            "these are signs of mathematics, which no search finds: type the letters",
        ),
        (r"(?<!\S)(?!\S{0,200}://|www\.)[\w.-]{1,80}%20[\w.%-]{1,80}", "%20 stands for a space: type one"),
        (r"<ref(?:\s[^<>\n]*)?/?>", "write [#name]_ for a note, and .. [#name] before its text"),
        (
            r"(?<![\w\x00!])!(?=[^\s!])[\w/.-]+\.(?:png|jpe?g|gif|svg)!(?!\w)",
            "an image is named behind .. image::",
        ),
    ]
)
_LATEX: Final = re.compile(
    r"\x00(?P<name>textbf|textit|emph|underline|footnote|(?:sub)*section|chapter|cite|url|href|begin|end|"
    r"includegraphics|input|include|caption|label|ref|pageref|textsc|texttt|"
    r"(?:auto|paren|text|foot|full)cites?|cite[a-z]{1,6})\*?(?:\[[^\]\n]{0,200}\]){0,2}\{|"
    r"\x00(?P<page>newpage|pagebreak|clearpage|noindent|bigskip|medskip|maketitle|"
    r"tableofcontents|centering)\b|\x00(?P<sign>l?dots|LaTeX|today|quad|textendash|item)\b"
)
_OF_LATEX: Final = {
    **dict.fromkeys(("textbf", "texttt"), "**words**, or ``words`` for code"),
    **dict.fromkeys(("textit", "emph", "underline", "textsc"), "*words*"),
    "footnote": "[#name]_, and .. [#name] before its text",
    **dict.fromkeys(
        ("section", "subsection", "subsubsection", "chapter"), "the heading, with === or --- below it"
    ),
    "begin": "a list with - or 1., a quotation indented, code below .. code-block::",
    "item": "the items of a list with - or 1. and a space",
    **dict.fromkeys(("ldots", "dots", "LaTeX", "today", "quad", "textendash"), "the sign or the words"),
    "includegraphics": ".. image:: and the name of the file",
    **dict.fromkeys(("input", "include"), ".. include:: and the name of the file"),
    **dict.fromkeys(("ref", "pageref"), ":ref:`name` or :page:`name`"),
    "label": ".. _name: above what it names",
}
_ACCENT: Final = re.compile(
    r"(?:(?<=[^\W\d_])\x00(?P<sign>['\"^`])(?P<letter>[aeiouyncAEIOUYNC])|"
    r"\x00(?P<sign2>['\"^`~])\{(?P<letter2>[A-Za-z])\})"
)
_ACCENTS: Final = {"'": "\u0301", '"': "\u0308", "^": "\u0302", "`": "\u0300", "~": "\u0303"}
_BREAK: Final = re.compile(r"\x00\\(?=\n)|(?<=[\w.,;:!?) ])\x00(?=\n[^\W_])")
_PATH: Final = re.compile(r"(?<!\w)[A-Za-z]:\x00\w[\w\x00.-]*|\x00\\\w[\w.-]*\x00\w[\w\x00.-]*")
_NEW_LINE: Final = re.compile(r"(?<=[a-z.,;:])\x00(?P<sign>[nr])(?=[A-Z])")
_HYPHEN: Final = re.compile(r"(?<![^\W\d_])(?P<word>[^\W\d_]{2,}+)(?:-|\xad|\u2010)\n(?P<rest>[^\W\d_]{2,})")
_JOINING: Final = frozenset(
    re.findall(r"[\w/]+", "and or und oder bzw et ou en of e o y u i och eller og and/or to as versus")
)
_INNER: Final = re.compile(r"(?<![\w\x00*])\*(?=[^\s*])[^*\n]*?(?<=[^\s*\x00])\*(?![\w*])")


def find_inline(block: nodes.Element) -> Iterator[_Found]:
    """What the parts of a block show together.

    :param block: a paragraph or the like, as docutils has parsed it.
    """
    whole = _whole(block)
    first = line_of(block) or 1
    for seen, sign in searched(_LINKS, whole):
        line = first + whole.count("\n", 0, seen.start())
        yield line, sign.code, f'"{_shown(seen[0])}" {_TEXT}: {sign.said}'
    yield from _backslashes(whole, first)
    yield from _paths(whole, first)
    yield from _hyphens(whole, first)
    document = block.document
    for call in _CALL.finditer(whole):
        if not (document is not None and any(map(_is_text_of(call[0]), document.findall(nodes.comment)))):
            said = "a note is called with [#name]_, and has letters, figures and - in its name"
            yield (
                first + whole.count("\n", 0, call.start()),
                "markup-foreign",
                f'"{_shown(call[0])}" {_TEXT}: {said}',
            )
            break
    for barred in re.finditer(r"(?<!\{)\{\{ ?([\w -]{1,40}?) ?\}\}(?!\})", whole):
        if document is not None and nodes.fully_normalize_name(barred[1]) in document.substitution_names:
            line = first + whole.count("\n", 0, barred.start())
            yield (
                line,
                "markup-foreign",
                f'"{barred[0]}" {_TEXT}: a word that is defined stands as |{barred[1]}|',
            )
    for barred in re.finditer(r"(?<![\w|])\| ([\w -]{1,40}?) \|(?![\w|])", whole):
        if document is not None and nodes.fully_normalize_name(barred[1]) in document.substitution_names:
            said = f"no space stands between the bars and the word: |{barred[1]}|"
            yield (
                first + whole.count("\n", 0, barred.start()),
                "markup-misread",
                f'"{barred[0]}" {_TEXT}: {said}',
            )
    for node in block.findall(nodes.Inline):
        line = line_of(node) or first
        yield from ((line, "markup-misread", said) for said in _signs(node))
        if isinstance(node, nodes.strong) and (match := _INNER.search(_whole(node))):
            said = f'"{_shown(match[0])}" in bold type is read as text: part italic from bold type'
            yield line, "markup-foreign", said
        if isinstance(node, nodes.reference) and node.get("refuri"):
            yield from ((line, code, said) for code, said in find_in_address(node))
        if isinstance(node, nodes.title_reference):
            match = _HALF.fullmatch(node.astext())
            if match is not None:
                said = (
                    f'"{_shown(node.rawsource or node.astext())}" is set in italics: '
                    "a link ends with an underscore, `words <address>`_"
                )
                yield line, "markup-misread", said
            name = _role_before(node)
            if name:
                said = (
                    f'":{name}:" {_TEXT}: no space stands between the name of a role and its words, '
                    f":{name}:`words`"
                )
                yield line, "markup-misread", said


_CALL: Final = re.compile(
    r"(?<![\x00\w])\[(?:[#*](?=[\w.:+-]{0,120}[^\w\].:+-])[^\]\n]{1,120}|[?\s]{0,5})\]_(?!\w)"
)
"""The call of a note with something in its name that no name has."""


def _is_text_of(call: str) -> Callable[[nodes.Element], bool]:
    """Whether a remark is the text of the note that is called so: that is told there."""
    return lambda node: node.astext().startswith(call.rstrip("_"))


def _signs(node: nodes.Inline) -> Iterator[str]:
    """Signs that are more on one side of the words than on the other, or more than there are."""
    index = node.parent.index(node) if node.parent is not None else 0
    behind = node.parent[index + 1] if node.parent is not None and index + 1 < len(node.parent) else None
    more = isinstance(behind, nodes.Text) and behind.startswith("*")
    if isinstance(node, nodes.emphasis) and (more or re.search(r"\w\S?\*$", node.astext())):
        words = _shown(node.astext().rstrip("*"))
        yield f'"*{words}**" has one * before it and two behind it: write two on both sides, or one'


def _whole(block: nodes.Element) -> str:
    """The words of a block, links included; what is code or marked stands as one sign each."""
    parts = []
    for child in block:
        if isinstance(child, nodes.Text):
            parts.append(str(child))
        elif isinstance(child, nodes.reference) and child.get("refuri"):
            parts.append(child.astext())
        else:
            written = child.rawsource if isinstance(child, nodes.Element) else ""
            parts.append("\ufffd" + "\n" * written.count("\n"))
    return "".join(parts)


def _role_before(node: nodes.title_reference) -> str:
    index = node.parent.index(node)
    before = node.parent[index - 1] if index else None
    match = _ROLE.search(str(before)) if isinstance(before, nodes.Text) else None
    name = match["name"] if match else ""
    known = name in roles._role_registry or name in roles._roles or name.startswith("lang-")
    return name if known else ""


def _backslashes(whole: str, first: int) -> Iterator[_Found]:
    latex = _LATEX.search(whole)
    if latex is not None:
        name = latex["name"] or latex["page"] or latex["sign"]
        cure = (
            "this is LaTeX: print breaks pages and lines by itself, take it out"
            if latex["page"]
            else "this is LaTeX: write "
            + (
                ":cite:p:`key{p. 12}`"
                if "cite" in name
                else _OF_LATEX.get(name, "**words**, *words*, [#name]_")
            )
        )
        yield first + whole.count("\n", 0, latex.start()), "markup-foreign", f'"\\{name}" {_TEXT}: {cure}'
    accent = _ACCENT.search(whole)
    if accent is not None and (meant := _letter(accent)):
        said = f"is read without its accent: this is LaTeX, type {meant}"
        shown = f'"{_shown(accent[0])}"'
        yield first + whole.count("\n", 0, accent.start()), "markup-foreign", f"{shown} {said}"
    match = _BREAK.search(whole)
    if match is not None:
        said = "a backslash ends no line: lines that are kept begin with | and a space"
        yield (
            first + whole.count("\n", 0, match.start()),
            "markup-foreign",
            f'"\\" at the end of the line: {said}',
        )


def _letter(match: re.Match[str]) -> str:
    """The letter that LaTeX writes with a backslash and an accent; "" where there is none."""
    sign, letter = match["sign"] or match["sign2"], match["letter"] or match["letter2"]
    meant = unicodedata.normalize("NFC", letter + _ACCENTS[sign])
    return meant if len(meant) == 1 else ""


def _paths(whole: str, first: int) -> Iterator[_Found]:
    """Paths and line ends of programs: docutils drops each backslash."""
    match = _PATH.search(whole)
    if match is not None:
        said = "its backslashes are not printed: write it between two backquotes on each side, ``…``"
        line = first + whole.count("\n", 0, match.start())
        yield line, "markup-misread", f'"{_shown(match[0])}": {said}'
    match = _NEW_LINE.search(whole)
    if match is not None:
        said = "is read without its backslash: an empty line begins a paragraph"
        yield first + whole.count("\n", 0, match.start()), "markup-foreign", f'"\\{match["sign"]}" {said}'
    if whole.endswith("\x00") and not whole.endswith("\x00\x00") and whole.strip("\x00 "):
        said = "is not printed: take it out, or write two of them"
        yield first + whole.count("\n"), "markup-misread", f'"\\" at the end of the paragraph {said}'


def _hyphens(whole: str, first: int) -> Iterator[_Found]:
    """A word that is divided at the end of a line, as text from a PDF is."""
    for match in _HYPHEN.finditer(whole):
        if match["rest"].lower() in _JOINING or not match["rest"][0].islower():
            continue
        said = (
            f'"{match["word"]}- {match["rest"]}" is printed so, with a space: '
            "put the parts of the word together on one line"
        )
        yield first + whole.count("\n", 0, match.start()), "markup-misread", said
        return


def _shown(text: str) -> str:
    text = " ".join(text.replace("\x00", "\\").split())
    return shortened(text)
