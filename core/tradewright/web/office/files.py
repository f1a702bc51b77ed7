"""Files of records: listed beside the record, sent to it, and read by whoever may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewright.base import Forbidden, NotFound
from tradewright.i18n import _
from tradewright.orm import select
from tradewright.web.access import staff
from tradewright.web.flash import flash
from tradewright.web.forms import Form
from tradewright.web.office import urls
from tradewright.web.office.context import Office, readable
from tradewright.web.response import download, picture, redirect
from tradewright.web.routes import route
from tradewright.web.uploads import Document, Upload

if TYPE_CHECKING:
    from tradewright.orm import Env, ModelInfo
    from tradewright.web.request import Request
    from tradewright.web.response import Response

MOST_FILES = 20
MAX_BODY = 30 * 1024 * 1024


class FilesForm(Form):
    """Files for a record."""

    files: list[Document] = []


def stored_files(office: Office, info: ModelInfo, record: Any) -> list[dict[str, Any]]:
    """Return the files of a record, newest first."""
    holder = office.env.site.registry.playing("attachment")
    if holder is None or holder.name == info.name or not office.may("read", holder.name):
        return []
    cls: Any = holder.cls
    statement = select(cls).where(cls.owner_model == info.name, cls.owner_id == record.id).order_by(cls.id.desc())
    return [
        {
            "name": one.name,
            "href": urls.file(one.id),
            "kind": _kind(one.media_type),
            "size": _size(office, one.size),
            "when": "",
        }
        for one in readable(lambda: office.env.all(statement.limit(MOST_FILES))) or ()
    ]


def may_attach(office: Office, info: ModelInfo) -> bool:
    """Tell whether the actor may add files to records of a model."""
    holder = office.env.site.registry.playing("attachment")
    return (
        holder is not None
        and holder.name != info.name
        and office.may("create", holder.name)
        and office.may("update", info.name)
    )


@route("/office/files/<int:attachment>", access=staff())
def open_file(env: Env, request: Request, attachment: int) -> Response:  # noqa: ARG001  a handler's signature
    """Answer with a stored file, for whoever may read the record that owns it."""
    office = Office(env)
    holder = env.site.registry.playing("attachment")
    found: Any = env.get(holder.cls, attachment) if holder is not None and office.may("read", holder.name) else None
    if found is None or not _owner_readable(office, found):
        raise NotFound("office.no-file", _("This file does not exist, or you have no access to it."))
    return picture(env, found) if found.media_type.startswith("image/") else download(env, found)


def _owner_readable(office: Office, attachment: Any) -> bool:
    """A file that no record owns yet is read by those who may change the model of files."""
    if attachment.owner_model is None:
        return office.may("update", type(attachment).__info__.name) or _is_shown(office, attachment)
    info = office.models.get(attachment.owner_model)
    if info is None or not office.may("read", info.name):
        return False
    cls: Any = info.cls
    return office.env.scalar(select(cls.id).where(cls.id == attachment.owner_id)) is not None


def _is_shown(office: Office, attachment: Any) -> bool:
    """Tell whether a record that the actor reads shows this file in a field of its own (the picture of a product)."""
    for info in office.models.values():
        for field in info.fields.values():
            if field.kind != "attachment" or not office.reads(info, field.name):
                continue
            cls: Any = info.cls
            if (
                office.env.scalar(select(cls.id).where(getattr(cls, field.column) == attachment.id).limit(1))
                is not None
            ):
                return True
    return False


@route("/office/<model>/<int:record>/files", methods=("POST",), access=staff(), form=FilesForm, max_body=MAX_BODY)
def attach_files(env: Env, request: Request, model: str, record: int, form: FilesForm) -> Response:
    """Take files for a record."""
    office = Office(env)
    info = office.model(model)
    owner: Any = env.one(info.cls, record)
    if not may_attach(office, info):
        raise Forbidden("office.no-files", _("Your role does not allow to add files here."))
    for upload in form.files[:MOST_FILES]:
        env.add(store(env, upload, owner))
    if form.files:
        flash(env, request, _("The files are added."))
    return redirect(urls.record(model, record))


def store(env: Env, upload: Upload, owner: Any) -> Any:
    """Keep an uploaded file and return its new record, owned by another record."""
    holder = env.site.registry.playing("attachment")
    assert holder is not None, "asked for only where an addon keeps files"  # noqa: S101
    stored = env.site.files.put(upload.stream)
    upload.stream.close()
    attachment: Any = holder.cls(
        name=upload.filename, media_type=upload.media_type, size=stored.size, sha256=stored.sha256
    )
    if owner is not None:
        attachment.owner_model, attachment.owner_id = type(owner).__info__.name, owner.id
    return attachment


def _kind(media_type: str) -> str:
    if media_type.startswith("image/"):
        return "image"
    known = {"application/pdf": "PDF", "application/xml": "XML", "text/xml": "XML", "text/csv": "CSV"}
    return known.get(media_type, "XLSX" if "spreadsheet" in media_type else "")


def _size(office: Office, size: int) -> str:
    words = office.env.format
    if size < 1_000_000:
        return f"{words.number(max(1, round(size / 1000)))} kB"
    return f"{words.number(round(size / 1_000_000))} MB"
