"""The files that an article reads in: which it may name, what their text is, where each line comes from."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from docutils.parsers.rst import states

from pipeline.errors import reason_of
from pipeline.files.confined import OutsideError, TooLargeError, name_below, names_in, read_below
from pipeline.findings import Finding, suggest
from pipeline.read.input.bounds import check_size
from pipeline.read.input.decoding import decode, office_file
from pipeline.read.input.encodings import as_utf8
from pipeline.tree.article import Source

MAX_FILE: Final = 4 * 1024 * 1024
"""The largest text that is read in, in bytes."""
MAX_TOTAL: Final = 16 * 1024 * 1024
"""How many characters an article may read in, all files together, each as often as it is read in."""
MAX_FILES: Final = 1000
"""How many times an article may read in a file."""
MAX_DEPTH: Final = 20
"""How deep files may read in files."""

STANDARD: Final = Path(states.__file__).parent / "include"
"""docutils' own files of definitions, which an article names as ``<isonum.txt>``."""
_STANDARD_NAME: Final = re.compile(r"<([a-z0-9][a-z0-9-]*\.txt)>")

_ARCHIVES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of office programs begin: no line of them can be mended."""

Clip = tuple[object, ...]


class Origin(str):
    """The name of a file, as findings show it. Each line of an article carries that of its own file.

    :param below: path of the file below the source root; "" for a file of docutils.
    :param chain: the files that were read in, one by the other, to come here: path and clipping of each.
    """

    below: str = ""
    chain: tuple[tuple[str, Clip], ...] = ()

    def __new__(cls, shown: str, below: str = "", chain: tuple[tuple[str, Clip], ...] = ()) -> Origin:
        """A name with its file."""
        self = super().__new__(cls, shown)
        self.below, self.chain = below, chain
        return self


class NoLog(list[Any]):
    """Stands for docutils' log of inclusions, from which a remark of an author may take what is not there."""

    def pop(self, *_: Any) -> Any:
        """Nothing: `Origin` keeps count."""
        return None


class Refused(Exception):
    """Something that is not let in.

    :param code: a key of `pipeline.findings.CODES`.
    :param message: what is wrong and what to write instead.
    :param place: file and line, where they are not those of the directive.
    """

    def __init__(self, code: str, message: str, place: tuple[str, int] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.place = code, message, place


@dataclass
class Files:
    """What is read in while one article is parsed.

    :param shown: how findings name the article.
    :param root: the source root; ``None`` where a text without a file is parsed, which can read in nothing.
    :param article: path of the article below the root.
    :param findings: where the findings about the files go.
    :param sources: what was read in, by path below the root.
    :param consulted: articles that were looked at for their titles, in the same way.
    :param characters: how many have been read in.
    :param times: how many times a file was to be read in.
    :param full: how many times one was not, because enough had been.
    """

    shown: str
    root: Path | None = None
    article: str = ""
    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    consulted: dict[str, Path] = field(default_factory=dict)
    characters: int = 0
    times: int = 0
    full: int = 0

    def origin(self, source: str | None) -> Origin:
        """The file that a line comes from, by the name that the line carries."""
        return source if isinstance(source, Origin) else Origin(self.shown, self.article)

    def read(self, written: str, origin: Origin) -> tuple[str, Origin]:
        """Read a text.

        :param written: its path, from the folder of the file that names it.
        :param origin: that file.
        :returns: the text with LF line ends, tabs kept, and where it comes from.
        :raises Refused: when it is not let in, is not there, or is no text.
        """
        self._count()
        standard = _STANDARD_NAME.fullmatch(written)
        data, found = self._standard(standard[1]) if standard else self._below(written, origin)
        return self._text(data, written, found), found

    def read_values(
        self, written: str, origin: Origin, encoding: str = "", language: str = "en"
    ) -> tuple[str, Origin]:
        """Read comma-separated values, in the encoding that a spreadsheet program has saved them in.

        :param encoding: that one, where its author says it; the others are those of `read`.
        :param language: of the article.
        """
        self._count()
        data, found = self._below(written, origin)
        try:
            data, odd = as_utf8(data, encoding, language)
        except ValueError as error:
            message = f'"{written}" is not in the encoding {encoding}: save it as CSV UTF-8'
            raise Refused("file-encoding", message) from error
        if odd is not None:
            message = (
                f'"{written}" is not UTF-8, and was read as {odd.name.title()} ({odd.words}): save it as CSV '
                f"UTF-8, or write :encoding: {odd.name} if that is right"
            )
            self.findings.append(Finding("data-encoding", str(found), 1, message))
        return self._text(data, written, found), found

    def _text(self, data: bytes, written: str, found: Origin) -> str:
        text, findings = decode(data, str(found))
        self.findings += [f for f in findings if f.code not in ("file-empty", "file-tab", "file-encoding")]
        wrong = next((f for f in findings if f.code == "file-encoding"), None)
        if wrong is not None:
            place = str(found), wrong.line or 1
            office = office_file(data)
            if data.startswith(_ARCHIVES):
                raise Refused(wrong.code, f'"{written}" can\'t be read in: {office}')
            said = f": {office}" if office else " is not UTF-8: save it as UTF-8"
            raise Refused(wrong.code, f'"{written}"{said}', place)
        for long in check_size(text, str(found))[:1]:
            raise Refused(long.code, long.message, (long.source, long.line or 1))
        self.characters += len(text)
        if self.characters > MAX_TOTAL:
            self.full += 1
            raise Refused("limit-size", f"more than {MAX_TOTAL >> 20} million characters are read in")
        return text

    def read_bytes(self, written: str, origin: Origin) -> tuple[bytes, Origin]:
        """Read a file that is no text, as a workbook: parameters and errors are those of `read`."""
        self._count()
        return self._below(written, origin)

    def _count(self) -> None:
        self.times += 1
        if self.times > MAX_FILES:
            self.full += 1
            raise Refused("limit-size", f"files are read in more than {MAX_FILES} times: take some out")

    def _standard(self, name: str) -> tuple[bytes, Origin]:
        try:
            return read_below(STANDARD, name), Origin(f"<{name}>")
        except OSError as error:
            there = [path.name for path in STANDARD.glob("*.txt")]
            message = f'docutils has no definitions "<{name}>"{suggest(name, there)}'
            raise Refused("insertion-missing", message) from error

    def _below(self, written: str, origin: Origin) -> tuple[bytes, Origin]:
        if self.root is None or not origin.below:
            raise Refused("insertion-refused", f'the file "{written}" is not let in: no folder is known here')
        try:
            name = name_below(written, posixpath.dirname(origin.below))
            data = read_below(self.root, name, MAX_FILE)
        except OutsideError as error:
            raise Refused("insertion-refused", f'the file "{written}" {error}') from error
        except TooLargeError as error:
            limit = MAX_FILE >> 20
            raise Refused(
                "limit-size", f'the file "{written}" is larger than {limit} million bytes'
            ) from error
        except FileNotFoundError as error:
            folder = (self.root / name).parent
            there = names_in(folder)
            hint = suggest(posixpath.basename(name), there)
            link = re.fullmatch(r"\[[^\]]*\]\(([^)\s]+)\)|<(.+)>", written)
            if link is not None:
                hint = f": write its name alone, {link[1] or link[2]}"
            elif len(written) > 2 and written[0] in "\"'“”„«‘’<" and written[-1] in "\"'“”»‘’>":
                hint = ": take the quotation marks out"
            message = f'there is no file "{written}"{hint}'
            raise Refused("insertion-missing", message) from error
        except OSError as error:
            message = f'the file "{written}" can\'t be read: {reason_of(error)}'
            raise Refused("insertion-missing", message) from error
        shown = posixpath.normpath(posixpath.join(posixpath.dirname(origin), written))
        if name not in self.sources:
            self.sources[name] = Source(name, self.root / name, data)
        return data, Origin(shown, name, origin.chain)
