"""How far an annex is PDF/A-3 and PDF/UA-1: what the packet may say of itself follows from it.

pikepdf's validator (level B) denies what it does not know: a claim that is kept is true. Level A and PDF/UA
ask besides that every character of a font says what it is (ISO 19005-3, 6.2.11.7; ISO 14289-1, 7.21.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, PdfError, Stream

from pipeline.packet.catalog import Claims
from pipeline.packet.sharing import entries

_FONTS: Final = ":6.2.11"
_SHOWN: Final = 3
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
    reasons = [_plain(finding.message) for finding in report.findings]
    fonts = any(_FONTS in finding.rule for finding in report.findings)
    mute = sorted(set(_mute_fonts(pdf)))
    if mute:
        reasons.append(f"the font {mute[0]} does not say which characters its glyphs are")
    archival = "" if report.findings else "B" if mute else "A"
    listed = list(dict.fromkeys(reasons))
    more = [f"and {len(listed) - _SHOWN} more"] if len(listed) > _SHOWN else []
    return Standing(Claims(archival, not (fonts or mute)), tuple(listed[:_SHOWN] + more))


def lowest(claims: list[Claims]) -> Claims:
    """What a packet may claim whose members allow these."""
    order = ["", "B", "A"]
    level = min((order.index(claim.archival) for claim in claims), default=2)
    return Claims(order[level], all(claim.accessible for claim in claims))


def _plain(message: str) -> str:
    return " ".join(message.split())[:160]


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
