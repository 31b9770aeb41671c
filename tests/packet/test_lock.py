"""A packet may have a password: who has it reads everything, nobody else anything."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Encryption, ObjectStreamMode, Permissions

from pipeline.build import Result
from pipeline.check.packet import PacketReport
from pipeline.limits import Limits
from pipeline.packet.attach import attach
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.check import examine
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.signature.keys import load_key
from pipeline.packet.stitch.verify import verify
from tests.packet.test_signature import PASSWORD as KEY_PASSWORD
from tests.packet.test_signature import write_keys
from tests.support import packet_papers as papers
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.packets import paper

pytestmark = pytest.mark.usefixtures("one_process")

VARIABLE = "VISIT_PASSWORD"
SECRET = "nine wooden horses"
MANIFEST = f"""\
title = "Visit to Valletta"
date = 2026-11-24
password-from = "{VARIABLE}"

[[section]]
title = "Papers"

[[section.item]]
article = "a.rst"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"

[version.open]
password-from = ""
"""
LOCK = Lock(VARIABLE)


def write_desk(folder: Path) -> Path:
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "a.rst").write_text(HEAD + "The harbour is deep.\n")
    (folder / "source" / "plan.pdf").write_bytes(papers.text_pdf("pdf/ua-1"))
    manifest = folder / "source" / "visit.toml"
    manifest.write_text(MANIFEST)
    return manifest


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A desk with a packet that has a password, and what became of it."""
    folder = tmp_path_factory.mktemp("locked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, SECRET)
        result = make_packet(write_desk(folder), PacketOrder(folder / "build"))
    assert not result.failed, result.findings
    return folder, result


@pytest.fixture
def packet(made: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the packet in a copy of its folder."""
    return Path(shutil.copytree(made[0] / "build" / "visit", tmp_path / "visit")) / "visit.pdf"


def plain(pdf: Path) -> bytes:
    """A packet without its password, its bytes the same whenever what is in it is the same."""
    written = io.BytesIO()
    with pikepdf.open(pdf, password=SECRET) as opened:
        mode = ObjectStreamMode.disable
        opened.save(written, encryption=False, deterministic_id=True, object_stream_mode=mode)
    return written.getvalue()


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


# What is written -----------------------------------------------------------------------------------------


def test_nobody_reads_it_without_the_password(made: tuple[Path, Result]) -> None:
    folder = made[0] / "build" / "visit"
    path = folder / "visit.pdf"
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    data = path.read_bytes()
    assert not [word for word in (b"Valletta", b"harbour", b"Plan", b"record.json") if word in data]
    with pypdfium2.PdfDocument(path, password=SECRET) as opened:
        assert "harbour" in "".join(page.get_textpage().get_text_bounded() for page in opened)


def test_it_is_aes_of_256_bits_and_may_be_read_aloud(made: tuple[Path, Result]) -> None:
    with pikepdf.open(made[0] / "build" / "visit" / "visit.pdf", password=SECRET) as pdf:
        how = pdf.encryption
        assert (how.V, how.R, how.bits) == (5, 6, 256)
        assert {how.stream_method.name, how.string_method.name, how.file_method.name} == {"aesv3"}
        assert int(pdf.trailer.Encrypt.P) & 1 << 9, "bit 10, ISO 14289-1, 7.16"
        assert all(pdf.allow)
        level = pdf.Root.Extensions.ADBE
        assert (str(level.BaseVersion), int(level.ExtensionLevel)) == ("/1.7", 8)
        data = pdf.Root.Metadata.read_bytes()
    assert b"pdfuaid:part" in data, "PDF/UA allows a password"
    assert b"pdfaid:part" not in data, "PDF/A does not (ISO 19005-3, 6.1.3)"


def test_the_password_stands_in_no_file(made: tuple[Path, Result]) -> None:
    for path in (path for path in made[0].rglob("*") if path.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path
    assert SECRET.encode() not in plain(made[0] / "build" / "visit" / "visit.pdf")


def test_it_is_said_what_has_no_password(made: tuple[Path, Result]) -> None:
    (finding,) = [finding for finding in made[1].findings if finding.code == "packet-unlocked"]
    assert finding.line == 3
    assert not finding.is_error
    assert "only visit.pdf has a password" in finding.message
    assert "ebook" in finding.message


@pytest.mark.slow
def test_what_is_in_it_is_the_same_each_time(made: tuple[Path, Result], tmp_path: Path) -> None:
    again = make_packet(write_desk(tmp_path / "again"), PacketOrder(tmp_path / "build"))
    assert not again.failed, again.findings
    one, other = made[0] / "build" / "visit" / "visit.pdf", tmp_path / "build" / "visit" / "visit.pdf"
    assert one.read_bytes() != other.read_bytes(), "encryption takes random numbers: ISO 32000-2, 7.6.4.4"
    assert plain(one) == plain(other)
    assert one.with_suffix(".epub").read_bytes() == other.with_suffix(".epub").read_bytes()


@pytest.mark.slow
def test_a_password_is_the_same_however_its_letters_are_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "cafe\u0301\u00a0\ufb01ve")
    result = make_packet(write_desk(tmp_path), PacketOrder(tmp_path / "build", ebook=False))
    assert not result.failed, result.findings
    (finding,) = [finding for finding in result.findings if finding.code == "packet-unlocked"]
    assert "ebook" not in finding.message
    with pikepdf.open(tmp_path / "build" / "visit" / "visit.pdf", password="caf\u00e9 five") as pdf:
        assert len(pdf.pages) > 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is not set"),
        ("a\x07b", "has a character that no password can have"),
        ("x" * 128, "empty or too long"),
        ("\u00ad", "empty or too long"),
    ],
)
def test_a_password_that_is_none_builds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, value)
    result = make_packet(write_desk(tmp_path), PacketOrder(tmp_path / "build"))
    assert result.failed
    assert [(finding.code, finding.line) for finding in result.findings] == [("packet-password", 3)]
    assert said in result.findings[0].message
    assert not value or value not in result.findings[0].message
    assert not (tmp_path / "build").exists()


def test_a_version_may_have_none(made: tuple[Path, Result]) -> None:
    order = PacketOrder(made[0] / "versions", version="open", ebook=False)
    result = make_packet(made[0] / "source" / "visit.toml", order)
    assert "packet-unlocked" not in codes(result)
    with pikepdf.open(made[0] / "versions" / "visit-open" / "visit-open.pdf") as pdf:
        assert not pdf.is_encrypted
        assert b"pdfaid:part" in pdf.Root.Metadata.read_bytes()


def test_a_packet_that_loses_its_password_is_a_finding(made: tuple[Path, Result], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made[0] / "build", tmp_path / "build"))
    order = PacketOrder(folder, lock=None, ebook=False)
    result = make_packet(made[0] / "source" / "visit.toml", order)
    assert not result.failed
    assert "packet-password-lost" in codes(result)


# What reads it -------------------------------------------------------------------------------------------


def test_verify_asks_for_it(packet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = verify(packet, lock=LOCK)
    assert verdict.findings == []
    assert verdict.parts == 5
    (finding,) = verify(packet).findings
    assert finding.code == "packet-password"
    assert "--password-from" in finding.message
    monkeypatch.setenv(VARIABLE, "another")
    (finding,) = verify(packet, lock=LOCK).findings
    assert finding.message == f'it can\'t be opened with the password in "{VARIABLE}"'


def test_verify_by_its_command(packet: Path) -> None:
    done = despatch("verify", packet, "--password-from", VARIABLE, folder=packet.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("are what they were\n")
    done = despatch("verify", packet, "--password-from", "NOBODY_SET_THIS", folder=packet.parent)
    assert done.returncode == 2
    assert 'the variable "NOBODY_SET_THIS" of the environment is not set' in done.stderr


def test_a_password_that_was_taken_off_is_found(packet: Path) -> None:
    with pikepdf.open(packet, password=SECRET, allow_overwriting_input=True) as pdf:
        pdf.save(packet, encryption=False, force_version="1.7", fix_metadata_version=False)
    said = [finding.message for finding in verify(packet).findings if finding.source == str(packet)]
    assert "it has no password, and had one" in said


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Encryption(owner="o", user=SECRET, R=4), "it is encrypted in another way than it was"),
        (
            Encryption(
                owner="o",
                user=SECRET,
                R=3,
                allow=Permissions(accessibility=False),
                aes=False,
                metadata=False,
            ),
            "programs that read aloud may not read it",
        ),
    ],
)
def test_a_weaker_lock_is_found(packet: Path, how: Encryption, said: str) -> None:
    with pikepdf.open(packet, password=SECRET, allow_overwriting_input=True) as pdf:
        pdf.save(packet, encryption=how)
    assert said in [finding.message for finding in verify(packet, lock=LOCK).findings]


@pytest.mark.slow
def test_attach_keeps_it(packet: Path, tmp_path: Path) -> None:
    paper("Late").save(tmp_path / "late.pdf")
    assert attach(packet, [Addition(tmp_path / "late.pdf")]).failed
    result = attach(packet, [Addition(tmp_path / "late.pdf", "Late paper")], lock=LOCK)
    assert not result.failed, result.findings
    verdict = verify(packet, lock=LOCK)
    assert (verdict.findings, verdict.parts) == ([], 7)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(packet)


@pytest.mark.slow
def test_since_reads_it_with_its_own_password(
    made: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD", SECRET)
    monkeypatch.setenv(VARIABLE, "another one")
    manifest = write_desk(tmp_path)
    order = PacketOrder(tmp_path / "build", since=made[0] / "build" / "visit", ebook=False)
    failed = make_packet(manifest, order)
    assert failed.failed
    assert codes(failed)[-1] == "packet-earlier"
    assert f'with the password in "{VARIABLE}"' in failed.findings[-1].message
    result = make_packet(manifest, replace(order, since_lock=Lock("OLD")))
    assert not result.failed, result.findings
    with pikepdf.open(tmp_path / "build" / "visit" / "visit.pdf", password="another one") as pdf:
        assert len(pdf.pages) == 7, "the last section says what has changed"


def checked(folder: Path, lock: Lock = OPEN) -> PacketReport:
    manifest = folder / "source" / "visit.toml"
    return examine(manifest, folder / "build", Limits(), validators=False, lock=lock)


def test_check_reads_it(made: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(made[0], tmp_path / "desk"))
    report = checked(folder)
    assert report.good, report.findings
    assert report.tables
    path = folder / "build" / "visit" / "visit.pdf"
    locked = path.read_bytes()
    path.write_bytes(plain(path))
    (finding,) = checked(folder).findings
    assert (finding.code, finding.line, finding.message) == (
        "check-password", 3, "it has no password, and had one",
    )  # fmt: skip
    path.write_bytes(locked)
    manifest = folder / "source" / "visit.toml"
    manifest.write_text(manifest.read_text().replace("password-from", "# password-from", 1))
    (finding,) = checked(folder).findings
    assert finding.code == "check-password"
    assert checked(folder, LOCK).good
    monkeypatch.setenv("WRONG", "wrong")
    assert not checked(folder, Lock("WRONG")).good


@pytest.mark.slow
def test_a_locked_packet_can_be_signed(made: tuple[Path, Result], tmp_path: Path) -> None:
    write_keys(tmp_path, "desk")
    key = load_key(tmp_path / "desk.p12", password=KEY_PASSWORD)
    order = PacketOrder(tmp_path / "build", key=key, ebook=False)
    result = make_packet(made[0] / "source" / "visit.toml", order)
    assert not result.failed, result.findings
    path = tmp_path / "build" / "visit" / "visit.pdf"
    verdict = verify(path, lock=LOCK)
    assert verdict.findings == []
    assert 'signed by "desk" on 20' in verdict.signature
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert verify(path, lock=LOCK).findings
