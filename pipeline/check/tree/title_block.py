"""What an edition shows before the text: title, authors, date, and the author's header and footer."""

from __future__ import annotations

from docutils import nodes

from pipeline.check.tree.walk import Walk
from pipeline.check.vocabulary.facts import Heading
from pipeline.check.vocabulary.places import at
from pipeline.tree.labels import comma_of
from pipeline.tree.metadata import Metadata
from pipeline.tree.nodes import fault


class TitleBlockReader(Walk):
    """A part of the walk of `facts`."""

    def title_block(self) -> None:
        """Read what stands before the text."""
        data = self.metadata
        title = next(child for child in self.document if isinstance(child, nodes.title))
        self.line = at(title)
        self._decoration(nodes.header)
        if data.marking and not self.print:
            self.phrase(data.marking, only=True)
        if data.watermark and not self.print:
            self.phrase(data.watermark, only=True)
        for child in self.document:
            if isinstance(child, nodes.image) and "letterhead" in child["classes"]:
                self.visit(child)
        start = self.build.index
        self.mark(self.document)
        self.apart("title", title)
        self.facts.text.headings.append(heading_at(title, start, self.build.index, 1))
        for child in self.document:
            if isinstance(child, nodes.subtitle):
                self.build.space()
                self.line, self.lines = at(child), 0
                self.mark(child)
                self.apart("subtitle", child)
        docinfo = self.document.next_node(nodes.docinfo)
        self.line, self.lines = (at(docinfo) if docinfo is not None else at(title)), 0
        self.within = "title block"
        for number, name in enumerate(data.authors, start=1):
            self.phrase(name, after="" if number == len(data.authors) else comma_of(data.language))
        for text in (data.organization, data.address, data.contact):
            self.phrase(text)
        parts = [_long_date(data)] if data.dated else []
        parts += [f"{self.labels['version']} {data.version}"] if data.version else []
        parts += [data.status] if data.status else []
        for number, text in enumerate(parts):
            if number:
                self.phrase("·", optional=True)
            self.phrase(text)
        self.phrase(data.rights)
        self._decoration(nodes.footer)
        self.within = "text"

    def _decoration(self, kind: type[nodes.Element]) -> None:
        """The author's header or footer: the ebook has it on the title page, print on each page."""
        part = self.document.next_node(kind)
        if part is not None and self.print:
            self.facts.running.append(part.astext())
        elif part is not None:
            with self.having(only=True):
                self.apart(part.tagname, part)
            self.build.space()


def heading_at(node: nodes.title, start: int, end: int, level: int) -> Heading:
    """A heading, from its first piece to its last; an outline does not say what is wrong with it."""
    entry = ""
    if node.next_node(fault) is not None:
        parts = [part for part in node.findall() if isinstance(part, (nodes.Text, nodes.image))]
        parts = [part for part in parts if not isinstance(part.parent, nodes.footnote_reference)]
        entry = "".join(part.get("alt", "") if isinstance(part, nodes.image) else part for part in parts)
    return Heading(start, end, at(node), level=level, entry=entry)


def _long_date(data: Metadata) -> str:
    """The date in words, in the language of the article; English as in Britain unless it says otherwise."""
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        locale = Locale.parse("en_GB" if data.language.lower() == "en" else data.language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en_GB" if "_" not in data.language else "en")
    if str(locale) == "en":
        locale = Locale.parse("en_GB")
    words = format_date(data.date, "long", locale=locale)
    # CLDR's digits of the language: Babel formats dates with those of English.
    zero = {"arab": 0x660, "arabext": 0x6F0, "beng": 0x9E6, "deva": 0x966, "mymr": 0x1040, "tibt": 0xF20}
    first = zero.get(locale.default_numbering_system)
    return words if first is None else words.translate({48 + number: first + number for number in range(10)})
