"""What a file is that is no PDF, by what is in it and not by its name, and what to do with it instead."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

_HEAD: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Files of Office before 2007, and messages of Outlook (MS-CFB)."""
_OLE_BYTES: Final = 4 * 1024 * 1024
"""How much of such a file is searched for the names of its streams."""
_STREAMS: Final = (
    ("EncryptedPackage", "an Office document with a password"),
    ("__properties_version1.0", "a message of Outlook (.msg)"),
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("Workbook", "an Excel workbook"),
    ("Book", "an Excel workbook"),
    ("VisioDocument", "a Visio drawing"),
)
_ZIPPED: Final = (
    ("word/", "a Word document"),
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("visio/", "a Visio drawing"),
    ("Index/Document.iwa", "a document of Pages, Numbers or Keynote"),
)
_MIMETYPES: Final = {
    "application/vnd.oasis.opendocument.text": "a LibreOffice text",
    "application/vnd.oasis.opendocument.spreadsheet": "a LibreOffice spreadsheet",
    "application/vnd.oasis.opendocument.presentation": "a LibreOffice presentation",
    "application/vnd.oasis.opendocument.graphics": "a LibreOffice drawing",
    "application/epub+zip": "an ebook (EPUB)",
}
_SIGNS: Final = (
    (b"{\\rtf", "a rich text document (RTF)"),
    (b"\x78\x9f\x3e\x22", "what Outlook packs a message in (winmail.dat)"),
    (b"%!PS", "a PostScript file"),
    (b"BEGIN:VCALENDAR", "an appointment (.ics)"),
    (b"BEGIN:VCARD", "a business card (.vcf)"),
    (b"From ", "a mailbox"),
)
_PICTURES: Final = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
PICTURE: Final = "a picture"
_MAIL: Final = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|cc|date|subject|mime-version|message-id|reply-to|"
    rb"content-type|x-[a-z-]+|dkim-signature|arc-[a-z-]+|authentication-results):",
    re.IGNORECASE | re.MULTILINE,
)
_HEADERS: Final = 3
"""How many lines of a mail's head make one."""
_WEB: Final = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)", re.I | re.S)
_FLAT: Final = ((b'progid="Word.', "a Word document"), (b'progid="Excel.', "an Excel workbook"))


def kind_of(path: Path) -> str:
    """What a file is, as “a Word document”; empty where it is a PDF, or nothing that is known.

    :raises OSError: when it can't be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if b"%PDF-" in head[:1024]:
            return ""
        if head.startswith(b"PK\x03\x04"):
            return _zipped(path)
        if head.startswith(_OLE):
            data = head + file.read(_OLE_BYTES)
            file.seek(max(len(data), path.stat().st_size - _OLE_BYTES))
            data += file.read()
            found = (said for name, said in _STREAMS if f"{name}\0".encode("utf-16-le") in data)
            return next(found, "an old Office document")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, said in _SIGNS:
        if text.startswith(sign):
            return said
    if head.startswith(_PICTURES) or head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif"):
        return PICTURE
    for sign, said in _FLAT:
        if sign in head:
            return said
    if _WEB.match(text):
        return "a web page"
    top = re.split(rb"\r?\n\r?\n", text)[0]
    return "a mail (.eml)" if _MAIL.match(text) and len(_MAIL.findall(top)) >= _HEADERS else ""


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            for start, said in _ZIPPED:
                if any(name.startswith(start) for name in names):
                    return said
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return _MIMETYPES.get(kind.removesuffix("-template"), "a packed document")
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "a packed file that is damaged"
    return "a packed folder (ZIP): unpack it"


def instead(kind: str) -> str:
    """What to do with a file of a kind that is no PDF, in words."""
    if kind == PICTURE:
        return 'name it with image = "…" instead of pdf'
    return (
        "save it as PDF and name that file; or let it travel inside, without pages (in a manifest: "
        'enclosed = "…", with despatch attach: --embed)'
    )
