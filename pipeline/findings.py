"""What Despatch has to say about an article: one finding, one code, one line.

Every code is listed once, in `CODES`; the manual explains each (a test compares the two).
Nothing in this module imports docutils, so that the command line may use it before it loads anything.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final


class Severity(enum.StrEnum):
    """How much a finding weighs: an error stops the build (unless ``--draft``), a warning does not."""

    ERROR = "error"
    WARNING = "warning"


_E, _W = Severity.ERROR, Severity.WARNING

CODES: Final[dict[str, tuple[Severity, str]]] = {
    # files
    "file-missing": (_E, "the article (or a file that it names) does not exist or can't be read"),
    "file-kind": (
        _E,
        "a file is of another kind than the command needs: a Word document, Markdown, a text file",
    ),
    "file-folder": (_E, "a folder was given where a file is needed"),
    "file-empty": (_E, "the article holds no text"),
    "file-encoding": (_E, "the article or its name is not UTF-8"),
    "file-control": (_E, "a control character or another character that no edition can carry"),
    "file-direction": (_E, "a character turns the direction of writing unseen"),
    "file-tab": (_W, "tab characters, which are read as jumps to the next column of eight"),
    "file-space": (_W, "a no-break space or the like stands where only an ordinary space has a meaning"),
    "file-outside": (_E, "the article is a link to a file outside the source folder"),
    "file-write": (_E, "the finished file can't be written"),
    "file-elsewhere": (_E, "the machine that was to build the article has another text in its place"),
    "file-changed": (_E, "a file was changed while the article was being built"),
    # reStructuredText
    "rst-error": (_E, "docutils reports an error in the markup"),
    "rst-warning": (_W, "docutils warns about the markup"),
    "rst-crash": (_E, "docutils can't read the text at all"),
    "markup-unclosed": (_E, "emphasis, a literal, a link or a role is opened and not closed"),
    "markup-stuck": (_E, "a link or a role touches a word and is read as words"),
    "markup-foreign": (_W, "Markdown, HTML, or what a word processor leaves, is read as text"),
    "markup-misread": (_W, "text is read otherwise than it is plainly meant"),
    "text-placeholder": (_W, "words that were to be replaced are left in the text"),
    "heading-unread": (_E, "a heading is read as text"),
    "table-unread": (_E, "a table is read as text"),
    "table-uneven": (_E, "a row of a table has more or fewer cells than the first one"),
    "table-short": (_W, "a row of comma-separated values has fewer cells than the first one"),
    "data-cell": (_E, "a cell of a workbook holds an error, or a formula without its value"),
    "data-encoding": (_W, "values in a file are not UTF-8, and their encoding was guessed"),
    "data-hidden": (_W, "a workbook hides rows, columns or the sheet that an article shows"),
    "chart-data": (_E, "a chart has no data that can be drawn"),
    "directive-unknown": (_E, "no directive has this name"),
    "directive-error": (_E, "a directive's argument, option or content is not right"),
    "role-unknown": (_E, "no role has this name"),
    "heading-level": (_E, "a heading level is skipped"),
    "heading-underline": (_W, "a heading's underline is shorter than its text"),
    "target-unknown": (_E, "a link names a target that does not exist"),
    "target-unnumbered": (_W, "a reference by number leads to what has no number"),
    "target-duplicate": (_E, "two targets have the same name"),
    "facts-file": (_E, "the file of facts beside the article can't be used"),
    "substitution-undefined": (_E, "a |substitution| is used and not defined"),
    "rst-unsupported": (_W, "a construct that no edition shows"),
    "index-entry": (_E, "an entry of the index is not right or leads nowhere"),
    "insertion-refused": (_E, "a file from outside the source folder is not let into an article"),
    "insertion-missing": (_E, "a file that is to be read in does not exist or can't be read"),
    "insertion-loop": (_E, "a file reads itself in, directly or by way of others"),
    "raw-refused": (_E, "raw text holds what no edition can carry"),
    # limits
    "limit-time": (_E, "the article needs more time than it is given"),
    "limit-memory": (_E, "the article needs more memory than it is given"),
    "limit-nesting": (_E, "lists, quotes or other blocks stand one in another too deeply"),
    "limit-size": (_E, "a file, a line, a table or the article as a whole is too large"),
    "limit-expansion": (_E, "substitutions grow, one from another, beyond all measure"),
    # notes
    "note-undefined": (_E, "a note is called and not defined"),
    "note-uncited": (_E, "a note is defined and never called"),
    "note-duplicate": (_E, "a note is defined twice"),
    "note-empty": (_E, "a note has no text"),
    "note-shared": (_W, "a note of a table, whose notes stand below it, is called elsewhere, too"),
    "note-stuck": (_E, "a note reference touches a word and is read as words"),
    # sources
    "cite-sources": (_E, "sources are cited and no file has them, or a file of sources can't be read"),
    "cite-unknown": (_E, "a source is cited that no file has"),
    "cite-duplicate": (_E, "two sources have the same key"),
    "cite-entry": (_W, "a source lacks something that readers need, or has a value that it can't have"),
    "cite-markup": (_E, "a citation is not written as one"),
    "cite-style": (_E, "a citation style is not there or can't be used"),
    "cite-engine": (_E, "what sets citations is not installed, or gave no answer"),
    # metadata
    "meta-title-missing": (_W, "the article has no title"),
    "meta-date-missing": (_E, "the article has no date"),
    "meta-date-format": (_E, "the date is not a date of the form 2026-11-24"),
    "meta-language": (_W, "the language is missing, is not a language tag, or lacks known quotation marks"),
    "meta-value": (_E, "a metadata field holds a value that it can't have"),
    "meta-empty": (_W, "a metadata field is empty"),
    "meta-duplicate": (_W, "a metadata field is given twice"),
    "meta-unknown": (_W, "a metadata field that Despatch does not use"),
    "marking-differs": (
        _E,
        "a header, a footer, a class or a field has the words of another marking than the article's",
    ),
    "marking-mistyped": (_W, "a marking that is almost one of the list"),
    "marking-said": (_W, "a title or a line of its own has the words of a higher marking"),
    # infobox
    "infobox-type-unknown": (_E, "no infobox type has this name"),
    "infobox-type-broken": (_E, "the data file of an infobox type is not right"),
    "infobox-title-missing": (_E, "an infobox has no title"),
    "infobox-title-type": (_W, "the title of an infobox is the name of a type"),
    "infobox-empty": (_E, "an infobox has no rows"),
    "infobox-content": (_E, "an infobox holds something that is not a field"),
    "infobox-field-unknown": (_E, "the infobox type has no such field"),
    "infobox-field-duplicate": (_E, "an infobox field is given twice"),
    "infobox-field-missing": (_E, "a required infobox field is not given"),
    "infobox-field-empty": (_E, "an infobox field has no value"),
    # images and links
    "image-missing": (_E, "an image file does not exist"),
    "image-outside": (_E, "an image lies outside the source root or on a network"),
    "image-format": (_E, "an image is not whole, or of no kind that is accepted"),
    "image-alt-missing": (_E, "an image has no alternative text"),
    "link-scheme": (_E, "a link of a kind that is not let into an edition"),
    # layout
    "glyph-missing": (_E, "no font at hand has this character"),
    "math-unset": (_W, "a formula that print can't draw: it shows its source"),
    "layout-warning": (_W, "the typesetter warns about a page or a style sheet"),
    # the desk's own look
    "style-file": (_E, "a file of the desk's styles can't be used"),
    "style-outside": (_E, "a style sheet names a file outside the folder of the look, or on a network"),
    "style-missing": (_E, "a style sheet names a file that does not exist"),
    "style-portable": (
        _W,
        "what a style sheet says is not packed into an ebook: old reading systems stumble on it",
    ),
    "style-unknown": (_W, "a file of the desk's styles that nothing reads"),
    "font-broken": (_E, "a font of the desk's can't be read"),
    "font-licence": (_W, "a font of the desk's may not be embedded by its licence: another stands in"),
    # packets
    "packet-syntax": (_E, "a manifest is not TOML"),
    "packet-key-unknown": (_E, "a manifest has a key that it can't have"),
    "packet-key-missing": (_E, "a manifest lacks a key that it must have"),
    "packet-value": (_E, "a key of a manifest has a value that it can't have"),
    "packet-item": (_E, "an item of a packet is nothing, or more than one thing"),
    "packet-file-missing": (_E, "a file that a manifest names does not exist"),
    "packet-file-outside": (_E, "a file that a manifest names lies outside the source root"),
    "packet-tab-duplicate": (_E, "two members of a packet have the same tab"),
    "packet-marking-unknown": (_E, "a marking whose level nobody knows"),
    "packet-marking-missing": (_E, "a member has no marking, and its packet has one"),
    "packet-marking-low": (_E, "a packet or an item is marked lower than what is in it"),
    "packet-article": (_E, "an article of a packet has errors"),
    "packet-earlier": (_E, "what is named as an earlier packet is none"),
    "packet-attached-lost": (_W, "what was attached to the packet that was there is not in the new one"),
    "packet-taken": (_E, "a file that is of no packet has the name that a packet needs"),
    "packet-to-follow": (_W, "a paper of a packet is to follow"),
    "packet-reserve": (_E, "an item of a packet has more pages than are kept for it"),
    "packet-index-full": (
        _E,
        "the index of a packet has no room for a paper between others",
    ),
    "packet-volume-large": (_W, "a volume of a packet is larger than the manifest allows"),
    "packet-volumes": (_E, "something can't be done with a packet in volumes"),
    "packet-manifest-missing": (_W, "a paper is attached to a packet whose manifest is not at hand"),
    "packet-ebook-old": (_W, "the ebook of a packet can't be given what is attached to the packet"),
    "packet-busy": (_E, "the same packet is being built by another process"),
    "copies-list": (_E, "a list of recipients can't be read, or holds what can't be one"),
    "copies-encoding": (_W, "a list of recipients is not UTF-8"),
    "copies-twice": (_W, "a name stands twice in a list of recipients"),
    "copies-copy": (_E, "a copy is named where a packet is needed"),
    "packet-password": (_E, "a packet can't have, or can't be opened with, the password that is named"),
    "packet-password-lost": (_W, "a packet that had a password is replaced by one that has none"),
    "packet-unlocked": (_W, "a packet has a password, and files beside it can't have one"),
    "packet-record": (_E, "a file is no packet of Despatch, or its record can't be read"),
    "annex-described": (_W, "an external PDF describes its pictures in words that no page shows"),
    "packet-signed": (_E, "a packet is signed, and what is to be done would break its signature"),
    "packet-signature": (_E, "the signature of a packet does not hold, or is not of one who is trusted"),
    "packet-signature-lost": (_W, "a packet that was signed is replaced by one that is not"),
    "packet-unchecked": (_W, "a packet is signed, and the signature can't be checked here"),
    "packet-older": (_E, "a packet was made by an earlier version, so that its pages can't be compared"),
    "packet-changed": (_E, "a part of a finished packet is not what it was"),
    # external PDFs
    "packet-version": (_E, "a version of a packet names what the packet has not"),
    "packet-tab-unknown": (_E, "an article refers to a tab, or a page of it, that the packet has not"),
    "annex-unreadable": (_E, "a PDF from elsewhere can't be taken in"),
    "annex-kind": (_E, "what is named as a PDF is a Word document, a mail or the like"),
    "annex-locked": (_E, "a PDF from elsewhere can't be opened without its password"),
    "annex-ocr": (_E, "the words of a scanned PDF can't be recognised"),
    "annex-pages": (_E, "a PDF from elsewhere has not the pages that are asked for"),
    "annex-repaired": (_W, "a PDF from elsewhere is damaged, and was repaired as far as possible"),
    "annex-removed": (_W, "scripts, actions, files and the like were taken out of a PDF from elsewhere"),
    "annex-form": (_W, "a form stands in the packet as it is filled in"),
    "annex-portfolio": (_W, "a PDF from elsewhere is a cover sheet with other files inside"),
    "annex-layer": (_W, "what a hidden layer of a PDF from elsewhere holds was taken out"),
    "annex-hidden-text": (_W, "a PDF from elsewhere holds text that can't be seen: it was taken out"),
    "annex-hidden-picture": (_W, "a PDF from elsewhere holds a picture that can't be seen: it was taken out"),
    "annex-covered-picture": (
        _W,
        "a PDF from elsewhere has a part of a picture under a dark area",
    ),
    "annex-cut-picture": (_W, "a PDF from elsewhere holds more of a picture than it shows: it was taken out"),
    "annex-redaction": (_W, "a PDF from elsewhere marks what is to be redacted, and still has it"),
    "annex-undrawn": (_W, "a comment or a field of a PDF from elsewhere can't be drawn"),
    "annex-picture": (_W, "a page of a PDF from elsewhere is shown as a picture, for it looked different"),
    "annex-scan": (_W, "a PDF from elsewhere has scanned pages without text"),
    "annex-untagged": (_W, "a PDF from elsewhere has no tags, or none that can be kept"),
    "annex-standard": (_W, "a PDF from elsewhere keeps the packet from being PDF/A or PDF/UA"),
    # the finished files, read back (`despatch check`)
    "check-password": (_E, "a packet has not the password that its manifest says"),
    "check-file": (_E, "a finished file is not there"),
    "check-damaged": (_E, "a finished file can't be read"),
    "check-unread": (_W, "something on a page of a PDF from elsewhere can't be read back"),
    "check-stale": (_E, "a finished file was made from another state of the article, or of the manifest"),
    "check-paper": (_E, "a page of a packet has another size than is asked for"),
    "check-text": (_E, "an edition's words are not the article's"),
    "check-order": (_E, "a passage stands at another place in an edition"),
    "check-heading": (_E, "a heading is lost, or has another level or other words"),
    "check-note-missing": (_E, "a note is lost"),
    "check-note-number": (_E, "a note has another number"),
    "check-note-text": (_E, "a note's text is not the article's"),
    "check-call": (_E, "the call of a note is lost, or does not lead to its note"),
    "check-back-link": (_E, "a note does not lead back to its calls"),
    "check-infobox": (_E, "an infobox's rows, header cells or values are not the article's"),
    "check-table": (_E, "a table's rows, header cells or values are not the article's"),
    "check-caption": (_E, "the caption of a figure or a listing is not marked as one, or is none"),
    "check-source": (_E, "an entry of the list of sources is not marked as one, or is none"),
    "check-list": (_E, "a list item is lost or is none"),
    "check-link": (_E, "a link is lost or leads to another place"),
    "check-math": (_E, "a formula is lost, or is not the article's"),
    "check-image": (_E, "an image or its alternative text is lost"),
    "check-off-page": (_E, "text runs over the edge of its page"),
    "check-overlap": (_E, "something on a page is printed over something else"),
    "check-unseen": (_E, "text has the colour of its ground, is cut off, or too small to be read"),
    "check-overflow": (_E, "text runs out of its box"),
    "check-blank": (_E, "an image or a formula leaves its place blank"),
    "check-page-end": (_E, "a heading stands alone at the foot of a page, or a page is left nearly empty"),
    "check-line": (_E, "a line begins with a closing mark or ends with an opening one"),
    "check-line-number": (_E, "lines of a page are not numbered, and the article asks for it"),
    "check-direction": (_E, "words or lines are not seen in the order in which they are read"),
    "check-baseline": (_E, "values stand off the line of their label, or in another column"),
    "check-language": (_E, "the language of an edition or of a passage is not marked"),
    "check-metadata": (_E, "an edition does not say what it is: title, standards, accessibility"),
    "check-page-break": (
        _E,
        "a page of the PDF does not begin where it should, or parts a block",
    ),
    "check-bookmark": (_E, "the PDF's bookmarks are not the headings"),
    "check-volume": (_E, "a volume of a packet does not say of itself, or of the others, what is so"),
    "check-contents": (_E, "the EPUB's contents list is not that of the headings"),
    "check-style-sheet": (_E, "a style sheet of the EPUB holds what old reading systems do not take"),
    "check-page-label": (_E, "the PDF's page labels are not the numbers of its pages"),
    "check-page-list": (_E, "the EPUB's page list is not that of the PDF's pages"),
    "check-tag": (_E, "something in the PDF is not tagged, or not as PDF/UA asks"),
    "check-qpdf": (_E, "qpdf finds a fault in the PDF's syntax"),
    "check-pdfa": (_E, "the PDF/A validator finds a fault"),
    "check-pdfua": (_E, "the PDF/UA validator finds a fault"),
    "check-epubcheck": (_E, "EPUBCheck finds a fault"),
    "check-validator": (_E, "a validator is not installed or gives no answer"),
    # inside
    "contract": (_E, "the intermediate tree breaks its contract: a fault of Despatch, please report it"),
    "internal": (_E, "something in Despatch failed: please report it"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where.

    :param code: a key of `CODES`.
    :param source: path of the file, as the author gave it.
    :param line: line in that file, from 1; ``None`` where a whole file is meant.
    :param message: what is wrong and what to write instead, one line.
    :raises KeyError: for a code that is not listed.
    """

    code: str
    source: str
    line: int | None
    message: str

    def __post_init__(self) -> None:
        CODES[self.code]

    @property
    def severity(self) -> Severity:
        """The weight that `CODES` gives to this code."""
        return CODES[self.code][0]

    @property
    def is_error(self) -> bool:
        """Whether this finding stops a build."""
        return self.severity is Severity.ERROR

    def data(self) -> dict[str, Any]:
        """The same for a program."""
        return {"code": self.code, "severity": str(self.severity)} | asdict(self)

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{printable(place)}: {self.severity} [{self.code}]: {printable(self.message)}"


def printable(text: str) -> str:
    """A text for a terminal: what would move its cursor or turn its direction is shown by its number."""
    return "".join(
        letter if letter.isprintable() or letter in " \xa0\xad" else f"<U+{ord(letter):04X}>"
        for letter in text
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without repetitions, in the order of their lines (those of a whole file first)."""
    return sorted(dict.fromkeys(findings), key=lambda f: (f.source, f.line or 0))


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint for the end of a message: `` (did you mean "kfor"?)``, or nothing.

    :param known: what there is, as the manual has it: nothing else is ever proposed.
    :returns: up to three names, nearest first: a slip of the keyboard before a likeness.
    """
    near = [f'"{one}"' for one in nearest(name, known)]
    return f" (did you mean {listed(near, 'or')}?)" if near else ""


def is_slip_of(name: str, known: str) -> bool:
    """Whether one letter is doubled, left out or added, or two stand in each other's place."""
    if len(name) == len(known):
        return sorted(name) == sorted(known) and sum(a != b for a, b in zip(name, known, strict=True)) == 2
    longer, shorter = sorted((name, known), key=len, reverse=True)
    at = next((at for at in range(len(shorter)) if longer[at] != shorter[at]), len(shorter))
    return len(longer) - len(shorter) == 1 and longer[:at] + longer[at + 1 :] == shorter


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The names that are like `name`, nearest first.

    Capitals, spaces, hyphens and underscores are no difference. The second and the third are told only where
    they are nearly as near as the first.
    """
    wanted = _folded(name)
    matcher = difflib.SequenceMatcher(None, "", wanted, autojunk=False)
    rated: list[tuple[float, str]] = []
    for other in dict.fromkeys(known):
        folded = _folded(other)
        if not folded or not wanted:
            continue
        matcher.set_seq1(folded)
        near = matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE
        ratio = matcher.ratio() if near else 0.0
        if min(len(wanted), len(folded)) > 2 and (folded.startswith(wanted) or wanted.startswith(folded)):
            ratio = max(ratio, 0.75)
        rated.append((1.0 if wanted == folded else ratio, other))
    like = _LIKE if len(wanted) <= 4 else _MORE_LIKE
    rated = sorted((one for one in rated if one[0] >= like), key=lambda one: (-one[0], len(one[1]), one[1]))
    return [other for ratio, other in rated[:most] if ratio >= rated[0][0] - _NEARLY]


_LIKE: Final = 0.6
_MORE_LIKE: Final = 0.68
"""For longer words: one letter of three is more than one of ten."""
_NEARLY: Final = 0.08


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign not in " -_")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Names one after the other: ``a, b and c``."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def quoted(text: str) -> str:
    """The first words of a text, in one line."""
    return shortened(" ".join(text.split()), 30, 30)


def shortened(text: str, limit: int = 40, kept: int = 38) -> str:
    """A text as it stands, or its beginning.

    :param limit: letters; a text with as many or more is cut.
    :param kept: letters that are left of it.
    """
    return text if len(text) < limit else f"{text[:kept]}…"
