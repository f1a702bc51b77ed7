"""Units beside quantities: short, in the right number, in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tradewright.orm import select
from tradewright_product.models.uom import UnitOfMeasure
from tradewright_product.services.units import counted

if TYPE_CHECKING:
    from tradewright.app import Site

pytestmark = pytest.mark.addons("product")


@pytest.mark.parametrize(
    ("language", "code", "quantity", "word"),
    [
        ("en", "H87", "1", "pc"),
        ("en", "H87", "2", "pcs"),
        ("en", "H87", "0", "pcs"),
        ("en", "XBX", "1", "box"),
        ("en", "XBX", "1.5", "boxes"),
        ("en", "KGM", "2.5", "kg"),
        ("de", "H87", "1", "Stk."),
        ("de", "H87", "2", "Stk."),
        ("de", "XPX", "1", "Palette"),
        ("de", "XPX", "3", "Paletten"),
        ("zh_Hans", "H87", "2", "件"),
        ("zh_Hans", "KGM", "2", "千克"),
    ],
)
def test_a_unit_is_short_beside_a_quantity_and_in_its_number(
    site: Site, language: str, code: str, quantity: str, word: str
) -> None:
    with site.env(language=language) as env:
        unit = env.scalars(select(env[UnitOfMeasure]).where(env[UnitOfMeasure].code == code)).one()
        found = unit.counted(Decimal(quantity))
        assert found is not None
        assert env.t(found) == word


def test_every_shipped_unit_has_a_short_form(site: Site) -> None:
    with site.env() as env:
        assert [one.name for one in env.all(select(env[UnitOfMeasure])) if one.counted(Decimal(1)) is None] == []


def test_a_renamed_unit_stands_by_its_own_name() -> None:
    assert counted("XBX", "Box of 12", Decimal(3)) is None
