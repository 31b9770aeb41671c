"""Late papers in a manifest: what was there keeps its bytes, whatever its form."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.packet.manifest.late_papers import (
    Home,
    LatePaper,
    LateSection,
    NoPlaceError,
    file_for,
    home_of,
    with_late,
)
from pipeline.packet.manifest.reader import read_manifest

FIRST = b"""# A word before.
title = "Visit" # and one behind
date = 2026-11-24

[[section]]
title = "Notes"
[[section.item]]
note = '''
# no comment
[[section]]'''
title = "To you"
# the end"""
LATE = LateSection("Late papers", "B")
ONE = LatePaper("pdf", "late/one.pdf", "One", "B.1", "", safe=False)
TWO = LatePaper("enclosed", "late/two.xlsx", "Two", "B.2", "Public", safe=False, versions=["public"])
FORMS = [FIRST, FIRST + b"\n", FIRST + b"\n\n\n", FIRST.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + FIRST]


@pytest.mark.parametrize("data", FORMS)
def test_what_was_there_keeps_its_bytes(data: bytes) -> None:
    once = with_late(data, LATE, [ONE])
    assert once.startswith(data)
    twice = with_late(once, LATE, [TWO])
    assert twice.startswith(once)
    assert (b"\r" in data) == (b"\r" in twice.removeprefix(data))
    section = tomllib.loads(twice.decode("utf-8-sig").replace("\r\n", "\n"))["section"][1]
    assert section == {"title": "Late papers", "tab": "B", "late": True, "item": [ONE.values(), TWO.values()]}


def test_what_a_desk_has_written_behind_the_late_papers_stays_behind_them() -> None:
    behind = (
        b'# mine\n[version.public]\nfor = "All"\n\n[[section]]\ntitle = "M"\n[[section.item]]\nnote = "x"\n'
    )
    before = with_late(FIRST, LATE, [ONE])
    made = with_late(before + behind, LateSection("", "b"), [TWO])
    assert made.startswith(before)
    assert made.endswith(behind)
    assert [len(one["item"]) for one in tomllib.loads(made.decode())["section"]] == [1, 2, 1]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_any_title_is_read_as_it_was_given(title: str) -> None:
    made = with_late(FIRST, LATE, [LatePaper("pdf", "a.pdf", title, "B.1", "", safe=True)])
    assert tomllib.loads(made.decode())["section"][1]["item"][0]["title"] == title


@pytest.mark.parametrize(
    "data", [b'section = [{title = "A", item = [{note = "x"}]}]\n', b"title = \n", b"\xff"]
)
def test_a_form_without_room_is_told(data: bytes) -> None:
    with pytest.raises(NoPlaceError):
        with_late(data, LATE, [ONE])


def test_a_paper_below_the_source_root_is_named_where_it_lies(tmp_path: Path) -> None:
    root = tmp_path / "source"
    (root / "packets").mkdir(parents=True)
    home = Home(root / "packets" / "visit.toml", root, "")
    inside, outside = root / "plan.pdf", tmp_path / "b" / "d.pdf"
    outside.parent.mkdir()
    for path in (inside, outside):
        path.write_bytes(b"x")
    late = root / "packets" / "late"
    assert file_for(inside, home, b"x", ".pdf", {}) == ("../plan.pdf", None)
    assert file_for(outside, home, b"x", ".pdf", {}) == ("late/d.pdf", late / "d.pdf")
    assert file_for(outside, home, b"x", ".pdf", {late / "d.pdf": b"y"}) == ("late/d-2.pdf", late / "d-2.pdf")
    late.mkdir()
    (late / "d.pdf").write_bytes(b"another")
    assert file_for(outside, home, b"x", ".pdf", {}) == ("late/d-2.pdf", late / "d-2.pdf")
    (late / "d-2.pdf").write_bytes(b"x")
    assert file_for(outside, home, b"x", ".pdf", {}) == ("late/d-2.pdf", None)


def test_the_manifest_of_a_packet_is_found_by_its_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "visit.toml").write_bytes(FIRST + b'\n[version.public]\nfor = "x"\n')
    assert home_of(tmp_path, "visit.toml", "visit", []) is None
    inside = home_of(tmp_path, "visit.toml", "visit", ["b/visit.toml"])
    assert inside == Home(tmp_path / "b" / "visit.toml", tmp_path, "")
    (tmp_path / "a" / "visit.toml").unlink()
    found = home_of(tmp_path, "visit.toml", "visit-public", [])
    assert found is not None
    assert (found.name, found.version) == ("b/visit.toml", "public")
    assert home_of(tmp_path, "visit.toml", "visit-other", []) is None


LATE_SECTION = '[[section]]\ntitle = "Late"\nlate = true\n[[section.item]]\ntitle = "Two"\n'


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (LATE_SECTION + 'enclosed = "two.xlsx"\n', []),
        (LATE_SECTION + 'enclosed = "two.xlsx"\nversions = ["x"]\n', [("packet-version", 19)]),
        (LATE_SECTION + 'enclosed = "two.xlsx"\nsafe = true\n', [("packet-item", 19)]),
        (LATE_SECTION + 'enclosed = "gone.xlsx"\n', [("packet-file-missing", 18)]),
        (
            LATE_SECTION
            + 'enclosed = "two.xlsx"\n[[section.item]]\ntitle = "Again"\nenclosed = "two.xlsx"\n',
            [("packet-value", 21)],
        ),
        (
            '[[section]]\ntitle = "N"\n[[section.item]]\nnote = "x"\ntitle = "N"\nversions = []\n',
            [("packet-key-unknown", 18)],
        ),
    ],
)
def test_what_is_wrong_with_late_papers_has_its_line(
    tmp_path: Path, more: str, found: list[tuple[str, int]]
) -> None:
    path = tmp_path / "source" / "visit.toml"
    path.parent.mkdir()
    (path.parent / "two.xlsx").write_bytes(b"x")
    path.write_bytes(FIRST + b"\n" + more.encode())
    assert [(finding.code, finding.line) for finding in read_manifest(path)[1]] == found
