"""Every use case under a single fault at every call of every port: afterwards, with one sweep, nothing is lost, orphaned or half made."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.domain.model.account import DisplayName, NewPassword
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import Corrupt, DomainError, NotConfirmed, Unavailable
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.upload import Upload
from demobackend.domain.use_cases.events.note_arrival import NoteArrival
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.domain.use_cases.users.profile import ProfileEdit
from demobackend.testing.faults import every_single_fault, faulty
from demobackend.testing.people import PASSWORD, add_file, mailed_codes, put_bytes, register, settle, sign_in
from demobackend.testing.world import Stores, World, local_stores, memory_stores

ADA = EmailAddress("ada@example.test")
NEW = EmailAddress("new@example.test")
FAR = timedelta(days=400)


@dataclass(frozen=True)
class Scene:
    """What was there before the use case ran."""

    who: Caller
    file: File
    trashed: File
    pending: Upload
    arrived: Upload
    refresh_token: str


def scene(world: World) -> Scene:
    """A person with an available, a trashed and two pending files, one with its bytes, and a newcomer who waits for a code."""
    tokens = sign_in(world, ADA.given)
    who = world.authenticate(tokens.access)
    file = add_file(world, who, b"hello world", name="kept.txt")
    trashed = world.files.trash(who, add_file(world, who, name="old.txt").id, ANY)[0]
    _, pending, _ = world.files.create(who, NewFile(name=FileName("pending.txt"), size=7))
    _, arrived, _ = world.files.create(who, NewFile(name=FileName("arrived.txt"), size=7))
    put_bytes(world.stores.gateway, arrived.key, b"arrived")
    settle(world)
    register(world, NEW.given)
    return Scene(who, file, trashed, pending, arrived, tokens.refresh)


type Act = Callable[[World, Scene], object]


def sweep_late(world: World, _: Scene) -> object:
    world.clock.advance(timedelta(days=40))
    return world.events.sweep()


def arrive_late(world: World, before: Scene) -> object:
    NoteArrival(world.stores.feed, world.clock)(before.arrived.key)
    world.clock.advance(timedelta(minutes=15))
    return world.process_changes()


def project(world: World, before: Scene) -> object:
    world.stores.catalog.replace(before.file.trashed(world.clock.now()), expected=before.file.revision)
    return world.process_changes()


ACTS: dict[str, Act] = {
    "register": lambda world, _: world.users.register(EmailAddress("abe@example.test"), NewPassword(PASSWORD), None),
    "register_again": lambda world, _: world.users.register(NEW, NewPassword(PASSWORD), None),
    "register_known": lambda world, _: world.users.register(ADA, NewPassword(PASSWORD), None),
    "confirm": lambda world, _: world.users.confirm_registration(NEW, mailed_codes(world, NEW.given)[0], network="test"),
    "confirm_wrongly": lambda world, _: world.users.confirm_registration(NEW, "wrong", network="test"),
    "resend": lambda world, _: world.users.resend_confirmation(NEW),
    "login": lambda world, _: world.users.login(ADA, PASSWORD, network="test"),
    "login_wrongly": lambda world, _: world.users.login(ADA, "wrong password", network="test"),
    "refresh": lambda world, before: world.users.refresh(before.refresh_token),
    "logout": lambda world, before: world.users.logout(before.refresh_token),
    "get_me": lambda world, before: world.users.get_me(before.who),
    "update_me": lambda world, before: world.users.update_me(before.who, ProfileEdit(display_name=DisplayName("Ada"))),
    "create_file": lambda world, before: world.files.create(before.who, NewFile(name=FileName("new.txt"), size=3)),
    "complete_upload": lambda world, before: world.files.complete_upload(before.who, before.arrived.file_id, before.arrived.id),
    "complete_without_bytes": lambda world, before: world.files.complete_upload(before.who, before.pending.file_id, before.pending.id),
    "abort_upload": lambda world, before: world.files.abort_upload(before.who, before.arrived.file_id, before.arrived.id),
    "list_files": lambda world, before: world.files.list(before.who, FileFilter(), FileOrder.NEWEST, limit=10, after=None),
    "get_file": lambda world, before: world.files.get(before.who, before.file.id),
    "update_file": lambda world, before: world.files.update(before.who, before.file.id, FileEdit(name=FileName("b.txt")), ANY),
    "trash_file": lambda world, before: world.files.trash(before.who, before.file.id, ANY),
    "restore_file": lambda world, before: world.files.restore(before.who, before.trashed.id),
    "link_file": lambda world, before: world.files.link(before.who, before.file.id, Disposition.ATTACHMENT),
    "usage": lambda world, before: world.files.usage(before.who),
    "search": lambda world, before: world.search.search(before.who, "hello", SearchConditions(), limit=10, after=None),
    "authenticate": lambda world, _: world.authenticate("no token"),
    "confirm_upload": arrive_late,
    "project_file_change": project,
    "sweep": sweep_late,
}


def stores_of(family: str, clock: ManualClock, folder: Path) -> Stores:
    if family == "memory":
        return memory_stores(clock)
    folder.mkdir()
    return local_stores(clock, folder)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize("family", ["memory", "local"])
def test_after_any_single_fault_one_sweep_leaves_nothing_broken(family: str, act: Act, tmp_path: Path) -> None:
    fired = 0
    for number, faults in enumerate(every_single_fault()):
        clock = ManualClock()
        stores = stores_of(family, clock, tmp_path / str(number))
        bare = World(stores, clock)
        before = scene(bare)
        with suppress(DomainError):
            act(World(stores, clock, wrap=lambda port, _: faulty(port, faults)), before)  # noqa: B023 - used within the round
        fired += len(faults.fired)
        faults.is_active = False
        assert_a_retry_is_told_the_truth(bare, before, act)
        assert_whole(bare, before)
        stores.close()
    assert fired > 0


def assert_a_retry_is_told_the_truth(world: World, before: Scene, act: Act) -> None:
    try:
        act(world, before)
    except (Unavailable, Corrupt) as error:
        raise AssertionError("a second try fails though nothing is wrong any more") from error
    except DomainError:
        pass  # refused for a reason that holds, such as a file that is gone by now


def assert_whole(world: World, before: Scene) -> None:
    world.clock.advance(timedelta(hours=1))  # every lease and every back-off is over
    settle(world)
    world.clock.advance(timedelta(days=2))
    world.events.sweep()
    settle(world)
    files = everything(world, before.who)
    assert_usage_is_the_sum(world, before.who, files)
    assert_bytes_match_files(world, files)
    assert_the_index_agrees(world, before.who, files)
    for address in (ADA, NEW, EmailAddress("abe@example.test")):
        assert_no_account_is_half_made(world, address)


def everything(world: World, who: Caller) -> list[File]:
    listed = [
        world.files.list(who, FileFilter(status=status), FileOrder.NEWEST, limit=100, after=None).items
        for status in (FileStatus.PENDING, FileStatus.AVAILABLE, FileStatus.TRASHED)
    ]
    return [file for page in listed for file in page]


def assert_usage_is_the_sum(world: World, who: Caller, files: list[File]) -> None:
    usage, _ = world.files.usage(who)
    kept = [file.size for file in files if file.status is not FileStatus.PENDING]
    assert (usage.bytes_used, usage.files_used) == (sum(kept), len(kept))
    assert (usage.bytes_reserved, usage.files_reserved) == (0, 0)
    assert len(kept) == len(files)


def assert_bytes_match_files(world: World, files: list[File]) -> None:
    stored = set(world.stores.blobs.keys_stored_before(world.clock.now() + FAR))
    assert stored == {file.blob for file in files}
    assert all(world.stores.blobs.head(file.blob).size == file.size for file in files)


def assert_the_index_agrees(world: World, who: Caller, files: list[File]) -> None:
    found = world.stores.index
    for file in files:
        hits = world.search.search(who, f"name:{file.name.value}", SearchConditions(), limit=100, after=None)
        expected = file.status is FileStatus.AVAILABLE
        assert (file.id in {hit.file.id for hit in hits.found}) is expected
        assert found.text_of(file.owner_id, file.id, version=file.version) is None or expected


def assert_no_account_is_half_made(world: World, address: EmailAddress) -> None:
    """Whoever owns the address can come in: at once, or by registering anew."""
    with suppress(NotConfirmed, DomainError):
        world.users.login(address, PASSWORD, network="check")
        return
    register(world, address.given)
    world.users.confirm_registration(address, mailed_codes(world, address.given)[0], network="check")
    world.users.login(address, PASSWORD, network="check")
