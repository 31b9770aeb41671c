"""The password of a packet: where it stands, how a file that has one is opened, and how it is written.

The password stands in a variable of the environment; its name alone is in a manifest or on a command line. A
file is encrypted by AES with 256 bits (ISO 32000-2, 7.6.4: revision 6, ``AESV3``). Every permission is given,
that of programs which read aloud among them (ISO 14289-1, 7.16): who has the password may do what may be done
with any packet. That encryption takes random numbers for its keys and for each text, so that two files of one
packet are not the same bytes; what is in them, once they are opened, is.
"""

from __future__ import annotations

import hashlib
import os
import stringprep
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Pdf, Permissions, String

_REVISION: Final = 6
_EXTENSION: Final = 8
"""Of PDF 1.7, in which revision 6 was first described; PDF 2.0 took it over."""
_LONGEST: Final = 127
"""Bytes of a password, in UTF-8 (ISO 32000-2, 7.6.4.3.3)."""
_REFUSED: Final = (
    stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4, stringprep.in_table_c5,
    stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
)  # fmt: skip
"""What no password may have (RFC 4013, 2.3)."""


class LockedError(ValueError):
    """A file can't be opened without its password, or with the one that is given; the text says so."""


@dataclass(frozen=True)
class Lock:
    """A password.

    :param variable: of the environment that holds it; empty where there is none.
    """

    variable: str = ""

    @property
    def fault(self) -> str:
        """Why it can't be used, in words; empty where it can, or where there is none."""
        if not self.variable:
            return ""
        given = os.environ.get(self.variable, "")
        if not given:
            return (
                f'the variable "{self.variable}" of the environment is not set: set it to the password first'
            )
        if any(refused(letter) for letter in given for refused in _REFUSED):
            return f'the password in "{self.variable}" has a character that no password can have'
        if not _prepared(given) or len(_prepared(given).encode()) > _LONGEST:
            return f'the password in "{self.variable}" is empty or too long: {_LONGEST} bytes are read'
        return ""

    @property
    def password(self) -> str:
        """The password as PDF has it (RFC 4013), or an empty text."""
        return _prepared(os.environ.get(self.variable, "")) if self.variable else ""

    def open(self, path: Path) -> Pdf:
        """Open a file that may have this password, or none.

        :raises LockedError: when it has one, and not this.
        :raises pikepdf.PdfError: when it can't be read.
        """
        for password in dict.fromkeys(("", self.password)):
            try:
                return pikepdf.open(path, password=password)
            except pikepdf.PasswordError:
                continue
        if self.password:
            raise LockedError(f'it can\'t be opened with the password in "{self.variable}"')
        raise LockedError(
            "it can't be opened without its password: name with --password-from the variable of the "
            "environment that holds it"
        )


OPEN: Final = Lock()
"""No password."""


def _prepared(text: str) -> str:
    """A password as it is compared (RFC 4013): one form of each character, one kind of space."""
    spaced = (" " if stringprep.in_table_c12(letter) else letter for letter in text)
    return unicodedata.normalize("NFKC", "".join(one for one in spaced if not stringprep.in_table_b1(one)))


def announce(pdf: Pdf) -> None:
    """Say in the catalogue which extension of PDF 1.7 a file with a password needs (ISO 32000-1, 7.12).

    qpdf would write it; here it comes before the record, so that it counts there.
    """
    level = Dictionary(BaseVersion=Name("/1.7"), ExtensionLevel=_EXTENSION)
    pdf.Root.Extensions = Dictionary(ADBE=level)


def save_locked(pdf: Pdf, file: BinaryIO, lock: Lock, seed: bytes) -> None:
    """Write a file with a password. `announce` comes first, before the record.

    :param seed: that its identifier is made of; the second half of that is another at each time.
    """
    number = String(hashlib.sha256(seed).digest()[:16])
    pdf.trailer.ID = Array([number, number])
    allowed = Permissions(modify_assembly=True)  # the others are given unless one says otherwise
    encryption = Encryption(owner=lock.password, user=lock.password, R=_REVISION, allow=allowed)
    pdf.save(
        file,
        encryption=encryption,
        force_version=("1.7", _EXTENSION),
        object_stream_mode=ObjectStreamMode.generate,
    )


def faults_of_lock(pdf: Pdf, *, wanted: bool) -> list[str]:
    """How the encryption of an open file is not as `save_locked` writes it.

    :param wanted: whether it should have a password.
    """
    if not wanted:
        return ["it has a password, and had none"] if pdf.is_encrypted else []
    if not pdf.is_encrypted:
        return ["it has no password, and had one"]
    found = []
    how = pdf.encryption
    if how.R != _REVISION or how.bits != 256 or how.stream_method.name != "aesv3":
        found.append("it is encrypted in another way than it was")
    if not pdf.allow.accessibility:
        found.append("programs that read aloud may not read it")
    return found
