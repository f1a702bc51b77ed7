"""Reading and writing the messages around an invoice: the root element says which one a document is."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from ..binding import Table
from ..errors import NotAnInvoiceError, UnreadableError
from ..reader import Reader
from ..writer import Writer
from ..xml import Tree, parse
from . import despatch, invoice_response, order, order_response
from .despatch import DespatchAdvice
from .invoice_response import InvoiceResponse
from .order import Order
from .order_response import OrderResponse

Message = InvoiceResponse | Order | OrderResponse | DespatchAdvice

_TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        "app:ApplicationResponse": invoice_response.TABLE,
        "ord:Order": order.TABLE,
        "rsp:OrderResponse": order_response.TABLE,
        "dsp:DespatchAdvice": despatch.TABLE,
    }
)
_UNREADABLE: Final = MappingProxyType(
    {
        "app:ApplicationResponse": "The invoice response can't be read: {0}.",
        "ord:Order": "The order can't be read: {0}.",
        "rsp:OrderResponse": "The order response can't be read: {0}.",
        "dsp:DespatchAdvice": "The despatch advice can't be read: {0}.",
    }
)


@cache
def _reader(root: str) -> Reader:
    return Reader(_TABLES[root])


@cache
def _writer(root: str) -> Writer:
    return Writer(_TABLES[root])


def write_message(message: Message) -> bytes:
    """The message as UBL. `WriteError` says what XML can't carry."""
    root = next(name for name, table in _TABLES.items() if table.model is type(message))
    return _writer(root).write(message)


def read_message(document: bytes) -> Message:
    """The message that a document holds; `EngineError` says what is wrong when it holds none."""
    return read_tree(parse(document))


def read_tree(tree: Tree) -> Message:
    """The message of a document that is parsed already."""
    name = tree.root.name
    if name not in _TABLES:
        message = (
            "This is no order, order response, despatch advice or invoice response in UBL, but a document that starts "
            "with {0}."
        )
        raise NotAnInvoiceError(message, name[:200], line=tree.root.line)
    try:
        message, _ = _reader(name).read(tree.root)
    except UnreadableError as error:
        raise UnreadableError(error.problems, _UNREADABLE[name]) from None
    if not isinstance(message, Message):
        msg = f"the table of {name} makes a {type(message).__name__}"
        raise TypeError(msg)
    return message
