"""Users: who signs in, as whom, with which roles."""

import pytest

from tradewright.app import Site
from tradewright.base import Forbidden, UserError
from tradewright.hooks import actor_for, authenticate
from tradewright.orm import Actor, Env, select
from tradewright.registry.verify import verify
from tradewright.testing import count_statements
from tradewright_base.models.partner import Partner
from tradewright_base.models.user import User, UserRole
from tradewright_base.services.users import set_password
from tradewright_base.testing import CompanyFactory, PartnerFactory, UserFactory, refusal

PASSWORD = "a long enough pass phrase"


def sign_in(env: Env, login: str, password: str) -> Actor | None:
    return env.first(authenticate)(env, login, password)


@pytest.mark.addons("base")
def test_a_user_signs_in_with_login_and_password(env: Env, users: UserFactory) -> None:
    user = users.staff(login="Ann@Company.Example", name="Ann")
    set_password(user, PASSWORD)
    env.flush()
    actor = sign_in(env, " ANN@company.example ", PASSWORD)
    assert actor is not None
    assert (actor.user_id, actor.kind, actor.name, actor.login) == (user.id, "staff", "Ann", "ann@company.example")
    assert actor.company_ids == (env.company_id,)
    assert sign_in(env, "ann@company.example", PASSWORD + ".") is None
    assert sign_in(env, "nobody@company.example", PASSWORD) is None


@pytest.mark.addons("base")
def test_a_user_without_a_password_can_not_sign_in(env: Env, users: UserFactory) -> None:
    user = users.staff()
    assert sign_in(env, user.login, "") is None


@pytest.mark.addons("base")
def test_an_inactive_user_is_nobody(env: Env, users: UserFactory) -> None:
    user = users.staff()
    set_password(user, PASSWORD)
    user.active = False
    env.flush()
    assert sign_in(env, user.login, PASSWORD) is None
    assert env.first(actor_for)(env, user.id) is None
    assert env.first(actor_for)(env, 999_999) is None


@pytest.mark.addons("base")
@pytest.mark.parametrize("password", ["short", "password123", "1111111111111"])
def test_a_weak_password_is_refused(users: UserFactory, password: str) -> None:
    user = users.staff()
    with pytest.raises(UserError, match=r"^Use at least 10 characters for the password\.$"):
        set_password(user, password)


@pytest.mark.addons("base")
def test_a_new_password_ends_the_sessions_of_the_old_one(users: UserFactory) -> None:
    user = users.staff()
    before = users.actor(user).epoch
    set_password(user, PASSWORD)
    assert users.actor(user).epoch == before + 1


@pytest.mark.addons("base")
def test_a_password_is_kept_as_a_hash_and_shown_to_nobody(site: Site) -> None:
    with site.env() as env:
        user = UserFactory(env).staff("base.admin")
        set_password(user, PASSWORD)
        actor = UserFactory(env).actor(user)
        assert PASSWORD not in repr(user)
        assert list(verify(env, site.composition.units)) == []
    with pytest.raises(Forbidden), site.env(actor) as env:
        env.all(select(env[User].password_hash))


@pytest.mark.addons("base", "product")
def test_effective_roles_hold_what_a_role_implies(users: UserFactory) -> None:
    actor = users.actor(users.staff("product.manager"))
    assert {"product.manager", "product.user", "base.user"} <= actor.roles
    assert "base.admin" not in actor.roles


@pytest.mark.addons("base", "product")
def test_an_administrator_has_the_roles_marked_for_administrators(users: UserFactory) -> None:
    assert {"base.user", "base.contact_manager", "product.manager"} <= users.actor(users.staff("base.admin")).roles


@pytest.mark.addons("base")
def test_a_role_that_nobody_declares_is_refused(site: Site) -> None:
    sentence = refusal(site, lambda env: UserFactory(env).staff("base.amdin"))
    assert sentence.startswith("There is no role base.amdin; did you mean base.admin")


@pytest.mark.addons("base")
def test_a_portal_user_can_not_have_a_staff_role(site: Site) -> None:
    def both(env: Env) -> None:
        customer = PartnerFactory(env).customer()
        UserFactory(env).buyer(customer, "base.user", login="eva@customer.example")

    assert refusal(site, both) == (
        "eva@customer.example is a portal user and can't have the staff role base.user: choose a portal role."
    )


@pytest.mark.addons("base")
def test_a_role_that_staff_roles_imply_is_not_for_the_portal(site: Site) -> None:
    def add(env: Env) -> None:
        UserFactory(env).buyer(PartnerFactory(env).customer(), "core.reader")

    assert "choose a portal role" in refusal(site, add)


@pytest.mark.addons("base")
def test_staff_with_staff_roles_does_not_become_a_portal_user(site: Site) -> None:
    def turned(env: Env) -> None:
        user = UserFactory(env).staff()
        user.partner = PartnerFactory(env).contact(PartnerFactory(env).customer())
        user.kind = "portal"

    assert "choose a portal role" in refusal(site, turned)


@pytest.mark.addons("base")
def test_a_role_added_alone_is_checked_too(site: Site) -> None:
    def add(env: Env) -> None:
        user = UserFactory(env).buyer(PartnerFactory(env).customer())
        env.add(env[UserRole](user_id=user.id, role="base.user"))

    assert "choose a portal role" in refusal(site, add)


@pytest.mark.addons("base")
def test_a_portal_user_needs_a_contact(site: Site) -> None:
    sentence = refusal(site, lambda env: UserFactory(env).buyer(PartnerFactory(env).customer(), partner=None))
    assert sentence == "A portal user needs a contact: choose the person and its company."


@pytest.mark.addons("base")
@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_a_portal_user_acts_for_the_account_at_the_top(
    partners: PartnerFactory, users: UserFactory, levels: int
) -> None:
    top = below = partners.customer(language="de")
    for _level in range(levels):
        below = partners.customer(parent=below)
    user = users.buyer(below)
    actor = users.actor(user)
    assert (actor.kind, actor.customer_id, actor.contact_id) == ("portal", top.id, user.partner_id)


@pytest.mark.addons("base")
def test_a_buyer_whose_contact_or_account_is_inactive_can_not_act(
    env: Env, partners: PartnerFactory, users: UserFactory
) -> None:
    account = partners.customer()
    user = users.buyer(account)
    account.active = False
    env.flush()
    assert env.first(actor_for)(env, user.id) is None
    account.active = True
    assert user.partner is not None
    user.partner.active = False
    env.flush()
    assert env.first(actor_for)(env, user.id) is None


@pytest.mark.addons("base")
def test_the_actor_is_found_by_two_statements(env: Env, partners: PartnerFactory, users: UserFactory) -> None:
    staff, buyer = users.staff("base.admin", "base.contact_manager"), users.buyer(partners.customer())
    env.flush()
    for user, most in ((staff, 2), (buyer, 1)):
        with count_statements(env) as statements:
            env.first(actor_for)(env, user.id)
        assert len(statements) <= most


@pytest.mark.addons("base")
def test_staff_sees_its_company_and_the_further_ones(env: Env, companies: CompanyFactory, users: UserFactory) -> None:
    second = companies.other()
    assert users.actor(users.staff(companies=[second])).company_ids == (env.company_id, second.id)


@pytest.mark.addons("base")
def test_the_language_is_that_of_the_user_else_of_the_account(
    env: Env, partners: PartnerFactory, users: UserFactory
) -> None:
    account = partners.customer(language="de")
    assert users.actor(users.buyer(account)).language == "de"
    assert users.actor(users.buyer(account, language="zh-CN")).language == "zh_Hans"
    assert users.actor(users.staff()).language == env.company.language


@pytest.mark.addons("base")
def test_an_administrator_ends_all_sessions_of_a_user(site: Site) -> None:
    with site.env() as env:
        users = UserFactory(env)
        admin, other = users.actor(users.staff("base.admin")), users.staff()
        plain = users.actor(other)
    with site.env(admin) as env:
        env[User].end_sessions(env, [env.one(User, other.id)])
    with site.env() as env:
        actor = env.first(actor_for)(env, other.id)
        assert actor is not None
        assert actor.epoch == plain.epoch + 1
    assert refusal(site, lambda env: env[User].end_sessions(env, [env.one(User, other.id)]), plain)


@pytest.mark.addons("base")
def test_staff_reads_partners_but_only_a_contact_manager_changes_them(site: Site) -> None:
    with site.env() as env:
        users = UserFactory(env)
        reader, keeper = users.actor(users.staff()), users.actor(users.staff("base.contact_manager"))
        number = PartnerFactory(env).customer(name="Before").id

    def rename(env: Env) -> None:
        env.one(Partner, number).name = "After"

    assert refusal(site, rename, reader) == "Your role does not allow to change this: Partners."
    site.run(rename, keeper)
    with site.env(reader, readonly=True) as env:
        assert env.one(Partner, number).name == "After"
