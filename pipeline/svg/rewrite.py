"""An SVG image is written anew from the tree that was checked: so every edition shows that and no more.

Document types, entities, processing instructions, comments, and elements and attributes of foreign
namespaces don't come into the new file. They draw nothing in a browser, but parsers differ: attributes that a
document type gives by default are not in one parser's tree and run in the next, and WeasyPrint draws
whatever is called ``image``, of whatever namespace (XML 1.0, section 3.3.2; Namespaces in XML, section 6).
Words that nobody sees stay out, too: metadata, titles, descriptions (an image is described by its ``:alt:``),
letters outside of texts, data of scripts.
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"

_NAMES: Final = {None: SVG, "xlink": XLINK}
_LINK: Final = frozenset(("href", "title"))
_TEXT: Final = frozenset(("space", "lang"))
_UNSEEN: Final = frozenset(f"{{{SVG}}}{name}" for name in ("metadata", "title", "desc"))
_LETTERS: Final = frozenset(f"{{{SVG}}}{name}" for name in ("text", "tspan", "textPath", "style", "a"))
"""Elements whose words are drawn, or say how."""
_UNSEEN_ATTRIBUTES: Final = ("data-", "aria-")
NOTHING: Final = f'<svg xmlns="{SVG}" width="1" height="1"/>'.encode()
"""What stands for a file that is no SVG."""


def parsed(raw: bytes) -> Any:
    """The topmost element of a file, as it is there: nothing is fetched, no entity is put in.

    :raises ValueError: when it is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(" ".join(str(error).split())) from error


def rewritten(top: Any) -> Any:
    """A new tree with the elements of SVG, their attributes and texts, and nothing else.

    :param top: the topmost element.
    """
    found = etree.Element(f"{{{SVG}}}svg", nsmap=_NAMES)
    _take_attributes(top, found)
    waiting = [(top, found)]
    while waiting:
        old, new = waiting.pop()
        words = old.tag in _LETTERS
        new.text = old.text if words else None
        last = None
        for child in old:
            tail = (child.tail or "") if words else ""
            own = isinstance(child.tag, str) and etree.QName(child).namespace == SVG
            if own and child.tag not in _UNSEEN:
                last = etree.SubElement(new, child.tag)
                _take_attributes(child, last)
                last.tail = tail or None
                waiting.append((child, last))
            elif last is not None:  # the words around what is left out stay
                last.tail = (last.tail or "") + tail or None
            else:
                new.text = (new.text or "") + tail or None
    return found


def written_anew(raw: bytes) -> bytes:
    """The file that goes into an edition: the same for the same tree.

    :param raw: the author's file; for one that is no SVG, an empty picture comes back: a check says why.
    """
    try:
        top = parsed(raw)
    except ValueError:
        return NOTHING
    data: bytes = etree.tostring(rewritten(top), encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def _take_attributes(old: Any, new: Any) -> None:
    for key, value in old.attrib.items():
        name = etree.QName(key)
        if name.localname.startswith(_UNSEEN_ATTRIBUTES):
            continue
        kept = {None: None, XLINK: _LINK, XML: _TEXT}.get(name.namespace, frozenset())
        if kept is None or name.localname in kept:
            new.set(key, value)


def for_edition(name: str, data: bytes) -> bytes:
    """What an edition gets of a file: of an SVG image the new one, of any other what is in it.

    :param name: of the file, with its ending.
    """
    return written_anew(data) if name.lower().endswith(".svg") else data
