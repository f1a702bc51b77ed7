"""The web layer: routes beside handlers, strict input, pages with plain values, answers that give nothing away.

What addons use is imported from here.
"""

from tradewright.web.access import Access, public, signed_in, staff
from tradewright.web.fields import (
    Code,
    Day,
    Email,
    LongText,
    Money,
    NewPassword,
    Percent,
    Price,
    Quantity,
    RecordId,
    ShortText,
    SignedMoney,
    SignedQuantity,
    Uid,
    WebAddress,
)
from tradewright.web.flash import Flash, flash
from tradewright.web.forms import Form, Query
from tradewright.web.page import Page, extends_page, page
from tradewright.web.problems import Problem
from tradewright.web.request import Request
from tradewright.web.response import Response, download, json_response, local_path, picture, redirect
from tradewright.web.routes import route
from tradewright.web.signing import sign_in_as
from tradewright.web.uploads import Accept, Document, Picture, Table, Upload
from tradewright.web.website import url, url_for

__all__ = [
    "Accept",
    "Access",
    "Code",
    "Day",
    "Document",
    "Email",
    "Flash",
    "Form",
    "LongText",
    "Money",
    "NewPassword",
    "Page",
    "Percent",
    "Picture",
    "Price",
    "Problem",
    "Quantity",
    "Query",
    "RecordId",
    "Request",
    "Response",
    "ShortText",
    "SignedMoney",
    "SignedQuantity",
    "Table",
    "Uid",
    "Upload",
    "WebAddress",
    "download",
    "extends_page",
    "flash",
    "json_response",
    "local_path",
    "page",
    "picture",
    "public",
    "redirect",
    "route",
    "sign_in_as",
    "signed_in",
    "staff",
    "url",
    "url_for",
]
