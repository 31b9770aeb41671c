"""Files that travel inside a PDF and are associated with it (ISO 19005-3, 6.8; ISO 32000-1, 7.11.4).

An article's PDF is written by pydyf, a packet's by pikepdf: what stands in the file is said here once, and
each gives the objects of its own.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pipeline.timestamps import stamp

RELATIONSHIPS: Final = ("Source", "Data", "Alternative", "Supplement", "Unspecified")


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the PDF (ISO 19005-3, 6.8 and annex E).

    :param name: of the file; a relative path, with ``/`` between folders (ISO 32000-1, 7.11.2).
    :param data: its bytes.
    :param mime: its media type.
    :param relationship: to the document: one of `RELATIONSHIPS`.
    :param description: what it is, in words.
    """

    name: str
    data: bytes
    mime: str
    relationship: str
    description: str

    def __post_init__(self) -> None:
        """Check the relationship.

        :raises ValueError: when it is none of `RELATIONSHIPS`.
        """
        if self.relationship not in RELATIONSHIPS:
            raise ValueError(f"not a relationship of an associated file: {self.relationship}")


class Objects(Protocol):
    """Makes the objects of a PDF file."""

    def name(self, value: str) -> Any:
        """A name (7.3.5), given without its slash."""

    def text(self, value: str) -> Any:
        """A text string (7.9.2.2)."""

    def string(self, value: bytes) -> Any:
        """A byte string (7.9.2.4)."""

    def dictionary(self, entries: dict[str, Any]) -> Any:
        """A dictionary; keys without their slash."""

    def added(self, dictionary: Any) -> Any:
        """Make an object of the file of a dictionary.

        :returns: what refers to it.
        """

    def stream(self, data: bytes, entries: dict[str, Any]) -> Any:
        """Add a stream to the file.

        :returns: what refers to it.
        """


def embed(objects: Objects, attachments: Sequence[Attachment], date: datetime.date) -> dict[str, Any]:
    """Add files to a PDF. Its catalog has still to name them, under ``EmbeddedFiles`` and ``AF``.

    :param objects: of the PDF.
    :param date: of the document: the time stamp of the files.
    :returns: what refers to the specification of each file, by its name.
    """
    when = stamp(date).strftime("D:%Y%m%d%H%M%SZ")
    found = {}
    for attachment in attachments:
        parameters = {
            "Size": len(attachment.data),
            "CreationDate": objects.text(when),
            "ModDate": objects.text(when),
            "CheckSum": objects.string(hashlib.md5(attachment.data, usedforsecurity=False).digest()),
        }
        entries = {
            "Type": objects.name("EmbeddedFile"),
            "Subtype": objects.name(attachment.mime),
            "Params": objects.dictionary(parameters),
        }
        stream = objects.stream(attachment.data, entries)
        specification = {
            "Type": objects.name("Filespec"),
            "F": objects.text(attachment.name),
            "UF": objects.text(attachment.name),
            "EF": objects.dictionary({"F": stream, "UF": stream}),
            "Desc": objects.text(attachment.description),
            "AFRelationship": objects.name(attachment.relationship),
        }
        found[attachment.name] = objects.added(objects.dictionary(specification))
    return found


class PydyfObjects:
    """The objects of a file that pydyf writes.

    :param pdf: a ``pydyf.PDF``.
    """

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf

    def name(self, value: str) -> str:
        """A name: pydyf writes it as it is given."""
        signs = (char if char.isalnum() or char in "-." else f"#{ord(char):02x}" for char in value)
        return f"/{''.join(signs)}"

    def text(self, value: str) -> Any:
        """A text string."""
        import pydyf

        return pydyf.String(value)

    def string(self, value: bytes) -> str:
        """A byte string, in hexadecimal digits."""
        return f"<{value.hex()}>"

    def dictionary(self, entries: dict[str, Any]) -> Any:
        import pydyf

        return pydyf.Dictionary(entries)

    def added(self, dictionary: Any) -> Any:
        """Add a dictionary to the file."""
        self.pdf.add_object(dictionary)
        return dictionary.reference

    def stream(self, data: bytes, entries: dict[str, Any]) -> Any:
        """Add a stream to the file."""
        import pydyf

        return self.added(pydyf.Stream([data], pydyf.Dictionary(entries), compress=True))
