"""What Despatch costs beside its peers, on the same documents, in turn: ``make bench`` prints it.

The peers live in an environment of their own below ``build/bench``. The time of the processor is what counts
on a machine that others use too; peak memory is that of all processes of a command together.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import psutil

from tests.support.packets import paper
from tests.support.paths import REPOSITORY

WORK: Final = REPOSITORY / "build" / "bench"
PEERS: Final = WORK / "peers"
_LOCK: Final = REPOSITORY / "requirements-bench.lock"
_PAUSE: Final = 0.05
"""Seconds between two looks at the memory, at first; a look costs some time itself."""
_SHARE: Final = 0.005
"""So much of the time that a command has taken goes by before the next look, later on."""
_MB: Final = 1 << 20
_TYPST: Final = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"

Command = list[str]
"""A program and its arguments."""


class Failed(Exception):
    """A command failed; the message is what it said."""


@dataclass(frozen=True)
class Cost:
    """Of one run: seconds of the processor and by the clock, megabytes at the peak."""

    cpu: float
    wall: float
    megabytes: float


@dataclass
class Row:
    """What one way of making a document costs.

    :param costs: of each run.
    """

    document: str
    way: str
    costs: list[Cost] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The median, in seconds."""
        return statistics.median(cost.cpu for cost in self.costs)

    def line(self, standard: Row) -> str:
        """The row as text; its ratio is to another row."""
        times = [cost.cpu for cost in self.costs]
        wall = statistics.median(cost.wall for cost in self.costs)
        peak = max(cost.megabytes for cost in self.costs)
        spread = f"{min(times):.2f}–{max(times):.2f}" if len(times) > 1 else "once"
        return (
            f"{self.document:14} {self.way:42} {self.cpu:8.2f} s ({spread:12}) {wall:8.2f} s {peak:6.0f} MB"
            f" {self.cpu / standard.cpu:7.3f}"
        )


# Measuring -----------------------------------------------------------------------------------------------


def measured(commands: Sequence[Command], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run commands, one after the other.

    :raises Failed: when one fails.
    """
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    for command in commands:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | dict(environment or {}), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        watching = _Watching(process.pid)
        watching.start()
        said, _ = process.communicate()
        watching.join()
        peak = max(peak, watching.peak)
        if process.returncode:
            raise Failed(f"{' '.join(command)}: {said.decode(errors='replace')[-2000:]}")
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, peak / _MB)


class _Watching(threading.Thread):
    """Looks at the memory of a process and of all below it until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0.0

    def run(self) -> None:
        """Look again and again."""
        try:
            parent, start = psutil.Process(self.pid), time.perf_counter()
            while parent.is_running() and parent.status() != psutil.STATUS_ZOMBIE:
                self.peak = max(
                    self.peak, sum(map(_proportional, [parent, *parent.children(recursive=True)]))
                )
                time.sleep(max(_PAUSE, _SHARE * (time.perf_counter() - start)))
        except psutil.Error:
            return


def _proportional(process: psutil.Process) -> float:
    """The memory of a process; of what it shares with others, its part (Linux: PSS)."""
    try:
        return float(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):
        return 0.0


def in_turn(document: str, ways: Mapping[str, Callable[[], Cost]], rounds: int) -> None:
    """Make a document in several ways, each as often as the others, in turn.

    :param ways: ours comes first. A peer may fail: that is told in its row.
    :raises Failed: when ours does.
    """
    rows, failed = {way: Row(document, way) for way in ways}, {}
    for number in range(rounds):
        for way, run in ways.items():
            try:
                rows[way].costs.append(run())
            except Failed as error:
                if "despatch" in way:
                    raise
                failed[way] = str(error).strip().splitlines()[-1]
            if number == rounds - 1 and rows[way].costs:  # at once: the next one may take minutes
                print(rows[way].line(next(iter(rows.values()))), flush=True)
    for way, reason in failed.items():
        print(f"{document:14} {way:42} failed: {reason}", flush=True)


# The ways ------------------------------------------------------------------------------------------------


def despatch(*words: str) -> Command:
    """A command of ours."""
    return [sys.executable, "-m", "pipeline", *words]


def peer(name: str, *words: str) -> Command:
    """A command of the environment of the peers."""
    return [str(PEERS / "bin" / name), *words]


def pandoc(*words: str) -> Command:
    """Pandoc, as it lies in its package."""
    found = next(PEERS.glob("lib/python*/site-packages/pypandoc/files/pandoc"))
    return [str(found), *words]


def by_pandoc(path: Path) -> list[Command]:
    """Both editions, by pandoc and WeasyPrint."""
    name, page = str(path), str(path.with_suffix(".html"))
    return [
        pandoc(name, "--standalone", "--output", page),
        peer("weasyprint", page, str(path.with_suffix(".peer.pdf"))),
        pandoc(name, "--output", str(path.with_suffix(".peer.epub"))),
    ]


def by_typst(path: Path) -> list[Command]:
    """The print edition, by pandoc and Typst."""
    page = str(path.with_suffix(".typ"))
    return [
        pandoc(str(path), "--standalone", "--output", page),
        peer("python", "-c", _TYPST, page, str(path.with_suffix(".typst.pdf"))),
    ]


def by_sphinx(path: Path) -> list[Command]:
    """The ebook, by Sphinx."""
    folder = path.parent / f"sphinx-{path.stem}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder / "index.rst")
    (folder / "conf.py").write_text('project = "Bench"\nextensions = []\nversion = "1"\n')
    return [peer("sphinx-build", "-q", "-b", "epub", str(folder), str(folder / "out"))]


def bare_page(paths: Sequence[Path], folder: Path) -> Path:
    """Our own XHTML of articles, with our own style sheets, for WeasyPrint alone."""
    from pipeline.read.reader import read
    from pipeline.write.print.edition import DEFAULT_PAPER, article_xhtml, print_sheets

    articles = [article for path in paths if (article := read(path)[0]) is not None]
    styles = "\n".join(sheet.text for sheet in print_sheets(DEFAULT_PAPER))
    body = "".join(article_xhtml(article) for article in articles)
    page = folder / "bare.html"
    page.write_text(
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Bench</title>'
        f'<style>{styles}</style></head><body class="print">{body}</body></html>',
        encoding="utf-8",
    )
    return page


def fonts() -> dict[str, str]:
    """Variables by which WeasyPrint alone finds our faces."""
    from pipeline.files import cache
    from pipeline.write.engine.fonts import configure

    configure(cache.folder())
    return {"FONTCONFIG_FILE": os.environ["FONTCONFIG_FILE"]}


# The documents -------------------------------------------------------------------------------------------

_WORDS: Final = (
    "relations between two countries are shaped by agreements on trade of goods and services the ministry "
    "has asked its envoys to report every quarter while parliament debates customs energy fisheries visas "
    "science and culture in committees which seldom meet before autumn because elections were held early"
).split()


def bench_article(pages: int) -> str:
    """An article of about so many pages, in markup that all the peers know."""
    chance, body, notes = random.Random(pages), [], []

    def words(count: int) -> str:
        return " ".join(chance.choices(_WORDS, k=count)).capitalize() + "."

    for number in range(pages):
        heading = f"Part {number:04}"
        calls = [f"n{number}x{paragraph}" for paragraph in range(3)]
        body += [heading, "-" * len(heading), ""]
        for call in calls:
            body += [f"{words(60)} [#{call}]_ {words(45)}", ""]
            notes.append(f".. [#{call}] {words(14)}")
        body += [f"- {words(12)}" for _ in range(4)]
        body += ["", "====== ====== ======", "Year   Export Import", "====== ====== ======"]
        body += [
            f"{2010 + row}   {chance.randrange(100, 999)}    {chance.randrange(100, 999)}" for row in range(5)
        ]
        body += ["====== ====== ======", ""]
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n"
    return "\n".join([head, *body, "Notes", "-----", "", *notes]) + "\n"


def one_document(folder: Path, pages: int, rounds: int) -> None:
    """An article of so many pages: cold, by all; unchanged and a little changed, by ours."""
    path = folder / f"a{pages}.rst"
    path.write_text(bench_article(pages), encoding="utf-8")
    cold = despatch("build", str(path), "--no-cache", "-o", str(folder / "cold"))
    kept = despatch("build", str(path), "-o", str(folder / "kept"))
    store = {"DESPATCH_CACHE": str(folder / "cache")}
    page, found = bare_page([path], folder), fonts()

    def changed() -> Cost:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(" trade", " trades", 1), encoding="utf-8")
        return measured([kept], REPOSITORY, store)

    def sphinx() -> Cost:
        return measured(by_sphinx(path), folder)

    one, small = [str(path)], f"{pages} pages"
    in_turn(
        small,
        {
            "despatch, both editions": lambda: measured([cold], REPOSITORY),
            "pandoc + WeasyPrint, pandoc EPUB": lambda: measured(by_pandoc(path), folder),
            "pandoc + Typst, PDF": lambda: measured(by_typst(path), folder),
            "rst2pdf, PDF": lambda: measured([peer("rst2pdf", "-q", *one, "-o", f"{path}.pdf")], folder),
            "rinohtype, PDF": lambda: measured([peer("rinoh", *one)], folder),
            "Sphinx, EPUB": sphinx,
        },
        rounds,
    )
    in_turn(
        small,
        {
            "bare WeasyPrint, our page and sheets": lambda: measured(
                [peer("weasyprint", "--pdf-variant", "pdf/a-3a", str(page), str(folder / "bare.pdf"))],
                folder,
                found,
            ),
            "despatch, PDF without attachments": lambda: measured(
                [[*cold, "--to", "pdf", "--no-attachments"]], REPOSITORY
            ),
        },
        rounds,
    )
    measured([kept], REPOSITORY, store)
    in_turn(
        small,
        {
            "despatch, cold": lambda: measured([cold], REPOSITORY),
            "despatch, unchanged": lambda: measured([kept], REPOSITORY, store),
            "despatch, one word changed": changed,
        },
        rounds,
    )


def library(folder: Path, count: int = 100, some: int = 10) -> None:
    """A library of articles of four pages. What is made one by one is measured for some of them."""
    paths = [folder / f"l{number}.rst" for number in range(count)]
    for path in paths:
        path.write_text(bench_article(4).replace("Title\n=====", f"Title\n=====\n\n:subtitle: {path.stem}"))
    store = {"DESPATCH_CACHE": str(folder / "library")}
    command = despatch("build", *map(str, paths), "-o", str(folder / "out"))

    def times(cost: Cost) -> Cost:
        return Cost(cost.cpu * count / some, cost.wall * count / some, cost.megabytes)

    def changed() -> Cost:
        paths[0].write_text(bench_article(5), encoding="utf-8")
        return measured([command], REPOSITORY, store)

    singles = [despatch("build", str(path), "--no-cache", "-o", str(folder / "out")) for path in paths[:some]]
    in_turn(
        f"{count} articles",
        {
            "despatch, cold, one job": lambda: measured(
                [[*command, "--no-cache", "--jobs", "1"]], REPOSITORY
            ),
            "despatch, cold, two jobs": lambda: measured([[*command, "--jobs", "2"]], REPOSITORY, store),
            "despatch, unchanged": lambda: measured([command], REPOSITORY, store),
            "despatch, one changed": changed,
            f"despatch, one by one ({some} measured)": lambda: times(measured(singles, REPOSITORY)),
            f"pandoc + WeasyPrint, one by one ({some})": lambda: times(
                measured([one for path in paths[:some] for one in by_pandoc(path)], folder)
            ),
        },
        1,
    )


def packet(folder: Path, articles: int = 14, pages: int = 45, annexes: int = 4) -> None:
    """A packet of 650 pages."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    paths = [source / f"p{number}.rst" for number in range(articles)]
    lines = ['title = "Bench"', "date = 2026-11-24", "[[section]]", 'title = "Papers"']
    for path in paths:
        path.write_text(bench_article(pages).replace("Title\n=====", f"Title {path.stem}\n=============="))
        lines += ["[[section.item]]", f'article = "{path.name}"']
    for number in range(annexes):
        paper(*(f"Paper {number}, page {page}" for page in range(1, 6))).save(source / f"x{number}.pdf")
        lines += ["[[section.item]]", f'pdf = "x{number}.pdf"', f'title = "Paper {number}"']
    (source / "bench.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = {"DESPATCH_CACHE": str(folder / "packets")}
    command = despatch("packet", str(source / "bench.toml"), "-o", str(folder / "out"))
    page, found, whole = bare_page(paths, folder), fonts(), folder / "whole.rst"
    whole.write_text("\n\n".join(_plain(path, number) for number, path in enumerate(paths)), encoding="utf-8")

    def changed() -> Cost:
        text = paths[0].read_text(encoding="utf-8")
        paths[0].write_text(text.replace(" trade", " trades", 1), encoding="utf-8")
        return measured([command], REPOSITORY, store)

    in_turn(
        "650 pages",
        {
            "despatch, packet, both editions, cold": lambda: measured([command], REPOSITORY, store),
            "despatch, unchanged": lambda: measured([command], REPOSITORY, store),
            "despatch, one word changed": changed,
            "bare WeasyPrint, one run, articles only": lambda: measured(
                [peer("weasyprint", "--pdf-variant", "pdf/a-3a", str(page), str(folder / "bare.pdf"))],
                folder,
                found,
            ),
            "pandoc + Typst, PDF, articles only": lambda: measured(by_typst(whole), folder),
        },
        1,
    )


def steps(folder: Path, articles: int = 40, annexes: int = 20) -> None:
    """What each step costs that a packet goes through, by the example of 40 articles and 20 papers."""
    root = folder / "steps"
    source, out = root / "source", root / "build"
    source.mkdir(parents=True)
    lines = ['title = "Steps"', "date = 2026-11-24", "[[section]]", 'title = "Papers"']
    for number in range(articles):
        text = bench_article(4).replace("Title\n=====", f"Title {number:03}\n=========")
        (source / f"a{number}.rst").write_text(text, encoding="utf-8")
        lines += ["[[section.item]]", f'article = "a{number}.rst"']
    for number in range(annexes):
        paper(*(f"Paper {number}, page {page}" for page in range(1, 6))).save(source / f"x{number}.pdf")
        lines += ["[[section.item]]", f'pdf = "x{number}.pdf"', f'title = "Paper {number}"']
    whole, parted = source / "steps.toml", source / "parted.toml"
    version = ["[version.public]", 'leave-out = ["A.2"]', 'pages = "keep"']
    whole.write_text("\n".join([*lines, *version]) + "\n", encoding="utf-8")
    parted.write_text("volumes = { pages = 100 }\n" + "\n".join(lines) + "\n", encoding="utf-8")
    paper("Late one", "Late two").save(root / "late.pdf")
    (root / "names.csv").write_text("name\nAnn Peeters\nJan Maes\nElse Vos\n", encoding="utf-8")
    store, pdf = {"DESPATCH_CACHE": str(root / "kept")}, str(out / "steps" / "steps.pdf")

    def run(*words: str) -> Callable[[], Cost]:
        return lambda: measured([despatch(*words)], REPOSITORY, store)

    def changed() -> Cost:
        text = (source / "a0.rst").read_text(encoding="utf-8")
        (source / "a0.rst").write_text(text.replace(" trade", " trades", 1), encoding="utf-8")
        return run("packet", str(whole), "-o", str(out))()

    def since() -> Cost:
        shutil.copytree(out / "steps", root / "earlier")
        return run("packet", str(whole), "-o", str(out), "--since", str(root / "earlier"))()

    in_turn(
        f"{articles} + {annexes}",
        {
            "packet, cold": run("packet", str(whole), "-o", str(out)),
            "packet, unchanged": run("packet", str(whole), "-o", str(out)),
            "packet, one word changed": changed,
            "packet, print edition only": run("packet", str(whole), "-o", str(root / "print"), "--to", "pdf"),
            "packet, a version of it": run("packet", str(whole), "-o", str(out), "--version", "public"),
            "packet, in volumes of 100 pages": run("packet", str(parted), "-o", str(out)),
            "check, without validators": run("check", str(whole), "-o", str(out), "--no-validators"),
            "verify": run("verify", pdf),
            "attach": run("attach", str(root / "late.pdf"), "--to", pdf),
            "attach --between": run("attach", str(root / "late.pdf"), "--to", pdf, "--between", "A.1"),
            "packet, anew with the late papers, --since": since,
            "copies, three": run("copies", pdf, "--list", str(root / "names.csv")),
        },
        1,
    )


def _plain(path: Path, number: int) -> str:
    """An article as a part of one long text: its notes have names of their own."""
    return path.read_text(encoding="utf-8").replace("[#n", f"[#p{number}n")


def prepare() -> None:
    """Make the environment of the peers, where it is not as the lock file wants it.

    :raises Failed: when that can't be.
    """
    compiled = ["-m", "compileall", "-q", "-j", "2"]
    # As a package manager leaves them: where the environment has bytecode not written, each run would compile
    # all that it loads.
    measured([[sys.executable, *compiled, str(REPOSITORY / "pipeline")]], REPOSITORY)
    stamp = PEERS / "lock"
    if stamp.exists() and stamp.read_bytes() == _LOCK.read_bytes():
        return
    shutil.rmtree(PEERS, ignore_errors=True)
    uv = str(Path(sys.executable).parent / "uv")
    install = [uv, "pip", "install", "--quiet", "--python", str(PEERS / "bin" / "python")]
    measured([[uv, "venv", "--quiet", "--python", sys.executable, str(PEERS)]], REPOSITORY)
    measured([[*install, "--compile-bytecode", "--require-hashes", "--requirement", str(_LOCK)]], REPOSITORY)
    stamp.write_bytes(_LOCK.read_bytes())


PARTS: Final[dict[str, Callable[[Path], None]]] = {
    "4": lambda folder: one_document(folder, 4, 5),
    "50": lambda folder: one_document(folder, 50, 3),
    "180": lambda folder: one_document(folder, 180, 1),
    "library": library,
    "packet": packet,
    "steps": steps,
}


def main() -> None:
    """Print what is asked for, by default everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parts = [PARTS[name] for name in parser.parse_args().parts]
    prepare()
    shutil.rmtree(WORK / "work", ignore_errors=True)
    folder = WORK / "work"
    folder.mkdir(parents=True)
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{date.today().isoformat()}, {where}")
    print(f"{'document':14} {'way':42} {'processor':25} {'clock':>10} {'peak':>9} {'ratio':>7}")
    for part in parts:
        part(folder)


if __name__ == "__main__":
    main()
