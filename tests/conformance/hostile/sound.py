"""The sound addon: it does in a right way what each hostile one does wrong. NAME stands for the addon's name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

Files = Mapping[str, str]

SOUND: dict[str, str] = {
    "__init__.py": '"""Complaints of customers, and what is paid for them."""\n',
    "addon.toml": """
        name = "NAME"
        version = "1.0"
        summary = "Complaints of customers"
        category = "Tools"
        depends = { base = ">=1,<2" }

        [roles.guest]
        label = "Complaints in the portal"
        """,
    "access.toml": """
        [Claim]
        "base.user" = "create read update delete"

        [Claim.guest]
        may = "create read"
        rows = "own_claims"
        """,
    "access.py": '''
        """Whose claims are whose."""

        from tradewright.orm import Actor, ColumnElement, rows

        from .models.claim import Claim


        @rows(Claim)
        def own_claims(claim: type[Claim], actor: Actor) -> ColumnElement[bool]:
            """Those of the customer."""
            return claim.customer_id == actor.customer_id
        ''',
    "models/__init__.py": '"""Models."""\n',
    "models/claim.py": '''
        """What a customer complains about."""

        from decimal import Decimal
        from typing import Self

        from tradewright.i18n import _
        from tradewright.orm import Env, Mapped, Model, choice, frozen, many_to_one, money, operation, secret, text
        from tradewright_base.models.partner import Partner


        class Claim(Model, label=_("Claim"), plural=_("Claims"), title="subject", public=True):
            """Something that went wrong."""

            subject: Mapped[str] = text(label=_("Subject"))
            customer: Mapped[Partner] = many_to_one(label=_("Customer"))
            customer_id: Mapped[int]
            amount: Mapped[Decimal] = money(label=_("Amount"), default=0)
            password: Mapped[str | None] = secret(label=_("Word of the carrier"))
            state: Mapped[str] = choice(
                [("open", _("Open")), ("posted", _("Posted"))], label=_("State"), default="open", readonly=True
            )

            _kept = frozen(when={"state": ("posted",)})

            @operation(label=_("Post"), permission="base.user", states=("open",))
            @classmethod
            def post(cls, env: Env, claims: list[Self]) -> None:
                """Post claims."""
                for claim in claims:
                    claim.state = "posted"
        ''',
    "hooks.py": '''
        """What others may do about claims."""

        from tradewright.hooks import hookspec
        from tradewright.orm import Env


        @hookspec(seconds=0.3)
        def NAME_said(env: Env, about: str) -> list[str]:
            """Answer about something."""
            raise NotImplementedError


        @hookspec(isolated=True, seconds=0.3)
        def NAME_noted(env: Env, about: str) -> list[str]:
            """Note something, which nobody has to be able to do."""
            raise NotImplementedError
        ''',
    "plugin.py": '''
        """What the addon answers."""

        from tradewright.hooks import hookimpl
        from tradewright.orm import Env


        @hookimpl
        def NAME_said(env: Env, about: str) -> list[str]:
            """Say that it was heard."""
            return [f"NAME: {about}"]


        @hookimpl
        def NAME_noted(env: Env, about: str) -> list[str]:
            """Say that it was noted."""
            return [f"NAME: {about}"]
        ''',
    "jobs.py": '''
        """What happens later."""

        from tradewright.jobs import job, send_mail
        from tradewright.orm import Env, select

        from .models.claim import Claim


        @job()
        def thank(env: Env, subject: str) -> None:
            """Thank the customers by mail; a repetition sends nothing again."""
            claim = env[Claim]
            for number in env.all(select(claim.id).where(claim.subject == subject)):
                send_mail(env, to="claims@example.org", subject=subject, key=f"NAME-thanks:{number}", text=subject)
        ''',
    "services/__init__.py": '"""Services."""\n',
    "services/acting.py": '''
        """What is done with claims, rightly."""

        import json
        import logging
        from datetime import timedelta
        from decimal import Decimal

        from tradewright.base import UserError
        from tradewright.base.numbers import parse_decimal
        from tradewright.i18n import _
        from tradewright.jobs import send_mail
        from tradewright.orm import Env, func, select

        from ..hooks import NAME_noted, NAME_said
        from ..jobs import thank
        from ..models.claim import Claim

        LOGGER = logging.getLogger(__name__)
        FIELDS = {"what": "subject", "who": "customer_id"}


        def act(env: Env) -> list[str]:
            """Make a claim of the actor's customer, ask and tell others, raise rights for as little as can be."""
            claim = env[Claim]
            made = env.add(claim(subject="Made by act", customer_id=env.actor.customer_id or 1, amount=Decimal("0.10")))
            env.flush()
            with env.elevate("how many claims there are is no secret"):
                count = env.scalar(select(func.count()).select_from(claim))
            env.defer(thank, subject="Made by act")
            send_mail(env, to="claims@example.org", subject=_("A claim"), key=f"NAME:{made.id}", text=str(count))
            env.hook(NAME_noted)(env, "nothing")
            return env.hook(NAME_said)(env, "nothing")


        def read(env: Env, what: str, sent: str) -> list[str]:
            """Read what somebody sent: names from a list of ours, numbers by one function, JSON as data."""
            try:
                amount = parse_decimal(json.loads(sent)["amount"])
            except (KeyError, ValueError) as error:
                raise UserError("NAME.sent", _("Send an amount.")) from error
            if what not in FIELDS:
                return []
            LOGGER.info("claims above %s until %s", amount, env.now + timedelta(days=1))
            column = getattr(env[Claim], FIELDS[what])
            return [str(value) for value in env.all(select(column).where(env[Claim].amount > amount))]
        ''',
    "views/claim.xml": """
        <views>
          <list id="claim_list" model="Claim" form="claim_form"><field name="subject"/><field name="amount"/></list>
          <form id="claim_form" model="Claim">
            <header><button operation="post"/></header>
            <group id="main" slot="main"><field name="subject"/><field name="customer"/><field name="amount"/></group>
          </form>
          <menu id="claims" label="Claims of NAME" list="claim_list"/>
        </views>
        """,
    "templates/portal/NAME.html": """
        <!doctype html>
        <html><head><title>{{ _("Claims") }}</title></head>
        <body>{% for claim in claims %}<p>{{ claim.subject }} {{ claim.amount }}</p>{% endfor %}
        <form method="post" action="{{ url_for("NAME.complain") }}">{{ form_keys() }}<input name="subject"></form>
        </body></html>
        """,
    "web/__init__.py": '"""Pages."""\n',
    "web/claims.py": '''
        """The claims of a customer."""

        from tradewright.orm import Env, select
        from tradewright.web import Form, Request, Response, page, redirect, route, url

        from ..models.claim import Claim


        class Complaint(Form):
            """What a customer writes."""

            subject: str


        @route("/portal/NAME", access=("NAME.guest",))
        def claims(env: Env, request: Request) -> Response:
            """Show all claims of the customer."""
            found = env.scalars(select(env[Claim]).order_by(env[Claim].id))
            shown = [{"subject": claim.subject, "amount": claim.amount} for claim in found]
            return page(env, request, "portal/NAME.html", claims=shown)


        @route("/portal/NAME/new", methods=("POST",), access=("NAME.guest",), form=Complaint)
        def complain(env: Env, request: Request, form: Complaint) -> Response:
            """Take a complaint."""
            env.add(env[Claim](subject=form.subject, customer_id=env.actor.customer_id))
            return redirect(url("NAME.claims"))


        @route("/portal/NAME/<uid>", access=("NAME.guest",))
        def claim(env: Env, request: Request, uid: str) -> Response:
            """Show one claim."""
            found = env.by_uid(Claim, uid)
            return page(env, request, "portal/NAME.html", claims=[{"subject": found.subject, "amount": found.amount}])
        ''',
}


def write(folder: Path, name: str, files: Files) -> Path:
    """Write an addon into a folder of the addons path and return its package; a text of None is no file."""
    package = folder / f"tradewright_{name}"
    for path, text in files.items():
        file = package / path.replace("NAME", name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip().replace("NAME", name), encoding="utf-8")
    return package
