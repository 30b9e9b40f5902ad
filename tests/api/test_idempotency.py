"""Idempotency keys, as a client meets them."""

from datetime import timedelta

import pytest

from demobackend.testing.client import Client
from demobackend.testing.people import PASSWORD, add_file, caller, sign_in
from demobackend.testing.world import World

ADA = "ada@example.test"
KEYED = {"idempotency-key": "k"}


def test_an_idempotency_key_is_carried_out_once(ada: Client, eve: Client) -> None:
    body = {"name": "a.txt", "size": 1}
    first = ada("POST", "/v1/files", body=body, headers={"idempotency-key": "k"})
    second = ada("POST", "/v1/files", body=body, headers={"idempotency-key": "k"})
    assert (second.status, second.reply.body, second.header("idempotent-replayed")) == (201, first.reply.body, "true")
    assert (second.header("location"), second.header("etag")) == (first.header("location"), first.header("etag"))
    assert first.header("idempotent-replayed") is None
    assert ada("POST", "/v1/files", body={"name": "b.txt", "size": 1}, headers={"idempotency-key": "k"}).code == "idempotency_key_reused"
    assert eve("POST", "/v1/files", body=body, headers={"idempotency-key": "k"}).header("idempotent-replayed") is None
    assert len(ada("GET", "/v1/files").json["items"]) == 1


@pytest.mark.parametrize(("key", "status"), [("x" * 255, 201), ("x" * 256, 400), ("", 400), ("a b", 400), ("é", 400)])
def test_an_idempotency_key_has_1_to_255_visible_characters(key: str, status: int, ada: Client) -> None:
    assert ada("POST", "/v1/files", body={"name": "a", "size": 1}, headers={"idempotency-key": key}).status == status


def test_a_refused_request_frees_its_idempotency_key(ada: Client) -> None:
    big = {"name": "a", "size": 6 * 1024**3}
    answer = ada("POST", "/v1/files", body=big, headers={"idempotency-key": "k"})
    assert (answer.status, answer.code) == (413, "file_too_large")
    assert ada("POST", "/v1/files", body={"name": "a", "size": 1}, headers={"idempotency-key": "k"}).status == 201


def test_the_file_that_a_path_names_counts_as_body(world: World, ada: Client) -> None:
    who = caller(world, ADA)
    first, second = add_file(world, who), add_file(world, who)
    assert ada("POST", f"/v1/files/{first.id}/restore", headers=KEYED).status == 200
    again = ada("POST", f"/v1/files/{first.id}/restore", headers=KEYED)
    assert (again.status, again.header("idempotent-replayed")) == (200, "true")
    other = ada("POST", f"/v1/files/{second.id}/restore", headers=KEYED)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_key_is_kept_for_a_day(world: World, ada: Client) -> None:
    body = {"name": "a.txt", "size": 1}
    first = ada("POST", "/v1/files", body=body, headers=KEYED).json["file"]["id"]
    ids = []
    for wait in (timedelta(hours=24) - timedelta(seconds=1), timedelta(seconds=1)):
        world.clock.advance(wait)
        later = Client(world.dispatch, sign_in(world, ADA).access)
        ids.append(later("POST", "/v1/files", body=body, headers=KEYED).json["file"]["id"])
    assert [file_id == first for file_id in ids] == [True, False]


def test_a_login_is_never_kept_for_replay(world: World, nobody: Client) -> None:
    sign_in(world, ADA)
    answers = [nobody("POST", "/v1/auth/login", body={"email": ADA, "password": PASSWORD}, headers=KEYED) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json != answers[1].json
    assert answers[1].header("cache-control") == "no-store"


def test_a_refresh_is_never_kept_for_replay(world: World, nobody: Client) -> None:
    body = {"refresh_token": sign_in(world, ADA).refresh}
    answers = [nobody("POST", "/v1/auth/refresh", body=body, headers=KEYED) for _ in range(2)]
    assert [(answer.status, answer.header("idempotent-replayed")) for answer in answers] == [(200, None)] * 2
    assert answers[0].json["access_token"] != answers[1].json["access_token"]
    world.clock.advance(timedelta(seconds=11))
    assert nobody("POST", "/v1/auth/refresh", body=body, headers=KEYED).status == 401
