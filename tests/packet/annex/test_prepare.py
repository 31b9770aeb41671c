"""Papers from elsewhere: each kind gives good pages or a clear finding."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.files.content_store import ContentStore
from pipeline.packet.annex.prepare import prepare
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.seen.page_views import views
from pipeline.packet.stitch.record import Notes
from pipeline.packet.stitch.stitch import stitch
from pipeline.packet.stitch.verify import verify
from tests.support import packet_papers as papers
from tests.support.drawn_papers import everything
from tests.support.packet_papers import changed, codes, prepared, seen, text_pdf, words

CLEAN = Claims("A", True)
A4 = (595, 842)


def size(path: Path, index: int = 0) -> tuple[int, int]:
    """Width and height of a page, in whole points; its lower left corner is the origin."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[index]
        assert set(page.obj.keys()) & {"/Rotate", "/CropBox", "/UserUnit"} == set()
        left, bottom, right, top = (float(side) for side in page.mediabox)
        assert (left, bottom) == (0, 0)
        return round(right), round(top)


def figures(path: Path) -> list[str]:
    """The alternative texts of the figures that the pages are."""
    with pikepdf.open(path) as pdf:
        kids = pdf.Root.StructTreeRoot.K.K
        return [str(kid.Alt) for kid in kids if str(kid.S) == "/Figure"]


# What can't be taken in


def _needing_adobe(pdf: Pdf) -> None:
    pdf.Root.NeedsRendering = True


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda: b"", "annex-unreadable", "is empty"),
        (lambda: b"a text file" * 20, "annex-unreadable", "is not a PDF"),
        (lambda: b"PK\x03\x04 a text file" * 20, "annex-kind", "is a packed file that is damaged"),
        (lambda: b"%PDF-1.7\nnothing else", "annex-unreadable", "damaged beyond repair"),
        (lambda: papers.locked("secret"), "annex-locked", "password"),
        (lambda: changed(lambda pdf: pdf.pages.__delitem__(slice(None))), "annex-unreadable", "no pages"),
        (lambda: changed(_needing_adobe), "annex-unreadable", "XFA"),
    ],
    ids=["empty", "no-pdf", "no-zip", "no-body", "locked", "no-pages", "xfa"],
)
def test_what_can_not_be_taken_in_is_an_error(
    tmp_path: Path, make: Callable[[], bytes], code: str, said: str
) -> None:
    made = prepared(make(), tmp_path)
    assert made.page_count == 0
    (finding,) = made.findings
    assert finding.is_error
    assert finding.code == code
    assert said in finding.message
    assert (finding.source, finding.line) == ("visit.toml", 7)
    assert finding.message.startswith("paper-elsewhere.pdf ")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    made = prepare(papers.part("item-1-1", "annex", tmp_path / "gone.pdf"), tmp_path)
    assert [finding.code for finding in made.findings] == ["annex-unreadable"]


# What is repaired or left out, and said


def test_a_damaged_cross_reference_is_repaired(tmp_path: Path) -> None:
    made = prepared(text_pdf().replace(b"startxref\n", b"startxref\n9"), tmp_path)
    assert made.page_count == 2
    assert "annex-repaired" in codes(made)
    assert "Part 1" in words(made.part.pdf)


def test_half_a_file_gives_what_is_left_or_an_error(tmp_path: Path) -> None:
    data = changed(lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    made = prepared(data[: len(data) // 2], tmp_path)
    assert codes(made) & {"annex-repaired", "annex-unreadable"}


def test_nothing_that_acts_gets_into_the_packet(tmp_path: Path) -> None:
    made = prepared(changed(papers.acting), tmp_path)
    (removed,) = [finding.message for finding in made.findings if finding.code == "annex-removed"]
    for what in ("scripts", "start programs", "send forms", "other files", "none of the web", "embedded"):
        assert what in removed
    with pikepdf.open(made.part.pdf) as pdf:
        assert not pdf.attachments
        assert set(pdf.Root.keys()) & {"/OpenAction", "/AA", "/AcroForm"} == set()
        assert "/Annots" not in pdf.pages[0].obj
        everything = b"".join(
            one.unparse(resolved=True) for one in pdf.objects if not isinstance(one, pikepdf.Stream)
        )
    for word in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/GoToR", b"/AA ", b"passwd", b"alert"):
        assert word not in everything


def _with_files(pdf: Pdf) -> None:
    """Files as people attach them, and one that belongs to a page and is listed nowhere."""
    pdf.attachments["budget.xlsx"] = b"PK hidden sheet"
    pdf.attachments["a\u202ecod.exe\x1b"] = b"MZ"
    spec = pikepdf.AttachedFileSpec(pdf, b"<x/>", filename="invoice.xml")
    pdf.pages[0].obj.AF = Array([spec.obj])


def test_files_in_a_paper_are_named_and_not_in_the_packet(tmp_path: Path) -> None:
    made = prepared(changed(_with_files), tmp_path)
    (removed,) = [finding for finding in made.findings if finding.code == "annex-removed"]
    assert 'embedded files (3: "' in removed.message
    assert '"budget.xlsx"' in removed.message
    assert '"invoice.xml"' in removed.message
    assert not {"\u202e", "\x1b"} & set(str(removed))
    data = everything(made.part.pdf)
    assert b"hidden sheet" not in data
    assert b"budget" not in data
    assert b"invoice" not in data


def test_metadata_that_are_no_stream_hinder_nothing(tmp_path: Path) -> None:
    data = changed(
        lambda pdf: pdf.Root.__setitem__("/Metadatx", Dictionary(X=String("SECRETNAME"))),
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    ).replace(b"/Metadatx", b"/Metadata")
    made = prepared(data, tmp_path)
    assert made.page_count == 2
    assert b"SECRETNAME" not in everything(made.part.pdf)


def test_what_bookmarks_would_do_is_told(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        first, second, third = (pdf.make_indirect(Dictionary(Title=String(word))) for word in "abc")
        first.A = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        second.A = Dictionary(S=Name.URI, URI=String("https://example.org/"))
        third.A = Dictionary(S=Name.Launch, F=String("calc.exe"))
        first.First, first.Next, second.Next, third.Next = second, third, first, third
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=first, Last=third))

    made = prepared(changed(change), tmp_path)
    (removed,) = [finding.message for finding in made.findings if finding.code == "annex-removed"]
    for what in ("scripts,", "addresses of bookmarks,", "actions that start programs,"):
        assert what in f"{removed.partition(';')[0]},"


def test_protection_without_a_password_goes_and_is_said(tmp_path: Path) -> None:
    made = prepared(papers.locked(""), tmp_path)
    assert made.page_count == 2
    assert any("protection against changes" in finding.message for finding in made.findings)


def test_a_form_stands_as_it_is_filled_in(tmp_path: Path) -> None:
    made = prepared(papers.form(), tmp_path)
    assert {"annex-form", "annex-standard"} <= codes(made)
    assert "Ann Peeters" in words(made.part.pdf)
    assert not made.claims.accessible, "the font of the form is not embedded"


def test_a_comment_leaves_its_mark_and_its_text_is_missed(tmp_path: Path) -> None:
    made = prepared(changed(papers.commented), tmp_path)
    assert any("texts of comments" in finding.message for finding in made.findings)
    assert seen(made.part.pdf).at(20, 410) == (255, 255, 0)


@pytest.mark.parametrize("flag", [2, 32], ids=["hidden", "no-view"])
def test_a_hidden_annotation_stays_hidden(tmp_path: Path, flag: int) -> None:
    def hide(pdf: Pdf) -> None:
        papers.commented(pdf)
        pdf.pages[0].obj.Annots[0].F = flag

    made = prepared(changed(hide), tmp_path)
    assert seen(made.part.pdf).at(20, 410) == (255, 255, 255)
    assert "annex-removed" not in codes(made), "nobody has seen it"


def test_a_hidden_layer_stays_hidden(tmp_path: Path) -> None:
    made = prepared(changed(papers.layered), tmp_path)
    assert seen(made.part.pdf).at(250, 250) == (255, 255, 255)


# Pages upright, at the origin


@pytest.mark.parametrize(
    ("angle", "wide", "corner"),
    [(0, False, "top"), (90, True, "right"), (180, False, "bottom"), (270, True, "left")],
)
def test_turned_pages_stand_as_they_are_shown(tmp_path: Path, angle: int, wide: bool, corner: str) -> None:
    made = prepared(papers.turned(angle), tmp_path)
    width, height = size(made.part.pdf)
    assert (width > height) == wide
    own = prepared(papers.turned(0), tmp_path, "own")
    assert sorted((width, height)) == sorted(size(own.part.pdf))
    # The link of the first page is at the upper edge of the text: with the page, it has gone round.
    with pikepdf.open(made.part.pdf) as pdf:
        left, bottom, right, top = (float(side) for side in pdf.pages[0].obj.Annots[0].Rect)
    middle = (left + right) / 2, (bottom + top) / 2
    distance = {"left": middle[0], "right": width - middle[0], "bottom": middle[1], "top": height - middle[1]}
    assert min(distance, key=lambda side: distance[side]) == corner


def test_only_what_is_shown_counts(tmp_path: Path) -> None:
    made = prepared(changed(papers.cropped), tmp_path)
    assert size(made.part.pdf)[0] == 400
    assert "Part 1" in words(made.part.pdf)


@pytest.mark.parametrize(("style", "width"), [("@page { size: A3 }", 842), ("@page { size: letter }", 612)])
def test_any_paper_keeps_its_size(tmp_path: Path, style: str, width: int) -> None:
    assert size(prepared(text_pdf(style=style), tmp_path).part.pdf)[0] == width


def test_a_user_unit_is_counted_in(tmp_path: Path) -> None:
    def enlarge(pdf: Pdf) -> None:
        for page in pdf.pages:
            page.obj.UserUnit = 2

    assert size(prepared(changed(enlarge), tmp_path).part.pdf) == (1191, 1684)


def test_a_label_grows_to_a_page_that_has_room(tmp_path: Path) -> None:
    made = prepared(text_pdf(style="@page { size: 50mm 60mm; margin: 3mm }"), tmp_path)
    assert size(made.part.pdf)[0] == 250


def test_boxes_that_are_none_are_a_letter_page(tmp_path: Path) -> None:
    def spoil(pdf: Pdf) -> None:
        pdf.pages[0].obj.MediaBox = Array([0, 0, 0, 0])

    assert size(prepared(changed(spoil), tmp_path).part.pdf)[0] == 612


# Room for the stamps


def test_a_free_margin_stays_as_it_is(tmp_path: Path) -> None:
    assert size(prepared(text_pdf(), tmp_path).part.pdf) == A4


def test_a_margin_that_is_not_free_grows_by_a_strip(tmp_path: Path) -> None:
    made = prepared(papers.scanned(dark_foot=True), tmp_path)
    assert size(made.part.pdf)[1] > A4[1] + 20
    (look,) = views(made.part.pdf)
    assert look.bottom_free
    assert seen(made.part.pdf).at(300, 45)[0] < 60, "the foot of the scan is still there, above the strip"


def test_no_strip_for_a_marking_where_there_is_none(tmp_path: Path) -> None:
    data = text_pdf(style="@page { margin: 1mm 25mm 25mm }")
    marked, plain = prepared(data, tmp_path), prepared(data, tmp_path, "plain", marking="")
    assert size(marked.part.pdf)[1] > size(plain.part.pdf)[1] == A4[1]


# Tags


def test_a_page_without_tags_is_one_figure_that_says_what_it_is(tmp_path: Path) -> None:
    made = prepared(text_pdf(), tmp_path)
    assert "annex-untagged" in codes(made)
    first, second = figures(made.part.pdf)
    assert first.startswith("Page 1 of 2: A paper. Part 1 The Parties agree")
    assert "Part 2" in second
    with pikepdf.open(made.part.pdf) as pdf:
        data = pdf.pages[0].obj.Contents.read_bytes()
        assert data.startswith(b"/Figure <</MCID 0>> BDC q")
        form = pdf.pages[0].obj.Resources.XObject.Annex
        assert b"BDC" not in form.read_bytes()


def test_a_scan_is_described_by_title_and_number(tmp_path: Path) -> None:
    made = prepared(papers.scanned(), tmp_path, language="fr")
    assert figures(made.part.pdf) == ["Page 1 sur 1 : A paper"]
    assert codes(made) == {"annex-scan", "annex-untagged"}
    assert made.claims == CLEAN


def test_sound_tags_are_kept(tmp_path: Path) -> None:
    made = prepared(text_pdf("pdf/ua-1"), tmp_path)
    assert "annex-untagged" not in codes(made)
    with pikepdf.open(made.part.pdf) as pdf:
        text = str(pdf.Root.StructTreeRoot.K.K[0].S)
    assert text == "/Sect"
    assert figures(made.part.pdf) == []


def test_the_marks_inside_a_figure_go(tmp_path: Path) -> None:
    def untag(pdf: Pdf) -> None:
        del pdf.Root.StructTreeRoot

    made = prepared(changed(untag, text_pdf("pdf/ua-1")), tmp_path)
    assert "annex-untagged" in codes(made)
    with pikepdf.open(made.part.pdf) as pdf:
        assert b"BDC" not in pdf.pages[0].obj.Resources.XObject.Annex.read_bytes()
    assert "Part 1" in words(made.part.pdf)


def _tree(pdf: Pdf) -> Any:
    return pdf.Root.StructTreeRoot


def _loop(pdf: Pdf) -> None:
    top = _tree(pdf).K
    top = top[0] if isinstance(top, Array) else top
    top.K = Array([top, top])


def _forget(pdf: Pdf) -> None:
    top = _tree(pdf).K
    (top[0] if isinstance(top, Array) else top).K = Array([])


def _strange(pdf: Pdf) -> None:
    top = _tree(pdf).K
    (top[0] if isinstance(top, Array) else top).S = Name.Strange


@pytest.mark.parametrize("change", [_loop, _forget, _strange])
def test_unsound_tags_are_not_kept_and_it_is_said_why(tmp_path: Path, change: Any) -> None:
    made = prepared(changed(change, text_pdf("pdf/ua-1")), tmp_path)
    (finding,) = [finding for finding in made.findings if finding.code == "annex-untagged"]
    assert "can't be kept (" in finding.message
    assert len(figures(made.part.pdf)) == 2


def test_levels_of_headings_are_closed_up(tmp_path: Path) -> None:
    def skip(pdf: Pdf) -> None:
        for one in pdf.objects:
            if isinstance(one, Dictionary) and one.get("/S") == Name.H1:
                one.S = Name.H4

    made = prepared(changed(skip, text_pdf("pdf/ua-1")), tmp_path)
    with pikepdf.open(made.part.pdf) as pdf:
        roles = {str(one.S) for one in pdf.objects if isinstance(one, Dictionary) and "/S" in one}
    assert "/H1" in roles
    assert "/H4" not in roles


# Standards


def test_an_archived_paper_allows_all_claims(tmp_path: Path) -> None:
    made = prepared(text_pdf("pdf/a-3b"), tmp_path)
    assert made.claims == CLEAN
    assert "annex-standard" not in codes(made)


def test_colours_of_print_cost_the_claim_of_pdf_a(tmp_path: Path) -> None:
    made = prepared(papers.scanned("CMYK"), tmp_path)
    assert made.claims == Claims("", True)
    (finding,) = [finding for finding in made.findings if finding.code == "annex-standard"]
    assert "does not claim PDF/A: a colour depends on the printer or the screen" in finding.message
    assert "(DeviceCMYK" in finding.message
    assert finding.message.endswith(": ISO 19005-3, 6.2.4.3)")


def test_a_font_that_does_not_say_its_letters_costs_level_a(tmp_path: Path) -> None:
    def silence(pdf: Pdf) -> None:
        for one in pdf.objects:
            if isinstance(one, Dictionary) and "/ToUnicode" in one:
                del one["/ToUnicode"]

    made = prepared(changed(silence, text_pdf("pdf/a-3b")), tmp_path)
    assert made.claims == Claims("B", False)


def test_tags_that_do_not_claim_to_be_accessible_cost_the_claim(tmp_path: Path) -> None:
    made = prepared(changed(lambda pdf: pdf.Root.__delitem__("/Metadata"), text_pdf("pdf/ua-1")), tmp_path)
    assert not made.claims.accessible
    assert "annex-untagged" not in codes(made)


def _inline_links(pdf: Pdf) -> None:
    for page in pdf.pages:
        page.obj.Annots = Array([Dictionary(dict(one.items())) for one in page.obj.Annots])


def test_links_that_are_no_objects_become_some(tmp_path: Path) -> None:
    made = prepared(changed(_inline_links), tmp_path)
    with pikepdf.open(made.part.pdf) as pdf:
        links = [one for page in pdf.pages for one in page.obj.Annots]
        assert links
        assert all(one.is_indirect for one in links)


def test_links_lead_where_they_led(tmp_path: Path) -> None:
    made = prepared(text_pdf(), tmp_path)
    with pikepdf.open(made.part.pdf) as pdf:
        links = [(str(one.get("/Dest", "")), str(one.Contents)) for one in pdf.pages[1].obj.Annots]
        assert links == [("", "https://example.org/"), ("page-1", "1")]
        assert pikepdf.NameTree(pdf.Root.Names.Dests)["page-1"][0].objgen == pdf.pages[0].obj.objgen


def test_the_same_paper_gives_the_same_file(tmp_path: Path) -> None:
    first, second = (prepared(text_pdf(), tmp_path, name).part.pdf.read_bytes() for name in ("one", "one"))
    assert first == second


def test_the_file_from_elsewhere_is_not_touched(tmp_path: Path) -> None:
    prepared(changed(papers.acting), tmp_path)
    assert (tmp_path / "paper-elsewhere.pdf").read_bytes().count(b"JavaScript") > 0


def _names_in_a_circle(pdf: Pdf) -> None:
    node = pdf.make_indirect(Dictionary())
    node.Kids = Array([node])
    pdf.Root.Names = Dictionary(Dests=node)


def _bookmarks_in_a_circle(pdf: Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("again")))
    item.Next = item.First = item.Last = item
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


def _words_that_are_none(pdf: Pdf) -> None:
    odd = pikepdf.Object.parse(b"<< /Odd#be /Name#be >>")
    pdf.pages[0].obj.Resources.Properties = odd


@pytest.mark.parametrize("change", [_names_in_a_circle, _bookmarks_in_a_circle, _words_that_are_none])
def test_what_leads_back_to_itself_or_is_no_word_comes_to_an_end(tmp_path: Path, change: Any) -> None:
    made = prepared(changed(change), tmp_path)
    assert made.page_count == 2
    assert "Part 1" in words(made.part.pdf)
    assert stitch([made.part], papers.INFO, tmp_path / "packet.pdf").page_count == 2


def _form(pdf: Pdf, content: bytes, **inside: Any) -> Any:
    form = pdf.make_stream(content)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 99, 99])
    form.Resources = Dictionary(XObject=Dictionary(inside))
    return form


def _draw(pdf: Pdf, form: Any, content: bytes = b"/Drawn Do") -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Drawn=form)
    pdf.pages[0].contents_add(content)


def _ten_fold_forms(pdf: Pdf) -> None:
    form = _form(pdf, b"0 0 9 9 re f")
    for _ in range(9):
        form = _form(pdf, b"/Inner Do " * 10, **{"/Inner": form})
    _draw(pdf, form)


def test_forms_without_end_are_an_error(tmp_path: Path) -> None:
    made = prepared(changed(_ten_fold_forms), tmp_path)
    assert [finding.code for finding in made.findings] == ["annex-unreadable"]
    assert "without end" in made.findings[0].message


def test_many_forms_side_by_side_are_drawn(tmp_path: Path) -> None:
    made = prepared(
        changed(lambda pdf: _draw(pdf, _form(pdf, b"0 0 9 9 re f"), b"/Drawn Do " * 3000)), tmp_path
    )
    assert made.page_count == 2


def test_a_broken_content_stream_is_no_crash(tmp_path: Path) -> None:
    def spoil(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"q ( [ BDC Q Q Q EMC << BT /F1")
        pdf.pages[1].obj.Contents = String("no stream")

    made = prepared(changed(spoil), tmp_path)
    assert made.page_count in {0, 2}
    assert made.findings


# The store


@pytest.mark.slow
def test_the_same_paper_is_made_ready_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.packet.annex import store as annex_store

    calls = []

    def counted(one: Any, folder: Path, wishes: Any) -> Any:
        calls.append(one.name)
        return prepare(one, folder, wishes)

    monkeypatch.setattr(annex_store, "prepare", counted)
    store = ContentStore(tmp_path / "store")
    path = tmp_path / "paper.pdf"
    path.write_bytes(papers.scanned())
    one = papers.part("item-1-1", "annex", path, title="A paper")
    first = annex_store.prepare_once(one, store, "program")
    again = annex_store.prepare_once(replace(one, line=99, source="other.toml"), store, "program")
    assert calls == ["item-1-1"]
    assert again.part.pdf == first.part.pdf
    assert (again.page_count, again.claims) == (first.page_count, first.claims)
    assert [str(finding) for finding in again.findings] == [
        str(replace(finding, line=99, source="other.toml")) for finding in first.findings
    ]
    path.write_bytes(papers.scanned(dark_foot=True))
    annex_store.prepare_once(one, store, "program")
    annex_store.prepare_once(replace(one, title="Other"), store, "program")
    annex_store.prepare_once(one, store, "a newer program")
    assert len(calls) == 4
    assert not list(store.folder.glob(".*"))


def test_a_paper_that_can_not_be_taken_in_is_not_kept(tmp_path: Path) -> None:
    from pipeline.packet.annex.store import prepare_once

    path = tmp_path / "paper.pdf"
    path.write_bytes(b"")
    store = ContentStore(tmp_path / "store")
    made = prepare_once(papers.part("item-1-1", "annex", path), store, "program")
    assert made.page_count == 0
    assert not list(store.folder.iterdir())


# Damage


def test_names_in_an_annex_need_not_be_utf_8(tmp_path: Path) -> None:
    """ISO 32000-1, 7.3.5."""
    plain = BytesIO()
    with pikepdf.open(BytesIO(papers.text_pdf("pdf/ua-1"))) as pdf:
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    paper = plain.getvalue().replace(b"/ColorSpace ", b"/\x80olorSpace ")
    assert paper != plain.getvalue()
    made = prepared(paper, tmp_path)
    packet = tmp_path / "packet.pdf"
    assert stitch([made.part], papers.INFO, packet, notes=Notes()).page_count == made.page_count
    assert "The Parties" in words(packet)
    assert verify(packet).findings == []


def test_broken_bookmarks_of_an_annex_are_left_out(tmp_path: Path) -> None:
    def break_off(pdf: Pdf) -> None:
        pdf.Root.Outlines.First.Next = Name.Count

    made = prepared(changed(break_off), tmp_path)
    assert made.page_count == 2
    with pikepdf.open(made.part.pdf) as pdf, pdf.open_outline() as outline:
        assert list(outline.root) == []


def test_the_page_of_an_element_may_be_named_by_the_one_above(tmp_path: Path) -> None:
    def leave_out(pdf: Pdf) -> None:
        stack: list[Any] = [pdf.Root.StructTreeRoot.K]
        while stack:
            element: Any = stack.pop()
            if isinstance(element, Array):
                stack += list(element)
            elif isinstance(element, Dictionary) and element.get("/Type") != Name.OBJR:
                stack.append(element.get("/K"))
                if "/Pg" in element and "/S" in element.get("/P", Dictionary()):
                    element.P.Pg = element.Pg
                    del element["/Pg"]

    made = prepared(changed(leave_out, text_pdf("pdf/ua-1", pages=1)), tmp_path)
    assert "annex-untagged" not in codes(made)
    packet = tmp_path / "packet.pdf"
    stitch([made.part], papers.INFO, packet, notes=Notes())
    assert verify(packet).findings == []


@cache
def _papers() -> list[bytes]:
    """Papers of several kinds, written so that single words of them can be damaged."""
    plain = {"qdf": True, "object_stream_mode": pikepdf.ObjectStreamMode.disable}
    makers: list[Callable[[], bytes]] = [
        lambda: changed(papers.layered, **plain),
        lambda: changed(papers.acting, **plain),
        lambda: changed(papers.commented, **plain),
        lambda: changed(lambda pdf: None, papers.form(), **plain),
        lambda: changed(lambda pdf: None, papers.scanned(), **plain),
        lambda: changed(lambda pdf: None, text_pdf("pdf/ua-1"), **plain),
    ]
    return [make() for make in makers]


_WORDS = (
    b"/Kids /Type /Parent /K /S /P /MediaBox /Contents /Resources /Annots /Rect /Filter /Length /Pg /MCID "
    b"/Names /Dests /Font /XObject /Subtype /Rotate /Outlines /First /Next /A /D endobj stream << >> [ ]"
).split()


@pytest.mark.fuzz
@given(data=st.data())
def test_a_damaged_paper_gives_pages_or_a_finding(data: st.DataObject) -> None:
    paper = bytearray(data.draw(st.sampled_from(_papers())))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(paper) - 1))
        if data.draw(st.booleans()):
            word = data.draw(st.sampled_from(_WORDS))
            at = paper.find(word, at)
            if at >= 0:
                paper[at : at + len(word)] = data.draw(st.sampled_from(_WORDS))
        else:
            paper[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=4))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = prepared(bytes(paper), folder)
        assert made.page_count or any(finding.is_error for finding in made.findings)
        if made.page_count:
            count = stitch([made.part], papers.INFO, folder / "packet.pdf", notes=Notes()).page_count
            assert count == made.page_count
            assert verify(folder / "packet.pdf").findings == []


def test_a_scan_without_text_is_named(tmp_path: Path) -> None:
    made = prepared(papers.scanned(), tmp_path)
    (finding,) = [finding for finding in made.findings if finding.code == "annex-scan"]
    assert not finding.is_error
    assert finding.message.startswith("paper-elsewhere.pdf is a scan without text: it can't be searched")
    assert "write ocr = true in its item" in finding.message
    assert 'ocrmypdf --skip-text "paper-elsewhere.pdf" "paper-elsewhere-text.pdf"' in finding.message


def test_pages_of_text_are_no_scans(tmp_path: Path) -> None:
    assert "annex-scan" not in papers.codes(prepared(papers.text_pdf(), tmp_path))
