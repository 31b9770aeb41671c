"""The first master article against the two texts that it was made from, in both finished editions.

``data/seed-1.txt`` has the notes and has lost its lists; ``data/seed-2.txt`` has the lists and no notes.
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from pipeline.build import Order, build_one
from tests.support.articles import Editions, shared
from tests.support.paths import DATA, REPOSITORY
from tests.support.readback import EpubFile, PdfFile, folded, stands_in

FIRST = (DATA / "seed-1.txt").read_text(encoding="utf-8")
SECOND = (DATA / "seed-2.txt").read_text(encoding="utf-8")

CONTRADICTION = "Kosovo has an embassy in Brussels and Belgium has an embassy in Pristina."
"""The one sentence that the texts contradict each other in: the first, which cites a source, is followed."""
FOLLOWED = "Kosovo has an embassy in Brussels[1] and Belgium has a Liaison Office in Pristina.[2]"

HEADINGS = re.compile(r"^=+ (.*) =+$", re.MULTILINE)
CALL = re.compile(r"\[\d+\]")


def body(seed: str) -> str:
    """What lies between the infobox and the notes: paragraphs, headings, list items."""
    start = seed.index("Belgium–Kosovo relations refer")
    end = seed.find("Notes and References")
    return seed[start : end if end >= 0 else len(seed)]


def sentences(text: str) -> list[str]:
    """The sentences and list items of a text, calls of notes included."""
    lines = [line.removeprefix("- ").strip() for line in text.splitlines() if not HEADINGS.match(line)]
    ends = re.compile(r"(?<=[.?!])((?:\[\d+\])?)\s+(?=[A-Z])")
    return [part for line in lines if line for part in ends.sub("\\1\n", line).split("\n")]


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("==", "- "))]


def infobox(seed: str) -> dict[str, str]:
    head = seed[: seed.index("Belgium–Kosovo relations refer")]
    return dict(re.findall(r"^(?:- )?(\w+?): ?(.+)$", head, re.MULTILINE))


NOTES = {int(number): folded(text) for number, text in re.findall(r"^  (\d+)\. (.*)$", FIRST, re.MULTILINE)}


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Editions:
    def make(folder: Path) -> None:
        result = build_one(REPOSITORY / "source" / "belgium-kosovo.rst", Order(folder=folder))
        (folder / "result").write_bytes(pickle.dumps(result))

    result = pickle.loads((shared(tmp_path_factory, "master", make) / "result").read_bytes())
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    return Editions(result, PdfFile(pdf), EpubFile(epub))


def test_the_seeds_are_taken_apart_rightly() -> None:
    assert len(NOTES) == 14
    assert len(sentences(body(FIRST))) == 36
    assert len(sentences(body(SECOND))) == 39
    assert len(infobox(FIRST)) == 7
    assert infobox(SECOND) == {"Title": "Belgium–Kosovo", **infobox(FIRST)}


def test_the_master_article_is_without_fault(master: Editions) -> None:
    assert master.result.findings == []


# The first text ------------------------------------------------------------------------------------------


def test_every_paragraph_of_the_first_text_is_in_print_with_its_calls(master: Editions) -> None:
    assert [text for text in paragraphs(body(FIRST)) if not stands_in(text, master.pdf.text)] == []


def test_every_paragraph_of_the_first_text_is_in_the_ebook_with_its_calls(master: Editions) -> None:
    lines = master.epub.text.splitlines()
    assert [text for text in paragraphs(body(FIRST)) if text not in lines] == []


def test_the_calls_of_the_first_text_are_all_there_are_but_one(master: Editions) -> None:
    expected = sorted([*CALL.findall(body(FIRST)), "[11]"])  # its list, and note 11 with it, was lost
    assert sorted(CALL.findall(master.pdf.text)) == expected
    assert sorted(CALL.findall(master.epub.text)) == expected


SOCIAL_SECURITY = "moving between the two countries.[11]"


def test_note_11_is_called_by_the_social_security_agreement(master: Editions) -> None:
    assert stands_in(SOCIAL_SECURITY, master.pdf.text)
    assert SOCIAL_SECURITY in master.epub.text


def test_notes_are_at_the_foot_in_print_each_text_with_its_number(master: Editions) -> None:
    assert sorted(master.pdf.notes) == sorted(NOTES)
    assert [n for n, text in NOTES.items() if not stands_in(text, master.pdf.notes[n])] == []


def test_notes_are_at_the_foot_of_the_page_on_which_they_are_called(master: Editions) -> None:
    called = [(page.number, int(call.text)) for page in master.pdf.pages for call in page.calls]
    assert sorted((page.number, note) for page in master.pdf.pages for note in page.notes) == sorted(called)


def test_notes_are_listed_in_print_each_text_with_its_number(master: Editions) -> None:
    listed = master.pdf.listed("Notes and References")
    assert sorted(listed) == sorted(NOTES)
    assert [n for n, text in NOTES.items() if not stands_in(text, listed[n])] == []


def test_notes_are_listed_in_the_ebook_each_text_with_its_number(master: Editions) -> None:
    assert {number: note.text for number, note in master.epub.notes.items()} == NOTES


# Both texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [FIRST, SECOND], ids=["first", "second"])
def test_every_sentence_and_list_item_is_in_print_but_the_contradiction(master: Editions, seed: str) -> None:
    text = CALL.sub("", master.pdf.text)
    wanted = [CALL.sub("", sentence) for sentence in sentences(body(seed))]
    missing = [sentence for sentence in wanted if not stands_in(sentence, text)]
    assert missing == ([CONTRADICTION] if seed is SECOND else [])


@pytest.mark.parametrize("seed", [FIRST, SECOND], ids=["first", "second"])
def test_every_sentence_and_list_item_is_in_the_ebook_but_the_contradiction(
    master: Editions, seed: str
) -> None:
    text = CALL.sub("", master.epub.text)
    wanted = [CALL.sub("", sentence) for sentence in sentences(body(seed))]
    missing = [sentence for sentence in wanted if sentence not in text]
    assert missing == ([CONTRADICTION] if seed is SECOND else [])


def test_the_text_that_cites_a_source_is_followed(master: Editions) -> None:
    assert stands_in(FOLLOWED, master.pdf.text)
    assert FOLLOWED in master.epub.text


def test_every_list_item_is_one_in_the_ebook(master: Editions) -> None:
    items = re.findall(r"^- (.*)$", body(SECOND), re.MULTILINE)
    lines = CALL.sub("", master.epub.text).splitlines()
    assert len(items) == 9
    assert [item for item in items if item not in lines] == []


@pytest.mark.parametrize("seed", [FIRST, SECOND], ids=["first", "second"])
def test_every_infobox_value_is_in_both_editions(master: Editions, seed: str) -> None:
    values = infobox(seed).values()
    assert [value for value in values if not stands_in(value, master.pdf.pages[0].text)] == []
    table = master.epub.find("//h:table[contains(@class, 'infobox')]")[0][1]
    cells = folded(" ".join(table.itertext()))
    assert [value for value in values if value not in cells] == []


def test_every_heading_is_one_in_both_editions(master: Editions) -> None:
    wanted = {heading.lower() for heading in HEADINGS.findall(SECOND)} - {"belgium–kosovo relations"}
    wanted |= {"notes and references", "belgium–kosovo relations explained"}
    assert {title.lower() for _, title, _ in master.pdf.outline} == wanted
    headings = master.epub.find("//h:h1[not(ancestor::h:nav)]|//h:h2[not(ancestor::h:nav)]")
    assert {folded("".join(found.itertext())).lower() for _, found in headings} == wanted


def test_the_second_texts_title_runs_at_the_head_of_the_page(master: Editions) -> None:
    assert {page.head for page in master.pdf.pages[1:]} == {"Belgium–Kosovo relations"}
