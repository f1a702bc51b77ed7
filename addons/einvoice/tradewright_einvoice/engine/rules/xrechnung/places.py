"""Where UBL and CII have what the rules of XRechnung talk about.

A name without a point is looked up from the root of the document; ``contact.name`` from a ``contact``. So each rule is
written once. A ``.`` means that the syntax has no element of its own for it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..places import Places, is_cii
from ..view import View

_LINES: Final = ("cac:InvoiceLine", "cac:CreditNoteLine")
_SELLER: Final = "cac:AccountingSupplierParty"
_BUYER: Final = "cac:AccountingCustomerParty"
_UBL: Final[Mapping[str, str]] = {
    "type_code": "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
    "context": ".",
    "context.specification": "cbc:CustomizationID",
    "buyer_reference": "cbc:BuyerReference",
    "preceding": "cac:BillingReference/cac:InvoiceDocumentReference",
    "deals": ".",
    "deal.delivery_date": "cac:Delivery/cbc:ActualDeliveryDate",
    "deal.period": "cac:InvoicePeriod",
    "deal.start": "cac:InvoicePeriod/cbc:StartDate",
    "deal.end": "cac:InvoicePeriod/cbc:EndDate",
    "deal.lines": " | ".join(_LINES),
    "line.period": "cac:InvoicePeriod",
    "terms": "cac:PaymentTerms/cbc:Note[1]",
    "representative": "cac:TaxRepresentativeParty",
    "seller": _SELLER,
    "seller.contact": "cac:Party/cac:Contact",
    "seller_address": f"{_SELLER}/cac:Party/cac:PostalAddress",
    "seller_contact": f"{_SELLER}/cac:Party/cac:Contact",
    "contact.name": "cbc:Name",
    "contact.phone": "cbc:Telephone",
    "contact.email": "cbc:ElectronicMail",
    "buyer_address": f"{_BUYER}/cac:Party/cac:PostalAddress",
    "delivery_address": "cac:Delivery/cac:DeliveryLocation/cac:Address",
    "address.city": "cbc:CityName",
    "address.post_code": "cbc:PostalZone",
    "breakdown": "cac:TaxTotal/cac:TaxSubtotal",
    "breakdown.rate": "cac:TaxCategory/cbc:Percent",
    "means": "cac:PaymentMeans",
    "means.code": "cbc:PaymentMeansCode",
    "means.transfer": "cac:PayeeFinancialAccount",
    "means.transfer_account": "cac:PayeeFinancialAccount/cbc:ID",
    "means.card": "cac:CardAccount",
    "means.debit": "cac:PaymentMandate",
    "means.debit_account": "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID",
    "agreement": ".",
    "agreement.contract": "cac:ContractDocumentReference/cbc:ID",
    "deal.items": " | ".join(f"{line}/cac:Item" for line in _LINES),
    "item.classifications": "cac:CommodityClassification/cbc:ItemClassificationCode",
    "item.properties": "cac:AdditionalItemProperty",
    "property.name": "cbc:Name",
    "property.value": "cbc:Value",
    "adjustment.indicator": "cbc:ChargeIndicator",
    "adjustment.percent": "cbc:MultiplierFactorNumeric",
    "adjustment.base": "cbc:BaseAmount",
    "adjustment.amount": "cbc:Amount",
    "line.net": "cbc:LineExtensionAmount",
    "line.adjustments": "cac:AllowanceCharge",
    "line.documents": "cac:DocumentReference",
    "document.type": "cbc:DocumentTypeCode",
    "line.price": "cac:Price/cbc:PriceAmount",
    "line.base_quantity": "cac:Price/cbc:BaseQuantity",
    "currency": "cbc:DocumentCurrencyCode",
    "vat_currency": "cbc:TaxCurrencyCode",
}
_DEAL: Final = "rsm:SupplyChainTradeTransaction"
_AGREED: Final = f"{_DEAL}/ram:ApplicableHeaderTradeAgreement"
_DELIVERED: Final = f"{_DEAL}/ram:ApplicableHeaderTradeDelivery"
_SETTLED: Final = f"{_DEAL}/ram:ApplicableHeaderTradeSettlement"
_LINE_SETTLED: Final = "ram:SpecifiedLineTradeSettlement"
_PERIOD: Final = "ram:BillingSpecifiedPeriod"
_ADDRESS: Final = "ram:PostalTradeAddress"
_NET: Final = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
_CII: Final[Mapping[str, str]] = {
    "type_code": "rsm:ExchangedDocument/ram:TypeCode",
    "context": "rsm:ExchangedDocumentContext",
    "context.specification": "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "buyer_reference": f"{_AGREED}/ram:BuyerReference",
    "preceding": f"{_SETTLED}/ram:InvoiceReferencedDocument",
    "deals": _DEAL,
    "deal.delivery_date": (
        "ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"
    ),
    "deal.period": f"ram:ApplicableHeaderTradeSettlement/{_PERIOD}",
    "deal.start": f"ram:ApplicableHeaderTradeSettlement/{_PERIOD}/ram:StartDateTime",
    "deal.end": f"ram:ApplicableHeaderTradeSettlement/{_PERIOD}/ram:EndDateTime",
    "deal.lines": "ram:IncludedSupplyChainTradeLineItem",
    "line.period": f"{_LINE_SETTLED}/{_PERIOD}",
    "terms": f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:Description[1]",
    "representative": f"{_AGREED}/ram:SellerTaxRepresentativeTradeParty",
    "seller": f"{_AGREED}/ram:SellerTradeParty",
    "seller.contact": "ram:DefinedTradeContact",
    "seller_address": f"{_AGREED}/ram:SellerTradeParty/{_ADDRESS}",
    "seller_contact": f"{_AGREED}/ram:SellerTradeParty/ram:DefinedTradeContact",
    "contact.name": "ram:PersonName | ram:DepartmentName",
    "contact.phone": "ram:TelephoneUniversalCommunication/ram:CompleteNumber",
    "contact.email": "ram:EmailURIUniversalCommunication/ram:URIID",
    "buyer_address": f"{_AGREED}/ram:BuyerTradeParty/{_ADDRESS}",
    "delivery_address": f"{_DELIVERED}/ram:ShipToTradeParty/{_ADDRESS}",
    "address.city": "ram:CityName",
    "address.post_code": "ram:PostcodeCode",
    "breakdown": f"{_SETTLED}/ram:ApplicableTradeTax",
    "breakdown.rate": "ram:RateApplicablePercent",
    "means": f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans",
    "means.code": "ram:TypeCode",
    "means.transfer": "ram:PayeePartyCreditorFinancialAccount",
    "means.transfer_account": "ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
    "means.card": "ram:ApplicableTradeSettlementFinancialCard",
    "means.debit": "ram:PayerPartyDebtorFinancialAccount/ram:IBANID",
    "means.debit_account": "ram:PayerPartyDebtorFinancialAccount/ram:IBANID",
    "mandate": f"{_SETTLED}/ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID",
    "creditor": f"{_SETTLED}/ram:CreditorReferenceID",
    "agreement": _AGREED,
    "agreement.contract": "ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "deal.items": "ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedTradeProduct",
    "item.classifications": "ram:DesignatedProductClassification/ram:ClassCode",
    "item.properties": "ram:ApplicableProductCharacteristic",
    "property.name": "ram:Description",
    "property.value": "ram:Value",
    "adjustment.indicator": "ram:ChargeIndicator/udt:Indicator",
    "adjustment.percent": "ram:CalculationPercent",
    "adjustment.base": "ram:BasisAmount",
    "adjustment.amount": "ram:ActualAmount",
    "line.net": f"{_LINE_SETTLED}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
    "line.adjustments": f"{_LINE_SETTLED}/ram:SpecifiedTradeAllowanceCharge",
    "line.documents": f"{_LINE_SETTLED}/ram:AdditionalReferencedDocument",
    "document.type": "ram:TypeCode",
    "line.price": f"{_NET}/ram:ChargeAmount",
    "line.base_quantity": f"{_NET}/ram:BasisQuantity",
    "currency": f"{_SETTLED}/ram:InvoiceCurrencyCode",
    "vat_currency": f"{_SETTLED}/ram:TaxCurrencyCode",
}
_PLACES: Final = MappingProxyType({"ubl": Places(_UBL), "cii": Places(_CII)})


def places(view: View) -> Places:
    """The places of the document's syntax."""
    return _PLACES["cii" if is_cii(view) else "ubl"]
