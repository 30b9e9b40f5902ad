"""Every system call fails once, and the disk stays broken from every call on: what then is seen, and what is left."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from demobackend.adapters.filesystem.blob_store import FilesystemBlobStore
from demobackend.adapters.filesystem.blob_writer import FilesystemBlobWriter
from demobackend.adapters.filesystem.disk import TEMPORARY_PREFIX, Disk, SystemCalls
from demobackend.adapters.filesystem.mailer import FilesystemMailer
from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.errors import AlreadyExists, DomainError, NotFound, StorageFull, Unavailable
from demobackend.domain.model.ids import MailId
from demobackend.domain.model.mail import Mail
from demobackend.ports.secrets import Purpose
from demobackend.testing.contracts.blob_store import read_all, sample_key
from demobackend.testing.samples import DAY, MINUTE, NOON, sample_id

CONTENT = b"0123456789abcdef" * 100_000  # more than one block
MAIL = Mail(id=MailId(sample_id(1)), to="ada@example.test", subject="Hello", text="text", html="html")


class Stopped(BaseException):
    """In place of the end of the process, so that a test can look at what it left."""


def stop(reason: str) -> NoReturn:
    raise Stopped(reason)


class Failing(SystemCalls):
    """Real system calls until call number `first`, which fails; so does every later one when `lasting`."""

    def __init__(self, first: int, *, number: int, lasting: bool) -> None:
        self.failed: list[str] = []
        self._countdown = first
        self._number = number
        self._lasting = lasting

    def __getattribute__(self, name: str) -> Any:
        attribute = super().__getattribute__(name)
        if name.startswith("_") or name not in vars(SystemCalls):
            return attribute
        return lambda *arguments, **named: self._call(name, attribute, arguments, named)

    def _call(self, name: str, act: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]) -> object:
        self._countdown -= 1
        if self._countdown < 0 if self._lasting else self._countdown == -1:
            self.failed.append(name)
            raise OSError(self._number, os.strerror(self._number))
        return act(*arguments, **named)


def blob_store(root: Path, disk: Disk | None = None) -> FilesystemBlobStore:
    clock = ManualClock()
    return FilesystemBlobStore(root, UrlSigner("http://x.test", MemorySecrets(), clock), clock, disk=disk)


def store_blob(root: Path, disk: Disk | None = None) -> DomainError | Stopped | None:
    """What became of one whole write."""
    writer: FilesystemBlobWriter | None = None
    try:
        writer = blob_store(root, disk).begin(sample_key(), size=len(CONTENT), sha256=None)
        for start in range(0, len(CONTENT), 300_000):
            writer.write(CONTENT[start : start + 300_000])
        writer.commit()
    except DomainError as error:
        return error
    except Stopped as end:
        if writer is not None:
            os.close(writer._file)  # as the kernel does
        return end
    return None


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS], ids=errno.errorcode.get)
def test_a_blob_is_there_whole_when_it_was_acknowledged_and_absent_when_it_was_refused(number: int, lasting: bool, tmp_path: Path) -> None:
    first, calls = 0, Failing(0, number=number, lasting=lasting)
    outcomes: set[type[DomainError | Stopped] | None] = set()
    while first == 0 or calls.failed:
        root = tmp_path / f"{first}"
        blob_store(root)
        calls = Failing(first, number=number, lasting=lasting)
        outcome = store_blob(root, Disk(calls, stop))
        outcomes.add(None if outcome is None else type(outcome))
        _judge(root, outcome, calls, number=number, lasting=lasting)
        first += 1
    assert first > 10
    assert outcomes == {None, Stopped, Unavailable if number in {errno.EIO, errno.EROFS} else StorageFull}


def _judge(root: Path, outcome: DomainError | Stopped | None, calls: Failing, *, number: int, lasting: bool) -> None:
    if isinstance(outcome, DomainError) and not lasting:
        assert list((root / ".incoming").iterdir()) == [], calls.failed
    assert isinstance(outcome, Stopped) == ("sync" in calls.failed)
    store = blob_store(root)
    assert list((root / ".incoming").iterdir()) == [], calls.failed
    if outcome is None:
        assert read_all(store, sample_key()) == CONTENT
    elif isinstance(outcome, DomainError):
        with pytest.raises(NotFound):
            store.head(sample_key())
    again = store_blob(root)  # there is room again, or another process
    assert again is None or (not isinstance(outcome, DomainError) and isinstance(again, AlreadyExists))
    assert read_all(store, sample_key()) == CONTENT


def test_a_failed_fsync_is_not_tried_again(tmp_path: Path) -> None:
    blob_store(tmp_path)
    for first in range(100):
        calls = Failing(first, number=errno.EIO, lasting=True)
        outcome = store_blob(tmp_path, Disk(calls, stop))
        if isinstance(outcome, Stopped):
            assert calls.failed == ["sync"]
            return
    pytest.fail("no call was an fsync")


def test_a_full_disk_is_known_before_the_first_byte(tmp_path: Path) -> None:
    class Full(SystemCalls):
        def allocate(self, file: int, size: int) -> None:
            raise OSError(errno.ENOSPC, "")

    with pytest.raises(StorageFull):
        blob_store(tmp_path, Disk(Full())).begin(sample_key(), size=10, sha256=None)
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_a_file_system_that_cannot_reserve_room_is_good_enough(tmp_path: Path) -> None:
    class Plain(SystemCalls):
        def allocate(self, file: int, size: int) -> None:
            raise OSError(errno.EOPNOTSUPP, "")

    assert store_blob(tmp_path, Disk(Plain())) is None


def test_deleting_tells_of_a_disk_that_does_not_answer(tmp_path: Path) -> None:
    store_blob(tmp_path)
    with pytest.raises(Unavailable):
        blob_store(tmp_path, Disk(Failing(0, number=errno.EIO, lasting=True))).delete(sample_key())
    assert read_all(blob_store(tmp_path), sample_key()) == CONTENT


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
def test_a_mail_is_taken_whole_or_refused_as_unavailable(number: int, lasting: bool, tmp_path: Path) -> None:
    first, calls = 0, Failing(0, number=number, lasting=lasting)
    while first == 0 or calls.failed:
        root, calls = tmp_path / f"{first}", Failing(first, number=number, lasting=lasting)
        taken = _takes(partial(FilesystemMailer(root, ManualClock(), disk=Disk(calls, stop)).send, MAIL))
        shown = [sent.mail for sent in FilesystemMailer(root, ManualClock()).newest(to=None, limit=1)]
        assert shown in ([[MAIL]] if taken else [[], [MAIL]])
        FilesystemMailer(root, ManualClock()).send(MAIL)
        assert [sent.mail for sent in FilesystemMailer(root, ManualClock()).newest(to=None, limit=2)] == [MAIL]
        first += 1
    assert first > 7


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
def test_a_key_is_whole_or_not_there(lasting: bool, tmp_path: Path) -> None:
    first, calls = 0, Failing(0, number=errno.EIO, lasting=lasting)
    while first == 0 or calls.failed:
        root, calls = tmp_path / f"{first}", Failing(first, number=errno.EIO, lasting=lasting)
        _takes(partial(FilesystemSecrets(root, disk=Disk(calls, stop)).rotate, Purpose.CURSOR))
        keys = FilesystemSecrets(root).keys(Purpose.CURSOR)
        assert {len(key) for key in keys} == {32}
        assert FilesystemSecrets(root).keys(Purpose.CURSOR) == keys
        first += 1
    assert first > 12


class Refusing(SystemCalls):
    """A disk that takes no new file while `number` is an error."""

    def __init__(self) -> None:
        self.number = 0
        self.refused = 0

    def create(self, name: str, *, directory: int) -> int:
        if self.number:
            self.refused += 1
            raise OSError(self.number, os.strerror(self.number))
        return super().create(name, directory=directory)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES], ids=errno.errorcode.get)
def test_the_old_signing_key_signs_on_while_no_new_one_can_be_kept(number: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    calls = Refusing()
    keys = FilesystemSigningKeys(tmp_path, rotate_every=DAY, disk=Disk(calls))
    old = keys.signing(NOON)
    calls.number = number
    for due in (NOON + DAY, NOON + DAY + MINUTE / 2, NOON + 5 * DAY):
        assert (keys.signing(due), keys.published(due)) == (old, (old,))
    assert calls.refused == 2  # a key costs a tenth of a second to make, so it is not tried again at once
    assert [record.getMessage() for record in caplog.records] == ["no new signing key can be kept; the one before signs on"] * 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]
    calls.number = 0
    new, also_published = keys.published(NOON + 5 * DAY + MINUTE)
    assert (new == old, also_published) == (False, old)


def test_without_any_signing_key_nothing_is_signed(tmp_path: Path) -> None:
    calls = Refusing()
    calls.number = errno.ENOSPC
    keys = FilesystemSigningKeys(tmp_path / "keys", disk=Disk(calls))
    with pytest.raises(Unavailable):
        keys.signing(NOON)
    calls.number = 0
    assert keys.published(NOON) == (keys.signing(NOON),)


def _takes(act: Callable[[], None]) -> bool:
    try:
        act()
    except (Unavailable, Stopped):
        return False
    return True


@pytest.mark.parametrize(
    "make",
    [blob_store, lambda root: FilesystemMailer(root, ManualClock()), FilesystemSecrets, FilesystemSigningKeys],
    ids=["blobs", "mails", "secrets", "signing keys"],
)
def test_what_a_dead_writer_left_is_removed_by_the_next_process(make: Callable[[Path], object], tmp_path: Path) -> None:
    folder = tmp_path / ".incoming" if make is blob_store else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / f"{TEMPORARY_PREFIX}dead").write_bytes(b"half of it")
    (folder / f"{TEMPORARY_PREFIX}planted").symlink_to(tmp_path / "elsewhere")
    make(tmp_path)
    assert [path.name for path in folder.iterdir()] == [f"{TEMPORARY_PREFIX}planted"]


def test_a_failed_fsync_ends_the_process_with_one_line_and_status_70(tmp_path: Path) -> None:
    program = """
import sys
from functools import partial
from pathlib import Path
from demobackend.adapters.filesystem.disk import TEMPORARY_PREFIX, Disk, SystemCalls
from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.ports.secrets import Purpose
class Broken(SystemCalls):
    def sync(self, file):
        raise OSError(5, "")
FilesystemSecrets(Path(sys.argv[1]), disk=Disk(Broken())).keys(Purpose.CURSOR)
print("acknowledged")
"""
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (70, "")
    assert ended.stderr.splitlines() == ["demobackend: fsync failed (EIO); stopping, because going on could lose what was promised"]
