"""Where the documents of a call come from."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Endings of files that are looked at in a folder.
ENDINGS = frozenset((".xml", ".pdf"))


def named(places: Sequence[str]) -> Iterator[tuple[str, Path | None]]:
    """The files of a call with the names to tell them by; None for standard input. A folder gives its files by name."""
    for place in places:
        path = Path(place)
        if place == "-":
            yield "standard input", None
        elif path.is_dir():
            found = (file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
            yield from ((str(file), file) for file in sorted(found))
        else:
            yield place, path


def content(path: Path | None) -> bytes:
    """The bytes of a file or of standard input. Raises OSError."""
    return sys.stdin.buffer.read() if path is None else path.read_bytes()


def tell(line: str) -> None:
    """A line on standard error."""
    sys.stderr.write(line + "\n")
