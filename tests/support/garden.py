"""A site with the addons of tests/examples/garden: beds of two owners, and everybody who may want to see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tradewright.orm import Actor
from tradewright.testing import Template
from tradewright_base.models.partner import Partner
from tradewright_fence.extends.bed import FencedBed
from tradewright_garden.models.bed import Bed, Plant

if TYPE_CHECKING:
    from tradewright.app import Site

ADDONS = Path(__file__).parents[1] / "examples"
FENCED = Template(addons=("hedge",), paths=(ADDONS,))


@dataclass(frozen=True)
class Garden:
    """The site, who acts on it, and the ids of the owners' beds."""

    site: Site
    gardener: Actor
    manager: Actor
    visitor: Actor
    passer: Actor
    stranger: Actor
    mine: int
    other: int
    owner: int


@pytest.fixture
def garden(make_site: Callable[..., Site]) -> Garden:
    """Two beds with two plants each: `mine` belongs to the visitor's account, `other` to another one."""
    site = make_site(FENCED)
    with site.env() as env:
        owners = [env.add(env[Partner](name=name)) for name in ("Ada", "Bob")]
        beds = [
            env.add(
                env[FencedBed](
                    name=f"Bed of {owner.name}",
                    owner=owner,
                    lock=f"code of {owner.name}",
                    sign={"": "Keep out", "de": "Betreten verboten"},
                    plants=[env[Plant](name=f"{kind} of {owner.name}") for kind in ("Rose", "Oak")],
                )
            )
            for owner in owners
        ]
        env.flush()
        company = (env.company_id or 0,)

        def staff(*roles: str) -> Actor:
            return Actor(kind="staff", user_id=1, name="Staff", roles=frozenset(roles), company_ids=company)

        return Garden(
            site=site,
            gardener=staff("garden.user", "base.user"),
            manager=staff("garden.manager", "garden.user", "base.user"),
            visitor=Actor(
                kind="portal",
                name="Visitor",
                roles=frozenset({"garden.visitor"}),
                company_ids=company,
                customer_id=owners[0].id,
            ),
            passer=Actor(kind="portal", name="Passer-by", roles=frozenset({"garden.passer"}), company_ids=company),
            stranger=staff("base.user"),
            mine=beds[0].id,
            other=beds[1].id,
            owner=owners[0].id,
        )


__all__ = ["ADDONS", "FENCED", "Bed", "Garden", "Plant", "garden"]
