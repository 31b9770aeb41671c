"""Numbers of lines in the margin: each fifth, drawn and not written, anew on each page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.read.reader import parse_text
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.readback import PdfFile

pytestmark = pytest.mark.slow

TEXT = (
    ".. infobox:: Malta\n\n   :Capital: Valletta\n   :Currency: Euro\n   :Seat: Valletta\n\n"
    + f"{'Words of a paragraph that is long. ' * 60}[#a]_\n\n"
    + "- One\n- Two\n\n.. list-table:: Trade\n\n   * - a\n   * - b\n\n"
    + f"{'Words of a paragraph that is long. ' * 160}\n\n.. [#a] A note.\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same article with numbers and without, and one that is read from the right."""
    folder = tmp_path_factory.mktemp("lines")
    (folder / "source").mkdir()
    fields = HEAD.rstrip("\n")
    for name, head in (
        ("plain", fields),
        ("lines", f"{fields}\n:line-numbers: yes"),
        ("right", f"{fields}\n:line-numbers: yes".replace("language: en", "language: he")),
    ):
        (folder / "source" / f"{name}.rst").write_text(f"{head}\n\n{TEXT}")
    done = despatch("build", "plain", "lines", "right", "--to", "both", "--no-attachments", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


def drawn(path: Path) -> list[list[tuple[float, float]]]:
    """Where figures are drawn as outlines in artifacts, page by page, in points from the lower left."""
    pages = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            found, matrices, matrix, artifact = [], [], pikepdf.Matrix(), False
            for one in pikepdf.parse_content_stream(page):
                operator = str(one.operator)
                if operator in ("BDC", "BMC"):
                    artifact = one.operands[0] == "/Artifact"
                elif operator == "q":
                    matrices.append(matrix)
                elif operator == "Q":
                    matrix = matrices.pop()
                elif operator == "cm":
                    matrix = pikepdf.Matrix(*map(float, one.operands)) @ matrix
                    if artifact and abs(matrix.a) < 0.01 and matrix.b == 0:
                        found.append((matrix.e, matrix.f))
            pages.append(found)
    return pages


def test_each_fifth_line_has_its_number_at_its_baseline(folder: Path) -> None:
    pdf = PdfFile((folder / "build" / "lines.pdf").read_bytes())
    pages = drawn(folder / "build" / "lines.pdf")
    assert len(pages) == len(pdf.pages) > 1
    for figures, page in zip(pages, pdf.pages, strict=True):
        heights = sorted({round(y, 1) for _, y in figures}, reverse=True)
        places = [[x for x, y in figures if round(y, 1) == height] for height in heights]
        # 5 has one figure, 10, 15, 20 … have two.
        assert [len(place) for place in places] == [1, *[2] * (len(heights) - 1)]
        assert len(heights) >= 3
        assert max(x for place in places for x in place) < min(char.x for char in page.inner)
        baselines = [char.y for char in page.inner]
        assert all(min(abs(height - y) for y in baselines) < 0.5 for height in heights)


def test_the_text_is_the_same_as_without(folder: Path) -> None:
    plain, lines = (PdfFile((folder / "build" / f"{name}.pdf").read_bytes()) for name in ("plain", "lines"))
    assert lines.everything == plain.everything
    assert not any(drawn(folder / "build" / "plain.pdf"))
    plain_book, book = (folder / "build" / f"{name}.epub" for name in ("plain", "lines"))
    assert abs(plain_book.stat().st_size - book.stat().st_size) < 50


def test_from_the_right_they_stand_there(folder: Path) -> None:
    with pikepdf.open(folder / "build" / "right.pdf") as pdf:
        middle = float(pdf.pages[0].mediabox[2]) / 2
    assert all(x > middle for page in drawn(folder / "build" / "right.pdf") for x, _ in page)


@pytest.mark.parametrize("name", ["lines", pytest.param("right", marks=pytest.mark.slow)])
def test_the_check_sees_that_they_are_lost(folder: Path, tmp_path: Path, name: str) -> None:
    """The figures of the last page but one are not painted: every word is there, and every number is gone."""
    for ending in ("pdf", "epub"):
        (tmp_path / f"{name}.{ending}").write_bytes((folder / "build" / f"{name}.{ending}").read_bytes())
    with pikepdf.open(tmp_path / f"{name}.pdf", allow_overwriting_input=True) as pdf:
        page, artifact = pdf.pages[-2], False
        kept: list[Any] = []
        for one in pikepdf.parse_content_stream(page):
            operator = str(one.operator)
            if operator in ("BDC", "BMC"):
                artifact = one.operands[0] == "/Artifact"
            elif operator == "EMC":
                artifact = False
            kept.append(([], pikepdf.Operator("n")) if artifact and operator == "f" else one)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
        pdf.save()
    done = despatch("check", name, "-o", str(tmp_path), "--no-validators", folder=folder)
    assert done.returncode == 1
    assert "error [check-line-number]: PDF, page 2:" in done.stderr, done.stderr
    assert "have 0 numbers beside them" in done.stderr


def test_the_check_has_nothing_to_say(folder: Path) -> None:
    done = despatch("check", "lines", "right", "--no-validators", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_validators_have_nothing_to_say(folder: Path) -> None:
    done = despatch("check", "lines", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("written", "codes"), [("yes", []), ("true", []), ("No", []), ("5", ["meta-value"])])
def test_what_may_be_written(written: str, codes: list[str]) -> None:
    _, found = parse_text(re.sub(r"\n+$", f"\n:line-numbers: {written}\n\nText.\n", HEAD))
    assert [one.code for one in found] == codes
