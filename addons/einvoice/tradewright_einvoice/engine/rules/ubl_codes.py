"""BR-CL: which codes a UBL document may use. A code is compared without white space around it and must be one token."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..codelists import codes, units
from ..text import squeezed
from ..xml import Node, Tree
from .base import Check, Report, checks
from .ubl_slots import charge_indicator
from .view import View

AMOUNTS: Final = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
)
#: The place of a code: its element and, unless it is the element's text, the attribute.
Place = tuple[Node, str | None]


@dataclass(frozen=True, slots=True)
class CodeRule:
    """Codes of some places belong to a list."""

    rule: str
    term: str
    what: str
    places: Callable[[Tree], Iterable[Place]]
    allowed: Callable[[], frozenset[str]]
    #: Whether the case of letters does not matter.
    upper: bool = False
    #: Whether an attribute is compared as it stands, white space included.
    exact: bool = False
    #: Where many places have few codes: the elements by their code.
    groups: "Callable[[View], Mapping[str, list[Node]]] | None" = None


def amounts_by_currency(view: View) -> dict[str, list[Node]]:
    """All amounts by their currency, which is nearly always one. A missing currency is an empty one."""
    found: dict[str, list[Node]] = {}
    for node in view.tree.named(*AMOUNTS):
        found.setdefault(node.element.get("currencyID", ""), []).append(node)
    return found


def grouped_amounts(view: View) -> dict[str, list[Node]]:
    """The amounts by currency, looked for once for all rules."""
    return view.once(amounts_by_currency)


def elements(*names: str) -> Callable[[Tree], Iterable[Place]]:
    """The texts of elements."""
    return lambda tree: ((node, None) for node in tree.named(*names))


def inside(parent: str, name: str, attribute: str | None = None) -> Callable[[Tree], Iterable[Place]]:
    """Elements of a parent; with an attribute, those that have it."""

    def find(tree: Tree) -> Iterable[Place]:
        for owner in tree.named(parent):
            for node in owner.kids.get(name, ()):
                if attribute is None or node.get(attribute) is not None:
                    yield node, attribute

    return find


def attributes(attribute: str, *names: str, always: bool = False) -> Callable[[Tree], Iterable[Place]]:
    """An attribute of elements; with `always`, also where it is missing."""
    return lambda tree: ((node, attribute) for node in tree.named(*names) if always or node.get(attribute) is not None)


def _objects(tree: Tree) -> Iterable[Place]:
    for reference in tree.named("cac:AdditionalDocumentReference", "cac:DocumentReference"):
        if any(code.text == "130" for code in reference.all("cbc:DocumentTypeCode")):
            for node in reference.kids.get("cbc:ID", ()):
                if node.get("schemeID") is not None:
                    yield node, "schemeID"


def _party_ids(tree: Tree) -> Iterable[Place]:
    """Identifiers of parties; the SEPA creditor of a seller or payee is no matter of the list."""
    bank = {
        id(node)
        for owner in tree.named("cac:AccountingSupplierParty", "cac:PayeeParty")
        for party in (owner, *owner.kids.get("cac:Party", ()))
        for node in party.all("cac:PartyIdentification", "cbc:ID")
        if (node.get("schemeID") or "").strip() == "SEPA"
    }
    return (
        place for place in inside("cac:PartyIdentification", "cbc:ID", "schemeID")(tree) if id(place[0]) not in bank
    )


def _reasons(*, charge: bool) -> Callable[[Tree], Iterable[Place]]:
    return lambda tree: (
        (node, None)
        for owner in tree.named("cac:AllowanceCharge")
        if charge_indicator(owner) is charge
        for node in owner.kids.get("cbc:AllowanceChargeReasonCode", ())
    )


def code_list(name: str, column: str | None = None) -> Callable[[], frozenset[str]]:
    """The codes of a list, read when they are needed."""
    return lambda: codes(name, column)


_COUNTRIES: Final = code_list("iso3166", "en16931_ubl")
_CURRENCIES: Final = code_list("iso4217", "en16931")
_QUANTITIES: Final = ("cbc:InvoicedQuantity", "cbc:BaseQuantity", "cbc:CreditedQuantity")
CODES: Final = (
    CodeRule(
        "BR-CL-01",
        "BT-3",
        "type of an invoice",
        elements("cbc:InvoiceTypeCode"),
        code_list("untdid1001", "ubl_invoice"),
    ),
    CodeRule(
        "BR-CL-01",
        "BT-3",
        "type of a credit note",
        elements("cbc:CreditNoteTypeCode"),
        code_list("untdid1001", "ubl_credit_note"),
    ),
    CodeRule("BR-CL-03", "BT-5", "currency", elements(), _CURRENCIES, groups=grouped_amounts),
    CodeRule("BR-CL-04", "BT-5", "currency", elements("cbc:DocumentCurrencyCode"), _CURRENCIES),
    CodeRule("BR-CL-05", "BT-6", "currency", elements("cbc:TaxCurrencyCode"), _CURRENCIES),
    CodeRule(
        "BR-CL-06",
        "BT-8",
        "tax point",
        inside("cac:InvoicePeriod", "cbc:DescriptionCode"),
        code_list("untdid2005_2475"),
    ),
    CodeRule("BR-CL-07", "BT-18", "scheme of an invoiced object", _objects, code_list("untdid1153")),
    CodeRule("BR-CL-10", "BT-29", "scheme of an identifier", _party_ids, code_list("icd")),
    CodeRule(
        "BR-CL-11",
        "BT-30",
        "scheme of a registration number",
        inside("cac:PartyLegalEntity", "cbc:CompanyID", "schemeID"),
        code_list("icd"),
    ),
    CodeRule(
        "BR-CL-13",
        "BT-158",
        "item classification",
        inside("cac:CommodityClassification", "cbc:ItemClassificationCode", "listID"),
        code_list("untdid7143"),
    ),
    CodeRule("BR-CL-14", "BT-40", "country", inside("cac:Country", "cbc:IdentificationCode"), _COUNTRIES),
    CodeRule(
        "BR-CL-15", "BT-159", "country of origin", inside("cac:OriginCountry", "cbc:IdentificationCode"), _COUNTRIES
    ),
    CodeRule(
        "BR-CL-16",
        "BT-81",
        "payment means",
        inside("cac:PaymentMeans", "cbc:PaymentMeansCode"),
        code_list("untdid4461"),
    ),
    CodeRule("BR-CL-17", "BT-118", "VAT category", inside("cac:TaxCategory", "cbc:ID"), code_list("uncl5305")),
    CodeRule(
        "BR-CL-18", "BT-151", "VAT category", inside("cac:ClassifiedTaxCategory", "cbc:ID"), code_list("uncl5305")
    ),
    CodeRule("BR-CL-19", "BT-98", "reason of an allowance", _reasons(charge=False), code_list("untdid5189")),
    CodeRule("BR-CL-20", "BT-105", "reason of a charge", _reasons(charge=True), code_list("untdid7161")),
    CodeRule(
        "BR-CL-21",
        "BT-157",
        "scheme of a registered item number",
        inside("cac:StandardItemIdentification", "cbc:ID", "schemeID"),
        code_list("icd"),
    ),
    CodeRule(
        "BR-CL-22",
        "BT-121",
        "reason of an exemption",
        elements("cbc:TaxExemptionReasonCode"),
        code_list("vatex"),
        upper=True,
    ),
    CodeRule("BR-CL-23", "BT-130", "unit of measure", attributes("unitCode", *_QUANTITIES), units),
    CodeRule(
        "BR-CL-24",
        "BT-125",
        "media type",
        attributes("mimeCode", "cbc:EmbeddedDocumentBinaryObject"),
        code_list("mime"),
        exact=True,
    ),
    CodeRule(
        "BR-CL-25",
        "BT-34",
        "scheme of an electronic address",
        attributes("schemeID", "cbc:EndpointID"),
        code_list("eas"),
    ),
    CodeRule(
        "BR-CL-26",
        "BT-71",
        "scheme of a location",
        inside("cac:DeliveryLocation", "cbc:ID", "schemeID"),
        code_list("icd"),
    ),
)


def in_lists(rules: Sequence[CodeRule], message: str) -> Check:
    """The check of a table of code rules. The message takes the code and what it is a code of."""

    @checks(*dict.fromkeys(rule.rule for rule in rules))
    def check(view: View, report: Report) -> None:
        for rule in rules:
            if rule.groups is not None:
                _grouped(rule, rule.groups(view), report, message)
                continue
            allowed: frozenset[str] | None = None
            for node, attribute in rule.places(view.tree):
                if allowed is None:
                    allowed = rule.allowed()
                code = node.text if attribute is None else node.get(attribute) or ""
                if not rule.exact or attribute is None:
                    code = squeezed(code)
                if (code.upper() if rule.upper else code) not in allowed:
                    report.fatal(rule.rule, rule.term, node, message, repr(code[:80]), rule.what)

    return check


def _grouped(rule: CodeRule, groups: Mapping[str, list[Node]], report: Report, message: str) -> None:
    for code, nodes in groups.items():
        if (code if rule.exact else " ".join(code.split())) not in rule.allowed():
            for node in nodes:
                report.fatal(rule.rule, rule.term, node, message, repr(code[:80]), rule.what)


@checks("BR-CL-08")
def note_subjects(view: View, report: Report) -> None:
    """A note that starts like one with a subject names a known subject."""
    for note in view.root.kids.get("cbc:Note", ()):
        subject = note.text.partition("#")[2].partition("#")
        if subject[1] and len(subject[0]) == 3 and subject[0] not in codes("untdid4451"):
            report.fatal("BR-CL-08", "BT-21", note, "{0} is no code of the subject of a note.", repr(subject[0]))


UBL_CODES: Final = (in_lists(CODES, "{0} is no code of a {1}."), note_subjects)
