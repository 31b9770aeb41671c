"""The ebook's package: its metadata (EPUB 3.3, section 5.5), its items, and the archive around them."""

from __future__ import annotations

import contextlib
import datetime
import re
import types
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from typing import Any, Final

from pipeline.timestamps import stamp
from pipeline.tree.article import Article
from pipeline.tree.labels import direction_of
from pipeline.write.epub.accessibility import accessibility


def add_item(
    book: Any, uid: str, name: str, kind: str, content: bytes, properties: Sequence[str] = ()
) -> None:
    """Add a finished file: EbookLib would parse and pretty-print a page that it knew as one.

    :param uid: the item's id in the manifest.
    :param kind: media type.
    :param properties: of the manifest item (EPUB 3.3, section 5.6.2).
    """
    from ebooklib import epub

    item = epub.EpubItem(uid=uid, file_name=name, media_type=kind, content=content)
    item.properties = list(properties)
    item.is_linear = True
    book.add_item(item)


def describe(book: Any, article: Article, *, paged: bool) -> None:
    """The metadata of the package document.

    :param paged: whether the ebook has the pages of the print edition.
    """
    metadata = article.metadata
    book.metadata.clear()
    book.set_identifier(metadata.identifier)
    book.set_title(metadata.title)
    book.set_language(metadata.language)
    for number, name in enumerate(metadata.authors, start=1):
        uid = f"creator-{number}"
        book.add_author(name, role="aut", uid=uid)
        if (filed := file_as(name)) != name:
            book.add_metadata(None, "meta", filed, {"refines": f"#{uid}", "property": "file-as"})
    values = {
        "publisher": metadata.publisher or metadata.organization,
        "date": metadata.date.isoformat() if metadata.dated else "",
        "description": metadata.description or metadata.subtitle,
        "rights": metadata.rights,
    }
    for name, value in values.items():
        if value:
            book.add_metadata("DC", name, value)
    if metadata.series:
        _name_series(book, metadata.series)
    for word in metadata.keywords:
        book.add_metadata("DC", "subject", word)
    if paged:
        name_print(book, print_edition(article.name, metadata.identifier))
    for value, atts in accessibility(article, paged=paged):
        book.add_metadata(None, "meta", value, atts)


def _name_series(book: Any, series: str) -> None:
    """The series, and the number in it behind a semicolon or a comma (EPUB 3.3, section D.3.2)."""
    name, _, number = series.rpartition(";") if ";" in series else series.rpartition(",")
    if not name or not re.fullmatch(r"\s*\d+(\.\d+)*\s*", number):
        name, number = series, ""
    refined = {"refines": "#series"}
    book.add_metadata(None, "meta", name.strip(), {"property": "belongs-to-collection", "id": "series"})
    book.add_metadata(None, "meta", "series", {"property": "collection-type", **refined})
    if number:
        book.add_metadata(None, "meta", number.strip(), {"property": "group-position", **refined})


_PARTICLES: Final = frozenset(
    (
        *("van", "de", "der", "den", "von", "zu", "zum", "zur", "vom", "ter", "ten", "te", "di", "da", "del"),
        *("della", "dos", "das", "do", "du", "la", "le", "el", "al", "bin", "ibn", "ben", "af", "av"),
        *("y", "e"),
    )
)
"""Small words with which the family name begins."""


def file_as(name: str) -> str:
    """The name under which an author is filed: the family name first (EPUB 3.3, section D.3.8).

    A name of one word, one with a comma, one that is no person's (a small word in it that no family has) and
    one in a script without capitals stays as it is.
    """
    words = name.split()
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    given, family = words[:start], words[start:]
    person = 2 <= len(words) <= 6 and all(word[:1].isupper() for word in (*given, words[-1]))
    return f"{' '.join(family)}, {' '.join(given)}" if person and "," not in name else name


def name_print(book: Any, source: str) -> None:
    """Say of which print edition the pages are those of the page list."""
    book.add_metadata("DC", "source", source, {"id": "print"})
    book.add_metadata(None, "meta", "pagination", {"refines": "#print", "property": "source-of"})
    book.add_metadata(None, "meta", source, {"property": "pageBreakSource"})


def print_edition(name: str, identifier: str) -> str:
    """What names the print edition, whose pages the ebook has: its file, and the identifier in it.

    EPUB Accessibility 1.1, "Pagination source", asks for what tells it from other editions: the identifier
    alone is the ebook's as well.
    """
    return f"{name}.pdf, {identifier}"


def archive(book: Any, contents: Any, date: datetime.date, language: str) -> bytes:
    """The finished archive; the same bytes whenever it is made.

    :param book: an ``ebooklib.epub.EpubBook`` with all of its items and its spine.
    :param contents: the contents list for reading systems that know EPUB 2 only (`ncx_contents`).
    :param date: of the document: the time of everything in it.
    :param language: BCP 47 tag.
    """
    from ebooklib import epub

    book.toc = contents
    if direction_of(language) == "rtl":
        book.set_direction("rtl")  # pages are turned the other way (EPUB 3.3, section 5.7.1)
    book.add_item(epub.EpubNcx())
    buffer, when = BytesIO(), stamp(date)
    options = {"epub3_pages": False, "epub3_landmark": False, "mtime": when, "raise_exceptions": True}
    with _whatever_the_clock_says(epub):
        epub.write_epub(buffer, book, options)
    return repack(buffer.getvalue(), when.timetuple()[:6], language)


class _Undated(zipfile.ZipFile):
    """An archive whose entries get their time later: a ZIP knows no year before 1980 or after 2107, and the
    clock of a machine may show one."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *others: Any, **named: Any) -> None:
        """Add an entry."""
        if isinstance(zinfo_or_arcname, str):
            kind = named.get("compress_type")
            zinfo_or_arcname = zipfile.ZipInfo(zinfo_or_arcname)
            zinfo_or_arcname.compress_type = self.compression if kind is None else kind
        super().writestr(zinfo_or_arcname, data, *others, **named)


@contextlib.contextmanager
def _whatever_the_clock_says(epub: Any) -> Iterator[None]:
    """Let EbookLib write an archive without looking at the clock."""
    kept = epub.zipfile
    epub.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": _Undated})
    try:
        yield
    finally:
        epub.zipfile = kept


def repack(data: bytes, when: tuple[int, ...], language: str) -> bytes:
    """The archive again with one time; ``mimetype`` comes first and stored (EPUB 3.3, section 4.2.3).

    EbookLib does not say in which language the package document is (section 5.3.1): it is added.

    :param when: year, month, day, hour, minute, second; an archive knows no year before 1980 or after 2107.
    :param language: BCP 47 tag.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (min(max(when[0], 1980), 2107), *when[1:]))  # type: ignore[arg-type]
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            content = old.read(name)
            if name.endswith(".opf"):
                tag = f'<package xml:lang="{escape(language)}" '
                content = content.replace(b"<package ", tag.encode(), 1)
            new.writestr(entry, content)
    return buffer.getvalue()
