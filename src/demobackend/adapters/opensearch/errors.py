"""OpenSearch's errors and half answers, in domain words."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opensearchpy.exceptions import OpenSearchException, SerializationError, TransportError

from demobackend.domain.model.errors import Unavailable

_LOG = logging.getLogger("demobackend.opensearch")
NOT_FOUND = 404
CONFLICT = 409
_PASSING = frozenset({429, 500, 502, 503, 504})


@contextmanager
def in_domain_words(*, fine: frozenset[int] = frozenset()) -> Iterator[None]:
    """Raise `Unavailable` for every failure but those of a status in `fine`, which end the block and mean nothing.

    Whatever the status, our own requests are right or a bug: so anything that will not pass by itself is logged as an error.
    """
    try:
        yield
    except TransportError as error:
        status = error.status_code
        if status in fine:
            return
        level = logging.WARNING if not isinstance(status, int) or status in _PASSING else logging.ERROR
        _LOG.log(level, "refused", extra={"status": status, "error": type(error).__name__, "cause": str(error.error)})
        raise Unavailable from error
    except (SerializationError, OpenSearchException, ValueError) as error:  # an answer cut off is no JSON
        _LOG.warning("no answer", extra={"error": type(error).__name__})
        raise Unavailable from error


def whole(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer to a search, when every shard gave its part in time. Raises `Unavailable`: half an answer must not look complete."""
    shards = answer.get("_shards", {})
    if answer.get("timed_out", True) or shards.get("failed", 1) or "hits" not in answer:
        _LOG.warning("half an answer", extra={"failed": shards.get("failed")})
        raise Unavailable
    return answer
