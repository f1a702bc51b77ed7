"""What it adds to the page of the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.web import Page, extends_page

if TYPE_CHECKING:
    from tradewright.orm import Env


@extends_page("probe/home.html")
def points(env: Env, page: Page) -> dict[str, Any]:
    """Count the signs of all notes."""
    return {"points": sum(len(note["body"]) for note in page.notes), "who": env.actor.name}


@extends_page("/probe*")
def navigation(env: Env, page: Page) -> dict[str, Any]:  # noqa: ARG001
    """Lead to the notes."""
    return {"nav": [{"label": "Notes", "url": "/probe", "icon": "notebook"}]}
