"""The articles of a packet, built once: what has not changed since it was built is taken from the store.

A note to the reader and an image become small articles: they are set, tagged and checked as all others are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline import limits, styles
from pipeline.build import Order, broken, build_one
from pipeline.files import cache
from pipeline.files.confined import files_read
from pipeline.files.content_store import ContentStore, Entry, Made, key_of, program_digest
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.write.engine import load

_TREE: Final = "tree.xml"
_TEXTS: Final = "texts"
"""The folder with the texts that an article was made of, as they were read."""
_UNSURE: Final = "unsure"
"""Stands for a checksum that no file has."""


@dataclass(frozen=True)
class Built:
    """An article that is built.

    :param path: the article, as findings name it.
    :param folder: in the store: it holds ``STEM.pdf``, ``STEM.epub``, its tree and its texts.
    :param title: plain text, as date (ISO 8601, may be empty), marking and language.
    :param sha256: of the article's own text.
    :param texts: the texts that it was made of: where each was, and its name in `folder`.
    :param fresh: whether it had to be built this time.
    """

    path: Path
    folder: Path
    title: str
    date: str
    marking: str
    language: str
    page_count: int
    sha256: str
    texts: tuple[tuple[str, str], ...]
    fresh: bool

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
    """What became of one article: it is there, or findings say why not."""

    built: Built | None
    findings: list[Finding]


def build_articles(
    paths: Sequence[Path],
    *,
    paper: str,
    draft: bool,
    jobs: int,
    allowed: limits.Limits | None = None,
    remarks: bool = False,
) -> Iterator[tuple[Path, Outcome]]:
    """Build articles, or take them from the store; results come in the order of `paths`.

    :param paths: each once.
    :param paper: name of a paper size.
    :param jobs: how many may be built at once.
    :param allowed: time and memory for each article.
    :param remarks: whether what no edition shows stays in the sources inside.
    :raises OSError: when the store can't be written.
    """
    store, program = open_store(), program_and_look()
    allowed = allowed or limits.Limits()
    keys = {path: _key(path, paper, draft, program, remarks=remarks) for path in paths}
    found = {path: store.get(key) for path, key in keys.items()}
    missing = [path for path in paths if found[path] is None]
    if missing:
        load.load(cache.folder())  # here, so that not every process has to
    calls = [(path, store, keys[path], paper, draft, allowed, remarks) for path in missing]
    outcomes = limits.run(_build, calls, allowed, jobs)
    for path in paths:
        entry = found[path]
        if entry is not None:
            yield path, _outcome(path, entry, fresh=False)
            continue
        outcome = next(outcomes)
        if isinstance(outcome, limits.Broken):
            yield path, Outcome(None, [broken(path, outcome, allowed)])
        else:
            yield path, outcome


def open_store() -> ContentStore:
    """The store in which packets keep what they are made of."""
    return ContentStore(cache.folder() / "packets")


def program_and_look() -> str:
    """What stands for the program, its packages and the look: builds with another one are other builds."""
    when = os.environ.get("SOURCE_DATE_EPOCH", "")  # the time that everything made gets
    return f"{program_digest()} {styles.digest()} {when}"


def _key(path: Path, paper: str, draft: bool, program: str, *, remarks: bool = False) -> str:
    """The key of an article: all that is known before it is read."""
    data = b""
    with contextlib.suppress(OSError):  # to read it will say why not
        data = path.read_bytes()
    return key_of("article", program, str(path), str(path.resolve()), data, paper, draft, remarks)


class _Failed(Exception):
    """There is no article to be kept; findings say why."""


def _build(
    path: Path,
    store: ContentStore,
    key: str,
    paper: str,
    draft: bool,
    allowed: limits.Limits,
    remarks: bool,
) -> Outcome:
    """In a process of its own: both editions, the tree, the texts, and the facts."""
    findings: list[Finding] = []

    def make(folder: Path) -> Made:
        order = Order(folder=folder, draft=draft, paper=paper, limits=allowed, remarks=remarks)
        read: list[Article] = []
        with files_read() as files:
            result = build_one(path, order, read.append)
            findings.extend(result.findings)
            if result.failed:
                raise _Failed
            (article,) = read
            texts = _keep_texts(article, folder, remarks=remarks)
        inputs = dict(files.checksums)
        if files.changed or any(finding.is_error for finding in findings):
            # What a draft shows in the place of an error may depend on files that were only looked for.
            inputs[str(path.absolute())] = _UNSURE
        pages = next(output.parts for output in result.outputs if output.path.suffix == ".pdf")
        return Made(_facts(article, result.findings, pages, texts), inputs)

    with contextlib.suppress(_Failed):
        return _outcome(path, store.put(key, make), fresh=True)
    return Outcome(None, findings)


def _keep_texts(article: Article, folder: Path, *, remarks: bool) -> list[tuple[str, str]]:
    """Keep the tree of an article and the texts that it was made of.

    :returns: where each text was, and its name in `folder`.
    """
    document = article.document.deepcopy()
    document.attributes.pop("source", None)
    (folder / _TREE).write_bytes(document.asdom().toxml(encoding="utf-8"))
    texts = {source.path.resolve(): source.data for source in article.attached(remarks=remarks)}
    (folder / _TEXTS).mkdir()
    kept = []
    for number, (path, data) in enumerate(texts.items()):
        name = f"{_TEXTS}/{number}"
        (folder / name).write_bytes(data)
        kept.append((str(path), name))
    return kept


def _facts(
    article: Article, findings: list[Finding], pages: int, texts: list[tuple[str, str]]
) -> dict[str, Any]:
    metadata = article.metadata
    return {
        "title": metadata.title,
        "date": metadata.date.isoformat() if metadata.dated else "",
        "marking": metadata.marking,
        "language": metadata.language,
        "page_count": pages,
        "sha256": hashlib.sha256(article.data).hexdigest(),
        "texts": texts,
        "findings": [(item.code, item.source, item.line, item.message) for item in findings],
    }


def _outcome(path: Path, entry: Entry, *, fresh: bool) -> Outcome:
    facts = dict(entry.facts)
    findings = [Finding(*values) for values in facts.pop("findings")]
    texts = tuple((where, name) for where, name in facts.pop("texts"))
    return Outcome(Built(path, entry.folder, texts=texts, fresh=fresh, **facts), findings)
