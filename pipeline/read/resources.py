"""What an article names outside its own text: images and links, checked before any writer sees them."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from docutils import nodes

from pipeline.findings import suggest
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.report import report

LINK_SCHEMES: Final = ("http", "https", "mailto", "tel", "ftp", "urn", "doi")
"""The schemes that a link in an edition may have."""

MAX_PIXELS: Final = 40_000_000
FORMATS: Final = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".gif": "GIF", ".svg": "SVG"}

# Within these, an SVG could run a script, fetch, or expand: SVG 2, chapters 14 and 18; XML 1.0, section 4.
_SVG_REFUSED: Final = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\s*(?:\w+:)?(?:script|foreignObject|iframe|image|feImage)\b|\son\w+\s*="
    rb"|href\s*=\s*[\"'](?!\s*#)|url\(\s*[\"']?(?!\s*#)|@import|javascript:",
    re.IGNORECASE,
)


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
        if not image.get("alt", "").strip():
            message = f'the image "{uri}" has no alternative text: say below it, with :alt:, what it shows'
            report(document, "image-alt-missing", message, image)
            image["alt"] = uri


def _resolve(image: nodes.image, article: Path, root: Path) -> tuple[str, str] | None:
    """Set ``uri`` to the path below `root`, or say what is wrong."""
    uri = _as_written(image)
    parts = urlsplit(uri)
    if parts.scheme or parts.netloc or uri.startswith("//"):
        return (
            "image-outside",
            f'the image "{uri}" is an address: put the file beside the article and name it',
        )
    name = unquote(parts.path)
    if "\x00" in name or name.startswith("/") or "\\" in name:
        return (
            "image-outside",
            f'the image "{uri}" must be named relative to the article, with / between folders',
        )
    below = posixpath.normpath(posixpath.join(article.parent.resolve().relative_to(root).as_posix(), name))
    path = root / below
    if below.startswith("..") or not path.resolve().is_relative_to(root):
        return "image-outside", f'the image "{uri}" lies outside the source folder'
    if not path.is_file():
        there = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        return "image-missing", f'there is no image "{uri}"{suggest(path.name, there)}'
    image["uri"] = below
    return _check_format(path, uri)


def _as_written(image: nodes.image) -> str:
    """The address of an image with the spaces in it: docutils drops those that are not escaped."""
    uri: str = image["uri"]
    first = re.search(r"::[ \n]+(.*)", image.rawsource)
    return first[1].strip() if first is not None and "".join(first[1].split()) == uri else uri


def _check_format(path: Path, uri: str) -> tuple[str, str] | None:
    wanted = FORMATS.get(path.suffix.lower())
    if wanted is None:
        return "image-format", f'the image "{uri}" is not a PNG, JPEG, GIF or SVG file'
    if wanted == "SVG":
        return _check_svg(path, uri)
    from PIL import Image, ImageFile, UnidentifiedImageError

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(path, formats=[wanted]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return "image-format", f'the image "{uri}" has more than 40 million pixels: make it smaller'
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return "image-format", f'the image "{uri}" is not a whole {wanted} file'
    return None


def _check_svg(path: Path, uri: str) -> tuple[str, str] | None:
    from lxml import etree

    raw = path.read_bytes()
    refused = _SVG_REFUSED.search(raw)
    if refused is not None:
        what = refused[0].decode("ascii", "replace").strip()
        return "image-format", f'the SVG image "{uri}" holds "{what}", which is not let into an edition'
    try:
        top = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return "image-format", f'the image "{uri}" is not well-formed SVG: {error.msg}'
    if etree.QName(top).localname != "svg":
        return "image-format", f'the image "{uri}" is not SVG'
    return None


def _replace(image: nodes.image, message: str) -> None:
    inline = isinstance(image.parent, nodes.TextElement)
    text = image.get("alt") or image["uri"]
    node: nodes.Element = fault(text, text, title=message) if inline else fault_block("", title=message)
    if not inline:
        node += nodes.paragraph(text, text)
    if isinstance(image.parent, nodes.figure):
        figure = image.parent
        for part in figure[figure.index(image) + 1 :]:
            caption = isinstance(part, nodes.caption)
            node += nodes.paragraph(part.rawsource, "", *part.children) if caption else part.children
        figure.replace_self(node)
    else:
        image.replace_self(node)
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
        elif scheme is None and (cleaned.startswith("//") or not cleaned):
            message = f'the link "{uri}" names no page: write the whole address, with https://'
        elif scheme is None:
            message = (
                f'the link "{uri}" leads to a file that no reader has: write a whole address, with https://'
            )
        else:
            continue
        report(document, "link-scheme", message, link)
        link.replace_self(fault(link.rawsource, link.astext(), title=message))
