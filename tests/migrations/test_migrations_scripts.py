"""Scripts are found, numbered and checked; a fault names addon, file and remedy before anything is run."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.addons.workshop import Workshop
from tradewright.base import DeveloperError
from tradewright.migrations import Migrations

FIRST = '"""First."""\nrevision = "pond_0001"\ndown_revision = None\nbranch_labels = ("m_pond",)\n'
SECOND = '"""Second."""\nrevision = "pond_0002"\ndown_revision = "pond_0001"\n'
THIRD = '"""Third."""\nrevision = "pond_0003"\ndown_revision = "pond_0002"\n'


def scripts(folder: Path, files: dict[str, str], **more: dict[str, str]) -> Migrations:
    workshop = Workshop(folder, f"ponds_{abs(hash(str(folder)))}")
    workshop.addon("pond", files={f"migrations/{name}": text for name, text in files.items()})
    for name, texts in more.items():
        workshop.addon(name, ["pond"], files={f"migrations/{each}": text for each, text in texts.items()})
    return Migrations(workshop.resolve("pond", *more))


def refused(folder: Path, files: dict[str, str], **more: dict[str, str]) -> str:
    with pytest.raises(DeveloperError) as caught:
        scripts(folder, files, **more).check()
    return str(caught.value).replace(f"{folder}/", "").replace(f"ponds_{abs(hash(str(folder)))}_", "")


def test_the_head_of_a_branch_is_its_last_number(tmp_path: Path) -> None:
    found = scripts(tmp_path, {"0002_b.py": SECOND, "0001_a.py": FIRST, "__init__.py": ""})
    found.check()
    assert found.heads() == {"pond": "pond_0002"}


def test_a_bridge_has_a_branch_of_its_own(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path, "bridged_ponds")
    first = 'revision = "fish.pond_0001"\ndown_revision = None\nbranch_labels = ("m_fish.pond",)\n'
    workshop.addon("pond", files={"migrations/0001_a.py": FIRST})
    workshop.addon("fish", bridges=["pond"], files={"bridges/pond/migrations/0001_a.py": first})
    both = Migrations(workshop.resolve("pond", "fish"))
    both.check()
    assert both.heads() == {"pond": "pond_0001", "fish.pond": "fish.pond_0001"}
    assert Migrations(workshop.resolve("fish")).heads() == {}


def test_the_core_has_a_branch_that_is_not_the_folder_of_the_layer(tmp_path: Path) -> None:
    core = scripts(tmp_path, {}).branches[0]
    assert (core.name, core.scripts) == ("core", ())
    assert core.folder.parts[-3:] == ("tradewright", "registry", "migrations")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"0001_a.py": FIRST.replace("m_pond", "pond")},
            """\
            [migrations.label] the first script of pond carries its label
              addon:  pond
              where:  pond/migrations/0001_a.py
              value:  ('pond',)
              remedy: write branch_labels = ("m_pond",)""",
        ),
        (
            {"0001_a.py": FIRST, "0002_b.py": f'{SECOND}branch_labels = ("m_pond",)\n'},
            """\
            [migrations.label] only the first script has a label
              addon:  pond
              where:  pond/migrations/0002_b.py
              value:  ('m_pond',)
              remedy: remove branch_labels""",
        ),
        (
            {"0001_a.py": FIRST, "0002_b.py": SECOND, "0003_c.py": THIRD.replace("0002", "0001")},
            """\
            [migrations.two-heads] two scripts follow pond_0001, so that the addon would have two heads
              addon:  pond
              where:  pond/migrations/0003_c.py
              value:  'pond_0001'
              remedy: write down_revision = "pond_0002\"""",
        ),
        (
            {"0001_a.py": FIRST, "0002_b.py": SECOND.replace('"pond_0001"', "None")},
            """\
            [migrations.no-down-revision] a script that is not the first of its addon misses its down_revision
              addon:  pond
              where:  pond/migrations/0002_b.py
              remedy: write down_revision = "pond_0001\"""",
        ),
        (
            {"0001_a.py": FIRST, "0002_b.py": SECOND.replace("pond_0001", "pond_0007")},
            """\
            [migrations.down-revision] the down_revision is not the script before this one
              addon:  pond
              where:  pond/migrations/0002_b.py
              value:  'pond_0007'
              remedy: write down_revision = "pond_0001\"""",
        ),
        (
            {"0001_a.py": FIRST, "0001_b.py": FIRST},
            """\
            [migrations.duplicate] two scripts have one number, and so one revision; the other is 0001_a.py
              addon:  pond
              where:  pond/migrations/0001_b.py
              value:  'pond_0001'
              remedy: give the one that is not released yet the next number, in its name, revision and down_revision""",
        ),
        (
            {"0001_a.py": FIRST.replace("pond_0001", "a1b2c3")},
            """\
            [migrations.revision] the revision of a script is that of its file's name
              addon:  pond
              where:  pond/migrations/0001_a.py
              value:  'a1b2c3'
              remedy: write revision = "pond_0001", or rename the file""",
        ),
        (
            {"first.py": FIRST},
            """\
            [migrations.file-name] the name of a migration script is a number and a word
              addon:  pond
              where:  pond/migrations/first.py
              value:  'first.py'
              remedy: name it like 0001_sizes.py: four digits, then small letters, digits and underscores""",
        ),
        (
            {"0001_a.py": f'{FIRST}depends_on = "pound_0001"\n'},
            """\
            [migrations.depends-on] no enabled addon has the revision that the script depends on
              addon:  pond
              where:  pond/migrations/0001_a.py
              value:  'pound_0001'
              nearest: pond_0001
              remedy: correct it, or name the other addon under depends in addon.toml""",
        ),
    ],
    ids=lambda value: value.split("]")[0].strip(" [\\\n") if isinstance(value, str) else "",
)
def test_a_faulty_script_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    assert refused(tmp_path, files) == dedent(message)


def test_a_script_that_can_not_be_imported_is_named(tmp_path: Path) -> None:
    missing = "No module named 'nowhere_to_be_found'"
    message = refused(tmp_path, {"0001_a.py": FIRST, "0002_b.py": f"{SECOND}import nowhere_to_be_found\n"})
    assert message.splitlines() == [
        f"[migrations.import] a migration script can't be imported: ModuleNotFoundError: {missing}",
        "  addon:  pond",
        "  where:  pond/migrations/0002_b.py",
        "  remedy: correct the script; tradewright --debug shows the whole traceback",
    ]


def test_a_script_that_is_no_python_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, {"0001_a.py": "revision = (\n"})
    assert message.startswith("[migrations.syntax] the script can't be read: '(' was never closed")


def test_scripts_run_in_the_order_of_their_addons_but_not_before_what_they_depend_on(tmp_path: Path) -> None:
    fish = 'revision = "fish_0001"\ndown_revision = None\nbranch_labels = ("m_fish",)\n'
    needy = SECOND + 'depends_on = ("fish_0001",)\n'
    found = scripts(tmp_path, {"0001_a.py": FIRST, "0002_b.py": needy, "0003_c.py": THIRD}, fish={"0001_a.py": fish})
    every = [script for branch in found.branches for script in branch.scripts]
    assert [script.revision for script in every] == ["pond_0001", "pond_0002", "pond_0003", "fish_0001"]
    ordered = [script.revision for script in found.directory.ordered(every)]
    assert ordered == ["pond_0001", "fish_0001", "pond_0002", "pond_0003"]
