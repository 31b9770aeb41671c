"""From a path to an article: docutils with locked-down settings, our directives, our transforms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from docutils import frontend, nodes, utils
from docutils.io import StringInput
from docutils.parsers.rst import Parser, directives
from docutils.parsers.rst.roles import register_canonical_role, register_local_role
from docutils.readers import standalone
from docutils.transforms import Transform
from docutils.transforms.writer_aux import Admonitions
from docutils.writers import html5_polyglot

from pipeline.errors import is_memory_error, summary_of
from pipeline.findings import Finding, in_order
from pipeline.read.directives import code, sphinx_blocks
from pipeline.read.directives.date import ArticleDate, moment_of
from pipeline.read.directives.include_csv import CsvTable, Include
from pipeline.read.directives.infobox import Infobox
from pipeline.read.directives.language import Language, language_of, register_roles
from pipeline.read.directives.raw_html import Raw, raw_role
from pipeline.read.directives.roles import ROLES
from pipeline.read.directives.unknown_names import DefaultRole, NewRole, ReportUnknown, known_names
from pipeline.read.input.bounds import (
    BeyondBoundError,
    BoundedInliner,
    BoundSubstitutions,
    bound_nesting,
    check_amount,
    check_depth,
    check_size,
)
from pipeline.read.input.decoding import read_text
from pipeline.read.input.inclusions import Files, NoLog
from pipeline.read.input.other_articles import NameArticles, Toctree
from pipeline.read.review.characters_and_math import check_characters, check_headings, check_math
from pipeline.read.review.docutils_messages import put_plainly, to_finding
from pipeline.read.review.image_sizes import set_sizes
from pipeline.read.review.images_and_links import check_images, check_links
from pipeline.read.review.silent_slips import find_slips
from pipeline.tree.article import Article
from pipeline.tree.contract import broken
from pipeline.tree.report import findings_of
from pipeline.tree.transforms.blocks import CheckDecoration, ColourDoctests, NameAdmonitions
from pipeline.tree.transforms.faults import AddContents, NameContents, PlaceFaults, SetLines, show_unplaced
from pipeline.tree.transforms.formulas import NumberFormulas
from pipeline.tree.transforms.ids_and_classes import KeepOneId, KeepOwnClasses, NameClasses
from pipeline.tree.transforms.index import BuildIndex, PlaceMarks
from pipeline.tree.transforms.infobox import NormalizeInfobox
from pipeline.tree.transforms.metadata import NormalizeMetadata, RecordFieldLines
from pipeline.tree.transforms.notes import ListNotes, NumberNotes, PairNotes
from pipeline.tree.transforms.quotes import SetQuotes
from pipeline.tree.transforms.references import ResolveReferences
from pipeline.tree.transforms.repair import CheckSubstitutions, KeepImages, PromoteTitle, SetHeadingLines
from pipeline.tree.transforms.tables import FillTables
from pipeline.tree.transforms.titles import DropEmptyTitles
from pipeline.tree.transforms.unparsed_markup import FindStuckMarkup

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

TRANSFORMS: Final[list[type[Transform]]] = [
    FillTables,
    BoundSubstitutions,
    SetHeadingLines,
    KeepImages,
    ReportUnknown,
    NameArticles,
    CheckSubstitutions,
    PromoteTitle,
    NormalizeInfobox,
    RecordFieldLines,
    NormalizeMetadata,
    DropEmptyTitles,
    CheckDecoration,
    FindStuckMarkup,
    PairNotes,
    NumberNotes,
    ListNotes,
    PlaceMarks,
    NumberFormulas,
    ResolveReferences,
    BuildIndex,
    NameContents,
    AddContents,
    SetQuotes,
    PlaceFaults,
    Admonitions,
    SetLines,
    NameAdmonitions,
    ColourDoctests,
    KeepOwnClasses,
    KeepOneId,
    NameClasses,
]
"""Our own transforms; each gives its priority relative to the docutils transform that it follows."""

bound_nesting()
directives.register_directive("infobox", Infobox)
directives.register_directive("lang", Language)
directives.register_directive("date", ArticleDate)
directives.register_directive("include", Include)
directives.register_directive("csv-table", CsvTable)
directives.register_directive("raw", Raw)
directives.register_directive("toctree", Toctree)
directives.register_directive("default-role", DefaultRole)
directives.register_directive("role", NewRole)
for _name, _directive in {**code.DIRECTIVES, **sphinx_blocks.DIRECTIVES}.items():
    directives.register_directive(_name, _directive)
register_canonical_role("raw", raw_role)
for _name, _role in ROLES.items():
    register_local_role(_name, _role)


class MasterReader(standalone.Reader):
    """docutils' standalone reader, with our transforms and an observer that collects its messages."""

    def __init__(self, shown: str, findings: list[Finding], files: Files | None = None) -> None:
        super().__init__(parser=Parser(inliner=BoundedInliner()))
        self.shown = shown
        self.findings = findings
        self.files = files or Files(shown, findings=findings)
        self.messages: list[tuple[nodes.system_message, str]] = []

    def get_transforms(self) -> list[type[Transform]]:
        """The standalone reader's transforms, then ours."""
        return [*super().get_transforms(), *TRANSFORMS]

    def new_document(self) -> nodes.document:
        """A document whose messages become findings."""
        document = self.document = super().new_document()
        document.settings.despatch_findings = self.findings
        document.include_log = NoLog()
        document.reporter.attach_observer(self._observe)
        return document

    def _observe(self, message: nodes.system_message) -> None:
        finding = to_finding(message, self.shown)
        if finding is None:
            return
        if finding.is_error:  # docutils only warns of some of them
            message["level"] = max(message["level"], 3)
        put_plainly(message)
        self.messages.append((message, finding.code))

    def report_messages(self) -> None:
        """Make findings of the messages: only after the transforms, which tell their lines more exactly."""
        said = {finding.line for finding in self.findings if finding.code == "note-duplicate"}
        lines = (self.input or "").splitlines()
        for message, kind in self.messages:
            finding = to_finding(message, self.shown, kind, lines)
            if finding is not None and not (finding.code == "target-duplicate" and finding.line in said):
                self.findings.append(finding)
        self.messages = []


_parsing: MasterReader | None = None


def line_reached() -> int | None:
    """The line at which the parser is in this process, from 1; ``None`` while it is not at work."""
    document = _parsing.document if _parsing is not None else None
    return document.current_line if document is not None else None


def source_root(path: Path) -> Path:
    """The source root of an article: the nearest folder above it named ``source``, else its own folder."""
    folder = path.resolve().parent
    return next((parent for parent in (folder, *folder.parents) if parent.name == "source"), folder)


def read(path: Path, *, draft: bool = False) -> tuple[Article | None, list[Finding]]:
    """Read an article and check it against the contract of the tree.

    :param path: the ``.rst`` file.
    :param draft: keep going in spite of errors; faults stand in the tree at their places.
    :returns: the article, or ``None`` when it has errors (in a draft: when there is no text to parse); and
        all findings, in the order of their lines.
    """
    shown = str(path)
    text, findings, data = read_text(path, shown)
    too_large = check_size(text, shown)
    if too_large:
        return None, in_order([*findings, *too_large])
    if any(f.code.startswith(("file-", "limit-")) and f.is_error for f in findings) and not (draft and text):
        return None, findings
    root = source_root(path)
    below = path.resolve().relative_to(root).as_posix()
    reader = MasterReader(shown, findings, Files(shown, root, below, findings=findings))
    try:
        document = _parse(text, shown, reader)
        check_images(document, path, root)
        set_sizes(document, root)
        check_links(document)
    except Exception as error:  # docutils raises all kinds of things on odd text
        if is_memory_error(error):
            raise
        findings.append(_crash(error, shown, reader))
        return None, in_order(findings)
    _keep_within(findings, shown, len(text.splitlines()))
    fatal = any(finding.is_error for finding in findings)
    if fatal and draft:
        show_unplaced(document, in_order(findings))
    if not fatal or draft:
        findings += broken(document, root, draft=draft and fatal)
    if any(f.code == "contract" for f in findings) or (fatal and not draft):
        return None, in_order(findings)
    inserted, consulted = tuple(reader.files.sources.values()), tuple(reader.files.consulted.values())
    return Article(path.stem, document, root, path, data, inserted, consulted), in_order(findings)


def _keep_within(findings: list[Finding], source: str, last: int) -> None:
    """No finding names a line behind the last: docutils counts on behind a directive in a substitution."""
    for number, finding in enumerate(findings):
        if finding.source == source and finding.line is not None and finding.line > last:
            findings[number] = replace(finding, line=max(last, 1))


def parse_text(text: str, shown: str = "article.rst") -> tuple[nodes.document, list[Finding]]:
    """Parse and transform a text, without looking at files (for tests and tools)."""
    findings: list[Finding] = []
    document = _parse(text, shown, MasterReader(shown, findings))
    return document, in_order(findings_of(document))


def _parse(text: str, shown: str, reader: MasterReader) -> nodes.document:
    settings = _settings(reader)
    settings.despatch_moment = moment_of(text)
    settings.despatch_files = files = reader.files
    files.language = settings.despatch_language = language_of(text)
    register_roles(text)
    global _parsing  # noqa: PLW0603
    _parsing = reader
    try:
        with known_names():
            document = reader.read(StringInput(text, source_path=shown), reader.parser, settings)
        _parsing = None
        check_depth(document)
        check_amount(document)
        reader.findings += find_slips(document, text, shown)
        document.transformer.populate_from_components((reader, reader.parser))
        document.transformer.apply_transforms()
    finally:
        _parsing = None
        reader.report_messages()
    check_characters(document)
    check_headings(document)
    check_math(document)
    return document


def _crash(error: Exception, shown: str, reader: MasterReader) -> Finding:
    """The finding for an exception: on the line that the parser had reached, if it was in the parser."""
    document = reader.document
    line = document.current_line if document is not None else None
    source = str(document.current_source or shown) if line else shown
    if isinstance(error, BeyondBoundError):
        return error.finding(source, line)
    if isinstance(error, RecursionError):
        message = "blocks, targets or roles refer to or hold one another too deeply: take them apart"
        return Finding("limit-nesting", source, line or 1, message)
    message = f"docutils can't read this text ({summary_of(error, 200)})"
    return Finding("rst-crash", source, line or 1, message)


def _settings(reader: MasterReader) -> Any:
    # The translator of the HTML5 writer takes its settings from the document: its defaults belong in too.
    settings = frontend.get_default_settings(reader.parser, reader, html5_polyglot.Writer())
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.record_dependencies = utils.DependencyList()
    return settings
