"""File drop: documents as files in a folder of the server, from which another program takes them.

Nobody ever sees half a file: each is written and synced under a hidden name in the same folder, then renamed. The
hidden names are made of the sending's key and stay until they are renamed, so after a crash a missing one tells that
its file is there, or was and has been taken away already: no document is dropped twice.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final, cast

from tradewright_base.services.files import plain_name

from ... import errors
from ..wants import recipient_of
from .base import Receipt, Refused, TryLater

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from tradewright.base import UserError
    from tradewright.orm import Env

    from ...extends.partner_outbound import ReachedPartner
    from ...models.einvoice import EInvoice
    from .base import File, Parcel

DEFAULT_NAME: Final = "{number}"
FIELDS: Final = frozenset({"number", "kind", "profile"})
"""What the template of a file's name may hold in braces."""
_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(/[A-Za-z0-9][A-Za-z0-9_-]{0,63}){0,3}")
_UNSAFE: Final = re.compile(r"[^\w.@+-]+")


def is_folder(name: str) -> bool:
    """Tell whether a name may be that of a folder: letters, digits, `-` and `_`, up to four levels."""
    return _FOLDER.fullmatch(name) is not None


def is_template(template: str) -> bool:
    """Tell whether a template of file names holds the number, nothing unknown, and no folder."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return False
    names = [name for _text, name, _spec, _conversion in parts if name is not None]
    plain = not any(spec or conversion for _text, _name, spec, conversion in parts)
    return plain and "number" in names and set(names) <= FIELDS and "/" not in template and "\\" not in template


def file_name(parcel: Parcel, file: File) -> str:
    """Return the name of a file: the template filled, the version and the repetition where there are several."""
    template = parcel.settings.get("template") or DEFAULT_NAME
    values = {"number": parcel.number, "kind": parcel.kind, "profile": parcel.profile}
    stem = _UNSAFE.sub("-", template.format(**values)).strip("-.") or "document"
    version = f"-v{parcel.edition}" if parcel.edition > 1 else ""
    repeated = f"-{parcel.ordinal}" if parcel.ordinal > 1 else ""
    return plain_name(f"{stem}{version}{repeated}.{file.name.rpartition('.')[2]}")


class FolderChannel:
    """Files below the folder that the settings name as `outgoing_files`."""

    code = "folder"
    once = False

    def refusals(self, env: Env, einvoices: Sequence[EInvoice]) -> Mapping[int, UserError]:
        """Refuse while no folder is named, in the settings or at the customer."""
        if _root(env) is None:
            return dict.fromkeys((one.id for one in einvoices), errors.no_drop_root())
        customers = {one.id: _reached(one) for one in einvoices}
        return {
            number: errors.no_folder(customer.display_name())
            for number, customer in customers.items()
            if not customer.einvoice_folder
        }

    def address(self, env: Env, einvoice: EInvoice) -> str:  # noqa: ARG002  # the protocol's
        """Return the folder, as it is named at the customer."""
        return _reached(einvoice).einvoice_folder or ""

    def settings(self, env: Env, einvoice: EInvoice) -> Mapping[str, Any]:
        """Return the root folder and the template of the names."""
        root = _root(env)
        return {
            "root": None if root is None else str(root),
            "template": _reached(einvoice).einvoice_file_name or DEFAULT_NAME,
        }

    def stage(self, parcel: Parcel) -> None:
        """Write the files under their hidden names."""
        folder = _folder(parcel)
        for hidden, _name, file in _names(parcel):
            _write(folder / hidden, file.content)
        _sync(folder)

    def deliver(self, parcel: Parcel) -> Receipt:
        """Give the files their names, the XML last: whoever waits for it finds the others there."""
        folder = _folder(parcel)
        names = list(_names(parcel))
        for hidden, name, file in reversed(names):
            if not (folder / hidden).exists():
                if not parcel.again:
                    raise TryLater(f"{hidden} is gone from the folder before it got its name")
                continue
            if (folder / name).exists() and (folder / name).read_bytes() != file.content:
                raise Refused(f"the folder has another file of the name {name} already")
            (folder / hidden).rename(folder / name)
        _sync(folder)
        return Receipt(reference=names[0][1], state="sent")


def _reached(einvoice: EInvoice) -> ReachedPartner:
    return cast("ReachedPartner", recipient_of(einvoice.invoice.customer))


def _root(env: Env) -> Path | None:
    settings = env.site.settings.sites.get(env.site.name)
    return cast("Path | None", settings.outgoing_files) if settings is not None else None


def _names(parcel: Parcel) -> Iterator[tuple[str, str, File]]:
    """Give the hidden and the real name of each file."""
    mark = hashlib.sha256(parcel.key.encode()).hexdigest()[:24]
    for place, file in enumerate(parcel.files):
        yield f".tw-{mark}-{place}", file_name(parcel, file), file


def _folder(parcel: Parcel) -> Path:
    """Return the folder, made if it is missing. Nothing leads out of the root, no symbolic link either."""
    root, wanted = parcel.settings.get("root"), parcel.recipient
    if root is None:
        raise TryLater("the settings name no outgoing_files")
    if not is_folder(wanted):
        raise Refused(f"{wanted!r} is no folder below outgoing_files")
    folder = Path(root).resolve() / wanted
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TryLater(f"the folder can't be made: {error}") from error
    if folder.resolve() != folder:
        raise Refused(f"{wanted!r} is a link that leads elsewhere")
    return folder


def _write(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise TryLater(f"the file can't be written: {error}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
