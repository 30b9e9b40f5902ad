"""Claims of access tokens, one by one: what every issuer of ours says in the same way."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from demobackend.domain.model.caller import SiteRole
from demobackend.domain.model.errors import NotFound, Unauthenticated
from demobackend.domain.model.ids import known_form

GROUPS = "cognito:groups"
CLOCK_SKEW = timedelta(seconds=60)
"""How far the clock of who issued a token may run ahead of ours."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()

type Payload = Mapping[str, object]


def claimed_text(claims: Payload, name: str) -> str:
    """A text that is not empty. Raises `Unauthenticated`."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Unauthenticated
    return value


def claimed_id(claims: Payload, name: str) -> str:
    """An id of ours, in the one form that we write. Raises `Unauthenticated`."""
    try:
        return known_form(claimed_text(claims, name))
    except NotFound:
        raise Unauthenticated from None


def claimed_moment(claims: Payload, name: str) -> datetime:
    """Whole seconds since 1970, as a number and nothing that Python takes for one. Raises `Unauthenticated`."""
    value = claims.get(name)
    if type(value) is not int or not 0 < value < _LATEST:
        raise Unauthenticated
    return _EPOCH + timedelta(seconds=value)


def claimed_roles(claims: Payload) -> frozenset[SiteRole]:
    """Groups that are roles of ours; others mean nothing here. Raises `Unauthenticated`."""
    groups = claims.get(GROUPS, [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise Unauthenticated
    return frozenset(role for role in SiteRole if role.value in groups)
