"""What happened to an account, as an operator reads it beside the running server."""

from collections.abc import Callable
from pathlib import Path

from tests.entrypoints.cli.command import PASSWORD, CommandLine, Server


def test_an_operator_reads_what_happened_to_an_account(member: Callable[[], CommandLine], server: Server) -> None:
    person = member()
    person.well("logout")
    rows = person.well("audit", person.email, "--data", str(server.data)).rows
    assert [action for _, action, _, _ in rows] == ["signed_out", "signed_in", "confirmed", "registered"]
    session = rows[0][2]
    assert [row[2] for row in rows] == [session, session, "-", "-"]


def test_the_newest_come_first_and_no_more_than_asked_for(member: Callable[[], CommandLine], server: Server) -> None:
    person = member()
    person.well("login", person.email, variables={"DEMOBACKEND_PASSWORD": PASSWORD})
    told = person.well("audit", person.email, "--data", str(server.data), "--limit", "2", "--json").json
    assert [each["action"] for each in told["items"]] == ["signed_in", "signed_in"]
    assert told["items"][0]["id"] > told["items"][1]["id"]


def test_an_account_can_be_named_by_its_id(member: Callable[[], CommandLine], server: Server) -> None:
    person = member()
    user_id = person.well("whoami", "--json").json["id"]
    by_address, by_id = (person.well("audit", who, "--data", str(server.data), "--json").json for who in (person.email, user_id))
    assert by_id == by_address


def test_an_account_that_is_not_there_is_not_found_and_no_data_is_made(
    newcomer: Callable[[], CommandLine], server: Server, tmp_path: Path
) -> None:
    nobody = newcomer()
    unknown = nobody("audit", "nobody@example.test", "--data", str(server.data))
    absent = nobody("audit", "nobody@example.test", "--data", str(tmp_path / "absent"))
    assert (unknown.status, unknown.stderr.splitlines()[0]) == (4, "error: There is no such account here.")
    assert (absent.status, absent.stderr.splitlines()[0]) == (4, f"error: There is no data in {tmp_path / 'absent'}.")
    assert not (tmp_path / "absent").exists()
