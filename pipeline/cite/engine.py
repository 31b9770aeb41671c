"""pandoc, as nothing but a processor of citation styles: found, called with limits, never on a network.

The program is the one that the package ``pypandoc_binary`` brings, no other that may lie on the computer: the
same source then gives the same words everywhere.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

SECONDS: Final = 60
"""Time limit of a call. An article with 180 sources takes half a second."""
MEGABYTES: Final = 1024
"""Memory limit of a call (``-M`` of GHC's run-time system). An article with 180 sources takes about 150."""
INSTALL: Final = 'pip install "despatch[cite]"'
"""What to type where the engine is missing."""

Inlines = list[dict[str, Any]]


class EngineError(Exception):
    """The engine is missing, or it gave no answer; the message says what to do."""


def program() -> Path:
    """Where the program is.

    :raises EngineError: when it is not installed.
    """
    spec = importlib.util.find_spec("pypandoc")  # finds it without loading it
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        path = Path(folder) / "files" / "pandoc"
        if path.is_file():
            return path
    raise EngineError(f"what sets citations is not installed: type {_install()}")


def _install() -> str:
    """What brings the engine into the environment that this program runs in."""
    inside = Path(sys.prefix) != Path(sys.base_prefix)
    return f"{sys.executable} -m {INSTALL}" if inside and not os.environ.get("PIPX_HOME") else INSTALL


def convert(text: str, kind: str) -> list[dict[str, Any]]:
    """Sources as items of CSL-JSON.

    :param text: a file of sources.
    :param kind: its format, by pandoc's name: ``biblatex``, ``ris``.
    :raises EngineError: when it can't be read.
    """
    made: list[dict[str, Any]] = json.loads(_call(["-f", kind, "-t", "csljson"], text.encode()) or b"[]")
    return made


def process(
    clusters: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    style: bytes,
    language: str,
    *,
    everything: bool = False,
    linked: bool = False,
) -> tuple[list[Inlines], list[tuple[str, list[Inlines]]]]:
    """Set citations and the list of sources.

    :param clusters: the citations in the order of their numbers: nodes ``Cite`` of pandoc's document.
    :param items: the sources, in CSL-JSON.
    :param style: the citation style (CSL 1.0).
    :param language: language tag of the article.
    :param everything: whether the list holds sources that are not cited.
    :param linked: whether citations link to their entries in the list.
    :returns: what stands for each citation; and the entries of the list: key, and the words by paragraphs.
    :raises EngineError: when there is no answer, or one that can't be understood.
    """
    meta: dict[str, Any] = {"lang": _words(language), "link-citations": {"t": "MetaBool", "c": linked}}
    if everything:
        meta["nocite"] = {"t": "MetaInlines", "c": [cite([citation("*")])]}
    document = {
        "pandoc-api-version": [1, 23, 1],
        "meta": meta,
        "blocks": [{"t": "Para", "c": [cluster]} for cluster in clusters],
    }
    files = {"sources.json": json.dumps(items, ensure_ascii=False).encode(), "style.csl": style}
    arguments = ["-f", "json", "-t", "json", "--citeproc", "--bibliography=sources.json", "--csl=style.csl"]
    answer = _call(arguments, json.dumps(document, ensure_ascii=False).encode(), files)
    try:
        blocks = json.loads(answer)["blocks"]
        set_ = [block["c"] for block in blocks[: len(clusters)]]
        entries = [
            (_key(div["c"][0][0]), [block["c"] for block in div["c"][1] if block["t"] in ("Para", "Plain")])
            for block in blocks[len(clusters) :]
            if block["t"] == "Div"
            for div in block["c"][1]
            if div["t"] == "Div"
        ]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise EngineError("what sets citations gave an answer that can't be understood") from error
    return set_, entries


def citation(
    key: str, before: str = "", after: str = "", *, note: int = 0, mode: str = "NormalCitation"
) -> dict[str, Any]:
    """One source in a citation.

    :param before: words before it; `after`: words behind it, the place in it among them.
    :param note: number of the note that the citation stands in.
    :param mode: ``NormalCitation``, ``AuthorInText`` or ``SuppressAuthor``.
    """
    return {
        "citationId": key,
        "citationPrefix": _words(before)["c"],
        "citationSuffix": ([{"t": "Space"}] if after and after[0] not in ",;:." else []) + _words(after)["c"],
        "citationMode": {"t": mode},
        "citationNoteNum": note,
        "citationHash": 0,
    }


def cite(citations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A citation of one or more sources, as a node of pandoc's document."""
    return {"t": "Cite", "c": [list(citations), [{"t": "Str", "c": "?"}]]}


def _words(text: str) -> dict[str, Any]:
    parts: Inlines = []
    for word in text.split():
        parts += [*([{"t": "Space"}] if parts else []), {"t": "Str", "c": word}]
    return {"t": "MetaInlines", "c": parts}


def _key(name: str) -> str:
    return name.removeprefix("ref-")


def _call(arguments: Sequence[str], text: bytes, files: Mapping[str, bytes] = {}) -> bytes:
    """What the program answers.

    :param files: what it may read, by name: it works in a folder that holds nothing else.
    :raises EngineError: when it fails or takes too long.
    """
    path = program()
    limits = ["+RTS", f"-M{MEGABYTES}M", "-RTS"]
    with tempfile.TemporaryDirectory(prefix="despatch-") as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        try:
            done = subprocess.run(
                [str(path), *limits, "--sandbox", f"--data-dir={folder}", *arguments],
                input=text,
                capture_output=True,
                cwd=folder,
                env={"HOME": folder, "LC_ALL": "C.UTF-8", "PATH": folder},
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"setting the citations took more than {SECONDS} seconds") from error
        except OSError as error:
            message = f"what sets citations can't be started ({error.strerror}): {_install()}"
            raise EngineError(message) from error
    if done.returncode == 251:  # GHC: heap exhausted
        raise EngineError(f"setting the citations needs more than {MEGABYTES} MB of memory")
    if done.returncode:
        said = done.stderr.decode(errors="replace").split("\n")[0]
        raise EngineError(f"what sets citations failed ({' '.join(said.split())[:120]})")
    return done.stdout
