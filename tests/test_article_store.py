"""What has not changed is taken from the store, and what has is built: whatever it was that changed."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import article_store, limits
from pipeline.article_store import Outcome, _task, build, build_articles, open_store
from pipeline.build import Order, Result
from pipeline.desk import desk_of
from pipeline.files.content_store import ContentStore, Made, file_checksum
from pipeline.read import reader
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import REPOSITORY
from tests.support.references import dot

TEXT = (
    HEAD
    + """\
Text, in short.\tA tab.

.. include:: part.txt

.. image:: dot.png
   :alt: A dot

.. csv-table:: Numbers
   :file: numbers.csv

See :doc:`other`.

.. toctree::
   :glob:

   more/*

.. infobox:: Facts
   :type: own

   :a: b
"""
)
FILES = {
    "source/a.rst": TEXT.encode(),
    "source/part.txt": b"A part that is read in.\n",
    "source/dot.png": dot(),
    "source/numbers.csv": b"1,2\n3,4\n",
    "source/other.rst": b"Other\n=====\n",
    "source/more/one.rst": b"One\n===\n",
    "styles/print.css": b"p { color: #111 }\n",
    "styles/infobox/own.toml": b'title = "Own"\nany = true\n',
}


def article(folder: Path) -> Path:
    """A desk with an article that reads files of every kind."""
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "source" / "a.rst"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for the builds of one test."""
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "store"


def small(folder: Path, text: str = "Text.\n") -> Path:
    """An article of a few words."""
    path = folder / "source" / "a.rst"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + text)
    return path


def built(path: Path, order: Order) -> Result:
    (result,) = build([path], order)
    return result


def is_kept(path: Path, order: Order) -> bool:
    """Whether the store would give the article."""
    return _task(path, order, desk_of(path, order.styles), {}).find() is not None


def test_every_file_that_an_article_reads_is_known(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, order = article(tmp_path), Order(folder=tmp_path / "build")
    result = built(path, order)
    assert [finding.code for finding in result.findings if finding.is_error] == []
    assert is_kept(path, order)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data + b" ")
        assert not is_kept(path, order), name
        (tmp_path / name).unlink()
        assert not is_kept(path, order), name
        (tmp_path / name).write_bytes(data)
        assert is_kept(path, order), name
    for name in ("source/more/two.rst", "styles/labels.toml", "styles/fonts/a.ttf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
        assert not is_kept(path, order), name
        (tmp_path / name).unlink()
        assert is_kept(path, order), name
    (tmp_path / "source" / "unread.txt").write_text("Nothing reads this.")
    assert is_kept(path, order)
    for other in (
        replace(order, paper="letter"),
        replace(order, draft=True),
        replace(order, attachments=False),
        replace(order, remarks=True),
        replace(order, styles=tmp_path / "source"),
    ):
        assert not is_kept(path, other)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert not is_kept(path, order)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.chdir(tmp_path)  # findings name files from here
    assert not is_kept(path, order)


def test_an_unchanged_article_loads_nothing_heavy_and_says_what_it_said(tmp_path: Path, store: Path) -> None:
    article(tmp_path)
    first = despatch("build", "a", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "build").glob("a.*")}
    (tmp_path / "build" / "a.pdf").unlink()
    (tmp_path / "build" / "a.epub").write_bytes(made["a.epub"] + b"other")
    program = (
        "import sys; from pipeline.cli import main; code = main(['build', 'a'])\n"
        "heavy = {'weasyprint', 'docutils', 'fontTools', 'lxml', 'pikepdf', 'PIL'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else code)"
    )
    again = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert first.stderr == again.stderr
    assert "warning [file-tab]" in again.stderr
    assert [line.rsplit(", ", 1)[1] for line in again.stdout.splitlines()] == ["unchanged"] * 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "build").glob("a.*")} == made


def test_a_file_that_is_as_it_should_be_is_left_alone(tmp_path: Path, store: Path) -> None:
    path, order = small(tmp_path), Order(folder=tmp_path / "build")
    built(path, order)
    before = [(tmp_path / "build" / name).stat().st_ino for name in ("a.pdf", "a.epub")]
    result = built(path, order)
    assert [output.seconds for output in result.outputs] == [None, None]
    assert [output.parts for output in result.outputs] == [1, 1]
    assert [(tmp_path / "build" / name).stat().st_ino for name in ("a.pdf", "a.epub")] == before


@pytest.mark.slow
def test_the_ebook_inside_a_pdf_is_the_ebook(tmp_path: Path, store: Path) -> None:
    path, order = small(tmp_path), Order(("pdf",), tmp_path / "build")
    built(path, order)
    assert [file.name for file in (tmp_path / "build").glob("a.*")] == ["a.pdf"]
    result = built(path, replace(order, formats=("epub",)))
    assert [output.seconds for output in result.outputs] == [None]
    (tmp_path / "build" / "a.epub").rename(tmp_path / "kept.epub")
    assert built(path, replace(order, formats=("epub",), keep=False)).outputs[0].seconds is not None
    assert (tmp_path / "build" / "a.epub").read_bytes() == (tmp_path / "kept.epub").read_bytes()
    assert not is_kept(path, replace(order, attachments=False))


def truncate(store: Path) -> None:
    next(store.glob("article-*/content/a.pdf")).write_bytes(b"%PDF")


def spoil(store: Path) -> None:
    record = next(store.glob("article-*/entry.json"))
    record.write_bytes(record.read_bytes().replace(b"unknown-code", b"x")[:-1])


@pytest.mark.slow
@pytest.mark.parametrize("damage", [truncate, spoil, shutil.rmtree])
def test_without_its_entry_an_article_is_built_again(
    tmp_path: Path, store: Path, damage: Callable[[Path], None]
) -> None:
    path, order = small(tmp_path), Order(folder=tmp_path / "build")
    built(path, order)
    before = (tmp_path / "build" / "a.pdf").read_bytes()
    damage(store)
    (tmp_path / "build" / "a.pdf").unlink()
    assert all(output.seconds is not None for output in built(path, order).outputs)
    assert (tmp_path / "build" / "a.pdf").read_bytes() == before
    assert is_kept(path, order)


@pytest.mark.slow
def test_where_nothing_can_be_kept_an_article_is_built_all_the_same(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ContentStore, "put", full)
    result = built(small(tmp_path), Order(folder=tmp_path / "build"))
    assert not result.failed
    assert len(result.outputs) == 2


@pytest.mark.slow
def test_no_cache_neither_takes_nor_keeps(tmp_path: Path, store: Path) -> None:
    path, order = small(tmp_path), Order(("epub",), tmp_path / "build")
    assert built(path, replace(order, keep=False)).outputs[0].seconds is not None
    assert not is_kept(path, order)
    built(path, order)
    assert built(path, replace(order, keep=False)).outputs[0].seconds is not None


def test_errors_are_found_anew(tmp_path: Path, store: Path) -> None:
    path, order = small(tmp_path, ".. include:: part.txt\n"), Order(("epub",), tmp_path / "build", draft=True)
    assert [finding.code for finding in built(path, order).findings] == ["insertion-missing"]
    (tmp_path / "source" / "prat.txt").write_text("Text.\n")
    (finding,) = built(path, order).findings
    assert "prat.txt" in finding.message


def test_a_file_that_can_not_be_written_is_an_error_though_nothing_has_changed(
    tmp_path: Path, store: Path
) -> None:
    path, order = small(tmp_path), Order(("epub",), tmp_path / "build")
    built(path, order)
    (tmp_path / "file").write_text("")
    result = built(path, replace(order, folder=tmp_path / "file"))
    assert result.failed
    assert [finding.code for finding in result.findings] == ["file-write"]


def test_a_pipe_in_the_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert file_checksum(tmp_path / "pipe") == file_checksum(Path("/dev/zero")) == ""


@pytest.mark.slow
def test_articles_that_are_kept_and_new_ones_come_in_their_order(tmp_path: Path, store: Path) -> None:
    paths = [small(tmp_path).with_name(f"{name}.rst") for name in "abc"]
    for path in paths:
        path.write_text(HEAD + f"{path.stem}.\n")
    order = Order(("epub",), tmp_path / "build")
    built(paths[1], order)
    found: list[Outcome] = list(build_articles(paths, order, 2))
    assert [outcome.result.article for outcome in found] == paths
    assert [outcome.built is not None and outcome.built.fresh for outcome in found] == [True, False, True]


@pytest.mark.slow
def test_the_command_says_what_is_kept_and_removes_it(tmp_path: Path) -> None:
    small(tmp_path)
    environment = {"DESPATCH_CACHE": ""}
    despatch("build", "a", "--to", "epub", folder=tmp_path, environment=environment)
    for folder in (tmp_path, tmp_path / "source"):
        said = despatch("cache", folder=folder, environment=environment)
        assert said.stdout.startswith(f"{tmp_path}/build/.cache/store  1 build, "), said.stdout + said.stderr
    said = despatch("cache", "--clear", folder=tmp_path, environment=environment)
    assert said.stdout.endswith(", removed\n")
    assert "0 builds, 0 MB" in despatch("cache", folder=tmp_path, environment=environment).stdout


def ten_bytes(folder: Path) -> Made:
    (folder / "file").write_bytes(bytes(10))
    return Made()


def test_the_store_is_looked_through_once_an_hour(tmp_path: Path, store: Path) -> None:
    def put(*numbers: int) -> None:
        for number in numbers:
            open_store().put(f"x-{number}", ten_bytes)
        for place in store.glob("x-*"):
            os.utime(place, (0, 0))

    def entries() -> int:
        return open_store().size()[0]

    put(1, 2, 3)
    tight = replace(open_store(), limit=open_store().size()[1] // 2)
    tight.tidy()
    assert entries() == 1
    put(4)
    tight.tidy()
    assert entries() == 2
    os.utime(store / ".tidied", (0, 0))
    tight.tidy()
    assert entries() == 1


@pytest.mark.slow
def test_from_a_warm_process_come_the_same_bytes_and_a_crash_fails_one_article(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [small(tmp_path).with_name(f"{name}.rst") for name in "abc"]
    for path in paths:
        path.write_text(HEAD + f"*{path.stem}* and representation. [#]_\n\n.. [#] A note.\n")
    read_one = reader.read

    def crash(path: Path, **how: Any) -> object:
        if path.stem == "b":
            os.abort()
        return read_one(path, **how)

    monkeypatch.setattr(article_store, "_MANY", 2)
    order = Order(folder=tmp_path / "build", keep=False)
    with monkeypatch.context() as patched:
        patched.setattr(reader, "read", crash)
        results = list(build(paths, order, 2))
    assert [result.failed for result in results] == [False, True, False]
    assert [finding.code for finding in results[1].findings] == ["internal"]
    done = despatch("build", "c", "-o", "alone", "--no-cache", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("c.pdf", "c.epub"):
        assert (tmp_path / "build" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def looked_through(path: Path) -> list[int]:
    """How often Python looks for garbage while an article is built: among the young, among all."""
    gc.set_threshold(700, 10, 10)  # as Python has it, and no longer as our tests do
    before = [generation["collections"] for generation in gc.get_stats()]
    _, kept = article_store._build(_task(path, Order(folder=None), desk_of(path), {}))
    assert kept is not None
    return [now["collections"] - was for now, was in zip(gc.get_stats(), before, strict=True)]


def test_garbage_is_looked_for_seldom(tmp_path: Path, store: Path) -> None:
    path = small(tmp_path, "Words *and* words.\n\n" * 100)
    (seen,) = limits.run(looked_through, [(path,)], limits.Limits())
    assert not isinstance(seen, limits.Broken)
    assert seen[0] < 10
    assert seen[1:] == [0, 0]
