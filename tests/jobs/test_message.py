"""Addresses, headers and the text of mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.base import Invalid
from tradewright.jobs.message import check_addresses, check_line, domain_of, plain_text


@pytest.mark.parametrize(
    ("given_as", "plain"),
    [
        ("ann@example.com", "ann@example.com"),
        (" Ann  <ann@example.com> ", "Ann <ann@example.com>"),
        ('"Lee, Ann" <ann.lee+erp@mail.example.com>', '"Lee, Ann" <ann.lee+erp@mail.example.com>'),
        ("ann@example.com, Bob <bob@example.com>", "ann@example.com, Bob <bob@example.com>"),
        ("ann@käse.example", "ann@xn--kse-qla.example"),
    ],
)
def test_addresses_come_in_their_plain_form(given_as: str, plain: str) -> None:
    assert check_addresses(given_as) == plain


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "@example.com",
        "ann@",
        "ann@.com",
        ".ann@example.com",
        "an n@example.com",
        "ann@exa mple.com",
        "ann@exam\u200bple.com",
        "ann@-example.com",
        "ännchen@example.com",
        "ann@example.com;eve@example.com",
        "ann@example.com,",
        "ann(eve@example.com)",
        "ann@" + "x" * 64 + ".com",
        "x" * 65 + "@example.com",
        ", ".join(["a@example.com"] * 51),
        "ann@example.com\x00",
        "ann@example.com\u2028X: y",
    ],
)
def test_inj9_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        check_addresses(text)


@given(st.text(alphabet=st.sampled_from('aA@.<>,;:"\\() \r\n\t\x00é-'), max_size=40))
def test_inj9_no_text_gives_an_address_with_a_line_break_or_more_than_it_shows(text: str) -> None:
    try:
        plain = check_addresses(text)
    except Invalid:
        return
    assert not set(plain) & set("\r\n\x00")
    assert plain.count("@") >= 1
    assert check_addresses(plain) == plain


def test_the_domain_of_an_address() -> None:
    assert domain_of("Ann <ann@example.com>") == domain_of("ann@example.com") == "example.com"


def test_a_header_is_one_line() -> None:
    assert check_line("Order 42", "the subject") == "Order 42"
    with pytest.raises(Invalid, match="the subject of an e-mail is one line: remove the line breaks"):
        check_line("Order\nX: y", "the subject")


def test_the_text_of_a_mail_reads_as_its_html_does() -> None:
    html = """<html><head><title>No</title><style>p { color: red }</style></head><body>
    <div class="preview">What the list of mails shows<p>x</div>
    <h1>Order&nbsp;4711</h1><p>Dear Ann,<br>thank you for
       your order.</p><ul><li>2 bolts</li><li>3 nuts</li></ul>
    <table><tr><th>Total</th><td>12.50 EUR</td></tr></table>
    <p><a href="https://example.com/o">See your order</a> or <a href="mailto:a@example.com">a@example.com</a></p>
    <a href="javascript:x">no</a> <img src="x.png" alt="Logo"><script>alert(1)</script></body></html>"""
    assert plain_text(html) == (
        "Order 4711\n\nDear Ann,\nthank you for your order.\n\n- 2 bolts\n- 3 nuts\n\nTotal 12.50 EUR\n\n"
        "See your order (https://example.com/o) or a@example.com\n\nno Logo\n"
    )
