"""A record of what is built, to show that a restructuring of the code changes no byte.

    python -m tests.support.recorded_bytes collect DIR --cache DIR        copy the inputs, with the corpus
    python -m tests.support.recorded_bytes record FILE [--inputs DIR]     build all, write their digests
    python -m tests.support.recorded_bytes compare FILE [--inputs DIR]    build again, list each difference

The inputs are all articles of ``source``, those in ``tests``, the sample packets, and 40 documents of the
corpus. Of each, the record holds the SHA-256 of both editions and of the tree, the exit code, and every
printed line, findings included; of an article with errors the same once more with ``--draft``.

The inputs must stay what they were while code and manual change: collect them once, and name the copy in
``--inputs``. ``--checkout`` says whose code is run. Nothing is known of that code but its command line.

Exit codes: 0 the same, 1 there are differences, 2 used wrongly.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from tests.support.corpus_sources import fetch, locked
from tests.support.paths import REPOSITORY

JOBS: Final = 2
"""So many articles are built at once."""
_SKIPPED: Final = shutil.ignore_patterns("__pycache__", "node_modules", "*.pdf")
"""What is made beside the inputs; annexes are built anew."""

DOCUMENTS: Final = """
aiohttp           docs/glossary.rst  docs/tracing_reference.rst
babel             docs/dates.rst
celery            docs/userguide/calling.rst
cherrypy          docs/deploy.rst
cython            docs/src/userguide/limited_api.rst
docutils          docs/ref/rst/mathematics.rst  docs/user/rst/demo.rst  docs/user/smartquotes.rst
docutils          test/functional/input/data/standard.rst  test/functional/input/data/svg_images.rst
docutils          test/functional/input/data/html5-text-level-tags.rst  test/functional/input/footnotes.rst
docutils          test/functional/input/data/table_complex.rst
hachoir           doc/regex.rst
janome            README.rst
jinja2            docs/extensions.rst
konlpy            README.rst
lxml              doc/parsing.txt
mako              doc/build/filtering.rst
mpmath            docs/basics.rst  docs/functions/hypergeometric.rst
nikola            nikola/data/samplesite/pages/dr-nikolas-vendetta.rst
passlib           docs/lib/passlib.hash.bcrypt.rst
pelican           samples/content/unbelievable.rst
psutil            docs/DEVGUIDE.rst
pygments          doc/docs/cmdline.rst  tests/examplefiles/rst/functional.rst
pypinyin          README.rst
pyramid           docs/quick_tutorial/forms.rst
pytest            doc/en/reference/customize.rst
python-dateutil   docs/rrule.rst
roundup           doc/security.txt
rst2pdf           tests/input/test_issue_151.rst  tests/input/test_math2.rst
simpy             docs/topical_guides/process_interaction.rst
sqlalchemy        doc/build/orm/nonstandard_mappings.rst
werkzeug          docs/request_data.rst
zodb              docs/articles/ZODB-overview.rst
zope-interface    docs/README.ru.rst
"""
"""Documents of the corpus, chosen once: many hands, some scripts, formulas, tables, drawings, faults."""


@dataclass(frozen=True)
class Runner:
    """Runs the command of a checkout.

    :param checkout: the folder with the package and its styles.
    :param place: the working folder; all paths are told relative to it, so that no line names the machine.
    """

    checkout: Path
    place: Path

    def run(self, *words: str) -> tuple[int, list[str], str]:
        """Run ``despatch`` with these words.

        :returns: the exit code; the lines of both streams without the seconds that a build took; and the
            standard output as it is.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESPATCH")}
        kept.pop("SOURCE_DATE_EPOCH", None)
        environment = {
            **kept,
            "PYTHONPATH": str(self.checkout),
            "DESPATCH_CACHE": str(self.place / ".cache"),
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            cwd=self.place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = [
            re.sub(r", \d+\.\d s$", "", line.replace(str(self.place), "."))
            for line in (done.stderr if words[0] == "tree" else done.stdout + done.stderr).splitlines()
        ]
        return done.returncode, said, done.stdout

    def built(self, *words: str, output: str) -> dict[str, Any]:
        """What a command that writes files into `output` has made and said."""
        code, said, _ = self.run(*words, "-o", output)
        folder = self.place / output
        files = sorted(path for path in folder.rglob("[!.]*") if path.is_file())
        digests = {path.relative_to(folder).as_posix(): _digest(path.read_bytes()) for path in files}
        return {"exit": code, "said": said, "files": digests}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage="%(prog)s COMMAND …"
    )
    parser.add_argument("command", choices=["collect", "record", "compare"])
    parser.add_argument("target", type=Path, metavar="FILE", help="the record; of `collect`: a new folder")
    parser.add_argument("--checkout", type=Path, default=REPOSITORY, metavar="DIR", help="whose code is run")
    parser.add_argument("--inputs", type=Path, default=REPOSITORY, metavar="DIR", help="what is built")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="where the corpus is fetched to; without: the inputs' own"
    )
    parser.add_argument("--only", default="", metavar="PATTERN", help="inputs whose path has this in it")
    options = parser.parse_args(arguments)
    checkout, target = options.checkout.resolve(), options.target.resolve()
    if options.command == "collect":
        if target.exists():
            parser.error(f"{options.target} is there already: name a new folder")
        collect(options.inputs.resolve(), target, options.cache)
        return 0
    with tempfile.TemporaryDirectory(prefix="recorded-bytes-") as folder:
        runner = Runner(checkout, Path(folder).resolve())
        if not _runs(runner):
            parser.error(f"in {options.checkout} there is no package `pipeline`, or another one is run")
        collect(options.inputs.resolve(), runner.place, options.cache)
        start = time.monotonic()
        made = record(runner, options.only)
    print(f"{len(made['inputs'])} inputs, {_files(made)} files, {time.monotonic() - start:.0f} s", flush=True)
    if options.command == "record":
        if not made["inputs"]:
            parser.error("there is nothing to record")
        text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{text}\n", encoding="utf-8")
        return 0
    before = json.loads(target.read_text(encoding="utf-8"))
    if not any(options.only in path for path in [*before["inputs"], *made["inputs"]]):
        parser.error(f"no input has {options.only} in its path")
    differences = compare(before, made, options.only)
    print("\n".join(differences) or "no difference")
    return 1 if differences else 0


def _runs(runner: Runner) -> bool:
    """Whether the code that is run is that of the checkout, not an installed one."""
    if not (runner.checkout / "pipeline").is_dir():
        return False
    where = [sys.executable, "-c", "import pipeline; print(pipeline.__file__)"]
    environment = {**os.environ, "PYTHONPATH": str(runner.checkout)}
    done = subprocess.run(
        where, cwd=runner.place, env=environment, capture_output=True, text=True, check=False
    )
    return Path(done.stdout.strip()).is_relative_to(runner.checkout)


# The inputs ----------------------------------------------------------------------------------------------


def collect(inputs: Path, target: Path, cache: Path | None) -> None:
    """Copy what is built, so that building leaves no trace in the inputs.

    :param inputs: a folder with ``source`` and ``tests``, and perhaps a collected ``corpus``.
    :param cache: where source distributions are fetched to, for a corpus that was not collected yet.
    """
    for name in ("source", "tests"):
        for path in sorted((inputs / name).iterdir() if (inputs / name).is_dir() else ()):
            if path.is_dir():
                shutil.copytree(path, target / name / path.name, ignore=_SKIPPED)
            elif name == "source":
                (target / name).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target / name)
    if cache is not None:
        _collect_corpus(cache.resolve(), target / "corpus")
    elif (inputs / "corpus").is_dir():
        shutil.copytree(inputs / "corpus", target / "corpus")


def _collect_corpus(cache: Path, target: Path) -> None:
    """Fetch what is missing, and copy each document with the folder it stands in: it can read no further."""
    wanted: dict[str, list[str]] = {}
    for line in DOCUMENTS.strip().splitlines():
        project, *paths = line.split()
        wanted.setdefault(project, []).extend(paths)
    for sdist, folder in fetch([sdist for sdist in locked() if sdist.name in wanted], cache):
        (top,) = folder.iterdir()
        for path in wanted.pop(sdist.name):
            document = top / path
            place = target / sdist.name / path
            shutil.copytree(document.parent, place.parent, dirs_exist_ok=True)
    if wanted:
        raise SystemExit(f"recorded_bytes: the corpus is not whole without {', '.join(sorted(wanted))}")


def articles(place: Path) -> list[str]:
    """The paths of all articles below the collected inputs: of the corpus, only those that were chosen."""
    found = [*(place / "source").glob("*.rst"), *(place / "tests").rglob("*.rst")]
    if (place / "corpus").is_dir():
        for line in DOCUMENTS.strip().splitlines():
            project, *paths = line.split()
            found += [place / "corpus" / project / path for path in paths]
    return sorted(path.relative_to(place).as_posix() for path in found)


# Building ------------------------------------------------------------------------------------------------


def record(runner: Runner, only: str = "") -> dict[str, Any]:
    """Build all inputs whose path has `only` in it.

    Each article has a call of its own: the command builds each in a process of its own in any case.
    """
    wanted = [path for path in articles(runner.place) if only in path]
    with ThreadPoolExecutor(JOBS) as pool:
        made = dict(zip(wanted, pool.map(lambda path: _article(runner, path), wanted), strict=True))
    for manifest in sorted((runner.place / "source" / "packets").glob("*.toml")):
        path = manifest.relative_to(runner.place).as_posix()
        if only in path:
            made[path] = _packet(runner, path)
    versions = {item.name: item.version for item in distributions() if item.name != "despatch"}
    return {"libraries": {"Python": sys.version.split()[0], **versions}, "inputs": made}


def _article(runner: Runner, path: str) -> dict[str, Any]:
    made = {"plain": runner.built("build", path, "--jobs", "1", output=f"out/plain/{path}")}
    flags = ["--draft"] if made["plain"]["exit"] else []
    if flags:
        made["draft"] = runner.built("build", path, "--jobs", "1", "--draft", output=f"out/draft/{path}")
    code, said, tree = runner.run("tree", path, *flags)
    made["tree"] = {"exit": code, "said": said, "files": {"tree": _digest(tree.encode())}}
    return made


def _packet(runner: Runner, path: str) -> dict[str, Any]:
    """The annexes are built first, as the Makefile does: they stand for papers from elsewhere."""
    made = {}
    annexes = Path(path).parent / "annexes"
    for annex in sorted((runner.place / annexes).glob("*.rst")):
        words = ("build", f"{annexes}/{annex.name}", "--to", "pdf", "--paper", "letter", "--no-attachments")
        made[f"annex {annex.name}"] = runner.built(*words, output=f"out/annexes/{annex.stem}")
        for pdf in (runner.place / "out" / "annexes" / annex.stem).glob("*.pdf"):
            shutil.copy(pdf, runner.place / annexes)
    made["packet"] = runner.built("packet", path, "--jobs", str(JOBS), output="out/packets")
    for pdf in sorted((runner.place / "out" / "packets").rglob(f"{Path(path).stem}.pdf")):
        code, said, _ = runner.run("verify", pdf.relative_to(runner.place).as_posix())
        made["verify"] = {"exit": code, "said": said, "files": {}}
    return made


# Comparing -----------------------------------------------------------------------------------------------


def compare(before: dict[str, Any], after: dict[str, Any], only: str = "") -> list[str]:
    """Each difference as a line or a few; none when all is the same."""
    lines = []
    old = {path: made for path, made in before["inputs"].items() if only in path}
    new = after["inputs"]
    for path in sorted({*old, *new}):
        if path not in new or path not in old:
            lines.append(f"{path}: {'is no longer built' if path in old else 'was not recorded'}")
            continue
        for name in sorted({*old[path], *new[path]}):
            if name not in new[path] or name not in old[path]:
                lines.append(f"{path} ({name}): {'no longer' if name in old[path] else 'not so far'}")
            else:
                lines += _different(f"{path} ({name})", old[path][name], new[path][name])
    if lines:
        lines += [
            f"note: {name} was {version}, is {after['libraries'].get(name, 'gone')}"
            for name, version in sorted(before["libraries"].items())
            if after["libraries"].get(name) != version
        ]
    return lines


def _different(shown: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    lines = []
    if old["exit"] != new["exit"]:
        lines.append(f"{shown}: exit code {old['exit']}, now {new['exit']}")
    for name in sorted({*old["files"], *new["files"]}):
        if old["files"].get(name) != new["files"].get(name):
            how = {False: "is new", True: "has other bytes" if name in new["files"] else "is missing"}
            lines.append(f"{shown}: {name} {how[name in old['files']]}")
    changed = [
        f"    {line}"
        for line in difflib.unified_diff(old["said"], new["said"], lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    return [*lines, f"{shown}: says something else", *changed] if changed else lines


def _files(made: dict[str, Any]) -> int:
    return sum(len(part["files"]) for parts in made["inputs"].values() for part in parts.values())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
