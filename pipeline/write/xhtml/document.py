"""What stands around the text: whole XHTML pages, and the title block that both editions share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any

from docutils import nodes

from pipeline.tree.labels import comma_of, direction_of, localized_digits, marked_words
from pipeline.tree.metadata import Metadata
from pipeline.write.xhtml.attributes import BLOCK_NUMBER
from pipeline.write.xhtml.translator import Translator, plain


def page(title: str, language: str, body: str, *, classes: str, head: Iterable[str] = ()) -> str:
    """A whole XHTML page (EPUB 3.3, section 6.1: XML syntax of HTML).

    :param title: plain text.
    :param language: BCP 47 tag.
    :param body: well-formed XHTML.
    :param classes: of the body element.
    :param head: further elements of the head.
    """
    lines = "".join(f"{line}\n" for line in head)
    tag, direction = escape(language), direction_of(language)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{tag}" xml:lang="{tag}" dir="{direction}">\n'
        f"<head>\n<title>{escape(title)}</title>\n{lines}</head>\n"
        f'<body class="{classes}">\n{body}</body>\n</html>\n'
    )


def long_date(date: datetime.date, language: str) -> str:
    """A date as people write it: 29 November 2024, in the language (BCP 47 tag) of the article."""
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en_GB")
    if str(locale) == "en":
        locale = Locale.parse("en_GB")  # day before month, as diplomats write it
    return localized_digits(format_date(date, "long", locale=locale), locale.default_numbering_system)


def dateline(metadata: Metadata, labels: dict[str, str]) -> str:
    """Date, version and status in one line, as XHTML."""
    parts = []
    if metadata.dated:
        text = escape(long_date(metadata.date, metadata.language))
        parts.append(f'<time datetime="{metadata.date.isoformat()}">{text}</time>')
    if metadata.version:
        # In one piece: in a line from the right, the number would stand before an English word for it.
        parts.append(marked_words(f"{labels['version']} {metadata.version}", metadata.language))
    if metadata.status:
        parts.append(escape(metadata.status))
    return " · ".join(parts)


def title_block(document: nodes.document, translator: Translator) -> str:
    """The head of an article: title, subtitle, who, when."""
    metadata, labels = translator.metadata, translator.labels
    apart = not translator.dialect.running
    parts = ['<header class="title-block">\n']
    if apart:
        parts.append(decoration(document, translator, nodes.header))
    if metadata.marking:
        parts.append(f'<p class="marking">{escape(metadata.marking)}</p>\n')
    if metadata.watermark and apart:  # print has it on each page
        parts.append(f'<p class="watermark">{escape(metadata.watermark)}</p>\n')
    letterhead = letterhead_of(document)
    if letterhead is not None:
        parts.append(f'<div class="letterhead">{translator.render([letterhead])}</div>\n')
    for child in document:
        if isinstance(child, nodes.title):
            atts: dict[str, Any] = {"data-bookmark": plain(child)} if translator.dialect.bookmarks else {}
            child["ids"] = document["ids"][:1]
            parts += [translator.starttag(child, "h1", "", CLASS="title", **atts)]
            parts += [translator.render(child.children), "</h1>\n"]
        elif isinstance(child, nodes.subtitle):
            tag = translator.starttag(child, "p", "", CLASS="subtitle")
            parts += [tag, translator.render(child.children), "</p>\n"]
    people = [f'<span class="author">{escape(name)}</span>' for name in metadata.authors]
    if people:
        parts.append(f'<p class="byline">{f"{comma_of(metadata.language)} ".join(people)}</p>\n')
    for name in ("organization", "address", "contact"):
        lines = [escape(text) for text in getattr(metadata, name).splitlines()]
        if lines:
            text = "<br />\n".join(lines)
            parts.append(f'<p class="{name}">{text}</p>\n')
    line = dateline(metadata, labels)
    if line:
        parts.append(f'<p class="dateline">{line}</p>\n')
    if metadata.rights:
        parts.append(f'<p class="rights">{escape(metadata.rights)}</p>\n')
    if apart:
        parts.append(decoration(document, translator, nodes.footer))
    parts.append("</header>\n")
    return "".join(parts)


def decoration(document: nodes.document, translator: Translator, kind: type[nodes.Element]) -> str:
    """The header or the footer that the author has written, as XHTML; empty where there is none.

    :param kind: ``nodes.header`` or ``nodes.footer``.
    """
    part = document.next_node(kind)
    if part is None:
        return ""
    translator.copying = translator.dialect.running  # on each page, so that nothing in it has an id
    text = BLOCK_NUMBER.sub("", translator.render(part.children))  # no page begins with it
    translator.copying = False
    return f'<div class="author-{part.tagname}">\n{text}</div>\n'


def body_of(document: nodes.document) -> list[nodes.Node]:
    """The children of a document that come after the title block."""
    head = (nodes.title, nodes.subtitle, nodes.docinfo, nodes.meta, nodes.decoration)
    letterhead = letterhead_of(document)
    return [child for child in document if not isinstance(child, head) and child is not letterhead]


def letterhead_of(document: nodes.document) -> nodes.image | None:
    """The image that stands above the title, if there is one."""
    first = (child for child in document if isinstance(child, nodes.image))
    return next((child for child in first if "letterhead" in child["classes"]), None)
