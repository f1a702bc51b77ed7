"""The shortest way through the layer."""

from tradewright.testing.client import Browser


def test_a_user_signs_in_and_writes_a_note(visitor: Browser) -> None:
    visitor.get("/probe")
    assert visitor.address.startswith("/login")
    visitor.sign_in("wanda@example.com", "correct horse battery", follow=False)
    visitor.get("/probe")
    assert visitor.status == 200
    visitor.submit({"body": "hello"}, action="/probe/notes")
    assert "The note was written." in visitor.text
    assert "hello" in visitor.text
    assert "5 points of Wanda" in visitor.text
