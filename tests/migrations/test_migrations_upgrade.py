"""A site with rows goes from one version of an addon to the next: names, types and values are what the new one says."""

from typing import Any

from tests.migrations.nursery import Nursery, expected, plant, plants, schema, upgrade


def test_an_upgrade_renames_converts_and_fills_and_ends_in_the_schema_of_a_fresh_install(
    nursery: Nursery,
) -> None:
    plant(nursery.installed("old"))
    site = nursery.open("new")
    upgrade(site)
    assert plants(site) == expected()
    reached = schema(site)
    with site.database.write.begin() as connection:
        _drop_all(connection, sqlite=site.database.sqlite)
    fresh = schema(nursery.installed("new"))
    assert reached == fresh


def _drop_all(connection: Any, *, sqlite: bool) -> None:
    if not sqlite:
        connection.exec_driver_sql("DROP SCHEMA green CASCADE")
        return
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for (name,) in names.all():
        connection.exec_driver_sql(f'DROP TABLE "{name}"')
