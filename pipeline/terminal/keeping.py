"""What ``despatch cache`` says, and removes."""

from __future__ import annotations

from pathlib import Path

from pipeline import desk
from pipeline.article_store import open_store
from pipeline.findings import printable


def tell(*, clear: bool) -> int:
    """Say what is kept at the desk of the current folder, else for articles outside any desk.

    :param clear: whether it is removed.
    :returns: the exit code.
    """
    here = Path(desk.SOURCE) if Path(desk.SOURCE).is_dir() else Path()
    with desk.at(desk.desk_of(here / "any.rst")):
        store = open_store()
    entries, size = store.size()
    what = f"{entries} build{'' if entries == 1 else 's'}, {round(size / 1_000_000, 1):g} MB"
    if clear:
        store.clear()
        print(f"{printable(str(store.folder))}  {what}, removed")
    else:
        print(f"{printable(str(store.folder))}  {what} (it holds up to {store.limit / 1_000_000_000:.1f} GB)")
    return 0
