"""Makes .venv and installs what is missing; `.ci/setup` calls it and says what the modes mean.

Needs nothing but the standard library. What goes wrong is told in one line, with the command that cures it.

`.venv` counts as ready only when its stamp says so. The stamp is a file in `.venv` that is written last and
holds digests of what was installed: an interrupted run leaves none, and a changed lock file makes it wrong.
One lock (on this very file) keeps two runs apart.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))
from pipeline import libraries  # noqa: E402

VENV = ROOT / ".venv"
STAMP = VENV / "despatch-ready.json"
Level = Literal["run", "dev"]
LOCKS: dict[Level, str] = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
KEYS = ("python", "folder", "run")  # what a .venv cannot be mended in, only made anew
MODES = ("run", "dev", "full", "lock")

# What test-all runs: any of these commands will do, and the Debian package that has it.
PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "qpdf": ("qpdf",),
    "poppler-utils": ("pdftotext",),
    "nodejs": ("node",),
    "npm": ("npm",),
    "tesseract-ocr": ("tesseract",),
}


class Missing(Exception):
    """Something that this script may not or could not put right; its text is for the reader."""


def say(text: str) -> None:
    print(f"despatch: {text}", file=sys.stderr, flush=True)


def call(*command: str) -> tuple[bool, str]:
    """Run a command in silence: whether it succeeded, and all that it said."""
    done = subprocess.run(
        command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return not done.returncode, done.stdout.decode(errors="replace")


# --- the system's own packages


def missing_programs() -> list[str]:
    return [package for package, names in PROGRAMS.items() if not any(map(shutil.which, names))]


def missing_for_venv() -> list[str]:
    """The Debian package without which this Python makes no virtual environment, if it is missing."""
    whole = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    return [] if whole else [f"python3.{sys.version_info.minor}-venv"]


def rights() -> list[str] | None:
    """What to put before apt-get so that it may install, or None where it may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and call("sudo", "-n", "true")[0]:
        return ["sudo", "-n"]
    return None


def need(missing: Callable[[], list[str]]) -> None:
    """Install the Debian packages that `missing()` names when we may; otherwise tell how to, and stop."""
    packages = missing()
    if not packages:
        return
    prefix = rights()
    if prefix is not None:
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        apt += ["-o", "DPkg::Lock::Timeout=300"]
        say(f"installing with apt-get: {' '.join(packages)}")
        said = ""
        for update in (False, True):  # a fresh list only when the one that is here will not do
            if update:
                call(*apt, "update")
            names = map(libraries.known_here, packages)
            installed, said = call(*apt, "install", "-y", "--no-install-recommends", *names)
            if installed and not missing():
                return
        sys.stderr.write(said[-1500:])
    raise Missing(libraries.fault_of(packages))


# --- .venv


def digest(*names: str) -> str:
    found = hashlib.sha256()
    for name in names:
        path = ROOT / name
        if not path.is_file():
            raise Missing(f"{name} is missing: this copy of the project is not whole.")
        found.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def wanted(level: Level) -> dict[str, str]:
    """What the stamp holds once `level` ("run" or "dev") is installed."""
    kept = "" if os.environ.get("PYTHON") else stamped().get("python")  # a .venv keeps its Python till told
    stamp = {
        "python": kept or "{}.{}".format(*sys.version_info),
        "folder": str(ROOT),
        "run": digest(LOCKS["run"]),
        "project": digest("pyproject.toml", "pipeline/__init__.py"),  # the latter holds the version
    }
    if level == "dev":
        stamp["dev"] = digest(LOCKS["dev"])
    return stamp


def stamped() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Appears whole or not at all."""
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp, indent=1) + "\n")
    new.replace(STAMP)


def venv_ready(level: Level) -> bool:
    return wanted(level).items() <= stamped().items() and (VENV / "bin" / "python").exists()


def pip(*arguments: str) -> None:
    run(str(VENV / "bin" / "python"), "-m", "pip", *arguments, "--disable-pip-version-check")


def run(*command: str) -> None:
    """Run a command that says nothing unless it fails."""
    succeeded, said = call(*command)
    if not succeeded:
        print(*[line for line in said.splitlines() if line.strip()][-15:], sep="\n", file=sys.stderr)
        raise Missing(f"`{' '.join(command[1:5])} …` failed; the last of what it said is above.")


def remove_venv() -> None:
    """Out of the way at once, so that what is left after an interruption is never taken for .venv."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        aside = ROOT / f".venv.old-{os.getpid()}"
        VENV.rename(aside)
    for aside in ROOT.glob(".venv.old-*"):
        shutil.rmtree(aside, ignore_errors=True)


def install(lock: str) -> None:
    pip("install", "--quiet", "--no-user", "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", lock)


def make_venv(level: Level, check: bool) -> None:
    """Make .venv, or bring it to `level`, doing only what is left to do; a changed lock makes it anew."""
    now, aim = stamped(), wanted(level)
    keys = [*KEYS, "dev"] if "dev" in now and "dev" in aim else KEYS
    if not (VENV / "bin" / "python").exists() or any(now.get(key) != aim[key] for key in keys):
        say("making .venv, once (about a minute)")
        remove_venv()
        run(sys.executable, "-m", "venv", str(VENV))
        install(LOCKS["run"])
        now, aim = {}, wanted(level)
    if level == "dev" and "dev" not in now:
        say("installing what the tests need into .venv")
        install(LOCKS["dev"])
    if now.get("project") != aim["project"]:
        if now:
            write_stamp({**now, "project": "under way"})
        pip("install", "--quiet", "--no-user", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    if check:
        try:
            pip("check")
        except Missing as error:
            raise Missing("requirements.lock is older than pyproject.toml: run `make lock`.") from error
    write_stamp({**now, **aim})


def missing_packages(mode: str, level: Level) -> list[str]:
    """Debian's names of what the system lacks for this mode."""
    return [
        *libraries.missing(),
        *([] if venv_ready(level) else missing_for_venv()),
        *(missing_programs() if mode == "full" else []),
    ]


@contextmanager
def alone() -> Iterator[None]:
    """Wait for another run in this folder. The system drops the lock when a process ends, however it ends."""
    with Path(__file__).open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another `make` to finish setting up")
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:
            pass  # a network folder without locks
        yield


def main(arguments: list[str]) -> int:
    mode = arguments[0] if arguments else "run"
    if mode not in MODES:
        say(f"no such mode: {mode} (there are {', '.join(MODES)})")
        return 2
    level: Level = "run" if mode == "run" else "dev"
    try:
        if "--only-look" in arguments:
            return int(not venv_ready(level) or bool(missing_packages(mode, level)))
        with alone():
            need(lambda: missing_packages(mode, level))
            if not venv_ready(level):
                make_venv(level, check=mode != "lock")
    except Missing as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next `make` begins this step again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
