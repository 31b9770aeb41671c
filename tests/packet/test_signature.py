"""A packet may be signed with the desk's own key; whoever reads it learns by whom, and whether that holds."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from pipeline.check.validators import validate_pdf
from pipeline.packet.attach import attach
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.signature.keys import VARIABLE, KeyFault, PasswordNeeded, load_key, load_roots
from pipeline.packet.stitch.earlier import read_earlier
from pipeline.packet.stitch.record import sums_in
from pipeline.packet.stitch.verify import Verdict, verify
from tests.support.articles import HEAD
from tests.support.command import despatch

pytestmark = pytest.mark.usefixtures("one_process")

MANIFEST = """\
title = "Visit"
date = 2026-11-24
[[section]]
title = "S"
[[section.item]]
article = "a.rst"
"""
PASSWORD = "open sesame"


def write_keys(folder: Path, name: str) -> Any:
    """A key with its own certificate: ``.p12``, ``.pem`` (both), ``-key.pem``, ``-cert.pem``."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives import serialization as ways
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    lock = ways.BestAvailableEncryption(PASSWORD.encode())
    private = key.private_bytes(ways.Encoding.PEM, ways.PrivateFormat.PKCS8, lock)
    public = certificate.public_bytes(ways.Encoding.PEM)
    (folder / f"{name}.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, lock)
    )
    (folder / f"{name}.pem").write_bytes(private + public)
    (folder / f"{name}-key.pem").write_bytes(private)
    (folder / f"{name}-cert.pem").write_bytes(public)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a key, a stranger's key, and a packet that is signed."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "source").mkdir()
    (folder / "source" / "a.rst").write_text(HEAD + "Text.\n")
    (folder / "source" / "visit.toml").write_text(MANIFEST)
    for name in ("desk", "stranger"):
        write_keys(folder, name)
    key = load_key(folder / "desk.p12", password=PASSWORD)
    result = make_packet(folder / "source" / "visit.toml", PacketOrder(folder / "build", key=key))
    assert not result.failed, result.findings
    return folder


@pytest.fixture
def packet(desk: Path, tmp_path: Path) -> Path:
    """A copy of the packet in a copy of its folder."""
    return Path(shutil.copytree(desk / "build" / "visit", tmp_path / "visit")) / "visit.pdf"


def test_verify_says_who_has_signed(desk: Path, packet: Path) -> None:
    verdict = verify(packet)
    assert verdict.findings == []
    assert 'signed by "desk" on ' in verdict.signature
    assert "the certificate was not checked" in verdict.signature
    trusted = verify(packet, roots=load_roots([desk / "desk-cert.pem"]))
    assert trusted.findings == []
    assert "goes back to one that is trusted" in trusted.signature
    other = verify(packet, roots=load_roots([desk / "stranger-cert.pem"]))
    assert [finding.code for finding in other.findings] == ["packet-signature"]


def test_without_pyhanko_a_signature_is_told_and_not_checked(
    packet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.packet.stitch.verify.installed", lambda: False)
    verdict = verify(packet)
    assert [(finding.code, finding.is_error) for finding in verdict.findings] == [("packet-unchecked", False)]
    assert 'pip install "despatch[sign]"' in verdict.findings[0].message
    assert str(verdict).endswith("are what they were")


def test_a_signed_packet_keeps_to_both_standards_and_to_its_checksums(packet: Path) -> None:
    assert not validate_pdf(packet)
    sums = dict(sums_in((packet.parent / "SHA256SUMS").read_text()))
    assert "visit.pdf" in sums
    assert verify(packet).beside == len(sums)
    with pikepdf.open(packet) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert b"pdfaid" in pdf.Root.Metadata.read_bytes()
        forms = [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/S") == Name.Form]
        assert [form.K.Obj.objgen for form in forms] == [field.objgen]


def _write_anew(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path)


def _append(path: Path) -> None:
    """What a program that only appends would write (ISO 32000-1, 7.5.6): the first object once more."""
    data = path.read_bytes()
    start = int(data.rstrip().rsplit(b"startxref", 1)[1].split()[0])
    at = len(data)
    added = b"900 0 obj\n<< /Added true >>\nendobj\n"
    table = b"xref\n900 1\n%010d 00000 n \n" % at
    with pikepdf.open(path) as pdf:
        root = pdf.Root.objgen[0]
    trailer = b"trailer\n<< /Size 901 /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    path.write_bytes(data + added + table + trailer % (root, start, at + len(added)))


def _other_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"/M (D:20") + 9
    data[at : at + 1] = b"1"
    path.write_bytes(data)


def _taken_out(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        del pdf.Root.AcroForm.Fields[0].V
        pdf.save(path)


def _nonsense(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"/Contents <") + 11
    data[at : at + 40] = b"ab" * 20
    path.write_bytes(data)


@pytest.mark.parametrize("how", [_write_anew, _append, _other_byte, _taken_out, _nonsense])
def test_whatever_is_done_after_signing_is_told(packet: Path, how: Callable[[Path], None]) -> None:
    how(packet)
    (packet.parent / "SHA256SUMS").unlink()
    found = {finding.code for finding in verify(packet).findings}
    assert "packet-signature" in found


def test_a_stranger_who_signs_anew_after_a_change_is_told(desk: Path, packet: Path) -> None:
    from pipeline.packet.signature.field import fill, take_out
    from pipeline.packet.signature.sign import sign

    def resigned(change: Callable[[Pdf], object]) -> Verdict:
        with pikepdf.open(desk / "build" / "visit" / "visit.pdf") as pdf:
            take_out(pdf)
            change(pdf)
            fill(pdf)
            pdf.save(packet, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        sign(packet, load_key(desk / "stranger.pem", password=PASSWORD))
        (packet.parent / "SHA256SUMS").unlink(missing_ok=True)
        return verify(packet, roots=load_roots([desk / "desk-cert.pem"]))

    verdict = resigned(lambda pdf: pdf.pages[-1].contents_add(b"0 0 9 9 re f"))
    assert {finding.code for finding in verdict.findings} == {"packet-changed", "packet-signature"}
    assert {finding.code for finding in resigned(lambda pdf: None).findings} == {"packet-signature"}


def test_what_is_attached_would_break_a_signature(packet: Path, tmp_path: Path) -> None:
    before = packet.read_bytes()
    (tmp_path / "late.txt").write_text("late")
    result = attach(packet, [Addition(tmp_path / "late.txt", embed=True)])
    assert result.failed
    assert [finding.code for finding in result.findings] == ["packet-signed"]
    assert packet.read_bytes() == before


def test_an_earlier_packet_may_be_signed(packet: Path) -> None:
    assert [item.title for item in read_earlier(packet).items] == ["Title"]


def test_who_makes_a_signed_packet_anew_without_the_key_is_told(desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "build"
    shutil.copytree(desk / "build", folder)
    result = make_packet(desk / "source" / "visit.toml", PacketOrder(folder))
    assert [finding.code for finding in result.findings] == ["packet-signature-lost"]


def test_all_but_the_signature_is_the_same_each_time(desk: Path, tmp_path: Path) -> None:
    key = load_key(desk / "desk-key.pem", desk / "desk-cert.pem", PASSWORD)
    make_packet(desk / "source" / "visit.toml", PacketOrder(tmp_path, key=key))
    found = []
    for folder in (desk / "build", tmp_path):
        data = (folder / "visit" / "visit.pdf").read_bytes()
        start = data.index(b"/Contents <")
        end = data.index(b">", start)
        moment = data.index(b"/M (D:")
        found.append((len(data), data[:start], data[end:moment], data[moment + 30 :]))
    assert found[0] == found[1]


def test_the_password_comes_from_the_environment(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PasswordNeeded, match=VARIABLE):
        load_key(desk / "desk.p12")
    with pytest.raises(PasswordNeeded):
        load_key(desk / "desk.pem", password="other")
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert load_key(desk / "desk.p12").name == load_key(desk / "desk.pem").name == "desk"


def test_keys_that_can_not_be_used_are_told(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "no.p12").write_bytes(b"no key")
    for path, certificate, said in (
        (tmp_path / "gone.p12", None, "can't be read"),
        (tmp_path, None, "no file"),
        (tmp_path / "no.p12", None, "no key with its certificate"),
        (desk / "desk-key.pem", None, "no certificate beside"),
        (desk / "desk-key.pem", desk / "stranger-cert.pem", "another key"),
    ):
        with pytest.raises(KeyFault, match=said):
            load_key(path, certificate, PASSWORD if path.suffix == ".pem" else None)
    with pytest.raises(KeyFault, match="no certificate in it"):
        load_roots([tmp_path / "no.p12"])


@pytest.mark.slow
def test_the_command_signs_and_verifies(desk: Path, tmp_path: Path) -> None:
    order = ("packet", desk / "source" / "visit.toml", "--sign", desk / "desk.p12", "-o", tmp_path)
    refused = despatch(*order, folder=desk)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert VARIABLE in refused.stderr
    done = despatch(*order, folder=desk, environment={VARIABLE: PASSWORD})
    assert (done.returncode, done.stderr) == (0, "")
    checked = despatch(
        "verify", tmp_path / "visit" / "visit.pdf", "--trust", desk / "stranger-cert.pem", folder=desk
    )
    assert checked.returncode == 1
    assert "packet-signature" in checked.stderr + checked.stdout
