"""A marking can't be lowered by how it is typed: sixty ways and more, and whoever says something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.article_store import Built
from pipeline.packet.items import complete
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from pipeline.read.reader import read
from pipeline.tree import markings
from tests.support.articles import Read
from tests.support.packets import paper
from tests.support.quick import each_nth, slow_but

pytestmark = pytest.mark.usefixtures("one_process")

WAYS = {
    # as a word
    "plain": "Secret",
    "capitals": "SECRET",
    "odd capitals": "sEcReT",
    "spaces at the ends": "   Secret   ",
    "letter by letter": "S E C R E T",
    "with points": "S.E.C.R.E.T.",
    "with hyphens": "S-e-c-r-e-t",
    "with underscores": "S_e_c_r_e_t",
    "with a point": "Secret.",
    "in quotation marks": '"Secret"',
    "in other quotation marks": "«\u00a0Secret\u00a0»",
    "in brackets": "(Secret)",
    "in square brackets": "[Secret]",
    "with a sign": "★ Secret ★",
    "no-break spaces": "Top\u00a0Secret",
    "thin spaces": "S\u2009e\u2009c\u2009r\u2009e\u2009t",
    "two lines": "Top\n   Secret",
    # markup
    "emphasis": "*Secret*",
    "strong": "**Secret**",
    "literal": "``Secret``",
    "interpreted": "`Secret`",
    "a role": ":strong:`Secret`",
    "half a word": "**Se**\\ cret",
    "a letter above": "Secre\\ :sup:`t`",
    "a language": ":lang-de:`Geheim`",
    "a link": "`Secret <https://example.org>`_",
    "a substitution": "|m|",
    "a substitution within": "|m|\\ t",
    "a substitution by numbers": "|u|",
    "an image": "|i|",
    "escaped": "\\S\\e\\c\\r\\e\\t",
    # what is not seen
    "soft hyphen": "Se\u00adcret",
    "zero-width space": "Se\u200bcret",
    "zero-width joiner": "Se\u200dcret",
    "zero-width non-joiner": "Se\u200ccret",
    "word joiner": "Se\u2060cret",
    "no-break space of no width": "\ufeffSecret",
    "grapheme joiner": "Se\u034fcret",
    "variation selector": "S\ufe0fe\ufe0fcret",
    "tag": "Se\U000e0063cret",
    "Braille blank": "Se\u2800cret",
    "isolated": "\u2066Secret\u2069",
    "Arabic letter mark": "Se\u061ccret",
    "locks between": "S🔒E🔒C🔒R🔒E🔒T",
    "in letters with a circle": "S⃝e⃝c⃝r⃝e⃝t⃝",
    "Hangul filler": "Se\u3164cret",
    "invisible times": "Se\u2062cret",
    # other forms of the letters
    "full width": "Ｓｅｃｒｅｔ",
    "mathematical": "𝐒𝐞𝐜𝐫𝐞𝐭",
    "mathematical script": "𝓢𝓮𝓬𝓻𝓮𝓽",
    "monospace": "𝚂𝚎𝚌𝚛𝚎𝚝",
    "in circles": "ⓈⒺⒸⓇⒺⓉ",
    "in squares": "🅂🄴🄲🅁🄴🅃",
    "in dark squares": "🆂🅴🅲🆁🅴🆃",
    "flags": "🇸 🇪 🇨 🇷 🇪 🇹",
    "above the line": "ˢᵉᶜʳᵉᵗ",
    "small capitals": "ꜱᴇᴄʀᴇᴛ",
    "long s": "ſecret",
    "insular s": "ꞅecret",
    "upside down": "sǝcɹǝʇ",
    "accents": "Śéçřêț",
    "combining accents": "Se\u0301c\u0327re\u0302t",
    "struck out": "S\u0336e\u0336c\u0336r\u0336e\u0336t\u0336",
    "underlined letters": "S\u0332e\u0332c\u0332r\u0332e\u0332t\u0332",
    # letters of other alphabets
    "Cyrillic": "Ѕесrеt",
    "Cyrillic capitals": "ЅЕСRЕТ",
    "one Cyrillic letter": "Sеcret",
    "Cherokee": "ᏚᎬᏟᎡᎬᎢ",
    "Lisu": "ꓢꓰꓚꓣꓰꓔ",
    "Armenian": "Տecret",
    "Greek in Top Secret": "Τοp Secret",
    "Greek sigma": "Seϲret",
    "Coptic": "Sⲉⲥret",
    # figures
    "figures": "53cr3t",
    "a dollar": "$ecret",
    # other names of that level
    "French": "Très secret",
    "French without accents": "TRES SECRET",
    "German": "Streng geheim",
    "Dutch": "Zeer geheim",
    "of NATO": "NATO-Secret",
    "of the EU": "SECRET UE / EU SECRET",
    # more than one
    "two in one line": "Public Secret",
    "two with a stroke": "Public / Secret",
    "two with strokes": "PUBLIC//SECRET",
    "two fields": "Public\n:marking: Secret",
    "two fields, the other way": "Secret\n:marking: Public",
    "another name of the field": "Public\n:classification: Secret",
    "with a caveat": "SECRET//NOFORN",
    "with a country": "UK Secret",
    "a sentence": "This paper is secret until noon",
    # unknown
    "unknown": "COSMIC TOP SECRET ATOMAL",
    "another list": "Zulu",
    "another script": "機密",
}
FIELD = {
    "Cyrillic letter in the field's name": ":mаrking: Secret",
    "full-width field": ":ｍａｒｋｉｎｇ: Secret",
    "capitals": ":MARKING: Secret",
    "spaces in the field's name": ":classi\u200bfication: Secret",
}
ARTICLE = """\
Title
=====

:date: 2026-11-24
:language: en
{field}

.. |m| replace:: Secret
.. |u| unicode:: 0x53 0x65 0x63 0x72 0x65 0x74
.. |i| image:: dot.png
   :alt: Secret

Text.
"""
MANIFEST = """\
title = "Packet"
date = 2026-11-24
marking = "{packet}"

[[section]]
title = "Articles"

[[section.item]]
{item}
marking = "{marking}"
"""


def source(folder: Path, field: str, packet: str = "Public", marking: str = "Public") -> tuple[Path, Path]:
    """An article with a field, and the manifest of a packet with it."""
    from PIL import Image

    (folder / "source" / "packets").mkdir(parents=True)
    article = folder / "source" / "a.rst"
    article.write_text(ARTICLE.format(field=field), encoding="utf-8")
    Image.new("RGB", (4, 3), "navy").save(folder / "source" / "dot.png")
    manifest = folder / "source" / "packets" / "p.toml"
    item = 'article = "../a.rst"'
    manifest.write_text(MANIFEST.format(packet=packet, item=item, marking=marking), encoding="utf-8")
    return article, manifest


def faults(article: Path, manifest: Path) -> set[str]:
    """What is found of an article in a packet, before anything is set."""
    read_in, found = read(article)
    codes = {finding.code for finding in found if finding.is_error}
    if read_in is None:
        return codes
    read_manifest_, _ = read_manifest(manifest, None)
    assert read_manifest_ is not None
    data = read_in.metadata
    built = Built(article, article, data.title, "2026-11-24", data.marking, "en", {"pdf": 1}, "", (), True)
    _, wrong = complete(read_manifest_, {"item-1-1": built})
    return codes | {finding.code for finding in wrong}


def test_there_are_sixty_ways_and_more() -> None:
    assert len(WAYS) + len(FIELD) > 80


@pytest.mark.parametrize(
    ("way", "declared"),
    slow_but(
        {(way, ("Public", "Restricted")[number % 2]) for number, way in enumerate(WAYS) if number % 3 == 0},
        [(way, declared) for declared in ("Public", "Restricted") for way in WAYS],
    ),
)
def test_a_marking_is_not_lowered(tmp_path: Path, way: str, declared: str) -> None:
    found = faults(*source(tmp_path, f":marking: {WAYS[way]}", declared, declared))
    assert found & {"packet-marking-low", "packet-marking-unknown", "marking-differs"}


@pytest.mark.parametrize("way", FIELD)
def test_the_name_of_the_field_is_known_too(tmp_path: Path, way: str) -> None:
    assert faults(*source(tmp_path, FIELD[way])) & {"packet-marking-low", "marking-differs", "file-control"}


@pytest.mark.parametrize("name", markings.known())
def test_every_name_of_the_list_is_itself(name: str) -> None:
    assert markings.listed(name) == name
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" < letter < "~" else letter for letter in name)
    assert markings.level(wide) == markings.level(name)
    assert markings.level(name.replace(" ", "")) == markings.level(name.upper()) == markings.level(name)


@pytest.mark.parametrize(
    ("field", "packet", "marking"),
    [
        ("", "Public", "Public"),
        (":marking: Public", "Secret", "Secret"),
        (":marking: Internal", "Restricted", "Sensitive"),
        (":marking: **Restricted**", "Restricted", "Restricted"),
    ],
)
def test_what_is_marked_as_high_or_higher_goes_in(
    tmp_path: Path, field: str, packet: str, marking: str
) -> None:
    assert faults(*source(tmp_path, field, packet, marking)) == set()


def test_a_packet_bears_the_marking_as_the_list_writes_it(tmp_path: Path) -> None:
    from tests.support.readback import PdfFile

    _, manifest = source(tmp_path, ":marking: Ѕе\u200bсrеt")
    text = manifest.read_text(encoding="utf-8").replace('marking = "Public"\n', "")
    manifest.write_text(text, encoding="utf-8")
    result = make_packet(manifest, PacketOrder(tmp_path / "build"))
    assert not result.failed, result.findings
    for page in PdfFile(result.outputs[0].path.read_bytes()).pages:
        assert "SECRET" in page.head


@pytest.mark.parametrize(
    "field", [":marking: Se\u00adcret", ":marking: Zulu", ":marking: Public\n:marking: Secret"]
)
@pytest.mark.parametrize("draft", [False, True])
def test_no_packet_is_written(tmp_path: Path, field: str, draft: bool) -> None:
    _, manifest = source(tmp_path, field)
    result = make_packet(manifest, PacketOrder(tmp_path / "build", draft=draft))
    assert result.failed
    assert result.outputs == []
    assert not list((tmp_path / "build").rglob("*.pdf"))


@pytest.mark.parametrize("own", ['marking = "Public"\n', ""])
def test_a_note_does_not_lose_its_own_marking(tmp_path: Path, own: str) -> None:
    _, manifest = source(tmp_path, "")
    note = 'title = "N"\nnote = """\n:marking: Secret\n\nText.\n"""'
    text = MANIFEST.format(packet="Public", item=note, marking="Public").replace(
        '"""\nmarking = "Public"\n', f'"""\n{own}'
    )
    manifest.write_text(text, encoding="utf-8")
    result = make_packet(manifest, PacketOrder(tmp_path / "build"))
    assert {finding.code for finding in result.findings} & {"packet-marking-low", "marking-differs"}
    assert result.failed


# Beside the field ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ".. header:: SECRET\n\nText.",
        ".. footer:: SECRET//NOFORN\n\nText.",
        ".. header:: **Secret**\n\nText.",
        ".. header:: Ministry of Foreign Affairs – Secret\n\nText.",
        ".. header:: ЅЕСRЕТ\n\nText.",
        ".. footer:: Se\u00adcret\n\nText.",
        ".. footer:: For official use only\n\nText.",
        ".. header:: UK INTERNAL\n\nText.",
        ".. class:: secret\n\nText.",
        ".. class:: top-secret\n\nText.",
        ".. container:: Restricted\n\n   Text.",
        ".. role:: secret\n\n:secret:`Text.`",
        ".. note:: Text.\n   :class: confidential",
    ],
)
def test_the_words_of_another_marking_are_found(read_text_article: Callable[..., Read], text: str) -> None:
    assert "marking-differs" in {code for code, _ in read_text_article(f"{text}\n").found}


FIELDS = {
    "of another language": ":Einstufung: Geheim",
    "of another language, longer": ":Geheimhaltungsgrad: Geheim",
    "French": ":marquage: Secret",
    "mistyped": ":markng: Secret",
    "plural": ":markings: SECRET",
    "of protection": ":protective-marking: Secret",
    "of security": ":security: Secret",
    "any other": ":caveat: Secret",
    "in other letters": ":level: Ѕесrеt",
    "a watermark": ":watermark: SECRET",
}


@pytest.mark.parametrize("way", FIELDS)
def test_a_field_by_another_name_is_found(tmp_path: Path, way: str) -> None:
    assert "marking-differs" in faults(*source(tmp_path, FIELDS[way]))


@pytest.mark.parametrize(
    "text",
    [
        "Text.\n\n:marking: Secret",
        "Text.\n\n:Classification: SECRET\n:Other: x",
        ".. include:: more.txt\n\nText.",
        ".. only:: html\n\n   :marking: Secret\n\nText.",
        ".. meta::\n   :marking: Secret\n\nText.",
        ".. infobox:: X\n\n   :Marking: Secret\n   :Capital: Paris\n\nText.",
        ".. infobox:: X\n\n   :Einstufung: GEHEIM\n   :Capital: Paris\n\nText.",
        '.. raw:: html\n\n   <p class="secret">Text.</p>',
    ],
)
def test_a_marking_in_the_text_is_found(tmp_path: Path, text: str) -> None:
    article, _ = source(tmp_path, "")
    article.with_name("more.txt").write_text(":marking: Secret\n")
    article.write_text(f"{article.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    assert "marking-differs" in {finding.code for finding in read(article)[1]}


SAID = {
    "a title": "SECRET: Visit to Brussels",
    "in brackets": "Visit to Brussels (Secret)",
    "behind a dash": "Visit to Brussels – Top Secret",
    "alone": "Secret",
    "in another language": "Besuch (Streng geheim)",
    "full width": "ＳＥＣＲＥＴ: Visit",
    "with what is not seen": "SE\u00adCRET Visit",
    "with a caveat": "SECRET//NOFORN Visit",
    "struck through": "Visit (S\u0336e\u0336c\u0336r\u0336e\u0336t\u0336)",
}
SILENT = (
    "Secretariat",
    "The secret services of Europe",
    "Public diplomacy",
    "Confidential talks",
    "An open secret",
    "Making “Official” releases",
)


@pytest.mark.parametrize(
    "place", [":subtitle: {}", ":short-title: {}", ":status: {}", ":rights: {}", ":description: {}"]
)
@pytest.mark.parametrize("way", SAID)
def test_the_words_of_a_marking_in_a_record_are_told(tmp_path: Path, place: str, way: str) -> None:
    article, _ = source(tmp_path, place.format(SAID[way]))
    assert "marking-said" in {finding.code for finding in read(article)[1]}


@pytest.mark.parametrize("title", [*SAID.values(), *SILENT])
def test_the_words_of_a_marking_in_a_heading_are_told(
    read_text_article: Callable[..., Read], title: str
) -> None:
    found = read_text_article(f"Text.\n\n{title}\n{'-' * 40}\n\nMore.\n").found
    assert ("marking-said" in {code for code, _ in found}) == (title not in SILENT)


@pytest.mark.parametrize(
    "text",
    [
        "**SECRET**\n\nText.",
        "Text.\n\nSecret",
        "Text.\n\nA\n-\n\nB.\n\n*Geheim*",
        "| SECRET\n| Text.",
        "Text.\n\n| More\n| Secret",
        "Text.\n\n.. rubric:: SECRET\n\nMore.",
        "Text.\n\n.. list-table:: SECRET\n\n   * - a\n     - b\n\nMore.",
        "Text.\n\n(SECRET) The minister said so.\n\nMore.",
        "Text.\n\n- a\n- [Secret] The minister said so.\n\nMore.",
        "Text.\n\n(INTERNAL) The minister said so.\n\nMore.",
    ],
)
def test_a_line_that_is_nothing_but_a_marking_is_told(
    read_text_article: Callable[..., Read], text: str
) -> None:
    assert "marking-said" in {code for code, _ in read_text_article(f"{text}\n").found}


@pytest.mark.parametrize("text", ["(Internal) rules hold.", "(Secretly) he said so.", "| Public\n| Text."])
def test_a_paragraph_that_begins_otherwise_is_none(read_text_article: Callable[..., Read], text: str) -> None:
    assert read_text_article(f"Text.\n\n{text}\n\nMore.\n").found == []


@pytest.mark.parametrize(
    ("key", "title"),
    each_nth(
        5,
        [
            (key, title)
            for key in ("title", "subtitle", "for", "originator", "section", "item")
            for title in [*SAID.values(), *SILENT]
        ],
    ),
)
def test_the_words_of_a_marking_in_a_manifest_are_told(tmp_path: Path, key: str, title: str) -> None:
    _, manifest = source(tmp_path, ":marking: Public")
    text = manifest.read_text(encoding="utf-8")
    if key == "section":
        text = text.replace('title = "Articles"', f'title = "{title}"')
    elif key == "item":
        text = text.replace('article = "', f'title = "{title}"\narticle = "')
    else:
        text = text.replace('title = "Packet"\n', "" if key == "title" else 'title = "Packet"\n', 1)
        text = f'{key} = "{title}"\n{text}'
    manifest.write_text(text, encoding="utf-8")
    read_in, _ = read_manifest(manifest, None)
    assert read_in is not None
    article = manifest.parent.parent / "a.rst"
    built = Built(article, article, "Title", "2026-11-24", "Public", "en", {"pdf": 1}, "", (), True)
    _, found = complete(read_in, {"item-1-1": built})
    assert {finding.code for finding in found} == (set() if title in SILENT else {"marking-said"})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('marking = "Public"', True),
        ('marking = "Pub\u200blic"', True),
        ('marking = "Restricted"', False),
        ('pages = "1"\nmarking = "Public"', False),
        ('pdf = "b.pdf"\nmarking = "Public"', False),
    ],
)
def test_a_version_does_not_lower_the_marking_of_a_file(tmp_path: Path, change: str, told: bool) -> None:
    _, manifest = source(tmp_path, ":marking: Public")
    item = 'pdf = "a.pdf"\ntitle = "A"'
    text = MANIFEST.format(packet="Restricted", item=item, marking="Restricted")
    manifest.write_text(f'{text}\n[version.low]\n[[version.low.item]]\ntab = "A.1"\n{change}\n', "utf-8")
    for name in ("a.pdf", "b.pdf"):
        paper("A", "B").save(manifest.with_name(name))
    _, found = read_manifest(manifest, None, "low")
    assert ("packet-marking-low" in {finding.code for finding in found}) == told


@pytest.mark.parametrize(
    "text",
    [
        ".. header:: Ministry of Internal Affairs\n\nText.",
        ".. header:: Public diplomacy\n\nText.",
        ".. footer:: Official visit, personal adviser\n\nText.",
        ".. class:: wide\n\nText.",
        ".. header:: Secretariat\n\nText.",
    ],
)
def test_words_of_everyday_speech_are_none(read_text_article: Callable[..., Read], text: str) -> None:
    assert read_text_article(f"{text}\n").found == []


@pytest.mark.parametrize("text", [".. header:: SECRET", ".. footer:: Geheim", ".. class:: secret"])
def test_the_articles_own_marking_may_be_said_again(tmp_path: Path, text: str) -> None:
    path = tmp_path / "article.rst"
    path.write_text(f"{ARTICLE.format(field=':marking: Secret')}\n{text}\n\nMore.\n", encoding="utf-8")
    from PIL import Image

    Image.new("RGB", (4, 3), "navy").save(tmp_path / "dot.png")
    assert read(path)[1] == []
