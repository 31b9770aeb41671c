"""From a path to an article: docutils with locked-down settings, our directives, our transforms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from docutils import nodes
from docutils.io import StringInput
from docutils.parsers.rst import Parser
from docutils.readers import standalone
from docutils.transforms import Transform

from pipeline.desk import source_root
from pipeline.errors import is_memory_error, summary_of
from pipeline.findings import Finding, in_order
from pipeline.read.directives.date import moment_of
from pipeline.read.directives.language import language_of, register_roles
from pipeline.read.directives.options import read_options_plainly
from pipeline.read.directives.registry import register
from pipeline.read.directives.unknown_names import known_names
from pipeline.read.input.bounds import (
    BeyondBoundError,
    BoundedInliner,
    bound_nesting,
    check_amount,
    check_depth,
    check_size,
)
from pipeline.read.input.conditions import PacketVersion
from pipeline.read.input.decoding import decode, read_text
from pipeline.read.input.inclusions import Files, NoLog
from pipeline.read.input.reading import Reading, reading
from pipeline.read.input.remarks import note_remarks
from pipeline.read.review.characters_and_math import check_characters, check_headings, check_math
from pipeline.read.review.docutils_messages import put_plainly, to_finding, without_consequences
from pipeline.read.review.image_sizes import set_sizes
from pipeline.read.review.images_and_links import check_images, check_links
from pipeline.read.review.look import check_look
from pipeline.read.review.markings import check_markings
from pipeline.read.settings import fresh_settings
from pipeline.read.slips.blocks import Slips, find_slips
from pipeline.read.slips.merging.findings import merge
from pipeline.read.transform_order import TRANSFORMS, OrderedTransformer
from pipeline.tree.article import Article
from pipeline.tree.contract import broken
from pipeline.tree.state import give_state
from pipeline.tree.transforms.faults import show_unplaced

bound_nesting()
read_options_plainly()
note_remarks()
register()


class ArticleParser(Parser):
    """docutils' parser; its transforms stand in the list of the reader, with all others."""

    def get_transforms(self) -> list[type[Transform]]:
        """None."""
        return []


_SAID_BETTER: Final = (
    "heading-underline",
    "rst-warning",
    "substitution-undefined",
    "markup-unclosed",
    "rst-error",
    "target-unknown",
)
"""Codes of docutils' messages that are left out where a slip explains them."""


class MasterReader(standalone.Reader):
    """docutils' standalone reader, with our transforms and an observer that collects its messages."""

    def __init__(self, shown: str, findings: list[Finding], files: Files | None = None) -> None:
        super().__init__(parser=ArticleParser(inliner=BoundedInliner()))
        self.shown = shown
        self.findings = findings
        self.files = files or Files(shown, findings=findings)
        self.messages: list[tuple[nodes.system_message, str]] = []
        self.slips = Slips()

    def get_transforms(self) -> list[type[Transform]]:
        """All of them, docutils' own too."""
        return list(TRANSFORMS)

    def new_document(self) -> nodes.document:
        """A document whose messages become findings."""
        document = self.document = super().new_document()
        document.include_log = NoLog()
        document.transformer = OrderedTransformer(document)
        document.reporter.attach_observer(self._observe)
        return document

    def _observe(self, message: nodes.system_message) -> None:
        finding = to_finding(message, self.shown)
        if finding is None:
            return
        if finding.is_error:  # docutils only warns of some of them
            message["level"] = max(message["level"], 3)
        put_plainly(message, self.document)
        self.messages.append((message, finding.code))

    def report_messages(self) -> None:
        """Make findings of the messages: only after the transforms, which tell their lines more exactly."""
        said = {finding.line for finding in self.findings if finding.code == "note-duplicate"}
        lines = (self.input or "").splitlines()
        for message, kind in self.messages:
            finding = to_finding(message, self.shown, kind, lines)
            if finding is None or (finding.code == "target-duplicate" and finding.line in said):
                continue
            if finding.code in _SAID_BETTER and self.slips.explain(finding):
                continue
            self.findings.append(finding)
        self.findings[:] = without_consequences(self.findings)
        self.messages = []


_parsing: MasterReader | None = None


def line_reached() -> int | None:
    """The line at which the parser is in this process, from 1; ``None`` while it is not at work."""
    document = _parsing.document if _parsing is not None else None
    return document.current_line if document is not None else None


def read(
    path: Path, *, draft: bool = False, raw: bytes | None = None, version: PacketVersion | None = None
) -> tuple[Article | None, list[Finding]]:
    """Read an article and check it against the contract of the tree.

    :param path: the ``.rst`` file.
    :param draft: keep going in spite of errors; faults stand in the tree at their places.
    :param raw: what the file is to hold, where an editor has not written it yet.
    :param version: of a packet, that it is read for; ``None`` for the article by itself.
    :returns: the article, or ``None`` when it has errors (in a draft: when there is no text to parse); and
        all findings, in the order of their lines.
    """
    shown = str(path)
    text, findings, data = read_text(path, shown) if raw is None else (*decode(raw, shown), raw)
    too_large = check_size(text, shown)
    if too_large:
        return None, in_order([*findings, *too_large])
    if any(f.code.startswith(("file-", "limit-")) and f.is_error for f in findings) and not (draft and text):
        return None, findings
    root = source_root(path)
    below = path.resolve().relative_to(root).as_posix()
    reader = MasterReader(shown, findings, Files(shown, root, below, findings=findings))
    try:
        document = _parse(text, shown, reader, version)
        check_images(document, path, root)
        set_sizes(document, root)
        check_links(document)
    except Exception as error:  # docutils raises all kinds of things on odd text
        if is_memory_error(error):
            raise
        findings.append(_crash(error, shown, reader))
        return None, in_order(findings)
    _keep_within(findings, shown, len(text.splitlines()))
    findings = merge(findings, reader.slips, text, shown)
    look = check_look()
    fatal = any(finding.is_error for finding in (*findings, *look))
    if fatal and draft:
        show_unplaced(document, in_order(findings))
    findings += look
    if not fatal or draft:
        findings += broken(document, root, draft=draft and fatal)
    if any(f.code == "contract" for f in findings) or (fatal and not draft):
        return None, in_order(findings)
    inserted, consulted = tuple(reader.files.sources.values()), tuple(reader.files.consulted.values())
    state = reading(document)
    more = inserted, consulted, tuple(state.remarks), state.names_versions
    return Article(path.stem, document, root, path, data, *more), in_order(findings)


def read_as(path: Path, raw: bytes, *, draft: bool = False) -> tuple[nodes.document | None, list[Finding]]:
    """Read an article as if its file held other bytes: what it includes and shows lies where it does.

    :param path: the ``.rst`` file.
    :param raw: the bytes.
    :returns: the tree, unfinished where it has errors, or ``None`` for what is no text; and the findings.
    """
    shown = str(path)
    text, findings = decode(raw, shown)
    if check_size(text, shown) or (any(one.is_error for one in findings) and not (draft and text)):
        return None, in_order(findings)
    root = source_root(path)
    below = path.resolve().relative_to(root).as_posix()
    reader = MasterReader(shown, findings, Files(shown, root, below, findings=findings))
    try:
        document = _parse(text, shown, reader)
    except Exception as error:  # docutils raises all kinds of things on odd text
        if is_memory_error(error):
            raise
        findings.append(_crash(error, shown, reader))
        return None, in_order(findings)
    return document, merge(findings, reader.slips, text, shown)


def _keep_within(findings: list[Finding], source: str, last: int) -> None:
    """No finding names a line behind the last: docutils counts on behind a directive in a substitution."""
    for number, finding in enumerate(findings):
        if finding.source == source and finding.line is not None and finding.line > last:
            findings[number] = replace(finding, line=max(last, 1))


def parse_text(text: str, shown: str = "article.rst") -> tuple[nodes.document, list[Finding]]:
    """Parse and transform a text, without looking at files (for tests and tools)."""
    findings: list[Finding] = []
    reader = MasterReader(shown, findings)
    document = _parse(text, shown, reader)
    return document, merge(findings, reader.slips, text, shown)


def _parse(
    text: str, shown: str, reader: MasterReader, version: PacketVersion | None = None
) -> nodes.document:
    settings = fresh_settings()
    state = Reading(
        findings=reader.findings,
        files=reader.files,
        language=language_of(text),
        moment=moment_of(text),
        version=version,
    )
    give_state(settings, state)
    register_roles(text)
    global _parsing  # noqa: PLW0603
    _parsing = reader
    try:
        with known_names():
            document = reader.read(StringInput(text, source_path=shown), reader.parser, settings)
        _parsing = None
        check_depth(document)
        check_amount(document)
        reader.slips = find_slips(document, text, shown)
        reader.findings += reader.slips.findings
        document.transformer.populate_from_components((reader, reader.parser))
        document.transformer.apply_transforms()
    finally:
        _parsing = None
        reader.report_messages()
    check_characters(document)
    check_headings(document)
    check_markings(document)
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
