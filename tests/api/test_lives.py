"""What a client is handed dies when it is said to."""

from datetime import datetime, timedelta

from demobackend.testing.client import Client
from demobackend.testing.people import add_file, caller, sign_in
from demobackend.testing.world import World

ADA = "ada@example.test"


def test_a_cursor_dies_after_a_day(world: World, ada: Client) -> None:
    for _ in range(2):
        ada("POST", "/v1/files", body={"name": "a.txt", "size": 1})
    target = f"/v1/files?limit=1&cursor={ada('GET', '/v1/files?limit=1').json['next_cursor']}"
    codes = []
    for wait in (timedelta(hours=24) - timedelta(seconds=1), timedelta(seconds=1)):
        world.clock.advance(wait)
        answer = Client(world.dispatch, sign_in(world, ADA).access)("GET", target)
        codes.append("found" if answer.status == 200 else answer.code)
    assert codes == ["found", "invalid_cursor"]


def test_a_download_link_lives_for_at_most_five_minutes(world: World, ada: Client) -> None:
    file = add_file(world, caller(world, ADA))
    link = ada("GET", f"/v1/files/{file.id}/link").json
    life = datetime.fromisoformat(link["expires_at"]) - world.clock.now()
    assert timedelta(0) < life <= timedelta(minutes=5)


def test_the_signature_of_an_upload_lives_for_fifteen_minutes(world: World, ada: Client) -> None:
    upload = ada("POST", "/v1/files", body={"name": "a.txt", "size": 1}).json["upload"]
    assert datetime.fromisoformat(upload["expires_at"]) - world.clock.now() == timedelta(minutes=15)
