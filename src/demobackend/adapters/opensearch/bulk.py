"""Many documents in one request, each with an outcome of its own."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from opensearchpy import OpenSearch

from demobackend.adapters.opensearch.documents import Document
from demobackend.adapters.opensearch.errors import CONFLICT, PASSING, TOO_LARGE, in_domain_words, told
from demobackend.domain.model.errors import TooLarge, Unavailable

_LOG = logging.getLogger("demobackend.opensearch")
_MOST_BYTES = 5_000_000  # the smallest nodes of OpenSearch Service take requests of 10 MiB
_MOST_DOCUMENTS = 500
_SECONDS = 60  # a small node may take that long for one request
_ATTEMPTS = 8
_FIRST_PAUSE = 0.5  # seconds, doubling: a minute in all at most
_BAD_REQUEST = 400
_BUSY = 503
_PARAMETERS = {"require_alias": "true", "request_timeout": _SECONDS}


@dataclass(frozen=True, slots=True)
class Indexing:
    """A document to be indexed, under an external version and routed by its owner."""

    id: str
    owner_id: str
    version: int
    document: Document

    def lines(self) -> bytes:
        """Action and source, as the bulk API wants them."""
        action = {"_id": self.id, "routing": self.owner_id, "version": self.version, "version_type": "external_gte"}
        return b"%s\n%s\n" % (_json({"index": action}), _json(self.document))


@dataclass(frozen=True, slots=True)
class Line:
    """An indexing as it is sent."""

    id: str
    text: bytes


class Bulk:
    """Indexes documents behind an alias. What came before in a higher version stays, which is fine.

    `pause` waits for some seconds, `random` returns a number from 0 up to 1.
    Source: OpenSearch documentation, "Bulk API" (the answer is 200 whatever became of the documents).
    """

    def __init__(self, client: OpenSearch, alias: str, *, pause: Callable[[float], None], random: Callable[[], float]) -> None:
        self._client = client
        self._alias = alias
        self._pause = pause
        self._random = random

    def index(self, indexings: Iterable[Indexing]) -> Iterator[str]:
        """Index them, and yield the ids of those that the index refuses for what they are.

        Documents that it cannot take now are sent again, a few times and after random pauses. Raises `Unavailable` when that does
        not help, and when there is no such alias.
        """
        for lines in _batches(indexings):
            yield from self._patiently(lines)

    def _patiently(self, lines: list[Line]) -> Iterator[str]:
        for attempt in range(_ATTEMPTS):
            outcomes = self._send(lines)
            yield from [line.id for line, status in zip(lines, outcomes, strict=True) if status in (_BAD_REQUEST, TOO_LARGE)]
            lines = [line for line, status in zip(lines, outcomes, strict=True) if status in PASSING]
            if not lines:
                return
            self._pause(self._random() * _FIRST_PAUSE * 2**attempt)
        _LOG.warning("overloaded", extra={"documents": len(lines)})
        raise Unavailable

    def _send(self, lines: list[Line]) -> list[int]:
        """The status of each. A request that failed as a whole did so for all of its documents. Raises `Unavailable`."""
        body = b"".join(line.text for line in lines)
        try:
            with in_domain_words({TOO_LARGE: TooLarge}):
                answer = told(self._client.bulk(index=self._alias, body=body, params=_PARAMETERS))
        except TooLarge:
            return [TOO_LARGE] if len(lines) == 1 else [status for line in lines for status in self._send([line])]
        except Unavailable as refusal:
            status = getattr(refusal.__cause__, "status_code", None)
            if isinstance(status, int) and status not in PASSING:
                raise
            return [_BUSY] * len(lines)
        outcomes = [outcome for each in answer.get("items", ()) for outcome in each.values()]
        if len(outcomes) != len(lines):
            return [_BUSY] * len(lines)
        for line, outcome in zip(lines, outcomes, strict=True):
            _require_known(line, outcome)
        return [outcome["status"] for outcome in outcomes]


def _require_known(line: Line, outcome: dict[str, Any]) -> None:
    """Raises `Unavailable` for a status that says that nothing will help, such as 404 for an alias that is gone."""
    status, error = outcome["status"], outcome.get("error", {})
    if status < 300 or status == CONFLICT or status in PASSING:
        return
    cause = error.get("caused_by") or error  # the innermost reason is about the document, and may quote it: only types are logged
    _LOG.warning(
        "refused a document", extra={"document": line.id, "status": status, "error": error.get("type"), "cause": cause.get("type")}
    )
    if status not in (_BAD_REQUEST, TOO_LARGE):
        raise Unavailable


def _batches(indexings: Iterable[Indexing]) -> Iterator[list[Line]]:
    """Requests within the limits; a document beyond them goes by itself."""
    batch: list[Line] = []
    size = 0
    for indexing in indexings:
        line = Line(indexing.id, indexing.lines())
        if batch and (len(batch) == _MOST_DOCUMENTS or size + len(line.text) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line.text)
    if batch:
        yield batch


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
