"""A packet as a whole: what is made, when, from what, and what becomes of it when something goes wrong."""

from __future__ import annotations

import datetime
import fcntl
import multiprocessing
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pipeline import article_store, cli
from pipeline.article_store import Built, build_articles
from pipeline.build import Order, Result
from pipeline.files import cache
from pipeline.findings import Finding
from pipeline.limits import Limits
from pipeline.packet import assembly, items, make, output_folder
from pipeline.packet.generated_articles import placed, write_article
from pipeline.packet.items import complete
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.output_folder import BusyError, foreign, staged
from pipeline.packet.stitch.verify import verify
from tests.support import packets
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.packets import sample, write_source
from tests.support.readback import PdfFile

ARTICLE = HEAD + "Text.\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder of the sample packet and what became of it."""
    folder, result = sample(tmp_path_factory)
    return folder / "build" / "visit", result


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for the builds of one test."""
    monkeypatch.setenv("DESPATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "store"


def names(folder: Path) -> list[str]:
    """The files in a folder, by their paths in it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# The whole -----------------------------------------------------------------------------------------------


def test_the_folder_holds_the_packet_and_its_articles(finished: tuple[Path, Result]) -> None:
    folder, result = finished
    assert names(folder) == [
        *("SHA256SUMS", "articles/one.epub", "articles/one.pdf", "articles/two.epub", "articles/two.pdf"),
        *("visit.epub", "visit.pdf"),
    ]
    assert [output.path for output in result.outputs] == [folder / "visit.pdf", folder / "visit.epub"]
    pdf, epub = result.outputs
    assert pdf.parts == len(pikepdf.open(pdf.path).pages)
    assert (pdf.size, epub.size) == (pdf.path.stat().st_size, epub.path.stat().st_size)
    assert not [
        path.name for path in folder.parent.iterdir() if path.name.startswith((".visit-new", ".packet"))
    ]


def test_the_checksums_are_right(finished: tuple[Path, Result]) -> None:
    folder, _ = finished
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(names(folder)) - 1
    assert verify(folder / "visit.pdf").findings == []


def test_numbers_labels_bookmarks_and_index_agree(finished: tuple[Path, Result]) -> None:
    printed = PdfFile((finished[0] / "visit.pdf").read_bytes())
    for page in printed.pages:
        lowest = min(char.y for char in page.chars if char.text.isdecimal())
        figures = [char.text for char in page.chars if char.text.isdecimal() and char.y < lowest + 1]
        assert "".join(figures) == str(page.number)
    assert printed.pike.Root.PageLabels.Nums[1].S == "/D"
    top = [(title, place.page) for level, title, place in printed.outline if level < 2]
    assert [title for title, _ in top] == [
        *("Cover", "Index", "A Country notes", "A.1 How to read *this*", "A.2 Belgium in brief"),
        *("A.3 Luxembourg", "Z Annexes", "Z.1 Agenda", "Z.9 Plan", "Z.3 Secret plan", "Z.4 Dot"),
    ]
    index = printed.pages[1]
    for title, number in top[2:]:
        links = [link for link in index.links if link.target and link.target.page == number]
        assert {link.text for link in links} >= {str(number), title.partition(" ")[2]}
    assert dict(top)["A.2 Belgium in brief"] % 2 == dict(top)["A.3 Luxembourg"] % 2 == 1


def test_every_page_bears_the_marking_of_its_part(finished: tuple[Path, Result]) -> None:
    printed = PdfFile((finished[0] / "visit.pdf").read_bytes())
    starts = [place.page for level, _, place in printed.outline if level < 2]
    wanted = ["Restricted"] * 3 + ["Public", "Restricted", "Public", "Restricted", "Public", "Public"]
    wanted += ["Restricted", "Public"]
    for page in printed.pages:
        marking = wanted[sum(start <= page.number for start in starts) - 1].upper()
        assert marking in page.head, page.number
        assert marking in page.foot, page.number
        assert (page.head + page.foot).count(marking) == 2


def test_what_was_put_together_travels_inside(finished: tuple[Path, Result]) -> None:
    with pikepdf.open(finished[0] / "visit.pdf") as pdf:
        assert sorted(pdf.attachments) == [
            *("SHA256SUMS", "one.rst", "packets/visit.toml", "record.json"),
            *("trees/item-1-1.xml", "trees/item-1-2.xml", "trees/item-1-3.xml", "trees/item-2-4.xml"),
            "two.rst",
        ]
        assert pdf.attachments["one.rst"].get_file().read_bytes() == packets.ONE.encode()


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_sources_give_the_same_bytes(
    finished: tuple[Path, Result], tmp_path: Path, seed: str
) -> None:
    """The order of sets, and of the keys of a PDF's dictionaries, changes with each process."""
    write_source(tmp_path)
    environment = {"PYTHONHASHSEED": seed, "DESPATCH_CACHE": str(tmp_path / "cache")}
    done = despatch(
        *("packet", "source/packets/visit.toml", "--jobs", "2"), folder=tmp_path, environment=environment
    )
    assert done.returncode == 0, done.stderr
    made = tmp_path / "build" / "visit"
    assert names(made) == names(finished[0])
    for name in names(made):
        assert (made / name).read_bytes() == (finished[0] / name).read_bytes(), name


# The store -----------------------------------------------------------------------------------------------


def build(paths: list[Path]) -> dict[str, tuple[bool | None, list[str]]]:
    """Build articles: whether each is fresh (none: it could not be built), and the codes of its findings."""
    outcomes = build_articles(paths, Order(folder=None, paper="a4"), 2)
    return {
        outcome.result.article.name: (
            None if outcome.built is None else outcome.built.fresh,
            [finding.code for finding in outcome.findings],
        )
        for outcome in outcomes
    }


@pytest.mark.slow
def test_only_what_has_changed_is_built_again(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    monkeypatch.setattr(article_store, "program_and_look", lambda: "this program")
    one, two = tmp_path / "one.rst", tmp_path / "two.rst"
    Image.new("RGB", (4, 3), "navy").save(tmp_path / "dot.png")
    one.write_text(ARTICLE)
    two.write_text(ARTICLE + "\n.. image:: dot.png\n   :alt: A dot\n\ntab:\there\n")
    warned = ["file-tab"]
    assert build([one, two]) == {"one.rst": (True, []), "two.rst": (True, warned)}
    assert build([one, two]) == {"one.rst": (False, []), "two.rst": (False, warned)}
    one.write_text(ARTICLE + "More.\n")
    assert build([one, two]) == {"one.rst": (True, []), "two.rst": (False, warned)}
    Image.new("RGB", (4, 3), "maroon").save(tmp_path / "dot.png")
    assert build([one, two]) == {"one.rst": (False, []), "two.rst": (True, warned)}
    one.write_text(ARTICLE)
    assert build([one]) == {"one.rst": (False, [])}
    one.write_text(ARTICLE + "A call [#none]_.\n")
    assert build([one]) == {"one.rst": (None, ["note-undefined"])}
    assert [path.name for path in store.iterdir() if path.name.startswith(".")] in ([], [".tidied"])


def test_another_program_or_look_builds_anew(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.rst"
    path.write_text(ARTICLE)
    assert article_store.program_and_look() == article_store.program_and_look()
    before = article_store.program_and_look()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert article_store.program_and_look() != before
    keys = {
        article_store._key(path, Order(paper=paper, draft=draft), before)
        for paper in ("a4", "letter")
        for draft in (True, False)
    }
    assert len(keys | {article_store._key(path, Order(paper="a4"), article_store.program_and_look())}) == 5


# Notes, images, markings ---------------------------------------------------------------------------------


def manifest_of(folder: Path, text: str) -> Manifest:
    """A manifest in a source root with an article."""
    path = folder / "source" / "visit.toml"
    path.parent.mkdir(exist_ok=True)
    (path.parent / "a.rst").write_text(ARTICLE)
    path.write_text(text)
    manifest, findings = read_manifest(path)
    assert manifest is not None, [str(finding) for finding in findings]
    return manifest


NOTE = """\
title = "Visit"
date = 2026-11-24

[[section]]
title = "One"

[[section.item]]
title = '*Not* `bold` |x| [#y]_ http://x.org'
note = '''
First.

A call [#none]_.
'''
"""


def test_a_fault_in_a_note_is_found_in_the_manifest(tmp_path: Path, store: Path) -> None:
    manifest = manifest_of(tmp_path, NOTE)
    (item,) = manifest.items
    path = write_article(item, manifest, article_store.open_store())
    assert write_article(item, manifest, article_store.open_store()) == path
    (outcome,) = build_articles([path], Order(folder=None, paper="a4"))
    found = placed(outcome.findings, item, manifest)
    assert [(finding.source, finding.line, finding.code) for finding in found] == [
        (str(manifest.info.source), 12, "note-undefined")
    ]


def test_a_title_is_no_markup(tmp_path: Path, store: Path) -> None:
    manifest = manifest_of(tmp_path, NOTE.replace("[#none]_", ""))
    path = write_article(manifest.items[0], manifest, article_store.open_store())
    (outcome,) = build_articles([path], Order(folder=None, paper="a4"))
    assert outcome.findings == []
    assert outcome.built is not None
    assert outcome.built.title == "*Not* `bold` |x| [#y]_ http://x.org"


MARKED = """\
title = "Visit"
date = 2026-11-24
marking = "Restricted"

[[section]]
title = "One"

[[section.item]]
article = "a.rst"
marking = "Restricted"

[[section.item]]
article = "a.rst"
"""


def completed(
    folder: Path, text: str, own: tuple[str, str] = ("Public", "Public")
) -> tuple[Manifest, list[tuple[str, int | None]]]:
    """A manifest with what its articles say; their own markings are given."""
    manifest = manifest_of(folder, text)
    articles = {
        item.name: Built(
            Path("a.rst"), folder, "Own title", "2026-11-20", marking, "fr", {"pdf": 1}, "", (), fresh=True
        )
        for item, marking in zip(manifest.items, own, strict=True)
    }
    found, findings = complete(manifest, articles)
    return found, [(finding.code, finding.line) for finding in findings]


def test_what_the_manifest_leaves_out_is_the_articles(tmp_path: Path) -> None:
    manifest, found = completed(tmp_path, MARKED)
    assert found == []
    one, two = manifest.items
    assert (two.title, two.date, two.language) == ("Own title", datetime.date(2026, 11, 20), "fr")
    assert (one.marking, two.marking) == ("Restricted", "Public")


def test_a_packet_bears_the_highest_marking_of_its_members(tmp_path: Path) -> None:
    bare = MARKED.replace('marking = "Restricted"\n', "", 1)
    assert completed(tmp_path, bare)[0].info.marking == "Restricted"
    assert completed(tmp_path, bare, ("Public", "Secret"))[0].info.marking == "Secret"
    none = MARKED.replace('marking = "Restricted"\n', "")
    assert completed(tmp_path, none, ("", ""))[0].info.marking == ""


@pytest.mark.parametrize(
    ("own", "found"),
    [
        (("Public", ""), [("packet-marking-missing", 12)]),
        (("Public", "Secret"), [("packet-marking-low", 3)]),
        (("Secret", "Public"), [("packet-marking-low", 8)]),
        (("Public", "Zzz"), [("packet-marking-unknown", 12)]),
    ],
    ids=str,
)
def test_markings_that_do_not_fit_are_errors(
    tmp_path: Path, own: tuple[str, str], found: list[tuple[str, int]]
) -> None:
    assert completed(tmp_path, MARKED, own)[1] == found


def test_without_a_marking_of_its_own_a_packet_still_wants_one_of_each_member(tmp_path: Path) -> None:
    bare = MARKED.replace('marking = "Restricted"\n', "", 1)
    assert completed(tmp_path, bare, ("Public", ""))[1] == [("packet-marking-missing", 11)]


# The folder of the packet --------------------------------------------------------------------------------


def fill(folder: Path, text: str) -> None:
    """Make a packet of one file in a folder, with its checksums."""
    with staged(folder) as stage:
        (stage / "a.pdf").write_text(text)
        (stage / output_folder.SUMS).write_text(f"{'0' * 64}  a.pdf\n")


def _break_off(folder: Path) -> None:
    with staged(folder) as stage:
        (stage / "a.pdf").write_text("half")
        raise OSError("full")


def test_a_folder_changes_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "visit"
    fill(folder, "one")
    with pytest.raises(OSError, match="full"):
        _break_off(folder)
    assert (folder / "a.pdf").read_text() == "one"
    fill(folder, "two")
    assert (folder / "a.pdf").read_text() == "two"
    assert names(folder.parent) == [".visit.lock", "visit/SHA256SUMS", "visit/a.pdf"]


def test_it_does_so_where_folders_can_not_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output_folder, "_swapped", lambda *_: False)
    test_a_folder_changes_as_a_whole(tmp_path)


def test_what_belongs_to_nobody_stays(tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    fill(folder, "one")
    (folder / "sub").mkdir()
    (folder / "sub" / "mine.txt").write_text("mine")
    (folder / "link").symlink_to("sub")
    with staged(folder) as stage:
        (stage / "b.pdf").write_text("new")
    assert names(folder) == ["b.pdf", "link", "sub/mine.txt"] or names(folder) == ["b.pdf", "sub/mine.txt"]
    assert (folder / "link").is_symlink()


def test_a_folder_that_was_moved_away_comes_back(tmp_path: Path) -> None:
    fill(tmp_path / "visit", "one")
    (tmp_path / "visit").rename(tmp_path / ".visit-old-x")
    (tmp_path / ".visit-new-y").mkdir()
    with pytest.raises(OSError, match="full"):
        _break_off(tmp_path / "visit")
    assert names(tmp_path) == [".visit.lock", "visit/SHA256SUMS", "visit/a.pdf"]


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    with staged(folder), pytest.raises(BusyError):
        fill(folder, "two")
    fill(folder, "three")


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "visit").write_text("mine")
    with pytest.raises(NotADirectoryError):
        fill(tmp_path / "visit", "one")
    assert names(tmp_path) == ["visit"]


# Faults --------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path, store: Path) -> Path:
    """The manifest of a packet of one short article."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.rst").write_text(ARTICLE)
    path = folder / "visit.toml"
    path.write_text(
        'title = "V"\ndate = 2026-11-24\n[[section]]\ntitle = "S"\n[[section.item]]\narticle = "a.rst"\n'
    )
    return path


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.slow
def test_an_article_with_errors_stops_the_packet_unless_it_is_a_draft(small: Path, tmp_path: Path) -> None:
    order = PacketOrder(tmp_path / "build")
    assert not make_packet(small, order).failed
    before = {name: (tmp_path / "build" / name).read_bytes() for name in names(tmp_path / "build")}
    small.with_name("a.rst").write_text(ARTICLE + "A call [#none]_.\n")
    result = make_packet(small, order)
    assert result.failed
    assert [(finding.code, finding.line) for finding in result.findings] == [
        ("note-undefined", HEAD.count("\n") + 2),
        ("packet-article", 5),
    ]
    assert {name: (tmp_path / "build" / name).read_bytes() for name in names(tmp_path / "build")} == before
    result = make_packet(small, replace(order, draft=True))
    assert (result.failed, codes(result.findings)) == (False, ["note-undefined"])


def test_another_build_at_work_is_named(small: Path, tmp_path: Path) -> None:
    order = PacketOrder(tmp_path / "build")
    order.folder.mkdir()
    with (order.folder / ".visit.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = make_packet(small, order)
    assert (result.failed, codes(result.findings)) == (True, ["packet-busy"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("stitch_all", OSError(28, "No space left on device"), "file-write"),
        ("stitch_all", KeyError("x"), "internal"),
    ],
    ids=["full", "fault"],
)
def test_a_failure_leaves_the_last_packet(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception, code: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    order = PacketOrder(tmp_path / "build")
    assert not make_packet(small, order).failed
    before = (tmp_path / "build" / "visit" / "visit.pdf").read_bytes()
    monkeypatch.setattr(make, name, fail)
    result = make_packet(small, order)
    assert (result.failed, codes(result.findings), result.outputs) == (True, [code], [])
    assert (tmp_path / "build" / "visit" / "visit.pdf").read_bytes() == before


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", ["stitch_all", "write_packet_epub"])
def test_binding_has_limits_like_all_else(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def endless(*_: object, **__: object) -> None:
        time.sleep(60)

    monkeypatch.setattr(make if name == "stitch_all" else assembly, name, endless)
    result = make_packet(small, PacketOrder(tmp_path / "build", limits=Limits(3)))
    assert (result.failed, codes(result.findings), result.outputs) == (True, ["limit-time"], [])
    what = "binding the packet" if name == "stitch_all" else "packing the ebook"
    assert what in result.findings[-1].message


def _kill_after(manifest: Path, folder: Path, kept: Path, at: str) -> None:
    import os
    import signal

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    os.environ["DESPATCH_CACHE"] = str(kept)
    setattr(items if at == "build_articles" else make, at, die)
    make_packet(manifest, PacketOrder(folder))


@pytest.mark.slow
@pytest.mark.parametrize("at", ["build_articles", "copy_editions", "checksums"])
def test_killed_at_any_moment_the_last_packet_is_whole(small: Path, tmp_path: Path, at: str) -> None:
    folder = tmp_path / "build"
    assert not make_packet(small, PacketOrder(folder)).failed
    before = {name: (folder / "visit" / name).read_bytes() for name in names(folder / "visit")}
    process = multiprocessing.get_context("fork").Process(
        target=_kill_after, args=(small, folder, cache.folder(), at)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert {name: (folder / "visit" / name).read_bytes() for name in names(folder / "visit")} == before
    assert not make_packet(small, PacketOrder(folder)).failed
    assert [path.name for path in folder.iterdir() if "-new-" in path.name] == []


# The command ---------------------------------------------------------------------------------------------


def test_the_command_makes_packets(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["packet", "source/visit.toml", "--jobs", "1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["build/visit/visit.pdf", "4", "pages,"],
        ["build/visit/visit.epub", "5", "chapters,"],
    ]
    assert cli.main(["verify", "build/visit/visit.pdf"]) == 0
    assert capsys.readouterr().out.startswith("build/visit/visit.pdf  ")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["packet", "none.toml"], 1, "error [file-missing]"),
        (["packet", "source/visit.toml", "other/visit.toml"], 2, "two packets"),
        (["packet", "source/visit.toml", "--since", "source"], 1, "error [packet-earlier]"),
        (["verify", "none.pdf"], 1, "error [file-missing]"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_use_is_told(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == code
    assert words in capsys.readouterr().err


def test_no_two_articles_share_a_file(tmp_path: Path) -> None:
    built: list[Built] = []
    for folder in ("x", "y"):
        place = tmp_path / folder
        place.mkdir()
        for ending in (".pdf", ".epub"):
            (place / f"note{ending}").write_text(folder)
        built.append(Built(place / "note.rst", place, "T", "", "", "en", {"pdf": 1}, "", (), fresh=True))
    make.copy_editions([*built, built[0]], tmp_path / "out")
    found: Callable[[str], str] = lambda name: (tmp_path / "out" / name).read_text()  # noqa: E731
    assert names(tmp_path / "out") == ["note-2.epub", "note-2.pdf", "note.epub", "note.pdf"]
    assert (found("note.pdf"), found("note-2.pdf")) == ("x", "y")


# What courts and cabinets ask -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_packet_opens_as_asked_and_its_bookmarks_have_their_pages(tmp_path: Path) -> None:
    manifest = write_source(tmp_path)
    manifest.write_text("zoom = 100\nbookmark-pages = true\nright-hand = true\n" + packets.MANIFEST)
    done = despatch(
        *("packet", manifest, "--to", "pdf", "-o", tmp_path / "build"), folder=tmp_path, environment={}
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "build" / "visit"
    assert names(folder) == ["SHA256SUMS", "articles/one.pdf", "articles/two.pdf", "visit.pdf"]
    assert verify(folder / "visit.pdf").findings == []
    printed = PdfFile((folder / "visit.pdf").read_bytes())
    action = printed.pike.Root.OpenAction
    assert action[0].objgen == printed.pike.pages[0].obj.objgen
    assert [str(action[1]), float(action[4])] == ["/XYZ", 1.0]
    for level, title, place in printed.outline:
        if level < 2:
            assert title.endswith(f"(page {place.page})")
        if level == 1:
            assert place.page % 2 == 1


@pytest.mark.slow
def test_many_findings_of_one_kind_are_counted(tmp_path: Path) -> None:
    manifest = write_source(tmp_path)
    item = '\n[[section.item]]\npdf = "plan.pdf"\ntitle = "Plan"\nmarking = "Public"\ntab = "X{n}"\n'
    added = "".join(item.format(n=number) for number in range(6))
    manifest.write_text(packets.MANIFEST + added)
    short = despatch("packet", manifest, "--to", "pdf", "-o", "build", folder=tmp_path).stderr
    whole = despatch("packet", manifest, "--to", "pdf", "--all-findings", folder=tmp_path).stderr
    assert short.count("[annex-untagged]") == 3
    assert "more of this kind, on lines" in short
    assert whole.count("[annex-untagged]") == 9


def test_what_others_have_put_into_the_folder_is_not_overwritten(tmp_path: Path) -> None:
    folder, stage = tmp_path / "visit", tmp_path / "stage"
    for name in ("visit.pdf", "visit.epub", "articles/note.pdf", "SHA256SUMS"):
        for root in (folder, stage):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(b"somebody's")
    own = [folder / name for name in ("articles/note.pdf", "visit.epub", "visit.pdf")]
    (folder / "SHA256SUMS").unlink()
    assert foreign(folder, stage) == own
    (folder / "visit.pdf").write_bytes(b"%PDF-1.7 <xmp:CreatorTool>Despatch</xmp:CreatorTool>")
    assert foreign(folder, stage) == own[:2]
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  articles/note.pdf\n", encoding="utf-8")
    assert foreign(folder, stage) == own[1:2]
