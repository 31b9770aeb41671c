"""The record of bytes: it holds what is built and said, and notices one changed byte or word."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.articles import HEAD
from tests.support.paths import REPOSITORY
from tests.support.recorded_bytes import main

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code and its styles, to be changed."""
    for name in ("pipeline", "styles"):
        shutil.copytree(REPOSITORY / name, tmp_path / "checkout" / name)
    return tmp_path / "checkout"


def test_a_changed_byte_is_noticed(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both editions with another style sheet; then the draft of an article with another error."""
    source = tmp_path / "inputs" / "source"
    source.mkdir(parents=True)
    (source / "good.rst").write_text(HEAD + "Text.\n", encoding="utf-8")
    (source / "faulty.rst").write_text(HEAD + "Text. [#a]_\n", encoding="utf-8")
    kept = tmp_path / "record.json"
    place = [str(kept), "--checkout", str(checkout), "--inputs", str(source.parent)]

    assert main(["record", *place]) == 0
    made = json.loads(kept.read_text(encoding="utf-8"))["inputs"]
    assert {path: list(parts) for path, parts in made.items()} == {
        "source/faulty.rst": ["draft", "plain", "tree"],
        "source/good.rst": ["plain", "tree"],
    }
    assert list(made["source/good.rst"]["plain"]["files"]) == ["good.epub", "good.pdf"]
    assert str(tmp_path) not in kept.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["compare", *place]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["no difference"]

    with (checkout / "styles" / "theme.css").open("a", encoding="utf-8") as file:
        file.write("p { margin-top: 1px }\n")
    (source / "faulty.rst").write_text(HEAD + "Text. [#b]_\n", encoding="utf-8")
    assert main(["compare", *place]) == 1
    said = capsys.readouterr().out
    assert "source/good.rst (plain): good.pdf has other bytes" in said
    assert "source/good.rst (plain): good.epub has other bytes" in said
    assert "source/good.rst (tree)" not in said
    assert "source/faulty.rst (tree): tree has other bytes" in said
    assert '    +source/faulty.rst:7: error [note-undefined]: no note is called "b"' in said

    (source / "good.rst").unlink()
    assert main(["compare", *place, "--only", "good"]) == 1
    assert "source/good.rst: is no longer built" in capsys.readouterr().out


def test_code_from_elsewhere_is_not_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An installed package would be run where the checkout has none."""
    with pytest.raises(SystemExit) as ended:
        main(["record", str(tmp_path / "record.json"), "--checkout", str(tmp_path)])
    assert ended.value.code == 2
    assert "no package `pipeline`" in capsys.readouterr().err
    assert not (tmp_path / "record.json").exists()
