"""What an article names outside its own text: images and links, checked before any writer sees them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from docutils import nodes
from PIL import UnidentifiedImageError

from pipeline.errors import is_memory_error, reason_of
from pipeline.files.confined import OutsideError, TooLargeError, name_below, names_in, note_read, read_below
from pipeline.findings import suggest
from pipeline.read.review.addresses import valid_address
from pipeline.svg.faults import refusal as svg_fault
from pipeline.tree.image_files import OF_THE_LOOK, located, opened
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.parts import ids_in
from pipeline.tree.report import report

LINK_SCHEMES: Final = ("http", "https", "mailto", "tel", "ftp", "urn", "doi")
"""The schemes that a link in an edition may have."""

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest image file."""

MAX_PIXELS: Final = 40_000_000
"""The largest image, in pixels; it is looked at before they are unpacked."""

MODES: Final = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")
"""Pillow's names of the kinds of colour that the typesetter knows; of grey, it does not know 16 bits."""

_BACKSLASH: Final = re.compile(r"\\\w")

KINDS: Final = "PNG, JPEG, GIF, SVG, WebP, TIFF, BMP, AVIF or HEIC"
"""What an image may be. Those that not every reading system knows are written anew."""
ENDINGS: Final = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".svg", ".webp", ".tif", ".tiff", ".bmp"),
        *(".avif", ".heic", ".heif"),
    )
)
"""How the name of an image may end; which of the formats it is, the file itself says."""
FORMATS: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg")
"""The endings of the pictures that a style sheet may name: they are packed as they are."""


def check_images(document: nodes.document, article: Path, root: Path) -> None:
    """Resolve each image to a path below the source root, check it, and write that path into the tree.

    :param article: the article's path; image names are relative to its folder.
    :param root: the source root; no file outside it is opened.
    """
    for image in list(document.findall(nodes.image)):
        uri = image["uri"]
        image.attributes.pop("loading", None)
        problem = _resolve(image, article, root)
        if problem is not None:
            code, message = problem
            report(document, code, message, image)
            _replace(image, message)
            continue
        if not image.get("alt", "").strip(" \n\"'“”„«»"):
            how = "say below it, with :alt:, what it shows"
            if "letterhead" in image["classes"]:
                key = "alt in styles/letterhead.toml" if uri.startswith(OF_THE_LOOK) else ":logo-alt:"
                how = f"say what it shows, with {key}"
            message = f'the image "{uri.removeprefix(OF_THE_LOOK)}" has no alternative text: {how}'
            report(document, "image-alt-missing", message, image)
            image["alt"] = uri


def _resolve(image: nodes.image, article: Path, root: Path) -> tuple[str, str] | None:
    """Set ``uri`` to the path below `root`, or say what is wrong."""
    uri = _as_written(image)
    if uri.startswith(OF_THE_LOOK):
        return _resolve_own(image)
    folder = article.parent.resolve().relative_to(root).as_posix()
    try:
        below = name_below(uri, folder, quoted=True)
    except OutsideError as error:
        return "image-outside", f'the image "{uri}" {error}'
    path = root / below
    if not path.resolve().is_relative_to(root):
        return "image-outside", f'the image "{uri}" lies outside the source folder'
    if not path.is_file():
        note_read(path, None)
        there = names_in(path.parent)
        hint = suggest(path.name, there)
        sized = re.fullmatch(r"(.+\.\w{3,4}) +(:\w+: .+|\d.*)", uri)
        if sized is not None:
            hint = f": options such as :width: and :alt: stand on lines of their own below {sized[1]}"
        elif len(uri) > 2 and uri[0] in "\"'“”„«‘’<" and uri[-1] in "\"'“”»‘’>":
            hint = ": take the quotation marks out"
        return "image-missing", f'there is no image "{uri}"{hint}'
    image["uri"] = below
    return format_fault(root, below, uri)


def _resolve_own(image: nodes.image) -> tuple[str, str] | None:
    """Set ``uri`` for an image of the desk's look, or say what is wrong."""
    top, name = located(image["uri"], Path())
    try:
        below = name_below(name, "", quoted=True)
    except OutsideError as error:
        return "style-outside", f'the logo "{name}" of styles/letterhead.toml {error}'
    path = top / below
    if not path.resolve().is_relative_to(top):
        return "style-outside", f'the logo "{name}" of styles/letterhead.toml lies outside that folder'
    if not path.is_file():
        there = names_in(path.parent)
        hint = suggest(path.name, there)
        return "style-missing", f'there is no file "{name}" in styles, as letterhead.toml has it{hint}'
    image["uri"] = f"{OF_THE_LOOK}{below}"
    return format_fault(top, below, name)


def _as_written(image: nodes.image) -> str:
    """The address of an image with its spaces, and the backslashes of a path: docutils drops them."""
    uri: str = image["uri"]
    first = re.search(r"::[ \n]+(.*)", image.rawsource)
    written = first[1].strip() if first is not None else uri
    joined = "".join(written.split())
    backslash = _BACKSLASH.search(written) and joined.replace("\\", "") == uri.replace("\\", "")
    return written if backslash or joined == uri else uri


def format_fault(root: Path, name: str, uri: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with a picture, if anything is.

    :param root: the folder below which it lies.
    :param name: its path below that.
    :param uri: what the message calls it.
    """
    if Path(name).suffix.lower() not in ENDINGS:
        return "image-format", f'the image "{uri}" is not a {KINDS} file'
    try:
        data = read_below(root, name, MAX_BYTES)
    except TooLargeError:
        return "image-format", f'the image "{uri}" has more than {MAX_BYTES >> 20} megabytes: make it smaller'
    except OSError as error:
        return "image-format", f'the image "{uri}" can\'t be read: {reason_of(error)}'
    if Path(name).suffix.lower() == ".svg":
        wrong = svg_fault(data)
        return None if wrong is None else ("image-format", f'the SVG image "{uri}" {wrong}')
    try:
        with opened(data) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return "image-format", f'the image "{uri}" has more than 40 million pixels: make it smaller'
            picture.load()
            if picture.mode not in MODES:
                return "image-format", f'the image "{uri}" has more than 8 bits a colour: save it with 8'
    except Exception as error:  # Pillow raises all kinds of things on odd files
        if is_memory_error(error):
            raise
        if not isinstance(error, UnidentifiedImageError):
            return "image-format", f'the image "{uri}" is not whole: it ends early, or is damaged'
        return "image-format", f'the image "{uri}" is not a {KINDS} file'
    return None


def _replace(image: nodes.image, message: str) -> None:
    """Put what stands for the image, and its link if it has one, where it was: in a line, or as a block."""
    text = image.get("alt") or image["uri"]
    link = image.parent if isinstance(image.parent, nodes.reference) else None
    whole = image if link is None else link
    if isinstance(whole.parent, nodes.TextElement):
        node: nodes.Element = fault(text, text, title=message)
        image.replace_self(node)
    else:
        paragraph = nodes.paragraph(text, "" if link is not None else text)
        if link is not None:
            target = {name: link[name] for name in ("refuri", "refid") if name in link}
            paragraph += nodes.reference(text, text, **target)
        node = fault_block("", paragraph, title=message)
        if isinstance(whole.parent, nodes.figure):
            whole = whole.parent
            for part in whole[1:]:
                caption = isinstance(part, nodes.caption)
                node += nodes.paragraph(part.rawsource, "", *part.children) if caption else part.children
        whole.replace_self(node)
        kept = set(ids_in(node))
        node["ids"] += [name for name in ids_in(whole) if name not in kept]  # docutils names the image
    node["classes"] = []  # words that float out of their link, or are scaled, would not do
    for part in (node, *(child for child in node if isinstance(child, nodes.paragraph) and not child.line)):
        part.source, part.line = image.source, image.line


def check_links(document: nodes.document) -> None:
    """Refuse links that could run something or that name a file of the builder's machine."""
    for link in list(document.findall(nodes.reference)):
        uri = link.get("refuri")
        if uri is None:
            continue
        cleaned = re.sub(r"[\x00-\x20]+", "", unquote(uri))
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", cleaned)
        if scheme is not None and scheme[1].lower() not in LINK_SCHEMES:
            message = f'a link to "{uri[:60]}" is not let into an edition: use http, https or mailto'
            if len(scheme[1]) == 1 or scheme[1].lower() == "file":
                message = (
                    f'the link "{uri[:60]}" leads to a file of one computer, which no reader has: '
                    "write an address with https://, or take the link out"
                )
        elif scheme is None and (cleaned.startswith("//") or not cleaned):
            message = f'the link "{uri}" names no page: write the whole address, with https://'
        elif scheme is None and (angled := re.fullmatch(r"<(https?://[^<>]+)>", uri)) is not None:
            message = f"an address stands here without < and >: write {angled[1][:60]}"
        elif scheme is None:
            message = (
                f'the link "{uri}" leads to a file that no reader has: write a whole address, with https://'
            )
        elif (address := valid_address(uri)) is not None:
            link["refuri"] = address
            continue
        else:
            message = f'the link "{uri[:60]}" is no address: write it as a browser shows it'
        report(document, "link-scheme", message, link)
        _unlink(link, message)


def _unlink(link: nodes.reference, message: str) -> None:
    """Leave what was a link, with the message: in its line, or, where it is an image, before it."""
    if isinstance(link.parent, nodes.TextElement):
        link.replace_self(fault(link.rawsource, "", *link.children, title=message))
        return
    block = fault_block("", title=message)
    block.source, block.line = link[0].source, link[0].line
    whole = link.parent if isinstance(link.parent, nodes.figure) else link
    whole.parent.insert(whole.parent.index(whole), block)
    link.replace_self(link.children)
