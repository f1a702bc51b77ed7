"""Whom and what an electronic order means: its customer, its articles, its unit of measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from tradewright.orm import func, or_, select
from tradewright_base.models.partner import Partner
from tradewright_product.models.product import Product

from ....services.endpoints import BY_VAT, MAIL
from ..models.buyer_article import BuyerArticle

if TYPE_CHECKING:
    from tradewright.orm import Env
    from tradewright_product.models.uom import UnitOfMeasure

    from ....engine.postaward import OrderedLine, TradeItem, TradeParty
    from ....extends.partner import RecipientPartner

_VAT_SCHEMES: Final = frozenset(BY_VAT.values())
#: Codes that say "piece".
PIECES: Final = frozenset(("H87", "C62", "EA"))


def customer_of(env: Env, buyer: TradeParty) -> Partner | None:
    """The customer that a document names: by electronic address, VAT number, number with us, else by name.

    None where there is none, or more than one. Needs the right to read all customers; one statement.
    """
    partner = cast("type[RecipientPartner]", env[Partner])
    endpoint = buyer.endpoint
    vat = {_vat(buyer.vat_id)} if buyer.vat_id else set[str]()
    if endpoint is not None and endpoint.scheme in _VAT_SCHEMES:
        vat.add(_vat(endpoint.value))
    numbers = [one.value for one in buyer.identifiers]
    name = (buyer.name or "").strip().casefold()
    mail = endpoint.value.casefold() if endpoint is not None and endpoint.scheme == MAIL else None
    wanted = [partner.vat.in_(vat), partner.reference.in_(numbers), func.lower(partner.name) == name]
    if endpoint is not None:
        wanted.append(partner.endpoint_id == endpoint.value)
    if mail:
        wanted.append(func.lower(partner.email) == mail)
    found = env.all(select(partner).where(partner.kind == "company", partner.active.is_(True), or_(*wanted)).limit(50))
    ranks = (
        [
            one
            for one in found
            if endpoint and (one.endpoint_scheme, one.endpoint_id) == (endpoint.scheme, endpoint.value)
        ],
        [one for one in found if one.vat in vat],
        [one for one in found if mail and (one.email or "").casefold() == mail],
        [one for one in found if one.reference in numbers],
        [one for one in found if one.name.casefold() == name],
    )
    best = next((rank for rank in ranks if rank), [])
    return best[0] if len(best) == 1 else None


def _vat(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


@dataclass(frozen=True, slots=True)
class Articles:
    """Products by all that a document may call them."""

    by_sku: dict[str, Product]
    by_barcode: dict[str, Product]
    by_buyer: dict[str, Product]

    def of(self, item: TradeItem) -> Product | None:
        """The product that an item means: by our number, its GTIN, or the customer's number."""
        standard = item.standard_id.value if item.standard_id is not None else ""
        return (
            self.by_sku.get((item.seller_id or "").casefold())
            or self.by_barcode.get(standard)
            or self.by_buyer.get(item.buyer_id or "")
        )


def articles_of(env: Env, customer: Partner, lines: Sequence[OrderedLine]) -> Articles:
    """All products that the lines may mean; two statements, whatever their number."""
    items = [line.item for line in lines]
    skus = {item.seller_id.casefold() for item in items if item.seller_id}
    barcodes = {item.standard_id.value for item in items if item.standard_id is not None}
    numbers = {item.buyer_id for item in items if item.buyer_id}
    product, article = env[Product], env[BuyerArticle]
    rows = env.execute(
        select(article.number, article.product_id).where(
            article.customer_id == customer.account.id, article.number.in_(numbers)
        )
    ).all()
    named = {row.number: row.product_id for row in rows}
    found = env.all(
        select(product).where(
            or_(func.lower(product.sku).in_(skus), product.barcode.in_(barcodes), product.id.in_(named.values()))
        )
    )
    by_id = {one.id: one for one in found}
    return Articles(
        {one.sku.casefold(): one for one in found},
        {one.barcode: one for one in found if one.barcode},
        {number: by_id[product_id] for number, product_id in named.items() if product_id in by_id},
    )


def named(item: TradeItem) -> str:
    """How a document names an item, for people."""
    numbers: Iterable[str | None] = (
        item.seller_id,
        item.buyer_id,
        item.standard_id.value if item.standard_id is not None else None,
        item.name,
    )
    return next((number for number in numbers if number), "?")[:80]


def is_same_unit(code: str, unit: UnitOfMeasure) -> bool:
    """Whether a code says what a unit says."""
    return code == unit.code or {code, unit.code} <= PIECES
