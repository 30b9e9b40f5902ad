"""Keys as files: who may read them, who makes them when many start at once, and when they change."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.secrets import Purpose
from demobackend.testing.samples import MILLISECOND, MINUTE, NOON

DAYS = timedelta(days=1)
ROTATION = 90 * DAYS
AHEAD = 10 * MINUTE
TOKEN_LIFE = 15 * MINUTE
PROCESSES = 4


def signing_keys(root: Path) -> FilesystemSigningKeys:
    return FilesystemSigningKeys(root, rotate_every=ROTATION, publish_ahead=AHEAD, token_life=TOKEN_LIFE)


def modes(root: Path) -> tuple[int, set[int]]:
    """Permissions of the directory and of what is in it."""
    return root.stat().st_mode & 0o777, {path.stat().st_mode & 0o777 for path in root.iterdir()}


def in_processes(program: str, root: Path) -> set[str]:
    """What several processes print that go on at the same moment, when all of them are ready."""
    command = [sys.executable, "-c", program, str(root)]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return {process.communicate(timeout=60)[0] for process in started}


# ------------------------------------------------------------------------------------------------ symmetric keys


def test_keys_outlive_the_process(tmp_path):
    keys = FilesystemSecrets(tmp_path / "keys").keys(Purpose.CURSOR)
    assert FilesystemSecrets(tmp_path / "keys").keys(Purpose.CURSOR) == keys


@pytest.mark.parametrize(
    "make", [lambda root: FilesystemSecrets(root).rotate(Purpose.CURSOR), lambda root: signing_keys(root).signing(NOON)]
)
def test_nobody_else_on_the_machine_may_read_a_key(make: Callable[[Path], object], tmp_path):
    make(tmp_path / "keys")
    assert modes(tmp_path / "keys") == (0o700, {0o600})


def test_a_rotated_key_verifies_until_the_next_rotation(tmp_path):
    secrets, other_process = FilesystemSecrets(tmp_path), FilesystemSecrets(tmp_path)
    (first,) = secrets.keys(Purpose.CURSOR)
    secrets.rotate(Purpose.CURSOR)
    second, previous = other_process.keys(Purpose.CURSOR)
    assert previous == first
    other_process.rotate(Purpose.CURSOR)
    third, previous = secrets.keys(Purpose.CURSOR)
    assert previous == second
    assert len({first, second, third}) == 3


def test_rotation_leaves_other_purposes_alone(tmp_path):
    secrets = FilesystemSecrets(tmp_path)
    keys = secrets.keys(Purpose.BLOB_URL)
    secrets.rotate(Purpose.CURSOR)
    assert secrets.keys(Purpose.BLOB_URL) == keys


def test_processes_that_start_at_once_share_one_key(tmp_path):
    program = """
import sys
from pathlib import Path
from demobackend.adapters.filesystem.secrets import FilesystemSecrets
from demobackend.ports.secrets import Purpose
print("ready", flush=True)
sys.stdin.readline()
print([key.hex() for key in FilesystemSecrets(Path(sys.argv[1])).keys(Purpose.CURSOR)])
"""
    told = in_processes(program, tmp_path / "keys")
    assert len(told) == 1
    assert FilesystemSecrets(tmp_path / "keys").keys(Purpose.CURSOR)[0].hex() in told.pop()


@pytest.mark.parametrize("content", [b"", b"\n", b"ab\n", b"zz" * 32, b"ab" * 32 + b"\n" + b"ab", b"\xff" * 64])
def test_a_damaged_key_file_is_told_and_not_replaced(content, tmp_path):
    (tmp_path / "cursor.keys").write_bytes(content)
    for call in (FilesystemSecrets(tmp_path).keys, FilesystemSecrets(tmp_path).rotate):
        with pytest.raises(Unavailable):
            call(Purpose.CURSOR)
    assert (tmp_path / "cursor.keys").read_bytes() == content


def test_a_planted_link_in_place_of_a_key_is_not_followed(tmp_path):
    (tmp_path / "mine").write_bytes(b"ab" * 32)
    (tmp_path / "cursor.keys").symlink_to(tmp_path / "mine")
    with pytest.raises(Unavailable):
        FilesystemSecrets(tmp_path).keys(Purpose.CURSOR)


# ------------------------------------------------------------------------------------------------ signing keys


def test_signing_keys_outlive_the_process(tmp_path):
    key = signing_keys(tmp_path).signing(NOON)
    assert signing_keys(tmp_path).signing(NOON + 80 * DAYS) == key


def test_the_first_key_signs_at_once(tmp_path):
    keys = signing_keys(tmp_path)
    assert keys.published(NOON) == (keys.signing(NOON),)
    assert keys.signing(NOON).made_at == NOON


def test_a_new_key_is_published_when_the_old_one_is_old_enough_and_signs_ten_minutes_later(tmp_path):
    keys = signing_keys(tmp_path)
    old = keys.signing(NOON)
    assert keys.published(NOON + ROTATION - MILLISECOND) == (old,)
    new, also_published = keys.published(NOON + ROTATION)
    assert also_published == old
    assert keys.signing(NOON + ROTATION + AHEAD - MILLISECOND) == old
    assert keys.signing(NOON + ROTATION + AHEAD) == new


def test_an_old_key_is_published_until_its_last_token_is_over(tmp_path):
    keys = signing_keys(tmp_path)
    old = keys.signing(NOON)
    end = NOON + ROTATION + AHEAD + TOKEN_LIFE
    keys.signing(NOON + ROTATION)
    assert old in keys.published(end - MILLISECOND)
    assert old not in keys.published(end)
    assert len(keys.published(end)) == 1


def test_a_server_that_slept_through_many_rotations_makes_one_key(tmp_path):
    keys = signing_keys(tmp_path)
    old = keys.signing(NOON)
    late = NOON + 5 * ROTATION
    assert keys.signing(late) == old
    assert len(keys.published(late)) == 2


def test_another_processs_new_key_is_seen_at_once(tmp_path):
    one, other = signing_keys(tmp_path), signing_keys(tmp_path)
    one.signing(NOON)
    other.signing(NOON)
    assert one.published(NOON + ROTATION) == other.published(NOON + ROTATION)
    assert len(one.published(NOON + ROTATION)) == 2


def test_processes_that_start_at_once_share_one_signing_key(tmp_path):
    program = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from demobackend.adapters.filesystem.signing_keys import FilesystemSigningKeys
at = datetime(2040, 1, 1, tzinfo=UTC)
keys = FilesystemSigningKeys(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(keys.signing(at).id, [key.id for key in keys.published(at)])
"""
    assert len(in_processes(program, tmp_path / "keys")) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_foreign_files_among_signing_keys_are_passed_over(tmp_path):
    keys = signing_keys(tmp_path)
    key = keys.signing(NOON)
    (tmp_path / "README").write_text("x")
    (tmp_path / "old.pem").write_text("x")
    assert keys.published(NOON) == signing_keys(tmp_path).published(NOON) == (key,)


def test_a_directory_that_cannot_be_used_is_unavailable(tmp_path):
    (tmp_path / "keys").write_text("no directory")
    for call in (lambda: FilesystemSecrets(tmp_path / "keys").keys(Purpose.CURSOR), lambda: signing_keys(tmp_path / "keys").signing(NOON)):
        with pytest.raises(Unavailable):
            call()
