"""What a page has already: links to a page that another one beside them names, and notes that it lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docutils import nodes

from pipeline.tree.article import Article
from pipeline.tree.nodes import index_locator
from pipeline.write.xhtml.attributes import FOOT


def repeated_pages(where: Mapping[str, int], articles: Sequence[Article]) -> frozenset[str]:
    """Calls on a page on which an earlier call of the same note stands already.

    :param where: the pages of ids (`pages_of`).
    """
    repeated = set()
    for article in articles:
        for note in article.document.findall(nodes.footnote):
            seen: set[int | None] = set()
            for call in note["backrefs"]:
                place = _page_of(call, where)
                if place in seen:
                    repeated.add(call)
                seen.add(place)
        for item in article.document.findall(nodes.list_item):
            repeated |= _repeated_places(item, where)
    return frozenset(repeated)


def notes_near_their_calls(where: Mapping[str, int], articles: Sequence[Article]) -> frozenset[str]:
    """The ids of notes whose entry in the list of notes begins on the page of their first call.

    :param where: the pages of ids (`pages_of`).
    """
    near = set()
    for article in articles:
        for note in article.document.findall(nodes.footnote):
            name, calls = note["ids"][0], note["backrefs"]
            if calls and name in where and where[name] == _page_of(calls[0], where):
                near.add(name)
    return frozenset(near)


def _page_of(call: str, where: Mapping[str, int]) -> int | None:
    """The page that a call stands on; in a note that is set at the foot and in a list, at the foot."""
    return where.get(f"{FOOT}{call}", where.get(call))


def _repeated_places(item: nodes.list_item, where: Mapping[str, int]) -> set[str]:
    """The places of an entry of the index on a page that another one names: the principal one stays."""
    shown: dict[int | None, index_locator] = {}
    repeated = set()
    for link in item[0] if len(item) else ():
        if not isinstance(link, index_locator):
            continue
        page = where.get(link["refid"])
        kept = shown.get(page)
        if kept is None or ("main" in link["classes"] and "main" not in kept["classes"]):
            shown[page] = link
            link = kept or link
        if link is not shown[page]:
            repeated.add(link["ids"][0])
    return repeated
