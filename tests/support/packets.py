"""A small packet for tests: two articles, a note to the reader, an image, and papers from elsewhere."""

from __future__ import annotations

import datetime
import pickle
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.build import Result
from pipeline.packet.base.model import PacketInfo
from pipeline.packet.make import PacketOrder, make_packet
from tests.support.articles import shared

ONE = """\
Belgium
=======

:date: 2026-11-20
:language: en
:marking: Public

.. infobox:: Belgium

   :Capital: Brussels [#capital]_
   :Currency: Euro

Belgium is a kingdom [#crown]_ of {words}

Economy
=======

A second mention. [#capital]_

- The first point.
- The second point.

Notes
=====

.. [#capital] Constitution, article 194.
.. [#crown] Since 1831.
""".format(words=" ".join(f"word{number}" for number in range(900)) + ".")

TWO = """\
Luxembourg
==========

:date: 2026-11-21
:language: fr
:marking: Public

Le *Luxembourg* est un grand-duché. [#un]_

.. [#un] Depuis 1815.
"""

MANIFEST = """\
title = "Visit to Brussels & beyond"
subtitle = "Consultations"
for = "The Minister"
meeting = "Brussels, 3 December 2026"
date = 2026-11-24
originator = "Europe Desk"
marking = "Restricted"

[[section]]
title = "Country notes"

[[section.item]]
title = "How to read *this*"
marking = "Public"
note = \"\"\"
Turn to **the page** that is named.
\"\"\"

[[section.item]]
article = "../one.rst"
title = "Belgium in brief"
marking = "Restricted"
right-hand = true

[[section.item]]
article = "../two.rst"
right-hand = true

[[section]]
title = "Annexes"
tab = "Z"

[[section.item]]
pdf = "agenda.pdf"
title = "Agenda"
date = 2026-11-23
marking = "Public"

[[section.item]]
pdf = "plan.pdf"
title = "Plan"
tab = "Z.9"
marking = "Public"
ebook = "list"

[[section.item]]
pdf = "plan.pdf"
title = "Secret plan"
marking = "Restricted"
ebook = "omit"

[[section.item]]
image = "dot.png"
alt = "A blue dot"
title = "Dot"
marking = "Public"
"""


def paper(*texts: str, size: tuple[int, int] = (595, 842)) -> pikepdf.Pdf:
    """A PDF from elsewhere, a page for each text; it has no tags, and a font that is not embedded."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for text in texts:
        pdf.add_blank_page(page_size=size)
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.MediaBox = Array([0, 0, *size])
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 72 {size[1] - 200} Td ({text}) Tj ET".encode())
    return pdf


def write_source(folder: Path) -> Path:
    """Write the source root of the packet into a folder.

    :returns: the manifest.
    """
    from PIL import Image

    manifest = folder / "source" / "packets" / "visit.toml"
    manifest.parent.mkdir(parents=True)
    (folder / "source" / "one.rst").write_text(ONE, encoding="utf-8")
    (folder / "source" / "two.rst").write_text(TWO, encoding="utf-8")
    Image.new("RGB", (40, 30), "navy").save(manifest.with_name("dot.png"))
    paper("First point", "Second point", "").save(manifest.with_name("agenda.pdf"), static_id=True)
    paper("A plan", size=(842, 595)).save(manifest.with_name("plan.pdf"), static_id=True)
    manifest.write_text(MANIFEST, encoding="utf-8")
    return manifest


def sample(factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The packet, made once for all tests: the folder that holds ``source`` and ``build``, and the result."""

    def make(folder: Path) -> None:
        result = make_packet(write_source(folder), PacketOrder(folder / "build"))
        (folder / "result").write_bytes(pickle.dumps(result))

    folder = shared(factory, "packet", make)
    result: Result = pickle.loads((folder / "result").read_bytes())
    assert not result.failed, [str(finding) for finding in result.findings]
    return folder, result


INFO = PacketInfo(
    name="visit",
    title="Visit to Brussels & beyond",
    subtitle="Consultations",
    recipient="The Minister",
    meeting="Brussels <3 December>",
    date=datetime.date(2026, 11, 24),
    originator="Europe Desk",
    marking="Restricted",
    language="en",
    identifier="urn:x:1",
    paper="a4",
    source=Path("source/packets/visit.toml"),
)
