"""Forty sources of all kinds (``data/library.bib``) in ten styles: nothing lost, doubled or left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.cite.library import Library
from pipeline.cite.tidy import tidied
from pipeline.read.reader import read
from pipeline.tree.nodes import BIBLIOGRAPHY_ENTRY
from tests.support.paths import DATA

BIB = (DATA / "library.bib").read_text(encoding="utf-8")
KEYS = re.findall(r"^@(?!string)\w+\{([^,]+),", BIB, re.MULTILINE)
STYLES = (
    *("complete", "chicago-notes", "oscola", "mhra", "eu"),
    *("apa", "harvard", "chicago-author-date", "ieee", "iso690"),
)
LEFT_OVER = re.compile(
    r"[{}\\$]|\.\.|,,| [,;.:]|\(\)|\[\]|  |\?\?|doi\.org/https|doi:\s*https"
    r"|<(?:i|b|span|sup)\b|[\u4e00-\u9fff]\.,"
)
PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u00a0", "''\"\" ")
UNLISTED = {"apa": {"cable2008"}, "chicago-author-date": {"cable2008"}}
"""Letters, which these styles name in the text alone."""
FOREIGN = {
    "wien1815": ("de", "Acten des Wiener Congresses"),
    "lesoir": ("fr", "Le Kosovo à l\u2019heure belge"),
    "krasniqi2021": ("sq", "Çështja e njohjes"),
    "ibnkhaldun": ("ar", "المقدمة"),
    "sunzi": ("zh", "孫子兵法"),
    "andric": ("sr", "На Дрини ћуприја"),
}


def words(style: str, folder: Path) -> tuple[list[str], dict[str, set[str]]]:
    """The notes, or the entries of the list; and by language, what is marked."""
    (folder / "refs.bib").write_text(BIB, encoding="utf-8")
    cited = " ".join(f"A{number} :cite:p:`{key}`." for number, key in enumerate(KEYS))
    listed = "" if style in ("chicago-notes", "mhra") else "\n\nSources\n=======\n\n.. bibliography::\n"
    head = f"T\n=\n\n:date: 2026-11-24\n:language: en\n:sources: refs.bib\n:citation-style: {style}\n\n"
    path = folder / "article.rst"
    path.write_text(head + cited + listed, encoding="utf-8")
    article, findings = read(path)
    assert article is not None, findings
    assert findings == []
    found = [note[1] for note in article.document.findall(nodes.footnote)]
    found = found or [
        one for one in article.document.findall(nodes.paragraph) if BIBLIOGRAPHY_ENTRY in one["classes"]
    ]
    marked: dict[str, set[str]] = {}
    for node in (inline for one in found for inline in one.findall(nodes.inline)):
        for name in node["classes"]:
            if name.startswith("language-"):
                marked.setdefault(name.removeprefix("language-"), set()).add(node.astext())
    return [one.astext() for one in found], marked


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_forty_sources(style: str, tmp_path: Path) -> None:
    assert len(KEYS) == 40
    found, marked = words(style, tmp_path)
    assert len(found) == 40 - len(UNLISTED.get(style, ()))
    left = [text for text in found if LEFT_OVER.search(text)]
    assert left == []
    for language, title in FOREIGN.values():
        assert title in marked[language], language
    library = Library()
    library.add(BIB, "refs.bib")
    whole = " ".join(found).casefold().translate(PLAIN)
    for key, entry in library.entries.items():
        title = re.sub(r"<[^>]+>", "", str(entry.item["title"])).casefold()
        start = title.translate(PLAIN)[:12]
        assert start in whole or key in UNLISTED.get(style, ()), key


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ({"DOI": "https://doi.org/10.1/x"}, {"DOI": "10.1/x"}),
        ({"DOI": "doi: 10.1/x"}, {"DOI": "10.1/x"}),
        ({"DOI": "10.1/doi.org/x"}, {"DOI": "10.1/doi.org/x"}),
        ({"author": [{"family": "孫", "given": "武"}]}, {"author": [{"literal": "孫武"}]}),
        ({"author": [{"family": "Sun", "given": "W"}]}, {"author": [{"family": "Sun", "given": "W"}]}),
        ({"title": "$n$ cases"}, {"title": '<span class="nocase"><i>n</i></span> cases'}),
        ({"author": [{"literal": "Center <i>for</i> Law"}]}, {"author": [{"literal": "Center for Law"}]}),
        ({"version": "2024-10"}, {"version": "2024\u201110"}),
        ({"title": "From $5 to $6"}, {"title": "From $5 to $6"}),
        ({"language": "Albanian"}, {"language": "sq"}),
        ({"language": "de-DE"}, {"language": "de-DE"}),
    ],
)
def test_sources_are_put_in_form(item: dict[str, object], wanted: dict[str, object]) -> None:
    assert tidied(item) == wanted


def test_the_court_of_a_case_is_named(tmp_path: Path) -> None:
    """OSCOLA set the place twice, and no court, for one that stands in "institution"."""
    bib = "@jurisdiction{a, title={Van Gend en Loos v Belastingen}, institution={European Court of Justice}, "
    bib += "number={Case 26/62}, date={1963-02-05}, langid={dutch}}\n"
    bib += "@dataset{b, author={{Eurostat}}, title={Comext}, version={2024-10}, date={2024}}\n"
    (tmp_path / "refs.bib").write_text(bib, encoding="utf-8")

    def said(style: str) -> list[str]:
        head = f"T\n=\n\n:date: 2026-11-24\n:language: en\n:sources: refs.bib\n:citation-style: {style}\n\n"
        text = "A :cite:p:`a{p. 7}`. B :cite:t:`b`. C :cite:t:`b`.\n"
        (tmp_path / "article.rst").write_text(head + text, encoding="utf-8")
        article, findings = read(tmp_path / "article.rst")
        assert article is not None, findings
        return [note[1].astext() for note in article.document.findall(nodes.footnote)]

    case = "Van Gend en Loos v Belastingen [1963] European Court of Justice Case 26/62 7."
    assert said("oscola")[0] == case
    _, first, again = said("mhra")
    assert first == "\u2018Comext\u2019, version 2024-10, 2024."
    assert again == "\u2018Comext\u2019."


def test_the_complete_style_tells_all(tmp_path: Path) -> None:
    bib = "@book{a, author={van Dijk, Teun}, title={States}, translator={Fox, Eva}, editor={Dow, C.}, "
    bib += "edition={2}, series={Studies}, number={14}, volumes={3}, publisher={P}, address={Q}, "
    bib += "year={c. 1900}, origdate={1880}, note={Reprint}, annotation={for me}, pubstate={forthcoming}}\n"
    (tmp_path / "refs.bib").write_text(bib, encoding="utf-8")
    head = "T\n=\n\n:date: 2026-11-24\n:language: en\n:sources: refs.bib\n:citation-style: complete\n\n"
    (tmp_path / "article.rst").write_text(f"{head}A :cite:p:`a{{p. 7}}`.\n", encoding="utf-8")
    article, findings = read(tmp_path / "article.rst")
    assert article is not None, findings
    (note,) = article.document.findall(nodes.footnote)
    assert note[1].astext().replace("\xa0", " ") == (
        "Dijk, Teun van: States. 2nd edn. 3 vols. Studies 14. P. Q. C. Dow (ed.). Eva Fox (trans.). Reprint. "
        "Forthcoming. [1880]. c. 1900, p. 7."
    )


def test_foreign_titles_say_so(tmp_path: Path) -> None:
    bib = "@book{a, author={Lund, Åsa}, title={Fredens pris}, langid={swedish}, date={2015}}\n"
    bib += "@article{b, author={Dow, C.}, title={Une lettre}, journaltitle={J}, langid={french}, date={2001}}"
    (tmp_path / "refs.bib").write_text(bib, encoding="utf-8")
    head = "T\n=\n\n:date: 2026-11-24\n:language: fr\n:sources: refs.bib\n:citation-style: oscola\n\n"
    text = "Un :cite:p:`a, b`. [#own]_ Deux :cite:p:`b`, trois :cite:p:`a`.\n\n"
    text += ".. [#own] Voir :cite:p:`a{p. 3}`.\n"
    (tmp_path / "article.rst").write_text(f"{head}{text}\nSources\n=======\n\n.. bibliography::\n", "utf-8")
    article, findings = read(tmp_path / "article.rst")
    assert article is not None, findings
    marks = [
        node.astext() for node in article.document.findall(nodes.inline) if "language-sv" in node["classes"]
    ]
    assert marks == ["Fredens pris", "Fredens pris"]  # the first note, and the list
    assert not [node for node in article.document.findall(nodes.inline) if "language-fr" in node["classes"]]
