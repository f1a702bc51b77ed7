"""Making a site, its users, its addons, its shell."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tradewright.registry.verify import INVARIANTS, Invariant

PASSWORD = "a long enough password"


def test_a_site_is_made_once_and_again_without_changing_anything(run: Run, empty: Path) -> None:
    first = run("init")
    assert (first.code, first.err) == (0, "")
    assert first.out == (
        "Site main has these addons: core, base, product.\n"
        "New among them: core, base, product.\n"
        "Next: tradewright user create LOGIN --role ADDON.ROLE (tradewright user roles lists them).\n"
        "Then: tradewright serve.\n"
    )
    again = run("init")
    assert (again.code, again.out) == (
        0,
        "Site main has these addons: core, base, product.\nNone of them is new: nothing was changed.\n",
    )
    assert (empty / "var/main.sqlite").is_file()


def test_a_new_site_keeps_all_rules(run: Run, folder: Path) -> None:
    done = run("verify")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Site main: ")
    assert done.out.endswith(" rules checked, 0 violations.\n")
    assert folder.is_dir()


def test_a_violation_is_told_with_its_rule_and_ends_with_1(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def balanced(env: object) -> list[str]:
        """Every ledger balances."""
        del env
        return ["ledger 7 is off by 0.01"]

    broken = Invariant("test.balance", "Every ledger balances.", balanced, "tradewright_base.invariants")
    monkeypatch.setitem(INVARIANTS, "test.balance", broken)
    done = run("verify")
    assert done.code == 1
    assert done.out.splitlines()[:2] == ["test.balance: ledger 7 is off by 0.01", "  rule: Every ledger balances."]
    assert done.out.endswith("rules checked, 1 violations.\n")
    assert folder.is_dir()


def test_users_are_made_listed_disabled_and_enabled(run: Run, folder: Path) -> None:
    made = run("user", "create", "Anna@Example.com", "--name", "Anna", "--role", "base.admin", "--password", PASSWORD)
    assert (made.code, made.out) == (0, "Anna@Example.com can sign in now, as base.admin.\n")
    run("user", "create", "bob@example.com", "--password", PASSWORD)
    assert run("user", "disable", "bob@example.com").out == "bob@example.com can no longer sign in.\n"
    assert run("user", "list").out == (
        "LOGIN             NAME             KIND   STATE     ROLES\n"
        "anna@example.com  Anna             staff  active    base.admin\n"
        "bob@example.com   bob@example.com  staff  disabled\n"
    )
    assert run("user", "enable", "bob@example.com").out == "bob@example.com can sign in again.\n"
    assert run("user", "password", "bob@example.com", "--password", f"{PASSWORD} 2").out == (
        "bob@example.com has a new password.\n"
    )
    assert folder.is_dir()


def test_a_refused_user_is_told_in_a_sentence_and_ends_with_1(run: Run, folder: Path) -> None:
    weak = run("user", "create", "anna@example.com", "--password", "short")
    assert (weak.code, weak.err) == (1, "[base.weak-password] Use at least 10 characters for the password.\n")
    role = run("user", "create", "anna@example.com", "--password", PASSWORD, "--role", "base.admn")
    assert (role.code, role.err) == (
        1,
        "[base.unknown-role] There is no role base.admn; did you mean base.admin, core.admin, base.user?\n",
    )
    nobody = run("user", "disable", "nobody@example.com")
    assert (nobody.code, nobody.err) == (
        1,
        "Error: There is no user nobody@example.com. `tradewright user list` shows all.\n",
    )
    run("user", "create", "anna@example.com", "--password", PASSWORD)
    taken = run("user", "create", "ANNA@example.com", "--password", PASSWORD)
    assert (taken.code, taken.err) == (
        1,
        "[base.login-taken] anna@example.com is somebody's login already: choose another one.\n",
    )
    assert folder.is_dir()


def test_the_roles_of_a_site_are_listed(run: Run, folder: Path) -> None:
    lines = run("user", "roles").out.splitlines()
    assert lines[0].split() == ["ROLE", "LABEL", "IMPLIES"]
    assert "base.admin" in [line.split()[0] for line in lines]
    assert folder.is_dir()


def test_the_addons_are_listed_with_their_state(run: Run, folder: Path) -> None:
    done = run("addon", "list")
    states = {line.split()[0]: line.split()[2] for line in done.out.splitlines()[1:]}
    assert {name: states[name] for name in ("core", "base", "product", "sale")} == {
        "core": "installed",
        "base": "installed",
        "product": "installed",
        "sale": "not",
    }
    assert folder.is_dir()


def test_before_a_site_is_made_its_addons_are_to_install(run: Run, empty: Path) -> None:
    done = run("addon", "list")
    assert done.out.splitlines()[1].split()[:4] == ["core", "0.1.0", "to", "install"]
    assert empty.is_dir()


def test_a_broken_addon_is_told_and_the_others_work(run: Run, folder: Path) -> None:
    broken = folder / "addons/tradewright_broken"
    broken.mkdir(parents=True)
    (broken / "__init__.py").touch()
    (broken / "addon.toml").write_text('name = "broken"\nversion = "1.0"\n')
    (folder / "tradewright.toml").write_text('addons_path = ["addons"]\n[sites.main]\naddons = ["product", "broken"]\n')
    fault = (
        "[addons.manifest.missing-key] this key is missing\n"
        "  addon:  broken\n"
        f"  where:  {broken / 'addon.toml'}, key summary\n"
        "  remedy: add summary = a string\n"
    )
    listed = run("addon", "list")
    assert listed.code == 1
    assert fault in listed.err
    verified = run("verify")
    assert (verified.code, verified.err) == (0, fault)


def test_installing_what_the_settings_do_not_name_says_where_to_name_it(run: Run, folder: Path) -> None:
    done = run("addon", "install", "sale")
    assert (done.code, done.err) == (
        1,
        (
            "[lifecycle.in-settings] the settings name the addons of the site main, and this is not among them\n"
            "  addon:  sale\n"
            "  where:  key sites.main.addons\n"
            "  remedy: add it to the list there, or take the key away: then the site's database says which it has\n"
        ),
    )
    mistyped = run("addon", "install", "prodct")
    assert mistyped.err == (
        "[lifecycle.unknown] no addon of this name was found\n"
        "  addon:  prodct\n"
        "  value:  'prodct'\n"
        "  nearest: product\n"
        "  remedy: correct the name, install the addon, or add its folder to addons_path\n"
    )
    same = "All addons were installed already, in their versions.\n"
    assert run("addon", "install", "product").out == same
    assert run("addon", "upgrade").out == same
    assert run("addon", "upgrade", "--plan").out == "The tables are as the addons declare them.\n"
    assert folder.is_dir()


def test_an_addon_comes_and_goes_with_what_it_keeps(run: Run, folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")  # the site's database says which addons it has
    planned = run("addon", "install", "sale", "--plan")
    assert planned.code == 0
    assert planned.out.startswith("install sale 1.0.0\n  roles: sale.user, ")
    assert "-- sale_order: made\nCREATE TABLE sale_order (" in planned.out
    assert run("addon", "install", "sale").out == "Installed: sale 1.0.0.\n"
    assert "sale" in run("init").out.splitlines()[0]
    assert "DROP TABLE sale_order;" in run("addon", "uninstall", "sale", "--plan").out
    gone = run("addon", "uninstall", "sale", "--yes")
    assert (gone.code, gone.err) == (0, "")
    assert "sale_order: parked with 0 rows\n" in gone.out
    assert gone.out.endswith("Uninstalled: sale.\n")
    assert run("verify").code == 0
    unknown = run("addon", "uninstall", "sale")
    assert (unknown.code, unknown.err) == (
        1,
        (
            "[lifecycle.not-installed] the site main does not have this addon\n"
            "  addon:  sale\n"
            "  nearest: base\n"
            "  remedy: correct the name; `tradewright addon list` shows all\n"
        ),
    )


def test_an_addon_of_the_settings_is_not_uninstalled_behind_their_back(run: Run, folder: Path) -> None:
    settings = folder / "tradewright.toml"
    few = settings.read_text()
    settings.write_text('[sites.main]\naddons = ["sale"]\n')
    assert run("addon", "upgrade").out == "Installed: sale 1.0.0.\n"
    enabled = run("addon", "uninstall", "sale", "--yes")
    assert (enabled.code, enabled.err) == (
        1,
        (
            "[lifecycle.in-settings] the settings enable it for the site main\n"
            "  addon:  sale\n"
            "  where:  key sites.main.addons\n"
            "  remedy: take it, and what depends on it, off the list there, then call this again\n"
        ),
    )
    settings.write_text(few)
    left = run("init")
    assert left.code == 1
    assert left.err.startswith("[install.left-out] the site has addons that it does not enable any more")
    assert run("addon", "uninstall", "sale", "--yes").code == 0


def test_a_plan_is_written_for_machines_and_applied_only_if_it_is_still_the_one(run: Run, folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")
    written = run("addon", "install", "sale", "--plan", "--json").out
    plan = json.loads(written)
    assert [change["name"] for change in plan["addons"] if change["what"] == "install"] == ["sale"]
    assert any(statement.startswith("CREATE TABLE sale_order") for statement in plan["statements"])
    file = folder / "plan.json"
    file.write_text(written.replace(plan["mark"], "0" * 16))
    other = run("addon", "install", "sale", "--expect", file)
    assert (other.code, other.out) == (1, "")
    assert other.err.startswith("[lifecycle.plan-changed] the plan is not the one in the file; nothing was done\n")
    file.write_text("no plan")
    assert run("addon", "install", "sale", "--expect", file).code == 2
    file.write_text(written)
    assert run("addon", "install", "sale", "--expect", file).out == "Installed: sale 1.0.0.\n"


def test_a_change_is_rehearsed_on_a_copy(run: Run, folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")
    rehearsed = run("addon", "install", "sale", "--rehearse")
    assert (rehearsed.code, rehearsed.err) == (0, "")
    assert rehearsed.out.startswith("Rehearsed on a copy in ")
    assert rehearsed.out.endswith("0 violations.\n")
    assert any(
        line.split()[:4] == ["sale", "1.0.0", "not", "installed"] for line in run("addon", "list").out.splitlines()
    )
    assert run("addon", "install", "sale").out == "Installed: sale 1.0.0.\n"


def test_what_is_parked_is_listed_and_purged_after_a_backup(run: Run, folder: Path) -> None:
    (folder / "tradewright.toml").write_text("[sites.main]\n")
    assert run("addon", "parked").out == "Nothing is parked.\n"
    run("addon", "install", "sale")
    run("addon", "uninstall", "sale", "--yes")
    listed = json.loads(run("addon", "parked", "--json").out)
    assert {row["addon"] for row in listed} == {"sale"}
    assert "sale_order" in {row["source"] for row in listed}
    unknown = run("addon", "purge", "sle", "--backup", "gone.zip", "--yes")
    assert (unknown.code, unknown.err.splitlines()[0]) == (1, "[lifecycle.not-parked] nothing of this name is parked")
    (folder / "there.zip").write_text("")
    assert run("addon", "purge", "sale", "--backup", "there.zip", "--yes").code == 1
    assert json.loads(run("addon", "parked", "--json").out) == listed
    purged = run("addon", "purge", "sale", "--backup", "gone.zip", "--yes")
    assert (purged.code, purged.out.splitlines()[-1]) == (0, "Dropped; the rows are in gone.zip.")
    with zipfile.ZipFile(folder / "gone.zip") as archive:
        assert set(archive.namelist()) == {"parked.json", *(f"{row['name']}.jsonl" for row in listed)}
    assert run("addon", "parked").out == "Nothing is parked.\n"
    assert run("addon", "install", "sale").out == "Installed: sale 1.0.0.\n"


def test_of_a_new_site_everything_is_planned(run: Run, empty: Path) -> None:
    planned = run("addon", "upgrade", "--plan").out
    assert planned.startswith("install core 0.1.0\ninstall base 1.0.0\ninstall product 1.0.0\n")
    assert "-- base_partner: made\n" in planned
    assert empty.is_dir()


def test_a_new_site_gets_the_addons_that_are_named(run: Run, empty: Path) -> None:
    (empty / "tradewright.toml").write_text("[sites.main]\n")
    assert run("init", "--addon", "product").out.splitlines()[0] == "Site main has these addons: core, base, product."
    assert run("init").out.splitlines()[0] == "Site main has these addons: core, base, product."


def test_the_hooks_are_listed_with_who_answers(run: Run, folder: Path) -> None:
    lines = run("addon", "hooks").out.splitlines()
    place = lines.index("actor_for (core, first answer counts)")
    assert lines[place + 1].startswith("  base: tradewright_base.plugin:")
    assert folder.is_dir()


def test_the_shell_has_the_site_at_hand_and_writes_only_when_asked(run: Run, folder: Path) -> None:
    add = "env.add(env[Setting](key='test.kept', value=1))"
    show = "print(env.config('test.kept'))"
    assert run("shell", "--write", "-c", f"{add}; env.flush()").code == 0
    assert run("shell", "-c", show).out == "1\n"
    refused = run("shell", "-c", f"{add}; env.flush()")
    assert refused.code != 0
    assert run("shell", "-c", "print(site.name, env.actor.kind)").out == "main system\n"
    assert folder.is_dir()
