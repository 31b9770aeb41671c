"""What WeasyPrint may read: files below named roots, under an address that no network has."""

from __future__ import annotations

import mimetypes
import os
import stat
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

BASE: Final = "https://despatch.invalid/"
"""The base of all relative addresses. The top-level domain is reserved (RFC 2606): nothing answers there."""

MAX_SIZE: Final = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""


class RootedFetcher(URLFetcher):
    """Serves ``BASE/<mount>/<path>`` from the folder mounted under that name; refuses everything else.

    :param mounts: folder by mount name.
    """

    def __init__(self, mounts: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.roots = {name: Path(os.path.realpath(folder)) for name, folder in mounts.items()}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Read one file.

        :raises URLFetchingError: for an address outside the mounts, or a file that is not a regular one.
        """
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}/" != BASE:
            self.refused.append(url)
            raise URLFetchingError(f"not below the source root: {url}")
        mount, _, name = unquote(parts.path.lstrip("/")).partition("/")
        try:
            data = self._read(self.roots[mount], name)
        except (KeyError, OSError, ValueError) as error:
            self.refused.append(url)
            raise URLFetchingError(f"not below the source root: {url}") from error
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        # Without a path in the response, WeasyPrint does not open the file a second time.
        return URLFetcherResponse(url, body=BytesIO(data), headers={"Content-Type": kind})

    @staticmethod
    def _read(root: Path, name: str) -> bytes:
        path = Path(os.path.realpath(root / name))
        if not path.is_relative_to(root):
            raise ValueError(name)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_SIZE:
                raise ValueError(name)
            # What was opened, not what was looked at: a link may have been swapped in between.
            if not Path(os.path.realpath(f"/proc/self/fd/{file.fileno()}")).is_relative_to(root) and (
                Path("/proc/self/fd").is_dir()
            ):
                raise ValueError(name)
            return file.read(MAX_SIZE + 1)
