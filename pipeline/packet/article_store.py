"""The articles of a packet, built once: what has not changed since it was built is taken from a store.

A note to the reader and an image become small articles: they are set, tagged and checked as all others are.
What is stored is never changed. It is found by all that it was made from: the text of the article, the
files that the article names, the look, and the program with its packages.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from pipeline import cache, limits, styles
from pipeline.build import Order, broken, build_one
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.write.engine import load

KEPT: Final = 60 * 86_400
"""Seconds after which what nobody has asked for is removed from the store."""

_FACTS: Final = "facts.json"
_TREE: Final = "tree.xml"


@dataclass(frozen=True)
class Built:
    """An article that is built.

    :param path: the article, as findings name it.
    :param folder: in the store: it holds ``STEM.pdf``, ``STEM.epub`` and its tree.
    :param title: plain text, as date (ISO 8601, may be empty), marking and language.
    :param inputs: every file that it was made from, with its SHA-256.
    :param fresh: whether it had to be built this time.
    """

    path: Path
    folder: Path
    title: str
    date: str
    marking: str
    language: str
    page_count: int
    inputs: tuple[tuple[str, str], ...]
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
    paths: Sequence[Path], *, paper: str, draft: bool, jobs: int, allowed: limits.Limits | None = None
) -> Iterator[tuple[Path, Outcome]]:
    """Build articles, or take them from the store; results come in the order of `paths`.

    :param paths: each once.
    :param paper: name of a paper size.
    :param jobs: how many may be built at once.
    :param allowed: time and memory for each article.
    :raises OSError: when the store can't be written.
    """
    store = open_store()
    allowed = allowed or limits.Limits()
    program = fingerprint()
    keys = {path: _key(path, paper, draft, program) for path in paths}
    found = {path: _stored(store, path, key) for path, key in keys.items()}
    missing = [path for path in paths if found[path] is None]
    if missing:
        load.load(cache.folder())  # here, so that not every process has to
    with tempfile.TemporaryDirectory(prefix=".building-", dir=store) as name:
        folders = {path: Path(name) / str(number) for number, path in enumerate(missing)}
        calls = [(path, folders[path], paper, draft, allowed) for path in missing]
        outcomes = limits.run(_build, calls, allowed, jobs)
        for path in paths:
            stored = found[path]
            if stored is not None:
                yield path, stored
                continue
            outcome = next(outcomes)
            if isinstance(outcome, limits.Broken):
                yield path, Outcome(None, [broken(path, outcome, allowed)])
                continue
            findings, facts = outcome
            if facts is None:
                yield path, Outcome(None, findings)
                continue
            folder = _keep(store, keys[path], folders[path], facts)
            yield path, Outcome(_built(path, folder, facts, fresh=True), findings)


def open_store() -> Path:
    """The folder in which builds are kept.

    :raises OSError: when it can't be made.
    """
    store = cache.folder() / "packets"
    store.mkdir(parents=True, exist_ok=True)
    _prune(store)
    return store


def fingerprint() -> str:
    """What stands for the program, its packages and the look: builds with another one are other builds."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {os.environ.get('SOURCE_DATE_EPOCH', '')}".encode())
    for text in sorted(f"{item.name} {item.version}" for item in distributions()):
        digest.update(f"{text}\n".encode())
    folder = Path(__file__).parent.parent
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {"", ".pyc"} and path.is_file():
            digest.update(f"{path.relative_to(folder)}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(styles.digest().encode())
    return digest.hexdigest()


def _key(path: Path, paper: str, draft: bool, program: str) -> str:
    """What an article's place in the store is named after: all that is known before it is read."""
    digest = hashlib.sha256(f"{program}\n{path}\n{path.resolve()}\n{paper} {draft}\n".encode())
    with contextlib.suppress(OSError):  # to read it will say why not
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _stored(store: Path, path: Path, key: str) -> Outcome | None:
    """The build in the store, if the files that the article names are still what they were."""
    for folder in sorted(store.glob(f"{key}-*")):
        with contextlib.suppress(OSError, ValueError, KeyError):
            facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
            if all(file_sha256(Path(name)) == checksum for name, checksum in facts["inputs"]):
                os.utime(folder)
                findings = [Finding(*values) for values in facts["findings"]]
                return Outcome(_built(path, folder, facts, fresh=False), findings)
    return None


def _keep(store: Path, key: str, folder: Path, facts: dict[str, Any]) -> Path:
    """Put a build into the store whole; where the same one has got there first, that one stays."""
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    inputs = json.dumps(facts["inputs"]).encode()
    kept = store / f"{key}-{hashlib.sha256(inputs).hexdigest()[:16]}"
    try:
        folder.rename(kept)
    except OSError:
        if not (kept / _FACTS).is_file():
            raise
    return kept


def _prune(store: Path) -> None:
    """Remove what nobody has asked for in a long time, and what an ended build has left."""
    now = time.time()
    for folder in store.iterdir():
        age = now - folder.stat().st_mtime
        if age > (86_400 if folder.name.startswith(".") else KEPT):
            shutil.rmtree(folder, ignore_errors=True)


def _built(path: Path, folder: Path, facts: dict[str, Any], *, fresh: bool) -> Built:
    inputs = tuple((name, checksum) for name, checksum in facts["inputs"])
    texts = {name: facts[name] for name in ("title", "date", "marking", "language")}
    return Built(path, folder, **texts, page_count=facts["pages"], inputs=inputs, fresh=fresh)


def _build(
    path: Path, folder: Path, paper: str, draft: bool, allowed: limits.Limits
) -> tuple[list[Finding], dict[str, Any] | None]:
    """In a process of its own: both editions, the tree, and the facts."""
    order = Order(folder=folder, draft=draft, paper=paper, limits=allowed)
    read: list[Article] = []
    result = build_one(path, order, read.append)
    if result.failed:
        return result.findings, None
    (article,) = read
    metadata = article.metadata
    document = article.document.deepcopy()
    document.attributes.pop("source", None)
    (folder / _TREE).write_bytes(document.asdom().toxml(encoding="utf-8"))
    facts = {
        "title": metadata.title,
        "date": metadata.date.isoformat() if metadata.dated else "",
        "marking": metadata.marking,
        "language": metadata.language,
        "pages": next(output.parts for output in result.outputs if output.path.suffix == ".pdf"),
        "inputs": [(str(name), file_sha256(name)) for name in article.inputs],
        "findings": [(item.code, item.source, item.line, item.message) for item in result.findings],
    }
    return result.findings, facts


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
