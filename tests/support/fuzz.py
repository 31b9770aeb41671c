"""Coverage-guided fuzzing of the readers and writers with atheris: what text makes the house fall over?

    python -m tests.support.fuzz SECONDS [bytes|articles] [FOLDER]

``bytes`` changes the bytes of real articles; ``articles`` lets coverage choose what the strategies of
``random_source`` make; without a name both run, each in a process. Each input is read strictly and as a
draft, and both editions are written from the draft; `random_check.check_text` says what must hold. FOLDER
(``build/fuzz``) keeps the inputs that reached new code, and in ``found`` those that failed. Exit code 0:
nothing was found. The last lines say how many inputs ran.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.support.paths import DATA, REPOSITORY

TARGETS: Final = ("bytes", "articles")
LONGEST: Final = 4096
"""Bytes of an input; `tests/whole/test_threats.py` has the large ones."""
SLOWEST: Final = 60
"""Seconds in which each input must be done, instrumented."""
MEMORY: Final = 4096
"""Megabytes; WeasyPrint and the fonts take 300 of them."""

# What the markup is made of, so that the fuzzer need not find it by luck; one token a line.
TOKENS: Final = r"""
.. ¦::¦   :¦``¦**¦|¦_¦__¦_`¦`_¦`__¦ <¦>`_¦[#¦]_¦[*]_¦\¦.. [#] ¦.. |¦| replace:: ¦unicode:: 0x¦.. _
: ¦+---+¦+===+¦===  ===¦&- ¦&1. ¦&#. ¦&| ¦&>>> ¦&   ¦&====&¦&----&¦&~~~~&¦:date: 2026-11-24&¦include
csv-table¦list-table¦image¦raw:: html¦figure¦math¦code¦table¦contents¦sectnum¦header¦footer¦role
class¦infobox¦glossary¦index¦only¦topic¦sidebar¦:math:`¦:sub:`¦:ref:`¦:term:`¦:page:`¦:raw-html:`
replace¦\frac{¦\begin{cases}¦\\¦&::&&   ¦&.. note::&&
"""


def dictionary() -> str:
    """`TOKENS` in the format of libFuzzer."""
    tokens = TOKENS.strip("\n").replace("\n", "¦").replace("&", "\n").split("¦")
    hexed = ("".join(f"\\x{byte:02x}" for byte in token.encode()) for token in tokens)
    return "".join(f'"{token}"\n' for token in hexed)


def seed_corpus(target: str, folder: Path, seed: int) -> None:
    """Give the fuzzer something to begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    if target == "articles":  # a strategy draws from many bytes: a short input is a short article
        chance = random.Random(seed)
        for number in range(50):
            (folder / f"chance-{number}").write_bytes(chance.randbytes(LONGEST))
        return
    for path in sorted([*REPOSITORY.glob("source/*.rst"), *DATA.glob("**/*.rst")]):
        text = path.read_bytes()
        for number, start in enumerate(range(0, len(text), LONGEST // 2)):
            (folder / f"{path.stem}-{number}").write_bytes(text[start : start + LONGEST // 2])


def fuzz(seconds: int, target: str, folder: Path) -> None:
    """Fuzz one target for a time; libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["docutils", "pipeline"]):
        import pipeline.read.reader
        import pipeline.write.epub.edition
        import pipeline.write.print.edition  # noqa: F401
    from tests.support.random_check import check_text
    from tests.whole.test_random import test_any_text_is_read_and_written

    def from_bytes(data: bytes) -> None:
        check_text(data.decode("utf-8", "surrogateescape"))

    at_random: Any = test_any_text_is_read_and_written  # hypothesis does not tell of what it adds
    tests: dict[str, Callable[[bytes], object]] = {
        "bytes": from_bytes,
        "articles": at_random.hypothesis.fuzz_one_input,
    }
    seed = random.randrange(1, 2**31)
    corpus, words = folder / "corpus" / target, folder / f"{target}.dict"
    seed_corpus(target, corpus, seed)
    (folder / "found").mkdir(exist_ok=True)
    words.write_text(dictionary())
    options = [
        *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", f"-seed={seed}"),
        *(f"-rss_limit_mb={MEMORY}", f"-dict={words}", f"-artifact_prefix={folder / 'found' / target}-"),
        *("-print_final_stats=1", "-reload=0", "-len_control=0"),
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], tests[target])
    atheris.Fuzz()


def main(seconds: str = "600", target: str = "", where: str = "build/fuzz") -> int:
    """Fuzz one target, or both in processes of their own; the exit code."""
    folder = Path(where).resolve()
    if target:
        fuzz(int(seconds), target, folder)
        return 0
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("despatch: there is no atheris for this machine: it needs Linux on x86-64", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    running = {}
    for name in TARGETS:
        command = [sys.executable, "-m", "tests.support.fuzz", seconds, name, str(folder)]
        with (folder / f"{name}.log").open("w") as log:
            running[name] = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT)
    codes = {name: process.wait() for name, process in running.items()}
    for name, code in codes.items():
        said = (folder / f"{name}.log").read_text(errors="replace")
        ran = re.findall(r"number_of_executed_units: (\d+)", said)
        what = "nothing found" if not code else "SOMETHING FOUND"
        print(f"{name}: {ran[-1] if ran else 'no'} inputs in {seconds} s, {what}")
        if code:
            print(f"{said[-3000:]}\nsee {folder / name}.log and {folder / 'found'}")
    return 1 if any(codes.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
