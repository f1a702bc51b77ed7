"""AUT10: a GET changes nothing, whatever its handler tries; scanners and prefetching browsers may follow every link."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tradewright.orm import func, select
from tradewright.testing.client import Browser
from tradewright.testing.statements import count_statements

if TYPE_CHECKING:
    from tradewright.app import Site

SignedIn = Callable[[str], Browser]


def _refuses_to_write(visitor: Browser, site: Site, path: str) -> None:
    Note: Any = import_module("tradewright_probe.models.note").Note  # noqa: N806  a class

    visitor.allow_errors = True
    with site.env() as env:
        before = env.add(env[Note](body="as it was"))
    visitor.open(path)
    with site.env(readonly=True) as env:
        assert env.all(select(env[Note].body)) == ["as it was"], f"GET {path} changed data"
    assert before.body == "as it was"
    assert visitor.status == 500
    assert "SQL" not in visitor.text


@pytest.mark.parametrize("path", ["/probe/writes-on-get", "/probe/bulk-on-get"])
def test_aut10_a_handler_that_writes_on_get_writes_nothing(signed_in: SignedIn, probe: Site, path: str) -> None:
    _refuses_to_write(signed_in("wanda"), probe, path)


def test_aut10_twin_reading_in_a_writing_transaction_is_found_out(
    signed_in: SignedIn, probe: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = probe.env
    wanda = signed_in("wanda")

    def writable(*given: Any, **named: Any) -> Any:
        named.pop("readonly", None)
        return genuine(*given, **named)

    monkeypatch.setattr(probe, "env", writable)
    with pytest.raises(AssertionError):
        _refuses_to_write(wanda, probe, "/probe/writes-on-get")


def test_aut10_head_runs_nothing_that_get_would_not(signed_in: SignedIn, probe: Site) -> None:
    Note: Any = import_module("tradewright_probe.models.note").Note  # noqa: N806  a class

    wanda = signed_in("wanda")
    wanda.allow_errors = True
    wanda.open("/probe/writes-on-get", "HEAD")
    with probe.env(readonly=True) as env:
        assert env.scalar(select(func.count(env[Note].id))) == 0
    response = wanda.open("/probe", "HEAD")
    assert response.status_code == 200
    assert response.get_data() == b""


def test_a_page_costs_few_statements_and_no_write(signed_in: SignedIn, probe: Site) -> None:
    wanda = signed_in("wanda")
    wanda.open("/probe")
    with count_statements(probe) as statements:
        wanda.open("/probe")
    assert wanda.status == 200
    assert not [one for one in statements if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(statements) <= 5, "session, actor (two), the notes, and what pages of base show"
