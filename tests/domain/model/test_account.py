"""Addresses, passwords, codes and display names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demobackend.domain.model.account import DisplayName, NewPassword, typed_password
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import InvalidInput

SAME = [
    "ada@example.test",
    "Ada@Example.TEST",
    "ADA@EXAMPLE.test",
    "\uff41da@example.test",
    "ada@ex\uff41mple.test",
    "ａｄａ＠ｅｘａｍｐｌｅ．ｔｅｓｔ",
]
BAD = [
    "",
    "ada",
    "@example.test",
    "ada@",
    "ada@example",
    "a da@example.test",
    "ada@exa mple.test",
    "a@b@example.test",
    "ada@.test",
    "ada@example..test",
    "ada@-example.test",
    "ada@example.test\n",
    "ada@[127.0.0.1]",
    "ada@127.0.0.1",
    ".ada@example.test",
    "ada.@example.test",
    "a..b@example.test",
    '"a b"@example.test',
    "a\r\nBcc: x@example.test",
    "a\x00@example.test",
    "x" * 65 + "@example.test",
    "a@" + "b" * 64 + ".test",
    "a@" + "b." * 125 + "test",
    "x" * 100_000,
    "a\u202e@example.test",
    "ada@example.test,eve@example.test",
    "<ada@example.test>",
]


@pytest.mark.parametrize("given_address", SAME)
def test_every_spelling_of_an_address_is_one_account(given_address: str) -> None:
    assert EmailAddress(given_address).canonical == "ada@example.test"


def test_a_plus_part_and_dots_are_other_addresses() -> None:
    assert len({EmailAddress(a).canonical for a in ["ada@example.test", "ada+x@example.test", "a.da@example.test"]}) == 3


def test_a_domain_in_another_script_is_kept_in_its_ascii_form() -> None:
    assert EmailAddress("ada@bücher.test").canonical == "ada@xn--bcher-kva.test"


@pytest.mark.parametrize("address", BAD)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        EmailAddress(address)
    assert refusal.value.violations[0].code == "invalid_email"


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused_and_canonical_forms_are_stable(text: str) -> None:
    try:
        canonical = EmailAddress(text).canonical
    except InvalidInput:
        return
    assert EmailAddress(canonical).canonical == canonical


def test_a_masked_address_shows_one_character_and_the_top_level() -> None:
    assert EmailAddress("ada@example.test").masked == "a***@***.test"


@pytest.mark.parametrize("password", ["x" * 11, "x" * 129, "password1234", "PASSWORD1234", "a\ud800" + "x" * 12])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        NewPassword(password)
    assert refusal.value.violations[0].code == "weak_password"


@pytest.mark.parametrize("password", ["zq" * 6, "zq" * 64, "            ab", "пароль-длинный", "🙂" * 12])
def test_any_characters_make_a_password(password: str) -> None:
    assert NewPassword(password).value == password


def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    assert NewPassword("e\u0301" * 12).value == typed_password("\u00e9" * 12)


def test_a_typed_password_beyond_the_limit_is_never_cut_to_a_right_one() -> None:
    assert typed_password("zq" * 64 + "more") != NewPassword("zq" * 64).value


def test_a_password_never_shows_in_a_repr() -> None:
    assert "secret" not in repr(NewPassword("a secret phrase"))


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb", "a\0b"])
def test_a_bad_display_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        DisplayName(name)


def test_a_display_name_has_at_most_200_characters() -> None:
    assert DisplayName("x" * 200).value == "x" * 200
