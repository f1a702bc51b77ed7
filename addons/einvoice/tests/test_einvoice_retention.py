"""Documents go when their time is over, never before, by a manager's hand, and the chain tells of it; exports."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import Conflict, Forbidden
from tradewright.base.clock import FixedClock
from tradewright.base.formulas import restore
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing.client import browser_for
from tradewright_base.models.attachment import Attachment
from tradewright_base.testing import UserFactory, country
from tradewright_einvoice.extends.erasure import DecidedErasure
from tradewright_einvoice.models.archive import ArchiveEntry
from tradewright_einvoice.models.einvoice import EInvoice
from tradewright_einvoice.models.retention import ArchiveErasure, RetentionRule
from tradewright_einvoice.services import chain
from tradewright_einvoice.services.archive import drafts, store, xml_of
from tradewright_einvoice.services.chain import Paper, archive_all
from tradewright_einvoice.services.export import export
from tradewright_einvoice.services.issue import issue
from tradewright_einvoice.services.retention import last_erasable, list_due
from tradewright_einvoice.testing import EInvoiceFactory

pytestmark = pytest.mark.addons("einvoice")


def keep(site: Site, *days: date, name: str = "a.xml", party: str = "") -> None:
    with site.env() as env:
        env.company.country = country(env, "DE")
        archive_all(
            env,
            [
                Paper(
                    kind="received", content=f"{day} {name}".encode(), name=name, day=day, number=str(day), party=party
                )
                for day in days
            ],
        )


def at(site: Site, year: int) -> None:
    site.clock = FixedClock(datetime(year, 1, 2, 5, 0, tzinfo=UTC))


def listed(site: Site) -> list[tuple[date, int, str]]:
    with site.env() as env:
        list_due(env)
    with site.env(readonly=True) as env:
        return [(one.until, one.documents, one.state) for one in env.all(select(env[ArchiveErasure]))]


def clean(site: Site) -> None:
    with site.env(readonly=True) as env:
        assert [one for one in verify(env, site.composition.units) if not one.notice] == []


def erase(env: Env) -> None:
    env[DecidedErasure].erase(env, env.all(select(env[DecidedErasure])))


@pytest.mark.parametrize(
    ("today", "years", "last"),
    [
        (date(2034, 12, 31), 8, date(2025, 12, 31)),
        (date(2035, 1, 1), 8, date(2026, 12, 31)),
        (date(2026, 3, 2), 10, date(2015, 12, 31)),
    ],
)
def test_years_run_from_the_end_of_the_document_s_own(today: date, years: int, last: date) -> None:
    assert last_erasable(today, years) == last


def test_what_may_go_is_listed_and_goes_by_a_manager_only(site: Site) -> None:
    keep(site, date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    at(site, 2034)
    assert listed(site) == []
    at(site, 2035)
    assert listed(site) == [(date(2026, 12, 31), 2, "listed")]
    assert listed(site) == [(date(2026, 12, 31), 2, "listed")]
    with site.env() as env:
        users = UserFactory(env)
        clerk, keeper = users.actor(users.staff("einvoice.user")), users.actor(users.staff("einvoice.manager"))
    with pytest.raises(Forbidden), site.env(clerk) as env:
        erase(env)
    with site.env(keeper) as env:
        erase(env)
    with site.env(readonly=True) as env:
        entries = env.all(select(env[ArchiveEntry]).order_by(env[ArchiveEntry].position))
        assert [one.file_id is None for one in entries] == [True, True, False, False]
        assert entries[3].kind == "erasure"
        note = json.loads(env.site.files.read(entries[3].sha256))
        assert (note["positions"], note["until"]) == ([1, 2], "2026-12-31")
        kept = set(env.all(select(env[Attachment].sha256)))
        assert entries[0].sha256 not in kept
        assert entries[2].sha256 in kept
    assert listed(site) == [(date(2026, 12, 31), 2, "erased")]
    clean(site)


def test_a_rule_that_became_longer_refuses_what_was_listed(site: Site) -> None:
    keep(site, date(2026, 1, 1))
    at(site, 2035)
    listed(site)
    with site.env() as env:
        env.all(select(env[RetentionRule]).where(env[RetentionRule].country == "DE"))[0].years = 10
    with pytest.raises(Conflict, match="have to be kept longer"), site.env() as env:
        erase(env)
    clean(site)


def test_an_issued_document_is_not_made_again_once_it_is_erased(site: Site) -> None:
    with site.env() as env:
        made = EInvoiceFactory(env)
        made.seller()
        invoice = made.posted(made.customer(), [("1", "10", "0", made.tax("S", 19))])
        store(env, [issue(one, with_pdf=False) for one in drafts(env, [invoice.id])])
    clean(site)
    at(site, 2040)
    listed(site)
    with site.env() as env:
        erase(env)
    with site.env(readonly=True) as env:
        found = env.all(select(env[EInvoice]))[0]
        assert (found.erased, found.xml_id) == (True, None)
        with pytest.raises(Conflict, match="was erased when its time"):
            xml_of(env, found.invoice)
    clean(site)


def test_vulnerable_twin_a_file_that_goes_without_a_note_is_seen(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(site, date(2026, 1, 1))
    at(site, 2035)
    listed(site)
    monkeypatch.setattr("tradewright_einvoice.services.retention.archive_all", lambda *_arguments, **_named: [])
    with site.env() as env:
        erase(env)
    with site.env(readonly=True) as env:
        found = [one.detail for one in verify(env, site.composition.units) if one.code == "einvoice.chain"]
    assert [one.partition(": ")[2] for one in found] == ["its file was taken away, and no erasure says so"]


def unzip(env: Env, start: date, end: date) -> zipfile.ZipFile:
    with export(env, env.company_id or 0, start, end) as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def test_an_export_holds_the_period_and_proves_itself(site: Site) -> None:
    keep(site, date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1))
    with site.env(readonly=True) as env:
        bundle = unzip(env, date(2026, 1, 1), date(2026, 1, 31))
        manifest = json.loads(bundle.read("manifest.json"))
        assert bundle.testzip() is None
        assert len(manifest["entries"]) == 2
        for entry in manifest["entries"]:
            content = bundle.read(entry["file"])
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]
            said: dict[str, Any] = {name: entry[name] for name in chain.COVERED}
            assert chain.digest(said) == entry["hash"]
        assert manifest["chain"]["length"] == 3
        rows = list(csv.DictReader(io.StringIO(bundle.read("index.csv").decode("utf-8-sig")), delimiter=";"))
        assert [row["sha256"] for row in rows] == [entry["sha256"] for entry in manifest["entries"]]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.xml", "/abs.xml", "a\x00b.xml", "C:\\a.xml", "..", "\u202egnp.xml"]
)
def test_inp6_no_name_in_an_export_leads_out_of_it(site: Site, name: str) -> None:
    keep(site, date(2026, 1, 1), name=name)
    with site.env(readonly=True) as env:
        names = unzip(env, date(2026, 1, 1), date(2026, 1, 1)).namelist()
    documents = [one for one in names if one not in {"index.csv", "manifest.json"}]
    assert len(documents) == 1
    assert documents[0].startswith("documents/00000001-")
    assert ".." not in documents[0].split("/")
    assert "\\" not in documents[0]


@pytest.mark.parametrize("party", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "＝1"])
def test_inp11_no_cell_of_the_index_is_a_formula(site: Site, party: str) -> None:
    keep(site, date(2026, 1, 1), party=party)
    with site.env(readonly=True) as env:
        text = unzip(env, date(2026, 1, 1), date(2026, 1, 1)).read("index.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert row["party"].startswith("'") or row["party"][1:].startswith("'")
    assert restore(row["party"]) == party


def test_only_managers_export(site: Site) -> None:
    keep(site, date(2026, 1, 1))
    with site.env() as env:
        users = UserFactory(env)
        clerk, keeper = users.staff("einvoice.user").id, users.staff("einvoice.manager").id
    browser = browser_for(site)
    path = "/office/einvoice/archive.zip?start=2026-01-01&end=2026-12-31"
    browser.sign_in_as(clerk)
    assert browser.get(path).status_code == 404
    browser.sign_in_as(keeper)
    browser.get("/office/einvoice/archive")
    assert "Export documents" in browser.text
    answer = browser.get(path)
    assert answer.headers["Content-Type"] == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()) == 3
    answer.close()


def test_a_missing_file_does_not_stop_an_export(site: Site) -> None:
    keep(site, date(2026, 1, 1), date(2026, 1, 2))
    with site.env(readonly=True) as env:
        env.site.files.path(env.all(select(env[ArchiveEntry].sha256))[0]).unlink()
        bundle = unzip(env, date(2026, 1, 1), date(2026, 1, 2))
        states = [one["state"] for one in json.loads(bundle.read("manifest.json"))["entries"]]
    assert sorted(states) == ["kept", "missing"]
