"""How far the typesetter has come: the page that it is at."""

from __future__ import annotations

import logging
import re
from typing import Final

_PAGE: Final = re.compile(r"Page (\d+)")


class _Counter(logging.Handler):
    """Hears what WeasyPrint says of its progress."""

    page: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        found = _PAGE.search(record.getMessage())
        if found is not None:
            self.page = int(found[1])


_COUNTER: Final = _Counter()


def watch_pages() -> None:
    """Hear WeasyPrint's progress from now on, from page 1."""
    logger = logging.getLogger("weasyprint.progress")
    logger.setLevel(logging.INFO)
    logger.handlers, logger.propagate = [_COUNTER], False
    _COUNTER.page = None


def page_reached() -> int | None:
    """The number of the page that is being set, from 1; ``None`` before the first."""
    return _COUNTER.page
