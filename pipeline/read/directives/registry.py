"""Our directives and roles by their names, as docutils looks them up."""

from __future__ import annotations

from typing import Final

from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.roles import register_canonical_role, register_local_role

from pipeline.read.citations import markup
from pipeline.read.data.chart import Chart
from pipeline.read.directives.date import ArticleDate
from pipeline.read.directives.figure import SizedFigure
from pipeline.read.directives.include_csv import CsvTable, Include
from pipeline.read.directives.infobox import Infobox
from pipeline.read.directives.language import Language
from pipeline.read.directives.list_table import ListTable
from pipeline.read.directives.page_break import PageBreak
from pipeline.read.directives.raw_html import Raw, raw_role
from pipeline.read.directives.section_numbers import ListOf, SectionNumbers
from pipeline.read.directives.tab import tab_role
from pipeline.read.directives.toctree import Toctree
from pipeline.read.directives.unknown_names import DefaultRole, NewRole
from pipeline.read.sphinx import blocks, code
from pipeline.read.sphinx.code_languages import code_role
from pipeline.read.sphinx.roles import ROLES
from pipeline.read.tables import spans
from pipeline.read.tables.options import Table

DIRECTIVES: Final[dict[str, type[Directive]]] = {
    "infobox": Infobox,
    "lang": Language,
    "date": ArticleDate,
    "pagebreak": PageBreak,
    "figure": SizedFigure,
    "include": Include,
    "csv-table": CsvTable,
    "list-table": ListTable,
    "table": Table,
    "raw": Raw,
    "toctree": Toctree,
    "default-role": DefaultRole,
    "role": NewRole,
    "sectnum": SectionNumbers,
    "list-of": ListOf,
    "chart": Chart,
    "section-numbering": SectionNumbers,
    **code.DIRECTIVES,
    **blocks.DIRECTIVES,
    **markup.DIRECTIVES,
}


def register() -> None:
    """Let docutils find them, in this process, from now on."""
    for name, directive in DIRECTIVES.items():
        directives.register_directive(name, directive)
    register_canonical_role("raw", raw_role)
    register_canonical_role("code", code_role)
    register_local_role("tab", tab_role)
    for name in ("cspan", "rspan"):
        register_local_role(name, spans.role)
    for name, role in {**ROLES, **markup.ROLES}.items():
        register_local_role(name, role)
