"""Drafts held against the rules of their customer's profile, and each finding led to the field that mends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tradewright.base import Invalid
from tradewright.hooks import Elsewhere, FieldFinding, Verdict
from tradewright.i18n import _, _n

from ..models.einvoice import PROFILES
from .build import profile_of, provisional
from .issue import judge
from .places import BUYER_REFERENCE, DIGITS, OF_NUMBER, ORDER_NUMBER, Place, place_of
from .wants import demanding, missing_references, wanted

if TYPE_CHECKING:
    from tradewright.i18n import Text
    from tradewright.orm import Env
    from tradewright_account.models.invoice import Invoice
    from tradewright_account.models.invoice_line import InvoiceLine

    from ..engine import Finding

MOST_LINES: Final = 3_000
"""A draft with more lines is checked when it is posted, not each time somebody looks at it."""
_LINE = re.compile(r"(?:cac:(?:InvoiceLine|CreditNoteLine)|ram:IncludedSupplyChainTradeLineItem)(?:\[(\d+)\])?")
_BREAKDOWN = re.compile(
    r"(?:cac:TaxSubtotal|ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax)(?:\[(\d+)\])?(?:/|$)"
)
_NEEDS_VAT = re.compile(r"BR-(?:S|Z|E|AE|IC|G)-0[234]")
CENTS: Final = 2
"""The decimals that amounts of EN 16931 have at most; in a currency with more, sums do not add up either."""
_OF_AMOUNTS: Final = frozenset({"subtotal", "discount", "category"})
_OWN: Final = {"reference": ("TW-REF-01", ORDER_NUMBER), "buyer_reference": ("TW-REF-02", BUYER_REFERENCE)}


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with what the check of its provisional document found, placed."""

    invoice: Invoice
    profile: str
    #: Whether the draft must not be posted with faults, as its customer said what it wants.
    binding: bool
    findings: tuple[FieldFinding, ...]

    @property
    def faults(self) -> list[FieldFinding]:
        """What would make the document invalid."""
        return [one for one in self.findings if one.tone == "danger"]


def require_sound(env: Env, invoices: Sequence[Invoice]) -> None:
    """Refuse drafts that would become invalid e-invoices of customers who said what they want.

    The fields of the `Invalid` are those of the first invoice with faults. The number of statements does not grow with
    the invoices and their lines.
    """
    faulty = [
        one for one in check(env, [one for one in invoices if one.lines and demanding(one.customer)]) if one.faults
    ]
    if not faulty:
        return
    first = faulty[0]
    fault = first.faults[0]
    words = {"invoice": first.invoice.display_name(), "profile": _label(first.profile), "fault": fault.text}
    text = _n(
        "{invoice} breaks the rules of {profile}: {fault}",
        "{n} invoices break the rules of their profiles, {invoice} those of {profile}: {fault}",
        len(faulty),
        **words,
    )
    raise Invalid("einvoice.faults", text, fields=_fields(first))


def _fields(checked: Checked) -> dict[str, Any]:
    """The sentences by the name of the input; the first one where several stand at one."""
    places = {line.id: place for place, line in enumerate(checked.invoice.lines)}
    found: dict[str, Any] = {}
    for one in checked.faults:
        name = f"{one.lines}-{places[one.line]}-{one.field}" if one.lines and one.line in places else one.field
        found.setdefault(name, one.text)
    return found


def check(env: Env, invoices: Sequence[Invoice]) -> list[Checked]:
    """Hold drafts against the rules of their profiles; needs the rights to read all that they state."""
    return [_checked(env, invoice) for invoice in invoices]


def _checked(env: Env, invoice: Invoice) -> Checked:
    profile = profile_of(invoice)
    _xml, findings = judge(provisional(env, invoice), profile)
    places = _Places(invoice)
    named = [finding for finding in findings if not OF_NUMBER & set(finding.term.split())]
    missing = missing_references(invoice.customer, reference=invoice.reference, buyer_reference=invoice.buyer_reference)
    own = [places.own(name) for name in missing]
    found = _merged([*own, *(places.of(finding, env.language) for finding in named)])
    return Checked(invoice, profile, demanding(invoice.customer), tuple(found))


def _merged(findings: Sequence[FieldFinding]) -> list[FieldFinding]:
    """One finding for each thing to do, faults first: several rules often ask for the same."""
    found: dict[Any, FieldFinding] = {}
    for one in sorted(findings, key=lambda one: one.tone != "danger"):
        key = (one.lines, one.line, one.field, one.elsewhere, str(one.text))
        first = found.get(key)
        if first is None:
            found[key] = one
        elif str(one.detail).split(":")[0] not in str(first.detail):
            found[key] = replace(first, detail=f"{str(one.detail).partition(':')[0]}, {first.detail}")
    return list(found.values())


def verdict(env: Env, invoice: Invoice) -> Verdict | None:
    """What the page of a draft says of its e-invoice; None for posted ones and customers who want none."""
    with env.elevate("who writes an invoice learns what its customer's profile demands"):
        if invoice.state != "draft" or not invoice.lines or not wanted(invoice.customer):
            return None
        if len(invoice.lines) > MOST_LINES:
            return Verdict(_("This invoice is long: its e-invoice is checked when it is posted."), "info")
        (checked,) = check(env, [invoice])
    words = {"profile": _label(checked.profile)}
    if not checked.findings:
        return Verdict(_("Ready to be issued as {profile}.", **words), "success")
    if not checked.faults:
        return Verdict(_("Ready to be issued as {profile}; this is recommended:", **words), "success", checked.findings)
    if checked.binding:
        text = _("The rules of {profile} are broken. Before the invoice is posted:", **words)
        return Verdict(text, "danger", checked.findings)
    text = _("The rules of {profile} are broken, so the e-invoice would not be sent:", **words)
    quiet = tuple(replace(one, tone="warning") for one in checked.findings)
    return Verdict(text, "warning", quiet)


def _label(profile: str) -> Text | str:
    return dict(PROFILES).get(profile, profile)


@dataclass
class _Places:
    """The records that a draft's e-invoice is made of."""

    invoice: Invoice

    @cached_property
    def lines(self) -> list[InvoiceLine]:
        """The lines in the order of the document."""
        return list(self.invoice.lines)

    @cached_property
    def taxes(self) -> list[Any]:
        """The taxes in the order of the breakdown."""
        from tradewright_account.services.totals import breakdown

        return [row.tax for row in breakdown(self.invoice)]

    def own(self, field: str) -> FieldFinding:
        """A reference that the customer demands and the invoice lacks."""
        rule, place = _OWN[field]
        return FieldFinding(place.text, field, detail=rule)

    def of(self, finding: Finding, language: str) -> FieldFinding:
        """A finding of the engine at its field."""
        said = finding.text(language)
        tone = "danger" if finding.severity == "fatal" else "warning"
        place = place_of(finding.rule, self._term(finding))
        if self.invoice.currency.digits > CENTS and (place is None or place.field in _OF_AMOUNTS):
            place = DIGITS
        if place is None:
            return FieldFinding(said, detail=finding.rule, tone=tone)
        found = self._at(place, finding)
        return replace(found, detail=f"{finding.rule}: {said}", tone=tone)

    def _term(self, finding: Finding) -> str:
        """The term to mend; a tax that needs VAT numbers needs the seller's first."""
        if _NEEDS_VAT.fullmatch(finding.rule):
            return "BT-48" if self.invoice.company.vat else "BT-31"
        return finding.term

    def _at(self, place: Place, finding: Finding) -> FieldFinding:
        invoice = self.invoice
        line = self._line(finding)
        account = invoice.customer.account
        match place.record:
            case "invoice":
                return FieldFinding(place.text, place.field)
            case "line" | "uom" | "product" | "tax":
                return self._of_line(place, finding, line)
            case "company":
                return self._other(place, "", "base.Company", invoice.company)
            case "contact" if invoice.contact is not None:
                return self._other(place, "contact", "base.Partner", invoice.contact)
            case "contact":
                return FieldFinding(_("Choose a contact of the customer."), "contact")
            case "invoice_address" | "delivery_address":
                address = getattr(invoice, place.record)
                if address is not None:
                    # Addresses are written on the page of their partner.
                    other = Elsewhere("base.Partner", account.id, f"{account.name}, {address.name}", "")
                    return FieldFinding(place.text, place.record, elsewhere=other)
        return self._other(place, "customer", "base.Partner", account)

    def _of_line(self, place: Place, finding: Finding, line: InvoiceLine | None) -> FieldFinding:
        if line is None:
            if place.record != "tax":
                return FieldFinding(place.text, "lines")
            return self._other(place, "", "product.Tax", self._tax(finding))
        if place.record == "line":
            return FieldFinding(place.text, place.field, "lines", line.id)
        if place.record == "tax":
            return FieldFinding(place.text, "tax", "lines", line.id)
        record = line.uom if place.record == "uom" else line.product
        model = "product.UnitOfMeasure" if place.record == "uom" else "product.Product"
        if record is None:
            return FieldFinding(place.text, "product", "lines", line.id)
        other = Elsewhere(model, record.id, record.display_name(), place.field)
        return FieldFinding(place.text, place.record, "lines", line.id, other)

    def _other(self, place: Place, field: str, model: str, record: Any) -> FieldFinding:
        return FieldFinding(
            place.text, field, elsewhere=Elsewhere(model, record.id, record.display_name(), place.field)
        )

    def _line(self, finding: Finding) -> InvoiceLine | None:
        found = _LINE.search(finding.location)
        place = int(found[1] or 1) - 1 if found else -1
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def _tax(self, finding: Finding) -> Any:
        found = _BREAKDOWN.search(finding.location)
        place = int(found[1] or 1) - 1 if found else 0
        return self.taxes[min(place, len(self.taxes) - 1)]
