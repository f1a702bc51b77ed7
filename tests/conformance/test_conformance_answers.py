"""Two answers are compared without what differs between any two, whatever a public id happens to look like."""

from __future__ import annotations

import pytest

from tradewright.conformance.rules.safety import NOWHERE_UID, unchanging

PAGE = '<a href="{path}">{uid}</a><input name="csrf_token" value="{token}"><p>Reference {reference}, {rest}</p>'


def _page(uid: str, rest: str, key: str = "x", reference: str = "AB12-CD34") -> str:
    path = f"/portal/orders/{uid}"
    return unchanging(PAGE.format(path=path, uid=uid, token=key, reference=reference, rest=rest), path)


@pytest.mark.parametrize(
    "uid", ["abcdefghijklmnop", "aABCD-EFGH-ijklm", "1234-5678-9012-ABCD"[:16], "-_-_-_-_-_-_-_-_"]
)
def test_answers_that_differ_in_the_id_and_in_keys_are_the_same(uid: str) -> None:
    assert _page(uid, "gone", "one", "QQQQ-1111") == _page(NOWHERE_UID, "gone", "two", "ZZZZ-9999")


def test_answers_that_differ_otherwise_are_not_the_same() -> None:
    assert _page("abcdefghijklmnop", "locked") != _page(NOWHERE_UID, "gone")
