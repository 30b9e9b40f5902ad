"""Every use case under a single fault at every call of every port: afterwards, with one sweep, nothing is lost, orphaned or half made."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from shutil import copytree
from types import CodeType, FrameType

import pytest
from tests.domain.use_cases.acts import ABE, ACTS, ADA, NEW, REFUSED, Act, Scene, scene

from demobackend.adapters.memory.clock import ManualClock
from demobackend.adapters.memory.mailer import MemoryMailer
from demobackend.adapters.memory.random_source import SeededRandom
from demobackend.domain import use_cases
from demobackend.domain.model.caller import Caller
from demobackend.domain.model.email_address import EmailAddress
from demobackend.domain.model.errors import Corrupt, DomainError, Unavailable
from demobackend.domain.model.file import File, FileStatus
from demobackend.domain.model.listing import FileFilter, FileOrder
from demobackend.domain.use_cases.search.search_files import SearchConditions
from demobackend.testing.faults import RAISES_NOTHING, Faults, every_single_fault, faulty, methods_of_ports, no_faults
from demobackend.testing.people import PASSWORD, mailed_codes, register, settle
from demobackend.testing.world import Stores, World, local_stores, memory_stores

FAR = timedelta(days=400)
PORTS = {
    "accounts": "AccountStore",
    "blobs": "BlobStore",
    "catalog": "FileCatalog",
    "decoy": "Mailer",
    "extractor": "TextExtractor",
    "failures": "RateLimiter",
    "feed": "ChangeFeed",
    "hasher": "PasswordHasher",
    "idempotency": "IdempotencyStore",
    "identity": "IdentityProvider",
    "index": "SearchIndex",
    "issuer": "TokenIssuer",
    "limiter": "RateLimiter",
    "mailer": "Mailer",
    "secrets": "Secrets",
    "sessions": "SessionStore",
    "verifier": "TokenVerifier",
}
"""The ports that a world puts faults around, and what each is."""
NOT_CALLED = {
    *("AuditTrail.page", "ChangeFeed.dead_letters", "ChangeFeed.replay", "Mailbox.newest"),  # by those who look after the stores
    *("ChangeFeed.next_due", "ChangeFeed.release_leases", "Probe.check", "Probe.name", "TokenVerifier.key_set"),  # by the server itself
    *("BlobGateway.begin", "BlobGateway.facts", "BlobGateway.read", "BlobWriter.commit", "BlobWriter.write"),  # by clients, signed
    *("SigningKeys.published", "SigningKeys.signing"),  # by the adapters that issue and verify tokens
}
"""What no use case calls."""


@dataclass(frozen=True)
class Beginning:
    """What every round over the local family begins with: its folder, closed, and what is in it."""

    folder: Path
    scene: Scene
    at: datetime

    def copied(self, folder: Path) -> tuple[Stores, ManualClock, Scene]:
        """The stores as they were. Identifiers and codes begin anew, so they are of a later time and another seed; mail goes to a
        list, since to parse files of it takes longer than all else here."""
        copytree(self.folder, folder)
        clock = ManualClock(self.at + timedelta(seconds=1))
        mailer = MemoryMailer(clock)
        return replace(local_stores(clock, folder), random=SeededRandom(2), mailer=mailer, mailbox=mailer), clock, self.scene


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    clock, folder = ManualClock(), tmp_path_factory.mktemp("beginning")
    stores = local_stores(clock, folder)
    before = scene(World(stores, clock))
    stores.close()
    return Beginning(folder, before, clock.now())


def in_memory() -> tuple[Stores, ManualClock, Scene]:
    clock = ManualClock()
    stores = memory_stores(clock)
    return stores, clock, scene(World(stores, clock))


def performed(act: Act) -> tuple[set[tuple[str, str]], set[CodeType]]:
    """The ports' methods that an act calls where a fault could strike, and all the functions that it runs."""
    called, ran = set[tuple[str, str]](), set[CodeType]()

    def noting[P](port: P, name: str) -> P:
        return faulty(port, Faults(lambda _, call: called.add((name, call.rpartition(".")[2]))))

    stores, clock, before = in_memory()
    world = World(stores, clock, wrap=noting)

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        ran.add(frame.f_code)

    sys.setprofile(note)
    try:
        with suppress(DomainError):
            act(world, before)
    finally:
        sys.setprofile(None)
    return called, ran


@pytest.mark.parametrize("act", ACTS)
def test_where_nothing_fails_an_act_succeeds_or_is_refused_as_it_should(act: str) -> None:
    stores, clock, before = in_memory()
    world = World(stores, clock, wrap=lambda port, _: faulty(port, no_faults()))
    if act in REFUSED:
        with pytest.raises(REFUSED[act]):
            ACTS[act](world, before)
    else:
        ACTS[act](world, before)


def test_every_use_case_is_among_the_acts() -> None:
    ran = {code for act in ACTS.values() for code in performed(act)[1]}
    assert {name for name, code in calls_of_use_cases() if code not in ran} == set()


def calls_of_use_cases() -> Iterator[tuple[str, CodeType]]:
    for module in walk_packages(use_cases.__path__, f"{use_cases.__name__}."):
        for name, kind in vars(import_module(module.name)).items():
            if isinstance(kind, type) and kind.__module__ == module.name and "__call__" in vars(kind):
                yield name, vars(kind)["__call__"].__code__


def test_every_method_of_every_port_that_a_use_case_calls_is_struck_by_faults() -> None:
    called = {f"{PORTS[name]}.{method}" for act in ACTS.values() for name, method in performed(act)[0]}
    promised = {f"{port}.{method}" for port, methods in methods_of_ports().items() for method in methods}
    assert promised - RAISES_NOTHING - called == NOT_CALLED


def test_every_port_of_a_world_is_struck_by_faults() -> None:
    assert {name for act in ACTS.values() for name, _ in performed(act)[0]} == PORTS.keys()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize(
    ("family", "tries_again"), [("memory", True), ("memory", False), ("local", None)], ids=["memory-again", "memory-left_alone", "local"]
)
def test_after_any_single_fault_one_sweep_leaves_nothing_broken(
    family: str, act: Act, tries_again: bool | None, beginning: Beginning, tmp_path: Path
) -> None:
    fired, coin = 0, Random(1)  # rounds over the local family take long: each goes one way or the other
    for number, faults in enumerate(every_single_fault()):
        stores, clock, before = in_memory() if family == "memory" else beginning.copied(tmp_path / str(number))
        with suppress(DomainError):
            act(World(stores, clock, wrap=lambda port, _: faulty(port, faults)), before)  # noqa: B023 - used within the round
        fired += len(faults.fired)
        faults.is_active = False
        bare = World(stores, clock)
        if coin.random() < 0.5 if tries_again is None else tries_again:  # which may mend what the sweep is there for
            assert_a_retry_is_told_the_truth(bare, before, act)
        assert_whole(bare, before)
        stores.close()
    assert fired > 0


def assert_a_retry_is_told_the_truth(world: World, before: Scene, act: Act) -> None:
    try:
        act(world, before)
    except (Unavailable, Corrupt) as error:
        raise AssertionError("a second try fails though nothing is wrong any more") from error
    except DomainError:
        pass  # refused for a reason that holds, such as a file that is gone by now


def assert_whole(world: World, before: Scene) -> None:
    world.clock.advance(timedelta(hours=1))  # every lease and every back-off is over
    settle(world)
    world.clock.advance(timedelta(days=2))
    world.events.sweep()
    settle(world)
    files = everything(world, before.who)
    assert_usage_is_the_sum(world, before.who, files)
    assert_bytes_match_files(world, files)
    assert_the_index_agrees(world, before.who, files)
    for address in (ADA, NEW, ABE):
        assert_no_account_is_half_made(world, address)


def everything(world: World, who: Caller) -> list[File]:
    listed = [
        world.files.list(who, FileFilter(status=status), FileOrder.NEWEST, limit=100, after=None).items
        for status in (FileStatus.PENDING, FileStatus.AVAILABLE, FileStatus.TRASHED)
    ]
    return [file for page in listed for file in page]


def assert_usage_is_the_sum(world: World, who: Caller, files: list[File]) -> None:
    usage, _ = world.files.usage(who)
    kept = [file.size for file in files if file.status is not FileStatus.PENDING]
    assert (usage.bytes_used, usage.files_used) == (sum(kept), len(kept))
    assert (usage.bytes_reserved, usage.files_reserved) == (0, 0)
    assert len(kept) == len(files)


def assert_bytes_match_files(world: World, files: list[File]) -> None:
    stored = set(world.stores.blobs.keys_stored_before(world.clock.now() + FAR))
    assert stored == {file.blob for file in files}
    assert all(world.stores.blobs.head(file.blob).size == file.size for file in files)


def assert_the_index_agrees(world: World, who: Caller, files: list[File]) -> None:
    found = world.stores.index
    for file in files:
        hits = world.search.search(who, f"name:{file.name.value}", SearchConditions(), limit=100, after=None)
        expected = file.status is FileStatus.AVAILABLE
        assert (file.id in {hit.file.id for hit in hits.found}) is expected
        assert found.text_of(file.owner_id, file.id, version=file.version) is None or expected


def assert_no_account_is_half_made(world: World, address: EmailAddress) -> None:
    """Whoever owns the address can come in: at once, or by registering anew."""
    with suppress(DomainError):
        world.users.login(address, PASSWORD, network="check")
        return
    register(world, address.given)
    world.users.confirm_registration(address, mailed_codes(world, address.given)[0], network="check")
    world.users.login(address, PASSWORD, network="check")
