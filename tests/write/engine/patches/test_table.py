"""The table of patches is true: it has all that is changed, and each entry is needed and tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.write.engine.patches import PATCHES, apply
from pipeline.write.engine.patches.patch import Patch
from tests.support.articles import HEAD
from tests.support.paths import REPOSITORY

HERE = Path(__file__).parent

TESTS = """
import json, sys
import pytest
from pipeline.files import cache
from pipeline.write.engine import load

class Outcomes:
    "What became of each test function; of one with several cases, the worst."
    failed, passed = set(), set()
    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rpartition("/")[2].partition("[")[0].replace(".py::", "::")
        (self.failed if report.failed else self.passed).add(name)

load.load(cache.folder(), without=sys.argv[2:])
options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--ignore", sys.argv[1] + "/test_table.py"]
pytest.main([*options, sys.argv[1]], plugins=[Outcomes()])
print("\\n" + json.dumps([sorted(Outcomes.failed), sorted(Outcomes.passed - Outcomes.failed)]))
"""
"""Runs the tests of a folder without some patches: prints which functions fail and which pass."""

CHANGES = """
import json, sys
from datetime import date
from pathlib import Path
from pipeline.files import cache
from pipeline.write.engine import fonts, patches
fonts.configure(cache.folder())
import ctypes.util
import pydyf, weasyprint

def functions():
    "All that is in the modules of the two libraries, in their classes and in their tables of functions."
    found = {"ctypes.util.find_library": ctypes.util.find_library}
    for module in [*sys.modules.values()]:
        library = getattr(module, "__name__", "").partition(".")[0]
        if library not in ("weasyprint", "pydyf"):
            continue
        for name, value in vars(module).items():
            found[f"{module.__name__}.{name}"] = value
            if isinstance(value, type) and value.__module__ == module.__name__:
                found.update((f"{module.__name__}.{name}.{key}", inner) for key, inner in vars(value).items())
            if isinstance(value, dict) and not name.startswith("__"):
                found.update((f"{module.__name__}.{name}[{key}]", inner) for key, inner in value.items())
    return {name: value for name, value in found.items() if callable(value)}

def changed(before, after):
    "The names in `before` that stand for something else in `after`."
    return sorted(name for name, value in before.items() if after.get(name) is not value)

start = before = functions()
by_name = {}
for patch in patches.PATCHES:
    patch.apply()
    after = functions()
    by_name[patch.name] = changed(before, after)
    before = after
patches.apply = lambda **_: None
from pipeline.build import Order, build_one
result = build_one(Path(sys.argv[1]), Order(("pdf", "epub"), Path(sys.argv[2])))
assert not result.failed, result.findings
print(json.dumps([by_name, changed(before, functions())]))
"""
"""Prints what each patch changes, and what a build changes after that."""


def run(program: str, *arguments: str) -> Any:
    """Run a program in a process of its own; what it prints last is JSON."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def functions_here() -> set[str]:
    """The test functions in this folder, without those of this module."""
    found = set()
    for path in HERE.glob("test_*.py"):
        lines = path.read_text(encoding="utf-8").splitlines() if path != Path(__file__) else []
        found |= {
            f"{path.stem}::{line[4:].partition('(')[0]}" for line in lines if line.startswith("def test_")
        }
    return found


def test_each_test_is_one_of_the_table() -> None:
    """Of one patch, or of two where it holds with both alone."""
    assert [patch.name for patch in PATCHES if len(patch.tests) != len(set(patch.tests))] == []
    assert {test for patch in PATCHES for test in patch.tests} == functions_here()


def test_each_patch_says_what_it_is_for() -> None:
    assert len({patch.name for patch in PATCHES}) == len(PATCHES)
    assert [patch.name for patch in PATCHES if not (patch.fault and patch.replaces and patch.tests)] == []


def test_a_patch_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no patch is called nothing"):
        apply(without=["nothing"])


@pytest.mark.slow
def test_nothing_is_changed_that_is_not_in_the_table(tmp_path: Path) -> None:
    """What is put back at once, as the search for libraries, or stands before WeasyPrint is imported, is not
    seen here."""
    source = tmp_path / "source" / "article.rst"
    source.parent.mkdir()
    source.write_text(HEAD + "Text, :math:`x^2` and a note. [#]_\n\n.. [#] Note.\n", encoding="utf-8")
    by_name, later = run(CHANGES, str(source), str(tmp_path))
    stays = {patch.name: sorted(patch.replaces) for patch in PATCHES}
    stays["library-search"] = stays["font-tools"] = []
    assert by_name == stays
    assert later == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere `library-search` changes nothing")
@pytest.mark.parametrize("patch", PATCHES, ids=[patch.name for patch in PATCHES])
def test_without_a_patch_its_tests_fail_and_no_others(patch: Patch) -> None:
    failed, passed = run(TESTS, str(HERE), patch.name)
    assert failed == sorted(patch.tests)
    assert sorted([*failed, *passed]) == sorted(functions_here())
