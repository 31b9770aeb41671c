"""The one list of transforms is the order in which they run."""

from __future__ import annotations

import inspect
import pkgutil
from collections import Counter
from importlib import import_module

import pytest
from docutils.parsers.rst import Parser
from docutils.readers import standalone
from docutils.transforms import Transform

import pipeline
from pipeline.read.reader import parse_text
from pipeline.read.transform_order import TRANSFORMS
from pipeline.tree.numbering.sections import NumberSections
from pipeline.tree.transforms.contents_list import ListCaptions
from pipeline.tree.transforms.references import PutWords

TEXT = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nText.\n\n"


def applied(text: str) -> list[type[Transform]]:
    """The transforms that ran on a text, without those for single places of it."""
    document, _ = parse_text(text)
    return [kind for _, kind, pending, _ in document.transformer.applied if pending is None]


# docutils numbers what it is to run, places of the text first: the numbers of ours grow with them.
@pytest.mark.parametrize("places", [0, 10, 995])
def test_transforms_run_in_the_order_of_the_list(places: int) -> None:
    assert applied(TEXT + ".. class:: one\n\nText.\n\n" * places) == list(TRANSFORMS)


def test_a_transform_stands_in_the_list_once() -> None:
    assert [kind for kind, times in Counter(TRANSFORMS).items() if times > 1] == []


def test_all_transforms_of_docutils_stand_in_the_list() -> None:
    docutils = [*standalone.Reader().get_transforms(), *Parser().get_transforms()]
    assert [kind for kind in docutils if kind not in TRANSFORMS] == []


def test_all_transforms_of_ours_stand_in_the_list() -> None:
    for_places = {PutWords, NumberSections, ListCaptions}  # they run where the text asks for them
    ours = set()
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if module.name.startswith(("pipeline.read.", "pipeline.tree.")):
            for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
                if issubclass(kind, Transform) and kind.__module__ == module.name:
                    ours.add(kind)
    assert len(ours) > 30
    assert ours - set(TRANSFORMS) == for_places
