"""The files of a finished EPUB, opened as a reading system opens them: container, package, spine."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

XHTML: Final = "{http://www.w3.org/1999/xhtml}"
OPS: Final = "{http://www.idpf.org/2007/ops}"
OPF: Final = "{http://www.idpf.org/2007/opf}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_CONTAINER: Final = "{urn:oasis:names:tc:opendocument:xmlns:container}"


class UnreadableError(Exception):
    """The file is no EPUB that a reading system could open; the message says why."""


@dataclass
class Book:
    """An opened EPUB.

    :param spine: paths of the content documents in reading order.
    :param pages: the parsed documents by path, that of the navigation included.
    :param nav: path of the navigation document, or "".
    :param metadata: the ``metadata`` element of the package document.
    :param names: paths of all files.
    :param sheets: the style sheets by path.
    """

    spine: list[str] = field(default_factory=list)
    pages: dict[str, Any] = field(default_factory=dict)
    nav: str = ""
    metadata: Any = None
    names: set[str] = field(default_factory=set)
    sheets: dict[str, str] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """Texts of the Dublin Core elements or ``meta`` properties of this name."""
        found = []
        for element in self.metadata:
            if element.tag == DC + name or element.get("property") == name:
                found.append(" ".join("".join(element.itertext()).split()))
        return found


def open_book(path: Path) -> Book:
    """Open an EPUB (EPUB 3.3, sections 4.2 and 5).

    :raises UnreadableError: when it is no EPUB, or a part that it names is not there or not well-formed.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    book = Book()
    try:
        with zipfile.ZipFile(path) as archive:
            book.names = set(archive.namelist())
            container = etree.fromstring(archive.read("META-INF/container.xml"), parser)
            rootfile = container.find(f".//{_CONTAINER}rootfile")
            root = rootfile.get("full-path") if rootfile is not None else ""
            package = etree.fromstring(archive.read(root), parser)
            book.metadata = package.find(f"{OPF}metadata")
            items: dict[str, str] = {}
            for item in package.iter(f"{OPF}item"):
                name = join(root, item.get("href"))
                items[item.get("id")] = name
                if item.get("media-type") == "text/css":
                    book.sheets[name] = archive.read(name).decode("utf-8", "replace")
                if "nav" in item.get("properties", "").split():
                    book.nav = name
            book.spine = [items[ref.get("idref")] for ref in package.iter(f"{OPF}itemref")]
            for name in dict.fromkeys([*book.spine, *([book.nav] if book.nav else [])]):
                book.pages[name] = etree.fromstring(archive.read(name), parser)
    except KeyError as error:
        raise UnreadableError(f"it names something that is not in it: {error.args[0]}") from error
    except (zipfile.BadZipFile, etree.XMLSyntaxError, OSError) as error:
        raise UnreadableError(" ".join(str(error).split())) from error
    return book


def join(base: str, href: str) -> str:
    """The path in the archive that an address without fragment means, seen from the file `base`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href)))


def resolve(base: str, href: str) -> tuple[str, str] | None:
    """Path and id that an address inside the book means, or ``None`` for one outside."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return None
    return (join(base, parts.path) if parts.path else base, unquote(parts.fragment))


def types(element: Any) -> set[str]:
    """What an element says that it is: its ``epub:type`` and its DPUB-ARIA roles without ``doc-``."""
    kinds = set(element.get(f"{OPS}type", "").split())
    return kinds | {role.removeprefix("doc-") for role in element.get("role", "").split()}
