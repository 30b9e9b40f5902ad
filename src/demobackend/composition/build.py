"""From settings to an application. What one area alone needs is imported where that area is built."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from demobackend.api.dispatch import Dispatch
from demobackend.api.gate import Rules
from demobackend.api.operation import AreaName
from demobackend.api.operations.areas import routes
from demobackend.composition import assemble
from demobackend.composition.application import Application, BlobDoor
from demobackend.composition.assemble import Ports
from demobackend.composition.container import Container
from demobackend.composition.factories import amazon, local
from demobackend.composition.settings import Profile, Settings
from demobackend.domain.model.usage import Plan
from demobackend.ports.probe import Probe

if TYPE_CHECKING:
    from demobackend.api.models.service import VersionOut
    from demobackend.api.service import Service
    from demobackend.domain.use_cases.events.process_changes import ProcessChanges

ALL_AREAS = frozenset(AreaName)


def build(settings: Settings, *, areas: frozenset[AreaName] = ALL_AREAS) -> Application:
    """Build these areas and what they need, nothing else. Raises `SettingsRefused`, `DomainError` of the stores opened."""
    container = Container(settings=settings)
    container.kinds.from_dict(settings.kinds)
    ports = ports_of(container)
    makers = _area_makers(settings, container, ports)

    def dispatch() -> Dispatch:
        return Dispatch(assemble.gate(ports, _rules(settings)), {area: makers[area]() for area in areas})

    def blob_door() -> BlobDoor:
        from demobackend.domain.use_cases.events.note_arrival import NoteArrival

        return BlobDoor(container.signer(), container.blobs(), NoteArrival(container.feed(), container.clock()))

    def process_changes() -> ProcessChanges:
        from demobackend.domain.use_cases.events.process_changes import ProcessChanges

        return ProcessChanges(container.feed(), assemble.events(ports).handle_change, container.clock())

    return Application(
        settings=settings,
        make_dispatch=cache(dispatch),
        routes=routes(areas),
        clock=container.clock(),
        make_events=cache(lambda: assemble.events(ports)),
        make_process_changes=cache(process_changes),
        make_feed=container.feed,
        make_mailbox=container.mailer,
        make_blob_door=cache(blob_door),
        prepare=lambda: _prepare(settings, container),
        close=lambda: _close(settings, container),
    )


def ports_of(container: Container) -> Ports:
    """The container's providers under the ports' names."""
    return Ports(
        clock=container.clock,
        ids=container.ids,
        secrets=container.secrets,
        blobs=container.blobs,
        catalog=container.catalog,
        accounts=container.accounts,
        sessions=container.sessions,
        identity=container.identity,
        issuer=container.issuer,
        verifier=container.verifier,
        index=container.index,
        extractor=container.extractor,
        idempotency=container.idempotency,
        limiter=container.limiter,
    )


def _area_makers(settings: Settings, container: Container, ports: Ports) -> dict[AreaName, Callable[[], object]]:
    chosen = settings.plan
    plan = Plan(max_bytes=chosen.max_bytes, max_files=chosen.max_files, max_file_bytes=chosen.max_file_bytes)
    return {
        AreaName.FILES: lambda: assemble.files(ports, plan),
        AreaName.USERS: lambda: assemble.users(ports, plan),
        AreaName.SEARCH: lambda: assemble.search(ports),
        AreaName.SERVICE: lambda: _service(settings, container),
    }


def _service(settings: Settings, container: Container) -> Service:
    from demobackend.api.openapi import document
    from demobackend.api.service import Readiness, Service

    return Service(
        readiness=Readiness(_probes(settings, container), container.clock()),
        version=_version(settings),
        openapi=document,
        verifier=container.verifier(),
    )


def _probes(settings: Settings, container: Container) -> tuple[Probe, ...]:
    """Of the technologies in use, each once."""
    used = set(settings.kinds.values())
    probes: list[Probe] = []
    if "sqlite" in used:
        probes.append(local.database_probe(container.database()))
    if used & {"sqlite", "filesystem"}:
        probes.append(local.folder_probe(settings))
    if "dynamodb" in used:
        probes.append(amazon.table_probe(container.aws()))
    if "s3" in used:
        probes.append(amazon.bucket_probe(container.aws()))
    if "opensearch" in used:
        probes.append(amazon.index_probe(container.aws()))
    return tuple(probes)


def _prepare(settings: Settings, container: Container) -> None:
    if settings.kinds["search"] == "opensearch":
        amazon.prepare_index(container.aws())


def _version(settings: Settings) -> VersionOut:
    from demobackend.api.models.service import VersionOut
    from demobackend.api.openapi import CONTRACT
    from demobackend.composition.own_version import own_version

    return VersionOut(version=own_version(), contract=CONTRACT, python=platform.python_version(), stores=settings.kinds)


def _rules(settings: Settings) -> Rules:
    limits = settings.limits
    return Rules(
        caller_calls=limits.caller_calls,
        caller_window=timedelta(seconds=limits.caller_seconds),
        public_calls=limits.public_calls,
        public_window=timedelta(seconds=limits.public_seconds),
        cors_origins=frozenset(settings.cors_origins),
        hsts=settings.profile is Profile.AWS,  # every path to us is TLS there
    )


def _close(settings: Settings, container: Container) -> None:
    if "sqlite" in settings.kinds.values():
        container.database().close()
