"""Values as spreadsheet programs save them, in UTF-8 or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.read.input.decoding import office_file
from pipeline.tree.labels import tags_of

_WORD: Final = re.compile(r"[^\s,;|\"]+")
_LIKELY: Final = "cp1252"
"""What programs save on Windows in the west of Europe, where UTF-8 is not asked for."""
_PAGES: Final = {
    "cp1250": "bs cs hr hu pl ro sk sl sr-latn",
    "cp1251": "be bg kk ky mk mn ru sr tg uk",
    "cp1253": "el",
    "cp1254": "az tr",
    "cp1255": "he yi",
    "cp1256": "ar fa ps ur",
    "cp1257": "et lt lv",
    "cp874": "th",
    "cp932": "ja",
    "cp949": "ko",
    "cp950": "zh-hant",
    "gb18030": "zh",
}
"""The same in other languages, as Windows calls its code pages."""
_NAMED: Final = 3
"""How many words a message shows."""


@dataclass(frozen=True)
class Guess:
    """An encoding that had to be guessed.

    :param name: as ``:encoding:`` takes it.
    :param words: some that depend on it, between quotation marks.
    """

    name: str
    words: str


def as_utf8(data: bytes, named: str = "", language: str = "en") -> tuple[bytes, Guess | None]:
    """The bytes of a text in UTF-8.

    :param data: in UTF-8, in UTF-16 with or without a byte order mark, or in the code page of Windows for
        the language.
    :param named: the encoding, where its author says which it is.
    :param language: of the article.
    :returns: the bytes, unchanged where they are no text; and what was guessed, if anything.
    :raises ValueError: when they are not in the encoding that is named.
    """
    if named:
        return data.decode(named).encode(), None
    if office_file(data):
        return data, None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode(), None
    if data.count(0) * 3 > len(data):
        little = data[1::2].count(0) > data[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace").encode(), None
    try:
        data.decode("utf-8-sig")
        return data, None
    except UnicodeDecodeError:
        pass
    for page in dict.fromkeys((_page_of(language), _LIKELY)):
        try:
            text = data.decode(page)
        except UnicodeDecodeError:
            continue
        words = list(dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii()))
        shown = ", ".join(f'"{word[:30]}"' for word in words[:_NAMED])
        name = f"windows-{page[2:]}" if page.startswith("cp125") else page
        return text.encode(), Guess(name, shown)
    return data, None


def _page_of(language: str) -> str:
    """The code page of a language."""
    known = {one: page for page, some in _PAGES.items() for one in some.split()}
    return next((known[tag] for tag in tags_of(language) if tag in known), _LIKELY)
