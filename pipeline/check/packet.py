"""A finished packet, read back: each article in it against its tree, and the numbers and links of the whole.

Nothing is asked of what has made it. The record inside the packet says which pages are whose; an article is
then taken out of the packet, in both formats, and compared with its tree as its own editions are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from docutils import nodes

from pipeline.check.annex_links import Paper, check_annex_links, check_ebook_links, landed_in
from pipeline.check.article import KINDS, counts_of, equation
from pipeline.check.compare.edition import compare
from pipeline.check.compare.page_list import compare_pages
from pipeline.check.compare.pdf_conformance import check_page_labels, check_tags
from pipeline.check.enclosed import EnclosedFile, check_enclosed, check_enclosed_in_ebook
from pipeline.check.epub.files import XHTML, Book, UnreadableError, open_book, resolve, types
from pipeline.check.packet_cover import check_cover
from pipeline.check.packet_files import Packet, PacketFile, read_packet
from pipeline.check.packet_items import FiledItem, check_items, check_sizes
from pipeline.check.packet_kept import check_kept_pages
from pipeline.check.packet_parts import (
    Part,
    address,
    folder_of,
    part_of_epub,
    part_of_pdf,
    remote_page,
    squeezed,
)
from pipeline.check.packet_volumes import check_named_volumes, check_volume
from pipeline.check.pdf.tree import Elem, Opened
from pipeline.check.seen.packet import look_at_packet
from pipeline.check.tree.facts import expected
from pipeline.check.validators import validate_epub, validate_pdf
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.numbering.tabs import TabPlace, lead_to_tabs, tab_key, tabs_in

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
            "findings": [finding.data() for finding in self.findings],
        }


@dataclass(frozen=True)
class Given:
    """What beside the articles went into a packet.

    :param papers: the PDFs from elsewhere as they were given, by the names of their parts.
    :param mark: the alternative text of the letterhead that the desk has, or ``None``.
    :param enclosed: the files that travel inside.
    :param items: sections and items of the manifest.
    """

    papers: Mapping[str, Paper] = field(default_factory=dict)
    mark: str | None = None
    enclosed: Sequence[EnclosedFile] = ()
    items: Sequence[FiledItem] = ()


def check_packet(
    manifest: str,
    paths: Sequence[tuple[Path, Path]],
    ebook: Path,
    articles: Mapping[str, Article],
    *,
    validators: bool = True,
    given: Given = Given(),
) -> PacketReport:
    """Check a packet.

    :param manifest: the file that findings about the whole name.
    :param paths: the PDF, or those of all volumes in order; each with the same file without its password.
    :param ebook: the EPUB.
    :param articles: those that are in it, by the names of their parts.
    :param validators: whether EPUBCheck and the PDF validators are run, too.
    :param given: what beside the articles went into it.
    """
    report = PacketReport()
    try:
        packet = read_packet(paths)
        book = open_book(ebook)
    except (OSError, UnreadableError, ValueError, KeyError, TypeError) as error:
        message = f"{paths[0][0]} can't be read as a packet ({error}): run despatch packet {manifest}"
        report.findings.append(Finding("check-damaged", manifest, None, message))
        return report
    wholes = [Verdict(manifest, str(file.path), "pdf") for file in packet.files]
    epub = Verdict(manifest, str(ebook), "epub")
    parts, numbers = packet.parts, packet.numbers
    tabs = {
        tab_key(part.tab): TabPlace(
            *(part.tab, address(part.name, "{page}"), part.first, part.place),
            tuple(numbers[part.first - 1 : part.first - 1 + part.place]),
            packet.file_of(part).volume,
        )
        for part in parts
        if part.tab
    }
    for name, article in articles.items():
        part = next((part for part in parts if part.name == name), None)
        if part is None:  # that is told with what else is not in it
            continue
        bound = _marked(article, part.marking)
        lead_to_tabs(bound.document, tabs_in(tabs, packet.file_of(part).volume))
        table, findings = _article(packet, book, part, bound)
        report.tables.append((f"{part.tab} {part.title}".strip(), table))
        report.findings += findings
    wholes[0].extend(
        (code, f"{said}: run despatch packet {manifest}")
        for code, said in check_items(given.items, packet.filed)
    )
    landed: list[Counter[int]] = []
    for file, verdict in zip(packet.files, wholes, strict=True):
        landed += _pdf(file, packet, verdict, given)
    wholes[0].extend(check_annex_links(landed, parts, given.papers))
    _epub(book, packet, epub)
    epub.extend(check_ebook_links(book, parts, numbers, given.papers))
    epub.extend(check_cover(book, given.mark))
    epub.extend(check_enclosed_in_ebook(book, given.enclosed))
    if validators:
        for file, verdict in zip(packet.files, wholes, strict=True):
            skipped = {"check-pdfa"} if not file.claims["archival"] else set[str]()
            skipped |= {"check-pdfua"} if not file.claims["accessible"] else set[str]()
            verdict.extend(fault for fault in validate_pdf(file.plain) if fault[0] not in skipped)
        epub.extend(validate_epub(ebook))
    for verdict in (*wholes, epub):
        report.findings += verdict.findings
    return report


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


def _article(packet: Packet, book: Book, part: Part, article: Article) -> tuple[str, list[Finding]]:
    parts, numbers, file = packet.parts, packet.numbers, packet.file_of(part)
    source = str(article.source)
    verdicts = {edition: Verdict(source, str(file.path), edition) for edition in ("pdf", "epub")}
    wanted = {edition: expected(article, edition) for edition in verdicts}
    found = {
        "pdf": part_of_pdf(file.plain, part, parts, file.first - 1, file.shifted(packet.files)),
        "epub": part_of_epub(book, part, parts, numbers),
    }
    pairs = {edition: compare(wanted[edition], found[edition], verdicts[edition]) for edition in verdicts}
    sides = [(wanted[edition], found[edition], pairs[edition]) for edition in ("pdf", "epub")]
    compare_pages(sides[0], sides[1], verdicts["epub"])
    counts = counts_of(verdicts)
    table = " · ".join(f"{kind} {equation(*counts[kind])}" for kind in KINDS if kind in counts)
    return table, [finding for verdict in verdicts.values() for finding in verdict.findings]


# The whole -----------------------------------------------------------------------------------------------


def _pdf(file: PacketFile, packet: Packet, verdict: Verdict, given: Given) -> list[Counter[int]]:
    """Check a file of the packet as a whole.

    :returns: of each page, those of the packet that its links lead to.
    """
    import pikepdf

    before = file.first - 1
    own = [part for part in packet.parts if part.name in file.names]
    annexes = [part for part in own if part.kind == "annex"]
    foreign = {page - before - 1 for part in annexes for page in range(part.first, part.first + part.count)}
    numbers, shifted = packet.numbers[before : before + file.count], file.shifted(packet.files)
    with pikepdf.open(file.plain) as pdf:
        opened = Opened(pdf, foreign, partial(remote_page, shifted=shifted))
        for part in annexes:
            start = part.first - before - 1
            pages = [page for page in opened.unread if start <= page < start + part.count]
            if pages:
                message = f'of "{part.title}", page {pages[0] + 1} can\'t be read back whole'
                verdict.add("check-unread", f"{message} ({opened.unread[pages[0]]})")
        check_tags(opened, verdict, set() if file.claims["accessible"] else foreign)
        verdict.extend(check_page_labels(opened, numbers))
        verdict.extend(_stamped(opened, numbers))
        verdict.extend(check_sizes(opened, given.items, own, before, packet.numbers))
        verdict.extend(check_kept_pages(opened, file, own, packet.numbers))
        verdict.extend(_bookmarks(opened, own, packet.numbers, before))
        verdict.extend(_index(opened, file, packet))
        verdict.extend(check_volume(opened, file, packet))
        verdict.extend(check_cover(pdf, given.mark))
        if file.volume < 2:
            verdict.extend(check_enclosed(pdf, opened, given.enclosed))
        look_at_packet(file.plain, opened, foreign, verdict)
        return landed_in(pdf, file.first, shifted)


def _stamped(opened: Opened, numbers: list[str]) -> Iterator[tuple[str, str]]:
    """The printed number of each page is the number of the page."""
    for number, page in zip(numbers, opened.pages, strict=False):
        if number not in re.findall(r"\d+[a-z]*", " ".join(page.artifacts)):
            yield "check-page-label", f"page {number} does not bear its number"


def _bookmarks(
    opened: Opened, parts: list[Part], numbers: list[str], before: int
) -> Iterator[tuple[str, str]]:
    """A bookmark leads to each part.

    :param before: how many pages of the packet are in other files before this one.
    """
    outline = opened.outline()
    found = {(title, target.page + 1 + before) for _, title, target in outline if target is not None}
    for part in parts:
        title = f"{part.tab} {part.title}".strip()
        number = numbers[part.first - 1]
        numbered = re.compile(rf"{re.escape(title)}( \([^()]*\b{number}\b[^()]*\))?")
        if not any(page == part.first and numbered.fullmatch(text) for text, page in found):
            yield "check-bookmark", f'no bookmark "{title}" leads to page {number}'


def _index(opened: Opened, file: PacketFile, packet: Packet) -> Iterator[tuple[str, str]]:
    """A link of an index leads to each part, and its number is the page that it leads to.

    Late papers stand in the index of their section. That may be missing from the packet's: a full page. Each
    volume has the index of the packet, and that of the late papers that it holds.
    """
    elements, numbers, own = opened.named, packet.numbers, file.names[1] if len(file.names) > 1 else INDEX
    filed = [part for part in packet.filed if _index_of(part) in (INDEX, *file.names)]
    landed: dict[str, set[tuple[str, int]]] = {}
    rows: dict[str, list[list[str]]] = {}
    starts: dict[str, set[int]] = {}
    for part in packet.filed:
        starts.setdefault(squeezed(part.title), set()).add(part.first)
    for index in sorted({INDEX, *(_index_of(part) for part in filed)}):
        name = own if index == INDEX else index
        landed[index], rows[index] = set(), []
        if name not in elements or name not in file.names:
            yield "check-contents", "it has no index" if index == INDEX else "late papers have no index"
            continue
        rows[index] = [
            ["".join(run.text for run in cell.runs()).strip() for cell in row.kids if isinstance(cell, Elem)]
            for row in elements[name].below()
            if row.role == "TR"
        ]
        for link in (child for child in elements[name].below() if child.role == "Link"):
            targets = {
                kid.target.page + file.first for kid in link.kids if getattr(kid, "target", None) is not None
            }
            text = "".join(run.text for run in link.runs()).strip()
            landed[index] |= {(text, page) for page in targets}
            if not targets or not all(0 < page <= len(numbers) for page in targets):
                yield "check-link", f'the link "{text}" of the index leads nowhere'
            elif (text.isdecimal() or text in numbers) and {numbers[page - 1] for page in targets} != {text}:
                found = numbers[min(targets) - 1]
                yield "check-link", f"the index names page {text} and leads to page {found}"
            elif starts.get(squeezed(text), targets).isdisjoint(targets):
                found = numbers[min(targets) - 1]
                yield "check-link", f'the index leads from "{text}" to page {found}'
    for part in filed:
        number = numbers[part.first - 1]
        named = (number, part.first) in landed[_index_of(part)]
        if not named and not _LATE.fullmatch(part.name):
            yield "check-contents", f'the index does not name page {number} for "{part.title}"'
    yield from check_named_volumes(rows, {part.name: _index_of(part) for part in filed}, packet)


def _index_of(part: Part) -> str:
    """The name of the part that is the index of another one."""
    late = _LATE_PAPER.fullmatch(part.name)
    return late[1] if late else INDEX


def _epub(book: Book, packet: Packet, verdict: Verdict) -> None:
    parts, numbers = packet.parts, packet.numbers
    nav = book.pages[book.nav]
    marks = {
        (name, element.get("id")): element.get("aria-label")
        for name, page in book.pages.items()
        for element in page.iter(f"{XHTML}*")
        if "pagebreak" in types(element)
    }
    listed = []
    for link in nav.iter(f"{XHTML}a"):
        kind = next(link.iterancestors(f"{XHTML}nav"), None)
        if kind is None or "page-list" not in types(kind):
            continue
        text = "".join(link.itertext()).strip()
        listed.append(text)
        place = resolve(book.nav, link.get("href", ""))
        if place not in marks or marks[place] != text:
            verdict.add("check-page-list", f"page {text} of the page list leads to no mark of that page")
    there = {folder_of(name) for name in book.spine}
    # Covers and indexes of volumes are marked where they stand in print, between what the ebook has.
    fronts = {part.name for part in parts} - {part.name for part in packet.filed}
    wanted = [
        number
        for page, number in enumerate(numbers, start=1)
        if not any(
            part.first <= page < part.first + part.count and part.name not in there | fronts for part in parts
        )
    ]
    if listed != wanted:
        verdict.add("check-page-list", f"its page list has {len(listed)} pages instead of {len(wanted)}")
    _epub_index(book, packet, there, verdict)


def _epub_index(book: Book, packet: Packet, there: set[str], verdict: Verdict) -> None:
    """The index of the ebook names the parts that are in it, with their pages in print, and leads to them."""
    found = set()
    titles: dict[str, set[str]] = {}
    rows: dict[str, list[list[str]]] = {}
    for part in packet.filed:
        titles.setdefault(squeezed(part.title), set()).add(part.name)
    for name in book.spine:
        index = folder_of(name)
        if index != INDEX and not _LATE.fullmatch(index):
            continue
        rows[index] = [
            ["".join(cell.itertext()).strip() for cell in row] for row in book.pages[name].iter(f"{XHTML}tr")
        ]
        for link in book.pages[name].iter(f"{XHTML}a"):
            place = resolve(name, link.get("href", ""))
            if place is not None:
                text, target = "".join(link.itertext()).strip(), folder_of(place[0])
                found.add((index, target, text))
                if not text.isdecimal() and target not in titles.get(squeezed(text), {target}):
                    verdict.add("check-link", f'its index leads from "{text}" to another part')
    indexes = {part.name: _index_of(part) for part in packet.filed if part.name in there}
    verdict.extend(check_named_volumes(rows, indexes, packet))
    for part in packet.filed:
        number = packet.numbers[part.first - 1]
        if part.name in there and (_index_of(part), part.name, number) not in found:
            verdict.add("check-contents", f'its index does not name page {number} for "{part.title}"')
