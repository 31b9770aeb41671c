"""The house rules: imports run one way, modules and folders stay small and say what they are.

Each test lists every offender, so that one run tells all that is to be mended.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.paths import REPOSITORY

PACKAGE = REPOSITORY / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES})

MOST_MODULES = 15
"""How many modules a folder may have."""

MOST_LINES = 400
"""How many lines a module may have."""

# What each part of the package, a folder or a module beside the folders, may import from the others.
LEAVES = {"errors", "findings", "timestamps", "desk", "files", "styles", "look"}
BELOW = LEAVES | {"tree", "read", "write", "check"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "findings": set(),
    "timestamps": set(),
    "desk": set(),
    "libraries": set(),
    "init": set(),
    "files": {"desk"},
    "styles": {"desk", "files", "findings"},
    "look": {"styles", "files"},
    "tree": LEAVES,
    "read": LEAVES | {"tree"},
    "write": LEAVES | {"tree"},
    "check": {"findings", "tree"},
    "limits": {"errors", "desk"},
    "build": BELOW | {"limits"},
    "packet": BELOW | {"build", "limits"},  # it has articles built, within limits
    "fix": LEAVES | {"read"},
    "terminal": {"build", "findings", "limits"},
    "cli": BELOW | {"packet", "build", "limits", "libraries", "init", "terminal", "fix"},
    "__main__": {"cli"},
}

# What the leaves may load: a message, a look or a cache is wanted before anything heavy is.
LIGHT = {
    "__future__", "atexit", "collections", "contextlib", "contextvars", "dataclasses", "datetime",
    "difflib", "enum", "functools", "hashlib", "importlib", "json", "os", "pathlib", "pipeline",
    "posixpath", "re", "shutil", "stat", "string", "sys", "tempfile", "time", "tomllib", "typing",
    "urllib", "fcntl", "ctypes",
}  # fmt: skip

TYPESETTER = {"weasyprint", "pydyf", "pango"}
ENGINE = ("pipeline.write.engine", "pipeline.write.pdf")
"""The folders that alone know the typesetter."""


# What stands where


def name_of(path: Path) -> str:
    """The full name of a module, or of the package whose ``__init__`` it is."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def part_of(name: str) -> str:
    """The part of the package that a module belongs to: its folder, or itself."""
    return [*name.split("."), "__init__"][1]


def module_of(full: str) -> str:
    """The module that an imported name is, or stands in."""
    parts = full.split(".")
    while parts:
        path = PACKAGE.parent.joinpath(*parts)
        if path.is_dir() or path.with_suffix(".py").is_file():
            break
        parts.pop()
    return ".".join(parts)


def folder_of(name: str) -> str:
    """The folder of the package that a module stands in; a module beside the folders is one by itself."""
    parts = name.split(".")
    return name if len(parts) == 2 or PACKAGE.parent.joinpath(*parts).is_dir() else ".".join(parts[:-1])


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


@cache
def imports() -> dict[str, set[str]]:
    """What each module of the package imports, by the full names."""
    return {
        name_of(path): set(imported(path.read_text(encoding="utf-8"), name_of(path.parent / "__init__.py")))
        for path in MODULES
    }


def our_imports() -> Iterator[tuple[str, str]]:
    """A module and one of the modules of the package that it imports, for all of them."""
    for name, others in imports().items():
        yield from ((name, module_of(full)) for full in others if full.split(".")[0] == PACKAGE.name)


def libraries(name: str) -> set[str]:
    """The packages that a module imports, by their first names."""
    return {full.split(".")[0] for full in imports()[name]}


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """The arrows that are a part of a circle."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        later = [start]
        while later:
            new = arrows.get(later.pop(), set()) - seen
            seen |= new
            later += new
        return seen

    return sorted(f"{one} -> {two}" for one in arrows for two in arrows[one] if one in reached(two))


def part_imports() -> dict[str, set[str]]:
    """Which parts of the package each part imports; the version in ``__init__`` is anyone's."""
    found: dict[str, set[str]] = {part_of(name): set() for name in imports()}
    for name, other in our_imports():
        found[part_of(name)].add(part_of(other))
    return {part: others - {part, "__init__"} for part, others in found.items()}


def folder_imports() -> dict[str, set[str]]:
    """Which folders of the package each folder imports from."""
    found: dict[str, set[str]] = {}
    for name, other in our_imports():
        if folder_of(name) != folder_of(other) != PACKAGE.name:
            found.setdefault(folder_of(name), set()).add(folder_of(other))
    return found


# The tests see what they are to see


def test_every_form_of_import_is_seen() -> None:
    text = "import pipeline.a\nfrom pipeline import b\nfrom pipeline.c import d\nfrom .. import e\n"
    text += "from . import f\nfrom .g import h\ndef i():\n    import pipeline.j as k\n"
    assert set(imported(text, "pipeline.read")) == {
        "pipeline.a", "pipeline.b", "pipeline.c.d", "pipeline.e", "pipeline.read.f", "pipeline.read.g.h",
        "pipeline.j",
    }  # fmt: skip


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}) == ["b -> c", "c -> b"]
    assert "pipeline.write.engine" in folder_imports()["pipeline.write.print"]
    assert "pipeline.findings" in folder_imports()["pipeline.write.engine"]
    assert {"read", "write"} <= part_imports()["build"]
    assert libraries("pipeline.write.engine.render") & TYPESETTER


# The rules


def test_imports_between_the_parts_run_one_way() -> None:
    assert set(part_imports()) == set(MAY_IMPORT)
    offenders = [
        f"{name} imports {other}"
        for name, other in our_imports()
        if part_of(other) not in {part_of(name), "__init__"} | MAY_IMPORT[part_of(name)]
    ]
    assert offenders == []
    assert circles(MAY_IMPORT) == []


def test_no_circle_between_folders() -> None:
    assert circles(folder_imports()) == []


def test_the_leaves_load_nothing_heavy() -> None:
    leaves = [name for name in imports() if part_of(name) in LEAVES - {"look"}]
    offenders = {name: sorted(libraries(name) - LIGHT) for name in leaves}
    assert {name: heavy for name, heavy in offenders.items() if heavy} == {}


def test_only_the_engine_knows_the_typesetter() -> None:
    outside = [path for path in MODULES if folder_of(name_of(path)).removesuffix(".patches") not in ENGINE]
    offenders = [
        name_of(path)
        for path in outside
        if libraries(name_of(path)) & TYPESETTER or "_page_box" in path.read_text(encoding="utf-8")
    ]
    assert offenders == []


def test_only_the_writers_of_ebooks_know_their_library() -> None:
    rooms = ("pipeline.write.epub", "pipeline.packet.ebook")
    assert [
        name for name in imports() if "ebooklib" in libraries(name) and folder_of(name) not in rooms
    ] == []


def test_modules_and_folders_stay_small() -> None:
    long = {
        name_of(path): lines
        for path in MODULES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES
    }
    full = {
        folder.relative_to(REPOSITORY).as_posix(): count
        for folder in FOLDERS
        if (count := len(list(folder.glob("*.py")))) > MOST_MODULES
    }
    assert (long, full) == ({}, {})


def test_everything_public_says_what_it_is() -> None:
    offenders = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        offenders += [] if ast.get_docstring(tree) else [name_of(path)]
        tops = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        public = [node for node in tops if not node.name.startswith("_")]
        offenders += [f"{name_of(path)}.{node.name}" for node in public if not ast.get_docstring(node)]
    assert offenders == []
