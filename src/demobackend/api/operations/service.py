"""The operations of the service itself: alive, ready, which version, which contract, which keys."""

from demobackend.api.models.service import ContractOut, HealthOut, KeySetOut, ReadyOut, VersionOut
from demobackend.api.operation import Access, Answer, AreaName, Call, Operation
from demobackend.api.service import Service


def _health(_: Service, __: Call) -> Answer:
    return Answer(body=HealthOut(status="ok"))


def _ready(service: Service, _: Call) -> Answer:
    report = service.readiness()
    return Answer(body=report) if report["status"] == "ok" else Answer(body=report, status=503, headers=_NOT_READY)


def _version(service: Service, _: Call) -> Answer:
    return Answer(body=service.version)


def _openapi(service: Service, _: Call) -> Answer:
    return Answer(body=service.openapi())


def _jwks(service: Service, _: Call) -> Answer:
    return Answer(body=service.key_set())


_NOT_READY = (("retry-after", "5"),)  # seconds, before which no store is asked again
_PUBLIC, _SERVICE = Access.PUBLIC, AreaName.SERVICE

SERVICE: tuple[Operation[Service], ...] = (
    Operation(
        name="health", method="GET", path="/healthz", area=_SERVICE, access=_PUBLIC, run=_health,
        summary="Whether the process answers", answer=HealthOut,
    ),
    Operation(
        name="ready", method="GET", path="/readyz", area=_SERVICE, access=_PUBLIC, run=_ready,
        summary="Whether everything we stand on answers", answer=ReadyOut, also_answered=(503,),
    ),
    Operation(
        name="version", method="GET", path="/version", area=_SERVICE, access=_PUBLIC, run=_version,
        summary="What runs here", answer=VersionOut,
    ),
    Operation(
        name="openapi", method="GET", path="/v1/openapi.json", area=_SERVICE, access=_PUBLIC, run=_openapi,
        summary="This document", answer=ContractOut, cache_control="public, max-age=300",
    ),
    Operation(
        name="jwks", method="GET", path="/.well-known/jwks.json", area=_SERVICE, access=_PUBLIC, run=_jwks,
        summary="The keys that access tokens are signed with", answer=KeySetOut, cache_control="public, max-age=300",
        refusals=(404,),
    ),
)  # fmt: skip
