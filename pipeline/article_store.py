"""Articles, built once: what is as it was when it was built is taken from the store.

Nothing heavy is loaded for it. Of each article the store keeps the editions that were made, its tree, the
texts that it was made of and what was found in it; and it knows every file that was read, so that it can tell
whether all that is still the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import platform
import tempfile
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline import desk, limits, styles
from pipeline.build import (
    FORMATS,
    Order,
    Result,
    Written,
    broken,
    build_one,
    collect_seldom,
    deliver,
    load_all,
    write_fault,
)
from pipeline.files import cache
from pipeline.files.confined import files_read
from pipeline.files.content_store import ContentStore, Entry, Made, file_checksum, key_of, program_digest
from pipeline.findings import Finding, in_order

if TYPE_CHECKING:
    from pipeline.tree.article import Article

_TREE: Final = "tree.xml"
_TEXTS: Final = "texts"
"""The folder with the texts that an article was made of, as they were read."""
_MANY: Final = 8
"""From so many articles on it pays to set a small one first."""
_UNSURE: Final = "unsure"
"""Stands for a checksum that no file has."""


@dataclass(frozen=True)
class Built:
    """An article that is built.

    :param path: the article, as findings name it.
    :param folder: in the store: it holds ``STEM.pdf``, ``STEM.epub``, its tree and its texts.
    :param title: plain text, as date (ISO 8601, may be empty), marking and language.
    :param parts: pages of the PDF, chapters of the EPUB; what was not asked for is not there.
    :param sha256: of the article's own text.
    :param texts: the texts that it was made of: where each was, and its name in `folder`.
    :param fresh: whether it had to be built this time.
    :param names_tabs: whether it refers to tabs of a packet.
    :param names_versions: whether passages of it are for some versions of a packet only.
    """

    path: Path
    folder: Path
    title: str
    date: str
    marking: str
    language: str
    parts: dict[str, int] = field(hash=False)
    sha256: str
    texts: tuple[tuple[str, str], ...]
    fresh: bool
    names_tabs: bool = False
    names_versions: bool = False

    @property
    def page_count(self) -> int:
        """How many pages the print edition has."""
        return self.parts["pdf"]

    @property
    def pdf(self) -> Path:
        """The print edition."""
        return self.folder / f"{self.path.stem}.pdf"

    @property
    def epub(self) -> Path:
        """The ebook edition."""
        return self.folder / f"{self.path.stem}.epub"

    @property
    def tree(self) -> Path:
        """The intermediate tree, as XML."""
        return self.folder / _TREE


@dataclass(frozen=True)
class Outcome:
    """What became of one article: it is there, or findings say why not.

    :param built: what the store has of it; ``None`` where it could not be built, or not be kept.
    """

    result: Result
    built: Built | None

    @property
    def findings(self) -> list[Finding]:
        """What was found in it, now or when it was built."""
        return self.result.findings


@dataclass(frozen=True)
class _Task:
    """An article to be built or taken from the store.

    :param order: its paper is one that the desk has.
    :param where: the desk that it is built at.
    :param keys: those under which it may be found; it is kept under the first.
    :param own_keys: the same for the version of a packet that it is read for, where that makes a difference.
    """

    path: Path
    order: Order
    where: desk.Desk
    store: ContentStore | None
    keys: tuple[str, ...] = ()
    own_keys: tuple[str, ...] = ()

    def find(self) -> Entry | None:
        """What the store has of it, if nothing has changed."""
        if self.store is None:
            return None
        found = (self.store.get(key) for key in self.own_keys)
        shared = (self.store.get(key) for key in self.keys)
        either = itertools.chain(found, filter(self._serves, shared))
        return next((entry for entry in either if entry is not None), None)

    def _serves(self, entry: Entry | None) -> bool:
        return entry is not None and not (self.own_keys and entry.facts["names_versions"])


def _uncounted(done: int, total: int) -> None:
    """Nobody is told."""


counter: Callable[[int, int], object] = _uncounted
"""Is told how many articles of how many are done."""


def build(
    paths: Sequence[Path], order: Order, jobs: int = 1, scheduler: str = ""
) -> Generator[Result, None, None]:
    """Build articles, each at its desk; results come in the order of `paths`.

    :param jobs: how many may be built at once.
    :param scheduler: the address of the Dask scheduler whose workers build; by default this machine does.
    :raises ClusterError: when those workers can't be used.
    :raises KeyboardInterrupt: when the command was interrupted; all processes have ended then.
    """
    with contextlib.closing(build_articles(paths, order, jobs, scheduler=scheduler)) as outcomes:
        for outcome in outcomes:
            yield outcome.result


def build_articles(
    paths: Sequence[Path],
    order: Order,
    jobs: int = 1,
    where: desk.Desk | None = None,
    scheduler: str = "",
) -> Generator[Outcome, None, None]:
    """Build articles, or take them from the store; each is built in a process of its own, with the limits of
    the order. Outcomes come in the order of `paths`.

    :param paths: each once.
    :param jobs: how many may be built at once.
    :param where: the desk of all of them; by default each is built at its own.
    :param scheduler: as for `build`.
    """
    programs: dict[desk.Desk, str] = {}
    tasks = [_task(path, order, where or desk.desk_of(path, order.styles), programs) for path in paths]
    found = [task.find() for task in tasks]
    missing = [task for task, entry in zip(tasks, found, strict=True) if entry is None]
    with contextlib.closing(_make(missing, order, jobs, scheduler)) as made:
        for number, (task, entry) in enumerate(zip(tasks, found, strict=True)):
            counter(number, len(tasks))
            if entry is not None:
                yield _taken(task, entry)
                continue
            outcome = next(made)
            if isinstance(outcome, limits.Broken):
                yield Outcome(
                    Result(task.path, [broken(task.path, outcome, order.limits)], failed=True), None
                )
            else:
                result, kept = outcome
                yield Outcome(result, _built(task.path, kept, fresh=True) if kept is not None else None)
    counter(0, 0)
    for store in {task.store.folder: task.store for task in missing if task.store is not None}.values():
        store.tidy()


def _make(
    missing: Sequence[_Task], order: Order, jobs: int, scheduler: str
) -> Generator[tuple[Result, Entry | None] | limits.Broken, None, None]:
    """Build what the store has not, here or on the workers of a scheduler."""
    if scheduler and missing:
        from pipeline import cluster

        calls = [(task, file_checksum(task.path)) for task in missing]
        return cluster.run(_build_there, calls, order.limits, scheduler, partial(warm, missing[0].where))
    if len(missing) > 1 and limits.FORKS:
        warm(missing[0].where, len(missing))
    return limits.run(_build, [(task,) for task in missing], order.limits, jobs)


def open_store() -> ContentStore:
    """The store of the current desk."""
    return ContentStore(cache.folder() / "store")


def program_and_look() -> str:
    """What stands for the program, its packages and the look: builds with another one are other builds."""
    when = os.environ.get("SOURCE_DATE_EPOCH", "")  # the time that everything made gets
    return f"{program_digest()} {styles.digest()} {when}"


def _task(path: Path, order: Order, where: desk.Desk, programs: dict[desk.Desk, str]) -> _Task:
    """An article, and under which keys the store may have it.

    :param programs: what stands for the program and the look of each desk; it is filled here.
    """
    with desk.at(where):
        order = replace(order, paper=styles.paper_named(order.paper) if order.paper else None)
        if not order.keep:
            return _Task(path, order, where, None)
        if where not in programs:
            programs[where] = program_and_look()
        # A PDF with its attachments needs the ebook: it is kept too.
        made = FORMATS if order.attachments and "pdf" in order.formats else order.formats
        ways = [(made, order.attachments), *([(FORMATS, True)] if made == ("epub",) else [])]
        orders = [replace(order, formats=formats, attachments=attachments) for formats, attachments in ways]
        known = programs[where], str(where.styles), file_checksum(path)
        keys = tuple(_key(path, replace(one, version=None), *known) for one in orders)
        own = tuple(_key(path, one, *known) for one in orders) if order.version is not None else ()
        return _Task(path, order, where, open_store(), keys, own)


def _key(path: Path, order: Order, *known: str) -> str:
    """The key of an article: all that is known before it is read."""
    places = str(path), str(path.resolve()), str(Path.cwd())
    filed: tuple[str, ...] = () if order.tabs is None else (repr(sorted(order.tabs.items())),)
    if order.version is not None:
        filed = *filed, "version", order.version.name, *order.version.known
    how = order.paper, order.draft, order.remarks, order.attachments, *order.formats, *filed
    return key_of("article", *known, *places, *how)


def warm(where: desk.Desk, count: int = _MANY) -> None:
    """Load in this process what building needs: those that are forked from it have it, and share its memory.

    For many articles a small one is set here too. What libraries find out once and keep (fonts, hyphenation,
    expressions, style sheets) is then there for each: that costs what five articles save. Its text and its
    look are our own, so that nothing of a desk's is read outside the limits of an article.

    :param count: how many articles are to be built.
    """
    import gc

    with desk.at(replace(where, styles=None)):
        load_all(cache.folder())
        if count >= _MANY:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "small.rst"
                path.write_bytes((Path(__file__).parent / "templates" / "article.rst").read_bytes())
                build_one(path, Order(folder=None, draft=True))
    gc.collect()
    gc.freeze()  # the collector writes into what it looks at, and what is written is no longer shared


def _taken(task: _Task, entry: Entry) -> Outcome:
    """The outcome for an article that the store has: its editions are written where they are not there."""
    facts, order, name = entry.facts, task.order, task.path.stem
    findings = [Finding(*values) for edition, *values in facts["findings"] if edition in ("", *order.formats)]
    result = Result(task.path, findings)
    built = _built(task.path, entry, fresh=False)
    try:
        for edition in order.formats if order.folder is not None else ():
            data = (built.folder / f"{name}.{edition}").read_bytes()
            target = (order.folder or Path()) / f"{name}.{edition}"
            result.outputs.append(deliver(target, data, built.parts[edition]))
    except OSError as error:
        result.findings.append(write_fault(error, order))
        result.failed = True
    result.findings = in_order(result.findings)
    return Outcome(result, built)


def _build(task: _Task) -> tuple[Result, Entry | None]:
    """In a process of its own: the editions are made, and kept with the tree, the texts and the facts."""
    written: list[Written] = []
    collect_seldom()
    with desk.at(task.where), files_read() as files:
        result = build_one(task.path, task.order, written.append)
    if result.failed or not written or task.store is None:
        return result, None
    inputs = dict(files.checksums)
    if files.changed or any(finding.is_error for finding in result.findings):
        # What a draft shows in the place of an error may depend on files that were only looked for.
        if task.order.folder is not None:
            return result, None
        inputs[str(task.path.absolute())] = _UNSURE

    def make(folder: Path) -> Made:
        return Made(_keep(written[0], folder, remarks=task.order.remarks), inputs)

    try:
        keys = task.own_keys if task.own_keys and written[0].article.names_versions else task.keys
        return result, task.store.put(keys[0], make)
    except OSError:
        if task.order.folder is None:  # it is wanted in the store, and nowhere else
            raise
        return result, None


def _build_there(task: _Task, checksum: str) -> tuple[Result, Entry | None]:
    """On another machine: build an article, if it is the one that is meant.

    :param checksum: of the article where the command was given.
    """
    if file_checksum(task.path) == checksum:
        return _build(task)
    place = f"a Dask worker ({platform.node()}) has no such text at {task.path.absolute()}"
    message = f"{place}: it needs the same folders"
    return Result(task.path, [Finding("file-elsewhere", str(task.path), None, message)], failed=True), None


def _keep(written: Written, folder: Path, *, remarks: bool) -> dict[str, Any]:
    """Keep the editions of an article, its tree and the texts that it was made of.

    :returns: the facts of the entry.
    """
    from pipeline.tree.numbering.tabs import refers_to_tabs

    article, metadata = written.article, written.article.metadata
    found = [("", *values) for values in map(_values, written.findings)]
    for name, edition in written.editions.items():
        (folder / f"{article.name}.{name}").write_bytes(edition.data)
        found += [(name, *values) for values in map(_values, edition.findings)]
    document = article.document.deepcopy()
    document.attributes.pop("source", None)
    (folder / _TREE).write_bytes(document.asdom().toxml(encoding="utf-8"))
    return {
        "title": metadata.title,
        "date": metadata.date.isoformat() if metadata.dated else "",
        "marking": metadata.marking,
        "language": metadata.language,
        "parts": {name: edition.parts for name, edition in written.editions.items()},
        "sha256": hashlib.sha256(article.data).hexdigest(),
        "names_tabs": refers_to_tabs(article.document),
        "names_versions": article.names_versions,
        "texts": _keep_texts(article, folder, remarks=remarks),
        "findings": found,
    }


def _values(finding: Finding) -> tuple[str, str, int | None, str]:
    return finding.code, finding.source, finding.line, finding.message


def _keep_texts(article: Article, folder: Path, *, remarks: bool) -> list[tuple[str, str]]:
    """Keep the texts that an article was made of.

    :returns: where each was, and its name in `folder`.
    """
    texts = {source.path.resolve(): source.data for source in article.attached(remarks=remarks)}
    (folder / _TEXTS).mkdir()
    kept = []
    for number, (path, data) in enumerate(texts.items()):
        name = f"{_TEXTS}/{number}"
        (folder / name).write_bytes(data)
        kept.append((str(path), name))
    return kept


def _built(path: Path, entry: Entry, *, fresh: bool) -> Built:
    facts = {key: value for key, value in entry.facts.items() if key != "findings"}
    texts = tuple((where, name) for where, name in facts.pop("texts"))
    return Built(path, entry.folder, texts=texts, fresh=fresh, **facts)
