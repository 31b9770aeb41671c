"""Files that are given to a command and are no articles, by the endings of their names: what to type."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PANDOC: Final = "type pandoc {source} -o {target}, then despatch fix {typed}"
_AS_TEXT: Final = "save its text as {stem}.rst (plain text, UTF-8)"
_RENAME: Final = "the name of an article ends in .rst, so rename the file to {stem}.rst"
_BOTH: Final = f"{_AS_TEXT}, or, with pandoc, {_PANDOC}"
_PICTURE: Final = ("an image", "show it in an article with .. image:: {name}")
_TABLE: Final = ("a table", "show it in an article with .. csv-table:: Caption and :file: {name}")
_LIBRARY: Final = (
    "a file of sources",
    "name it in an article with :sources: {name}; despatch cite {name} lists it",
)
_OTHER_TEXT: Final = f"with pandoc, {_PANDOC}"
_KINDS: Final[dict[str, tuple[str, str]]] = {
    ".docx": ("a Word document", f"open it in Word and {_BOTH}"),
    ".doc": ("an old Word document", f"open it in Word and {_AS_TEXT}"),
    ".dotx": ("a Word template", f"open it in Word and {_AS_TEXT}"),
    ".rtf": ("a rich text file (RTF)", f"open it in Word and {_BOTH}"),
    ".odt": ("a LibreOffice text", f"open it in LibreOffice and {_BOTH}"),
    ".pages": ("a document of Pages", f"open it in Pages and {_AS_TEXT}"),
    **dict.fromkeys(
        (".md", ".markdown", ".mkd", ".rmd", ".qmd"),
        ("Markdown", f"{_OTHER_TEXT}; or rename it to {{stem}}.rst, and type despatch fix {{typed}}"),
    ),
    **dict.fromkeys((".txt", ".text"), ("a text file", _RENAME)),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".mht"), ("a web page", _BOTH)),
    **dict.fromkeys((".tex", ".latex"), ("LaTeX", _OTHER_TEXT)),
    ".org": ("a text of Org mode", _OTHER_TEXT),
    ".ipynb": ("a notebook", _OTHER_TEXT),
    **dict.fromkeys((".wiki", ".mediawiki"), ("a page of a wiki", _OTHER_TEXT)),
    **dict.fromkeys((".adoc", ".asciidoc"), ("AsciiDoc", f"{_AS_TEXT}, and mend what is told of it")),
    ".pdf": (
        "a PDF",
        'its text can only be copied; a packet takes it as it is: pdf = "{name}" in the manifest',
    ),
    ".epub": ("an ebook", "an ebook is made from an article (.rst): name that"),
    **dict.fromkeys((".xlsx", ".csv", ".tsv"), _TABLE),
    **dict.fromkeys(
        (".xls", ".ods"), ("a workbook", "save it as .xlsx, and show it with .. csv-table:: and :file:")
    ),
    **dict.fromkeys(
        (".pptx", ".ppt", ".odp"), ("a presentation", f"{_AS_TEXT}; as a PDF, a packet takes it")
    ),
    **dict.fromkeys((".eml", ".msg"), ("a mail", f"{_AS_TEXT}; printed to a PDF, a packet takes it")),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".tif", ".tiff"), _PICTURE),
    **dict.fromkeys((".bib", ".ris"), _LIBRARY),
    ".css": ("a style sheet", "it belongs into the folder styles, where every build reads it"),
    ".zip": ("a ZIP archive", "unpack it, and name the article in it"),
}
"""By their endings, what files are that authors name in the place of an article, and what to do with them."""


def no_article(path: Path, shown: Path | None = None) -> str:
    """What a file is by its name that is no article, and what to type; "" for what may be one.

    :param path: of a file that is there, whatever is in it.
    :param shown: how a command names it; by default as `path`.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return ""
    what, cure = kind
    stem = path.name[: -len(path.suffix)]
    stem = stem[:-4] if stem.lower().endswith(".rst") else stem  # an editor has put .txt behind .rst
    article = path.with_name(f"{stem}.rst")
    if article.is_file():
        return f"this is {what}, not an article: the article beside it is {article.name}, so name that"
    source, target = _typed(str(shown or path)), _typed(str((shown or path).with_name(article.name)))
    said = cure.format(name=path.name, stem=stem, typed=_typed(stem), source=source, target=target)
    return f"this is {what}, not an article: {said}"


def _typed(name: str) -> str:
    """A name as a shell takes it."""
    plain = all(letter.isalnum() or letter in "/._-" for letter in name)
    return name if plain else "'" + name.replace("'", "'\\''") + "'"


def no_manifest(path: Path) -> str:
    """Likewise for what is given as a manifest."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return ""
    key = {_PICTURE[0]: "image", "a PDF": "pdf"}.get(kind[0])
    holds = (
        f'a manifest names it, as {key} = "{path.name}"' if key else "a manifest says what goes into a packet"
    )
    return f"this is {kind[0]}, not a manifest: {holds}, and its own name ends in .toml"


def beside(path: Path, ending: str) -> str:
    """What is meant where no file has the name that was typed, with that ending; "" for nothing.

    An article may have been named as a manifest, or a manifest as an article.
    """
    if ending == ".toml" and path.with_suffix(".rst").is_file():
        return f"{path.stem}.rst is an article, so type despatch build {path.stem}"
    manifests = (path.with_suffix(".toml"), path.parent / "packets" / f"{path.stem}.toml")
    if ending == ".rst" and any(one.is_file() for one in manifests):
        return f"{path.stem}.toml is a manifest, so type despatch packet {path.stem}"
    names = [path.with_suffix(other) for other in _KINDS] if ending == ".rst" else []
    for other in (path.with_name(f"{path.name}.txt"), *names):
        if ending == ".rst" and other.is_file():
            return no_article(other).replace("this is", f"{other.name} is", 1)
    return ""
