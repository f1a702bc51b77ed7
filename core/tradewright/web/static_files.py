"""Static files: only what is in the `static` folders when the process starts, under addresses that change with content.

`static("core/css/base.css")` gives `/static/core/css/base.1f3a9c2b7d.css`, which browsers keep for good. The address
without the hash works too (a stylesheet names its pictures relatively) and is checked at each use. What is not in the
list made at start does not exist, so no path can lead out of the folders; links and other suffixes are not in the list.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tradewright.base import DeveloperError, nearest
from tradewright.web.response import Response

PREFIX = "/static/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_PACKED = frozenset({".css", ".ico", ".js", ".json", ".mjs", ".svg", ".ttf", ".txt", ".webmanifest"})
_HASH_LENGTH = 10
FOREVER = "public, max-age=31536000, immutable"
CHECKED = "public, no-cache"


@dataclass(slots=True)
class _Asset:
    file: Path
    media_type: str
    packs: bool
    digest: str = ""
    body: bytes = b""
    packed: bytes | None = None


class StaticFiles:
    """The static files of one set of addons; contents are read at first use and kept."""

    def __init__(self, folders: Iterable[tuple[str, Path]]) -> None:
        self._assets: dict[str, _Asset] = {}
        self._addresses: dict[str, str] = {}
        self._lock = Lock()
        for part, folder in folders:
            for relative, file in _files(folder):
                suffix = file.suffix.lower()
                self._assets.setdefault(f"{part}/{relative}", _Asset(file, TYPES[suffix], suffix in _PACKED))

    def address(self, path: str) -> str:
        """Return the address of a file such as `core/css/base.css`. A `DeveloperError` names the nearest ones."""
        found = self._addresses.get(path)
        if found is None:
            asset = self._assets.get(path)
            if asset is None:
                return self._missing(path)
            self._load(asset)
            stem, dot, suffix = path.rpartition(".")
            found = self._addresses[path] = f"{PREFIX}{stem}.{asset.digest}{dot}{suffix}"
        return found

    def _missing(self, path: str) -> str:
        if "/vendor/" in path:
            # Browser libraries are fetched by the build; without them pages still work.
            return PREFIX + path
        raise DeveloperError(
            "web.no-static-file",
            "No enabled addon has this static file.",
            value=path,
            near=nearest(path, self._assets),
            remedy="Put it below the addon's static/ folder; its path begins with the addon's name.",
        )

    def respond(self, path: str, *, accepts: str = "", etag: str = "", head: bool = False) -> Response | None:
        """Answer a request below `/static/`; None for what is not there. The headers of the request are plain texts."""
        asset, forever = self._find(path.removeprefix(PREFIX))
        if asset is None:
            return None
        self._load(asset)
        packed = asset.packed is not None and "gzip" in accepts
        tag = f'"{asset.digest}{"-gz" if packed else ""}"'
        body = asset.packed if packed and asset.packed is not None else asset.body
        unchanged = tag in etag
        response = Response(b"" if unchanged or head else body, status=304 if unchanged else 200)
        response.headers["Content-Type"] = asset.media_type
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = FOREVER if forever else CHECKED
        if asset.packs:
            response.headers["Vary"] = "Accept-Encoding"
        if not unchanged:
            response.headers["Content-Length"] = str(len(body))
            if packed:
                response.headers["Content-Encoding"] = "gzip"
        return response

    def _find(self, path: str) -> tuple[_Asset | None, bool]:
        asset = self._assets.get(path)
        if asset is not None:
            return asset, False
        stem, _dot, suffix = path.rpartition(".")
        plain, _dot, digest = stem.rpartition(".")
        asset = self._assets.get(f"{plain}.{suffix}")
        if asset is not None and len(digest) == _HASH_LENGTH:
            self._load(asset)
            # An address of another version gets today's file, but not for good.
            return asset, digest == asset.digest
        return None, False

    def _load(self, asset: _Asset) -> None:
        if asset.digest:
            return
        with self._lock:
            body = asset.file.read_bytes()
            if asset.packs and len(body) > 500:
                packed = gzip.compress(body, 9, mtime=0)
                asset.packed = packed if len(packed) < len(body) else None
            asset.body = body
            asset.digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the servable files below a folder; links are left out, wherever they lead."""
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".") and not Path(root, name).is_symlink()]
        for name in names:
            file = Path(root, name)
            if not name.startswith(".") and file.suffix.lower() in TYPES and not file.is_symlink():
                yield file.relative_to(folder).as_posix(), file
