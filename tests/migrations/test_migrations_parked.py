"""An addon that comes back in a later version than its parked data: it says what to do, and begins anew after that."""

from pathlib import Path

import pytest

from tests.migrations.nursery import Nursery, migrations, plant, plants, schema
from tradewright.app.lifecycle import LifeCycle
from tradewright.app.lifecycle.parked import choose_parked, drop_parked
from tradewright.base import DeveloperError


def cycle(nursery: Nursery, version: str) -> LifeCycle:
    return LifeCycle(nursery.open(version), nursery.compositions(version))


def test_parked_data_of_an_older_version_stop_an_install_until_they_are_purged(
    nursery: Nursery, tmp_path: Path
) -> None:
    plant(nursery.installed("old"), 2)  # none of them is sold: sold plants can't be uninstalled
    life = cycle(nursery, "old")
    life.apply(life.plan_uninstall("nursery"))
    life = cycle(nursery, "new")
    with pytest.raises(DeveloperError, match="nursery had was parked at nursery_0000, and its code is at nursery_0002"):
        life.apply(life.plan_install("nursery"))
    drop_parked(life.site, choose_parked(life.site, ["nursery"]), tmp_path / "backup.zip")
    site = life.apply(life.plan_install("nursery"))
    assert plants(site) == []
    with site.database.read.connect() as connection:
        assert migrations(site).current(connection) == {"nursery": "nursery_0002"}
    reached = schema(site)
    nursery.empty()
    assert schema(nursery.installed("new")) == reached
