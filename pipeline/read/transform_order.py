"""All transforms, docutils' and ours, in the order in which they run.

The order comes from the priorities: each of ours gives its own relative to the transform of docutils that it
must follow or precede, and those of one priority run as they stand here. docutils calls a few more between
them for single places of a text (``pending`` nodes): their priorities are named in the remarks.
"""

from __future__ import annotations

from typing import Final

from docutils.transforms import Transform, Transformer, frontmatter, misc, references, universal, writer_aux

from pipeline.read.citations.fill import SetCitations
from pipeline.read.citations.place import PlaceCitations
from pipeline.read.data.facts import FillFacts
from pipeline.read.directives.unknown_names import ReportUnknown
from pipeline.read.input.bounds import BoundSubstitutions
from pipeline.read.input.other_articles import NameArticles
from pipeline.read.letterhead import SetLetterhead
from pipeline.tree.numbering.captions import NumberCaptions
from pipeline.tree.transforms.blocks import (
    CheckDecoration,
    ColourDoctests,
    NameAdmonitions,
    NumberFormulas,
    PlacePageBreaks,
)
from pipeline.tree.transforms.contents_list import AddContents, NameContents
from pipeline.tree.transforms.faults import PlaceFaults
from pipeline.tree.transforms.ids_and_classes import KeepOneId, KeepOwnClasses, NameClasses
from pipeline.tree.transforms.index import BuildIndex, PlaceMarks
from pipeline.tree.transforms.infobox import NormalizeInfobox
from pipeline.tree.transforms.metadata import NormalizeMetadata
from pipeline.tree.transforms.notes import ListNotes, NumberNotes, PairNotes
from pipeline.tree.transforms.numbers import NumberParagraphs
from pipeline.tree.transforms.quotes import SetQuotes, SetSpaces
from pipeline.tree.transforms.references import LinkHeadings, ResolveReferences
from pipeline.tree.transforms.repair import (
    CheckSubstitutions,
    DropEmptyTitles,
    FillTables,
    KeepImages,
    PromoteTitle,
)
from pipeline.tree.transforms.source_lines import RecordFieldLines, SetHeadingLines, SetLines
from pipeline.tree.transforms.unparsed_markup import FindStuckMarkup

TRANSFORMS: Final[tuple[type[Transform], ...]] = (
    # 210: ClassAttribute, for each ``class`` directive.
    KeepOwnClasses,
    PlacePageBreaks,
    # What docutils would stumble over, and names that are looked up in the text as the author wrote it.
    FillTables,
    SetHeadingLines,
    KeepImages,
    ReportUnknown,
    NameArticles,
    FillFacts,
    BoundSubstitutions,
    CheckSubstitutions,
    references.Substitutions,  # 220
    NormalizeInfobox,
    references.SectionIDs,
    PlaceMarks,
    references.PropagateTargets,  # 260
    # Title and metadata.
    frontmatter.DocTitle,  # 320
    PromoteTitle,
    RecordFieldLines,
    frontmatter.DocInfo,  # 340
    NormalizeMetadata,
    SetLetterhead,
    # 342: PutWords, for each label in the language of the article.
    DropEmptyTitles,
    frontmatter.SectionSubTitle,
    # Links and notes.
    references.AnonymousHyperlinks,
    references.IndirectHyperlinks,
    CheckDecoration,
    FindStuckMarkup,
    LinkHeadings,
    PairNotes,
    references.Footnotes,  # 620
    PlaceCitations,
    NumberNotes,
    SetCitations,
    ListNotes,
    references.ExternalTargets,
    references.InternalTargets,  # 660
    NumberFormulas,
    NumberCaptions,
    NumberParagraphs,
    ResolveReferences,
    BuildIndex,
    # Lists of contents, made of what is named and numbered by now.
    NameContents,
    AddContents,
    # 720: Contents, for each list.
    universal.StripComments,
    universal.Decorations,
    misc.Transitions,
    universal.Validate,
    universal.ExposeInternals,
    references.DanglingReferences,  # 850
    SetQuotes,
    SetSpaces,
    universal.SmartQuotes,
    # What writers rely on.
    PlaceFaults,
    writer_aux.Admonitions,  # 920
    SetLines,
    NameAdmonitions,
    ColourDoctests,
    KeepOneId,
    NameClasses,
)


class OrderedTransformer(Transformer):
    """docutils' transformer, whose order holds for any number of places.

    Its own sorts numbers of three digits as text: the thousandth goes before the 999th.
    """

    def get_priority_string(self, priority: int) -> str:
        """What transforms are sorted by: their priority, then the number of those that were added before."""
        self.serialno += 1
        return f"{priority:03}-{self.serialno:09}"
