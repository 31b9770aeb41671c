"""The desk's own key and its certificate, from a file, for the time of one command."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from pipeline.errors import reason_of

VARIABLE: Final = "DESPATCH_SIGN_PASSWORD"
"""The variable of the environment that holds the password of the key."""
MISSING: Final = 'to sign and to check signatures, type: pip install "despatch[sign]"'
_LONGEST: Final = 1 << 20


class KeyFault(ValueError):
    """A key or certificate that can't be used; the text says why, and what to do."""


class PasswordNeeded(KeyFault):
    """The key has a password, and none or another was given."""


@dataclass(frozen=True)
class Key:
    """A key that signs.

    :param data: of its file, as it lies there; `password` opens it.
    :param name: of whom it stands for: the certificate's common name.
    """

    data: bytes
    certificates: bytes
    password: bytes | None
    name: str


def installed() -> bool:
    """Whether pyHanko is."""
    return find_spec("pyhanko") is not None


def load_key(path: Path, certificate: Path | None = None, password: str | None = None) -> Key:
    """Read a key with its certificate.

    :param path: PKCS #12 (``.p12``, ``.pfx``), or PEM with key and certificate.
    :param certificate: the certificate, PEM, where it is a file of its own.
    :param password: that the key is kept with; by default that of the environment (`VARIABLE`).
    :raises KeyFault: when it can't be used.
    """
    if not installed():
        raise KeyFault(MISSING)
    given = password if password is not None else os.environ.get(VARIABLE)
    secret = given.encode() if given else None
    data = _read(path)
    beside = _read(certificate) if certificate is not None else b""
    _, own, _ = opened(data, beside, secret, path)
    return Key(data, beside, secret, common_name(own))


def opened(
    data: bytes, beside: bytes, secret: bytes | None, path: Path | None = None
) -> tuple[Any, Any, Any]:
    """The key, its certificate and the others of the chain, as *cryptography* has them.

    :raises KeyFault: when it can't be used.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    what = str(path or "the key")
    try:
        found = _pem(data, beside, secret) if b"-----BEGIN" in data else _pkcs12(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if "password" in str(error).lower() or "decrypt" in str(error).lower() or secret is not None:
            message = f"{what}: the password of the key is missing or wrong: set {VARIABLE}"
            raise PasswordNeeded(f"{message}, or type it when you are asked") from error
        raise KeyFault(f"{what}: this is no key with its certificate (PKCS #12 or PEM)") from error
    key, own, _ = found
    if key is None or own is None:
        raise KeyFault(f"{what}: there is no certificate beside the key: name it with --certificate")
    if _public(key.public_key()) != _public(own.public_key()):
        raise KeyFault(f"{what}: the certificate belongs to another key")
    return found


def _pkcs12(data: bytes, secret: bytes | None) -> tuple[Any, Any, Any]:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    return load_key_and_certificates(data, secret)


def _pem(data: bytes, beside: bytes, secret: bytes | None) -> tuple[Any, Any, Any]:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificates

    key = load_pem_private_key(data, secret)
    there = data + b"\n" + beside
    certificates = load_pem_x509_certificates(there) if b"BEGIN CERTIFICATE" in there else []
    public = _public(key.public_key())
    own = next((one for one in certificates if _public(one.public_key()) == public), None)
    return key, own or next(iter(certificates), None), [one for one in certificates if one is not own]


def _public(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def common_name(certificate: Any) -> str:
    """Whom a certificate is for, in one line."""
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(names[0].value) if names else certificate.subject.rfc4514_string()
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]


def load_roots(paths: list[Path]) -> list[bytes]:
    """The certificates that are trusted, each as DER.

    :raises KeyFault: when a file has none.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates

    if not installed():
        raise KeyFault(MISSING)
    found = []
    for path in paths:
        data = _read(path)
        try:
            pem = b"-----BEGIN" in data
            read = load_pem_x509_certificates(data) if pem else [load_der_x509_certificate(data)]
        except ValueError as error:
            raise KeyFault(f"{path}: there is no certificate in it (PEM or DER)") from error
        found += [one.public_bytes(Encoding.DER) for one in read]
    return found


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise KeyFault(f"{path}: this is no file")
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as error:
        raise KeyFault(f"{path}: it can't be read: {reason_of(error)}") from error
