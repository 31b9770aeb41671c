"""The desk's own look: what is wrong with its style sheets, data files and fonts, before anything is set."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline import desk, styles
from pipeline.cite import csl
from pipeline.files.confined import OutsideError, names_in, read_below
from pipeline.files.toml_faults import explain, line_named
from pipeline.findings import Finding, suggest
from pipeline.look import fonts, sheet_faults, style_sheets
from pipeline.look.portable import unportable
from pipeline.read.review.images_and_links import FORMATS, format_fault
from pipeline.tree.infobox_types import faults_of_type

PACKED: Final = ("theme", "text", "ebook", "packet")
"""The style sheets that ebooks are packed with."""


def check_look() -> list[Finding]:
    """A finding for whatever is wrong with the look of the current desk; none where it has none."""
    own, root = styles.own_folder(), desk.current().root
    if own is None:
        link = root / desk.STYLES if root is not None else None
        if link is not None and link.is_symlink() and desk.current().styles is None:
            message = "the folder of the look lies outside the desk: name it with --styles"
            return [Finding("style-outside", desk.shown(link), None, message)]
        return []
    if not own.is_dir():
        return [Finding("style-file", desk.shown(own), None, "there is no such folder")]
    return [*_sheets(own), *_data(own), *_citation_styles(own), *_fonts(own), *_unknown(own)]


def _sheets(own: Path) -> Iterator[Finding]:
    papers = sorted(f"paper/{path.stem}" for path in (own / "paper").glob("*.css"))
    for name in (*styles.SHEETS, *papers):
        path = own / f"{name}.css"
        try:
            styles.own_text(f"{name}.css")
        except styles.StyleError as error:
            yield _unusable(path, error)
            continue
        sheet = styles.own_sheet(name)
        if sheet is not None:
            yield from _mistyped(path, sheet)
        if sheet is not None and name in PACKED:
            for one in unportable(sheet.text, [other.text for other in styles.sheets("theme")]):
                message = f'the ebook goes without "{one.what[:60]}": {one.fault}'
                yield Finding("style-portable", desk.shown(path), one.line, message)
        for address in style_sheets.addresses(sheet) if sheet is not None else ():
            if address.fault:
                yield Finding("style-outside", desk.shown(path), address.line, address.fault)
            else:
                yield from _file(own, address, desk.shown(path))


def _mistyped(path: Path, sheet: styles.Sheet) -> Iterator[Finding]:
    """What is mistyped in a sheet; an error where all that stands below it is lost."""
    every = styles.sheets(*styles.SHEETS)
    ours = [one.text for one in every if not one.own]
    beside = "\n".join(one.text for one in every if one.own and one.name != sheet.name)
    for fault in sheet_faults.faults(sheet.text, ours, beside):
        code = "style-file" if fault.lost else "layout-warning"
        yield Finding(code, desk.shown(path), fault.line, fault.said)


def _file(own: Path, address: style_sheets.Address, shown: str) -> Iterator[Finding]:
    """What is wrong with a file that a style sheet names."""
    folder = next((root for root in styles.folders() if (root / address.name).exists()), None)
    path = (folder or own) / address.name
    if folder is None:
        there = names_in(path.parent)
        message = f'there is no file "{address.name}"{suggest(path.name, there)}'
        yield Finding("style-missing", shown, address.line, message)
        return
    try:
        read_below(folder, address.name)
    except (OutsideError, ValueError, OSError) as error:
        what = str(error).replace("the source folder", "the folder of the look")
        yield Finding("style-outside", shown, address.line, f'"{address.name}" {what}')
        return
    ending = path.suffix.lower()
    if ending in FORMATS:
        fault = format_fault(folder, address.name, address.name)
        if fault is not None:
            yield Finding("style-file", desk.shown(path), None, fault[1])
    elif ending not in fonts.ENDINGS:
        message = f'"{address.name}" is no picture (PNG, JPEG, GIF, SVG) and no font (TTF, OTF, WOFF, WOFF2)'
        yield Finding("style-file", shown, address.line, message)
    elif not address.name.startswith(f"{fonts.FOLDER}/"):
        message = f'the font "{address.name}" lies outside styles/fonts, where fonts are looked at: move it'
        yield Finding("style-file", shown, address.line, message)


def _data(own: Path) -> Iterator[Finding]:
    types = sorted(f"infobox/{path.stem}" for path in (own / "infobox").glob("*.toml"))
    for name in (*styles.DATA, *types):
        path = own / f"{name}.toml"
        text = None
        try:
            text = styles.own_text(f"{name}.toml")
            if text is not None:
                styles.read_data(name, text)
        except tomllib.TOMLDecodeError as error:
            line, said = explain(error, text or "")
            yield Finding("style-file", desk.shown(path), line, f"this is not TOML: {said}")
        except styles.StyleError as error:  # without a text: outside, too large
            yield _unusable(path, error, line_named(str(error), text) if text else None)
        else:
            for line, said in faults_of_type(text) if text and name in types else ():
                yield Finding("style-file", desk.shown(path), line, said)


def _citation_styles(own: Path) -> Iterator[Finding]:
    for path in sorted((own / csl.FOLDER).glob("*.csl")):
        try:
            csl.load(path.stem)
        except csl.StyleError as error:
            yield Finding("style-file", desk.shown(path), None, str(error))


def _fonts(own: Path) -> Iterator[Finding]:
    for face in fonts.faces():
        shown = desk.shown(own / face.name)
        if face.fault:
            yield Finding("font-broken", shown, None, f"the font {face.fault}")
        elif face.licence:
            message = f'the font "{face.family}" is left out: {face.licence}'
            yield Finding("font-licence", shown, None, message)


def _unknown(own: Path) -> Iterator[Finding]:
    known = {*(f"{name}.css" for name in styles.SHEETS), *(f"{name}.toml" for name in styles.DATA)}
    for path in sorted(own.iterdir()):
        if path.suffix.lower() in (".css", ".toml") and path.name not in known:
            hint = suggest(path.name, known) or f": the files are {', '.join(sorted(known))}"
            message = f'nothing reads a file called "{path.name}"{hint}'
            yield Finding("style-unknown", desk.shown(path), None, message)


def _unusable(path: Path, error: styles.StyleError, line: int | None = None) -> Finding:
    message = f"the file {error}"
    outside = "outside" in message
    return Finding("style-outside" if outside else "style-file", desk.shown(path), line, message)
