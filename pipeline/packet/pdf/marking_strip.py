"""An article's own marking is taken off its pages: the packet stamps one on every page, in one place.

The artifact is found by the name that `pipeline.write` has given it, whatever is drawn there: words of the
author's at head or foot stay, also when they are those of a marking.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from pikepdf import Array, Name

from pipeline.write.pdf.marked_content import MARKING

_BEGIN: Final = b"/Artifact <<"
_NAME: Final = f"/{MARKING} true>>".encode()
_END: Final = f"/{MARKING}\nMP".encode()


def strip_marking(page: Any) -> None:
    """Take the marking out of the content of a page that `pipeline.write` has painted."""
    content = page.get("/Contents")
    if content is None or isinstance(content, Array):
        return
    data = content.read_bytes()
    kept, done = [], 0
    while (named := data.find(_NAME, done)) >= 0:
        kept.append(data[done : data.rindex(_BEGIN, done, named)])
        done = data.index(_END, named) + len(_END)
    if done:
        content.write(zlib.compress(b"".join([*kept, data[done:]]), 9), filter=Name.FlateDecode)
