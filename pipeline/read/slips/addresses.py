"""What is wrong with the address of a link, as it was typed or copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened

_SPACED: Final = re.compile(r"<(?:https?|ftp)://[^<>\s]+[ \t][^<>\n]*>`__?$")
_ENDED: Final = re.compile(r"<(?:https?|ftp)://[^<>\s]+[\w/][.,;]>`__?$")
_REWRITTEN: Final = re.compile(
    r"https?://(?:[\w-]+\.safelinks\.protection\.outlook\.com|urldefense\.(?:com|proofpoint\.com)|"
    r"(?:www\.)?google\.[a-z.]+/url\?|l\.facebook\.com/l\.php|protect[\w-]*\.mimecast\.com|"
    r"[\w.-]*linkprotect\.cudasvc\.com)"
)
"""Addresses by which mail programs and search engines lead to others, as long as their firm wants it."""


def find_in_address(node: nodes.reference) -> Iterator[tuple[str, str]]:
    """A code and a message of each thing that is wrong with an address.

    :param node: a link that leads to an address.
    """
    address = str(node["refuri"])
    if _SPACED.search(node.rawsource):
        yield "markup-misread", "the address of this link has spaces, which are left out: write %20 for each"
    if _ENDED.search(node.rawsource):
        said = "ends in a mark of its sentence: put the mark behind the link"
        yield "markup-misread", f"the address {shortened(address)} {said}"
    if _REWRITTEN.match(address):
        said = "was made by a mail program or a search engine: copy the true one from a browser"
        yield "markup-foreign", f"the address {shortened(address)} {said}"
    if "&amp;" in address:
        yield "markup-foreign", f'"&amp;" in the address {shortened(address)} is read as it stands: type &'
