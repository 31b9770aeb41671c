"""A packet of 200 papers from elsewhere: what is said of them can be read, and the time is bounded."""

from __future__ import annotations

import re
import resource
from pathlib import Path

import pikepdf
import pytest

from tests.support.command import despatch
from tests.support.packets import paper

COUNT = 200
MOST = 150.0
"""Seconds of the processor for both runs: 30 on an idle machine."""


def spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.slow
def test_messages_of_two_hundred_papers_are_grouped_the_grave_ones_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "source" / "packets"
    folder.mkdir(parents=True)
    lines = ['title = "Many"', "date = 2026-11-24", "[[section]]", 'title = "Papers"']
    for number in range(COUNT):
        paper(f"Paper {number}").save(folder / f"{number}.pdf", static_id=True)
        lines += ["[[section.item]]", f'pdf = "{number}.pdf"', f'title = "Paper {number}"']
    (folder / "many.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    good = (folder / "150.pdf").read_bytes()
    (folder / "150.pdf").write_bytes(b"%PDF-1.7\nnothing of a PDF")
    before = spent()
    failed = despatch("packet", "source/packets/many.toml", "--to", "pdf", folder=tmp_path)
    said = failed.stderr.splitlines()
    assert failed.returncode == 1
    assert re.search(r":455: error \[annex-", said[0]), said[0]
    assert not any(": error [" in line for line in said[1:])
    assert len(said) < 10, failed.stderr
    counted = sum(
        int(match[1]) for line in said if (match := re.search(r"\]: (\d+) more of this kind", line))
    )
    shown = sum(": warning [" in line and "more of this kind" not in line for line in said)
    every = despatch("packet", "source/packets/many.toml", "--to", "pdf", "--all-findings", folder=tmp_path)
    assert counted + shown == sum(": warning [" in line for line in every.stderr.splitlines()) > COUNT
    (folder / "150.pdf").write_bytes(good)
    made = despatch("packet", "source/packets/many.toml", "--to", "pdf", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert len(made.stderr.splitlines()) < 10
    assert spent() - before < MOST
    with pikepdf.open(tmp_path / "build" / "many" / "many.pdf") as pdf:
        assert len(pdf.pages) > COUNT
