"""How each of the twins begins: two people, some files in each state, and the names by which requests refer to them."""

from datetime import timedelta

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.names import FileName, MediaType, Tags
from demobackend.domain.model.revision import ANY
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.testing.client import Client
from demobackend.testing.people import PASSWORD, add_file, register, settle, sign_in
from demobackend.testing.world import World

OWN_FILES = 12


def begin(world: World) -> dict[str, str]:
    """Make people and files, and return what they are called: `token`, `file_1` …, `pending`, `trashed`, `cursor` and so on."""
    ada, eve = sign_in(world, "ada@example.test"), sign_in(world, "eve@example.test")
    names = {"token": ada.access, "refresh": ada.refresh, "eve_token": eve.access, "altered_token": ada.access[:-2] + "xx"}
    names["spare"] = world.users.login(EmailAddress("ada@example.test"), PASSWORD, network="test").refresh  # a session that may end
    register(world, "unconfirmed@example.test")
    caller = world.authenticate(ada.access)
    for number in range(1, OWN_FILES + 1):
        world.clock.advance(timedelta(seconds=1))
        file = add_file(world, caller, b"seventeen herons", name=f"report {number}.txt", tags=("birds", f"tag {number}"))
        names[f"file_{number}"] = file.id
    other = world.authenticate(eve.access)
    add_file(world, other, name="diary.txt")
    names["eve_file"] = add_file(world, other, name="secret.txt").id
    names |= _unfinished(world, caller)
    settle(world)
    file = world.stores.catalog.get(caller.user_id, add_file(world, caller, name="marked.txt").id)
    names |= {"file": file.id, "etag": f'"{file.revision}"'}
    return names | _cursors(world, ada.access, eve.access)


def _unfinished(world: World, caller: Caller) -> dict[str, str]:
    new = NewFile(name=FileName("pending.bin"), size=7, media_type=MediaType(), tags=Tags(("later",)))
    pending, upload, _ = world.files.create(caller, new)
    aborted, taken_back, _ = world.files.create(caller, new)
    world.files.abort_upload(caller, aborted.id, taken_back.id)
    trashed, _ = world.files.trash(caller, add_file(world, caller, name="trashed.txt").id, ANY)
    return {"pending": pending.id, "upload": upload.id, "aborted": aborted.id, "aborted_upload": taken_back.id, "trashed": trashed.id}


def _cursors(world: World, token: str, other_token: str) -> dict[str, str]:
    def cursor(bearer: str, target: str) -> str:
        found: str | None = Client(world.dispatch, bearer)("GET", target).json["next_cursor"]
        return found or "none"

    own = cursor(token, "/v1/files?limit=2")
    return {
        "cursor": own,
        "altered_cursor": ("B" if own[0] == "A" else "A") + own[1:],
        "tagged_cursor": cursor(token, "/v1/files?limit=2&tag=birds"),
        "search_cursor": cursor(token, "/v1/search?q=herons&limit=2"),
        "other_cursor": cursor(other_token, "/v1/files?limit=1"),
    }
