"""The house rules: imports run one way, modules and folders stay small and say what they are.

Each test lists every offender, so that one run tells all that is to be mended.
"""

from __future__ import annotations

import ast
import subprocess

from tests.support.imports import (
    FOLDERS,
    MODULES,
    circles,
    folder_imports,
    folder_of,
    imported,
    imports,
    libraries,
    name_of,
    our_imports,
    part_imports,
    part_of,
)
from tests.support.paths import REPOSITORY

MOST_MODULES = 15
"""How many modules a folder may have."""

MOST_LINES = 400
"""How many lines a module may have."""

# What each part of the package, a folder or a module beside the folders, may import from the others.
LEAVES = {"errors", "findings", "timestamps", "desk", "files", "styles", "look", "svg"}
BELOW = LEAVES | {"tree", "read", "write", "check"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "findings": set(),
    "timestamps": set(),
    "desk": set(),
    "libraries": set(),
    "init": {"files"},
    "files": {"desk"},
    "styles": {"desk", "files", "findings"},
    "svg": set(),
    "look": {"styles", "files", "findings", "svg"},
    "tree": LEAVES,
    "cite": {"errors", "files", "findings", "styles"},
    "read": LEAVES | {"tree", "cite"},
    "write": LEAVES | {"tree"},
    "check": {"errors", "findings", "look", "tree"},
    "limits": {"errors", "desk"},
    "build": BELOW | {"limits"},
    "cluster": {"errors", "files", "limits"},
    "article_store": BELOW | {"build", "cluster", "limits"},
    "packet": BELOW | {"build", "limits", "article_store"},  # it has articles built, within limits
    "watch": BELOW | {"packet", "build", "limits", "article_store"},
    "fix": LEAVES | {"read"},
    "editor": LEAVES | {"tree", "read", "build", "limits", "packet"},
    "terminal": BELOW | {"article_store", "build", "limits", "watch"},
    "packet_commands": {"packet", "terminal"},
    "cli": BELOW
    | {
        "packet",
        "packet_commands",
        "build",
        "article_store",
        "limits",
        "libraries",
        "init",
        "terminal",
        "fix",
        "editor",
        "cite",
    },
    "__main__": {"cli"},
}

# What the leaves may load: a message, a look or a cache is wanted before anything heavy is.
LIGHT = {
    "__future__", "atexit", "collections", "contextlib", "contextvars", "dataclasses", "datetime",
    "difflib", "enum", "errno", "functools", "hashlib", "importlib", "json", "os", "pathlib", "pipeline",
    "posixpath", "re", "shutil", "stat", "string", "sys", "tempfile", "time", "tomllib", "typing",
    "urllib", "fcntl", "ctypes",
    "babel",  # within a function, where a name of a language is mistyped
}  # fmt: skip

TYPESETTER = {"weasyprint", "pydyf", "pango"}
ENGINE = ("pipeline.write.engine", "pipeline.write.pdf")
"""The folders that alone know the typesetter."""


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
    leaves = [name for name in imports() if part_of(name) in LEAVES - {"look", "svg"}]
    offenders = {name: sorted(libraries(name) - LIGHT) for name in leaves}
    assert {name: heavy for name, heavy in offenders.items() if heavy} == {}


def test_only_the_engine_knows_the_typesetter() -> None:
    inside = (*ENGINE, *(f"{folder}.{below}" for folder in ENGINE for below in ("patches", "kept")))
    outside = [path for path in MODULES if folder_of(name_of(path)) not in inside]
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


def test_the_top_of_the_project_holds_nothing_else() -> None:
    """Files of git, or what stands there where the project has no git."""
    done = subprocess.run(
        ["git", "ls-files", "--cached"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    names = done.stdout.splitlines() or [path.name for path in REPOSITORY.iterdir()]
    top = {name.partition("/")[0] for name in names}
    allowed = {"pyproject.toml", "README.md", "source", "pipeline", "styles", "tests", "Makefile", "LICENSE"}
    assert {name for name in top - allowed if not name.startswith(".") and not name.endswith(".lock")} - {
        "build"
    } == set()
