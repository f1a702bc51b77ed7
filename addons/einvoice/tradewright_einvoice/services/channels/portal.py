"""The portal: a document is there for its customer as soon as it is archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewright.base import UserError
    from tradewright.orm import Env

    from ...models.einvoice import EInvoice
    from ...models.sending import EInvoiceSending


class PortalChannel:
    """Nothing is carried anywhere: the customer fetches it."""

    code = "portal"
    once = True

    def refusals(self, env: Env, einvoices: Sequence[EInvoice]) -> Mapping[int, UserError]:  # noqa: ARG002  # the protocol's
        """Nothing keeps a document from being there."""
        return {}

    def address(self, env: Env, einvoice: EInvoice) -> str:  # noqa: ARG002  # the protocol's
        """There is no address."""
        return ""

    def hand_over(self, env: Env, sendings: Sequence[EInvoiceSending]) -> None:
        """Nothing is left to do."""
