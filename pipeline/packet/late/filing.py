"""What the manifest of a packet says of papers that are attached to it, and the files that this needs."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.files.atomic import folder_locked, write_whole
from pipeline.findings import Finding
from pipeline.packet.base.model import Row
from pipeline.packet.late.additions import Addition
from pipeline.packet.late.kept_place import KeptPlace
from pipeline.packet.manifest.late_papers import (
    Home,
    LatePaper,
    LateSection,
    NoPlaceError,
    file_for,
    with_late,
    with_values,
)
from pipeline.packet.stitch.record import sha256


@dataclass
class Filing:
    """Papers as the manifest has them.

    :param packet: that they are attached to.
    :param home: its manifest; ``None`` where that is not at hand.
    :param place: that is kept for the paper; ``None`` where none is.
    :ivar copies: files that are put beside the manifest.
    :ivar originals: the file of each paper, from the source root, and SHA-256 of it, by the name of its line.
    """

    packet: Path
    home: Home | None
    place: KeptPlace | None
    copies: dict[Path, bytes] = field(default_factory=dict)
    originals: dict[str, tuple[str, str]] = field(default_factory=dict)
    _papers: list[LatePaper] = field(default_factory=list)
    _values: dict[str, Any] = field(default_factory=dict)

    def remember(
        self, additions: Sequence[Addition], rows: Sequence[Row], contents: Sequence[bytes]
    ) -> Iterator[Finding]:
        """Work out what the manifest says afterwards, and which files it needs.

        :param rows: the lines of the papers.
        :param contents: what is in their files.
        :raises NoPlaceError: when another file lies where the manifest names one.
        """
        home, files = self.home, []
        for addition, row, data in zip(additions, rows, contents, strict=True):
            file, name = addition.path.name, addition.path.name
            if home is not None:
                file = self._file(addition, data, home)
                name = posixpath.normpath(posixpath.join(posixpath.dirname(home.name), file))
            files.append(file)
            self.originals[row.name] = name, sha256(data)
        if home is None:
            message = (
                "its manifest is not at hand: a packet that is made anew will not have what is attached; "
                "keep the files, and put them into the manifest"
            )
            yield Finding("packet-manifest-missing", str(self.packet), None, message)
            return
        if self.place is not None:
            self._values = {} if self.place.file else {"pdf": files[0]}
            self._values |= {"safe": True} if additions[0].safe and not self.place.item.get("safe") else {}
            return
        versions = [home.version] if home.version else []
        self._papers = [
            LatePaper(
                *("enclosed" if one.embed else "pdf", file, row.title, row.tab, row.marking, one.safe),
                *(versions, bool(one.between)),
            )
            for one, file, row in zip(additions, files, rows, strict=True)
        ]

    def _file(self, addition: Addition, data: bytes, home: Home) -> str:
        """The file of a paper, from the manifest."""
        if self.place is None or not self.place.file:
            file, copy = file_for(addition.path, home, data, "" if addition.embed else ".pdf", self.copies)
            if copy is not None:
                self.copies[copy] = data
            return file
        target = home.path.parent / self.place.file
        if not target.resolve().is_relative_to(home.root.resolve()):
            raise NoPlaceError(f'"{self.place.file}" lies outside the source folder')
        if not target.exists():
            self.copies[target] = data
        elif target.read_bytes() != data:
            raise NoPlaceError(f'it names "{self.place.file}" there, and another file has that name by now')
        return self.place.file

    def manifest(self, data: bytes, section: LateSection) -> bytes:
        """The manifest with the papers.

        :param data: as it was.
        :param section: that papers without a kept place go into.
        :raises NoPlaceError: when its form has no room for them.
        """
        if self.place is None:
            return with_late(data, section, self._papers)
        return with_values(data, self.place.row.tab, self._values) if self._values else data

    @contextlib.contextmanager
    def written(self, section: LateSection) -> Iterator[bool]:
        """Write the manifest and the copies beside it; when what follows fails, they are as they were.

        Whoever attaches to another version of the packet at the same moment waits his turn. Gives whether the
        manifest has changed.
        """
        if self.home is None:
            yield False
            return
        path, made = self.home.path, []
        with folder_locked(path.parent):
            data = path.read_bytes()
            manifest = self.manifest(data, section)
            try:
                for copy, content in self.copies.items():
                    made.append(copy)
                    write_whole(copy, content)
                if manifest != data:
                    write_whole(path, manifest)
                yield manifest != data
            except BaseException:
                if manifest != data:
                    write_whole(path, data)
                for copy in made:
                    copy.unlink(missing_ok=True)
                raise
