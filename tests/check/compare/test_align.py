"""Words laid beside words: what a typesetter does to a line is undone, and nothing else is."""

from __future__ import annotations

import pytest

from pipeline.check.compare.align import Gap, align
from pipeline.check.vocabulary.builder import Builder
from pipeline.check.vocabulary.facts import Glue, Kind, Piece, Rowful


def pieces(*texts: str) -> list[Piece]:
    """Pieces of a line: ``|word`` begins a new line, ``+word`` is joined to what is before it."""
    glue = {"|": Glue.LINE, "+": Glue.JOINED}
    return [
        Piece(text[1:], glue=glue[text[0]]) if text[0] in glue and len(text) > 1 else Piece(text)
        for text in texts
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["a", "recognised", "state"], ["a", "recog-", "|nised", "state"]),
        (["a", "recognised", "state"], ["a", "recog", "|nised", "state"]),
        (["twenty-five-year-old"], ["twenty-", "|five-year-", "|old"]),
        (["twenty-five-year-old"], ["twenty-five-", "|year-old"]),
        (["self-evident"], ["self-evi-", "|dent"]),
        (["https://a.example/b-c/d"], ["https://a.example/", "|b-", "|c/d"]),
        (["(bold)italic,"], ["(", "+bold", "+)", "+italic", "+,"]),
        (["two", "words"], ["two", "|words"]),
        (["counterrevolutionary"], ["counter-", "|rev", "+olu-", "|tionary"]),
    ],
)
def test_the_typesetters_lines_are_undone(wanted: list[str], found: list[str]) -> None:
    result = align(pieces(*wanted), pieces(*found))
    assert result.gaps == []
    assert result.glued == []
    assert len(result.at) == len(wanted)


@pytest.mark.parametrize(
    ("wanted", "found", "gap"),
    [
        (["a", "b", "c", "d"], ["a", "c", "d"], Gap(1, 2, 1, 1)),
        (["a", "c", "d"], ["a", "b", "c", "d"], Gap(1, 1, 1, 2)),
        (["a", "b", "c", "d"], ["a", "x", "c", "d"], Gap(1, 2, 1, 2)),
        (["a", "b"], ["a"], Gap(1, 2, 1, 1)),
        (["a"], ["a", "b"], Gap(1, 1, 1, 2)),
        (["well-known", "x", "y", "z"], ["wellknown", "x", "y", "z"], Gap(0, 1, 0, 1)),
        (["recognised", "x", "y", "z"], ["recog-", "nised", "x", "y", "z"], Gap(0, 1, 0, 2)),
        ([], ["a"], Gap(0, 0, 0, 1)),
        (["a"], [], Gap(0, 1, 0, 0)),
    ],
)
def test_a_difference_is_as_small_as_it_is(wanted: list[str], found: list[str], gap: Gap) -> None:
    assert align(pieces(*wanted), pieces(*found)).gaps == [gap]


def test_words_that_lost_their_space_are_seen() -> None:
    result = align(pieces("two", "words"), pieces("two", "+words"))
    assert (result.gaps, result.glued) == ([], [1])


def test_a_call_must_be_a_link() -> None:
    wanted = [Piece("word"), Piece("3", Kind.CALL, links=(0,))]
    linked = [Piece("word"), Piece("3", glue=Glue.JOINED, links=(7,))]
    plain = [Piece("word"), Piece("3", glue=Glue.JOINED)]
    assert align(wanted, linked).gaps == []
    assert align(wanted, plain).gaps == [Gap(1, 2, 1, 2)]


def test_what_is_optional_may_be_there_or_not() -> None:
    wanted = [Piece("a"), Piece(":", optional=True), Piece("b")]
    assert align(wanted, pieces("a", ":", "b")).gaps == []
    assert align(wanted, pieces("a", "b")).gaps == []
    marked = [Piece("•", optional=True), Piece("a"), Piece("b")]
    assert align(pieces("a", "b"), marked).skipped == {0}


def test_a_line_from_right_to_left_has_its_letters_in_the_order_of_the_eye() -> None:
    line = [Piece("הזטפשמ", bag=True)]
    assert align(pieces("זה", "משפט"), line).gaps == []
    assert align(pieces("זה", "משפטט"), line).gaps != []


def test_a_long_row_with_many_differences_takes_no_time() -> None:
    words = [f"w{n % 97}" for n in range(6000)]
    changed = [word if n % 50 else "x" for n, word in enumerate(words)]
    result = align(pieces(*words), pieces(*changed))
    assert len(result.gaps) == 120


def test_text_becomes_words_and_typesetting_marks_go() -> None:
    row = Rowful()
    build = Builder(row)
    for text in ("One w\u00adord", " and\u00a0", "gl", "ued\u200b,", " end"):
        build.text(text)
    assert [piece.text for piece in row.pieces] == ["One", "word", "and", "glued,", "end"]
