"""The texts of a manifest: signs of markup in them are printed as they stand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")
_TAG: Final = re.compile(r"</?(?:b|i|em|strong|br|sub|sup|u|span|p)(?: [^<>]*)?/?>")
_EMPHASIS: Final = re.compile(r"(?<![\w*])(\*\*?|__)(?=[^\s*_])[^*_\n]{1,200}(?<=[^\s*_])\1(?![\w*])")
_CALL: Final = re.compile(r"\[[#*\d][\w.-]*\]_")


def markup_in(text: str) -> Iterator[str]:
    """What is no plain word in a text, and what is printed of it.

    :param text: a value of a manifest.
    """
    for match in _ENTITY.finditer(text):
        sign = html.unescape(match[0])
        if sign != match[0]:
            shown = f'type "{sign}"' if sign.isprintable() and not sign.isspace() else "type the sign"
            yield f'"{match[0]}" is printed as it stands ({shown})'
    for pattern in (_TAG, _EMPHASIS, _CALL):
        for match in pattern.finditer(text):
            yield f'"{match[0][:40]}" is printed as it stands'
