"""One article, both editions, one verdict: reads the files, compares, and says it in lines or as JSON."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.check.compare.drawings import compare_drawings
from pipeline.check.compare.edition import Pair, compare
from pipeline.check.compare.epub_conformance import check_epub
from pipeline.check.compare.page_breaks import pages_asked_for
from pipeline.check.compare.page_list import compare_pages
from pipeline.check.compare.pdf_conformance import check_pdf
from pipeline.check.epub.facts import epub_facts
from pipeline.check.pdf.facts import pdf_facts
from pipeline.check.seen.look import look
from pipeline.check.tree.facts import expected
from pipeline.check.validators import validate_epub, validate_pdf
from pipeline.check.vocabulary.facts import Facts
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.findings import Finding
from pipeline.tree.article import Article

KINDS: Final = (
    *("headings", "notes", "calls", "tables", "captions", "sources"),
    *("list items", "links", "images", "formulas", "words"),
)
"""What is counted, in the order of the table."""

_WORDS: Final = ("check-text", "check-order", "check-heading", "check-note-text", "check-list", "check-table")


@dataclass
class Report:
    """What became of one article.

    :param counts: by kind, how many the article has, the PDF and the EPUB; -1 where there is no such file.
        Print leaves some things out by intention (a section that lists no notes, say): its own number is
        then compared with what it should have, and shown is the article's.
    """

    article: str
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    edition_of: dict[Finding, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether both editions say what the article says, and keep what they promise."""
        return not self.findings

    def table(self) -> str:
        """The counts in one line: article, PDF, EPUB."""
        return " · ".join(f"{kind} {equation(*self.counts[kind])}" for kind in KINDS if kind in self.counts)

    def data(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "article": self.article,
            "good": self.good,
            "counts": {
                kind: {"article": article, "pdf": pdf, "epub": epub}
                for kind, (article, pdf, epub) in self.counts.items()
            },
            "findings": [
                finding.data() | {"edition": self.edition_of.get(finding, "")} for finding in self.findings
            ],
        }


@dataclass
class _Side:
    verdict: Verdict
    expected: Facts
    found: Facts
    pairs: dict[str, Pair]


def check(article: Article, folder: Path, *, validators: bool = True) -> Report:
    """Read both editions of an article back and compare each with its tree.

    :param folder: where `NAME.pdf` and `NAME.epub` are.
    :param validators: whether EPUBCheck and the PDF validators are run, too.
    """
    source = str(article.source)
    report = Report(source)
    files = {edition: folder / f"{article.name}.{edition}" for edition in ("pdf", "epub")}
    there = {edition: path for edition, path in files.items() if path.is_file()}
    command = f"run: despatch build {source}{'' if folder == Path('build') else f' -o {folder}'}"
    verdicts = {edition: Verdict(source, str(path), edition) for edition, path in files.items()}
    for edition in (edition for edition in files if edition not in there):
        verdicts[edition].add("check-file", f"there is no {files[edition]}: {command}")
    checkers = {"pdf": validate_pdf, "epub": validate_epub}
    with ThreadPoolExecutor(2) as pool:  # EPUBCheck is a process of its own: it runs beside the comparison
        checked = there if validators else {}
        running = {edition: pool.submit(checkers[edition], path) for edition, path in checked.items()}
        sides: dict[str, _Side] = {}
        for edition, path in there.items():
            try:
                side = _compare(article, edition, path, verdicts[edition], validators)
            except Exception as error:  # a damaged file may break the libraries that read it in any way
                verdicts[edition].add("check-damaged", f"the {edition.upper()} can't be read: {_said(error)}")
                continue
            if side is not None:
                sides[edition] = side
        if len(sides) == 2:
            pdf, epub = sides["pdf"], sides["epub"]
            first, second = (pdf.expected, pdf.found, pdf.pairs), (epub.expected, epub.found, epub.pairs)
            compare_pages(first, second, epub.verdict)
            compare_drawings(pdf.found, epub.found, epub.verdict)
        _stale(article, sides, verdicts, command)
        for edition, future in running.items():
            try:
                verdicts[edition].extend(future.result())
            except Exception as error:
                verdicts[edition].add("check-validator", f"a validator failed: {_said(error)}")
    for edition, verdict in verdicts.items():
        report.findings += verdict.findings
        report.edition_of |= dict.fromkeys(verdict.findings, edition)
    report.counts = counts_of(verdicts)
    return report


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _compare(article: Article, edition: str, path: Path, verdict: Verdict, others: bool) -> _Side | None:
    wanted = expected(article, edition)
    if edition == "pdf":
        found, opened = pdf_facts(path)
        if opened is None:
            verdict.extend(found.problems)
            return None
        pairs = compare(wanted, found, verdict)
        check_pdf(opened, wanted, found, pairs, verdict)
        asked = pages_asked_for(pairs[wanted.text.name], wanted)
        look(path, opened, article, pairs, verdict, asked=asked, engines=others)
        opened.pdf.close()
    else:
        found, book = epub_facts(path)
        if book is None:
            verdict.extend(found.problems)
            return None
        pairs = compare(wanted, found, verdict)
        check_epub(book, wanted, found, pairs, verdict)
    return _Side(verdict, wanted, found, pairs)


def _stale(article: Article, sides: dict[str, _Side], verdicts: dict[str, Verdict], command: str) -> None:
    """Say so when an edition was made from another state of the article, judged by what is in it."""
    pdf = sides.get("pdf")
    if pdf is not None and pdf.found.sources:
        states = [
            {source.name: source.data for source in article.attached(remarks=remarks)}
            for remarks in (False, True)
        ]
        others = [
            [name for name in now | pdf.found.sources if pdf.found.sources.get(name) != now.get(name)]
            for now in states
        ]
        other = others[0]
        if all(others):
            message = f"it was built from another state of {other[0]}, as the source in it shows: {command}"
            verdicts["pdf"].add("check-stale", message)
        return
    firsts = [_first_difference(side) for side in sides.values()]
    if len(firsts) == 2 and firsts[0] is not None and firsts[0] == firsts[1]:
        for verdict in verdicts.values():
            message = f"both editions differ from the article in the same place: they may be old; {command}"
            verdict.add("check-stale", message)


def _first_difference(side: _Side) -> tuple[str, int | None] | None:
    """Code and line of the first finding about the text itself."""
    for finding in side.verdict.findings:
        if finding.code in _WORDS:
            return finding.code, finding.line
    return None


def counts_of(verdicts: dict[str, Verdict]) -> dict[str, tuple[int, int, int]]:
    """What the article, the PDF and the EPUB have, by kind."""
    result = {}
    for kind in KINDS:
        pdf, epub = (verdicts[edition].counts.get(kind) for edition in ("pdf", "epub"))
        if pdf is None and epub is None:
            continue
        whole = epub[0] if epub is not None else pdf[0] if pdf is not None else 0
        in_pdf = max(0, whole + pdf[1] - pdf[0]) if pdf is not None else -1
        result[kind] = (whole, in_pdf, epub[1] if epub is not None else -1)
    return result


def equation(article: int, pdf: int, epub: int) -> str:
    """Three counts, with signs that say whether they are the same."""
    text = str(article)
    for count in (pdf, epub):
        text += f" {'=' if count == article else '≠'} {count if count >= 0 else '–'}"
    return text
