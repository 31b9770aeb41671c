"""Style sheets for WeasyPrint, parsed once in a process: parsing them takes as long as setting a page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

    from pipeline.write.engine.fetch import RootedFetcher

KEPT: Final = 32
"""How many parsed sheets are kept: those of both papers and of the cover, many times over."""

_PARSED: Final[dict[tuple[str, str], tuple[Any, dict[str, Any]]]] = {}


def parsed_sheet(
    text: str, base: str, fetcher: RootedFetcher, fonts: FontConfiguration, counters: dict[str, Any]
) -> Any:
    """Parse a style sheet, or give it as it was parsed before.

    A ``weasyprint.CSS`` may serve many documents. One that asks for files (``@import``, ``@font-face``) or is
    warned about is parsed anew each time: the files may have changed, and each document has its warnings.

    :param text: the style sheet.
    :param base: the address that its own addresses are relative to.
    :param fetcher: reads the files that it names.
    :param fonts: gets the fonts that it brings.
    :param counters: gets the counter styles that it defines: a ``weasyprint.css.counters.CounterStyle``.
    :returns: a ``weasyprint.CSS``.
    """
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle

    kept = _PARSED.get((text, base))
    if kept is None:
        defined = CounterStyle()
        asked, noise = fetcher.asked, _Count()
        logger = logging.getLogger("weasyprint")
        logger.addHandler(noise)
        try:
            sheet = CSS(
                string=text, base_url=base, url_fetcher=fetcher, font_config=fonts, counter_style=defined
            )
        finally:
            logger.removeHandler(noise)
        kept = sheet, defined
        if fetcher.asked == asked and not noise.records:
            if len(_PARSED) >= KEPT:
                _PARSED.clear()
            _PARSED[text, base] = kept
    sheet, defined = kept
    counters.update(defined)
    return sheet


class _Count(logging.Handler):
    """Counts warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.records += 1
