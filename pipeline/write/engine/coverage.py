"""Characters that no font at hand can draw: a finding each, never an empty box."""

from __future__ import annotations

import unicodedata

from docutils import nodes

from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.report import line_of
from pipeline.write.engine.fonts import uncovered


def check_glyphs(article: Article) -> list[Finding]:
    """A finding for each character of the article that our fonts lack, at the line where it first stands."""
    texts = list(article.document.findall(nodes.Text))
    missing = uncovered("\n".join(texts))
    findings = []
    for character in missing:
        node = next((text for text in texts if character in text), None)
        name = unicodedata.name(character, "unnamed")
        message = (
            f"no font at hand has the character U+{ord(character):04X} ({name.lower()}): write it otherwise"
        )
        line = line_of(node) if node is not None else None
        if node is not None and line is not None:
            line += _lines_before(node, character)
        findings.append(Finding("glyph-missing", str(article.source), line, message))
    return findings


def _lines_before(node: nodes.Text, character: str) -> int:
    """Lines between the start of the block that `node` stands in and the character."""
    block: nodes.Node = node
    while block.parent is not None and not block.line:
        block = block.parent
    return (getattr(block, "rawsource", "") or "").partition(character)[0].count("\n")
