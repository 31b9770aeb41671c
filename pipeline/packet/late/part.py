"""Late papers as the last part of a finished packet: their index page, their pages, their place in the ebook.

No page that is there gets another number. So the index of the packet gets a line for the part only where it
has room, and late papers whose own index page is full get a part of their own behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pipeline import limits
from pipeline.article_store import open_store, program_and_look
from pipeline.packet.annex.prepare import Prepared
from pipeline.packet.base.model import LATE, Part, Row, is_late
from pipeline.packet.base.page_plan import plan
from pipeline.packet.ebook.book import Chapter
from pipeline.packet.ebook.book import Member as Filed
from pipeline.packet.ebook.page_images import picture_pages
from pipeline.packet.ebook.renewed import renewed
from pipeline.packet.front import matter
from pipeline.packet.front.matter import Leaf
from pipeline.packet.manifest.versions import letters
from pipeline.packet.stitch.members import Member, load
from pipeline.packet.stitch.record import Record
from pipeline.tree.labels import labels_for

INDEX: Final = "index"
ROUNDS: Final = 8
"""How often an index page is set at most, until its pages and the numbers in it agree."""


class UndrawnError(RuntimeError):
    """The pages of a paper can't be drawn for the ebook.

    :param outcome: what has stopped that.
    """

    def __init__(self, outcome: limits.Broken) -> None:
        super().__init__()
        self.outcome = outcome


class FullError(RuntimeError):
    """An index page has no room for another line."""


@dataclass(frozen=True)
class Paper:
    """A paper that is filed.

    :param tab: empty for the next one.
    :param prepared: its pages; ``None`` for a file that travels inside.
    """

    title: str
    tab: str
    marking: str
    prepared: Prepared | None


@dataclass
class LatePart:
    """A packet that gets late papers.

    :param members: its parts.
    :param folder: for what is needed only meanwhile.
    :param right_hand: whether each paper begins on a right-hand page.
    :param taken: tabs of the manifest, in small letters, which no paper gets either.
    :param section_tab: of the last section of late papers in the manifest; empty where there is none.
    :param held: how many items the manifest has in that section, or papers with letters behind that tab.
    :param behind: the tab that papers with letters stand behind; empty for a part at the end.
    :param kept: the name of the line whose place a paper takes; empty for none.
    :ivar section: the line of the section that they go into; `new`: whether it is a new one.
    """

    record: Record
    members: list[Member]
    folder: Path
    right_hand: bool = False
    taken: Collection[str] = ()
    section_tab: str = ""
    held: int = 0
    behind: str = ""
    kept: str = ""
    leaves: dict[str, Leaf] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    unlisted: bool = False

    def __post_init__(self) -> None:
        self.rows = list(self.record.rows)
        self.old = list(self.members)
        sections = [row for row in self.rows if row.divider and is_late(row.name)]
        last = self.members[-1].part.name
        self.new = not sections or not f"{last}-".startswith(f"{sections[-1].name}-")
        self.section = self._new_section() if self.new else sections[-1]
        self.fresh: list[str] = []
        self.base_part = ""
        self.base = self._base() if self.behind else None

    def _base(self) -> Row | None:
        """The line that papers with letters stand behind; ``None`` where there is no such tab with pages."""
        pages = {member.part.name: member.part for member in self.members}
        found = base = None
        section = self.section
        for row in self.rows:
            if row.divider:
                section = row
            elif row.name in pages:
                if not pages[row.name].between:
                    base = row
                if row.tab.casefold() == self.behind.casefold():
                    found, self.section, self.new = base, section, False
        return found

    def _new_section(self) -> Row:
        used = {row.name for row in self.rows if row.divider and is_late(row.name)}
        number = next(n for n in range(1, len(used) + 2) if f"{LATE}{n}" not in used)
        tabs = {row.tab.casefold() for row in self.rows}
        taken = tabs | set(self.taken)
        count = sum(row.divider for row in self.rows)
        free = (one for one in map(letters, range(count, count + 5000)) if one.casefold() not in taken)
        tab = self.section_tab
        if not tab or tab.casefold() in tabs:
            tab = next(free)
        info = self.record.info
        title = labels_for(info.language)["packet-late"]
        return Row(f"{LATE}{number}", True, tab, title, None, "", 0, 0, info.language)

    def tabs(self, wanted: Sequence[str]) -> list[str]:
        """The tabs of papers: those that are wanted, for an empty one the next."""
        taken = (
            {row.tab.casefold() for row in self.rows} | {tab.casefold() for tab in wanted} | set(self.taken)
        )
        if self.base is not None:
            free = (f"{self.base.tab}{letters(index).lower()}" for index in range(5000))
            following = iter([tab for tab in free if tab.casefold() not in taken])
            return [tab or next(following) for tab in wanted]
        found, number = [], sum(row.name.startswith(f"{self.section.name}-") for row in self.rows)
        for tab in wanted:
            number += 1
            while not tab and f"{self.section.tab}.{number}".casefold() in taken:
                number += 1
            found.append(tab or f"{self.section.tab}.{number}")
        return found

    def file(self, papers: Sequence[Paper]) -> list[Row]:
        """File papers, and set the pages that name them.

        :returns: the lines of the papers.
        """
        if self.kept:
            return self._filled(papers[0])
        if self.base is not None:
            return self._filed_between(papers, self.base)
        if not self._filed(papers):
            self.new, self.members, self.rows = True, list(self.old), list(self.record.rows)
            self.section = self._new_section()
            self._filed(papers)
        self._list()
        self.fresh = [row.name for row in self.rows[-len(papers) :]]
        return self.rows[-len(papers) :]

    def _filed_between(self, papers: Sequence[Paper], base: Row) -> list[Row]:
        """File papers behind another one, as pages with letters.

        :raises FullError: when an index page would grow.
        """
        info, names = self.record.info, [member.part.name for member in self.members]
        between = {member.part.name for member in self.members if member.part.between}
        at = names.index(base.name) + 1
        line = next(index for index, row in enumerate(self.rows) if row.name == base.name) + 1
        while at < len(names) and names[at] in between:
            at, line = at + 1, line + 1
        self.base_part = names[at - 1]
        more = range(self.held, self.held + len(names) + len(papers) + 1)
        free = (f"{base.name}{letters(index).lower()}" for index in more)
        unused = iter([name for name in free if name not in names])
        fresh, lines = [], []
        for paper, tab in zip(papers, self.tabs([paper.tab for paper in papers]), strict=True):
            name = next(unused)
            lines.append(Row(name, False, tab, paper.title, None, paper.marking, 0, 0, info.language))
            if paper.prepared is not None:
                fresh.append(load(replace(paper.prepared.part, name=name, tab=tab, between=True)))
        self.rows[line:line] = lines
        self.members[at:at] = fresh
        self.fresh = [row.name for row in lines]
        for _ in range(2):  # the second time, the lines have the numbers of their pages
            self._place()
        self._replace(self._front(self.section))
        # The index of the packet has a line for a section of late papers, and none for what is in it.
        if not is_late(self.section.name) and not any(map(self._set_index, (True, False))):
            raise FullError
        return [row for row in self.rows if row.name in self.fresh]

    def _filled(self, paper: Paper) -> list[Row]:
        """Let a paper take the place that is kept for it.

        :raises FullError: when an index page would become shorter.
        """
        at = next(index for index, member in enumerate(self.members) if member.part.name == self.kept)
        line = next(index for index, row in enumerate(self.rows) if row.name == self.kept)
        self.section = next(row for row in reversed(self.rows[:line]) if row.divider)
        self.new, self.fresh, old = False, [self.kept], self.members[at].part
        row = self.rows[line]
        if paper.prepared is not None:
            new = paper.prepared.part
            part = replace(old, kind="annex", pdf=new.pdf, language=new.language)
            self.members[at] = load(part)
            last = row.page + self.members[at].count - 1
            self.rows[line] = replace(row, to_follow=False, last=last, language=new.language)
        self._place()
        self._replace(self._front(self.section))
        if not is_late(self.section.name) and not any(map(self._set_index, (True, False))):
            raise FullError
        return [self.rows[line]]

    def _replace(self, front: Member) -> None:
        """Let a page of front matter take the place of the old one.

        :raises FullError: when it is longer.
        """
        at = next(index for index, one in enumerate(self.members) if one.part.name == front.part.name)
        if front.count != self.members[at].count:
            raise FullError
        self.members[at] = front

    def _filed(self, papers: Sequence[Paper]) -> bool:
        """File papers in the section.

        :returns: whether its index page is as long as it was.
        """
        info, section = self.record.info, self.section
        if self.new:
            self.rows.append(section)
        used = {row.name for row in self.rows}
        first = self.held + 1 if section.tab.casefold() == self.section_tab.casefold() else 1
        names = (f"{section.name}-{n}" for n in range(first, first + len(used) + len(papers) + 1))
        free = iter([name for name in names if name not in used])
        fresh = []
        for paper, tab in zip(papers, self.tabs([paper.tab for paper in papers]), strict=True):
            name = next(free)
            values = (name, False, tab, paper.title, None, paper.marking, 0, 0, info.language)
            self.rows.append(Row(*values))
            if paper.prepared is not None:
                part = replace(paper.prepared.part, name=name, tab=tab, right_hand=self.right_hand)
                fresh.append(load(part))
        count = next((one.count for one in self.old if one.part.name == section.name), 0)
        # The page that names the papers is set, then once more with the numbers of their pages.
        for _ in range(ROUNDS):
            front = self._front(section)
            there = [one.part.name for one in self.old]
            self.members = [*self.old, *([front] if self.new else []), *fresh]
            if not self.new:
                self.members[there.index(section.name)] = front
            before = self.rows
            self._place()
            section = self.section
            if self.rows == before:
                break
        return self.new or front.count == count

    def _front(self, section: Row) -> Member:
        """The index page of the section, set."""
        info = self.record.info
        own = matter.section_rows(self.rows, section.name)
        body = matter.divider(info, own, matter.in_print)
        leaf = self.leaves[section.name] = matter.set_leaf(info, section.name, section.title, body, [])
        path = self.folder / f"{section.name}-{len(list(self.folder.iterdir()))}.pdf"
        path.write_bytes(leaf.pdf)
        return load(
            Part(
                *(section.name, section.title, section.tab, "front", path, 1),
                *(info.marking, False, info.language, str(info.source), 1),
            )
        )

    def _place(self) -> None:
        """Give the lines of the index the pages that their parts are on."""
        self.plan = plan((member.part, member.count) for member in self.members)
        counts = {member.part.name: member.count for member in self.members}

        def placed(row: Row) -> Row:
            if row.name not in self.plan.starts:
                return row
            first = self.plan.starts[row.name]
            if row.page:  # it was there: it has as many pages as it had
                return replace(row, page=first, last=first + row.last - row.page)
            return replace(row, page=first, last=first if row.divider else first + counts[row.name] - 1)

        self.rows = self.plan.numbered(map(placed, self.rows))
        self.section = next(row for row in self.rows if row.name == self.section.name)

    def _list(self) -> None:
        """Name the section in the index of the packet, where it has room."""
        if self.new:
            self.unlisted = not self._set_index(late=True)
            if self.unlisted:
                self._set_index(late=False)

    def _set_index(self, late: bool) -> bool:
        """Set the index of the packet anew.

        :param late: whether it names the sections of late papers.
        :returns: whether it is as long as it was; else it stays what it was.
        """
        info, rows = self.record.info, matter.listed(self.rows, late=late)
        title = labels_for(info.language)["packet-index"]
        leaf = matter.set_leaf(info, INDEX, title, matter.index(info, rows, matter.in_print), [])
        at = next(index for index, member in enumerate(self.members) if member.part.name == INDEX)
        if leaf.page_count != self.members[at].count:
            return False
        path = self.folder / f"{INDEX}.pdf"
        path.write_bytes(leaf.pdf)
        self.leaves[INDEX] = leaf
        self.members[at] = load(replace(self.members[at].part, pdf=path))
        return True

    def ebook(self, path: Path, papers: Sequence[Paper]) -> bytes:
        """The ebook of the packet with the papers.

        :param path: the ebook as it was.
        :param papers: as they were filed last.
        :raises UndrawnError: when a paper takes too much time or memory.
        :raises NoEbookError: when the file is no ebook of a packet.
        """
        pages = [paper for paper in papers if paper.prepared is not None]
        store, program = open_store(), program_and_look()
        calls = [(paper.prepared.part.pdf, store, program) for paper in pages if paper.prepared]
        outcomes = limits.run(picture_pages, calls, limits.Limits())
        rows = [row for row in self.rows if row.name in self.fresh and row.page]
        members = []
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, limits.Broken):
                raise UndrawnError(outcome)
            members.append(Filed(row, None, outcome))
        chapter = Chapter(self.section, members)
        arguments = (path, self.record.info, self.rows, self.leaves, [chapter], self.plan)
        return renewed(*arguments, behind=self.base_part, instead=bool(self.kept))
