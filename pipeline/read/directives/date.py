"""The directive ``date``, bound to the article: the day of building must not change a byte."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, states

from pipeline.read.input.reading import reading
from pipeline.timestamps import source_date_epoch, stamp

_FIELD: Final = re.compile(r"^:date:\s*(\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE | re.IGNORECASE)


def moment_of(text: str) -> datetime | None:
    """The moment that ``date`` gives: ``SOURCE_DATE_EPOCH`` (seconds), else the date of the article."""
    match = _FIELD.search(text)
    try:
        return stamp(date.fromisoformat(match[1])) if match else source_date_epoch()
    except ValueError:
        return source_date_epoch()


class ArticleDate(Directive):
    """``.. |today| date:: %d.%m.%Y``: as docutils' own, but with the article's date instead of today's."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """The date as text; the format is that of ``strftime``, by default ``%Y-%m-%d``."""
        if not isinstance(self.state, states.SubstitutionDef):
            written = self.content[0].strip() if self.content else ""
            if any(letter.isdigit() for letter in written) and "%" not in written:
                raise self.error('The "date" directive is no field: write :date: 2026-11-24 below the title')
            raise self.error('The "date" directive belongs into a substitution: .. |today| date::')
        moment = reading(self.state.document).moment
        if moment is None:
            raise self.error(
                "the article has no date that |…| date:: could give: write :date: below the title"
            )
        form = " ".join(self.content) or "%Y-%m-%d"
        return [nodes.Text(moment.strftime(form))]
