"""Folders that invoices are put into. A file is claimed by renaming it, received once, and put aside with what it was.

Below the folder: `.taken` holds what is being received (and is looked at again after a crash), `done` what was
received, `refused` what is no invoice at all, each with its reason in a file beside it.
"""

from __future__ import annotations

import os
import secrets
import stat
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from ...models.inbox import Inbox
from ..channels.folder import is_folder
from .arriving import LARGEST, Arrival, looks_right, take

if TYPE_CHECKING:
    from tradewright.jobs import Work
    from tradewright.orm import Env

TAKEN: Final = ".taken"
DONE: Final = "done"
REFUSED: Final = "refused"
HALF: Final = (".tmp", ".part", ".filepart", ".crdownload")
"""Endings of files that another program is still writing."""
MOST: Final = 500
"""How many files are taken in one look."""


def look(work: Work, inbox_id: int) -> None:
    """Receive the files of a folder."""
    root = work.run(partial(_folder, inbox_id=inbox_id))
    if root is None:
        return
    problem = ""
    try:
        for name in (TAKEN, DONE, REFUSED):
            (root / name).mkdir(parents=True, exist_ok=True)
        for path in [*_left(root), *_claimed(root)]:
            _receive(work, inbox_id, root, path)
    except OSError as error:
        problem = f"{type(error).__name__}: {error.strerror}"
    work.run(partial(_note, inbox_id=inbox_id, problem=problem))


def _folder(env: Env, inbox_id: int) -> Path | None:
    """The folder of a way in, below the incoming_files of the settings; a link that leads elsewhere is none."""
    inbox = env.get(Inbox, inbox_id)
    site = env.site.settings.sites.get(env.site.name)
    root = cast("Path | None", site.incoming_files) if site is not None else None
    if inbox is None or inbox.kind != "folder" or not inbox.folder:
        return None
    if root is None or not is_folder(inbox.folder):
        inbox.problem, inbox.looked_at = "The settings name no incoming_files.", env.now
        return None
    folder = root.resolve() / inbox.folder
    if folder.exists() and folder.resolve() != folder:
        inbox.problem, inbox.looked_at = "The folder is a link that leads elsewhere.", env.now
        return None
    return folder


def _left(root: Path) -> list[Path]:
    """What an earlier look has claimed and did not finish."""
    return sorted(path for path in (root / TAKEN).iterdir() if path.is_file())[:MOST]


def _claimed(root: Path) -> list[Path]:
    """Claim files that are whole: whoever renames one has it, and nobody else."""
    found = []
    with os.scandir(root) as entries:
        names = sorted(
            entry.name
            for entry in entries
            if not entry.name.startswith(".")
            and not entry.name.lower().endswith(HALF)
            and entry.is_file(follow_symlinks=False)
        )
    for name in names[:MOST]:
        mine = root / TAKEN / f"{secrets.token_hex(8)}-{name[-160:]}"
        try:
            (root / name).rename(mine)
        except FileNotFoundError:
            continue  # another worker was faster
        found.append(mine)
    return found


def _receive(work: Work, inbox_id: int, root: Path, path: Path) -> None:
    key, _dash, name = path.name.partition("-")
    try:
        content = _content(path)
    except FileNotFoundError:
        return
    if isinstance(content, str):
        _set_aside(root, path, name, content)
        return
    work.run(partial(_take, inbox_id=inbox_id, name=name, content=content, key=key))
    _move(path, root / DONE / path.name)


def _content(path: Path) -> bytes | str:
    """The bytes of a file, or why they are not taken. Nothing but a plain file is opened."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        known = os.fstat(stream.fileno())
        if not stat.S_ISREG(known.st_mode):
            return "This is no plain file."
        if known.st_size > LARGEST:
            return f"The file has {known.st_size} bytes; at most {LARGEST} are taken."
        content = stream.read(LARGEST + 1)
    if not content:
        return "The file is empty."
    return content if looks_right(content) else "The file is neither XML nor a PDF."


def _take(env: Env, inbox_id: int, name: str, content: bytes, key: str) -> None:
    inbox = env.one(Inbox, inbox_id)
    take(env, Arrival(name=name, content=content, source="folder", inbox=inbox, key=f"{inbox_id}:{key}"))


def _set_aside(root: Path, path: Path, name: str, reason: str) -> None:
    (root / REFUSED / f"{path.name}.reason.txt").write_text(f"{name}\n{reason}\n", encoding="utf-8")
    _move(path, root / REFUSED / path.name)


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except FileNotFoundError:
        return  # another worker went on with what was left


def _note(env: Env, inbox_id: int, problem: str) -> None:
    inbox = env.one(Inbox, inbox_id)
    inbox.problem, inbox.looked_at = problem[:1_000] or None, env.now
