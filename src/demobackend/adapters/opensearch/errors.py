"""OpenSearch's errors and half answers, in domain words."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opensearchpy.exceptions import OpenSearchException, SerializationError, TransportError

from demobackend.domain.model.errors import DomainError, Unavailable

_LOG = logging.getLogger("demobackend.opensearch")
NOT_FOUND = 404
CONFLICT = 409
TOO_LARGE = 413
PASSING = frozenset({429, 500, 502, 503, 504})
"""What may be well a moment later."""
type Meanings = Mapping[int, type[DomainError]]
"""What a status means, where it is not an outage."""
_NONE: Meanings = {}


@contextmanager
def in_domain_words(known: Meanings = _NONE, *, fine: frozenset[int] = frozenset()) -> Iterator[None]:
    """Raise what is `known` of a status, and `Unavailable` for every other failure but those of a status in `fine`, which end the
    block and mean nothing.

    Whatever the status, our own requests are right or a bug: so anything that will not pass by itself is logged as an error.
    """
    try:
        yield
    except TransportError as error:
        status = error.status_code
        if status in fine:
            return
        if isinstance(status, int) and status in known:
            raise known[status] from None
        level = logging.WARNING if not isinstance(status, int) or status in PASSING else logging.ERROR
        _LOG.log(level, "refused", extra={"status": status, "error": type(error).__name__, "cause": str(error.error)})
        raise Unavailable from error
    except (SerializationError, OpenSearchException, ValueError) as error:  # an answer cut off is no JSON
        _LOG.warning("no answer", extra={"error": type(error).__name__})
        raise Unavailable from error


def told(answer: object) -> Mapping[str, Any]:
    """An answer that holds something. Raises `Unavailable`: an answer whose body was lost comes out of the client as an empty text."""
    if isinstance(answer, Mapping):
        return answer
    _LOG.warning("half an answer")
    raise Unavailable


def whole(answer: object) -> Mapping[str, Any]:
    """The answer to a search, when every shard gave its part in time. Raises `Unavailable`: half an answer must not look complete."""
    answer = told(answer)
    shards = answer.get("_shards", {})
    if answer.get("timed_out", True) or shards.get("failed", 1) or "hits" not in answer:
        _LOG.warning("half an answer", extra={"failed": shards.get("failed")})
        raise Unavailable
    return answer
