"""How long building takes, part by part; `make bench` prints it. Ratios within one run are what counts."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

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
