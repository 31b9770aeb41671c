"""The content store: what it gives back, when an entry no longer holds, and what becomes of damaged ones."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.files import content_store
from pipeline.files.content_store import (
    ABSENT,
    GRACE,
    ContentStore,
    Entry,
    Made,
    file_checksum,
    key_of,
    program_digest,
    tree_digest,
)

KEY = key_of("thing", 1)


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    """An empty store."""
    return ContentStore(tmp_path / "store")


def writing(text: str, *inputs: Path) -> Callable[[Path], Made]:
    """A function that makes an entry of two files, from files that are read."""

    def make(folder: Path) -> Made:
        (folder / "one.txt").write_text(text)
        (folder / "deep").mkdir()
        (folder / "deep" / "two.txt").write_text(f"{text} {text}")
        return Made({"text": text, "pair": (1, None)}, {str(path): file_checksum(path) for path in inputs})

    return make


def text_of(entry: Entry | None) -> str | None:
    """What is in an entry."""
    return None if entry is None else (entry.folder / "one.txt").read_text()


def entries(store: ContentStore) -> list[Path]:
    """The folders in the store."""
    return sorted(store.folder.iterdir())


def test_what_was_put_in_comes_back(store: ContentStore) -> None:
    assert store.get(KEY) is None
    made = store.put(KEY, writing("a"))
    found = store.get(KEY)
    assert found == made
    assert found is not None
    assert (found.facts, text_of(found)) == ({"text": "a", "pair": [1, None]}, "a")
    assert (found.folder / "deep" / "two.txt").read_text() == "a a"
    assert store.get(key_of("thing", 2)) is None
    assert len(entries(store)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", ""), ("a",)),
        (("1",), (1,)),
        ((b"a",), ("a",)),
        ((None,), ("None",)),
        ((True,), (1,)),
        ((b"1 2",), (b"1", b"2")),
    ],
    ids=str,
)
def test_keys_of_different_things_differ(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert key_of("thing", *one) != key_of("thing", *other)
    assert key_of("thing", *one) == key_of("thing", *one)
    assert key_of("thing", *one) != key_of("other", *one)


def test_an_entry_holds_while_what_was_read_is_the_same(store: ContentStore, tmp_path: Path) -> None:
    source, missing = tmp_path / "source", tmp_path / "missing"
    source.write_text("old")
    store.put(KEY, writing("from old", source, missing))
    assert text_of(store.get(KEY)) == "from old"
    source.write_text("new")
    assert store.get(KEY) is None
    store.put(KEY, writing("from new", source, missing))
    assert text_of(store.get(KEY)) == "from new"
    source.write_text("old")
    assert text_of(store.get(KEY)) == "from old"
    missing.write_text("there now")
    assert store.get(KEY) is None
    missing.unlink()
    source.unlink()
    assert store.get(KEY) is None
    assert file_checksum(source) == ABSENT


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [
        lambda place: _flip(place / "content" / "one.txt"),
        lambda place: (place / "content" / "deep" / "two.txt").write_bytes(b""),
        lambda place: (place / "content" / "one.txt").unlink(),
        lambda place: _flip(place / "entry.json"),
        lambda place: (place / "entry.json").write_bytes(b""),
        lambda place: (place / "entry.json").unlink(),
    ],
    ids=["bit", "emptied", "file gone", "record", "record emptied", "record gone"],
)
def test_a_damaged_entry_is_made_again(store: ContentStore, harm: Callable[[Path], Any]) -> None:
    store.put(KEY, writing("good"))
    (place,) = entries(store)
    harm(place)
    assert text_of(store.put(KEY, writing("good"))) == "good"
    harm(*entries(store))
    assert store.get(KEY) is None
    assert text_of(store.put(KEY, writing("good"))) == "good"
    assert text_of(store.get(KEY)) == "good"


def test_what_fails_leaves_nothing(store: ContentStore) -> None:
    def fail(folder: Path) -> Made:
        (folder / "one.txt").write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.put(KEY, fail)
    assert store.get(KEY) is None
    assert entries(store) == []


def _put_at_once(store: ContentStore, barrier: Any, results: Any) -> None:
    def make(folder: Path) -> Made:
        made = writing("same")(folder)
        barrier.wait(30)
        return made

    results.put(store.put(KEY, make).folder)


def test_two_may_make_the_same_at_once(store: ContentStore) -> None:
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(2), context.Queue()
    writers = [context.Process(target=_put_at_once, args=(store, barrier, results)) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert results.get(timeout=30) == results.get(timeout=30)
    for writer in writers:
        writer.join(30)
        assert writer.exitcode == 0
    assert len(entries(store)) == 1
    assert text_of(store.get(KEY)) == "same"


def _killed_while_making(store: ContentStore) -> None:
    def make(folder: Path) -> Made:
        (folder / "one.txt").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
        return Made()

    store.put(KEY, make)


def test_what_a_killed_process_leaves_is_removed_and_what_a_living_one_fills_is_not(
    store: ContentStore,
) -> None:
    process = multiprocessing.get_context("fork").Process(target=_killed_while_making, args=(store,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    (left,) = entries(store)
    assert store.get(KEY) is None
    with store.scratch() as living:
        for path in (left, living):
            os.utime(path, (0, 0))
        store.trim()
        assert entries(store) == [living]
    assert entries(store) == []


def test_the_least_recently_used_go_first(store: ContentStore) -> None:
    keys = [key_of("thing", number) for number in range(4)]
    for age, key in enumerate(keys):
        store.put(key, writing("x" * 1000))
        (place,) = store.folder.glob(f"{key}-*")
        os.utime(place, (time.time() - GRACE * (10 - age),) * 2)
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file()) // 4
    assert store.get(keys[0]) is not None  # so that it is the last one used
    store.trim(size * 5)
    assert len(entries(store)) == 4
    store.trim(size * 2)
    assert [store.get(key) is not None for key in keys] == [True, False, False, True]
    store.trim(0)  # what has just been used may be being read
    assert len(entries(store)) == 2


def test_a_store_that_is_cleared_is_empty_and_can_be_used(store: ContentStore) -> None:
    store.clear()
    store.put(KEY, writing("a"))
    store.clear()
    assert store.get(KEY) is None
    assert entries(store) == []
    assert text_of(store.put(KEY, writing("b"))) == "b"


def test_a_store_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = ContentStore(tmp_path / "file" / "store")
    assert store.get(KEY) is None
    with pytest.raises(OSError, match="Not a directory"):
        store.put(KEY, writing("a"))


def test_the_digest_of_a_folder_follows_names_and_bytes(tmp_path: Path) -> None:
    digests = {tree_digest(tmp_path)}
    (tmp_path / "a.css").write_text("a")
    digests.add(tree_digest(tmp_path))
    (tmp_path / "a.css").write_text("b")
    digests.add(tree_digest(tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    digests.add(tree_digest(tmp_path))
    assert len(digests) == 4
    before = tree_digest(tmp_path)
    (tmp_path / "b.pyc").write_text("compiled")
    assert tree_digest(tmp_path) == before


def test_the_digest_of_the_program_is_that_of_all_its_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def recorded(folder: Path) -> str:
        folders.append(folder)
        return tree_digest(folder)

    monkeypatch.setattr(content_store, "tree_digest", recorded)
    assert len(program_digest.__wrapped__()) == 64
    assert folders == [Path(pipeline.__file__).parent]
