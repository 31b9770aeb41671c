"""Images in the finished editions: no more pixels than are seen, nothing of the camera, one in both."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from pipeline.build import Result
from pipeline.write.pictures.drawing import drawn
from tests.support.quick import each_nth
from tests.support.readback import EpubFile

SECRETS = (b"Owner Name", b"Model X", b"+32 2 555 01 23", b"hidden behind the end")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" viewBox="0 0 300 60">{}</svg>'


def photo(kind: str = "JPEG", size: tuple[int, int] = (2000, 1500), turn: int = 1, **options: Any) -> bytes:
    """A picture whose left half is red, with what a telephone notes in it."""
    picture = Image.effect_noise(size, 40).convert("RGB")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0110], exif[0x013B], exif[0x010E], exif[0x0112] = "Model X", "Owner Name", "+32 2 555 01 23", turn
    exif.get_ifd(0x8825)[2] = (50.0, 50.0, 30.5)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **({"exif": exif} if kind not in ("BMP", "GIF") else {}), **options)
    return buffer.getvalue() + (b"hidden behind the end" if kind in ("JPEG", "PNG") else b"")


def figure(name: str, width: str = "") -> str:
    return f".. image:: {name}\n   :alt: A photo\n" + (f"   :width: {width}\n" if width else "")


def test_a_height_alone_presses_no_image_together(ebook_edition: Callable[..., EpubFile]) -> None:
    text = figure("p.png") + "   :height: 12cm\n\n" + figure("p.png") + "   :height: 3cm\n"
    epub = ebook_edition(text, {"p.png": photo("PNG", (40, 30))})
    images = [image for page in epub.pages.values() for image in page.iter("{*}img")]
    styles = [image.get("style") for image in images if image.get("alt") == "A photo"]
    assert styles == ["width: 16cm;", "width: 4cm;"]


def packed(result: Result) -> tuple[str, bytes]:
    """Name and bytes of the one image in an ebook."""
    epub = EpubFile(result.outputs[1].path.read_bytes())
    (name,) = [name for name in epub.names if "/media/" in name]
    return name, epub.zip.read(name)


def printed(result: Result) -> tuple[int, int]:
    """The pixels of the one image in a PDF."""
    with pikepdf.open(result.outputs[0].path) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        return int(image.Width), int(image.Height)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("JPEG", (400, 300)),
        ("PNG", (400, 300)),
        ("JPEG", (2000, 1500)),
        pytest.param("PNG", (2000, 1500), marks=pytest.mark.slow),
    ],
)
def test_nothing_of_the_camera_is_left(
    kind: str, size: tuple[int, int], finished: Callable[..., Result]
) -> None:
    data = photo(kind, size)
    assert all(secret in data for secret in SECRETS)
    result = finished(figure("a.jpg"), {"a.jpg": data})
    _, image = packed(result)
    assert not dict(Image.open(io.BytesIO(image)).getexif())
    with pikepdf.open(result.outputs[0].path) as pdf:
        streams = b"".join(one.read_raw_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
    for secret in SECRETS:
        assert secret not in image
        assert secret not in streams


def test_the_small_picture_in_a_jpeg_is_out(finished: Callable[..., Result]) -> None:
    """It may show what was cut off before."""
    plain = photo("JPEG", (400, 300))
    head = b"\xff\xe0" + (46).to_bytes(2, "big") + b"JFIF\0\1\1\0\0\1\0\1\2\5" + b"SECRETNAME" * 3
    _, image = packed(finished(figure("a.jpg"), {"a.jpg": plain[:2] + head + plain[2:]}))
    assert b"SECRETNAME" not in image
    assert Image.open(io.BytesIO(image)).size == (400, 300)


def test_pixels_that_may_stay_are_not_touched(finished: Callable[..., Result]) -> None:
    data = photo("JPEG", (400, 300))
    _, image = packed(finished(figure("a.jpg"), {"a.jpg": data}))
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(image)) as after:
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert struct.unpack(">H", image[-2:]) == (0xFFD9,)


def test_no_more_pixels_than_are_seen(finished: Callable[..., Result]) -> None:
    result = finished(figure("a.jpg", "50%"), {"a.jpg": photo(size=(2000, 1500))})
    width, height = printed(result)
    assert 0.48 * 136 / 25.4 * 300 < width <= 0.5 * 136 / 25.4 * 300 + 1
    assert height == pytest.approx(width * 0.75, abs=1)
    name, image = packed(result)
    assert name.endswith(".jpg")
    assert Image.open(io.BytesIO(image)).size == (800, 600)


def test_a_picture_stands_as_the_camera_was_held(finished: Callable[..., Result]) -> None:
    result = finished(figure("a.jpg"), {"a.jpg": photo(size=(400, 300), turn=6)})
    _, image = packed(result)
    with Image.open(io.BytesIO(image)) as picture:
        assert picture.size == (300, 400)
        red = picture.convert("RGB").getpixel((150, 20))
        assert isinstance(red, tuple)
        assert red[0] > 200
        assert red[2] < 60
    assert printed(result) == (300, 400)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "BMP", "AVIF"])
def test_other_formats_are_written_anew(kind: str, finished: Callable[..., Result]) -> None:
    name, image = packed(
        finished(figure(f"a.{kind.lower()}"), {f"a.{kind.lower()}": photo(kind, (400, 300))})
    )
    assert name.rsplit(".", 1)[1] in ("jpg", "png")
    with Image.open(io.BytesIO(image), formats=["JPEG", "PNG"]) as picture:
        assert picture.size == (400, 300)
        assert picture.convert("RGB").getpixel((20, 150))[0] > 200  # type: ignore[index]


def test_a_name_that_lies_does_no_harm(finished: Callable[..., Result]) -> None:
    name, _ = packed(finished(figure("a.png"), {"a.png": photo("JPEG", (400, 300))}))
    assert name.endswith(".jpg")


@pytest.mark.parametrize(
    "drawing",
    each_nth(
        3,
        [
            '<text style="font:bold 18px sans-serif" x="20" y="35">inline bold</text>',
            '<mask id="k"><rect width="300" height="60" fill="white"/></mask>'
            '<rect x="150" y="9" width="100" height="50" fill="teal" mask="url(#k)"/>',
            '<text x="10" y="35" font-size="18">القاهرة عاصمة مصر</text>',
            '<text x="150" y="25" font-size="18" text-anchor="middle">one '
            '<tspan x="150" dy="1.2em">two</tspan></text>',
            '<defs><path id="c" d="M20 50 Q150 -20 280 50"/></defs>'
            '<text font-size="16"><textPath href="#c">Along a curved path</textPath></text>',
            '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
            '<rect x="10" y="10" width="100" height="40" fill="teal" filter="url(#f)"/>',
            '<linearGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#046"/>'
            '</linearGradient><rect x="10" y="5" width="280" height="50" fill="url(#g)"/>',
            '<text x="9" y="40" font-size="30" font-family="Nothing, Nowhere, monospace">mono</text>',
            "<style>.a{fill:#046}</style><rect class='a' x='10' y='5' width='280' height='50'/>",
            '<path d="M20 50 H280 V10" fill="none" stroke="#1d3c62" stroke-width="3"/>',
        ],
    ),
)
def test_a_drawing_is_one_picture_in_both_editions(drawing: str, finished: Callable[..., Result]) -> None:
    result = finished(figure("a.svg"), {"a.svg": SVG.format(drawing).encode()})
    name, data = packed(result)
    if name.endswith(".svg"):
        import resvg_py

        data = bytes(resvg_py.svg_to_bytes(svg_string=data.decode(), zoom=3.125, skip_system_fonts=True))
    with Image.open(io.BytesIO(data)) as picture:
        ebook = Image.new("RGB", picture.size, "white")
        ebook.paste(picture, mask=picture.convert("RGBA").getchannel("A"))
    page = pypdfium2.PdfDocument(result.outputs[0].path)[0]
    paper = page.render(scale=ebook.width / 225).to_pil().convert("RGB")
    top = next(y for y in range(round(paper.height * 0.18), paper.height) if _inked(paper, y)) - next(
        y for y in range(ebook.height) if _inked(ebook, y)
    )
    left = round(32 / 25.4 * 72 * ebook.width / 225)
    seen = paper.crop((left, top, left + ebook.width, top + ebook.height))
    assert ImageStat.Stat(ImageChops.difference(seen, ebook).convert("L")).mean[0] < 6
    assert ImageStat.Stat(ebook.convert("L")).mean[0] < 253  # something is drawn


def _inked(picture: Image.Image, y: int) -> bool:
    return picture.crop((0, y, picture.width, y + 1)).convert("L").getextrema()[0] < 200  # type: ignore[operator]


def test_a_drawing_is_as_large_as_it_says(finished: Callable[..., Result]) -> None:
    text = SVG.format('<text x="9" y="40" font-size="30">words</text>')
    epub = EpubFile(finished(figure("a.svg"), {"a.svg": text.encode()}).outputs[1].path.read_bytes())
    ((_, image),) = epub.find("//h:img[not(contains(@src, 'cover'))]")
    assert image.get("style") == "width: 300px;"


def inked(body: str, top: str = SVG) -> tuple[int, int, int, int]:
    """Where the ink of a drawing begins and ends, in its own units."""
    with Image.open(io.BytesIO(drawn(top.format(body).encode(), 300, 60))) as picture:
        box = picture.convert("RGBA").getchannel("A").getbbox()
    assert box is not None
    return box


def test_millimetres_and_inches_have_a_size(finished: Callable[..., Result]) -> None:
    """What Inkscape says of its drawings: an internal fault, before."""
    text = SVG.replace('width="300" height="60"', 'width="60mm" height="12mm"')
    result = finished(figure("a.svg"), {"a.svg": text.format('<text x="9" y="40">words</text>').encode()})
    assert printed(result)[0] >= 700
    assert inked('<rect x="1in" width="96" height="60" style="opacity:1"/>') == (96, 0, 192, 60)


def test_a_drawing_without_a_size_is_not_stretched() -> None:
    top = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    assert inked('<rect x="20" y="10" width="60" height="30" style="opacity:1"/>', top)[2:] == (32, 16)


@pytest.mark.parametrize(
    ("body", "left", "right"),
    [
        ('<text x="290" y="40" font-size="20" direction="rtl">مصر 2026</text>', 100, 290),
        ('<text x="290" y="40" font-size="20" style="direction: rtl; fill: red">مصر</text>', 100, 290),
        ('<text x="9" y="40" font-size="20" direction="rtl" text-anchor="end">مصر</text>', 9, 200),
        ('<g direction="rtl"><text y="40"><tspan x="290">مصر 1</tspan></text></g>', 100, 290),
    ],
)
def test_text_from_right_to_left_begins_at_its_right_end(body: str, left: int, right: int) -> None:
    box = inked(body)
    assert left - 2 <= box[0] < box[2] <= right + 2


@pytest.mark.parametrize(
    ("colour", "seen"),
    [
        ("rgb(0 0 255 / 50%)", (0, 0, 255, 128)),
        ("hsl(120deg 100% 50%)", (0, 255, 0, 255)),
        ("rgba(255, 0, 0, 1)", (255, 0, 0, 255)),
    ],
)
def test_colours_as_newer_programs_write_them(colour: str, seen: tuple[int, ...]) -> None:
    data = drawn(SVG.format(f'<rect width="300" height="60" fill="{colour}"/>').encode(), 300, 60)
    with Image.open(io.BytesIO(data)) as picture:
        found = picture.convert("RGBA").getpixel((150, 30))
    assert found == pytest.approx(seen, abs=2)
