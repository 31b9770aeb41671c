"""SVG images: what draws is taken; what could do more, or keep a typesetter busy, is refused."""

from __future__ import annotations

import gzip
import time
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image

from pipeline.svg.faults import MAX_BYTES, MAX_DEPTH, refusal
from tests.support.quick import each_nth

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def svg(inside: str, head: str = HEAD) -> bytes:
    return f"{head}{inside}</svg>".encode()


def address(width: int, height: int) -> str:
    """An image of that many pixels, as drawing programs put it into a drawing."""
    buffer = BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"


DOT, LARGE = address(9, 9), address(4000, 4000)
GRADIENT = '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\n'
    '  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
)
MATPLOTLIB = (
    DOCTYPE + HEAD + '<metadata><rdf:RDF xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:cc="http://creativecommons.org/ns#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work>'
    '<dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/><dc:date>2026</dc:date></cc:Work></rdf:RDF>'
    '</metadata><defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>'
    '<defs><path id="m" d="M 0 0 L 3 3" style="stroke: #000"/></defs><g clip-path="url(#p)">'
    '<use xlink:href="#m" x="1" y="2" style="fill: #1f77b4"/></g><defs><clipPath id="p"><rect width="9" '
    'height="9"/></clipPath></defs></svg>'
)
INKSCAPE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!-- Created with Inkscape -->\n<svg '
    'width="9mm" height="9mm" viewBox="0 0 9 9" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" inkscape:export-filename="/home/x/a.png">'
    '<sodipodi:namedview id="v" pagecolor="#fff"><inkscape:grid type="xygrid" id="q"/></sodipodi:namedview>'
    '<defs><linearGradient id="a"><stop style="stop-color:#f00" offset="0"/></linearGradient><linearGradient '
    'xlink:href="#a" id="b" x1="1" x2="8" y1="1" y2="1" gradientUnits="userSpaceOnUse" '
    'gradientTransform="matrix(0.26,0,0,0.26,1,2)" spreadMethod="reflect"/></defs><g inkscape:label="Layer" '
    'transform="translate(-1,-2) rotate(30)"><path style="fill:url(#b);marker-end:url(#no)" d="m 1,1 h 3"/>'
    "</g></svg>"
)
ILLUSTRATOR = (
    '<?xml version="1.0" encoding="iso-8859-1"?><!-- Generator: Adobe Illustrator -->\n<svg version="1.1" '
    'xmlns="http://www.w3.org/2000/svg" x="0px" y="0px" width="9px" height="9px" viewBox="0 0 9 9" '
    'style="enable-background:new 0 0 9 9;" xml:space="preserve"><style type="text/css">.st0{fill:#FFF;}'
    "@namespace url(http://www.w3.org/2000/svg);.st1{fill:url(#SVGID_1_);}</style>"
    '<switch><g class="st0"><path class="st1" d="M0,0h9"/></g></switch></svg>'
)

TAKEN = {
    "plain": svg("<rect/>"),
    "matplotlib": MATPLOTLIB.encode(),
    "Inkscape": INKSCAPE.encode(),
    "Illustrator": ILLUSTRATOR.encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + svg("<rect/>"),
    "its own parts": svg(GRADIENT + '<rect fill="url(#g)"/><use href="#g"/><use xlink:href=" #g"/>'),
    "a filter": svg('<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g filter="url(\'#f\')"/>'),
    "a gradient that repeats": svg(
        '<radialGradient id="g" spreadMethod="repeat" r="10%"/><rect fill="url(#g)"/>'
    ),
    "many elements": svg('<path d="M0 0"/>' * 20_000),
    "levels": svg("<g>" * (MAX_DEPTH - 2) + "</g>" * (MAX_DEPTH - 2)),
    "percentages": svg("<g/>", HEAD.replace("viewBox", 'width="100%" height="auto" viewBox')),
    "a transform": svg('<g transform="translate(1,2) scale(2), rotate(1 2 3)matrix(1 0 0 1 0 0)"/>'),
    "a comment that names a script": svg(
        "<!-- <script> --><desc>javascript: is a scheme, onload= too</desc>"
    ),
    "an image inside": svg(f'<image href="{DOT}"/><image xlink:href=" {DOT}"/>'),
    "a first child": svg("<style>rect:first-child, a > b { fill: rgb(0 0 0 / 50%) }</style>"),
    "CDATA": svg("<style><![CDATA[ a > b { fill: red } ]]></style>"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_draws_is_taken(name: str) -> None:
    assert refusal(TAKEN[name]) is None


def tenfold(levels: int) -> str:
    parts = ['<g id="l0"><rect/></g>']
    for level in range(levels):
        parts.append(f'<g id="l{level + 1}">' + f'<use href="#l{level}"/>' * 10 + "</g>")
    return "".join(parts)


BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
    + HEAD
    + "<text>&j;</text></svg>"
)
UTF7 = b'<?xml version="1.0" encoding="UTF-7"?>' + svg("+ADw-script+AD4-alert(1)+ADw-/script+AD4-")

REFUSED = {
    "a script": (svg("<script>alert(1)</script>"), "script"),
    "a script with a prefix": (svg('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), "script"),
    "a script of HTML": (svg('<script xmlns="http://www.w3.org/1999/xhtml"/>'), "script"),
    "a script without a namespace": (svg('<script xmlns=""/>'), "script"),
    "a script in UTF-16": (svg("<script/>").decode().encode("utf-16"), "UTF-16"),
    "a script in UTF-16 without a mark": (svg("<script/>").decode().encode("utf-16-be"), "UTF-16"),
    "a script in UTF-7": (UTF7, ""),
    "an event": (svg('<rect onload="alert(1)"/>'), "onload"),
    "an event in capitals": (svg('<rect ONCLICK="alert(1)"/>'), "ONCLICK"),
    "an event behind a line end": (svg('<rect\nonload\n=\n"alert(1)"/>'), "onload"),
    "foreign content": (svg("<foreignObject/>"), "foreignObject"),
    "HTML": (svg('<p xmlns="http://www.w3.org/1999/xhtml"/>'), "<p>"),
    "an image": (svg('<image href="a.png"/>'), 'shows another file, "a.png"'),
    "an image of old": (svg('<image xlink:href="../a.png"/>'), "embed that image"),
    "a damaged image": (svg('<image href="data:image/png;base64,AAAA"/>'), "image within it that is damaged"),
    "half an image": (svg(f'<image href="{DOT[:-52]}"/>'), "damaged"),
    "a drawing inside": (svg('<image href="data:image/svg+xml;base64,AAAA"/>'), "(image/svg+xml)"),
    "an image many times": (svg(f'<image id="i" href="{LARGE}"/>' + '<use href="#i"/>' * 400), "simplify"),
    "an image as a link": (svg(f'<a href="{DOT}"/>'), "outside itself"),
    "a language": (svg('<g systemLanguage="fr"/>'), "systemLanguage"),
    "a selector": (svg("<style>rect:not(.a) { fill: red }</style>"), "rule for :not"),
    "a state": (svg("<style>g rect:hover { fill: red }</style>"), "rule for :hover"),
    "a colour": (svg('<rect fill="oklch(0.7 0.1 200)"/>'), "has the colour oklch"),
    "a mixed colour": (svg("<style>a { fill: color-mix(in srgb, red, blue) }</style>"), "colour color-mix"),
    "an image in a filter": (svg('<filter><feImage href="#a"/></filter>'), "feImage"),
    "another file": (svg('<use href="other.svg#x"/>'), "href"),
    "another file by xlink": (svg('<use xlink:href="//a.example/x.svg#y"/>'), "href"),
    "another file by another prefix": (
        svg('<a xmlns:q="http://www.w3.org/1999/xlink" q:href="https://a.example/"/>'), "href",
    ),
    "a link that runs": (svg('<a href="java&#115;cript:alert(1)"/>'), "href"),
    "a base": (svg('<g xml:base="https://a.example/"/>'), "base"),
    "a src": (svg('<rect src="a.js"/>'), "src"),
    "a change of a link": (svg('<a href="#x"><set attributeName="href" to="javascript:x"/></a>'), "set"),
    "animation": (svg('<rect><animate attributeName="x"/></rect>'), "animate"),
    "an import": (svg("<style>@import 'a.css';</style>"), "@import"),
    "an import with an escape": (svg("<style>@\\69mport 'a.css';</style>"), "@import"),
    "an address in a style": (svg('<rect style="fill: url(https://a.example/b.svg#c)"/>'), "url("),
    "an address in quotes": (svg("<rect style=\"fill: url('https://a.example/b')\"/>"), "url("),
    "an address with an escape": (svg('<rect style="fill: \\75rl(https://a.example/b)"/>'), "url("),
    "an address by an entity": (svg('<rect fill="ur&#108;(b.svg#c)"/>'), "url("),
    "an address in capitals": (svg('<rect fill="URL( b.svg#c )"/>'), "url("),
    "an address in an element": (svg("<style>a{b:c;fill:url(/etc/passwd)}</style>"), "url("),
    "a font": (svg("<style>@font-face{font-family:x;src:url(x.woff)}</style>"), "url("),
    "an image set": (svg("<style>a{fill:image-set('a.png' 1x)}</style>"), "image-set"),
    "a style sheet": (b'<?xml-stylesheet href="a.css"?>' + svg("<g/>"), "style sheet"),
    "an entity": (('<!DOCTYPE svg [<!ENTITY x SYSTEM "/etc/passwd">]>' + HEAD + "&x;</svg>").encode(), ""),
    "an entity of the DTD": ((DOCTYPE.partition("\n")[2] + HEAD + "&nbsp;</svg>").encode(), ""),
    "entities that multiply": (BOMB.encode(), ""),
    "entities in the DTD": (('<!DOCTYPE svg [<!ENTITY % x "y">]>' + HEAD + "</svg>").encode(), "entities"),
    "SVGZ": (gzip.compress(svg("<g/>")), "compressed"),
    "not closed": (b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "well-formed"),
    "no XML": (b"No image at all.", "well-formed"),
    "nothing": (b"", "well-formed"),
    "no namespace": (b"<svg><rect/></svg>", "not SVG"),
    "HTML instead": (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "not SVG"),
    "a control character": (svg("<text>\x1b</text>"), "well-formed"),
    "too many bytes": (svg(" " * MAX_BYTES), "megabytes"),
    "ten-fold use": (svg(tenfold(5)), "draws more than"),
    "ten-fold use, ten levels": (svg(tenfold(10)), "draws more than"),
    "markers at every point": (
        svg(f'<marker id="m">{"<rect/>" * 50}</marker><path marker-mid="url(#m)" d="{"M0 0" * 2000}"/>'),
        "draws more than",
    ),
    "use of itself": (svg('<g id="a"><use href="#a"/></g>'), "refer to themselves"),
    "use in a circle": (svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "themselves"),
    "a mask of itself": (svg('<mask id="a"><rect mask="url(#a)"/></mask>'), "themselves"),
    "a pattern of itself": (svg('<pattern id="a"><rect fill="url(#a)"/></pattern>'), "themselves"),
    "a clip path of itself": (svg('<clipPath id="a" clip-path="url(#a)"/>'), "themselves"),
    "a filter of itself in a style": (svg('<g id="a" style="filter: url(#a)"/>'), "themselves"),
    "a long row of uses": (
        svg("".join(f'<g id="r{n}"><use href="#r{n + 1}"/></g>' for n in range(5000))), "long row",
    ),
    "depth": (svg("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH), "levels deep"),
    "great depth": (svg("<g>" * 100_000 + "</g>" * 100_000), ""),
    "a gradient that repeats without end": (
        svg('<linearGradient id="g" spreadMethod="repeat" x2="1e-7"/><rect fill="url(#g)"/>'), "repeated",
    ),
    "a gradient that repeats, inherited": (
        svg('<linearGradient id="h" spreadMethod="reflect"/><linearGradient id="g" href="#h" x2="1e-7"/>'),
        "repeated",
    ),
    "a gradient that repeats, shrunk": (
        svg('<linearGradient spreadMethod="repeat" gradientTransform="scale(1e-6)"/>'), "repeated",
    ),
    "a gradient without length": (svg('<linearGradient spreadMethod="repeat" x1="1" x2="1"/>'), "repeated"),
    "a round gradient": (svg('<radialGradient spreadMethod="repeat" r="1e-6"/>'), "repeated"),
    "a transform that is not closed": (svg(f'<g transform="{"a( " * 20_000}"/>'), "transform"),
    "a width beyond all measure": (svg("", HEAD.replace("viewBox", 'width="1e12" viewBox')), "width"),
    "a width of nothing": (svg("", HEAD.replace("viewBox", 'width="0" viewBox')), "width"),
    "a width that is none": (svg("", HEAD.replace("viewBox", 'width="NaN" viewBox')), "width"),
    "a view box beyond all measure": (svg("", HEAD.replace("0 0 9 9", "0 0 1e30 9")), "viewBox"),
    "a view box of three": (svg("", HEAD.replace("0 0 9 9", "0 0 9")), "viewBox"),
}  # fmt: skip


@pytest.mark.parametrize("name", each_nth(3, REFUSED))
def test_what_does_more_is_refused_at_once(name: str) -> None:
    raw, part = REFUSED[name]
    start = time.process_time()
    said = refusal(raw)
    assert said is not None
    assert part in said
    assert "\n" not in said
    assert time.process_time() - start < 2
