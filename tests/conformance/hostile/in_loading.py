"""What goes wrong while an addon is imported: its modules, its hooks, its jobs."""

from tests.conformance.hostile.case import Hostile

_PLUGIN = '''
    """What the addon answers."""

    from tradewright.hooks import hookimpl
    from tradewright.orm import Env

'''


def _plugin(text: str) -> dict[str, str]:
    lines = "\n".join(f"    {line}" for line in text.splitlines())
    return {"plugin.py": f"{_PLUGIN}\n{lines}\n"}


CASES = [
    Hostile(
        name="import_raises",
        wrong="a module of it raises while it is imported",
        promises=(28,),
        caught="install",
        code="addons.import",
        says=("NAME", "plugin.py:1", "ZeroDivisionError", "python -c 'import tradewright_NAME.plugin'"),
        files={"plugin.py": "1 / 0\n"},
    ),
    Hostile(
        name="import_exits",
        wrong="a module of it ends the program",
        promises=(28,),
        caught="install",
        code="addons.import",
        says=("NAME", "plugin.py:3", "SystemExit"),
        files={"plugin.py": "import sys\n\nsys.exit(3)\n"},
    ),
    Hostile(
        name="import_hangs",
        wrong="a module of it waits for ever",
        promises=(25, 28),
        caught="install",
        code="addons.hangs",
        says=("NAME", "plugin.py:", "let a module only declare things"),
        files={"plugin.py": "import threading\n\nthreading.Event().wait()\n"},
    ),
    Hostile(
        name="import_misspelt",
        wrong="it imports a name that there is not",
        promises=(28,),
        caught="install",
        code="addons.import",
        says=("NAME", "plugin.py:1", "Modell"),
        files={"plugin.py": "from tradewright.orm import Modell\n"},
    ),
    Hostile(
        name="hook_of_a_wrong_signature",
        wrong="its answer to a hook takes an argument that the hook does not give",
        promises=(29,),
        caught="install",
        code="hooks.arguments",
        says=("NAME", "tradewright_NAME.plugin:8", "adons", "addons"),
        files=_plugin("\n@hookimpl\ndef site_installed(env: Env, adons: list[str]) -> None:\n    del env, adons"),
    ),
    Hostile(
        name="hook_misspelt",
        wrong="it answers a hook that nobody specifies",
        promises=(29,),
        caught="install",
        code="hooks.unknown",
        says=("NAME", "tradewright_NAME.plugin:8", "site_instaled", "site_installed"),
        files=_plugin("\n@hookimpl\ndef site_instaled(env: Env) -> None:\n    del env"),
    ),
    Hostile(
        name="hook_unmarked",
        wrong="a function is named like a hook and not marked, so that nobody would call it",
        promises=(29,),
        caught="install",
        code="hooks.unmarked",
        says=("NAME", "tradewright_NAME.plugin:9", "site_installed", "@hookimpl"),
        files=_plugin("\n\ndef site_installed(env: Env) -> None:\n    hookimpl(env)"),
    ),
    Hostile(
        name="hook_asynchronous",
        wrong="its answer to a hook is a coroutine that nobody waits for",
        promises=(29,),
        caught="install",
        code="hooks.async",
        says=("NAME", "tradewright_NAME.plugin:8", "site_installed"),
        files=_plugin("\n@hookimpl\nasync def site_installed(env: Env) -> None:\n    del env"),
    ),
    Hostile(
        name="job_of_anything",
        wrong="its job takes whatever it is given",
        promises=(7, 27),
        caught="install",
        code="jobs.signature",
        says=("NAME", "tradewright_NAME.jobs.thank", "def remind(env: Env, invoice_id: int) -> None"),
        changes={"jobs.py": ("def thank(env: Env, subject: str)", "def thank(env: Env, **subject: str)")},
    ),
    Hostile(
        name="schedule_misspelt",
        wrong="its schedule is none",
        promises=(27,),
        caught="install",
        code="jobs.cron",
        says=("NAME", "every night", "0 6 * * 1-5"),
        files={
            "jobs.py": '''
                """What happens later."""

                from tradewright.jobs import schedule
                from tradewright.orm import Env


                @schedule("every night")
                def thank(env: Env) -> None:
                    """Nothing."""
                '''
        },
    ),
]
