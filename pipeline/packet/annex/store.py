"""External PDFs that are ready are kept: who changes one article waits for no annex."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import asdict, astuple, replace
from pathlib import Path

from pipeline.files.content_store import ContentStore, Entry, Made, file_checksum, key_of
from pipeline.findings import Finding
from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.model import Part
from pipeline.packet.base.wishes import PLAIN, Wishes
from pipeline.packet.pdf.catalog import Claims


class _Unusable(Exception):
    """It can't be made ready: nothing is kept."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self.prepared = prepared


def prepare_once(part: Part, store: ContentStore, program: str, wishes: Wishes = PLAIN) -> Prepared:
    """As `prepare`, but take the annex from the store when the same one has been made ready before.

    :param store: others may use it at the same time.
    :param program: what stands for the program and its packages.
    :param wishes: what the manifest asks for it.
    :raises OSError: when the store can't be written.
    """
    # What else is in the packet counts only where the annex leads to it: most lead nowhere.
    made = _once(part, store, program, replace(wishes, others=()))
    others = tuple(other for other in wishes.others if other.file.casefold() in made.asks)
    return _once(part, store, program, replace(wishes, others=others)) if others else made


def _once(part: Part, store: ContentStore, program: str, wishes: Wishes) -> Prepared:
    def key(path: Path) -> str:
        values = (part.name, part.title, bool(part.marking), part.language, part.pdf.name, *astuple(wishes))
        return key_of("annex", program, *values, file_checksum(path))

    # Who has not the password gets nothing that was made with it.
    entry = store.get(key(part.pdf)) if wishes.password or not wishes.password_from else None
    if entry is not None:
        return _prepared(part, entry)
    with store.scratch() as work:
        # What is kept was made of what its key says, whatever becomes of the file meanwhile.
        given = work / part.pdf.name
        with contextlib.suppress(OSError):  # to open it will say why not
            shutil.copyfile(part.pdf, given)

        def make(folder: Path) -> Made:
            made = prepare(replace(part, pdf=given if given.is_file() else part.pdf), folder, wishes)
            if not made.page_count:
                raise _Unusable(made)
            found = [(finding.code, finding.message) for finding in made.findings]
            facts = {"pages": made.page_count, "claims": asdict(made.claims), "findings": found}
            return Made({**facts, "sha256": file_checksum(given), "asks": made.asks})

        try:
            return _prepared(part, store.put(key(given), make))
        except _Unusable as error:
            return error.prepared


def _prepared(part: Part, entry: Entry) -> Prepared:
    facts = entry.facts
    pdf = entry.folder / f"{part.name}.pdf"
    findings = [Finding(code, part.source, part.line, message) for code, message in facts["findings"]]
    return Prepared(
        replace(part, pdf=pdf),
        facts["pages"],
        Claims(**facts["claims"]),
        findings,
        facts["sha256"],
        tuple(facts["asks"]),
    )
