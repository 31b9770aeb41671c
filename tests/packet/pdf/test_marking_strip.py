"""The marking of an article goes off its pages in a packet, and nothing else does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.build import Order, build_one
from pipeline.packet.make import PacketOrder, make_packet
from tests.support.articles import HEAD
from tests.support.readback import PdfFile

ARTICLE = HEAD.replace(":language:", ":marking: Restricted\n:short-title: {title}\n:language:") + (
    ".. header:: {header}\n\n.. footer:: {footer}\n\n"
    + "\n.. pagebreak::\n\n".join(["Words of the text. " * 9 + "\n"] * 3)
)
MANIFEST = """\
title = "Visit"
date = 2026-11-24
marking = "Confidential"

[[section]]
title = "One"

[[section.item]]
article = "a.rst"
marking = "Confidential"
"""


@pytest.mark.parametrize(
    ("header", "footer", "title"),
    [
        ("Top Secretariat", "Publicity", "Restricted"),
        pytest.param("Res\u00adtricted", "Re\u200bstricted", "restricted!", marks=pytest.mark.slow),
        pytest.param("*Restricted*", "Confi\\ **dences**", "Confidential", marks=pytest.mark.slow),
    ],
)
def test_words_of_the_author_at_head_and_foot_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: str, footer: str, title: str
) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.rst").write_text(ARTICLE.format(header=header, footer=footer, title=title))
    (source / "visit.toml").write_text(MANIFEST)
    assert not build_one(source / "a.rst", Order(folder=tmp_path / "alone")).failed
    alone = PdfFile((tmp_path / "alone" / "a.pdf").read_bytes()).pages
    result = make_packet(source / "visit.toml", PacketOrder(tmp_path / "out"))
    assert not result.failed, [str(finding) for finding in result.findings]
    bound = PdfFile((tmp_path / "out" / "visit" / "visit.pdf").read_bytes()).pages[-len(alone) :]
    assert len(alone) > 2
    for own, page in zip(alone, bound, strict=True):
        assert own.head.count("RESTRICTED") == own.foot.count("RESTRICTED") == 1
        assert page.head.count("CONFIDENTIAL") == page.foot.count("CONFIDENTIAL") == 1
        assert "RESTRICTED" not in page.head + page.foot
        said = [text.replace("RESTRICTED", "") for text in (own.head, own.foot)]
        for text, words in zip((page.head, page.foot), said, strict=True):
            wanted = Counter(filter(str.isalpha, words))
            assert wanted <= Counter(filter(str.isalpha, text.replace("CONFIDENTIAL", "")))
            assert wanted
