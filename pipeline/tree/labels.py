"""The words that Despatch itself puts on a page, in the language of the article (``styles/labels.toml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from docutils import languages, nodes, utils

from pipeline import styles

LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
"""A tag for a passage (BCP 47, section 2.1): a primary subtag, then script, region or variants."""


def labels_for(language: str) -> dict[str, str]:
    """The labels for a language tag (BCP 47): its own, those of its main language, else English.

    :returns: label by key; every key of the English table is there.
    """
    return words_in("labels", language)[0]


def words_in(file: str, language: str, below: Mapping[str, str] | None = None) -> tuple[dict[str, str], bool]:
    """The words for a language tag (BCP 47): its own, over those of its main language, over others.

    :param file: a data file with a table for each tag.
    :param below: the others; by default the English ones of the file.
    :returns: word by key, and whether the file has any for the language.
    """
    table = styles.data(file)
    own = [tag for tag in tags_of(language) if tag in table]
    words = dict(table["en"] if below is None else below)
    for tag in reversed(own):
        words |= table[tag]
    return words, bool(own)


_WRITTEN: Final = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "no": "nb"}
"""The tag under which tables have the words of another."""


def tags_of(language: str) -> tuple[str, ...]:
    """A language tag (BCP 47) as tables have it, then those that stand in for it, the nearest first.

    They are the tag without its last part, and so on (RFC 4647, section 3.4). Chinese of Taiwan, Hongkong and
    Macao has the words in traditional characters.
    """
    parts = language.lower().split("-")
    tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys(other for tag in tags for other in (tag, _WRITTEN.get(tag, tag))))


def labels_marks(language: str) -> str:
    """Attributes for a text of labels in an article of that language, where they are English for want of
    others.

    :returns: ``lang``, and ``dir`` where the article runs the other way; nothing where it has labels.
    """
    if has_labels(language):
        return ""
    return ' lang="en" dir="ltr"' if direction_of(language) == "rtl" else ' lang="en"'


def marked_words(words: str, language: str) -> str:
    """A text of labels as XHTML, which says that it is English where the article has another language."""
    marks = labels_marks(language)
    return f"<span{marks}>{escape(words)}</span>" if marks else escape(words)


def label_node(words: str, language: str) -> nodes.Node:
    """A text of labels as a node, which says that it is English where the article has another language."""
    return words_node(words, foreign=not has_labels(language))


def words_node(words: str, *, foreign: bool) -> nodes.Node:
    """A text as a node.

    :param foreign: whether it is English in an article of another language, and says so.
    """
    return nodes.inline(words, words, classes=["language-en"]) if foreign else nodes.Text(words)


def titles_of_boxes(document: nodes.document, language: str) -> tuple[dict[str, str], bool]:
    """The titles of notes, warnings and the like, of abstract and dedication, by the names of their classes.

    :param language: of the document (``styles/boxes.toml``); docutils' own words are those of its settings.
    :returns: the titles, and whether they are English for want of others.
    """
    titles, known = words_in("boxes", language, titles_of_docutils(document))
    return titles, not known and document.settings.language_code == "en"


def titles_of_docutils(document: nodes.document) -> dict[str, str]:
    """The same in docutils' own words, which it gives to admonitions."""
    reporter = utils.new_reporter("", document.settings)
    words: dict[str, str] = languages.get_language(document.settings.language_code, reporter).labels
    return words


def has_labels(language: str) -> bool:
    """Whether ``styles/labels.toml`` has this language or its main language."""
    return words_in("labels", language)[1]


_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``: the writing direction of a language tag, by its script or its main language."""
    parts = language.lower().split("-")
    scripts = {part for part in parts[1:] if len(part) == 4 and part.isalpha()}
    if scripts:
        return "rtl" if scripts & {"arab", "hebr", "syrc", "thaa", "nkoo", "adlm"} else "ltr"
    return "rtl" if parts[0] in _RIGHT_TO_LEFT else "ltr"


def comma_of(language: str) -> str:
    """What parts names in a list: "," or, in Arabic letters, "،" (BCP 47 tag)."""
    other = {"he", "yi", "dv", "syr", "arc", "nqo"}
    arabic = direction_of(language) == "rtl" and language.lower().partition("-")[0] not in other
    return "\u060c" if arabic else ","


def own_digits(text: str, language: str) -> str:
    """A text with the digits that a language has in its dates (BCP 47 tag): those of Persian, say."""
    return localized_digits(text, numbering_of(language))


def numbering_of(language: str) -> str:
    """The numbering system of a language (BCP 47 tag; CLDR, ``defaultNumberingSystem``), mostly ``latn``."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language, sep="-").default_numbering_system)
    except (UnknownLocaleError, ValueError):
        return "latn"


_ZEROS: Final = {
    **{"arab": "\u0660", "arabext": "\u06f0", "beng": "\u09e6", "deva": "\u0966", "guru": "\u0a66"},
    **{"gujr": "\u0ae6", "khmr": "\u17e0", "laoo": "\u0ed0", "mlym": "\u0d66", "mymr": "\u1040"},
    **{"nkoo": "\u07c0", "orya": "\u0b66", "telu": "\u0c66", "thai": "\u0e50", "tibt": "\u0f20"},
}
"""The digit zero of CLDR's numbering systems; the others follow it (Unicode, "Decimal digits")."""


def localized_digits(text: str, system: str) -> str:
    """A text with the digits of a numbering system (CLDR, ``defaultNumberingSystem``)."""
    zero = _ZEROS.get(system)
    return text if zero is None else text.translate({48 + digit: ord(zero) + digit for digit in range(10)})
