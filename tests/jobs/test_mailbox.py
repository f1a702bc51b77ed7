"""The mailbox page: for administrators, and in a demonstration for all staff; what is in a mail runs nowhere."""

import base64
import hashlib

import pytest

from tradewright.app import Site
from tradewright.jobs import send_mail
from tradewright.testing import SiteFactory, Template
from tradewright.testing.client import Browser, browser_for
from tradewright_base.models.setting import Setting
from tradewright_base.models.user import User, UserRole

PEOPLE = (("admin", "staff", "base.admin"), ("sam", "staff", "base.user"))
STYLE = "p { color: #123456 }"
HTML = (
    f"<html><head><title>x</title><style>{STYLE}</style></head><body><p onclick='alert(1)'>Dear Ann</p>"
    "<script>alert(2)</script><img src='https://evil.example/x.png'><a href='https://example.com/o'>Order</a></body></html>"
)


@pytest.fixture
def site(sites: SiteFactory) -> Site:
    """A site with an administrator, a member of staff, and one mail with a file."""
    site = sites.make(Template(addons=("base",)))
    with site.env() as env:
        for login, kind, role in PEOPLE:
            roles = [env[UserRole](role=role)] if role else []
            env.add(
                env[User](kind=kind, login=f"{login}@example.com", name=login.title(), company=env.company, roles=roles)
            )
        send_mail(
            env,
            to="Ann <ann@example.com>",
            subject="Order <4711>",
            html=HTML,
            attachments=[("Rechnung.pdf", "application/pdf", b"%PDF-1.7")],
            key="order:4711",
        )
        send_mail(env, to="bob@example.com", subject="Another", text="Just text <b>", key="other")
    return site


def browser(site: Site, login: str) -> Browser:
    from tradewright.orm import select

    found = browser_for(site)
    user = site.run(lambda env: env.scalar(select(env[User].id).where(env[User].login == f"{login}@example.com")))
    assert user is not None
    found.sign_in_as(user)
    return found


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_administrator_sees_the_mails_and_reads_one(site: Site) -> None:
    visitor = browser(site, "admin")
    visitor.get("/office/mailbox")
    assert "Order &lt;4711&gt;" in visitor.text
    assert "Another" in visitor.text
    visitor.get("/office/mailbox?q=ANN@")
    assert "Another" not in visitor.text
    visitor.get("/office/mailbox/1")
    assert "Order &lt;4711&gt;" in visitor.text
    assert "Ann &lt;ann@example.com&gt;" in visitor.text
    assert 'src="/office/mailbox/1/body"' in visitor.text
    assert "frame-src 'self'" in visitor.get("/office/mailbox/1").headers["Content-Security-Policy"]
    answer = visitor.get("/office/mailbox/1/files/1")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7", "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    visitor.get("/office/mailbox/2")
    assert "Just text &lt;b&gt;" in visitor.text
    assert visitor.get("/office/mailbox/1/files/2").status_code == 404
    assert visitor.get("/office/mailbox/99").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_xss2_the_body_of_a_mail_has_no_origin_no_scripts_and_no_network(site: Site) -> None:
    answer = browser(site, "admin").get("/office/mailbox/1/body")
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    policy = {name: value for name, _space, value in parts}
    assert policy == {
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
        "default-src": "'none'",
        "style-src": f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank"><title>' in answer.get_data(as_text=True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["", "/1", "/1/body", "/1/files/1"])
def test_others_read_no_mails_but_staff_does_in_a_demonstration(site: Site, path: str) -> None:
    assert browser(site, "sam").get(f"/office/mailbox{path}").status_code == 403
    assert b"ann@example.com" not in browser(site, "sam").get(f"/office/mailbox{path}").data
    site.run(lambda env: env.add(env[Setting](key="base.demo", value=True)))
    assert browser(site, "sam").get(f"/office/mailbox{path}").status_code == 200
    assert browser_for(site).get(f"/office/mailbox{path}", follow=False).status_code in {302, 303, 401, 403}
