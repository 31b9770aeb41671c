"""Hostile PDFs by the hundred, each bound into a packet: how many are refused, and what gets through.

Run it with ``python -m tests.support.hostile_papers [--count N] [--seed N]``. Each file has up to four of
the kinds below, drawn by lot from the seed, so that the same seed gives the same files: actions, scripts,
programs to start, files inside, media, XFA, streams in other files, paths of Windows shares, forms that send,
huge numbers, loops and bombs. Most carry a secret word where no page shows it.

A leak is a packet with that word, or with anything that acts. The command ends with 1 if there is one, or if
a file ends in anything but a packet, a finding, or a limit of time or memory (which is a finding as well).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from pipeline import limits
from pipeline.packet.pdf.objects import values_of
from tests.support.drawn_papers import annotate, everything, form, layer, line, paper

SECRET: Final = "SECRETNAME"
_ACTS: Final = (
    *(b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/Rendition"),
    *(b"/RichMedia", b"/XFA", b"/OpenAction", b"/AA ", b"/Movie", b"/Sound", b"/3D", b"\\\\host"),
)
_MOST: Final = 4
_UNC: Final = rf"\\host\share\{SECRET}"
Change = Callable[[Pdf, Any, random.Random], None]


def _draw(pdf: Pdf, page: Any, data: bytes) -> None:
    """Put something more on a page."""
    page.Contents = Array([*values_of(page.Contents), pdf.make_stream(data)])


def _script(pdf: Pdf) -> Any:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')")))


def _file(pdf: Pdf) -> Any:
    stream = pdf.make_stream(SECRET.encode())
    return Dictionary(Type=Name.Filespec, F=String(f"{SECRET}.exe"), EF=Dictionary(F=stream))


def _action(pdf: Pdf, dice: random.Random) -> Any:
    """Something that acts."""
    return dice.choice(
        (
            lambda: _script(pdf),
            lambda: Dictionary(S=Name.Launch, F=String(_UNC), Next=_script(pdf)),
            lambda: Dictionary(S=Name.Launch, Win=Dictionary(F=String("cmd.exe"), P=String(SECRET))),
            lambda: Dictionary(S=Name.URI, URI=String(f"javascript:alert('{SECRET}')")),
            lambda: Dictionary(S=Name.URI, URI=String(f"file:///{SECRET}")),
            lambda: Dictionary(S=Name.GoToR, F=String(_UNC), D=Array([0, Name.Fit])),
            lambda: Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C, N=String(SECRET)), D=String("a")),
            lambda: Dictionary(S=Name.SubmitForm, F=String(f"https://example.org/{SECRET}")),
            lambda: Dictionary(S=Name.ImportData, F=String(_UNC)),
            lambda: Dictionary(S=Name.Rendition, OP=0, R=Dictionary(N=String(SECRET)), JS=String(SECRET)),
            lambda: Dictionary(S=Name.Named, N=Name("/" + SECRET)),
            lambda: Dictionary(S=Name.SetOCGState, State=Array([Name.ON]), Next=_script(pdf)),
        )
    )()


def _open(pdf: Pdf, page: Any, dice: random.Random) -> None:
    pdf.Root.OpenAction = _action(pdf, dice)


def _at_events(pdf: Pdf, page: Any, dice: random.Random) -> None:
    dice.choice((pdf.Root, page)).AA = Dictionary(O=_action(pdf, dice), WC=_action(pdf, dice))


def _names(pdf: Pdf, page: Any, dice: random.Random) -> None:
    kind = dice.choice(
        ("JavaScript", "EmbeddedFiles", "AlternatePresentations", "Renditions", "Pages", "IDS")
    )
    value = _file(pdf) if kind == "EmbeddedFiles" else _script(pdf)
    tree = Dictionary(Names=Array([String(SECRET), value]))
    pdf.Root.Names = Dictionary()
    pdf.Root.Names[f"/{kind}"] = (
        tree if dice.random() < 0.5 else Dictionary(Kids=Array([pdf.make_indirect(tree)]))
    )


def _mark(pdf: Pdf, page: Any, dice: random.Random) -> None:
    kind = dice.choice(
        ("Link", "Screen", "Movie", "Sound", "FileAttachment", "RichMedia", "3D", "Widget", "Text")
    )
    annotate(
        pdf, page, kind, (100, 100, 190, 150),
        A=_action(pdf, dice), AA=Dictionary(E=_action(pdf, dice)), FS=_file(pdf), NM=String(SECRET),
        AP=Dictionary(N=form(pdf, b"1 0 0 rg 0 0 90 50 re f", (0, 0, 90, 50)), D=form(pdf, line(SECRET))),
        RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("a.swf"), _file(pdf)]))),
    )  # fmt: skip


def _fields(pdf: Pdf, page: Any, dice: random.Random) -> None:
    data = pdf.make_stream(f"<xdp>{SECRET}</xdp>".encode())
    field = pdf.make_indirect(
        Dictionary(FT=Name.Tx, T=String("f"), DV=String(SECRET), AA=Dictionary(K=_action(pdf, dice)))
    )
    if dice.random() < 0.5:
        field.Kids = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=Array([String("datasets"), data]))


def _elsewhere(pdf: Pdf, page: Any, dice: random.Random) -> None:
    one = form(pdf, line(SECRET))
    one.F = Dictionary(Type=Name.Filespec, F=String(dice.choice((_UNC, f"http://example.org/{SECRET}"))))
    page.Resources.XObject = Dictionary(E=one)
    _draw(pdf, page, b"/E Do ")


def _numbers(pdf: Pdf, page: Any, dice: random.Random) -> None:
    number = dice.choice((b"1e400", b"99999999999999999999", b"-2147483648", b"0.00000000001", b"4294967296"))
    operators = (b"%s 0 0 1 0 0 cm", b"%s w 0 0 m 9 9 l S", b"BT /F1 %s Tf (x) Tj ET", b"[%s] 0 d", b"%s Tz")
    _draw(pdf, page, b"q " + dice.choice(operators) % number + b" Q")


def _loop(pdf: Pdf, page: Any, dice: random.Random) -> None:
    one = form(pdf, b"/L Do " * dice.choice((1, 40)))
    one.Resources = Dictionary(XObject=Dictionary(L=one))
    page.Resources.XObject = Dictionary(L=one)
    _draw(pdf, page, b"/L Do ")


def _bomb(pdf: Pdf, page: Any, dice: random.Random) -> None:
    if dice.random() < 0.5:
        below = form(pdf, b"0 0 1 1 re f")
        for _ in range(12):
            above = form(pdf, b"/B Do " * 10)
            above.Resources = Dictionary(XObject=Dictionary(B=below))
            below = above
        page.Resources.XObject = Dictionary(B=below)
        _draw(pdf, page, b"/B Do ")
        return
    image = Stream(pdf, b"")
    image.write(zlib.compress(bytes(30_000_000), 9), filter=Name.FlateDecode)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 30_000, 1_000
    image.BitsPerComponent, image.ColorSpace = 8, Name.DeviceGray
    page.Resources.XObject = Dictionary(B=image)
    _draw(pdf, page, b"q 9 0 0 9 9 9 cm /B Do Q ")


def _outline(pdf: Pdf, page: Any, dice: random.Random) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("a"), A=_action(pdf, dice)))
    item.Next = item
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))


def _hidden(pdf: Pdf, page: Any, dice: random.Random) -> None:
    kinds = (
        line(SECRET) + b"0 g 60 690 300 30 re f ",
        line(SECRET, before="1 g"),
        line(SECRET, before="3 Tr"),
        line(SECRET, 5000),
        b"/OC /Off BDC " + line(SECRET) + b"EMC ",
        b"% " + SECRET.encode() + b"\n",
    )
    layer(pdf, page, "Off", on=False)
    _draw(pdf, page, dice.choice(kinds))


def _kept(pdf: Pdf, page: Any, dice: random.Random) -> None:
    holder = dice.choice((pdf.Root, page, page.Resources))
    key = dice.choice(("PieceInfo", "Metadata", "AF", "Private", "Thumb", "SpiderInfo", "Requirements"))
    stream = pdf.make_stream(SECRET.encode())
    holder[f"/{key}"] = stream if key == "Metadata" else Dictionary(Name=String(SECRET), D=stream)


KINDS: Final[tuple[Change, ...]] = (
    *(
        _open,
        _at_events,
        _names,
        _mark,
        _fields,
        _elsewhere,
        _numbers,
        _loop,
        _bomb,
        _outline,
        _hidden,
        _kept,
    ),
)


def hostile(seed: int) -> bytes:
    """A hostile PDF, the same for the same seed."""
    dice = random.Random(seed)

    def change(pdf: Pdf, page: Any) -> None:
        for kind in dice.sample(KINDS, dice.randint(1, _MOST)):
            kind(pdf, page, dice)

    return paper(line("Always there", 760), change)


def outcome(seed: int) -> tuple[str, str]:
    """What becomes of one file in a packet: a word, and more about it.

    :returns: “refused”, “with finding”, “silent” or “leak”.
    """
    from pipeline.packet.annex.prepare import prepare
    from pipeline.packet.stitch.record import Notes
    from pipeline.packet.stitch.stitch import stitch
    from tests.support.packet_papers import INFO, part

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "hostile.pdf"
        path.write_bytes(hostile(seed))
        made = prepare(part("item-1-1", "annex", path, title="A paper"), folder)
        if not made.page_count:
            return "refused", made.findings[0].code
        packet = stitch([made.part], INFO, folder / "packet.pdf", claims=made.claims, notes=Notes()).path
        data = everything(packet)
    leaks = [word.decode() for word in (SECRET.encode(), *_ACTS) if word in data]
    if leaks:
        return "leak", ", ".join(leaks)
    told = {one.code for one in made.findings} - {"annex-untagged", "annex-standard"}
    return ("with finding" if told else "silent"), ", ".join(sorted(told))


def tried(seed: int) -> tuple[str, str]:
    """The `outcome` of one file within limits, or “limit”, or “broken” if it ends otherwise."""
    (made,) = limits.run(outcome, [(seed,)], limits.Limits(60, 2048))
    if isinstance(made, limits.Broken):
        return ("limit" if made.cause in {"time", "memory"} else "broken"), f"{made.cause} {made.detail}"
    return made


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first file")
    options = parser.parse_args(arguments)
    found = Counter[str]()
    for seed in range(options.seed, options.seed + options.count):
        word, more = tried(seed)
        found[word] += 1
        if word in {"leak", "broken"}:
            print(f"{word}: --seed {seed} --count 1: {more}", flush=True)
    counts = ", ".join(f"{number} {word}" for word, number in found.most_common())
    print(f"{options.count} hostile files: {counts}")
    return 1 if found["leak"] or found["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
