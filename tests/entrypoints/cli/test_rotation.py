"""Keys are rotated beside the running server, and what the keys before signed holds until the next time."""

from pathlib import Path

import pytest
from tests.entrypoints.cli.command import CommandLine, Server, serving

from demobackend_cli.transfers import got_bytes


@pytest.fixture
def keys(server: Server) -> Path:
    return server.data / "keys"


def rotate(person: CommandLine, server: Server) -> list[str]:
    """The purposes whose keys are new."""
    told: list[str] = person.well("rotate-keys", "--data", str(server.data), "--json").json["rotated"]
    return told


def test_each_key_is_new_and_the_one_before_stays_beside_it(ada: CommandLine, server: Server, keys: Path) -> None:
    ada.well("search", "word")
    before = {path.stem: path.read_text().splitlines() for path in keys.glob("*.keys")}
    assert sorted(rotate(ada, server)) == ["blob_url", "cursor", "refresh_token"]
    for path in keys.glob("*.keys"):
        new, previous = path.read_text().splitlines()
        assert previous == before.get(path.stem, [previous])[0] != new


def test_one_rotation_signs_nobody_out_and_a_second_one_whoever_did_not_come_back_between_them(tmp_path: Path) -> None:
    for name in ("ada", "eve"):
        (tmp_path / name).mkdir()
    with serving(tmp_path) as server:
        ada, eve = (CommandLine(tmp_path / name, server.api).signed_up(f"{name}@example.test") for name in ("ada", "eve"))
        rotate(ada, server)
        ada.outdate()
        ada.well("whoami")
        rotate(ada, server)
        for person in (ada, eve):
            person.outdate()
        assert (ada("whoami").status, eve("whoami").status) == (0, 3)


def test_a_link_from_before_a_rotation_leads_to_its_bytes(ada: CommandLine, server: Server, note: Path) -> None:
    from demobackend_cli.api import Api, get
    from demobackend_cli.credentials import CredentialFile
    from demobackend_cli.origins import origin_from
    from demobackend_cli.session import Session
    from demobackend_cli.wire import Link

    [[file_id, _]] = ada.well("put", str(note)).rows
    with Api(origin_from(server.api)) as api:
        link = Session(api, CredentialFile(ada.credentials.parent)).ask(get(f"/v1/files/{file_id}/link")).read(Link)
    rotate(ada, server)
    with got_bytes(link["url"]) as chunks:
        assert b"".join(chunks) == note.read_bytes()


def test_keys_that_are_not_on_this_machine_are_not_rotated_here(tmp_path: Path) -> None:
    told = CommandLine(tmp_path, "").with_variables(DEMOBACKEND_PROFILE="memory")("rotate-keys")
    assert (told.status, told.stderr.startswith("error: secrets.kind=memory keeps no keys in files")) == (1, True)
    assert list(tmp_path.iterdir()) == []
