"""Every subset of the eight addons composes and merges its views; tests/conformance installs and opens them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from tradewright.testing.sites import compositions

EIGHT = ("account", "b2b_portal", "base", "einvoice", "helpdesk", "product", "sale", "stock")


def _subsets() -> Iterator[tuple[str, ...]]:
    """All sets of the eight that hold what their members depend on."""
    addons = compositions().discovery.found
    for size in range(1, len(EIGHT) + 1):
        for subset in combinations(EIGHT, size):
            if all(set(addons[name].manifest.depends) <= set(subset) | {"core"} for name in subset):
                yield subset


SUBSETS = list(_subsets())


def test_there_are_as_many_subsets_as_the_dependencies_allow() -> None:
    assert len(SUBSETS) > 30
    assert EIGHT in SUBSETS


@pytest.mark.parametrize("subset", SUBSETS, ids="+".join)
def test_a_subset_composes_and_merges_its_views(subset: tuple[str, ...]) -> None:
    composition = compositions().get(subset)
    assert set(composition.addons.names) - {"core"} == set(subset)
    for model in composition.registry.models:
        assert composition.views.list_for(model).model == model
        assert composition.views.form_for(model).model == model
