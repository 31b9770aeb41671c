"""The record of an article: what is known about it as a whole, read back from the docinfo of its tree."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import Any, Final

from docutils import nodes

CHOICES: Final = {
    "notes": ("foot", "end", "both"),
    "contents": ("auto", "yes", "no"),
    "index": ("yes", "no"),
    "line-numbers": ("yes", "no"),
    "quotes": ("typed", "typographic"),
}
"""What fields may hold that hold one of a few words; of "paper", the desk says it."""
BY_CHAPTER: Final = "by chapter"
NUMBERED: Final = ("no", "figures", "tables", "code", "sections", "paragraphs", BY_CHAPTER)
UNDATED: Final = datetime.date(1970, 1, 1)
"""Stands in for a missing date in a draft."""

FIELDS: Final = (
    *("title", "subtitle", "short-title", "author", "authors", "organization", "publisher", "certifier"),
    *("series", "contact", "address", "date", "version", "status", "language", "identifier", "description"),
    *("keywords", "rights", "marking", "watermark", "notes", "paper", "contents", "index", "numbered"),
    *("quotes", "sources", "citation-style", "logo", "logo-alt", "line-numbers"),
)
"""The fields that Despatch uses, in the order in which the tree keeps them."""

ALIASES: Final = {
    "copyright": "rights",
    "revision": "version",
    "lang": "language",
    "id": "identifier",
    "organisation": "organization",
    "summary": "description",
    "classification": "marking",
    "certified-by": "certifier",
    "certified by": "certifier",
    "short title": "short-title",
    "bibliography": "sources",
    "csl": "citation-style",
    "citation style": "citation-style",
}


FOREIGN: Final = {
    **dict.fromkeys(("datum", "fecha", "data", "dátum", "päivämäärä", "dato"), "date"),
    **dict.fromkeys(("дата", "日期", "التاريخ", "تاريخ", "ημερομηνία", "tarih", "dată"), "date"),
    **dict.fromkeys(("язык", "мова", "语言", "語言", "اللغة", "γλώσσα", "dil", "język"), "language"),
    **dict.fromkeys(("автор", "作者", "المؤلف", "συγγραφέας", "yazar"), "author"),
    **dict.fromkeys(("langue", "taal", "sprache", "idioma", "lingua", "språk", "sprog"), "language"),
    **dict.fromkeys(("auteur", "autor", "autore", "verfasser", "auteurs", "autoren"), "author"),
    **dict.fromkeys(("titre", "titel", "título", "titolo", "titulo"), "title"),
    **dict.fromkeys(("sous-titre", "ondertitel", "untertitel", "subtítulo", "sottotitolo"), "subtitle"),
    **dict.fromkeys(("mots-clés", "mots clés", "trefwoorden", "schlagwörter", "tags", "keyword"), "keywords"),
    **dict.fromkeys(("versie", "versión", "versione", "fassung"), "version"),
    **dict.fromkeys(("statut", "stand", "estado"), "status"),
    **dict.fromkeys(("organisatie", "organisme", "service", "dienst", "organización"), "organization"),
    **dict.fromkeys(("marquage", "markering", "classificatie", "einstufung", "clasificación"), "marking"),
    **dict.fromkeys(("rubricering", "geheimhaltungsgrad", "vs-einstufung", "klassifizierung"), "marking"),
    **dict.fromkeys(("clasificacion", "classifica", "classificação", "klauzula", "mention"), "marking"),
    **dict.fromkeys(("protective-marking", "protective marking", "security", "security-marking"), "marking"),
    **dict.fromkeys(("security-classification", "security classification", "classified"), "marking"),
}
"""Fields by the names that other languages have for them: none of them is a field, each is told."""


@dataclass(frozen=True)
class Metadata:
    """The record of an article, its texts named as the fields are. They are plain, with white space folded.

    An address keeps its lines. The title is that of the records: an author may give it (``.. title::``) other
    words than the heading has.
    """

    title: str = ""
    subtitle: str = ""
    short_title: str = ""
    authors: tuple[str, ...] = ()
    organization: str = ""
    contact: str = ""
    address: str = ""
    date: datetime.date = UNDATED
    version: str = ""
    status: str = ""
    language: str = "en"
    identifier: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    rights: str = ""
    marking: str = ""
    notes: str = ""
    paper: str = ""
    contents: str = "auto"
    other: tuple[tuple[str, str], ...] = ()
    index: str = "yes"
    quotes: str = "typed"
    publisher: str = ""
    certifier: str = ""
    series: str = ""
    watermark: str = ""
    line_numbers: str = "no"
    numbered: tuple[str, ...] = ()
    sources: str = ""
    citation_style: str = ""

    @property
    def dated(self) -> bool:
        """Whether the author gave a date (only a draft may have none)."""
        return self.date != UNDATED


def metadata_of(document: nodes.document) -> Metadata:
    """Read the metadata of a tree whose docinfo `NormalizeMetadata` has brought into form."""
    values: dict[str, list[str]] = {}
    other: list[tuple[str, str]] = []
    # It stands there and is not looked for below: each version note asks for the language.
    for child in next((part for part in document if isinstance(part, nodes.docinfo)), ()):
        if isinstance(child, nodes.authors):
            values["author"] = [author.astext() for author in child]
        elif isinstance(child, nodes.field):
            name, text = child[0].astext(), child[1].astext()
            if name in FIELDS:
                values[name] = [text]
            else:
                other.append((name, text))
        elif isinstance(child, nodes.copyright):
            values["rights"] = [child.astext()]
        elif isinstance(child, nodes.Element):
            values.setdefault(child.tagname, []).append(child.astext())

    heading = {"title": "", "subtitle": ""}
    for child in document:
        if isinstance(child, (nodes.title, nodes.subtitle)):
            heading[child.tagname] = plain(child)
    found: dict[str, Any] = {name.replace("-", "_"): texts[0] for name, texts in values.items()}
    found |= {
        "title": heading["title"] and (document.get("title") or heading["title"]),
        "subtitle": heading["subtitle"],
        "short_title": found.get("short_title") or heading["title"],
        "authors": tuple(values.get("author", [])),
        "address": "\n".join(" ".join(line.split()) for line in found.get("address", "").splitlines()),
        "date": datetime.date.fromisoformat(found.get("date", UNDATED.isoformat())),
        "keywords": _words(found.get("keywords", "")),
        "numbered": tuple(filter(None, found.get("numbered", "").split(", "))),
    }
    return Metadata(**{name: found[name] for name in _NAMES if name in found}, other=tuple(other))


_NAMES: Final = [item.name for item in fields(Metadata) if item.name != "other"]


def _words(text: str) -> tuple[str, ...]:
    """Keywords, which commas part; semicolons, where there is no comma."""
    return tuple(word.strip() for word in text.split("," if "," in text else ";") if word.strip())


def plain(node: nodes.Element) -> str:
    """Text of a node without the note references in it."""
    if next(node.findall(nodes.footnote_reference), None) is not None:
        node = node.deepcopy()
        for call in list(node.findall(nodes.footnote_reference)):
            call.parent.remove(call)
    return " ".join(node.astext().split())


def canonical(name: str) -> str:
    """The name of a docinfo field as `FIELDS` has it, or folded where it is none of those."""
    folded = " ".join(name.lower().split())
    return ALIASES.get(folded, folded.replace(" ", "-") if folded.replace(" ", "-") in FIELDS else folded)


def known_field(name: str) -> str | None:
    """The field that an author means by a name: its own name, for "Date" or "lang"; ``None`` for no field."""
    found = canonical(name)
    return found if found in FIELDS else None
