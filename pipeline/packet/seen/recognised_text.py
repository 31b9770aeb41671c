"""The words of scanned pages, recognised by OCRmyPDF (an extra) with Tesseract, and laid over them unseen.

OCRmyPDF is called as a program: it is licensed apart (MPL-2.0), and its engine is one of the system.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pikepdf

EXTRA: Final = 'pip install "despatch[ocr]"'
_CODES: Final = {
    "ar": "ara", "az": "aze", "be": "bel", "bg": "bul", "bs": "bos", "ca": "cat", "cs": "ces", "da": "dan",
    "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est", "eu": "eus", "fa": "fas", "fi": "fin",
    "fr": "fra", "ga": "gle", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind",
    "is": "isl", "it": "ita", "ja": "jpn", "ka": "kat", "kk": "kaz", "ko": "kor", "lb": "ltz", "lt": "lit",
    "lv": "lav", "mk": "mkd", "mt": "mlt", "nb": "nor", "nl": "nld", "nn": "nor", "no": "nor", "pl": "pol",
    "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp",
    "sr-latn": "srp_latn", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie",
    "zh": "chi_sim", "zh-hant": "chi_tra", "zh-tw": "chi_tra",
}  # fmt: skip
"""What Tesseract calls the languages that it reads, by their tags."""
_ALL_LANGUAGES: Final = "brew install tesseract-lang"
_WITHOUT_A_PROGRAM, _OF_ONE_THAT_FAILED = 3, 7
"""Exit codes of OCRmyPDF: something that it needs is missing; what it called has failed."""


class NotRecognisedError(ValueError):
    """The words can't be recognised; the message says why and what to do, as the end of a sentence."""


def recognise(path: Path, target: Path, language: str, password: str = "") -> bool:
    """Write a PDF once more, with the words of its pages that have none.

    :param path: the file; `password`: that opens it.
    :param target: gets it; what is there already stays.
    :param language: the tag of the language that it is written in.
    :returns: whether it has such pages: otherwise nothing is written.
    :raises NotRecognisedError: when that can't be done.
    :raises pikepdf.PdfError: when the file can't be opened.
    """
    if target.is_file() or not _has_silent_pages(path, password):
        return target.is_file()
    code = code_of(language)
    plain = target.with_suffix(".plain.pdf")
    with pikepdf.open(path, password=password, suppress_warnings=True) as pdf:
        pdf.save(plain, encryption=False)  # OCRmyPDF takes no file with a password
    arguments = ["--skip-text", "--output-type", "pdf", "--optimize", "0", "--jobs", "1", "--quiet"]
    arguments.append("--invalidate-digital-signatures")  # no signature holds for a packet
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        made = subprocess.run(
            [*_program(), *arguments, "--language", code, str(plain), str(target)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            check=False,
        )
    except OSError as error:
        raise NotRecognisedError(f"ocrmypdf does not start: type {EXTRA}") from error
    finally:
        plain.unlink(missing_ok=True)
    if made.returncode or not target.is_file():
        raise NotRecognisedError(_reason(made.returncode, made.stderr, code))
    return True


def _has_silent_pages(path: Path, password: str = "") -> bool:
    """Whether a PDF has a page without any text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path, password=password or None)
    except pypdfium2.PdfiumError:
        return False
    try:
        return any(page.get_textpage().count_chars() == 0 for page in document)
    finally:
        document.close()


def code_of(language: str) -> str:
    """What Tesseract calls a language.

    :raises NotRecognisedError: when it reads none of this tag.
    """
    tag = language.lower()
    code = _CODES.get(tag) or _CODES.get(tag.partition("-")[0])
    if code is None:
        raise NotRecognisedError(f'no program at hand reads "{language}": give the item another "language"')
    return code


def _program() -> list[str]:
    """How OCRmyPDF is called.

    :raises NotRecognisedError: when it is not installed.
    """
    if find_spec("ocrmypdf") is not None:
        return [sys.executable, "-m", "ocrmypdf"]
    found = shutil.which("ocrmypdf")
    if found is None:
        raise NotRecognisedError(f"ocrmypdf is not installed: type {EXTRA}")
    return [found]


def _reason(code: int, said: bytes, language: str) -> str:
    if code == _WITHOUT_A_PROGRAM and b"language data" in said:
        package = f"tesseract-ocr-{language.replace('_', '-')}"
        return f"tesseract does not know the language: type apt install {package} (macOS: {_ALL_LANGUAGES})"
    if code in (_WITHOUT_A_PROGRAM, _OF_ONE_THAT_FAILED) and shutil.which("tesseract") is None:
        return "tesseract is not installed: type apt install tesseract-ocr (macOS: brew install tesseract)"
    return (
        f"ocrmypdf has failed (exit code {code}): take ocr = true out, or print the file to PDF and name that"
    )
