"""A packet over weeks, as a desk works on one, by its commands: each state is proved from its files."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipeline import cli
from pipeline.check.packet_parts import Part as Read
from pipeline.check.packet_parts import numbers_of
from pipeline.packet.base.model import Part
from pipeline.packet.base.page_plan import plan, ranges
from tests.support.articles import HEAD
from tests.support.packets import paper
from tests.support.readback import EpubFile, PdfFile

MANIFEST = """\
title = "Visit to Valletta"
date = 2026-11-24
bookmark-pages = true
zoom = 100
right-hand = true

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
password-from = "AGENDA_PASSWORD"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
marking = "Restricted"
pages = "2-4"
fit = "a4"

[[section.item]]
pdf = "opinion.pdf"
title = "Opinion"
to-follow = true
reserve = 3
marking = "Public"

[version.public]
for = "Parliament"
pages = "keep"

[[version.public.item]]
tab = "B.2"
pdf = "redacted.pdf"
marking = "Public"

[version.minister]
for = "The Minister"
password-from = "MINISTER_PASSWORD"
"""
TEXT = f"{HEAD}Decided in :tab:`B.2, p. 2`; asked in :tab:`B.3`. [#n]_\n\n.. [#n] See :tab:`B.1`.\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk as ``despatch init`` makes it, with a packet; its folder is the current one."""
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("AGENDA_PASSWORD", "open sesame")
    monkeypatch.setenv("MINISTER_PASSWORD", "nine wooden horses")
    folder = tmp_path / "desk"
    assert cli.main(["init", str(folder)]) == 0
    packets = folder / "source" / "packets"
    (packets / "visit.toml").write_text(MANIFEST, encoding="utf-8")
    (packets.parent / "brief.rst").write_text(TEXT, encoding="utf-8")
    agenda = paper("Agenda", "See the plan")
    action = Dictionary(S=Name.GoToR, F=String("plan.pdf"), D=Array([2, Name.Fit]))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([72, 640, 220, 670]), A=action)
    agenda.pages[1].obj.Annots = Array([agenda.make_indirect(link)])
    agenda.save(packets / "agenda.pdf", encryption=pikepdf.Encryption(user="open sesame", owner="x"))
    paper("P1", "P2", "P3", "P4", "P5", size=(842, 1191)).save(packets / "plan.pdf")
    paper("R1", "R2", "R3").save(packets / "redacted.pdf")
    (tmp_path / "inbox").mkdir()
    for name in ("first", "second", "between"):
        paper(name.title(), name.title()).save(tmp_path / "inbox" / f"{name}.pdf")
    monkeypatch.chdir(folder)
    return folder


def packet(version: str = "") -> Path:
    name = f"visit-{version}" if version else "visit"
    return Path("build") / name / f"{name}.pdf"


def proved(version: str = "") -> dict[str, str]:
    """The number of the page on which each tab begins, once every place in both editions says the same."""
    path, locked = packet(version), version == "minister"
    asked = ["--password-from", "MINISTER_PASSWORD"] if locked else []
    assert cli.main(["verify", str(path), *asked]) == 0
    named = ["--version", version] if version else []
    assert cli.main(["check", "source/packets/visit.toml", "--no-validators", *named]) == 0
    data = path.read_bytes()
    if locked:
        with pikepdf.open(path, password="nine wooden horses") as pdf:
            pdf.save("plain.pdf", encryption=False)
        data = Path("plain.pdf").read_bytes()
    printed, ebook = PdfFile(data), EpubFile(path.with_suffix(".epub").read_bytes())
    labels = [printed.document.get_page_label(index) for index in range(len(printed.pages))]
    for label, page in zip(labels, printed.pages, strict=True):
        assert label in page.foot.split()
    starts: dict[str, str] = {}
    for level, title, place in printed.outline:
        found = re.fullmatch(r"(\S+) .+ \(page (\w+)\)", title)
        if level < 2 and found is not None:
            starts[found[1]] = found[2]
            assert labels[place.page - 1] == found[2]
    text = " ".join(" ".join(page.text.split()) for page in printed.pages)
    whole = " ".join(ebook.text.split())
    for tab, number in re.findall(r"tab (\S+), page (\w+)", text):
        assert f"tab {tab}, page {number}" in whole
        offset = 1 if tab == "B.2" else 0
        assert number == str(int(starts[tab]) + offset)
    assert printed.pike.Root.OpenAction[4] == 1
    return starts


def test_a_hundred_pages_between_are_called_alike_by_all_who_count_them() -> None:
    """The plan, the labels of the PDF and the check: 1a … 1z, 1aa … 1zz, 1aaa."""
    facts = ("annex", Path("x.pdf"), 2, "", False, "en", "x", 1)
    parts = [("a", 1, False), ("b", 51, True), ("c", 27, True), ("d", 1, False)]
    made = plan((Part(name, "T", name, *facts, between=own), count) for name, count, own in parts)  # type: ignore[arg-type]
    read = [
        Read(name, "T", name, "", "annex", made.starts[name], count, 0, between=own)
        for name, count, own in parts
    ]
    assert list(made.numbers) == numbers_of(read, made.page_count)
    assert len(set(made.numbers)) == made.page_count == 82
    assert (made.numbers[26], made.numbers[27], made.numbers[53]) == ("1z", "1aa", "1aaa")
    assert ranges(made.numbers) == [(0, "", 1), (1, "1", 1), (81, "", 2)]


@pytest.mark.slow
def test_a_packet_over_weeks(desk: Path, tmp_path: Path) -> None:
    manifest = "source/packets/visit.toml"
    assert cli.main(["packet", manifest]) == 0
    first = proved()
    assert all(int(number) % 2 for tab, number in first.items() if "." in tab)
    shutil.copytree(packet().parent, tmp_path / "first")
    # Two papers come late, and one between others: no number changes.
    for name, added in (("first", []), ("second", []), ("between", ["--between", "B.1"])):
        file = str(tmp_path / "inbox" / f"{name}.pdf")
        assert cli.main(["attach", file, "--to", str(packet()), "--marking", "Public", *added]) == 0
        now = proved()
        assert {tab: now[tab] for tab in first} == first
    assert now["B.1a"] == f"{int(first['B.1']) + 1}a"
    attached = packet().with_suffix(".epub").read_bytes()
    # Made anew, it is the same; then it tells what is new since the first.
    assert cli.main(["packet", manifest]) == 0
    assert proved() == now
    assert packet().with_suffix(".epub").read_bytes() == attached
    assert cli.main(["packet", manifest, "--since", str(tmp_path / "first")]) == 0
    later = proved()
    assert {tab: later[tab] for tab in now} == now
    changed = " ".join(PdfFile(packet().read_bytes()).pages[-1].text.split())
    assert [tab for tab in ("B.1a", "C.1", "C.2") if f"Added: {tab} " not in changed] == [], changed
    # The paper that was to follow comes, and fills its place.
    paper("Opinion", "Opinion", "Opinion").save(desk / "source" / "packets" / "opinion.pdf")
    assert cli.main(["packet", manifest]) == 0
    assert proved() == now
    # Another item in front moves all: text, index, bookmarks and links into papers follow.
    text = Path(manifest).read_text(encoding="utf-8")
    front = '[[section]]\ntitle = "First"\ntab = "0"\n[[section.item]]\ntitle = "Word"\ntab = "0.1"\n'
    front += 'marking = "Public"\nnote = "Welcome."\n\n'
    moved = text.replace("[[section]]", f'{front}[[section]]\ntab = "A"', 1)
    moved = moved.replace('title = "Papers"', 'title = "Papers"\ntab = "B"', 1)
    Path(manifest).write_text(moved, encoding="utf-8")
    assert cli.main(["packet", manifest]) == 0
    assert int(proved()["B.2"]) > int(now["B.2"])


@pytest.mark.slow
def test_versions_and_copies(desk: Path) -> None:
    assert cli.main(["packet", "source/packets/visit.toml", "--version", "all"]) == 0
    whole, public, minister = proved(), proved("public"), proved("minister")
    assert whole == public == minister
    redacted = PdfFile(packet("public").read_bytes())
    with zipfile.ZipFile(packet("public").with_suffix(".epub")) as book:
        ebook = " ".join(
            book.read(name).decode() for name in book.namelist() if name.endswith((".xhtml", ".opf"))
        )
    for text in (" ".join(page.text for page in redacted.pages), ebook):
        assert "R2" in text
        assert not re.search(r"\bP[1-5]\b|Restricted", text)
    plan_pages = PdfFile(packet().read_bytes()).pages[int(whole["B.2"]) - 1 :][:3]
    assert [page.text.split()[0] for page in plan_pages] in ([["P2"], ["P3"], ["P4"]], ["P2", "P3", "P4"])
    assert {(round(page.width), round(page.height)) for page in plan_pages} == {(595, 842)}
    Path("list.csv").write_text("name\nAnn Peeters\nJan Vermeer\n", encoding="utf-8")
    asked = ["--password-from", "MINISTER_PASSWORD"]
    assert cli.main(["copies", str(packet("minister")), "--list", "list.csv", *asked]) == 0
    copy = packet("minister").parent / "copies" / "visit-minister-copy-2.pdf"
    assert cli.main(["verify", str(copy), *asked]) == 0
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(copy)
