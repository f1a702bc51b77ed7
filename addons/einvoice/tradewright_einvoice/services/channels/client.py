"""The contract with an access point, from our side: `docs/reference/access-point.md` says the same in words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tradewright.base import Invalid
from tradewright.i18n import _

from .base import Receipt, Refused, TryLater

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tradewright.base.outgoing import Answer
    from tradewright.orm import Env

    from .base import Parcel

LARGEST: Final = 20 * 1024 * 1024
"""The largest document that is submitted, in bytes."""
FINAL: Final = frozenset({400, 404, 409, 413, 415, 422})
"""Answers that no repetition changes. 401 and 403 are not among them: a wrong key is mended, and then it goes on."""
STATES: Final = frozenset({"accepted", "sent", "delivered", "failed"})
MESSAGE_TYPES: Final = frozenset({"receipt", "response", "status", "document"})
PAGE: Final = 100
SKEW: Final = 600.0
"""Seconds that the clock of a call's signature may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that an access point has for us, as the contract says."""

    id: str
    type: str
    key: str = ""
    status: str = ""
    code: str = ""
    number: str = ""
    reason: str = ""
    at: str = ""
    content: bytes = b""


def outgoing_hosts(env: Env) -> tuple[str, ...]:
    """Return the hosts that the settings let this site call."""
    settings = env.site.settings.sites.get(env.site.name)
    return tuple(settings.outgoing_hosts) if settings is not None else ()


def check_url(url: str) -> str:
    """Return an access point's address without a slash at its end; refuse with `Invalid` what is never called.

    Whether the settings name its host is looked at with each call.
    """
    from tradewright.base.outgoing import CallRefused, host_of, look_at

    wanted = url.strip().rstrip("/")
    try:
        target = look_at(wanted, [host_of(wanted)])
    except CallRefused as refusal:
        text = _("This address can't be called: {reason}.", reason=str(refusal))
        raise Invalid("einvoice.access-point", text, fields={"url": text}) from refusal
    if "?" in target.path or "#" in wanted:
        text = _("The address of an access point has no ? and no #.")
        raise Invalid("einvoice.access-point", text, fields={"url": text})
    return wanted


class Client:
    """Calls one access point. Makes no repetition by itself: that is the job's."""

    def __init__(self, url: str, token: str | None, hosts: tuple[str, ...], *, seconds: float = 20.0) -> None:
        self._url = url
        self._token = token
        self._hosts = hosts
        self._seconds = seconds

    def submit(self, parcel: Parcel) -> Receipt:
        """Hand a document over. Raises `Refused` or `TryLater`."""
        file = parcel.files[0]
        if len(file.content) > LARGEST:
            raise Refused(f"the document is larger than {LARGEST} bytes")
        scheme, _colon, identifier = parcel.recipient.partition(":")
        said = {
            "key": parcel.key,
            "number": parcel.number,
            "kind": parcel.kind,
            "profile": parcel.profile,
            "sender": parcel.settings.get("sender"),
            "recipient": {"scheme": scheme, "id": identifier},
            "name": file.name,
            "media_type": file.media_type,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "content": base64.b64encode(file.content).decode("ascii"),
        }
        answer = self._call("POST", "/v1/documents", json.dumps(said).encode(), {"Idempotency-Key": parcel.key})
        return _receipt(answer)

    def status(self, key: str) -> Receipt | None:
        """Ask what became of a key; None where the access point knows nothing of it. Raises `Refused`, `TryLater`."""
        answer = self._call("GET", f"/v1/documents/{quote(key, safe='')}", b"", {}, missing=True)
        return None if answer.status == 404 else _receipt(answer)

    def messages(self, after: str | None) -> tuple[list[Message], str | None]:
        """Fetch the messages after a cursor, and the next cursor. Raises `Refused`, `TryLater`."""
        query = f"?limit={PAGE}" + (f"&after={quote(after, safe='')}" if after else "")
        answer = self._call("GET", f"/v1/messages{query}", b"", {})
        found = _json(answer.body)
        cursor = found.get("next")
        return read_messages(found), cursor if isinstance(cursor, str) and len(cursor) <= 200 else None

    def _call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, missing: bool = False
    ) -> Answer:
        from tradewright.base.outgoing import CallFailed, CallRefused, call

        named = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        if self._token:
            named["Authorization"] = f"Bearer {self._token}"
        try:
            answer = call(
                method,
                f"{self._url}{path}",
                hosts=self._hosts,
                headers=named,
                body=body,
                answer_seconds=self._seconds,
                whole_seconds=3 * self._seconds,
                at_most=2 * LARGEST,
            )
        except CallRefused as error:
            raise TryLater(f"the access point may not be called: {error}") from error
        except CallFailed as error:
            raise TryLater(str(error)) from error
        if answer.status in {200, 201, 202} or (missing and answer.status == 404):
            return answer
        told = f"the access point answered {answer.status}: {_words(answer)}"
        raise Refused(told) if answer.status in FINAL else TryLater(told)


def read_messages(found: Mapping[str, Any]) -> list[Message]:
    """Return the messages of an answer or of a call; those that are none are left out. Raises `Refused`."""
    listed = found.get("messages")
    if not isinstance(listed, list) or len(listed) > 10 * PAGE:
        raise Refused("there is no list of messages")
    return [message for one in listed if (message := _message(one)) is not None]


def read_call(body: bytes, signature: str, secret: str, now: datetime) -> list[Message]:
    """Return the messages of a call by an access point. Raises `Refused` where the signature is not right.

    The signature is `t=<seconds since 1970>,v1=<hex>`, HMAC-SHA256 of `<t>.<body>`.
    """
    parts = dict(part.strip().split("=", 1) for part in signature.split(",") if "=" in part)
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        raise Refused("the call is not signed")
    right = hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise Refused("the signature of the call is wrong")
    if abs(now.timestamp() - int(moment)) > SKEW:
        raise Refused("the signature of the call is too old")
    return read_messages(_json(body))


def _message(one: object) -> Message | None:
    if not isinstance(one, dict):
        return None
    texts = {name: value for name, value in one.items() if isinstance(value, str)}
    if not 0 < len(texts.get("id", "")) <= 100 or texts.get("type") not in MESSAGE_TYPES:
        return None
    try:
        content = base64.b64decode(texts.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    short = {name: texts.get(name, "")[:200] for name in ("key", "status", "code", "number", "at")}
    return Message(id=texts["id"], type=texts["type"], reason=texts.get("reason", "")[:2_000], content=content, **short)


def _receipt(answer: Answer) -> Receipt:
    found = _json(answer.body)
    status, reference = found.get("status"), found.get("id")
    if status not in STATES or not isinstance(reference, str) or not reference:
        raise TryLater("the access point's answer names no id and no status")
    if status == "failed":
        raise Refused(str(found.get("detail") or "the access point could not deliver it")[:1_000])
    state = "delivered" if status == "delivered" else "sent"
    return Receipt(reference=reference[:200], state=state, content=answer.body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise TryLater("the access point's answer is no JSON") from error
    if not isinstance(found, dict):
        raise TryLater("the access point's answer is no JSON object")
    return found


def _words(answer: Answer) -> str:
    text = answer.body[:300].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text)
