"""What one edition alone shows (``.. only::``), taken out for the other one."""

from __future__ import annotations

from docutils import nodes

from pipeline.tree.nodes import LIST_OF, index_list, index_locator, only
from pipeline.tree.parts import ids_in


def keep_edition(document: nodes.document, edition: str) -> None:
    """Take out of a tree, in place, what other editions alone show.

    A link to what is taken out becomes plain text, and a note loses the ways back to calls that are gone. It
    keeps its number and its place in the list: numbers are the same in both editions.

    :param edition: ``print`` or ``ebook``.
    """
    others = [node for node in document.findall(only) if node["type"] != edition]
    if not others:
        return
    for node in others:
        node.clear()
    there = set(ids_in(document))
    for link in list(document.findall(nodes.reference)):
        if "refid" in link and link["refid"] not in there:
            if isinstance(link, index_locator):
                link.parent.remove(link)
            else:
                link["classes"] = []
                link.replace_self(link.children)
    for topic in [topic for topic in document.findall(nodes.topic) if LIST_OF in topic["classes"]]:
        for item in list(topic.findall(nodes.list_item)):
            if item.next_node(nodes.reference) is None:
                item.parent.remove(item)
        if topic.next_node(nodes.list_item) is None:
            topic.parent.remove(topic)
    for note in document.findall(nodes.footnote):
        note["backrefs"] = [name for name in note["backrefs"] if name in there]
    for index in document.findall(index_list):
        _drop_empty(index)


def _drop_empty(index: nodes.Element) -> None:
    """Remove entries of the index that lead nowhere any more, and letters without entries."""
    for item in reversed(list(index.findall(nodes.list_item))):
        if item.next_node(nodes.reference) is None and not any(
            part["ids"]
            for part in item.findall(nodes.list_item)  # another entry leads to it
        ):
            entries = item.parent
            entries.remove(item)
            if not entries.children:
                entries.parent.remove(entries)
    for letter in list(index.findall(nodes.rubric)):
        following = letter.next_node(descend=False, siblings=True)
        if not isinstance(following, nodes.bullet_list):
            index.remove(letter)
