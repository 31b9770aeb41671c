"""Annexes that are ready are kept: who changes one article waits for no paper from elsewhere."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from pipeline.findings import Finding
from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.model import Part
from pipeline.packet.pdf.catalog import Claims

_FACTS: Final = "facts.json"


def prepare_once(part: Part, store: Path, program: str) -> Prepared:
    """As `prepare`, but take the annex from the store when the same one has been made ready before.

    :param store: the folder that prepared annexes are kept in; others may use it at the same time.
    :param program: what stands for the program and its packages.
    :raises OSError: when the store can't be written.
    """
    folder = store / f"annex-{_key(part, program)}"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return _stored(part, folder)
    with tempfile.TemporaryDirectory(prefix=".annex-", dir=store) as name:
        work = Path(name) / "made"
        work.mkdir()
        made = prepare(part, work)
        if not made.page_count:
            return made
        facts = {
            "pages": made.page_count,
            "claims": asdict(made.claims),
            "findings": [(finding.code, finding.message) for finding in made.findings],
        }
        (work / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        with contextlib.suppress(OSError):  # another process was quicker: its annex is the same
            work.rename(folder)
    return _stored(part, folder)


def _stored(part: Part, folder: Path) -> Prepared:
    facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    pdf = folder / f"{part.name}.pdf"
    if not pdf.is_file():
        raise FileNotFoundError(pdf)
    os.utime(folder)
    findings = [Finding(code, part.source, part.line, message) for code, message in facts["findings"]]
    return Prepared(replace(part, pdf=pdf), int(facts["pages"]), Claims(**facts["claims"]), findings)


def _key(part: Part, program: str) -> str:
    """All that a prepared annex is made of; a file that can't be read is one of its own."""
    values = (program, part.name, part.title, bool(part.marking), part.language, part.pdf.name)
    digest = hashlib.sha256(json.dumps(values).encode())
    with contextlib.suppress(OSError), part.pdf.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]
