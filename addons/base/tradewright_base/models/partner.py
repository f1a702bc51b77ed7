"""Business partners: company accounts and the people who work there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from tradewright.i18n import _
from tradewright.orm import Env, Mapped, check, choice, field, index, many_to_one, one_to_many, text

from .. import errors
from ..services.tidy import tidy
from .postal import Postal

if TYPE_CHECKING:
    from .address import Address
    from .user import User


class Partner(
    Postal,
    label=_("Partner"),
    plural=_("Partners"),
    title="name",
    order_by="name",
    search=("name", "reference", "email", "vat", "city"),
    public=True,
    versioned=True,
):
    """A customer or supplier: a company account, or a contact of one."""

    name: Mapped[str] = text(label=_("Name"), index=True)
    kind: Mapped[str] = choice(
        [("company", _("Company")), ("contact", _("Contact"))], label=_("Kind"), default="company"
    )
    parent: Mapped["Partner | None"] = many_to_one(label=_("Company"), on_delete="restrict")
    parent_id: Mapped[int | None]
    children: Mapped[list["Partner"]] = one_to_many(inverse="parent", order_by="name", label=_("Contacts"))
    reference: Mapped[str | None] = text(
        label=_("Customer number"),
        max_length=40,
        unique=True,
        help=_("Our number for this account, on every document."),
    )
    position: Mapped[str | None] = text(label=_("Job position"), max_length=100)
    email: Mapped[str | None] = text(label=_("E-mail"), index=True)
    phone: Mapped[str | None] = text(label=_("Phone"), max_length=40)
    website: Mapped[str | None] = text(label=_("Website"))
    vat: Mapped[str | None] = text(label=_("VAT number"), max_length=20)
    registration: Mapped[str | None] = text(label=_("Company registration"), max_length=100)
    language: Mapped[str | None] = text(
        label=_("Language"), max_length=16, help=_("Of documents and messages to this partner.")
    )
    is_customer: Mapped[bool] = field(label=_("Customer"), default=True)
    is_supplier: Mapped[bool] = field(label=_("Supplier"), default=False)
    active: Mapped[bool] = field(label=_("Active"), default=True)
    notes: Mapped[str | None] = text(label=_("Notes"), multiline=True, max_length=10_000)
    addresses: Mapped[list["Address"]] = one_to_many(inverse="partner", owned=True, order_by="id", label=_("Addresses"))
    users: Mapped[list["User"]] = one_to_many(inverse="partner", order_by="login", label=_("Logins"))

    _by_kind = index("kind", "is_customer")
    _not_own_parent = check(
        lambda cls: cls.parent_id.is_(None) | (cls.parent_id != cls.id),
        message=_("A partner can't be part of itself: choose another company."),
    )

    @property
    def account(self) -> "Partner":
        """The company account this partner belongs to: itself, or the topmost of its companies."""
        partner, seen = self, {id(self)}
        while partner.parent is not None and id(partner.parent) not in seen:
            partner = partner.parent
            seen.add(id(partner))
        return partner

    @classmethod
    def before_save(cls, env: Env, records: Sequence[Self]) -> None:
        """Write e-mail, VAT number and language in one form; refuse contacts of nobody and circles of companies.

        A new customer without a number gets the next one when the unit of work commits.
        """
        super().before_save(env, records)
        for partner in records:
            tidy(partner, "email", "vat", "language")
            parent = partner.parent or (env.get(Partner, partner.parent_id) if partner.parent_id else None)
            if partner.kind == "contact" and parent is None:
                raise errors.contact_without_company(partner.name)
            if parent is not None and parent.account.parent is not None:
                raise errors.partner_loop(partner.name)
            is_new = partner.__dict__.get("id") is None
            if is_new and partner.is_customer and partner.kind == "company" and not partner.reference:
                env.number("base.partner", partner, "reference")

    def display_name(self) -> str:
        """The name, for a contact with its company."""
        return f"{self.account.name}, {self.name}" if self.parent_id else self.name
