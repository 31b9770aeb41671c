"""Every construct at every size on one HTML page, for looking: `make gallery`.

    python -m tests.support.gallery [ARTICLE...]

The kitchen sink and the small articles of ``golden``, one construct each: printed on A4 and on Letter; as an
ebook on a phone, on a tablet, in the dark, with forced colours and without any style sheet (Chromium); and as
MuPDF draws it. Writes ``build/gallery/index.html``, which nobody commits.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import pypdfium2

from pipeline.build import Order, Result, build_one
from tests.support.paths import DATA, REPOSITORY
from tests.support.reading import said, unpacked

OUT: Final = REPOSITORY / "build" / "gallery"
PAPERS: Final = ("a4", "letter")
PHONE: Final = 390
"""The width of a phone, in CSS pixels."""
VIEWS: Final[tuple[dict[str, Any], ...]] = (
    {"name": "phone", "width": PHONE, "height": 844},
    {"name": "tablet", "width": 820, "height": 1160},
    {"name": "dark", "width": PHONE, "height": 844, "scheme": "dark"},
    {"name": "forced", "width": PHONE, "height": 844, "scheme": "dark", "forced": True},
    {"name": "bare", "width": PHONE, "height": 844, "styled": False},
)
MUPDF: Final = (PHONE, 700, 16)
"""Width and height of a screen, and size of type, as MuPDF is asked for them."""
_SCALE: Final = 0.75
_SHARE: Final = 0.5
_HEAD: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>Gallery</title><style>
body { font-family: sans-serif; margin: 1em; background: #ddd }
h2 { margin-top: 3em } h3 { margin: 1.5em 0 0.3em; font-size: 1em }
.row { display: flex; gap: 8px; overflow-x: auto; align-items: flex-start }
figure { margin: 0; flex: none } figcaption { font-size: 0.75em }
img { display: block; background: white; border: 1px solid #999; max-width: 46vw }
</style></head><body>
<h1>Every construct, as readers see it</h1>
"""


def articles() -> list[Path]:
    """The kitchen sink, and the articles that have one construct each."""
    golden = sorted((REPOSITORY / "tests" / "golden").glob("*.rst"))
    return [DATA / "kitchen-sink.rst", *(path for path in golden if not path.stem.startswith("draft"))]


def built(article: Path, folder: Path, paper: str) -> Result:
    """Build an article for a paper.

    :raises AssertionError: when it can't be built.
    """
    formats = ("pdf", "epub") if paper == PAPERS[0] else ("pdf",)
    result = build_one(article, Order(formats, folder / paper, paper=paper))
    assert not result.failed, [str(finding) for finding in result.findings]
    return result


def printed(pdf: Path, folder: Path, name: str) -> list[str]:
    """Pictures of the pages of a print edition, by their names in a folder."""
    names = []
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        names.append(f"{name}-{number}.png")
        page.render(scale=_SCALE).to_pil().save(folder / names[-1])
    document.close()
    return names


def opened(epub: Path, width: int) -> Any:
    """An ebook as MuPDF lays it out on a screen so many CSS pixels wide."""
    import pymupdf

    document: Any = pymupdf.open(epub)  # type: ignore[no-untyped-call]
    document.layout(width=width, height=MUPDF[1], fontsize=MUPDF[2])
    return document


def drawn_by_mupdf(epub: Path, folder: Path, name: str) -> list[str]:
    """Pictures of the screens that MuPDF makes of an ebook."""
    names = []
    with opened(epub, MUPDF[0]) as document:
        for number, page in enumerate(document, 1):
            names.append(f"{name}-mupdf-{number}.png")
            page.get_pixmap().save(folder / names[-1])
    return names


def words_over_words(epub: Path, width: int = PHONE) -> Iterator[str]:
    """Words that MuPDF draws over each other: columns that overlap."""
    with opened(epub, width) as document:
        for number, page in enumerate(document, 1):
            words = sorted(page.get_text("words"), key=lambda word: word[1])
            for index, (left, top, right, bottom, text, *_) in enumerate(words):
                for other in words[index + 1 :]:
                    if other[1] >= bottom:
                        break
                    across = min(right, other[2]) - max(left, other[0])
                    down = min(bottom, other[3]) - max(top, other[1])
                    least = min(
                        (right - left) * (bottom - top), (other[2] - other[0]) * (other[3] - other[1])
                    )
                    if across > 0 and down > 0 and across * down > _SHARE * least:
                        yield f"screen {number}: {text} / {other[4]}"


def seen(epubs: dict[str, Path], folder: Path, *, pictures: bool = True) -> list[dict[str, Any]]:
    """What Chromium shows of ebooks in each of the views, with pictures in the folder.

    :param epubs: by the name that their pictures begin with.
    """
    pages = []
    for name, epub in epubs.items():
        place = folder / "unpacked" / name
        shutil.rmtree(place, ignore_errors=True)
        for path in unpacked(epub, place):
            pages.append({"name": f"{name}-{path.stem}", "address": path.as_uri()})
    views = [{**view, "pictures": pictures} for view in VIEWS]
    found: list[dict[str, Any]] = said(
        "gallery.mjs", {"pages": pages, "views": views, "folder": str(folder)}, seconds=1200
    )
    return found


def main(arguments: list[str]) -> int:
    """Write the gallery."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    chosen = [Path(name) for name in arguments] or articles()
    epubs, strips = {}, {}
    for article in chosen:
        name = article.stem
        results = [built(article, OUT / "built", paper) for paper in PAPERS]
        epubs[name] = next(one.path for one in results[0].outputs if one.path.suffix == ".epub")
        strips[name] = {
            paper: printed(result.outputs[0].path, OUT, f"{name}-{paper}")
            for paper, result in zip(PAPERS, results, strict=True)
        } | {"MuPDF": drawn_by_mupdf(epubs[name], OUT, name)}
        print(f"gallery: {name}", flush=True)
    report = seen(epubs, OUT)
    lines = [_HEAD]
    for name in epubs:
        lines.append(f"<h2>{escape(name)}</h2>")
        lines += _constructs([one for one in report if one["page"].startswith(f"{name}-")])
        for kind, names in strips[name].items():
            lines += [f"<h3>{kind}</h3>", '<div class="row">', *(_figure(one, "") for one in names), "</div>"]
    lines.append("</body></html>\n")
    (OUT / "index.html").write_text("\n".join(lines), encoding="utf-8")
    for one in report:
        for kind in ("faint", "wide", "covered"):
            for what in one[kind]:
                print(f"{one['page']}, {one['view']}: {kind}: {what}")
    print(f"gallery: {OUT / 'index.html'}")
    return 0


def _constructs(report: list[dict[str, Any]]) -> Iterator[str]:
    """A row for each part of an article, with its picture in each of the views."""
    for page in dict.fromkeys(one["page"] for one in report):
        views = [one for one in report if one["page"] == page]
        for number, part in enumerate(views[0]["parts"]):
            yield f'<h3>{escape(part["title"])}</h3><div class="row">'
            for view in views:
                if number < len(view["parts"]):
                    yield _figure(view["parts"][number]["picture"], view["view"])
            yield "</div>"


def _figure(name: str, caption: str) -> str:
    image = f'<img src="{escape(name)}" alt="" loading="lazy"/>'
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
