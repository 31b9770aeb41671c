"""Infoboxes: fields in any order become rows in the order of the type; every fault is found on its line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from pipeline import styles
from pipeline.desk import Desk, at
from pipeline.read.reader import parse_text
from pipeline.tree.infobox_types import BrokenTypeError, infobox_types, load_type
from pipeline.tree.nodes import infobox, infobox_qualifier, infobox_row, infobox_value
from pipeline.tree.transforms.infobox import normalize
from tests.support.articles import HEAD, Parsed

BILATERAL = ["party1", "party2", "mission1", "mission2", "envoy1", "envoy2", "envoytitle1", "envoytitle2"]
BOX = ".. infobox:: Belgium–Kosovo\n   :type: bilateral-relations\n\n"


def box_of(document: nodes.document) -> infobox:
    box = document.next_node(infobox)
    assert box is not None
    return box


def table_of(box: infobox) -> list[tuple[str, dict[int, str]]]:
    """Label and values by column of each row, qualifiers in brackets."""
    rows = []
    for row in box.findall(infobox_row):
        cells = {}
        for value in row.findall(infobox_value):
            text = [
                f"[{part.astext()}]" if isinstance(part, infobox_qualifier) else part.astext()
                for part in value
            ]
            cells[value.get("colnum", 0)] = " ".join(text)
        rows.append((row[0].astext(), cells))
    return rows


def test_a_bilateral_box_has_a_column_for_each_party(parse: Callable[[str], Parsed]) -> None:
    fields = "   :party1: Belgium\n   :party2: Kosovo\n   :mission1: Liaison Office\n   :mission2: Embassy\n"
    document, found = parse(BOX + fields + "   :envoytitle2: Ambassador\n   :envoy1: Ann\n   :envoy2: Ben\n")
    box = box_of(document)
    assert found == []
    assert (box["type"], box["cols"], box[0].astext()) == ("bilateral-relations", 2, "Belgium–Kosovo")
    assert table_of(box) == [
        ("Party", {1: "Belgium", 2: "Kosovo"}),
        ("Mission", {1: "Liaison Office", 2: "Embassy"}),
        ("Envoy", {1: "Ann", 2: "[Ambassador] Ben"}),
    ]


def test_a_column_may_be_left_out_where_it_is_not_required(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(BOX + "   :party1: A\n   :party2: B\n   :mission2: Embassy\n")
    assert found == []
    assert table_of(box_of(document))[1] == ("Mission", {2: "Embassy"})


def test_a_title_without_a_bearer_is_the_value(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(BOX + "   :party1: A\n   :party2: B\n   :envoytitle2: Vacant\n")
    assert found == []
    assert table_of(box_of(document))[1] == ("Envoy", {2: "Vacant"})


def test_the_first_row_heads_the_columns(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse(BOX + "   :mission1: M\n   :party1: A\n   :party2: B\n")
    assert [row["classes"] for row in document.findall(infobox_row)] == [["heading"], []]


def test_a_generic_box_takes_any_label_in_the_authors_order(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(
        ".. infobox:: Kosovo\n\n   :Capital city: Pristina\n   :*Area*: 10,887 km²\n   :a: b\n"
    )
    assert found == []
    assert [row[0].astext() for row in document.findall(infobox_row)] == ["Capital city", "Area", "a"]
    assert box_of(document)["type"] == "generic"
    assert document.next_node(nodes.emphasis) is not None


def test_values_hold_links_notes_images_and_blocks(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(
        ".. infobox:: T\n\n   :link: `a <https://a.example/>`_\n   :note: b [#n]_\n   :list:\n      - c\n"
        "   :image:\n      .. image:: e.png\n         :alt: E\n   :lines: | f\n           | g\n\n.. [#n] N\n"
    )
    assert found == []
    for kind in (nodes.reference, nodes.footnote_reference, nodes.bullet_list, nodes.image, nodes.line_block):
        assert box_of(document).next_node(kind) is not None, kind


def test_the_blank_line_before_the_fields_may_be_missing(parse: Callable[[str], Parsed]) -> None:
    with_line, found = parse(BOX + "   :party1: A\n   :party2: B\n")
    without, found_without = parse(BOX.rstrip() + "\n   :party1: A\n   :party2: B\n")
    assert found == found_without == []
    assert with_line.pformat() == without.pformat()


def test_the_title_may_go_on_in_the_next_line(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. infobox:: One\n   two\n   :a: b\n")
    assert found == []
    assert box_of(document)[0].astext() == "One two"


def test_the_title_may_hold_markup(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. infobox:: One *two* [#n]_\n\n   :a: b\n\n.. [#n] N\n")
    assert found == []
    assert document.next_node(nodes.footnote_reference).parent is box_of(document)[0]


def test_names_of_fields_and_types_are_read_in_any_case(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. infobox:: T\n   :Type: Bilateral-Relations\n\n   :Party1: A\n   :PARTY2: B\n")
    assert found == []
    assert table_of(box_of(document)) == [("Party", {1: "A", 2: "B"})]


def test_classes_of_the_author_are_kept(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. infobox:: T\n   :class: One two\n\n   :a: b\n")
    assert found == []
    assert box_of(document)["classes"] == ["one", "two"]


def test_a_large_box_is_wide(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse(f".. infobox:: T\n\n   :a: {'word ' * 200}\n")
    assert "wide" in box_of(document)["classes"]


FAULTS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "type": ("T\n   :type: bilaterl\n\n   :a: b\n", [("infobox-type-unknown", 2)]),
    "title": ("\n\n   :a: b\n", [("infobox-title-missing", 1)]),
    "no fields": ("T\n", [("infobox-empty", 1)]),
    "empty": ("T\n\n   :a: b\n   :c:\n", [("infobox-field-empty", 4)]),
    "a comment alone": ("T\n\n   :a: b\n   :c:\n      .. d\n", [("infobox-field-empty", 4)]),
    "a note alone": ("T\n\n   :a: [#n]_\n   :c:\n      .. [#n] N\n", [("infobox-field-empty", 4)]),
    "twice": ("T\n\n   :a: b\n   :c: d\n   :A: e\n", [("infobox-field-duplicate", 5)]),
    "text": ("T\n\n   :a: b\n\n   text\n\n   - c\n", [("infobox-content", 5), ("infobox-content", 7)]),
    "indented": ("T\n     :a: b\n   :c: d\n", [("infobox-content", 2)]),
    "a heading": ("T\n\n   :a: b\n\n   Head\n   ----\n", [("rst-error", 6)]),
    "a directive": ("T\n\n   :a: b\n\n   .. nonsense::\n", [("directive-unknown", 5)]),
    "a role in a value": ("T\n\n   :a: b\n   :c: d :nonsense:`e`\n", [("role-unknown", 4)]),
    "missing": ("T\n   :type: bilateral-relations\n\n   :party1: A\n", [("infobox-field-missing", 1)]),
    "required and empty": (
        "T\n   :type: bilateral-relations\n\n   :party1: A\n   :party2:\n", [("infobox-field-empty", 5)],
    ),
    "unknown": (
        "T\n   :type: bilateral-relations\n\n   :party1: A\n   :prty2: B\n   :party2: C\n",
        [("infobox-field-unknown", 5)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_on_its_line(parse: Callable[[str], Parsed], name: str) -> None:
    text, found = FAULTS[name]
    assert parse("One.\n\n.. infobox:: " + text).found == [(code, line + 2) for code, line in found]


def test_an_unknown_field_names_the_nearest_known_one() -> None:
    _, findings = parse_text(HEAD + BOX + "   :party1: A\n   :party2: B\n   :mision1: C\n")
    assert [f.message for f in findings] == [
        'an infobox of type "bilateral-relations" has no field "mision1" (did you mean "mission1"?)'
    ]


def test_an_unknown_field_with_no_neighbour_names_them_all() -> None:
    _, findings = parse_text(HEAD + BOX + "   :party1: A\n   :party2: B\n   :zzz: C\n")
    assert all(name in findings[0].message for name in BILATERAL)


def test_two_boxes_do_not_mix(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. infobox:: One\n\n   :a: 1\n\n.. infobox:: Two\n\n   :a: 2\n")
    assert found == []
    assert [table_of(box) for box in document.findall(infobox)] == [[("a", {0: "1"})], [("a", {0: "2"})]]


@pytest.mark.slow
@given(st.permutations(BILATERAL), st.sets(st.sampled_from(BILATERAL[2:])))
def test_the_order_of_the_fields_makes_no_difference(order: list[str], left_out: set[str]) -> None:
    def box(names: list[str]) -> str:
        fields = "".join(f"   :{name}: Value of *{name}*\n" for name in names if name not in left_out)
        return f"{BOX}{fields}\n"

    document, findings = parse_text(HEAD + box(order) + box(BILATERAL))
    assert findings == []
    mixed, in_order = document.findall(infobox)
    assert mixed.pformat() == in_order.pformat()


NAMES = st.sampled_from([*BILATERAL, "party", "envoy", "Party1", "nonsense", "mission3"])
VALUES = st.sampled_from(["", "a", "*b*", "c\n      d", "[#n]_", "|x|", "- e\n      - f"])


@pytest.mark.slow
@given(
    st.lists(st.tuples(NAMES, VALUES), max_size=8), st.sampled_from(["bilateral-relations", "generic", "no"])
)
def test_normalising_twice_changes_nothing(fields: list[tuple[str, str]], kind: str) -> None:
    lines = "".join(f"   :{name}: {value}\n" for name, value in fields)
    document, _ = parse_text(HEAD + f".. infobox:: T\n   :type: {kind}\n\n{lines}")
    before = document.pformat()
    for box in document.findall(infobox):
        normalize(box, document)
    assert document.pformat() == before


@pytest.mark.parametrize("name", infobox_types())
def test_every_type_there_is_can_be_loaded(name: str) -> None:
    kind = load_type(name)
    assert kind.rows or kind.any
    assert len(kind.fields) == sum((1 + bool(row.qualifier)) * kind.columns for row in kind.rows)


def test_a_type_that_does_not_exist_is_not_loaded() -> None:
    for name in ("nonsense", "../labels", "../infobox/generic"):
        with pytest.raises(FileNotFoundError):
            load_type(name)


@pytest.fixture
def types(tmp_path: Path) -> Iterator[Path]:
    """A `styles` folder of a desk's, for types that a test makes."""
    folder = tmp_path / "styles" / "infobox"
    folder.mkdir(parents=True)
    with at(Desk(styles=folder.parent)):
        yield folder


def test_a_new_type_needs_data_only(types: Path, parse: Callable[[str], Parsed]) -> None:
    (types / "city.toml").write_text(
        '[[row]]\nname = "mayor"\nlabel = "Mayor"\n[[row]]\nname = "area"\nlabel = "Area"\n'
    )
    document, found = parse(
        ".. infobox:: Pristina\n   :type: city\n\n   :area: 572 km²\n   :mayor: Someone\n"
    )
    assert found == []
    assert table_of(box_of(document)) == [("Mayor", {1: "Someone"}), ("Area", {1: "572\u00a0km²"})]


@pytest.mark.parametrize(
    "data",
    ["", "columns = 1", "any = tru", '[[row]]\nlabel = "x"', '[[row]]\nname = "x"\nlabel = "y"\ncolour = "z"',
     'columns = 0\nany = true', 'columns = "x"\nany = true', "row = 3", '[[row]]\nname = "x"\nlabel = 5',
     '[[row]]\nname = 5\nlabel = "x"', '[[row]]\nname = "x"\nlabel = ""',
     '[[row]]\nname = "x"\nlabel = "y"\nlabels = "z"', '[[row]]\nname = "x"\nlabel = "y"\nlabels = {de = 1}'],
)  # fmt: skip
def test_a_broken_type_is_a_finding(types: Path, parse: Callable[[str], Parsed], data: str) -> None:
    (types / "broken.toml").write_text(data)
    with pytest.raises(BrokenTypeError, match=r"broken\.toml"):
        load_type("broken")
    assert parse("x\n\n.. infobox:: T\n   :type: broken\n\n   :a: b\n").found == [("infobox-type-broken", 3)]


@pytest.mark.parametrize(
    ("language", "label"),
    [("de", "Gast"), ("de-AT", "Besuch"), ("DE-ch", "Gast"), ("en", "Visitor"), ("fi", "Visitor")],
)
def test_a_label_is_in_the_language_of_the_article(types: Path, language: str, label: str) -> None:
    (types / "visit.toml").write_text(
        '[[row]]\nname = "visitor"\nlabel = "Visitor"\nlabels = { de = "Gast", de-AT = "Besuch" }\n'
    )
    head = HEAD.replace(":language: en", f":language: {language}")
    assert language in head
    document, _ = parse_text(f"{head}.. infobox:: T\n   :type: visit\n\n   :visitor: x\n")
    assert table_of(box_of(document)) == [(label, {1: "x"})]


def test_the_labels_of_the_project_are_in_every_language_that_it_has_words_for() -> None:
    languages = set(styles.data("labels")) - {"en"}
    for name in infobox_types():
        for row in load_type(name).rows:
            assert set(row.labels) == languages, (name, row.name)


def test_the_types_in_the_project_name_each_row_once() -> None:
    for path in (styles.BUILT_IN / "infobox").glob("*.toml"):
        names = [row["name"] for row in tomllib.loads(path.read_text("utf-8")).get("row", [])]
        assert len(names) == len(set(names)), path.name
