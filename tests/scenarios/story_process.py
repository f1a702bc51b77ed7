"""Orders to cash in a loop, to be killed: `python story_process.py URL FILES ACKS`.

Each command that was acknowledged is written to the file of acknowledgements, which is synced before the next one.
On SQLite it runs the jobs, too, as the server does.
"""

import importlib
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.scenarios import shop  # noqa: E402  # the tree has to be on the path first
from tradewright.addons import discover  # noqa: E402
from tradewright.app import Composition, Compositions, Site, open_site  # noqa: E402
from tradewright.base.settings import SiteSettings  # noqa: E402
from tradewright.jobs.embedded import EmbeddedRunner  # noqa: E402
from tradewright.orm import Env, select  # noqa: E402
from tradewright_base.models.partner import Partner  # noqa: E402

ADDONS = ("account", "jobtest", "sale", "stock")
PATHS = (ROOT / "tests/jobs/addons",)


class Loop:
    """One order after the other, from the quotation to the payment."""

    def __init__(self, site: Site, acks: Path, seed: str) -> None:
        self.site, self.random = site, random.Random(seed)
        self.seed, self.count = seed, 0
        self.jobs = importlib.import_module("tradewright_jobtest.jobs")
        self.file = os.open(acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        with site.env(readonly=True) as env:
            self.products = shop.all_products(env)
            self.customers = env.all(select(env[Partner].id).where(env[Partner].is_customer).order_by(env[Partner].id))

    def acknowledge(self, what: str, **said: Any) -> None:
        """Write down, beyond any crash of ours, what the database has promised."""
        os.write(self.file, (json.dumps({"what": what, **said}) + "\n").encode())
        os.fsync(self.file)

    def run(self) -> None:
        """Take one order through all its steps."""
        self.count += 1
        reference = f"{self.seed}-{self.count}"
        products = self.random.sample(self.products, 3)

        def buy(env: Env) -> int:
            number = shop.order(env, self.random.choice(self.customers), products, reference=reference)
            shop.confirm(env, number)
            env.defer(self.jobs.work, name=reference)
            return number

        number = self.site.run(buy)
        self.acknowledge("order", reference=reference)
        shipped = self.site.run(lambda env: shop.ship(env, number))
        self.acknowledge("shipment", ids=shipped)
        invoice = self.site.run(lambda env: shop.invoice(env, number))
        self.acknowledge("invoice", order=number, id=invoice)
        self.site.run(lambda env: shop.pay(env, invoice, reference))
        self.acknowledge("payment", reference=reference)


def work(composition: Composition, url: str, files: str, acks: str, seed: str) -> None:
    """Open the site and work until killed."""
    site = open_site(SiteSettings(name="test", database=url, files=Path(files)), composition)
    loop = Loop(site, Path(acks), seed)
    if site.database.sqlite:
        EmbeddedRunner([site], poll=0.05).start()
    while True:
        loop.run()


def main(url: str, files: str, acks: str) -> None:
    """Start a process for each seed that stands in the input, print its number, and wait for its death.

    The addons are imported and composed once, before the fork; everything else of a process begins anew.
    """
    composition = Compositions(discover(PATHS)).get(ADDONS)
    _say("ready")
    for seed in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(composition, url, files, acks, seed.strip())
            finally:
                os._exit(1)  # nothing of the parent runs in the child
        _say(str(child))
        _number, status = os.waitpid(child, 0)
        _say(f"ended by {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "ended by itself")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
