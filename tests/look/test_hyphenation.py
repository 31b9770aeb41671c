"""Words are divided as Pyphen divides them, by patterns of which only those are read that a word needs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from pipeline.look.hyphenation import dictionaries
from tests.support.paths import REPOSITORY

WORDS = (
    "internationalisation Straßenbahnhaltestelle col·laboració autoopgelei, representation ĉirkaŭaĵo "
    "tankönyvvásárlás tillsammans Ασφάλεια мероприятия İstanbul ab a o'clock 2026 x² ١٢"
).split()


def alike(path: Any) -> bool:
    """Whether a file has the patterns that Pyphen itself finds in it, and words are divided by them alike."""
    pyphen = dictionaries()
    theirs, ours = pyphen.HyphDict(path), pyphen.hdcache[path]
    divided = [(told(ours.positions(word)), told(theirs.positions(word))) for word in WORDS]
    read = {
        letters: ours._read(found) if isinstance(found, str) else found
        for letters, found in ours.patterns.items()
    }
    return (
        all(mine == yours for mine, yours in divided)
        and ours.maxlen == theirs.maxlen
        and {letters: (start, told(values)) for letters, (start, values) in read.items()}
        == {letters: (start, told(values)) for letters, (start, values) in theirs.patterns.items()}
    )


def told(values: Any) -> list[tuple[int, Any]]:
    """Numbers of a pattern, with what is put in the place of letters there."""
    return [(int(value), getattr(value, "data", None)) for value in values]


@pytest.mark.parametrize("language", ["af", "ca", "eo", "fr", "und"])
def test_words_are_divided_as_pyphen_divides_them(language: str) -> None:
    assert alike(dictionaries().LANGUAGES[language])


@pytest.mark.slow
def test_all_patterns_are_those_of_pyphen() -> None:
    pyphen = dictionaries()
    dotted = {pyphen.LANGUAGES[tag] for tag in ("tr", "az")}
    for path in {id(path): path for path in pyphen.LANGUAGES.values() if path not in dotted}.values():
        assert alike(path), path


PROGRAM = """
import json
from pipeline.look.hyphenation import dictionaries
pyphen = dictionaries()
german = pyphen.Pyphen(lang="de")
divided = german.inserted("Straßenbahn")
patterns = german.hd.patterns.values()
print(json.dumps([divided, len(patterns), sum(type(one) is not str for one in patterns)]))
"""


def test_only_patterns_that_a_word_has_are_read() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True, timeout=60
    )
    divided, patterns, read = json.loads(run.stdout)
    assert divided == "Stra-ßen-bahn"
    assert patterns > 60_000
    assert 0 < read < 100
