"""Fixtures of the test suite of the Citation Style Language, through our markup.

``python -m tests.support.csl_suite FOLDER`` takes those that ``data/csl-suite.lock`` names from a folder of
the suite (https://github.com/citation-style-language/test-suite, ``processor-tests/humans``; or ``test/csl``
of ``haskell-citeproc``, a source package of Debian), tells which give other words, and ends in 1 if any do.
Their licences (CPAL or AGPL) keep the fixtures themselves out of this project: here are names and checksums.

Each fixture becomes an article: its style is in ``styles/csl``, its sources are a file of CSL-JSON, and each
of its citations is written as an author would write it, a note for each. The engine begins a note with a
capital and ends it with a full stop, which the suite does not count with: both are out of the comparison.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from docutils import nodes

from pipeline.desk import Desk, at
from pipeline.read.reader import read
from tests.support.paths import DATA

LOCK: Final = DATA / "csl-suite.lock"
WORDS: Final = {"page": "p.", "sub-verbo": "s.v.", "sub verbo": "s.v."}
"""How authors write the kind of a place, where it is not the suite's own word."""
PARTS: Final = re.compile(r">>=+ ([A-Z0-9-]+) =+>>\n(.*?)\n?<<=+ \1 =+<<", re.DOTALL)
HEAD: Final = (
    "Title\n=====\n\n:date: 2026-11-24\n:language: en-US\n:sources: refs.json\n:citation-style: suite\n\n"
)


def parts_of(text: str) -> dict[str, str]:
    """The parts of a fixture by their names: ``MODE``, ``RESULT``, ``CSL``, ``INPUT`` and others."""
    return {name: body.strip("\n") for name, body in PARTS.findall(text)}


def written(item: dict[str, Any]) -> str:
    """A source in a citation, as an author writes it."""
    before, after = str(item.get("prefix", "")).strip(), str(item.get("suffix", ""))
    place = str(item.get("locator", "")).strip()
    label = item.get("label", "page" if place[:1].isdigit() else "")
    if place and label:
        place = f"{WORDS.get(label, label)} {place}"
    words = f"{place}{'' if after[:1] in ',;:. ' else ' '}{after}".strip()
    return (f"{{{before}}}" if before else "") + str(item["id"]) + (f"{{{words}}}" if words else "")


def citations(parts: dict[str, str]) -> list[str]:
    """The citations of a fixture as markup; without any, one of all its sources."""
    if "CITATIONS" in parts:
        rows = [row[0]["citationItems"] for row in json.loads(parts["CITATIONS"])]
    elif "CITATION-ITEMS" in parts:
        rows = json.loads(parts["CITATION-ITEMS"])
    else:
        rows = [[{"id": item["id"]} for item in json.loads(parts["INPUT"])]]
    roles = ["cite:year" if row[0].get("suppress-author") else "cite:p" for row in rows]
    return [f":{role}:`{', '.join(map(written, row))}`" for role, row in zip(roles, rows, strict=True)]


def expected(parts: dict[str, str]) -> list[str]:
    """The words of each note."""
    lines = parts["RESULT"].split("\n")
    if "CITATIONS" in parts:
        lines = [line.split("] ", 1)[-1] for line in lines]
    return [plain(html.unescape(re.sub(r"<[^>]+>", "", line))) for line in lines]


def plain(text: str) -> str:
    """A text without the capital and the stop that the engine gives to a note."""
    text = " ".join(text.replace("\xa0", " ").split())
    return re.sub(r"\.([”’\"']?)$", r"\1", text[:1].upper() + text[1:])


def told(parts: dict[str, str], folder: Path) -> list[str]:
    """The words of each note in an article that cites as the fixture does; or why it can't be read."""
    (folder / "styles" / "csl").mkdir(parents=True, exist_ok=True)
    (folder / "styles" / "csl" / "suite.csl").write_text(parts["CSL"], encoding="utf-8")
    (folder / "source").mkdir(exist_ok=True)
    (folder / "source" / "refs.json").write_text(parts["INPUT"], encoding="utf-8")
    path = folder / "source" / "article.rst"
    path.write_text(HEAD + "\n\n".join(f"A {one}." for one in citations(parts)) + "\n", encoding="utf-8")
    with at(Desk(styles=folder / "styles")):
        article, findings = read(path)
    if article is None:
        return [finding.message for finding in findings if finding.is_error]
    notes = article.document.findall(nodes.footnote)
    return [plain(" ".join(part.astext() for part in note[1:])) for note in notes]


def locked() -> dict[str, str]:
    """Names of fixtures and the checksums (SHA-256) of their files."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line[:1] != "#")
    return {pair[0]: pair[1] for pair in pairs}


def differing(folder: Path, fixtures: dict[str, str]) -> list[str]:
    """What is wrong with each fixture that is missing, is another one, or gives other words."""
    found = []
    with tempfile.TemporaryDirectory() as desk:
        for name, digest in fixtures.items():
            path = folder / f"{name}.txt"
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                found.append(f"{name}: is not there, or is not the one that is meant")
                continue
            parts = parts_of(path.read_text(encoding="utf-8"))
            said, wanted = told(parts, Path(desk)), expected(parts)
            if said != wanted:
                found.append(f"{name}:\n  {said}\n  {wanted}")
    return found


def main() -> int:
    """Take the folder from the command line; tell how many fixtures give their words."""
    fixtures = locked()
    found = differing(Path(sys.argv[1]), fixtures)
    print("\n".join([*found, f"{len(fixtures) - len(found)} of {len(fixtures)} fixtures give their words"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
