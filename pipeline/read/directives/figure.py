"""``.. figure::``: docutils' own, which opens no image."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives.images import Figure

from pipeline.read.review.image_sizes import AS_IMAGE
from pipeline.read.tables.options import SOURCE, finish


class SizedFigure(Figure):
    """A figure. docutils would open the image for ``:figwidth: image``: a class marks it instead."""

    option_spec: ClassVar[dict[str, Any]] = {**Figure.option_spec, **SOURCE}

    def run(self) -> list[nodes.Node]:
        """The figure."""
        as_image = self.options.get("figwidth") == "image"
        found: list[nodes.Node] = super().run()
        if as_image and isinstance(found[0], nodes.figure):
            found[0]["classes"].append(AS_IMAGE)
        return finish(self, found)
