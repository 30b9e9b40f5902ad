"""From a raw request and its operation to a reply: the only place that validates, authorises and words an answer.

The order of checks is the contract's: 413, 401, 415, 400, 422, then the operation's own 403/404, 428/412 and the rest; 404 and
405 for the route itself come before, in `dispatch`.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import cast

from pydantic_core import to_json

from demobackend.api.conditions import etag, expected_revisions, is_unchanged
from demobackend.api.errors import UnsupportedMediaType
from demobackend.api.gate import Gate
from demobackend.api.json_body import read_json
from demobackend.api.models.wire import PageQuery
from demobackend.api.operation import Access, Answer, Call, Idempotency, Operation
from demobackend.api.raw import MAX_BODY_BYTES, RawRequest, Reply, bearer_token
from demobackend.api.validation import valid_body, valid_query
from demobackend.domain.model.caller import Caller, SiteRole, require_site_role
from demobackend.domain.model.errors import DomainError, Malformed, TooLarge, Unauthenticated
from demobackend.domain.model.idempotency import KEPT, LEASE, KeptAnswer, KeyedRequest

_JSON = ("content-type", "application/json")
_REPLAYED = ("idempotent-replayed", "true")
_ANONYMOUS = "anonymous"

type _Paging = tuple[str | None, Callable[[str | None], str | None]]
_ONE_PAGE: _Paging = (None, lambda _mark: None)


def perform[Area](gate: Gate, area: Area, operation: Operation[Area], raw: RawRequest) -> Reply:
    """Carry one operation out. Raises `DomainError`, worded by `dispatch`."""
    if len(raw.body) > MAX_BODY_BYTES:
        raise TooLarge(f"A body has at most {MAX_BODY_BYTES} bytes.")
    caller = _caller(gate, operation, raw)
    _throttle(gate, operation, raw, caller)
    call = _checked(gate, operation, raw, caller)
    keyed = _keyed(operation, raw, caller)
    if keyed is None:
        return _reply(operation, raw, operation.run(area, call))
    return _once(gate, keyed, lambda: _reply(operation, raw, operation.run(area, call)))


def _caller[Area](gate: Gate, operation: Operation[Area], raw: RawRequest) -> Caller | None:
    if operation.access is Access.PUBLIC:
        return None
    if raw.caller is not None:
        return raw.caller
    token = bearer_token(raw.header("authorization"))
    if token is None:
        raise Unauthenticated
    return gate.authenticate(token)


def _throttle[Area](gate: Gate, operation: Operation[Area], raw: RawRequest, caller: Caller | None) -> None:
    rules = gate.rules
    if caller is not None:
        gate.limiter.take(f"caller:{caller.user_id}", limit=rules.caller_calls, window=rules.caller_window, at=gate.clock.now())
    elif operation.throttled:
        gate.limiter.take(f"network:{raw.network}", limit=rules.public_calls, window=rules.public_window, at=gate.clock.now())


def _checked[Area](gate: Gate, operation: Operation[Area], raw: RawRequest, caller: Caller | None) -> Call:
    text = _body_value(operation, raw)  # 415 and 400 of the body first, then 400 of the rest, then 422
    query = valid_query(operation.query, raw.query)
    expected = expected_revisions(raw)
    after, seal = _paging(gate, operation, raw, caller, cast(PageQuery, query)) if operation.paged else _ONE_PAGE
    if raw.method == "POST":
        _idempotency_key(raw)
    body = valid_body(operation.body, text) if operation.body is not None else None
    if operation.access is Access.ADMIN and caller is not None:
        require_site_role(caller, SiteRole.ADMIN)
    return Call(raw.path_parameters, query, body, caller, expected, raw.network, after, seal)


def _paging[Area](gate: Gate, operation: Operation[Area], raw: RawRequest, caller: Caller | None, query: PageQuery) -> _Paging:
    """Where the page begins, and what seals where it ends. Raises `Malformed`."""
    context = _question(operation, raw, caller)
    after = None if query.cursor is None else gate.cursors.open(query.cursor, context=context, at=gate.clock.now())
    return after, lambda mark: None if mark is None else gate.cursors.seal(mark, context=context, at=gate.clock.now())


def _body_value[Area](operation: Operation[Area], raw: RawRequest) -> object:
    """The body as JSON; an absent one is an empty object where every field is optional."""
    if operation.body is None:
        return None
    if "content-encoding" in raw.headers:
        raise UnsupportedMediaType
    if not raw.body and operation.body_optional and "content-type" not in raw.headers:
        return {}
    content_type = raw.header("content-type")
    if content_type is None or not _is_json(content_type):
        raise UnsupportedMediaType
    if not raw.body and operation.body_optional:
        return {}
    return read_json(raw.body)


def _is_json(content_type: str) -> bool:
    essence, *parameters = (part.strip(" \t").lower() for part in content_type.split(";"))
    return essence == "application/json" and parameters in ([], ["charset=utf-8"], ['charset="utf-8"'])


def _question[Area](operation: Operation[Area], raw: RawRequest, caller: Caller | None) -> str:
    """What a cursor is bound to: the caller and everything asked but the page itself."""
    asked = sorted((name, value) for name, value in raw.query if name not in {"limit", "cursor"})
    who = caller.user_id if caller else _ANONYMOUS
    return json.dumps([operation.name, who, dict(raw.path_parameters), asked])


def _idempotency_key(raw: RawRequest) -> str | None:
    if "idempotency-key" not in raw.headers:
        return None
    key = raw.header("idempotency-key")
    if key is None or not 1 <= len(key) <= 255 or not all("!" <= character <= "~" for character in key):
        raise Malformed("invalid_idempotency_key", "An Idempotency-Key has 1 to 255 visible ASCII characters and is given once.")
    return key


def _keyed[Area](operation: Operation[Area], raw: RawRequest, caller: Caller | None) -> KeyedRequest | None:
    if raw.method != "POST" or operation.idempotency is not Idempotency.REPLAYED:
        return None
    key = _idempotency_key(raw)
    if key is None:
        return None
    digest = sha256(json.dumps(sorted(raw.path_parameters.items())).encode() + b"\n" + raw.body).hexdigest()
    return KeyedRequest(caller.user_id if caller else _ANONYMOUS, operation.name, key, digest)


def _once(gate: Gate, keyed: KeyedRequest, run: Callable[[], Reply]) -> Reply:
    """Run under the key; only an answer of 2xx is kept, anything else frees the key."""
    kept = gate.idempotency.begin(keyed, at=gate.clock.now(), lease=LEASE, kept=KEPT)
    if kept is not None:
        return Reply(kept.status, (*kept.headers, _REPLAYED), kept.body)
    try:
        reply = run()
    except DomainError:
        gate.idempotency.release(keyed)
        raise
    gate.idempotency.finish(keyed, KeptAnswer(reply.status, reply.headers, reply.body))
    return reply


def _reply[Area](operation: Operation[Area], raw: RawRequest, answer: Answer) -> Reply:
    headers = list(answer.headers)
    if answer.revision is not None:
        tag = etag(answer.revision)
        headers.append(("etag", tag))
        if raw.method in {"GET", "HEAD"} and is_unchanged(raw, tag):
            return Reply(304, tuple(headers))
    if answer.body is None:
        return Reply(answer.status or operation.status, tuple(headers))
    headers.append(_JSON)
    return Reply(answer.status or operation.status, tuple(headers), to_json(answer.body))
