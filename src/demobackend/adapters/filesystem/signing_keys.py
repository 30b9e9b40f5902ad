"""RSA keys as PEM files that only their owner may read, made and rotated without being asked."""

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from demobackend.adapters.filesystem.disk import Disk, in_domain_words, read_file
from demobackend.adapters.filesystem.paths import signing_key, signing_key_name
from demobackend.adapters.filesystem.times import moment_of, since_epoch
from demobackend.domain.model.errors import Unavailable
from demobackend.ports.signing_keys import SigningKey

_BITS = 2048
_NANOSECONDS_PER_MILLISECOND = 1_000_000
_AGAIN = timedelta(minutes=1)
_LOG = logging.getLogger("demobackend.signing_keys")


@dataclass(frozen=True, slots=True)
class _Reading:
    """The keys, newest first, as they were when the directory bore this time."""

    modified: int = -1
    keys: tuple[SigningKey, ...] = ()


class FilesystemSigningKeys:
    """`SigningKeys` over a directory, which several processes may share.

    A key is made when the newest is older than `rotate_every`. It is published at once and signs after `publish_ahead`, so that
    whoever keeps a copy of the key set has it by then. The one before stays published until the last token that it may have
    signed is over, `token_life` later. The very first key signs at once. While a due one cannot be made, as on a full disk, the one
    before signs on, and making is tried again every minute.
    Making one removes what writers left that died. Raises `Unavailable`.
    """

    def __init__(
        self,
        root: Path,
        *,
        rotate_every: timedelta = timedelta(days=90),
        publish_ahead: timedelta = timedelta(minutes=10),
        token_life: timedelta = timedelta(hours=1),
        disk: Disk | None = None,
    ) -> None:
        self._root = root
        self._rotate_every = rotate_every
        self._publish_ahead = publish_ahead
        self._token_life = token_life
        self._disk = disk or Disk()
        with in_domain_words():
            self._disk.tidy(root)
        self._reading = _Reading()
        self._not_again_before = datetime.min.replace(tzinfo=UTC)

    def signing(self, at: datetime) -> SigningKey:
        """As `SigningKeys.signing`. Raises `Unavailable`."""
        keys = self._current(at)
        return next((key for key in keys if key.made_at + self._publish_ahead <= at), keys[-1])

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        """As `SigningKeys.published`. Raises `Unavailable`."""
        keys = self._current(at)
        believed = at - self._publish_ahead - self._token_life
        oldest = next((number for number, key in enumerate(keys) if key.made_at <= believed), len(keys) - 1)
        return keys[: oldest + 1]

    def _current(self, at: datetime) -> tuple[SigningKey, ...]:
        """All keys, newest first, the newest young enough unless a younger one cannot be kept."""
        with in_domain_words():
            keys = self._read()
        if self._is_young(keys, at) or (keys and at < self._not_again_before):
            return keys
        try:
            return self._renewed(at)
        except Unavailable:
            if not keys:
                raise
            _LOG.warning("no new signing key can be kept; the one before signs on")
            self._not_again_before = at + _AGAIN
            return keys

    def _renewed(self, at: datetime) -> tuple[SigningKey, ...]:
        with in_domain_words():
            self._disk.make_path(self._root)
            with self._disk.directory(self._root) as directory:
                self._disk.calls.lock(directory)
                if not self._is_young(self._read(), at):
                    self._make(at, directory)
            return self._read()

    def _is_young(self, keys: tuple[SigningKey, ...], at: datetime) -> bool:
        return bool(keys) and at < keys[0].made_at + self._rotate_every

    def _read(self) -> tuple[SigningKey, ...]:
        reading = self._reading
        with suppress(FileNotFoundError):
            if os.stat(self._root).st_mtime_ns == reading.modified:  # asked by every request: not worth opening the directory
                return reading.keys
        with suppress(FileNotFoundError), self._disk.directory(self._root) as directory:
            modified = os.fstat(directory).st_mtime_ns  # before the names, so that what comes meanwhile is read next time
            if modified != reading.modified:
                reading = self._reading = _Reading(modified, tuple(self._read_all(directory)))
        return reading.keys

    def _read_all(self, directory: int) -> Iterator[SigningKey]:
        for name in sorted(os.listdir(directory), reverse=True):
            known = signing_key(name)
            if known is not None:
                key_id, made_at = known
                pem = read_file(name, directory=directory)
                yield SigningKey(key_id, pem, moment_of(made_at * _NANOSECONDS_PER_MILLISECOND))

    def _make(self, at: datetime, directory: int) -> None:
        key = generate_private_key(public_exponent=65537, key_size=_BITS)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        name = signing_key_name(sha256(public).hexdigest()[:32], made_at=since_epoch(at) // _NANOSECONDS_PER_MILLISECOND)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._disk.put_new(name, pem, directory=directory)
        # A directory's time is coarse: move it, so that a reading of the same tick is not taken for a reading of the new key.
        self._disk.calls.set_modified(directory, os.fstat(directory).st_mtime_ns + 1)
