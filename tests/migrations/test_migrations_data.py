"""Data migrations go through all rows once, in few statements, and go on where they stopped."""

from textwrap import dedent, indent

import pytest

from tests.migrations.nursery import NEW, OLD, SCRIPTS, Nursery, expected, heights, migrations, plant, plants, upgrade
from tradewright.app import Site
from tradewright.base import DeveloperError
from tradewright.migrations import DataStep
from tradewright.registry.install import changing
from tradewright.testing import count_statements

SIZES = (SCRIPTS / "0001_sizes.py").read_text()
TAGS = (SCRIPTS / "0002_tags.py").read_text()


def expanded(nursery: Nursery, version: str) -> Site:
    site = nursery.open(version)
    with changing(site.database) as connection:
        migrations(site).expand(connection)
    return site


def variant(nursery: Nursery, body: str, arguments: str = "PLANTS, batch=10, frozen=True") -> None:
    """Write the new version with another data migration."""
    head, _, _rest = TAGS.partition("@data_migration")
    head = head.replace("import Batch,", "import Batch, text, select, insert,")
    function = f"@data_migration({arguments})\ndef tag(batch: Batch) -> None:\n{indent(dedent(body), '    ')}"
    nursery.write(
        "variant",
        NEW,
        {"0001_sizes.py": SIZES, "0002_tags.py": head + function},
    )


def test_progress_tells_how_many_rows_are_done_and_left(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 25)
    site = nursery.open("new")
    with site.database.read.connect() as connection:
        before = migrations(site).data_steps(connection)
    said: list[DataStep] = []
    upgrade(site, said.append)
    step = DataStep("nursery", "nursery_0002", "tag", "Tags are the names in capitals.", "nursery_plant", 0, 25)
    assert before == [step]
    assert [(each.rows_done, each.rows_left) for each in said] == [(10, 15), (20, 5), (25, 0)]
    with site.database.read.connect() as connection:
        assert migrations(site).data_steps(connection) == []


@pytest.mark.parametrize("rows", [10, 200])
def test_the_statements_of_a_batch_do_not_grow_with_its_rows(nursery: Nursery, rows: int) -> None:
    plant(nursery.installed("old"), rows)
    nursery.write("large", NEW, {"0001_sizes.py": SIZES, "0002_tags.py": TAGS.replace("batch=10,", "batch=1000,")})
    site = expanded(nursery, "large")
    with count_statements(site) as statements:
        migrations(site).run_data(site.database)
    # The journal and what is left, then its row, the bounds, triggers aside and back, the rows, the journal.
    assert len(statements) <= 16, list(statements)


def test_a_failing_script_leaves_the_old_version_working(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 5)
    before = heights(nursery.open("old"))
    broken = TAGS.replace(
        'op.add_column("nursery_plant"', 'op.execute("DELETE FROM no_such_table")\n    op.add_column("x"'
    )
    nursery.write("broken", OLD, {"0001_sizes.py": SIZES, "0002_tags.py": broken})
    site = nursery.open("broken")
    with pytest.raises(DeveloperError) as caught, changing(site.database) as connection:
        migrations(site).expand(connection)
    assert str(caught.value).startswith("[migrations.failed] a migration failed: ")
    assert "no_such_table" in str(caught.value)
    assert "0002_tags.py" in str(caught.value)
    assert heights(nursery.open("old")) == before
    upgrade(nursery.open("new"))


def test_a_failing_batch_keeps_the_ones_before_and_the_next_run_goes_on_there(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 25)
    variant(
        nursery,
        """
            if batch.first > 10:
                raise ValueError("the label printer is on fire")
            batch.write("UPDATE nursery_plant SET tag = upper(name) || '-' || name, tally = tally + 1 "
                        "WHERE id BETWEEN :first AND :last")
        """,
    )
    site = expanded(nursery, "variant")
    with pytest.raises(DeveloperError) as caught:
        migrations(site).run_data(site.database)
    file = migrations(site).branches[-1].scripts[1].file
    assert str(caught.value).splitlines() == [
        "[migrations.data-failed] a data migration failed: ValueError: the label printer is on fire",
        "  addon:  nursery",
        f"  where:  {file}, tag",
        "  value:  'nursery_plant 11 to 20'",
        "  remedy: its batch was rolled back, the ones before it are kept; correct script or rows and upgrade again",
    ]
    with site.database.read.connect() as connection:
        assert [(each.rows_done, each.rows_left) for each in migrations(site).data_steps(connection)] == [(10, 15)]
    upgrade(site=nursery.open("new"))
    assert plants(nursery.open("new")) == expected(25)


@pytest.mark.parametrize(
    ("body", "arguments"),
    [
        (
            """
                rows = batch.read(select(PLANTS.c.id, PLANTS.c.name).where(batch.rows))
                batch.write(
                    text("UPDATE nursery_plant SET tag = :tag, tally = tally + 1 WHERE id = :id"),
                    [{"id": row.id, "tag": f"{row.name.upper()}-{row.name}"} for row in rows],
                )
            """,
            '"nursery_plant", batch=4, frozen=True',
        ),
        (
            """
                assert batch.dialect in {"postgresql", "sqlite"}
                values = {"mark": "-"}
                batch.write("UPDATE nursery_plant SET tag = upper(name) || :mark || name, tally = tally + 1 "
                            "WHERE state = 'draft'", values)
                assert batch.write("UPDATE nursery_plant SET tag = name", []) == 0
            """,
            "",
        ),
    ],
    ids=["in Python", "once, without a table"],
)
def test_rows_are_moved_in_python_or_all_at_once(nursery: Nursery, body: str, arguments: str) -> None:
    site = nursery.installed("old")
    plant(site, 1 if not arguments else 9)
    variant(nursery, body, arguments)
    site = expanded(nursery, "variant")
    migrations(site).run_data(site.database)
    migrations(site).run_data(site.database)
    upgrade(nursery.open("new"))
    assert plants(nursery.open("new")) == expected(1 if not arguments else 9)


def test_posted_rows_are_kept_from_a_data_migration_that_does_not_ask_for_them(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 3)
    nursery.write(
        "tally",
        OLD,
        {"0001_tally.py": _TALLY.replace("FROZEN", "False"), "0002_tally.py": _AGAIN},
    )
    site = expanded(nursery, "tally")
    with pytest.raises(DeveloperError, match="tradewright: frozen nursery_plant"):
        migrations(site).run_data(site.database)
    nursery.write("frozen", OLD, {"0001_tally.py": _TALLY.replace("FROZEN", "True"), "0002_tally.py": _AGAIN})
    site = nursery.open("frozen")
    migrations(site).run_data(site.database)
    with site.database.read.connect() as connection:
        found = connection.exec_driver_sql("SELECT tally FROM nursery_plant").scalars().all()
    assert found == [11, 11, 11]
    with pytest.raises(Exception, match="tradewright: frozen nursery_plant"), site.database.write.begin() as writing:
        writing.exec_driver_sql("UPDATE nursery_plant SET tally = 9 WHERE state = 'sold'")


_TALLY = '''
"""Counts."""
from tradewright.migrations import Batch, data_migration
revision = "nursery_0001"
down_revision = None
branch_labels = ("m_nursery",)

@data_migration("nursery_plant", frozen=FROZEN)
def one(batch: Batch) -> None:
    batch.write("UPDATE nursery_plant SET tally = tally + 1 WHERE id BETWEEN :first AND :last")
'''
_AGAIN = '''
"""Counts again, in rows that were counted."""
from tradewright.migrations import Batch, data_migration
revision = "nursery_0002"
down_revision = "nursery_0001"

@data_migration("nursery_plant", frozen=True)
def ten(batch: Batch) -> None:
    batch.write("UPDATE nursery_plant SET tally = tally + 10 WHERE tally = 1 AND id BETWEEN :first AND :last")
'''


def test_a_data_migration_that_left_its_script_is_missed(nursery: Nursery) -> None:
    plant(nursery.installed("old"), 3)
    expanded(nursery, "new")
    nursery.write(
        "renamed",
        OLD,
        {
            "0001_sizes.py": SIZES,
            "0002_tags.py": TAGS.replace("def tag(", "def tags("),
        },
    )
    site = nursery.open("renamed")
    with pytest.raises(DeveloperError) as caught:
        migrations(site).run_data(site.database)
    assert str(caught.value).splitlines()[0] == (
        "[migrations.step-gone] a data migration that the site has begun is not in the code any more"
    )
    assert "  nearest: tags" in str(caught.value).splitlines()


def test_two_runs_at_once_move_no_row_twice(nursery: Nursery) -> None:
    from threading import Thread

    plant(nursery.installed("old"), 60)
    site = expanded(nursery, "new")
    faults: list[BaseException] = []

    def run() -> None:
        try:
            migrations(site).run_data(site.database)
        except BaseException as fault:  # noqa: BLE001  told by the test
            faults.append(fault)

    threads = [Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    upgrade(site)
    assert plants(site) == expected(60)
