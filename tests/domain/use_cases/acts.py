"""Every use case in action, over people and files that are there already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from demobackend.domain.model.account import DisplayName, NewPassword
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.change import MAX_ATTEMPTS, Change, ChangeKind
from demobackend.domain.model.disposition import Disposition
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import BytesMissing, InvalidCode, InvalidCredentials, Unauthenticated, Unavailable
from demobackend.domain.model.file import File
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import ANY
from demobackend.domain.model.upload import Upload
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.domain.use_cases.users.profile import ProfileEdit
from demobackend.testing.client import Client
from demobackend.testing.faults import faulty, outage
from demobackend.testing.people import PASSWORD, add_file, mailed_codes, put_bytes, register, settle, sign_in
from demobackend.testing.world import World

ADA = EmailAddress("ada@example.test")
NEW = EmailAddress("new@example.test")
ABE = EmailAddress("abe@example.test")


@dataclass(frozen=True)
class Scene:
    """What was there before the use case ran."""

    who: Caller
    file: File
    trashed: File
    pending: Upload
    arrived: Upload
    refresh_token: str
    access_token: str
    code: str


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
    return Scene(who, file, trashed, pending, arrived, tokens.refresh, tokens.access, mailed_codes(world, NEW.given)[0])


type Act = Callable[[World, Scene], object]


def unharmed(world: World) -> World:
    """The same stores without their faults."""
    return World(world.stores, world.clock)


def sweep_late(world: World, _: Scene) -> object:
    world.clock.advance(timedelta(days=40))
    return world.events.sweep()


def arrive_late(world: World, before: Scene) -> object:
    world.note_arrival(before.arrived.key)
    world.clock.advance(timedelta(minutes=15))
    return world.process_changes()


def complete(world: World, before: Scene) -> File:
    return world.files.complete_upload(before.who, before.arrived.file_id, before.arrived.id)


def index(world: World, before: Scene) -> object:
    complete(unharmed(world), before)
    return world.process_changes()


def unindexable(world: World) -> World:
    """The same world, but that its index takes nothing."""
    stores = replace(world.stores, index=faulty(world.stores.index, outage()))
    return World(stores, world.clock, wrap=world.wrap)


def index_in_vain(world: World, before: Scene) -> object:
    complete(unharmed(world), before)
    return unindexable(world).process_changes()


def give_up(world: World, before: Scene) -> object:
    complete(unharmed(world), before)
    for _ in range(1, MAX_ATTEMPTS):
        unindexable(unharmed(world)).process_changes()
        world.clock.advance(timedelta(days=1))
    return unindexable(world).process_changes()


def trash(world: World, before: Scene) -> object:
    world.stores.catalog.replace(before.file.trashed(world.clock.now()), expected=before.file.revision)
    return world.process_changes()


def forget(world: World, before: Scene) -> object:
    upload = before.pending
    unharmed(world).files.abort_upload(before.who, upload.file_id, upload.id)
    return world.events.handle_change(Change(kind=ChangeKind.FILE_CHANGED, owner_id=upload.owner_id, file_id=upload.file_id, revision=1))


def create_under_a_key(world: World, before: Scene, *, size: int = 3) -> object:
    """By way of the API, whose keys and limits are ports too. Raises `Unavailable`."""
    client = Client(world.dispatch, before.access_token)
    answer = client("POST", "/v1/files", body={"name": "keyed.txt", "size": size}, headers={"idempotency-key": "k"})
    if answer.status == 503:
        raise Unavailable
    assert answer.status in ({201, 409} if size <= world.plan.max_file_bytes else {413, 409})  # a key may still be held
    return answer


ACTS: dict[str, Act] = {
    "register": lambda world, _: world.users.register(ABE, NewPassword(PASSWORD), None),
    "register_again": lambda world, _: world.users.register(NEW, NewPassword(PASSWORD), None),
    "register_known": lambda world, _: world.users.register(ADA, NewPassword(PASSWORD), None),
    "confirm": lambda world, before: world.users.confirm_registration(NEW, before.code, network="test"),
    "confirm_wrongly": lambda world, _: world.users.confirm_registration(NEW, "wrong", network="test"),
    "resend": lambda world, _: world.users.resend_confirmation(NEW),
    "resend_to_nobody": lambda world, _: world.users.resend_confirmation(ABE),
    "login": lambda world, _: world.users.login(ADA, PASSWORD, network="test"),
    "login_wrongly": lambda world, _: world.users.login(ADA, "wrong password", network="test"),
    "refresh": lambda world, before: world.users.refresh(before.refresh_token),
    "logout": lambda world, before: world.users.logout(before.refresh_token),
    "get_me": lambda world, before: world.users.get_me(before.who),
    "update_me": lambda world, before: world.users.update_me(before.who, ProfileEdit(display_name=DisplayName("Ada"))),
    "authenticate": lambda world, before: world.authenticate(before.access_token),
    "authenticate_wrongly": lambda world, _: world.authenticate("no token"),
    "create_file": lambda world, before: world.files.create(before.who, NewFile(name=FileName("new.txt"), size=3)),
    "create_under_a_key": create_under_a_key,
    "create_too_much_under_a_key": lambda world, before: create_under_a_key(world, before, size=world.plan.max_file_bytes + 1),
    "complete_upload": complete,
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
    "confirm_upload": arrive_late,
    "index": index,
    "index_in_vain": index_in_vain,
    "give_up": give_up,
    "take_out_of_the_index": trash,
    "forget": forget,
    "rebuild_index": lambda world, _: world.events.rebuild_index(read_again=True, on_read=lambda size: None),
    "sweep": sweep_late,
}
REFUSED: Mapping[str, type[Exception]] = {
    "confirm_wrongly": InvalidCode,
    "login_wrongly": InvalidCredentials,
    "authenticate_wrongly": Unauthenticated,
    "complete_without_bytes": BytesMissing,
}
"""The acts that are refused, though nothing fails."""
