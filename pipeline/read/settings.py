"""docutils' settings, locked down: nothing outside an article decides how it is read."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, Final

from docutils import frontend, utils
from docutils.parsers.rst import Parser
from docutils.readers import standalone
from docutils.writers import html5_polyglot

SETTINGS: Final[dict[str, Any]] = {
    # A docutils.conf anywhere could switch raw and include back on.
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 5,
    "report_level": 5,
    "warning_stream": False,
    "traceback": True,
    "strip_comments": False,  # `PlaceFaults` does it, with what held nothing else
    "smart_quotes": False,
    "doctitle_xform": True,
    "docinfo_xform": True,
    "sectsubtitle_xform": False,
    "toc_backlinks": False,
    "trim_footnote_reference_space": True,
    "syntax_highlight": "short",
    "math_output": "MathML",
    "line_length_limit": 1_000_000,
    "language_code": "en",
    "id_prefix": "",
    "auto_id_prefix": "%",
    "datestamp": None,
    "generator": None,
    "source_link": None,
}


def fresh_settings() -> Any:
    """The settings with which one document is read."""
    settings = copy.deepcopy(_defaults())
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.record_dependencies = utils.DependencyList()
    return settings


@cache
def _defaults() -> Any:
    """docutils' own settings: to know them, it sets up a command line, which takes longer than a text."""
    # The translator of the HTML5 writer takes its settings from the document: its defaults belong in too.
    return frontend.get_default_settings(Parser(), standalone.Reader(), html5_polyglot.Writer())
