"""What only blobs on a file system can suffer: damage at rest, planted files, writers that die, and each other."""

import os
import random
import signal
import subprocess
import sys
import tracemalloc
from io import SEEK_END, BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demobackend.adapters.filesystem.blob_format import BLOCK
from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import Corrupt, DomainError, NotFound, Unavailable
from demobackend.domain.model.ids import FileId, UserId
from demobackend.testing.contracts.blob_gateway import write
from demobackend.testing.contracts.blob_store import read_all, sample_key
from demobackend.testing.races import race, refusals
from demobackend.testing.samples import NOON, SECOND

THREE_BLOCKS = random.Random(1).randbytes(2 * BLOCK + 1_000)


def blob_store(root: Path) -> FilesystemBlobStore:
    clock = ManualClock(NOON)
    return FilesystemBlobStore(root, UrlSigner("http://x.test", MemorySecrets(), clock), clock)


@pytest.fixture
def store(tmp_path: Path) -> FilesystemBlobStore:
    return blob_store(tmp_path)


def file_of(root: Path, key: BlobKey) -> Path:
    return root / key.owner_id / f"{key.file_id}.{key.version}.{key.upload_id}"


# ------------------------------------------------------------------------------------------------ reading and damage


@given(
    steps=st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(-BLOCK - 5, 2 * BLOCK + 5), st.integers(-1, 3 * BLOCK)), max_size=12)
)
@settings(max_examples=150, deadline=None)
def test_a_stream_reads_like_the_bytes_themselves_from_wherever_it_is_set(steps, tmp_path_factory):
    root = tmp_path_factory.getbasetemp() / "any-place"
    store = blob_store(root)
    if not file_of(root, sample_key()).exists():
        write(store, sample_key(), THREE_BLOCKS)
    model = BytesIO(THREE_BLOCKS)
    with store.read(sample_key()) as stream:
        for whence, offset, count in steps:
            if whence == 0 or (whence == 1 and model.tell() + offset < 0):
                offset = abs(offset)
            assert stream.seek(offset, whence) == model.seek(offset, whence)
            assert stream.read(count) == model.read(count)
            assert stream.tell() == model.tell()


def test_any_flipped_bit_is_found_and_never_served(tmp_path, store):
    content = THREE_BLOCKS[: BLOCK + 2_000]
    write(store, sample_key(), content)
    file, chance = file_of(tmp_path, sample_key()), random.Random(2)
    whole = file.read_bytes()
    trailer = range(len(content), len(whole))
    with file.open("r+b", buffering=0) as damaged:
        for place in [*trailer, *(chance.randrange(len(content)) for _ in range(1_000 - len(trailer)))]:
            damaged.seek(place)
            damaged.write(bytes([whole[place] ^ 1 << chance.randrange(8)]))
            with pytest.raises(Corrupt):
                read_all(store, sample_key())
            damaged.seek(place)
            damaged.write(whole[place : place + 1])
    assert read_all(store, sample_key()) == content


def test_damage_spares_the_other_blocks(tmp_path, store):
    write(store, sample_key(), THREE_BLOCKS)
    with file_of(tmp_path, sample_key()).open("r+b") as damaged:
        damaged.seek(BLOCK + 7)
        damaged.write(b"damage")
    with store.read(sample_key()) as stream:
        assert stream.read(BLOCK) == THREE_BLOCKS[:BLOCK]
        with pytest.raises(Corrupt):
            stream.read(1)
        stream.seek(2 * BLOCK)
        assert stream.read() == THREE_BLOCKS[2 * BLOCK :]


@pytest.mark.parametrize("length", [0, 1, 40, 1_000, BLOCK, len(THREE_BLOCKS), len(THREE_BLOCKS) + 10, len(THREE_BLOCKS) + 1_000])
def test_a_file_of_another_length_is_corrupt_to_all(length, tmp_path, store):
    write(store, sample_key(), THREE_BLOCKS)
    os.truncate(file_of(tmp_path, sample_key()), length)
    for look in (store.head, store.facts, store.open, store.read):
        with pytest.raises(Corrupt):
            look(sample_key())


def test_a_file_that_is_cut_while_it_is_read_is_corrupt(tmp_path, store):
    write(store, sample_key(), THREE_BLOCKS)
    with store.read(sample_key()) as stream:
        stream.read(10)
        os.truncate(file_of(tmp_path, sample_key()), BLOCK + 10)
        with pytest.raises(Corrupt):
            stream.read()


def test_the_trailer_is_out_of_reach(store):
    write(store, sample_key(), b"abc")
    with store.read(sample_key()) as stream:
        assert stream.seek(0, SEEK_END) == 3
        assert stream.seek(10) == 10
        assert stream.read() == b""


def test_a_blob_can_be_read_to_its_end_while_it_is_deleted(store):
    write(store, sample_key(), THREE_BLOCKS)
    with store.open(sample_key()) as stream:
        store.delete(sample_key())
        assert stream.read() == THREE_BLOCKS


# ------------------------------------------------------------------------------------------------ planted files


def test_a_planted_symbolic_link_is_not_followed(tmp_path, store):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    write(store, sample_key(1), b"x")
    file_of(tmp_path, sample_key(2)).symlink_to(secret)
    for look in (store.head, store.open):
        with pytest.raises(NotFound):
            look(sample_key(2))


def test_a_planted_link_in_place_of_an_owners_directory_is_not_followed(tmp_path, store):
    elsewhere = tmp_path / "elsewhere"
    write(blob_store(elsewhere), sample_key(), b"x")
    (tmp_path / sample_key().owner_id).symlink_to(elsewhere / sample_key().owner_id)
    with pytest.raises(NotFound):
        store.head(sample_key())
    with pytest.raises(Unavailable):
        write(store, sample_key(2), b"x")
    with pytest.raises(Unavailable):
        store.delete(sample_key())
    assert read_all(blob_store(elsewhere), sample_key()) == b"x"


def test_a_planted_pipe_does_not_hold_anyone_up(tmp_path, store):
    (tmp_path / sample_key().owner_id).mkdir()
    os.mkfifo(file_of(tmp_path, sample_key()))
    with pytest.raises(NotFound):
        store.open(sample_key())


def test_foreign_files_are_passed_over(tmp_path, store):
    write(store, sample_key(), b"x")
    (tmp_path / "lost+found").mkdir()
    (tmp_path / sample_key().owner_id / "notes.txt").write_text("x")
    (tmp_path / ".incoming" / "notes.txt").write_text("x")
    assert list(blob_store(tmp_path).keys_stored_before(NOON + SECOND)) == [sample_key()]
    assert (tmp_path / ".incoming" / "notes.txt").exists()


@pytest.mark.parametrize("owner", ["..", ".", "", "../..", "/etc", ".incoming", "a/b", "\0"])
def test_a_key_that_is_made_of_anything_but_ids_names_nothing(owner, store):
    key = BlobKey(UserId(owner), FileId("../../etc/passwd"), 1, sample_key().upload_id)
    with pytest.raises(NotFound):
        store.open(key)
    with pytest.raises(NotFound):
        write(store, key, b"x")
    with pytest.raises(NotFound):
        store.delete(key)


def test_nobody_else_on_the_machine_may_read_the_bytes(tmp_path, store):
    write(store, sample_key(), b"x")
    blob = file_of(tmp_path, sample_key())
    assert [path.stat().st_mode & 0o777 for path in (blob, blob.parent, tmp_path / ".incoming")] == [0o600, 0o700, 0o700]


# ------------------------------------------------------------------------------------------------ writers


def test_what_a_dead_writer_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path, store):
    program = """
import os, signal, sys
from pathlib import Path
from demobackend.adapters.filesystem.disk import Disk
disk = Disk()
with disk.directory(Path(sys.argv[1])) as directory:
    name, file = disk.temporary(directory)
    disk.write(file, b"half of")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    living = store.begin(sample_key(1), size=3, sha256=None)
    living.write(b"abc")
    dead = subprocess.run([sys.executable, "-c", program, str(tmp_path / ".incoming")], timeout=60, check=False)
    assert dead.returncode == -signal.SIGKILL
    assert len(list((tmp_path / ".incoming").iterdir())) == 2
    blob_store(tmp_path)
    assert len(list((tmp_path / ".incoming").iterdir())) == 1
    living.commit()
    assert read_all(store, sample_key(1)) == b"abc"


def test_a_refused_write_stays_refused_and_leaves_nothing(tmp_path, store):
    writer = store.begin(sample_key(), size=2, sha256=None)
    for call in (lambda: writer.write(b"abc"), lambda: writer.write(b"a"), writer.commit):
        with pytest.raises(DomainError):
            call()
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_an_owners_directory_goes_with_the_last_blob(tmp_path, store):
    for number in (1, 2):
        write(store, sample_key(number), b"x")
    store.delete(sample_key(1))
    assert (tmp_path / sample_key().owner_id).exists()
    store.delete(sample_key(2))
    assert not (tmp_path / sample_key().owner_id).exists()


def test_writers_and_deleters_of_one_owner_do_not_trip_each_other(store):
    def come_and_go(number: int) -> None:
        for _ in range(15):
            write(store, sample_key(number), b"x" * number)
            assert read_all(store, sample_key(number)) == b"x" * number
            store.delete(sample_key(number))

    assert refusals(race(come_and_go, callers=8)) == {}
    assert list(store.keys_stored_before(NOON + SECOND)) == []


def test_large_blobs_beside_each_other_keep_their_bytes_apart(store):
    contents = {number: random.Random(number).randbytes(3 * BLOCK + number) for number in range(6)}
    race(lambda number: write(store, sample_key(number), contents[number]), callers=6)
    assert {number: read_all(store, sample_key(number)) for number in contents} == contents


def test_a_large_blob_passes_through_little_memory(store):
    chunk = bytes(65_536)
    tracemalloc.start()
    try:
        writer = store.begin(sample_key(), size=640 * len(chunk), sha256=None)
        for _ in range(640):
            writer.write(chunk)
        writer.commit()
        with store.read(sample_key()) as stream:
            while stream.read(65_536):
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024**2
