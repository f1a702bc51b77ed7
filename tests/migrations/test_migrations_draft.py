"""`tradewright addon migration` drafts what a script has to say: what is new, renamed, or of another type."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.migrations.nursery import NEW, OLD, Nursery, migrations, plant, schema, upgrade
from tradewright import migrations as facade
from tradewright.app import Site
from tradewright.base import DeveloperError
from tradewright.cli import main
from tradewright.migrations import Migrations, rendering
from tradewright.migrations.drafts import Draft

MORE = f"""{OLD}
        colour: Mapped[str] = text(default="green")
        weight: Mapped[Decimal] = money(default=Decimal("2.5"))
        note: Mapped[str | None] = text(multiline=True)

    class Pot(Model, title="name", public=True):
        "Holds a plant."
        name: Mapped[str] = text(unique=True)
        plant: Mapped[Plant] = many_to_one()
        volume: Mapped[Decimal] = money(at_least=0)
"""


def drafted(site: Site, message: str = "Sizes, not heights.", name: str = "nursery") -> Draft:
    with site.database.read.connect() as connection:
        return migrations(site).draft(connection, site.registry, name, message)


def test_a_draft_says_what_is_new_and_what_may_be_renamed_and_what_has_another_type(nursery: Nursery) -> None:
    nursery.installed("old")
    nursery.write("next", NEW)
    site = nursery.open("next")
    found = drafted(site)
    assert found.file.name == "0001_sizes_not_heights.py"
    assert found.text == _expected(sqlite=site.database.sqlite)
    assert found.remarks == (
        "nursery_bed is declared by nobody any more; the upgrade parks it",
        "nursery_plant.bed_id is declared by nobody any more; the upgrade parks it",
        "nursery_plant.height is declared by nobody any more; the upgrade parks it",
    )


def _expected(*, sqlite: bool) -> str:
    names = f"ID, BigInteger, Column, {'' if sqlite else 'Exact, '}PrimaryKeyConstraint, String, UniqueConstraint, op"
    # SQLite keeps exact numbers of every scale in integers, so that another scale can't be seen there.
    price = "" if sqlite else '    op.change_type("nursery_plant", "price", Exact(4), Exact(6))\n'
    text = f'''\
        """Sizes, not heights."""

        from tradewright.migrations import {names}

        revision = "nursery_0001"
        down_revision = None
        branch_labels = ("m_nursery",)


        def upgrade() -> None:
            # Is nursery_plot the new name of nursery_bed? Then write this instead:
            # op.rename_table("nursery_bed", "nursery_plot")
            op.create_table(
                "nursery_plot",
                Column("id", ID, nullable=False),
                Column("name", String(255), nullable=False),
                PrimaryKeyConstraint("id", name=op.f("pk_nursery_plot")),
                UniqueConstraint("name", name=op.f("uq_nursery_plot_name")),
            )
            # Is size the new name of height? Then write this instead:
            # op.rename_column("nursery_plant", "height", "size")
            # size is required and has no default: a data migration has to fill it.
            op.add_column("nursery_plant", Column("size", BigInteger()))
            # Is plot_id the new name of bed_id? Then write this instead:
            # op.rename_column("nursery_plant", "bed_id", "plot_id")
            # plot_id is required and has no default: a data migration has to fill it.
            op.add_column("nursery_plant", Column("plot_id", ID))
            # tag is required and has no default: a data migration has to fill it.
            op.add_column("nursery_plant", Column("tag", String(255)))
            op.change_type("nursery_plant", "grade", String(255), BigInteger())
        '''
    return dedent(text) + price


def test_a_draft_runs_as_it_is_and_ends_in_the_schema_of_a_fresh_install(nursery: Nursery) -> None:
    site = nursery.installed("old")
    plant(site, 5)
    nursery.write("next", MORE)
    found = drafted(nursery.open("next"), "Pots")
    nursery.write("more", MORE, {found.file.name: found.text})
    site = nursery.open("more")
    upgrade(site)
    reached = schema(site)
    with site.database.read.connect() as connection:
        filled = connection.exec_driver_sql("SELECT DISTINCT colour, weight, note FROM nursery_plant").all()
    assert [(row[0], f"{row[1]:.1f}", row[2]) for row in filled] == [
        ("green", "25000.0" if site.database.sqlite else "2.5", None)
    ]
    assert drafted(site).text == ""
    nursery.empty()
    assert schema(nursery.installed("more")) == reached


def test_what_a_draft_may_import_can_be_imported() -> None:
    assert set(facade.__all__) >= rendering.WORDS


def test_nothing_needs_a_script_where_nothing_differs(nursery: Nursery) -> None:
    found = drafted(nursery.installed("old"))
    assert (found.text, found.remarks) == ("", ())


def test_no_shipped_addon_differs_from_a_site_that_was_just_made(site: Site) -> None:
    scripts = Migrations(site.composition.addons)
    with site.database.read.connect() as connection:
        texts = {
            branch.name: scripts.draft(connection, site.registry, branch.name, "Changes").text
            for branch in scripts.branches
        }
    assert not any(texts.values()), texts
    assert {"core", "base", "account.sale", "stock.sale"} <= texts.keys()


def test_a_column_is_drafted_for_the_package_that_adds_it_to_a_table_of_another(site: Site) -> None:
    scripts = Migrations(site.composition.addons)
    fields = site.registry.model("sale.OrderLine").fields
    added = next(field for field in fields.values() if "account.bridges.sale" in field.where and field.stored)
    with site.database.write.connect() as connection, connection.begin() as transaction:
        if site.database.sqlite:
            table = site.registry.model("sale.OrderLine").table
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            kept = ", ".join(each.name for each in table.columns if each.name != added.column)
            connection.exec_driver_sql(f"CREATE TABLE copy AS SELECT {kept} FROM sale_order_line")  # noqa: S608
            connection.exec_driver_sql("DROP TABLE sale_order_line")
            connection.exec_driver_sql("ALTER TABLE copy RENAME TO sale_order_line")
        else:
            connection.exec_driver_sql(f"ALTER TABLE sale_order_line DROP COLUMN {added.column}")
        texts = {name: scripts.draft(connection, site.registry, name, "x").text for name in ("account.sale", "account")}
        transaction.rollback()
    assert f'op.add_column("sale_order_line", Column("{added.column}"' in texts["account.sale"]
    assert 'revision = "account.sale_0001"' in texts["account.sale"]
    assert texts["account"] == ""


def test_a_draft_is_refused_where_scripts_are_waiting(nursery: Nursery) -> None:
    nursery.installed("old")
    site = nursery.open("new")
    with pytest.raises(DeveloperError) as caught:
        drafted(site)
    file = migrations(site).branches[-1].scripts[0].file
    assert str(caught.value).splitlines() == [
        "[migrations.draft-pending] the site has not run all scripts that there are",
        "  addon:  nursery",
        f"  where:  {file}",
        "  value:  'nursery_0001'",
        "  remedy: run tradewright addon upgrade first, or draft on a site that has",
    ]


def test_a_draft_of_an_unknown_addon_names_the_nearest(nursery: Nursery) -> None:
    with pytest.raises(DeveloperError) as caught:
        drafted(nursery.installed("old"), name="nursry")
    assert "[migrations.no-branch]" in str(caught.value)
    assert "nearest: nursery" in str(caught.value)


def test_the_command_writes_the_next_script_and_says_when_none_is_needed(
    nursery: Nursery, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nursery.installed("old")
    nursery.close()
    settings = tmp_path / "tradewright.toml"

    def call(folder: str, *arguments: str) -> tuple[int, str]:
        url, schema_ = nursery.settings.database, nursery.settings.schema
        schema_line = f'schema = "{schema_}"' if schema_ else ""
        settings.write_text(
            f'addons_path = ["{nursery.folder}/addons_{folder}"]\n'
            f'[sites.main]\ndatabase = "{url}"\n{schema_line}\naddons = ["nursery"]\n'
        )
        code = main(["--config", str(settings), "addon", "migration", "nursery", *arguments])
        return code, capfd.readouterr().out

    assert call("old") == (0, "Nothing of nursery needs a script: the tables of main have all that it declares.\n")
    nursery.write("next", MORE)
    code, shown = call("next", "-m", "Pots", "--print")
    folder = next((nursery.folder / "addons_next").iterdir()) / "migrations"
    assert code == 0
    assert shown.startswith('"""Pots."""')
    assert not folder.exists()
    code, said = call("next", "-m", "Pots")
    assert (code, said) == (
        0,
        f"Wrote {folder}/0001_pots.py. Read it, and try it: tradewright addon upgrade --plan\n",
    )
    assert (folder / "0001_pots.py").read_text() == shown
