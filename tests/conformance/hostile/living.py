"""What only shows on a site with two customers and hostile texts: rows of others, markup, statements a row."""

from tests.conformance.hostile.case import Hostile

_ACCESS, _WEB, _PAGE = "access.toml", "web/claims.py", "templates/portal/NAME.html"
_SHOWN = 'return page(env, request, "portal/NAME.html", claims=shown)'
_ONE = "found = env.by_uid(Claim, uid)"
_LOOP = 'shown = [{"subject": claim.subject, "amount": claim.amount} for claim in found]'
_ASKED = "env.scalar(select(env[Claim].amount).where(env[Claim].id == claim.id))"
_TELLING = """with env.elevate("does it exist"):
                there = env.scalar(select(env[Claim].id).where(env[Claim].uid == uid))
            if there is None:
                return redirect(url("NAME.claims"))
            """
_BY_HAND = """text = "".join(f"<p>{one['subject']}</p>" for one in shown)
            return Response(text, content_type="text/html; charset=utf-8")"""

CASES = [
    Hostile(
        name="rows_of_others",
        wrong="its grant has no row rule, so that a customer reads the claims of all",
        promises=(2, 36),
        caught="check",
        living=True,
        code="C801",
        says=("access.toml", "NAME.Claim", 'rows = "..."'),
        changes={_ACCESS: ('rows = "own_claims"\n', "")},
    ),
    Hostile(
        name="rule_that_is_always_true",
        wrong="its row rule lets everybody see everything",
        promises=(2, 36),
        caught="check",
        living=True,
        code="C801",
        says=("access.toml", "NAME.Claim"),
        changes={"access.py": ("return claim.customer_id == actor.customer_id", "return claim.id > 0")},
    ),
    Hostile(
        name="elevated_page",
        wrong="it reads with raised rights what the address names",
        promises=(4, 8),
        caught="check",
        living=True,
        code="C802",
        says=("tradewright_NAME.web.claims:", "GET /portal/NAME/", "read through env as the customer"),
        changes={_WEB: (_ONE, f'with env.elevate("whoever knows the number"):\n                {_ONE}')},
    ),
    Hostile(
        name="elevated_list",
        wrong="it returns what it read with raised rights",
        promises=(4,),
        caught="check",
        living=True,
        code="C802",
        says=("tradewright_NAME.web.claims:", "GET /portal/NAME"),
        changes={
            _WEB: (
                "found = env.scalars(select(env[Claim]).order_by(env[Claim].id))",
                "from ..services.acting import everything\n\n            found = everything(env)",
            )
        },
        files={
            "services/acting.py": '''
                """What is read."""

                from tradewright.orm import Env, select

                from ..models.claim import Claim


                def everything(env: Env) -> list[Claim]:
                    """Return all claims."""
                    with env.elevate("so that the list is full"):
                        return env.all(select(env[Claim]))
                '''
        },
    ),
    Hostile(
        name="telling_apart",
        wrong="it answers otherwise for what is another's than for what does not exist",
        promises=(8,),
        caught="check",
        living=True,
        code="C802",
        says=("tradewright_NAME.web.claims:", "GET /portal/NAME/", "one that does not exist"),
        changes={
            _WEB: (
                _ONE,
                _TELLING + _ONE,
            )
        },
    ),
    Hostile(
        name="html_by_hand",
        wrong="it puts a page together out of strings",
        promises=(21,),
        caught="check",
        living=True,
        code="C803",
        says=("tradewright_NAME.web.claims:", "/portal/NAME: <tw-canary", "let the template escape it"),
        changes={
            _WEB: (
                _SHOWN,
                _BY_HAND,
            )
        },
    ),
    Hostile(
        name="page_that_breaks",
        wrong="its template names a variable that nobody gives",
        promises=(26, 36),
        caught="check",
        living=True,
        code="C803",
        says=("tradewright_NAME.web.claims:", "500", "UndefinedError", "clams"),
        changes={_PAGE: ("in claims %}", "in clams %}")},
    ),
    Hostile(
        name="reading_that_writes",
        wrong="opening its page notes who was there",
        promises=(19,),
        caught="check",
        living=True,
        code="C804",
        says=("tradewright_NAME.web.claims:", "/portal/NAME", "opening a page tries to write"),
        changes={
            _WEB: (_SHOWN, f'env.add(env[Claim](subject="seen"))\n            env.flush()\n            {_SHOWN}'),
        },
    ),
    Hostile(
        name="statement_a_row",
        wrong="its page asks the database for each row again",
        promises=(25, 36),
        caught="check",
        living=True,
        code="C703",
        says=("/portal/NAME", "statements for 2 rows and", "one statement, before the loop"),
        changes={_WEB: (_LOOP, _LOOP.replace("claim.amount}", f"{_ASKED}}}"))},
    ),
    Hostile(
        name="operation_a_statement_a_row",
        wrong="its operation asks the database for each of its records",
        promises=(25,),
        caught="check",
        living=True,
        code="C704",
        says=("Claim.post", "statements for 2 records and"),
        changes={
            "models/claim.py": (
                'claim.state = "posted"',
                'claim.state = "posted"\n                    env.flush()',
            )
        },
    ),
    Hostile(
        name="uninstall_that_loses",
        wrong="its rows are gone when it is installed again",
        promises=(31, 36),
        caught="check",
        living=True,
        code="C602",
        says=("NAME.Claim: ", "rows before, 0 after"),
        files={
            "plugin.py": '''
                """What the addon answers."""

                from tradewright.hooks import hookimpl
                from tradewright.orm import Env

                from .models.claim import Claim


                @hookimpl
                def site_installed(env: Env, addons: list[str]) -> None:
                    """Begin with nothing."""
                    if "NAME" in addons:
                        env.delete_where(Claim, env[Claim].state == "open")
                '''
        },
    ),
]
