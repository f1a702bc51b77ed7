"""Through an access point: one call that carries the document's key, and a question first where it may be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewright.orm import select

from ... import errors
from ...models.access_point import AccessPoint
from .. import endpoints
from .client import Client, outgoing_hosts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tradewright.base import UserError
    from tradewright.orm import Env

    from ...engine import Identifier
    from ...models.einvoice import EInvoice
    from .base import Parcel, Receipt


class AccessPointChannel:
    """The network that the company's access point belongs to."""

    code = "access_point"
    once = True

    def refusals(self, env: Env, einvoices: Sequence[EInvoice]) -> Mapping[int, UserError]:
        """Refuse while the company has no access point, or the customer no address in the network."""
        points = {company: point_of(env, company) for company in {one.company_id for one in einvoices}}
        found: dict[int, UserError] = {}
        for one in einvoices:
            address = endpoints.of_partner(one.invoice.customer)
            if points[one.company_id] is None:
                found[one.id] = errors.no_access_point(one.invoice.company.name)
            elif address is None or address.scheme == endpoints.MAIL:
                found[one.id] = errors.no_endpoint(one.invoice.customer.account.display_name())
        return found

    def address(self, env: Env, einvoice: EInvoice) -> str:  # noqa: ARG002  # the protocol's
        """Return the customer's electronic address."""
        found = endpoints.of_partner(einvoice.invoice.customer)
        return "" if found is None else f"{found.scheme}:{found.value}"

    def settings(self, env: Env, einvoice: EInvoice) -> Mapping[str, Any]:
        """Return whom to call with which key, and our electronic address."""
        point = point_of(env, einvoice.company_id)
        return {
            "url": point.url if point is not None else "",
            "token": point.token if point is not None else None,
            "hosts": outgoing_hosts(env),
            "sender": _said(endpoints.of_company(einvoice.invoice.company)),
        }

    def stage(self, parcel: Parcel) -> None:
        """Nothing is to be prepared; the note that it may have left is what counts."""

    def deliver(self, parcel: Parcel) -> Receipt:
        """Ask first where an earlier attempt may have arrived, then submit under the same key."""
        wanted = parcel.settings
        client = Client(wanted["url"], wanted["token"], wanted["hosts"])
        known = client.status(parcel.key) if parcel.again else None
        return known if known is not None else client.submit(parcel)


def point_of(env: Env, company_id: int) -> AccessPoint | None:
    """Return the access point through which a company sends."""
    model = env[AccessPoint]
    return env.scalar(
        select(model).where(model.company_id == company_id, model.active.is_(True)).order_by(model.id).limit(1)
    )


def _said(address: Identifier | None) -> dict[str, str | None] | None:
    return None if address is None else {"scheme": address.scheme, "id": address.value}
