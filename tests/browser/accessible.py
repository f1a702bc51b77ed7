"""What is wrong with the accessibility of a page, as axe judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
STILL = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime !== Infinity).map(one => one.finished))"""
"""Until every movement that ends has ended: a button half way between two colours has the contrast of neither."""


def grave_faults(page: Page, *, contrast_only: bool = False) -> list[str]:
    """Return each grave fault with the first three places that have it.

    `contrast_only` is for the second colour scheme of a page: all else is the same as in the first.
    """
    page.evaluate(STILL)
    told = Axe().run(page, options=CONTRAST if contrast_only else None)
    return [
        f"{one['id']} {[node['html'][:140] for node in one['nodes'][:3]]}"
        for one in told.response["violations"]
        if one["impact"] in GRAVE
    ]
