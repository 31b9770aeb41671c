"""Characters that no font at hand can draw: a finding each, or one for a script; never an empty box."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Final

from docutils import nodes

from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.report import line_of
from pipeline.write.engine.fonts import uncovered

_SCRIPT: Final = 4
"""So many letters that are missing are those of a script, not single signs."""


def check_glyphs(article: Article) -> list[Finding]:
    """A finding for each character of the article that our fonts lack, at the line where it first stands.

    Of a script that they lack, there is one finding.
    """
    texts = list(article.document.findall(nodes.Text))
    missing = uncovered("\n".join(texts))
    scripts = Counter(_script(one) for one in missing if unicodedata.category(one)[0] in "LM")
    findings = []
    told = set()
    for character in missing:
        node = next((text for text in texts if character in text), None)
        name, script = unicodedata.name(character, "unnamed"), _script(character)
        if not script or scripts[script] < _SCRIPT:
            sign = f"U+{ord(character):04X} ({name.lower()})"
            message = f"no font at hand has the character {sign}: write it otherwise"
        elif script in told:
            continue
        else:
            told.add(script)
            message = (
                f'no font at hand has the letters of this script ({script.title()}), as "{character}": put '
                "one that has them into the folder fonts of styles, and its family into theme.css"
            )
        line = line_of(node) if node is not None else None
        if node is not None and line is not None:
            line += _lines_before(node, character)
        findings.append(Finding("glyph-missing", str(article.source), line, message))
    return findings


def _script(character: str) -> str:
    """What the name of a character begins with: its script. China's signs are too many to be told so."""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name != "CJK" else ""


def _lines_before(node: nodes.Text, character: str) -> int:
    """Lines between the start of the block that `node` stands in and the character."""
    block: nodes.Node = node
    while block.parent is not None and not block.line:
        block = block.parent
    return (getattr(block, "rawsource", "") or "").partition(character)[0].count("\n")
