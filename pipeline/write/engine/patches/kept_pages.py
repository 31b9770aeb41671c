"""A layout begins with the styles and the pages of the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def keep_pages() -> None:
    """Set those pages anew that read something that has changed; where and how is told to `kept.pages.Run`.

    A document that has an attribute ``earlier`` takes part; afterwards its attribute ``run`` may be the
    ``earlier`` of another one.
    """
    from weasyprint import document, layout
    from weasyprint.layout import block, page

    from pipeline.write.engine.kept.pages import Run

    layout_document, initialize_page_maker = document.layout_document, layout.initialize_page_maker
    make_all_pages, remake_page = layout.make_all_pages, page.remake_page
    block_level_layout = block.block_level_layout

    def keeping_layout_document(html: Any, root: Any, context: Any, *rest: Any) -> Iterator[Any]:
        """Lay out a document; take over what the layout before it has kept."""
        if hasattr(html, "earlier") and "run" not in context.__dict__:
            context.run = html.run = Run(root, context, html, html.earlier)
            html.earlier = None
        yield from layout_document(html, root, context, *rest)

    def keeping_initialize_page_maker(context: Any, root: Any) -> None:
        """Begin with what is known of pages, if it is."""
        run = context.__dict__.get("run")
        if run is None or not run.pages:
            initialize_page_maker(context, root)

    def keeping_make_all_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> list[Any]:
        """Make the pages of one round; those of the layout before are there in the first one."""
        run = context.__dict__.get("run")
        if run is None:
            return list(make_all_pages(context, root, html, pages))
        made = list(make_all_pages(context, root, html, pages or run.before()))
        run.finish(made)
        return made

    def noting_remake_page(index: int, context: Any, root: Any, html: Any) -> Any:
        """Lay out page `index`; note what it reads."""
        run = context.__dict__.get("run")
        if run is None:
            return remake_page(index, context, root, html)
        run.begin(index)
        try:
            return remake_page(index, context, root, html)
        finally:
            run.end(index)

    def noting_block_level_layout(context: Any, box: Any, *rest: Any, **named: Any) -> Any:
        """Lay out a block; note that it is read."""
        run = context.__dict__.get("run")
        if run is not None:
            token = run.places.get(id(box))
            if token is not None and token > run.furthest:
                run.furthest = token
        return block_level_layout(context, box, *rest, **named)

    document.layout_document, layout.initialize_page_maker = (
        keeping_layout_document,
        keeping_initialize_page_maker,
    )
    layout.make_all_pages, page.remake_page = keeping_make_all_pages, noting_remake_page
    block.block_level_layout = page.block_level_layout = noting_block_level_layout


def keep_margins() -> None:
    """Make the boxes in the margins of those pages anew, and the backgrounds, that show something else."""
    from weasyprint import layout

    make_margin_boxes, layout_backgrounds = layout.make_margin_boxes, layout.layout_backgrounds

    def keeping_make_margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:
        """Make the boxes in the margins of a page, unless it has them."""
        run = context.__dict__.get("run")
        if run is None:
            yield from make_margin_boxes(context, page, state)
        else:
            yield from run.margins(page, state, make_margin_boxes)
            page.is_painted = run.is_painted(page)

    def keeping_layout_backgrounds(page: Any, get_image: Any) -> None:
        """Lay out the backgrounds of a page, unless it has them."""
        if not page.__dict__.pop("is_painted", False):
            layout_backgrounds(page, get_image)

    layout.make_margin_boxes, layout.layout_backgrounds = (
        keeping_make_margin_boxes,
        keeping_layout_backgrounds,
    )


def keep_styles() -> None:
    """Find the styles of those elements anew that rules may tell from what they were: `kept.styles`.

    A document that has an attribute ``earlier`` takes part. One with ``anew`` finds all of them.
    """
    from weasyprint.css import StyleFor

    from pipeline.write.engine.kept.styles import KeptStyles

    init = StyleFor.__init__

    def keeping_init(self: Any, html: Any, sheets: Any, hints: Any, fonts: Any, targets: Any) -> None:
        """Compute the styles of a document."""
        if not hasattr(html, "earlier"):
            init(self, html, sheets, hints, fonts, targets)
            return
        run = None if html.anew else html.earlier
        before = None if run is None else run.context.style_for.kept
        self.kept = KeptStyles(self, html, sheets, before)
        init(self, self.kept, sheets, hints, fonts, None)
        self.kept.note(targets)

    StyleFor.__init__ = keeping_init
