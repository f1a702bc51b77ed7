"""The portal: the page of an order of ten lines and the list of ten orders, as a signed-in buyer, warm."""

from __future__ import annotations

import gc
import statistics

from benchmarks.measure import measured
from benchmarks.places import database, site
from benchmarks.workload import Workload
from tradewright.app import Site, install
from tradewright.orm import select
from tradewright.testing.client import Browser, browser_for
from tradewright_base.models.company import Company
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User, UserRole
from tradewright_sale.models.order import Order

ORDERS, REQUESTS, ROUNDS, WARM_UP = 10, 60, 3, 15


def run(given: str | None) -> dict[str, float]:
    """Return CPU milliseconds (application and database) of one request; medians of three rounds."""
    with database(given) as url, site(url) as benchmark:
        install(benchmark)
        workload = Workload(benchmark, customers=1)
        for number in range(ORDERS):
            workload.run(number, 10)
        browser = browser_for(benchmark)
        browser.sign_in_as(_buyer(benchmark, workload.customers[0]))
        with benchmark.env() as env:
            uid = env.scalars(select(env[Order].uid).order_by(env[Order].id).limit(1)).one()
        return {
            "order_page_cpu_ms": _milliseconds(benchmark, browser, f"/portal/orders/{uid}"),
            "order_list_cpu_ms": _milliseconds(benchmark, browser, "/portal/orders"),
        }


def _buyer(benchmark: Site, customer_id: int) -> int:
    with benchmark.env() as env:
        customer = env.one(Partner, customer_id)
        contact = env.add(env[Partner](name="Buyer", kind="contact", parent=customer, email="buyer@customer.example"))
        user = env[User](
            login="buyer@customer.example",
            name="Buyer",
            kind="portal",
            partner=contact,
            company=env.one(Company, env.company_id or 0),
            roles=[env[UserRole](role="b2b_portal.buyer")],
        )
        env.add(user)
        env.flush()
        return user.id


def _milliseconds(benchmark: Site, browser: Browser, path: str) -> float:
    def ask() -> None:
        response = browser.get(path)
        if response.status_code != 200:  # the page itself
            raise RuntimeError(f"{path} answered {response.status_code}")

    for _number in range(WARM_UP):
        ask()
    gc.collect()
    gc.freeze()  # as the server does once it has loaded
    rounds = []
    for _round in range(ROUNDS):
        with measured(benchmark.database.engine) as cost:
            for _number in range(REQUESTS):
                ask()
        rounds.append(cost.cpu_s / REQUESTS * 1000)
    return round(statistics.median(rounds), 2)
