"""The house rules: imports run one way, modules stay small and say what they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

PACKAGE = REPOSITORY / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]

# What each part of the package may import from the others.
LEAVES = {
    "errors",
    "findings",
    "styles",
    "timestamps",
    "confined",
    "atomic",
    "media_types",
    "desk",
    "cache",
    "look",
}  # "confined": readers and writers open files by one rule
BELOW = LEAVES | {"tree", "read", "write", "check"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "findings": set(),
    "timestamps": set(),
    "confined": set(),
    "atomic": set(),
    "content_store": set(),
    "media_types": set(),
    "desk": set(),
    "cache": {"desk"},
    "libraries": set(),
    "styles": {"desk", "confined", "findings"},
    "look": {"styles", "confined", "media_types"},
    "tree": LEAVES,
    "read": LEAVES | {"tree"},
    "write": LEAVES | {"tree"},
    "check": {"findings", "tree"},
    "packet": BELOW | {"build", "limits", "content_store"},  # it has articles built, within limits
    "limits": {"errors", "desk"},
    "build": BELOW | {"limits"},
    "cli": BELOW | {"packet", "build", "limits", "libraries", "init", "terminal"},
    "terminal": {"build", "findings"},
    "init": set(),
    "__main__": {"cli"},
}


def part_of(path: Path) -> str:
    """The part of the package that a module belongs to: its folder, or itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(text: str, package: str) -> Iterator[str]:
    """The full names of what a module of `package` imports, wherever in its text."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{name.name}" for name in node.names)


def parts_imported(path: Path) -> set[str]:
    package = ".".join(path.relative_to(PACKAGE.parent).parent.parts)
    names = [name.split(".") for name in imported(path.read_text(encoding="utf-8"), package)]
    parts = {part_of(module) for module in MODULES}
    return {name[1] for name in names if name[0] == "pipeline" and len(name) > 1 and name[1] in parts}


def test_every_form_of_import_is_seen() -> None:
    text = "import pipeline.a\nfrom pipeline import b\nfrom pipeline.c import d\nfrom .. import e\n"
    text += "from . import f\nfrom .g import h\ndef i():\n    import pipeline.j as k\n"
    assert set(imported(text, "pipeline.read")) == {
        "pipeline.a", "pipeline.b", "pipeline.c.d", "pipeline.e", "pipeline.read.f", "pipeline.read.g.h",
        "pipeline.j",
    }  # fmt: skip


def test_every_module_belongs_to_a_known_part() -> None:
    assert {part_of(path) for path in MODULES} <= set(MAY_IMPORT)
    assert {"findings", "tree", "read", "write", "cli"} <= {part_of(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_run_one_way(path: Path) -> None:
    part = part_of(path)
    assert parts_imported(path) - {part} - MAY_IMPORT[part] == set()


@pytest.mark.parametrize(
    "name", ["errors.py", "findings.py", "styles.py", "timestamps.py", "confined.py", "desk.py"]
)
def test_the_leaves_load_nothing_heavy(name: str) -> None:
    text = (PACKAGE / name).read_text(encoding="utf-8")
    assert {full.split(".")[0] for full in imported(text, "pipeline")} <= {
        "__future__", "collections", "contextlib", "contextvars", "dataclasses", "datetime", "difflib",
        "enum", "functools", "hashlib", "os", "pathlib", "pipeline", "posixpath", "re", "stat", "string",
        "tomllib", "typing", "urllib",
    }  # fmt: skip


@pytest.mark.parametrize("part", ["tree", "read", "check"])
def test_only_writers_know_a_writers_library(part: str) -> None:
    libraries = {"weasyprint", "ebooklib", "pydyf"}
    for path in (PACKAGE / part).glob("*.py"):
        names = imported(path.read_text(encoding="utf-8"), f"pipeline.{part}")
        assert {name.split(".")[0] for name in names} & libraries == set(), path.name


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_modules_stay_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 500


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_everything_public_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tops = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert [node.name for node in tops if not node.name.startswith("_") and not ast.get_docstring(node)] == []
