"""The print edition: PDF through WeasyPrint. Laid out first, finished after: between the two, others may ask
where its pages begin."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final

from docutils import nodes

from pipeline import styles
from pipeline.files.media_types import text_type
from pipeline.findings import Finding
from pipeline.look.edition_sheets import sheets
from pipeline.styles import Sheet
from pipeline.tree.article import Article
from pipeline.tree.labels import labels_marks, numbering_of
from pipeline.write.engine.kept.looks import looks, pdf_of
from pipeline.write.engine.render import dated, watched
from pipeline.write.math.outlines import check_formulas
from pipeline.write.pdf.attachments import Attachment
from pipeline.write.pdf.finish import finish
from pipeline.write.pictures.prepare import PAGE, Pictures
from pipeline.write.print.decisions import Decisions
from pipeline.write.print.layout import layout
from pipeline.write.print.page_numbers import numbered_again, numbers_of
from pipeline.write.xhtml.core import same_page
from pipeline.write.xhtml.dialect import PRINT
from pipeline.write.xhtml.document import body_of, dateline, decoration, page, title_block
from pipeline.write.xhtml.translator import Translator

DEFAULT_PAPER: Final = "a4"
PASSES: Final = 12
"""A number that is set may move the pages behind it, and so on: the layout is made anew at most so often."""

_OWN_NUMBERS: Final = ("data-page", "target-")
"""What a style sheet that looks for the numbers of pages itself says."""
_BESIDE: Final = 22
"""Letters. A longer marking needs more than the running title, or the date, leaves it in one line."""
_DATE: Final = 36
"""Letters. A longer line of the date needs the room of the marking, too."""
_LINE: Final = 74
"""Letters of the line of the date that have room beside the number of the page."""
_ACROSS: Final = 56
"""Letters of a marking that a line across the page has at least."""
_TAG: Final = re.compile("<[^>]+>")


@dataclass(frozen=True)
class PrintLayout:
    """A print edition that is laid out and not yet written.

    :param document: the ``weasyprint.Document``.
    :param articles: what it shows, in order.
    :param findings: what the typesetter warned about.
    :param decisions: how it is set.
    """

    document: Any
    articles: tuple[Article, ...]
    findings: list[Finding]
    decisions: Decisions

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


def lay_out(
    articles: Sequence[Article],
    paper: str | None = None,
    since: PrintLayout | None = None,
    *,
    guess: bool = False,
    keep: bool = False,
) -> PrintLayout:
    """Lay out the print edition.

    :param articles: one article, or several in the order of the packet; all below one source root.
    :param paper: name of a style sheet in ``styles/paper``; by default the first article's own, else A4.
    :param since: what was laid out and kept for much the same articles; it can't be used any more. What is
        laid out is the same, whether there is any or not.
    :param guess: begin with the decisions of `since`, which mostly hold again. Others may hold as well, so
        that pages may differ from those that are made without it: for who wants to see pages at once.
    :param keep: whether what is laid out may serve another time.
    """
    first = articles[0]
    metadata, source = first.metadata, str(first.source)
    findings: list[Finding] = []
    paper = paper or metadata.paper
    sheets = print_sheets(paper if paper in styles.papers() else DEFAULT_PAPER)
    images = [Pictures(article.root, f"images/{number}/", PAGE) for number, article in enumerate(articles)]

    def lay(decisions: Decisions, earlier: Any = None) -> Any:
        findings.clear()
        text = page(
            metadata.title,
            metadata.language,
            "".join(
                article_xhtml(article, decisions, own) for article, own in zip(articles, images, strict=True)
            ),
            classes=PRINT.name,
        )
        files = {name: data for own in images for name, data in own.files.items()}
        return layout(text, sheets, files, metadata.date, source, findings, decisions, earlier)

    # A style sheet of the desk may look for the numbers itself.
    in_place = not any(word in sheet.text for sheet in sheets if sheet.own for word in _OWN_NUMBERS)
    decisions = replace(since.decisions, rounds=0) if since is not None and guess else Decisions()
    document = lay(decisions, None if since is None else since.document)
    for _ in range(PASSES):
        right = decisions.after(document, articles)
        if right is decisions:
            break
        again = None
        if in_place and right == replace(decisions, numbers=right.numbers) and right.numbers is not None:
            with dated(metadata.date), watched(source, findings):
                again = numbered_again(document, right.numbers)
        decisions = right
        document = lay(decisions, document) if again is None else again
    else:
        if decisions.numbers != numbers_of(document):
            message = "the numbers of pages in the text do not settle: some of them may be wrong"
            findings.append(Finding("layout-warning", source, None, message))
    if not keep:
        document.kept = None
    unset = [finding for article in articles for finding in check_formulas(article)]
    return PrintLayout(document, tuple(articles), [*unset, *findings], decisions)


def looks_of(layout: PrintLayout) -> list[Hashable] | None:
    """What stands for the look of each page of a layout that is kept: in a row of layouts, pages that have
    the same one look alike. ``None`` where that is not known before the PDF is written.
    """
    if any(article.metadata.line_numbers == "yes" for article in layout.articles):
        return None  # they are drawn last
    return looks(layout.document)


def drawable(layout: PrintLayout, numbers: Sequence[int]) -> bytes:
    """Some pages of a layout as a PDF from which pictures are drawn, and that serves for nothing else.

    :param numbers: of the pages, from 0.
    """
    first = layout.articles[0]
    with dated(first.metadata.date), watched(str(first.source), []):
        return pdf_of(layout.document, numbers)


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


def enclosures(article: Article, ebook: bytes, *, remarks: bool = False) -> tuple[Attachment, ...]:
    """What the PDF of an article carries, so that one file is the whole record: the ebook and the sources.

    :param ebook: the EPUB.
    :param remarks: whether what no edition shows stays in the sources.
    """
    first, *others = article.attached(remarks=remarks)
    return (
        Attachment(
            f"{article.name}.epub", ebook, "application/epub+zip", "Alternative", "The article as an ebook"
        ),
        Attachment(first.name, first.data, "text/x-rst", "Source", "The source text of the article"),
        *(
            Attachment(
                other.name, other.data, text_type(other.name), "Source", "A text that the article reads in"
            )
            for other in others
        ),
    )


def print_sheets(paper: str) -> list[Sheet]:
    """The style sheets of the print edition, in order."""
    return sheets("theme", "text", "print", f"paper/{paper}")


def article_xhtml(
    article: Article, decisions: Decisions | None = None, images: Pictures | None = None
) -> str:
    """The XHTML of one article for print.

    :param decisions: what an earlier layout has told.
    :param images: makes the images ready, and keeps them.
    """
    document = article.document.deepcopy()
    translator = Translator(document, PRINT, same_page, images or Pictures(article.root, "images/", PAGE))
    decisions = decisions or Decisions()
    translator.hidden, translator.near = decisions.hidden, decisions.near
    metadata = translator.metadata
    body = title_block(document, translator) + translator.render(body_of(document))
    return (
        f'<article class="article" lang="{escape(metadata.language)}">\n'
        f"{_running(document, translator)}{body}</article>\n"
    )


def _running(document: nodes.document, translator: Translator) -> str:
    """What stands at head and foot of each page; ``styles/print.css`` says where.

    The author's own header stands above the running title, and alone on the first page (``opening``), which
    has no running title; the author's footer stands below the date. A marking that has no room between date
    and number of the page stands on a line of its own below them.
    """
    metadata, labels = translator.metadata, translator.labels
    header, footer = (decoration(document, translator, kind) for kind in (nodes.header, nodes.footer))
    before, _, rest = escape(labels["page"]).partition("{page}")
    between, _, after = rest.partition("{pages}")
    marks = labels_marks(metadata.language)
    digits = "" if marks else f" digits-{numbering_of(metadata.language)}"
    number, count = (f'<span class="page-{name}{digits}"></span>' for name in ("number", "count"))
    folio = f"{before}{number}{between}{count}{after}"
    date = dateline(metadata, labels)
    marking, length = escape(metadata.marking), len(metadata.marking)
    if header and length > _BESIDE:
        header = f'<div class="beside-marking">{header}</div>'
    letters = len(_TAG.sub("", date))
    below = bool(marking) and (length > _BESIDE or letters > _DATE)
    if footer and below:
        footer = f'<div style="padding-top: {-(-length // _ACROSS) * 1.3:.1f}em">{footer}</div>'
    # Where nothing stands in the middle, the line of the date has its room, too.
    wide = "" if marking and not below else ' class="unmarked"'
    alone = "" if marking else ' class="unmarked"'
    high = f"{-(-letters // _LINE) * 1.3:.1f}em" if letters > _LINE else ""
    under, tall = (f' style="{name}: {high}"' if high else "" for name in ("padding-top", "min-height"))
    parts = {
        "title": f"{header}<p{alone}>{escape(metadata.short_title)}</p>",
        "opening": header and f"{header}<p>\u00a0</p>",
        "date": f"<p{wide}{tall}>{date}</p>{footer}",
        "folio": f"<span{marks}>{folio}</span>" if marks else folio,
        "marking": marking,
        "marking-foot": f'<div class="below-date"{under}>{marking}</div>' if below else marking,
    }
    words = escape(metadata.watermark)
    size = min(84, round(760 / max(len(metadata.watermark), 1)))  # points: as wide as the page at most
    watermark = f'<div class="watermark" style="font-size: {size}pt">{words}</div>\n' if words else ""
    running = (f'<div class="running running-{name}">{text}</div>\n' for name, text in parts.items() if text)
    return "".join([*running, watermark])
