"""The one moment of an article: what every time stamp in its editions says, whatever the day of building."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, date, datetime, time


def source_date_epoch() -> datetime | None:
    """The moment that the environment asks for: ``SOURCE_DATE_EPOCH`` in seconds, if it is one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    # It may be no number, or beyond the year 9999.
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else None
    return None


def stamp(when: date) -> datetime:
    """The time stamp of a document: that of `source_date_epoch`, else midnight UTC of its own date."""
    return source_date_epoch() or datetime.combine(when, time(), UTC)
