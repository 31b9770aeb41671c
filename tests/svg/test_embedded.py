"""Images that a drawing program has put into a drawing are in the picture of both editions."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from pipeline.build import Result
from tests.support.readback import EpubFile
from tests.support.verdicts import complaints

RED = (255, 0, 0)
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="200">
<rect width="300" height="200" fill="#0000ff"/>
<image x="50" y="50" width="200" height="100" preserveAspectRatio="none" {name}="{address}"/>
</svg>"""


def address(kind: str) -> str:
    """A red image that says more than it shows."""
    buffer, info = BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Comment", "hidden-words")
    Image.new("RGB", (40, 20), RED).save(buffer, kind, **({"pnginfo": info} if kind == "PNG" else {}))
    return f"data:image/{kind.lower()};base64,{b64encode(buffer.getvalue()).decode()}"


def middle(picture: Image.Image) -> tuple[int, ...]:
    pixel = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize(("name", "kind"), [("xlink:href", "PNG"), ("href", "JPEG")])
def test_both_editions_show_an_image_in_a_drawing(
    finished: Callable[..., Result], name: str, kind: str
) -> None:
    data = DRAWING.format(name=name, address=address(kind)).encode()
    text = ".. image:: map.svg\n   :alt: A map\n   :width: 10cm\n"
    result = finished(text, {"map.svg": data}, formats=("pdf", "epub"))
    assert result.findings == []
    assert complaints(result) == []

    printed, packed = (output.path.read_bytes() for output in result.outputs)
    with pypdfium2.PdfDocument(printed) as pdf:
        page = pdf[0]
        image = next(iter(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])))
        left, bottom, right, top = image.get_bounds()
        place = (round((left + right) / 2), round(page.get_height() - (bottom + top) / 2))
        shown = page.render(scale=1).to_pil().convert("RGB").getpixel(place)
    assert shown == pytest.approx(RED, abs=3)
    book = EpubFile(packed)
    pictures = [book.zip.read(entry) for entry in book.names if entry.endswith((".png", ".jpg"))]
    reds = [middle(Image.open(BytesIO(one))) for one in pictures]
    assert any(one == pytest.approx(RED, abs=3) for one in reds)
    assert not any(b"hidden-words" in one for one in pictures)
