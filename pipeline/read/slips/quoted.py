"""What an author typed, as messages quote it: its beginning, where it is long."""

from __future__ import annotations


def quoted(text: str) -> str:
    """The first words of a text, in one line."""
    return shortened(" ".join(text.split()), 30, 30)


def shortened(text: str, limit: int = 40, kept: int = 38) -> str:
    """A text as it stands, or its beginning.

    :param limit: letters; a text with as many or more is cut.
    :param kept: letters that are left of it.
    """
    return text if len(text) < limit else f"{text[:kept]}…"
