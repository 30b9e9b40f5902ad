"""Nothing is acknowledged before it would outlive a power cut: a recording of the system calls is held against that."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
from demobackend.adapters.filesystem.disk import TEMPORARY_PREFIX, Disk, SystemCalls
from demobackend.adapters.filesystem.mailer import FilesystemMailer
from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.ports.secrets import Purpose
from demobackend.testing.contracts.blob_gateway import write
from demobackend.testing.contracts.blob_store import sample_key
from demobackend.testing.samples import NOON, sample_id


class Recording(SystemCalls):
    """Real system calls, and what a power cut after each of them would take back. One sync may be left out, to show that it counts."""

    def __init__(self, without_sync: int | None = None) -> None:
        self.calls: list[str] = []
        self.syncs = 0
        self.hasty: list[str] = []
        self._without_sync = without_sync
        self._dirty: set[int] = set()

    @property
    def lapses(self) -> list[str]:
        """What is wrong if the caller is told now that all is well."""
        return [*self.hasty, *(f"inode {number} is not on disk" for number in sorted(self._dirty))]

    def create(self, name: str, *, directory: int) -> int:
        self.calls.append("create")
        file = super().create(name, directory=directory)
        self._dirty.discard(_inode(file))  # the number of a file that is gone
        return file

    def write(self, file: int, content: memoryview) -> int:  # type: ignore[override]  # the one type that Disk passes
        self.calls.append("write")
        self._dirty.add(_inode(file))
        return super().write(file, content[:200_000])  # a short write now and then, as the kernel may do

    def sync(self, file: int) -> None:
        self.calls.append("sync")
        self.syncs += 1
        if self.syncs - 1 != self._without_sync:
            super().sync(file)
            self._dirty.discard(_inode(file))

    def link(self, source: str, target: str, *, source_directory: int, directory: int) -> None:
        self.calls.append("link")
        self._appears(source, source_directory, directory)
        super().link(source, target, source_directory=source_directory, directory=directory)

    def replace(self, source: str, target: str, *, directory: int) -> None:
        self.calls.append("replace")
        self._appears(source, directory, directory)
        super().replace(source, target, directory=directory)

    def unlink(self, name: str, *, directory: int) -> None:
        self.calls.append("unlink")
        super().unlink(name, directory=directory)
        if not name.startswith(TEMPORARY_PREFIX):
            self._dirty.add(_inode(directory))

    def make_directory(self, name: str, *, directory: int) -> None:
        self.calls.append("make_directory")
        super().make_directory(name, directory=directory)
        self._dirty.add(_inode(directory))

    def _appears(self, source: str, source_directory: int, directory: int) -> None:
        if os.stat(source, dir_fd=source_directory).st_ino in self._dirty:
            self.hasty.append("a name was given to bytes that are not on disk")
        self._dirty.add(_inode(directory))


def _inode(file: int) -> int:
    return os.fstat(file).st_ino


def blob_store(root: Path, calls: SystemCalls) -> FilesystemBlobStore:
    clock = ManualClock(NOON)
    return FilesystemBlobStore(root, UrlSigner("http://x.test", MemorySecrets(), clock), clock, disk=Disk(calls))


def open_store(root: Path, calls: SystemCalls) -> None:
    blob_store(root, calls)


def commit(root: Path, calls: SystemCalls) -> None:
    open_store(root, SystemCalls())
    write(blob_store(root, calls), sample_key(), b"bytes" * 300_000)


def delete(root: Path, calls: SystemCalls) -> None:
    write(blob_store(root, SystemCalls()), sample_key(), b"bytes")
    blob_store(root, calls).delete(sample_key())


def send(root: Path, calls: SystemCalls) -> None:
    mail = Mail(id=MailId(sample_id(1)), to="ada@example.test", subject="Hello", text="text", html="html")
    FilesystemMailer(root, ManualClock(), disk=Disk(calls)).send(mail)


def make_secret(root: Path, calls: SystemCalls) -> None:
    FilesystemSecrets(root, disk=Disk(calls)).keys(Purpose.CURSOR)


def rotate_secret(root: Path, calls: SystemCalls) -> None:
    FilesystemSecrets(root).keys(Purpose.CURSOR)
    FilesystemSecrets(root, disk=Disk(calls)).rotate(Purpose.CURSOR)


def make_signing_key(root: Path, calls: SystemCalls) -> None:
    FilesystemSigningKeys(root, disk=Disk(calls)).signing(NOON)


def rotate_signing_key(root: Path, calls: SystemCalls) -> None:
    FilesystemSigningKeys(root).signing(NOON)
    FilesystemSigningKeys(root, disk=Disk(calls)).published(NOON + timedelta(days=91))


ACTIONS = [open_store, commit, delete, send, make_secret, rotate_secret, make_signing_key, rotate_signing_key]
type Action = Callable[[Path, SystemCalls], None]


@pytest.mark.parametrize("act", ACTIONS)
def test_what_is_acknowledged_outlives_a_power_cut(act: Action, tmp_path: Path) -> None:
    recording = Recording()
    act(tmp_path / "a" / "b", recording)
    assert recording.lapses == []
    assert recording.syncs > 0


@pytest.mark.parametrize("act", ACTIONS)
def test_the_check_above_is_red_when_any_one_fsync_is_taken_out(act: Action, tmp_path: Path) -> None:
    whole = Recording()
    act(tmp_path / "whole" / "b", whole)
    for left_out in range(whole.syncs):
        recording = Recording(without_sync=left_out)
        act(tmp_path / f"without-{left_out}" / "b", recording)
        assert recording.lapses, f"fsync {left_out} of {whole.syncs} is missed by nobody"


def test_a_commit_syncs_the_bytes_then_names_them_then_syncs_the_directories(tmp_path: Path) -> None:
    recording = Recording()
    commit(tmp_path, recording)
    assert recording.calls[:2] == ["create", "write"]
    assert recording.calls[-7:] == ["write", "sync", "make_directory", "link", "sync", "sync", "unlink"]


def test_what_head_has_seen_is_durable_though_its_writer_died_before_it_was(tmp_path: Path) -> None:
    recording = Recording()
    store = blob_store(tmp_path, recording)
    write(store, sample_key(), b"bytes")
    _leave_as_a_writer_that_died_after_link(tmp_path)
    before = recording.syncs
    store.head(sample_key())
    assert recording.syncs == before + 2
    store.head(sample_key())
    assert recording.syncs == before + 4


def test_a_new_store_makes_durable_what_dead_writers_linked_before_it_tidies_up(tmp_path: Path) -> None:
    recording = Recording()
    write(blob_store(tmp_path, recording), sample_key(), b"bytes")
    _leave_as_a_writer_that_died_after_link(tmp_path)
    recording.calls.clear()
    store = blob_store(tmp_path, recording)
    assert recording.calls == ["sync", "sync", "unlink"]
    store.head(sample_key())
    assert recording.calls == ["sync", "sync", "unlink"]


def _leave_as_a_writer_that_died_after_link(root: Path) -> None:
    (blob,) = root.glob("*-*/*")
    (root / ".incoming" / f"{TEMPORARY_PREFIX}1").hardlink_to(blob)
