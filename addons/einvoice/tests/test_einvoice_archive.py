"""The archive: one chain for each company, in one order, and whatever is changed behind its back is seen."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest

from tradewright.app import Site
from tradewright.orm import Env, select
from tradewright.registry.verify import verify
from tradewright.testing import count_statements
from tradewright_base.testing import CompanyFactory, refusal
from tradewright_einvoice.models.archive import NO_HASH, ArchiveChain, ArchiveEntry
from tradewright_einvoice.services import chain
from tradewright_einvoice.services.chain import Paper, archive, archive_all

pytestmark = pytest.mark.addons("einvoice")
DAY = date(2026, 3, 2)


def keep(site: Site, *names: str) -> None:
    """Archive papers in one transaction."""
    with site.env() as env:
        archive_all(env, [Paper(kind="received", content=name.encode(), name=f"{name}.xml", day=DAY) for name in names])


def faults(site: Site) -> list[str]:
    """What `verify` says of the archive."""
    with site.env(readonly=True) as env:
        return [one.detail for one in verify(env, site.composition.units) if one.code == "einvoice.chain"]


def entries(env: Env) -> list[ArchiveEntry]:
    return env.all(select(env[ArchiveEntry]).order_by(env[ArchiveEntry].position))


def behind_the_back(site: Site, statement: str, *arguments: Any) -> None:
    """Change a row as somebody with the database's password would, its triggers switched off."""
    with site.database.write.begin() as connection:
        if site.database.sqlite:
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'einvoice_archive%'"
            ).scalars()
            for name in list(triggers):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE einvoice_archive_entry DISABLE TRIGGER USER")
        mark = "?" if site.database.sqlite else "%s"
        connection.exec_driver_sql(statement.replace("?", mark), tuple(arguments))


def test_every_entry_follows_the_one_before(site: Site) -> None:
    keep(site, "a", "b")
    keep(site, "c")
    with site.env(readonly=True) as env:
        found = entries(env)
        assert [one.position for one in found] == [1, 2, 3]
        assert [one.prev_hash for one in found] == [NO_HASH, found[0].hash, found[1].hash]
        end = env.all(select(env[ArchiveChain]))[0]
        assert (end.length, end.head) == (3, found[-1].hash)
    assert faults(site) == []


def test_a_company_has_a_chain_of_its_own(site: Site) -> None:
    keep(site, "a")
    with site.env() as env:
        other = CompanyFactory(env).other()
        paper = Paper(kind="received", content=b"x", name="x.xml", day=DAY)
        archive_all(env, [paper], company_id=other.id)
    with site.env(readonly=True) as env:
        assert [one.position for one in entries(env)] == [1, 1]
    assert faults(site) == []


def test_one_document_is_kept_with_its_owner(site: Site) -> None:
    with site.env() as env:
        entry = archive(env, "received", b"<a/>", name="../../a.xml", day=DAY, number="4711", party="Süd AG")
        assert (entry.name, entry.number, entry.party) == ("a.xml", "4711", "Süd AG")
        assert entry.file is not None
        assert (entry.file.owner_model, entry.file.owner_id) == ("einvoice.ArchiveEntry", entry.id)


def test_statements_do_not_grow_with_the_entries(site: Site) -> None:
    counts = []
    for count in (2, 40):
        with count_statements(site) as statements:
            keep(site, *[f"{count}-{number}" for number in range(count)])
        counts.append(len(statements))
    assert counts[0] >= counts[1]


@pytest.mark.parametrize(
    ("statement", "arguments"),
    [
        ("UPDATE einvoice_archive_entry SET number = ? WHERE position = 2", ("9",)),
        ("UPDATE einvoice_archive_entry SET sha256 = ? WHERE position = 2", ("0" * 64,)),
        ("UPDATE einvoice_archive_entry SET file_id = NULL WHERE position = ?", (2,)),
        ("UPDATE einvoice_archive_entry SET file_id = 1 WHERE position = ?", (2,)),
        ("DELETE FROM einvoice_archive_entry WHERE position = ?", (2,)),
        ("DELETE FROM einvoice_archive_entry WHERE position = ?", (3,)),
        ("UPDATE einvoice_archive_chain SET length = ?", (2,)),
        ("UPDATE base_attachment SET sha256 = ? WHERE id = 2", ("1" * 64,)),
    ],
)
def test_whatever_is_changed_behind_the_back_is_seen(site: Site, statement: str, arguments: tuple[Any, ...]) -> None:
    keep(site, "a", "b", "c")
    assert faults(site) == []
    behind_the_back(site, statement, *arguments)
    assert faults(site) != []


def test_an_entry_that_was_written_again_with_its_own_hash_breaks_the_chain(site: Site) -> None:
    """Whoever knows how the hash is made still has to write everything after it again."""
    keep(site, "a", "b", "c")
    with site.env(readonly=True) as env:
        second = entries(env)[1]
        said = {name: getattr(second, name) for name in chain.COVERED} | {"number": "forged"}
    forged = chain.digest(said)
    statement = "UPDATE einvoice_archive_entry SET number = ?, hash = ? WHERE position = 2"
    behind_the_back(site, statement, "forged", forged)
    assert any("does not follow the entry before it" in fault for fault in faults(site))


def test_a_changed_byte_of_a_file_is_seen(site: Site) -> None:
    keep(site, "a", "b")
    with site.env(readonly=True) as env:
        path = env.site.files.path(entries(env)[0].sha256)
    path.chmod(0o600)
    path.write_bytes(b"A")
    assert [fault.partition(": ")[2] for fault in faults(site)] == ["its file was changed or is missing"]
    path.unlink()
    assert len(faults(site)) == 1


def test_vulnerable_twin_a_hash_over_less_sees_less(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def weak(values: Mapping[str, object]) -> str:
        return hashlib.sha256(f"{values['position']}{values['prev_hash']}".encode()).hexdigest()

    monkeypatch.setattr(chain, "digest", weak)
    monkeypatch.setattr("tradewright_einvoice.services.verify_archive.digest", weak)
    keep(site, "a", "b")
    behind_the_back(site, "UPDATE einvoice_archive_entry SET number = ? WHERE position = 2", "9")
    assert faults(site) == []


def test_nothing_of_an_entry_can_be_changed(site: Site) -> None:
    keep(site, "a")

    def attempt(field: str, value: object) -> Callable[[Env], None]:
        return lambda env: setattr(entries(env)[0], field, value)

    for field, value in {"number": "X", "hash": "0" * 64, "prev_hash": "1" * 64, "kind": "issued"}.items():
        assert "can no longer be changed" in refusal(site, attempt(field, value)), field
    assert "can no longer be changed" in refusal(site, lambda env: env.delete(entries(env)[0]))


def together(work: Callable[[int], None], workers: int) -> list[BaseException]:
    """Let threads begin at one moment; return what they raised."""
    ready, errors = threading.Barrier(workers), []

    def run(number: int) -> None:
        ready.wait(30)
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  told to the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def write_at_once(site: Site) -> list[BaseException]:
    def work(number: int) -> None:
        for turn in range(5):
            name = f"{number}-{turn}.xml"
            site.run(partial(archive, kind="received", content=name.encode(), name=name, day=DAY))

    return together(work, 3)


def test_transactions_that_archive_at_once_make_one_chain(site: Site) -> None:
    assert write_at_once(site) == []
    assert faults(site) == []
    with site.env(readonly=True) as env:
        assert [one.position for one in entries(env)] == list(range(1, 16))


def test_vulnerable_twin_without_the_lock_the_chain_breaks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL runs transactions side by side: there the places are taken twice, which only the unique key stops."""
    if site.database.sqlite:
        pytest.skip("SQLite runs writing transactions one after the other, with or without the lock")
    end = chain._end_of  # noqa: SLF001  the safeguard that is taken away

    def unlocked(env: Env, company_id: int) -> ArchiveChain:
        monkeypatch.setattr(type(env), "lock", lambda self, model, ids: [self.get(model, one) for one in ids])
        return end(env, company_id)

    keep(site, "first")
    monkeypatch.setattr(chain, "_end_of", unlocked)
    errors = write_at_once(site)
    assert errors or faults(site)
