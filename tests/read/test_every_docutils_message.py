"""Every message that docutils can give: its source is walked, and each is held against its plain words.

A new docutils with a new message fails here, and the message says which one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import docutils
from docutils.utils.math import MathError

from pipeline.read.directives.options import explain_value
from pipeline.read.review.docutils_messages import _said
from pipeline.read.review.plain_math import said_of_formula

SOURCE = Path(docutils.__file__).parent
PLACES = [
    *(
        "parsers/rst/states.py",
        "parsers/rst/roles.py",
        "parsers/rst/tableparser.py",
        "parsers/rst/__init__.py",
    ),
    *(
        f"parsers/rst/directives/{name}.py"
        for name in (
            "__init__",
            "admonitions",
            "body",
            "html",
            "images",
            "misc",
            "parts",
            "references",
            "tables",
        )
    ),
    *(
        f"transforms/{name}.py"
        for name in ("components", "frontmatter", "misc", "parts", "references", "universal")
    ),
    *("nodes.py", "utils/__init__.py", "utils/code_analyzer.py", "utils/math/latex2mathml.py"),
]
REPORTS = {"severe", "error", "warning", "info", "system_message", "directive_error"}
RAISED = {
    *(
        "ValueError",
        "MarkupError",
        "TableMarkupError",
        "BadOptionError",
        "BadOptionDataError",
        "DuplicateOptionError",
        "MathError",
    ),
    *("DirectiveError", "LexerError", "InvisibleError"),
}
NEVER = {
    # merely mentioned: not told to anybody
    r"Enumerated list start value not ordinal-1": "information",
    r"Blank line missing before literal block": "information",
    r"Possible incomplete section title|Unexpected possible title overline": "information",
    r"Hyperlink target .* is not referenced": "information",
    r"No content for meta tag": "information",
    r"Directive processed": "information, of a directive for tests of docutils",
    # said by Despatch, before docutils comes to it
    r"^(Footnote|Citation) content expected|Cannot extract empty bibliographic": "note-empty, meta-empty",
    r"directive disabled|File and URL access deactivated|and derived. roles": "include_csv, raw_html",
    r"directive path:|Problem with |Problems with |circular inclusion": "files are read by Despatch",
    r"both specify an external file|may not be simultaneously specified": "include_csv, raw_html",
    r"wrong number of option tokens": "a part of the message about a mark of an option list",
    r"unknown option|duplicate option|extension option field": "options: read by Despatch",
    r"bullet list expected": "list_table: checked by Despatch",
    # cannot come about
    r"Internal error: no transition pattern match": "a fault of docutils",
    r"Error importing directive module|No directive class": "docutils' own modules are there",
    r"differs|`path` value must be|is no valid id or class name|is no NMTOKEN": "values of programs",
    r"Cannot analyze code|Pygments package": "short names of languages are looked up by Despatch",
}
WORDS = re.compile(
    r"start-string|unindent|[Ii]nconsistent title|[Mm]alformed|bullet list expected|interpreted text|"
    r"argument\(s\)|Error in|Unknown target|Duplicate|hyperlink|invalid option|option block|transition|"
    r"<paragraph>|row\(s\)|autonumbered|explicit markup|must supply|must be positive|choose from|Invalid"
)


def template(node: ast.expr) -> str | None:
    """The text of a message, with ``2`` for what is filled in; ``None`` for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "2" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = template(node.left)
        return re.sub(r"%[-\d.]*[a-z]", "2", left) if left is not None else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = template(node.left), template(node.right)
        return f"{left or ''}{right or '2'}" if left or right else None
    return None


def messages() -> Iterator[tuple[str, str, str]]:
    """Place, kind (a name of `REPORTS` or `RAISED`) and text of each message."""
    for place in PLACES:
        path = SOURCE / place
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in REPORTS | RAISED:
                continue
            text = next((text for argument in node.args[:2] if (text := template(argument))), None)
            if text is not None and re.search(r"[A-Za-z]{3}", text):
                yield f"{place}:{node.lineno}", name, text


@cache
def found() -> list[tuple[str, str]]:
    """All messages, each with its kind; the walk takes half a second."""
    return sorted({(text, name) for _, name, text in messages()})


def never(text: str) -> bool:
    """Whether a message does not reach an author, for a reason."""
    return any(re.search(pattern, text) for pattern in NEVER)


def put(text: str, name: str) -> str:
    """What an author reads."""
    if name in {"ValueError", "BadOptionDataError"}:
        return explain_value(text, "2")
    if name == "MathError":
        return said_of_formula(MathError(text), "") or text
    if name in {"MarkupError", "TableMarkupError"}:
        tabled = [_said(f"Malformed table.\n{text}"), _said(f'Error in "2" directive:\n{text}.'), _said(text)]
        return next((one for one in tabled if not WORDS.search(one) and text not in one), text)
    return _said(text.replace("Inline 2 start", "Inline strong start"))


def test_the_walk_finds_the_messages() -> None:
    texts = [text for text, _ in found()]
    assert len(texts) > 100
    assert "Unexpected indentation." in texts
    assert 'Unknown target name: "2".' in texts
    assert any("unexpected unindent" in text for text in texts)


def test_no_message_reaches_an_author_in_docutils_own_words() -> None:
    said = {text: put(text, name) for text, name in found() if not never(text)}
    assert len(said) > 100
    assert [text for text, words in said.items() if words.strip() == text.strip()] == []
    assert {text: words for text, words in said.items() if WORDS.search(words)} == {}


def test_the_reasons_are_of_messages_that_there_are() -> None:
    texts = [text for text, _ in found()]
    unused = [pattern for pattern in NEVER if not any(re.search(pattern, text) for text in texts)]
    assert unused == []
