"""Sources that are changed while they are built: what is shown, what is carried and what is kept agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.article_store import build_articles
from pipeline.build import Order, build_one
from pipeline.packet import assembly
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.write.print import edition
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile

MANIFEST = """\
title = "Visit"
date = 2026-11-24

[[section]]
title = "One"

[[section.item]]
article = "a.rst"

[[section.item]]
pdf = "paper.pdf"
title = "Paper"

[[section.item]]
note = "First."
title = "Note"
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for the builds of one test."""
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "store"


def while_laid_out(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Change something when an article has been read and its pages are set."""
    lay_out = edition.lay_out

    def changing(*arguments: object, **named: object) -> object:
        made = lay_out(*arguments, **named)  # type: ignore[arg-type]
        change()
        return made

    monkeypatch.setattr(edition, "lay_out", changing)


def shown(folder: Path, name: str = "a") -> tuple[str, str]:
    """The words of both editions."""
    pdf = PdfFile((folder / f"{name}.pdf").read_bytes())
    epub = EpubFile((folder / f"{name}.epub").read_bytes())
    return " ".join(page.text for page in pdf.pages), epub.text


def test_the_text_that_travels_inside_is_the_one_that_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.rst"
    path.write_text(HEAD + "Before.\n")
    while_laid_out(monkeypatch, lambda: path.write_text(HEAD + "After.\n"))
    assert not build_one(path, Order(folder=tmp_path / "out")).failed
    assert all("Before." in text for text in shown(tmp_path / "out"))
    with pikepdf.open(tmp_path / "out" / "a.pdf") as pdf:
        assert pdf.attachments["a.rst"].get_file().read_bytes() == f"{HEAD}Before.\n".encode()


def test_a_picture_that_is_changed_meanwhile_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    path, image = tmp_path / "a.rst", tmp_path / "dot.png"
    Image.new("RGB", (4, 3), "navy").save(image)
    path.write_text(HEAD + ".. image:: dot.png\n   :alt: A dot\n")
    assert not build_one(path, Order(folder=tmp_path / "out")).failed
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    while_laid_out(monkeypatch, lambda: Image.new("RGB", (4, 3), "maroon").save(image))
    result = build_one(path, Order(folder=tmp_path / "out", draft=True))
    assert result.failed
    assert [(finding.code, finding.message.split()[0]) for finding in result.findings] == [
        ("file-changed", "dot.png")
    ]
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before
    Image.new("RGB", (4, 3), "navy").save(image)
    while_laid_out(monkeypatch, lambda: image.unlink(missing_ok=True))
    result = build_one(path, Order(folder=tmp_path / "out"))
    assert [finding.code for finding in result.findings] == ["file-changed"]


@pytest.mark.slow
def test_what_is_changed_meanwhile_is_not_kept_as_new(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, part = tmp_path / "a.rst", tmp_path / "part.rst"
    path.write_text(HEAD + "Text.\n\n.. include:: part.rst\n")
    part.write_text("Before.\n")

    def built() -> tuple[bool, str]:
        (outcome,) = build_articles([path], Order(folder=None, paper="a4"))
        assert outcome.built is not None
        return outcome.built.fresh, shown(outcome.built.folder)[1]

    with monkeypatch.context() as patched:
        while_laid_out(patched, lambda: part.write_text("After.\n"))
        fresh, text = built()
        assert fresh
        assert "Before." in text
    fresh, text = built()
    assert fresh
    assert "After." in text
    part.write_text("Before.\n")
    fresh, text = built()
    assert not fresh
    assert "Before." in text


@pytest.mark.slow
def test_an_article_of_which_a_file_is_missing_is_built_again_when_it_is_there(
    tmp_path: Path, store: Path
) -> None:
    path = tmp_path / "a.rst"
    path.write_text(HEAD + "Text.\n\n.. include:: part.rst\n")

    def built() -> bool | None:
        (outcome,) = build_articles([path], Order(folder=None, paper="a4", draft=True))
        return outcome.built is not None and "Part." in shown(outcome.built.folder)[1]

    assert built() is False
    (tmp_path / "part.rst").write_text("Part.\n")
    assert built() is True


@pytest.mark.slow
def test_a_packet_records_what_it_was_made_of(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    from tests.support.packets import paper

    source = tmp_path / "source"
    source.mkdir()
    manifest = source / "visit.toml"
    (source / "a.rst").write_text(HEAD + "Before.\n")
    paper("Before").save(source / "paper.pdf", static_id=True)
    manifest.write_text(MANIFEST)
    read = {path.name: path.read_bytes() for path in source.iterdir()}
    set_front = assembly.Assembly.set_front

    def changing(self: assembly.Assembly) -> None:
        for path in source.iterdir():
            path.write_bytes(b"changed")
        set_front(self)

    monkeypatch.setattr(assembly.Assembly, "set_front", changing)
    result = make_packet(manifest, PacketOrder(tmp_path / "out"))
    assert not result.failed, [str(finding) for finding in result.findings]
    with pikepdf.open(tmp_path / "out" / "visit" / "visit.pdf") as pdf:
        inside = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
    assert (inside["a.rst"], inside["visit.toml"]) == (read["a.rst"], read["visit.toml"])
    parts = {part["original"]: part["sha256"] for part in json.loads(inside["record.json"])["parts"]}
    for name in ("a.rst", "paper.pdf"):
        assert parts[name] == hashlib.sha256(read[name]).hexdigest()
