"""Files by content: each is stored once, under the SHA-256 of its bytes.

A file is on the disk, complete and synced, before anybody learns its name, so a database row can never name a file
that is not there. The reverse, a file that no row names because the transaction failed, is garbage that
`FileStore.gc` collects.
"""

import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")

GRACE = 24 * 3600.0
"""Seconds that an unreferenced file is kept: longer than any transaction that may still name it."""


class FileTooLarge(ValueError):
    """The stream holds more bytes than the caller allows. Nothing was stored."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class FileMissing(LookupError):
    """No stored file has this SHA-256."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"no stored file has the SHA-256 {sha256!r}: restore it from a backup of the site's files")
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What `FileStore.put` stored: the name to find it by, and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """The files of one site below one folder. Safe for many threads and processes of one machine at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: bytes | BinaryIO, *, at_most: int | None = None) -> StoredFile:
        """Store the bytes durably and return their name; the same bytes twice are stored once.

        `at_most` is the greatest size in bytes; beyond it `FileTooLarge` is raised. An `OSError` (disk full) leaves
        nothing.
        """
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        drafts = self.root / "drafts"
        drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=drafts)
        try:
            with os.fdopen(descriptor, "wb") as target:
                stored = _copy(stream, target, at_most)
                target.flush()
                os.fsync(target.fileno())
            with self._lock(LOCK_SH):
                self._publish(Path(draft), self.path(stored.sha256))
        finally:
            with suppress(FileNotFoundError):
                Path(draft).unlink()
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file for reading. Raises `FileMissing`."""
        try:
            return os.fdopen(os.open(self.path(sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except FileNotFoundError:
            raise FileMissing(sha256) from None

    def read(self, sha256: str) -> bytes:
        """Return the whole content of a stored file. Raises `FileMissing`."""
        with self.open(sha256) as stream:
            return stream.read()

    def exists(self, sha256: str) -> bool:
        """Tell whether a file of this name is stored."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Return where a file of this name is or would be. Anything but a lower-case SHA-256 is a `ValueError`."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is not the lower-case SHA-256 of a file")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def names(self) -> Iterator[str]:
        """Give the name of every stored file, in no order."""
        for path in self.root.glob("??/??/*"):
            if _SHA256.fullmatch(path.name):
                yield path.name

    def damaged(self, names: Collection[str]) -> Iterator[str]:
        """Give those of `names` whose file is missing or no longer has the bytes it was stored with."""
        for name in names:
            try:
                with self.open(name) as stream:
                    if _digest(stream) != name:
                        yield name
            except FileMissing:
                yield name

    def gc(self, referenced: Collection[str], *, grace: float = GRACE) -> list[str]:
        """Delete the files that are not in `referenced` and older than `grace` seconds; return their names.

        Read `referenced` after all rows that matter are committed: the grace time covers those that are being written.
        """
        before = time.time() - grace
        garbage = [name for name in self.names() if name not in referenced]
        removed = [name for name in garbage if self._remove(self.path(name), before)]
        for draft in self.root.glob("drafts/*"):
            self._remove(draft, before)
        return removed

    def _publish(self, draft: Path, path: Path) -> None:
        with suppress(FileNotFoundError):
            # Known already. A new time stamp keeps a running gc from taking it for old garbage.
            os.utime(path, follow_symlinks=False)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.chmod(0o400)
        draft.replace(path)
        for folder in (path.parent, path.parent.parent, self.root):
            _sync_folder(folder)

    def _remove(self, path: Path, before: float) -> bool:
        # Exclusive, and looked at again under the lock: `put` may have given the file a new time stamp just now.
        with self._lock(LOCK_EX), suppress(FileNotFoundError):
            if path.lstat().st_mtime <= before:
                path.unlink()
                return True
        return False

    @contextmanager
    def _lock(self, kind: int) -> Generator[None]:
        with (self.root / "lock").open("ab") as handle:
            flock(handle, kind)
            try:
                yield
            finally:
                flock(handle, LOCK_UN)


def _copy(source: BinaryIO, target: BinaryIO, at_most: int | None) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if at_most is not None and size > at_most:
            raise FileTooLarge(at_most)
        digest.update(chunk)
        target.write(chunk)
    return StoredFile(digest.hexdigest(), size)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
