"""The data files of infobox types: what is mistyped in them is told with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import desk
from pipeline.tree.infobox_types import BrokenTypeError, load_type

VISIT = """title = "Visit"
columns = 2
any = false

[[row]]
name = "visitor"
label = "Visitor"
required = true

[[row]]
name = "dates"
label = "Dates"
"""


def loaded(folder: Path, text: str) -> object:
    (folder / "source").mkdir()
    (folder / "styles" / "infobox").mkdir(parents=True)
    (folder / "styles" / "infobox" / "visit.toml").write_text(text, encoding="utf-8")
    with desk.at(desk.desk_of(folder / "source" / "a.rst", None)):
        return load_type("visit")


def test_a_type_that_is_right_is_read(tmp_path: Path) -> None:
    assert loaded(tmp_path, VISIT)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title", "tile", 'there is no key "tile" in it (did you mean "title"?)'),
        ("columns = 2", 'columns = "2"', "without quotation marks: columns = 2"),
        ("[[row]]", "[[rows]]", 'there is no key "rows" in it (did you mean "row"?)'),
        ("required = true", 'required = "yes"', "without quotation marks: required = true"),
        ('label = "Dates"', 'labl = "Dates"', 'did you mean "label"'),
        ('label = "Dates"\n', "", 'the row "dates" has no label: write label = "Dates"'),
        ('name = "dates"\n', "", 'a row has no name: write name = "dates"'),
        ('"dates"', '"visitor"', 'two rows have the name "visitor"'),
    ],
)
def test_what_is_mistyped_is_told_with_what_to_write(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(BrokenTypeError) as caught:
        loaded(tmp_path, VISIT.replace(old, new))
    assert said in str(caught.value)
