"""The public keys that a user pool publishes, kept at hand."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import urllib3
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from demobackend.domain.model.errors import Unavailable
from demobackend.ports.clock import Clock

ALGORITHM = "RS256"
_LOG = logging.getLogger("demobackend.aws")
_SECONDS = 2.0
_MOST_BYTES = 64 * 1024
_LIFE = timedelta(hours=1)  # so that a key that is withdrawn is forgotten
_PAUSE = timedelta(minutes=1)  # between two fetches, so that made-up key ids cost one call a minute
_PAUSE_WITHOUT_KEYS = timedelta(seconds=5)
_MEMBERS = ("kty", "use", "alg", "kid", "n", "e")


@dataclass(frozen=True, slots=True)
class _Keys:
    """Public keys by id, in the order in which they were published, and when."""

    by_id: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    entries: tuple[dict[str, str], ...] = ()
    fetched_at: datetime | None = None


class PublishedKeys:
    """A JSON Web Key Set at a URL (RFC 7517). At most one fetch at a time, of two seconds, and no redirection followed; what is at
    hand stays at hand when a fetch fails.

    Source: Amazon Cognito developer guide, "Verifying JSON web tokens": cache keys by id, fetch them when one is unknown.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._http = urllib3.PoolManager(num_pools=1, retries=False, timeout=urllib3.Timeout(total=_SECONDS))
        self._known = _Keys()
        self._tried_at: datetime | None = None
        self._fetching = Lock()

    def key(self, key_id: str) -> RSAPublicKey | None:
        """Return the key of this id, None where there is none. Raises `Unavailable` when no key has ever been at hand."""
        known = self._current()
        if key_id not in known.by_id:
            known = self._fetched(known)
        return known.by_id.get(key_id)

    def entries(self) -> tuple[dict[str, str], ...]:
        """Return the public members of every key, in the order of their publication. Raises `Unavailable` as `key` does."""
        return self._current().entries

    def _current(self) -> _Keys:
        known = self._known
        if known.fetched_at is None or self._clock.now() - known.fetched_at >= _LIFE:
            known = self._fetched(known)
        if known.fetched_at is None:
            raise Unavailable
        return known

    def _fetched(self, stale: _Keys) -> _Keys:
        """The keys anew, unless somebody fetched them a moment ago or nobody may yet."""
        if stale.fetched_at is not None and self._fetching.locked():
            return stale  # somebody is at it, and there are keys to go on with
        with self._fetching:
            if self._known is not stale or not self._may_try():
                return self._known
            self._tried_at = self._clock.now()
            try:
                self._known = self._fetch()
            except (urllib3.exceptions.HTTPError, ValueError, InvalidKeyError) as error:
                _LOG.warning("the user pool's keys cannot be had", extra={"error": type(error).__name__})
            return self._known

    def _may_try(self) -> bool:
        pause = _PAUSE if self._known.fetched_at is not None else _PAUSE_WITHOUT_KEYS
        return self._tried_at is None or abs(self._clock.now() - self._tried_at) >= pause

    def _fetch(self) -> _Keys:
        """Raises `HTTPError`, `ValueError` and `InvalidKeyError` for whatever is no key set."""
        answer = self._http.request("GET", self._url, preload_content=False)
        try:
            content = answer.read(_MOST_BYTES + 1)
        finally:
            answer.release_conn()
        if answer.status != 200 or len(content) > _MOST_BYTES:
            raise ValueError(answer.status)
        by_id, entries = _parsed(content)
        return _Keys(by_id, entries, self._clock.now())


def _parsed(content: bytes) -> tuple[dict[str, RSAPublicKey], tuple[dict[str, str], ...]]:
    """The keys that sign with our algorithm, and their public members. Raises `ValueError`, `InvalidKeyError`."""
    document = json.loads(content)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("no key set")
    by_id: dict[str, RSAPublicKey] = {}
    entries: list[dict[str, str]] = []
    for entry in listed:
        if not isinstance(entry, dict) or (entry.get("kty"), entry.get("alg"), entry.get("use")) != ("RSA", ALGORITHM, "sig"):
            continue  # of another kind: nothing of ours is signed with it
        members = {name: entry[name] for name in _MEMBERS if isinstance(entry.get(name), str)}
        key = RSAAlgorithm.from_jwk(members)
        if isinstance(key, RSAPublicKey) and "kid" in members:
            by_id[members["kid"]] = key
            entries.append(members)
    if not by_id:
        raise ValueError("no key")
    return by_id, tuple(entries)
