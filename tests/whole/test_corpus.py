"""The runner of the corpus: what it takes, and that one bad document stops nothing."""

from __future__ import annotations

import io
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support import corpus, corpus_sources
from tests.support.articles import HEAD
from tests.support.corpus_sources import LOCK, Sdist, documents, locked

RST = "Title\n=====\n\nText with a link_.\n\n.. _link: https://example.org\n\n" + "Words. " * 100


def test_the_lock_names_no_registry() -> None:
    """A name, a version and a digest for each; where they are fetched is pip's affair."""
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    found = locked()
    assert len(found) >= 40
    assert [sdist.line() for sdist in found] == text.splitlines()
    assert found == sorted(found, key=lambda sdist: sdist.name)


def test_a_line_without_a_hash_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What can't be checked is not fetched."""
    bad = tmp_path / "corpus.lock"
    bad.write_text("# comment\n\ndocutils==0.23\n")
    monkeypatch.setattr(corpus_sources, "LOCK", bad)
    with pytest.raises(ValueError, match=r"docutils==0\.23"):
        locked()


def test_documents_are_told_from_other_texts(tmp_path: Path) -> None:
    """By ending or by markup; stubs and other files are left out; the order is always the same."""
    files = {
        "README.rst": RST,
        "docs/long.rst": RST * 3,
        "docs/marked.txt": RST + "\n\nSection\n-------\n\n* **a** ``b``\n",
        "docs/stub.rst": "Stub\n====\n",
        "requirements.txt": "docutils\n" * 100,
        "setup.py": "x = 1\n" * 200,
        "latin.txt": "\xe9" * 700,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="latin-1")
    found = [str(path.relative_to(tmp_path)) for path in documents(Sdist("x", "1", ""), tmp_path, 3)]
    assert found == ["README.rst", "docs/marked.txt", "docs/long.rst"]
    assert len(documents(Sdist("x", "1", ""), tmp_path, 2)) == 2


def test_nothing_but_texts_and_pictures_is_unpacked(tmp_path: Path) -> None:
    """And only from the very file that is locked."""
    archive, buffer = tmp_path / "a.archive", io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for name in ("p/README.rst", "p/setup.cfg", "p/code.so", "p/docs/a.png"):
            item = tarfile.TarInfo(name)
            item.size = 3
            made.addfile(item, io.BytesIO(b"abc"))
    archive.write_bytes(buffer.getvalue())
    target = tmp_path / "there"
    with pytest.raises(ValueError, match="locked"):
        corpus_sources._unpack(archive, "0" * 64, target)
    assert not target.exists()
    corpus_sources._unpack(archive, sha256(buffer.getvalue()).hexdigest(), target)
    names = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert names == {"p/README.rst", "p/docs/a.png"}


@pytest.mark.parametrize("name", ["../README.rst", "p/../../README.rst", "{folder}/README.rst"])
def test_nothing_is_unpacked_elsewhere(tmp_path: Path, name: str) -> None:
    archive, buffer = tmp_path / "a.archive", io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        made.addfile(tarfile.TarInfo(name.format(folder=tmp_path)))
    archive.write_bytes(buffer.getvalue())
    with pytest.raises(ValueError, match="elsewhere"):
        corpus_sources._unpack(archive, sha256(buffer.getvalue()).hexdigest(), tmp_path / "there")
    assert list(tmp_path.rglob("README.rst")) == []


@pytest.mark.slow
def test_a_bad_document_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has its verdict; EPUBCheck sees each ebook."""
    good, refused, late = (tmp_path / f"{name}.rst" for name in ("good", "refused", "late"))
    good.write_text(HEAD + "Text.\n")
    refused.write_bytes(b"\xff\xfe" + "Text".encode("utf-16-le"))
    late.write_text(HEAD + "Text `a <b.html>`__.\n")
    tried = [(path, f"project/{path.name}") for path in (good, refused, late)]
    trials = corpus.run(tried, tmp_path / "build", seconds=120)
    assert [trial.verdict for trial in trials] == ["good", "refused", "good"]
    assert [bool(trial.epub) for trial in trials] == [True, False, True]
    assert trials[2].findings == {"link-scheme": 1}
    assert corpus._summary(trials) == 0
    said = capsys.readouterr().out
    assert "EPUBCheck silent on 2 of 2" in said
    trials[0].faults.append("check-text: something")
    assert corpus._summary(trials) == 1
