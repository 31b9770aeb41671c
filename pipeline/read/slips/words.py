"""Signs of other markup within a line: Markdown, HTML, wikis, and what Word leaves. docutils prints them."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.read.slips.pasted import WORDS as PASTED
from pipeline.read.slips.pasted import find_pasted_words
from pipeline.read.slips.patterns import searched, signs
from pipeline.tree.nodes import fault
from pipeline.tree.report import line_of

_Found = tuple[int, str, str]
"""A line, a code and a message."""

_TAGS: Final = (
    "a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|"
    "img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|small|nowiki|span|strike|strong|style|script|iframe|video|audio|embed|object|sub|summary|sup|table|tbody|td|tfoot|"
    "th|thead|tr|tt|u|ul|wbr|o:p"
)
_TEXT: Final = "is read as text"
# docutils keeps a backslash as NUL in the text, so that what an author has escaped is known.
_FREE: Final = r"(?<![\x00\w\\])"
# Between signs that open and close, no pattern looks further than _WITHIN letters, and none in two ways: an
# opening sign may stand thousands of times in a text.
_WITHIN: Final = "{1,400}"
_WORDS: Final = [
    (
        rf"(?<!\x00)\[\^(?!\w-\w)[^\]\s]{_WITHIN}\]:?",
        "write [#name]_ for a note, and .. [#name] before its text",
    ),
    (r"［\s*#?[\w.-]{1,30}\s*］_?", "write [#name]_ for a note, and .. [#name] before its text"),
    (r"\^\[[^\]\n]{3,400}\]", "write [#name]_ for a note, and .. [#name] before its text"),
    (r"(?<!\x00)!\[[^\]\n]{0,400}\]\((?:$|[^)\s][^)\n]*\))", "an image is named behind .. image::"),
    (rf"(?<![!\x00])\[[^\]\n]{_WITHIN}\]\((?:$|\S*[/.#@]\S*\))", "a link is `words <address>`_"),
    (
        rf"(?<![!\x00\w)\]])\[[^\]\n]{_WITHIN}\]\(<?(?:https?://|www\.|mailto:)",
        "a link is `words <address>`_",
    ),
    (
        r"(?<![\x00\w\])])\[[A-Za-z](?:(?=[^\]\n]{0,400} [^\]\n])[^\]\n]{2,400}\]\[[\w -]*\]"
        r"|[^\]\n]{1,400}\]\[\d*\])(?![\w\[(])",
        "a link is `words <address>`_",
    ),
    (r"^\[(?![#*])[^\]\n]+\]: (?:$|<|/)", "the address of a link stands in it: `words <address>`_"),
    (
        rf"{_FREE}~~(?=[^\s~])[^~\n]+(?<=[^\s~])~~(?!\w)",
        "reStructuredText strikes nothing out: take the signs out",
    ),
    (rf"{_FREE}==(?=[^\s=])[^=\n]+(?<=[^\s=])==(?!\w)", "reStructuredText marks nothing so: write **words**"),
    (
        r"(?<![\S\x00])(\*\*|__) +[^\W\d_]{2}[^*_\n]* \1(?!\S)",
        "the signs of bold type touch the words: **words**",
    ),
    (r"(?<![\x00\w'])'''(?=[^\s'])[^'\n]+(?<=[^\s'])'''", "bold type is **words**"),
    (r"(?<![\x00\w'])''(?=[^\W\d_])[^'\n]{2,}(?<=[^\W_])''(?!['\w])", "italic type is *words*"),
    (r"(?<![\x00\[!])\[\[[A-Za-z][^\[\]\n]*\]\](?!\])", "a link is `words <address>`_, or :ref:`name`"),
    (
        r"(?<!\x00)\[(b|i|u|s|url|img|quote|code|size|color)\b[^\]\n]{0,400}\][^\[\n]+\[/\1\]",
        "write **bold**, *italic*, or `words <address>`_",
    ),
    (r"(?<![\x00\w$])\$(?=[^\s$])(?=[^$\n]*[\\^=_{])[^$\n]*(?<=[^\s$])\$(?![\w$])", "a formula is :math:`…`"),
    (r"(?<![\x00$])\$\$[^$]+\$\$", "a formula stands indented below .. math::"),
    (
        r"\\\x00?(?:textbf|textit|emph|footnote|section|cite|url|href)\{[^}\n]*\}",
        "this is LaTeX: write **words**, *words*, [#name]_",
    ),
    (r"(?<![\x00\w])\x00?\[(?:TOC|toc|\[_TOC_\])\]", "the contents are .. contents::"),
    (r"<!--(?:(?!<!--).)*?-->", "a remark begins a line with .. and a space, and stands alone"),
    (
        r"Error! (?:Bookmark|Reference|No bookmark|Hyperlink|Not a valid)[^.\n]*\.",
        "Word has lost a reference here: write :ref:`name`, or the words",
    ),
    (r"[\ufffc\uf0a0-\uf0ff]", "Word has put a sign of its own here: type the one that is meant"),
    (
        r"(?<![\w:\x00]):(?:smile|wink|thumbsup|\+1|-1|warning|tada|rocket|fire|heart|star|bulb|memo|info|point_right"
        r"|heavy_check_mark|white_check_mark|check|x|flag-[a-z]{2}):(?![\w:`])",
        "type the sign itself",
    ),
    (r"\s\{[#.][A-Za-z][\w -]*\}\s*$", "a name is written .. _name: above what it names"),
]
_SIGNS: Final = signs((*_WORDS, *PASTED), flags=re.DOTALL)
_TAG: Final = re.compile(
    rf"(?<!\x00)</?(?:{_TAGS})(?:\s+[a-zA-Z-]+\s*=\s*[^<>\n]*)?\s*/?>|<(?:a|img)\s[^<>]*=\s*[\"']?$",
    re.IGNORECASE,
)
ENTITY: Final = re.compile(r"(?<!\x00)&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")
"""A sign as HTML writes it."""
UNDERLINED: Final = re.compile(
    r"(?<![\w\x00_/.:=`-])(?P<signs>__?)(?=[^\W_])(?P<words>[^_\n]*[^\W_][.,;:!?]?)(?P=signs)(?![\w_/=`(-])"
)
"""Emphasis as Markdown has it, with underscores."""
# Names that Python gives a meaning, and its own way of naming: documents about programs write them bare.
_DUNDER: Final = re.compile(r"[a-z][a-z0-9]*")
_DUNDERS: Final = frozenset(
    re.findall(
        r"\w+",
        "abs add aenter aexit aiter all and anext annotations await bases bool bytes cached call class "
        "closure code complex contains context copy debug deepcopy defaults del delattr delete delitem "
        "dict dir divmod doc enter eq exit file float floordiv format func future fspath ge get getattr "
        "getattribute getinitargs getitem getnewargs getstate globals gt hash html iadd iand idiv imul "
        "import index init int invert ior ipow isub iter ixor kwdefaults le len loader long lshift lt "
        "main matmul members metaclass missing mod module mro mul name ne neg new next nonzero or "
        "origin package parameters path pos pow prepare qualname radd rand rdiv reduce repr reversed "
        "rmul ror round rshift rsub self set setattr setitem setstate signature sizeof slots spec str "
        "sub subclasses test traceback truediv unicode version warningregistry weakref wrapped xor",
    )
)
_WIKI_WORD: Final = re.compile(r"__(?:(?:NO|FORCE)?TOC|NOEDITSECTION|NOINDEX|NOGALLERY)__")
_NUMBER: Final = re.compile(
    r"(?<=[\w.,;:!?)”’\"])(?P<space> ?)(?<!\x00)\[(?P<label>[1-9]\d{0,2})\](?![_\w(\[:{])"
)
_RAISED: Final = re.compile(
    r"(?:[^\W\d_]{3}|[^\W\d_][.,;:!?)”»\"’]{1,2})(?P<sign>[¹²³⁰⁴-⁹]{1,3})(?![\w⁻⁺/¹²³⁰⁴-⁹])"
)
_UNITS: Final = re.compile(r"(?:^|[^\w])(?:[kcdm]?m|mi|ft|in|yd|ha|sec|min|[A-Za-z])[¹²³]$")
_QUOTED_LINK: Final = re.compile(r"[‘’´'“\"][^‘’´'“”\"<>\n]+ <$")
_NOT_TEXT: Final = (fault, nodes.literal, nodes.math, nodes.raw, nodes.problematic, nodes.FixedTextElement)


def find_in_words(block: nodes.Element, labels: frozenset[str], *, bare: bool) -> Iterator[_Found]:
    """What stands in the words of a block, each thing once.

    :param block: a paragraph, a heading, a term or the like, as docutils has parsed it.
    :param labels: of the notes that there are: their names in brackets are looked for elsewhere.
    :param bare: whether names of programs may stand bare in the text: ``__init__``, ``_FLAGS_``.
    """
    seen: set[str] = set()
    for text in _texts(block):
        line = 0
        for at, shown, said in _in_text(text, labels, bare=bare):
            kind = _kind(said)
            if kind in seen:
                continue
            seen.add(kind)
            line = line or line_of(text) or 1
            what = " ".join(shown.replace("\x00", "\\").split())
            what = shortened(what)
            yield line + str(text).count("\n", 0, at), "markup-foreign", f'"{what}" {said}'


def _texts(node: nodes.Element) -> Iterator[nodes.Text]:
    for child in node:
        if isinstance(child, nodes.Text):
            yield child
        elif isinstance(child, nodes.Inline) and not isinstance(child, _NOT_TEXT):
            yield from _texts(child)


def _in_text(text: nodes.Text, labels: frozenset[str], *, bare: bool) -> Iterator[tuple[int, str, str]]:
    """Where, what, and what to write instead."""
    words = str(text)
    linked = isinstance(text.parent, nodes.reference)
    if not linked:
        for match, sign in searched(_SIGNS, words):
            if "\x00" not in match[0]:
                yield match.start(), match[0], f"{_TEXT}: {sign.said}"
    yield from _html(words)
    if linked:
        return
    for match in UNDERLINED.finditer(words):
        strong = match["signs"] == "__"
        if _WIKI_WORD.fullmatch(match[0]):
            yield (
                match.start(),
                match[0],
                f"{_TEXT}: it is of a wiki, take it out; the contents are .. contents::",
            )
        elif _is_emphasis(match) and not (bare and re.fullmatch(r"[\w.-]+", match["words"])):
            said = (
                f"bold type is **{_short(match['words'])}**"
                if strong
                else f"italic type is *{_short(match['words'])}*"
            )
            yield match.start(), match[0], f"{_TEXT}: {said}"
    yield from _half_link(text, words)
    yield from _notes(words, labels)
    if not bare:
        yield from find_pasted_words(words, labels)
    yield from _quotes(text, words)
    yield from _broken(words)
    yield from _raised(text, words)


def _html(words: str) -> Iterator[tuple[int, str, str]]:
    for tag in _TAG.finditer(words):
        name = re.sub(r"[</>]", " ", tag[0]).split()[0].lower()
        if not (name in _ALONE or "=" in tag[0] or f"</{name}" in words.lower()):
            continue  # a text about tags
        if tag[0] == words.strip() and tag[0].startswith("</"):
            continue  # alone: the one that it closes is told
        yield (
            tag.start(),
            tag[0],
            f"{_TEXT}: {_INSTEAD.get(name, 'reStructuredText has no tags: take it out')}",
        )
    for match in ENTITY.finditer(words):
        sign = html.unescape(match[0])
        if sign != match[0]:
            shown = f'"{sign}"' if sign.isprintable() and not sign.isspace() else "the sign that is meant"
            yield match.start(), match[0], f"{_TEXT}: type {shown}"


_ALONE: Final = ("br", "hr", "wbr", "nobr", "o:p")
"""Tags that are closed nowhere."""
_INSTEAD: Final = {
    **dict.fromkeys(("b", "strong"), "bold type is **words**"),
    **dict.fromkeys(("i", "em", "cite"), "italic type is *words*"),
    **dict.fromkeys(
        ("br", "p", "nobr"), "an empty line begins a paragraph; lines that are kept begin with | and a space"
    ),
    **dict.fromkeys(("code", "tt", "kbd", "pre"), "code is ``words``, or stands below .. code-block::"),
    **dict.fromkeys(("ul", "ol", "li"), "the items of a list begin with - or 1. and a space"),
    **dict.fromkeys(("table", "tr", "td", "th", "thead", "tbody"), "a table is .. list-table::"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "a heading has a line of === or --- below it"),
    "a": "a link is `words <address>`_",
    "img": "an image is named behind .. image::",
    "sub": "write :sub:`2`",
    "sup": "write :sup:`2`, or [#name]_ for a note",
    "hr": "a rule is a line of ---- between two empty ones",
    "blockquote": "a quotation is indented",
}


def _is_emphasis(match: re.Match[str]) -> bool:
    words = match["words"]
    if match["signs"] == "_":
        return not re.search(r"[()\[\]{}<>=/\\\x00]", words)
    named = _DUNDER.fullmatch(words) is not None and words in _DUNDERS
    return not named and not re.search(r"[()\[\]{}<>=/\\\x00]", words)


def _notes(words: str, labels: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    said = f"{_TEXT}: a note is called with [#name]_, and its text begins with .. [#name]"
    raised = next((one for one in _RAISED.finditer(words) if not _UNITS.search(words[: one.end()])), None)
    if raised is not None:
        yield raised.start("sign"), raised["sign"], said
    numbers = (one for one in _NUMBER.finditer(words) if one["label"] not in labels)
    for match in numbers:
        yield match.start("label"), f"[{match['label']}]", said
        break


_MOJIBAKE: Final = re.compile(
    r"(?:Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€[\x9c\x9d“”˜™œž¦¢]|Â[\xa0«»°§£])+"
)


def _broken(words: str) -> Iterator[tuple[int, str, str]]:
    """Letters that were read in another encoding before they came here."""
    match = _MOJIBAKE.search(words)
    if match is not None:
        with contextlib.suppress(UnicodeError):
            meant = match[0].encode("cp1252").decode("utf-8")
            yield match.start(), match[0], f"is what another encoding made of a letter: type {meant}"
    if "\ufffd" in words:
        said = "stands where a letter was lost: type the letter"
        yield words.index("\ufffd"), "\ufffd", said


_DAGGER: Final = re.compile(r"(?<=[\w.,;:!?)”’\"])[†‡](?!\w)")


def _raised(text: nodes.Text, words: str) -> Iterator[tuple[int, str, str]]:
    """A dagger as the call of a note, whose text is a paragraph that begins with it."""
    match = _DAGGER.search(words)
    document = text.document
    if match is None or document is None:
        return
    if any(one.astext().startswith(match[0]) for one in document.findall(nodes.paragraph)):
        said = "is read as text: a note is called with [#name]_, and its text begins with .. [#name]"
        yield match.start(), match[0], said


def _quotes(text: nodes.Text, words: str) -> Iterator[tuple[int, str, str]]:
    match = _QUOTED_LINK.search(words)
    behind = _behind(text, 2)
    if match is not None and len(behind) == 2 and re.match(r">[’´'”\"]__?(?!\w)", behind[1].astext()):
        shown = f"{match[0]}{behind[0].astext()}{behind[1].astext()[:2]}_"
        yield match.start(), shown, f"{_TEXT}: a link stands between ` and `_, as in `words <address>`_"


def _half_link(text: nodes.Text, words: str) -> Iterator[tuple[int, str, str]]:
    """Emphasis of several words with underscores: docutils takes the last of them for a link."""
    match = re.search(r"(?<![\w\x00])(__?)(?=[^\W_])[^_\n]*$", words)
    link = next(iter(_behind(text, 1)), None)
    if match is None or not isinstance(link, nodes.reference) or "refuri" in link:
        return
    written = link.rawsource
    if not written.endswith(match[1]) or written.startswith("`") or written.rstrip("_") != link.astext():
        return
    if written.endswith("__") != (match[1] == "__"):
        return
    inner = f"{match[0][len(match[1]) :]}{link.astext()}"
    said = f"bold type is **{_short(inner)}**" if match[1] == "__" else f"italic type is *{_short(inner)}*"
    yield match.start(), f"{match[0]}{written}", f"{_TEXT}: {said}"


def _behind(text: nodes.Text, count: int) -> list[nodes.Node]:
    index = text.parent.index(text)
    found: list[nodes.Node] = text.parent[index + 1 : index + 1 + count]
    return found


def _kind(said: str) -> str:
    """What is said, without the words that it shows: each kind of slip is told once in a paragraph."""
    return re.sub(r"\*[^*]+\*|\".*\"", "*", said)


def _short(words: str) -> str:
    return shortened(words, 20, 18)
