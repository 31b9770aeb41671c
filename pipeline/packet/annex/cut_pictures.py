"""What is cut off of the pictures of an annex is taken out, or else the page becomes a picture."""

from __future__ import annotations

from dataclasses import replace

from pipeline.packet.plain.cut_images import blank
from pipeline.packet.seen.drawn_pictures import Taken


def without_cut_parts(taken: Taken) -> Taken:
    """Take what no page shows out of pictures of which pages show a part, in place.

    :returns: what was taken out, with the pages that need to be pictures for it.
    """
    undone = [pages for image, part, pages in taken.cut if image is None or not blank(image, part)]
    return replace(taken, uncut=frozenset(page for pages in undone for page in pages))
