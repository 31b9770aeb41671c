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
    "svg",
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
    "svg": set(),
    "look": {"styles", "confined", "media_types", "svg"},
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


# Folders


def folder_of(name: str) -> str:
    """The folder of the package that a module stands in, with dots; a module beside them is one by itself."""
    parts = name.split(".")
    path = PACKAGE.joinpath(*parts[1:])
    if len(parts) > 2 and not path.is_dir():
        parts = parts[:-1]
    return ".".join(parts)


def module_of(full: str) -> str:
    """The module that an imported name is, or stands in."""
    parts = full.split(".")
    while parts:
        path = PACKAGE.parent.joinpath(*parts)
        if path.is_dir() or path.with_suffix(".py").is_file():
            break
        parts.pop()
    return ".".join(parts)


def folder_imports(package: Path) -> dict[str, set[str]]:
    """Which folders each folder of the package imports from."""
    found: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")
        here = ".".join(path.relative_to(package.parent).parent.parts)
        for full in imported(path.read_text(encoding="utf-8"), here):
            if full.split(".")[0] == package.name:
                found.setdefault(folder_of(name), set()).add(folder_of(module_of(full)))
    return {folder: others - {folder} for folder, others in found.items()}


def circles(imports: dict[str, set[str]]) -> list[str]:
    """The imports between folders that are a part of a circle."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        later = [start]
        while later:
            new = imports.get(later.pop(), set()) - seen
            seen |= new
            later += new
        return seen

    return sorted(f"{one} -> {two}" for one in imports for two in imports[one] if one in reached(two))


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == ["b -> c", "c -> b"]
    imports = folder_imports(PACKAGE)
    assert "pipeline.write.engine" in imports["pipeline.write.print"]
    assert "pipeline.findings" in imports["pipeline.write.engine"]


def test_no_circle_between_folders() -> None:
    assert circles(folder_imports(PACKAGE)) == []


def test_only_the_engine_room_knows_the_typesetter() -> None:
    rooms = (PACKAGE / "write" / "engine", PACKAGE / "write" / "pdf")
    offenders = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        known = {full.split(".")[0] for full in imported(text, "pipeline")} & {"weasyprint", "pydyf", "pango"}
        inside = "_page_box" in text
        if (known or inside) and not any(room in path.parents for room in rooms):
            offenders.append(path.relative_to(PACKAGE).as_posix())
    assert offenders == []
