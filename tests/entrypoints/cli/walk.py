"""The main job as a new person would type it, whatever server or deployment the command line talks to."""

from collections.abc import Callable

from tests.end_to_end.walk import PHRASE, pdf
from tests.entrypoints.cli.command import PASSWORD, CommandLine


def walk(person: CommandLine, email: str, mailed_code: Callable[[], str]) -> None:
    """From registration to a file found by its third page and had back byte for byte. Raises `AssertionError` where the way ends."""
    document = pdf()
    (person.home / "report.pdf").write_bytes(document)

    assert f"demobackend confirm {email}" in person.well("register", email, "--password-stdin", stdin=PASSWORD.encode() + b"\n").stderr
    assert f"demobackend login {email}" in person.well("confirm", email, mailed_code()).stderr
    person.well("login", email, variables={"DEMOBACKEND_PASSWORD": PASSWORD})
    assert person.well("whoami").rows[0][0] == email

    [[file_id, name]] = person.well("put", "report.pdf", "--wait", "--tag", "birds").rows
    assert name == "report.pdf"
    [[found_id, _, snippet]] = person.well("search", f'"{PHRASE}"').rows
    assert found_id == file_id
    assert PHRASE in snippet
    person.well("get", file_id, "-o", "out.pdf")
    assert (person.home / "out.pdf").read_bytes() == document

    person.well("rm", file_id)
    assert person.well("ls").rows == []
    assert person.well("ls", "--status", "trashed").rows[0][0] == file_id
    person.well("restore", file_id)
    assert person.well("ls", "--tag", "birds").rows[0][:2] == [file_id, "report.pdf"]
    person.well("logout")
    assert person("whoami").status == 3
