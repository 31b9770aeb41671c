"""The packed style sheets, read from finished ebooks: what old engines do not know is nowhere in them.

``kobofix`` is others' list of what Adobe's engine on Kobo's readers stumbles on; `faults` is ours.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import kobofix
import pytest

from pipeline import cli
from pipeline.look.old_engines import PORTABLE, faults
from pipeline.look.portable import packed, unportable
from tests.support.articles import HEAD, Editions


def sheets_of(epub: Path) -> dict[str, str]:
    """The style sheets of an ebook."""
    with zipfile.ZipFile(epub) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".css")}


def check(epub: Path) -> dict[str, str]:
    """Assert that an ebook holds nothing that old engines stumble on."""
    found = sheets_of(epub)
    assert {name: faults(text) for name, text in found.items()} == dict.fromkeys(found, ())
    others = [
        one
        for one in kobofix.lint_epub(str(epub), None)["findings"]
        # What does not know it leaves out that sheet, and folds the rows of the table as the first one says.
        if not (one["snippet"] == "position: sticky" and "media-" in one["source"])
    ]
    assert [f"{one['source']} {one['line']} {one['snippet']}: {one['message']}" for one in others] == []
    return found


def test_an_article_has_plain_sheets(kitchen: Editions) -> None:
    found = check(kitchen.result.outputs[-1].path)
    assert set(found) == {
        f"EPUB/{name}.css" for name in ("style", "counters", "media-1", "media-2", "media-3", "dark")
    }
    assert len(found["EPUB/style.css"]) > 10_000
    assert "@media" not in found["EPUB/style.css"]


@pytest.mark.slow
def test_a_packet_and_a_desks_own_sheets_are_plain(tmp_path: Path) -> None:
    (tmp_path / "source" / "packets").mkdir(parents=True)
    (tmp_path / "styles").mkdir()
    (tmp_path / "source" / "one.rst").write_text(HEAD + "Text.\n")
    (tmp_path / "source" / "packets" / "visit.toml").write_text(
        'title = "Visit"\ndate = 2026-11-24\n\n[[section]]\ntitle = "Notes"\n\n'
        '[[section.item]]\narticle = "../one.rst"\n'
    )
    (tmp_path / "styles" / "theme.css").write_text(":root { --accent: #c01080; --gap: min(1em, 2em); }\n")
    (tmp_path / "styles" / "ebook.css").write_text(
        "p:is(.a, .b) { margin-inline-start: var(--gap); color: var(--accent); }\n"
        "p { width: min(100%, 3em); height: 50vh; display: flex; }\n"
        "@media (max-width: 20em) { p { color: var(--ink); } }\n"
    )
    out = tmp_path / "out"
    assert cli.main(["packet", str(tmp_path / "source" / "packets" / "visit.toml"), "-o", str(out)]) == 0
    epubs = sorted(out.rglob("*.epub"))
    assert len(epubs) == 2
    for epub in epubs:
        style = check(epub)["EPUB/style.css"]
        assert "p.a, p.b { margin-left: 1em; color: #c01080; }" in style


def test_the_list_finds_what_it_is_there_for() -> None:
    bad = (
        *("p { color: var(--a); }", "p { width: calc(1em + 2px); }", "p { width: min(1em, 2px); }"),
        *("p { height: 10vh; }", "p { display: flex; }", "p { display: grid; }", "p { gap: 1em; }"),
        *(":is(p, li) { color: red; }", "p:has(a) { color: red; }", "p:not(.a, .b) { color: red; }"),
        *("p { margin-inline-start: 1em; }", "p { text-align: start; }", "p { --a: 1em; }"),
        *("p { position: absolute; }", "p { & a { color: red; } }", "@import url(a.css);"),
        *("p { color: red; } @media (min-width: 1em) { p { color: red; } }", "@supports (a: b) { }"),
        "@media (min-width: 1em) { @media (max-width: 2em) { p { color: red; } } }",
    )
    assert [text for text in bad if not faults(text)] == []
    assert faults('p > a:first-child::before { content: "a"; color: rgb(1, 2, 3); float: left; }') == ()
    assert all(source.startswith("https://") for _, _, source in PORTABLE)


def test_what_is_later_wins_over_a_query_before_it() -> None:
    theme = ":root { --a: #111; } @media (prefers-color-scheme: dark) { :root { --a: #eee; } }"
    text = (
        "p { color: var(--a); } @media (min-width: 9em) { p { float: left; margin: 0; } } p { margin: 1px; }"
    )
    main, wide, dark = packed((theme, text, "p { color: inherit; }"))
    assert main.text == "p { color: #111; }\np { margin: 1px; }\np { color: inherit; }\n"
    assert wide.media == "(min-width: 9em)"
    assert wide.text.splitlines()[1:-1] == ["p { float: left; margin: 0; }", "p { margin: 1px; }"]
    assert dark.text.splitlines()[1:-1] == ["p { color: #eee; }", "p { color: inherit; }"]


def test_what_an_ebook_goes_without_is_told() -> None:
    text = "p { color: red; }\n\ndiv { display: grid; width: calc(100% - 1em); }\np:has(a) { color: red; }\n"
    assert [(one.line, one.fault.split()[0]) for one in unportable(text)] == [
        (3, "such"),
        (3, "calc()"),
        (4, ":has"),
    ]
