"""What Amazon API Gateway answers by itself, worded as our own refusals are: the same problems, made from the same error classes.

Templates know no logic; the gateway puts the request's path (with the stage before it) and its own request id in. The path is put
in as it came: a client that sends a quotation mark in it gets a body that is no JSON, and nobody else does.
Source: Amazon API Gateway Developer Guide, "Gateway response types" and "Gateway responses for REST APIs".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from demobackend.api.dispatch import EXPOSED, HSTS
from demobackend.api.errors import Internal, UnsupportedMediaType, problem
from demobackend.domain.model.errors import (
    DomainError,
    Forbidden,
    LimitExceeded,
    Malformed,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

_SOON, _LATER = timedelta(seconds=1), timedelta(hours=1)
# An authorizer that fails cannot tell who calls: that is our trouble, not the caller's. So is a function that the gateway cannot
# reach or wait for. The types about signatures and keys belong to ways of signing in that this API does not have.
_MEANINGS: Mapping[str, DomainError] = {
    "ACCESS_DENIED": Forbidden(),
    "API_CONFIGURATION_ERROR": Internal(),
    "AUTHORIZER_CONFIGURATION_ERROR": Unavailable(),
    "AUTHORIZER_FAILURE": Unavailable(),
    "BAD_REQUEST_BODY": Malformed(),
    "BAD_REQUEST_PARAMETERS": Malformed(),
    "DEFAULT_4XX": Malformed(),
    "DEFAULT_5XX": Internal(),
    "EXPIRED_TOKEN": Unauthenticated(),
    "INTEGRATION_FAILURE": Unavailable(),
    "INTEGRATION_TIMEOUT": Unavailable(),
    "INVALID_API_KEY": Forbidden(),
    "INVALID_SIGNATURE": Unauthenticated(),
    "MISSING_AUTHENTICATION_TOKEN": NotFound(),
    "QUOTA_EXCEEDED": LimitExceeded(_LATER),
    "REQUEST_TOO_LARGE": TooLarge(),
    "RESOURCE_NOT_FOUND": NotFound(),
    "THROTTLED": LimitExceeded(_SOON),
    "UNAUTHORIZED": Unauthenticated(),
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMediaType(),
    "WAF_FILTERED": Forbidden(),
}


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised gateway response. `headers` are mapping expressions by header name: a text in single quotes, or a context
    variable. `template` is the body, under the content type `application/json`, which the gateway takes whatever a client accepts.
    """

    status: int
    headers: Mapping[str, str]
    template: str


def gateway_responses(cors_origins: frozenset[str] = frozenset()) -> dict[str, GatewayResponse]:
    """Response type to response, for every type there is.

    Pages of one allowed origin may read these answers. With several, none may: a mapping cannot look whether the origin that
    asked is among them.
    """
    return {kind: _response(error, cors_origins) for kind, error in _MEANINGS.items()}


def _response(error: DomainError, cors_origins: frozenset[str]) -> GatewayResponse:
    reply = problem(error, path="$context.path", request_id="$context.requestId")
    headers = {
        **dict(reply.headers),
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "strict-transport-security": HSTS,
    }
    if cors_origins:
        headers["vary"] = "Origin"
    if len(cors_origins) == 1:
        headers["access-control-allow-origin"] = next(iter(cors_origins))
        headers["access-control-expose-headers"] = EXPOSED
    quoted = {name: f"'{value}'" for name, value in headers.items()}
    return GatewayResponse(reply.status, {**quoted, "x-request-id": "context.requestId"}, reply.body.decode())
