"""Fixtures of the test suite of the Citation Style Language: what is taken, and how one is read."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from tests.support.csl_suite import citations, differing, expected, locked, parts_of

FIXTURE = """>>===== MODE =====>>
citation
<<===== MODE =====<<

>>===== RESULT =====>>
..[0] Berg, <i>Things</i>, pp.&#160;3, 5.
>>[1] Ibid., chap. 2, and more.
<<===== RESULT =====<<

>>===== CITATIONS =====>>
[[{"citationItems": [{"id": "a", "locator": "3, 5"}]}],
 [{"citationItems": [{"id": "a", "locator": "2", "label": "chapter", "suffix": ", and more"}]}]]
<<===== CITATIONS =====<<

>>===== CSL =====>>
<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note"><info><title>x</title></info>
<citation><layout suffix="."><group delimiter=", ">
<choose><if position="ibid"><text term="ibid"/></if><else>
<names variable="author"><name form="short"/></names><text variable="title" font-style="italic"/></else>
</choose>
<group delimiter=" "><label variable="locator" form="short"/><text variable="locator"/></group>
</group></layout></citation></style>
<<===== CSL =====<<

>>===== INPUT =====>>
[{"id": "a", "type": "book", "title": "Things", "author": [{"family": "Berg"}],
  "issued": {"date-parts": [["1999", ""]]}}]
<<===== INPUT =====<<
"""


def test_a_fixture_becomes_an_article(tmp_path: Path) -> None:
    parts = parts_of(FIXTURE)
    assert citations(parts) == [":cite:p:`a{p. 3, 5}`", ":cite:p:`a{chapter 2, and more}`"]
    assert expected(parts) == ["Berg, Things, pp. 3, 5", "Ibid., chap. 2, and more"]
    (tmp_path / "good.txt").write_text(FIXTURE, encoding="utf-8")
    (tmp_path / "bad.txt").write_text(FIXTURE.replace("pp.", "p."), encoding="utf-8")
    fixtures = {
        name: hashlib.sha256((tmp_path / f"{name}.txt").read_bytes()).hexdigest() for name in ("good", "bad")
    }
    assert [one.split(":")[0] for one in differing(tmp_path, fixtures)] == ["bad"]
    assert differing(tmp_path, {"good": "0"}) == ["good: is not there, or is not the one that is meant"]


def test_fixtures_of_all_kinds_are_taken() -> None:
    fixtures = locked()
    kinds = Counter(name.split("_")[0] for name in fixtures)
    assert len(fixtures) >= 60
    assert all(len(digest) == 64 for digest in fixtures.values())
    assert {"position", "locator", "label", "integration", "collapse", "disambiguate", "name", "date"} <= set(
        kinds
    )
