"""Random drawings, papers, markings and changes: nothing hidden comes in, nothing is lowered, all is told.

A few of each in the quick tests; ``make fuzz`` draws thousands.
"""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.stitch.verify import _verify
from pipeline.svg.faults import refusal
from pipeline.svg.rewrite import written_anew
from tests.packet.test_markings import faults, source
from tests.support.drawn_papers import annotate, everything, form, layer, line, paper
from tests.support.packet_papers import codes, prepared, words
from tests.support.packets import sample
from tests.support.papers_of_others import same
from tests.support.random_check import SLOW

FUZZ = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
pytestmark = [pytest.mark.fuzz] if FUZZ else []
"""``make fuzz`` runs what is marked so, and they draw thousands there; otherwise a few."""
MANY, SOME, FEW = (5000, 600, 250) if FUZZ else (60, 5, 4)

# Drawings ------------------------------------------------------------------------------------------------

SVG = "http://www.w3.org/2000/svg"
_SPACES = ("", "s:", "h:", "x:", "f:")
_NAMES = (
    "g",
    "rect",
    "path",
    "image",
    "use",
    "a",
    "script",
    "style",
    "foreignObject",
    "iframe",
    "animate",
    "set",
    "text",
)
_ATTRIBUTES = st.sampled_from(
    (
        'onload="alert(1)"',
        'onclick="a()"',
        'style="fill:url(http://e.org/a)"',
        'href="javascript:alert(1)"',
        'xlink:href="http://example.org/a.png"',
        'f:secret="SECRETNAME"',
        'xml:base="http://example.org/"',
        'x="1"',
        'width="9"',
        'href="#a"',
        'id="a"',
        'd="M0 0h3"',
        'fill="red"',
        'src="http://e.org"',
        'fill="&e;"',
    )
)
_SUBSETS = st.sampled_from(
    (
        '<!ATTLIST rect onload CDATA "alert(1)">',
        '<!ATTLIST g style CDATA "fill:red">',
        '<!ENTITY e "SECRETNAME">',
        '<!ENTITY % p SYSTEM "http://example.org/p.dtd"> %p;',
        "<!ELEMENT g ANY>",
        "<?target SECRETNAME?>",
        '<!ATTLIST use href CDATA #FIXED "http://example.org/a">',
        '<!NOTATION n SYSTEM "n">',
        "<!-- SECRETNAME -->",
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
    )
)
_ODD = st.sampled_from(
    (
        "<!-- SECRETNAME -->",
        "<?xml-stylesheet href='http://e.org'?>",
        "<?php SECRETNAME ?>",
        "&e;",
        "text",
        "<![CDATA[<script>]]>",
        "&#x202e;",
        "<f:note>SECRETNAME</f:note>",
        "<h:script>alert(1)</h:script>",
    )
)


@st.composite
def _elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(st.sampled_from(_SPACES)) + draw(st.sampled_from(_NAMES))
    attributes = " ".join(dict.fromkeys(draw(st.lists(_ATTRIBUTES, max_size=3))))
    inner = st.one_of(_ODD, _elements(depth + 1)) if depth < 3 else _ODD
    return f"<{name} {attributes}>{''.join(draw(st.lists(inner, max_size=3)))}</{name}>"


@st.composite
def drawings(draw: st.DrawFn) -> bytes:
    subset = "".join(draw(st.lists(_SUBSETS, max_size=3)))
    head = draw(
        st.sampled_from(("", '<?xml version="1.0"?>', "<!-- a -->", "<?xml-stylesheet href='a.css'?>"))
    )
    doctype = f"<!DOCTYPE svg [{subset}]>" if subset else draw(st.sampled_from(("", "<!DOCTYPE svg>")))
    spaces = f'xmlns="{SVG}" xmlns:s="{SVG}" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:x="urn:x"'
    body = "".join(draw(st.lists(_elements(), max_size=3)))
    spaces += ' xmlns:f="urn:f" xmlns:xlink="http://www.w3.org/1999/xlink"'
    text = f'{head}{doctype}<svg {spaces} viewBox="0 0 9 9">{body}</svg>'
    return (text + draw(st.sampled_from(("", "<?php SECRETNAME ?>", "<!-- SECRETNAME -->")))).encode()


@pytest.mark.slow
@settings(max_examples=MANY, suppress_health_check=SLOW)
@given(drawings())
def test_a_drawing_that_is_packed_holds_what_was_checked_and_nothing_else(raw: bytes) -> None:
    if refusal(raw) is not None:
        return
    packed = written_anew(raw)
    assert refusal(packed) is None
    assert not {
        mark for mark in (b"<!DOCTYPE", b"<!ENTITY", b"<!--", b"<?php", b"<?xml-s", b"&e;") if mark in packed
    }
    # As a browser's parser reads it: with entities, and with what a document type would add.
    top = etree.fromstring(
        packed, etree.XMLParser(resolve_entities=True, attribute_defaults=True, no_network=True)
    )
    for element in top.iter():
        assert etree.QName(element).namespace == SVG
        assert etree.QName(element).localname not in {"script", "foreignObject", "iframe"}
        for key, value in element.attrib.items():
            assert not etree.QName(key).localname.startswith("on")
            assert not value.strip().lower().startswith(("javascript:", "http:", "https:", "file:"))
            assert "example.org" not in value
            assert "e.org" not in value
    assert written_anew(packed) == packed


# Papers --------------------------------------------------------------------------------------------------

_COLOURS = ("1 0 0 rg", "0 0 1 rg", "0 0.5 0 rg", "1 1 0 rg", "0 g")


_MARK = st.tuples(
    st.sampled_from(("Stamp", "FreeText", "Square", "Highlight", "Text", "Widget", "Link")),
    st.integers(0, 3),
    st.integers(0, 4),
    st.sampled_from((4, 4, 4, 0, 2, 6, 32, 36, 1)),
    st.integers(-1, 2),
    st.sampled_from(_COLOURS),
)
_PAPERS = st.tuples(st.lists(st.booleans(), max_size=3), st.lists(_MARK, max_size=4), st.booleans())
"""Layers with words; annotations with pictures of their own, some of them not shown; whether in forms."""


def _change(layers: list[bool], marks: list[Any], inside: bool) -> Callable[[Pdf, Any], object]:
    def change(pdf: Pdf, page: Any) -> None:
        content = page.Contents.read_bytes()
        for number, on in enumerate(layers):
            layer(pdf, page, f"L{number}", on=on)
            text = line(f"{'SHOWN' if on else 'SECRETNAME'} {number}", y=500 - 30 * number)
            marked = b"/OC /L%d BDC\n" % number + text + b"EMC\n"
            if inside:
                made = form(pdf, marked)
                made.Resources.Properties = page.Resources.Properties
                if "/XObject" not in page.Resources:
                    page.Resources.XObject = Dictionary()
                page.Resources.XObject[f"/X{number}"] = made
                marked = f"/X{number} Do\n".encode()
            content += marked
        page.Contents = pdf.make_stream(content)
        for number, mark in enumerate(marks):
            _mark(pdf, page, number, mark, len(layers))

    return change


def _mark(pdf: Pdf, page: Any, number: int, mark: Any, layers: int) -> None:
    kind, across, up, flags, own, colour = mark
    box = (80 + 110 * across, 100 + 70 * up, 170 + 110 * across, 150 + 70 * up)
    drawn = form(pdf, f"{colour} 0 0 90 50 re f".encode(), (0, 0, 90, 50))
    more: dict[str, Any] = {"AP": Dictionary(N=drawn)}
    if 0 <= own < layers:
        more["OC"] = page.Resources.Properties[f"/L{own}"]
    if kind == "Widget":
        more |= {"FT": Name.Tx, "T": String(f"f{number}"), "V": String("x")}
    if kind == "Link":
        more["A"] = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    made = annotate(pdf, page, kind, box, **more)
    # Viewers do not agree on fields that are "invisible".
    made.F = 4 if kind == "Widget" and flags == 1 else flags
    if kind == "Widget":
        if "/AcroForm" not in pdf.Root:
            pdf.Root.AcroForm = Dictionary(Fields=Array([]))
        pdf.Root.AcroForm.Fields.append(made)


def _drawn(path: Path, *, forms: bool = False) -> Any:
    """The page at 60 dpi, as PDFium draws it."""
    document = pypdfium2.PdfDocument(path)
    if forms:
        document.init_forms()
    picture = document[0].render(scale=60 / 72, grayscale=True).to_pil().convert("L")
    document.close()
    return picture


@settings(max_examples=SOME, suppress_health_check=SLOW)
@given(_PAPERS)
def test_a_paper_shows_in_the_packet_what_it_showed(how: tuple[list[bool], list[Any], bool]) -> None:
    layers, marks, inside = how
    data = paper(line("Always there"), _change(layers, marks, inside))
    # PDFium draws marks of layers that are off, which ISO 32000-1, 12.5.2, hides.
    shown = [mark for mark in marks if not 0 <= mark[4] < len(layers) or layers[mark[4]]]
    as_seen = paper(line("Always there"), _change(layers, shown, inside))
    with tempfile.TemporaryDirectory() as folder:
        given_, made = Path(folder) / "given.pdf", prepared(data, Path(folder))
        given_.write_bytes(as_seen)
        assert made.page_count == 1, made.findings
        now = _drawn(made.part.pdf)
        # Fields it draws with its own program for forms alone.
        assert same(_drawn(given_), now) or same(_drawn(given_, forms=True), now)
        assert b"SECRETNAME" not in everything(made.part.pdf)
        assert "Always there" in words(made.part.pdf)
        assert ("SHOWN" in words(made.part.pdf)) == (b"SHOWN" in data or "SHOWN" in _shown(given_))
        assert "annex-picture" not in codes(made)


def _shown(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_range()
    document.close()
    return str(text)


_LABEL = st.tuples(
    st.sampled_from(("[REDACTED]", "X", "withheld", "Always", "MMMM", ". . .")),
    st.integers(-30, 90),
    st.integers(-6, 12),
    st.sampled_from((7, 11, 14, 22)),
    st.integers(1, 3),
)
"""A label on a covered text: words, place, size of type, how often it is printed."""


@pytest.mark.slow
@settings(max_examples=SOME, suppress_health_check=SLOW)
@given(st.lists(_LABEL, max_size=5), st.sampled_from(("0 g", "1 g", "0.3 0.3 0.6 rg")), st.booleans())
def test_what_is_covered_stays_so_whatever_is_written_on_it(
    labels: list[Any], colour: str, apart: bool
) -> None:
    secret = line("SECRETNAME") if not apart else b"q BT /F1 14 Tf 72 700 Td (SECRET) Tj (NAME) Tj ET Q\n"
    ink = "0 g" if colour == "1 g" else "1 g"
    over = b"".join(
        f"q {ink} BT /F1 {size} Tf {72 + x} {700 + y} Td ({text}) Tj ET Q\n".encode() * times
        for text, x, y, size, times in labels
    )
    box = f"q {colour} 30 680 420 60 re f Q\n".encode()
    data = paper(line("Always there", y=760) + secret + box + over)
    with tempfile.TemporaryDirectory() as folder:
        made = prepared(data, Path(folder))
        assert made.page_count == 1
        for word in (b"SECRETNAME", b"SECRET", b"NAME"):
            assert word not in everything(made.part.pdf)
        assert "Always there" in words(made.part.pdf)


# Markings ------------------------------------------------------------------------------------------------

_INVISIBLE = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f", "\ufe0f", "\u3164")
_LOOKS = {
    "S": "SѕЅ\uff33\U0001d412Տ",
    "e": "eеé\uff45\U0001d41eⅇ",
    "c": "cсϲç\uff43ｃ",
    "r": "rг\uff52\U0001d42b",
    "t": "tт\uff54ț",
    "T": "TТΤ\uff34",
    "o": "oоο\uff4f",
    "p": "pр\uff50",
    "R": "R\uff32",
    "i": "iі\uff49",
    "d": "d\uff44",
}
_ABOVE_PUBLIC = ("Secret", "Top Secret", "Restricted", "Confidential")


@st.composite
def typed(draw: st.DrawFn) -> str:
    """A marking above Public, typed in some way."""
    letters = []
    for letter in draw(st.sampled_from(_ABOVE_PUBLIC)):
        looks = [one for one in _LOOKS.get(letter, letter) if one != "г"]
        letters.append(draw(st.sampled_from(looks)))
        letters.append(draw(st.sampled_from(("", "", "", "", *_INVISIBLE))))
    text = "".join(letters)
    text = draw(st.sampled_from((text, text.upper(), text.lower(), text.swapcase())))
    text = draw(
        st.sampled_from((text, text, unicodedata.normalize("NFD", text), unicodedata.normalize("NFKC", text)))
    )
    around = draw(
        st.sampled_from(("{}", "*{}*", "**{}**", "``{}``", "`{}`", ":strong:`{}`", "({})", "[{}]", '"{}"'))
    )
    beside = draw(
        st.sampled_from(("{}", "{}", "{}", "Public {}", "{} / Public", "{}.", "★ {}", "Public\n   {}"))
    )
    return str(beside.format(around.format(text)))


@settings(max_examples=SOME, suppress_health_check=SLOW)
@given(typed())
def test_a_marking_is_never_lowered_however_it_is_typed(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = faults(*source(Path(folder), f":marking: {text}"))
    assert found & {
        *("packet-marking-low", "packet-marking-unknown", "packet-marking-missing", "marking-differs"),
        *("meta-value", "meta-markup", "rst-markup", "meta-duplicate"),
    }, text


# Changes to a finished packet ----------------------------------------------------------------------------


_BETWEEN = st.sampled_from(
    (b"%SECRETNAME\n", b"(SECRETNAME) ", b"<< /A (SECRETNAME) >>\n", b"9 0 obj\n1\nendobj\n")
)


@pytest.mark.slow
@settings(max_examples=FEW * 2, suppress_health_check=SLOW)
@given(data=st.data())
def test_bytes_between_objects_are_told(packet: bytes, data: st.DataObject) -> None:
    """Somewhere between two objects, or in one, where no text and no stream is cut."""
    places = [found.start() for found in re.finditer(rb"endobj\n|startxref|%%EOF|\d+ 0 obj\n<<", packet)]
    at = data.draw(st.sampled_from(places))
    changed = packet[:at] + data.draw(_BETWEEN) + packet[at:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visit.pdf"
        path.write_bytes(changed)
        assert _verify(path, ()).findings


def _plain(thing: Any, known: dict[tuple[int, int], int]) -> Any:
    """An object as plain values, references by the order in which they are reached."""
    if isinstance(thing, pikepdf.Object) and thing.is_indirect:
        if thing.objgen in known:
            return ("seen", known[thing.objgen])
        known[thing.objgen] = len(known)
    if isinstance(thing, pikepdf.Stream):
        entries = {key: _plain(thing[key], known) for key in sorted(thing.keys()) if key not in _STORED}
        try:
            return ("stream", entries, thing.read_bytes().rstrip(b"\r\n"))
        except pikepdf.PdfError:
            return ("stream", entries, thing.read_raw_bytes())
    if isinstance(thing, Dictionary):
        return {key: _plain(thing[key], known) for key in sorted(thing.keys())}
    if isinstance(thing, Array):
        return [_plain(one, known) for one in thing]
    return repr(thing)


_STORED = frozenset(("/Length", "/Filter", "/DecodeParms"))


def _whole(pdf: Pdf) -> Any:
    known: dict[tuple[int, int], int] = {}
    return [_plain(pdf.Root, known), _plain(pdf.trailer.get("/Info"), known)]


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sample packet."""
    return (sample(tmp_path_factory)[0] / "build" / "visit" / "visit.pdf").read_bytes()


_VALUES = st.sampled_from(
    (
        lambda pdf: 7,
        lambda pdf: True,
        lambda pdf: String("SECRET"),
        lambda pdf: Name.Evil,
        lambda pdf: Array([1, 2]),
        lambda pdf: Dictionary(S=Name.JavaScript, JS=String("a()")),
        lambda pdf: pdf.Root,
        lambda pdf: pdf.pages[0].obj,
        lambda pdf: pdf.make_stream(b"0 0 9 9 re f"),
        lambda pdf: Dictionary(S=Name.URI, URI=String("https://e.org")),
        lambda pdf: pdf.make_indirect(Dictionary(Type=Name.Page, Evil=String("SECRET"))),
        lambda pdf: Dictionary(Type=Name.Pages, Kids=Array([]), Rotate=90),
        lambda pdf: pdf.Root.Pages,
        lambda pdf: pdf.pages[-1].obj.get("/Parent"),
    )
)


@pytest.mark.slow
@settings(max_examples=FEW, suppress_health_check=SLOW)
@given(data=st.data())
def test_every_change_is_told(packet: bytes, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visit.pdf"
        with pikepdf.open(BytesIO(packet)) as pdf:
            for _ in range(data.draw(st.integers(1, 2))):
                _tamper(pdf, data)
            pdf.save(path, fix_metadata_version=False)
        with pikepdf.open(BytesIO(packet)) as old, pikepdf.open(path) as new:
            changed = _whole(old) != _whole(new)
        told = bool(_verify(path, ()).findings)
    assert told or not changed


_KEYS = (
    "/AA", "/A", "/OpenAction", "/Alt", "/Evil", "/Contents", "/OC", "/P", "/Parent", "/Rotate", "/Params",
    "/StructParent", "/Next", "/Type", "/CropBox", "/Resources", "/AF", "/SMask", "/AP", "/Kids", "/K", "/F",
)  # fmt: skip


def _tamper(pdf: Pdf, data: st.DataObject) -> None:
    """Change one object of a packet at random."""
    things = [one for one in pdf.objects if isinstance(one, (Dictionary, pikepdf.Stream, Array))]
    thing: Any = things[data.draw(st.integers(0, len(things) - 1))]
    value = data.draw(_VALUES)(pdf)
    how = data.draw(st.sampled_from(("change", "remove", "add", "data")))
    if isinstance(thing, Array):
        if how == "remove" and len(thing):
            del thing[data.draw(st.integers(0, len(thing) - 1))]
        elif how == "change" and len(thing):
            thing[data.draw(st.integers(0, len(thing) - 1))] = value
        else:
            thing.append(value)
        return
    if isinstance(thing, pikepdf.Stream) and how == "data":
        thing.write(thing.read_raw_bytes()[:40] + b" 0 0 9 9 re f")
        return
    keys = sorted(key for key in list(thing.keys()) if key not in _STORED)
    if how == "remove" and keys:
        del thing[keys[data.draw(st.integers(0, len(keys) - 1))]]
    elif how == "change" and keys:
        thing[keys[data.draw(st.integers(0, len(keys) - 1))]] = value
    else:
        thing[data.draw(st.sampled_from(_KEYS))] = value
