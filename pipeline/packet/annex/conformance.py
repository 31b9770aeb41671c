"""How far an annex is PDF/A-3 and PDF/UA-1: what the packet may say of itself follows from it.

pikepdf's validator (level B) denies what it does not know: a claim that is kept is true. Level A and PDF/UA
ask besides that every character of a font says what it is (ISO 19005-3, 6.2.11.7; ISO 14289-1, 7.21.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, PdfError, Stream

from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.pdf.objects import entries

_FONTS: Final = ":6.2.11"
_CLAUSES: Final = {
    "6.1": "its file is not built as PDF/A asks",
    "6.2.2": "a page is drawn with instructions that PDF/A does not know",
    "6.2.3": "its colour profile can't be used",
    "6.2.4": "a colour depends on the printer or the screen",
    "6.2.5": "a page is drawn with settings for one kind of printer",
    "6.2.6": "its colours are to be fitted in an unknown way",
    "6.2.8": "an image has a form that PDF/A does not allow",
    "6.2.9": "a drawing refers to what is not in the file",
    "6.2.10": "what shines through has no colours to be mixed in",
    "6.2.11": "a font is not described as PDF/A asks",
    "6.2.11.4": "a font is not in the file, or not all of it",
    "6.2.11.5": "a font's letters are not as wide as it says",
    "6.2.11.8": "an empty box stands for a letter",
    "6.3": "a comment or link is of a kind that PDF/A does not allow",
    "6.4": "a field of a form has no picture of its own",
    "6.5": "something happens when a page is opened or a place pressed",
    "6.6": "what it says of itself (its metadata) is not written as PDF/A asks",
    "6.8": "an attached file is not described as PDF/A asks",
    "6.9": "its layers are not described as PDF/A asks",
    "6.10": "a page has other pages behind it",
}
"""What the clauses of ISO 19005-3 are about, in an author's words; the longest number that fits counts."""
_LONGEST: Final = 100
"""So many letters of what the validator says are shown."""
_ENCODINGS: Final = frozenset(("/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding"))
_COLLECTIONS: Final = frozenset(("Japan1", "GB1", "CNS1", "Korea1"))
_SYMBOLIC: Final = 4


@dataclass(frozen=True)
class Standing:
    """What an annex allows the packet to claim, and why not more."""

    claims: Claims
    reasons: tuple[str, ...]


def standing(pdf: Pdf) -> Standing:
    """Judge an annex that has been prepared; its catalog gets what PDF/A asks for."""
    from pikepdf import pdfa

    try:
        pdfa.prepare(pdf, "3b")
        report = pdfa.check(pdf, "3b", object_stream_mode=ObjectStreamMode.generate)
    except (PdfError, ValueError, TypeError, AttributeError, RuntimeError, RecursionError) as error:
        return Standing(Claims("", False), (f"the validator can't read it ({type(error).__name__})",))
    reasons = _reasons([(finding.rule, finding.message) for finding in report.findings])
    fonts = any(_FONTS in finding.rule for finding in report.findings)
    mute = sorted(set(_mute_fonts(pdf)))
    if mute:
        reasons.append(f"the font {mute[0]} does not say which characters its glyphs are")
    archival = "" if report.findings else "B" if mute else "A"
    return Standing(Claims(archival, not (fonts or mute)), tuple(reasons))


def lowest(claims: list[Claims]) -> Claims:
    """What a packet may claim whose members allow these."""
    order = ["", "B", "A"]
    level = min((order.index(claim.archival) for claim in claims), default=2)
    return Claims(order[level], all(claim.accessible for claim in claims))


def _reasons(found: list[tuple[str, str]]) -> list[str]:
    """One reason for each clause, in plain words, with what the validator says of it first."""
    reasons: dict[str, str] = {}
    for rule, message in found:
        clause = rule.partition(":")[2].rpartition("-")[0]
        parts = clause.split(".")
        known = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
        group = next((number for number in known if number in _CLAUSES), "")
        detail = " ".join(message.split())[:_LONGEST]
        plain = _CLAUSES.get(group, "it is not as PDF/A asks")
        reasons.setdefault(group, f"{plain} ({detail}: ISO 19005-3, {clause})")
    return list(reasons.values())


def _mute_fonts(pdf: Pdf) -> Iterator[str]:
    """Fonts whose glyphs can't be read as text (ISO 32000-1, 9.10.2)."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [page.obj.get("/Resources") for page in pdf.pages]
    while waiting:
        resources = waiting.pop()
        if not isinstance(resources, Dictionary):
            continue
        for font in entries(resources.get("/Font")).values():
            if isinstance(font, Dictionary) and not _speaks(font):
                name = font.get("/BaseFont", font.get("/Name", Name.unnamed))
                yield bytes(name).decode("utf-8", "replace")[1:] if isinstance(name, Name) else "unnamed"
        for kind in ("/XObject", "/Pattern"):
            for form in entries(resources.get(kind)).values():
                if isinstance(form, Stream) and form.objgen not in seen:
                    seen.add(form.objgen)
                    waiting.append(form.get("/Resources"))


def _speaks(font: Any) -> bool:
    if "/ToUnicode" in font:
        return True
    kind = font.get("/Subtype")
    if kind == Name.Type0:
        inner = font.get("/DescendantFonts")
        first = inner[0] if isinstance(inner, Array) and len(inner) else None
        system: Any = first.get("/CIDSystemInfo") if isinstance(first, Dictionary) else None
        return isinstance(system, Dictionary) and str(system.get("/Ordering", "")) in _COLLECTIONS
    encoding = font.get("/Encoding")
    if isinstance(encoding, Name):
        return str(encoding) in _ENCODINGS
    flags = font.get("/FontDescriptor", Dictionary()).get("/Flags", 0)
    symbolic = isinstance(flags, int) and bool(flags & _SYMBOLIC)
    if not isinstance(encoding, Dictionary):
        return kind == Name.Type1 and not symbolic
    names = [str(name)[1:] for name in encoding.get("/Differences", ()) if isinstance(name, Name)]
    based = str(encoding.get("/BaseEncoding", "")) in _ENCODINGS or not symbolic or bool(names)
    return based and all(_is_known(name) for name in names)


def _is_known(name: str) -> bool:
    from fontTools.agl import toUnicode

    return name == ".notdef" or bool(toUnicode(name))
