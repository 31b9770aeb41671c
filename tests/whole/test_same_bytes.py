"""The same bytes for the same source, whatever the machine, and nothing of the machine in them."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.articles import shared
from tests.support.command import despatch
from tests.support.readback import EpubFile, PdfFile

# Faces of every kind: static, variable, italic, other scripts, signs; and two images.
TEXT = """\
Title
=====

:date: 2026-03-09
:language: en
:marking: Restricted

.. infobox:: Facts

   :a: *b* [#n]_

Text, *Приштина*, ἀᾧ, 漢字, 😀, ``code``. [#n]_ And representation, government, negotiations.

.. image:: dot.png
   :alt: A dot

.. image:: dot.svg
   :alt: A drawn dot

.. [#n] A note.
"""


class Files(NamedTuple):
    pdf: bytes
    epub: bytes


def build(
    base: Path,
    folder: str,
    environment: dict[str, str] | None = None,
    *,
    warm: bool = False,
    output: str = "build",
    where: str = ".",
) -> Files:
    """Build the article in a folder of its own with the command itself, run in `where` below that.

    :param warm: the command is forked from this process, as `despatch` has it.
    """
    from PIL import Image

    place = base / folder
    (place / "source").mkdir(parents=True)
    (place / where).mkdir(parents=True, exist_ok=True)
    article = place / "source" / "article.rst"
    article.write_text(TEXT, encoding="utf-8")
    Image.new("RGB", (4, 3), "navy").save(article.with_name("dot.png"))
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="2" height="2"/></svg>'
    )
    article.with_name("dot.svg").write_text(drawing)
    name = article.relative_to(place) if where == "." else article
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in (environment or {}).items() if warm else ():
            patch.setenv(variable, value)
        given = None if warm else environment
        done = despatch("build", name, "-o", output, folder=place / where, environment=given)
    assert done.returncode == 0, done.stderr
    made = place / where / output
    return Files((made / "article.pdf").read_bytes(), (made / "article.epub").read_bytes())


SECRET = "zaphod-beeblebrox"
How = dict[str, Any]

ALONE: dict[str, How] = {
    "another folder": {"folder": f"{SECRET}/größer und länger", "output": f"{SECRET} out"},
    "another working folder": {"where": "elsewhere/deep"},
    "another hash seed": {"environment": {"PYTHONHASHSEED": "1"}},
    "another locale": {"environment": {"LC_ALL": "de_DE.UTF-8", "LANG": "zh_CN.UTF-8", "LANGUAGE": "de:ja"}},
    "another time zone": {"environment": {"TZ": "Pacific/Kiritimati"}},
    "another user": {
        "environment": {
            **{"USER": SECRET, "LOGNAME": SECRET, "HOME": f"/nonexistent/{SECRET}", "HOSTNAME": SECRET},
            **{"COLUMNS": "40", "XDG_CONFIG_HOME": f"/nonexistent/{SECRET}"},
        },
    },
    "no time": {"environment": {"SOURCE_DATE_EPOCH": ""}},
}
"""What may differ from machine to machine."""


def all_of(ways: Iterable[How]) -> How:
    together: How = {"environment": {}}
    for how in ways:
        together = {
            **together,
            **how,
            "environment": {**together["environment"], **how.get("environment", {})},
        }
    return together


RUNS: dict[str, How] = {
    "as it is": {"warm": True},
    "all at once": all_of(ALONE.values()),
    "a time given": {"warm": True, "environment": {"SOURCE_DATE_EPOCH": "1234567890"}},
}
"""One is started anew: it differs from the others in that, too."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    def make(base: Path) -> None:
        files = [build(base, **{"folder": str(number), **how}) for number, how in enumerate(RUNS.values())]
        (base / "made").write_bytes(pickle.dumps([tuple(each) for each in files]))

    raw = (shared(tmp_path_factory, "same-bytes", make) / "made").read_bytes()
    return {name: Files(*files) for name, files in zip(RUNS, pickle.loads(raw), strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", Files._fields)
def test_the_bytes_are_the_same_whatever_the_machine(made: dict[str, Files], kind: str) -> None:
    assert getattr(made["all at once"], kind) == getattr(made["as it is"], kind)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_the_bytes_are_the_same_with(made: dict[str, Files], tmp_path: Path, name: str) -> None:
    assert build(tmp_path, **{"folder": "work", **ALONE[name]}) == made["as it is"]


@pytest.mark.slow
@pytest.mark.parametrize("time", ["today", "99999999999999"])
def test_a_time_that_is_none_is_taken_for_none(made: dict[str, Files], tmp_path: Path, time: str) -> None:
    assert build(tmp_path, "work", {"SOURCE_DATE_EPOCH": time}) == made["as it is"]


@pytest.mark.slow
def test_an_archive_may_be_of_a_year_that_archives_do_not_know(tmp_path: Path) -> None:
    assert build(tmp_path, "work", {"SOURCE_DATE_EPOCH": "9999999999"}, warm=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", Files._fields)
def test_the_bytes_can_differ(made: dict[str, Files], kind: str) -> None:
    assert getattr(made["a time given"], kind) != getattr(made["as it is"], kind)


def test_a_time_that_is_given_is_the_pdfs(made: dict[str, Files]) -> None:
    values = PdfFile(made["a time given"].pdf).document.get_metadata_dict()
    assert values["CreationDate"].startswith("D:20090213233130")
    assert values["ModDate"].startswith("D:20090213233130")


def test_a_time_that_is_given_is_the_epubs(made: dict[str, Files]) -> None:
    epub = EpubFile(made["a time given"].epub)
    assert epub.properties("dcterms:modified") == ["2009-02-13T23:31:30Z"]
    assert {entry.date_time for entry in epub.zip.infolist()} == {(2009, 2, 13, 23, 31, 30)}


def test_the_date_that_readers_see_stays_the_articles(made: dict[str, Files]) -> None:
    assert "9 March 2026" in PdfFile(made["a time given"].pdf).pages[0].foot
    assert EpubFile(made["a time given"].epub).values("date") == ["2026-03-09"]


def unpacked(files: Files) -> bytes:
    """All bytes of both files, every stream and entry unpacked."""
    archive = zipfile.ZipFile(BytesIO(files.epub))
    entries = [name.encode() + archive.read(name) for name in archive.namelist()]
    return b"\n".join([files.pdf, PdfFile(files.pdf).decoded, files.epub, *entries])


def test_no_name_of_the_machine_is_in_them(made: dict[str, Files]) -> None:
    data = unpacked(made["all at once"])
    for secret in (SECRET, SECRET.encode("utf-16-be").hex(), "größer und länger"):
        assert secret.encode() not in data
    assert SECRET.encode("utf-16-be") not in data


def test_no_path_of_the_machine_is_in_them(made: dict[str, Files]) -> None:
    data = unpacked(made["as it is"])
    paths = ["/work", "/tmp", "/home/", "/usr/", "site-packages", "file:", "despatch.invalid", ".venv"]
    assert [path for path in [*paths, str(Path.cwd())] if path.encode() in data] == []
