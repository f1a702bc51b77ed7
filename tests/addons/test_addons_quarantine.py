"""A site is put together without the addons that are broken: they and their dependants are set aside, each told why."""

import textwrap
import time
from collections.abc import Mapping

import pytest

from tests.addons.workshop import Workshop
from tradewright.app import Compositions
from tradewright.app.composition import Composition
from tradewright.base import DeveloperError
from tradewright.jobs.book import book_of
from tradewright.web.website import Parts

MODEL = """
    from tradewright.orm import Mapped, Model, text


    class {name}(Model, title="name"):
        '''A thing.'''

        name: Mapped[str] = text()
"""
ACCESS = '[{name}]\n"core.admin" = "create read update delete"\n'


def model(name: str, *more: str) -> dict[str, str]:
    lines = "".join(f"        {line}\n" for line in more)
    return {"models.py": MODEL.format(name=name) + lines, "access.toml": ACCESS.format(name=name)}


def compositions(workshop: Workshop, seconds: float = 20.0) -> Compositions:
    """As the server makes them: routes and jobs are put together, too."""
    checks = (
        lambda composition: Parts.of(composition.addons, debug=False),
        lambda composition: book_of(composition.registry),
    )
    return Compositions(workshop.discover(), start_seconds=seconds, checks=checks)


def shop(workshop: Workshop, broken: Mapping[str, str], **options: object) -> None:
    """Two sound addons, a broken one and one that builds on it."""
    workshop.addon("sound", files=model("Sound"))
    workshop.addon("last", ["sound"], files=model("Last"))
    workshop.addon("broken", ["sound"], files=broken, **options)  # type: ignore[arg-type]
    workshop.addon("loyal", ["broken"], files=model("Loyal"))


def told(composition: Composition) -> list[tuple[str | None, str]]:
    return [(problem.addon, problem.code) for problem in composition.addons.problems]


BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "a plugin that can't be imported": ({"plugin.py": "1 / 0\n"}, "addons.import"),
    "a plugin that ends the program": ({"plugin.py": "raise SystemExit(1)\n"}, "addons.import"),
    "a name that can't be imported": ({"plugin.py": "from tradewright.orm import Modell\n"}, "addons.import"),
    "a hook of a wrong signature": (
        {"plugin.py": "from tradewright.hooks import hookimpl\n@hookimpl\ndef site_installed(addon):\n    pass\n"},
        "hooks.arguments",
    ),
    "access that is no TOML": ({**model("Thing"), "access.toml": "[Thing\n"}, "access.toml"),
    "access to a model that is not there": (
        {**model("Thing"), "access.toml": ACCESS.format(name="Thong")},
        "access.model",
    ),
    "access that is no table": ({**model("Thing"), "access.toml": "Thing = 3\n"}, "addons.start"),
    "a model without access": ({"models.py": MODEL.format(name="Thing")}, "access.undeclared"),
    "a row rule that is not there": (
        {**model("Thing"), "access.toml": '[Thing]\n"core.admin" = { may = "read", rows = "own" }\n'},
        "access.rows",
    ),
    "a row rule module that raises": ({**model("Thing"), "access.py": "rows = {}['own']\n"}, "addons.import"),
    "a relation to nothing": (
        model("Thing", "from tradewright.orm import many_to_one", 'other: Mapped["Nothing"] = many_to_one()'),
        "registry.no-target",
    ),
    "a unique key over no field": (
        model("Thing", "from tradewright.orm import unique", '_one = unique("nam", message="One")'),
        "registry.no-column",
    ),
    "a check that raises": (
        model("Thing", "from tradewright.orm import check", '_ok = check(lambda thing: 1 / 0, message="No")'),
        "addons.start",
    ),
    "an expression that raises": (
        model(
            "Thing", "from tradewright.orm import expression", "twice: Mapped[int] = expression(lambda cls: cls.nam)"
        ),
        "addons.start",
    ),
    "a route that is taken": (
        {
            "web.py": "from tradewright.web import page, public, route\n\n"
            "@route('/login', access=public(reason='as a test'))\n"
            "def login(env, request):\n    return page(env, request, 'x.html')\n"
        },
        "web.route-conflict",
    ),
    "a route for a role that is not there": (
        {
            "web.py": "from tradewright.web import page, route\n\n"
            "@route('/things', access=('broken.nobody',))\n"
            "def things(env, request):\n    return page(env, request, 'x.html')\n"
        },
        "web.unknown-role",
    ),
    "a job declared twice": (
        {
            "jobs.py": "from tradewright.jobs import job\n\n@job()\ndef work(env):\n    pass\n",
            "web.py": "from tradewright.jobs import job\n\n@job()\ndef work(env):\n    pass\n",
        },
        "jobs.twice",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_raises_at_start_is_set_aside_with_its_dependants_and_the_others_start(
    workshop: Workshop, case: str
) -> None:
    files, code = BROKEN[case]
    shop(workshop, files)
    composition = compositions(workshop).get()
    assert composition.addons.names == ("core", "sound", "last")
    assert told(composition) == [("broken", code), ("loyal", "addons.set-aside")]
    assert all(problem.where and problem.remedy for problem in composition.addons.problems)
    assert set(composition.registry.models) > {"sound.Sound", "last.Last"}
    assert "broken.Thing" not in composition.registry.models


@pytest.mark.parametrize(
    "case", [case for case, (_files, code) in BROKEN.items() if not code.startswith(("addons.import", "hooks"))]
)
def test_without_the_quarantine_such_an_addon_stops_the_start(workshop: Workshop, case: str) -> None:
    """The vulnerable twin: put together at once, the same addon takes all others with it."""
    shop(workshop, BROKEN[case][0])
    with pytest.raises(Exception, match=r"."):
        compositions(workshop)._make(workshop.load())


@pytest.mark.parametrize(
    "hanging",
    ["while True:\n    pass\n", "import time\ntime.sleep(1e9)\n", "import threading\nthreading.Event().wait()\n"],
)
def test_what_hangs_while_it_is_imported_is_set_aside_and_never_tried_again(workshop: Workshop, hanging: str) -> None:
    shop(workshop, {"models/__init__.py": "", "models/slow.py": f"x = 1\n{hanging}"})
    started = time.monotonic()
    composition = compositions(workshop, 3).get()
    assert composition.addons.names == ("core", "sound", "last")
    problem = composition.addons.problems[0]
    line = 2 + hanging.startswith("import")
    assert str(problem) == (
        f"[addons.hangs] {workshop.package('broken')}.models.slow is still being imported after 3 seconds\n"
        "  addon:  broken\n"
        f"  where:  {workshop.root('broken')}/models/slow.py:{str(problem.where).rpartition(':')[2]}\n"
        "  value:  '3 s'\n"
        "  remedy: let a module only declare things, and do what takes time in a job; addon_start_seconds in the "
        "settings is the time that an addon may take"
    )
    assert str(problem.where).endswith((f":{line}", f":{line + 1}"))
    again = compositions(workshop, 30).get()
    assert told(again)[0] == ("broken", "addons.hangs")
    assert time.monotonic() - started < 30


def test_what_hangs_while_the_site_is_put_together_is_set_aside(workshop: Workshop) -> None:
    endless = "def forever(thing):\n    while True:\n        pass\n\n"
    files = model("Thing", "from tradewright.orm import check", '_ok = check(forever, message="No")')
    files["models.py"] = endless + textwrap.dedent(files["models.py"])
    shop(workshop, files)
    composition = compositions(workshop, 4.0).get()
    assert composition.addons.names == ("core", "sound", "last")
    assert told(composition)[0] == ("broken", "addons.hangs")
    assert str(composition.addons.problems[0].where).startswith(f"{workshop.root('broken')}/models.py:")


def test_who_extends_wrongly_is_set_aside_and_not_whose_model_it_is(workshop: Workshop) -> None:
    """The error names the addon of the model; the trouble begins with the extension."""
    workshop.addon("sound", files=model("Sound"))
    extension = """
        from PACKAGE_sound.models import Sound
        from tradewright.orm import Mapped, frozen, many_to_one

        class LoudSound(Sound, extend=True):
            "A sound that follows another one, which is never frozen."
            kin: Mapped[Sound | None] = many_to_one()
            _as_kin = frozen(parent="kin")
    """
    workshop.addon("loud", ["sound"], files={"extends/sound.py": extension, "extends/__init__.py": ""})
    workshop.addon("last", ["sound"], files=model("Last"))
    with pytest.raises(DeveloperError) as caught:
        compositions(workshop)._make(workshop.load())
    assert caught.value.addon == "sound"
    composition = compositions(workshop).get()
    assert composition.addons.names == ("core", "sound", "last")
    assert told(composition) == [("loud", "registry.frozen-parent")]


def test_several_broken_addons_are_set_aside_one_after_the_other(workshop: Workshop) -> None:
    for name in ("a", "b", "c", "d"):
        workshop.addon(name, files=model("Thing") if name in "ac" else {"models.py": MODEL.format(name="Thing")})
    composition = compositions(workshop).get()
    assert composition.addons.names == ("core", "a", "c")
    assert sorted(told(composition)) == [("b", "access.undeclared"), ("d", "access.undeclared")]


def test_what_no_addon_is_to_blame_for_stops_the_start(workshop: Workshop) -> None:
    def fails(_composition: Composition) -> None:
        raise RuntimeError("the disk is full")

    workshop.addon("sound", files=model("Sound"))
    with pytest.raises(RuntimeError, match="the disk is full"):
        Compositions(workshop.discover(), checks=(fails,)).get()


def test_sites_share_a_composition_only_with_the_same_reasons(workshop: Workshop) -> None:
    shop(workshop, {"plugin.py": "1 / 0\n"})
    made = compositions(workshop)
    assert made.get(["last"]) is made.get(["last"])
    assert told(made.get(["last"])) == []
    assert told(made.get(["last", "broken"])) == [("broken", "addons.import")]


def test_a_bridge_that_does_not_fit_takes_only_its_own_addon(workshop: Workshop) -> None:
    workshop.addon("zeta", files=model("Zeta"))
    workshop.addon("alpha", bridges=["zeta"], files={"bridges/zeta/access.toml": ACCESS.format(name="Nothing")})
    workshop.addon("more", ["zeta"])
    composition = compositions(workshop).get()
    assert composition.addons.names == ("core", "zeta", "more")
    assert told(composition) == [("alpha", "access.model")]


def test_the_fault_of_a_declaration_keeps_its_code_place_and_remedy(workshop: Workshop) -> None:
    shop(workshop, {"models.py": MODEL.format(name="Thing")})
    problem = compositions(workshop).get().addons.problems[0]
    assert isinstance(problem, DeveloperError)
    assert str(problem) == (
        "[access.undeclared] a model has no access declaration, so nobody could use it\n"
        "  addon:  broken\n"
        "  where:  access.toml of broken\n"
        "  value:  'broken.Thing'\n"
        '  remedy: add [Thing] with a role and what it may: user = "read"'
    )
