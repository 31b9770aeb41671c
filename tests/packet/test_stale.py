"""What the check says of a packet that is no longer what its manifest and the files that this names are."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.limits import Limits
from pipeline.packet.check import examine
from pipeline.packet.make import PacketOrder, make_packet
from tests.support.articles import HEAD
from tests.support.packets import paper

MANIFEST = """\
title = "Visit"
date = 2026-11-24
fit = "a4"

[[section]]
title = "Notes"

[[section.item]]
article = "../note.rst"

[[section]]
title = "Papers"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
pages = "2-3"

[[section.item]]
pdf = "opinion.pdf"
title = "Opinion"
to-follow = true
reserve = 2

[[section.item]]
pdf = "agenda.pdf"
title = "Agenda"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("stale")
    folder = desk / "source" / "packets"
    folder.mkdir(parents=True)
    (folder.parent / "note.rst").write_text(f"{HEAD}See :tab:`B.1, p. 2`.\n", encoding="utf-8")
    paper("One", "Two", "Three").save(folder / "plan.pdf", static_id=True)
    paper("Agenda").save(folder / "agenda.pdf", static_id=True)
    (folder / "visit.toml").write_text(MANIFEST, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESPATCH_CACHE", str(desk / "cache"))
        assert not make_packet(folder / "visit.toml", PacketOrder(desk / "build")).failed
    return desk


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def said(desk: Path) -> list[str]:
    manifest = desk / "source" / "packets" / "visit.toml"
    report = examine(manifest, desk / "build", Limits(), validators=False)
    return [f"{one.code}: {one.message}" for one in report.findings if one.is_error]


def changed(old: str, new: str) -> Callable[[Path], None]:
    """A change of the manifest."""

    def change(desk: Path) -> None:
        path = desk / "source" / "packets" / "visit.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _comes(desk: Path) -> None:
    paper("Opinion").save(desk / "source" / "packets" / "opinion.pdf", static_id=True)


def _another_file(desk: Path) -> None:
    paper("Agenda of another day").save(desk / "source" / "packets" / "agenda.pdf", static_id=True)


def _grown(desk: Path) -> None:
    packet = desk / "build" / "visit" / "visit.pdf"
    with pikepdf.open(packet, allow_overwriting_input=True) as pdf:
        pdf.pages[-1].obj.MediaBox = [0, 0, 595, 876]
        pdf.save(packet)


def test_what_is_as_it_was_passes(desk: Path) -> None:
    assert said(desk) == []


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            _comes,
            'check-stale: PDF: "Opinion" (tab B.2) is there by now, and in the packet it is still to follow',
        ),
        (
            _another_file,
            'check-stale: PDF: the file of "Agenda" (tab B.3) is not the one that the packet was made',
        ),
        (
            changed('title = "Plan"', 'title = "Plans"'),
            'check-stale: PDF: "Plans" (tab B.1) is called "Plan"',
        ),
        (
            changed('title = "Plan"', 'title = "Plan"\ntab = "X"'),
            'check-stale: PDF: "Plan" (tab X) stands under tab B',
        ),
        (
            changed('title = "Papers"', 'title = "Files"'),
            'check-stale: PDF: "Files" (tab B) is called "Papers"',
        ),
        (
            changed('"2-3"', '"2-2"'),
            'check-text: PDF: "Plan" (tab B.1) has 2 pages in the packet instead of 1',
        ),
        (
            changed('[[section.item]]\npdf = "agenda.pdf"\ntitle = "Agenda"\n', ""),
            'check-stale: PDF: "Agenda" (tab B.3) is in the packet, and not in the manifest',
        ),
        (
            changed(
                'title = "Agenda"\n', 'title = "Agenda"\n\n[[section.item]]\nnote = "N"\ntitle = "More"\n'
            ),
            'check-stale: PDF: "More" (tab B.4) is in the manifest, and not in the packet',
        ),
        (_grown, "check-paper: PDF: page 10 has 595 × 876 points, and another size is asked for"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_what_is_no_longer_so_is_told(desk: Path, change: Callable[[Path], None], wanted: str) -> None:
    change(desk)
    assert [one for one in said(desk) if wanted in one], said(desk)
