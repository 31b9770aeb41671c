"""A layout that keeps pages of the one before it is the same, byte for byte, as one made from nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.files import cache
from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.styles import Sheet
from pipeline.write.engine import load
from pipeline.write.engine.kept import tokens
from pipeline.write.engine.kept.elements import become
from pipeline.write.engine.kept.tokens import KNOWN, Keys, Tokens
from pipeline.write.engine.render import parsed, render
from pipeline.write.print import edition
from pipeline.write.print.edition import lay_out, write_pdf
from pipeline.write.print.layout import layout
from pipeline.write.print.page_numbers import numbered_again
from tests.support.articles import Read
from tests.support.paths import DATA

SHEET = """
@page { size: 300px 220px; margin: 30px 20px; @top-left { content: element(head) }
  @bottom-right { content: counter(page) " of " counter(pages) } @footnote { margin-top: 4px } }
@page wide { size: 340px 200px }
* { font-family: "IBM Plex Mono"; font-size: 10px; line-height: 10px; margin: 0; padding: 0 }
html { footnote-policy: line; orphans: 2; widows: 2 }
.head { position: running(head) }
.mark { position: fixed; top: 90px; left: 60px }
h2 { margin: 9px 0 5px; break-after: avoid; bookmark-level: 1 }
p { margin-bottom: 5px; text-align: justify; hyphens: auto }
p + p { text-indent: 10px }
.foot { float: footnote }
.side { float: right; width: 90px; margin-left: 9px }
.whole { break-inside: avoid; width: 70vw; letter-spacing: 0.3vw }
.new { break-before: page }
.wide { page: wide }
li { margin-left: 20px }
li:last-child { margin-bottom: 8px }
table { border-collapse: collapse } td, th { border: 1px solid; padding: 2px }
.two { columns: 2 }
"""
ARTICLE = (
    "First\n=====\n\nSee :page:`end`. [#a]_\n\n.. pagebreak::\n\n"
    + "Words that fill some lines of the page, one after the other. " * 60
    + "\n\n.. pagebreak::\n\n.. _end:\n\nEnd\n===\n\nText. [#b]_\n\n"
    + "Notes\n=====\n\n.. [#a] One.\n.. [#b] Two.\n"
)
WORDS = ("the", "representation", "of", "international", "a", "road", "leads", "negotiations", "and", "over")


def words(first: int, count: int) -> str:
    """That many words."""
    return " ".join(WORDS[(first * 7 + each * (first % 3 + 1)) % len(WORDS)] for each in range(count))


def block(dice: Random) -> str:
    """A block of a page as XHTML."""
    first, count, number = dice.randrange(31), dice.randint(1, 60), dice.randrange(10**6)
    text = words(first, count)
    kind = dice.choice(("p", "p", "p", "note", "h2", "ul", "table", "side", "whole", "new", "two", "wide"))
    match kind:
        case "note":
            note = f'<span class="foot" id="n{number}">{words(first, count // 3 + 1)}</span>'
            return f"<p>{text}{note} {words(count, count)}</p>"
        case "h2":
            return f"<h2>{words(first, 3)}</h2>"
        case "ul":
            items = "".join(f"<li><p>{words(first + each, 8)}</p></li>" for each in range(count // 10 + 1))
            return f"<ul>{items}</ul>"
        case "table":
            row = "".join(f"<td>{words(first + each, 3)}</td>" for each in range(3))
            rows = f"<tr>{row}</tr>" * (count // 6 + 1)
            return f"<table><thead><tr><th>{first}</th></tr></thead><tbody>{rows}</tbody></table>"
        case "side":
            return f'<div class="side"><p>{words(first, count // 3 + 1)}</p></div><p>{text}</p>'
        case "p":
            return f"<p>{text} <em>{words(count, 2)}</em> {words(first, count)}.</p>"
    return f'<div class="{kind}"><p>{text}</p><p>{words(count, 9)}</p></div>'


def edited(dice: Random, parts: Sequence[str]) -> list[str]:
    """The blocks after one or two edits."""
    after = list(parts)
    for _ in range(dice.randint(1, 2)):
        index = dice.randrange(len(after))
        match dice.choice(("insert", "remove", "word", "change")):
            case "insert":
                after.insert(index, block(dice))
            case "remove" if len(after) > 1:
                del after[index]
            case "word":
                after[index] = after[index].replace(" the ", " that ", 1)
            case _:
                after[index] = block(dice)
    return after


def page_of(parts: Sequence[str], mark: str = "") -> ET.Element:
    """A whole page: blocks in sections of four, and what runs at the head."""
    sections = "".join(
        f"<section>{''.join(parts[start : start + 4])}</section>" for start in range(0, len(parts), 4)
    )
    return parsed(
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>'
        f'<div class="head">Head</div>{mark}{sections}</body></html>'
    )


def laid(root: ET.Element, earlier: Any = None) -> Any:
    """The page, laid out."""
    findings: list[Finding] = []
    document = render(root, [Sheet("test", SHEET)], {}, date(2026, 11, 24), "test", findings, earlier)
    assert findings == []
    return document


def data(document: Any) -> bytes:
    """A PDF of it."""
    return bytes(document.write_pdf(uncompressed_pdf=True, pdf_identifier=b"test"))


def check_edits(seed: int) -> None:
    """Change a page three times, and compare each time."""
    dice = Random(seed)
    parts = [block(dice) for _ in range(dice.randint(6, 20))]
    mark = dice.choice(("", '<div class="mark">DRAFT</div>'))
    document = laid(page_of(parts, mark))
    for _ in range(3):
        parts = edited(dice, parts)
        document = laid(page_of(parts, mark), document)
        assert data(document) == data(laid(page_of(parts, mark)))


# Of 4: its first block changes, and with it the name of the first page.
@pytest.mark.parametrize("seed", [4])
def test_pages_after_edits_are_those_of_a_layout_from_nothing(seed: int) -> None:
    check_edits(seed)


@pytest.mark.slow
def test_keys_of_a_long_row_of_layouts_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[int] = []
    renew = Tokens.renew

    def noting_renew(self: Tokens, keys: Keys) -> None:
        renewed.append(len(self._numbers.numbers))
        renew(self, keys)

    monkeypatch.setattr(tokens, "MANY", 1)
    monkeypatch.setattr(Tokens, "renew", noting_renew)
    check_edits(4)
    assert renewed


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_pages_after_any_edits_are_those_of_a_layout_from_nothing(seed: int) -> None:
    check_edits(seed)


@given(st.integers(0, 10**9))
def test_a_tree_becomes_another_one(seed: int) -> None:
    dice = Random(seed)
    parts = [block(dice) for _ in range(dice.randint(1, 9))]
    old, after = page_of(parts), edited(dice, parts)
    become(old, page_of(after))
    assert ET.tostring(old) == ET.tostring(page_of(after))
    assert len(list(old.iter())) == len(set(old.iter()))


def test_what_is_said_of_a_page_that_is_kept_is_said_again() -> None:
    """`render` gives what WeasyPrint warns about, whether a page is set or kept."""
    import logging

    parts = [f"<p>{words(each, 40)}</p>" for each in range(12)]
    findings: list[Finding] = []
    sheet = Sheet("test", SHEET)
    document = None
    for _ in range(2):
        findings.clear()
        load.load(cache.folder())
        from weasyprint.layout import page

        make_page = page.make_page

        def warning_make_page(*arguments: Any, make: Any = make_page) -> Any:
            logging.getLogger("weasyprint").warning("page %d", arguments[4])
            return make(*arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page, "make_page", warning_make_page)
            document = render(page_of(parts), [sheet], {}, date(2026, 11, 24), "test", findings, document)
        assert sorted({finding.message for finding in findings}) == sorted(
            f"page {number}" for number in range(1, len(document.pages) + 1)
        )


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [True, False])
def test_an_article_is_the_same_whether_pages_are_kept_or_not(
    read_text_article: Callable[[str], Read], monkeypatch: pytest.MonkeyPatch, *, numbers: bool
) -> None:
    """With numbers set where they stand, and in a layout that keeps pages."""
    text = ARTICLE.replace("Text. [#b]_", "Text.").replace("[#a]_", "[#a]_ [#b]_") if numbers else ARTICLE
    article = read_text_article(text).article
    assert article is not None
    seen = []

    def noting_numbered_again(*arguments: Any) -> Any:
        seen.append(numbered_again(*arguments) if numbers else None)
        return seen[-1]

    monkeypatch.setattr(edition, "numbered_again", noting_numbered_again)
    kept, pages, _ = write_pdf([article])
    assert any(each is not None for each in seen) == numbers
    monkeypatch.setattr(edition, "numbered_again", lambda *_: None)
    monkeypatch.setattr(edition, "layout", lambda *arguments: layout(*arguments[:-1]))
    anew, _, _ = write_pdf([article])
    assert pages > 3
    assert kept == anew


@pytest.mark.slow
def test_every_attribute_of_boxes_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not known is never alike, and its page set anew each time."""
    article, _ = read(DATA / "kitchen-sink.rst")
    assert article is not None
    load.load(cache.folder())
    from weasyprint import document

    class StopError(Exception):
        pass

    unknown: set[str] = set()

    def stop(_: Any, root: Any, *__: Any) -> Any:
        stack = [root]
        while stack:
            box = stack.pop()
            unknown.update(box.__dict__.keys() - KNOWN)
            stack += [*box.all_children(), *filter(None, [box.footnote])]
        raise StopError

    monkeypatch.setattr(document, "layout_document", stop)
    with pytest.raises(StopError):
        lay_out([article])
    assert unknown == set()
