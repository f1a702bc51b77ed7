"""The content-addressed store of files."""

import io
import os
import threading
import time
from pathlib import Path

import pytest

from tradewright.base.files import FileMissing, FileStore, FileTooLarge

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_a_file_is_found_by_the_digest_of_its_bytes(store: FileStore) -> None:
    stored = store.put(io.BytesIO(b"abc"))
    assert (stored.sha256, stored.size) == (ABC, 3)
    assert store.read(ABC) == b"abc"
    assert store.exists(ABC)


def test_equal_bytes_are_stored_once_and_read_only(store: FileStore) -> None:
    assert store.put(b"abc") == store.put(b"abc")
    assert list(store.names()) == [ABC]
    assert list((store.root / "drafts").iterdir()) == []
    assert store.path(ABC).stat().st_mode & 0o777 == 0o400


def test_a_file_above_the_limit_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(FileTooLarge):
        store.put(b"abcd", at_most=3)
    assert list(store.names()) == []
    assert list((store.root / "drafts").iterdir()) == []


def test_a_stream_that_breaks_leaves_nothing(store: FileStore) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(Broken())
    assert list((store.root / "drafts").iterdir()) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", ABC.upper(), ABC + "\n", ABC[:-1], "a/" * 32])
def test_inj10_a_name_is_a_digest_and_nothing_else(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_inj10_a_symbolic_link_is_not_followed(store: FileStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    path = store.path(ABC)
    path.parent.mkdir(parents=True)
    path.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        store.open(ABC)


def test_a_missing_file_says_what_to_do(store: FileStore) -> None:
    with pytest.raises(
        FileMissing, match=f"no stored file has the SHA-256 '{ABC}': restore it from a backup of the site's files"
    ):
        store.open(ABC)


def test_f26_only_old_files_without_a_row_are_collected(store: FileStore) -> None:
    kept, dropped, young = store.put(b"kept"), store.put(b"dropped"), store.put(b"young")
    (store.root / "drafts" / "left").write_bytes(b"half a file")
    long_ago = time.time() - 7200
    for name in (kept.sha256, dropped.sha256):
        os.utime(store.path(name), (long_ago, long_ago))
    os.utime(store.root / "drafts" / "left", (long_ago, long_ago))
    assert store.gc({kept.sha256}, grace=3600) == [dropped.sha256]
    assert sorted(store.names()) == sorted([kept.sha256, young.sha256])
    assert list((store.root / "drafts").iterdir()) == []


def test_f26_a_file_stored_again_is_young_again(store: FileStore) -> None:
    stored = store.put(b"abc")
    os.utime(store.path(stored.sha256), (0, 0))
    store.put(b"abc")
    assert store.gc((), grace=3600) == []


def test_damage_is_found(store: FileStore) -> None:
    whole, flipped = store.put(b"whole"), store.put(b"flipped")
    store.path(flipped.sha256).chmod(0o600)
    store.path(flipped.sha256).write_bytes(b"flippeD")
    assert list(store.damaged([whole.sha256, flipped.sha256, ABC])) == [flipped.sha256, ABC]


def test_many_threads_may_put_and_collect_at_once(store: FileStore) -> None:
    store.put(b"")
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(20):
                stored = store.put(b"%d" % (number % 4))
                assert store.read(stored.sha256) == b"%d" % (number % 4)
                store.gc((), grace=60)
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
