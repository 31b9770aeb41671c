"""What a manifest asks for a PDF from elsewhere: some of its pages, another size, its password."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.wishes import NoSuchPagesError, Wishes, read_ranges
from pipeline.packet.seen import recognised_text
from pipeline.packet.seen.recognised_text import NotRecognisedError, code_of
from tests.support import packet_papers as papers
from tests.support.packets import paper


def prepared(tmp_path: Path, wishes: Wishes, pdf: pikepdf.Pdf, **saved: Any) -> Prepared:
    path = tmp_path / "paper.pdf"
    pdf.save(path, **saved)
    one = papers.part("item-1-1", "annex", path, title="A paper")
    return prepare(one, tmp_path, wishes)


def texts(made: Prepared) -> list[str]:
    document = pypdfium2.PdfDocument(made.part.pdf)
    return [page.get_textpage().get_text_range().strip() for page in document]


# Pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count", "indices"),
    [
        ("3", 9, [2]),
        ("3-5", 9, [2, 3, 4]),
        ("3–5", 9, [2, 3, 4]),
        (" 1, 4 - 6 ,9- ", 9, [0, 3, 4, 5, 8]),
        ("7-", 9, [6, 7, 8]),
        ("5, 1", 9, [4, 0]),
        ("9-", 9, [8]),
    ],
)
def test_ranges_are_read(text: str, count: int, indices: list[int]) -> None:
    assert read_ranges(text, count) == indices


@pytest.mark.parametrize(
    "text", ["", ",", "a", "0", "5-3", "3-5, 4", "10", "8-10", "10-", "-3", "1 2", "3--4"]
)
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(NoSuchPagesError):
        read_ranges(text, 9)


def test_only_the_pages_asked_for_are_there(tmp_path: Path) -> None:
    made = prepared(tmp_path, Wishes(pages="2, 4-"), paper("One", "Two", "Three", "Four", "Five"))
    assert texts(made) == ["Two", "Four", "Five"]
    with pikepdf.open(made.part.pdf) as pdf:
        everything = b"".join(
            one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)
        ) + b"".join(one.unparse() for one in pdf.objects if not isinstance(one, pikepdf.Stream))
    assert b"Two" in everything
    assert b"One" not in everything
    assert b"Three" not in everything


def test_the_tags_of_pages_that_are_gone_go_with_them(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(papers.text_pdf("pdf/ua-1"))) as pdf:
        made = prepared(tmp_path, Wishes(pages="1"), pdf)
    assert made.page_count == 1
    assert "annex-untagged" in {finding.code for finding in made.findings}


def test_a_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    made = prepared(tmp_path, Wishes(pages="2-6"), paper("One", "Two"))
    assert made.page_count == 0
    (finding,) = made.findings
    assert finding.code == "annex-pages"
    assert "there is no page 3: the file has 2" in finding.message


# Size -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "paper_size", "wanted"),
    [
        ((842, 1190), "a4", (595.28, 841.89)),
        ((1190, 842), "a4", (841.89, 595.28)),
        ((420, 595), "letter", (612, 792)),
        ((612, 792), "a4", (595.28, 841.89)),
        ((3370, 2384), "letter", (792, 612)),
    ],
)
def test_every_page_has_the_size_asked_for(
    tmp_path: Path, size: tuple[int, int], paper_size: str, wanted: tuple[float, float]
) -> None:
    made = prepared(tmp_path, Wishes(fit=paper_size), paper("One", "Two", size=size))
    document = pypdfium2.PdfDocument(made.part.pdf)
    for page in document:
        assert page.get_size() == pytest.approx(wanted, abs=0.01)
        left, bottom, right, top = (
            page.get_textpage().get_charbox(0)[n] for n in range(4)
        )  # it is whole on the page
        assert 0 < left < right < wanted[0]
        assert 30 < bottom < top < wanted[1]
    assert texts(made) == ["One", "Two"]
    assert "annex-picture" not in {finding.code for finding in made.findings}


def test_a_page_of_the_size_without_room_for_its_number_does_not_grow(tmp_path: Path) -> None:
    full = paper("One", size=(595, 842))
    frame = full.make_stream(b"q 2 w 20 20 555 802 re S Q")
    full.pages[0].obj.Contents = pikepdf.Array([full.pages[0].obj.Contents, frame])
    made = prepared(tmp_path, Wishes(fit="a4"), full)
    assert pypdfium2.PdfDocument(made.part.pdf)[0].get_size() == pytest.approx((595.28, 841.89), abs=0.01)
    assert texts(made) == ["One"]
    look = pypdfium2.PdfDocument(made.part.pdf)[0].render(scale=1).to_numpy()
    assert (look[-28:] == 255).all()  # the band that the number stands in


def test_a_small_page_is_not_blown_up(tmp_path: Path) -> None:
    made = prepared(tmp_path, Wishes(fit="a4"), paper("One", size=(420, 595)))
    page = pypdfium2.PdfDocument(made.part.pdf)[0]
    left, _, right, _ = page.get_textpage().get_charbox(0)
    own = paper("One", size=(420, 595))
    own.save(tmp_path / "own.pdf")
    a, _, b, _ = pypdfium2.PdfDocument(tmp_path / "own.pdf")[0].get_textpage().get_charbox(0)
    assert right - left == pytest.approx(b - a, abs=0.01)


# Password -------------------------------------------------------------------------------------------------


@pytest.fixture
def locked() -> dict[str, Any]:
    return {"encryption": pikepdf.Encryption(user="open sesame", owner="other")}


def test_a_locked_paper_opens_with_its_password(
    tmp_path: Path, locked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPER_PASSWORD", "open sesame")
    made = prepared(tmp_path, Wishes(password_from="PAPER_PASSWORD"), paper("One"), **locked)
    assert texts(made) == ["One"]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_without_the_right_password_it_is_told(
    tmp_path: Path, locked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("PAPER_PASSWORD", password)
    made = prepared(tmp_path, Wishes(password_from="PAPER_PASSWORD"), paper("One"), **locked)
    assert made.page_count == 0
    assert [finding.code for finding in made.findings] == ["annex-locked"]
    assert "password" in made.findings[0].message


# Scans ----------------------------------------------------------------------------------------------------


@pytest.fixture
def scan() -> pikepdf.Pdf:
    """A page that is a picture of words, and a page of text."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1240, 1754), "white")
    words = "The ministers meet in Valletta"
    ImageDraw.Draw(image).text((150, 300), words, fill="black", font=ImageFont.load_default(48))
    data = BytesIO()
    image.save(data, "PDF", resolution=150)
    pdf = pikepdf.open(data)
    pdf.pages.extend(paper("Typed").pages)
    return pdf


def stand_in(folder: Path, script: str) -> None:
    """A program of the name that is looked for."""
    path = folder / "ocrmypdf"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which alone programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(recognised_text, "find_spec", lambda name: None)
    return folder


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", 'ocrmypdf is not installed: type pip install "despatch[ocr]"'),
        ("exit 3", "tesseract is not installed: type apt install tesseract-ocr"),
        ("echo 'no language data' >&2; exit 3", "type apt install tesseract-ocr-eng"),
        ("exit 8", "ocrmypdf has failed (exit code 8): take ocr = true out"),
    ],
)
def test_what_is_missing_to_read_a_scan_is_told(
    tmp_path: Path, scan: pikepdf.Pdf, alone: Path, script: str, said: str
) -> None:
    if script:
        stand_in(alone, script)
    made = prepared(tmp_path, Wishes(ocr=True), scan)
    (finding,) = made.findings
    assert (made.page_count, finding.code, finding.is_error) == (0, "annex-ocr", True)
    assert said in finding.message


def test_no_program_is_needed_where_every_page_has_text(tmp_path: Path, alone: Path) -> None:
    assert not list(alone.iterdir())
    assert texts(prepared(tmp_path, Wishes(ocr=True), paper("One", "Two"))) == ["One", "Two"]


def test_what_the_program_makes_is_what_is_taken(tmp_path: Path, scan: pikepdf.Pdf, alone: Path) -> None:
    """It gets a file without a password, and the language in its own words."""
    paper("Recognised", "Typed").save(tmp_path / "made.pdf")
    script = f'echo "$@" > {tmp_path}/said; for last; do :; done; /bin/cp {tmp_path}/made.pdf "$last"'
    stand_in(alone, script)
    assert texts(prepared(tmp_path, Wishes(ocr=True), scan)) == ["Recognised", "Typed"]
    assert " --language eng " in (tmp_path / "said").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.recognised*"))


@pytest.mark.slow
def test_a_scan_is_read(tmp_path: Path, scan: pikepdf.Pdf) -> None:
    made = prepared(tmp_path, Wishes(ocr=True), scan)
    assert texts(made) == ["The ministers meet in Valletta", "Typed"]
    assert "annex-scan" not in papers.codes(made)


@pytest.mark.parametrize(
    ("tag", "code"), [("en", "eng"), ("fr-BE", "fra"), ("sr", "srp"), ("sr-Latn", "srp_latn"), ("de", "deu")]
)
def test_languages_are_called_as_the_program_calls_them(tag: str, code: str) -> None:
    assert code_of(tag) == code


def test_a_language_that_no_program_reads_is_told() -> None:
    with pytest.raises(NotRecognisedError, match='no program at hand reads "tlh"'):
        code_of("tlh")
