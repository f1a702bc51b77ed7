"""Price lists, agreements and campaigns of the demonstration."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradewright.base.numbers import round_half_up
from tradewright.orm import select

from ..extends.partner import PricedPartner
from ..models.campaign import Campaign
from ..models.pricing import PriceItem, PriceList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tradewright.orm import Env

    from ..models.category import Category
    from ..models.product import Product

# Discounts on the list price by category, for each price list.
LISTS: dict[str, dict[str, str]] = {
    "Trade": {"tools": "12", "fasteners": "20", "electrical": "10", "workplace": "8"},
    "Key accounts": {"tools": "16", "fasteners": "28", "electrical": "15", "workplace": "12"},
}

# From which quantity on how much less a key account pays for a product.
QUANTITIES: dict[str, tuple[tuple[int, str], ...]] = {
    "CS-4040": ((1000, "32"), (5000, "38")),
    "CS-5060": ((1000, "32"), (5000, "38")),
    "NYM-315": ((500, "18"), (1000, "22")),
    "NYM-525": ((500, "18"), (1000, "22")),
    "GL-09": ((60, "15"), (240, "20")),
    "GL-10": ((60, "15"), (240, "20")),
    "TU-150": ((50, "20"),),
    "CD-125": ((100, "22"), (500, "28")),
}

KEY_ACCOUNTS = (
    "Brightworks Facilities B.V.",
    "Stadtwerke Elmenhof",
    "Klinikum Försterallee gGmbH",
    "Sønderby Vind A/S",
    "Kaasjager Scheepsbouw N.V.",
)
LIST_PRICE_ONLY = ("Bauhof Reinfeld", "Bergbahn Service Zürich AG", "Warsztat Kowalczyk Sp. z o.o.")

# Prices agreed with one customer, in euros.
AGREEMENTS: dict[str, dict[str, str]] = {
    "Brightworks Facilities B.V.": {
        "LP-6060": "39.50",
        "TU-150": "8.70",
        "HB-150": "121.00",
        "GL-09": "1.55",
        "SB3-43": "61.00",
        "PR-38": "26.40",
    },
    "Petersen Elektrotechnik GmbH": {"NYM-315": "0.64", "NYM-525": "1.79", "CB-16": "3.10", "RCD-40": "36.90"},
    "Yangtze Industrial Service GmbH": {"DR-18": "199.00", "BT-50": "79.00", "HSS-085": "2.60"},
    "Solarbau Nordmark GmbH": {"DC-06": "1.18", "CT-370": "0.1190"},
}

CORDLESS = ("DR-18", "DR-18P", "RH-18", "JS-18", "BT-40", "BT-50", "BT-80")


def write(env: Env, categories: Mapping[str, Category], products: Mapping[str, Product], today: date) -> None:
    """Give the customers their prices and start the campaigns."""
    partner = env[PricedPartner]
    accounts = env.all(select(partner).where(partner.kind == "company", partner.is_customer.is_(True)))
    lists = _lists(env, categories, products)
    for account in accounts:
        if account.name not in LIST_PRICE_ONLY:
            account.price_list = lists["Key accounts" if account.name in KEY_ACCOUNTS else "Trade"]
    by_name = {account.name: account for account in accounts}
    for name, agreed in AGREEMENTS.items():
        if name in by_name:
            _agree(env, by_name[name], agreed, products)
    _campaigns(env, categories, products, [by_name[name] for name in AGREEMENTS if name in by_name], today)
    env.flush()


def _lists(env: Env, categories: Mapping[str, Category], products: Mapping[str, Product]) -> dict[str, PriceList]:
    currency = env.company.currency
    made: dict[str, PriceList] = {}
    for name, discounts in LISTS.items():
        items = [
            env[PriceItem](category=categories[key], discount=Decimal(discount), currency=currency)
            for key, discount in discounts.items()
        ]
        if name == "Key accounts":
            items += [
                env[PriceItem](
                    product=products[sku], min_quantity=Decimal(least), discount=Decimal(discount), currency=currency
                )
                for sku, steps in QUANTITIES.items()
                for least, discount in steps
            ]
        made[name] = env.add(env[PriceList](name=name, currency=currency, items=items))
    return made


def _agree(env: Env, customer: PricedPartner, agreed: Mapping[str, str], products: Mapping[str, Product]) -> None:
    for sku, price in agreed.items():
        product = products[sku]
        env.add(env[PriceItem](customer=customer, product=product, price=Decimal(price)))
        if product.pack_size > 1:
            lower = round_half_up(Decimal(price) * Decimal("0.95"), 4)
            least = product.pack_size * 10
            env.add(env[PriceItem](customer=customer, product=product, min_quantity=least, price=lower))


def _campaigns(
    env: Env,
    categories: Mapping[str, Category],
    products: Mapping[str, Product],
    chosen: list[PricedPartner],
    today: date,
) -> None:
    """One campaign for everybody, one for chosen customers, one that is still to come."""
    campaign = env[Campaign]
    env.add_all(
        [
            campaign(
                name="Light weeks",
                headline={
                    "": "Light weeks: 10 % on all lighting",
                    "de": "Lichtwochen: 10 % auf die gesamte Beleuchtung",
                    "zh_Hans": "照明周：全部照明产品优惠 10 %",
                },
                message={
                    "": "Panels, tubes and high bays on top of your own prices.",
                    "de": "Panels, Röhren und Hallenstrahler, zusätzlich zu Ihren Preisen.",
                    "zh_Hans": "面板灯、灯管和工矿灯，在您的协议价基础上再优惠。",
                },
                discount=Decimal(10),
                starts=today - timedelta(days=5),
                ends=today + timedelta(days=16),
                categories=[categories["lighting"]],
            ),
            campaign(
                name="Cordless for good customers",
                headline={
                    "": "15 % on cordless tools and batteries, for you",
                    "de": "15 % auf Akku-Werkzeuge und Akkus, nur für Sie",
                    "zh_Hans": "专属优惠：充电工具和电池 15 %",
                },
                message={
                    "": "Drills, jigsaws and batteries of the 18 V range.",
                    "de": "Bohrschrauber, Stichsägen und Akkus der 18-V-Reihe.",
                    "zh_Hans": "18 V 系列电钻、曲线锯和电池。",
                },
                discount=Decimal(15),
                starts=today - timedelta(days=2),
                ends=today + timedelta(days=12),
                customers=chosen,
                products=[products[sku] for sku in CORDLESS],
            ),
            campaign(
                name="Safe into the season",
                headline={
                    "": "Safe into the season: 8 % on safety at work",
                    "de": "Sicher in die Saison: 8 % auf Arbeitsschutz",
                    "zh_Hans": "安全迎新季：劳动防护用品优惠 8 %",
                },
                discount=Decimal(8),
                starts=today + timedelta(days=20),
                ends=today + timedelta(days=50),
                categories=[categories["safety"]],
            ),
        ]
    )
