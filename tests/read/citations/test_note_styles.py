"""Notes as small citation styles set them, one feature of CSL 1.0.2 each, through our markup.

The kinds are those of the CSL test suite (position, locator, name, date, number, affix, condition, sort,
disambiguate); styles, sources and expected words are our own, from the specification
(https://docs.citationstyles.org/en/stable/specification.html).
"""

# ruff: noqa: E501 - the table has one case a line

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from docutils import nodes

from pipeline.desk import Desk, at
from pipeline.read.reader import read

pytestmark = pytest.mark.slow


def person(family: str, given: str = "", **more: str) -> dict[str, str]:
    return {"family": family, **({"given": given} if given else {}), **more}


def day(*parts: Any, **more: Any) -> dict[str, Any]:
    return {
        "date-parts": [list(part) for part in (parts if isinstance(parts[0], tuple) else (parts,))],
        **more,
    }


BERG, DOW, FOX = person("Berg", "Anna Maria"), person("Dow", "Carl"), person("Fox", "Eva")
ITEMS: Final[dict[str, dict[str, Any]]] = {
    "a": {"type": "book", "title": "First Things", "author": [BERG], "issued": day(1999, 3, 5)},
    "b": {"type": "book", "title": "Second Things", "author": [BERG], "issued": day(2001)},
    "c": {
        "type": "article-journal",
        "title": "A Paper",
        "author": [DOW, FOX],
        "container-title": "Journal of Tests",
        "container-title-short": "J Tests",
        "volume": "12",
        "issue": "3",
        "page": "110-125",
        "issued": day(2005, 11),
    },
    "d": {
        "type": "book",
        "title": "Of Many",
        "author": [DOW, FOX, person("Otto", "Pia"), person("Quinn", "Rae")],
        "edition": "2",
        "issued": day(2010),
    },
    "e": {"type": "report", "title": "Summary", "author": [{"literal": "NATO"}], "number": "7", "issued": day(2020)},
    "f": {
        "type": "book",
        "title": "Letters",
        "author": [person("Beethoven", "Ludwig", **{"non-dropping-particle": "van"})],
        "issued": day(1810),
    },
    "g": {"type": "legal_case", "title": "X v Y", "authority": "ECJ", "issued": day(1963, 2, 5)},
    "h": {"type": "webpage", "title": "A Page", "URL": "https://example.org/p", "accessed": day(2024, 1, 2)},
    "i": {"type": "book", "title": "Years", "editor": [FOX], "issued": day((1914,), (1918,))},
    "j": {
        "type": "book",
        "title": "Dream",
        "author": [person("King", "Martin Luther", suffix="Jr.")],
        "issued": day(1963, circa=True),
    },
    "k": {"type": "book", "title": "Old Things", "author": [person("Berg", "Bo")], "issued": day(-43)},
    "m": {"type": "book", "title": "Same Year", "author": [BERG], "issued": day(2001)},
    "n": {"type": "chapter", "title": "Part", "author": [DOW], "editor": [FOX, BERG], "container-title": "Whole",
          "page": "3", "issued": day(2011)},
}  # fmt: skip

NAME = '<names variable="author"><name form="short"/></names>'
LONG = '<names variable="author"><name/></names>'
TITLE = '<text variable="title"/>'
PLACE = '<group delimiter=" "><label variable="locator" form="short"/><text variable="locator"/></group>'
BARE = '<text variable="locator"/>'
YEAR = '<date variable="issued" date-parts="year" form="text"/>'


def joined(*parts: str, by: str = ", ") -> str:
    return f'<group delimiter="{by}">{"".join(parts)}</group>'


def when(*branches: str, otherwise: str = "") -> str:
    """``choose``: tests and what stands under each, in turn."""
    found = "".join(
        f"<{'else-if' if number else 'if'} {test}>{inner}</{'else-if' if number else 'if'}>"
        for number, (test, inner) in enumerate(zip(branches[::2], branches[1::2], strict=True))
    )
    return f"<choose>{found}{f'<else>{otherwise}</else>' if otherwise else ''}</choose>"


class Case(NamedTuple):
    """A small style, a text, and its notes.

    :param layout: what is in ``citation/layout``; `options`: attributes of ``citation`` and of ``layout``.
    """

    name: str
    layout: str
    text: str
    notes: list[str]
    options: str = ""
    delimiters: str = 'suffix="." delimiter="; "'
    style: str = ""
    more: str = ""
    language: str = "en"


IBID = when(
    'position="ibid-with-locator"', joined('<text term="ibid"/>', PLACE),
    'position="ibid"', '<text term="ibid"/>',
    'position="subsequent"', joined(NAME, PLACE),
    otherwise=joined(LONG, TITLE, PLACE),
)  # fmt: skip
BACK = when(
    'position="subsequent"',
    joined(NAME, '<text variable="first-reference-note-number" prefix="(n " suffix=")"/>', BARE, by=" "),
    otherwise=joined(LONG, TITLE, BARE),
)
NEAR = when(
    'position="near-note"', joined("<text value=\"near\"/>", NAME, by=" "),
    'position="subsequent"', joined("<text value=\"far\"/>", NAME, by=" "),
    otherwise=TITLE,
)  # fmt: skip
OWN = "\n\n.. [#own] Own words.\n"

CASES: Final = [
    # Positions (4.4 "Choose", position)
    Case("ibid", IBID, "A :cite:p:`a`. B :cite:p:`a`.", ["Anna Maria Berg, First Things.", "Ibid."]),
    Case("ibid, same place", IBID, "A :cite:p:`a{p. 3}`. B :cite:p:`a{p. 3}`.",
         ["Anna Maria Berg, First Things, p. 3.", "Ibid."]),
    Case("ibid, other place", IBID, "A :cite:p:`a{p. 3}`. B :cite:p:`a{p. 4}`.",
         ["Anna Maria Berg, First Things, p. 3.", "Ibid., p. 4."]),
    Case("ibid, a place after none", IBID, "A :cite:p:`a`. B :cite:p:`a{p. 4}`.",
         ["Anna Maria Berg, First Things.", "Ibid., p. 4."]),
    Case("no place after one is no ibid", IBID, "A :cite:p:`a{p. 3}`. B :cite:p:`a`.",
         ["Anna Maria Berg, First Things, p. 3.", "Berg."]),
    Case("subsequent", IBID, "A :cite:p:`a`. B :cite:p:`b`. C :cite:p:`a{p. 9}`.",
         ["Anna Maria Berg, First Things.", "Anna Maria Berg, Second Things.", "Berg, p. 9."]),
    Case("ibid of ibid", IBID, "A :cite:p:`a`. B :cite:p:`a{p. 1}`. C :cite:p:`a{p. 1}`.",
         ["Anna Maria Berg, First Things.", "Ibid., p. 1.", "Ibid."]),
    Case("no ibid after a citation of two", IBID, "A :cite:p:`a, c`. B :cite:p:`c`.",
         ["Anna Maria Berg, First Things; Carl Dow and Eva Fox, A Paper.", "Dow and Fox."]),
    Case("ibid within one citation", IBID, "A :cite:p:`a{p. 1}, a{p. 2}`.",
         ["Anna Maria Berg, First Things, p. 1; ibid., p. 2."]),
    Case("a note of one's own between is no citation", IBID, f"A :cite:p:`a`. B. [#own]_ C :cite:p:`a`.{OWN}",
         ["Anna Maria Berg, First Things.", "Own words.", "Berg."]),
    Case("near", NEAR, "A :cite:p:`a`. B :cite:p:`c`. C :cite:p:`a`.",
         ["First Things.", "A Paper.", "Near Berg."], options='near-note-distance="2"'),
    Case("far", NEAR, "A :cite:p:`a`. B :cite:p:`c`. C :cite:p:`d`. D :cite:p:`a`.",
         ["First Things.", "A Paper.", "Of Many.", "Far Berg."], options='near-note-distance="2"'),
    Case("far, counted by notes of one's own", NEAR,
         f"A :cite:p:`a`. B. [#own]_ C :cite:p:`c`. D :cite:p:`a`.{OWN}",
         ["First Things.", "Own words.", "A Paper.", "Far Berg."], options='near-note-distance="2"'),
    Case("where it was first", BACK, "A :cite:p:`a`. B :cite:p:`c`. C :cite:p:`a{p. 7}`.",
         ["Anna Maria Berg, First Things.", "Carl Dow and Eva Fox, A Paper.", "Berg (n 1) 7."]),
    Case("where it was first, behind own notes", BACK, f"A. [#own]_ B :cite:p:`a`. C :cite:p:`c`. D :cite:p:`a`.{OWN}",
         ["Own words.", "Anna Maria Berg, First Things.", "Carl Dow and Eva Fox, A Paper.", "Berg (n 2)."]),
    Case("where it was first, in a note of one's own", BACK,
         "A. [#x]_ B :cite:p:`c`. C :cite:p:`a`.\n\n.. [#x] See :cite:p:`a{p. 3}`.\n",
         ["See Anna Maria Berg, First Things, 3.", "Carl Dow and Eva Fox, A Paper.", "Berg (n 1)."]),
    Case("a note that is called twice counts once", BACK, f"A. [#own]_ B :cite:p:`a`. C. [#own]_ D :cite:p:`a`.{OWN}",
         ["Own words.", "Anna Maria Berg, First Things.", "Berg (n 2)."]),
    # Locators (4.2.6 "Locators")
    *(
        Case(f"locator {written}", joined(TITLE, PLACE), f"A :cite:p:`a{{{written}}}`.", [f"First Things, {shown}."])
        for written, shown in (
            ("p. 12", "p. 12"), ("pp. 12-15", "pp. 12–15"), ("12", "p. 12"), ("12, 15", "pp. 12, 15"),
            ("chap. 3", "ch. 3"), ("para. 4", "para. 4"), ("paras 4-6", "paras 4–6"), ("sec. 2", "sect. 2"),
            ("vol. 2", "vol. 2"), ("fol. 3", "fol. 3"), ("fig. 5", "fig. 5"), ("no. 8", "no. 8"),
            ("p. iv", "p. iv"), ("bk. 1", "bk 1"), ("n. 4", "n. 4"), ("ch. 3", "ch. 3"),
            ("art. 5", "art. 5"), ("s. 9", "sect. 9"),
        )
    ),
    Case("locator with words behind it", joined(TITLE, PLACE), "A :cite:p:`a{p. 12, and elsewhere}`.",
         ["First Things, p. 12, and elsewhere."]),
    Case("locator, long label", joined(TITLE, joined('<label variable="locator"/>', BARE, by=" ")),
         "A :cite:p:`a{pp. 1-2}`.", ["First Things, pages 1–2."]),
    Case("locator, sign", joined(TITLE, joined('<label variable="locator" form="symbol"/>', BARE, by=" ")),
         "A :cite:p:`a{sec. 7}`.", ["First Things, § 7."]),
    Case("locator without its stop", joined(TITLE, joined('<label variable="locator" form="short" strip-periods="true"/>', BARE, by=" ")),
         "A :cite:p:`a{p. 7}`.", ["First Things, p 7."]),
    Case("locator alone by its kind", when('locator="page"', BARE, otherwise=PLACE),
         "A :cite:p:`a{p. 7}`. B :cite:p:`a{chap. 2}`.", ["7.", "Ch. 2."]),
    Case("ranges of pages", joined(TITLE, PLACE), "A :cite:p:`a{pp. 321-328}`.", ["First Things, pp. 321–28."],
         style='page-range-format="chicago"'),
    Case("locator in French", joined(TITLE, PLACE), "A :cite:p:`a{p. 12}`.", ["First Things, p. 12."], language="fr"),
    Case("locator in German", joined(TITLE, PLACE), "A :cite:p:`a{S. 12}`.", ["First Things, S. 12."], language="de"),
    Case("an English page in a German article", joined(TITLE, PLACE), "A :cite:p:`a{pp. 12-13}`.",
         ["First Things, S. 12–13."], language="de"),
    Case("a Dutch page in a French article is words", joined(TITLE, PLACE), "A :cite:p:`a{blz. 12}`.",
         ["First Things, blz. 12."], language="fr"),
    Case("a chapter in Dutch", joined(TITLE, PLACE), "A :cite:p:`a{hfst. 3}`.", ["First Things, hfdst. 3."],
         language="nl"),
    # Words of the author before and behind (citation items)
    Case("words before", IBID, "A :cite:p:`{see}a`.", ["See Anna Maria Berg, First Things."]),
    Case("words before each", joined(NAME), "A :cite:p:`{see}a, {and also}c`.", ["See Berg; and also Dow and Fox."]),
    # Names (4.2.2 "Names")
    Case("et al.", '<names variable="author"><name et-al-min="3" et-al-use-first="1"/></names>', "A :cite:p:`d`.",
         ["Carl Dow et al."]),
    Case("et al. from the second time", NAME, "A :cite:p:`d`. B :cite:p:`c`. C :cite:p:`d`.",
         ["Dow, Fox, Otto, and Quinn.", "Dow and Fox.", "Dow et al."],
         options='et-al-min="9" et-al-use-first="9" et-al-subsequent-min="2" et-al-subsequent-use-first="1"',
         more="and"),
    Case("a sign for and", '<names variable="author"><name and="symbol" delimiter-precedes-last="never"/></names>',
         "A :cite:p:`d`.", ["Carl Dow, Eva Fox, Pia Otto & Rae Quinn."]),
    Case("initials", '<names variable="author"><name initialize-with=". "/></names>', "A :cite:p:`a`.", ["A. M. Berg."]),
    Case("family name first", '<names variable="author"><name name-as-sort-order="first" and="text"/></names>',
         "A :cite:p:`c`.", ["Dow, Carl and Eva Fox."]),
    Case("an institution is not turned round", '<names variable="author"><name name-as-sort-order="all"/></names>',
         "A :cite:p:`e`.", ["NATO."]),
    Case("a particle stays with its name", NAME, "A :cite:p:`f`.", ["Van Beethoven."]),
    Case("a particle behind", '<names variable="author"><name name-as-sort-order="all"/></names>', "A :cite:p:`f`.",
         ["Beethoven, Ludwig van."], style='demote-non-dropping-particle="display-and-sort"'),
    Case("junior", LONG, "A :cite:p:`j`.", ["Martin Luther King Jr."]),
    Case("an editor for an author", '<names variable="author"><name/><label prefix=" (" suffix=")" form="short"/>'
         '<substitute><names variable="editor"/></substitute></names>', "A :cite:p:`i`.", ["Eva Fox (ed.)."]),
    Case("two editors", '<names variable="editor"><name and="text"/><label prefix=" (" suffix=")" form="short"/></names>',
         "A :cite:p:`n`.", ["Eva Fox and Anna Maria Berg (eds)."]),
    Case("a title for nobody", '<names variable="author"><substitute><text variable="title" quotes="true"/></substitute>'
         "</names>", "A :cite:p:`h`.", ["‘A Page’."]),
    # Dates (4.2.3 "Date")
    Case("a day", '<date variable="issued" form="text"/>', "A :cite:p:`a`.", ["5 March 1999."]),
    Case("a day in numbers", '<date variable="issued" form="numeric"/>', "A :cite:p:`a`.", ["05/03/1999."]),
    Case("a month", '<date variable="issued" form="text"/>', "A :cite:p:`c`.", ["November 2005."]),
    Case("years", YEAR, "A :cite:p:`i`.", ["1914–1918."]),
    Case("before Christ", YEAR, "A :cite:p:`k`.", ["43 BC."]),
    Case("about", when('is-uncertain-date="issued"', joined('<text term="circa" form="short"/>', YEAR, by=" "), otherwise=YEAR),
         "A :cite:p:`j`. B :cite:p:`a`.", ["C. 1963.", "1999."]),
    Case("in parts", '<date variable="issued"><date-part name="day" form="ordinal" suffix=" of "/>'
         '<date-part name="month" suffix=", "/><date-part name="year"/></date>', "A :cite:p:`a`.", ["5th of March, 1999."]),
    Case("seen on", '<date variable="accessed" form="text" prefix="seen on "/>', "A :cite:p:`h`.", ["Seen on 2 January 2024."]),
    # Numbers, cases, signs (4.2.1, 5)
    Case("ordinal", '<number variable="edition" form="ordinal" suffix=" ed"/>', "A :cite:p:`d`.", ["2nd ed."]),
    Case("roman", '<number variable="volume" form="roman"/>', "A :cite:p:`c`.", ["Xii."]),
    Case("pages and how they are called", joined('<label variable="page" form="short"/>', '<text variable="page"/>', by=" "),
         "A :cite:p:`c`. B :cite:p:`n`.", ["Pp. 110–125.", "P. 3."]),
    Case("short title of a journal", '<text variable="container-title" form="short"/>', "A :cite:p:`c`.", ["J Tests."]),
    Case("small letters", '<text variable="title" text-case="lowercase"/>', "A :cite:p:`{cf.}c`.", ["Cf. a paper."]),
    Case("stop within quotes in American", '<text variable="title" quotes="true"/>', "A :cite:p:`c`.", ["“A Paper.”"],
         style='default-locale="en-US"', language="en-US"),
    Case("stop behind quotes in British", '<text variable="title" quotes="true"/>', "A :cite:p:`c`.", ["‘A Paper’."]),
    Case("by type", when('type="legal_case"', joined(TITLE, '<text variable="authority"/>', by=" — "), otherwise=TITLE),
         "A :cite:p:`g`. B :cite:p:`a`.", ["X v Y — ECJ.", "First Things."]),
    Case("a group without values is silent", joined(TITLE, joined('<text value="no."/>', '<text variable="number"/>', by=" ")),
         "A :cite:p:`a`. B :cite:p:`e`.", ["First Things.", "Summary, no. 7."]),
    Case("no two stops", joined(TITLE, '<text value="etc."/>'), "A :cite:p:`a`.", ["First Things, etc."]),
    # Several in one note
    Case("in the order of their years", joined(NAME, YEAR), "A :cite:p:`d, a, c`.",
         ["Berg, 1999; Dow and Fox, 2005; Dow, Fox, Otto, and Quinn, 2010."], more='<sort><key variable="issued"/></sort>and'),
    Case("told apart by given names", joined('<names variable="author"><name form="short" initialize-with="."/></names>'),
         "A :cite:p:`a`. B :cite:p:`k`.", ["A.M. Berg.", "B. Berg."], options='disambiguate-add-givenname="true"'),
    Case("told apart by a letter", joined(NAME, YEAR), "A :cite:p:`b`. B :cite:p:`m`.", ["Berg, 2001a.", "Berg, 2001b."],
         options='disambiguate-add-year-suffix="true"', more="list"),
]  # fmt: skip


def style_of(case: Case) -> str:
    sort = case.more.partition("</sort>")[0] + "</sort>" if "<sort>" in case.more else ""
    names = 'and="text" delimiter-precedes-last="contextual"'
    listing = (
        "<bibliography><layout><text variable='title'/></layout></bibliography>"
        if case.more == "list"
        else ""
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0" {names} {case.style}>
<info><title>Small</title><id>small</id><updated>2026-11-24T00:00:00+00:00</updated></info>
<citation {case.options}>{sort}<layout {case.delimiters}>{case.layout}</layout></citation>{listing}
</style>
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_small_style(tmp_path: Path, case: Case) -> None:
    styles = tmp_path / "styles" / "csl"
    styles.mkdir(parents=True)
    (styles / "small.csl").write_text(style_of(case), encoding="utf-8")
    source = tmp_path / "source"
    source.mkdir()
    items = [{"id": key, **item} for key, item in ITEMS.items()]
    (source / "refs.json").write_text(json.dumps(items), encoding="utf-8")
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {case.language}\n:sources: refs.json\n:citation-style: small\n\n"
    (source / "article.rst").write_text(head + case.text, encoding="utf-8")
    with at(Desk(styles=tmp_path / "styles")):
        article, findings = read(source / "article.rst")
    assert article is not None, findings
    found = [note[1].astext().replace("\xa0", " ") for note in article.document.findall(nodes.footnote)]
    assert found == case.notes
