"""The caller, as the authorizer hands it to the functions behind it: `requestContext.authorizer`, where every value is a text."""

from collections.abc import Mapping
from datetime import datetime

from demobackend.domain.model.caller import Caller, SiteRole
from demobackend.domain.model.ids import SessionId, UserId
from demobackend.domain.model.tokens import Claims

_ROLES = frozenset(SiteRole)


def context_of(claims: Claims) -> dict[str, str]:
    """What the authorizer tells of a caller; `expires_at` in whole seconds since 1970, rounded down."""
    return {
        "user_id": claims.user_id,
        "session_id": claims.session_id,
        "roles": " ".join(sorted(claims.roles)),
        "expires_at": str(int(claims.expires_at.timestamp())),
    }


def caller_of(context: Mapping[str, str] | None, *, at: datetime) -> Caller | None:
    """The caller that the authorizer told of; None where there was none, and where its token has run out since.

    The gateway may keep an authorizer's answer for longer than the token lives.
    """
    try:
        if context is None or int(context["expires_at"]) <= at.timestamp():
            return None
        roles = frozenset(SiteRole(role) for role in context["roles"].split() if role in _ROLES)
        return Caller(UserId(context["user_id"]), SessionId(context["session_id"]), roles)
    except (KeyError, ValueError, TypeError, AttributeError):  # another authorizer's context
        return None
