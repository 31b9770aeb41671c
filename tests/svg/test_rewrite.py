"""What an edition gets of an SVG image is written anew from the tree that was checked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from lxml import etree

from pipeline.build import Result
from pipeline.svg.faults import refusal
from pipeline.svg.rewrite import NOTHING, written_anew
from tests.support.articles import Read
from tests.support.readback import EpubFile

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
FOREIGN = f'<svg {NAMES} xmlns:i="urn:i" i:tool="x" viewBox="0 0 9 9" width="9" height="9">'
RECT = '<rect width="9" height="9" fill="#123456"/>'
DRAWN = f"<svg {NAMES}>{RECT}</svg>"
IMAGE = ".. image:: a.svg\n   :alt: A square\n"

REFUSED = {
    "an attribute by default": f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>{DRAWN}',
    "a link": f'<!DOCTYPE svg [<!ATTLIST use href CDATA "https://e.com">]><svg {NAMES}><use/></svg>',
    "a style by default": f'<!DOCTYPE svg [<!ATTLIST rect style CDATA "fill:red">]>{DRAWN}',
    "a fixed attribute": f'<!DOCTYPE svg [<!ATTLIST rect x CDATA #FIXED "1">]>{DRAWN}',
    "an element declared": f'<!DOCTYPE svg [<!ELEMENT g ANY><!ATTLIST g x CDATA "">]><svg {NAMES}/>',
    "an entity": f'<!DOCTYPE svg [<!ENTITY a "b">]>{DRAWN}',
    "a style sheet behind the root": f'<svg {NAMES}>{RECT}</svg><?xml-stylesheet href="a.css"?>',
    "a style sheet within": f'<svg {NAMES}><?xml-stylesheet href="a.css"?>{RECT}</svg>',
}
LEFT_OUT = {
    "a document type": f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">{DRAWN}',
    "a namespace in a document type": f'<!DOCTYPE svg [<!ATTLIST svg xmlns:a CDATA "urn:a">]>{DRAWN}',
    "an instruction behind the root": f"<svg {NAMES}>{RECT}</svg><?php run()?>",
    "an instruction within": f"<svg {NAMES}><?php run()?>{RECT}</svg>",
    "a comment": f"<svg {NAMES}><!-- --><g>{RECT}</g></svg>",
    "a foreign image": f'{FOREIGN}<i:image xlink:href="a.png" width="9"/>{RECT}</svg>',
    "an image of no namespace": '<s:svg xmlns:s="http://www.w3.org/2000/svg"><i:image xmlns:i="x"/>'
    '<s:rect width="9" height="9" fill="#123456"/></s:svg>',
    "a foreign attribute": f'{FOREIGN}<g i:hover="x" i:styled="fill">{RECT}</g></svg>',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_document_defines_beside_its_tree_is_refused(name: str) -> None:
    assert refusal(REFUSED[name].encode()) is not None


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_draws_nothing_is_left_out(name: str) -> None:
    raw = LEFT_OUT[name].encode()
    assert refusal(raw) is None
    new = written_anew(raw)
    for word in (b"DOCTYPE", b"php", b"urn:i", b"urn:a", b"image", b"<!--", b"hover", b"tool"):
        assert word not in new
    top = etree.fromstring(new)
    assert set(top.nsmap.values()) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    (rect,) = top.iter("{http://www.w3.org/2000/svg}rect")
    assert rect.get("fill") == "#123456"
    assert written_anew(new) == new


UNSEEN = [
    "<metadata>SECRETNAME</metadata>",
    "<title>SECRETNAME</title>",
    "<desc>SECRETNAME</desc>",
    "<g>SECRETNAME</g>",
    "<defs/>SECRETNAME",
    '<g data-name="SECRETNAME"/>',
    '<g aria-label="SECRETNAME"/>',
    '<g id="SECRETNAME"/>',
    '<g class="SECRETNAME"/>',
    '<g role="SECRETNAME" lang="SECRETNAME"/>',
    "<text>SECRETNAME</text><rect/>",
    '<g style="display: none"><text>SECRETNAME</text></g>',
    "<style>/* SECRETNAME */</style>",
]


@pytest.mark.slow
def test_words_that_nobody_sees_are_in_no_edition(finished: Callable[..., Result]) -> None:
    from tests.support.drawn_papers import everything

    files = {
        f"{number}.svg": f'<svg {NAMES} viewBox="0 0 9 9" width="90" height="90">{inside}{RECT}</svg>'
        for number, inside in enumerate(
            inside.replace("SECRETNAME", f"SECRET{n}NAME") for n, inside in enumerate(UNSEEN)
        )
    }
    assert all(f"SECRET{number}NAME" in files[f"{number}.svg"] for number in range(len(UNSEEN)))
    text = "\n".join(IMAGE.replace("a.svg", name) for name in files)
    result = finished(text, {name: drawn.encode() for name, drawn in files.items()})
    with zipfile.ZipFile(result.outputs[1].path) as archive:
        ebook = b"\n".join(archive.read(name) for name in archive.namelist())
        assert sum("media/" in name and name.endswith(".svg") for name in archive.namelist()) >= 1
    for data in (everything(result.outputs[0].path), ebook):
        assert re.findall(rb"SECRET(\d+)NAME", data) == []


def test_the_words_of_a_drawing_stay_around_what_is_left_out() -> None:
    raw = f'{FOREIGN}<text xml:space="preserve"><i:a>x</i:a>one <tspan>two</tspan> <i:b/>three</text></svg>'
    (text,) = etree.fromstring(written_anew(raw.encode())).iter("{http://www.w3.org/2000/svg}text")
    assert "".join(text.itertext()) == "one two three"
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_what_is_no_svg_becomes_an_empty_picture() -> None:
    assert written_anew(b"<svg") == NOTHING


def test_both_editions_get_the_new_file(finished: Callable[..., Result]) -> None:
    drawn = f'{FOREIGN}<i:image xlink:href="dot.png" width="9" height="9"/>{RECT}</svg><?php run()?>'
    result = finished(IMAGE, {"a.svg": drawn.encode()})
    epub = EpubFile(result.outputs[1].path.read_bytes())
    with zipfile.ZipFile(BytesIO(result.outputs[1].path.read_bytes())) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".svg")]
        data = archive.read(name)
    assert b"urn:i" not in data
    assert b"php" not in data
    assert b"rect" in data
    assert epub.pages


def test_print_draws_no_foreign_image(finished: Callable[..., Result]) -> None:
    from tests.support.packet_papers import seen

    rect = '<rect width="90" height="90" fill="red"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{rect}</svg>'.encode()
    drawn = f'{FOREIGN.replace("9", "90")}<i:image xlink:href="b.svg" width="90" height="90"/></svg>'
    result = finished(IMAGE, {"a.svg": drawn.encode(), "b.svg": picture}, formats=("pdf",))
    sight = seen(result.outputs[0].path)
    reds = sum(1 for x in range(50, 300, 4) for y in range(50, 500, 4) if sight.at(x, y)[:3] == (255, 0, 0))
    assert reds == 0


# Numbers -------------------------------------------------------------------------------------------------

HUGE = (
    '<text letter-spacing="1e300" textLength="1e308" x="1" y="2">xyz</text>',
    '<text letter-spacing="1e30em">x</text>',
    '<rect width="1e12" height="9"/>',
    '<rect x="inf" width="9" height="9"/>',
    '<rect y="nan" width="9" height="9"/>',
    '<path d="M 0 0 L 1e40 3"/>',
    f'<path d="M 0 0 L {"9" * 400} 3"/>',
    '<g transform="scale(1e200)"><rect width="9" height="9"/></g>',
    '<rect style="stroke-width: 1e99" width="9" height="9"/>',
    "<style>rect { stroke-width: 1e99px }</style>",
    '<polygon points="0,0 1e77,3 4,4"/>',
    '<svg viewBox="0 0 1e-200 1e-200"><rect width="9" height="9"/></svg>',
    '<symbol viewBox="0 0 1e-9 9"/>',
    '<stop offset="1e300%"/>',
)


@pytest.mark.parametrize("inside", HUGE)
def test_numbers_that_no_page_holds_are_refused(inside: str) -> None:
    said = refusal(f'<svg {NAMES} viewBox="0 0 9 9">{inside}</svg>'.encode())
    assert said is not None
    assert "number" in said or "viewBox" in said


@pytest.mark.parametrize(
    "inside",
    [
        '<rect id="a1e300" class="b9e99" fill="#123456" width="9" height="9"/>',
        '<use href="#g1234567890123"/>',
        '<g transform="matrix(1 0 1.2e-16 1 6000000 5000000)"/>',
        '<text font-family="Inf, NaN">1e400 km</text>',
        "<style>.infinity { fill: #123456 }</style>",
    ],
)
def test_numbers_of_maps_and_names_are_taken(inside: str) -> None:
    assert refusal(f'<svg {NAMES} viewBox="0 0 9 9">{inside}</svg>'.encode()) is None


# Formulas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [40, 126, 400])
@pytest.mark.parametrize("part", [r"\frac{1}{", r"\sqrt{", r"x^{", r"\left({"])
def test_a_formula_nested_too_deeply_is_named(
    read_text_article: Callable[..., Read], part: str, depth: int
) -> None:
    end = r"}\right)" if "left" in part else "}"
    found = read_text_article(f".. math:: {part * depth}1{end * depth}\n").found
    if depth > 100:
        assert found == [("limit-nesting", 1)]
    else:
        assert {code for code, _ in found} <= {"limit-nesting"}


def test_what_is_written_anew_is_written_the_same_again() -> None:
    raw = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="urn:x"><x:g></x:g></svg>'
    once = written_anew(raw)
    assert written_anew(once) == once
