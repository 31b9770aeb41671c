"""WeasyPrint, held on a short lead: well-formed pages in, no network, its log turned into findings."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from pipeline import desk, styles
from pipeline.files import cache
from pipeline.findings import Finding
from pipeline.look.sheet_faults import faults
from pipeline.styles import Sheet
from pipeline.timestamps import stamp
from pipeline.write.engine import fonts, load
from pipeline.write.engine.css_words import plain
from pipeline.write.engine.kept.elements import become
from pipeline.write.engine.kept.styles import are_near

DOTS: Final = 300
"""Dots an inch of paper: no press and no eye makes more of an image."""

_QUOTED: Final = re.compile(r'below "(.+?)" does nothing')
_PLACE: Final = re.compile(r" at (\d+):\d+")
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"


def parsed(page: str) -> ET.Element:
    """The tree of a well-formed XHTML page; names of its elements without namespace.

    :raises xml.etree.ElementTree.ParseError: when the page is not well-formed.
    """
    root = ET.fromstring(page)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_XHTML)
    return root


def render(
    root: ET.Element,
    sheets: Sequence[Sheet],
    files: Mapping[str, bytes],
    when: date,
    source: str,
    findings: list[Finding],
    earlier: Any = None,
) -> Any:
    """Lay out a page.

    :param root: of the page, as `parsed` gives it.
    :param sheets: the style sheets, in order.
    :param files: the images that it names, by their addresses; beside them, the look may be read.
    :param when: date of the document: the time stamp of everything that gets one.
    :param source: the file that findings name.
    :param findings: gets what WeasyPrint warns about.
    :param earlier: what this function has given for much the same page: its pages are kept where nothing has
        changed on them, and it can't be used any more.
    :returns: a ``weasyprint.Document``; the same whether there is an earlier one or not.
    """
    load.load(cache.folder())
    import cssselect2
    from weasyprint import HTML
    from weasyprint.css.counters import CounterStyle

    from pipeline.write.engine.fetch import BASE, RootedFetcher
    from pipeline.write.engine.sheets import parsed_sheet

    class Tree(HTML):
        """An HTML document from a parsed tree: no second parser may see the page otherwise than the first."""

        def __init__(self, root: ET.Element, fetcher: RootedFetcher) -> None:
            self.base_url = BASE
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element
            self.earlier: Any = None
            self.anew = False

    kept: _Kept | None = getattr(earlier, "kept", None)
    if kept is None or not kept.serves(sheets, files):
        own = any(sheet.own or "@font-face" in sheet.text for sheet in sheets)
        known = fonts.found(own=own)
        kept = _Kept(sheets, {"font_config": known, "counter_style": CounterStyle()})
    kept.files = dict(files)
    fetcher = RootedFetcher({"styles": styles.folders()}, files)
    with dated(when), watched(source, findings):
        if kept.compiled is None:
            kept.compiled, kept.near = [], are_near([sheet.text for sheet in sheets])
            known, counters = kept.shared.values()
            for sheet in sheets:
                with watched(source, kept.findings, sheet):
                    base = f"{BASE}styles/{sheet.name}"
                    kept.compiled.append(parsed_sheet(sheet.text, base, fetcher, known, counters))
        findings += kept.findings
        if kept.root is not None and kept.root.tag == root.tag:
            if kept.run is not None:
                kept.run.close()
            become(kept.root, root)
            root = kept.root
        kept.root = root
        tree = Tree(root, fetcher)
        tree.earlier, kept.run = kept.run, None
        tree.anew = not (kept.near and kept.quiet)
        told = len(findings)
        options: dict[str, Any] = {"stylesheets": kept.compiled, "pdf_variant": "pdf/a-3a", "dpi": DOTS}
        document = tree.render(cache=kept.images, **options, **kept.shared)
        kept.run = getattr(tree, "run", None)
        kept.quiet = len(findings) == told
        document.kept = kept
        return document


@dataclass
class _Kept:
    """What a document keeps for one that is laid out after it.

    :param sheets: its style sheets.
    :param shared: its fonts and counter styles, by WeasyPrint's names.
    :param compiled: the style sheets, parsed.
    :param findings: what there was to say of them.
    :param files: its images, by their addresses.
    :param images: the same as WeasyPrint has them.
    :param root: the root of its tree.
    :param run: its pages.
    :param near: whether its style sheets let styles be kept.
    :param quiet: whether nothing was found while it was laid out: else that is found again each time.
    """

    sheets: Sequence[Sheet]
    shared: dict[str, Any]
    compiled: list[Any] | None = None
    findings: list[Finding] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    images: dict[str, Any] = field(default_factory=dict)
    root: ET.Element | None = None
    run: Any = None
    near: bool = False
    quiet: bool = False

    def serves(self, sheets: Sequence[Sheet], files: Mapping[str, bytes]) -> bool:
        """Whether a document of these style sheets and images may be laid out after this one."""
        return list(sheets) == list(self.sheets) and all(
            files.get(name, data) == data for name, data in self.files.items()
        )


@contextlib.contextmanager
def dated(when: date) -> Iterator[None]:
    """Give fontTools, which stamps the fonts that it makes, the document's time instead of today's."""
    kept = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(stamp(when).timestamp()))
    try:
        yield
    finally:
        if kept is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = kept


class _Collector(logging.Handler):
    def __init__(self, source: str, findings: list[Finding], sheet: Sheet | None) -> None:
        super().__init__(logging.WARNING)
        self.source = source
        self.findings = findings
        self.sheet = sheet

    @cached_property
    def told(self) -> set[int]:
        """The lines of the sheet of which the review of the desk's look tells what is wrong."""
        return {one.line for one in faults(self.sheet.text)} if self.sheet is not None else set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef"):
            return  # a character that no font has: `glyphs` tells it, with its line
        message = " ".join(record.getMessage().split())
        source, line, own = self.source, None, styles.own_folder()
        place = _PLACE.search(message)
        if self.sheet is not None and own is not None and place is not None:
            source, line = desk.shown(own / f"{self.sheet.name}.css"), int(place[1])
            message = message.replace(place[0], "")
        bare = _PLACE.sub("", message)
        said = plain(bare)
        message = said if said != bare else message
        if (
            self.sheet is not None
            and own is not None
            and line is None
            and (quoted := _QUOTED.search(message))
        ):
            place = re.search(r"\s+".join(map(re.escape, quoted[1].rstrip("…").split())), self.sheet.text)
            source = desk.shown(own / f"{self.sheet.name}.css")
            line = self.sheet.text.count("\n", 0, place.start()) + 1 if place is not None else None
        if line in self.told:
            return
        self.findings.append(Finding("layout-warning", source, line, message))


@contextlib.contextmanager
def watched(source: str, findings: list[Finding], sheet: Sheet | None = None) -> Iterator[None]:
    """Turn what WeasyPrint and fontTools log into findings, and keep it off the screen.

    :param sheet: the style sheet that is read meanwhile: of one of the desk's, findings name the line.
    """
    collector = _Collector(source, findings, sheet if sheet is not None and sheet.own else None)
    loggers = [logging.getLogger("weasyprint"), logging.getLogger("fontTools")]
    kept = [(logger.handlers[:], logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers = [collector] if logger.name == "weasyprint" else [logging.NullHandler()]
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (handlers, propagate, level) in zip(loggers, kept, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
