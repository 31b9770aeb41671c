"""Random articles: every construct of reStructuredText, nested in every other, right and nearly right.

The strategies make source text, not trees, so that what they find is what an author could have written.
"""

from __future__ import annotations

import textwrap
from typing import Any, Final

from hypothesis import strategies as st

NAMES: Final = ("a", "b", "kfor", "Two words")
ROLES: Final = (
    *("emphasis", "strong", "literal", "math", "code", "sub", "sup", "title", "abbreviation", "lang-ar"),
    *("ref", "doc", "term", "page", "eq", "index", "pep", "raw", "unknown"),
)
BODIES: Final = (
    *("note", "warning", "admonition:: A", "topic:: A", "sidebar:: A", "container", "compound", "epigraph"),
    *("pull-quote", "highlights", "parsed-literal", "table:: A", "list-table::", "csv-table::", "rubric:: A"),
    *(
        "code:: python",
        "math::",
        "figure:: none.png",
        "class:: a",
        "lang:: ar",
        "header",
        "footer",
        "only:: print",
    ),
    *(
        "glossary",
        "versionadded:: 1",
        "role:: new",
        "default-role:: sub",
        "infobox:: A",
        "contents",
        "sectnum",
    ),
    *(
        "raw:: html",
        "include:: none.rst",
        "index:: a",
        "replace:: a",
        "unicode:: 0x41",
        "meta",
        "target-notes",
    ),
    *("unknown:: a", "line-block", "title:: A", "date", "image:: none.png", "seealso", "compound::"),
)
OPTIONS: Final = (
    *(
        ":name: a",
        ":class: b",
        ":alt: A",
        ":width: 50%",
        ":widths: 1 1",
        ":header-rows: 1",
        ":stub-columns: 1",
    ),
    *(":local:", ":depth: 2", ":align: center", ":number-lines:", ":type: bilateral-relations", ":start: 3"),
    *(":scale: 20", ":format: html", ":unknown: x", ":target: a_", ":figwidth: image", ":label: a"),
)
# Letters of several scripts, marks of the markup, and what is not seen.
LETTERS: Final = (
    "abcAZ019 .,:;!?'\"()<>-–—…*`_|\\[]#{}$%&/=+~^@\n"
    "éßñœ\u0301\u00a0\u00ad\u200b\u200d\u202f\u2060\ufeffабвαβגשعـ漢かไ👍🏽\u2028\x85\x00\x1b"
)

words = st.text(st.sampled_from(LETTERS), min_size=1, max_size=12)
plain = st.sampled_from(
    ("Kosovo", "the embassy", "in 2008", "of", "x", "1.", "A)", "-", "\\", "::", "..", "|")
)
names = st.sampled_from(NAMES)


@st.composite
def _inline(draw: Any) -> str:
    text, name = draw(st.one_of(plain, words)), draw(names)
    forms = (
        *(
            text,
            f"*{text}*",
            f"**{text}**",
            f"``{text}``",
            f"`{text}`",
            f"`{name}`_",
            f"`{text}`__",
            f"{name}_",
        ),
        *(
            f"`{text} <{name}_>`_",
            f"`{text} <https://example.org/{name}>`__",
            f"_`{name}`",
            f"|{name}|",
            f"|{name}|_",
        ),
        *(f"[#{name}]_", "[#]_", "[*]_", "[1]_", f"[{name}]_", f":{draw(st.sampled_from(ROLES))}:`{text}`"),
        *(f":ref:`{text} <{name}>`", "https://example.org", "a@example.org", "\\ ", f"\\{text}"),
    )
    return str(draw(st.sampled_from(forms)))


lines = st.lists(_inline(), min_size=1, max_size=6).map(" ".join)


def _indented(text: str, first: str, rest: str = "") -> str:
    rest = rest or " " * len(first)
    return first + textwrap.indent(text, rest).removeprefix(rest)


@st.composite
def _listed(draw: Any, children: st.SearchStrategy[str]) -> str:
    markers = (
        *("- ", "* ", "• ", "1. ", "#. ", "(a) ", "iv) ", "C. ", "999999. ", "| ", "|   ", ">>> "),
        *("term\n   ", "term : one : two\n   ", ":field: ", ":field *x*: ", "-a  ", "--long=ARG  ", "/V  "),
    )
    marker = draw(st.sampled_from(markers))
    rest = "   " if marker.endswith("\n   ") else " " * len(marker)
    items = draw(st.lists(children, min_size=1, max_size=3))
    between = draw(st.sampled_from(("\n", "\n\n")))
    return between.join(_indented(item, marker, rest) for item in items)


@st.composite
def _explicit(draw: Any, children: st.SearchStrategy[str]) -> str:
    name = draw(names)
    body = draw(children)
    form = draw(st.integers(0, 11))
    if form < 5:
        options = "".join(f"   {o}\n" for o in draw(st.lists(st.sampled_from(OPTIONS), max_size=3)))
        head = draw(st.sampled_from(BODIES))
        head = head if "::" in head else f"{head}::"
        return f".. {head}\n{options}\n{textwrap.indent(body, '   ')}"
    starts = (
        *(f"[#{name}]", "[#]", "[*]", "[1]", f"[{name}]", f"_{name}:", "__", f"|{name}| replace::"),
        *(f"_{name}: b_", f"_{name}: https://example.org"),
    )
    return _indented(body, f".. {draw(st.sampled_from(starts))} ", "   ")


@st.composite
def _quoted(draw: Any, children: st.SearchStrategy[str]) -> str:
    body = draw(children)
    return str(
        draw(
            st.sampled_from(
                (
                    textwrap.indent(body, "   "),
                    f"{textwrap.indent(body, '   ')}\n\n   -- {draw(lines)}",
                    f"Text::\n\n{textwrap.indent(body, '   ')}",
                    f"::\n\n{textwrap.indent(body, '> ')}",
                    textwrap.indent(body, ".. "),
                )
            )
        )
    )


@st.composite
def _table(draw: Any) -> str:
    cells = [draw(lines).replace("\n", " ").replace("|", "/") for _ in range(4)]
    wide = [max(len(cells[0]), len(cells[2]), 3), max(len(cells[1]), len(cells[3]), 3)]
    rows = [
        [cell.ljust(width) for cell, width in zip(row, wide, strict=True)] for row in (cells[:2], cells[2:])
    ]
    if draw(st.booleans()):
        rule = " ".join("=" * width for width in wide)
        return "\n".join((rule, " ".join(rows[0]), rule, " ".join(rows[1]), rule))
    rule, head = ("+".join(("", *(mark * width for width in wide), "")) for mark in "-=")
    return "\n".join((rule, f"|{'|'.join(rows[0])}|", head, f"|{'|'.join(rows[1])}|", rule))


@st.composite
def _section(draw: Any) -> str:
    title, mark = draw(lines).replace("\n", " "), draw(st.sampled_from("-~^=\"'"))
    under = mark * draw(st.sampled_from((len(title), len(title) + 2, max(1, len(title) - 1))))
    return f"{title}\n{under}"


def _blocks(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(children, min_size=1, max_size=3).map("\n\n".join)
    return st.one_of(_listed(several), _explicit(several), _quoted(several))


blocks = st.recursive(st.one_of(lines, _table(), st.just("----")), _blocks, max_leaves=8)
bodies = st.lists(st.one_of(blocks, _section()), min_size=1, max_size=6).map("\n\n".join)
"""What stands below the head of an article."""
