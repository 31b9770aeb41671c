"""Images and links: what an edition may carry, and what each refusal says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.read.reader import read
from pipeline.read.review.images_and_links import LINK_SCHEMES
from tests.support.articles import HEAD, Read

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3">{}</svg>'


def image(uri: str) -> str:
    return f"One.\n\n.. image:: {uri}\n   :alt: Words\n"


@pytest.mark.parametrize("name", ["dot.png", "dot.jpg", "dot.gif", "dot.svg", "./dot.png", "dot%2epng"])
def test_whole_images_are_taken(read_text_article: Callable[..., Read], images: Path, name: str) -> None:
    article, _, findings = read_text_article(image(name))
    assert findings == []
    assert article is not None
    uri = article.document.next_node(nodes.image)["uri"]
    assert (article.root / uri).is_file()
    assert uri == f"dot.{name[-3:]}"


def test_the_path_of_an_image_is_relative_to_the_source_root(images: Path) -> None:
    folder = images / "source" / "deep"
    folder.mkdir(parents=True)
    (images / "dot.png").rename(folder.parent / "dot.png")
    (folder / "a.rst").write_text(HEAD + image("../dot.png"))
    article, findings = read(folder / "a.rst")
    assert findings == []
    assert article is not None
    assert article.root == folder.parent
    assert article.document.next_node(nodes.image)["uri"] == "dot.png"


def test_an_ending_in_capitals_is_an_ending(read_text_article: Callable[..., Read], images: Path) -> None:
    (images / "dot.png").rename(images / "DOT.PNG")
    assert read_text_article(image("DOT.PNG")).findings == []


def test_a_missing_image_names_its_neighbour(read_text_article: Callable[..., Read], images: Path) -> None:
    article, found, findings = read_text_article(image("dto.png"))
    assert article is None
    assert found == [("image-missing", 3)]
    assert 'did you mean "dot.png"' in findings[0].message


@pytest.mark.parametrize("uri", ["none.png", "none/dot.png", "folder.png"])
def test_what_is_no_file_is_missing(read_text_article: Callable[..., Read], images: Path, uri: str) -> None:
    (images / "folder.png").mkdir()
    assert read_text_article(image(uri)).found == [("image-missing", 3)]


@pytest.mark.parametrize(
    "uri",
    [
        "/etc/hostname.png", "../outside.png", "%2e%2e/outside.png", "a/../../outside.png", "link.png",
        "linked/outside.png", "https://a.example/dot.png", "//a.example/dot.png", "file:///tmp/dot.png",
        "data:image/png;base64,AAAA", "..\\\\outside.png", "DATA:image/png,x", "c:dot.png",
    ],
)  # fmt: skip
def test_an_image_from_outside_is_refused(
    read_text_article: Callable[..., Read], images: Path, tmp_path_factory: pytest.TempPathFactory, uri: str
) -> None:
    outside = images.parent / "outside.png"
    (images / "dot.png").rename(outside)
    (images / "link.png").symlink_to(outside)
    (images / "linked").symlink_to(images.parent)
    article, found, _ = read_text_article(image(uri))
    outside.unlink()
    assert article is None
    assert found == [("image-outside", 3)]


@pytest.mark.parametrize("uri", ["C:\\Users\\dot.png", "images\\dot.png", "..\\my dot.png"])
def test_a_path_with_backslashes_is_told_as_it_was_written(
    read_text_article: Callable[..., Read], images: Path, uri: str
) -> None:
    read = read_text_article(image(uri))
    wanted = f'the image "{uri}" must be named relative to the article, with / between folders'
    assert (read.found, read.findings[0].message) == ([("image-outside", 3)], wanted)


@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "gif", "svg"])
def test_text_that_is_named_like_an_image_is_refused(
    read_text_article: Callable[..., Read], images: Path, ending: str
) -> None:
    (images / f"lie.{ending}").write_text("No image at all.")
    assert read_text_article(image(f"lie.{ending}")).found == [("image-format", 3)]


@pytest.mark.parametrize("name", ["dot.png", "dot.jpg", "dot.gif"])
def test_half_an_image_is_refused(read_text_article: Callable[..., Read], images: Path, name: str) -> None:
    from PIL import Image

    ending = name[-3:]
    Image.effect_noise((64, 64), 90).save(images / name)
    raw = (images / name).read_bytes()
    (images / name).write_bytes(raw[: len(raw) // 2])
    assert read_text_article(image(name)).found == [("image-format", 3)], ending


def test_half_an_image_is_refused_whatever_other_libraries_have_set(
    read_text_article: Callable[..., Read], images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image, ImageFile

    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # importing WeasyPrint does
    Image.effect_noise((64, 64), 90).save(images / "dot.jpg")
    raw = (images / "dot.jpg").read_bytes()
    (images / "dot.jpg").write_bytes(raw[: len(raw) // 2])
    assert read_text_article(image("dot.jpg")).found == [("image-format", 3)]


def test_an_image_of_another_format_than_its_ending_is_taken(
    read_text_article: Callable[..., Read], images: Path
) -> None:
    (images / "lying.jpg").write_bytes((images / "dot.png").read_bytes())
    (images / "text.png").write_bytes((images / "dot.svg").read_bytes())
    assert read_text_article(image("lying.jpg")).found == []
    assert read_text_article(image("text.png")).found == [("image-format", 3)]


@pytest.mark.parametrize("name", ["dot.eps", "dot.pdf", "dot", "dot.html"])
def test_other_formats_are_refused(read_text_article: Callable[..., Read], images: Path, name: str) -> None:
    (images / name).write_bytes((images / "dot.png").read_bytes())
    assert read_text_article(image(name)).found == [("image-format", 3)]


def test_an_image_of_too_many_pixels_is_refused(
    read_text_article: Callable[..., Read], images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.read.review.images_and_links.MAX_PIXELS", 11)
    assert read_text_article(image("dot.png")).found == [("image-format", 3)]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        "<foreignObject/>",
        '<image href="https://a.example/b.png"/>',
        '<use href="other.svg#x"/>',
        '<a xmlns:x="http://www.w3.org/1999/xlink" x:href="https://a.example/"/>',
        "<style>@import 'a.css';</style>",
        '<rect style="fill: url(https://a.example/b.svg#c)"/>',
        '<rect fill="url( other.svg#c )"/>',
        "<g>",
    ],
)
def test_an_svg_that_could_do_more_than_be_seen_is_refused(
    read_text_article: Callable[..., Read], images: Path, inside: str
) -> None:
    (images / "dot.svg").write_text(SVG.format(inside))
    assert read_text_article(image("dot.svg")).found == [("image-format", 3)]


def test_an_svg_with_entities_is_refused(read_text_article: Callable[..., Read], images: Path) -> None:
    (images / "dot.svg").write_text('<!DOCTYPE svg [<!ENTITY x SYSTEM "/etc/passwd">]>' + SVG.format("&x;"))
    assert read_text_article(image("dot.svg")).found == [("image-format", 3)]


def test_an_svg_may_use_its_own_parts(read_text_article: Callable[..., Read], images: Path) -> None:
    parts = '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/><use href="#g"/><use href=\'#g\'/>'
    (images / "dot.svg").write_text(SVG.format(parts))
    assert read_text_article(image("dot.svg")).findings == []


@pytest.mark.parametrize("alt", ["", "   :alt:\n"], ids=["none", "empty"])
def test_an_image_without_words_is_an_error(
    read_text_article: Callable[..., Read], images: Path, alt: str
) -> None:
    assert read_text_article(f"One.\n\n.. image:: dot.png\n{alt}").found == [("image-alt-missing", 3)]


def test_an_image_is_never_embedded_by_docutils(read_text_article: Callable[..., Read], images: Path) -> None:
    article, _, findings = read_text_article(image("dot.png") + "   :loading: embed\n")
    assert findings == []
    assert article is not None
    assert "loading" not in article.document.next_node(nodes.image)


def test_a_figure_keeps_its_caption(read_text_article: Callable[..., Read], images: Path) -> None:
    article, _, findings = read_text_article(
        ".. figure:: dot.png\n   :alt: A dot\n\n   Caption.\n\n   Legend.\n"
    )
    assert findings == []
    assert article is not None
    assert [part.tagname for part in article.document.next_node(nodes.figure)] == [
        "image",
        "caption",
        "legend",
    ]


@pytest.mark.parametrize("scheme", LINK_SCHEMES)
def test_links_of_known_kinds_are_taken(read_text_article: Callable[..., Read], scheme: str) -> None:
    address = f"{scheme}:{'//' if scheme in ('http', 'https', 'ftp') else ''}a.example"
    article, _, findings = read_text_article(f"`One <{address}>`__\n")
    assert findings == []
    assert article is not None
    resolved = address.replace("doi:", "https://doi.org/")
    assert article.document.next_node(nodes.reference)["refuri"] == resolved


def test_addresses_in_the_text_are_links(read_text_article: Callable[..., Read]) -> None:
    article, _, findings = read_text_article("See https://a.example/b?c=d#e and a.person@b.example.\n")
    assert findings == []
    assert article is not None
    assert [link["refuri"] for link in article.document.findall(nodes.reference)] == [
        "https://a.example/b?c=d#e", "mailto:a.person@b.example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "java%73cript:alert(1)", "vbscript:x", "data:text/css,",
        "file:///etc/passwd", "FILE:///etc/passwd", "//a.example/b", "other.html", "../other.html", "/rooted",
        "jar:file:x", "blob:x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["One\n`two <{}>`__\n", "One\ntwo_\n\n.. _two: {}\n"])
def test_links_of_other_kinds_are_refused(
    read_text_article: Callable[..., Read], address: str, form: str
) -> None:
    article, found, findings = read_text_article(form.format(address))
    assert article is None
    assert found == [("link-scheme", 2)]
    assert address in findings[0].message
    draft = read_text_article(form.format(address), draft=True).article
    assert draft is not None
    assert not any(draft.document.findall(nodes.reference))
    assert "two" in draft.document.astext()


def test_a_refused_link_keeps_the_notes_in_it(read_text_article: Callable[..., Read], images: Path) -> None:
    article, found, _ = read_text_article(
        ".. image:: dot.png\n   :alt: A dot\n   :target: javascript:x\n", draft=True
    )
    assert found == [("link-scheme", 1)]
    assert article is not None
    assert "A dot" in article.document.astext()


def test_a_link_inside_a_note_or_an_infobox_is_looked_at_too(read_text_article: Callable[..., Read]) -> None:
    text = ".. infobox:: T\n\n   :a: `b <c.html>`__ [#n]_\n\n.. [#n] `d <javascript:e>`__\n"
    assert read_text_article(text).found == [("link-scheme", 3), ("link-scheme", 5)]
