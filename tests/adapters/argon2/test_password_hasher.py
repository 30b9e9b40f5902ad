"""Argon2id with OWASP's settings, the same cost for nobody's password, and no more at once than there are cores."""

import os
from contextlib import ExitStack
from datetime import timedelta

import argon2
import pytest

from demobackend.adapters.argon2.password_hasher import Argon2PasswordHasher
from demobackend.domain.model.errors import Unavailable

PASSWORD = "correct horse battery staple"


def cheap(*, memory_kib: int = 64, passes: int = 1, lanes: int = 1) -> Argon2PasswordHasher:
    return Argon2PasswordHasher(memory_kib=memory_kib, passes=passes, lanes=lanes)


def test_the_settings_are_owasps():
    made = argon2.extract_parameters(Argon2PasswordHasher().hash(PASSWORD))
    assert made == argon2.Parameters(argon2.Type.ID, 19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19_456, parallelism=1)


def test_nobodys_hash_costs_what_a_true_one_costs():
    hasher = Argon2PasswordHasher()
    assert argon2.extract_parameters(hasher._nobodys) == argon2.extract_parameters(hasher.hash(PASSWORD))


def test_nobodys_hash_is_really_computed():
    with pytest.raises(Unavailable):  # Argon2 itself refuses to compute one in so little memory
        Argon2PasswordHasher(memory_kib=7).verify(PASSWORD, None)


@pytest.mark.parametrize("weaker", [{"memory_kib": 32}, {"passes": 1}])
def test_a_weaker_hash_is_outdated_and_still_right(weaker):
    today = cheap(passes=2)
    old = cheap(**{"passes": 2, **weaker}).hash(PASSWORD)
    assert today.is_outdated(old)
    assert today.verify(PASSWORD, old)


@pytest.mark.parametrize("stronger", [{"memory_kib": 128}, {"passes": 3}, {"lanes": 2}])
def test_a_stronger_hash_is_not_outdated(stronger):
    assert not cheap(passes=2).is_outdated(cheap(**{"passes": 2, **stronger}).hash(PASSWORD))


@pytest.mark.parametrize("kind", [argon2.Type.I, argon2.Type.D])
def test_another_kind_of_argon2_is_outdated_and_still_right(kind):
    old = argon2.PasswordHasher(time_cost=3, memory_cost=64, parallelism=1, type=kind).hash(PASSWORD)
    assert cheap().is_outdated(old)
    assert cheap().verify(PASSWORD, old)


@pytest.mark.parametrize(
    "unreadable", ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuu", "é", "\0", "$argon2id$v=19$m=64,t=1,p=1$AA"]
)
def test_no_password_is_right_for_a_hash_that_cannot_be_read(unreadable):
    assert not cheap().verify(PASSWORD, unreadable)


def test_nobodys_password_is_not_all_zeros():
    assert not any(cheap().verify(password, None) for password in ("", "\0", "\0" * 32))


def test_any_text_may_be_tried():
    hasher = cheap()
    assert not hasher.verify("\ud800", hasher.hash(PASSWORD))


def test_who_waits_too_long_for_a_core_is_told_so_and_later_served():
    hasher = Argon2PasswordHasher(memory_kib=64, patience=timedelta(milliseconds=5))
    with ExitStack() as busy:
        for _ in range(os.cpu_count() or 1):
            busy.enter_context(hasher._one_core())
        for call in (lambda: hasher.hash(PASSWORD), lambda: hasher.verify(PASSWORD, None)):
            with pytest.raises(Unavailable):
                call()
    assert hasher.verify(PASSWORD, hasher.hash(PASSWORD))


def test_a_refused_hash_frees_its_core():
    hasher = Argon2PasswordHasher(memory_kib=7, patience=timedelta(milliseconds=5))
    for _ in range((os.cpu_count() or 1) + 1):
        with pytest.raises(Unavailable) as refusal:
            hasher.hash(PASSWORD)
        assert isinstance(refusal.value.__cause__, argon2.exceptions.HashingError)
