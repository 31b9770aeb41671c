"""The fixtures of all tests: a small article around a text, and the switch that accepts new goldens."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipeline.build import FORMATS, Order, Result, build_one, load_all
from pipeline.desk import Desk, at
from pipeline.files import cache
from pipeline.read.reader import parse_text, read
from pipeline.write.epub.edition import write_epub
from tests.support import one_process as processes
from tests.support.articles import HEAD, Editions, Parsed, Read, below_head, shared
from tests.support.paths import DATA, REPOSITORY
from tests.support.readback import EpubFile, PdfFile
from tests.support.references import OTHER, dot, spread

# One cache of font data for all tests, and for the commands that they run elsewhere.
os.environ.setdefault("DESPATCH_CACHE", str(REPOSITORY / "build" / ".cache"))

MANY = 300
"""Tests of a run, from which on it is worth its time to load at once what building needs."""

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True, database=None)
settings.register_profile("all", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile("fuzz", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def parse() -> Callable[[str], Parsed]:
    """Parse a text that follows the `HEAD`."""

    def parse_body(text: str) -> Parsed:
        document, findings = parse_text(HEAD + text)
        return Parsed(document, below_head(findings))

    return parse_body


@pytest.fixture
def read_text_article(tmp_path: Path) -> Callable[..., Read]:
    """Write a text that follows the `HEAD` to a file and read that. Images: see `images`."""

    def read_body(text: str, *, draft: bool = False) -> Read:
        path = tmp_path / "article.rst"
        path.write_text(HEAD + text, encoding="utf-8", newline="")
        article, findings = read(path, draft=draft)
        return Read(article, below_head(findings), findings)

    return read_body


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """The folder of `read_text_article`, with ``dot.png``, ``dot.jpg``, ``dot.gif`` and ``dot.svg`` in it."""
    from PIL import Image

    for ending in ("png", "jpg", "gif"):
        Image.new("RGB", (4, 3), "navy").save(tmp_path / f"dot.{ending}")
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>\n')
    return tmp_path


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Build a text (what follows the `HEAD`, or a whole article), once for all tests that ask for it."""

    def build_text(
        text: str,
        files: Mapping[str, bytes] | None = None,
        *,
        whole: bool = False,
        draft: bool = False,
        paper: str | None = None,
        formats: tuple[str, ...] = FORMATS,
    ) -> Result:
        written = {"article.rst": (text if whole else HEAD + text).encode(), **(files or {})}

        def make(folder: Path) -> None:
            path = folder / "source" / "article.rst"
            for name, data in written.items():
                target = path.parent / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            result = build_one(path, Order(formats, folder, draft, paper, attachments=formats == FORMATS))
            (folder / "result").write_bytes(pickle.dumps(result))

        key = pickle.dumps((sorted(written.items()), draft, paper, formats))
        folder = shared(tmp_path_factory, hashlib.sha256(key).hexdigest()[:16], make)
        result: Result = pickle.loads((folder / "result").read_bytes())
        assert not result.failed, [str(finding) for finding in result.findings]
        return result

    return build_text


@pytest.fixture(scope="session")
def print_edition(finished: Callable[..., Result]) -> Callable[..., PdfFile]:
    """Make and read the print edition of a text; arguments as for `finished`."""

    def make(text: str, files: Mapping[str, bytes] | None = None, **how: Any) -> PdfFile:
        return PdfFile(finished(text, files, formats=("pdf",), **how).outputs[0].path.read_bytes())

    return make


@pytest.fixture(scope="session")
def ebook_edition(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., EpubFile]:
    """Make and read the ebook edition of a text; arguments as for `finished`.

    No pages are set for it, and so it has no page list.
    """

    def make(
        text: str, files: Mapping[str, bytes] | None = None, *, whole: bool = False, draft: bool = False
    ) -> EpubFile:
        folder = tmp_path_factory.mktemp("ebook")
        for name, data in {"article.rst": (text if whole else HEAD + text).encode(), **(files or {})}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        article, findings = read(folder / "article.rst", draft=draft)
        errors = [str(finding) for finding in findings if finding.is_error]
        assert article is not None, errors
        assert draft or not errors, errors
        return EpubFile(write_epub(article)[0])

    return make


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    """The files that ``data/kitchen.rst`` names, by path beside it."""
    from io import BytesIO

    from PIL import Image

    def draw(kind: str, colour: str) -> bytes:
        buffer = BytesIO()
        Image.new("RGB", (40, 30), colour).save(buffer, kind)
        return buffer.getvalue()

    circle = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    return {
        "a picture.png": draw("PNG", "navy"),
        "größe/bild.jpg": draw("JPEG", "maroon"),
        "drawing.svg": circle,
    }


@pytest.fixture(scope="session")
def kitchen(finished: Callable[..., Result], pictures: dict[str, bytes]) -> Editions:
    """Both editions of ``data/kitchen.rst``, the article that has everything."""
    text = (DATA / "kitchen.rst").read_text(encoding="utf-8")
    result = finished(text, pictures, whole=True)
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    return Editions(result, PdfFile(pdf), EpubFile(epub))


@pytest.fixture(scope="session")
def references(finished: Callable[..., Result]) -> Editions:
    """Both editions of ``data/references.rst``."""
    text = spread((DATA / "references.rst").read_text(encoding="utf-8"))
    result = finished(text, {"dot.png": dot(), "other.rst": OTHER.encode()}, whole=True)
    made = {output.path.suffix: output.path.read_bytes() for output in result.outputs}
    return Editions(result, PdfFile(made[".pdf"]), EpubFile(made[".epub"]))


@pytest.fixture(scope="module")
def one_process() -> Iterator[None]:
    """Let calls run here that have a process of their own elsewhere (tests/test_limits.py): also those that
    make what the tests of a module share.

    It is not for tests with a cache of their own, where this process would look for its fonts, nor for
    tests whose calls set limits of the system.
    """
    with processes.one_process():
        yield


def pytest_collection_finish(session: pytest.Session) -> None:
    """Where many tests run, load what building needs once, for all processes that are forked for a build.

    Look for garbage less often, and not among what lasts as long as the tests: it took a sixth.
    """
    if len(session.items) > MANY:
        load_all(cache.folder())
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--accept``: write what the code makes now into the golden files."""
    parser.addoption("--accept", action="store_true", help="accept what the code writes now as goldens")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or write it there (``--accept``, ``DESPATCH_ACCEPT=goldens``)."""
    accept = request.config.getoption("--accept") or os.environ.get("DESPATCH_ACCEPT") == "goldens"

    def compare(path: Path, text: str) -> None:
        if accept:
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"there is no {path.name}: run `make goldens` and read what it writes"
        assert text == path.read_text(encoding="utf-8"), (
            f"{path.name} differs: `make goldens` accepts the new text"
        )

    return compare


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A desk whose look is empty: its ``styles``, which is the current one."""
    folder = tmp_path / "styles"
    folder.mkdir()
    with at(Desk(tmp_path, folder)):
        yield folder
