"""`despatch check` for a packet: its manifest says which articles to compare with what is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pikepdf

from pipeline import limits
from pipeline.article_store import open_store
from pipeline.build import broken
from pipeline.check.annex_links import Paper
from pipeline.check.enclosed import EnclosedFile
from pipeline.check.packet import Given, PacketReport, check_packet
from pipeline.check.packet_items import FiledItem
from pipeline.desk import at, desk_of
from pipeline.files.content_store import file_checksum
from pipeline.findings import Finding
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.wishes import SIZES, read_ranges
from pipeline.packet.generated_articles import placed, write_article
from pipeline.packet.items import shown
from pipeline.packet.locking import unlocked
from pipeline.packet.manifest.contents import Item, Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.output_folder import packet_files
from pipeline.read.letterhead import of_the_desk
from pipeline.read.reader import read
from pipeline.tree.labels import labels_for


def examine(
    path: Path,
    folder: Path,
    allowed: limits.Limits,
    *,
    draft: bool = False,
    validators: bool = True,
    styles: Path | None = None,
    version: str = "",
    lock: Lock = OPEN,
) -> PacketReport:
    """Check a packet, in a process of its own.

    :param path: the manifest.
    :param folder: the packet is in a folder of its own name in it.
    :param draft: whether its articles were built in spite of errors.
    :param validators: whether EPUBCheck and the PDF validators are run, too.
    :param styles: the folder with the look to take instead of the desk's own.
    :param version: the version of the packet; empty for the whole packet.
    :param lock: the password that it was made with, instead of the one that the manifest names.
    """
    with at(desk_of(path, styles)):
        (outcome,) = limits.run(_examine, [(path, folder, draft, validators, version, lock)], allowed)
    if isinstance(outcome, limits.Broken):
        return PacketReport(findings=[broken(path, outcome, allowed)])
    return outcome


def _examine(
    path: Path, folder: Path, draft: bool, validators: bool, version: str = "", lock: Lock = OPEN
) -> PacketReport:
    manifest, findings = read_manifest(path, version=version)
    if manifest is None:
        return PacketReport(findings=findings)
    articles, faults = {}, list[Finding]()
    for item in manifest.items:
        if item.kind == "pdf" or item.left_out or (item.path is None and item.kind != "note"):
            continue
        own = item.kind == "article" and item.path is not None
        source = shown(item.path) if own and item.path else write_article(item, manifest, open_store())
        article, found = read(source, draft=draft, version=manifest.version)
        if article is not None:
            articles[item.name] = article
        else:
            faults += found
    place, name = folder / manifest.info.name, manifest.info.name
    pdfs, ebook = packet_files(place, name), place / f"{name}.epub"
    if not pdfs[0].is_file() or not ebook.is_file():
        message = (
            f"there is no {place / name}.pdf with its ebook: run despatch packet {path}{_asked(version)}"
        )
        return PacketReport(findings=[*faults, Finding("check-file", str(path), None, message)])
    limits.set_activity("reading the packet back")
    names = {item.name: item.ebook for item in manifest.items}
    whole = {name: article for name, article in articles.items() if names[name] == "full"}
    lock = lock if lock.variable else Lock(manifest.password_from)
    with open_store().scratch() as scratch:
        paths = []
        for pdf in pdfs:
            plain, wrong = unlocked(pdf, scratch, lock)
            faults += [Finding("check-password", str(path), manifest.password_line, fault) for fault in wrong]
            if plain is None:
                return PacketReport(findings=faults)
            paths.append((pdf, plain))
        papers = {
            item.name: Paper(item.path, item.wishes.password, _taken(item))
            for item in manifest.items
            if item.kind == "pdf" and item.path is not None and not item.left_out
        }
        logo, alt = of_the_desk()
        enclosed = [
            EnclosedFile(one.path, one.tab, one.title, section.name if section.late else "index")
            for section in manifest.sections
            for one in section.enclosed
        ]
        given = Given(papers, alt if logo else None, enclosed, list(_filed(manifest, papers)))
        report = check_packet(str(path), paths, ebook, whole, validators=validators, given=given)
    items = {str(articles[item.name].source): item for item in manifest.items if item.name in articles}
    for finding in report.findings:
        owner = items.get(finding.source)
        if owner is not None and owner.kind != "article":
            faults += placed([finding], owner, manifest)
        else:
            faults.append(finding)
    return PacketReport(report.tables, faults)


def _taken(item: Item) -> list[int]:
    """The pages of a PDF that the manifest asks for, from 1; none where it asks for all."""
    if not item.wishes.pages or item.path is None:
        return []
    with contextlib.suppress(ValueError):  # otherwise the packet could not be made of it
        count = _page_count(item.path, item.wishes.password)
        return [index + 1 for index in read_ranges(item.wishes.pages, count)]
    return []


def _filed(manifest: Manifest, papers: Mapping[str, Paper]) -> Iterator[FiledItem]:
    """Sections and items as the packet has to have them.

    :param papers: the PDFs from elsewhere, by the names of their items.
    """
    label = labels_for(manifest.info.language)["packet-left-out"]
    for section in manifest.sections:
        yield FiledItem(section.name, section.tab, section.title)
        for item in section.items:
            title, path = label if item.left_out else item.title, None if item.left_out else item.path
            checksum, count = "", 0
            if path is not None and item.kind in {"pdf", "image"}:
                with contextlib.suppress(OSError):
                    checksum = file_checksum(path)
            if path is not None and item.kind == "pdf":
                count = len(papers[item.name].pages) or _page_count(path, item.wishes.password)
            size = SIZES.get(item.wishes.fit) if item.kind == "pdf" else None
            yield FiledItem(
                *(item.name, item.tab, title, item.to_follow and not item.left_out, checksum, count, size)
            )


def _page_count(path: Path, password: str) -> int:
    """How many pages a PDF has; 0 for one that can't be read: the packet could not be made of it."""
    try:
        with pikepdf.open(path, password=password) as pdf:
            return len(pdf.pages)
    except (OSError, ValueError, pikepdf.PdfError):
        return 0


def _asked(version: str) -> str:
    return f" --version {version}" if version else ""
