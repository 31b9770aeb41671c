"""Files of sources: what is read, and what is wrong on which line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.cite import engine
from pipeline.cite.library import Library
from pipeline.cite.listing import look
from tests.support.command import despatch

BIB = """@string{ia = {International Affairs}}
@article{newman, author = {Newman, Edward and Visoka, Gëzim}, title = {NATO in Kosovo},
  journaltitle = ia, date = {2024-03}, pages = {631--653}}
@book{law, title = "The Law of {Nations}", date = {n.d.}}
"""


def read(text: str, name: str = "refs.bib") -> Library:
    library = Library()
    library.add(text, name)
    return library


def told(library: Library) -> list[tuple[str, int | None, str]]:
    found = [*library.findings, *(one for entry in library.entries.values() for one in entry.findings())]
    return [(finding.code, finding.line, finding.message) for finding in found]


def test_a_bib_file_is_read_as_it_is_typed() -> None:
    library = read(BIB)
    assert told(library) == []
    newman, law = library.entries.values()
    assert (newman.line, law.line) == (2, 4)
    assert newman.item["title"] == "NATO in Kosovo"  # the engine's own reader writes "kosovo"
    assert newman.item["container-title"] == "International Affairs"
    assert newman.item["author"][1] == {"family": "Visoka", "given": "Gëzim"}
    assert law.item["title"] == "The Law of Nations"
    assert "issued" not in law.item


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("@book{a, title={A}, date={2020}}\n@book{a, title={B}, date={2020}}", "cite-duplicate", 2, "line 1"),
        ("@boook{a, title={A}, date={2020}}", "cite-entry", 1, 'did you mean "book"'),
        ("@book{a,\n title={A},\n date={yesterday}}", "cite-entry", 3, "2024-03-01"),
        ("@book{a,\n title={A},\n date={2024-13-01}}", "cite-entry", 3, "2024-13-01"),
        ("@book{a, title={A}}", "cite-entry", 1, "has no date"),
        ("@book{a, date={2020}}", "cite-entry", 1, "has no title"),
        ("@online{a, title={A}, date={2020}, url={https://a.be}}", "cite-entry", 1, "urldate"),
        ("@article{a, title={A}, date={2020}}", "cite-entry", 1, "journaltitle"),
        ("\n@book{a, title={A}, date={2020}\n@book{b, title={B}, date={2020}}", "cite-sources", 2, "brace"),
        ("@book{, title={A}, date={2020}}", "cite-sources", 1, ""),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_bib_file_is_told_on_its_line(text: str, code: str, line: int, words: str) -> None:
    found = told(read(text))
    assert found
    assert found[0][:2] == (code, line), found
    assert words in found[0][2]


def test_a_broken_entry_does_not_take_others_with_it() -> None:
    library = read("@book{a, title={A\n@book{b, title={B}, date={2020}}\n")
    assert list(library.entries) == ["b"]


CSL_JSON = """[
  {"id": "one", "type": "book", "title": "One", "issued": {"date-parts": [["2020", 3]]}},
  {"id": "two", "type": "webpage", "title": "Two", "issued": "2021-05-06", "URL": "https://a.be"},
  {"type": "book"}
]
"""
YAML = """references:
- id: one
  type: book
  title: "One: no"
  issued: 2020-03
- id: two
  title: Two
  issued:
  - year: 2021
    month: 5
"""
RIS = """TY  - JOUR
ID  - one
AU  - Newman, Edward
TI  - One
JO  - International Affairs
PY  - 2024/03/01/
ER  -

TY  - BOOK
ID  - two
TI  - Two
DA  - 2024/33
ER  -
"""


def test_json_yaml_and_ris() -> None:
    library = read(CSL_JSON, "refs.json")
    assert {key: entry.item["issued"] for key, entry in library.entries.items()} == {
        "one": {"date-parts": [[2020, 3]]},
        "two": {"date-parts": [[2021, 5, 6]]},
    }
    assert [(code, line) for code, line, _ in told(library)] == [("cite-sources", 1), ("cite-entry", 3)]
    library = read(YAML, "refs.yaml")
    assert library.entries["one"].item["title"] == "One: no"
    assert library.entries["two"].item["issued"] == {"date-parts": [[2021, 5]]}
    assert [(code, line) for code, line, _ in told(library)] == [("cite-entry", 6)]  # no type
    library = read(RIS, "refs.ris")
    assert library.entries["one"].item["issued"] == {"date-parts": [[2024, 3, 1]]}
    assert told(library)[0][:2] == ("cite-entry", 12)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[{]", "x.json"),
        ("[" * 100_000, "x.json"),
        ('{"id": {"a": 1}, "author": 3}', "x.json"),
        ('[{"id": "a", "author": "Smith"}]', "x.json"),
        ('[{"id": "a", "issued": {"date-parts": "x"}}]', "x.json"),
        ("a: [b", "x.yaml"),
        ("- id: a\n  title: &x y\n- *x", "x.yaml"),
        ("TY  - BOOK\nTI  - x\n", "x.ris"),
        ("AU  - x\nER  - \n", "x.ris"),
        ("text", "x.docx"),
    ],
)
def test_a_broken_file_is_a_finding(text: str, name: str) -> None:
    found = told(read(text, name))
    assert found
    assert {code for code, _, _ in found} == {"cite-sources"}
    assert not any(word in message for _, _, message in found for word in ("Error", "expected", "Traceback"))


def test_the_command_lists_and_checks(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text(BIB + BIB.replace("@string{ia = {International Affairs}}\n", ""), encoding="utf-8")
    done = despatch("cite", path.name, folder=tmp_path)
    assert done.stdout.splitlines() == [
        "newman  article-journal  Newman and Visoka, 2024: NATO in Kosovo",
        "law  book  no date: The Law of Nations",
    ]
    assert done.returncode == 1
    assert "refs.bib:5: error [cite-duplicate]" in done.stderr
    path.write_bytes(b"@book{a, title={\xff}}")
    assert [finding.code for finding in look(path)[1]] == ["file-encoding"]
    assert [finding.code for finding in look(tmp_path / "none.bib")[1]] == ["file-missing"]


def test_what_is_not_installed_is_said_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(engine.EngineError, match=r'pip install "despatch\[cite\]"'):
        engine.program()


def test_stars_and_ands_in_a_title_repeat_nothing() -> None:
    library = read('- id: a\n  type: book\n  title: "A & B: *stars* &c."\n  issued: 2019\n', "x.yaml")
    assert [finding for finding in library.findings if finding.is_error] == []
    assert library.entries["a"].item["title"] == "A & B: *stars* &c."


def test_an_entry_that_others_take_fields_from_is_no_source() -> None:
    text = "@xdata{x, publisher = {P}}\n@book{a, author = {A, B}, title = {T}, date = {2001}, xdata = {x}}\n"
    library = read(text)
    assert told(library) == []
    assert list(library.entries) == ["a"]


def test_a_particle_belongs_to_its_name_unless_the_entry_says_otherwise() -> None:
    text = "@book{a, author={van Dijk, Teun and Ursula von der Leyen}, title={X}, date={2004}}\n"
    text += "@book{b, author={von Brandt, Ahasver}, title={X}, date={1987}, options={useprefix=false}}\n"
    library = Library()
    library.add(text, "refs.bib")
    first, second = (library.entries[key].item["author"] for key in "ab")
    assert [(one["non-dropping-particle"], one["family"]) for one in first] == [
        ("van", "Dijk"),
        ("von der", "Leyen"),
    ]
    assert second == [{"dropping-particle": "von", "family": "Brandt", "given": "Ahasver"}]


@pytest.mark.parametrize(
    ("year", "issued"),
    [
        ("c. 1900", {"circa": True, "date-parts": [[1900]]}),
        ("ca. 1900", {"circa": True, "date-parts": [[1900]]}),
        ("1900?", {"circa": True, "date-parts": [[1900]]}),
        ("[1900]", {"date-parts": [[1900]]}),
        ("2001--2003", {"date-parts": [[2001], [2003]]}),
        ("2001/02", {"date-parts": [[2001], [2002]]}),
        ("1999", {"date-parts": [[1999]]}),
    ],
)
def test_years_as_bibtex_has_them(year: str, issued: dict[str, Any]) -> None:
    library = Library()
    library.add(f"@book{{a, title = {{X}}, author = {{B, C.}}, year = {{{year}}}}}", "refs.bib")
    assert library.entries["a"].item["issued"] == issued
    assert library.entries["a"].findings() == []


def test_a_series_that_has_a_name_of_its_own() -> None:
    library = Library()
    text = "@article{a, title={X}, author={B, C.}, journal={J}, year=1933, series={newseries}}"
    library.add(text, "refs.bib")
    assert library.entries["a"].item["collection-title"] == "New series"


def test_what_a_program_keeps_for_itself_is_left_alone() -> None:
    """Juris-M writes "multi" beside the fields of CSL; an empty month is no month."""
    item = '{"id": "a", "type": "book", "title": "X", "multi": {"main": {}, "_keys": {}}'
    item += ', "issued": {"date-parts": [["2000", "", ""]]}}'
    library = Library()
    library.add(f"[{item}]", "refs.json")
    assert library.findings == []
    assert library.entries["a"].item["issued"] == {"date-parts": [[2000]]}
    assert "multi" not in library.entries["a"].item
