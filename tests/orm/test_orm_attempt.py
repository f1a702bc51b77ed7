"""`env.attempt()` undoes what its block did when it raises, and the unit of work goes on."""

from typing import Any

import pytest

from tradewright.app import Site
from tradewright.base import DeveloperError
from tradewright.jobs import send_mail
from tradewright.orm import Env, func, select

pytestmark = pytest.mark.addons("base")


def counts(site: Site) -> dict[str, int]:
    with site.env(readonly=True) as env:
        found = {}
        for name in ("base.Partner", "core.AuditEntry", "core.MailMessage", "core.Job"):
            cls: Any = site.registry.model(name).cls
            found[name] = env.scalar(select(func.count(cls.id))) or 0
        return found


def _fail(env: Env, record: Any) -> None:
    env.add(type(record)(name="Lost", kind="company"))
    record.street = "Lost 1"
    env.flush()
    send_mail(env, to="a@example.com", subject="Lost", text="Lost", key="lost")
    raise RuntimeError


def test_rows_audit_jobs_and_mails_of_a_failed_attempt_are_gone_and_what_was_before_stays(site: Site) -> None:
    partner: Any = site.registry.model("base.Partner").cls
    with site.env() as env:
        kept = env.add(partner(name="Kept", kind="company"))
    before = counts(site)
    with site.env() as env:
        first = env.one(partner, kept.id)
        first.city = "Essen"
        with pytest.raises(RuntimeError), env.attempt():
            _fail(env, first)
        assert (first.city, first.street) == ("Essen", None)
        first.zip = "45127"
    after = counts(site)
    assert {name for name in after if after[name] != before[name]} <= {"core.AuditEntry"}
    with site.env(readonly=True) as env:
        found = env.one(partner, kept.id)
        assert (found.city, found.zip, found.street) == ("Essen", "45127", None)
        audit: Any = site.registry.model("core.AuditEntry").cls
        said = " ".join(str(row.changes) for row in env.all(select(audit)))
        assert "Essen" in said
        assert "Lost 1" not in said


def test_an_attempt_that_succeeds_keeps_all(site: Site) -> None:
    partner: Any = site.registry.model("base.Partner").cls
    before = counts(site)["base.Partner"]
    with site.env() as env, env.attempt(), env.attempt():
        env.add(partner(name="Kept", kind="company"))
    assert counts(site)["base.Partner"] == before + 1


def test_an_attempt_while_only_reading_passes_the_error_on(site: Site) -> None:
    with site.env(readonly=True) as env, pytest.raises(DeveloperError), env.attempt():
        raise DeveloperError("test.code", "it fails")
