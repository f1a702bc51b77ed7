"""Carrying answers to suppliers that go by a folder or through the network; a repetition changes nothing there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...models.received import ReceivedAnswer
from .. import endpoints
from ..channels.access_point import point_of
from ..channels.base import File, Parcel
from ..channels.client import outgoing_hosts
from ..media import XML_TYPE

if TYPE_CHECKING:
    from typing import Any

    from tradewright.jobs import Work
    from tradewright.orm import Env


def carry(work: Work, answer_id: int) -> None:
    """Carry an answer by a folder or through the network; a repetition changes nothing at the other side."""
    found = work.run(partial(_packed, answer_id=answer_id))
    if found is None:
        return
    way, parcel = found
    if way == "folder":
        _drop(parcel)
    else:
        from ..channels.client import Client

        Client(parcel.settings["url"], parcel.settings["token"], parcel.settings["hosts"]).submit(parcel)
    work.finish(partial(_carried, answer_id=answer_id))


def _packed(env: Env, answer_id: int) -> tuple[str, Parcel] | None:
    made = env.get(ReceivedAnswer, answer_id)
    if made is None or made.sent or made.file is None or made.way not in {"folder", "network"}:
        return None
    received = made.received
    site = env.site.settings.sites.get(env.site.name)
    point = point_of(env, received.company_id)
    sender = endpoints.of_company(received.company)
    settings: dict[str, Any] = {
        "root": str(site.outgoing_files) if site is not None and site.outgoing_files else None,
        "url": point.url if point is not None else "",
        "token": point.token if point is not None else None,
        "hosts": outgoing_hosts(env),
        "sender": {"scheme": sender.scheme, "id": sender.value} if sender is not None else None,
    }
    content = env.site.files.read(made.file.sha256)
    return made.way, Parcel(
        key=f"answer-{made.received_id}-{made.status}",
        number=received.number or "",
        edition=1,
        ordinal=1,
        kind="response",
        profile="peppol-t111",
        recipient=made.recipient or "",
        files=(File(f"{received.number}-{made.status}.xml", XML_TYPE, content),),
        again=False,
        settings=settings,
    )


def _drop(parcel: Parcel) -> None:
    """Write the answer under a hidden name, then give it its own: nobody sees half of it, and twice is once."""
    from tradewright_base.services.files import plain_name

    from ..channels.base import TryLater
    from ..channels.folder import is_folder

    root = parcel.settings["root"]
    if root is None or not is_folder(parcel.recipient):
        msg = "the settings name no outgoing_files"
        raise TryLater(msg)
    folder = Path(root).resolve() / parcel.recipient
    folder.mkdir(parents=True, exist_ok=True)
    if folder.resolve() != folder:
        msg = f"{parcel.recipient!r} is a link that leads elsewhere"
        raise TryLater(msg)
    hidden, name = folder / f".{parcel.key}", folder / plain_name(f"{parcel.key}.xml")
    hidden.write_bytes(parcel.files[0].content)
    hidden.rename(name)


def _carried(env: Env, answer_id: int) -> None:
    env.one(ReceivedAnswer, answer_id).sent = True
