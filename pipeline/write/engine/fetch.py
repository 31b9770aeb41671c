"""What WeasyPrint may read: files below named roots, under an address that no network has."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from pipeline.confined import read_below

BASE: Final = "https://despatch.invalid/"
"""The base of all relative addresses. The top-level domain is reserved (RFC 2606): nothing answers there."""


class RootedFetcher(URLFetcher):
    """Serves ``BASE/<mount>/<path>`` from the folder mounted under that name; refuses everything else.

    :param mounts: folder by mount name.
    """

    def __init__(self, mounts: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.roots = {name: Path(os.path.realpath(folder)) for name, folder in mounts.items()}
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
            data = read_below(self.roots[mount], name)
        except (KeyError, OSError, ValueError) as error:
            self.refused.append(url)
            raise URLFetchingError(f"not below the source root: {url}") from error
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # Without a path in the response, WeasyPrint does not open the file a second time.
        return URLFetcherResponse(url, body=BytesIO(data), headers={"Content-Type": kind})
