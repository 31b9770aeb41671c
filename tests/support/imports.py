"""What imports what in the package, read from its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.paths import REPOSITORY

PACKAGE = REPOSITORY / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES})


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
