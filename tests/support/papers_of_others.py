"""PDFs that nobody here has made, in hundreds: each is bound into a packet and compared with it by page.

Run it with ``python -m tests.support.papers_of_others``. It fetches the source distributions that
``data/papers.lock`` names (never running anything of them), takes the PDFs out of each, binds each into a
packet of its own, draws both with PDFium and poppler (``pdftoppm``), and says what became of every one: a
table, and ``build/papers/report.json``. What the report has already is not tried again.

    python -m tests.support.papers_of_others [--only PATTERN] [--from DIR] [--pages N] [--seconds N]
        [--until SECONDS] [--lock NAME...]

Good means: bound, or refused with a finding; no page looks different outside the stamps in either engine, or
a finding says why; no word stands in the packet that its pages don't show; ``verify`` says that it is what it
was.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pikepdf

from pipeline import limits
from pipeline.packet.pdf.objects import entries
from tests.support.corpus_sources import fetch, lock, locked
from tests.support.paths import DATA, REPOSITORY

LOCK: Final = DATA / "papers.lock"
BUILD: Final = REPOSITORY / "build" / "papers"
_DOTS: Final = 72
"""Dots to the inch: strips are whole points, so that both pages fall on one grid."""
_LARGER: Final = 4
"""How many times larger a page is drawn that looks different."""
_SHOWS: Final = 16
"""The least contrast, of 255, of a word that a picture shows."""
_NARROW: Final = 250
"""Points; a page that is narrower has become as wide."""
_SAYING: Final = frozenset(
    (
        "annex-layer",
        "annex-redaction",
        "annex-undrawn",
        "annex-picture",
        "annex-covered-picture",
        "annex-hidden-picture",
        "annex-cut-picture",
        "annex-repaired",
        "annex-form",
        "comments",
        "attached",
        "loops",
    )
)
"""Findings that say why a page may look different from what an engine makes of the original."""


@dataclass
class Outcome:
    """What became of one PDF.

    :param codes: of the findings.
    :param unlike: pages, from 1, that look different, by engine.
    :param unseen: pages of the packet with words that they don't show.
    :param fault: why it could not be tried.
    """

    name: str
    pages: int = 0
    codes: list[str] = field(default_factory=list)
    unlike: dict[str, list[int]] = field(default_factory=dict)
    unseen: list[int] = field(default_factory=list)
    fault: str = ""
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.fault:
            return "fault"
        if self.unseen:
            return "unseen text"
        if any(self.unlike.values()):
            return "said" if _SAYING & set(self.codes) else "different"
        return "good" if self.pages else "refused"


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", metavar="PATTERN", help="files with this in their path")
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="PDFs of this folder instead")
    parser.add_argument("--pages", type=int, default=12, metavar="N", help="so many pages of each")
    parser.add_argument("--seconds", type=int, default=120, metavar="N", help="time limit for one file")
    parser.add_argument("--until", type=float, default=0, metavar="SECONDS", help="begin no file later")
    parser.add_argument("--folder", type=Path, default=BUILD)
    parser.add_argument("--lock", nargs="*", metavar="NAME", help="write the lock file anew, for these too")
    options = parser.parse_args(arguments)
    if options.lock is not None:
        names = sorted({*(one.name for one in (locked(LOCK) if LOCK.exists() else [])), *options.lock})
        LOCK.write_text("".join(f"{one.line()}\n" for one in lock(names)), encoding="utf-8")
        return 0
    report = options.folder / "report.json"
    options.folder.mkdir(parents=True, exist_ok=True)
    outcomes = [Outcome(**one) for one in json.loads(report.read_text())] if report.exists() else []
    known, start = {one.name for one in outcomes}, time.monotonic()
    for name, path in _papers(options):
        if name in known or options.only not in name:
            continue
        if options.until and time.monotonic() - start > options.until:
            break
        outcome = _tried(name, path, options)
        outcomes.append(outcome)
        if outcome.verdict not in {"good", "refused"}:
            print(f"{outcome.verdict}: {name} {outcome.unlike} {outcome.unseen} {outcome.fault}", flush=True)
    report.write_text(json.dumps([asdict(one) for one in outcomes], indent=1))
    return _summary(outcomes)


def _papers(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    if options.source is not None:
        folders = [("", options.source)]
    else:
        found = fetch(locked(LOCK), options.folder / "sources", frozenset({".pdf"}))
        folders = [(sdist.name, folder) for sdist, folder in found]
    for project, folder in folders:
        for path in sorted(folder.rglob("*.pdf")):
            if path.is_file():
                yield f"{project}/{path.relative_to(folder)}".lstrip("/"), path


def _tried(name: str, path: Path, options: argparse.Namespace) -> Outcome:
    start = time.process_time()
    (made,) = limits.run(_try, [(name, path, options.pages)], limits.Limits(options.seconds))
    if isinstance(made, limits.Broken):
        made = Outcome(name, fault=f"{made.cause} {made.detail}".strip())
    made.seconds = round(time.process_time() - start, 1)
    return made


def _try(name: str, path: Path, most: int) -> Outcome:
    import pypdfium2

    from pipeline.packet.annex.prepare import prepare
    from pipeline.packet.base.wishes import Wishes
    from pipeline.packet.stitch.record import Notes
    from pipeline.packet.stitch.stitch import stitch
    from pipeline.packet.stitch.verify import _verify
    from tests.support.packet_papers import INFO, part

    outcome = Outcome(name)
    with tempfile.TemporaryDirectory() as folder:
        own = part("item-1-1", "annex", path, title="A paper")
        count = _count(path)
        wishes = Wishes(pages=f"1-{most}") if count > most else Wishes()
        made = prepare(own, Path(folder), wishes)
        outcome.codes = [finding.code for finding in made.findings]
        # Comments and attached files have signs of ours where their makers left them to the viewer.
        outcome.codes += ["comments" for one in made.findings if "comments" in one.message]
        outcome.codes += ["loops" for one in made.findings if "contain themselves" in one.message]
        outcome.codes += ["attached" for one in made.findings if "embedded files" in one.message]
        outcome.pages = made.page_count
        if not made.page_count:
            return outcome
        packet = stitch(
            [made.part], INFO, Path(folder) / "packet.pdf", claims=made.claims, notes=Notes()
        ).path
        outcome.unseen = _unseen(packet)
        outcome.fault = "; ".join(finding.message for finding in _verify(packet, ()).findings)
        try:
            new = _pdfium(packet, outcome.pages)
            with contextlib.suppress(pypdfium2.PdfiumError):  # it can't open the original
                both = [_unlike(_pdfium(path, outcome.pages, forms=forms), new) for forms in (False, True)]
                unlike = sorted(set(both[0]) & set(both[1]) - _with_undrawn_marks(path))
                outcome.unlike["pdfium"] = [
                    one for one in unlike if not _same_larger(_pdfium_larger, path, packet, one)
                ]
        except pypdfium2.PdfiumError as error:
            outcome.fault = f"PDFium: {error}"
        old, new = _poppler(path, outcome.pages, folder), _poppler(packet, outcome.pages, folder)
        if len(old) == len(new):  # else poppler can't read the original
            unlike = _unlike(old, new, exact=False)
            outcome.unlike["poppler"] = [
                one for one in unlike if not _same_larger(_poppler_larger, path, packet, one, exact=False)
            ]
    return outcome


def _with_undrawn_marks(path: Path) -> set[int]:
    """Pages with comments without an appearance: PDFium passes over most, poppler and packets draw them."""
    found = set[int]()
    with contextlib.suppress(pikepdf.PdfError), pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            marks = page.obj.get("/Annots", ())
            if any(isinstance(one, pikepdf.Dictionary) and "/AP" not in one for one in marks):
                found.add(number)
    return found


def _count(path: Path) -> int:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return 0
    count = len(document)
    document.close()
    return count


def _unseen(packet: Path) -> list[int]:
    from pipeline.packet.seen.page_views import views

    hidden = [number for number, view in enumerate(views(packet), start=1) if view.hidden]
    pictured = _pictured(packet)
    return [number for number in hidden if number not in pictured or not _words_show(packet, number)]


def _pictured(packet: Path) -> set[int]:
    """The pages of annexes that are shown as pictures, with the words laid over them unpainted."""
    found = set[int]()
    with pikepdf.open(packet) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            forms = entries(page.obj.Resources.get("/XObject"))
            inside = [entries(one.get("/Resources")).get("/XObject") for one in forms.values()]
            if any("/Picture" in entries(one) for one in (page.obj.Resources.get("/XObject"), *inside)):
                found.add(number)
    return found


def _words_show(packet: Path, number: int) -> bool:
    """Whether the picture of a page shows something, in any colour, where each of its words lies."""
    import pypdfium2

    document = pypdfium2.PdfDocument(packet)
    page = document[number - 1]
    picture = page.render(scale=_LARGER).to_pil().convert("RGB")
    text = page.get_textpage()
    shows = True
    for index in range(text.count_rects()):
        sides = [side * _LARGER for side in text.get_rect(index)]
        left, lower, right, upper = sides
        place = left - 1, picture.height - upper - 1, right + 1, picture.height - lower + 1
        piece = picture.crop(tuple(round(side) for side in place))
        if any(map(str.isalnum, text.get_text_bounded(*text.get_rect(index)))):
            shows &= any(high - low >= _SHOWS for low, high in piece.getextrema())
    document.close()
    return shows


def _pdfium(path: Path, count: int, *, forms: bool = False, dots: int = _DOTS, start: int = 0) -> list[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    if forms:
        document.init_forms()
    found = []
    for index in range(start, count):
        page = document[index]
        found.append(page.render(scale=dots / 72, grayscale=True).to_pil().convert("L"))
        page.close()
    document.close()
    return found


def _same_larger(
    draw: Callable[[Path, int], Any], path: Path, packet: Path, number: int, *, exact: bool = True
) -> bool:
    """Whether a page is the same when both are drawn larger.

    Small letters and thin lines fall on the grid of dots otherwise, above all where a page is now a picture.

    :param draw: draws a page of a file larger.
    """
    old, new = (draw(one, number) for one in (path, packet))
    return same(old.reduce(_LARGER), new.reduce(_LARGER), exact=exact)


def _pdfium_larger(path: Path, number: int) -> Any:
    return _pdfium(path, number, dots=_DOTS * _LARGER, start=number - 1)[0]


def _poppler_larger(path: Path, number: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        (page,) = _poppler(path, number, folder, start=number, dots=_DOTS * _LARGER)
        page.load()
    return page


def _poppler(path: Path, count: int, folder: str, *, start: int = 1, dots: int = _DOTS) -> list[Any]:
    from PIL import Image

    target = Path(tempfile.mkdtemp(dir=folder))
    command = [
        "pdftoppm",
        "-cropbox",
        "-r",
        str(dots),
        "-gray",
        "-f",
        str(start),
        "-l",
        str(count),
        str(path),
        str(target / "p"),
    ]
    subprocess.run(command, capture_output=True, check=False, timeout=100)
    return [Image.open(one).convert("L") for one in sorted(target.iterdir())]


def _unlike(old: Sequence[Any], new: Sequence[Any], *, exact: bool = True) -> list[int]:
    return [
        number
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1)
        if not same(one, other, exact=exact)
    ]


def same(old: Any, new: Any, *, exact: bool = True) -> bool:
    """Whether a page is found on its sheet, which may have grown by strips: the stamps are outside of it.

    :param exact: whether single dots count; where lines as thin as a dot are drawn by chance, they do not.
    """
    from pipeline.check.seen.boxes import Box
    from pipeline.packet.pdf.geometry import scale
    from pipeline.packet.pdf.stamp import BAND
    from pipeline.packet.seen.page_comparison import alike

    unit = round(new.width / old.width) if old.width >= _NARROW else 1
    if unit > 1:  # engines pass over the unit of a page (ISO 32000-1, table 30)
        new = new.resize((round(new.width / unit), round(new.height / unit)))
    elif new.width < old.width - 2:
        new = new.resize((old.width, round(new.height * old.width / new.width)))
    extra, left = new.height - old.height, max(new.width - old.width, 0) / 2
    band = round(BAND[1] * scale(Box(0, 0, new.width, new.height))) + 3
    for top in dict.fromkeys((0, extra, extra // 2, extra - extra // 2)):
        if top < 0:
            continue
        piece = new.crop((round(left), top, round(left) + old.width, top + old.height))
        # Where a margin was free the stamps stand in it.
        upper, lower = (0 if top > 2 else band), (0 if extra - top > 2 else band)
        inner = (0, min(upper, old.height // 2), old.width, max(old.height - lower, old.height // 2 + 1))
        one, other = old.crop(inner), piece.crop(inner)
        if (left or not exact) and min(one.size) > 3:  # it stands between two dots
            one, other = one.reduce(3), other.reduce(3)
        if alike(one, other):
            return True
    return False


def _summary(outcomes: Sequence[Outcome]) -> int:
    verdicts = Counter(one.verdict for one in outcomes)
    pages = sum(one.pages for one in outcomes)
    print(
        f"{len(outcomes)} PDFs, {pages} pages:",
        ", ".join(f"{n} {what}" for what, n in verdicts.most_common()),
    )
    codes = Counter(code for one in outcomes for code in set(one.codes))
    print(", ".join(f"{code} {count}" for code, count in codes.most_common()))
    return 1 if verdicts["different"] or verdicts["unseen text"] or verdicts["fault"] else 0


if __name__ == "__main__":
    sys.exit(main())
