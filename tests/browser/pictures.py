"""Pictures of pages in light and dark, wide and narrow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDE, NARROW = (1280, 800), (390, 844)
ALL = ((WIDE, ("light", "dark")), (NARROW, ("light", "dark")))
SOME = ((WIDE, ("light",)), (NARROW, ("dark",)))
"""What a run takes that nobody looks at: enough to see in a failure what was on the page."""
MOST_BYTES = 150_000


class Pictures:
    """Takes pictures into a folder: all four of each page, or two.

    `kept` is where those of the README go, or None.
    """

    def __init__(self, folder: Path, kept: Path | None, *, all_looks: bool) -> None:
        self.folder = folder
        self.kept = kept
        self.looks = ALL if all_looks else SOME
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, *, keep_as: str | None = None) -> None:
        """Take a page's pictures; `keep_as` names the one that the README shows."""
        for (width, height), schemes in self.looks:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in schemes:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.screenshot(
                    path=self.folder / f"{name}-{scheme}-{width}.png", full_page=True, animations="disabled"
                )
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="light")
        if keep_as and self.kept is not None:
            self.kept.mkdir(parents=True, exist_ok=True)
            content = small(page.screenshot(animations="disabled"))
            assert len(content) < MOST_BYTES, f"{keep_as} has {len(content)} bytes"
            (self.kept / keep_as).write_bytes(content)


def small(content: bytes) -> bytes:
    """Return a PNG with a palette of its own: a third of the size, for pictures of flat pages."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
