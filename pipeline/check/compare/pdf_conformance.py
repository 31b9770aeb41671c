"""What a PDF edition promises beside its text: tags, language, bookmarks, page labels, metadata."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import Final

from pipeline.check.compare.edition import Pair
from pipeline.check.compare.links import Lands
from pipeline.check.compare.outline import compare_outline
from pipeline.check.pdf.tree import Opened
from pipeline.check.vocabulary.facts import Facts, Piece, visible
from pipeline.check.vocabulary.verdict import Verdict

_MARGIN: Final = 1.0
_LONG: Final = 40
_IDENTIFIERS: Final = (
    (r"pdfaid:part[^0-9]{1,3}3\b", "PDF/A-3 (pdfaid:part)"),
    (r"pdfaid:conformance[^A-Z]{1,3}A\b", "level A of PDF/A (pdfaid:conformance)"),
    (r"pdfuaid:part[^0-9]{1,3}1\b", "PDF/UA-1 (pdfuaid:part)"),
)


def check_pdf(
    opened: Opened, expected: Facts, found: Facts, pairs: dict[str, Pair], verdict: Verdict
) -> None:
    """Check what the PDF as a whole must have."""
    compare_language(expected, found, verdict)
    verdict.extend(_metadata(opened, expected))
    check_tags(opened, verdict)
    verdict.extend(_running(opened, expected))
    verdict.extend(check_page_labels(opened))
    lands = Lands(expected, found, {id(pair.expected): pair for pair in pairs.values()})
    compare_outline("check-bookmark", "bookmark", found, pairs[""], lands, verdict)
    _off_page(opened, pairs, verdict)


def compare_language(expected: Facts, found: Facts, verdict: Verdict) -> None:
    """Compare the language of an edition and of its passages in other languages."""
    if found.language.lower() != expected.language.lower():
        has = f'the language "{found.language}"' if found.language else "no language"
        verdict.add("check-language", f'it has {has} instead of "{expected.language}"')
    there = [passage.tag.lower() for passage in found.passages]
    for passage in expected.passages:
        if passage.tag.lower() in there:
            there.remove(passage.tag.lower())
        elif passage.tag.lower() != expected.language.lower():
            message = f'the passage "{passage.word} …" is not marked as {passage.tag}'
            verdict.add("check-language", message, passage.line)


def _metadata(opened: Opened, expected: Facts) -> Iterator[tuple[str, str]]:
    root = opened.pdf.Root
    xmp = root["/Metadata"].read_bytes().decode("utf-8", "replace") if "/Metadata" in root else ""
    if not xmp:
        yield "check-metadata", "it has no XMP metadata"
        return
    for pattern, name in _IDENTIFIERS:
        if not re.search(pattern, xmp):
            yield "check-metadata", f"its XMP metadata do not say that it is {name}"
    try:
        with opened.pdf.open_metadata(set_pikepdf_as_editor=False) as record:
            title = str(record.get("dc:title") or "")
    except Exception as error:  # pikepdf raises what its XML parser raises
        yield "check-metadata", f"its XMP metadata can't be read: {error}"
        return
    if " ".join(title.split()) != expected.title:
        yield "check-metadata", f'its title is "{title}" instead of "{expected.title}"'
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "check-metadata", "it does not ask readers to show its title (DisplayDocTitle)"


def _running(opened: Opened, expected: Facts) -> Iterator[tuple[str, str]]:
    """The author's header and footer must be on each page: letters only, whatever their order on the line."""
    for text in expected.running:
        letters = Counter("".join(visible(text).split()))
        for number, page in enumerate(opened.pages):
            if letters - Counter(visible("".join(page.artifacts))):
                yield "check-text", f'"{text[:60]}" does not stand on page {opened.label(number)}'
                break


def check_page_labels(opened: Opened, numbers: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Check that the label of each page is its number.

    :param numbers: what the pages bear; by default 1, 2, 3.
    """
    if opened.labels is None:
        yield "check-page-label", "it has no page labels"
        return
    for number, label in enumerate(opened.labels):
        if not label or label in opened.labels[:number]:
            yield "check-page-label", f'the label "{label}" of page {number + 1} is empty or given twice'
        elif label != (numbers[number] if number < len(numbers) else str(number + 1)):
            yield "check-page-label", f'page {number + 1} has the label "{label}"'


def check_tags(opened: Opened, verdict: Verdict, foreign: Container[int] = ()) -> None:
    """Check that all that is drawn is tagged or an artifact, and each tag found from its page.

    :param foreign: pages (from 0) by others, for which nobody claims that all of them is tagged.
    """
    root = opened.pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        verdict.add("check-tag", "it is not marked as tagged (MarkInfo)")
    for page, text in opened.orphans():
        if page in foreign:
            continue
        message = f'"{" ".join(text.split())[:60]}" is neither tagged nor page furniture (an artifact)'
        verdict.add("check-tag", message, None, f"page {opened.label(page)}")
    if opened.root is None:
        return
    names: set[str] = set()
    for elem in opened.root.below():
        if elem.role in {"Note", "FENote"} and (not elem.name or elem.name in names):
            verdict.add("check-tag", "a note has no ID, or one that another has, too")
        if elem.role == "Figure" and not (elem.alt or "").strip():
            verdict.add("check-image", "a figure has no alternative text")
        names.add(elem.name)
    for annotation, page in opened.annotations.items():
        source = opened.pdf.get_object(annotation)
        if source.get("/Subtype") == "/Link" and annotation not in opened.used:
            verdict.add("check-tag", "a link is not tagged", None, f"page {opened.label(page)}")
    _parent_tree(opened, verdict)


def _parent_tree(opened: Opened, verdict: Verdict) -> None:
    """Each piece of marked content must be found from the page, too (ISO 32000-1, 14.7.4.4)."""
    import pikepdf

    tree = opened.pdf.Root["/StructTreeRoot"].get("/ParentTree")
    parents = dict(pikepdf.NumberTree(tree).items()) if tree is not None else {}
    for page, stream, mcid in sorted(opened.seen):
        if stream:
            continue
        key = opened.pdf.pages[page].obj.get("/StructParents")
        owners = parents.get(int(key)) if key is not None else None
        try:
            known = owners is not None and "/S" in owners[mcid]
        except (IndexError, TypeError, ValueError):
            known = False
        if not known:
            message = "what is drawn does not lead back to its tag (ParentTree)"
            verdict.add("check-tag", message, None, f"page {opened.label(page)}")
            return


def _off_page(opened: Opened, pairs: dict[str, Pair], verdict: Verdict) -> None:
    """Text that runs over the edge of its sheet is lost, even if a search finds it."""
    boxes = [[float(value) for value in page.cropbox] for page in opened.pdf.pages]
    for pair in pairs.values():
        back = pair.alignment.back
        for index, piece in enumerate(pair.found.pieces):
            if piece.spot is not None and _is_off(piece, boxes[piece.spot.page]):
                line = pair.expected.pieces[back[index]].line if index in back else None
                short = piece.text if len(piece.text) < _LONG else f"{piece.text[:_LONG]}…"
                message = f'"{short}" stands beyond the edge of the page'
                verdict.add("check-off-page", message, line, piece.place)


def _is_off(piece: Piece, box: list[float]) -> bool:
    spot = piece.spot
    assert spot is not None
    beside = spot.x < box[0] - _MARGIN or spot.right > box[2] + _MARGIN
    return beside or spot.y < box[1] - _MARGIN or spot.y > box[3] + _MARGIN
