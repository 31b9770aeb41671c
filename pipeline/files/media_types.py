"""The media type of a file by the ending of its name.

The table is our own. Python's is filled from files of the machine (``/etc/mime.types``) and differs from
version to version, and the type stands in PDF and EPUB files, which are the same on every machine.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

_TEXTS: Final = {".rst": "text/x-rst", ".csv": "text/csv", ".html": "text/html"}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"

# As registered with IANA, where they are; of one that is not, as Debian has it.
_TYPES: Final = {
    **_TEXTS,
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".bib": "text/x-bibtex",
    ".css": "text/css",
    ".js": "text/javascript",
    ".ics": "text/calendar",
    ".htm": "text/html",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".toml": "application/toml",
    ".yaml": "application/yaml",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".rtf": "application/rtf",
    ".eml": "message/rfc822",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".odt": f"{_OPEN}.text",
    ".ods": f"{_OPEN}.spreadsheet",
    ".odp": f"{_OPEN}.presentation",
}


_SHEETS: Final = (".xlsx", ".xls", ".ods")


def media_type(name: str) -> str:
    """The media type of any file; of one that is not in the table, that of bytes.

    :param name: of the file, with or without its folder.
    """
    return _TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream")


def text_type(name: str) -> str:
    """The media type of a text or a sheet that an article is made of: its own kinds, else plain text.

    :param name: as for `media_type`.
    """
    suffix = PurePath(name).suffix.lower()
    return _TYPES[suffix] if suffix in _SHEETS else _TEXTS.get(suffix, "text/plain")
