"""The words of a marking beside the field: who reads them in a header takes the page to be marked so."""

from __future__ import annotations

from docutils import nodes

from pipeline.tree import markings
from pipeline.tree.metadata import canonical, metadata_of
from pipeline.tree.report import report


def check_markings(document: nodes.document) -> None:
    """Report markings in a header, a footer or a class that are not the article's own, and fields that only
    look like ``:marking:``."""
    own = metadata_of(document).marking
    for part in document.findall(lambda node: isinstance(node, (nodes.header, nodes.footer))):
        lines = [child.astext() for child in part.children if isinstance(child, nodes.Element)]
        for line in lines:
            _compare(document, own, line, f"the {part.tagname} says", part)
    for node in document.findall(nodes.Element):
        for name in node["classes"]:
            if markings.level(name) is not None:
                _compare(document, own, name, "a class is called", node)
    for name, _ in metadata_of(document).other:
        meant = next((word for word in ("marking", "classification") if markings.alike(name, word)), None)
        if meant is not None and canonical(name) != "marking":
            message = f'the field "{name}" looks like "{meant}" and is another: type it anew'
            report(document, "marking-differs", message, line=1)


def _compare(document: nodes.document, own: str, text: str, what: str, node: nodes.Element) -> None:
    level = markings.level(own) if own else None
    for name, other in markings.named_in(text):
        if other != level and not markings.alike(own, text):
            marked = f'the article is marked "{own}"' if own else "the article has no marking"
            message = f'{what} "{name}", and {marked}: say it with :marking: alone'
            report(document, "marking-differs", message, node)
            return
