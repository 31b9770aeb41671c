"""The docinfo fields of an article, checked and brought into the one form that `metadata_of` reads back."""

from __future__ import annotations

import datetime
import re
import uuid
from collections import Counter
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.frontmatter import DocInfo

from pipeline import styles
from pipeline.findings import nearest, suggest
from pipeline.tree import markings
from pipeline.tree.labels import titles_of_boxes, words_node
from pipeline.tree.languages.dates import meant_by
from pipeline.tree.languages.language_names import better_tag, tag_of
from pipeline.tree.metadata import ALIASES, BY_CHAPTER, CHOICES, FIELDS, FOREIGN, NUMBERED, canonical, plain
from pipeline.tree.parts import legible, shows
from pipeline.tree.report import line_of, report
from pipeline.tree.state import state_of

_EARLIEST, _LATEST = 1000, 2107
"""Years: with four digits (XMP and EPUB have no others), and known to a ZIP archive. Others are slips."""

_META: Final = ("lang", "dir", "media", "scheme", "http-equiv")
"""What ``meta`` may say of a field beside its text."""
RECORDED: Final = ("description", "keywords")
"""The fields that the directive ``meta`` may give as well: those that stand in the records only."""

_YES_NO: Final = {
    **dict.fromkeys(("true", "on", "1", "y", "ja", "oui", "si"), "yes"),
    **dict.fromkeys(("false", "off", "0", "n", "none", "nein", "nee", "non"), "no"),
}
_NUMBERED_TOO: Final = {
    "yes": "paragraphs",
    **dict.fromkeys(("listing", "listings", "codes", "code blocks"), "code"),
    **dict.fromkeys(("images", "pictures"), "figures"),
    **dict.fromkeys(("chapters", "chapter", "per chapter", "by chapters"), BY_CHAPTER),
    **dict.fromkeys(("headings", "heading"), "sections"),
}
"""Other words that authors have for what is numbered."""
# BCP 47, section 2.1, without the registry: language, script, region, variants, private use.
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class NormalizeMetadata(Transform):
    """One docinfo in one form: known fields under their canonical names, checked; others kept."""

    default_priority = DocInfo.default_priority + 1
    single: ClassVar[dict[str, type[nodes.TextElement]]] = {
        "organization": nodes.organization,
        "contact": nodes.contact,
        "address": nodes.address,
        "date": nodes.date,
        "version": nodes.version,
        "status": nodes.status,
        "rights": nodes.copyright,
    }

    def apply(self, **kwargs: Any) -> None:
        """Replace the docinfo and complete the title of the document."""
        self.lines = state_of(self.document).field_lines
        self.values: dict[str, str] = {}
        self.times: Counter[str] = Counter()
        self.authors: list[str] = []
        self.meant: dict[str, str] = {}
        self.other: list[tuple[str, str]] = []
        old = self.document.next_node(nodes.docinfo)
        for child in old or ():
            self._take(child)
        if old is not None:
            old.parent.remove(old)
        self._titles()
        self._take_meta()
        self._check()
        self.document.settings.language_code = _docutils_language(self.values["language"])
        self._take_topics()
        self._write()

    def _report(self, code: str, message: str, name: str, time: int = 0) -> None:
        """Report a fault of a field: `time` counts those of the same name, from 0."""
        title = self.document.next_node(nodes.title)
        lines = self.lines.get(name) or [(line_of(title) if title is not None else None) or 1]
        report(self.document, code, message, line=lines[min(time, len(lines) - 1)])

    def _take(self, child: nodes.Element) -> None:
        if isinstance(child, nodes.authors):
            self.authors += [author.astext() for author in child]
            return
        if isinstance(child, nodes.author):
            # Several names in the field for one: none has a semicolon.
            self.authors += filter(None, (name.strip() for name in plain(child).split(";")))
            return
        if isinstance(child, nodes.field):
            name = canonical(child[0].astext())
            body = [part for part in child[1] if not isinstance(part, nodes.system_message)]
            text = " ".join(plain(part) for part in body if isinstance(part, nodes.Element)).strip()
        else:
            name, text = canonical(child.tagname), plain(child)
            if isinstance(child, nodes.address):
                text = "\n".join(filter(None, (line.strip() for line in child.astext().splitlines())))
        time = self.times[name]
        self.times[name] += 1
        if not text:
            self._report(
                "meta-empty", f'the field "{name}" is empty: give it a value or leave it out', name, time
            )
        elif name == "marking" and markings.level(text) != markings.level(self.values.get(name, text)):
            message = f'the marking is "{self.values[name]}", and here "{text}": write the one that holds'
            self._report("marking-differs", message, name, time)
            self.values[name] = markings.highest((self.values[name], text))
        elif name in self.values:
            self._report(
                "meta-duplicate", f'the field "{name}" is given twice: the first one counts', name, time
            )
        elif name in FIELDS:
            self.values[name] = text
        else:
            near = nearest(name, FIELDS, 1)
            meant = FOREIGN.get(name) or next((one for one in near if one in ("date", "language")), None)
            hint = f": write :{meant}:" if meant else suggest(name, (*FIELDS, *ALIASES))
            if meant and meant not in self.values:
                self.meant[meant] = name
            if meant != "date" or "date" in self.values:
                self._report("meta-unknown", f'the field "{name}" is kept, but not used{hint}', name, time)
            self.other.append((name, text))

    def _take_meta(self) -> None:
        """What the directive ``meta`` says fills fields that the author has not given."""
        language = self.values.get("language", "en").lower()
        for meta in self.document.findall(nodes.meta):
            for odd in sorted(set(meta.attributes) - set(meta.valid_attributes)):
                del meta[odd]
                hint = suggest(odd, _META)
                message = f'what the directive meta says of "{odd}" is not used{hint}'
                report(self.document, "meta-unknown", message, meta)
            name, text = canonical(meta.get("name", "")), " ".join(meta["content"].split())
            tag = meta.get("lang", language).lower()
            if name in RECORDED and text and tag.split("-")[0] == language.split("-")[0]:
                self.values.setdefault(name, text)

    def _take_topics(self) -> None:
        """Give abstract and dedication their titles in the article's language; an abstract describes it."""
        titles, foreign = titles_of_boxes(self.document, self.values["language"])
        for topic in [child for child in self.document if isinstance(child, nodes.topic)]:
            for kind in ("abstract", "dedication"):
                if kind in topic["classes"] and isinstance(topic[0], nodes.title):
                    topic[0][:] = [words_node(titles[kind], foreign=foreign)]
            if "abstract" in topic["classes"]:
                text = " ".join(plain(part) for part in topic[1:])
                self.values.setdefault("description", text)

    def _titles(self) -> None:
        document = self.document
        title = next((child for child in document if isinstance(child, nodes.title)), None)
        recorded = " ".join(document.get("title", "").split())  # ``.. title::``, or the heading by DocTitle
        recorded = recorded if legible(recorded) else ""
        if title is None or not shows(title):
            text = next(filter(legible, (self.values.get("title", ""), recorded)), None)
            if text is None:
                text = PurePath(document.get("source") or "untitled").stem
                below = self._title_below()
                if below is not None:
                    message = (
                        f'the title "{below.astext()}" stands below the fields, and is read as the '
                        "heading of a section: put it above them, as the first line"
                    )
                    report(self.document, "meta-title-missing", message, line=line_of(below))
                what = "has no title" if title is None else "has a title in which nothing can be read"
                beside = self._title_beside() if below is None else None
                if beside is not None:
                    message = (
                        f'the title "{beside[0].astext()}" is read as the heading of a section, for the '
                        f'signs below "{beside[1].astext()}" are the same: type others there, such as ----'
                    )
                    report(self.document, "meta-title-missing", message, line=line_of(beside[0]))
                elif below is None:
                    message = (
                        f'the article {what}, so that its file name "{text}" stands in: write a title as '
                        "the first line and underline it with ====="
                    )
                    report(self.document, "meta-title-missing", message, line=1)
            if title is None:
                title = nodes.title(text)
                title.source, title.line = document.get("source"), 1
                document.insert(0, title)
            title[:] = [nodes.Text(text), *(part for part in title if not isinstance(part, nodes.Text))]
        elif "title" in self.values and self.values["title"] != plain(title):
            self._report("meta-duplicate", "the title is given twice: the heading counts", "title")
        given = recorded if recorded != " ".join(title.astext().split()) else ""
        document["title"] = given or plain(title)
        subtitle = self.values.pop("subtitle", None)
        if subtitle and not any(isinstance(child, nodes.subtitle) for child in document):
            node = nodes.subtitle(subtitle, subtitle)
            node.source, node.line = document.get("source"), self.lines.get("subtitle", [1])[0]
            document.insert(document.index(title) + 1, node)
        self.values.pop("title", None)

    def _title_below(self) -> nodes.title | None:
        """The one heading of the highest level, where it follows the fields: it is meant as the title."""
        body = [one for one in self.document if not isinstance(one, (nodes.Invisible, nodes.system_message))]
        sections = [one for one in body if isinstance(one, nodes.section)]
        alone = len(sections) == 1 and body == sections and self.values and len(sections[0])
        title = sections[0][0] if alone else None
        return title if isinstance(title, nodes.title) else None

    def _title_beside(self) -> tuple[nodes.title, nodes.title] | None:
        """The first heading, meant as the title: nothing is below it; and the next one, of its level."""
        body = [one for one in self.document if not isinstance(one, (nodes.Invisible, nodes.system_message))]
        first, second = [*body[:2], None, None][:2]
        alone = isinstance(first, nodes.section) and len(first) == 1 and isinstance(second, nodes.section)
        title, other = (first[0], second[0]) if alone and first and second else (None, None)
        return (title, other) if isinstance(title, nodes.title) and isinstance(other, nodes.title) else None

    def _check(self) -> None:
        values = self.values
        tag = values.get("language")
        if tag is None or not _LANGUAGE.fullmatch(tag):
            what = "has no language" if tag is None else f'has a language "{tag}" that is not a language tag'
            named = (tag_of(tag) if tag else None) or "en"
            if tag is None and "language" in self.meant:
                pass  # told of the field that was meant
            elif tag is not None or self._stray("language") is None or self._stray("date") is None:
                message = f"the article {what}; English is taken: write :language: {named}"
                self._report("meta-language", message, "language")
            values["language"] = "en"
        elif (better := better_tag(tag)) is not None:
            message = f'"{tag}" is not the tag of a language: write :language: {better}'
            self._report("meta-language", message, "language")
        if known := markings.mistyped(values.get("marking", "")):
            message = f'the marking is "{values["marking"]}" (did you mean "{known}"?)'
            self._report("marking-mistyped", message, "marking")
        raised = state_of(self.document).raised
        if raised and (highest := markings.highest((values.get("marking", ""), *raised))):
            values["marking"] = highest
        self._check_date()
        for name, allowed in (*CHOICES.items(), ("paper", tuple(styles.papers()))):
            written = values.pop(name, None)
            if written is None:
                continue
            if name == "line-numbers":
                written = _YES_NO.get(written.lower(), written)
            meant = next((value for value in allowed if value.casefold() == written.casefold()), None)
            if meant is None:
                hint = suggest(_YES_NO.get(written.lower(), written), allowed)
                message = f'the field "{name}" can\'t be "{written}": write one of {", ".join(allowed)}{hint}'
                self._report("meta-value", message, name)
            else:
                values[name] = meant
        self._check_numbered()
        isbn = _ISBN.fullmatch(values.get("identifier", ""))
        if isbn is not None:
            written = isbn[1] or isbn[2]
            number = re.sub("[- \u2010-\u2013]", "", written)
            if _is_isbn(number):
                values["identifier"] = f"urn:isbn:{number}"  # RFC 8254
            else:
                message = f'the ISBN "{written}" has a wrong digit: its check digit does not fit'
                self._report("meta-value", message, "identifier")
        if "identifier" not in values:
            name = PurePath(self.document.get("source") or "untitled").stem
            values["identifier"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'despatch:' + name)}"

    def _check_numbered(self) -> None:
        """What is numbered, as words parted by commas; "yes" means the paragraphs, "no" nothing."""
        written = self.values.pop("numbered", "no")
        found = []
        for part in filter(None, (" ".join(word.split()) for word in re.split("[,;]", written))):
            word = _YES_NO.get(part.casefold(), part.casefold())
            word = _NUMBERED_TOO.get(word, word)
            meant = word if word in NUMBERED else f"{word}s"
            if meant in NUMBERED:
                found.append(meant)
                continue
            message = (
                f'the field "numbered" can\'t be "{part}": write one or more of {", ".join(NUMBERED)}, '
                f"parted by commas{suggest(word, NUMBERED)}"
            )
            self._report("meta-value", message, "numbered")
        found = [name for name in NUMBERED if name in found and name != "no"]
        if found:
            self.values["numbered"] = ", ".join(found)

    def _stray(self, wanted: str) -> int | None:
        """The line of a field that stands where docutils takes it for one of an ordinary list."""
        for name in self.document.findall(nodes.field_name):
            if canonical(name.astext()) == wanted and isinstance(name.parent.parent, nodes.field_list):
                return line_of(name)
        return None

    def _check_date(self) -> None:
        text = self.values.get("date")
        if text is None:
            message = "the article has no date: write it below the title, for example :date: 2026-11-24"
            stray = self._stray("date")
            if "date" in self.meant:
                name = self.meant["date"]
                self._report(
                    "meta-date-missing", f'no field is called "{name}": write :date: 2026-11-24', name
                )
            elif stray is not None:
                message = (
                    "the field date is not directly below the title, at the left margin, and is read as "
                    "text: move the fields there"
                )
                report(self.document, "meta-date-missing", message, line=stray)
            else:
                self._report("meta-date-missing", message, "date")
        else:
            match = _ISO_DATE.fullmatch(text)
            try:
                if match is None:
                    raise ValueError
                year = datetime.date(*map(int, match.groups())).year
                if not _EARLIEST <= year <= _LATEST:
                    raise ValueError
            except ValueError:
                meant = meant_by(text, self.values.get("language", "en"))
                cure = meant or "2026-11-24"
                sure = "" if meant else "year, month and day, for example "
                message = f'"{text}" is not a date: write {sure}:date: {cure}'
                if meant and re.search(r"\d[:h]\d\d", text):
                    message += ", without the time"
                second = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\s*[,;]?\s*(:[a-z-]+:.*)", text)
                if second is not None:
                    message = (
                        f'each field stands on a line of its own: put "{second[2][:40]}" on the next one'
                    )
                self._report("meta-date-format", message, "date")
                del self.values["date"]

    def _write(self) -> None:
        docinfo = nodes.docinfo()
        docinfo.source = self.document.get("source")
        docinfo.line = min((line for lines in self.lines.values() for line in lines), default=1)
        if len(self.authors) > 1:
            docinfo += nodes.authors("", *(nodes.author(name, name) for name in self.authors))
        elif self.authors:
            docinfo += nodes.author(self.authors[0], self.authors[0])
        for name in FIELDS:
            text = self.values.get(name)
            if text is None:
                continue
            if name in self.single:
                docinfo += self.single[name](text, text)
            else:
                docinfo += _field(name, text)
        for name, text in self.other:
            docinfo += _field(name, text)
        head: list[list[nodes.Node]] = [
            [child for child in self.document if isinstance(child, kind)]
            for kind in (nodes.meta, nodes.decoration)
        ]
        for child in (child for kind in head for child in kind):
            self.document.remove(child)  # docutils puts what is wrong with a directive before it
        titles = (nodes.title, nodes.subtitle)
        index = self.document.first_child_not_matching_class(titles)
        at = len(self.document) if index is None else index
        self.document.insert(at, [*head[0], *head[1], docinfo])


_ISBN: Final = re.compile(
    "(?:ISBN(?:-1[03])?:?[ \u00a0]*|urn:isbn:)((?:[0-9][- \u2010-\u2013]?){9}[0-9Xx])"
    "|(?:(?:ISBN(?:-13)?:?[ \u00a0]*|urn:isbn:)?)(97[89](?:[- \u2010-\u2013]?[0-9]){10})",
    re.IGNORECASE,
)
"""An ISBN of 10 or 13 digits, as people write it."""


def _is_isbn(number: str) -> bool:
    """Whether the check digit of an ISBN fits (ISO 2108)."""
    digits = [10 if sign in "Xx" else int(sign) for sign in number]
    if len(digits) == 10:
        return sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0
    return sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


def _docutils_language(tag: str) -> str:
    """The language in which docutils names admonitions: the article's, where docutils has it."""
    chinese = {"zh": "zh_cn", "zh-hans": "zh_cn", "zh-cn": "zh_cn", "zh-hant": "zh_tw", "zh-tw": "zh_tw"}
    if tag.lower() in chinese:
        return chinese[tag.lower()]
    code = tag.split("-", maxsplit=1)[0].lower()
    return code if find_spec(f"docutils.languages.{code}") is not None else "en"


def _field(name: str, text: str) -> nodes.field:
    paragraph = nodes.paragraph(text, text)
    return nodes.field("", nodes.field_name(name, name), nodes.field_body(text, paragraph))
