"""The order pad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Invalid
from tradewright.i18n import _
from tradewright.web import Form, LongText, Problem, Request, Response, ShortText, page, route

from ..services import carts, catalogue, pad
from ..services.words import amount
from .home import BUYER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewright.orm import Env


class Pasted(Form):
    """A list of article numbers and quantities; `pick` replaces the number of one line: `3:AB-1`."""

    lines: LongText
    pick: ShortText = ""


@route("/portal/pad", access=BUYER)
def order_pad(env: Env, request: Request) -> Response:
    """Show the empty pad."""
    return _page(env, request, "")


def pad_again(env: Env, request: Request, problem: Problem) -> Response:
    """Show what is wrong with the whole of it."""
    return _page(env, request, str(problem.values.get("lines", "")), error=problem.fields.get("lines", problem.text))


def _page(env: Env, request: Request, text: str, **values: Any) -> Response:
    given = {"error": None, "answers": [], "added": 0, "failed": 0, "sum": None, **values}
    return page(env, request, "portal/pad.html", title=_("Order pad"), text=text, **given)


@route("/portal/pad", methods=("POST",), access=BUYER, form=Pasted, name="read_pad", on_error=pad_again)
def read_pad(env: Env, request: Request, form: Pasted) -> Response:
    """Put the good lines into the cart and answer each line; those with a problem stay in the pad."""
    lines = pad.parse(_picked(form.lines, form.pick))
    if not lines:
        raise _empty()
    if len(lines) > pad.MOST_LINES:
        raise _too_long()
    answers = pad.answer(env, lines)
    wanted = pad.fill(answers)
    if wanted:
        carts.put(env, wanted)
    failed = sum(1 for one in answers if one.problem is not None)
    return _page(
        env,
        request,
        pad.left_over(answers),
        answers=_shown(env, answers),
        added=len(wanted),
        failed=failed,
    )


def _picked(text: str, pick: str) -> str:
    """The text with the number of one line replaced by the suggestion that was chosen."""
    number, _colon, sku = pick.partition(":")
    if not (number.isascii() and number.isdigit() and sku):
        return text
    lines = text.split("\n")
    for said in pad.parse(text):
        if said.line == int(number[:6]):
            lines[said.line - 1] = f"{sku}\t{said.quantity or ''}"
    return "\n".join(lines)


def _shown(env: Env, answers: Sequence[pad.Answer]) -> list[dict[str, Any]]:
    good = [one for one in answers if one.product is not None and one.quantity > 0]
    facts = {}
    if good:
        products = [one.product for one in good if one.product is not None]
        facts = {fact["id"]: fact for fact in catalogue.shown(env, products)}
    kept = [one for one in answers if one.problem is not None]
    places = {id(one): place for place, one in enumerate(kept, start=1)}
    shown = []
    for one in answers:
        fact = facts.get(one.product.id) if one.product is not None else None
        added = one.product is not None and one.quantity > 0
        shown.append(
            {
                "line": one.said.line,
                "said": one.said.said[:120],
                "tone": "danger" if one.problem is not None else "success",
                "name": one.product.name if one.product is not None else None,
                "href": f"/portal/products/{one.product.uid}" if one.product is not None else None,
                "message": one.problem
                or one.remark
                or (fact["availability"]["text"] if fact and fact["availability"] else None),
                "total": amount(env, one.quantity, one.product.uom) if added and one.product else None,
                "each": fact["price"] if added and fact else None,
                "options": [
                    {
                        "label": f"{near.sku} {near.name or ''}".rstrip(),
                        "name": "pick",
                        "value": f"{places[id(one)]}:{near.sku}",
                    }
                    for near in one.near
                ],
            }
        )
    return shown


def _empty() -> Invalid:
    text = _("The list is empty: write an article number and a quantity in each line.")
    return Invalid("portal.pad-empty", text, fields={"lines": text})


def _too_long() -> Invalid:
    text = _("The list is too long: paste at most {most} lines at once.", most=pad.MOST_LINES)
    return Invalid("portal.pad-long", text, fields={"lines": text})
