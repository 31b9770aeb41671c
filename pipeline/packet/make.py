"""From a manifest to a finished packet: every step in its order, and nothing left half done."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pikepdf

from pipeline import limits
from pipeline.article_store import Built, open_store
from pipeline.build import Output, Result, broken
from pipeline.desk import at, desk_of
from pipeline.errors import reason_of, summary_of
from pipeline.files.atomic import write_whole
from pipeline.files.content_store import file_checksum
from pipeline.findings import Finding
from pipeline.packet.assembly import Assembly, StoppedError
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.volumes import UNBOUND
from pipeline.packet.base.whole_pages import NO_PAGES
from pipeline.packet.enclosed_sources import enclosed_files, enclosed_sources
from pipeline.packet.items import PacketItems, complete
from pipeline.packet.left_out import emptied, pages_of_whole
from pipeline.packet.locking import with_lock
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.output_folder import SUMS, BusyError, foreign, packet_files, staged
from pipeline.packet.signature.keys import Key
from pipeline.packet.stitch.earlier import Earlier, read_earlier
from pipeline.packet.stitch.record import Notes, checksums
from pipeline.packet.stitch.replaced import dropped
from pipeline.packet.stitch.volumes import Shelf, stitch_all
from pipeline.read.review.look import check_look
from pipeline.tree import markings
from pipeline.write.pdf.attachments import Attachment

ARTICLES: Final = "articles"
"""The folder of a packet in which the articles' own editions lie."""


@dataclass(frozen=True)
class PacketOrder:
    """What is asked for.

    :param folder: the packet goes into a folder of its own name in it.
    :param draft: build in spite of errors in articles.
    :param paper: name of a paper size; by default the manifest's own.
    :param jobs: how many articles may be built at once.
    :param limits: time and memory for each article and each external PDF.
    :param since: an earlier packet, its folder or its PDF: a last section says what has changed.
    :param styles: the folder with the look to take instead of the desk's own.
    :param sources: whether manifest, texts and trees travel inside; a manifest may say no as well.
    :param remarks: whether remarks stay in those texts; a manifest may say yes as well.
    :param safe: whether every page of every external PDF becomes a picture.
    :param version: the version of the packet that is made; empty for the whole packet.
    :param ebook: whether the packet and its articles are there as ebooks, too.
    :param key: that signs the packet.
    :param lock: the password to take instead of that which the manifest names; ``None`` for none at all.
    :param since_lock: that of the earlier packet, where it has another one.
    :param parted: whether it is parted into volumes, where its manifest says so.
    """

    folder: Path = Path("build")
    draft: bool = False
    paper: str | None = None
    jobs: int = 1
    limits: limits.Limits = field(default_factory=limits.Limits)
    since: Path | None = None
    styles: Path | None = None
    sources: bool = True
    remarks: bool = False
    safe: bool = False
    ebook: bool = True
    key: Key | None = None
    version: str = ""
    lock: Lock | None = OPEN
    since_lock: Lock = OPEN
    parted: bool = True


def make_packet(path: Path, order: PacketOrder) -> Result:
    """Make a packet in both formats. No exception leaves this function, whatever the manifest says.

    :param path: the manifest.
    """
    result = Result(path, failed=True)
    try:
        with at(desk_of(path, order.styles)):
            _make(path, order, result)
    except BusyError as error:
        message = (
            f"another process is at work at the packet in {error}: wait until it has ended, then try again"
        )
        result.findings.append(Finding("packet-busy", str(path), None, message))
    except OSError as error:
        where = str(error.filename or order.folder)
        reason = f"the file can't be read or written: {reason_of(error)}"
        message = f"{reason}; the packet that was there is left as it was"
        result.findings.append(Finding("file-write", where, None, message))
    except Exception as error:
        message = f"the packet could not be made ({summary_of(error)})"
        result.findings.append(Finding("internal", str(path), None, message))
    result.findings = list(dict.fromkeys(result.findings))
    return result


def _make(path: Path, order: PacketOrder, result: Result) -> None:
    start = time.perf_counter()
    manifest, found = read_manifest(path, order.paper, order.version)
    look = check_look()
    result.findings += [*found, *look]
    if manifest is None or any(finding.is_error for finding in look):
        return
    if not order.parted:
        manifest = replace(manifest, most=UNBOUND)
    manifest, lock, said = with_lock(manifest, order.lock, ebook=order.ebook)
    order = replace(order, lock=lock)
    result.findings += said
    if any(finding.is_error for finding in said):
        return
    other = order.since_lock if order.since_lock.variable else lock
    earlier = _earlier(order.since, other, order.limits, result)
    if order.since is not None and earlier is None:
        return
    folder = order.folder / manifest.info.name
    with contextlib.suppress(StoppedError):
        with staged(folder) as stage:
            outputs = _fill(stage, manifest, earlier, order, result, start)
            if taken := foreign(folder, stage):
                message = (
                    "the packet gets a file of this name, and the one that has it is of no packet: move it, "
                    "or make the packet into another folder with -o"
                )
                result.findings += [Finding("packet-taken", str(path), None, message) for path in taken]
                raise StoppedError
        # Only now the packet is in its place.
        result.outputs = [replace(output, path=folder / output.path.name) for output in outputs]
        result.failed = False


def _fill(
    stage: Path,
    manifest: Manifest,
    earlier: Earlier | None,
    order: PacketOrder,
    result: Result,
    start: float,
) -> list[Output]:
    """Fill the folder of the packet.

    :param start: when all began.
    :raises StoppedError: when there are errors.
    """
    remarks = order.remarks or manifest.remarks
    items = PacketItems(manifest, order.draft, order.jobs, order.limits, remarks, result.findings)
    whole = pages_of_whole(items, order.paper) if manifest.keeps_pages else NO_PAGES
    manifest = items.manifest = emptied(manifest, whole)
    articles = items.build()
    manifest, found = complete(manifest, articles)
    found += _lowered(earlier, manifest)
    result.findings += found
    if any(finding.is_error for finding in found):
        raise StoppedError
    with open_store().scratch() as work:
        assembly = Assembly(
            *(manifest, articles, work, order.jobs, order.limits, earlier, remarks, order.safe, whole)
        )
        try:
            if not assembly.prepare_annexes():
                raise StoppedError
            inside = _inside(assembly, sources=order.sources and manifest.sources)
            assembly.sizes.files = sum(len(one.data) for one in inside)
            assembly.set_pages(items.bind)
            if fault := assembly.overfull():
                assembly.findings += fault
                raise StoppedError
            outputs = _write(assembly, stage, start, order, inside)
            while assembly.outgrown(outputs):
                for output in outputs:
                    output.path.unlink()
                assembly.set_pages(items.bind)
                outputs = _write(assembly, stage, start, order, inside)
            assembly.findings += assembly.large(outputs)
            known = {checksum for _, checksum in assembly.originals().values()}
            old = packet_files(order.folder / manifest.info.name, manifest.info.name)[0]
            lock = order.lock or OPEN
            result.findings += dropped(old, known, order.limits, lock, signed=order.key is not None)
            return outputs
        finally:
            result.findings += assembly.findings


def _inside(assembly: Assembly, *, sources: bool) -> list[Attachment]:
    """The files that travel inside the packet.

    :param sources: whether the sources do.
    """
    found = enclosed_sources(assembly.manifest, assembly.own, remarks=assembly.remarks) if sources else []
    return [*found, *enclosed_files(assembly.manifest)]


def _write(
    assembly: Assembly, stage: Path, start: float, order: PacketOrder, inside: Sequence[Attachment]
) -> list[Output]:
    """Write all files of the packet.

    :param inside: the files that travel inside.
    """
    info, ebook, sources = assembly.info, order.ebook, order.sources and assembly.manifest.sources
    own = [assembly.own[item.name] for item in assembly.manifest.items if item.kind == "article"]
    files = copy_editions(own, stage / ARTICLES, sources=sources, ebook=ebook)
    middle = time.perf_counter()
    made = []
    if ebook:
        path = stage / f"{info.name}.epub"
        data, chapters = assembly.write_epub()
        write_whole(path, data)
        files.append(path)
        made.append(Output(path, chapters, len(data), time.perf_counter() - middle))
    end = time.perf_counter()
    sums = {path.relative_to(stage).as_posix(): file_checksum(path) for path in files}
    stitched = assembly.within_limits(
        "binding the packet",
        stitch_all,
        Shelf(assembly.parts(), info, assembly.plan, assembly.volumes),
        stage,
        attachments=inside,
        claims=assembly.claims(),
        notes=Notes(assembly.rows, assembly.originals(), sums),
        key=order.key,
        lock=order.lock or OPEN,
    )
    assembly.findings += [finding for one in stitched for finding in one.findings]
    sums |= {one.path.name: file_checksum(one.path) for one in stitched}
    write_whole(stage / SUMS, checksums(sums))
    seconds = (time.perf_counter() - end + middle - start) / len(stitched)
    return [
        *(Output(one.path, one.page_count, one.path.stat().st_size, seconds) for one in stitched),
        *made,
    ]


def copy_editions(
    articles: Iterable[Built], folder: Path, *, sources: bool = True, ebook: bool = True
) -> list[Path]:
    """Put the articles' own editions into a folder: each article once, under its own name.

    :param sources: whether the sources stay inside the print editions.
    :param ebook: whether the ebooks are put there, too.
    :returns: the files.
    """
    own = list(dict.fromkeys(articles))
    given = {built.path.stem.casefold() for built in own}
    taken: set[str] = set()
    files = []
    for built in own:
        stem, number = built.path.stem, 1
        # A number makes no name that another article has: not one/a, two/a and one/a-2 either.
        while stem.casefold() in taken or (number > 1 and stem.casefold() in given):
            number += 1
            stem = f"{built.path.stem}-{number}"
        taken.add(stem.casefold())
        folder.mkdir(exist_ok=True)
        for source in (built.pdf, *([built.epub] if ebook else [])):
            files.append(folder / f"{stem}{source.suffix}")
            shutil.copyfile(source, files[-1])
            if not sources and source == built.pdf:
                _take_out_sources(files[-1])
    return files


def _take_out_sources(path: Path) -> None:
    """Take the source texts out of the PDF of an article; the ebook stays inside."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        names = [
            name
            for name in pdf.attachments
            if str(pdf.attachments[name].obj.get("/AFRelationship")) == "/Source"
        ]
        gone = {pdf.attachments[name].obj.objgen for name in names}
        pdf.Root.AF = pikepdf.Array([one for one in pdf.Root.get("/AF", ()) if one.objgen not in gone])
        for name in names:
            del pdf.attachments[name]
        pdf.save(path, deterministic_id=True, fix_metadata_version=False)


def _earlier(path: Path | None, lock: Lock, allowed: limits.Limits, result: Result) -> Earlier | None:
    """The packet since which changes are told: it may come from anywhere, and is read within limits."""
    if path is None:
        return None
    (outcome,) = limits.run(_read_earlier, [(path, lock)], allowed)
    if isinstance(outcome, Earlier):
        return outcome
    if isinstance(outcome, limits.Broken):
        result.findings.append(broken(path, outcome, allowed))
    else:
        message = f"this is no earlier packet ({outcome}): name its folder or its PDF"
        result.findings.append(Finding("packet-earlier", str(path), None, message))
    return None


def _read_earlier(path: Path, lock: Lock) -> Earlier | str:
    try:
        return read_earlier(path, lock)
    except (OSError, ValueError) as error:
        return reason_of(error) if isinstance(error, OSError) else str(error)


def _lowered(earlier: Earlier | None, manifest: Manifest) -> list[Finding]:
    """Whether passages of an earlier packet would stand in one that is marked lower."""
    marking = manifest.info.marking
    if earlier is None or not markings.above(earlier.marking, marking):
        return []
    own = f'"{marking}"' if marking else "nothing"
    message = (
        f'the packet named with --since is marked "{earlier.marking}", and this one {own}: '
        "passages of the old one would stand in it; mark it as high, or leave --since out"
    )
    return [Finding("packet-marking-low", str(manifest.info.source), manifest.marking_line, message)]
