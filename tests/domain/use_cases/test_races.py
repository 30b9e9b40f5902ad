"""Callers that come at the same moment: one wins, the others are told the truth, nothing is half done."""

from functools import partial

import pytest

from demobackend.domain.model.caller import Caller
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidCode, Locked, VersionConflict
from demobackend.domain.model.file import File
from demobackend.domain.model.names import FileName
from demobackend.domain.model.revision import Expected
from demobackend.domain.model.upload import Upload
from demobackend.domain.use_cases.files.change_files import FileEdit
from demobackend.domain.use_cases.files.create_file import NewFile
from demobackend.testing.people import add_file, caller, mailed_codes, put_bytes, register, sign_in
from demobackend.testing.races import race, refusals, winners
from demobackend.testing.world import World

ROUNDS = 200


def _refreshed(world: World, token: str, _: int) -> str:
    return world.users.refresh(token).refresh


def _confirmed(world: World, email: EmailAddress, code: str, _: int) -> None:
    world.users.confirm_registration(email, code, network="test")


def _completed(world: World, who: Caller, upload: Upload, _: int) -> int:
    return world.files.complete_upload(who, upload.file_id, upload.id).revision


def test_fifty_refreshes_of_one_token_give_one_family_head(world: World) -> None:
    token = sign_in(world, "ada@example.test").refresh
    for _ in range(ROUNDS):
        outcomes = race(partial(_refreshed, world, token))
        assert not refusals(outcomes)
        heads = set(winners(outcomes))
        assert len(heads) == 1
        assert heads != {token}
        token = heads.pop()


def test_fifty_uses_of_one_code_give_one_success(world: World) -> None:
    for number in range(20):
        email = EmailAddress(f"ada{number}@example.test")
        register(world, email.given)
        code = mailed_codes(world, email.given)[0]
        outcomes = race(partial(_confirmed, world, email, code))
        assert len(winners(outcomes)) == 1
        assert set(refusals(outcomes)) <= {InvalidCode, Locked}


def test_a_code_does_not_outlive_fifty_wrong_guesses_made_at_once(world: World) -> None:
    email = EmailAddress("ada@example.test")
    register(world, email.given)
    code = mailed_codes(world, email.given)[0]
    wrong = [guess for guess in (f"{number:06d}" for number in range(100)) if guess != code]
    outcomes = race(lambda number: world.users.confirm_registration(email, wrong[number], network="test"))
    assert not winners(outcomes)
    with pytest.raises((InvalidCode, Locked)):
        world.users.confirm_registration(email, code, network="test")


def test_of_two_updates_with_one_if_match_one_wins(world: World) -> None:
    who = caller(world)
    file = add_file(world, who)
    for number in range(50):
        expected = Expected(frozenset({file.revision}))

        def rename(side: int, number: int = number, file: File = file, expected: Expected = expected) -> int:
            return world.files.update(who, file.id, FileEdit(name=FileName(f"{side}-{number}.txt")), expected)[0].revision

        outcomes = race(rename, callers=2)
        assert len(winners(outcomes)) == 1
        assert refusals(outcomes) == {VersionConflict: 1}
        file = world.files.get(who, file.id)[0]


def test_two_completes_of_one_upload_are_one(world: World) -> None:
    who = caller(world)
    for number in range(20):
        _, upload, _ = world.files.create(who, NewFile(name=FileName(f"{number}.txt"), size=5))
        put_bytes(world.stores.gateway, upload.key, b"hello")
        outcomes = race(partial(_completed, world, who, upload), callers=2)
        assert winners(outcomes) == [2, 2]
        assert world.files.usage(who)[0].files_used == number + 1
