"""The check can fail: finished files are damaged in many ways, and each is seen, named and placed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest

from damage import EPUB, PDF, PDF_VALIDATED, Book, Damage
from pipeline.build import Result
from pipeline.check.report import Report, check
from pipeline.check.validators import validate_epub, validate_pdf
from pipeline.read import read
from pipeline.tree.article import Article

DATA = Path(__file__).parent / "data"
FILLER = "\n\n".join(
    f"Paragraph {n} fills the page with words that nobody needs to read twice." for n in range(40)
)


class Sample(NamedTuple):
    """The sample article, and its finished files."""

    article: Article
    pdf: bytes
    epub: bytes


@pytest.fixture(scope="session")
def sample(finished: Callable[..., Result]) -> Sample:
    """Both editions of ``data/check.rst``."""
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    text = (DATA / "check.rst").read_text(encoding="utf-8").replace("%FILLER%", FILLER)
    result = finished(text, {"dot.png": buffer.getvalue()}, whole=True)
    article, findings = read(result.article)
    assert article is not None, findings
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    return Sample(article, pdf, epub)


def checked(sample: Sample, folder: Path, *, pdf: bytes | None = None, epub: bytes | None = None) -> Report:
    """The verdict about the sample with other files."""
    (folder / "article.pdf").write_bytes(sample.pdf if pdf is None else pdf)
    (folder / "article.epub").write_bytes(sample.epub if epub is None else epub)
    return check(sample.article, folder, validators=False)


def shown(report: Report) -> list[str]:
    """The findings as one reads them."""
    return [str(finding) for finding in report.findings]


def damaged_pdf(data: bytes, damage: Damage) -> bytes:
    """The PDF after a damage."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        damage.do(pdf)
        pdf.save(buffer)
    return buffer.getvalue()


def damaged_epub(data: bytes, damage: Damage) -> bytes:
    """The EPUB after a damage."""
    book = Book.read(data)
    damage.do(book)
    return book.write()


def test_undamaged_editions_have_no_finding(sample: Sample, tmp_path: Path) -> None:
    report = checked(sample, tmp_path)
    assert shown(report) == []
    assert report.good


def test_saving_alone_is_no_damage(sample: Sample, tmp_path: Path) -> None:
    nothing = Damage("nothing", lambda _: None, "")
    pdf, epub = damaged_pdf(sample.pdf, nothing), damaged_epub(sample.epub, nothing)
    assert shown(checked(sample, tmp_path, pdf=pdf, epub=epub)) == []


@pytest.mark.parametrize("damage", PDF, ids=lambda damage: damage.name)
def test_a_damaged_pdf_is_seen(sample: Sample, damage: Damage, tmp_path: Path) -> None:
    _assert_seen(checked(sample, tmp_path, pdf=damaged_pdf(sample.pdf, damage)), damage, "PDF")


@pytest.mark.parametrize("damage", EPUB, ids=lambda damage: damage.name)
def test_a_damaged_epub_is_seen(sample: Sample, damage: Damage, tmp_path: Path) -> None:
    _assert_seen(checked(sample, tmp_path, epub=damaged_epub(sample.epub, damage)), damage, "EPUB")


def _assert_seen(report: Report, damage: Damage, edition: str) -> None:
    assert not report.good
    found = [finding for finding in report.findings if finding.code == damage.code]
    assert found, f"{damage.name}: {damage.code} is not among {shown(report)}"
    assert found[0].message.startswith(edition), shown(report)
    assert (found[0].line is not None) == damage.line, shown(report)
    codes = [finding.code for finding in report.findings]
    assert len(codes) == len(
        {(code, report.edition_of[f]) for code, f in zip(codes, report.findings, strict=True)}
    )
