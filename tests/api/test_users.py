"""Registration, sign-in, sessions and profiles, as a client meets them."""

from datetime import timedelta
from typing import Any

import pytest

from demobackend.adapters.memory.clock import ManualClock
from demobackend.api.gate import Rules
from demobackend.api.operation import Access, Operation
from demobackend.api.operations.table import OPERATIONS
from demobackend.testing.client import Answered, Client
from demobackend.testing.people import PASSWORD, mailed_codes, sign_in
from demobackend.testing.world import World, memory_stores

ADA = "ada@example.test"


def register(client: Client, email: str = ADA, password: str = PASSWORD, **more: object) -> Answered:
    return client("POST", "/v1/auth/register", body={"email": email, "password": password, **more})


def confirm(client: Client, code: str, email: str = ADA) -> Answered:
    return client("POST", "/v1/auth/confirm", body={"email": email, "code": code})


def login(client: Client, email: str = ADA, password: str = PASSWORD) -> Answered:
    return client("POST", "/v1/auth/login", body={"email": email, "password": password})


def refresh(client: Client, token: str) -> Answered:
    return client("POST", "/v1/auth/refresh", body={"refresh_token": token})


def signed_in(world: World, client: Client) -> dict[str, Any]:
    register(client)
    confirm(client, mailed_codes(world, ADA)[0])
    tokens: dict[str, Any] = login(client).json["tokens"]
    return tokens


def same(answer: Answered) -> tuple[int, bytes]:
    """Status and bytes, but for what names the request."""
    request_id = answer.header("x-request-id") or ""
    return answer.status, answer.reply.body.replace(request_id.encode(), b"")


def test_registration_confirmation_and_sign_in(world: World, nobody: Client) -> None:
    answer = register(nobody, display_name="Ada")
    assert answer.status == 202
    assert answer.json == {"status": "confirmation_required", "delivery": {"medium": "email", "destination": "a***@***.test"}}
    assert login(nobody).code == "not_confirmed"
    assert confirm(nobody, mailed_codes(world, ADA)[0]).status == 204
    signed = login(nobody)
    assert signed.status == 200
    assert signed.json["status"] == "signed_in"
    assert signed.json["tokens"].keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    me = Client(world.dispatch, signed.json["tokens"]["access_token"])("GET", "/v1/me")
    assert (me.status, me.json["email"], me.json["display_name"]) == (200, ADA, "Ada")


def test_a_known_address_is_answered_like_an_unknown_one(world: World, nobody: Client) -> None:
    signed_in(world, nobody)
    known = [
        register(nobody),
        nobody("POST", "/v1/auth/confirm/resend", body={"email": ADA}),
        confirm(nobody, "000000"),
        login(nobody, password="wrong password"),
    ]
    other = "abe@example.test"
    unknown = [
        nobody("POST", "/v1/auth/register", body={"email": other, "password": PASSWORD}),
        nobody("POST", "/v1/auth/confirm/resend", body={"email": "ann@example.test"}),
        confirm(nobody, "000000", email="ann@example.test"),
        login(nobody, email="ann@example.test"),
    ]
    assert [same(answer) for answer in known] == [same(answer) for answer in unknown]


def test_the_owner_of_a_known_address_is_told_and_keeps_the_password(world: World, nobody: Client) -> None:
    signed_in(world, nobody)
    register(nobody, password="another fine phrase")
    assert world.stores.mailbox.newest(to=ADA, limit=1)[0].mail.subject == "You are registered already"
    assert (login(nobody).status, login(nobody, password="another fine phrase").status) == (200, 401)


def test_registering_again_before_confirming_takes_the_new_password_and_code(world: World, nobody: Client) -> None:
    register(nobody)
    register(nobody, password="another fine phrase")
    new, old = mailed_codes(world, ADA)[:2]
    assert new == old or confirm(nobody, old).status == 422
    assert confirm(nobody, new).status == 204
    assert (login(nobody).status, login(nobody, password="another fine phrase").status) == (401, 200)


def test_a_resent_code_replaces_the_one_before(world: World, nobody: Client) -> None:
    register(nobody)
    nobody("POST", "/v1/auth/confirm/resend", body={"email": ADA})
    new, old = mailed_codes(world, ADA)[:2]
    assert new == old or confirm(nobody, old).status == 422
    assert confirm(nobody, new).status == 204


def test_a_code_that_is_wrong_used_expired_spent_or_unknown_is_refused_alike(world: World, nobody: Client) -> None:
    register(nobody)
    code = mailed_codes(world, ADA)[0]
    wrong = "000000" if code != "000000" else "000001"
    refusals = [confirm(nobody, wrong)]
    confirm(nobody, code)
    refusals.append(confirm(nobody, code))
    register(nobody, email="abe@example.test")
    late = mailed_codes(world, "abe@example.test")[0]
    world.clock.advance(timedelta(minutes=10))
    refusals += [confirm(nobody, late, email="abe@example.test"), confirm(nobody, "123456", email="nobody@example.test")]
    assert {same(refusal) for refusal in refusals} == {same(refusals[0])}
    assert (refusals[0].status, refusals[0].code) == (422, "invalid_code")


def test_the_fifth_wrong_try_kills_the_code(world: World, nobody: Client) -> None:
    register(nobody)
    code = mailed_codes(world, ADA)[0]
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert confirm(nobody, wrong).status == 422
    assert confirm(nobody, code).status == 422


def test_ten_wrong_passwords_lock_every_spelling_of_an_address(world: World, nobody: Client) -> None:
    signed_in(world, nobody)
    spellings = ["ada@example.test", "ADA@EXAMPLE.TEST", "Ada@Example.Test", "ａda@example.test"]
    for number in range(10):
        assert login(nobody, email=spellings[number % 4], password="wrong password").status == 401
    locked = login(nobody)
    assert (locked.status, locked.code) == (429, "locked")
    assert int(locked.header("retry-after") or 0) > 0
    world.clock.advance(timedelta(minutes=15))
    assert login(nobody).status == 200


def test_nine_wrong_passwords_do_not_lock(world: World, nobody: Client) -> None:
    signed_in(world, nobody)
    for _ in range(9):
        login(nobody, password="wrong password")
    assert login(nobody).status == 200


def test_a_refresh_rotates_and_its_parent_repeats_the_current_token_for_ten_seconds(world: World, nobody: Client) -> None:
    first = signed_in(world, nobody)["refresh_token"]
    second = refresh(nobody, first)
    assert second.status == 200
    assert second.json.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    world.clock.advance(timedelta(seconds=10))
    assert refresh(nobody, first).json["refresh_token"] == second.json["refresh_token"] != first


def test_reuse_beyond_the_grace_ends_the_family_with_its_access_tokens(world: World, nobody: Client) -> None:
    tokens = signed_in(world, nobody)
    second = refresh(nobody, tokens["refresh_token"]).json
    world.clock.advance(timedelta(seconds=10, milliseconds=1))
    reused = refresh(nobody, tokens["refresh_token"])
    assert (reused.status, reused.header("www-authenticate") is not None) == (401, True)
    assert refresh(nobody, second["refresh_token"]).status == 401
    assert Client(world.dispatch, second["access_token"])("GET", "/v1/me").status == 401


def test_a_grandparent_ends_the_family_at_once(world: World, nobody: Client) -> None:
    first = signed_in(world, nobody)["refresh_token"]
    second = refresh(nobody, first).json["refresh_token"]
    third = refresh(nobody, second).json["refresh_token"]
    assert refresh(nobody, first).status == 401
    assert [refresh(nobody, token).status for token in (second, third)] == [401, 401]


def test_a_logout_ends_the_session_and_an_unknown_token_is_fine(world: World, nobody: Client) -> None:
    tokens = signed_in(world, nobody)
    other = login(nobody).json["tokens"]
    for token in (tokens["refresh_token"], tokens["refresh_token"], "unknown"):
        assert nobody("POST", "/v1/auth/logout", body={"refresh_token": token}).status == 204
    assert refresh(nobody, tokens["refresh_token"]).status == 401
    assert Client(world.dispatch, tokens["access_token"])("GET", "/v1/me").status == 401
    assert Client(world.dispatch, other["access_token"])("GET", "/v1/me").status == 200


def test_an_access_token_dies_when_its_time_is_over(world: World, nobody: Client) -> None:
    client = Client(world.dispatch, signed_in(world, nobody)["access_token"])
    world.clock.advance(timedelta(minutes=15) - timedelta(seconds=1))
    assert client("GET", "/v1/me").status == 200
    world.clock.advance(timedelta(seconds=1))
    assert client("GET", "/v1/me").status == 401


def test_a_registration_under_a_key_is_carried_out_once(world: World, nobody: Client) -> None:
    body = {"email": ADA, "password": PASSWORD}
    for _ in range(2):
        assert nobody("POST", "/v1/auth/register", body=body, headers={"idempotency-key": "k"}).status == 202
    assert len(mailed_codes(world, ADA)) == 1


@pytest.mark.parametrize(
    ("password", "status"), [("zq" * 6, 202), ("zq" * 5 + "z", 422), ("zq" * 64, 202), ("zq" * 64 + "z", 422), ("password1234", 422)]
)
def test_a_password_has_12_to_128_characters_and_is_not_a_common_one(password: str, status: int, nobody: Client) -> None:
    assert register(nobody, password=password).status == status


def test_long_passwords_are_told_apart_to_the_last_character(world: World, nobody: Client) -> None:
    register(nobody, password="zq" * 63 + "ab")
    confirm(nobody, mailed_codes(world, ADA)[0])
    assert [login(nobody, password="zq" * 63 + end).status for end in ("ab", "ac", "a", "abc")] == [200, 401, 401, 401]


def test_a_display_name_is_changed_cleared_and_guarded_by_if_match(world: World, ada: Client) -> None:
    before = ada("GET", "/v1/me")
    named = ada("PATCH", "/v1/me", body={"display_name": "Ada L."}, headers={"if-match": before.header("etag") or ""})
    assert (named.status, named.json["display_name"]) == (200, "Ada L.")
    assert ada("PATCH", "/v1/me", body={"display_name": "x"}, headers={"if-match": before.header("etag") or ""}).status == 412
    assert ada("PATCH", "/v1/me", body={}).json == named.json
    assert ada("PATCH", "/v1/me", body={"display_name": None}).json["display_name"] is None


@pytest.mark.parametrize("field", ["id", "email", "roles", "status", "plan", "password_hash", "revision", "created_at"])
def test_no_server_owned_field_can_be_set(field: str, ada: Client) -> None:
    before = ada("GET", "/v1/me").json
    values: list[object] = [None, [], 0, "admin"]
    for value in values:
        assert ada("PATCH", "/v1/me", body={field: value}).status == 422
    assert ada("GET", "/v1/me").json == before


@pytest.mark.parametrize("operation", [operation for operation in OPERATIONS if operation.access is Access.PUBLIC], ids=lambda o: o.name)
def test_public_operations_on_accounts_are_throttled_per_network_and_no_others(operation: Operation[Any]) -> None:
    clock = ManualClock()
    world = World(memory_stores(clock), clock, rules=Rules(public_calls=1))
    near, far = Client(world.dispatch, network="192.0.2.7"), Client(world.dispatch, network="192.0.2.8")
    body: dict[str, str] | None = {} if operation.body else None
    statuses = [client(operation.method, operation.path, body=body).status for client in (near, near, far)]
    expected = [False, operation.path.startswith("/v1/auth/"), False]
    assert [status == 429 for status in statuses] == expected


def test_a_network_has_three_thousand_public_calls_a_minute(world: World) -> None:
    near = Client(world.dispatch, network="192.0.2.7")
    statuses = [near("POST", "/v1/auth/logout", body={"refresh_token": "x"}).status for _ in range(3_001)]
    assert (statuses[2_999], statuses[3_000]) == (204, 429)
    world.clock.advance(timedelta(minutes=1))
    assert near("POST", "/v1/auth/logout", body={"refresh_token": "x"}).status == 204


def test_a_refusal_to_sign_in_says_how_to(nobody: Client) -> None:
    answer = login(nobody, password="wrong password")
    assert (answer.status, answer.header("www-authenticate") is not None) == (401, True)


def test_a_signed_in_caller_is_throttled_on_their_own(world: World, ada: Client, eve: Client) -> None:
    statuses = [ada("GET", "/v1/me").status for _ in range(501)]
    assert (statuses[499], statuses[500]) == (200, 429)
    assert eve("GET", "/v1/me").status == 200
    world.clock.advance(timedelta(seconds=1))
    assert ada("GET", "/v1/me").status == 200


def test_a_token_of_another_session_store_is_refused(world: World, nobody: Client) -> None:
    token = sign_in(world, ADA).access
    assert Client(world.dispatch, token + "x")("GET", "/v1/me").status == 401
