"""A link from one annex to another of the packet, by the name of its file, leads to its page there."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipeline.build import Result
from pipeline.limits import Limits
from pipeline.packet.base.wishes import Other
from pipeline.packet.check import examine
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.stitch.verify import verify
from tests.support.packets import paper
from tests.support.readback import EpubFile

pytestmark = pytest.mark.usefixtures("one_process")

MANIFEST = """\
title = "Visit"
date = 2026-11-24
[[section]]
title = "Papers"
[[section.item]]
pdf = "sub/agenda.pdf"
title = "Agenda"
[[section.item]]
pdf = "Plan B.pdf"
title = "Plan"
[[section.item]]
pdf = "long.pdf"
title = "Extract"
pages = "4, 2-3"
safe = true
"""
LINKS: dict[str, Any] = {
    "remote": {"S": Name.GoToR, "F": String("plan b.PDF"), "D": Array([1, Name.Fit])},
    "remote name": {"S": Name.GoToR, "F": Dictionary(UF=String("../Plan B.pdf")), "D": String("here")},
    "launch": {"S": Name.Launch, "F": String("C:\\papers\\Plan B.pdf")},
    "relative": {"S": Name.URI, "URI": String("Plan%20B.pdf#zoom=100&page=2")},
    "disk": {"S": Name.URI, "URI": String("file:///C:/x/long.pdf#page=2")},
    "behind": {"S": Name.URI, "URI": String("Plan B.pdf#page=9")},
    "itself": {"S": Name.URI, "URI": String("agenda.pdf#page=2")},
    "left out": {"S": Name.URI, "URI": String("long.pdf#page=1")},
    "gone": {"S": Name.GoToR, "F": String("gone.pdf"), "D": Array([0, Name.Fit])},
    "program": {"S": Name.Launch, "F": String("Plan B.exe")},
    "web": {"S": Name.URI, "URI": String("https://example.org/Plan%20B.pdf#page=2")},
}
WANTED = {
    "remote": "item-1-2@2",
    "remote name": "item-1-2@1",
    "launch": "item-1-2@1",
    "relative": "item-1-2@2",
    "disk": "item-1-3@2",
    "behind": "item-1-2",
    "itself": "item-1-1@2",
    "web": "https://example.org/Plan%20B.pdf#page=2",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("others")
    source = folder / "source"
    (source / "sub").mkdir(parents=True)
    agenda = paper("Agenda", "More")
    agenda.pages[0].obj.Annots = Array(
        [
            agenda.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=Array([72, 600 - 20 * at, 200, 615 - 20 * at]),
                    NM=String(name),
                    A=Dictionary(Type=Name.Action, **action),
                )
            )
            for at, (name, action) in enumerate(LINKS.items())
        ]
    )
    agenda.save(source / "sub" / "agenda.pdf")
    paper("Plan one", "Plan two").save(source / "Plan B.pdf")
    paper("L1", "L2", "L3", "L4").save(source / "long.pdf")
    (source / "visit.toml").write_text(MANIFEST)
    result = make_packet(source / "visit.toml", PacketOrder(folder / "build"))
    assert not result.failed, result.findings
    return folder / "build" / "visit" / "visit.pdf", result


def leads(pdf: pikepdf.Pdf, page: int) -> dict[int, str]:
    """Where the links of a page lead to, by the height at which they stand."""
    return {
        round(float(one.Rect[1])): str(one.Dest) if "/Dest" in one else str(one.A.URI)
        for one in pdf.pages[page].obj.Annots
        if str(one.get("/NM", "")) != "despatch-index"
    }


@pytest.mark.slow
def test_links_to_other_files_lead_to_their_pages(made: tuple[Path, Result]) -> None:
    with pikepdf.open(made[0]) as pdf:
        found = list(leads(pdf, 3).values())
        assert found == list(WANTED.values())
        named = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        numbers = {name: pages[named[name][0].objgen] for name in found if name in named}
        assert numbers == {"item-1-2@2": 7, "item-1-2@1": 6, "item-1-3@2": 9, "item-1-2": 6, "item-1-1@2": 5}
        said = {str(one.get("/Contents", "")) for one in pdf.pages[3].obj.Annots}
        assert not [text for text in said if "packet.invalid" in text]
        assert not [
            one
            for one in pdf.objects
            if isinstance(one, Dictionary) and one.get("/S") in (Name.GoToR, Name.Launch)
        ]


@pytest.mark.slow
def test_what_leads_out_of_the_packet_is_still_told(made: tuple[Path, Result]) -> None:
    messages = [finding.message for finding in made[1].findings if finding.code == "annex-removed"]
    (message,) = messages
    assert "links to other files;" in message
    assert "actions that start programs" in message
    assert "links to addresses that are none of the web" in message


@pytest.mark.slow
def test_the_ebook_has_them_below_the_page(made: tuple[Path, Result]) -> None:
    ebook = EpubFile(made[0].with_suffix(".epub").read_bytes())
    page = next(page for name, page in ebook.pages.items() if name.endswith("item-1-1.xhtml"))
    found = [
        (link.get("href"), link.tail or "")
        for box in page.iter("{*}ul")
        if box.get("class") == "annex-links"
        for link in box.iter("{*}a")
    ]
    assert found == [
        ("item-1-2.xhtml#page_7", " (page 7)"),
        ("item-1-2.xhtml#page_6", " (page 6)"),
        ("item-1-2.xhtml#page_6", " (page 6)"),
        ("item-1-2.xhtml#page_7", " (page 7)"),
        ("item-1-3.xhtml#page_9", " (page 9)"),
        ("item-1-2.xhtml#page_6", " (page 6)"),
        ("item-1-1.xhtml#page_5", " (page 5)"),
        ("https://example.org/Plan%20B.pdf#page=2", ""),
    ]


def test_the_check_proves_those_of_the_ebook(made: tuple[Path, Result], tmp_path: Path) -> None:
    shutil.copytree(made[0].parents[2], tmp_path / "copy")
    ebook = tmp_path / "copy" / "build" / "visit" / "visit.epub"
    with zipfile.ZipFile(made[0].with_suffix(".epub")) as old, zipfile.ZipFile(ebook, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.endswith("/item-1-1.xhtml"):
                data = data.replace(b"item-1-3.xhtml#page_9", b"item-1-3.xhtml#page_8")
            new.writestr(item, data)
    (message,) = checked(ebook.with_suffix(".pdf"))
    assert (
        message == 'EPUB: on page 1 of "Agenda", the link to "Extract" does not lead to page 9 of the packet'
    )


def checked(pdf: Path) -> list[str]:
    manifest = pdf.parents[2] / "source" / "visit.toml"
    report = examine(manifest, pdf.parents[1], Limits(), validators=False)
    return [finding.message for finding in report.findings if finding.code == "check-link"]


def test_the_check_proves_them_from_the_files(made: tuple[Path, Result], tmp_path: Path) -> None:
    """Of eight links that lead to papers of the packet, each that leads elsewhere is named."""
    assert checked(made[0]) == []
    shutil.copytree(made[0].parents[2], tmp_path / "copy")
    pdf = tmp_path / "copy" / "build" / "visit" / "visit.pdf"
    for name, said in (("item-1-2@2", "page 7 of the packet"), ("item-1-3@2", "page 9 of the packet")):
        with pikepdf.open(made[0]) as packet:
            link = next(one for one in packet.pages[3].obj.Annots if str(one.get("/Dest", "")) == name)
            link.Dest = String("item-1-1")
            packet.save(pdf)
        (message,) = checked(pdf)
        assert 'on page 1 of "Agenda", the link to' in message
        assert message.endswith(said)


def test_verify_holds(made: tuple[Path, Result]) -> None:
    assert verify(made[0]).findings == []


@pytest.mark.parametrize(
    ("pages", "number", "place"),
    [("", 7, 7), ("3-7", 3, 1), ("3-7", 7, 5), ("3-7", 2, None), ("3-7", 8, None), ("4, 2-3", 3, 3),
     ("4, 2-3", 4, 1), ("1, 9-", 12, 5), ("1, 9-", 8, None)],
)  # fmt: skip
def test_a_page_of_what_is_taken_is_found(pages: str, number: int, place: int | None) -> None:
    assert Other("a.pdf", "item-1-1", pages).page(number) == place
