"""Every provider of every profile builds, and what it builds fits its port."""

import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_type_hints

import pytest

from demobackend import ports as ports_package
from demobackend.composition.assemble import Ports
from demobackend.composition.build import ALL_AREAS, build, ports_of
from demobackend.composition.container import Container
from demobackend.composition.settings import Profile, Settings, load_settings
from demobackend.ports.audit_trail import AuditTrail
from demobackend.ports.blob_gateway import BlobGateway
from demobackend.ports.change_feed import ChangeFeed
from demobackend.ports.mailbox import Mailbox
from demobackend.ports.mailer import Mailer
from demobackend.ports.password_hasher import PasswordHasher
from demobackend.ports.random_source import RandomSource
from demobackend.ports.rate_limiter import RateLimiter
from demobackend.ports.signing_keys import SigningKeys
from demobackend.testing.samples import NOON, OWNER, sample_account, sample_event, sample_session

EVERYWHERE = {
    "audit_trail": AuditTrail,
    "mailer": Mailer,
    "decoy": Mailer,
    "hasher": PasswordHasher,
    "random": RandomSource,
    "failure_limiter": RateLimiter,
}
EMBEDDED = {"feed": ChangeFeed, "signing_keys": SigningKeys, "mailer": Mailbox, "blobs": BlobGateway}
SHARED = {
    "settings",
    "kinds",
    "database",
    "aws",
    "signer",
    "memory_feed",
    "memory_trail",
    "memory_decoy",
    "sqlite_trail",
    "dynamodb_trail",
    "failures",
    "letters",
}

PORT_NAMES = {
    name: port
    for module in iter_modules(ports_package.__path__, f"{ports_package.__name__}.")
    for name, port in vars(import_module(module.name)).items()
}


def hints_of(ports: Ports) -> dict[str, Any]:
    """The ports' types by name; the module that names them imports them for the type checker alone."""
    return get_type_hints(type(ports), localns={**PORT_NAMES, "Callable": Callable})


@pytest.fixture(autouse=True)
def somebody_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")


def settings(profile: Profile, folder: Path) -> Settings:
    aws = {
        "region": "eu-north-1",
        "bucket": "b",
        "user_pool_id": "p",
        "client_id": "c",
        "search_url": "http://127.0.0.1:1",
        "mail_from": "a@b.test",
    }
    return load_settings(profile=profile, data=folder, aws=aws)


def methods_of(port: type) -> dict[str, list[str]]:
    """Method to parameter names, as the Protocol declares them."""
    found = inspect.getmembers(port, inspect.isfunction)
    return {name: list(inspect.signature(method).parameters)[1:] for name, method in found if not name.startswith("_")}


def assert_fits(adapter: object, port: type) -> None:
    for name, parameters in methods_of(port).items():
        method = getattr(adapter, name, None)
        assert callable(method), f"{type(adapter).__name__} has no {name}, which {port.__name__} promises"
        assert list(inspect.signature(method).parameters)[: len(parameters)] == parameters


@pytest.mark.parametrize("profile", Profile)
def test_every_provider_of_a_profile_fits_its_port(profile: Profile, tmp_path: Path) -> None:
    chosen = settings(profile, tmp_path)
    container = Container(settings=chosen)
    container.kinds.from_dict(chosen.kinds)
    ports = ports_of(container)
    for name, hint in hints_of(ports).items():
        port = hint.__args__[-1]
        assert_fits(getattr(ports, name)(), port)
    for name, port in EVERYWHERE.items():
        assert_fits(getattr(container, name)(), port)
    if profile is not Profile.AWS:
        for name, port in EMBEDDED.items():
            assert_fits(getattr(container, name)(), port)
    assert set(container.providers) == {*hints_of(ports), *EVERYWHERE, *EMBEDDED, *SHARED}


@pytest.mark.parametrize("sessions", ["sqlite", "memory"])
def test_accounts_and_sessions_are_told_in_one_trail_wherever_each_is_kept(sessions: str, tmp_path: Path) -> None:
    chosen = load_settings(profile="local", data=tmp_path, sessions={"kind": sessions})
    container = Container(settings=chosen)
    container.kinds.from_dict(chosen.kinds)
    container.accounts().create(sample_account(), audit=sample_event(1))
    container.sessions().create(sample_session(), audit=sample_event(2))
    page = container.audit_trail().page(OWNER, at=NOON, limit=9, after=None)
    container.database().close()
    assert page == (sample_event(2), sample_event(1))


@pytest.mark.parametrize("area", sorted(ALL_AREAS))
@pytest.mark.parametrize("profile", Profile)
def test_an_area_is_built_alone(profile: Profile, area: str, tmp_path: Path) -> None:
    application = build(settings(profile, tmp_path), areas=frozenset({area}))  # type: ignore[arg-type]  # the parameter's text is the name
    assert set(application.dispatch.areas) == {area}
    application.close()
