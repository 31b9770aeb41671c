"""A packet is put together: annexes made ready, front matter set, both formats written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from pipeline import limits
from pipeline.article_store import Built, open_store, program_and_look
from pipeline.build import Output, broken
from pipeline.errors import is_memory_error
from pipeline.files.atomic import write_whole
from pipeline.findings import Finding
from pipeline.packet.annex.conformance import lowest
from pipeline.packet.annex.prepare import Prepared
from pipeline.packet.annexes import part_of, prepare_annexes
from pipeline.packet.base.model import PacketInfo, Part, Row, about
from pipeline.packet.base.page_plan import Plan, plan
from pipeline.packet.base.sizes import Sizes, too_large
from pipeline.packet.base.volumes import (
    COVER,
    INDEX,
    Volumes,
    front_name,
    is_index,
    parted,
    volumes_of,
    with_fronts,
)
from pipeline.packet.base.whole_pages import NO_PAGES, WholePages
from pipeline.packet.ebook.book import Chapter, Member, write_packet_epub
from pipeline.packet.ebook.page_images import Picture, picture_pages
from pipeline.packet.front import matter
from pipeline.packet.front.changes import changes
from pipeline.packet.front.letterhead import letterhead
from pipeline.packet.front.matter import Leaf, Link, set_leaf
from pipeline.packet.front.volumes import filed_in
from pipeline.packet.listing import last_tab, rows_of, tabs_of
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.origins import elsewhere, originals_of, overfull, state_of
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.stitch.comparison import Change, ItemChange, ItemState, compare
from pipeline.packet.stitch.earlier import Earlier
from pipeline.tree.labels import labels_for
from pipeline.tree.numbering.tabs import Tabs, tabs_in

CHANGES: Final = "changes"
"""The name of the last section, which says what has changed."""
ROUNDS: Final = 8
"""How often the index is set at most, until its pages and the numbers in it agree."""


T = TypeVar("T")


class StoppedError(Exception):
    """There is no new packet, and findings say why."""


@dataclass
class Assembly:
    """The packet while it is put together.

    :param manifest: complete, without faults.
    :param articles: by the name of their item.
    :param work: a folder for what is needed only meanwhile.
    :param jobs: how many processes may work at once; `allowed`: time and memory for each.
    :param earlier: the packet since which changes are told, as a last section.
    :param remarks: whether the comments of the manifest travel inside.
    :param safe: whether every page of every external PDF becomes a picture.
    :param whole_pages: of the whole packet, where this version of it keeps their numbers.
    :ivar findings: what was found.
    :ivar own: the articles as they are by themselves; `articles`: as they stand in the packet.
    """

    manifest: Manifest
    articles: dict[str, Built]
    work: Path
    jobs: int
    allowed: limits.Limits
    earlier: Earlier | None = None
    remarks: bool = False
    safe: bool = False
    whole_pages: WholePages = NO_PAGES
    findings: list[Finding] = field(default_factory=list)
    prepared: dict[str, Prepared] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    plan: Plan = field(default_factory=lambda: Plan({}, ()))
    volumes: Volumes = ()
    sizes: Sizes = field(default_factory=Sizes)
    _begins: list[str] = field(default_factory=list)
    _changed: list[ItemChange] | None = None

    def __post_init__(self) -> None:
        self.own = dict(self.articles)
        self.info = self.manifest.info
        self.labels = labels_for(self.info.language)
        self.mark = letterhead(self.info.source, self.findings)
        self.store, self.program = open_store(), program_and_look()

    def prepare_annexes(self) -> bool:
        """Make the external PDFs ready, each in a process of its own.

        :returns: whether all can be used.
        """
        items = [item for item in self.manifest.items if item.kind == "pdf"]
        self.prepared, found = prepare_annexes(items, self.info, self.allowed, self.jobs, safe=self.safe)
        self.findings += found
        return len(self.prepared) == len(items)

    def set_pages(self, bind: Callable[[Mapping[str, Tabs]], dict[str, Built]]) -> None:
        """Set the front matter, and the articles that name pages of the packet, until all numbers agree.

        :param bind: builds those articles with the numbers of the packet, as they stand in their volumes.
        :raises StoppedError: when they can't be built.
        """
        self.set_front()
        naming = [name for name, built in self.own.items() if built.names_tabs]
        for turn in range(ROUNDS if naming else 0):
            tabs = self.tabs()
            volumes = {row.name: row.volume for row in self.rows}
            self.articles.update(bind({name: tabs_in(tabs, volumes[name]) for name in naming}))
            self.set_front(settled=turn >= ROUNDS // 2)
            if self.tabs() == tabs:
                return

    def overfull(self) -> list[Finding]:
        """What has more pages than are kept for it, or stands elsewhere than in the whole packet."""
        counts = {part.name: self.count(part) for part in self.parts()}
        return overfull(self.manifest, counts) or elsewhere(
            self.manifest, self.whole_pages, counts, self.plan
        )

    def outgrown(self, outputs: Sequence[Output]) -> bool:
        """Whether the volumes are to be parted anew, as one of them has become too large."""
        made = {output.path.name: output.size for output in outputs}
        return self.sizes.outgrown(self.volumes, made, self.manifest.most)

    def large(self, outputs: Sequence[Output]) -> list[Finding]:
        """A finding for each volume that is larger than it may be."""
        made = {output.path.name: (output.parts, output.size) for output in outputs}
        source, line = str(self.info.source), self.manifest.volumes_line
        found = too_large(self.volumes, made, self.manifest.most)
        return [Finding("packet-volume-large", source, line, message) for message in found]

    def tabs(self) -> Tabs:
        """What is filed in the packet, and on which pages."""
        return tabs_of(self.manifest, self.plan, self.rows)

    def set_front(self, *, settled: bool = False) -> None:
        """Set covers, index and dividers, until the index names the pages that things are on.

        :param settled: whether the volumes begin where they do, so that this comes to an end.
        """
        counts: dict[str, int] = {}
        bodies: dict[str, str] = {}
        for turn in range(ROUNDS):
            if self.whole_pages:
                self._begins = list(self.whole_pages.begins)
            elif self.manifest.most and not settled and turn < ROUNDS // 2:
                self._begins = self._parted()
            parts = self.parts()
            self.plan = plan((part, self.count(part)) for part in parts)
            self.volumes = volumes_of(parts, self.plan, self._begins, self.info.name)
            changed = (CHANGES, self.labels["packet-changes"]) if self.earlier is not None else ("", "")
            held = {part.name: self.count(part) for part in parts}
            self.rows = rows_of(self.manifest, self.plan, held, self.volumes, changed)
            for name, title, body in self.bodies():
                if bodies.get(name) != body:
                    bodies[name] = body
                    self.leaves[name] = self._leaf(name, title, body)
                    if name == "index":
                        self._keep_index_short(title)
            found = {name: leaf.page_count for name, leaf in self.leaves.items()}
            if found == counts:
                break
            counts = found
        for name, leaf in self.leaves.items():
            write_whole(self._front_pdf(name), leaf.pdf)

    def _parted(self) -> list[str]:
        """The parts that volumes begin with, from what is known of their pages and their size."""
        counted = [(part, self.count(part)) for part in self._parts()]
        if self.manifest.most.megabytes:
            self.sizes.weigh(counted)
        return parted(counted, self.manifest.most, self.sizes.of, self.sizes.files)

    def _keep_index_short(self, title: str) -> None:
        """Leave the line of the late papers out where the index would get a page more by it.

        No page before them gets another number, whether they were attached or built.
        """
        if any(section.late for section in self.manifest.sections):
            rows = matter.listed(self.rows, late=False)
            short = self._leaf("index", title, matter.index(self.info, rows, matter.in_print))
            if short.page_count < self.leaves["index"].page_count:
                self.leaves["index"] = short

    def _leaf(self, name: str, title: str, body: str) -> Leaf:
        """One piece of front matter; what an earlier packet has brought is set within limits.

        :raises StoppedError: when it takes more than it may.
        """
        if name != CHANGES:
            mark = self.mark if name.startswith(COVER) else None
            return set_leaf(self.info, name, title, body, self.findings, mark)
        (made,) = limits.run(_set, [(self.info, name, title, body)], self.allowed)
        if isinstance(made, limits.Broken):
            self.findings.append(broken(self.info.source, made, self.allowed))
            raise StoppedError
        leaf, found = made
        self.findings += found
        return leaf

    def parts(self) -> list[Part]:
        """All parts of the printed packet, in order: of each volume, cover, index, and what is filed."""
        return [self.whole_pages.kept(part) for part in with_fronts(self._parts(), self._begins)]

    def _parts(self) -> list[Part]:
        """All parts, as if it had one volume."""
        found = [
            self._front("cover", self.labels["cover"], "", 1),
            self._front("index", self.labels["packet-index"], "", 1),
        ]
        for section in self.manifest.sections:
            found.append(self._front(section.name, section.title, section.tab, section.line))
            for item in section.items:
                if item.kind == "pdf":
                    found.append(self.prepared[item.name].part)
                else:
                    found.append(part_of(item, self.info, self.articles[item.name].pdf))
        if self.earlier is not None:
            found.append(self._front(CHANGES, self.labels["packet-changes"], last_tab(self.manifest), 1))
        return found

    def claims(self) -> Claims:
        """The standards that all annexes allow."""
        found = lowest([annex.claims for annex in self.prepared.values()])
        return replace(found, archival="") if self.info.locked else found  # ISO 19005-3, 6.1.3

    def write_epub(self) -> tuple[bytes, int]:
        """The ebook, and how many content documents it has."""
        pictures = self._pictures()
        rows = {row.name: row for row in self.rows}
        chapters = []
        for section in self.manifest.sections:
            members = [
                Member(
                    rows[item.name],
                    self.articles[item.name].epub if item.kind != "pdf" else None,
                    pictures.get(item.name, ()),
                    item.ebook == "list",
                )
                for item in section.items
                if item.ebook != "omit"
            ]
            chapters.append(Chapter(rows[section.name], members))
        leaves = dict(self.leaves)
        if self.volumes:  # of which the ebook has none
            body = matter.cover(self.info, self.mark)
            leaves[COVER] = self._leaf(COVER, self.info.title, body)
        arguments = (self.info, self.rows, leaves, chapters, self.whole, self.plan, self.mark)
        return self.within_limits("packing the ebook", write_packet_epub, *arguments)

    def within_limits(self, what: str, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Call a function in a process of its own, within the limits of the packet.

        :param what: it does, in words.
        :raises StoppedError: when it takes more than it may.
        :raises OSError: when a file can't be read or written.
        """
        calls = [(what, function, arguments, named)]
        (outcome,) = limits.run(_called, calls, self.allowed)
        if isinstance(outcome, limits.Broken):
            self.findings.append(broken(self.info.source, outcome, self.allowed))
            raise StoppedError
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    def _pictures(self) -> dict[str, Sequence[Picture]]:
        """The pages of the external PDFs that stand in the ebook, drawn, by the name of the item."""
        items = [item for item in self.manifest.items if item.kind == "pdf" and item.ebook == "full"]
        calls = [(self.prepared[item.name].part.pdf, self.store, self.program) for item in items]
        found: dict[str, Sequence[Picture]] = {}
        stopped = False
        for item, outcome in zip(
            items, limits.run(picture_pages, calls, self.allowed, self.jobs), strict=True
        ):
            if isinstance(outcome, limits.Broken):
                fault = broken(self.info.source, outcome, self.allowed)
                self.findings.append(replace(fault, line=item.line))
                stopped = True
            else:
                found[item.name] = outcome
        if stopped:  # an ebook with an empty chapter is none
            raise StoppedError
        return found

    def bodies(self) -> list[tuple[str, str, str]]:
        """Name, title and body of each piece of front matter of the printed packet."""
        found = self.whole(matter.in_print)
        for one in self.volumes:
            body = matter.cover(self.info, self.mark, filed_in(one, self.plan, self.info.language))
            found.append((front_name(COVER, one.number), self.info.title, body))
        return found[1:] if self.volumes else found

    def whole(self, link: Link) -> list[tuple[str, str, str]]:
        """The same for a packet without volumes, as an ebook is.

        :param link: gives the addresses of the edition.
        """
        info = self.info
        found = [
            ("cover", info.title, matter.cover(info, self.mark)),
            ("index", self.labels["packet-index"], matter.index(info, matter.listed(self.rows), link)),
        ]
        for section in self.manifest.sections:
            names = {section.name, *(one.name for one in section.filed)}
            own = [row for row in self.rows if row.name in names]
            found.append((section.name, section.title, matter.divider(info, own, link)))
        if self.earlier is not None:
            rows = {row.name: row for row in self.rows}
            body = changes(info, self.earlier.date, self.changed(self.earlier), rows, link)
            found.append((CHANGES, self.labels["packet-changes"], body))
        return found

    def changed(self, earlier: Earlier) -> list[ItemChange]:
        """What has changed since an earlier packet: compared once, in a process of its own.

        :raises StoppedError: when it takes more than it may.
        """
        if self._changed is None:
            (found,) = limits.run(compare, [(earlier.items, self.state())], self.allowed)
            if isinstance(found, limits.Broken):
                self.findings.append(broken(self.info.source, found, self.allowed))
                raise StoppedError
            own = dict(about(self.info))
            new = [Change("item", key, was, own[key]) for key, was in earlier.about if was != own[key]]
            whole = ItemState("", "", self.info.title, "", "")
            self._changed = [*([ItemChange("changed", whole, tuple(new))] if new else []), *found]
        return self._changed

    def state(self) -> list[ItemState]:
        """The items as they are, to be compared with those of another packet."""
        return state_of(self.manifest, self.originals(), self.own)

    def originals(self) -> dict[str, tuple[str, str]]:
        """The file that each item was taken from, below the source root, and SHA-256 of what was read."""
        return originals_of(self.manifest, self.prepared, self.own)

    def count(self, part: Part) -> int:
        """How many pages a part has; one while nobody knows."""
        if part.kind == "front":
            name = INDEX if is_index(part.name) else part.name
            return self.leaves[name].page_count if name in self.leaves else 1
        if part.name in self.prepared:
            return self.prepared[part.name].page_count
        return self.articles[part.name].page_count

    def _front_pdf(self, name: str) -> Path:
        return self.work / f"{INDEX if is_index(name) else name}.pdf"

    def _front(self, name: str, title: str, tab: str, line: int) -> Part:
        info = self.info
        return Part(
            name=name,
            title=title,
            tab=tab,
            kind="front",
            pdf=self._front_pdf(name),
            level=1,
            marking=info.marking,
            right_hand=False,
            language=info.language,
            source=str(info.source),
            line=line,
        )


def _called(
    what: str, function: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
) -> T | OSError:
    """Call a function in this process; what the system refuses is a result, so that its words are kept."""
    limits.set_activity(what)
    try:
        return function(*arguments, **named)
    except OSError as error:
        if is_memory_error(error):
            raise
        return error


def _set(info: PacketInfo, name: str, title: str, body: str) -> tuple[Leaf, list[Finding]]:
    """A piece of front matter, in a process of its own."""
    findings: list[Finding] = []
    return set_leaf(info, name, title, body, findings), findings
