"""INP9, INP12, INP13, INP18, INP20, POR11, DOS10: hostile input is refused in a sentence, never with a server error."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradewright.testing.client import Browser
from tradewright.web import forms as web_forms
from tradewright.web import strict_json
from tradewright.web.forms import Form, read_json, read_pairs
from tradewright.web.problems import InputRefused

SignedIn = Callable[[str], Browser]


@pytest.fixture
def database_kind() -> str:
    """Input is read before any statement runs, so one database is enough."""
    return "sqlite"


@pytest.fixture
def everything(visitor: Browser) -> Callable[..., Any]:
    """A function that posts a form of all kinds of fields, as a page would, and returns the JSON answer."""
    visitor.get("/login")
    token = visitor.csrf_token()

    def send(data: Any = None, **fields: Any) -> Any:
        pairs = [("csrf_token", token), *(data or []), *fields.items()]
        body = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs)
        visitor.open(
            "/probe/everything",
            "POST",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers={"Accept": "application/json"},
        )
        return visitor.response

    return send


def _quote(text: Any) -> str:
    from urllib.parse import quote

    return quote(str(text).encode("utf-8", "surrogatepass"), safe="")


BAD_NUMBERS = (
    *("NaN", "sNaN", "Infinity", "-Infinity", "inf", "1e400", "1E+2000000", "1e5", "1_000", "0x10", "9" * 5_000),
    *("\u0661\u0662", "\uff11", "\u22121", "1,2,3", "--1", "+-1", "1.2.3", " ", "1 2", "."),
    *("-1", "1000000000", "0.1234567"),
)


@pytest.mark.parametrize("number", BAD_NUMBERS, ids=lambda text: ascii(text)[:20])
def test_inp13_what_is_no_exact_number_is_refused(everything: Callable[..., Any], number: str) -> None:
    answer = everything(amount=number)
    if number.strip():
        assert answer.status_code in {400, 422}
        assert "amount" in answer.json["fields"]


@pytest.mark.parametrize("number", ["0", "12", "12.5", "0.000001", "999999999", "1,500", "007"])
def test_inp13_an_exact_number_is_read(everything: Callable[..., Any], number: str) -> None:
    assert everything(amount=number).status_code == 200


class Loose:
    """The twin: the number as Python reads it."""

    @staticmethod
    def parse(value: str) -> Any:
        from decimal import Decimal, InvalidOperation

        try:
            return Decimal(value)
        except InvalidOperation:
            return None


def test_inp13_twin_python_itself_takes_many_of_them() -> None:
    assert sum(Loose.parse(number) is not None for number in BAD_NUMBERS) > 8


@pytest.mark.parametrize(
    "pairs",
    [
        [("unknown", "1")],
        [("text", "a"), ("text", "b")],
        [("text.x", "a")],
        [("text[]", "a")],
        [("text", "a\x00b")],
        [("text", "\ud800")],
        [("text", "a" * 30_000)],
        [("lines", "1")],
        [("lines.x.product", "1")],
        [("lines.0.unknown", "1")],
        [("lines.0", "1")],
        [("grid", "1")],
        [("grid.A", "1"), ("grid.A", "2")],
        [("__class__", "1")],
        [("n" * 300, "1")],
        [("customer_id", "2"), ("text", "x")],
    ],
    ids=str,
)
def test_por11_inp18_what_no_page_of_ours_sends_is_a_bad_request(
    everything: Callable[..., Any], pairs: list[tuple[str, str]]
) -> None:
    assert everything(pairs).status_code == 400


def test_por11_twin_a_form_that_ignores_unknown_fields_is_found_out(
    everything: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = web_forms._Reader.fill  # noqa: SLF001  what the twin breaks

    def lax(self: Any, model: Any, pairs: Any, prefix: str) -> Any:
        known = web_forms.shapes(model)
        return genuine(self, model, [pair for pair in pairs if pair[0].partition(".")[0] in known], prefix)

    monkeypatch.setattr("tradewright.web.forms._Reader.fill", lax)
    with pytest.raises(AssertionError):
        test_por11_inp18_what_no_page_of_ours_sends_is_a_bad_request(everything, [("unknown", "1")])


BAD_IDS = ("-1", "0", str(2**63), str(2**80), "1 OR 1", "1.0", "1e3", "abc", "0x1", "\u0661")


@pytest.mark.parametrize("record", BAD_IDS)
def test_inp18_what_is_no_id_is_refused(everything: Callable[..., Any], visitor: Browser, record: str) -> None:
    assert everything(record=record).status_code in {400, 422}
    assert everything(records=record).status_code in {400, 422}
    assert visitor.open(f"/probe/number/{_quote(record)}").status_code == 404


def test_inp18_the_greatest_id_is_one(visitor: Browser) -> None:
    assert visitor.open(f"/probe/number/{2**63 - 1}").json == {"number": 2**63 - 1}


@pytest.mark.parametrize(
    "path", ["/probe/notes/%00", "/probe/notes/%ff%fe", "/probe/notes/a%5cb", "/%2e%2e/%2e%2e/etc"]
)
def test_inp18_paths_that_are_no_clean_text_are_refused(signed_in: SignedIn, path: str) -> None:
    assert signed_in("wanda").open(path).status_code in {400, 404}


@pytest.mark.parametrize(
    "query", ["page=x", "page=1&page=2", "page=-", "unknown=1", "q=%00", "q=%ff", "page[]=1", "q=" + "a" * 9_000]
)
def test_inp18_a_query_that_is_not_declared_is_refused(visitor: Browser, query: str) -> None:
    assert visitor.open(f"/probe/search?{query}").status_code in {400, 414}


def test_dates_codes_and_grids_are_read(everything: Callable[..., Any]) -> None:
    answer = everything(
        [
            ("day", "2026-02-28"),
            ("code", "\uff21\uff22-1"),
            ("agree", "on"),
            ("records", "3"),
            ("records", "4"),
            ("lines.7.product", "B.2"),
            ("lines.7.quantity", "2"),
            ("lines-1-product", "A"),
            ("lines-1-quantity", "1.5"),
            ("grid.SKU.1", "3"),
            ("grid.SKU.2", ""),
            ("story", "one\r\ntwo"),
        ]
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    got = answer.json
    assert (got["day"], got["code"], got["agree"], got["records"]) == ("2026-02-28", "AB-1", True, [3, 4])
    assert got["lines"] == [{"product": "A", "quantity": "1.5"}, {"product": "B.2", "quantity": "2"}]
    assert got["grid"] == {"SKU.1": "3"}
    assert got["story"] == "one\ntwo"


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "2026-02-30", "1700000000", "01.02.2026", "1899-12-31"])
def test_inp16_what_is_no_sane_date_is_refused(everything: Callable[..., Any], day: str) -> None:
    assert everything(day=day).status_code == 422


@pytest.mark.parametrize("code", ["A\u202eB", "A\u200bB", "A\tB", "A" * 65, "\x1b[31m", "A\nB"])
def test_inp17_a_code_holds_nothing_invisible(everything: Callable[..., Any], code: str) -> None:
    assert everything(code=code).status_code in {400, 422}


def _json_cases() -> list[str | bytes]:
    deep = "[" * 100_000 + "]" * 100_000
    return [
        '{"text": "a", "text": "b"}',
        '{"amount": NaN}',
        '{"amount": Infinity}',
        '{"amount": 1e400}',
        '{"amount": 1e5}',
        '{"amount": 12345678901234567890123}',
        '{"text": "\\u0000"}',
        '{"text": "\\ud800"}',
        '{"lines": ' + deep + "}",
        deep,
        "{" + ",".join(f'"k{number}": 1' for number in range(20_000)) + "}",
        b'{"text": "\xff"}',
        "",
        "null",
        "[]",
        '"text"',
        "{",
        '{"unknown": 1}',
        '{"number": "1"}',
        '{"number": true}',
        '{"number": 1.0}',
        '{"agree": 1}',
        '{"agree": "yes"}',
        '{"day": 1700000000}',
        '{"text": {"a": 1}}',
        '{"text": ["a"]}',
        '{"lines": {"0": {}}}',
        '{"records": "1"}',
        '{"grid": [1]}',
    ]


@pytest.mark.parametrize("body", _json_cases(), ids=lambda body: ascii(body)[:40])
def test_inp12_json_that_could_mean_two_things_is_refused(visitor: Browser, body: str | bytes) -> None:
    visitor.get("/login")
    answer = visitor.json("/probe/everything", body)
    assert answer.status_code in {400, 422}
    assert answer.json is not None
    assert set(answer.json) == {"code", "message", "fields", "reference"}


def test_inp12_twin_python_takes_duplicate_keys_and_nan() -> None:
    assert json.loads('{"a": 1, "a": 2}') == {"a": 2}
    assert str(json.loads("1e400")) == "inf"
    with pytest.raises(strict_json.JsonError):
        strict_json.loads('{"a": 1, "a": 2}')


def test_exact_json_is_read(visitor: Browser) -> None:
    visitor.get("/login")
    answer = visitor.json(
        "/probe/everything", {"amount": 1.5, "money": "2.50", "number": 3, "lines": [], "agree": True}
    )
    assert answer.json is not None
    assert (answer.json["amount"], answer.json["money"], answer.json["number"]) == ("1.5", "2.50", 3)


def _multipart(visitor: Browser, body: bytes, boundary: str = "XX", **headers: str) -> int:
    visitor.get("/login")
    answer = visitor.open(
        "/probe/upload",
        "POST",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}" if boundary else "multipart/form-data",
        headers={"X-CSRF-Token": visitor.csrf_token(), "Accept": "application/json", **headers},
    )
    return answer.status_code


def _part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def test_inp9_a_million_parts_are_refused(visitor: Browser) -> None:
    assert _multipart(visitor, _part("a", b"") * 20_000 + b"--XX--\r\n") == 413


def test_inp9_an_endless_field_is_refused(visitor: Browser) -> None:
    assert _multipart(visitor, _part("title", b"a" * 600_000) + b"--XX--\r\n") == 413


@pytest.mark.parametrize("boundary", ["", "YY", "\u00fc"])
def test_inp9_a_missing_or_wrong_boundary_is_refused(visitor: Browser, boundary: str) -> None:
    assert _multipart(visitor, _part("title", b"a") + b"--XX--\r\n", boundary) == 400


def test_inp9_a_body_that_ends_early_is_refused(visitor: Browser) -> None:
    assert _multipart(visitor, _part("title", b"a")[:-10]) == 400


def test_inp9_a_body_larger_than_the_route_takes_is_refused(visitor: Browser) -> None:
    assert _multipart(visitor, b"x" * 2_100_000) == 413
    visitor.get("/login")
    form = {"csrf_token": visitor.csrf_token(), "text": "x" * 1_100_000}
    assert visitor.post("/probe/everything", form).status_code == 413


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=XX"]
)
def test_inp9_a_body_without_a_length_is_cut_off_at_the_limit(visitor: Browser, kind: str) -> None:
    visitor.get("/login")
    answer = visitor.open(
        "/probe/everything",
        "POST",
        input_stream=io.BytesIO(_part("text", b"x" * 200_000) * 20),
        content_type=kind,
        headers={"X-CSRF-Token": visitor.csrf_token(), "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_inp9_a_body_without_a_form_type_is_refused(visitor: Browser) -> None:
    visitor.get("/login")
    token = {"X-CSRF-Token": visitor.csrf_token()}
    for kind in ("text/plain", "application/xml", "application/octet-stream", "multipart/mixed"):
        assert (
            visitor.open("/probe/everything", "POST", data="a=1", content_type=kind, headers=token).status_code == 415
        )


def test_dos10_too_many_fields_are_refused(everything: Callable[..., Any]) -> None:
    assert everything([(f"grid.{number}", "1") for number in range(2_100)]).status_code == 413
    assert everything([(f"grid.{number}", "1") for number in range(1_500)]).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "FOO"])
def test_inp20_methods_that_a_page_has_not_are_answered_405(visitor: Browser, method: str) -> None:
    answer = visitor.open("/login", method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


class Everything(Form):
    """A form for the fuzzer; bare types, as a careless addon would write them."""

    text: str = ""
    number: int | None = None
    flag: bool = False
    many: list[int] = []
    keyed: dict[str, int] = {}


texts = st.text(st.characters(codec=None), max_size=30)
names = st.sampled_from(["text", "number", "flag", "many", "keyed", "keyed.a", "many.0", "x", ""]) | texts


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(names, texts), max_size=6), st.sampled_from(["en", "de", "zh_Hans"]))
def test_inp20_a_form_is_read_or_refused_whatever_comes(pairs: list[tuple[str, str]], language: str) -> None:
    try:
        read_pairs(Everything, pairs, language)
    except InputRefused as error:
        refused = error
    else:
        return
    assert refused.status in {400, 422}
    assert refused.fields


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_values)
def test_inp20_json_is_read_or_refused_whatever_comes(value: Any) -> None:
    with contextlib.suppress(InputRefused, strict_json.JsonError):
        read_json(Everything, strict_json.loads(json.dumps(value)))
