"""What a database knows of migrations: where a fresh site starts, what is parked, and what the code does not know."""

import subprocess
import sys

from tests.migrations.nursery import OLD, Nursery, migrations, plant, upgrade
from tradewright.app import Site
from tradewright.registry.install import changing
from tradewright.testing import count_statements


def revisions(site: Site) -> dict[str, str]:
    with site.database.read.connect() as connection:
        return migrations(site).current(connection)


def pending(site: Site) -> list[str]:
    with site.database.read.connect() as connection:
        return [each.revision for each in migrations(site).pending(connection)]


def test_a_fresh_site_starts_at_the_last_revision(nursery: Nursery) -> None:
    site = nursery.installed("new")
    assert revisions(site) == {"nursery": "nursery_0002"}
    assert pending(site) == []


def test_a_site_from_before_the_first_script_has_all_of_them_to_run(nursery: Nursery) -> None:
    nursery.installed("old")
    site = nursery.open("new")
    with site.database.read.connect() as connection:
        found = migrations(site).pending(connection)
        waiting = migrations(site).is_pending(connection)
    assert waiting
    assert [(each.addon, each.revision, each.moves_data, each.file.name) for each in found] == [
        ("nursery", "nursery_0001", False, "0001_sizes.py"),
        ("nursery", "nursery_0002", True, "0002_tags.py"),
    ]
    assert found[1].doc == "Every plant has a tag."


def test_an_addon_that_is_not_installed_has_nothing_pending(nursery: Nursery) -> None:
    site = nursery.open("new")
    with site.database.write.begin() as connection:
        if not site.database.sqlite:
            connection.exec_driver_sql("CREATE SCHEMA green")
    assert pending(site) == []
    assert not any(revisions(site))


def test_code_that_is_older_than_the_database_is_told(nursery: Nursery) -> None:
    nursery.installed("new")
    nursery.write("older", OLD, ["0001_sizes.py"])
    site = nursery.open("older")
    with site.database.read.connect() as connection:
        assert migrations(site).unknown(connection) == ("nursery_0002",)
    site = nursery.open("new")
    with site.database.read.connect() as connection:
        assert migrations(site).unknown(connection) == ()


def test_parked_data_go_on_where_they_were(nursery: Nursery) -> None:
    nursery.write("first", OLD, ["0001_sizes.py"])
    site = nursery.installed("first")
    with changing(site.database) as connection:
        migrations(site).forget(connection, "nursery")
    assert revisions(site) == {}
    site = nursery.open("new")
    with changing(site.database) as connection:
        assert migrations(site).parked(connection) == {"nursery": "nursery_0001"}
        migrations(site).stamp(connection, ["nursery"])
        assert migrations(site).parked(connection) == {}
    assert revisions(site) == {"nursery": "nursery_0001"}
    assert pending(site) == ["nursery_0002"]


def test_data_parked_before_the_first_script_have_all_of_them_to_run(nursery: Nursery) -> None:
    site = nursery.installed("old")
    with changing(site.database) as connection:
        migrations(site).forget(connection, "nursery")
    site = nursery.open("new")
    with changing(site.database) as connection:
        assert migrations(site).parked(connection) == {"nursery": "nursery_0000"}
        migrations(site).stamp(connection, ["nursery"])
    assert revisions(site) == {}
    assert pending(site) == ["nursery_0001", "nursery_0002"]


def test_purged_data_leave_nothing_behind(nursery: Nursery) -> None:
    site = nursery.installed("new")
    with changing(site.database) as connection:
        migrations(site).forget(connection, "nursery")
        migrations(site).purged(connection, "nursery")
        assert migrations(site).parked(connection) == {}
        migrations(site).stamp(connection, ["nursery"])
    assert revisions(site) == {"nursery": "nursery_0002"}


def test_forgetting_an_addon_forgets_the_bridges_with_it(nursery: Nursery) -> None:
    site = nursery.installed("new")
    with changing(site.database) as connection:
        for revision in ("shop_0004", "shop.nursery_0002", "nursery.shop_0001"):
            connection.exec_driver_sql(f"INSERT INTO core_alembic_version VALUES ('{revision}')")  # noqa: S608
        migrations(site).forget(connection, "nursery")
    assert revisions(site) == {"shop": "shop_0004"}


def test_asking_for_what_is_pending_does_not_load_alembic(nursery: Nursery) -> None:
    nursery.installed("new")
    url, schema = nursery.settings.database, nursery.settings.schema
    folder = f"{nursery.folder}/addons_new"
    program = f"""
import sys
from pathlib import Path
from tradewright.addons import discover, resolve
from tradewright.migrations import Migrations
from tradewright.orm.database import Database
database = Database({url!r}, schema={schema!r})
scripts = Migrations(resolve(discover([Path({folder!r})], installed=False), ["nursery"]))
with database.read.connect() as connection:
    print(scripts.heads(), scripts.is_pending(connection), scripts.pending(connection), scripts.unknown(connection))
    print(scripts.data_steps(connection))
scripts.run_data(database)
print("alembic" in sys.modules)
"""
    nursery.close()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["{'nursery': 'nursery_0002'} False () ()", "[]", "False"]


def test_asking_for_what_is_pending_takes_few_statements(nursery: Nursery) -> None:
    site = nursery.installed("new")
    with site.database.read.connect() as connection, count_statements(site) as statements:
        assert not migrations(site).is_pending(connection)
    assert len(statements) <= 8, statements


def test_the_journal_tells_what_is_done(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 12)
    site = nursery.open("new")
    upgrade(site)
    with site.database.read.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT revision, name, last_id, rows_done, finished_at IS NOT NULL FROM core_migration_journal"
        ).all()
    assert [tuple(row[:4]) for row in rows] == [("nursery_0002", "tag", 12, 12)]
    assert rows[0][4]
