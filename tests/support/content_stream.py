"""The content stream of a page in pairs, as pikepdf gives it; its stubs do not say that they are pairs."""

from __future__ import annotations

from typing import Any

import pikepdf


def instructions(page: Any) -> list[tuple[Any, Any]]:
    """The operands and the operator of each instruction; an inline image is one."""
    return [(one.operands, one.operator) for one in pikepdf.parse_content_stream(page)]
