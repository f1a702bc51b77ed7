"""The channel that drops files in a folder, without a site."""

from dataclasses import replace
from pathlib import Path

import pytest

from tradewright_einvoice.services.channels import folder
from tradewright_einvoice.services.channels.base import File, Parcel, Refused, TryLater


def test_a_file_that_others_put_there_is_not_overwritten(tmp_path: Path) -> None:
    parcel = Parcel(
        key="k:1",
        number="4711",
        edition=1,
        ordinal=1,
        kind="invoice",
        profile="peppol",
        recipient="a",
        files=[File("4711.xml", "application/xml", b"<a/>")],
        again=False,
        settings={"root": str(tmp_path), "template": "{number}"},
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "4711.xml").write_bytes(b"other")
    channel = folder.FolderChannel()
    channel.stage(parcel)
    with pytest.raises(Refused, match="another file of the name"):
        channel.deliver(parcel)
    (tmp_path / "a" / "4711.xml").unlink()
    channel.deliver(parcel)
    assert (tmp_path / "a" / "4711.xml").read_bytes() == b"<a/>"
    with pytest.raises(TryLater, match="before it got its name"):
        channel.deliver(parcel)
    assert channel.deliver(replace(parcel, again=True)).state == "sent"
