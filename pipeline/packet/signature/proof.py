"""Whether the signature of a packet holds, and whom it is from. Nothing is fetched from a network."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """What a signature says.

    :param name: of whom it is, as the certificate has it; empty where it can't be read.
    :param moment: of signing, as the signer's clock had it.
    :param fault: why it does not hold; empty where it does.
    :param trusted: whether the certificate goes back to one that is trusted; ``None`` where none was named.
    """

    name: str = ""
    moment: str = ""
    fault: str = ""
    trusted: bool | None = None


def prove(data: bytes, roots: Sequence[bytes], password: str = "") -> Proof:
    """Check the signature of a file.

    :param data: of the file.
    :param roots: the certificates that are trusted, as DER; without any only the signature is checked.
    :param password: that opens the file, where it has one.
    """
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    # What it has to say of odd files goes nowhere else; without a handler Python writes it to the terminal.
    logging.getLogger("pyhanko").addHandler(logging.NullHandler())
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        reader.decrypt(password)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return Proof(fault="there is not one signature in it")
    (signature,) = signatures
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots], allow_fetching=False
    )
    usage = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    status = validate_pdf_signature(signature, context, key_usage_settings=usage, skip_diff=True)
    name = _name(signature.signer_cert)
    moment = status.signer_reported_dt.strftime("%Y-%m-%d %H:%M UTC") if status.signer_reported_dt else ""
    fault = ""
    if not (status.intact and status.valid):
        fault = "it was changed after it was signed"
    elif status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        fault = "something was added after it was signed"
    return Proof(name, moment, fault, status.trusted if roots else None)


def _name(certificate: object) -> str:
    subject = getattr(certificate, "subject", None)
    native = getattr(subject, "native", None) or {}
    text = str(native.get("common_name") or getattr(subject, "human_friendly", ""))
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]
