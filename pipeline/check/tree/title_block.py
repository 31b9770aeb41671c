"""What an edition shows before the text: title, authors, date, and the author's header and footer."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes

from pipeline.check.vocabulary.builder import Builder
from pipeline.check.vocabulary.facts import Facts, Heading
from pipeline.check.vocabulary.places import at
from pipeline.tree.metadata import Metadata


class TitleBlockReader:
    """A part of the walk of `facts`."""

    document: nodes.document
    print: bool
    metadata: Metadata
    labels: dict[str, str]
    facts: Facts
    build: Builder
    line: int | None
    lines: int
    within: str
    only: bool
    mark: Callable[[nodes.Element], None]
    apart: Callable[..., None]
    phrase: Callable[..., None]
    visit: Callable[[nodes.Node], None]
    _heading: Callable[[nodes.title, int, int], Heading]

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
        self.facts.text.headings.append(self._heading(title, start, 1))
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
            self.phrase(name, after="" if number == len(data.authors) else ",")
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
            kept, self.only = self.only, True
            self.apart(part.tagname, part)
            self.build.space()
            self.only = kept


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
