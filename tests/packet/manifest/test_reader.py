"""The manifest of a packet: what it may say, and a finding with its line for all else."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import styles
from pipeline.findings import CODES
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.manifest.toml_lines import Lines
from pipeline.tree import markings

TOP = 'title = "Visit"\ndate = 2026-11-24\n'
ITEM = '[[section]]\ntitle = "One"\n[[section.item]]\narticle = "../belgium.rst"\n'
GOOD = TOP + ITEM


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of manifests in a source root that has an article, an annex and an image."""
    root = tmp_path / "source"
    folder = root / "packets"
    folder.mkdir(parents=True)
    for name in ("belgium.rst", "agenda.pdf", "map.png", "[odd] name.rst"):
        (root / name).write_bytes(b"x")
    (tmp_path / "secret.rst").write_bytes(b"x")
    return folder


class Read:
    """A manifest that was read: itself, or pairs of the code and line of what is wrong."""

    def __init__(self, folder: Path, text: str | bytes) -> None:
        path = folder / "visit.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.manifest, self.findings = read_manifest(path)
        self.found = [(finding.code, finding.line) for finding in self.findings]
        assert (self.manifest is None) == any(finding.is_error for finding in self.findings)

    @property
    def good(self) -> Manifest:
        assert self.found == []
        assert self.manifest is not None
        return self.manifest

    @property
    def message(self) -> str:
        (finding,) = self.findings
        return finding.message


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        (GOOD.replace('title = "V', 'Title = "V'), "packet-key-unknown", 1, "write title"),
        (GOOD.replace("section", "Section"), "packet-key-unknown", 3, "write section"),
        (GOOD + "right_hand = true\n", "packet-key-unknown", 7, "write right-hand"),
        (GOOD.replace("section.item", "item"), "packet-key-unknown", 5, "is begun by [[section.item]]"),
        (
            ITEM.join(['title = "Visit"\n', "date = 2026-11-24\n"]),
            *("packet-key-missing", 1, "that of line 6 belongs to what begins above it"),
        ),
        (GOOD.replace("Visit", "Caf&eacute;"), "markup-foreign", 1, 'type "é"'),
        (GOOD.replace('"One"', '"<b>One</b>"'), "markup-foreign", 4, "texts of a manifest are plain words"),
        (GOOD.replace('"One"', '"**One**"'), "markup-foreign", 4, '"**One**" is printed as it stands'),
    ],
)
def test_a_slip_in_a_key_or_a_text_is_told_once(
    folder: Path, text: str, code: str, line: int, words: str
) -> None:
    read = Read(folder, text)
    assert read.found == [(code, line)]
    assert words in read.message


# What is right -------------------------------------------------------------------------------------------


def test_all_keys_are_read(folder: Path) -> None:
    text = """\
title = "Visit  to Brussels"
subtitle = "Briefing"
for = "The Minister"
meeting = "Brussels"
date = 2026-11-24
originator = "Europe Desk"
marking = "Restricted"
language = "fr"
identifier = "urn:x:1"
paper = "letter"

[[section]]
title = "Notes"
tab = "I"

[[section.item]]
article = "../belgium.rst"
title = "Belgium"
tab = "I.x"
marking = "Public"
date = "2026-11-20"
right-hand = true
ebook = "omit"

[[section.item]]
image = "../map.png"
alt = "A map"
title = "Map"
language = "nl"
"""
    manifest = Read(folder, text).good
    info = manifest.info
    assert (info.name, info.title, info.subtitle) == ("visit", "Visit to Brussels", "Briefing")
    assert (info.recipient, info.meeting, info.originator) == ("The Minister", "Brussels", "Europe Desk")
    assert (info.date, info.marking, info.language) == (datetime.date(2026, 11, 24), "Restricted", "fr")
    assert (info.identifier, info.paper) == ("urn:x:1", "letter")
    (section,) = manifest.sections
    assert (section.name, section.title, section.tab, section.line) == ("divider-1", "Notes", "I", 12)
    article, image = section.items
    assert (article.name, article.kind, article.path) == (
        "item-1-1",
        "article",
        folder.parent / "belgium.rst",
    )
    assert (article.title, article.tab, article.marking) == ("Belgium", "I.x", "Public")
    assert (article.date, article.right_hand, article.ebook) == (datetime.date(2026, 11, 20), True, "omit")
    assert (image.kind, image.alt, image.tab, image.language) == ("image", "A map", "I.2", "nl")
    assert (image.right_hand, image.ebook, image.line) == (False, "full", 25)


def test_what_is_not_said_has_its_default(folder: Path) -> None:
    text = TOP + ITEM + '[[section]]\ntitle = "Two"\n[[section.item]]\narticle = "../belgium.rst"\n'
    manifest = Read(folder, text).good
    info = manifest.info
    assert (info.language, info.paper, info.marking) == ("en", "a4", "")
    assert info.identifier.startswith("urn:uuid:")
    assert info.identifier == Read(folder, GOOD).good.info.identifier
    assert [section.tab for section in manifest.sections] == ["A", "B"]
    assert [item.tab for item in manifest.items] == ["A.1", "B.1"]
    assert manifest.items[0].title == ""  # the article's own


def test_a_manifest_may_have_a_byte_order_mark_and_other_line_ends(folder: Path) -> None:
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert Read(folder, raw).good.items[0].line == 5


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('note = """\nText.\n"""', 8),
        ('note = """Text."""', 7),
        ("note = '''\n\n\nText.\n'''", 10),
        ('note = "Text."', 7),
    ],
)
def test_a_note_knows_the_line_of_its_text(folder: Path, written: str, line: int) -> None:
    text = f'{TOP}[[section]]\ntitle = "One"\n[[section.item]]\ntitle = "T"\n{written}\n'
    (item,) = Read(folder, text).good.items
    assert (item.note, item.note_line) == ("Text.", line)


# What is wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("title = Visit to Brussels\n", ("packet-syntax", 1), 'title = "Visit to Brussels"'),
        ('title = "x"\ntitle = "y"\n', ("packet-syntax", 2), "not TOML"),
        ('title = "x\n', ("packet-syntax", 1), "not TOML"),
        (TOP + "[[section]\n", ("packet-syntax", 3), "not TOML"),
        ("a = " + "[" * 5000, ("packet-syntax", 1), ""),
        ('titel = "x"\n' + GOOD, ("packet-key-unknown", 1), 'did you mean "title"'),
        (GOOD + 'titel = "x"\n', ("packet-key-unknown", 7), 'in an item (did you mean "title"?)'),
        (GOOD.replace('title = "One"', 'tilte = "x"\ntitle = "One"'), ("packet-key-unknown", 4), "a section"),
        ("date = 2026-11-24\n" + ITEM, ("packet-key-missing", 1), 'the manifest has no "title"'),
        ('title = "x"\n' + ITEM, ("packet-key-missing", 1), "2026-11-24"),
        (TOP, ("packet-key-missing", 1), "[[section]]"),
        (TOP + '[[section]]\ntitle = "x"\n', ("packet-key-missing", 3), "[[section.item]]"),
        (GOOD.replace('title = "One"\n', ""), ("packet-key-missing", 3), "the title of the section"),
        (GOOD.replace('"Visit"', "3"), ("packet-value", 1), "can't be 3: write the title of the packet"),
        (GOOD.replace('"Visit"', '" "'), ("packet-value", 1), "is empty"),
        (GOOD.replace('"Visit"', '"' + "x" * 1001 + '"'), ("packet-value", 1), "is too long"),
        (GOOD.replace("2026-11-24", '"24 November"'), ("packet-value", 2), "a date, as 2026-11-24"),
        (GOOD.replace("2026-11-24", '"2026-02-30"'), ("packet-value", 2), "no such day"),
        (GOOD.replace("2026-11-24", "2026-11-24T10:00:00"), ("packet-value", 2), "a date"),
        (TOP + 'paper = "a9"\n' + ITEM, ("packet-value", 3), "a4, letter"),
        (TOP + 'language = "English!"\n' + ITEM, ("packet-value", 3), "language tag"),
        (TOP + "section = 3\n", ("packet-value", 3), "[[section]]"),
        (TOP + "section = [3]\n", ("packet-value", 3), "a section"),
        (GOOD + "right-hand = 1\n", ("packet-value", 7), "true or false"),
        (GOOD + 'ebook = "maybe"\n', ("packet-value", 7), '"full", "list" or "omit"'),
        (GOOD + 'tab = "a very long tab"\n', ("packet-value", 7), "12 characters"),
        (GOOD + 'pdf = "../agenda.pdf"\n', ("packet-item", 5), "article and pdf"),
        (GOOD.replace("article", "title"), ("packet-item", 5), "has nothing in it"),
        (GOOD + 'alt = "x"\n', ("packet-key-unknown", 7), "belongs to an image"),
        (
            GOOD.replace('article = "../belgium.rst', 'pdf = "../agenda.pdf'),
            ("packet-key-missing", 5),
            "no title",
        ),
        (GOOD.replace("../belgium.rst", "belgium.rst"), ("packet-file-missing", 6), '"../belgium.rst"'),
        (GOOD.replace("../belgium.rst", "../belgum.rst"), ("packet-file-missing", 6), '"../belgium.rst"'),
        (GOOD.replace("../belgium.rst", "../BELGIUM.RST"), ("packet-file-missing", 6), '"../belgium.rst"'),
        (GOOD.replace("../belgium.rst", "../index.rst"), ("packet-file-missing", 6), '"../index.rst"'),
        (GOOD.replace("../belgium.rst", "[odd] name.rst"), ("packet-file-missing", 6), '"../[odd] name.rst"'),
        (GOOD.replace("../belgium.rst", "../agenda.pdf"), ("packet-value", 6), 'write pdf = "../agenda.pdf"'),
        (GOOD.replace("article", "file"), ("packet-key-unknown", 6), "write article ="),
        (TOP + 'logo = "a.svg"\n' + ITEM, ("packet-key-unknown", 3), "styles/letterhead.toml"),
        (TOP + 'to = "Minister"\n' + ITEM, ("packet-key-unknown", 3), 'write for = "Minister'),
        (GOOD.replace("../belgium.rst", ".."), ("packet-value", 6), "end in .rst"),
        (GOOD.replace("../belgium.rst", "../../secret.rst"), ("packet-file-outside", 6), "source folder"),
        (
            GOOD.replace("../belgium.rst", "/etc/passwd.rst"),
            ("packet-file-outside", 6),
            "relative to the man",
        ),
        (GOOD.replace("../belgium.rst", "file:///x.rst"), ("packet-file-outside", 6), "is an address"),
        (GOOD.replace("../belgium.rst", "http://x/x.rst"), ("packet-file-outside", 6), "is an address"),
        (GOOD.replace("../belgium.rst", "..\\\\x.rst"), ("packet-file-outside", 6), "with / between"),
        (GOOD + 'tab = "a"\n', ("packet-tab-duplicate", 7), "line 3"),
        (GOOD + 'marking = "Restrictd"\n', ("packet-marking-unknown", 7), 'did you mean "Restricted"'),
        (TOP + 'marking = "Zzz"\n' + ITEM, ("packet-marking-unknown", 3), "markings.toml"),
        (GOOD.replace('"Visit"', '"\\u0007"'), ("file-control", 1), "U+0007"),
        (GOOD.replace('"Visit"', '"\\uFFFE"'), ("file-control", 1), "U+FFFE"),
        (GOOD.replace('"Visit"', '"a\\u202Eb"'), ("file-direction", 1), "direction of writing"),
        (GOOD.replace('"Visit"', '"a\\uE000b"'), ("glyph-missing", 1), "U+E000"),
    ],
    ids=lambda value: str(value)[-30:] if isinstance(value, str) else None,
)
def test_a_fault_is_found_at_its_line(folder: Path, text: str, found: tuple[str, int], words: str) -> None:
    read = Read(folder, text)
    assert read.found == [found]
    assert words in read.message


def test_all_faults_are_reported(folder: Path) -> None:
    read = Read(folder, 'titel = "x"\ndate = 3\n[[section]]\n[[section.item]]\nright-hand = 2\n')
    assert read.found == [
        ("packet-key-missing", 1),
        ("packet-key-unknown", 1),
        ("packet-value", 2),
        ("packet-key-missing", 3),
        ("packet-value", 5),
    ]


def test_a_link_out_of_the_source_root_is_not_followed(folder: Path) -> None:
    (folder / "link.rst").symlink_to(folder.parent.parent / "secret.rst")
    read = Read(folder, GOOD.replace("../belgium.rst", "link.rst"))
    assert read.found == [("packet-file-outside", 6)]


def test_what_is_no_manifest_at_all(folder: Path) -> None:
    (folder / "other.toml").write_text("")
    _, findings = read_manifest(folder / "visit.toml")
    assert [(finding.code, finding.line) for finding in findings] == [("file-missing", None)]
    assert "other.toml" in findings[0].message
    assert read_manifest(folder)[1][0].code == "file-folder"
    assert Read(folder, b'title = "\xe9"\n').found == [("file-encoding", 1)]
    assert Read(folder, b"#" * 2_000_001).found == [("packet-syntax", None)]


@given(st.text(alphabet="[]{}=\"\n a.#'\\\u00e9", max_size=40))
def test_no_text_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", newline="")
    manifest, findings = read_manifest(path)
    assert manifest is None
    assert all(finding.code in CODES for finding in findings)


# Lines and markings --------------------------------------------------------------------------------------


def test_lines_of_every_form_of_a_key() -> None:
    lines = Lines(
        'a = 1\n"b c" = 2\nd.e = 3\n\n[f.g]\nh = { i = 1, j = [1,\n  # remark\n  { k = 2 }] }\n'
        "[[l]]\n[[l.m]]\nn = 1\n[[l.m]]\nn = 2\n[[l]]\n[l.o]\np = 1\n"
    )
    places = {
        ("a",): 1,
        ("b c",): 2,
        ("d", "e"): 3,
        ("f", "g"): 5,
        ("f", "g", "h", "i"): 6,
        ("f", "g", "h", "j", 1, "k"): 8,
        ("l", 0, "m", 0, "n"): 11,
        ("l", 0, "m", 1, "n"): 13,
        ("l", 1): 14,
        ("l", 1, "o", "p"): 16,
    }
    assert {path: lines.at(*path) for path in places} == places
    assert lines.at("l", 0, "m", 1, "nothing") == 12
    assert lines.at("nothing") == 1


def test_markings_are_ordered() -> None:
    assert markings.level("public") == 0
    assert markings.level(" RESTREINT  UE/EU restricted ") == markings.level("Restricted")
    assert markings.level("nothing") is None
    assert markings.highest(["Public", "", "Secret", "Restricted"]) == "Secret"
    assert markings.highest(["Restricted", "NATO Restricted"]) == "Restricted"
    assert markings.highest([]) == ""
    names = [name.casefold() for entry in styles.data("markings")["level"] for name in entry["names"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("own", "pages"), [("", 20), ("volumes = { pages = 30 }", 30), ("volumes = {}", 0)], ids=range(3)
)
def test_a_version_may_have_volumes_of_its_own(tmp_path: Path, own: str, pages: int) -> None:
    path = tmp_path / "source" / "visit.toml"
    path.parent.mkdir()
    path.write_text(
        'title = "V"\ndate = 2026-11-24\nvolumes = { pages = 20 }\n[[section]]\ntitle = "N"\n'
        f'[[section.item]]\ntitle = "O"\nnote = "N."\n[version.public]\n{own}\n',
        encoding="utf-8",
    )
    manifest, findings = read_manifest(path, version="public")
    assert findings == []
    assert manifest is not None
    assert manifest.most.pages == pages
