"""The sample article with its references from a file of sources: nothing of the seed's notes is lost."""

from __future__ import annotations

import re

from docutils import nodes

from pipeline.read.reader import read
from tests.support.paths import REPOSITORY

SOURCE = REPOSITORY / "source"
MONTHS = "January February March April May June July August September October November December".split()


def notes(name: str) -> tuple[str, list[nodes.footnote]]:
    article, findings = read(SOURCE / name)
    assert findings == []
    assert article is not None
    found = list(article.document.findall(nodes.footnote))
    text = [
        re.sub(r"\s+", " ", re.sub(r"[\s.,]*", "", node.astext()))
        for node in article.document.findall(nodes.paragraph)
        if not any(node in note.children for note in found) and not isinstance(node.parent, nodes.field_body)
    ]
    return "\n".join(text), found


def fields(note: nodes.footnote) -> tuple[set[str], set[str]]:
    """The words of a note, and its dates as 2024-11-29."""
    text = note.astext().replace("’", "'").replace("\n", " ")
    dates = set(re.findall(r"\b\d{4}-\d\d-\d\d\b", text))
    for day, month, year in re.findall(rf"(\d+)?\s*({'|'.join(MONTHS)}) (\d{{4}})", text):
        number = f"{year}-{MONTHS.index(month) + 1:02}"
        dates.add(f"{number}-{int(day):02}" if day else number)
    rest = re.sub(rf"\b\d{{4}}-\d\d-\d\d\b|(\d+\s+)?({'|'.join(MONTHS)}) \d{{4}}", " ", text)
    rest = re.sub(r"https?://(doi\.org/)?", " ", rest)
    return {word.strip(".,:;()") for word in rest.split()} - {"", "-"}, dates


def test_no_word_of_the_notes_is_lost() -> None:
    text, typed = notes("belgium-kosovo.rst")
    same, set_ = notes("sources/belgium-kosovo-sources.rst")
    assert len(typed) == len(set_) == 14
    for one, other in zip(typed, set_, strict=True):
        assert one[0].astext() == other[0].astext()
        (words, dates), (there, there_dates) = fields(one), fields(other)
        assert words <= there, words - there
        assert dates == there_dates
        assert there <= words, there - words
    assert same == text


def test_calls_stand_at_the_same_words() -> None:
    def calls(name: str) -> list[str]:
        article, _ = read(SOURCE / name)
        assert article is not None
        found = []
        for call in article.document.findall(nodes.footnote_reference):
            before = call.parent[call.parent.index(call) - 1].astext()
            found.append(" ".join(before.split())[-20:])
        return found

    assert [one.rstrip(".") for one in calls("sources/belgium-kosovo-sources.rst")] == [
        one.rstrip(".") for one in calls("belgium-kosovo.rst")
    ]
