"""What the README promises, as a new person would type it."""

from collections.abc import Callable

from tests.entrypoints.cli.command import CommandLine
from tests.entrypoints.cli.walk import walk

EMAIL = "new@example.test"


def test_a_new_person_gets_from_registration_to_a_file_found_by_its_third_page(newcomer: Callable[[], CommandLine]) -> None:
    person = newcomer()
    walk(person, EMAIL, lambda: person.well("mailbox", "--to", EMAIL).rows[0][0])
