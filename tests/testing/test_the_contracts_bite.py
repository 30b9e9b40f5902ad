"""A contract is worth what it catches: every wrong adapter is caught, and none of the sound ones is."""

import inspect
from collections import Counter

import pytest

from demobackend.testing import contracts
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.mutants import audit, blobs, endpoint, files, identity, keys, requests, search, sound, system, users
from demobackend.testing.mutants.verdict import failures_of, first_failure_of

MODULES = (audit, blobs, endpoint, files, identity, keys, requests, search, system, users)
WRONG = [mutant for module in MODULES for mutant in module.MUTANTS]
SOUND = [kind for module in (sound, endpoint) for name, kind in inspect.getmembers(module, inspect.isclass) if name.startswith("Sound")]
LEAST = 3


def contract_of(binding: type[Contract]) -> type[Contract]:
    """The contract that a binding binds."""
    return next(kind for kind in binding.__mro__ if kind.__module__.startswith(contracts.__name__))


def name_of(binding: type[Contract]) -> str:
    return binding.__name__


@pytest.mark.parametrize("mutant", WRONG, ids=name_of)
def test_a_wrong_adapter_is_caught(mutant: type[Contract]) -> None:
    assert first_failure_of(mutant) is not None


@pytest.mark.parametrize("binding", SOUND, ids=name_of)
def test_a_sound_adapter_keeps_the_whole_contract(binding: type[Contract]) -> None:
    assert list(failures_of(binding)) == []


@pytest.mark.parametrize("binding", SOUND, ids=name_of)
def test_every_contract_has_at_least_three_wrong_adapters(binding: type[Contract]) -> None:
    assert Counter(map(contract_of, WRONG))[contract_of(binding)] >= LEAST


def test_every_wrong_adapter_is_in_its_modules_list() -> None:
    for module in MODULES:
        written = {kind for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__}
        assert {kind for kind in written if issubclass(kind, Contract)} - set(SOUND) == set(module.MUTANTS)
