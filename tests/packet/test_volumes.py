"""A packet in several volumes: one run of pages, one index in each, links from volume to volume."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from pipeline import cli
from pipeline.limits import Limits
from pipeline.packet.base.lock import Lock
from pipeline.packet.base.model import Part
from pipeline.packet.base.page_plan import plan
from pipeline.packet.base.sizes import Sizes, too_large
from pipeline.packet.base.volumes import Most, Volume, parted, volumes_of, with_fronts
from pipeline.packet.check import _examine
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.stitch.verify import verify
from tests.support.articles import HEAD, shared
from tests.support.packets import paper
from tests.support.readback import EpubFile, PdfFile

MANIFEST = """\
title = "Visit to Valletta"
date = 2026-11-24
bookmark-pages = true
volumes = { pages = 12 }

[[section]]
title = "Notes"

[[section.item]]
article = "../brief.rst"
marking = "Public"

[[section]]
title = "Papers"

[[section.item]]
pdf = "agenda.pdf"
title = "Agenda"
marking = "Public"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
marking = "Restricted"
ebook = "list"

[[section]]
title = "Opinions"

[[section.item]]
pdf = "opinion.pdf"
title = "Opinion"
marking = "Public"
right-hand = true

[[section.item]]
pdf = "map.pdf"
title = "Map"
marking = "Public"

[[section.item]]
enclosed = "figures.csv"
title = "Figures"
marking = "Public"
"""
TEXT = f"{HEAD}Decided in :tab:`B.2, p. 3`; asked in :tab:`B.1`. [#n]_\n\n.. [#n] See :tab:`the map <C.2>`.\n"
VOLUMES = (1, 2, 3)


def write_source(folder: Path) -> Path:
    manifest = folder / "source" / "packets" / "visit.toml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(MANIFEST, encoding="utf-8")
    (manifest.parent.parent / "brief.rst").write_text(TEXT, encoding="utf-8")
    (manifest.parent / "figures.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name, count in (("agenda", 5), ("plan", 6), ("opinion", 4), ("map", 2)):
        pdf = paper(*(f"{name} {number}" for number in range(1, count + 1)))
        if name == "agenda":
            action = Dictionary(S=Name.GoToR, F=String("map.pdf"), D=Array([1, Name.Fit]))
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 640, 220, 670]), A=action)
            pdf.pages[1].obj.Annots = Array([pdf.make_indirect(link)])
        pdf.save(manifest.with_name(f"{name}.pdf"), static_id=True)
    return manifest


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds ``source`` and ``build`` of a packet in three volumes."""

    def make(folder: Path) -> None:
        result = make_packet(write_source(folder), PacketOrder(folder / "build"))
        assert not result.failed, [str(finding) for finding in result.findings]

    return shared(tmp_path_factory, "volumes", make)


@pytest.fixture
def copy(bound: Path, tmp_path: Path) -> Path:
    shutil.copytree(bound, tmp_path / "copy")
    return tmp_path / "copy"


def file(folder: Path, number: int) -> Path:
    return folder / "build" / "visit" / f"visit-{number}.pdf"


def whole_text(path: Path, index: int) -> str:
    """The text of a page with its head and its foot."""
    page = PdfFile(path.read_bytes()).document[index]
    return " ".join(page.get_textpage().get_text_range().split())


def test_the_volumes_are_one_run_of_pages(bound: Path) -> None:
    """The number on the page, the label of the viewer and the bookmarks count through all volumes."""
    assert sorted(one.name for one in (bound / "build" / "visit").glob("*.pdf")) == [
        f"visit-{number}.pdf" for number in VOLUMES
    ]
    place = 0
    for number in VOLUMES:
        printed = PdfFile(file(bound, number).read_bytes())
        assert place % 2 == 0  # the cover of a volume lies to the right
        for index, page in enumerate(printed.pages):
            place += 1
            assert printed.document.get_page_label(index) == str(place)
            assert str(place) in page.foot.split()
        for _, title, target in printed.outline:
            said = re.fullmatch(r".+ \(page (\d+)\)", title)
            if said is not None:
                assert said[1] == printed.document.get_page_label(target.page - 1)
    assert place == 28


def test_each_cover_says_what_is_in_its_volume(bound: Path) -> None:
    said = ["1 of 3, pages 1–10, tabs A–B.1", "2 of 3, pages 11–18, tab B.2", "3 of 3, pages 19–28, tab C"]
    for number, words in zip(VOLUMES, said, strict=True):
        cover = PdfFile(file(bound, number).read_bytes()).pages[0].text
        assert f"Volume {words}" in " ".join(cover.split())
        with pikepdf.open(file(bound, number)) as pdf:
            assert str(pdf.docinfo["/Title"]) == f"Visit to Valletta (Volume {number} of 3)"


def test_every_volume_has_the_whole_index(bound: Path) -> None:
    texts = [" ".join(PdfFile(file(bound, number).read_bytes()).pages[1].text.split()) for number in VOLUMES]
    for text in texts:
        text = re.sub(r"\s*← Index.*", "", text)
        for line in ("B.1 Agenda PUBLIC 1 6", "B.2 Plan RESTRICTED 2 13", "C.2 Map PUBLIC 3 27"):
            assert line in text
        assert "Figures PUBLIC 1" in text


def remote(folder: Path, number: int) -> list[tuple[str, str, int]]:
    """The links of a volume to others: the page that they stand on, the file, and the index of its page."""
    found = []
    with pikepdf.open(file(folder, number)) as pdf:
        for page in pdf.pages:
            for link in page.obj.get("/Annots", ()):
                action: Any = link.get("/A", Dictionary())
                if action.get("/S") == Name.GoToR:
                    assert str(action.F.F) == str(action.F.UF)
                    found.append((str(page.label), str(action.F.UF), int(action.D[0])))
    return found


def test_links_lead_to_the_right_page_of_the_right_volume(bound: Path) -> None:
    pages = {
        f"visit-{number}.pdf": [page.text for page in PdfFile(file(bound, number).read_bytes()).pages]
        for number in VOLUMES
    }
    first = remote(bound, 1)
    shown = {(label, pages[name][index]) for label, name, index in first}
    assert {("4", "plan 3"), ("4", "map 1"), ("7", "map 2"), ("2", "plan 1"), ("5", "plan 1")} <= shown
    assert {name for _, name, _ in remote(bound, 2)} == {"visit-1.pdf", "visit-3.pdf"}
    assert {label for label, _, _ in remote(bound, 3)} == {"20"}  # its index alone


def test_references_name_the_volume_where_it_is_another_one(bound: Path) -> None:
    text = whole_text(file(bound, 1), 3)
    assert "Decided in tab B.2, volume 2, page 15; asked in tab B.1, page 6." in text
    assert "See the map (tab C.2, volume 3, page 27)." in text


def test_the_ebook_is_one_and_names_volumes(bound: Path) -> None:
    ebook = EpubFile((bound / "build" / "visit" / "visit.epub").read_bytes())
    text = " ".join(ebook.text.split())
    assert "In the printed packet, pages 13 to 18 (Volume 2)" in text
    assert "Decided in tab B.2, volume 2, page 15" in text
    assert "Volume 1 of 3" not in text


def test_each_volume_is_what_it_was(bound: Path) -> None:
    for number in VOLUMES:
        verdict = verify(file(bound, number), Limits())
        assert [str(finding) for finding in verdict.findings] == []
        assert f"volume {number} of 3; " in str(verdict)


def examined(folder: Path) -> list[tuple[str, str]]:
    report = _examine(folder / "source" / "packets" / "visit.toml", folder / "build", False, False)
    return [(finding.code, finding.message) for finding in report.findings]


def test_the_check_reads_all_volumes(bound: Path) -> None:
    assert examined(bound) == []


def _links(pdf: pikepdf.Pdf, index: int) -> list[Any]:
    return [one for one in pdf.pages[index].obj.Annots if one.get("/A", Dictionary()).get("/S") == Name.GoToR]


def _another_page(pdf: pikepdf.Pdf) -> None:
    for link in _links(pdf, 3):
        link.A.D[0] = int(link.A.D[0]) + 1


def _another_volume(pdf: pikepdf.Pdf) -> None:
    for link in _links(pdf, 1):
        link.A.F = String("visit-2.pdf" if str(link.A.F.UF) == "visit-3.pdf" else "visit-3.pdf")


def _paper_led_astray(pdf: pikepdf.Pdf) -> None:
    for link in _links(pdf, 6):
        link.A.D[0] = 0


def _nowhere(pdf: pikepdf.Pdf) -> None:
    for link in _links(pdf, 1):
        del link["/A"]


def _labels_from_one(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.PageLabels.Nums[1]["/St"]


DAMAGES: list[tuple[int, Callable[[pikepdf.Pdf], None], str]] = [
    (1, _another_page, "link"),
    (1, _another_volume, "check-link"),
    (1, _paper_led_astray, "check-link"),
    (1, _nowhere, "check-contents"),
    (3, _labels_from_one, "check-page-label"),
]


@pytest.mark.parametrize(("number", "damage", "code"), DAMAGES, ids=lambda one: getattr(one, "__name__", ""))
def test_the_check_sees_damage(
    copy: Path, number: int, damage: Callable[[pikepdf.Pdf], None], code: str
) -> None:
    with pikepdf.open(file(copy, number), allow_overwriting_input=True) as pdf:
        damage(pdf)
        pdf.save()
    found = examined(copy)
    assert any(code in own for own, _ in found), found


def test_the_check_misses_a_volume(copy: Path) -> None:
    file(copy, 3).unlink()
    assert [code for code, _ in examined(copy)] == ["check-damaged"]


def test_volumes_that_are_swapped_do_not_pass(copy: Path) -> None:
    file(copy, 3).rename(copy / "x")
    file(copy, 2).rename(file(copy, 3))
    (copy / "x").rename(file(copy, 2))
    assert [code for code, _ in examined(copy)] == ["check-damaged"]


@pytest.mark.slow
def test_a_packet_made_anew_is_the_same_and_then_has_fewer_volumes(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the earlier packet had and the new one has not goes; what others have put there stays."""
    manifest, folder = copy / "source" / "packets" / "visit.toml", copy / "build" / "visit"
    before = {path: path.read_bytes() for path in folder.glob("*.*")}
    assert not make_packet(manifest, PacketOrder(copy / "build")).failed
    assert {path: path.read_bytes() for path in folder.glob("*.*")} == before
    shutil.copytree(folder, copy / "old")
    (folder / "visit-4.pdf").write_bytes(b"of somebody else")
    manifest.write_text(MANIFEST.replace("pages = 12", "pages = 22"), encoding="utf-8")
    text = (copy / "source" / "brief.rst").read_text(encoding="utf-8")
    (copy / "source" / "brief.rst").write_text(text.replace("asked", "inquired"), encoding="utf-8")
    result = make_packet(manifest, PacketOrder(copy / "build", since=copy / "old"))
    assert not result.failed, [str(finding) for finding in result.findings]
    names = sorted(one.name for one in folder.glob("*.pdf"))
    assert names == ["visit-1.pdf", "visit-2.pdf", "visit-4.pdf"]
    assert (folder / "visit-4.pdf").read_bytes() == b"of somebody else"
    changed = PdfFile(file(copy, 2).read_bytes()).pages[-1].text
    assert "What changed" in changed
    assert "inquired" in changed
    assert "Removed" not in changed
    assert "Added" not in changed
    assert examined(copy) == []
    for number in (1, 2):
        assert [str(finding) for finding in verify(file(copy, number)).findings] == []


def test_an_earlier_packet_needs_all_its_volumes(copy: Path) -> None:
    file(copy, 2).unlink()
    order = PacketOrder(copy / "elsewhere", since=copy / "build" / "visit")
    result = make_packet(copy / "source" / "packets" / "visit.toml", order)
    assert result.failed
    assert "visit-2.pdf is not beside it" in str(result.findings[-1])


@pytest.mark.slow
def test_the_volumes_of_a_copy_lie_together(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each keeps its name, so that its links lead to the other volumes of the same copy."""
    names = copy / "names.csv"
    names.write_text("name\nAnn Peeters\nBob Maes\n", encoding="utf-8")
    assert cli.main(["copies", str(file(copy, 2)), "--list", str(names)]) == 0
    folder = copy / "build" / "visit" / "copies"
    made = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf"))
    assert made == [f"visit-copy-{one}/visit-{number}.pdf" for one in (1, 2) for number in VOLUMES]
    for name in made:
        one = folder / name
        verdict = verify(one)
        assert [str(finding) for finding in verdict.findings] == []
        number, who = one.parent.name[-1], {"1": "Ann Peeters", "2": "Bob Maes"}
        assert f"volume {one.stem[-1]} of 3; copy {number} of 2, for {who[number]};" in str(verdict)
        assert f"Copy {number} of 2, for {who[number]}" in whole_text(one, 2)
    rows = (folder / "copies.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == made
    shutil.copyfile(file(copy, 1), file(copy, 3))
    assert cli.main(["copies", str(file(copy, 2)), "--list", str(names)]) == 1
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")) == made


def _files(copy: Path) -> list[Path]:
    return sorted((copy / "build" / "visit").glob("visit-*.pdf"))


def _outlines(copy: Path) -> list[tuple[str, int]]:
    return [
        (title, place.page)
        for path in _files(copy)
        for level, title, place in PdfFile(path.read_bytes()).outline
        if level < 2
    ]


@pytest.mark.slow
def test_late_papers_go_behind_the_last_volume_and_all_indexes_name_them(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(copy / "cache"))
    inbox = copy / "inbox"
    inbox.mkdir()
    before = _outlines(copy)
    for name, words in (("late.pdf", ("Lateword", "Lateword")), ("later.pdf", ("Laterword",))):
        paper(*words).save(inbox / name, static_id=True)
        arguments = ["attach", str(inbox / name), "--to", str(file(copy, 2)), "--marking", "Public"]
        assert cli.main(arguments) == 0
    assert _outlines(copy)[: len(before)] == before
    late = [title for title, _ in _outlines(copy)[len(before) :]]
    named = ["Cover", "Index", "D Late papers", "D.1 late", "D.2 later"]  # the third volume was full
    assert [title.split(" (")[0] for title in late] == named
    for path in _files(copy):
        assert "Late papers" in whole_text(path, 1)
        assert verify(path).findings == []
    assert examined(copy) == []
    later = ["attach", str(inbox / "later.pdf"), "--to", str(file(copy, 1)), "--marking", "Public"]
    assert cli.main([*later, "--between", "B.1", "--title", "Between"]) == 0  # links to what is behind follow
    names = [title.split(" (")[0] for title, _ in _outlines(copy)]
    assert names[names.index("B.1 Agenda") + 1] == "B.1a Between"
    assert [verify(path).findings for path in _files(copy)] == [[]] * 4
    assert examined(copy) == []
    made = [path.read_bytes() for path in _files(copy)]
    manifest = copy / "source" / "packets" / "visit.toml"
    assert not make_packet(manifest, PacketOrder(copy / "build")).failed
    assert [path.read_bytes() for path in _files(copy)] == made


@pytest.mark.slow
def test_nothing_is_attached_to_volumes_that_would_not_be_what_they_were(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESPATCH_CACHE", str(copy / "cache"))
    late = copy / "late.pdf"
    paper("Lateword").save(late, static_id=True)
    article, manifest = copy / "source" / "brief.rst", copy / "source" / "packets" / "visit.toml"
    article.write_text(
        article.read_text(encoding="utf-8").replace("Decided in", "Refused in"), encoding="utf-8"
    )
    before = [manifest.read_bytes(), *(file(copy, number).read_bytes() for number in VOLUMES)]
    attach = ["attach", str(late), "--to", str(file(copy, 3)), "--marking", "Public"]
    assert cli.main(attach) == 1
    assert 'made anew with the paper, "' in capsys.readouterr().err
    assert [manifest.read_bytes(), *(file(copy, number).read_bytes() for number in VOLUMES)] == before
    assert not (manifest.parent / "late").exists() or not list((manifest.parent / "late").iterdir())
    manifest.unlink()  # a packet that lies elsewhere
    assert cli.main(attach) == 1
    assert "late = true" in capsys.readouterr().err


@pytest.mark.slow
def test_a_file_of_somebody_else_is_no_volume(copy: Path) -> None:
    """Neither is it replaced by one, nor read as one."""
    manifest = copy / "source" / "packets" / "visit.toml"
    manifest.write_text(MANIFEST.replace("pages = 12", "pages = 22"), encoding="utf-8")
    assert not make_packet(manifest, PacketOrder(copy / "build")).failed
    before = file(copy, 1).read_bytes()
    file(copy, 3).write_bytes(b"of somebody else")
    assert examined(copy) == []
    manifest.write_text(MANIFEST, encoding="utf-8")
    result = make_packet(manifest, PacketOrder(copy / "build"))
    assert result.failed
    assert [finding.code for finding in result.findings if finding.is_error] == ["packet-taken"]
    assert file(copy, 3).read_bytes() == b"of somebody else"
    assert file(copy, 1).read_bytes() == before


@pytest.mark.slow
def test_a_packet_that_is_watched_is_one_file(copy: Path) -> None:
    result = make_packet(
        copy / "source" / "packets" / "visit.toml", PacketOrder(copy / "watched", parted=False)
    )
    assert [output.path.name for output in result.outputs] == ["visit.pdf", "visit.epub"]


@pytest.mark.slow
def test_a_volume_is_as_small_in_bytes_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By megabytes: papers of 0.4 megabytes each, whose bytes can't be made fewer; with a password."""
    monkeypatch.setenv("VISIT_PASSWORD", "nine wooden horses")
    folder = tmp_path / "source" / "packets"
    folder.mkdir(parents=True)
    text = 'title = "T"\ndate = 2026-11-24\nvolumes = { megabytes = 1 }\npassword-from = "VISIT_PASSWORD"\n'
    text += '[[section]]\ntitle = "Papers"\n'
    for number in range(4):
        pdf = paper(f"Paper {number}")
        page = pdf.pages[0].obj
        noise = pdf.make_stream(random.Random(number).randbytes(400_000))
        noise.Type, noise.Subtype, noise.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
        noise.Width, noise.Height, noise.BitsPerComponent = 500, 800, 8
        page.Resources.XObject = Dictionary(Im=noise)
        page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q 100 0 0 160 72 72 cm /Im Do Q")
        pdf.save(folder / f"{number}.pdf", static_id=True)
        text += f'[[section.item]]\npdf = "{number}.pdf"\ntitle = "Paper {number}"\n'
    (folder / "visit.toml").write_text(text, encoding="utf-8")
    result = make_packet(folder / "visit.toml", PacketOrder(tmp_path / "build"))
    assert not result.failed, [str(finding) for finding in result.findings]
    made = sorted((tmp_path / "build" / "visit").glob("*.pdf"))
    assert [one.name for one in made] == ["visit-1.pdf", "visit-2.pdf"]
    for one in made:
        assert 800_000 < one.stat().st_size <= 1_000_000
        assert [str(finding) for finding in verify(one, lock=Lock("VISIT_PASSWORD")).findings] == []
    assert examined(tmp_path) == []


def test_an_item_that_is_too_large_by_itself_is_told_and_not_parted() -> None:
    one = Volume(2, 2, 11, 40, "v-2.pdf", ("cover-2", "index-2", "item-1-1"), ("A.1",))
    (said,) = too_large([one], {"v-2.pdf": (30, 10)}, Most(20, 0))  # type: ignore[arg-type]
    assert said.startswith('volume 2 has 30 pages, and 20 are allowed: what is filed under tab "A.1" is as')
    (said,) = too_large([one], {"v-2.pdf": (30, 2_500_000)}, Most(0, 2))  # type: ignore[arg-type]
    assert said.startswith("volume 2 has 2.5 megabytes, and 2 are allowed")
    assert list(too_large([one], {"v-2.pdf": (20, 2_000_000)}, Most(20, 2))) == []  # type: ignore[arg-type]


def test_a_volume_that_has_become_too_large_is_parted_anew() -> None:
    one = Volume(1, 1, 1, 9, "v-1.pdf", ("cover", "index", "divider-1", "item-1-1", "item-1-2"))
    parts = [(part(name), 1) for name in one.names]
    sizes = Sizes()
    sizes.weigh(parts)
    before = sum(sizes.of.values())
    assert not sizes.outgrown((one,), {"v-1.pdf": 1_000_000}, Most(megabytes=1))
    assert sizes.outgrown((one,), {"v-1.pdf": 2_000_000}, Most(megabytes=1))
    sizes.weigh(parts)
    assert sum(sizes.of.values()) > before
    assert sizes.outgrown((one,), {"v-1.pdf": 2_000_000}, Most(megabytes=1))
    for _ in range(9):
        sizes.outgrown((one,), {"v-1.pdf": 2_000_000}, Most(megabytes=1))
    assert not sizes.outgrown((one,), {"v-1.pdf": 2_000_000}, Most(megabytes=1))  # it comes to an end


def part(name: str, *, right: bool = False, between: bool = False) -> Part:
    items = name.count("-") > 1
    tab = name.partition("-")[2].replace("-", ".")
    facts = ("annex" if items else "front", Path(f"{name}.pdf"), 2 if items else 1, "", right, "en", "x", 1)
    return Part(name, "T", tab, *facts, between=between)  # type: ignore[arg-type]


_ITEMS = st.lists(st.tuples(st.integers(1, 14), st.booleans(), st.booleans()), min_size=1, max_size=6)


@given(st.lists(_ITEMS, min_size=1, max_size=5), st.integers(10, 40))
def test_parts_keep_their_order_and_volumes_their_bound(
    sections: list[list[tuple[int, bool, bool]]], pages: int
) -> None:
    parts = [(part("cover"), 1), (part("index"), 2)]
    for number, items in enumerate(sections, start=1):
        parts.append((part(f"divider-{number}"), 1))
        for index, (count, right, between) in enumerate(items, start=1):
            own = part(f"item-{number}-{index}", right=right, between=between and index > 1)
            parts.append((own, count))
    counts = {one.name: count for one, count in parts}
    begins = parted(parts, Most(pages), {})
    bound = with_fronts([one for one, _ in parts], begins)
    kept = [one.name for one in bound if not re.fullmatch(r"(cover|index)-\d+", one.name)]
    assert kept == [one.name for one, _ in parts]

    def pages_of(one: Part) -> int:
        return counts[re.sub(r"^(cover|index)-\d+$", r"\1", one.name)]

    whole = plan((one, pages_of(one)) for one in bound)
    volumes = volumes_of(bound, whole, begins, "v")
    assert [one.number for one in volumes] == list(range(1, len(begins) + 2 if begins else 1))
    betweens = {one.name for one in bound if one.between}
    for volume in volumes:
        assert volume.first % 2 == 1
        held = volume.names[2:]
        assert held[0] not in betweens
        assert not (held[-1].startswith("divider") and volume.number < len(volumes))
        units = [name for name in held if name not in betweens and not name.startswith("divider")]
        assert volume.last - volume.first + 1 <= pages or len(units) == 1
        # A section that has room in a volume is not parted.
        for own_section in {name.split("-")[1] for name in held}:
            names = [name for name in counts if re.match(rf"(divider|item)-{own_section}\b", name)]
            alone = plan(
                (other, counts[other.name]) for other, _ in parts if other.name in ("cover", "index", *names)
            )
            if alone.page_count + alone.page_count % 2 <= pages:
                assert set(names) <= set(held)


def test_what_a_manifest_may_say_of_volumes(bound: Path, tmp_path: Path) -> None:
    manifest = bound / "source" / "packets" / "visit.toml"
    for said, words in (
        ("{ pages = 3 }", "write a number of pages from 10, as 300"),
        ("{ megabytes = 2.5 }", "write a whole number of megabytes, as 25"),
        ("{}", "write how large a volume may be, as { pages = 300 } or { megabytes = 25 }"),
        ("300", "write how large a volume may be, as { pages = 300 } or { megabytes = 25 }"),
        ("{ size = 3 }", "known are pages, megabytes"),
    ):
        text = MANIFEST.replace("{ pages = 12 }", said)
        _, (finding, *_) = read_manifest(manifest, raw=text.encode())
        assert words in finding.message, finding.message
        assert finding.line == 4
