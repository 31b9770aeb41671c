"""The fonts: which face draws what in a finished PDF, that none is the machine's, what none can draw."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from pipeline.files import cache
from pipeline.limits import FORKS
from pipeline.write.engine import fonts
from pipeline.write.engine.load import load
from tests.support.content_stream import instructions
from tests.support.paths import REPOSITORY

# One page each: what is set, with which CSS, and the fonts that draw it.
PAGES: dict[str, tuple[str, str, set[str]]] = {
    "latin": ("Përkohshme ç đ ₵ ₺ ✓ ⁶ ∑ ∞", "", {"Source-Serif-Pro"}),
    "spaces": ("10\u202f000\u00a0€ a\u2009b\u2003c re\u00adbuild", "", {"Source-Serif-Pro"}),
    "cyrillic": ("Приштина ѣ", "", {"Source-Serif-Pro"}),
    "italic": ("Nice title", "font-style: italic", {"Source-Serif-Cursive-Italic"}),
    "italic cyrillic": ("Приштина ѣ", "font-style: italic", {"Source-Serif-4-Italic"}),
    "italic maltese": ("ħ", "font-style: italic; font-weight: 700", {"Source-Serif-4-Bold-Italic"}),
    "semibold italic": (
        "a", "font-style: italic; font-weight: 600", {"Source-Serif-Cursive-Semi-Bold-Italic"},
    ),
    "semibold": ("a", "font-weight: 600", {"Source-Serif-Pro-Semi-Bold"}),
    "bold": ("a", "font-weight: 700", {"Source-Serif-Pro-Bold"}),
    "polytonic": ("ἀρχή ᾧ", "", {"Source-Serif-Pro", "Noto-Serif"}),
    "polytonic italic": ("ἀᾧ", "font-style: italic", {"Noto-Serif-Italic"}),
    "non-breaking hyphen": ("\u2011", "", {"Noto-Serif"}),
    "mathematics": ("𝔸∈∀⇒⟨⟩ ↩", "", {"STIX-Two-Math"}),
    "emoji": ("😀👩‍🚀🇧🇪", "", {"Noto-Emoji"}),
    "arabic": ("السلام", "", {"Noto-Sans-Arabic"}),
    "hebrew": ("שלום", "", {"Noto-Sans-Hebrew"}),
    "devanagari": ("क्षत्रिय", "", {"Noto-Sans-Devanagari"}),
    "chinese, japanese, korean": ("漢字かなの한글", "", {"Noto-Sans-CJK-JP"}),
    "small capitals": ("a", "font-variant-caps: small-caps", {"Source-Serif-Pro-Small-Caps"}),
    "sans": ("Përkohshme Приштина ἀρχή", f"font-family: {fonts.SANS}", {"Source-Sans-Pro"}),
    "sans italic": ("a", f"font: italic 10pt {fonts.SANS}", {"Source-Sans-Pro-Italic"}),
    "sans semibold": ("a", f"font: 600 10pt {fonts.SANS}", {"Source-Sans-Pro-Semi-Bold"}),
    "sans light": ("a", f"font: 300 10pt {fonts.SANS}", {"Source-Sans-Pro-Light"}),
    "sans, beyond": ("ɏ", f"font-family: {fonts.SANS}", {"Noto-Sans"}),
    "code": ("┌─┐│█▒ → ↩", f"font-family: {fonts.MONO}", {"IBM-Plex-Mono"}),
    "code italic": ("a", f"font: italic 10pt {fonts.MONO}", {"IBM-Plex-Mono-Italic"}),
    "generic serif": ("a", "font-family: serif", {"Source-Serif-Pro"}),
    "generic sans": ("a", "font-family: sans-serif", {"Source-Sans-Pro"}),
    "generic mono": ("a", "font-family: monospace", {"IBM-Plex-Mono"}),
    # The machine has these, with a bold italic; ours stand in, or the one file of ours that has the name.
    "liberation": ("a", "font: 10pt 'Liberation Serif'", {"Source-Serif-Pro"}),
    "dejavu serif": ("a", "font: 10pt 'DejaVu Serif'", {"Source-Serif-Pro"}),
    "dejavu sans": ("a", "font: italic 700 10pt 'DejaVu Sans'", {"DejaVu-Sans"}),
    "nowhere": ("a", "font-family: Nowhere, cursive, system-ui", {"Source-Serif-Pro"}),
    "nothing has it": ("\U00013000", "", set()),
}  # fmt: skip

RENDER = """
import json, sys
from pathlib import Path
from pipeline.files import cache
from pipeline.limits import FORKS
from pipeline.write.engine import fonts
from pipeline.write.engine.load import load
cache, target, pages = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
fonts.configure(cache)
import weasyprint
body = "".join(f'<p style="{css}">{text}</p>' for text, css in pages)
style = "@page { size: 12cm 4cm; margin: 5mm } p { break-after: page; font-family: " + fonts.SERIF + " }"
html = weasyprint.HTML(string=f"<html lang=en><title>x</title><style>{style}</style>{body}")
html.write_pdf(target, pdf_variant="pdf/a-3a")
"""


def _start(folder: Path, **environment: str) -> tuple[subprocess.Popen[str], Path]:
    target = folder / "fonts.pdf"
    pages = json.dumps([(text, css.replace('"', "'")) for text, css, _ in PAGES.values()])
    command = [sys.executable, "-c", RENDER, str(folder / "cache"), str(target), pages]
    variables = os.environ | {
        "PYTHONPATH": str(REPOSITORY), "SOURCE_DATE_EPOCH": "1700000000", **environment
    }  # fmt: skip
    folder.mkdir()
    return subprocess.Popen(command, cwd=folder, env=variables, text=True, stderr=subprocess.PIPE), target


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same pages, set at once by two processes that differ in everything that must not matter."""
    base = tmp_path_factory.mktemp("fonts")
    runs = [
        _start(base / "one", PYTHONHASHSEED="1", LC_ALL="C", LANGUAGE="en"),
        _start(
            base / "another & longer", PYTHONHASHSEED="2", LC_ALL="C.UTF-8", LANGUAGE="ja:ar", FC_LANG="ja"
        ),
    ]
    for process, _ in runs:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    return runs[0][1], runs[1][1]


def _shown(page: pikepdf.Page) -> dict[str, tuple[pikepdf.Object, list[bytes]]]:
    """What a page shows: by the font's name (without the letters that mark a subset) its two-byte codes."""
    shown: dict[str, tuple[pikepdf.Object, list[bytes]]] = {}
    codes: list[bytes] = []
    for operands, operator in instructions(page):
        if str(operator) == "Tf":
            font = page.obj.Resources.Font[operands[0]]
            codes = shown.setdefault(re.sub(r"^/[A-Z]{6}\+", "", str(font.BaseFont)), (font, []))[1]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    codes += re.findall(rb"..", bytes(part), re.DOTALL)
    return {name: (font, codes) for name, (font, codes) in shown.items() if codes}


def _is_missing(font: pikepdf.Object, code: bytes) -> bool:
    """Whether a code leads to .notdef: it is 0, or WeasyPrint's encoding for missing glyphs says so."""
    if font.Encoding == pikepdf.Name("/Identity-H"):
        return code == b"\0\0"
    return re.search(rb"<%s> 0\n" % code.hex().encode(), font.Encoding.read_bytes()) is not None


def test_each_text_is_drawn_by_the_face_meant_for_it(rendered: tuple[Path, Path]) -> None:
    with pikepdf.open(rendered[0]) as pdf:
        drawn = {name: set(_shown(page)) for name, page in zip(PAGES, pdf.pages, strict=True)}
    expected = {name: faces for name, (_, _, faces) in PAGES.items() if faces}
    assert {name: drawn[name] for name in expected} == expected


def test_a_glyph_is_missing_where_coverage_says_so_and_nowhere_else(rendered: tuple[Path, Path]) -> None:
    with pikepdf.open(rendered[0]) as pdf:
        missing = {
            name
            for name, page in zip(PAGES, pdf.pages, strict=True)
            for font, codes in _shown(page).values()
            if any(_is_missing(font, code) for code in codes)
        }
    uncovered = {name for name, (text, _, _) in PAGES.items() if fonts.uncovered(text)}
    assert missing == uncovered == {"nothing has it"}


def test_every_font_is_embedded_and_every_page_has_ink(rendered: tuple[Path, Path]) -> None:
    with pikepdf.open(rendered[0]) as pdf:
        for page in pdf.pages:
            for font, _ in _shown(page).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    document = pypdfium2.PdfDocument(rendered[0])
    for name, page in zip(PAGES, document, strict=True):
        darkest, _ = page.render(scale=2).to_pil().convert("L").getextrema()
        assert darkest < 128, name
        page.close()
    document.close()


def test_text_comes_back_out(rendered: tuple[Path, Path]) -> None:
    document = pypdfium2.PdfDocument(rendered[0])
    for name in (
        "cyrillic",
        "italic cyrillic",
        "mathematics",
        "chinese, japanese, korean",
        "semibold italic",
    ):
        page = document[list(PAGES).index(name)]
        text = page.get_textpage().get_text_bounded()
        assert text.strip() == PAGES[name][0], name
        page.close()
    document.close()


def test_the_bytes_depend_on_nothing_of_the_machine(rendered: tuple[Path, Path]) -> None:
    first, second = (path.read_bytes() for path in rendered)
    assert first == second
    assert str(rendered[0].parent.parent).encode() not in first


def test_fontconfig_knows_our_files_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget(monkeypatch)
    fonts.configure(tmp_path)
    # Asked through its own library, in a process that has never loaded it, and from another folder than that
    # of the fonts: fontconfig 2.15 read a pattern without a slash as one of the current folder.
    script = """
import ctypes, ctypes.util, os
library = ctypes.CDLL(ctypes.util.find_library("fontconfig") or "libfontconfig.so.1")
class FontSet(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int), ("size", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p))]
library.FcConfigGetFonts.restype = ctypes.POINTER(FontSet)
library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
get = library.FcPatternGetString
get.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]
config = ctypes.c_void_p(library.FcInitLoadConfigAndFonts())
for kind in (0, 1):
    found = library.FcConfigGetFonts(config, kind)
    for index in range(found.contents.count if found else 0):
        for key in (b"file", b"family"):
            value = ctypes.c_char_p()
            get(found.contents.fonts[index], key, 0, value)
            print(key.decode(), value.value.decode())
"""
    command = [sys.executable, "-c", script]
    output = subprocess.run(
        command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    found = {(key, value) for key, _, value in (line.partition(" ") for line in output.splitlines())}
    assert {value for key, value in found if key == "file"} == {str(path) for path in fonts.files()}
    families = {value for key, value in found if key == "family"}
    assert families - set(fonts.FALLBACK) == {"Source Serif Cursive", "Source Serif 4"}
    assert set(fonts.FALLBACK) <= families


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a fresh process; and what `configure` sets in this one is undone after the test."""
    for name in ("FONTCONFIG_FILE", "FONTCONFIG_SYSROOT", "PANGO_LANGUAGE"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(fonts, "_WRITTEN", set())
    monkeypatch.delitem(sys.modules, "weasyprint.text.fonts", raising=False)


def test_configure_writes_once_and_repairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget(monkeypatch)
    fonts.configure(tmp_path / "new" / "folder")
    target = Path(os.environ["FONTCONFIG_FILE"])
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == [target.name]
    assert "FONTCONFIG_SYSROOT" not in os.environ
    before = target.stat()
    fonts.configure(tmp_path / "new" / "folder")
    assert target.stat() == before
    whole = target.read_bytes()
    target.write_bytes(whole[:100])
    fonts.configure(tmp_path / "new" / "folder")
    assert target.read_bytes() == whole


def test_a_relative_folder_means_the_same_wherever_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forget(monkeypatch)
    monkeypatch.chdir(tmp_path)
    fonts.configure(Path("cache"))
    assert Path(os.environ["FONTCONFIG_FILE"]).parent == tmp_path / "cache"


def test_configure_comes_before_weasyprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget(monkeypatch)
    monkeypatch.setitem(sys.modules, "weasyprint.text.fonts", sys)
    with pytest.raises(RuntimeError, match="before weasyprint"):
        fonts.configure(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint.text.fonts")
    fonts.configure(tmp_path)
    monkeypatch.setitem(sys.modules, "weasyprint.text.fonts", sys)
    fonts.configure(tmp_path / "another")
    assert Path(os.environ["FONTCONFIG_FILE"]).parent == tmp_path / "another"


def test_a_child_may_configure_what_its_parent_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget(monkeypatch)
    fonts.configure(tmp_path)
    monkeypatch.setattr(fonts, "_WRITTEN", set())
    monkeypatch.setitem(sys.modules, "weasyprint.text.fonts", sys)
    fonts.configure(tmp_path)


@pytest.mark.slow
def test_many_processes_may_write_one_folder(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from pipeline.write.engine import fonts\n"
        "for _ in range(50):\n"
        "    fonts.configure(Path(sys.argv[1]))\n"
        "    assert Path(os.environ['FONTCONFIG_FILE']).read_text().endswith('</fontconfig>\\n')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    variables = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    processes = [subprocess.Popen(command, env=variables) for _ in range(4)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forget(monkeypatch)
    fonts.files.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RuntimeError, match="font-source-serif-pro is not installed"):
        fonts.configure(tmp_path)
    with pytest.raises(RuntimeError, match="font-source-serif-pro is not installed"):
        fonts.uncovered("x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Përkohshme — “Kosovo”\r\n\t",
        "\u00a0\u2003\u202f\u2009\u3000\u1680\u2028",  # spaces of any width
        "re\u00adbuild \u200b\u200c\u200d\u2060\ufeff",  # soft hyphen, joiners
        "❤\ufe0f 👩\u200d🚀 🏴\U000e0067\U000e0062\U000e007f",  # selectors and tags
        "\u202a\u202b\u2066\u2069\u061c\u200e",  # direction
        "\x00\x1f\x7f\x85",  # controls
        "\ud800",  # not a character at all
        "ѣ\u0301 ą\u0302 ἀ ⁶ ✓ ∑ 𝔸 漢 한 ↩",
        "".join(text for name, (text, _, _) in PAGES.items() if name != "nothing has it"),
    ],
)
def test_covered(text: str) -> None:
    assert fonts.uncovered(text) == {}


def test_uncovered_gives_each_character_once_where_it_first_is() -> None:
    text = "a\U00013000b\ue000\U00013000\ue000\u0378"
    assert list(fonts.uncovered(text).items()) == [("\U00013000", 1), ("\ue000", 3), ("\u0378", 6)]


def test_a_mark_that_no_font_has_is_found_and_a_mark_of_arabic_that_shows_is_looked_up() -> None:
    assert fonts.uncovered("a\u0730") == {"\u0730": 1}
    assert fonts.uncovered("\u0600") == {}
    assert fonts.uncovered("\U000110bd") == {"\U000110bd": 0}


def test_plain_text_opens_one_font(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = TTFont

    def counting(path: Path, **options: bool) -> object:
        opened.append(path.name)
        return original(path, **options)

    monkeypatch.setattr(fonts, "TTFont", counting)
    fonts._characters.cache_clear()
    fonts.uncovered("Belgium recognised Kosovo on 24 February 2008; Përshëndetje, Приштина.")
    assert opened == ["SourceSerifPro-Regular.ttf"]
    fonts.uncovered("again, with ἀ")
    assert opened == ["SourceSerifPro-Regular.ttf", "SourceSansPro-Regular.ttf"]


def test_styles_draw_nothing_that_the_uprights_do_not() -> None:
    upright = {name for package in fonts._PACKAGES for name in package.upright}
    have: dict[bool, set[int]] = {True: set(), False: set()}
    for path in fonts.files():
        have[path.name in upright] |= fonts._characters(path)
    assert len(have[False] - have[True]) <= 2


# Found once ----------------------------------------------------------------------------------------------


def test_fonts_are_found_once_in_a_process_and_those_of_a_desk_for_each_document() -> None:
    load(cache.folder())
    ours = fonts.found(own=False)
    assert fonts.found(own=False) is ours
    theirs = fonts.found(own=True)
    assert theirs is not ours
    assert fonts.found(own=True) is not theirs


@pytest.mark.skipif(not FORKS, reason="processes are started anew here")
def test_a_forked_process_finds_fonts_of_its_own() -> None:
    """Pango asks fontconfig in a thread, which is not forked: a face that is new would be waited for."""
    load(cache.folder())
    ours = fonts.found(own=False)
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(_is_found, (id(ours),)) is False


def _is_found(number: int) -> bool:
    return id(fonts.found(own=False)) == number
