"""A packet is signed when it is whole: one signature over all its bytes (PAdES B-B, ETSI EN 319 142-1).

pyHanko makes the signature; the room for it is in the file already, so that nothing else of the file changes:
no second revision, no other metadata. The moment of signing stands in it, and some keys sign otherwise each
time: it is the one thing in a packet that is not the same from one build to the next.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
from pathlib import Path

from pipeline.packet.signature.field import NO_MOMENT, ROOM, places
from pipeline.packet.signature.keys import Key, opened


def now() -> str:
    """The moment of signing, as ISO 32000-1, 7.9.4, writes it; PAdES has it in the file alone."""
    return datetime.datetime.now(datetime.UTC).strftime("D:%Y%m%d%H%M%S+00'00'")


def sign(path: Path, key: Key) -> None:
    """Sign a file that has room for it, in place. A file with a password has the moment in it already.

    :raises ValueError: when there is no room.
    :raises OSError: when the file can't be read or written.
    """
    data = bytearray(path.read_bytes())
    numbers, start, end = places(bytes(data))
    moment = data.find(NO_MOMENT.encode())
    if moment >= 0:
        data[moment : moment + len(NO_MOMENT)] = now().encode()
    span = b"%d %d %d %d" % (0, start, end, len(data) - end)
    room = data.index(b"]", numbers) - numbers
    data[numbers : numbers + room] = span.ljust(room)
    digest = hashlib.sha256(bytes(data[:start]) + bytes(data[end:])).digest()
    signed = _cms(key, digest)
    if len(signed) > ROOM:
        raise ValueError("the certificates of the key are too long")
    data[start + 1 : start + 1 + 2 * len(signed)] = signed.hex().encode("ascii")
    path.write_bytes(data)


def _cms(key: Key, digest: bytes) -> bytes:
    """The signature of a digest, with the certificates that go with it (RFC 5652)."""
    from asn1crypto import keys, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.ades.api import CAdESSignedAttrSpec
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private, own, others = opened(key.data, key.certificates, key.password)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in others or ())
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(own.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=store,
    )
    attributes = PdfCMSSignedAttributes(cades_signed_attrs=CAdESSignedAttrSpec())
    made = signer.async_sign(digest, "sha256", use_pades=True, signed_attr_settings=attributes)
    return bytes(asyncio.run(made).dump())
