"""Faults happen where and how the plan says, and a test can let every call fail in turn."""

import importlib
import inspect
import pkgutil
from typing import Protocol

import pytest

from demobackend import ports
from demobackend.adapters.memory.account_store import MemoryAccountStore
from demobackend.adapters.memory.audit_trail import MemoryAuditTrail
from demobackend.adapters.memory.blob_store import MemoryBlobStore
from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.ids import SequentialIds
from demobackend.adapters.memory.secrets import MemorySecrets
from demobackend.adapters.memory.session_store import MemorySessionStore
from demobackend.adapters.signed_urls import UrlSigner
from demobackend.domain.model.blob import BlobKey
from demobackend.domain.model.errors import NotFound, Unavailable
from demobackend.ports.account_store import AccountStore
from demobackend.testing.contracts.blob_gateway import StoreWithGateway, write
from demobackend.testing.contracts.blob_store import sample_key
from demobackend.testing.faults import (
    RAISES_NOTHING,
    Fault,
    advancing,
    every_single_fault,
    fault_at,
    fault_in,
    faulty,
    no_faults,
    outage,
    seeded_faults,
)
from demobackend.testing.samples import MINUTE, sample_account, sample_event, sample_session


def blob_store() -> StoreWithGateway:
    clock = ManualClock()
    return MemoryBlobStore(UrlSigner("http://127.0.0.1:1", MemorySecrets(), clock), clock)


def test_a_fault_before_keeps_the_call_from_being_carried_out() -> None:
    store = MemoryAccountStore(MemoryAuditTrail())
    with pytest.raises(Unavailable):
        faulty(store, fault_at(1, Fault.BEFORE)).create(sample_account(), audit=sample_event())
    with pytest.raises(NotFound):
        store.get(sample_account().id)


def test_a_fault_after_loses_the_answer_and_keeps_the_effect() -> None:
    store = MemoryAccountStore(MemoryAuditTrail())
    with pytest.raises(Unavailable):
        faulty(store, fault_at(1, Fault.AFTER)).create(sample_account(), audit=sample_event())
    assert store.get(sample_account().id) == sample_account()


def test_a_fault_after_loses_a_refusal_too() -> None:
    with pytest.raises(Unavailable):
        faulty(MemoryAccountStore(MemoryAuditTrail()), fault_at(1, Fault.AFTER)).get(sample_account().id)


def test_a_delay_lets_time_pass_and_carries_the_call_out() -> None:
    clock, store = ManualClock(), MemoryAccountStore(MemoryAuditTrail())
    start = clock.now()
    faulty(store, fault_at(1, Fault.DELAY, pause=advancing(clock.advance, MINUTE))).create(sample_account(), audit=sample_event())
    assert clock.now() - start == MINUTE
    assert store.get(sample_account().id) == sample_account()


def test_calls_are_counted_over_all_ports_that_share_a_plan() -> None:
    faults = fault_at(2, Fault.BEFORE)
    accounts, sessions = faulty(MemoryAccountStore(MemoryAuditTrail()), faults), faulty(MemorySessionStore(MemoryAuditTrail()), faults)
    accounts.create(sample_account(), audit=sample_event())
    with pytest.raises(Unavailable):
        sessions.create(sample_session(), audit=sample_event())
    sessions.create(sample_session(), audit=sample_event())
    assert [call.name for call in faults.calls] == ["MemoryAccountStore.create", "MemorySessionStore.create", "MemorySessionStore.create"]
    assert [call.number for call in faults.fired] == [2]


def test_a_method_can_be_named() -> None:
    for name in ("get", "MemoryAccountStore.get"):
        store = faulty(MemoryAccountStore(MemoryAuditTrail()), fault_in(name, Fault.BEFORE, times=2))
        store.create(sample_account(), audit=sample_event())
        for _ in range(2):
            with pytest.raises(Unavailable):
                store.get(sample_account().id)
        assert store.get(sample_account().id) == sample_account()


def test_an_outage_lasts_until_it_is_ended() -> None:
    faults = outage()
    store = faulty(MemoryAccountStore(MemoryAuditTrail()), faults)
    for _ in range(3):
        with pytest.raises(Unavailable):
            store.create(sample_account(), audit=sample_event())
    faults.is_active = False
    store.create(sample_account(), audit=sample_event())
    assert len(faults.calls) == 3


def test_the_same_seed_gives_the_same_faults_and_about_the_share_that_was_asked_for() -> None:
    def fired(seed: int) -> list[int]:
        faults = seeded_faults(seed, share=0.3)
        store = faulty(MemorySessionStore(MemoryAuditTrail()), faults)
        for number in range(300):
            try:
                store.create(sample_session(number), audit=sample_event(number))
            except Unavailable:
                continue
        return [call.number for call in faults.fired]

    assert fired(1) == fired(1) != fired(2)
    assert 45 < len(fired(1)) < 135


def test_every_call_fails_once_in_each_way_and_the_last_plan_does_not_fire() -> None:
    def use(store: AccountStore) -> None:
        store.create(sample_account(1), audit=sample_event())
        store.get(sample_account(1).id)
        store.find(sample_account(1).email.canonical)

    failed: list[tuple[str, Fault | None]] = []
    plans = 0
    for faults in every_single_fault():
        plans += 1
        try:
            use(faulty(MemoryAccountStore(MemoryAuditTrail()), faults))
        except Unavailable:
            failed += [(call.name.partition(".")[2], call.fault) for call in faults.fired]
    assert failed == [(name, fault) for fault in (Fault.BEFORE, Fault.AFTER) for name in ("create", "get", "find")]
    assert plans == 2 * (3 + 1)


def test_a_write_under_way_fails_in_the_plan_of_the_store_that_began_it() -> None:
    content, outcomes = b"abc", []
    for faults in every_single_fault(Fault.AFTER):
        store = blob_store()
        try:
            write(faulty(store, faults), sample_key(), content)
        except Unavailable:
            outcomes.append((faults.fired[0].name.partition(".")[2], _is_stored(store, sample_key())))
    assert outcomes == [("begin", False), ("write", False), ("commit", True)]


def test_a_walk_breaks_off_after_its_first_step() -> None:
    store = blob_store()
    for number in range(3):
        write(store, sample_key(number), b"x")
    later = store.head(sample_key(0)).stored_at + MINUTE
    walk = faulty(store, fault_at(1, Fault.AFTER)).keys_stored_before(later)
    assert next(walk) == sample_key(0)
    with pytest.raises(Unavailable):
        next(walk)


def test_what_promises_to_raise_nothing_never_fails_and_is_not_counted() -> None:
    faults = outage()
    clock = faulty(ManualClock(), faults)
    assert clock.now() == ManualClock().now()
    assert faulty(SequentialIds(ManualClock()), faults).new() == SequentialIds(ManualClock()).new()
    assert faults.calls == ()


def test_the_methods_that_never_fail_are_those_whose_ports_say_so() -> None:
    modules = [importlib.import_module(f"{ports.__name__}.{module.name}") for module in pkgutil.iter_modules(ports.__path__)]
    protocols = [kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass) if Protocol in kind.__bases__]
    methods = [(kind.__name__, *named) for kind in protocols for named in inspect.getmembers(kind, inspect.isfunction)]
    silent = {f"{port}.{name}" for port, name, method in methods if "Raises nothing." in (method.__doc__ or "")}
    assert silent == RAISES_NOTHING


def test_a_method_fails_though_another_port_lets_one_of_its_name_off() -> None:
    class Records:
        """No `PasswordHasher` and no `BlobWriter`, though two of its methods have their names."""

        def is_outdated(self) -> bool:
            return False

        def discard(self) -> None:
            """Nothing to do."""

    faults = outage()
    records = faulty(Records(), faults)
    for call in (records.is_outdated, records.discard):
        with pytest.raises(Unavailable):
            call()
    assert len(faults.calls) == 2


def test_without_faults_calls_are_only_counted() -> None:
    faults = no_faults()
    store = faulty(MemoryAccountStore(MemoryAuditTrail()), faults)
    store.create(sample_account(), audit=sample_event())
    assert store.get(sample_account().id) == sample_account()
    assert len(faults.calls) == 2
    assert faults.fired == ()


def _is_stored(store: StoreWithGateway, key: BlobKey) -> bool:
    try:
        return store.head(key).size > 0
    except NotFound:
        return False
