"""What an annex draws, and nothing besides: every stream that a page uses, once, freed of what does not show.

Layers that are hidden are taken out of the streams, and those that show lose their switch. What no content
names is dropped (a form that nobody draws may hold what nobody should read), and so is what images and forms
carry along unseen: records of the camera, parts in other files, what other programs keep in them.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name, Operator, Pdf, Stream

from pipeline.packet.pdf.content_streams import content_of, data_of, instructions
from pipeline.packet.pdf.objects import entries, values_of
from pipeline.packet.plain.image_records import without_records, without_rest
from pipeline.packet.plain.plain_content import plain
from pipeline.packet.plain.plain_resources import PlainResources, without_words
from pipeline.packet.plain.spoken_texts import silence, silenced
from pipeline.packet.seen.layers import Layers

_KINDS: Final = ("/XObject", "/Font", "/Pattern", "/Shading", "/ExtGState", "/ColorSpace", "/Properties")
_OF_STREAMS: Final = ("/Type", "/Subtype", "/Length", "/Filter", "/DecodeParms", "/StructParent")
_OF_IMAGES: Final = frozenset(
    (
        *_OF_STREAMS,
        *("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask"),
        *("/SMask", "/Decode", "/Interpolate", "/SMaskInData", "/Matte"),
    )
)
_OF_FORMS: Final = frozenset(
    (
        *_OF_STREAMS,
        *("/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/StructParents"),
        *("/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep"),
    )
)
"""What says how images, forms and patterns are drawn (ISO 32000-1, tables 75, 89 and 95). What else they
carry, records, other versions, what programs keep in them, is not shown."""
_NAME: Final = re.compile(rb"/([^\x00\t\n\x0c\r /<>\[\](){}%]*)")
_DO: Final = re.compile(rb"/([^\x00\t\n\x0c\r /<>\[\](){}%]*)[\x00\t\n\x0c\r ]*Do(?![A-Za-z])")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_INTENTS: Final = ("/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual")
_PATH: Final = frozenset(("m", "l", "c", "v", "y", "h", "re"))
_PAINT: Final = frozenset(("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"))
_DRAW: Final = frozenset(("Tj", "TJ", "sh", "Do", "INLINE IMAGE", "BI"))


@dataclass
class Contents:
    """Frees the streams of a file.

    :param pdf: the file.
    :param layers: of the file.
    :ivar removed: what was taken out, in words, with its number.
    :ivar hidden: whether something that a layer hides was taken out.
    :ivar heard: the words that marks of content said besides what is shown, and that were taken out.
    """

    pdf: Pdf
    layers: Layers
    removed: Counter[str] = field(default_factory=Counter)
    hidden: bool = False
    heard: list[str] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._resources_of = PlainResources(self.heard)

    def clean_page(self, page: Any) -> None:
        """Free a page and all that it draws."""
        for stream in values_of(page.get("/Contents")):
            if isinstance(stream, Stream):
                self._externals(stream)
        data = content_of(page)
        shown = self._shown(data, page.get("/Resources"))
        if shown is not data:
            page.Contents = self.pdf.make_stream(shown)
        page.Resources = self._resources(page.get("/Resources"), shown, ())
        self._resources_of.group(page.get("/Group"))

    def _clean(self, form: Any, above: tuple[tuple[int, int], ...]) -> None:
        """Free a form, a pattern or an image."""
        if form.objgen in self._seen:
            return
        self._seen.add(form.objgen)
        self._externals(form)
        image = form.get("/Subtype") == Name.Image
        for key in set(form.keys()) - (_OF_IMAGES if image else _OF_FORMS):
            del form[key]
        without_words(form)
        if image:
            without_records(form)
            without_rest(form)
            self._resources_of.space(form.get("/ColorSpace"))
            if str(form.get("/Intent", "")) not in _INTENTS and "/Intent" in form:
                del form["/Intent"]
            for key in ("/SMask", "/Mask"):
                if isinstance(form.get(key), Stream):
                    self._clean(form.get(key), above)
            return
        resources = form.get("/Resources")
        data = data_of(form)
        shown = self._shown(data, resources)
        if shown is not data:
            form.write(zlib.compress(shown, 6), filter=Name.FlateDecode)
        if isinstance(resources, Dictionary):
            form.Resources = self._resources(resources, shown, (*above, form.objgen))
        self._resources_of.group(form.get("/Group"))

    def _externals(self, stream: Any) -> None:
        """Data in another file (7.3.8.2) are not looked for, and their place is not kept."""
        if "/F" not in stream:
            return
        self.removed["parts that lie in other files"] += 1
        for key in ("/F", "/FFilter", "/FDecodeParms"):
            if key in stream:
                del stream[key]
        stream.write(b"")

    def _resources(self, resources: Any, data: bytes, above: tuple[tuple[int, int], ...]) -> Any:
        """What a stream names of its resources, freed.

        :param above: the forms that this one stands in.
        """
        if not isinstance(resources, Dictionary):
            return Dictionary()
        names, drawn = self._names(resources, data)
        kept = Dictionary()
        for kind in _KINDS:
            used = names if kind != "/XObject" else drawn
            named = {
                key: value
                for key, value in entries(resources.get(kind)).items()
                if key in used or (kind == "/ColorSpace" and key.startswith("/Default"))
            }
            fit = {key: value for key, value in named.items() if self._fits(value, above)}
            self.removed["drawings that contain themselves"] += len(named) - len(fit)
            if fit:
                kept[kind] = _dictionary(fit)
        self.removed += Counter()
        for listed in entries(kept.get("/Properties")).values():
            silence(listed, self.heard)
        self._resources_of.clean(kept)
        for value in (*entries(kept.get("/XObject")).values(), *entries(kept.get("/Pattern")).values()):
            if isinstance(value, Stream):
                self._clean(value, above)
        for state in entries(kept.get("/ExtGState")).values():
            mask = state.get("/SMask") if isinstance(state, Dictionary) else None
            if isinstance(mask, Dictionary) and isinstance(mask.get("/G"), Stream):
                self._clean(mask.get("/G"), above)
        for font in entries(kept.get("/Font")).values():
            if isinstance(font, Dictionary) and font.get("/Subtype") == Name.Type3:
                self._type3(font, above)
        return kept

    def _type3(self, font: Any, above: tuple[tuple[int, int], ...]) -> None:
        if font.objgen in self._seen:
            return
        self._seen.add(font.objgen)
        procedures = [one for one in entries(font.get("/CharProcs")).values() if isinstance(one, Stream)]
        for procedure in procedures:
            self._externals(procedure)
            data = data_of(procedure)
            shown = self._shown(data, font.get("/Resources"))
            if shown is not data:
                procedure.write(zlib.compress(shown, 6), filter=Name.FlateDecode)
        if isinstance(font.get("/Resources"), Dictionary):
            data = b"\n".join(map(data_of, procedures))
            font.Resources = self._resources(font.get("/Resources"), data, (*above, font.objgen))

    @staticmethod
    def _fits(value: Any, above: tuple[tuple[int, int], ...]) -> bool:
        """Whether something can be drawn where it stands: not within itself (8.10.1)."""
        return not (isinstance(value, (Stream, Dictionary)) and value.is_indirect and value.objgen in above)

    def _names(self, resources: Any, data: bytes) -> tuple[set[str], set[str]]:
        """What a stream names, and what it draws.

        Forms without resources of their own take those of the one that draws them.
        """
        names, named, waiting = set[str](), set[str](), [data]
        drawn = {
            **entries(resources.get("/XObject")),
            **entries(resources.get("/Pattern")),
            **entries(resources.get("/Font")),
        }
        read: set[str] = set()
        while waiting:
            data = waiting.pop()
            names |= {_plain(name) for name in _NAME.findall(data)}
            named |= {_plain(name) for name in _DO.findall(data)}
            for name in sorted((names & drawn.keys()) - read):
                read.add(name)
                value = drawn[name]
                if isinstance(value, Dictionary) and not isinstance(value, Stream):
                    streams = list(entries(value.get("/CharProcs")).values())
                else:
                    streams = [value]
                if not isinstance(value, (Dictionary, Stream)) or "/Resources" in value:
                    continue
                waiting += [
                    data_of(one)
                    for one in streams
                    if isinstance(one, Stream) and one.get("/Subtype") != Name.Image
                ]
        return names, named

    def _shown(self, data: bytes, resources: Any) -> bytes:
        """A content stream without what layers hide.

        :returns: the same object, when there was nothing to do.
        """
        own = isinstance(resources, Dictionary)
        resources = resources if own else Dictionary()
        forms = entries(resources.get("/XObject"))
        hidden = {
            name
            for name, form in forms.items()
            if isinstance(form, Stream) and "/OC" in form and not self.layers.shows(form.get("/OC"))
        }
        data = silenced(data, self.heard)
        if hidden or b"/OC" in data:
            kept = list(
                self._without_layers(instructions(data), entries(resources.get("/Properties")), hidden)
            )
            data = pikepdf.unparse_content_stream(kept)
        known = {key: entries(resources.get(key)).keys() for key in _KINDS} if own else {}
        found, without_extent = plain(data, entries(resources.get("/ColorSpace")), known)
        if without_extent:
            self.removed["text without extent"] += 1
        return found

    def _without_layers(self, given: list[Any], layers: dict[str, Any], hidden: set[str]) -> Iterator[Any]:
        """What is left: of hidden content, what it sets for later (8.11.3.2)."""
        open_marks: list[tuple[bool, bool]] = []
        path: list[Any] = []
        clips = False
        for instruction in given:
            name, operands = str(instruction.operator), instruction.operands
            if name in {"BDC", "BMC"}:
                layer = name == "BDC" and len(operands) > 1 and operands[0] == Name.OC
                shows = not layer or self.layers.shows(_listed(operands[1], layers))
                open_marks.append((layer, shows))
                if not layer:
                    yield instruction
                continue
            if name == "EMC":
                layer, _ = open_marks.pop() if open_marks else (False, True)
                if not layer:
                    yield instruction
                continue
            if name == "Do" and len(operands) and str(operands[0]) in hidden:
                self.hidden = True
                continue
            if all(shows for _, shows in open_marks):
                yield instruction
                continue
            # A path is drawn by its last operator; one that clips what follows stays (8.5.4).
            if name in _PATH or name in {"W", "W*"}:
                path.append(instruction)
                clips |= name in {"W", "W*"}
            elif name in _PAINT:
                self.hidden |= name != "n"
                if clips:
                    yield from path
                    yield [], Operator("n")
                path, clips = [], False
            elif name in _DRAW:
                self.hidden = True
            elif name in {"scn", "SCN"} and len(operands) and isinstance(operands[-1], Name):
                pass  # a pattern that is hidden, too
            elif name == "'":
                self.hidden = True
                yield [], Operator("T*")
            elif name == '"':
                self.hidden = True
                yield [operands[0]], Operator("Tw")
                yield [operands[1]], Operator("Tc")
                yield [], Operator("T*")
            else:
                yield instruction


def _listed(value: Any, layers: dict[str, Any]) -> Any:
    """The layer that a mark of content names."""
    return layers.get(str(value)) if isinstance(value, Name) else value


def _plain(name: bytes) -> str:
    decoded = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)
    return "/" + decoded.decode("utf-8", "surrogateescape")


def _dictionary(values: dict[str, Any]) -> Any:
    made = Dictionary()
    for key, value in values.items():
        made[key] = value
    return made
