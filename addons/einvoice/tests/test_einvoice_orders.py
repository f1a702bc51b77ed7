"""Electronic orders: taken in at our prices, answered, announced; never twice, never by or for somebody else."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest

from tradewright.base import Conflict, UserError
from tradewright.orm import select
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_base.testing import refusal
from tradewright_einvoice.bridges.sale.models.buyer_article import BuyerArticle
from tradewright_einvoice.bridges.sale.services.answering import answer, order_response
from tradewright_einvoice.bridges.sale.services.taking import Sender, Taken, take_order
from tradewright_einvoice.bridges.stock.services.despatch import despatch_document
from tradewright_einvoice.engine import Address, Identifier, check
from tradewright_einvoice.engine.postaward import (
    DespatchAdvice,
    LineAnswer,
    Order,
    OrderAnswer,
    OrderedLine,
    OrderResponse,
    OrderTotals,
    TradeItem,
    TradeParty,
    TradePrice,
    read_message,
    write_message,
)
from tradewright_product.models.product import Product
from tradewright_sale.models import order as sale
from tradewright_stock.models.adjustment import Adjustment, AdjustmentLine
from tradewright_stock.models.location import Location
from tradewright_stock.models.shipment import Shipment

if TYPE_CHECKING:
    from tradewright.testing.client import Browser
    from tradewright_b2b_portal.testing import Shop
    from tradewright_stock.bridges.sale.extends.order import StockOrder

pytestmark = pytest.mark.addons("einvoice", "sale", "stock", "b2b_portal")
VAT = "DE811569869"
OWN_VAT = "DE136695976"
UPLOAD = "/portal/order-upload"
OFFICE = "/office/einvoice/orders/upload"


def line(number: int, sku: str | None, quantity: str, price: str | None, unit: str = "H87", **item: Any) -> OrderedLine:
    net = Decimal(quantity) * Decimal(price) if price is not None else None
    return OrderedLine(
        id=str(number),
        quantity=Decimal(quantity),
        unit=unit,
        net=net,
        price=TradePrice(net=Decimal(price)) if price is not None else None,
        item=TradeItem(**{"name": sku or "Thing", "seller_id": sku, **item}),
    )


def document(*lines: OrderedLine, **changes: Any) -> bytes:
    total = sum((one.net or Decimal(0) for one in lines), Decimal(0))
    message = Order(
        number="PO-77",
        issue_date=date(2026, 11, 22),
        currency="EUR",
        valid_until=date(2027, 1, 1),
        buyer=TradeParty(name="Brightworks", endpoint=Identifier(VAT, "9930")),
        seller=TradeParty(
            name="Nordlicht", endpoint=Identifier(OWN_VAT, "9930"), address=Address(city="Hamburg", country="DE")
        ),
        totals=OrderTotals(lines=total, payable=total),
        lines=lines,
    )
    return write_message(replace(message, **changes))


PLAIN = document(line(1, "AB-1", "3", "9.99"), line(2, "AB-3", "20", "0.10"))


def words(taken: Taken) -> list[str]:
    """What differs, but for what the test's documents leave out on purpose."""
    return [
        text for one in taken.differences if not (text := str(one)).startswith(("The document breaks", "It is add"))
    ]


@pytest.fixture
def trade(shop: Shop) -> Shop:
    """The shop, whose customers have VAT numbers, with goods in stock and an address of our own."""
    with shop.site.env() as env:
        env.one(Partner, shop.customer).vat = VAT
        env.one(Partner, shop.other).vat = "DE342115826"
        env.company.vat = OWN_VAT
        products = [env.one(Product, number) for number in shop.products[:3]]
        place = env.all(select(env[Location]).where(env[Location].kind == "internal"))[0]
        lines = [env[AdjustmentLine](product=one, counted=Decimal(50)) for one in products]
        counted = env.add(env[Adjustment](location=place, lines=lines))
        env.flush()
        env[Adjustment].post(env, [counted])
    return shop


def upload(browser: Browser, content: bytes, page: str = UPLOAD, name: str = "order.xml") -> str:
    browser.get(page)
    browser.submit({"file": (io.BytesIO(content), name)}, action=page, content_type="multipart/form-data")
    return browser.text


def test_an_order_becomes_a_quotation_of_the_customer_at_our_prices(trade: Shop) -> None:
    content = document(line(1, "ab-1", "3", "1.00"), line(2, "AB-3", "20", "0.10"))
    with trade.site.env() as env:
        taken = take_order(env, content, "order.xml", Sender())
        order = taken.order
        assert (order.customer_id, order.reference, order.state, order.channel) == (
            trade.customer,
            "PO-77",
            "draft",
            "office",
        )
        assert [(one.product.sku, one.quantity, one.unit_price) for one in order.lines] == [
            ("AB-1", Decimal(3), Decimal("9.99")),
            ("AB-3", Decimal(20), Decimal("0.10")),
        ]
        assert words(taken) == ["Line 1: ab-1 comes to 29.97 EUR, not to 3.00.".replace("ab-1", "AB-1")]
        assert "29.97" in (order.differences or "")
        assert order.buyer_document is not None
        assert env.site.files.read(order.buyer_document.sha256) == content


def test_articles_are_found_by_barcode_and_by_the_customers_number(trade: Shop) -> None:
    with trade.site.env() as env:
        env.one(Product, trade.products[0]).barcode = "4012345678901"
        env.add(env[BuyerArticle](customer_id=trade.customer, number="4711", product_id=trade.products[1]))
        env.add(env[BuyerArticle](customer_id=trade.other, number="0815", product_id=trade.products[1]))
        env.flush()
        lines = (
            line(1, None, "1", None, standard_id=Identifier("4012345678901", "0160")),
            line(2, None, "2", None, buyer_id="4711"),
            line(3, None, "3", None, buyer_id="0815"),
        )
        taken = take_order(env, document(*lines), "order.xml", Sender())
        assert [one.product_id for one in taken.order.lines] == list(trade.products[:2])
        assert words(taken) == ["Line 3: the article 0815 is unknown and was left out."]


def test_units_packs_and_withdrawn_articles_are_told(trade: Shop) -> None:
    lines = (
        line(1, "AB-1", "2", None, "DZN"),
        line(2, "AB-3", "11", None),
        line(3, "AB-4", "1", None),
        line(4, "AB-2", "1", None, "KGM"),
        line(5, "AB-2", "-1", None),
        line(6, "AB-2", "5", None, "C62"),
    )
    with trade.site.env() as env:
        taken = take_order(env, document(*lines), "order.xml", Sender())
        quantities = [(one.product.sku, one.quantity) for one in taken.order.lines]
        assert ("AB-3", Decimal(20)) in quantities
        assert ("AB-2", Decimal(5)) in quantities
        told = "\n".join(words(taken))
        assert "Line 2: 11 H87 of AB-3 were taken as 20" in told
        assert "Line 3: the article AB-4 is no longer sold and was left out." in told
        assert "Line 4: AB-2 is sold by" in told
        assert "Line 5: the quantity of AB-2 is not above 0; it was left out." in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<x/>", "This file can't be read as an order: This is no order"),
        (b"no xml", "This file can't be read as an order: The file is not well-formed"),
        (document(line(1, "ZZ-9", "1", None)), "None of the articles is sold here: ZZ-9. Correct them."),
        (document(line(1, "AB-1", "1", None), number=" "), "The order needs a number"),
        (document(line(1, "AB-1", "1", None), buyer=TradeParty(name="Nobody")), "No customer has the electronic"),
    ],
)
def test_what_can_not_be_an_order_is_refused_with_its_reason(trade: Shop, content: bytes, sentence: str) -> None:
    assert sentence in refusal(trade.site, lambda env: take_order(env, content, "order.xml", Sender()))
    with trade.site.env() as env:
        assert env.all(select(env[sale.Order])) == []


def test_the_same_order_is_refused_and_the_first_one_named(trade: Shop) -> None:
    with trade.site.env() as env:
        order = take_order(env, PLAIN, "order.xml", Sender()).order
        env[sale.Order].confirm(env, [order])
        number = order.id
    with trade.site.env() as env:
        name = env.one(sale.Order, number).number
    text = refusal(trade.site, lambda env: take_order(env, PLAIN, "order.xml", Sender()))
    assert text == f"PO-77 was received before: it is {name}."
    with trade.site.env() as env:
        env[sale.Order].cancel(env, [env.one(sale.Order, number)])
    with trade.site.env() as env:
        assert take_order(env, PLAIN, "order.xml", Sender()).order.id != number


def test_one_order_from_two_sides_at_once_is_taken_once(trade: Shop) -> None:
    told: list[str] = []
    barrier = threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        try:
            trade.site.run(lambda env: take_order(env, PLAIN, "order.xml", Sender()).order.id)
            told.append("taken")
        except Conflict as error:
            told.append(error.code)

    workers = [threading.Thread(target=take) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(told) == ["einvoice.ordered-already"] * 3 + ["taken"]
    with trade.site.env() as env:
        assert len(env.all(select(env[sale.Order]))) == 1


def test_statements_do_not_grow_with_the_lines(trade: Shop) -> None:
    counts = []
    for many in (2, 40):
        lines = [line(number, "AB-1", "1", "9.99") for number in range(1, many + 1)]
        with trade.site.env() as env, count_statements(env) as counted:
            take_order(env, document(*lines, number=f"PO-{many}"), "order.xml", Sender())
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_an_order_as_written_is_accepted_and_one_with_changes_says_which(trade: Shop) -> None:
    with trade.site.env() as env:
        order = take_order(env, PLAIN, "order.xml", Sender()).order
        with pytest.raises(UserError, match="not placed yet"):
            order_response(env, order)
        env[sale.Order].send(env, [order])
        assert answer(env, order).answer == OrderAnswer.ACKNOWLEDGED
        env[sale.Order].confirm(env, [order])
        env.take_numbers()
        written = order_response(env, order)
        assert check(written, "peppol-t76") == []
        said = cast("OrderResponse", read_message(written))
        assert (said.answer, said.order, said.lines) == (OrderAnswer.ACCEPTED, "PO-77", ())
    lines = (line(1, "AB-1", "60", "9.99"), line(2, "ZZ-9", "1", "1.00"), line(3, "AB-3", "20", "0.50"))
    with trade.site.env() as env:
        order = take_order(env, document(*lines, number="PO-78"), "order.xml", Sender()).order
        env[sale.Order].confirm(env, [order])
        env.take_numbers()
        written = order_response(env, order)
        assert check(written, "peppol-t76") == []
        said = cast("OrderResponse", read_message(written))
        assert said.answer == OrderAnswer.CHANGED
        assert [(one.order_line, one.status, one.quantity, one.backorder) for one in said.lines] == [
            ("1", LineAnswer.CHANGED, Decimal(47), Decimal(13)),
            ("3", LineAnswer.CHANGED, Decimal(20), None),
            ("2", LineAnswer.REJECTED, None, None),
        ]
        env[sale.Order].cancel(env, [order])
        assert answer(env, order).answer == OrderAnswer.REJECTED


def test_what_left_is_announced_with_the_rest_that_follows(trade: Shop) -> None:
    with trade.site.env() as env:
        content = document(line(7, "AB-1", "60", "9.99"))
        order = cast("StockOrder", take_order(env, content, "order.xml", Sender()).order)
        env[sale.Order].confirm(env, [order])
        ready = next(one for one in order.shipments if one.state == "ready")
        ready.carrier, ready.tracking = "DHL", "JJD-1"
        env[Shipment].ship(env, [ready])
        env.take_numbers()
        written = despatch_document(env, ready)
        assert check(written, "peppol-t16") == []
        said = cast("DespatchAdvice", read_message(written))
        assert said.orders == ("PO-77",)
        assert said.shipment is not None
        assert (said.shipment.carrier, said.shipment.tracking) == ("DHL", "JJD-1")
        assert [(one.order_line, one.quantity, one.outstanding) for one in said.lines] == [
            ("7", Decimal(50), Decimal(10))
        ]
        waiting = next(one for one in order.shipments if one.state == "waiting")
        with pytest.raises(Conflict, match="has not left"):
            despatch_document(env, waiting)


def test_a_buyer_uploads_an_order_and_it_is_placed(trade: Shop) -> None:
    browser = trade.browse(trade.buyer)
    text = upload(browser, PLAIN)
    assert "Your order is placed." in text, text
    with trade.site.env() as env:
        (order,) = env.all(select(env[sale.Order]))
        assert (order.state, order.channel, order.customer_id) == ("confirmed", "portal", trade.customer)
        uid = getattr(order, "uid")  # noqa: B009
    assert "was received before" in upload(browser, PLAIN)
    assert f"/portal/orders/{uid}/response.xml" in browser.get(f"/portal/orders/{uid}").text
    response = browser.get(f"/portal/orders/{uid}/response.xml")
    assert response.status_code == 200
    assert cast("OrderResponse", read_message(response.get_data())).answer == OrderAnswer.ACCEPTED


def test_a_buyers_price_counts_nothing_and_makes_a_quotation(trade: Shop) -> None:
    browser = trade.browse(trade.buyer)
    text = upload(browser, document(line(1, "AB-1", "3", "0.01")))
    assert "Line 1: AB-1 comes to 29.97 EUR, not to 0.03." in text
    with trade.site.env() as env:
        (order,) = env.all(select(env[sale.Order]))
        assert (order.state, order.untaxed) == ("sent", Decimal("29.97"))
        uid = getattr(order, "uid")  # noqa: B009
    browser.get(f"/portal/orders/{uid}")
    browser.submit({}, action=f"/portal/orders/{uid}/accept")
    with trade.site.env() as env:
        assert env.one(sale.Order, order.id).state == "confirmed"


def test_nobody_orders_for_another_company(trade: Shop) -> None:
    text = upload(trade.browse(trade.rival), PLAIN)
    assert "This order names another buyer than your company: upload one of your own." in text
    with trade.site.env() as env:
        assert env.all(select(env[sale.Order])) == []


def test_documents_of_another_company_are_not_there(trade: Shop) -> None:
    upload(trade.browse(trade.buyer), PLAIN)
    with trade.site.env() as env:
        order = cast("StockOrder", env.all(select(env[sale.Order]))[0])
        if order.state != "confirmed":
            env[sale.Order].confirm(env, [order])
        shipment = order.shipments[0]
        env[Shipment].ship(env, [shipment])
        uid, moved = (getattr(one, "uid") for one in (order, shipment))  # noqa: B009
    own, rival = trade.browse(trade.buyer), trade.browse(trade.rival)
    for path in (f"/portal/orders/{uid}/response.xml", f"/portal/shipments/{moved}/despatch-advice.xml"):
        assert own.get(path).status_code == 200, path
        foreign = rival.get(path)
        nobodys = rival.get(path.replace(uid, "AAAAAAAAAAAAAAAA").replace(moved, "AAAAAAAAAAAAAAAA"))
        assert _plain(foreign) == _plain(nobodys)
        assert foreign.status_code == 404
    assert "despatch-advice.xml" in own.get(f"/portal/shipments/{moved}").text


def _plain(response: Any) -> tuple[int, str]:
    return response.status_code, re.sub(r"<(code|meta)[^>]*>[^<]*|[0-9a-f]{12}", "", response.text)


def test_prices_as_data_are_the_buyers_own(trade: Shop) -> None:
    with trade.site.env() as env:
        env.add(env[BuyerArticle](customer_id=trade.customer, number="4711", product_id=trade.products[0]))
        env.add(env[BuyerArticle](customer_id=trade.other, number="0815", product_id=trade.products[0]))
    told = trade.browse(trade.buyer).get("/portal/price-list.json").get_json()
    assert (told["format"], told["version"], told["next"]) == ("tradewright-catalogue", 1, None)
    assert [(one["number"], one["customer_number"], one["price"]) for one in told["articles"]] == [
        ("AB-1", "4711", "9.99"),
        ("AB-2", None, "1.5"),
        ("AB-3", None, "0.1"),
    ]
    assert "0815" not in str(told)


def test_staff_reads_an_order_and_fetches_its_documents(trade: Shop) -> None:
    desk = trade.browse(trade.seller)
    text = upload(desk, document(line(1, "AB-1", "3", "1.00")), OFFICE)
    assert "The order of Brightworks is" in text
    assert "Line 1: AB-1 comes to 29.97 EUR, not to 3.00." in text
    with trade.site.env() as env:
        (order,) = env.all(select(env[sale.Order]))
        env[sale.Order].confirm(env, [order])
        uid, number = getattr(order, "uid"), order.id  # noqa: B009
    assert "Order response" in desk.get(f"/office/sale.Order/{number}").text
    response = desk.get(f"/office/einvoice/orders/{uid}.xml")
    assert isinstance(read_message(response.get_data()), OrderResponse)
    assert desk.get("/office/einvoice.BuyerArticle").status_code == 200
    assert "be read as an order" in upload(desk, b"<x/>", OFFICE)


def test_buyers_and_strangers_have_no_way_into_the_office(trade: Shop) -> None:
    for path in (OFFICE, "/office/einvoice/orders/AAAAAAAAAAAAAAAA.xml"):
        assert trade.browse(trade.buyer).get(path).status_code in {403, 404}
