"""The search for shared libraries, when WeasyPrint is imported."""

from __future__ import annotations

import ctypes.util
import sys


def leave_search_to_the_loader() -> None:
    """Import WeasyPrint; on Linux, the loader of the system finds its libraries, without a search."""
    kept = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        import weasyprint.text.ffi  # noqa: F401
    finally:
        ctypes.util.find_library = kept
