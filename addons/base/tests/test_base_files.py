"""Files: stored once, owned by a record, read with its rights."""

import pytest

from tradewright.app import Site
from tradewright.base import NotFound
from tradewright.base.files import FileTooLarge
from tradewright.orm import Env
from tradewright.registry.verify import verify
from tradewright_base.models.attachment import Attachment
from tradewright_base.services.files import attach, open_attachment, plain_name
from tradewright_base.testing import PartnerFactory, UserFactory

pytestmark = pytest.mark.addons("base")


def test_a_file_is_read_by_whoever_may_read_its_owner(site: Site) -> None:
    with site.env() as env:
        users, partners = UserFactory(env), PartnerFactory(env)
        customer = partners.customer()
        plan = attach(env, "plan.pdf", "application/pdf", b"%PDF", customer)
        staff, buyer = users.actor(users.staff()), users.actor(users.buyer(customer))
        env.flush()
        name = plan.uid
    with site.env(staff, readonly=True) as env:
        attachment, stream = open_attachment(env, name)
        with stream:
            assert (attachment.name, attachment.size, stream.read()) == ("plan.pdf", 4, b"%PDF")
    with pytest.raises(NotFound), site.env(buyer, readonly=True) as env:
        open_attachment(env, name)


def test_no_file_and_no_owner_answer_alike(site: Site) -> None:
    with site.env() as env:
        staff = UserFactory(env).actor(UserFactory(env).staff())
        orphan = attach(env, "note.txt", "text/plain", b"x")
        env.flush()
        uid = orphan.uid
    said = []
    for wanted in (uid, "nothing"):
        with pytest.raises(NotFound) as refused, site.env(staff, readonly=True) as env:
            open_attachment(env, wanted)
        said.append((refused.value.code, str(refused.value.text)))
    assert said[0] == said[1] == ("base.no-file", "This file does not exist, or you have no access to it.")


def test_the_same_bytes_are_stored_once(env: Env, partners: PartnerFactory) -> None:
    owner = partners.customer()
    first, second = (attach(env, name, "text/plain", b"same", owner) for name in ("a.txt", "b.txt"))
    assert first.sha256 == second.sha256
    assert list(env.site.files.names()).count(first.sha256) == 1


def test_a_file_that_is_too_large_leaves_nothing(env: Env, partners: PartnerFactory) -> None:
    with pytest.raises(FileTooLarge):
        attach(env, "big.bin", "application/octet-stream", b"12345", partners.customer(), at_most=4)
    assert list(env.site.files.names()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\plan.pdf", "plan.pdf"),
        ("a\x00b\n.txt", "ab.txt"),
        ("..", "file"),
        ("", "file"),
        ("报价.pdf", "报价.pdf"),
    ],
)
def test_a_file_name_is_kept_plain(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_an_odd_media_type_is_kept_as_unknown(env: Env, partners: PartnerFactory) -> None:
    owner = partners.customer()
    kinds = [attach(env, "x", kind, b"x", owner).media_type for kind in ("TEXT/Plain", "text/html; x=<script>", "")]
    assert kinds == ["text/plain", "application/octet-stream", "application/octet-stream"]


def test_a_lost_file_is_told_by_verify(site: Site) -> None:
    with site.env() as env:
        lost = attach(env, "x.txt", "text/plain", b"x", PartnerFactory(env).customer())
        env.flush()
        site.files.path(lost.sha256).unlink()
    with site.env(readonly=True) as env:
        found = [violation.code for violation in verify(env, site.composition.units)]
        assert env.get(Attachment, lost.id) is not None
    assert "base.files" in found
