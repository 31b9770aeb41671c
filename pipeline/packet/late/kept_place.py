"""A place in a finished packet that is kept for a paper that is to follow: the paper that comes into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.packet.base.model import Row
from pipeline.packet.base.wishes import Other, Wishes
from pipeline.packet.late.additions import Addition
from pipeline.packet.manifest.late_papers import Home, NoPlaceError, item_in, loaded
from pipeline.packet.stitch.record import Record

_OTHERS: Final = {"article": "an article", "image": "an image"}


@dataclass(frozen=True)
class KeptPlace:
    """A place that is kept.

    :param row: its line in the index.
    :param most: how many pages it has.
    :param item: its keys in the manifest; empty where that is not at hand.
    """

    row: Row
    most: int
    item: dict[str, Any]

    @property
    def file(self) -> str:
        """The file that the manifest names for it, from the manifest; empty where it names none."""
        return str(self.item.get("pdf", ""))

    @property
    def language(self) -> str:
        """That of the paper."""
        return str(self.item.get("language", self.row.language))

    def filled(self, addition: Addition) -> Addition:
        """The paper with what the manifest says of it."""
        return replace(addition, title=self.row.title, tab=self.row.tab, marking=self.row.marking)

    def wishes(self, defaults: dict[str, Any], others: tuple[Other, ...], *, safe: bool) -> Wishes:
        """What is asked for the paper.

        :param defaults: what the manifest says of every item.
        """
        both = {key: defaults[key] for key in ("fit", "ocr") if key in defaults} | self.item
        fit, ocr = str(both.get("fit", "")), bool(both.get("ocr"))
        pages, password = str(both.get("pages", "")), str(both.get("password-from", ""))
        return Wishes(safe or bool(both.get("safe")), pages, fit, password, ocr, others)

    def fault(self, addition: Addition) -> str:
        """Why a paper can't come into it, and what to do; empty where it can."""
        row = self.row
        other = next((f"{_OTHERS[key]}, {self.item[key]}" for key in _OTHERS if key in self.item), "")
        if other:
            return f'tab "{row.tab}" is kept for {other}: save it there, and make the packet anew'
        if addition.embed:
            return f'tab "{row.tab}" is kept for pages: leave out --embed, or choose another tab with --tab'
        if addition.title and " ".join(addition.title.split()) != row.title:
            return f'tab "{row.tab}" has its title in the manifest, "{row.title}": leave out --title'
        if addition.marking and addition.marking.casefold() != row.marking.casefold():
            marked = f'marked "{row.marking}"' if row.marking else "not marked"
            return (
                f'tab "{row.tab}" is {marked} in the manifest: leave out --marking; or change it there, and '
                "make the packet anew"
            )
        return ""

    def too_long(self, count: int) -> str:
        """What is said of a paper with more pages than are kept; empty for one that has room."""
        if count <= self.most:
            return ""
        return (
            f'it has {count} pages, and {self.most} are kept under tab "{self.row.tab}": leave out --tab, '
            f"and it stands at the end; or write reserve = {count} in the manifest, and make the packet anew"
        )


def kept_place(record: Record, home: Home | None, tab: str) -> KeptPlace | None:
    """The place that is kept under a tab; ``None`` where none is.

    :param home: the manifest, where it is at hand.
    :raises NoPlaceError: when the manifest has faults, or does not keep the place any more.
    """
    row = next((row for row in record.rows if row.to_follow and row.tab.casefold() == tab.casefold()), None)
    if row is None or not tab:
        return None
    entry = next(entry for entry in record.entries if entry.name == row.name)
    most = max(entry.reserve, len(entry.pages))
    most += most % 2 if entry.between else 0
    if home is None:
        return KeptPlace(row, most, {})
    item = item_in(loaded(home.path.read_bytes()), row.tab, home)
    if not item.get("to-follow"):
        raise NoPlaceError(f'it does not keep the tab "{row.tab}" for a paper any more: make the packet anew')
    return KeptPlace(row, most, item)
