"""Conditional requests: If-Match and If-None-Match over strong ETags (RFC 9110)."""

import re

from demobackend.api.raw import RawRequest
from demobackend.domain.model.errors import Malformed
from demobackend.domain.model.revision import ANY, NOT_GIVEN, Expected

_TAG = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')
_LIST = re.compile(rf"[ \t,]*{_TAG.pattern}(?:[ \t]*,[ \t,]*{_TAG.pattern})*[ \t,]*")
_OURS = re.compile(r'"([1-9][0-9]{0,17})"')


def etag(revision: int) -> str:
    """A resource's strong ETag."""
    return f'"{revision}"'


def expected_revisions(request: RawRequest) -> Expected:
    """If-Match in the domain's words; a weak or foreign tag matches nothing. Raises `Malformed`."""
    tags = _tags(request, "if-match")
    if tags is None:
        return NOT_GIVEN
    if tags == ["*"]:
        return ANY
    return Expected(frozenset(int(match[1]) for tag in tags if (match := _OURS.fullmatch(tag))))


def is_unchanged(request: RawRequest, current: str) -> bool:
    """Whether If-None-Match says that the client has this already; compared weakly. Raises `Malformed`."""
    tags = _tags(request, "if-none-match")
    if tags is None:
        return False
    return tags == ["*"] or any(tag.removeprefix("W/") == current for tag in tags)


def _tags(request: RawRequest, name: str) -> list[str] | None:
    values = request.headers.get(name)
    if not values:
        return None
    text = ",".join(values)
    if text.strip(" \t") == "*":
        return ["*"]
    if _LIST.fullmatch(text) is None:
        raise Malformed("invalid_etag", f"The {name} header is not a list of entity tags.")
    return _TAG.findall(text)
