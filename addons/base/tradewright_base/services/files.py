"""Files of records: stored once by content, read with the rights of the record that owns them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from tradewright.base import Forbidden, NotFound
from tradewright.i18n import _
from tradewright.orm import select

from ..models.attachment import Attachment

if TYPE_CHECKING:
    from tradewright.orm import Env, Model

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,48}/[a-z0-9][a-z0-9!#$&^_.+-]{0,48}", re.ASCII)
UNKNOWN_TYPE = "application/octet-stream"


def attach(
    env: Env,
    name: str,
    media_type: str,
    data: bytes | BinaryIO,
    owner: Model | None = None,
    *,
    at_most: int | None = None,
) -> Attachment:
    """Store a file and give it to a record, which must have been flushed; without `owner` it waits for `give`.

    The bytes are on the disk before the row names them. `at_most` is the greatest size in bytes (`FileTooLarge`
    beyond it). A name is kept without folders and control characters, an odd media type as `application/octet-stream`.
    """
    stored = env.site.files.put(data, at_most=at_most)
    attachment = env[Attachment](
        name=plain_name(name),
        media_type=media_type.lower() if _MEDIA_TYPE.fullmatch(media_type.lower()) else UNKNOWN_TYPE,
        size=stored.size,
        sha256=stored.sha256,
    )
    if owner is not None:
        give(attachment, owner)
    return env.add(attachment)


def give(attachment: Attachment, owner: Model) -> None:
    """Make a record the owner of a file: whoever may read the record may read the file."""
    attachment.owner_model = owner.__info__.name
    attachment.owner_id = owner.id


def open_attachment(env: Env, uid: str) -> tuple[Attachment, BinaryIO]:
    """Open a file for reading, if the actor may read the record that owns it; else NotFound, as for no file at all."""
    with env.elevate("the right to a file is that to its owner, checked next"):
        attachment = env.scalar(select(env[Attachment]).where(env[Attachment].uid == uid))
    if attachment is None or not _may_read_owner(env, attachment):
        raise NotFound("base.no-file", _("This file does not exist, or you have no access to it."))
    return attachment, env.site.files.open(attachment.sha256)


def _may_read_owner(env: Env, attachment: Attachment) -> bool:
    if env.actor.kind == "system":
        return True
    if attachment.owner_model is None or attachment.owner_id is None or not env.has(attachment.owner_model):
        return False
    try:
        return env.get(env.site.registry.model(attachment.owner_model).cls, attachment.owner_id) is not None
    except Forbidden:
        return False


def plain_name(name: str) -> str:
    """The last part of a file name, without control characters and at most 200 characters long."""
    last = re.split(r"[\\/]", name)[-1]
    printable = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return printable[-200:] or "file"
