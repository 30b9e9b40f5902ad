"""Backups: taken while the server runs, whole or not at all, and put back so that nothing is missing."""

import json
import shutil
from pathlib import Path

import pytest
from tests.entrypoints.cli.command import CommandLine, serving

from demobackend.composition.backup import back_up, restore_backup
from demobackend.composition.backup_format import BackupRefused
from demobackend.composition.build import build
from demobackend.composition.settings import Settings, load_settings
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import NotFound
from demobackend.domain.model.names import MediaType
from demobackend.testing.samples import MINUTE, sample_upload

CONTENT = b"seventeen herons crossed the estuary\n" * 100_000
KEY: BlobKey = sample_upload().key


def test_after_a_backup_a_wipe_and_a_restore_everything_is_there_again(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(CONTENT)
    with serving(tmp_path) as server:
        person = CommandLine(tmp_path, server.api).signed_up("careful@example.test")
        [[file_id, _]] = person.well("put", "notes.txt", "--wait").rows
        mails = person.well("mailbox").rows
        told = person.well("backup", "copy", "--data", str(server.data), "--json").json
        assert told["damaged"] == []
        refused = person("restore-backup", "copy", "--data", str(server.data))
        assert (refused.status, "A server is using" in refused.stderr) == (1, True)
    port = int(server.api.rpartition(":")[2])
    shutil.rmtree(server.data)

    told_next = person.well("restore-backup", "copy", "--data", str(server.data)).stderr
    assert told_next.endswith(f"Start the server with: demobackend serve --data {server.data}\n")
    with serving(tmp_path, port=port):
        person.well("get", file_id, "-o", "again.txt")
        assert (tmp_path / "again.txt").read_bytes() == CONTENT
        assert [row[0] for row in person.well("search", '"herons crossed"').rows] == [file_id]
        assert person.well("mailbox").rows == mails
        person.sign_in("careful@example.test")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory with one blob and one key in it."""
    settings = load_settings(profile="local", data=tmp_path / "data")
    application = build(settings)
    writer = application.blobs.gateway.begin(KEY, size=len(CONTENT), sha256=None)
    writer.write(CONTENT)
    writer.commit()
    application.blobs.signer.sign_upload(KEY, size=1, media_type=MediaType(), sha256=None, life=MINUTE)
    application.close()
    return settings


@pytest.fixture
def backup(settings: Settings, tmp_path: Path) -> Path:
    """A backup of it."""
    back_up(settings, tmp_path / "backup", on_copied=_uncounted)
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a data directory that does not exist."""
    return settings.model_copy(update={"data": tmp_path / "elsewhere"})


def _uncounted(_size: int) -> None:
    return None


def _blob_in(folder: Path) -> Path:
    [path] = (path for path in (folder / "blobs").rglob("*") if path.is_file())
    return path


def test_a_backup_holds_the_plain_bytes_for_its_owner_alone(backup: Path) -> None:
    assert _blob_in(backup).read_bytes() == CONTENT
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]} == {0}


def test_copied_bytes_are_counted(settings: Settings, tmp_path: Path) -> None:
    counted: list[int] = []
    made = back_up(settings, tmp_path / "counted", on_copied=counted.append)
    assert sum(counted) == sum(facts.size for facts in made.files.values()) > len(CONTENT)


def test_a_damaged_blob_is_left_out_and_named_and_the_rest_is_saved(settings: Settings, tmp_path: Path) -> None:
    blob = _blob_in(settings.data)
    with blob.open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\0\0")
    made = back_up(settings, tmp_path / "saved", on_copied=_uncounted)
    assert made.damaged == (KEY.text,)
    assert (tmp_path / "saved" / "demobackend.db").exists()
    assert not any(path.is_file() for path in (tmp_path / "saved" / "blobs").rglob("*"))


def test_where_there_is_no_data_there_is_no_backup(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        back_up(elsewhere, tmp_path / "nothing", on_copied=_uncounted)
    assert list(tmp_path.iterdir()) == [tmp_path / "data"]


@pytest.mark.parametrize("target", ["data/backup", "backup"])
def test_a_backup_goes_neither_into_its_own_data_nor_over_another(settings: Settings, backup: Path, target: str) -> None:
    with pytest.raises(BackupRefused):
        back_up(settings, backup.parent / target, on_copied=_uncounted)


def test_what_is_in_memory_is_not_backed_up(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused):
        back_up(settings.model_copy(update={"profile": "memory"}), tmp_path / "nothing", on_copied=_uncounted)


def test_a_restored_blob_has_its_bytes_and_its_key(backup: Path, elsewhere: Settings) -> None:
    restore_backup(elsewhere, backup, on_copied=_uncounted)
    application = build(elsewhere)
    with application.blobs.gateway.read(KEY) as stream:
        assert stream.read() == CONTENT
    application.close()


@pytest.mark.parametrize("part", ["demobackend.db", "blobs", "keys"])
@pytest.mark.parametrize("harm", ["changed", "cut", "missing"])
def test_a_backup_that_is_not_as_it_was_made_is_refused_and_leaves_nothing(backup: Path, elsewhere: Settings, part: str, harm: str) -> None:
    victim = next(path for path in (backup / part, *(backup / part).rglob("*")) if path.is_file())
    content = victim.read_bytes()
    match harm:
        case "changed":
            victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "cut":
            victim.write_bytes(content[:-1])
        case _:
            victim.unlink()
    with pytest.raises(BackupRefused):
        restore_backup(elsewhere, backup, on_copied=_uncounted)
    assert {path.name for path in backup.parent.iterdir()} == {"data", "backup"}


@pytest.mark.parametrize("name", ["../outside", "keys/../../outside", "/etc/passwd", "blobs/../outside/x", "keys/.hidden", "other/file"])
def test_a_manifest_that_points_elsewhere_is_refused(backup: Path, elsewhere: Settings, name: str) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"][name] = {"size": 0, "sha256": "0" * 64}
    (backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupRefused):
        restore_backup(elsewhere, backup, on_copied=_uncounted)


@pytest.mark.parametrize(
    "text", [None, "{", "[]", '{"format": 2, "damaged": [], "files": {}}', '{"format": 1, "damaged": [], "files": {}}']
)
def test_without_a_sound_manifest_there_is_no_backup(backup: Path, elsewhere: Settings, text: str | None) -> None:
    (backup / "manifest.json").unlink()
    if text is not None:
        (backup / "manifest.json").write_text(text)
    with pytest.raises(BackupRefused):
        restore_backup(elsewhere, backup, on_copied=_uncounted)


def test_a_restore_never_touches_a_directory_that_holds_anything(backup: Path, elsewhere: Settings) -> None:
    elsewhere.data.mkdir()
    (elsewhere.data / "precious").touch()
    with pytest.raises(BackupRefused):
        restore_backup(elsewhere, backup, on_copied=_uncounted)
    assert [path.name for path in elsewhere.data.iterdir()] == ["precious"]
