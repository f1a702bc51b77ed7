"""Uploaded files: the media type is read from the bytes, the name is cleaned, the size and the pixels are bounded."""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from typing import IO, Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

MAX_UPLOAD = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)
_OFFICE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_TEXTS = {".csv": "text/csv", ".txt": "text/plain", ".json": "application/json", ".xml": "application/xml"}
_BAD_IN_NAMES = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")


@dataclass(slots=True)
class Upload:
    """A received file. `media_type` is what the bytes are, never what the client says; `stream` stands at 0."""

    filename: str
    media_type: str
    size: int
    sha256: str
    stream: IO[bytes] = field(repr=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        # Only what the multipart reader made is an upload; a JSON object of the same names is not.
        return core_schema.is_instance_schema(cls)

    def read(self) -> bytes:
        """Return the whole content (bounded by the route's limit)."""
        self.stream.seek(0)
        return self.stream.read()


@dataclass(frozen=True, slots=True)
class Accept:
    """Which media types a file field takes, and how many bytes."""

    media_types: tuple[str, ...]
    max_size: int = MAX_UPLOAD

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, upload: Upload) -> Upload:
        """Return the upload, or raise what pydantic turns into the field's sentence."""
        if upload.size > self.max_size:
            raise PydanticCustomError("file_too_large", "too large", {"most": self.max_size // 1024})
        if upload.media_type not in self.media_types:
            raise PydanticCustomError("file_type", "wrong type")
        return upload


PICTURES = Accept(("image/png", "image/jpeg", "image/webp", "image/gif"))
DOCUMENTS = Accept((*PICTURES.media_types, "application/pdf", "text/plain", "text/csv", *_OFFICE.values()))
TABLES = Accept(("text/csv", "text/plain", _OFFICE[".xlsx"]))

Picture = Annotated[Upload, PICTURES]
"""A PNG, JPEG, WebP or GIF of at most 10 MiB and 50 million pixels."""
Document = Annotated[Upload, DOCUMENTS]
"""A picture, PDF, text, CSV or office document of at most 10 MiB."""
Table = Annotated[Upload, TABLES]
"""A CSV, text or XLSX file of at most 10 MiB."""


def receive(filename: str, stream: IO[bytes]) -> Upload:
    """Measure, hash and recognise a received file; the stream is left at its start."""
    digest = hashlib.sha256()
    size = 0
    stream.seek(0)
    while chunk := stream.read(64 * 1024):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    head = stream.read(256 * 1024)
    stream.seek(0)
    name = clean_filename(filename)
    return Upload(name, sniff(head, name), size, digest.hexdigest(), stream)


def clean_filename(name: str) -> str:
    """Return a name that is safe in a header, an archive and a folder: no path, no control or direction signs."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(
        sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    name = _BAD_IN_NAMES.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(name) > 120:
        name = f"{stem[: 119 - len(suffix[:16])]}.{suffix[:16]}"
    return name[:120] or "file"


def sniff(head: bytes, name: str) -> str:
    """Tell the media type from the first bytes; the name only chooses among kinds of text and of zip."""
    suffix = "." + name.rpartition(".")[2].lower()
    for magic, offset, media_type in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            if media_type.startswith("image/") and not _picture_fits(head, media_type):
                return "application/octet-stream"
            return media_type
    if head.startswith(b"PK\x03\x04") and suffix in _OFFICE and b"[Content_Types].xml" in head:
        return _OFFICE[suffix]
    if suffix in _TEXTS and _is_text(head):
        return _TEXTS[suffix]
    return "application/octet-stream"


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and not any(sign < 9 or (13 < sign < 32 and sign != 27) for sign in head[:4096])


def _picture_fits(head: bytes, media_type: str) -> bool:
    """Refuse a pixel flood by the header alone; a picture whose size cannot be read is refused too."""
    size = _picture_size(head, media_type)
    return size is not None and 0 < size[0] * size[1] <= MAX_PIXELS


def _picture_size(head: bytes, media_type: str) -> tuple[int, int] | None:
    try:
        if media_type == "image/png":
            return struct.unpack(">II", head[16:24])
        if media_type == "image/gif":
            return struct.unpack("<HH", head[6:10])
        if media_type == "image/webp":
            return _webp_size(head)
        return _jpeg_size(head)
    except (struct.error, IndexError):
        return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(head):
        if head[place] != 0xFF:
            return None
        kind = head[place + 1]
        if kind == 0xFF:
            place += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", head[place + 5 : place + 9])
            return width, height
        place += 2 + struct.unpack(">H", head[place + 2 : place + 4])[0]
    return None
