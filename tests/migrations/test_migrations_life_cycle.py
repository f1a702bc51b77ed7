"""The life cycle of addons runs the scripts: in its plan, in its upgrade, and over an uninstall and a return."""

from tests.migrations.nursery import Nursery, expected, plant, plants, schema


def test_an_upgrade_by_plan_runs_the_scripts_and_ends_in_the_schema_of_a_fresh_install(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 25)
    life = nursery.life_cycle("new")
    plan = life.plan_upgrade()
    assert [(each.revision, each.says, each.rows) for each in plan.migrations] == [
        (
            "nursery_0001",
            "Heights are called sizes, beds are called plots; grades are numbers, prices have six decimals.",
            0,
        ),
        ("nursery_0002", "Every plant has a tag.", 25),
    ]
    assert not plan.losses
    site = life.apply(plan)
    assert plants(site) == expected(25)
    reached = schema(site)
    assert not nursery.life_cycle("new").plan_upgrade()
    nursery.empty()
    assert schema(nursery.installed("new")) == reached


def test_what_was_parked_is_back_and_runs_no_script_again(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 2)  # none of them is sold: sold plants can't be uninstalled
    nursery.upgrade()
    life = nursery.life_cycle("new")
    life.apply(life.plan_uninstall("nursery"))
    life = nursery.life_cycle("new")
    plan = life.plan_install("nursery")
    assert plan.migrations == ()
    site = life.apply(plan)
    assert plants(site) == expected(2)
