"""Citation styles: every one of the table works, and what would fetch or never end is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from pipeline import styles
from pipeline.cite import csl, engine
from pipeline.desk import Desk, at

ITEM = {
    "id": "k",
    "type": "book",
    "title": "Contested States",
    "author": [{"family": "Koinova", "given": "Maria"}],
    "issued": {"date-parts": [[2021]]},
    "publisher": "Oxford University Press",
}
STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>x</title>{info}</info>{macros}
<citation><layout>{layout}</layout></citation></style>"""


@pytest.mark.parametrize("name", styles.data("citations"))
def test_each_style_of_the_table_sets_a_source(name: str) -> None:
    style = csl.load(name)
    clusters = [engine.cite([engine.citation("k", note=1)])]
    (words,), entries = engine.process(clusters, [ITEM], style.data, "en-GB")
    assert any("Koinova" in str(one) or "1" in str(one) for one in words)
    assert bool(entries) == style.lists
    assert style.notes == ("'t': 'Note'" in str(words))


def test_the_table_names_authors_and_licence() -> None:
    head = (styles.BUILT_IN / "citations.toml").read_text(encoding="utf-8").split("\n[")[0]
    assert "CC BY-SA 3.0" in head
    for name, row in styles.data("citations").items():
        root = etree.fromstring(csl.load(name).data)
        names = {node.text for node in root.findall(".//{*}author/{*}name")}
        assert set(re.split(", ", row["by"])) == names
        if name == "complete":
            continue  # our own
        assert "by-sa/3.0" in root.find(".//{*}rights").get("license")


def test_a_style_of_another_name_is_not_there() -> None:
    with pytest.raises(csl.StyleError, match=r'did you mean "oscola"'):
        csl.load("oskola")
    for name in ("../oscola", "/etc/passwd", "a b", ""):
        with pytest.raises(csl.StyleError):
            csl.load(name)


def test_a_dependent_style_is_refused_with_the_name_of_its_parent() -> None:
    with pytest.raises(csl.StyleError, match=r":citation-style: chicago-author-date"):
        csl.load("turabian-author-date")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<style", "no XML"),
        ("<!DOCTYPE style [<!ENTITY a 'b'>]>" + STYLE.format(info="", macros="", layout=""), "DOCTYPE"),
        ("<html/>", "no citation style"),
        (STYLE.replace("citation>", "other>").format(info="", macros="", layout=""), "how a source is cited"),
        (STYLE.format(info="", macros="", layout='<text macro="a"/>'), 'macro "a" that it does not have'),
        (
            STYLE.format(
                info="",
                macros='<macro name="a"><text macro="b"/></macro><macro name="b"><text macro="a"/></macro>',
                layout='<text macro="a"/>',
            ),
            "in a circle",
        ),
        (
            STYLE.format(
                info='<link rel="independent-parent" href="http://x.org/styles/mine"/>', macros="", layout=""
            ),
            "nothing is fetched",
        ),
    ],
)
def test_a_style_of_the_desk_that_can_not_be_used(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "csl").mkdir()
    (tmp_path / "csl" / "mine.csl").write_text(text, encoding="utf-8")
    with at(Desk(styles=tmp_path)), pytest.raises(csl.StyleError, match=re.escape(words)):
        csl.load("mine")


def test_a_style_of_the_desk_goes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "csl").mkdir()
    text = STYLE.format(info="", macros="", layout='<text variable="title" text-case="uppercase"/>')
    (tmp_path / "csl" / "oscola.csl").write_text(text, encoding="utf-8")
    with at(Desk(styles=tmp_path)):
        style = csl.load("oscola")
        assert "oscola" in csl.known()
    (words,), _ = engine.process([engine.cite([engine.citation("k")])], [ITEM], style.data, "en")
    assert "CONTESTED" in str(words)


@pytest.mark.parametrize("name", [name for name in styles.data("citations") if csl.load(name).notes])
def test_short_notes_come_with_a_list(name: str) -> None:
    """A note such as "Koinova 3." tells no reader which source it is: the list of sources is added."""
    style = csl.load(name)
    (words,), _ = engine.process([engine.cite([engine.citation("k", note=1)])], [ITEM], style.data, "en-GB")
    assert style.needs_list or "Oxford" in str(words) or "2021" in str(words)
