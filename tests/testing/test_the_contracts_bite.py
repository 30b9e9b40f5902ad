"""A contract is worth what it catches: every wrong adapter is caught, and none of the sound ones is."""

import importlib
import inspect
import pkgutil

import pytest

from demobackend.testing import contracts, mutants
from demobackend.testing.contracts.contract import Contract
from demobackend.testing.mutants.verdict import failures_of, first_failure_of

MODULES = [importlib.import_module(f"{mutants.__name__}.{module.name}") for module in pkgutil.iter_modules(mutants.__path__)]
WRONG = [mutant for module in MODULES for mutant in getattr(module, "MUTANTS", ())]
BINDINGS = [
    kind
    for module in MODULES
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if kind.__module__ == module.__name__ and issubclass(kind, Contract)
]
SOUND = [binding for binding in BINDINGS if binding.__name__.startswith("Sound")]
CONTRACTS = [
    kind
    for module in pkgutil.iter_modules(contracts.__path__, f"{contracts.__name__}.")
    for name, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
    if kind.__module__ == module.name and name.endswith("Contract") and kind is not Contract
]
LEAST = 3


def name_of(binding: type[Contract]) -> str:
    return binding.__name__


@pytest.mark.parametrize("mutant", WRONG, ids=name_of)
def test_a_wrong_adapter_is_caught(mutant: type[Contract]) -> None:
    assert first_failure_of(mutant) is not None


@pytest.mark.parametrize("binding", SOUND, ids=name_of)
def test_a_sound_adapter_keeps_the_whole_contract(binding: type[Contract]) -> None:
    assert list(failures_of(binding)) == []


@pytest.mark.parametrize("contract", CONTRACTS, ids=name_of)
def test_every_contract_has_at_least_three_wrong_adapters_and_a_sound_one(contract: type[Contract]) -> None:
    """What is wrong by a contract that adds promises counts for the one that it adds them to, where one of those is broken."""
    wrong = [mutant for mutant in WRONG if contract in mutant.__bases__ or (issubclass(mutant, contract) and breaks(mutant, contract))]
    assert len(wrong) >= LEAST
    assert [binding for binding in SOUND if issubclass(binding, contract)]


def breaks(mutant: type[Contract], contract: type[Contract]) -> bool:
    """Whether it breaks a promise of this contract itself, not one that another contract adds."""
    return any(hasattr(contract, failure) for failure in failures_of(mutant))


def test_every_wrong_adapter_is_in_its_modules_list() -> None:
    assert set(BINDINGS) - set(SOUND) == set(WRONG)
