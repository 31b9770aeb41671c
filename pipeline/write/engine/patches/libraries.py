"""What WeasyPrint loads when it is imported: shared libraries, and fontTools."""

from __future__ import annotations

import ctypes.util
import importlib
import sys
from types import ModuleType
from typing import Any, Final

_SUBSETTER: Final = "fontTools.subset"
_INSTANCER: Final = "fontTools.varLib.instancer"
_LATER: Final = (_SUBSETTER, _INSTANCER, "fontTools.ttLib.woff2")


def leave_search_to_the_loader() -> None:
    """Import WeasyPrint; on Linux, the loader of the system finds its libraries, without a search."""
    kept = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        import weasyprint.text.ffi  # noqa: F401
    finally:
        ctypes.util.find_library = kept


class _Later(ModuleType):
    """Stands in for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # the import system asks, and goes without
        return getattr(_loaded(self.__name__), name)


def load_font_tools_when_needed() -> None:
    """Load the parts of fontTools that change fonts when one is to be changed.

    It has to be called before WeasyPrint is imported.

    HarfBuzz makes the subsets; these parts are for variable fonts, and for files of WOFF.
    """
    for name in _LATER:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)
    instancer = sys.modules[_INSTANCER]
    if isinstance(instancer, _Later):  # WeasyPrint takes a function out of it at once

        def instantiate(*given: Any, **named: Any) -> Any:
            """The function of this name in fontTools."""
            return _loaded(_INSTANCER).instantiateVariableFont(*given, **named)

        instancer.__dict__["instantiateVariableFont"] = instantiate


def _loaded(name: str) -> ModuleType:
    """The module itself. The first call loads the subsetter, too: the instancer needs what that adds."""
    for each in _LATER:
        if isinstance(sys.modules.get(each), _Later):
            del sys.modules[each]
    importlib.import_module(_SUBSETTER)
    return importlib.import_module(name)
