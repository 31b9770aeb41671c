"""WeasyPrint, held on a short lead: well-formed pages in, no network, its log turned into findings."""

from __future__ import annotations

import contextlib
import logging
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipeline import styles
from pipeline.findings import Finding
from pipeline.tree.timestamps import stamp
from pipeline.write.engine import load

CACHE: Final = Path(os.environ.get("DESPATCH_CACHE", "build/.cache"))
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
    sheets: list[str],
    mounts: Mapping[str, Path],
    when: date,
    source: str,
    findings: list[Finding],
) -> Any:
    """Lay out a page.

    :param root: of the page, as `parsed` gives it.
    :param sheets: the style sheets, as text, in order.
    :param mounts: the folders that may be read, by the first part of their addresses.
    :param when: date of the document: the time stamp of everything that gets one.
    :param source: the file that findings name.
    :param findings: gets what WeasyPrint warns about.
    :returns: a ``weasyprint.Document``.
    """
    load.load(CACHE)
    import cssselect2
    from weasyprint import CSS, HTML
    from weasyprint.css.counters import CounterStyle
    from weasyprint.text.fonts import FontConfiguration

    from pipeline.write.engine.fetch import BASE, RootedFetcher

    class Tree(HTML):
        """An HTML document from a parsed tree: no second parser may see the page otherwise than the first."""

        def __init__(self, root: ET.Element, fetcher: RootedFetcher) -> None:
            self.base_url = BASE
            self.url_fetcher = fetcher
            self.media_type = "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    fetcher = RootedFetcher({**mounts, "styles": styles.FOLDER})
    shared: dict[str, Any] = {"font_config": FontConfiguration(), "counter_style": CounterStyle()}
    with dated(when), watched(source, findings):
        compiled = [
            CSS(string=sheet, base_url=f"{BASE}styles/", url_fetcher=fetcher, **shared) for sheet in sheets
        ]
        return Tree(root, fetcher).render(stylesheets=compiled, pdf_variant="pdf/a-3a", **shared)


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
    def __init__(self, source: str, findings: list[Finding]) -> None:
        super().__init__(logging.WARNING)
        self.source = source
        self.findings = findings

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef"):
            return  # a character that no font has: `glyphs` tells it, with its line
        message = " ".join(record.getMessage().split())
        self.findings.append(Finding("layout-warning", self.source, None, message))


@contextlib.contextmanager
def watched(source: str, findings: list[Finding]) -> Iterator[None]:
    """Turn what WeasyPrint and fontTools log into findings, and keep it off the screen."""
    collector = _Collector(source, findings)
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
