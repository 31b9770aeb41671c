"""What the cover of a volume says of it: which one it is, its pages, its tabs."""

from __future__ import annotations

from pipeline.packet.base.page_plan import Plan
from pipeline.packet.base.volumes import Volume
from pipeline.tree.labels import labels_for


def filed_in(one: Volume, plan: Plan, language: str) -> str:
    """As *Volume 2 of 3, pages 301–588, tabs C–F*.

    :param plan: the pages of the packet.
    :param language: of the packet, BCP 47.
    """
    labels = labels_for(language)
    key = {0: "packet-volume-of", 1: "packet-volume-tab", 2: "packet-volume-tabs"}[len(one.tabs)]
    return labels[key].format(
        number=one.number,
        count=one.count,
        first=plan.number(one.first),
        last=plan.number(one.last),
        tabs="–".join(one.tabs),
    )
