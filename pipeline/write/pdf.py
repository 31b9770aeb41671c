"""The print edition: PDF through WeasyPrint. Laid out first, finished after: between the two, others may ask
where its pages begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from docutils import nodes

from pipeline import styles
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.metadata import Metadata
from pipeline.write.dialect import PRINT
from pipeline.write.finish import Attachment, finish
from pipeline.write.page import body_of, dateline, page, title_block
from pipeline.write.render import dated, layout, watched
from pipeline.write.xhtml import Translator, same_page

DEFAULT_PAPER: Final = "a4"


@dataclass(frozen=True)
class PrintLayout:
    """A print edition that is laid out and not yet written.

    :param document: the ``weasyprint.Document``.
    :param articles: what it shows, in order.
    :param findings: what the typesetter warned about.
    """

    document: Any
    articles: tuple[Article, ...]
    findings: list[Finding]

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self.document.pages)


def write_pdf(
    articles: Sequence[Article], *, paper: str | None = None, attachments: Sequence[Attachment] = ()
) -> tuple[bytes, int, list[Finding]]:
    """Make the print edition: `lay_out` and `finish_pdf` in one.

    :param articles: one article, or several in the order of the packet; all below one source root.
    :param paper: name of a style sheet in ``styles/paper``; by default the first article's own, else A4.
    :param attachments: files that travel inside the PDF.
    :returns: the PDF, its number of pages, and what the typesetter warned about.
    """
    layout = lay_out(articles, paper)
    data, findings = finish_pdf(layout, attachments)
    return data, layout.page_count, findings


def lay_out(articles: Sequence[Article], paper: str | None = None) -> PrintLayout:
    """Lay out the print edition.

    :param articles: one article, or several in the order of the packet; all below one source root.
    :param paper: name of a style sheet in ``styles/paper``; by default the first article's own, else A4.
    """
    first = articles[0]
    metadata, source = first.metadata, str(first.source)
    findings: list[Finding] = []
    sheets = print_sheets(paper or metadata.paper or DEFAULT_PAPER)
    mounts = {"source": first.root}

    def lay(hidden: frozenset[str]) -> Any:
        text = page(
            metadata.title,
            metadata.language,
            "".join(article_xhtml(article, hidden) for article in articles),
            classes=PRINT.name,
        )
        return layout(text, sheets, mounts, metadata.date, source, findings)

    document = lay(frozenset())
    repeated = repeated_pages(document, articles)
    if repeated:
        findings.clear()
        document = lay(repeated)
    return PrintLayout(document, tuple(articles), findings)


def finish_pdf(layout: PrintLayout, attachments: Sequence[Attachment] = ()) -> tuple[bytes, list[Finding]]:
    """Write a laid out print edition as PDF/A-3a and PDF/UA-1; it can be written again.

    :param attachments: files that travel inside the PDF.
    :returns: the PDF, and what the typesetter has warned about, from the beginning.
    """
    first = layout.articles[0]
    findings = list(layout.findings)
    with dated(first.metadata.date), watched(str(first.source), findings):
        data = finish(layout.document, first.metadata, attachments)
    return data, list(dict.fromkeys(findings))


def enclosures(article: Article, ebook: bytes) -> tuple[Attachment, Attachment]:
    """What the PDF of an article carries, so that one file is the whole record: the ebook and the source.

    :param ebook: the EPUB.
    :raises OSError: when the source can't be read any more.
    """
    return (
        Attachment(
            f"{article.name}.epub", ebook, "application/epub+zip", "Alternative", "The article as an ebook"
        ),
        Attachment(
            f"{article.name}.rst",
            article.source.read_bytes(),
            "text/x-rst",
            "Source",
            "The source text of the article",
        ),
    )


def print_sheets(paper: str) -> list[str]:
    """The style sheets of the print edition, in order."""
    return [styles.css(name) for name in ("theme", "text", "print", f"paper/{paper}")]


def article_xhtml(article: Article, hidden: frozenset[str] = frozenset()) -> str:
    """The XHTML of one article for print.

    :param hidden: ids of calls whose page a list of notes has named already.
    """
    document = article.document.deepcopy()
    translator = Translator(document, PRINT, same_page, lambda path: f"/source/{path}")
    translator.hidden = hidden
    metadata = translator.metadata
    body = title_block(document, translator) + translator.render(body_of(document))
    return (
        f'<article class="article" lang="{escape(metadata.language)}">\n'
        f"{_running(metadata, translator.labels)}{body}</article>\n"
    )


def repeated_pages(document: Any, articles: Sequence[Article]) -> frozenset[str]:
    """Calls on a page on which an earlier call of the same note stands already.

    :param document: the laid out ``weasyprint.Document``.
    """
    where = {name: number for number, page in enumerate(document.pages) for name in page.anchors}
    repeated = set()
    for article in articles:
        for note in article.document.findall(nodes.footnote):
            seen: set[int | None] = set()
            for call in note["backrefs"]:
                place = where.get(f"foot-{call}", where.get(call))
                if place in seen:
                    repeated.add(call)
                seen.add(place)
    return frozenset(repeated)


def _running(metadata: Metadata, labels: dict[str, str]) -> str:
    """What stands at head and foot of each page; ``styles/print.css`` says where."""
    before, _, rest = escape(labels["page"]).partition("{page}")
    between, _, after = rest.partition("{pages}")
    folio = f'{before}<span class="page-number"></span>{between}<span class="page-count"></span>{after}'
    parts = {
        "title": escape(metadata.short_title),
        "date": dateline(metadata, labels),
        "folio": folio,
        "marking": escape(metadata.marking),
        "marking-foot": escape(metadata.marking),
    }
    return "".join(f'<p class="running running-{name}">{text}</p>\n' for name, text in parts.items() if text)
