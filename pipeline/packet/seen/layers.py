"""What an annex's layers show when it is opened (optional content, ISO 32000-1, 8.11).

A packet has no layers: what a viewer shows by default stays, and the rest is taken out. A layer that could be
switched on would show what its maker had hidden, and equal layers of two annexes can't be told apart.
"""

from __future__ import annotations

from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.packet.pdf.objects import values_of

_DEEPEST: Final = 32
"""How deeply expressions of visibility may be nested."""


class Layers:
    """The layers of a file, in the state in which a viewer opens it.

    :param pdf: the file.
    :ivar hidden: the names of layers that have been asked for and are hidden, in order.
    """

    def __init__(self, pdf: Pdf) -> None:
        properties = pdf.Root.get("/OCProperties")
        self.there = isinstance(properties, Dictionary)
        default = properties.get("/D") if isinstance(properties, Dictionary) else None
        self.default = default if isinstance(default, Dictionary) else Dictionary()
        self.base = self.default.get("/BaseState") != Name.OFF
        self.on, self.off = (_groups(self.default.get(key)) for key in ("/ON", "/OFF"))
        self.viewed = self._viewed()
        self.hidden: dict[str, None] = {}
        self._states: dict[tuple[int, int], bool] = {}

    def shows(self, layer: Any) -> bool:
        """Whether what belongs to a layer, or to a set of layers, is shown.

        :param layer: a group (8.11.2.1) or a membership dictionary (8.11.2.2); anything else is no layer.
        """
        if not isinstance(layer, Dictionary):
            return True
        if layer.get("/Type") != Name.OCMD:
            return self._group(layer)
        expression = layer.get("/VE")
        if isinstance(expression, Array):
            return self._expression(expression, 0)
        states = [self._group(one) for one in values_of(layer.get("/OCGs")) if isinstance(one, Dictionary)]
        if not states:
            return True
        policy = str(layer.get("/P", "/AnyOn"))
        return {
            "/AllOn": all(states),
            "/AnyOff": not all(states),
            "/AllOff": not any(states),
        }.get(policy, any(states))

    def _group(self, group: Any) -> bool:
        if not group.is_indirect:
            return self._state(group)
        if group.objgen not in self._states:  # it holds when `settle` has changed the file
            self._states[group.objgen] = self._state(group)
        return self._states[group.objgen]

    def _state(self, group: Any) -> bool:
        intents = [str(one) for one in values_of(group.get("/Intent", Name.View))]
        if not {"/View", "/All"} & set(intents):
            return True
        shown = self.base
        if group.objgen in self.on:
            shown = True
        if group.objgen in self.off:
            shown = False
        if group.objgen in self.viewed:
            usage = group.get("/Usage")
            view = usage.get("/View") if isinstance(usage, Dictionary) else None
            if isinstance(view, Dictionary) and "/ViewState" in view:
                shown = view.get("/ViewState") != Name.OFF
        if not shown:
            self.hidden.setdefault(" ".join(str(group.get("/Name", "?")).split())[:60])
        return shown

    def _expression(self, expression: Any, depth: int) -> bool:
        """An expression of visibility (8.11.2.2): ``And``, ``Or``, ``Not`` and their operands."""
        values = list(expression)
        if not values or depth > _DEEPEST:
            return True
        states = [
            self._expression(one, depth + 1) if isinstance(one, Array) else self.shows(one)
            for one in values[1:]
        ]
        if values[0] == Name.Not:
            return not all(states)
        return any(states) if values[0] == Name.Or else all(states)

    def _viewed(self) -> set[tuple[int, int]]:
        """Groups whose state follows their usage on a screen (8.11.4.4, ``AS``)."""
        found: set[tuple[int, int]] = set()
        for one in values_of(self.default.get("/AS")):
            if isinstance(one, Dictionary) and one.get("/Event") == Name.View:
                categories = [str(name) for name in values_of(one.get("/Category"))]
                if "/View" in categories:
                    found |= _groups(one.get("/OCGs"))
        return found


def _groups(value: Any) -> set[tuple[int, int]]:
    listed = list(value) if isinstance(value, Array) else []
    return {one.objgen for one in listed if isinstance(one, Dictionary) and one.is_indirect}


def settle(pdf: Pdf, layers: Layers) -> None:
    """Write the state of each layer plainly, so that every viewer shows the same: on or off, by no rule.

    :param layers: of the same file.
    """
    if not layers.there:
        return
    groups = [one for one in values_of(pdf.Root.OCProperties.get("/OCGs")) if isinstance(one, Dictionary)]
    off = [group for group in groups if not layers.shows(group)]
    for group in groups:
        if "/Usage" in group:
            del group["/Usage"]
    state = Name.ON if layers.base else Name.OFF
    on = [group for group in groups if group not in off] if not layers.base else []
    pdf.Root.OCProperties.D = Dictionary(BaseState=state, OFF=Array(off), ON=Array(on))
