"""What the README promises, as a new person would type it."""

from collections.abc import Callable

from tests.end_to_end.walk import PHRASE, pdf
from tests.entrypoints.cli.command import PASSWORD, CommandLine

EMAIL = "new@example.test"


def test_a_new_person_gets_from_registration_to_a_file_found_by_its_third_page(newcomer: Callable[[], CommandLine]) -> None:
    person = newcomer()
    document = pdf()
    (person.home / "report.pdf").write_bytes(document)

    assert f"demobackend confirm {EMAIL}" in person.well("register", EMAIL, "--password-stdin", stdin=PASSWORD.encode() + b"\n").stderr
    code = person.well("mailbox", "--to", EMAIL).rows[0][0]
    assert f"demobackend login {EMAIL}" in person.well("confirm", EMAIL, code).stderr
    person.well("login", EMAIL, variables={"DEMOBACKEND_PASSWORD": PASSWORD})
    assert person.well("whoami").rows[0][0] == EMAIL

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
