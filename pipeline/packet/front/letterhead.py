"""The letterhead on the cover of a packet: that of the desk, the same in print and in the ebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from docutils import nodes

from pipeline.errors import reason_of
from pipeline.findings import Finding
from pipeline.read.letterhead import of_the_desk
from pipeline.tree.image_files import OF_THE_LOOK
from pipeline.write.pictures.prepare import PAGE, Pictures

_FOLDER: Final = "title/"


@dataclass(frozen=True)
class Letterhead:
    """An image: its address in both editions, its file, and what it shows, in words."""

    address: str
    data: bytes
    alt: str

    def element(self) -> str:
        """The image as XHTML."""
        return f'<img src="{escape(self.address)}" alt="{escape(self.alt)}" />'


def letterhead(source: Path, findings: list[Finding]) -> Letterhead | None:
    """That of ``styles/letterhead.toml``, of the desk that is at work; ``None`` where it has none.

    :param source: the manifest, which findings name.
    :param findings: gets what is wrong with the file.
    """
    name, alt = of_the_desk()
    if not name:
        return None
    pictures = Pictures(source.parent, _FOLDER, PAGE)
    try:
        address = pictures(nodes.image("", uri=f"{OF_THE_LOOK}{name}"))
    except (OSError, ValueError, SyntaxError) as error:
        why = reason_of(error) if isinstance(error, OSError) else "it is no image that can be read"
        message = f'the logo "{name}" of styles/letterhead.toml can\'t be used: {why}'
        findings.append(Finding("style-missing", str(source), None, message))
        return None
    if not alt:
        how = "say what it shows, with alt in styles/letterhead.toml"
        message = f'the image "{name}" has no alternative text: {how}'
        findings.append(Finding("image-alt-missing", str(source), None, message))
    return Letterhead(address, pictures.files[address], alt)
