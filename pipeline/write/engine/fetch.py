"""What WeasyPrint may read: files below named roots, under an address that no network has."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from pipeline.files.confined import read_below
from pipeline.files.media_types import media_type
from pipeline.svg.rewrite import for_edition

BASE: Final = "https://despatch.invalid/"
"""The base of all relative addresses. The top-level domain is reserved (RFC 2606): nothing answers there."""


class RootedFetcher(URLFetcher):
    """Serves ``BASE/<mount>/<path>`` from the folder mounted under that name; refuses everything else.

    :param mounts: folders by mount name, each laid over the next: the first that has a file gives it.
    :param files: what is at hand already, by its address below `BASE`.
    """

    def __init__(
        self, mounts: Mapping[str, Sequence[Path]], files: Mapping[str, bytes] | None = None
    ) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.roots = {
            name: [Path(os.path.realpath(folder)) for folder in folders] for name, folders in mounts.items()
        }
        self.files = files or {}
        self.asked = 0
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Read one file.

        :raises URLFetchingError: for an address outside the mounts, or a file that is not a regular one.
        """
        self.asked += 1
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}/" != BASE:
            self.refused.append(url)
            raise URLFetchingError(f"not below the source root: {url}")
        mount, _, name = unquote(parts.path.lstrip("/")).partition("/")
        try:
            ready = self.files.get(unquote(parts.path.lstrip("/")))
            data = for_edition(name, self._read(self.roots[mount], name)) if ready is None else ready
        except (KeyError, OSError, ValueError) as error:
            self.refused.append(url)
            raise URLFetchingError(f"not below the source root: {url}") from error
        kind = media_type(name)
        # Without a path in the response, WeasyPrint does not open the file a second time.
        return URLFetcherResponse(url, body=BytesIO(data), headers={"Content-Type": kind})

    @staticmethod
    def _read(folders: Sequence[Path], name: str) -> bytes:
        *over, last = folders
        for folder in over:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                return read_below(folder, name)
        return read_below(last, name)
