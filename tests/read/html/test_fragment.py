"""Raw HTML: what both editions carry becomes what reStructuredText would make; all else is a finding."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from pipeline.build import FORMATS, Order, build_one
from pipeline.check.article import check
from pipeline.read.reader import parse_text, read
from pipeline.tree.contract import broken
from pipeline.tree.nodes import fault, fault_block
from tests.support.articles import HEAD, Parsed, Read
from tests.support.quick import each_nth
from tests.support.readback import EpubFile, PdfFile

FIRST = HEAD.count("\n") + 1


def raw(html: str) -> str:
    """A directive with some HTML; it follows a paragraph, and its HTML begins on the fifth line."""
    return "Lead.\n\n.. raw:: html\n\n" + "".join(f"   {line}\n" for line in html.split("\n")) + "\nEnd.\n"


def inner(document: nodes.document) -> list[nodes.Node]:
    """What stands between the first paragraph and the last one."""
    start = next(n for n, node in enumerate(document) if isinstance(node, nodes.paragraph))
    return document.children[start + 1 : -1]


def markup(part: nodes.Node) -> str:
    return part.pformat().strip() if isinstance(part, nodes.Element) else repr(part.astext())


# What is let in -------------------------------------------------------------------------------------------

GRID = ".. table::\n   :widths: auto\n\n"

SAME: dict[str, tuple[str, str]] = {
    "paragraphs": ("<p>One.</p><p>Two.</p>", "One.\n\nTwo.\n"),
    "text": ("One\ntwo.", "One two.\n"),
    "emphasis": ("<p>a <em>b</em> <i>c</i> d</p>", "a *b* *c* d\n"),
    "strong": ("<p>a <strong>b</strong> <b>c</b> d</p>", "a **b** **c** d\n"),
    "code": ("<p>a <code>b</code> <tt>c</tt></p>", "a ``b`` ``c``\n"),
    "sub and sup": ("<p>H<sub>2</sub>O m<sup>2</sup></p>", "H\\ :sub:`2`\\ O m\\ :sup:`2`\n"),
    "link": ('<p>a <a href="https://x.example/">b</a></p>', "a `b <https://x.example/>`__\n"),
    "cite": ("<p>a <cite>b</cite></p>", "a :title:`b`\n"),
    "list": ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
    "open items": ("<ul><li>a<li>b</ul>", "- a\n- b\n"),
    "list in a list": ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n\n  - b\n"),
    "numbers": ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n"),
    "letters from c": ('<ol type="a" start="3"><li>a</li><li>b</li></ol>', "c. a\nd. b\n"),
    "paragraphs of an item": ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b\n"),
    "definitions": ("<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>", "a\n  b\nc\n  d\n"),
    "quotation": ("<blockquote>a</blockquote>", "..\n\n  a\n"),
    "code block": ("<pre>a\n  b</pre>", "::\n\n  a\n    b\n"),
    "code in a block": ("<pre><code>a\n  b</code></pre>", "::\n\n  a\n    b\n"),
    "rule": ("<p>a</p><hr><p>b</p>", "a\n\n----\n\nb\n"),
    "image": ('<img src="dot.png" alt="A" width="50%">', ".. image:: dot.png\n   :alt: A\n   :width: 50%\n"),
    "figure": (
        '<figure><img src="dot.png" alt="A dot"><figcaption>Words</figcaption></figure>',
        ".. figure:: dot.png\n   :alt: A dot\n\n   Words\n",
    ),
    "box with a class": ('<div class="x">a</div>', ".. container:: x\n\n   a\n"),
    "box without one": ("<div>a</div>", "a\n"),
    "comment": ("<!-- no --><p>a</p>", "a\n"),
    "entities": ("<p>a &amp; &lt;b&gt; &eacute; &#233;</p>", "a & <b> é é\n"),
    "capitals": ("<P>a <EM>b</EM></P>", "a *b*\n"),
    "folded spaces": ("<p>  a \n   b  </p>", "a b\n"),
    "table": (
        "<table><caption>T</caption><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        ".. table:: T\n   :widths: auto\n\n   === ===\n   a   b\n   === ===\n   1   2\n   === ===\n",
    ),
    "head and foot": (
        "<table><tfoot><tr><td>z</td></tr></tfoot><thead><tr><th>a</th></tr></thead>"
        "<tbody><tr><td>1</td></tr></tbody></table>",
        GRID + "   +---+\n   | a |\n   +===+\n   | 1 |\n   +---+\n   | z |\n   +---+\n",
    ),
    "spans": (
        '<table><tr><td colspan="2">a</td></tr><tr><td rowspan="2">b</td><td>c</td></tr>'
        "<tr><td>d</td></tr></table>",
        GRID + "   +---+---+\n   | a     |\n   +---+---+\n   | b | c |\n   |   +---+\n"
        "   |   | d |\n   +---+---+\n",
    ),
}  # fmt: skip


def shape(part: nodes.Node) -> str:
    """A part of the tree without what only looks differ in: ids, signs of lists, widths of columns."""
    part = part.deepcopy()
    for node in part.findall(nodes.Element):
        for name in ("colwidth", "bullet", "prefix", "suffix", "anonymous", "name"):
            node.attributes.pop(name, None)
        node["classes"] = [name for name in node["classes"] if not name.startswith("colwidths")]
    return markup(part)


@pytest.mark.parametrize("name", SAME)
def test_html_makes_what_restructuredtext_makes(
    read_text_article: Callable[..., Read], images: Path, name: str
) -> None:
    html, text = SAME[name]
    got, found, findings = read_text_article(raw(html))
    assert found == [], findings
    wanted, found, findings = read_text_article(f"Lead.\n\n{text}\nEnd.\n")
    assert found == [], findings
    assert got is not None
    assert wanted is not None
    left, right = inner(got.document), inner(wanted.document)
    if name in ("link",):
        right = [node for node in right if not isinstance(node, nodes.target)]
    assert [shape(node) for node in left] == [shape(node) for node in right]
    got.document.validate()


LINES: dict[str, tuple[str, str]] = {
    **{
        name: (f"a <{name}>b</{name}>", f'<inline classes="{name}">')
        for name in ("kbd", "samp", "var", "dfn")
    },
    **{name: (f"a <{name}>b</{name}>", f'<inline classes="{name}">') for name in ("mark", "small", "u", "s")},
    "strike": ("a <strike>b</strike>", '<inline classes="s">'),
    "span": ('a <span class="x">b</span>', '<inline classes="x">'),
    "language": ('a <span lang="nl">b</span>', '<inline classes="language-nl">'),
    "right to left": ('a <span lang="ar" dir="rtl">b</span>', '<inline classes="language-ar">'),
    "line end": ("a<br>b", '<inline classes="line-break">'),
}


@pytest.mark.parametrize("name", LINES)
def test_what_only_html_has_is_kept_by_its_class(parse: Callable[[str], Parsed], name: str) -> None:
    html, expected = LINES[name]
    tree, found = parse(raw(f"<p>{html}</p>"))
    assert found == []
    assert expected in tree.pformat()


def test_what_letters_stand_for_is_told_behind_them(parse: Callable[[str], Parsed]) -> None:
    tree, found = parse(raw('<p>The <abbr title="European Union">EU</abbr>, the <abbr>UN</abbr></p>'))
    assert found == []
    assert inner(tree)[0].astext() == "The EU (European Union), the UN"


@pytest.mark.parametrize(("language", "expected"), [("en", "“b”"), ("fr", "«\u202fb\u202f»"), ("de", "„b“")])
def test_quotation_marks_are_those_of_the_language(language: str, expected: str) -> None:
    head = HEAD.replace(":language: en", f":language: {language}")
    document, findings = parse_text(head + raw("<p>a <q>b</q></p>"))
    assert findings == []
    assert inner(document)[0].astext().replace("\xa0", "\u202f") == f"a {expected}"


def test_a_folded_part_is_shown_open(parse: Callable[[str], Parsed]) -> None:
    tree, found = parse(raw("<details><summary>More</summary><p>Inside</p></details>"))
    assert found == []
    box = inner(tree)[0]
    assert isinstance(box, nodes.container)
    assert [child.astext() for child in box] == ["More", "Inside"]
    assert isinstance(box[0][0], nodes.strong)


def test_every_node_knows_its_line(parse: Callable[[str], Parsed]) -> None:
    html = "<p>one</p>\n<ul>\n<li>three</li>\n<li>\n<p>five</p></li></ul>\n"
    tree, found = parse(raw(f"{html}<table><tr>\n<td>seven</td></tr></table>"))
    assert found == []
    words = {"one": 5, "three": 7, "five": 9, "seven": 11}
    lines = {node.astext(): node.line - FIRST + 1 for node in tree.findall(nodes.paragraph) if node.line}
    assert {word: lines[word] for word in words} == words


ROLE = ".. role:: raw-html(raw)\n   :format: html\n\n"


def test_a_role_puts_html_into_a_line(parse: Callable[[str], Parsed]) -> None:
    tree, found = parse(ROLE + "a :raw-html:`<b>b</b><br>c &nbsp; <u>d</u>` e\n")
    assert found == []
    paragraph = list(tree.findall(nodes.paragraph))[-1]
    assert paragraph.astext() == "a b\nc \xa0 d e"
    kinds = [type(node).__name__ for node in paragraph if isinstance(node, nodes.Element)]
    assert kinds == ["strong", "inline", "inline"]


def test_a_substitution_may_be_html(parse: Callable[[str], Parsed]) -> None:
    tree, found = parse("a |br| b |br|\n\n.. |br| raw:: html\n\n   <br/>\n")
    assert found == []
    paragraph = list(tree.findall(nodes.paragraph))[-1]
    assert len(list(paragraph.findall(nodes.inline))) == 2


@pytest.mark.parametrize("form", ["html", "HTML", "html5", "xhtml", "html latex"])
def test_html_has_several_names(parse: Callable[[str], Parsed], form: str) -> None:
    tree, found = parse(f"Lead.\n\n.. raw:: {form}\n\n   <p>a</p>\n\nEnd.\n")
    assert found == []
    assert inner(tree)[0].astext() == "a"


def test_the_class_of_the_directive_is_kept(parse: Callable[[str], Parsed]) -> None:
    tree, found = parse("Lead.\n\n.. raw:: html\n   :class: special\n\n   <p>a</p>\n\nEnd.\n")
    assert found == []
    assert inner(tree)[0]["classes"] == ["special"]


def test_other_formats_are_for_other_programs_and_one_warning_says_so(parse: Callable[[str], Parsed]) -> None:
    text = (
        ".. role:: tex(raw)\n   :format: latex\n\n.. raw:: latex\n\n   \\newpage\n\n.. raw:: odt\n\n   x\n\n"
    )
    text += "a :tex:`\\LaTeX` |x|\n\n.. raw:: latex odt\n\n   y\n\n.. |x| raw:: latex\n\n   z\n"
    tree, found = parse(text)
    assert found == [("rst-unsupported", 4), ("rst-unsupported", 8)]
    assert "LaTeX" not in tree.astext()
    assert "newpage" not in tree.astext()


# What is not ----------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, int, str]] = {
    "script": ("<script>alert(1)</script>", 5, "<script>"),
    "script in a line": ("<p>\na <script>alert(1)</script> b</p>", 6, "<script>"),
    "script in capitals": ("<SCRIPT SRC=//x.example/x.js></SCRIPT>", 5, "<script>"),
    "script in an attribute": ('<p title="<script>">x</p>', 5, '"title"'),
    "split script": ("<scr<script>ipt>alert(1)</script>", 5, "<scr"),
    "style": ("<style>p { color: red }</style>", 5, "<style>"),
    "link to a style sheet": ('<link rel="stylesheet" href="https://x.example/x.css">', 5, "<link>"),
    "meta": ('<meta http-equiv="refresh" content="0;url=https://x.example/">', 5, "<meta>"),
    "base": ('<base href="https://x.example/">', 5, "<base>"),
    "frame": ('<iframe src="https://x.example/"></iframe>', 5, "<iframe>"),
    "object": ('<object data="x.swf"></object>', 5, "<object>"),
    "embed": ('<embed src="x.swf">', 5, "<embed>"),
    "form": ('<form action="/x"><input name="a"><button>b</button></form>', 5, "<form>"),
    "input": ("<p>a <input type=text></p>", 5, "<input>"),
    "video": ('<video src="x.mp4"></video>', 5, "<video>"),
    "picture": ('<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>', 5, "<svg>"),
    "formula": ("<math><mi>x</mi></math>", 5, "<math>"),
    "heading": ("<p>a</p>\n<h2>b</h2>", 6, "<h2>"),
    "font": ("<p>a <font color=red>b</font></p>", 5, "<font>"),
    "unknown": ("<nonsense>b</nonsense>", 5, "<nonsense>"),
    "section": ("<section><p>a</p></section>", 5, "<section>"),
    "template": ("<template><p>a</p></template>", 5, "<template>"),
    "noscript": ("<noscript><p>a</p></noscript>", 5, "<noscript>"),
    "event": ('<p onclick="alert(1)">x</p>', 5, '"onclick"'),
    "event in capitals": ('<img src="dot.png" alt="x" ONERROR="alert(1)">', 5, '"onerror"'),
    "event with a slash": ('<img/onload="alert(1)" src="dot.png" alt="x">', 5, '"onload"'),
    "style attribute": ('<p style="color: red">x</p>', 5, '"style"'),
    "style of a cell": ('<table><tr>\n<td style="width: 3px">x</td></tr></table>', 6, '"style"'),
    "id": ('<p id="x">y</p>', 5, '"id"'),
    "anchor": ('<p><a name="x"></a>y</p>', 5, '"name"'),
    "link inside": ('<p><a href="#x">y</a></p>', 5, "inside the article"),
    "link in a link": ('<p><a href="http://x/">y <b><a href="http://y/">z</a></b></a></p>', 5, ""),
    "source set": ('<img src="dot.png" srcset="https://x.example/2.png 2x" alt="x">', 5, '"srcset"'),
    "attribute": ('<p hidden="x">y</p>', 5, '"hidden"'),
    "language": ('<p lang="no language">y</p>', 5, "language tag"),
    "direction": ('<p dir="rtl">y</p>', 5, "direction"),
    "not closed": ("<p>a</p>\n<b>", 6, "not closed"),
    "block in a line": ("<p>a <b>b <ul><li>c</li></ul></b></p>", 5, ""),
    "item alone": ("<li>a</li>", 5, "<li>"),
    "text in a list": ("<ul><p>a</p></ul>", 5, "<p>"),
    "definition without a term": ("<dl><dd>a</dd></dl>", 5, "<dd>"),
    "list from x": ('<ol start="x"><li>a</li></ol>', 5, "number"),
    "rule in a box": ('<div class="x"><hr></div>', 5, "rule"),
    "image without a file": ('<img alt="x">', 5, "src="),
    "width of an image": ('<img src="dot.png" alt="x" width="expression(1)">', 5, "width"),
    "figure of two": ('<figure><img src="a.png" alt="x"><img src="a.png" alt="x"></figure>', 5, "<figure>"),
    "table without cells": ("<table><tr></tr></table>", 5, "no cells"),
    "table without rows": ("<table></table>", 5, "table"),
    "header cell in the midst": ("<table><tr><td>a</td><th>b</th></tr></table>", 5, "<th>"),
    "span beyond the end": ('<table><tr><td rowspan="3">a</td></tr></table>', 5, "rowspan"),
    "span of a million": ('<table><tr><td colspan="1000000">a</td></tr></table>', 5, "colspan"),
    "span of a thousand": ('<table><tr><td colspan="1000">a</td></tr></table>', 5, "columns"),
    "overlap": ("<table><tr><td>a<td rowspan=2>b</tr><tr><td colspan=2>c</tr></table>", 5, "place"),
    "deep": ("<div class=x>" * 60 + "a", 5, "deep"),
    "deep lines": ("<p>" + "<b>" * 60 + "a", 5, "deep"),
    "frame set": ("<frameset><frame src='https://x.example/'></frameset>", 5, "<frameset>"),
    "conditional comment": ("<!--[if IE]><script>x</script><![endif]--><script>y</script>", 5, "<script>"),
}  # fmt: skip


@pytest.mark.parametrize("name", each_nth(3, REFUSED))
def test_what_no_edition_carries_is_found_where_it_is(
    read_text_article: Callable[..., Read], images: Path, name: str
) -> None:
    html, line, words = REFUSED[name]
    article, found, findings = read_text_article(raw(html), draft=True)
    assert found
    assert {code for code, _ in found} == {"raw-refused"}
    assert found[0][1] == line
    assert words in findings[0].message
    assert article is not None
    faults = [
        node for node in article.document.findall(nodes.Element) if isinstance(node, (fault, fault_block))
    ]
    assert len(faults) >= len(found)
    assert broken(article.document, article.root, draft=True) == []
    assert {"Lead.", "End."} <= {node.astext() for node in article.document.findall(nodes.paragraph)}
    assert read_text_article(raw(html)).article is None


OTHER: dict[str, tuple[str, str]] = {
    "javascript": ('<a href="javascript:alert(1)">x</a>', "link-scheme"),
    "mixed case": ('<a href="JaVaScRiPt:alert(1)">x</a>', "link-scheme"),
    "broken by a tab": ('<a href="java&#9;script:alert(1)">x</a>', "link-scheme"),
    "by entities": ('<a href="&#106;avascript:alert(1)">x</a>', "link-scheme"),
    "by control characters": ('<a href="&#14; javascript:alert(1)">x</a>', "link-scheme"),
    "vbscript": ('<a href="vbscript:x">x</a>', "link-scheme"),
    "data": ('<a href="data:text/html,x">x</a>', "link-scheme"),
    "file": ('<a href="file:///etc/passwd">x</a>', "link-scheme"),
    "relative link": ('<a href="x.html">x</a>', "link-scheme"),
    "image from a network": ('<img src="https://x.example/x.png" alt="x">', "image-outside"),
    "image without a scheme": ('<img src="//x.example/x.png" alt="x">', "image-outside"),
    "image from above": ('<img src="../x.png" alt="x">', "image-outside"),
    "image, encoded": ('<img src="%2e%2e/x.png" alt="x">', "image-outside"),
    "image of the system": ('<img src="/etc/passwd" alt="x">', "image-outside"),
    "image by address": ('<img src="file:///etc/passwd" alt="x">', "image-outside"),
    "image as data": ('<img src="data:image/png;base64,AAAA" alt="x">', "image-outside"),
    "image that is not there": ('<img src="none.png" alt="x">', "image-missing"),
    "image that lies": ('<img src="lie.png" alt="x">', "image-format"),
    "image without words": ('<img src="dot.png">', "image-alt-missing"),
    "figure without words": ('<figure><img src="dot.png" alt=""></figure>', "image-alt-missing"),
    "control character": ("<p>a&#1;b</p>", "file-control"),
    "no character": ("<p>a&#xfffe;b</p>", "file-control"),
}


@pytest.mark.parametrize("name", OTHER)
def test_links_images_and_characters_have_the_rules_that_they_have_elsewhere(
    read_text_article: Callable[..., Read], images: Path, name: str
) -> None:
    html, code = OTHER[name]
    (images / "lie.png").write_text("no picture")
    article, found, _ = read_text_article(raw(html), draft=True)
    assert found == [(code, 5)]
    assert article is not None
    assert broken(article.document, article.root, draft=True) == []
    assert all("refuri" not in node for node in article.document.findall(nodes.reference))


INLINE_REFUSED: dict[str, str] = {
    "opened here, closed elsewhere": "a :raw-html:`<u>` b :raw-html:`</u>`",
    "a block": "a :raw-html:`<p>b</p>`",
    "a script": "a :raw-html:`<script>b</script>`",
    "a heading": "a :raw-html:`<h1>b</h1>`",
    "in a substitution": "a |x| b\n\n.. |x| raw:: html\n\n   <div>x</div>",
}


@pytest.mark.parametrize("name", INLINE_REFUSED)
def test_a_line_holds_whole_elements_of_lines(read_text_article: Callable[..., Read], name: str) -> None:
    article, found, findings = read_text_article(ROLE + INLINE_REFUSED[name] + "\n", draft=True)
    assert [code for code, _ in found] == ["raw-refused"], findings
    assert article is not None
    assert len(list(article.document.findall(fault))) == 1
    article.document.validate()


def test_the_role_raw_needs_a_format(read_text_article: Callable[..., Read]) -> None:
    article, found, _ = read_text_article("a\nb :raw:`<b>c</b>` d\n", draft=True)
    assert found == [("raw-refused", 2)]
    assert article is not None


def test_a_file_of_html_is_read_and_its_faults_have_its_lines(
    read_text_article: Callable[..., Read], tmp_path: Path
) -> None:
    (tmp_path / "piece.html").write_text("<p>one</p>\n\n<p>three</p>\n<script>four</script>\n")
    article, _, findings = read_text_article(".. raw:: html\n   :file: piece.html\n", draft=True)
    assert [(f.code, Path(f.source).name, f.line) for f in findings] == [("raw-refused", "piece.html", 4)]
    assert article is not None
    assert [source.name for source in article.inserted] == ["piece.html"]


@pytest.mark.parametrize(
    "html",
    each_nth(
        4,
        [
            "<b>" * 20_000,
            "<div>" * 20_000,
            "<ul><li>" * 20_000,
            "<table><tr><td>" * 5_000,
            "<p>" * 50_000,
            "&amp;" * 100_000,
            "<" * 100_000,
            "<a " + "x=1 " * 20_000 + ">",
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>',
            "<?xml version='1.0' encoding='utf-16'?><p>x</p>",
            "</body></html><p>after</p>",
            "<![CDATA[ <script> ]]>",
            "<plaintext>a",
            "<textarea><p>a",
            "<!--",
            "<title>a",
        ],
    ),
)
def test_odd_html_takes_bounded_time_and_breaks_nothing(html: str) -> None:
    start = time.monotonic()
    document, findings = parse_text(HEAD + raw(html))
    assert all(finding.code in {"raw-refused", "file-control"} for finding in findings), findings
    document.validate()
    assert "DOCTYPE" not in document.astext() or findings
    assert time.monotonic() - start < 10


PIECES = [
    *(
        f"<{name}>"
        for name in "p div ul ol li dl dt dd table tr td th caption hr pre figure img a b q br".split()
    ),
    *(f"</{name}>" for name in "p div ul li dl dt dd table tr td figure a b q script html".split()),
    *(
        '<td colspan="2" rowspan="2">',
        '<a href="https://x.example/">',
        '<img src="dot.png" alt="x">',
        "<!--",
        "-->",
    ),
    *(
        '<p lang="nl" class="x">',
        "<script>",
        "<h1>",
        "<frameset>",
        "text",
        " ",
        "\n",
        "&nbsp;",
        "<",
        "&",
        '"',
    ),
]


@pytest.mark.slow
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=20).map("".join).filter(str.strip))
def test_whatever_the_html_is_the_tree_keeps_its_contract(html: str) -> None:
    document, findings = parse_text(HEAD + raw(html))
    told = [finding for finding in findings if "a rule (----) stands" not in finding.message]  # <hr><hr>
    assert {finding.code for finding in told} <= {"raw-refused"}
    assert [
        str(one) for one in broken(document, Path("/nowhere"), draft=True) if "dot.png" not in str(one)
    ] == []


# Both editions --------------------------------------------------------------------------------------------

WHOLE = (
    ROLE
    + """\
Lead :raw-html:`<kbd>Ctrl</kbd>` one |br| two :raw-html:`<u>under <b>line</b></u>`, :raw-html:`<q>word</q>`.

.. |br| raw:: html

   <br/>

.. raw:: html

   <p class="x" lang="nl">Een <em>woord</em>, <abbr title="Europese Unie">EU</abbr><br>
   regel <a href="https://example.org/?a=1&amp;b=2">link</a> H<sub>2</sub>O m<sup>2</sup> <small>small</small>
   <mark>mark</mark> <s>gone</s> <cite>cite</cite> <code>code</code>
   <var>x</var> <samp>y</samp> <dfn>z</dfn></p>
   <ul><li>a</li><li><p>b</p><ol start="3" type="a"><li>c<li>d</ol></li></ul>
   <dl><dt>term</dt><dt>other</dt><dd>def</dd><dt>third</dt><dd><p>x</p><p>y</p></dd></dl>
   <hr>
   <blockquote>Quote <p>para</p></blockquote>
   <pre><code>x = 1
     y  = 2</code></pre>
   <table><caption>Cap</caption><thead><tr><th>a</th><th colspan="2">b</th></tr></thead>
   <tbody><tr><th rowspan=2>r</th><td>1</td><td>2</td></tr>
   <tr><td>3</td><td><ul><li>x</li></ul></td></tr></tbody></table>
   <figure><img src="dot.png" alt="A dot"><figcaption>Caption <i>x</i></figcaption></figure>
   <details><summary>More</summary><p>Inside</p></details>
   loose text &nbsp; &euro; <b>bold</b>
   <div align="center"><img src="dot.png" alt="Another dot" width="40"></div>
   <p lang="ar">مرحبا</p>

End. [#n]_

.. [#n] Note :raw-html:`<em>in</em>` a note.
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both editions of `WHOLE`."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("raw")
    (folder / "source").mkdir()
    (folder / "source" / "article.rst").write_text(HEAD + WHOLE)
    Image.new("RGB", (40, 30), "navy").save(folder / "source" / "dot.png")
    result = build_one(folder / "source" / "article.rst", Order(FORMATS, folder))
    assert [str(finding) for finding in result.findings] == []
    return folder


@pytest.fixture(scope="module")
def editions(folder: Path) -> tuple[PdfFile, EpubFile]:
    pdf, epub = ((folder / f"article.{name}").read_bytes() for name in FORMATS)
    return PdfFile(pdf), EpubFile(epub)


@pytest.mark.slow
def test_both_editions_carry_all_that_is_let_in(folder: Path) -> None:
    article, _ = read(folder / "source" / "article.rst")
    assert article is not None
    report = check(article, folder, validators=False)
    assert [str(finding) for finding in report.findings] == []
    assert report.counts["tables"] == (1, 1, 1)
    assert report.counts["images"] == (2, 2, 2)


@pytest.mark.slow
def test_the_validators_are_silent(folder: Path) -> None:
    article, _ = read(folder / "source" / "article.rst")
    assert article is not None
    assert [str(finding) for finding in check(article, folder).findings] == []


def test_the_ebook_has_the_elements_again(editions: tuple[PdfFile, EpubFile]) -> None:
    chapter = editions[1].text
    for words in ("Ctrl", "under line", "“word”", "EU (Europese Unie)", "gone", "Caption x", "Inside", "€"):
        assert words in chapter


def test_a_line_ends_where_html_says_so(editions: tuple[PdfFile, EpubFile]) -> None:
    lines = [line.strip() for line in editions[0].text.splitlines()]
    assert "Lead Ctrl one" in lines
    assert any(line.startswith("two under line") for line in lines)


def test_header_cells_are_those_of_the_grid(folder: Path) -> None:
    """A cell that reaches down moves the cells of the next row to the right."""
    import zipfile

    with zipfile.ZipFile(folder / "article.epub") as book:
        text = book.read("EPUB/article.xhtml").decode()
    assert '<th rowspan="2" scope="rowgroup"><p>r</p>' in text
    assert re.search(r'<td class="[^"]*\bnot-first\b[^"]*"><p>3</p>', text)


def test_a_draft_shows_the_fault_in_its_place(finished: Callable[..., object], tmp_path: Path) -> None:
    text = raw("<p>before</p>\n<script>alert(1)</script>\n<p>a <iframe src=x></iframe> b</p>")
    path = tmp_path / "article.rst"
    path.write_text(HEAD + text)
    result = build_one(path, Order(FORMATS, tmp_path, draft=True))
    assert [finding.code for finding in result.findings] == ["raw-refused", "raw-refused"]
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    for words in (PdfFile(pdf).text, EpubFile(epub).text):
        folded = " ".join(words.split())
        place = folded.index("before")
        assert place < folded.index("the element <script> is not let into an edition") < folded.rindex("End.")
        assert "the element <iframe> is not let into an edition" in folded
    article, _ = read(path, draft=True)
    assert article is not None
    assert [str(finding) for finding in check(article, tmp_path, validators=False).findings] == []
