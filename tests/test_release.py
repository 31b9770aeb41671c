"""What `make release` builds: the same bytes twice, and a wheel that works where there is no checkout."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline import __version__
from tests.support.desks import ACCENT, FILES, font, has_colour, in_pdf
from tests.support.paths import REPOSITORY

LOCKS = ("requirements.lock", "requirements-dev.lock")
WHOLE = ("pipeline", "styles", "source", "tests", ".ci")
SINGLE = ("pyproject.toml", "Makefile", "README.md", "LICENSE", ".gitignore", *LOCKS)

pytestmark = pytest.mark.slow


def release(project: Path, folder: Path, when: int = 1_700_000_000, **variables: str) -> dict[str, bytes]:
    """Build sdist and wheel: their bytes, by the kind of file."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", folder],
        cwd=project,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(when), **variables},
        check=True,
        capture_output=True,
    )
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with sdist and wheel."""
    folder = tmp_path_factory.mktemp("release")
    release(REPOSITORY, folder)
    return folder


def test_the_same_bytes_twice(released: Path, tmp_path: Path) -> None:
    """From another folder, whose files are younger, in another time zone."""
    copy = tmp_path / "copy"
    for name in WHOLE:
        left = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, copy / name, ignore=left, copy_function=shutil.copyfile)
    for name in SINGLE:
        shutil.copyfile(REPOSITORY / name, copy / name)
    for script in ("run", "setup"):
        (copy / ".ci" / script).chmod(0o755)
    (copy / ".ci" / "setup.py").chmod((REPOSITORY / ".ci" / "setup.py").stat().st_mode)
    first = {path.suffix: path.read_bytes() for path in released.iterdir()}
    assert set(first) == {".whl", ".gz"}
    assert release(copy, tmp_path / "out", TZ="Asia/Tokyo") == first


def test_a_wheel_from_the_sdist_is_the_wheel(released: Path, tmp_path: Path) -> None:
    (sdist,) = released.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            assert not member.name.startswith(("/", ".."))
        for member in archive.getmembers():
            archive.extract(member, tmp_path)
    (unpacked,) = tmp_path.iterdir()
    wheel = next(released.glob("*.whl")).read_bytes()
    assert release(unpacked, tmp_path / "out")[".whl"] == wheel


def test_the_look_is_in_the_wheel_once(released: Path) -> None:
    with zipfile.ZipFile(next(released.glob("*.whl"))) as archive:
        names = [name for name in archive.namelist() if name.startswith("pipeline/_styles/")]
        held = {name.removeprefix("pipeline/_styles/"): archive.read(name) for name in names}
        others = {name.split("/")[0] for name in archive.namelist()}
    styles = REPOSITORY / "styles"
    there = {path.relative_to(styles).as_posix(): path for path in styles.rglob("*") if path.is_file()}
    assert held == {name: path.read_bytes() for name, path in there.items()}
    assert others == {"pipeline", f"despatch-{__version__}.dist-info"}


# Installed -----------------------------------------------------------------------------------------------


def needed(wheel: Path, extra: str) -> Iterable[Distribution]:
    """What the wheel asks for, and what that asks for, of the packages that are installed here."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().partition("\n\n")[0].splitlines()
    asked = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    waiting = [(Requirement(text), {"", extra}) for text in asked]
    seen: dict[tuple[str, frozenset[str]], Distribution] = {}
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": one}) for one in extras):
            continue
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if key not in seen:
            seen[key] = found = distribution(requirement.name)
            waiting += [(Requirement(text), {"", *requirement.extras}) for text in found.requires or ()]
    return {item.name: item for item in seen.values()}.values()


def put(found: Distribution, site: Path) -> None:
    """Put an installed package into another environment, file by file; scripts stay where they are."""
    for file in found.files or ():
        if ".." in file.parts or file.suffix == ".pyc":
            continue
        source, target = Path(str(file.locate())), site / file
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            try:
                os.link(source, target)
            except FileExistsError:
                raise
            except OSError:  # another disk
                shutil.copyfile(source, target)


@pytest.fixture(scope="module")
def installed(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what it asks for, and nothing else: its command."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(folder, symlinks=True)
    wheel = next(released.glob("*.whl"))
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    for found in needed(wheel, "check"):
        put(found, site)
    uv = shutil.which("uv", path=Path(sys.executable).parent) or "uv"
    options = ("--offline", "--no-deps", "--no-config", "--python", folder / "bin" / "python")
    subprocess.run([uv, "pip", "install", *options, wheel], check=True, capture_output=True)
    return folder / "bin" / "despatch"


def run(command: Path, *arguments: str, folder: Path) -> str:
    """What the installed command prints, when it does its work without a word on its standard error."""
    variables = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        env={**variables, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_works_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import pipeline, sys; print(pipeline.__file__, *sys.path)"
    place = run(installed.with_name("python"), "-c", code, folder=tmp_path)
    assert str(REPOSITORY) not in place
    run(installed, "init", "desk", folder=tmp_path)
    desk = tmp_path / "desk"
    run(installed, "build", "desk/source/first-article.rst", "-o", "desk/build", folder=tmp_path)
    run(installed, "packet", "source/packets/first-packet.toml", folder=desk)
    run(installed, "check", "source/first-article.rst", "source/packets/first-packet.toml", folder=desk)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk"]

    for name, text in FILES.items():
        (desk / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / name).write_text(text, encoding="utf-8")
    (desk / "styles" / "fonts").mkdir()
    (desk / "styles" / "fonts" / "desk-face.ttf").write_bytes(font())
    run(installed, "build", "source/visit.rst", folder=desk)
    run(installed, "packet", "source/packets/visit.toml", folder=desk)
    told = run(installed, "check", "source/visit.rst", "source/packets/visit.toml", folder=desk)
    assert told.count("tables 1 = 1 = 1") == 2  # the infobox, in the article and in the packet
    for name in ("visit", "visit/visit"):
        drawn, faces, size = in_pdf(desk / "build" / f"{name}.pdf")
        assert has_colour(drawn, ACCENT)
        assert has_colour(drawn, "#00aa33")  # the logo
        assert size == (420, 595)  # A5
        assert any(face.endswith("+Desk-Face") for face in faces)
        with zipfile.ZipFile(desk / "build" / f"{name}.epub") as archive:
            names = archive.namelist()
            assert f"color: {ACCENT};" in archive.read("EPUB/style.css").decode()
            assert {".svg", ".ttf"} <= {Path(member).suffix for member in names}
            pages = "".join(archive.read(member).decode() for member in names if member.endswith(".xhtml"))
            assert "Who comes" in pages


def test_make_as_a_new_user_types_it(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "x", folder=tmp_path)
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["make", "pdf", "epub", "packet", "PAPER=A4"],
        cwd=tmp_path / "x",
        env={"PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    built = {path.name for path in (tmp_path / "x" / "build").iterdir()}
    assert {"first-article.pdf", "first-article.epub", "first-packet"} <= built
