"""What is mistyped in a manifest: each is told on its line, in plain words, with what to write."""

from __future__ import annotations

import tomllib

import pytest

from pipeline.files.toml_faults import explain

TOP = 'title = "Visit"\ndate = 2026-11-24\n'
SLIPS = [
    ("title = “Visit”\n", 3, 'curly ones: type straight ones, title = "Visit"'),
    ('title2 = "Visit”\n', 3, "the quotation mark is not closed (the one at its end is a curly one)"),
    ('file = "papers\\one.pdf"\n', 3, 'write / in the names of files, file = "papers/one.pdf"'),
    ('file = "C:\\Users\\one.pdf"\n', 3, "write / in the names of files"),
    ("right-hand = yes\n", 3, "write right-hand = true, in small letters"),
    ("right-hand = No\n", 3, "write right-hand = false"),
    ("right-hand = True\n", 3, "write right-hand = true"),
    ('place = "Brussels\n', 3, 'the quotation mark is not closed: write place = "Brussels"'),
    ("place = 'Brussels\n", 3, "is not closed"),
    ("place = Brussels\n", 3, 'write texts between quotation marks, place = "Brussels"'),
    ('place: "Brussels"\n', 3, 'parted by =: write place = "Brussels"'),
    ('place "Brussels"\n', 3, "parted by =: write place = "),
    ('short title = "Visit"\n', 3, "a key has no spaces: write short-title = "),
    ('title = "Again"\n', 3, "title is given twice"),
    ("since = 24.11.2026\n", 3, "since = 2026-11-24"),
    ("since = 24-11-2026\n", 3, "since = 2026-11-24"),
    ("since = 2026-13-40\n", 3, "2026-11-24"),
    ('place = "Brussels",\n', 3, "take out the , at the end"),
    ('place = "Brussels";\n', 3, "take out the ; at the end"),
    ('place = "the "old" town"\n', 3, "nothing behind it"),
    ("place =\n", 3, "a value is missing"),
    ("[[section]\n", 3, "write [[section]]"),
    ("[[section\n", 3, "write [[section]]"),
    ("// a remark\n", 3, "a remark begins with #"),
    ("; a remark\n", 3, "a remark begins with #"),
    ('list = ["a"\n\n', 3, "a list stands between [ and ]"),
    ('list = ["a" "b"]\n', 3, "a comma behind each"),
    ('text = """open\nand on\n', 3, "a quotation mark is not closed"),
    ('place\u00a0= "Brussels"\n', 3, "a no-break space stands in this line"),
    ("“place” = 1\n", 3, "the quotation marks are curly ones"),
    ("note = “““\n", 3, 'three straight ones, note = """'),
    ("\u00a0 place = 1\n", 3, "a no-break space stands in this line"),
    ("---\n", 3, "this is a line of YAML: take it out"),
    ("[[section]] Trade\n", 3, 'nothing stands behind [[section]]: write title = "Trade" on the line below'),
    ('note = "One line\nand more"\n', 3, 'three quotation marks: note = """, the lines, """'),
    ('place = "Brussels\nnote = "x"\n', 3, 'not closed: write place = "Brussels"'),
    ("- first.rst\n", 3, "no lists of this kind: each item is begun by [[section.item]]"),
    ('place == "Brussels"\n', 3, 'one = is enough: write place = "Brussels"'),
    ("place = null\n", 3, "leave place out where it has no value"),
    ('place – "Brussels"\n', 3, 'parted by =: write place = "Brussels"'),
    ('place ＝ "Brussels"\n', 3, 'parted by =: write place = "Brussels"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), SLIPS, ids=[text.strip()[:30] for text, _, _ in SLIPS])
def test_a_slip_is_told_on_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(TOP + text)
    at, said = explain(caught.value, TOP + text)
    assert words in said
    assert at == line
    assert "Expected" not in said
    assert "nvalid" not in said
