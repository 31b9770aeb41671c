"""What docutils or a writer would stumble over, put right before the transforms of docutils begin."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.frontmatter import DocInfo, DocTitle
from docutils.transforms.references import Substitutions

from pipeline.findings import suggest
from pipeline.tree.nodes import cell_span, fault
from pipeline.tree.parts import ids_in, prune, shows
from pipeline.tree.report import report
from pipeline.tree.state import state_of


class FillTables(Transform):
    """Give each table a body: docutils lets a head stand alone, and a lone border (``+---+``) be a table."""

    default_priority = Substitutions.default_priority - 3

    def apply(self, **kwargs: Any) -> None:
        """Move the rows of a lone head into the empty body; remove a table without rows.

        No column is without a width, as one is where a border has its ``+`` beside those of the others.
        """
        for span in list(self.document.findall(cell_span)):
            message = (
                f"{span.rawsource} spans cells where it is the first thing in a cell of a list-table or a "
                "csv-table: take it out here"
            )
            report(self.document, "directive-error", message, span)
            prune(span)
        for column in self.document.findall(nodes.colspec):
            if column.get("colwidth") == 0:
                column["colwidth"] = 1
        for group in list(self.document.findall(nodes.tgroup)):
            head = next((part for part in group if isinstance(part, nodes.thead)), None)
            body = next((part for part in group if isinstance(part, nodes.tbody)), None)
            if body is None or len(body):
                continue
            if head is None:
                prune(group.parent)
            else:
                body += head.children
                group.remove(head)


class KeepImages(Transform):
    """Keep the images of figures at hand: docutils puts a message in their place when their link is wrong."""

    default_priority = Substitutions.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Fill `State.linked_images`, and give each link the line of its image, as it has none of its own."""
        for image in self.document.findall(nodes.image):
            link = image.parent
            if isinstance(link, nodes.reference):
                link.source, link.line = link.source or image.source, link.line or image.line
                if isinstance(link.parent, nodes.figure):
                    state_of(self.document).linked_images[link.parent] = image


class PromoteTitle(Transform):
    """Take the first heading for the title when metadata fields stand right below it.

    docutils takes a heading for the title only when it is the only one of its kind. An author who underlines
    the title and the sections alike has still written a title, as the fields show.
    """

    default_priority = DocTitle.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Move the content of the first section up into the document."""
        document = self.document
        index = document.first_child_not_matching_class(nodes.PreBibliographic)
        sections = [child for child in document if isinstance(child, nodes.section)]
        titled = any(isinstance(child, nodes.title) for child in document)
        if titled or index is None or len(sections) < 2 or document[index] is not sections[0]:
            return
        section = sections[0]
        below = section.first_child_not_matching_class(nodes.PreBibliographic)
        if below is None or not isinstance(section[below], nodes.field_list):
            return
        document.update_all_atts_concatenating(section, True, True)
        document.remove(section)
        title, *body = section.children
        document.insert(index, body)
        document.insert(0, title)


class CheckSubstitutions(Transform):
    """Report a substitution that is defined by one that is not defined: docutils raises a KeyError."""

    default_priority = Substitutions.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Put a `fault` in the place of each such reference."""
        known = self.document.substitution_names
        for definition in self.document.findall(nodes.substitution_definition):
            for call in list(definition.findall(nodes.substitution_reference)):
                name = call["refname"]
                if name.lower() in known:
                    continue
                message = f'no substitution is called "{name}"{suggest(name.lower(), known)}'
                report(self.document, "substitution-undefined", message, call)
                call.replace_self(fault(call.rawsource, call.rawsource, title=message))


class DropEmptyTitles(Transform):
    """Take out titles that an author may leave out, and in which nothing is seen.

    Authors write ``.. admonition:: \\`` for one without a title. Those of the article, of sections and of
    infoboxes are needed, so that each is reported where it is looked at.
    """

    default_priority = DocInfo.default_priority + 3  # behind `PutWords`, which makes titles of our own

    def apply(self, **kwargs: Any) -> None:
        """Remove them, unless they hold what others may point at."""
        for title in list(self.document.findall(nodes.Titular)):
            box = title.parent
            needed = isinstance(title, nodes.title) and isinstance(box, (nodes.document, nodes.section))
            if needed or shows(title) or ids_in(title):
                continue
            box.remove(title)
            if isinstance(box, nodes.admonition):  # to docutils it has a title by its nature
                plain = nodes.container(box.rawsource, *box.children, **box.attributes)
                plain.source, plain.line = box.source, box.line
                box.replace_self(plain)
