"""What an addon gets wrong while the site runs: each is refused, named and undone, and the site goes on."""

from tests.conformance.hostile.case import Hostile

_START = '''
    """What is done with claims, wrongly."""

    {imports}
    from tradewright.orm import Env, select

    from ..models.claim import Claim


    def act(env: Env) -> object:
        """Do it."""
        claim = env[Claim]
        env.add(claim(subject="Left over", customer_id=env.actor.customer_id or 1))
'''


def _acting(lines: str, imports: str = "from decimal import Decimal") -> dict[str, str]:
    body = "\n".join(f"        {line}" for line in lines.splitlines())
    return {"services/acting.py": f"{_START.format(imports=imports)}{body}\n"}


_WEB, _PAGE = "web/claims.py", "templates/portal/NAME.html"
_SHOWN = 'return page(env, request, "portal/NAME.html", claims=shown)'
_ANSWER = '''
    """What the addon answers."""

    from tradewright.hooks import hookimpl
    from tradewright.orm import Env


    @hookimpl
    def {hook}(env: Env, about: str) -> list[str]:
        """Answer about itself only."""
        {act}
        return ["NAME"]
    '''

CASES = [
    Hostile(
        name="text_sql_run",
        wrong="it runs SQL as text",
        promises=(2,),
        caught="run",
        code="orm.raw-sql",
        says=("DELETE FROM base_user", "select() over env[Model]"),
        files=_acting('return env.execute(text("DELETE FROM base_user"))', "from sqlalchemy import text"),
    ),
    Hostile(
        name="table_run",
        wrong="it selects from a table instead of a model",
        promises=(2,),
        caught="run",
        code="orm.raw-sql",
        says=("NAME_claim", "env[Model]"),
        files=_acting("return env.all(select(claim.__table__.c.subject))"),
    ),
    Hostile(
        name="declaration_queried",
        wrong="it queries a declaration instead of the composed class",
        promises=(2,),
        caught="run",
        code="orm.declaration-in-query",
        says=("subject", "env[Model].subject"),
        files=_acting("return env.all(select(Claim.subject))"),
    ),
    Hostile(
        name="secret_read",
        wrong="it reads a secret without raising its rights",
        promises=(10,),
        caught="run",
        code="access.secret",
        says=("secret",),
        files=_acting("env.flush()\nreturn env.all(select(claim.password))"),
    ),
    Hostile(
        name="row_of_another",
        wrong="it writes a record of another customer",
        promises=(2, 9),
        caught="run",
        code="record.not-found",
        says=("no access",),
        files=_acting('env.add(claim(subject="Theirs", customer_id=env.actor.customer_id + 1))\nreturn env.flush()'),
    ),
    Hostile(
        name="elevation_kept",
        wrong="it goes on writing after the block in which its rights were raised",
        promises=(4,),
        caught="run",
        code="access.delete",
        says=("does not allow",),
        files=_acting(
            'with env.elevate("all claims are read for the average"):\n    found = env.all(select(claim))\n'
            "env.delete(found[0])\nreturn env.flush()"
        ),
    ),
    Hostile(
        name="inserted_in_bulk",
        wrong="it inserts past the models",
        promises=(2,),
        caught="run",
        code="orm.bulk-insert",
        says=("env.add_all",),
        files=_acting('return env.execute(insert(claim).values(subject="x"))', "from sqlalchemy import insert"),
    ),
    Hostile(
        name="float_stored",
        wrong="it stores a binary fraction as an amount",
        promises=(17,),
        caught="run",
        code="orm.not-exact",
        says=("0.1", "Decimal"),
        files=_acting('env.add(claim(subject="x", customer_id=env.actor.customer_id, amount=0.1))\nreturn env.flush()'),
    ),
    Hostile(
        name="nan_stored",
        wrong="it stores what is no number as an amount",
        promises=(17,),
        caught="run",
        code="orm.out-of-range",
        says=("NaN",),
        files=_acting(
            'env.add(claim(subject="x", customer_id=env.actor.customer_id, amount=Decimal("NaN")))\nreturn env.flush()'
        ),
    ),
    Hostile(
        name="number_without_an_end",
        wrong="it stores an amount that no column holds",
        promises=(17,),
        caught="run",
        code="orm.out-of-range",
        says=("1E+40",),
        files=_acting(
            'env.add(claim(subject="x", customer_id=env.actor.customer_id, amount=Decimal("1E+40")))\n'
            "return env.flush()"
        ),
    ),
    Hostile(
        name="multiplied_in_sql",
        wrong="it multiplies amounts in the database, where their scale is lost",
        promises=(17,),
        caught="run",
        code="orm.inexact-sql",
        says=("scale",),
        files=_acting("return env.all(select(claim.amount * claim.amount))"),
    ),
    Hostile(
        name="posted_changed",
        wrong="it changes a posted document",
        promises=(16,),
        caught="run",
        code="record.frozen",
        says=("posted", "new one"),
        who="system",
        files=_acting(
            'made = env.add(claim(subject="x", customer_id=1, state="posted"))\nenv.flush()\n'
            'made.subject = "y"\nreturn env.flush()'
        ),
    ),
    Hostile(
        name="posted_changed_in_bulk",
        wrong="it deletes posted documents by one statement",
        promises=(16,),
        caught="run",
        code="record.frozen",
        says=("posted", "new one"),
        who="system",
        files=_acting(
            'env.add(claim(subject="x", customer_id=1, state="posted"))\nenv.flush()\n'
            "return env.delete_where(Claim, claim.state == 'posted')"
        ),
    ),
    Hostile(
        name="operation_past_its_permission",
        wrong="it calls an operation for somebody who may not",
        promises=(6, 9),
        caught="run",
        code="operation.forbidden",
        says=("Post",),
        files=_acting("env.flush()\nreturn claim.post(env, env.all(select(claim)))"),
    ),
    Hostile(
        name="job_with_a_float",
        wrong="it hands a binary fraction to a job",
        promises=(17,),
        caught="run",
        code="jobs.payload-value",
        says=("NAME", "subject", "float"),
        files=_acting("return env.defer(thank, subject=0.1)", "from ..jobs import thank"),
    ),
    Hostile(
        name="job_misspelt",
        wrong="it hands a parameter to a job that this does not have",
        promises=(7,),
        caught="run",
        code="jobs.payload",
        says=("NAME", "subjct", "subject"),
        files=_acting('return env.defer(thank, subjct="x")', "from ..jobs import thank"),
    ),
    Hostile(
        name="mail_with_a_header",
        wrong="it lets a subject add a header to a mail",
        promises=(23,),
        caught="run",
        code="mail.header",
        says=("one line",),
        files=_acting(
            'return send_mail(env, to="a@example.org", subject="x\\nBcc: b@example.org", key="NAME", text="x")',
            "from tradewright.jobs import send_mail",
        ),
    ),
    Hostile(
        name="answer_raises",
        wrong="its answer to a hook raises",
        promises=(29,),
        caught="run",
        code="RuntimeError",
        says=("no claims left", "answered by the addon NAME at tradewright_NAME.plugin:7"),
        files={
            **_acting('return env.hook(NAME_said)(env, "x")', "from ..hooks import NAME_said"),
            "plugin.py": _ANSWER.format(hook="NAME_said", act='raise RuntimeError("no claims left")'),
        },
    ),
    Hostile(
        name="answer_hangs",
        wrong="its answer to a hook never ends",
        promises=(25, 29),
        caught="run",
        code="hooks.stopped",
        says=("NAME", "plugin.py:", "NAME_said", "put slow work into a job"),
        files={
            **_acting('return env.hook(NAME_said)(env, "x")', "from ..hooks import NAME_said"),
            "plugin.py": _ANSWER.format(hook="NAME_said", act="while True:\n            pass"),
        },
    ),
    Hostile(
        name="write_while_reading",
        wrong="opening its page changes something",
        promises=(19,),
        caught="run",
        code="orm.write-in-read",
        says=("only reads", "POST"),
        visit="/portal/NAME",
        changes={_WEB: (_SHOWN, f'env.add(env[Claim](subject="seen"))\n            env.flush()\n            {_SHOWN}')},
    ),
    Hostile(
        name="record_in_a_page",
        wrong="it hands records to a template",
        promises=(5,),
        caught="run",
        code="web.not-plain",
        says=("claims", "Claim"),
        visit="/portal/NAME",
        changes={_WEB: (_SHOWN, _SHOWN.replace("=shown", '=[env[Claim](subject="x")]'))},
    ),
    Hostile(
        name="variable_undefined",
        wrong="its template shows what nobody gave it",
        promises=(26,),
        caught="run",
        code="UndefinedError",
        says=("clams", "is undefined"),
        visit="/portal/NAME",
        changes={_PAGE: ("in claims %}", "in clams %}")},
    ),
    Hostile(
        name="redirect_anywhere",
        wrong="its page leads to wherever a request says",
        promises=(22,),
        caught="run",
        code="web.redirect-leaves-site",
        says=("https://example.org",),
        visit="/portal/NAME",
        changes={_WEB: (_SHOWN, 'return redirect("https://example.org/")')},
    ),
    Hostile(
        name="form_without_keys",
        wrong="its form carries no token against forgery",
        promises=(15,),
        caught="run",
        code="web.forgery",
        says=("open too long or in another session",),
        visit="submit",
        changes={_PAGE: ("{{ form_keys() }}", "")},
    ),
    Hostile(
        name="form_sent_twice",
        wrong="its form carries no key that tells a repetition apart",
        promises=(15,),
        caught="run",
        code="web.idempotency-key",
        says=("no key that tells a repetition apart",),
        visit="submit",
        changes={_PAGE: ("{{ form_keys() }}", "{{ form_keys(false) }}")},
    ),
    Hostile(
        name="field_of_the_server",
        wrong="its form sends what the server decides",
        promises=(7,),
        caught="run",
        code="web.input-refused",
        says=("This form has no such field",),
        visit="submit",
        changes={_PAGE: ("{{ form_keys() }}", '{{ form_keys() }}<input name="state" value="posted">')},
    ),
    Hostile(
        name="job_not_idempotent",
        wrong="its job writes and then fails, time after time",
        promises=(11, 15),
        caught="run",
        code="RuntimeError",
        says=("the printer is out of paper",),
        visit="job",
        files={
            "jobs.py": '''
                """What happens later."""

                from tradewright.jobs import job
                from tradewright.orm import Env

                from .models.claim import Claim


                @job(retries=1)
                def thank(env: Env, subject: str) -> None:
                    """Make a claim, and fail."""
                    env.add(env[Claim](subject="Left over", customer_id=1))
                    env.flush()
                    raise RuntimeError("the printer is out of paper")
                '''
        },
    ),
]
