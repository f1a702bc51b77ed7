"""The shortest way through the layer."""

from tradewright.testing.client import Browser


def test_a_user_signs_in_and_writes_a_note(browser: Browser) -> None:
    browser.get("/probe")
    assert browser.address.startswith("/login")
    browser.sign_in("wanda@example.com", "correct horse battery")
    browser.get("/probe")
    assert browser.status == 200
    browser.submit({"body": "hello"}, action="/probe/notes")
    assert "The note was written." in browser.text
    assert "hello" in browser.text
    assert "5 points of Wanda" in browser.text
