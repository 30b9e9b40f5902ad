"""The bundled list of common passwords: what is on it, and its form."""

import unicodedata
from importlib.resources import files

import pytest

from demobackend.domain.model.account import MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS, NewPassword
from demobackend.domain.model.common_passwords import is_common
from demobackend.domain.model.errors import InvalidInput

LINES = files("demobackend.domain.model").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
LISTED = [line for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password1234", "PASSWORDPASSWORD", "123456789012", "1234567890123", "111111111111", "qwertyuiop12",
        "qwertyuiop123", "1qaz2wsx3edc", "1q2w3e4r5t6y", "qwerty123456", "iloveyou1234", "administrator", "letmein12345",
        "welcome12345", "abcdefghijkl", "password2026!", "abc123abc123", "contraseña123",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_common_in_any_case(password: str) -> None:
    assert is_common(password)
    with pytest.raises(InvalidInput):
        NewPassword(password)


@pytest.mark.parametrize(
    "password", ["tidal-walnut-orbit-42", "x7#Lm2!qPz9w", "mein Fahrrad ist grün", "пароль подлиннее", "東京の夜景は綺麗です本当に"]
)
def test_what_nobody_tries_first_is_not(password: str) -> None:
    assert not is_common(password)
    assert NewPassword(password).value == password


def test_the_list_holds_some_thousand_passwords_once_each_in_order() -> None:
    assert 1_000 < len(LISTED) < 10_000
    assert sorted(set(LISTED)) == LISTED


def test_every_entry_is_one_that_a_new_password_could_equal() -> None:
    useless = [
        entry
        for entry in LISTED
        if not MIN_PASSWORD_CHARACTERS <= len(entry) <= MAX_PASSWORD_CHARACTERS or unicodedata.normalize("NFC", entry).casefold() != entry
    ]
    assert useless == []


def test_the_list_says_where_it_is_from() -> None:
    header = "\n".join(line for line in LINES if line.startswith("#"))
    assert all(word in header for word in ("django", "zxcvbn", "MIT", "BSD"))
