"""In scripts without spaces between words, lines of the print edition end between words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from pipeline.write.xhtml.word_breaks import parted
from tests.support.readback import PdfFile

LAO = ["ກະຊວງການຕ່າງປະເທດ", "ແຫ່ງ", "ສາທາລະນະລັດ", "ປະຊາທິປະໄຕ", "ປະຊາຊົນ", "ລາວ"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("".join(LAO), LAO),
        ("กระทรวงการต่างประเทศ 2026", ["กระทรวง", "การ", "ต่าง", "ประเทศ 2026"]),
        ("ព្រះរាជាណាចក្រកម្ពុជា", ["ព្រះរាជាណាចក្រ", "កម្ពុជា"]),
        ("မြန်မာနိုင်ငံတော်အစိုးရ", ["မြန်မာနိုင်ငံ", "တော်", "အစိုးရ"]),
        ("中文 and English", ["中文 and English"]),
    ],
)
def test_words_are_found(text: str, words: list[str]) -> None:
    assert parted(text).split("\u200b") == words


def test_lines_end_between_words(finished: Callable[..., Result]) -> None:
    result = finished(f".. lang:: lo\n\n   {''.join(LAO) * 8}\n")
    article, _ = read(result.article)
    assert article is not None
    folder = result.outputs[0].path.parent
    assert [str(one) for one in check(article, folder, validators=False).findings] == []
    lines: dict[float, str] = {}
    for page in PdfFile((folder / "article.pdf").read_bytes()).pages:
        for char in page.inner:
            # Marks are drawn anywhere around their letters.
            if "\u0e81" <= char.text <= "\u0eff" and unicodedata.category(char.text) != "Mn":
                lines[round(char.y)] = lines.get(round(char.y), "") + char.text
    starts = ["".join(letter for letter in word if unicodedata.category(letter) != "Mn") for word in LAO]
    assert len(lines) > 1
    for line in lines.values():
        assert line.startswith(tuple(starts)), line
        assert line.endswith(tuple(starts)), line
