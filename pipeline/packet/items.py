"""The items of a packet that are set by Despatch: articles, notes and images, each built once.

An article that names pages of the packet (``:tab:``) is built twice: by itself, in words, and once more for
the packet, when its pages are known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline import desk, limits
from pipeline.article_store import Built, build_articles, open_store
from pipeline.build import Order
from pipeline.findings import Finding, in_order
from pipeline.packet.assembly import StoppedError
from pipeline.packet.generated_articles import placed, write_article
from pipeline.packet.manifest.contents import Enclosed, Item, Manifest
from pipeline.packet.manifest.said_markings import said_markings
from pipeline.tree import markings
from pipeline.tree.numbering.tabs import Tabs


@dataclass
class PacketItems:
    """Builds the items of a packet.

    :param draft: build in spite of errors in them.
    :param jobs: how many may be built at once.
    :param allowed: time and memory for each.
    :param remarks: whether what no edition shows stays in the sources inside.
    :param findings: gets what is found in them.
    """

    manifest: Manifest
    draft: bool
    jobs: int
    allowed: limits.Limits
    remarks: bool
    findings: list[Finding]

    def build(self, only: Collection[str] | None = None) -> dict[str, Built]:
        """All of them as they are by themselves, by name.

        :param only: the names of those that are wanted.
        :raises StoppedError: when one can't be built.
        """
        store = open_store()
        self.paths: dict[str, Path] = {}
        for item in self.manifest.items:
            if only is not None and item.name not in only:
                continue
            if item.kind == "article" and item.path is not None:
                self.paths[item.name] = shown(item.path)
            elif item.kind != "pdf":
                self.paths[item.name] = write_article(item, self.manifest, store)
        return self._built(list(self.paths), None)

    def bind(self, named: Mapping[str, Tabs]) -> dict[str, Built]:
        """Those that name pages of the packet, with its numbers.

        :param named: what they may name, by their own names: in each volume it is said in other words.
        :raises StoppedError: when one names a page that is not there.
        """
        found, rest = dict[str, Built](), dict(named)
        while rest:
            tabs = next(iter(rest.values()))
            names = [name for name, own in rest.items() if own == tabs]
            found |= self._built(names, tabs)
            rest = {name: own for name, own in rest.items() if name not in names}
        return found

    def _built(self, names: list[str], tabs: Tabs | None) -> dict[str, Built]:
        paths = {name: self.paths[name] for name in names}
        items: dict[Path, Item] = {}
        for item in self.manifest.items:
            if item.name in paths:
                items.setdefault(paths[item.name], item)
        order = Order(
            folder=None,
            draft=self.draft,
            paper=self.manifest.info.paper,
            limits=self.allowed,
            remarks=self.remarks,
            tabs=tabs,
            version=self.manifest.version,
        )
        unique = list(items)
        outcomes = build_articles(unique, order, self.jobs, desk.current())
        built: dict[Path, Built] = {}
        for path, outcome in zip(unique, outcomes, strict=True):
            item = items[path]
            own = item.kind == "article"
            self.findings += outcome.findings if own else placed(outcome.findings, item, self.manifest)
            if outcome.built is not None:
                built[path] = outcome.built
            elif own:
                self.findings.append(self._failed(path, item))
        if len(built) < len(items):
            raise StoppedError
        return {name: built[path] for name, path in paths.items()}

    def _failed(self, path: Path, item: Item) -> Finding:
        message = f"{path} has errors: put them right, or leave the article out"
        return Finding("packet-article", str(self.manifest.info.source), item.line, message)


def shown(path: Path) -> Path:
    """A path as findings name it: from the working folder, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def complete(manifest: Manifest, articles: dict[str, Built]) -> tuple[Manifest, list[Finding]]:
    """The manifest with what it leaves to the articles: titles, dates, languages, markings.

    :param articles: by the name of the item.
    :returns: the manifest, and what is wrong with its markings.
    """
    findings: list[Finding] = []
    source = str(manifest.info.source)

    def whole(item: Item) -> Item:
        built = articles.get(item.name)
        if built is None:
            return item
        own = item.kind == "article"
        if built.marking and markings.level(built.marking) is None:
            where = f"in {built.path}: " if own else ""
            message = f"{where}{markings.unknown(built.marking)}"
            findings.append(Finding("packet-marking-unknown", source, item.line, message))
        elif item.marking and markings.above(built.marking, item.marking):
            what = "article" if own else "note"
            message = f'the item is marked "{item.marking}", and the {what} itself "{built.marking}"'
            findings.append(Finding("packet-marking-low", source, item.line, message))
        marking = item.marking or markings.listed(built.marking)
        if not own:
            return replace(item, marking=marking)
        return replace(
            item,
            title=item.title or built.title,
            marking=marking,
            date=item.date or (date.fromisoformat(built.date) if built.date else None),
            language=built.language,
        )

    sections = tuple(
        replace(section, items=tuple(whole(item) for item in section.items)) for section in manifest.sections
    )
    found = replace(manifest, sections=sections)
    highest = markings.highest(item.marking for item in found.filed)
    info = found.info
    if not info.marking:
        found = replace(found, info=replace(info, marking=highest))
    elif markings.level(highest) is not None and markings.above(highest, info.marking):
        message = (
            f'the packet is marked "{info.marking}", and a member "{highest}": write marking = "{highest}"'
        )
        findings.append(Finding("packet-marking-low", source, manifest.marking_line, message))
    sections = tuple(
        replace(
            section,
            items=tuple(
                replace(item, marking=found.info.marking) if item.left_out else item for item in section.items
            ),
        )
        for section in found.sections
    )
    found = replace(found, sections=sections)
    findings += [_unmarked(item, found) for item in found.filed if found.info.marking and not item.marking]
    findings += said_markings(found, manifest)
    return found, in_order(findings)


def _unmarked(item: Item | Enclosed, manifest: Manifest) -> Finding:
    marking = manifest.info.marking
    message = (
        f'"{item.title}" has no marking, and the packet is marked "{marking}": give it one with marking = "…"'
    )
    return Finding("packet-marking-missing", str(manifest.info.source), item.line, message)
