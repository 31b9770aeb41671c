"""A finished packet, read back: each article in it against its tree, and the numbers and links of the whole.

Nothing is asked of what has made it. The record inside the packet says which pages are whose; an article is
then taken out of the packet, in both formats, and compared with its tree as its own editions are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from docutils import nodes

from pipeline.check.annex_links import Paper, check_annex_links, check_ebook_links
from pipeline.check.article import KINDS, counts_of, equation
from pipeline.check.compare.edition import compare
from pipeline.check.compare.page_list import compare_pages
from pipeline.check.compare.pdf_conformance import check_page_labels, check_tags
from pipeline.check.enclosed import EnclosedFile, check_enclosed, check_enclosed_in_ebook
from pipeline.check.epub.files import XHTML, Book, UnreadableError, open_book, resolve, types
from pipeline.check.packet_cover import check_cover, check_cover_of_ebook
from pipeline.check.packet_parts import (
    Part,
    address,
    folder_of,
    numbers_of,
    part_of_epub,
    part_of_pdf,
    squeezed,
)
from pipeline.check.pdf.tree import Opened
from pipeline.check.seen.packet import look_at_packet
from pipeline.check.tree.facts import expected
from pipeline.check.validators import validate_epub, validate_pdf
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.numbering.tabs import TabPlace, lead_to_tabs, tab_key

RECORD: Final = "record.json"
INDEX: Final = "index"
_LATE: Final = re.compile(r"late-[0-9]+")
_LATE_PAPER: Final = re.compile(r"(late-[0-9]+)-[0-9]+[a-z]*")
"""The names of a section of late papers, and of what is in it."""


@dataclass
class PacketReport:
    """What became of a packet.

    :param tables: for each article, what it is called in the packet, and what it, the PDF and the EPUB have.
    """

    tables: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was found that is wrong."""
        return not any(finding.is_error for finding in self.findings)

    def data(self, manifest: str) -> dict[str, Any]:
        """The same for a program."""
        return {
            "packet": manifest,
            "good": self.good,
            "articles": dict(self.tables),
            "findings": [
                {
                    "code": finding.code,
                    "severity": str(finding.severity),
                    "source": finding.source,
                    "line": finding.line,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }


@dataclass(frozen=True)
class Given:
    """What beside the articles went into a packet.

    :param papers: the PDFs from elsewhere as they were given, by the names of their parts.
    :param mark: the alternative text of the letterhead that the desk has, or ``None``.
    :param enclosed: the files that travel inside.
    """

    papers: Mapping[str, Paper] = field(default_factory=dict)
    mark: str | None = None
    enclosed: Sequence[EnclosedFile] = ()


def check_packet(
    manifest: str,
    path: Path,
    articles: Mapping[str, Article],
    *,
    validators: bool = True,
    plain: Path | None = None,
    given: Given = Given(),
) -> PacketReport:
    """Check a packet.

    :param manifest: the file that findings about the whole name.
    :param path: the PDF; the EPUB lies beside it.
    :param articles: those that are in it, by the names of their parts.
    :param validators: whether EPUBCheck and the PDF validators are run, too.
    :param plain: the PDF without its password, where it has one.
    :param given: what beside the articles went into it.
    """
    plain = plain or path
    report = PacketReport()
    whole = {
        edition: Verdict(manifest, str(path.with_suffix(f".{edition}")), edition)
        for edition in ("pdf", "epub")
    }
    try:
        parts, numbers, claims = read_parts(plain)
        book = open_book(path.with_suffix(".epub"))
    except (OSError, UnreadableError, ValueError, KeyError, TypeError) as error:
        message = f"{path} can't be read as a packet ({error}): run despatch packet {manifest}"
        report.findings.append(Finding("check-damaged", manifest, None, message))
        return report
    tabs = {
        tab_key(part.tab): TabPlace(
            *(part.tab, address(part.name, "{page}"), part.first, part.place),
            tuple(numbers[part.first - 1 : part.first - 1 + part.place]),
        )
        for part in parts
        if part.tab
    }
    for name, article in articles.items():
        part = next((part for part in parts if part.name == name), None)
        if part is None:
            whole["pdf"].add("check-stale", f"{article.source} is not in it: run despatch packet {manifest}")
            continue
        bound = _marked(article, part.marking)
        lead_to_tabs(bound.document, tabs)
        table, findings = _article((path, plain), book, part, bound, parts, numbers)
        report.tables.append((f"{part.tab} {part.title}".strip(), table))
        report.findings += findings
    _pdf(plain, parts, numbers, whole["pdf"], given, accessible=bool(claims["accessible"]))
    _epub(book, parts, numbers, whole["epub"])
    whole["epub"].extend(check_ebook_links(book, parts, numbers, given.papers))
    whole["epub"].extend(check_cover_of_ebook(book, given.mark))
    whole["epub"].extend(check_enclosed_in_ebook(book, given.enclosed))
    if validators:
        faults = validate_pdf(plain)
        skipped = {"check-pdfa"} if not claims["archival"] else set[str]()
        skipped |= {"check-pdfua"} if not claims["accessible"] else set[str]()
        whole["pdf"].extend(fault for fault in faults if fault[0] not in skipped)
        whole["epub"].extend(validate_epub(path.with_suffix(".epub")))
    for verdict in whole.values():
        report.findings += verdict.findings
    return report


def read_parts(path: Path) -> tuple[list[Part], list[str], dict[str, Any]]:
    """The parts of a packet in order, what its pages have to bear, and the standards that it claims.

    All that is from the record inside it.

    :raises ValueError: when there is none.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if RECORD not in pdf.attachments:
                raise ValueError("there is no record in it")
            data = json.loads(pdf.attachments[RECORD].get_file().read_bytes())
            count = len(pdf.pages)
    except pikepdf.PdfError as error:
        raise ValueError(" ".join(str(error).split())) from error
    parts = [
        Part(
            name=entry["name"],
            title=entry["title"],
            tab=entry["tab"],
            marking=entry["marking"],
            kind=entry["kind"],
            first=entry["first"],
            count=len(entry["pages"]),
            demoted=entry["demoted"],
            reserve=entry.get("reserve", 0),
            between=entry.get("between", False),
        )
        for entry in data["parts"]
    ]
    return parts, numbers_of(parts, count), data["claims"]


# Each article --------------------------------------------------------------------------------------------


def _marked(article: Article, marking: str) -> Article:
    """The article with the marking that it bears in the packet."""
    document = article.document.deepcopy()
    for name in list(document.findall(nodes.field_name)):
        if name.astext() == "marking" and isinstance(name.parent.parent, nodes.docinfo):
            name.parent.parent.remove(name.parent)
    docinfo = document.next_node(nodes.docinfo)
    if marking and docinfo is not None:
        body = nodes.field_body("", nodes.paragraph(marking, marking))
        docinfo += nodes.field("", nodes.field_name("", "marking"), body)
    return replace(article, document=document)


def _article(
    paths: tuple[Path, Path],
    book: Book,
    part: Part,
    article: Article,
    parts: list[Part],
    numbers: list[str],
) -> tuple[str, list[Finding]]:
    source = str(article.source)
    verdicts = {edition: Verdict(source, str(paths[0]), edition) for edition in ("pdf", "epub")}
    wanted = {edition: expected(article, edition) for edition in verdicts}
    found = {"pdf": part_of_pdf(paths[1], part, parts), "epub": part_of_epub(book, part, parts, numbers)}
    pairs = {edition: compare(wanted[edition], found[edition], verdicts[edition]) for edition in verdicts}
    sides = [(wanted[edition], found[edition], pairs[edition]) for edition in ("pdf", "epub")]
    compare_pages(sides[0], sides[1], verdicts["epub"])
    counts = counts_of(verdicts)
    table = " · ".join(f"{kind} {equation(*counts[kind])}" for kind in KINDS if kind in counts)
    return table, [finding for verdict in verdicts.values() for finding in verdict.findings]


# The whole -----------------------------------------------------------------------------------------------


def _pdf(
    path: Path,
    parts: list[Part],
    numbers: list[str],
    verdict: Verdict,
    given: Given,
    *,
    accessible: bool,
) -> None:
    import pikepdf

    annexes = [part for part in parts if part.kind == "annex"]
    foreign = {page for part in annexes for page in range(part.first - 1, part.first - 1 + part.count)}
    with pikepdf.open(path) as pdf:
        opened = Opened(pdf, foreign)
        for part in annexes:
            pages = [page for page in opened.unread if part.first <= page + 1 < part.first + part.count]
            if pages:
                message = f'of "{part.title}", page {pages[0] + 1} can\'t be read back whole'
                verdict.add("check-unread", f"{message} ({opened.unread[pages[0]]})")
        check_tags(opened, verdict, set() if accessible else foreign)
        verdict.extend(check_page_labels(opened, numbers))
        verdict.extend(_stamped(opened, numbers))
        verdict.extend(_bookmarks(opened, parts, numbers))
        verdict.extend(_index(opened, parts, numbers))
        verdict.extend(check_annex_links(pdf, parts, given.papers))
        verdict.extend(check_cover(pdf, given.mark))
        verdict.extend(check_enclosed(pdf, opened, given.enclosed))
        look_at_packet(path, opened, foreign, verdict)


def _stamped(opened: Opened, numbers: list[str]) -> Iterator[tuple[str, str]]:
    """The printed number of each page is the number of the page."""
    for number, page in zip(numbers, opened.pages, strict=False):
        if number not in re.findall(r"\d+[a-z]*", " ".join(page.artifacts)):
            yield "check-page-label", f"page {number} does not bear its number"


def _bookmarks(opened: Opened, parts: list[Part], numbers: list[str]) -> Iterator[tuple[str, str]]:
    found = {
        (title, target.page + 1)
        for _, title, target in opened.outline()
        if target is not None and target.page is not None
    }
    for part in parts:
        title = f"{part.tab} {part.title}".strip()
        number = numbers[part.first - 1]
        numbered = re.compile(rf"{re.escape(title)}( \([^()]*\b{number}\b[^()]*\))?")
        if not any(page == part.first and numbered.fullmatch(text) for text, page in found):
            yield "check-bookmark", f'no bookmark "{title}" leads to page {number}'


def _index(opened: Opened, parts: list[Part], numbers: list[str]) -> Iterator[tuple[str, str]]:
    """A link of an index leads to each part, and its number is the page that it leads to.

    Late papers stand in the index of their section. That may be missing from the packet's: a full page.
    """
    elements = {elem.name: elem for elem in opened.root.below()} if opened.root else {}
    landed: dict[str, set[tuple[str, int]]] = {}
    starts: dict[str, set[int]] = {}
    for part in parts[2:]:
        starts.setdefault(squeezed(part.title), set()).add(part.first)
    for name in sorted({INDEX, *(_index_of(part) for part in parts)}):
        landed[name] = set()
        if name not in elements or all(part.name != name for part in parts):
            yield "check-contents", "it has no index" if name == INDEX else "late papers have no index"
            continue
        for link in (child for child in elements[name].below() if child.role == "Link"):
            targets = {kid.target.page + 1 for kid in link.kids if getattr(kid, "target", None) is not None}
            text = "".join(run.text for run in link.runs()).strip()
            landed[name] |= {(text, page) for page in targets}
            if not targets:
                yield "check-link", f'the link "{text}" of the index leads nowhere'
            elif (text.isdecimal() or text in numbers) and {numbers[page - 1] for page in targets} != {text}:
                found = numbers[min(targets) - 1]
                yield "check-link", f"the index names page {text} and leads to page {found}"
            elif starts.get(squeezed(text), targets).isdisjoint(targets):
                found = numbers[min(targets) - 1]
                yield "check-link", f'the index leads from "{text}" to page {found}'
    for part in parts[2:]:
        number = numbers[part.first - 1]
        named = (number, part.first) in landed[_index_of(part)]
        if not named and not _LATE.fullmatch(part.name):
            yield "check-contents", f'the index does not name page {number} for "{part.title}"'


def _index_of(part: Part) -> str:
    """The name of the part that is the index of another one."""
    late = _LATE_PAPER.fullmatch(part.name)
    return late[1] if late else INDEX


def _epub(book: Book, parts: list[Part], numbers: list[str], verdict: Verdict) -> None:
    nav = book.pages[book.nav]
    marks = {
        (name, element.get("id")): element.get("aria-label")
        for name, page in book.pages.items()
        for element in page.iter(f"{XHTML}*")
        if "pagebreak" in types(element)
    }
    listed = []
    for link in nav.iter(f"{XHTML}a"):
        kind = next((parent for parent in link.iterancestors(f"{XHTML}nav")), None)
        if kind is None or "page-list" not in types(kind) | set(
            str(kind.get("{http://www.idpf.org/2007/ops}type", "")).split()
        ):
            continue
        text = "".join(link.itertext()).strip()
        listed.append(text)
        place = resolve(book.nav, link.get("href", ""))
        if place not in marks or marks[place] != text:
            verdict.add("check-page-list", f"page {text} of the page list leads to no mark of that page")
    there = {folder_of(name) for name in book.spine}
    wanted = [
        number
        for page, number in enumerate(numbers, start=1)
        if not any(
            part.first <= page < part.first + part.count and part.name not in there | {"cover"}
            for part in parts
        )
    ]
    if listed != wanted:
        verdict.add("check-page-list", f"its page list has {len(listed)} pages instead of {len(wanted)}")
    _epub_index(book, parts, numbers, there, verdict)


def _epub_index(book: Book, parts: list[Part], numbers: list[str], there: set[str], verdict: Verdict) -> None:
    """The index of the ebook names the parts that are in it, with their pages in print, and leads to them."""
    found = set()
    titles: dict[str, set[str]] = {}
    for part in parts[2:]:
        titles.setdefault(squeezed(part.title), set()).add(part.name)
    for name in book.spine:
        index = folder_of(name)
        if index != INDEX and not _LATE.fullmatch(index):
            continue
        for link in book.pages[name].iter(f"{XHTML}a"):
            place = resolve(name, link.get("href", ""))
            if place is not None:
                text, target = "".join(link.itertext()).strip(), folder_of(place[0])
                found.add((index, target, text))
                if not text.isdecimal() and target not in titles.get(squeezed(text), {target}):
                    verdict.add("check-link", f'its index leads from "{text}" to another part')
    for part in parts[2:]:
        number = numbers[part.first - 1]
        if part.name in there and (_index_of(part), part.name, number) not in found:
            verdict.add("check-contents", f'its index does not name page {number} for "{part.title}"')
