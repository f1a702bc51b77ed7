"""A site with rows goes from one version of an addon to the next: names, types and values are what the new one says."""

from tests.migrations.nursery import Nursery, expected, plant, plants, schema, upgrade


def test_an_upgrade_renames_converts_and_fills_and_ends_in_the_schema_of_a_fresh_install(
    nursery: Nursery,
) -> None:
    plant(nursery.installed("old"))
    site = nursery.open("new")
    upgrade(site)
    assert plants(site) == expected()
    reached = schema(site)
    nursery.empty()
    fresh = schema(nursery.installed("new"))
    assert reached == fresh
