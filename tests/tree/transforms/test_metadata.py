"""Metadata: from the docinfo fields of an article to one record, and every fault of theirs on its line."""

from __future__ import annotations

import datetime

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import parse_text
from pipeline.tree.metadata import FIELDS, Metadata, metadata_of

TITLE = "Title\n=====\n\n"
GOOD = ":date: 2026-11-24\n:language: en\n"


def record(text: str) -> tuple[Metadata, list[Finding]]:
    document, findings = parse_text(text, "source/name.rst")
    return metadata_of(document), findings


def found(text: str) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in record(text)[1]]


def test_every_field_is_read() -> None:
    fields = (
        ":subtitle: Under it\n:short-title: Short\n:author: Ann\n:organization: Org\n:contact: a@b.example\n"
        ":address: One Street\n:date: 2026-11-24\n:version: 1.2\n:status: Draft\n:language: en-GB\n"
        ":identifier: urn:x:y\n:description: About *this*\n   and that.\n:keywords: one, two,three\n"
        ":rights: Ours\n:marking: Restricted\n:notes: Foot\n:paper: Letter\n:contents: YES\n:other: Kept\n"
    )
    assert record(TITLE + fields + "\nText.\n")[0] == Metadata(
        title="Title", subtitle="Under it", short_title="Short", authors=("Ann",), organization="Org",
        contact="a@b.example", address="One Street", date=datetime.date(2026, 11, 24), version="1.2",
        status="Draft", language="en-GB", identifier="urn:x:y", description="About this and that.",
        keywords=("one", "two", "three"), rights="Ours", marking="Restricted", notes="foot", paper="letter",
        contents="yes", other=(("other", "Kept"),),
    )  # fmt: skip


def test_a_record_without_fields_has_its_defaults() -> None:
    metadata, findings = record(TITLE + GOOD + "\nText.\n")
    assert findings == []
    assert (metadata.short_title, metadata.authors, metadata.contents) == ("Title", (), "auto")
    assert (metadata.subtitle, metadata.notes, metadata.paper, metadata.keywords) == ("", "", "", ())
    assert metadata.dated


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("copyright", "rights"), ("revision", "version"), ("lang", "language"), ("id", "identifier"),
        ("organisation", "organization"), ("summary", "description"), ("classification", "marking"),
        ("short title", "short_title"), ("Short Title", "short_title"), ("RIGHTS", "rights"),
    ],
)  # fmt: skip
def test_other_names_of_a_field_are_understood(alias: str, name: str) -> None:
    metadata, findings = record(TITLE + f":date: 2026-11-24\n:{alias}: de\n\nText.\n")
    assert getattr(metadata, name) == "de"
    assert [finding.code for finding in findings if finding.code != "meta-language"] == []


@pytest.mark.parametrize(
    "fields",
    [
        ":author: Ann\n:author: Ben\n",
        ":author: Ann; Ben\n",
        ":authors: Ann; Ben\n",
        ":authors: Ann, Ben\n",
        ":authors:\n   - Ann\n   - Ben\n",
        ":authors:\n   Ann\n\n   Ben\n",
        ":author: Ann\n:authors: Ben\n",
    ],
)
def test_authors_are_read_in_each_of_their_forms(fields: str) -> None:
    metadata, findings = record(TITLE + fields + GOOD + "\nText.\n")
    assert metadata.authors == ("Ann", "Ben")
    assert findings == []


def test_a_title_keeps_its_words_and_loses_its_markup_and_notes() -> None:
    metadata, findings = record(
        f"The *title* [#a]_ here\n======================\n\n{GOOD}\nText.\n\n.. [#a] x\n"
    )
    assert metadata.title == "The title here"
    assert findings == []


def test_a_second_heading_below_the_title_is_a_subtitle() -> None:
    metadata, findings = record(f"Title\n=====\n\nUnder it\n--------\n\n{GOOD}\nText.\n")
    assert (metadata.title, metadata.subtitle) == ("Title", "Under it")
    assert findings == []


def test_a_title_may_be_a_field() -> None:
    metadata, findings = record(":title: Field\n" + GOOD + "\nText.\n")
    assert metadata.title == "Field"
    assert findings == []


def test_without_a_title_the_name_of_the_file_stands_in() -> None:
    metadata, findings = record(GOOD + "\nText.\n")
    assert metadata.title == "name"
    assert [(f.code, f.line, f.is_error) for f in findings] == [("meta-title-missing", 1, False)]


def test_the_heading_counts_before_the_title_field() -> None:
    assert record(TITLE + GOOD + ":title: Other\n\nText.\n")[0].title == "Title"
    assert found(TITLE + GOOD + ":title: Other\n\nText.\n") == [("meta-duplicate", 6)]


def test_without_a_date_the_error_says_what_to_write() -> None:
    metadata, findings = record(TITLE + ":language: en\n\nText.\n")
    assert [(f.code, f.line, f.is_error) for f in findings] == [("meta-date-missing", 1, True)]
    assert ":date: 2026-11-24" in findings[0].message
    assert not metadata.dated


@pytest.mark.parametrize(
    "date",
    [
        *("24 November 2026", "2026-02-30", "2026-13-01", "2026-1-2", "24.11.2026", "today"),
        *("0206-11-24", "4052-11-24", "2108-01-01"),
    ],
)
def test_what_is_no_date_is_an_error_on_its_line(date: str) -> None:
    assert found(TITLE + f":language: en\n:date: {date}\n\nText.\n") == [("meta-date-format", 5)]


def test_without_a_language_english_is_taken_with_a_warning() -> None:
    metadata, findings = record(TITLE + ":date: 2026-11-24\n\nText.\n")
    assert metadata.language == "en"
    assert [(f.code, f.is_error) for f in findings] == [("meta-language", False)]


@pytest.mark.parametrize("tag", ["english language", "e", "en_GB", "français", "-en"])
def test_what_is_no_language_tag_is_warned_of_on_its_line(tag: str) -> None:
    text = TITLE + f":date: 2026-11-24\n:language: {tag}\n\nText.\n"
    assert found(text) == [("meta-language", 5)]
    assert record(text)[0].language == "en"


@pytest.mark.parametrize("tag", ["en", "fr", "de-AT", "sr-Latn-RS", "zh-Hant"])
def test_language_tags_are_taken_as_they_are(tag: str) -> None:
    metadata, findings = record(TITLE + f":date: 2026-11-24\n:language: {tag}\n\nText.\n")
    assert metadata.language == tag
    assert findings == []


@pytest.mark.parametrize("name", ["notes", "paper", "contents"])
def test_a_value_that_a_field_cannot_have_is_an_error_with_those_that_it_can(name: str) -> None:
    _, findings = record(TITLE + GOOD + f":{name}: nonsense\n\nText.\n")
    assert [(f.code, f.line) for f in findings] == [("meta-value", 6)]
    known = {"notes": "foot, end, both", "paper": "a4, letter", "contents": "auto, yes, no"}
    assert known[name] in findings[0].message


@pytest.mark.parametrize("name", ["version", "organization", "keywords", "description", "identifier", "foo"])
def test_an_empty_field_is_one_warning_on_its_line(name: str) -> None:
    assert found(TITLE + GOOD + f":{name}:\n\nText.\n") == [("meta-empty", 6)]


@pytest.mark.parametrize("name", ["version", "identifier", "date", "description"])
def test_of_a_field_given_twice_the_first_counts_and_the_second_is_reported(name: str) -> None:
    text = TITLE + f":{name}: 2026-01-01\n:date: 2026-01-01\n:language: en\n:{name}: 2025-05-05\n\nText.\n"
    if name == "date":
        text = text.replace(":date: 2026-01-01\n", "", 1)
    metadata, findings = record(text)
    assert str(getattr(metadata, name)) == "2026-01-01"
    line = text.split("\n").index(f":{name}: 2025-05-05") + 1
    assert [(f.code, f.line) for f in findings] == [("meta-duplicate", line)]


def test_an_unknown_field_is_kept_and_the_nearest_known_one_suggested() -> None:
    metadata, findings = record(TITLE + GOOD + ":authro: Ann\n:desk: Europe\n\nText.\n")
    assert metadata.other == (("authro", "Ann"), ("desk", "Europe"))
    assert [(f.code, f.line, f.is_error) for f in findings] == [("meta-unknown", n, False) for n in (6, 7)]
    assert 'did you mean "author"' in findings[0].message


def test_markup_in_a_field_is_read_as_its_words() -> None:
    metadata, _ = record(TITLE + GOOD + ":rights: ``A`` *b* https://c.example/\n\nText.\n")
    assert metadata.rights == "A b https://c.example/"


def test_unclosed_markup_in_a_field_is_an_error_on_its_line() -> None:
    assert found(TITLE + GOOD + ":description: *x\n\nText.\n") == [("markup-unclosed", 6)]


def test_the_identifier_is_made_of_the_name_of_the_file_alone() -> None:
    here = metadata_of(parse_text(TITLE + GOOD + "\nText.\n", "/one/place/name.rst")[0])
    there = metadata_of(parse_text("Other\n=====\n\n" + GOOD + "\nWords.\n", "elsewhere/name.rst")[0])
    other = metadata_of(parse_text(TITLE + GOOD + "\nText.\n", "other.rst")[0])
    assert here.identifier == there.identifier != other.identifier
    assert here.identifier.startswith("urn:uuid:")


def test_the_tree_keeps_the_fields_in_one_order_whatever_the_authors() -> None:
    fields = [":date: 2026-11-24", ":language: en", ":version: 2", ":rights: R", ":keywords: k", ":author: A"]
    forward = parse_text(TITLE + "\n".join(fields) + "\n\nText.\n")[0].pformat()
    backward = parse_text(TITLE + "\n".join(reversed(fields)) + "\n\nText.\n")[0].pformat()
    assert forward == backward


def test_a_comment_before_the_fields_changes_nothing() -> None:
    metadata, findings = record(f"Title\n=====\n\n.. A remark.\n\n{GOOD}:version: 7\n\nText.\n")
    assert (metadata.version, findings) == ("7", [])


def test_fields_below_the_first_paragraph_are_no_metadata() -> None:
    metadata, findings = record(TITLE + GOOD + "\nText.\n\n:version: 3\n")
    assert metadata.version == ""
    assert findings == []


@pytest.mark.parametrize("first", [".. rubric:: R\n", "- a\n", ".. note:: x\n", ".. class:: c\n\nx\n"])
def test_the_docinfo_stands_before_the_body_whatever_begins_it(first: str) -> None:
    document, findings = parse_text(TITLE + GOOD + "\n" + first)
    document.validate()
    assert isinstance(document[1], nodes.docinfo)
    assert findings == []


def test_no_field_is_named_twice() -> None:
    assert len(FIELDS) == len(set(FIELDS))


def test_a_first_heading_like_the_others_is_the_title_when_fields_follow_it() -> None:
    text = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nLead.\n\nOne\n===\n\nText.\n\nTwo\n===\n"
    document, findings = parse_text(text)
    assert findings == []
    assert document["title"] == "Title"
    assert [section[0].astext() for section in document.findall(nodes.section)] == ["One", "Two"]


def test_a_date_that_stands_elsewhere_is_pointed_at() -> None:
    _, findings = parse_text("Title\n=====\n\nText.\n\n:date: 2026-11-24\n")
    (missing,) = [finding for finding in findings if finding.code == "meta-date-missing"]
    assert missing.line == 6
    assert "not directly below the title" in missing.message
