"""The style sheets of the look as the editions get them: what the desk adds, checked, with its own fonts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from posixpath import basename
from typing import Final

from pipeline import styles
from pipeline.files.confined import read_below
from pipeline.files.media_types import media_type
from pipeline.look import fonts, style_sheets
from pipeline.look.portable import Packed, packed
from pipeline.styles import Sheet
from pipeline.svg.rewrite import for_edition

FOLDER: Final = "look"
"""The folder of an ebook with the files that the desk's style sheets name."""


def sheets(*names: str, bare: bool = False) -> list[Sheet]:
    """The style sheets of these names, as `styles.sheets` has them, ready for an edition.

    Colours and faces of the desk's stand right behind ours, everything else at the end. Left out are a sheet
    of the desk's that names what it may not, and the faces whose licence forbids that they are embedded:
    findings tell of both (`pipeline.read.review.look`).

    :param names: the first is that of the sheet with the colours, ``theme``.
    :param bare: for what is no page of an article, a cover or a stamp: of the desk's first sheet, only
        colours and faces count.
    """
    found = styles.sheets(*names)
    ours = [sheet for sheet in found if not sheet.own]
    palette, rest = _own([sheet for sheet in found if sheet.own])
    kept = [sheet for sheet in rest if not (bare and sheet.name == names[0])]
    return [ours[0], *palette, *ours[1:], *kept]


def _own(found: Sequence[Sheet]) -> tuple[list[Sheet], list[Sheet]]:
    """The desk's sheets in two: colours and faces, and the rest."""
    if not found:
        return [], []
    barred = fonts.barred()
    kept = [
        Sheet(sheet.name, style_sheets.without_faces(sheet, barred), own=True)
        for sheet in found
        if not any(address.fault for address in style_sheets.addresses(sheet))
    ]
    faces = fonts.face_rules(kept)
    palettes, rests = [Sheet("fonts", faces, own=True)], []
    for sheet in kept:
        palette, rest = style_sheets.parted(sheet)
        palettes.append(Sheet(sheet.name, palette, own=True))
        rests.append(Sheet(sheet.name, rest, own=True))
    return _filled(palettes), _filled(rests)


def _filled(found: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in found if sheet.text.strip()]


@dataclass(frozen=True)
class EbookStyle:
    """The style sheets of an ebook, and the files that they need.

    :param sheets: in the order in which they count.
    :param files: address, media type and content of each, in the order of their addresses.
    """

    sheets: tuple[Packed, ...]
    files: tuple[tuple[str, str, bytes], ...]

    def links(self, folder: str = "") -> list[str]:
        """What stands in the head of a page.

        :param folder: where the sheets are, from the page; empty: beside it.
        """
        return [
            f'<link rel="stylesheet" type="text/css" href="{folder}{sheet.name}"'
            + (f' media="{escape(sheet.media)}"' if sheet.media else "")
            + " />"
            for sheet in self.sheets
        ]


def ebook_style(*names: str, rtl: bool = False, mixed: bool = False) -> EbookStyle:
    """The style sheets of an ebook.

    :param names: the style sheets that they are made of.
    :param rtl: whether the book runs from right to left.
    :param mixed: whether it holds passages that run the other way.
    """
    found, needed = sheets(*names), dict[str, str]()

    def address(name: str) -> str:
        return needed.setdefault(name, f"{FOLDER}/{_plain_name(name, needed)}")

    parts = [style_sheets.readdressed(sheet, address) if sheet.own else sheet.text for sheet in found]
    files = [(href, media_type(name), _content(name)) for name, href in sorted(needed.items())]
    return EbookStyle(packed(tuple(parts), rtl=rtl, mixed=mixed), tuple(files))


def _plain_name(name: str, taken: dict[str, str]) -> str:
    """A name that no reading system stumbles on: its number, and its ending."""
    ending = basename(name).rpartition(".")[2].lower()
    return f"file-{len(taken) + 1}.{ending}"


def _content(name: str) -> bytes:
    *over, last = styles.folders()
    for folder in over:
        if (folder / name).is_file():
            return for_edition(name, read_below(folder, name))
    return for_edition(name, read_below(last, name))
