"""How long building takes, part by part; `make bench` prints it. Ratios within one run are what counts."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.packets import paper
from tests.support.paths import REPOSITORY

LIBRARY = 100
"""How many articles the library has."""

SECTION = "\n".join(
    ["{title}", "-" * 9, ""]
    + ["The relations between the two countries are shaped by agreements on trade. [#n{number}]_ " * 12, ""]
    * 4
)


def article(sections: int) -> str:
    """An article of about as many pages as sections, with a note in each that is called four times."""
    body = [SECTION.format(title=f"Part {number:04}", number=number) for number in range(sections)]
    notes = [
        f".. [#n{number}] A note of some words, of which there are {sections}." for number in range(sections)
    ]
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n"
    return "\n".join([head, *body, "Notes", "-----", "", *notes]) + "\n"


def seconds(folder: Path, *arguments: str) -> float:
    """The time that the processor spends on one run of the command: a busy machine changes it little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], cwd=folder, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.bench
def test_the_time_grows_no_faster_than_the_pages(tmp_path: Path) -> None:
    times: dict[str, float] = {}
    for count in (5, 20, 80):
        (tmp_path / f"a{count}.rst").write_text(article(count), encoding="utf-8")
        for kind in ("pdf", "epub"):
            times[f"{kind}, {count} sections"] = seconds(
                REPOSITORY, "build", str(tmp_path / f"a{count}.rst"), "--to", kind, "-o", str(tmp_path)
            )
    times["no work (--version)"] = seconds(REPOSITORY, "--version")
    for name, value in times.items():
        print(
            f"\n{name:24} {value:6.2f} s, {value / times['pdf, 5 sections']:5.1f} times the smallest", end=""
        )
    # Four times the pages may cost up to six times the time; much more than that is a quadratic step.
    assert times["pdf, 80 sections"] < 6 * times["pdf, 20 sections"]
    # A command that makes nothing loads nothing: WeasyPrint alone takes a second.
    assert times["no work (--version)"] < times["pdf, 5 sections"] / 3


@pytest.mark.bench
def test_a_library_costs_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    names = [str(tmp_path / f"a{number}.rst") for number in range(LIBRARY)]
    for name in names:
        Path(name).write_text(
            article(4).replace("Title\n=====", f"Title\n=====\n\n:subtitle: {name}"), encoding="utf-8"
        )
    where = ("-o", str(tmp_path / "out"))
    seconds(REPOSITORY, "build", names[0], "--no-cache", *where)  # the fonts' own cache is made
    alone = LIBRARY * seconds(REPOSITORY, "build", names[0], "--no-cache", *where)
    times = {"one by one": alone, "cold": seconds(REPOSITORY, "build", *names, *where)}
    times["unchanged"] = seconds(REPOSITORY, "build", *names, *where)
    Path(names[0]).write_text(article(5), encoding="utf-8")
    times["one changed"] = seconds(REPOSITORY, "build", *names, *where)
    for name, value in times.items():
        print(f"\n{LIBRARY} articles, {name:12} {value:7.2f} s, {value / times['cold']:6.3f} of cold", end="")
    assert times["unchanged"] < times["cold"] / 20
    assert times["cold"] < times["one by one"]


WHOLE = "DESPATCH_BENCH" in os.environ
"""Whether this is ``make bench``: in ``make test-all``, where these run too, a small packet has to do."""
ARTICLES, ANNEXES = (40, 20) if WHOLE else (4, 2)
"""Of the packet whose steps are measured."""


def packet(folder: Path) -> Path:
    """A packet of articles of some four pages each, and papers of five, and its manifest."""
    source = folder / "source"
    source.mkdir()
    lines = ['title = "Bench"', "date = 2026-11-24", "[[section]]", 'title = "Articles"']
    for number in range(ARTICLES):
        text = article(4).replace("Title\n=====", f"Title {number}\n===========")
        (source / f"a{number}.rst").write_text(text, encoding="utf-8")
        lines += ["[[section.item]]", f'article = "a{number}.rst"']
    lines += ["[[section]]", 'title = "Annexes"']
    for number in range(ANNEXES):
        paper(*(f"Paper {number}, page {page}" for page in range(1, 6))).save(source / f"p{number}.pdf")
        lines += ["[[section.item]]", f'pdf = "p{number}.pdf"', f'title = "Paper {number}"']
    (source / "bench.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "names.csv").write_text("name\n" + "\n".join(f"Guest {number}" for number in range(1, 13)))
    paper("Late").save(folder / "late.pdf")
    return source / "bench.toml"


@pytest.mark.bench
def test_what_each_step_of_a_packet_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("BENCH_PASSWORD", "nine wooden horses")
    manifest, out = str(packet(tmp_path)), ("-o", str(tmp_path / "out"))
    made = str(tmp_path / "out" / "bench" / "bench.pdf")
    times: dict[str, float] = {}

    def step(name: str, *arguments: str) -> None:
        times[name] = seconds(tmp_path, *arguments)
        print(f"\n{ARTICLES} articles, {ANNEXES} annexes: {name:22} {times[name]:7.2f} s", end="", flush=True)

    step("cold", "packet", manifest, *out)
    step("unchanged", "packet", manifest, *out)
    step("without ebooks", "packet", manifest, "--to", "pdf", *out)
    (tmp_path / "source" / "a0.rst").write_text(article(5), encoding="utf-8")
    step("one article changed", "packet", manifest, *out)
    step("check, no validators", "check", manifest, "--no-validators", *out)
    step("verify", "verify", made)
    step("12 copies", "copies", made, "--list", "names.csv")
    locked = (
        "packet",
        manifest,
        "--to",
        "pdf",
        "--password-from",
        "BENCH_PASSWORD",
        "-o",
        str(tmp_path / "locked"),
    )
    step("with a password", *locked)
    step("since the one before", "packet", manifest, "--since", made, "-o", str(tmp_path / "since"))
    step("a paper attached", "attach", "late.pdf", "--to", made)
    if not WHOLE:
        return  # what Python takes to start is most of it
    assert times["unchanged"] < times["cold"] / 2
    assert times["one article changed"] < times["cold"] / 2
    assert times["verify"] < times["cold"] / 4
    # A copy differs from the next in one small form: what costs is to look at the pages, once.
    assert times["12 copies"] < times["cold"]
