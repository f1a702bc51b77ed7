"""Compiled templates, kept between starts: compiling those of a first page takes longer than a hundred pages do."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FileSystemBytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_OTHERS_MAY_WRITE = 0o022


class CompiledTemplates(FileSystemBytecodeCache):
    """Python code of templates in files of a folder that nobody else can write to.

    What is kept fits the source of the template, this Python, this Jinja and our way of compiling, or is made anew.
    """

    def get_source_checksum(self, source: str) -> str:
        """Return what the kept code of a template has to fit; what doesn't is overwritten (jinja)."""
        return super().get_source_checksum(f"{_compiler()} {source}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template; a full or read-only disk only costs the time to make it again (jinja)."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(folder: Path | None) -> CompiledTemplates | None:
    """Return what keeps compiled templates below a folder; None where others could write what this process runs."""
    if folder is None:
        return None
    own = folder / "templates"
    try:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = own.stat()
    except OSError:
        return None
    safe = found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_MAY_WRITE
    return CompiledTemplates(str(own), "%s.code") if safe else None


@cache
def _compiler() -> str:
    """What decides, beside its source, which code a template becomes."""
    here = Path(__file__)
    ours = b"".join(here.with_name(name).read_bytes() for name in ("jinja.py", "templating.py"))
    return f"{version('jinja2')} {hashlib.sha256(ours).hexdigest()}"
